"""Reading and checking are one: the same sources, layouts, labels and refusals."""

import gzip
import json
import random
from collections import Counter

import datasets
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from export_makers import label, labels_of, pair, write
from helpers import DATA
from hypothesis import given, settings
from hypothesis import strategies as st
from layout_samples import OWN, SAMPLES, said
from test_mutated_files import change_a_value, change_a_value_within, drop_a_column

import tiebreak as tb
from tiebreak.exports import FORMATS
from tiebreak.reading.layouts import NAMES

ROW = {"prompt": "Name a river.", "chosen": "The Danube.", "rejected": "The Rhine."}
OPPOSITE = ROW | {"chosen": "The Rhine.", "rejected": "The Danube."}
PAIR = {"prompt": "p", "response_a": "x", "response_b": "y"}
LABEL = {"annotator": "ann", "source": "human", "preference": "b", "at": "2024-01-02T03:04:05Z"}
OF_OURS = {
    "trl": [ROW, OPPOSITE, ROW | {"prompt": "And another?"}],
    "trl implicit": [
        {
            "chosen": [said("user", "A river?"), said("assistant", "The Danube.")],
            "rejected": [said("user", "A river?"), said("assistant", "The road.")],
        }
    ],
    "trl dialogues beside the prompt": [
        {
            "prompt": "A river?",
            "chosen": [said("user", "A river?"), said("assistant", "The Danube.")],
            "rejected": [said("user", "A river?"), said("assistant", "The road.")],
        }
    ],
    "pairs": [PAIR],
    "labeled_pairs": [PAIR | {"preference": word} for word in ("Response A", "2", "both are bad")],
    "labeled_pairs of raters": [
        PAIR | {"preference": "a", "rater_id": 1},
        PAIR | {"preference": "tie", "rater_id": 2},
    ],
    "raw": [{"id": "i", "prompt": "p", "a": "x", "b": "y", "labels": [LABEL]}],
    "alpaca_eval": [
        {"instruction": "p", "output_1": "x", "output_2": "y", "preference": 1.2, "annotator": "m"}
    ],
}
ALL = {**SAMPLES, **OF_OURS}
# What an error says that speaks of a row that reading refuses.
REFUSALS = {"P00", "P02", "P06", "P18", "P19"}


def counted(reading):
    found = reading.labels
    return dict(Counter(zip(found["annotator"], found["source"], found["preference"], strict=True)))


def assert_alike(source, **options):
    """Read and check a source, and see that both say the same of it."""
    reading, report = tb.read_pairs(source, **options), tb.check(source, **options)

    assert (report.layout, report.pairs) == (reading.layout, len(reading))
    assert report.labels == counted(reading)
    assert not [finding for finding in report if finding.rule == "P00"]
    return report


def test_each_layout_has_a_sample_here():
    assert {*SAMPLES, *(name.split()[0] for name in OF_OURS)} == {*NAMES}
    assert {name.split()[0] for name in OF_OURS} == {*OWN}


@pytest.mark.no_cover
@pytest.mark.parametrize("name", ALL)
def test_a_sample_of_each_layout_is_read_and_checked_alike_and_has_no_error(name, tmp_path):
    rows = ALL[name]
    sources = [rows, pd.DataFrame(rows)]
    if name != "rlaif_v":  # an image is no JSON
        (tmp_path / "s.json").write_text(json.dumps(rows))
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / "s.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
        sources += [tmp_path / "s.json", tmp_path / "s.jsonl.gz"]
    if name not in ("label_studio", "argilla", "potato"):  # Arrow or Parquet cannot hold these
        table = pa.Table.from_pylist(rows)
        pq.write_table(table, tmp_path / "s.parquet")
        sources += [table, datasets.Dataset(table), tmp_path / "s.parquet"]

    for source in sources:
        assert assert_alike(source).ok


@pytest.mark.no_cover
@pytest.mark.parametrize("messages", [False, True])
@pytest.mark.parametrize("name", [name for name in FORMATS if name != "kto"])
def test_an_export_is_read_and_checked_alike_and_has_no_error(name, messages, tmp_path):
    pairs = [pair(f"p{n}", messages=messages) for n in range(3)]
    found = labels_of(
        anna=[label("p0", "a"), label("p1", "b"), label("p2", "b")],
        ben=[label("p0", "b"), label("p1", "b")],
    )
    for ending in (".jsonl", ".json", ".parquet"):
        path = tmp_path / f"out{ending}"
        try:
            write(path, pairs, found, name, agreement="all")
        except tb.ExportError as error:
            assert "the ending decides" in str(error)  # noqa: PT017
        else:
            assert assert_alike(path).ok


@pytest.mark.parametrize("name", ["train", "test"])
def test_splits_are_read_each_by_itself(name):
    rows = SAMPLES["openai"]
    other = json.loads(json.dumps(rows).replace("metal", "river"))

    report = tb.check({name: rows, "other": other})

    assert (report.layout, report.pairs, sum(report.labels.values())) == ("openai", 2, 2)
    broken = tb.check({name: [{**rows[0], "preferred_output": 3}], "other": other})
    assert [finding.rows for finding in broken.errors] == [[f"{name} 0"]]


def test_an_error_names_the_row_of_the_source_and_not_a_pair(tmp_path):
    rows = SAMPLES["nectar"]
    same = json.loads(json.dumps(rows).replace("Wood.", "Tin.").replace("Name", "Call"))
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in [*rows, *same]))

    [error] = tb.check(path).errors

    assert (error.rule, error.rows) == ("P01", [2])


@pytest.mark.parametrize(
    ("rows", "options"),
    [
        ([PAIR, PAIR], {}),
        ([PAIR | {"preference": 0}], {}),
        ([PAIR | {"preference": "nobody"}], {}),
        ([ROW | {"id": "x" * 201}], {}),
        ([ROW | {"more": {1, object}}], {}),
        ([ROW | {"prompt": [said("user", ""), said("user", "Hi")]}], {}),
        ([ROW, 3], {}),
        (SAMPLES["openai"] + [{**SAMPLES["openai"][0], "preferred_output": []}], {}),
        ([{**SAMPLES["shp"][0], "labels": 7}], {}),
        ([ROW | {"annotator": 1}, ROW | {"annotator": 2}], {"annotator": "ann"}),
        ([ROW], {"layout": "openai"}),
        (pd.DataFrame([["p", "x", "y", "z"]], columns=[*ROW, "chosen"]), {}),
    ],
)
def test_what_reading_refuses_is_an_error_of_the_check_in_the_same_words(rows, options):
    with pytest.raises(tb.PairsError) as refused:
        tb.read_pairs(rows, **options)
    told = str(refused.value)

    report = tb.check(rows, **options)

    errors = [finding for finding in report.errors if finding.rule == "P00"]
    assert errors
    for error in errors:
        assert error.what.partition(": ")[2] in told
        assert all(str(row) in told for row in error.rows)


def test_what_is_in_no_layout_is_refused_in_the_same_words():
    rows = [{"question": "q", "response_j": "x", "response_k": "y"}]
    with pytest.raises(tb.PairsError) as refused:
        tb.read_pairs(rows)

    with pytest.raises(tb.CheckError) as unchecked:
        tb.check(rows)

    assert str(unchecked.value) == str(refused.value)
    names = {"prompt": "question", "chosen": "response_j", "rejected": "response_k"}
    assert assert_alike(rows, columns=names).ok


def test_rows_that_are_to_be_skipped_are_a_warning():
    rows = [PAIR, PAIR | {"prompt": "q", "id": "x" * 201}]

    report = tb.check(rows, on_error="skip")

    assert report.ok
    assert [(f.severity, f.rows) for f in report if f.rule == "P00"] == [("warning", [1])]
    assert report.pairs == len(tb.read_pairs(rows, on_error="skip"))


def test_json_that_only_python_takes_is_an_error_and_checked_all_the_same(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text(json.dumps([ROW | {"rejected": ROW["chosen"], "score": float("nan")}]))

    assert [finding.rule for finding in tb.check(path).errors] == ["P00", "P01"]
    with pytest.raises(tb.PairsError, match="is not JSON in UTF-8"):
        tb.read_pairs(path)


# -- Two people who disagree


@pytest.mark.parametrize(
    "rows",
    [
        [ROW, OPPOSITE],
        [ROW | {"annotator": "ann"}, OPPOSITE | {"annotator": "ben"}],
        [PAIR | {"preference": "a"}, PAIR | {"preference": "b"}],
        [PAIR | {"preference": "A"}, PAIR | {"preference": "response_b"}],
        [
            SAMPLES["openai"][0],
            SAMPLES["openai"][0]
            | {
                "preferred_output": SAMPLES["openai"][0]["non_preferred_output"],
                "non_preferred_output": SAMPLES["openai"][0]["preferred_output"],
            },
        ],
    ],
)
def test_a_disagreement_is_found_in_the_source_and_in_what_was_read_of_it(rows):
    reading = tb.read_pairs(rows)

    assert (len(reading), len(reading.labels)) == (1, 2)
    assert sum(assert_alike(rows).labels.values()) == 2
    for source in (rows, reading):
        said = [finding.what for finding in tb.check(source) if finding.rule == "P09"]
        assert any("opposite winners" in what for what in said)


def test_two_of_a_session_who_disagree_do_not_contradict_themselves(open_session):
    for who, choice in (("rater 1", "a"), ("rater 2", "b")):
        open_session([PAIR | {"id": "p"}], annotator=who).label("p", choice, seconds=9)

    session = open_session([PAIR | {"id": "p"}], annotator="rater 1")

    assert "P09" not in {finding.rule for finding in tb.check(session)}


# -- Rules about people


def judgments(count, **more):
    return [
        {"prompt": f"ask {n}\n", "a": f"one {n}", "b": f"two {n}", "preference": "a", **more}
        for n in range(count)
    ]


@pytest.mark.parametrize("source", ["human", "judge", "feedback"])
def test_no_side_is_blamed_where_none_was_shown(source):
    rows = judgments(60, source=source)

    assert not {"P13", "P21"} & {finding.rule for finding in tb.check(rows)}
    assert not {"P13", "P21"} & {finding.rule for finding in tb.check(tb.read_pairs(rows))}


@pytest.mark.parametrize(("source", "rules"), [("human", {"P13", "P21"}), ("judge", set())])
def test_sides_and_pace_are_those_of_people(source, rules):
    rows = judgments(60, source=source, shown_left="a", seconds=0.1)

    assert {"P13", "P21"} & {finding.rule for finding in tb.check(rows)} == rules


def test_the_same_key_again_and_again_needs_no_side_where_it_has_none():
    tie = judgments(60, preference="tie", seconds=30.0)

    assert "P21" in {finding.rule for finding in tb.check(tie)}
    assert "P21" not in {f.rule for f in tb.check(judgments(60, preference="tie"))}


# -- Texts that are none, in each turn and part


def in_places(text):
    parts = [{"type": "text", "text": text}]
    for content in (text, parts):
        yield [said("user", content)]
        yield [said("user", "Hi"), said("assistant", content), said("user", "Go")]
        yield [said("user", [{"type": "text", "text": "Hi"}, *parts][-2:])]


@pytest.mark.parametrize("text", ["nan", "None", "[object Object]", " null "])
def test_what_stands_for_nothing_is_told_of_each_turn_and_part(text):
    for prompt in [*in_places(text)][0:2] + [*in_places(text)][3:5]:
        row = {"prompt": prompt, "chosen": [said("assistant", "x")]}
        rows = [row | {"rejected": [said("assistant", "y")]}]

        reading, report = tb.read_pairs(rows), assert_alike(rows)

        assert "write for nothing" in repr(reading)
        assert any("write for nothing" in finding.what for finding in report)


@pytest.mark.parametrize("text", [str([said("user", "Hi")]), json.dumps([said("user", "Hi")])])
@pytest.mark.parametrize("name", ["openai", "trl"])
def test_messages_written_as_text_are_an_error_in_each_turn_and_part(text, name):
    for prompt in in_places(text):
        if name == "openai":
            rows = [{**SAMPLES["openai"][0], "input": {"messages": prompt}}]
        else:
            answers = {key: [said("assistant", key)] for key in ("chosen", "rejected")}
            rows = [{"prompt": prompt, **answers}]

        with pytest.raises(tb.PairsError, match="messages written as text"):
            tb.read_pairs(rows)
        assert any("messages written as text" in error.what for error in tb.check(rows).errors)


# -- Real files


def test_real_files_are_read_checked_converted_and_read_again(tmp_path):
    files = [*DATA.glob("samples/*"), *DATA.glob("llama_factory/*")]
    if not files:
        pytest.skip(f"the sample files are not at {DATA}")
    for path in files:
        columns = None
        if "stack_exchange" in path.name:
            columns = {"prompt": "question", "chosen": "response_j", "rejected": "response_k"}
        if "kto" in path.name:
            with pytest.raises(tb.CheckError, match="read_feedback"):
                tb.check(path)
            continue
        report = assert_alike(path, columns=columns)
        assert report.ok, report
        reading = tb.read_pairs(path, columns=columns)
        target = tmp_path / f"{path.stem}.jsonl"
        tb.Session(tmp_path / path.stem, reading).export(target)
        again = tb.read_pairs(target)
        assert triples(again) == triples(reading)
        assert assert_alike(target).ok


def triples(reading):
    """Each prompt with the better and the worse answer."""
    texts = {p.id: (p.prompt, p.a, p.b) for p in reading.found}
    found = []
    for name, preference in zip(reading.labels["pair"], reading.labels["preference"], strict=True):
        prompt, a, b = texts[name]
        found.append(repr((prompt, a, b) if preference == "a" else (prompt, b, a)))
    return sorted(set(found))


# -- Damaged samples


def damaged(seed):
    """A sample with values changed, dropped or exchanged within, as its layout's rows."""
    dice = random.Random(seed)
    rows = json.loads(json.dumps(ALL[dice.choice(JSON)]))
    for _ in range(dice.randint(1, 3)):
        change = dice.choice([change_a_value, change_a_value_within, drop_a_column])
        if all(rows):
            change(rows, dice)
    return rows


JSON = [name for name in ALL if name != "rlaif_v"]


def refused_by_both_or_by_none(seed):
    rows = damaged(seed)
    try:
        tb.read_pairs(rows)
    except tb.PairsError:
        refuses(rows)
    else:
        assert_alike(rows)


def refuses(rows):
    try:
        report = tb.check(rows)
    except tb.CheckError:
        return
    assert REFUSALS & {finding.rule for finding in report.errors}


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_a_damaged_sample_is_refused_by_both_or_taken_by_both(seed):
    refused_by_both_or_by_none(seed)


@pytest.mark.long
@settings(max_examples=2_000)
@given(st.integers(0, 2**32))
def test_a_damaged_sample_is_refused_by_both_or_taken_by_both_again_and_again(seed):
    refused_by_both_or_by_none(seed)
