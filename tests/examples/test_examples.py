"""Each notebook of examples/, run as its reader would."""

import json
import re
from itertools import pairwise

import notebooks
import pytest

import tiebreak as tb


@pytest.fixture(params=sorted(path.name for path in notebooks.EXAMPLES.glob("*.ipynb")))
def example(request):
    return notebooks.read(request.param)


def test_an_example_is_kept_without_outputs(example):
    code = [cell for cell in example.cells if cell.cell_type == "code"]

    assert all(not cell.outputs and cell.execution_count is None for cell in code)


def test_an_example_says_something_before_each_of_its_cells_and_at_its_end(example):
    kinds = [cell.cell_type for cell in example.cells]

    assert kinds[0] == kinds[-1] == "markdown"
    assert ("code", "code") not in pairwise(kinds)


def test_the_quickstart_shows_labels_triples_checks_and_a_file_that_loads(tmp_path):
    labels = """
for preference in ["a", "b", "tie", "both_bad", "skip", "a"]:
    session.label(session.next().id, preference)
"""

    shown = notebooks.run("quickstart.ipynb", tmp_path, {"cell-1": labels})

    assert "{'tie': 1, 'both_bad': 1, 'skip': 1}" in shown["cell-7"]
    assert "train.jsonl: 3 rows, format trl" in shown["cell-9"]
    assert "num_rows: 3" in shown["cell-11"]


def test_the_prototype_goes_from_three_models_answers_to_files_for_dpo(tmp_path):
    labels = """
while pair := session.next():
    session.label(pair.id, "a" if len(pair.a) > len(pair.b) else "b")
"""

    shown = notebooks.run("prototype.ipynb", tmp_path, {"label": labels})

    assert shown["pairs"].startswith("36 pairs")
    assert {"terse", "plain", "chatty"} <= set(shown["win-rates"].split())
    assert "P14" in shown["check"]
    assert "train 30" in shown["export"]
    assert "test 6" in shown["export"]
    assert "num_rows: 30" in shown["load"]
    rows = [
        json.loads(line)
        for part in ("train", "test")
        for line in (tmp_path / f"dpo-{part}.jsonl").read_text("utf-8").splitlines()
    ]
    assert len(rows) == 36
    for row in rows:
        (chosen,), (rejected,) = row["chosen"], row["rejected"]
        assert len(chosen["content"]) > len(rejected["content"])


def test_pictures_and_sounds_are_labeled_and_written_with_what_was_seen_and_heard(tmp_path):
    labels = "while pair := {0}.next():\n    {0}.label(pair.id, 'a')\n"
    does = {name: labels.format(name) for name in ("pictures", "questions", "sounds")}

    shown = notebooks.run("images.ipynb", tmp_path, does)

    assert "pictures.parquet: 6 rows" in shown["pictures-export"]
    assert "TRL 1.16 stops at them" in shown["pictures-export"]
    assert "PngImageFile image mode=RGB size=320x240" in shown["questions-load"]
    for name in ("pictures", "questions", "sounds"):
        labels = tb.read_pairs(tmp_path / f"{name}.parquet").labels
        assert labels["preference"].tolist() == ["a"] * 6


def test_the_study_goes_from_a_guideline_to_a_report_and_files(tmp_path):
    labels = """
while pair := {0}.next():
    shorter = "a" if len(str(pair.a)) < len(str(pair.b)) else "b"
    {0}.label(pair.id, shorter, criteria={{"true": "tie", "asked": shorter}})
"""
    does = {"session": labels.format("session"), "parted": labels.format("parted")}

    shown = notebooks.run("study.ipynb", tmp_path, does)

    assert "pairs       187" in shown["plan"]
    assert "People agree on" in shown["agreement"]
    found = re.search(r"0 of (\d+) pairs labeled", shown["parted"])
    assert found is not None
    assert f"{found[1]} pairs were decided by an adjudicator" in shown["report"]
    assert "20 pairs, 2 people" in shown["report"]
    assert "2 annotators" in shown["methods"]
    assert "train.jsonl: 20 rows" in shown["export"]
    assert "anna" not in shown["card"]
    assert (tmp_path / "report.html").read_text("utf-8").startswith("<!doctype html>")
    everything = tb.read_pairs(tmp_path / "study-raw.jsonl")
    assert set(everything.labels["annotator"]) == {"anna", "ben-simulated", "adjudicator"}
