"""What goes out and comes in again is the same: pairs and labels."""

import json
import tempfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import PIL.Image
import pytest
from export_makers import say
from hypothesis import given, settings
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak import exports, views
from tiebreak.exports.calls import read_object
from tiebreak.records.label import Header, Label, new_id
from tiebreak.records.pair import Pair, content_id
from tiebreak.records.text import TextPart, parts_in
from tiebreak.store.media import folder_of

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


@settings(max_examples=25)
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


@settings(max_examples=20)
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


# -- what each format that holds both answers holds

LETTERS = st.text("abcxyz ÄÖ你好🙂\n,", min_size=1, max_size=15).filter(str.strip)
ARGUMENTS = st.dictionaries(st.sampled_from(["city", "x", "deep"]), LETTERS | st.integers(0, 9))
TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}
FILES = [
    (name, suffix)
    for name, found in exports.FORMATS.items()
    for suffix in (*found.suffixes, "dataset" if ".parquet" in found.suffixes else None)
    if name != "kto" and suffix not in (".csv", None)
]
HOLDS_CALLS = ("trl", "openai", "openrlhf", "nemo_rl", "llama_factory", "raw")
HOLDS_TOOLS = ("trl", "openai", "nemo_rl", "llama_factory", "raw")
HOLDS_CHATS = tuple(name for name in exports.FORMATS if name != "verl")


def one_call(arguments, *, as_text):
    given = json.dumps(arguments) if as_text else arguments
    call = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": given}}
    return [{"role": "assistant", "content": "", "tool_calls": [call]}]


@st.composite
def any_pairs(draw):
    """Texts, chats, and calls of tools; some with the definitions of tools beside them."""
    pairs = []
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["text", "chat", "call"]))
        prompt, a, b = draw(LETTERS) + str(number), draw(LETTERS) + "1", draw(LETTERS) + "2"
        meta = {"tools": [TOOL]} if draw(st.booleans()) else None
        if kind != "text":
            prompt, a, b = say("user", prompt), say("assistant", a), say("assistant", b)
        if kind == "chat" and draw(st.booleans()):
            turns = [*say("system", draw(LETTERS)), *say("user", "?"), *say("assistant", "!")]
            prompt = [*turns, *prompt]
        if kind == "call":
            a = one_call(draw(ARGUMENTS), as_text=draw(st.booleans()))
        pairs.append(Pair(content_id(prompt, a, b), prompt, a, b, meta=meta))
    return pairs


def in_messages(text, role):
    """A text as messages, its calls by what they call with, whoever wrote them down how."""
    messages = [{"role": role, "content": text}] if isinstance(text, str) else text
    return [
        (
            message["role"],
            (message["content"] or "").strip(),
            [
                (call["function"]["name"], read_object(call["function"]["arguments"]))
                for call in message.get("tool_calls", ())
            ],
        )
        for message in messages
    ]


def preferences(pairs, preferred, *, tools):
    """What is preferred to what, on which prompt and with which tools."""
    found = []
    for pair in pairs:
        chosen, rejected = (pair.a, pair.b) if preferred[pair.id] == "a" else (pair.b, pair.a)
        kept = (pair.meta or {}).get("tools") if tools else None
        kept = json.loads(kept) if isinstance(kept, str) and kept else kept or None
        texts = ((pair.prompt, "user"), (chosen, "assistant"), (rejected, "assistant"))
        found.append((*(in_messages(*text) for text in texts), kept))
    return sorted(found, key=repr)


def goes_through(pairs, said, format, suffix):
    """Write pairs with preferences as a file, and read, check and compare them."""
    frame = views.labels_frame(
        [(Header(1, "s", "ann"), [Label(new_id(), p, s, NOW) for p, s in said.items()])]
    )
    held = [
        pair
        for pair in pairs
        if (format in HOLDS_CALLS or "tool_calls" not in str(pair.a))
        and (format in HOLDS_CHATS or isinstance(pair.prompt, str) or len(pair.prompt) == 1)
    ]
    if format in ("label_studio", "argilla"):  # texts alone, under the ids of the pairs
        held = [pair for pair in pairs if isinstance(pair.prompt, str)]
        pairs = held
    if not held:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"all{suffix}"
        if suffix == "dataset":
            source = exports.to_dataset(pairs, frame, format)
        else:
            source = path
            exports.export(pairs, frame, path, format)
        reading = tb.read_pairs(source)
        errors = [error for one in (reading, source) for error in tb.check(one).errors]

    back = dict(zip(reading.labels["pair"], reading.labels["preference"], strict=True))
    tools = format in HOLDS_TOOLS
    assert not errors
    assert preferences(reading.found, back, tools=tools) == preferences(held, said, tools=tools)


# -- images and audio


def picture(colour):
    buffer = BytesIO()
    PIL.Image.new("RGB", (2, 2), colour).save(buffer, "PNG")
    return buffer.getvalue()


def sound(sample):
    return b"".join(
        [
            b"RIFF" + (38).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little"),
            (1).to_bytes(2, "little") * 2 + (8_000).to_bytes(4, "little"),
            (16_000).to_bytes(4, "little") + (2).to_bytes(2, "little") + (16).to_bytes(2, "little"),
            b"data" + (2).to_bytes(4, "little") + sample.to_bytes(2, "little"),
        ]
    )


PICTURES = [{"type": "image", "image": picture(colour)} for colour in ("red", "lime", "blue")]
SOUNDS = [{"type": "audio", "audio": sound(sample)} for sample in (1, 2, 3)]
PARTS = st.sampled_from(PICTURES + SOUNDS) | LETTERS.map(lambda t: {"type": "text", "text": t})
WITH_MEDIA = [("trl", ".parquet"), ("trl", "dataset"), ("raw", ".jsonl")]


@st.composite
def pairs_with_media(draw):
    """Texts, and messages of parts, in prompts and in answers."""

    def text(role, number):
        if draw(st.booleans()):
            words = draw(LETTERS) + str(number)
            return words if draw(st.booleans()) else say(role, words)
        parts = draw(st.lists(PARTS, min_size=1, max_size=4))
        return [*say(role, [*parts, {"type": "text", "text": f"{role} {number}"}])]

    rows = [
        {"id": f"p{n}", "prompt": text("user", n), "a": text("assistant", n), "b": f"other {n}"}
        for n in range(draw(st.integers(1, 3)))
    ]
    return rows, {row["id"]: draw(st.sampled_from("ab")) for row in rows}


def in_parts(text, role):
    """Messages by their parts: neighbouring texts as one, files by the hash that names them."""
    messages = [{"role": role, "content": text}] if isinstance(text, str) else text
    return [
        (
            message["role"],
            [part.text if isinstance(part, TextPart) else part.name for part in parts_in(message)],
        )
        for message in messages
    ]


def goes_through_with_media(rows, said, format, suffix):
    """Write pairs with images and audio, and read, check and compare them."""
    given = tb.read_pairs([{**row, "labels": []} for row in rows], "raw")
    media = dict(given.gallery.new())
    frame = views.labels_frame(
        [(Header(1, "s", "ann"), [Label(new_id(), p, s, NOW) for p, s in said.items()])]
    )
    options = {"allow": ["images"], "provenance": True} if format == "trl" else {}
    with tempfile.TemporaryDirectory() as folder:
        for name, content in media.items():
            beside = Path(folder) / folder_of(name)
            beside.mkdir(exist_ok=True)
            (beside / name).write_bytes(content)
        path = Path(folder) / f"all{suffix}"
        made = {"read_media": media.__getitem__, **options}
        if suffix == "dataset":
            source = exports.to_dataset(given.found, frame, format, **made)
        else:
            source = path
            exports.export(given.found, frame, path, format, **made)
        back = tb.read_pairs(source)
        errors = [error for one in (back, source) for error in tb.check(one).errors]
        files = dict(back.gallery.new())

    def seen(reading, preferred):
        found = {}
        for pair in reading.found:
            chosen, rejected = (pair.a, pair.b) if preferred[pair.id] == "a" else (pair.b, pair.a)
            texts = ((pair.prompt, "user"), (chosen, "assistant"), (rejected, "assistant"))
            found[pair.id] = [in_parts(*text) for text in texts]
        return found

    preferred = dict(zip(back.labels["pair"], back.labels["preference"], strict=True))
    assert not errors
    assert seen(back, preferred) == seen(given, said)
    assert files == media


@pytest.mark.parametrize(("format", "suffix"), WITH_MEDIA)
@settings(max_examples=30 // len(WITH_MEDIA) + 1)
@given(pairs_with_media())
def test_images_and_audio_come_in_again(format, suffix, made):
    goes_through_with_media(*made, format, suffix)


@pytest.mark.long
@pytest.mark.parametrize(("format", "suffix"), WITH_MEDIA)
@settings(max_examples=2_000 // len(WITH_MEDIA) + 1)
@given(pairs_with_media())
def test_images_and_audio_come_in_again_thousands_of_times(format, suffix, made):
    goes_through_with_media(*made, format, suffix)


def goes_through_as_drawn(data, format, suffix):
    pairs = data.draw(any_pairs())
    said = {pair.id: data.draw(st.sampled_from("ab")) for pair in pairs}
    goes_through(pairs, said, format, suffix)


@pytest.mark.parametrize(("format", "suffix"), FILES)
@settings(max_examples=100 // len(FILES) + 1)
@given(st.data())
def test_what_a_format_holds_comes_in_again(format, suffix, data):
    goes_through_as_drawn(data, format, suffix)


@pytest.mark.long
@pytest.mark.parametrize(("format", "suffix"), FILES)
@settings(max_examples=2_000 // len(FILES) + 1)
@given(st.data())
def test_what_a_format_holds_comes_in_again_thousands_of_times(format, suffix, data):
    goes_through_as_drawn(data, format, suffix)
