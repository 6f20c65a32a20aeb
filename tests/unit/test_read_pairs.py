import csv
import json
import math
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from helpers import DATA
from hypothesis import given, settings
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak.reading.layouts import trl
from tiebreak.records.label import EXCHANGED, Header, Label, check_label, turned
from tiebreak.records.pair import Pair, content_id
from tiebreak.views import labels_frame, pairs_frame

ROW = {"prompt": "p", "chosen": "x", "rejected": "y"}
TURNED = {"prompt": "p", "chosen": "y", "rejected": "x"}
RAW = {"id": "i", "prompt": "p", "a": "x", "b": "y"}


def raw(*labels, **more):
    base = {"annotator": "ann", "source": "human", "preference": "a"}
    return {**RAW, "labels": [base | label for label in labels], **more}


# -- pairs in several rows


def test_a_pair_in_two_rows_is_one_pair_and_the_later_opinion_of_an_annotator_counts():
    reading = tb.read_pairs([row | {"annotator": "ann"} for row in (ROW, TURNED | {"extra": 1})])

    assert len(reading) == 1
    assert (reading.pairs["a"].item(), reading.labels["preference"].item()) == ("x", "b")
    assert "1 item replaces an earlier label of its annotator: 1 (item 0)." in repr(reading)


def test_a_pair_turned_in_another_row_turns_its_opinion():
    rows = [
        {"instruction": "p", "output_1": one, "output_2": two, "preference": 1.25, "annotator": who}
        for one, two, who in (("x", "y", "m"), ("y", "x", "n"))
    ]
    labels = tb.read_pairs(rows).labels

    assert len(set(labels["pair"])) == 1
    said = labels[["annotator", "preference", "probability"]].to_numpy().tolist()
    assert said == [["m", "a", 0.75], ["n", "b", 0.25]]


def test_messages_turned_in_another_row_are_the_same_pair_too():
    ask, x, y = ([{"role": "user", "content": text}] for text in "pxy")
    rows = [
        {"prompt": ask, "chosen": x, "rejected": y},
        {"prompt": ask, "chosen": y, "rejected": x},
    ]

    assert len(tb.read_pairs(rows)) == 1


def test_a_row_that_repeats_a_pair_and_says_nothing_of_it_is_a_problem():
    row = {"prompt": "p", "a": "x", "b": "y"}

    with pytest.raises(
        tb.PairsError, match="prompt, a and b the same as in an earlier row: item 1"
    ):
        tb.read_pairs([row, row])


def test_an_own_id_brings_rows_together_but_not_other_texts():
    rows = [raw({"annotator": "m"}), raw({"annotator": "n"}, a="y", b="x")]

    labels = tb.read_pairs(rows).labels
    assert labels[["annotator", "preference"]].to_numpy().tolist() == [["m", "a"], ["n", "b"]]
    with pytest.raises(tb.PairsError, match="an id that an earlier row has: item 1"):
        tb.read_pairs([rows[0], raw({}, a="z")])


def test_the_same_texts_under_two_ids_stay_two_pairs():
    assert len(tb.read_pairs([raw({}), raw({}, id="j", a="y", b="x")])) == 2


def test_a_second_showing_stands_beside_the_first():
    labels = tb.read_pairs([raw({}, {"preference": "b", "again": True})]).labels

    assert labels[["preference", "again"]].to_numpy().tolist() == [["a", False], ["b", True]]


def test_turning_twice_gives_the_same_and_once_exchanges_all_that_has_a_side():
    said = {
        "preference": "a",
        "criteria": {"safe": "b", "kind": "tie"},
        "reasons": {"a": ["short"]},
        "flags": {"b": ["wrong"], "pair": ["odd"]},
        "probability": 0.75,
        "shown_left": "b",
        "note": "n",
        "edit": "e",
    }
    other = turned(said, EXCHANGED)

    assert said == turned(other, EXCHANGED)
    assert other == said | {
        "preference": "b",
        "criteria": {"safe": "a", "kind": "tie"},
        "reasons": {"b": ["short"]},
        "flags": {"a": ["wrong"], "pair": ["odd"]},
        "probability": 0.25,
        "shown_left": "a",
    }


# -- annotators


def test_the_annotator_of_a_dataset_can_be_named_and_be_a_judge():
    labels = tb.read_pairs([ROW], annotator="gpt-4", annotator_source="judge").labels

    assert labels[["annotator", "source"]].to_numpy().tolist() == [["gpt-4", "judge"]]


def test_several_annotators_are_not_given_one_name():
    with pytest.raises(tb.PairsError, match=r"has 2 annotators \('m', 'n'\)"):
        tb.read_pairs([raw({"annotator": "m"}, {"annotator": "n"})], annotator="one")


def test_an_annotator_is_either_human_or_a_judge():
    rows = [raw({}), raw({"source": "judge"}, id="j")]

    with pytest.raises(
        tb.PairsError, match="'ann' is judge here, and human in an earlier row: item 1"
    ):
        tb.read_pairs(rows)


def test_two_spellings_of_an_accent_are_one_annotator():
    rows = [raw({"annotator": "Zo\u00eb"}), raw({"annotator": "Zoe\u0308"}, id="j")]

    assert tb.read_pairs(rows).labels["annotator"].unique().tolist() == ["Zo\u00eb"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"on_error": "ignore"}, "on_error is 'raise' or 'skip', not 'ignore'"),
        ({"annotator_source": "web"}, "annotator_source is 'human', 'judge' or 'feedback'"),
        ({"annotator": ""}, "An annotator's name has 1 to 300 characters"),
        ({"annotator": 7}, "annotator is a name, or a dict from name to name, not 7"),
        ({"layout": 7}, "layout is the name of a layout, not 7"),
    ],
)
def test_an_option_that_is_none_is_refused(options, message):
    with pytest.raises(tb.PairsError, match=message):
        tb.read_pairs([ROW], **options)


# -- problems


def test_rows_with_problems_are_skipped_on_request_and_listed(tmp_path):
    path = tmp_path / "p.jsonl"
    lines = [json.dumps(ROW), "not json", json.dumps(ROW | {"chosen": "", "rejected": None}), "{}"]
    path.write_text("\n".join(lines), encoding="utf-8")

    reading = tb.read_pairs(path, on_error="skip")

    assert len(reading) == 1
    assert reading.skipped["row"].tolist() == [2, 3, 4]
    assert reading.skipped["problem"][1] == "empty chosen; empty rejected"
    assert "3 rows skipped" in repr(reading)
    with pytest.raises(tb.PairsError) as error:
        tb.read_pairs(path)
    assert sorted(error.value.rows) == [2, 3, 4]


def test_when_no_row_is_left_skipping_does_not_help():
    with pytest.raises(tb.PairsError, match="empty prompt: item 0"):
        tb.read_pairs([ROW | {"prompt": ""}], on_error="skip")


def test_a_row_of_another_shape_than_its_layouts_is_a_problem_of_the_row(monkeypatch):
    monkeypatch.setattr(trl, "_split", lambda row: row["chosen"]["deep"])

    with pytest.raises(tb.PairsError, match=r"not in the shape of TRL preference rows \(TypeError"):
        tb.read_pairs([ROW])


# -- what comes back


def test_a_reading_says_in_a_line_what_it_holds():
    assert repr(tb.read_pairs([ROW])).splitlines()[0] == (
        "1 pair read in layout 'trl', with 1 label of 'dataset' (human)"
    )
    two = [raw({"annotator": "m"}, {"annotator": "n"})]
    assert repr(tb.read_pairs(two)).splitlines()[0] == (
        "1 pair read in layout 'raw', with 2 labels of 2 annotators"
    )
    assert repr(tb.read_pairs([raw()])).startswith("1 pair read in layout 'raw', without labels\n")


def test_a_reading_shows_pairs_with_their_text_escaped():
    html = tb.read_pairs([ROW | {"prompt": "<img src=x onerror=alert(1)>"}])._repr_html_()

    assert "<img" not in html
    assert "&lt;img src=x" in html
    assert "1 pair read" in html


def test_a_reading_cannot_be_changed():
    with pytest.raises(AttributeError):
        tb.read_pairs([ROW]).layout = "raw"


def test_frames_are_those_of_a_session(tmp_path):
    reading = tb.read_pairs([raw({"strength": 2, "note": "n", "at": "2024-01-02T03:04:05Z"})])

    with tb.Session(tmp_path / "s", reading, annotator="me") as session:
        pd.testing.assert_frame_equal(reading.pairs, session.pairs)
        pd.testing.assert_frame_equal(reading.labels, session.labels)


# -- raw loses nothing

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8).filter(str.strip)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
MESSAGES = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": TEXT}),
    min_size=1,
    max_size=2,
)
SIDES = st.sampled_from(["a", "b"])
VERDICT = st.sampled_from(["a", "b", "tie", "both_bad"])
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
LABELS = st.fixed_dictionaries(
    {"preference": st.sampled_from(["a", "b", "tie", "both_bad", "skip"]), "at": TIMES},
    optional={
        "strength": st.integers(1, 3),
        "criteria": st.dictionaries(TEXT, VERDICT, min_size=1, max_size=2),
        "reasons": st.dictionaries(SIDES, st.lists(TEXT, max_size=2), min_size=1),
        "principles": st.lists(TEXT, min_size=1, max_size=2),
        "flags": st.dictionaries(
            st.sampled_from(["a", "b", "pair"]), st.lists(TEXT, max_size=2), min_size=1
        ),
        "note": TEXT,
        "edit": TEXT,
        "probability": st.floats(0, 1),
        "shown_left": SIDES,
        "seconds": st.floats(0, 1e6),
    },
).filter(lambda said: said["preference"] in "ab" or not {"strength", "edit"} & set(said))
PAIRS = st.builds(
    Pair,
    id=st.uuids().map(str),
    prompt=TEXT | MESSAGES,
    a=TEXT | MESSAGES,
    b=TEXT | MESSAGES,
    model_a=st.none() | TEXT,
    model_b=st.none() | TEXT,
    meta=st.none() | st.dictionaries(TEXT, PLAIN, min_size=1, max_size=3),
)
SESSIONS = st.lists(
    st.tuples(PAIRS, st.dictionaries(st.sampled_from(["ann", "Böb", "gpt"]), LABELS)),
    min_size=1,
    max_size=4,
)


@settings(max_examples=30)
@given(SESSIONS)
def test_raw_rows_give_the_same_pairs_and_labels(tmp_path_factory, session):
    """Rows are written as the exporter does: the fields that say something, times in ISO 8601."""
    path = tmp_path_factory.getbasetemp() / "raw.jsonl"
    pairs, by_annotator = [pair for pair, _ in session], {}
    with path.open("w", encoding="utf-8") as file:
        for pair, said in session:
            fields = {n: getattr(pair, n) for n in Pair.__struct_fields__}
            row = {n: value for n, value in fields.items() if value is not None}
            row["labels"] = [
                {"annotator": who, "source": "judge" if who == "gpt" else "human"}
                | label
                | {"at": label["at"].isoformat()}
                for who, label in said.items()
            ]
            for who, label in said.items():
                made = Label(id="labelled", pair=pair.id, **label)
                assert check_label(made) is None
                by_annotator.setdefault(who, []).append(made)
            file.write(json.dumps(row) + "\n")

    reading = tb.read_pairs(path)

    assert list(reading.found) == pairs
    headers = {w: Header(1, "", w, "judge" if w == "gpt" else "human") for w in by_annotator}
    expected = labels_frame([(headers[who], labels) for who, labels in by_annotator.items()])
    pd.testing.assert_frame_equal(expected, reading.labels)
    pd.testing.assert_frame_equal(pairs_frame(pairs), reading.pairs)


def test_raw_rows_come_back_from_parquet_where_other_labels_leave_gaps(tmp_path):
    rows = [
        raw({"criteria": {"safe": "a"}, "reasons": {"a": ["short"]}, "strength": 1, "note": "n"}),
        raw({"criteria": {"kind": "b"}, "flags": {"pair": ["odd"]}, "seconds": 1.5}, id="j"),
        raw({"at": datetime(2024, 1, 2, tzinfo=UTC)}, id="k", meta={"topic": "t"}),
    ]
    pd.DataFrame(rows).to_parquet(tmp_path / "raw.parquet")

    names = ["at"]
    expected, read = tb.read_pairs(rows), tb.read_pairs(tmp_path / "raw.parquet")
    pd.testing.assert_frame_equal(
        expected.labels.drop(columns=names), read.labels.drop(columns=names)
    )
    assert read.labels["at"][2] == pd.Timestamp("2024-01-02", tz="UTC")
    assert [pair.meta for pair in read.found] == [None, None, {"topic": "t"}]


def test_a_label_without_a_time_is_of_the_moment_it_was_read():
    before = datetime.now(UTC) - timedelta(seconds=1)

    at = tb.read_pairs([ROW]).labels["at"][0]

    assert before < at <= datetime.now(UTC)


# -- real data


@pytest.mark.parametrize("model", ["claude-2.1", "vicuna-7b-v1.5"])
def test_the_published_win_rates_are_those_of_the_judgments_read_in(model):
    judged = DATA / f"alpaca_eval/judged-{model}-vs-gpt4_1106_preview.jsonl"
    if not judged.exists():
        pytest.skip(f"the AlpacaEval judgments are not at {DATA}")
    with (DATA / "alpaca_eval/published-win-rates.csv").open(encoding="utf-8") as file:
        published = next(row for row in csv.DictReader(file) if row[""] == model)

    reading = tb.read_pairs(judged)

    assert (reading.layout, len(reading)) == ("alpaca_eval", 805)
    assert reading.pairs["model_b"].unique().tolist() == [model]
    labels = reading.labels
    assert len(labels) == int(published["n_total"])
    win_rate = 100 * (1 - labels["probability"].astype(float)).mean()
    assert math.isclose(win_rate, float(published["win_rate"]), rel_tol=1e-9)
    counts = labels["preference"].value_counts()
    assert [counts["b"], counts["a"], counts["tie"]] == [
        int(published[name]) for name in ("n_wins", "n_wins_base", "n_draws")
    ]
    deviation = 100 * labels["probability"].astype(float).std() / math.sqrt(len(labels))
    assert math.isclose(deviation, float(published["standard_error"]), rel_tol=1e-9)


def test_outputs_of_two_models_are_joined_to_their_805_pairs():
    files = [DATA / f"alpaca_eval/outputs-{m}.jsonl" for m in ("claude-2.1", "vicuna-7b-v1.5")]
    if not all(file.exists() for file in files):
        pytest.skip(f"the AlpacaEval outputs are not at {DATA}")

    reading = tb.read_pairs(pd.concat(pd.read_json(file, lines=True) for file in files))

    pairs = reading.pairs
    assert len(pairs) == 805
    assert pairs["model_a"].unique().tolist() == ["claude-2.1"]
    assert pairs["model_b"].unique().tolist() == ["vicuna-7b-v1.5"]
    assert (pairs["a"] == pairs["b"]).sum() == 1
    first = pairs.iloc[0]
    assert pairs.index[0] == content_id(first["prompt"], first["a"], first["b"])


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("preference", "A", "preference: not a, b, tie, both_bad or skip"),
        ("strength", 7, "strength: not 1, 2 or 3"),
        ("at", "2024-01-01T00:00:00", "at: not a time with its zone"),
        ("criteria", {"kind": "left"}, r"criteria: not a dict of verdicts \(a, b, tie"),
        ("flags", ["unsafe"], 'flags: not a dict by response or "pair"'),
        ("probability", 2, "probability: not a number from 0 to 1"),
    ],
)
def test_a_label_that_cannot_be_kept_says_which_field_and_what_is_asked(field, value, told):
    label = {"annotator": "ann", "source": "human", "preference": "a", field: value}

    with pytest.raises(tb.PairsError, match=told) as error:
        tb.read_pairs([{"id": "p", "prompt": "q", "a": "x", "b": "y", "labels": [label]}])
    assert "`" not in str(error.value)


def test_messages_that_csv_made_text_of_are_refused(tmp_path):
    row = {
        "prompt": [{"role": "user", "content": "q"}],
        "chosen": [{"role": "assistant", "content": "x"}],
        "rejected": [{"role": "assistant", "content": "y"}],
    }
    pd.DataFrame([row]).to_csv(tmp_path / "p.csv", index=False)

    with pytest.raises(tb.PairsError, match="messages written as text") as error:
        tb.read_pairs(tmp_path / "p.csv")
    assert "pairs.drop" not in str(error.value)


def test_one_answer_that_is_json_is_text():
    said = '[{"role": "user"}]'

    reading = tb.read_pairs([{"prompt": said, "chosen": said, "rejected": "no"}])

    assert reading.pairs["a"].tolist() == [said]
