"""Each label says which guidelines it was made under, and old ones can be looked at anew."""

import json

import pandas as pd
import pytest
from helpers import NOW, Browser, journal_of, python, read_lines, rows

import tiebreak as tb
from tiebreak.records.label import Label, new_id, to_line
from tiebreak.records.settings import begin


@pytest.fixture
def labeling(open_session):
    """Two labels under the first guidelines, then new ones."""
    session = open_session(rows(4), order="given", guidelines="Prefer the shorter.")
    session.label("p0", "a", note="n")
    session.label("p1", "tie")
    session.change_settings(guidelines="Prefer the kinder.", criteria=["kind"])
    return session


def of_labels(session):
    return session.labels.set_index("pair")["guideline"].to_dict()


# -- the version


@pytest.mark.parametrize(
    "changes",
    [
        {"question": "Which is kinder?"},
        {"guidelines": "Be kind."},
        {"criteria": {"kind": ""}},
        {"principles": {"kind": "Be kind."}},
    ],
)
def test_what_an_annotator_decides_by_makes_a_version(changes):
    assert begin({}).guideline != begin(changes).guideline


def test_what_does_not_guide_makes_no_version():
    others = {"scale": "graded", "pace": True, "reasons": ["short"], "seed": 3}

    assert begin({}).guideline == begin(others).guideline


def test_a_version_has_the_same_name_in_every_process(labeling):
    code = """
import sys, tiebreak as tb
with tb.Session(sys.argv[1], annotator="other", read_only=True) as session:
    print(session.guidelines_log["version"].tolist()[-1])
"""
    assert python(code, labeling._store.path).strip() == labeling.guidelines_log["version"].iloc[-1]


def test_a_label_holds_the_version_that_it_was_made_under(labeling):
    old, new = labeling.guidelines_log["version"]
    labeling.label("p2", "b")
    labeling.amend("p1", criteria={"kind": "a"})

    assert of_labels(labeling) == {"p0": old, "p1": new, "p2": new}
    assert read_lines(journal_of(labeling._store.path))[1]["guideline"] == old


def test_a_choice_sent_after_a_change_holds_the_version_that_was_on_screen(open_session, wire):
    session = open_session(rows(3), order="given", guidelines="Prefer the shorter.")
    browser = Browser(session, wire)
    on_screen = browser.news()[0]["guideline"]
    session.label("p2", "a")
    session.change_settings(guidelines="Prefer the kinder.")
    now_on_screen = browser.news()[-1]["guideline"]

    browser.choose("p0", "left", guideline=on_screen)
    browser.choose("p1", "left", guideline=now_on_screen)

    log = session.guidelines_log
    assert [on_screen, now_on_screen] == log["version"].tolist()
    assert of_labels(session) == {"p0": on_screen, "p1": now_on_screen, "p2": on_screen}


def test_the_version_comes_back_from_a_raw_export(labeling, tmp_path):
    labeling.export(tmp_path / "raw.jsonl", "raw")

    labels = tb.read_pairs(tmp_path / "raw.jsonl").labels
    assert labels.set_index("pair")["guideline"].to_dict() == of_labels(labeling)


# -- the log


def test_the_log_says_since_when_by_whom_what_changed_and_how_many_labels(labeling, open_session):
    labeling.label("p2", "b")
    other = open_session(annotator="other")
    other.label("p0", "b")

    log = labeling.guidelines_log

    assert log.columns.tolist() == ["version", "since", "by", "changed", "own", "labels", "older"]
    assert log["changed"].tolist() == ["", "guidelines, criteria"]
    assert log["by"].isna().tolist() == [True, False]
    assert log["by"].iloc[1] == "me"
    assert log[["own", "labels", "older"]].to_numpy().tolist() == [[2, 2, 0], [1, 2, 2]]
    assert log["since"].is_monotonic_increasing
    assert str(log["since"].dtype.tz) == "UTC"


def test_criteria_in_another_order_are_named_as_what_changed(open_session):
    session = open_session(rows(1), criteria=["kind", "true"])

    session.change_settings(criteria=["true", "kind"])

    assert session.guidelines_log["changed"].tolist() == ["", "criteria"]


def test_settings_that_do_not_guide_have_no_place_in_the_log(labeling):
    labeling.change_settings(pace=True, too_fast="warn")

    assert len(labeling.guidelines_log) == 2


def test_guidelines_that_are_come_back_to_are_one_version(labeling):
    old, new = labeling.guidelines_log["version"]
    labeling.change_settings(guidelines="Prefer the shorter.", criteria=None)

    log = labeling.guidelines_log
    assert log["version"].tolist() == [new, old]
    assert log["own"].tolist() == [0, 2]
    assert labeling.queue() == 0


def test_a_session_without_labels_has_a_log(open_session):
    log = open_session(rows(2)).guidelines_log

    assert log[["own", "labels", "older"]].to_numpy().tolist() == [[0, 0, 0]]


@pytest.fixture
def old(open_session):
    """A session with a label of tiebreak 0.1, which knew no versions."""
    session = open_session(rows(3), order="given")
    session.close()
    with journal_of(session._store.path).open("ab") as journal:
        journal.write(to_line(Label(new_id(), "p0", "a", pd.Timestamp(NOW).to_pydatetime())))
    return open_session()


def test_labels_of_no_version_are_missing_and_older_than_any(old, tmp_path):
    assert "guideline" not in old.labels.columns
    old.label("p1", "b")

    assert old.labels["guideline"].isna().tolist() == [True, False]
    log = old.guidelines_log
    assert log["version"].isna().tolist() == [True, False]
    assert log["since"].isna().tolist() == [True, False]
    assert log[["own", "older"]].to_numpy().tolist() == [[1, 0], [1, 1]]
    assert old.queue(older_than=log["version"].iloc[-1]) == 1
    old.export(tmp_path / "raw.jsonl", "raw")
    lines = [json.loads(line) for line in (tmp_path / "raw.jsonl").open()]
    assert ["guideline" in line["labels"][0] for line in lines[:2]] == [False, True]


# -- the queue


def test_old_labels_come_first_and_then_what_was_to_come(labeling):
    assert labeling.queue() == 2
    seen = []
    while pair := labeling.next():
        seen.append(pair.id)
        labeling.label(pair.id, "b")

    assert seen == ["p0", "p1", "p2", "p3"]
    assert labeling.labels["preference"].tolist() == ["b"] * 4
    assert set(of_labels(labeling).values()) == {labeling.guidelines_log["version"].iloc[-1]}


def test_nothing_is_blanked_by_a_queue(labeling):
    before = labeling.labels

    labeling.queue()

    pd.testing.assert_frame_equal(before, labeling.labels)
    assert labeling._labels.standing().labeled == 2
    assert labeling._labels.standing().upcoming == 4


def test_a_skip_is_not_queued(labeling):
    labeling.undo()
    labeling.label("p1", "skip")
    labeling.change_settings(guidelines="Prefer neither.")

    assert labeling.queue() == 1


def test_an_undo_in_a_queue_brings_its_pair_back(labeling):
    labeling.queue()
    labeling.label("p0", "b")
    assert labeling.next().id == "p1"

    labeling.undo()

    assert labeling.next().id == "p0"
    assert labeling.labels.set_index("pair")["preference"]["p0"] == "a"


def test_a_queue_goes_on_after_the_session_is_opened_again(labeling, open_session):
    labeling.queue()
    labeling.label("p0", "b")
    labeling.close()

    again = open_session()

    assert again.queue() == 1
    assert again.next().id == "p1"


def test_the_queue_shows_old_labels_on_screen_with_what_they_say(labeling, wire):
    browser = Browser(labeling, wire)
    browser.news()

    labeling.queue()

    [state] = browser.news()
    shown = state["deck"][0]
    assert [pair["id"] for pair in state["deck"]] == ["p0", "p1", "p2", "p3"]
    assert [pair.get("queued", False) for pair in state["deck"]] == [True, True, False, False]
    assert shown["label"]["note"] == "n"
    [ack] = browser.choose("p0", "tie", guideline=state["guideline"], id="the-new-one")
    assert (ack["standing"]["labeled"], ack["standing"]["upcoming"]) == (2, 3)
    assert ack["label"]["changes"] is True
    [ack] = browser.send({"type": "undo", "id": "the-undo", "event": "the-new-one", "at": NOW})
    assert ack["pair"]["queued"] is True
    assert ack["pair"]["label"]["note"] == "n"


def test_a_version_that_never_was_cannot_be_asked_for(labeling):
    with pytest.raises(tb.SessionError, match="There was no version 'x' of the guidelines"):
        labeling.queue(older_than="x")


def test_labels_older_than_a_version_in_between_leave_the_newer_ones_alone(labeling):
    labeling.label("p2", "a")
    labeling.change_settings(guidelines="Prefer neither.")
    labeling.label("p3", "a")

    assert labeling.queue(older_than=labeling.guidelines_log["version"].iloc[1]) == 2
    assert labeling.queue() == 3
