"""What goes out and comes in again is the same: pairs and labels."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from export_makers import say
from hypothesis import given, settings
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak import exports, views
from tiebreak.records.label import Header, Label, new_id
from tiebreak.records.pair import Pair, content_id

NOW = datetime(2026, 3, 4, tzinfo=UTC)
WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(str.strip)
PHRASES = st.lists(WORDS, min_size=1, max_size=2)
SIDED = st.fixed_dictionaries({"a": PHRASES}) | st.fixed_dictionaries({"a": PHRASES, "b": PHRASES})
PREFERENCES = st.sampled_from(["a", "b", "tie", "both_bad", "skip"])
TIMES = st.datetimes(datetime(2001, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def texts(draw, role):
    words = draw(WORDS)
    return words if draw(st.booleans()) else say(role, words)


@st.composite
def studies(draw):
    count = draw(st.integers(1, 4))
    pairs = [
        Pair(
            f"p{number}",
            draw(texts("user")),
            draw(texts("assistant")),
            draw(texts("assistant")),
            draw(st.none() | WORDS),
            draw(st.none() | WORDS),
            draw(st.none() | st.dictionaries(WORDS, WORDS | st.integers(0, 9), min_size=1)),
        )
        for number in range(count)
    ]
    return pairs, {
        Header(1, "s", name, source): draw(labels_on(count))
        for name, source in (("ann", "human"), ("gpt", "judge"), ("log", "feedback"))
    }


@st.composite
def labels_on(draw, count):
    return [
        Label(
            new_id(),
            f"p{number}",
            preference,
            draw(TIMES),
            strength=draw(st.none() | st.integers(1, 3)) if preference in "ab" else None,
            criteria=draw(st.none() | st.just({"kind": "tie"})),
            reasons=draw(st.none() | SIDED),
            principles=draw(st.none() | PHRASES),
            flags=draw(st.none() | SIDED),
            note=draw(st.none() | WORDS),
            edit=draw(st.none() | WORDS) if preference in "ab" else None,
            probability=draw(st.none() | st.floats(0, 1)),
            shown_left=draw(st.sampled_from([None, "a", "b"])),
            seconds=draw(st.none() | st.floats(0, 1e6)),
        )
        for number, preference in enumerate(draw(PREFERENCES) for _ in range(count))
    ]


@settings(max_examples=150)
@given(studies())
def test_what_goes_out_as_raw_comes_in_again_the_same(study):
    pairs, journals = study
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "all.jsonl"
        exports.export(pairs, views.labels_frame(journals.items()), path, "raw")
        reading = tb.read_pairs(path, "raw")

    own = ("id",)
    back = {header.annotator: (header.source, labels) for header, labels in reading.journals}
    assert list(reading.found) == pairs
    assert set(back) == {header.annotator for header in journals}
    for header, labels in journals.items():
        source, found = back[header.annotator]
        assert source == header.source
        for before, after in zip(labels, found, strict=True):
            for name in Label.__struct_fields__:
                if name not in own:
                    assert getattr(before, name) == getattr(after, name), name


@settings(max_examples=100)
@given(st.booleans(), st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=4), st.data())
def test_what_goes_out_as_trl_with_provenance_comes_in_again_the_same(messages, rows, data):
    def said(role, words):
        return say(role, words) if messages else words

    found = {}
    for prompt, a, b in rows:
        # Different to a trainer, and each pair once: content is what names it here.
        texts = said("user", prompt), said("assistant", a + "1"), said("assistant", b + "2")
        found[content_id(*texts)] = Pair(content_id(*texts), *texts, "one", "other")
    preferences = data.draw(
        st.lists(st.sampled_from("ab"), min_size=len(found), max_size=len(found))
    )
    strength = data.draw(st.sampled_from([None, 1, 2, 3]))
    labels = [
        Label(new_id(), pair, preference, NOW, strength=strength)
        for pair, preference in zip(found, preferences, strict=True)
    ]
    frame = views.labels_frame([(Header(1, "s", "ann", "judge"), labels)])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "all.jsonl"
        exports.export(list(found.values()), frame, path, "trl", provenance=True)
        reading = tb.read_pairs(path)

    [(header, back)] = reading.journals
    assert {pair.id: pair for pair in reading.found} == found
    assert (header.annotator, header.source) == ("ann", "judge")
    assert [(x.pair, x.preference, x.strength) for x in back] == [
        (x.pair, x.preference, x.strength) for x in labels
    ]
