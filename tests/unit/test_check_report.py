import json
import re

import datasets
import numpy as np
import pandas as pd
import pytest
from export_makers import label, labels, labels_of, pair, say
from helpers import rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak import exports, views
from tiebreak.checks import exporting
from tiebreak.checks.facts import Shape, read_item
from tiebreak.checks.options import Settings
from tiebreak.checks.rules import OF_ROWS
from tiebreak.records.pair import Pair

GOOD = {"prompt": "Say hi.\n", "chosen": "Hi there!", "rejected": "Go away."}
SAME = {"prompt": "Say hi.\n", "chosen": "Hi", "rejected": " Hi"}


def test_a_report_prints_each_finding_with_its_rows_and_what_to_do():
    text = repr(tb.check([GOOD, SAME]))

    assert text.startswith(
        "The list, 2 rows: 1 error, 1 warning\nP01  error    1 row: both answers"
    )
    assert "in row 1\n" in text
    assert "Drop these rows." in text


@pytest.mark.parametrize(("columns", "widest"), [("60", 60), ("72", 72), ("500", 100), ("9", 56)])
def test_a_report_is_as_wide_as_the_terminal_and_no_wider_than_reads_well(
    monkeypatch, columns, widest
):
    monkeypatch.setenv("COLUMNS", columns)

    lines = repr(tb.check([GOOD, SAME])).splitlines()

    assert widest - 15 < max(map(len, lines)) <= widest


def test_rows_of_the_other_form_are_counted_and_named():
    said = {name: [{"role": "user", "content": text}] for name, text in GOOD.items()}

    found = [f for f in tb.check([GOOD, GOOD, said]) if f.rule == "P04"]

    assert [(f.what, f.rows) for f in found] == [("1 row of messages among 2 of text", [2])]


def test_a_report_of_nothing_says_so():
    assert repr(tb.check([GOOD], few_rows=1, batch_size=0.01)) == "The list, 1 row: nothing found"


def test_where_no_pair_is_labeled_it_says_that_there_are_no_labels_to_check(open_session):
    session = open_session(rows(4))
    nothing = "4 rows: nothing found in the pairs; no pair is labeled yet, so there are no labels"

    assert nothing in repr(tb.check(session))
    assert nothing in tb.check(session)._repr_html_()
    assert nothing in repr(tb.check(session.pairs))
    assert nothing in repr(tb.check({"train": session.pairs[:2], "test": session.pairs[2:]}))
    twice = tb.check([*rows(4), {**rows(1)[0], "id": "again"}])
    assert re.search(r"5 rows: \d \w+; no pair is labeled yet", repr(twice))
    session.label("p0", "a")
    assert "labeled yet" not in repr(tb.check(session))


def test_a_report_is_a_frame_and_iterates_over_its_findings():
    report = tb.check([GOOD, SAME])

    frame = report.to_frame()

    assert [finding.rule for finding in report] == frame["rule"].tolist() == ["P01", "P14"]
    assert frame.loc[0, "rows"] == [1]
    assert not report.ok
    assert [finding.rule for finding in report.errors] == ["P01"]


def test_a_report_as_html_holds_no_markup_of_the_data():
    frame = pd.DataFrame([SAME], index=["<script>alert(1)</script>"])

    page = tb.check(frame)._repr_html_()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page


def test_each_colour_of_the_host_has_one_to_fall_back_on():
    page = tb.check([SAME])._repr_html_()

    assert re.findall(r"var\(--jp-[\w-]+", page)
    assert not re.findall(r"var\(--jp-[\w-]+\)", page)


@pytest.mark.parametrize(
    "suffix", [".jsonl", ".json", ".csv", ".parquet", ".jsonl.gz", ".json.zst"]
)
def test_files_are_checked_as_frames_are(tmp_path, suffix):
    path = tmp_path / f"rows{suffix}"
    frame = pd.DataFrame([GOOD, SAME])
    if ".json" in suffix:
        frame.to_json(path, orient="records", lines=".jsonl" in suffix)
    elif suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path)

    report = tb.check(path)

    assert [finding.rule for finding in report] == ["P01", "P14"]
    lines = {".jsonl": [2], ".jsonl.gz": [2], ".csv": [4]}  # the prompts end in a line break
    assert report.errors[0].rows == lines.get(suffix, [1])


def test_broken_lines_of_a_file_are_findings(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(
        b'\xef\xbb\xbf{"prompt": "p\\n", "chosen": "a b", "rejected": "c"}\n{"prompt": "p"\n'
        b'{"prompt": "q\\n", "chosen": "\xe9", "rejected": "c"}\n'
    )

    found = {(f.what.partition(": ")[2], *f.rows) for f in tb.check(path) if f.rule == "P19"}

    assert found == {
        ("the file starts with a byte order mark", 1),
        ("the line is not a JSON object", 2),
        ("the line is not UTF-8", 3),
    }


def test_broken_lines_of_a_split_are_named_with_it(tmp_path):
    path = tmp_path / "rows.jsonl"
    good = b'{"prompt": "p\\n", "chosen": "a b", "rejected": "c"}\n'
    path.write_bytes(150 * good + b"{\n")

    report = tb.check({"train": pd.DataFrame([GOOD]), "test": path})

    assert ["test 151"] in [finding.rows for finding in report if finding.rule == "P19"]


def test_a_session_and_a_reading_are_checked_with_their_labels(open_session):
    session = open_session(rows(30))
    for name in session.pairs.index:
        session.label(name, "a", seconds=0.1)
    reading = tb.read_pairs([GOOD], annotator="gpt", annotator_source="judge")

    assert {"P21"} <= {finding.rule for finding in tb.check(session)}
    assert repr(tb.check(session)).startswith("The session, 30 rows")
    assert repr(tb.check(reading)).startswith("The reading, 1 row")
    judged = tb.check(reading, safety_critical=True)
    assert ["P15"] == [finding.rule for finding in judged.errors]


def test_a_source_that_cannot_be_checked_is_told(tmp_path):
    for source in (42, pd.DataFrame({"x": [1]}), tmp_path / "none.jsonl", tmp_path / "x.txt", []):
        with pytest.raises(tb.CheckError):
            tb.check(source)
    with (
        (tmp_path / "rows.jsonl").open("w") as file,
        pytest.raises(tb.CheckError, match="not readable"),
    ):
        tb.check(file)
    with pytest.raises(tb.CheckError, match="in no layout that tiebreak knows"):
        tb.check([{"history": "q"}])


def test_a_stream_of_a_dataset_is_checked():
    stream = datasets.Dataset.from_list([GOOD, SAME]).to_iterable_dataset()

    assert [f.rows for f in tb.check(stream).errors] == [[1]]


def test_columns_given_as_a_dict_are_told_from_splits():
    with pytest.raises(tb.CheckError, match=r"for columns, pd\.DataFrame"):
        tb.check({name: [text] for name, text in GOOD.items()})


def test_a_threshold_may_be_a_number_of_numpys():
    assert "P03" in {f.rule for f in tb.check([GOOD], max_length=np.int64(1))}


def test_a_damaged_parquet_file_is_told_with_the_row_from_which_on_it_is(tmp_path):
    path = tmp_path / "rows.parquet"
    frame = pd.DataFrame({name: [f"{name} {n**5}" for n in range(3000)] for name in GOOD})
    frame.to_parquet(path, row_group_size=1500)
    data = bytearray(path.read_bytes())
    data[-len(data) // 3 : -len(data) // 4] = bytes(len(data) // 4)
    path.write_bytes(data)

    with pytest.raises(tb.CheckError, match=r"From row \d+ on, .* is not a Parquet file"):
        tb.check(path)


def test_a_json_file_of_lines_is_checked_as_lines(tmp_path):
    (tmp_path / "rows.json").write_text(2 * (json.dumps(SAME) + "\n"))

    assert [f.rows for f in tb.check(tmp_path / "rows.json").errors] == [[1, 2]]


def test_an_option_that_is_not_known_is_told():
    with pytest.raises(tb.CheckError, match="no option 'strict'"):
        tb.check([GOOD], strict=True)
    with pytest.raises(tb.CheckError, match="max_length is a number"):
        tb.check([GOOD], max_length=0)


def test_an_export_of_identical_answers_stops_and_names_them(tmp_path):
    pairs = [pair("p1"), Pair("p2", "ask", "same", "same ")]
    said = labels(label("p1", "a"), label("p2", "b"))

    with pytest.raises(tb.ExportError, match=r"P01: 1 row: .*\(row p2\)"):
        exports.export(pairs, said, tmp_path / "t.jsonl")

    assert not list(tmp_path.iterdir())


def test_what_is_allowed_is_written_and_noted(tmp_path):
    pairs = [pair("p1"), Pair("p2", "ask", "same", "same ")]
    said = labels(label("p1", "a"), label("p2", "b"))

    report = exports.export(pairs, said, tmp_path / "t.jsonl", allow=["P01"])

    assert report.rows == 2
    assert "P01 was allowed: 1 row: both answers say the same (row p2)" in report.notes


def test_an_export_stops_at_messages_that_a_template_puts_together_wrongly(tmp_path):
    wrong = Pair("p1", say("user", "q"), say("user", "a"), say("assistant", "b"))

    with pytest.raises(tb.ExportError, match="P06"):
        exports.export([wrong], labels(label("p1", "a")), tmp_path / "t.jsonl")


@pytest.mark.parametrize("allow", [["P99"], 7, [["P01"]]])
def test_only_rules_that_an_export_runs_can_be_allowed(tmp_path, allow):
    with pytest.raises(tb.ExportError, match="allow is a list of rules"):
        exports.export([pair("p")], labels(label("p", "a")), tmp_path / "t.jsonl", allow=allow)


def rules_noted(path, pairs, found, **options):
    return [note[:3] for note in exports.export(pairs, found, path, **options).notes]


def skewed(count=40):
    """Pairs whose first answer is the longer one."""
    return [Pair(f"p{n}", f"ask {n}", f"longer answer {n}", f"short {n}") for n in range(count)]


def test_a_bias_of_what_is_written_is_noted_and_stops_nothing(tmp_path):
    found = [label(f"p{n}", "a", shown_left="a") for n in range(40)]
    path = tmp_path / "t.jsonl"

    report = exports.export(skewed(), labels(*found), path)

    assert report.rows == 40
    assert ["P12", "P14", "P13"] == [note[:3] for note in report.notes]
    assert "P12: the longer answer is chosen in 40 of 40 preferences (100%" in repr(report)
    mixed = [label(f"p{n}", "ab"[n % 2], shown_left="ab"[n // 2 % 2]) for n in range(40)]
    assert ["P14"] == rules_noted(path, skewed(), labels(*mixed))


def test_only_what_is_selected_is_looked_at_for_biases(tmp_path):
    left = [label(f"p{n}", "ab"[n % 2], shown_left="ab"[n % 2]) for n in range(40)]
    fair = [label(f"p{n}", "ab"[n % 2], shown_left="ab"[n // 2 % 2]) for n in range(40)]
    both = labels_of(lefty=left, fair=fair)
    path = tmp_path / "t.jsonl"

    assert ["P14", "P13"] == rules_noted(path, skewed(), both)
    assert ["P14"] == rules_noted(path, skewed(), both, annotators=["fair"])
    # Where several labels become one verdict, it is the labels that were made left or right.
    assert ["P14", "P13"] == rules_noted(path, skewed(), both, agreement="majority")


def test_a_pair_that_a_person_labeled_too_is_not_by_a_judge_alone(tmp_path):
    said = labels_of(judge=[label("p1", "a"), label("p2", "a")], anna=[label("p1", "a")])

    report = exports.export(skewed(3), said, tmp_path / "t.jsonl")

    assert "P15: 1 of 2 labeled rows were labeled by a judge alone" in report.notes


def test_kto_rows_out_of_balance_are_noted(tmp_path):
    found = labels(*(label(f"p{n}", "tie" if n < 10 else "a") for n in range(20)))
    path = tmp_path / "k.jsonl"

    [note] = [
        note
        for note in exports.export(skewed(20), found, path, "kto").notes
        if note.startswith("P16")
    ]

    assert "30 good answers to 10 bad ones; undesirable_weight=3.00" in note
    assert "P16" not in rules_noted(path, skewed(20), found)


@given(
    *[st.text(st.sampled_from([*"aAé \n", "e", "\u0301", "\u2003"]), max_size=4)] * 3,
)
def test_the_quick_look_at_texts_passes_none_that_a_rule_speaks_of(prompt, a, b):
    item = read_item("p", {"prompt": prompt, "a": a, "b": b}, Shape("pairs", "prompt", "a", "b"))
    problems = [
        problem
        for name, rule in OF_ROWS
        if name in exporting.EXPORT_RULES
        for problem in rule(item, Settings())
    ]

    found = exporting.check_export(
        views.judgments_frame(labels(label("p", "a")), views.pairs_frame([Pair("p", prompt, a, b)]))
    )

    assert sorted({problem.rule for problem in problems}) == sorted(
        {finding.rule for finding in found if finding.severity == "error"}
    )


KEYS = st.sampled_from(["role", "content", "type", "text", "from", "value", "tool_calls", 3, None])
CELLS = st.recursive(
    st.one_of(
        *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
        *(st.binary(max_size=3), st.datetimes(), st.complex_numbers(), st.builds(object)),
        st.sampled_from([pd.NA, pd.NaT, "a", "tie", "judge", "\ud800"]),
    ),
    lambda cells: st.one_of(
        st.lists(cells, max_size=3), st.dictionaries(KEYS, cells, max_size=4), st.tuples(cells)
    ),
    max_leaves=8,
)
SHAPES = [
    ("prompt", "chosen", "rejected", "margin", "images"),
    ("prompt", "completion", "label", "preference"),
    ("prompt", "a", "b", "preference", "annotator", "source", "seconds", "at", "shown_left"),
    ("chosen", "rejected", "split", "flags_a", "tools", "is_chosen_safe"),
    ("something", 3),
]


@st.composite
def frames(draw):
    count = draw(st.integers(0, 5))
    cells = st.lists(CELLS, min_size=count, max_size=count)
    names = draw(st.sampled_from(SHAPES))
    return pd.DataFrame({name: pd.Series(draw(cells), dtype=object) for name in names})


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(frames())
def test_odd_cells_give_a_report_or_a_clear_error(frame):
    try:
        report = tb.check({"train": frame, "test": frame}, fewest_labels=1, same_in_a_row=1)
    except tb.CheckError:
        assert frame.empty or "something" in frame
    else:
        assert repr(report).encode()
        assert report._repr_html_().encode()
        assert len(report.to_frame()) == len(report)


def test_a_line_with_a_field_too_many_is_an_error_that_names_it(tmp_path):
    (tmp_path / "rows.csv").write_text("prompt,chosen,rejected\nq,yes, well,no\nr,yes,no\n")

    report = tb.check(tmp_path / "rows.csv")

    assert not report.ok
    assert "row 2" in str(report)


def test_how_a_file_was_read_is_said_by_the_check_as_by_reading(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes("prompt;chosen;rejected\nWo?;Für dich;Nein\n".encode("cp1252"))

    report, reading = tb.check(path), tb.read_pairs(path)

    assert report.notes == reading.told.lines()[: len(report.notes)]
    assert "cp1252" in report.notes[0]
    for shown in (repr(report), report._repr_html_()):
        assert "cp1252" in shown
    splits = tb.check({"train": path, "test": path})
    assert [note.partition(" ")[0] for note in splits.notes] == ["train:", "test:"]
