import re

import numpy as np
import pandas as pd
import pytest
from helpers import contents, journal_of, read_lines, rows

import tiebreak as tb

SESSION = {
    "criteria": ["helpful", "honest"],
    "reasons": ["wrong fact", "too long"],
    "principles": ["kind"],
    "flags": True,
}
SAID = {
    "criteria": {"helpful": "b", "honest": "both_bad"},
    "reasons": {"a": ["wrong fact", "too long"]},
    "principles": ["kind"],
    "flags": {"b": ["unsafe"], "pair": ["broken"]},
    "note": "n",
    "edit": "better",
    "seconds": 2.5,
}


@pytest.fixture
def judging(open_session):
    return open_session(rows(6), order="given", **SESSION)


def last_line(session):
    line = read_lines(journal_of(session._store.path))[-1]
    return {
        name: value for name, value in line.items() if name not in ("type", "id", "at", "guideline")
    }


def test_all_that_can_be_said_of_a_pair_is_on_disk(judging):
    judging.label("p0", "a", 2, **SAID)

    assert last_line(judging) == {"pair": "p0", "preference": "a", "strength": 2, **SAID}


def test_what_is_empty_is_not_written(judging):
    empty = {"criteria": {}, "reasons": {"a": [], "b": None}, "principles": (), "flags": {}}

    judging.label("p0", "a", note="", edit="", **empty)

    assert last_line(judging) == {"pair": "p0", "preference": "a"}


def test_names_may_come_in_any_list(judging):
    judging.label("p0", "a", reasons={"a": ("wrong fact",)}, principles=np.array(["kind"]))

    assert last_line(judging)["reasons"] == {"a": ["wrong fact"]}
    assert last_line(judging)["principles"] == ["kind"]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            {"criteria": {"helpfull": "a"}},
            "the session has no 'helpfull' among its criteria; did you mean 'helpful'?",
        ),
        (
            {"criteria": {"honest": "b", "helpful": "left"}},
            "criteria['helpful'] is 'a', 'b', 'tie' or 'both_bad', not 'left'. Left and right are "
            "sides of a screen; a and b are the pair's own responses. Nothing was recorded.",
        ),
        (
            {"criteria": {"helpful": "ties"}},
            "criteria['helpful'] is 'a', 'b', 'tie' or 'both_bad', not 'ties'. Did you mean 'tie'?",
        ),
        ({"criteria": {"helpful": "skip"}}, "criteria['helpful'] is 'a', 'b', 'tie' or 'both_b"),
        ({"criteria": {"helpful": ["a"]}}, "not ['a']. Nothing was recorded."),
        ({"criteria": {7: "a"}}, 'such as {"helpful": "a"}, not {7: \'a\'}.'),
        (
            {"criteria": ["helpful"]},
            "criteria is a dict of verdicts (a, b, tie or both_bad), such as {",
        ),
        ({"reasons": {"a": ["wrong facts"]}}, "did you mean 'wrong fact'"),
        ({"reasons": {"left": ["wrong fact"]}}, "the key of reasons is 'a' or 'b', not 'left'."),
        (
            {"reasons": ["wrong fact"]},
            'reasons is a dict by response, such as {"a": ["wrong fact"]',
        ),
        ({"reasons": {"a": "wrong fact"}}, "reasons['a'] is a list of names, not 'wrong fact'."),
        ({"reasons": {"a": [7]}}, "reasons['a'] is a list of names, not [7]."),
        ({"principles": ["unkind"]}, "no 'unkind' among its principles"),
        ({"principles": "kind"}, "principles is a list of names, not 'kind'."),
        ({"flags": {"a": ["rude"]}}, "there are unsafe, personal data, broken"),
        ({"flags": {"both": ["unsafe"]}}, "the key of flags is 'a', 'b' or 'pair', not 'both'."),
        ({"edit": "x", "preference": "tie"}, "improves the better answer"),
        ({"edit": 7}, "edit is a text of up to 2,000,000 characters, not 7."),
        ({"edit": "x" * 2_000_001}, "edit has at most 2,000,000 characters, not 2,000,001."),
        ({"note": "x" * 20_001}, "note has at most 20,000 characters, not 20,001."),
        ({"seconds": -1}, "seconds is a number of seconds from 0, not -1."),
        (
            {"preference": "beta"},
            "preference is 'a', 'b', 'tie', 'both_bad' or 'skip', not 'beta'.",
        ),
        ({"preference": "Tie"}, "not 'Tie'. Did you mean 'tie'?"),
        ({"strength": 4}, "strength is 1, 2 or 3 (slightly, clearly, much better), not 4."),
    ],
)
def test_what_the_session_does_not_ask_is_refused_and_changes_nothing(judging, said, message):
    before = contents(judging._store.path)

    with pytest.raises(tb.LabelError, match=rf"^Pair 'p0': .*{re.escape(message)}"):
        judging.label("p0", **{"preference": "a", **said})
    assert before == contents(judging._store.path)


@pytest.mark.parametrize(
    ("said", "change"),
    [
        ({"criteria": {"kind": "a"}}, r"criteria=\[\.\.\.\]"),
        ({"flags": {"a": ["unsafe"]}}, "flags=True"),
    ],
)
def test_a_session_that_asks_for_none_tells_how_to_ask(session, said, change):
    with pytest.raises(tb.LabelError, match=rf"change_settings\({change}\)"):
        session.label("p0", "a", **said)


@pytest.mark.parametrize(
    ("required", "label", "is_missing"),
    [
        (True, ("a",), True),
        (True, ("both_bad",), True),
        (True, ("skip",), False),
        ([3], ("a", 3), True),
        ([3], ("a", 2), False),
        ([3], ("tie",), False),
        (["tie"], ("tie",), True),
        (["both_bad"], ("both_bad",), True),
        (["both_bad", 1], ("tie",), False),
        (False, ("a", 3), False),
    ],
)
def test_a_note_is_required_where_the_session_says_so(open_session, required, label, is_missing):
    session = open_session(rows(2), note_required=required)

    if is_missing:
        with pytest.raises(tb.LabelError, match="requires a note"):
            session.label("p0", *label)
    else:
        session.label("p0", *label)
    session.label("p1", *label, note="because")


def test_spaces_are_no_note(open_session):
    with pytest.raises(tb.LabelError, match="requires a note"):
        open_session(rows(1), note_required=True).label("p0", "a", note="  ")


def test_required_criteria_are_named_where_they_are_missing(open_session):
    session = open_session(rows(2), criteria=["helpful", "honest"], criteria_required=True)

    with pytest.raises(tb.LabelError, match="'honest' is missing; give criteria="):
        session.label("p0", "a", criteria={"helpful": "a"})
    session.label("p0", "skip")
    session.label("p0", "a", criteria={"helpful": "a", "honest": "tie"})


# -- amend


def test_amending_changes_what_is_given_and_keeps_the_rest(judging):
    judging.label("p0", "a", 2, **SAID)

    judging.amend("p0", note="other", flags=None, strength=3)

    kept = {name: value for name, value in SAID.items() if name != "flags"}
    assert last_line(judging) == {
        "pair": "p0",
        "preference": "a",
        **kept,
        "note": "other",
        "strength": 3,
    }
    assert len(judging.labels) == 1


def test_an_amended_label_is_undone_to_what_it_was(judging):
    judging.label("p0", "a", note="first")
    judging.amend("p0", note="second")

    judging.undo()

    assert judging.labels["note"].tolist() == ["first"]


def test_an_amended_label_keeps_the_side_that_was_shown(browser):
    browser.choose("p0", "left", seconds=3)
    side = browser.session.labels["shown_left"].tolist()

    browser.session.amend("p0", note="n")

    assert browser.session.labels["shown_left"].tolist() == side


def test_a_changed_preference_takes_the_edit_with_it(judging):
    judging.label("p0", "a", 2, edit="a, improved", note="n")

    judging.amend("p0", preference="b")

    assert last_line(judging) == {"pair": "p0", "preference": "b", "strength": 2, "note": "n"}


def test_a_preference_changed_to_a_tie_takes_the_strength_with_it(judging):
    judging.label("p0", "a", 2)

    judging.amend("p0", preference="tie")

    assert last_line(judging) == {"pair": "p0", "preference": "tie"}


def test_names_that_the_session_asked_for_once_stay_in_an_amended_label(judging):
    judging.label("p0", "a", reasons={"a": ["wrong fact"]})
    judging.change_settings(reasons=["unclear"])

    judging.amend("p0", note="n")

    assert last_line(judging)["reasons"] == {"a": ["wrong fact"]}
    with pytest.raises(tb.LabelError, match="no 'wrong fact' among its reasons"):
        judging.amend("p0", reasons={"a": ["wrong fact"]})


@pytest.mark.parametrize(
    ("pair", "changes", "message"),
    [
        ("p1", {"note": "n"}, "'p1' has no label to amend"),
        ("p9", {"note": "n"}, "'p9' has no label to amend"),
        ("p0", {"notes": "n"}, "no field 'notes'; did you mean 'note'"),
        ("p0", {"strength": 9}, "strength is 1, 2 or 3 .* not 9"),
        ("p0", {"preference": "left"}, "preference is 'a'.* not 'left'"),
        ("p0", {"preference": None}, "preference is 'a'.* not None"),
        ("p0", {"seconds": pd.NA}, "seconds is a number of seconds from 0, not <NA>"),
        (["p0"], {"note": "n"}, "given by its id, a text, not by a list"),
    ],
)
def test_what_cannot_be_amended_is_told_and_changes_nothing(judging, pair, changes, message):
    judging.label("p0", "a")
    before = contents(judging._store.path)

    with pytest.raises(tb.LabelError, match=message):
        judging.amend(pair, **changes)
    assert before == contents(judging._store.path)


def test_amending_a_criterion_leaves_the_others(open_session):
    session = open_session(rows(2), criteria=["kind", "true"], criteria_required=True)
    session.label("p0", "a", criteria={"kind": "a", "true": "tie"})
    session.amend("p0", criteria={"true": "b"})

    assert session.labels[["criterion_kind", "criterion_true"]].to_numpy().tolist() == [["a", "b"]]


def test_an_unknown_pair_is_told_before_what_its_label_lacks(open_session):
    session = open_session(rows(2), criteria=["kind"], criteria_required=True)

    with pytest.raises(tb.LabelError, match="no pair with the id 'nope'"):
        session.label("nope", "a")
