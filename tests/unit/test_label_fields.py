"""A label's fields are said once: what follows from the table covers every one of them."""

import datetime as dt
import inspect

import msgspec
import pandas as pd
import pytest
from helpers import Browser, journal_of, read_lines, rows

import tiebreak as tb
from tiebreak.labeling.asked import SAYABLE
from tiebreak.records.label import FIELDS, Label, Opinion, Said, new_id, to_line
from tiebreak.views import labels_frame
from tiebreak.widget.messages import LabelEvent, Remarks

AT = dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
EVERYTHING = {
    "preference": "a",
    "strength": 2,
    "shown_left": "b",
    "seconds": 1.5,
    "at": AT,
    "note": "n",
    "probability": 0.75,
    "edit": "better",
    "principles": ["kind"],
    "guideline": "0123456789ab",
    "shown_by": "contested",
    "shown_chance": 0.5,
    "reasons": {"a": ["short"], "b": ["wrong"]},
    "flags": {"a": ["odd"], "b": ["unsafe"], "pair": ["broken"]},
    "criteria": {"safe": "b", "kind": "tie"},
    "again": True,
}


def test_the_table_has_every_field_of_a_label_and_no_other():
    of_label = set(Label.__struct_fields__) - {"id", "pair"}

    assert set(FIELDS) == set(EVERYTHING) == of_label
    assert set(Opinion.__struct_fields__) - {"annotator", "source"} == of_label
    assert set(SAYABLE) < set(FIELDS)


def test_what_can_be_amended_can_be_said_at_once():
    parameters = set(inspect.signature(tb.Session.label).parameters)

    assert parameters - {"self", "pair_id"} == set(SAYABLE)


def test_the_screen_and_a_label_call_what_can_be_said_the_same():
    own = {"id", "pair", "at", "choice", "shuffle"}

    assert set(Remarks.__struct_fields__) < set(Said.__struct_fields__)
    assert set(LabelEvent.__struct_fields__) - own < set(Said.__struct_fields__)


def test_every_field_of_a_label_comes_back_from_a_raw_export(open_session, tmp_path):
    session = open_session(rows(1))
    session._labels.record(Label(new_id(), "p0", **{**EVERYTHING, "again": False}))

    session.export(tmp_path / "raw.jsonl", "raw")
    [(_, [label])] = tb.read_pairs(tmp_path / "raw.jsonl").journals

    found = {name: getattr(label, name) for name in FIELDS}
    assert found == {**EVERYTHING, "again": False}


def test_every_field_of_a_label_has_its_columns():
    header = tb.read_pairs([{**rows(1)[0], "preference": "a"}]).journals[0][0]

    frame = labels_frame([(header, [Label(new_id(), "p0", **EVERYTHING)])])

    for name, field in FIELDS.items():
        value = EVERYTHING[name]
        if field.kind == "by side":
            assert {key: frame[f"{name}_{key}"][0] for key in field.keys} == value
        elif field.kind == "verdicts":
            assert {key: frame[f"criterion_{key}"][0] for key in value} == value
        else:
            assert frame[name][0] == value


# -- an edit goes with a preference for a or b


def an_edit_without_a_better_response(preference="tie"):
    return Label(new_id(), "p0", preference, AT, edit="better")


@pytest.fixture
def old(open_session):
    """A session whose journal tiebreak 0.1 filled with what a dataset said."""
    session = open_session(rows(2), order="given", reveal_models=False)
    session.close()
    with journal_of(session._store.path).open("ab") as journal:
        journal.write(to_line(an_edit_without_a_better_response()))
    return open_session()


@pytest.mark.parametrize("preference", ["tie", "both_bad", "skip"])
def test_a_dataset_whose_tie_has_an_edit_is_told_of(preference):
    said = {"annotator": "m", "source": "human", "preference": preference, "edit": "better"}
    row = {"id": "i", "prompt": "p", "a": "x", "b": "y", "labels": [said]}

    with pytest.raises(tb.PairsError, match="an edit improves the better answer"):
        tb.read_pairs([row])


def test_a_journal_that_holds_a_tie_with_an_edit_is_still_read(old):
    assert old.labels[["preference", "edit"]].to_numpy().tolist() == [["tie", "better"]]


def test_no_such_label_is_made_any_more(old, wire):
    with pytest.raises(tb.LabelError, match="an edit improves the better answer, so a tie"):
        old.label("p1", "tie", edit="better")
    browser = Browser(old, wire)
    browser.news()
    [refused] = browser.choose("p1", "both_bad", edit="better")

    assert (refused["type"], refused["keep"]) == ("refused", False)
    assert "an edit improves the better answer" in refused["reason"]
    assert len(read_lines(journal_of(old._store.path))) == 2


def test_to_amend_such_a_label_leaves_its_edit_out(old):
    old.amend("p0", note="n")

    assert old.labels["note"].tolist() == ["n"]
    assert "edit" not in old.labels.columns


def test_a_journals_tie_with_a_strength_is_an_error_as_ever(open_session):
    session = open_session(rows(2))
    session.close()
    with journal_of(session._store.path).open("ab") as journal:
        journal.write(to_line(Label(new_id(), "p0", "tie", AT, strength=2)))

    with pytest.raises(tb.JournalError, match="a tie, both bad and skip have no strength"):
        open_session()


def test_labels_of_old_have_no_new_columns(old):
    assert pd.Index(["again", "criteria"]).isin(old.labels.columns).sum() == 0
    assert msgspec.json.decode(to_line(an_edit_without_a_better_response())).keys() == {
        *("type", "id", "pair", "preference", "at", "edit"),
    }
