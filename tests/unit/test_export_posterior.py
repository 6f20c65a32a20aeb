"""Who said what, and how sure a row is: beside the rows of any trainer's file, on request."""

import pandas as pd
import pytest
from export_makers import label, labels_of, pair, write
from helpers import read_lines

import tiebreak as tb
from tiebreak.exports import FORMATS, to_dataset
from tiebreak.stats.posterior import posterior

PAIRS = [pair(f"p{n}") for n in range(30)]
OF_TRAINERS = [name for name, found in FORMATS.items() if not found.by_pair]


@pytest.fixture
def three():
    """Anna and Bob mostly agree, Cleo often says otherwise; some ties."""
    return labels_of(
        anna=[label(f"p{n}", "ab"[n % 2], strength=2) for n in range(30)],
        bob=[label(f"p{n}", "tie" if n % 10 == 9 else "ab"[n % 2]) for n in range(30)],
        cleo=[label(f"p{n}", "ba"[n % 2] if n % 3 else "ab"[n % 2]) for n in range(30)],
    )


def rows_of(path):
    return read_lines(path)


def test_the_figures_of_a_row_are_the_posteriors(three, tmp_path):
    write(
        tmp_path / "t.jsonl",
        PAIRS,
        three,
        agreement="majority",
        posterior=True,
        provenance=["pair"],
    )
    found = posterior(three).pairs

    rows = rows_of(tmp_path / "t.jsonl")
    assert rows
    for row in rows:
        side = "a" if row["chosen"].startswith("first") else "b"
        right, wrong = (found.loc[row["pair"], f"p_{each}"] for each in (side, "ba"[side == "b"]))
        assert row["weight"] == pytest.approx(right)
        assert row["margin"] == pytest.approx(right - wrong)
        assert row["soft_label"] == pytest.approx(right + found.loc[row["pair"], "p_tie"] / 2)


def test_the_label_smoothing_told_is_what_its_formula_gives(three, tmp_path):
    report = write(tmp_path / "t.jsonl", PAIRS, three, agreement="majority", posterior=True)

    rows = rows_of(tmp_path / "t.jsonl")
    wrong = [(row["weight"] - row["margin"]) / (2 * row["weight"] - row["margin"]) for row in rows]
    told = f"label_smoothing={sum(wrong) / len(wrong):.3f} is suggested for cDPO: the mean over"
    assert told in repr(report)


def test_a_note_explains_the_columns_that_its_rows_have_and_no_others(three, tmp_path):
    said = {}
    for name in ("kto", "trl"):
        path = tmp_path / f"{name}.jsonl"
        said[name] = repr(write(path, PAIRS, three, name, agreement="majority", posterior=True))
        held = {"weight", "margin", "soft_label"} & rows_of(path)[0].keys()
        told = {each for each in ("weight", "margin", "soft_label") if f"{each} " in said[name]}
        assert told == held

    assert "label_smoothing" not in said["kto"]  # KTO has none


def test_a_file_is_byte_by_byte_what_it_was_where_nothing_is_asked_for(three, tmp_path):
    write(tmp_path / "t.jsonl", PAIRS, three, agreement="majority")
    write(tmp_path / "more.jsonl", PAIRS, three, agreement="majority", votes="each", posterior=True)

    plain, more = rows_of(tmp_path / "t.jsonl"), rows_of(tmp_path / "more.jsonl")
    own = ("prompt", "chosen", "rejected")
    assert plain == [{name: row[name] for name in own} for row in more]
    assert list(more[0]) == [*own, "votes", "soft_label", "margin", "weight"]


@pytest.mark.parametrize("format", OF_TRAINERS)
def test_every_vote_can_be_kept_in_every_format(three, tmp_path, format):
    suffix = FORMATS[format].suffixes[0]
    path = tmp_path / f"t{suffix}"
    report = write(path, PAIRS, three, format, agreement="majority", votes="each", posterior=True)

    if FORMATS[format].strict:
        rows = read_lines(tmp_path / "t-votes.jsonl")
        assert tmp_path / "t-votes.jsonl" in report.files
        assert "votes" not in read_lines(path)[0]
        assert len(rows) == report.rows
    elif suffix == ".parquet":
        rows = pd.read_parquet(path).to_dict("records")
    else:
        rows = read_lines(path) if suffix == ".jsonl" else pd.read_json(path).to_dict("records")
    assert {len(row["votes"]) for row in rows} == {3}
    assert {vote["annotator"] for vote in rows[0]["votes"]} == {"anna", "bob", "cleo"}
    assert all(0 < row["weight"] <= 1 for row in rows)


def test_a_line_beside_a_strict_file_is_of_its_row(three, tmp_path):
    write(tmp_path / "t.jsonl", PAIRS, three, "openai", agreement="majority", votes=True)

    for row, beside in zip(
        read_lines(tmp_path / "t.jsonl"), read_lines(tmp_path / "t-votes.jsonl"), strict=True
    ):
        assert beside["pair"] in row["input"]["messages"][-1]["content"]


def test_kto_counts_votes_from_each_responses_side(tmp_path):
    found = labels_of(
        anna=[label("p0", "b")],
        bob=[label("p0", "b")],
        cleo=[label("p0", "tie")],
        dan=[label("p0", "a")],
        eve=[label("p0", "b")],
    )
    write(
        tmp_path / "k.jsonl", PAIRS, found, "kto", agreement="majority", votes=True, posterior=True
    )

    rows = {row["completion"]: row for row in read_lines(tmp_path / "k.jsonl")}
    second = next(row for text, row in rows.items() if text.startswith("second"))
    first = next(row for text, row in rows.items() if text.startswith("first"))
    assert second["votes"] == {"this": 3, "other": 1, "tie": 1, "both_bad": 0}
    assert first["votes"] == {"this": 1, "other": 3, "tie": 1, "both_bad": 0}
    assert second["weight"] == first["weight"]
    assert "margin" not in first


def test_a_margin_of_ones_own_stands_and_the_posteriors_is_left_out(three, tmp_path):
    only = three[three["annotator"] == "anna"]
    write(tmp_path / "t.jsonl", PAIRS, only, margin=True, posterior=True)

    assert {row["margin"] for row in rows_of(tmp_path / "t.jsonl")} == {2.0}


def test_what_an_adjudicator_decided_is_sure_and_counts_in_no_posterior(three, tmp_path):
    verdicts = labels_of(chief=[label(f"p{n}", "ba"[n % 2]) for n in range(10)])
    write(
        tmp_path / "t.jsonl",
        PAIRS,
        pd.concat([three, verdicts]),
        adjudicator="chief",
        agreement="majority",
        posterior=True,
        provenance=["pair"],
    )
    rows = {row["pair"]: row for row in rows_of(tmp_path / "t.jsonl")}
    without = posterior(three).pairs

    assert {rows[f"p{n}"]["weight"] for n in range(10)} == {1.0}
    assert rows["p12"]["weight"] == pytest.approx(without.loc["p12", "p_a"])


def test_one_annotator_alone_is_said_to_be_unknown(three, tmp_path):
    only = three[three["annotator"] == "anna"]
    report = write(tmp_path / "t.jsonl", PAIRS, only, posterior=True)

    assert "say nothing of this one" in repr(report)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"votes": "all"}, 'votes is True for counts or "each"'),
        ({"posterior": "yes"}, "posterior is True or False"),
    ],
)
def test_what_can_be_asked_for_is_said(three, tmp_path, asked, told):
    with pytest.raises(tb.ExportError, match=told):
        write(tmp_path / "t.jsonl", PAIRS, three, agreement="majority", **asked)


def test_a_format_that_holds_every_label_says_so(three, tmp_path):
    with pytest.raises(tb.ExportError, match="holds every label itself"):
        write(tmp_path / "t.jsonl", PAIRS, three, "raw", posterior=True)


def test_a_dataset_has_typed_columns_of_them(three):
    pytest.importorskip("datasets")
    found = to_dataset(PAIRS, three, agreement="majority", votes="each", posterior=True)

    assert str(found.features["weight"].dtype) == "float64"
    assert "label_smoothing=" in found.info.description
