import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers import contents, journal_of, python, read_lines, rows

import tiebreak as tb

# -- label, next, undo


def test_next_gives_a_pair_and_labeling_it_gives_the_next(session):
    pair = session.next()

    assert ("p0", "prompt 0", "alpha 0", "beta 0") == pair
    assert pair.id == "p0"
    session.label(pair.id, "a")
    assert session.next().id == "p1"


def test_a_label_is_on_disk_with_all_it_says_when_label_returns(session):
    session.label("p0", "b", 2, note="close call", seconds=1.5)

    line = read_lines(journal_of(session._store.path))[-1]
    assert {"id", "at", "guideline"} == set(line) - {
        "type",
        "pair",
        "preference",
        "strength",
        "note",
        "seconds",
    }
    assert line | {"id": "", "at": ""} == {
        "type": "label",
        "guideline": session.guidelines_log["version"].iloc[-1],
        "id": "",
        "at": "",
        "pair": "p0",
        "preference": "b",
        "strength": 2,
        "note": "close call",
        "seconds": 1.5,
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("p9", "a"), "no pair with the id 'p9'"),
        (("", "a"), "pair is the id of a pair"),
        ((7, "a"), r"by its id, a text, not by 7: session.label\(session.pairs.index\[0\]"),
        (("p0", "left"), "preference is 'a', 'b', 'tie', 'both_bad' or 'skip', not 'left'"),
        (("p0", None), "preference is .* not None"),
        (("p0", "a", 0), "strength is 1, 2 or 3 .* not 0"),
        (("p0", "a", 4), "strength is 1, 2 or 3 .* not 4"),
        (("p0", "a", 1.5), "strength is 1, 2 or 3 .* not 1.5"),
        (("p0", "a", True), "strength is 1, 2 or 3 .* not True"),
        (("p0", "tie", 1), "a tie, both bad and skip have no strength"),
        (("p0", "skip", 3), "a tie, both bad and skip have no strength"),
    ],
)
def test_a_label_that_does_not_fit_is_refused_and_changes_nothing(session, arguments, message):
    before = contents(session._store.path)

    with pytest.raises(tb.LabelError, match=message):
        session.label(*arguments)
    assert before == contents(session._store.path)
    assert session.labels.empty


@pytest.mark.parametrize(
    "more",
    [
        {"note": "x" * 20_001},
        {"note": 7},
        {"note": "\ud800"},
        {"seconds": -1},
        {"seconds": float("nan")},
        {"seconds": float("inf")},
        {"seconds": "1"},
    ],
)
def test_a_note_or_time_that_does_not_fit_is_refused_and_changes_nothing(session, more):
    before = contents(session._store.path)

    with pytest.raises(tb.LabelError):
        session.label("p0", "a", **more)
    assert before == contents(session._store.path)
    session.label("p0", "a", note="x" * 20_000, seconds=0)


def test_undo_gives_the_pair_it_took_back_and_none_at_the_end(session):
    session.label("p0", "a")
    session.label("p1", "b")

    assert ["p1", "p0", None] == [session.undo(), session.undo(), session.undo()]
    kinds = [line["type"] for line in read_lines(journal_of(session._store.path))]
    assert kinds == ["journal", "label", "label", "undo", "undo"]


# -- sharing and releasing


def test_two_sessions_of_one_annotator_in_a_process_share_their_state(session, open_session):
    other = open_session()
    session.label("p0", "a")
    other.label("p1", "b")

    assert (session.next().id, other.next().id) == ("p2", "p2")
    assert session.labels.equals(other.labels)
    assert session.undo() == "p1"
    assert other.undo() == "p0"


def test_pairs_added_in_a_second_session_reach_the_first(session, open_session):
    for number in range(6):
        session.label(f"p{number}", "a")
    assert session.next() is None
    widget = session.widget

    other = open_session(rows(8))
    other.label("p7", "b")

    assert session.next().id == "p6"
    assert len(session.pairs) == 8
    assert session.undo() == "p7"
    assert "p7" in session.widget._labels.showing.pairs
    assert widget is session.widget


def test_close_releases_the_journal_to_another_process(session):
    code = """
import sys, tiebreak as tb
with tb.Session(sys.argv[1], annotator="me") as session:
    session.label("p1", "b")
"""
    session.label("p0", "a")
    session.close()

    python(code, session._store.path)

    assert [None, "p0", "p1"] == [
        x.get("pair") for x in read_lines(journal_of(session._store.path))
    ]


def test_a_closed_session_can_be_read_but_not_labeled(session):
    session.label("p0", "a")
    session.close()
    session.close()

    for change in (lambda: session.label("p1", "a"), session.undo):
        with pytest.raises(tb.SessionError, match=r"was closed.*Open it again: tb\.Session\("):
            change()
    assert session.labels["pair"].tolist() == ["p0"]
    assert session.next().id == "p1"


def test_with_closes_also_when_an_error_leaves_it(tmp_path):
    with pytest.raises(ZeroDivisionError), tb.Session(tmp_path / "s", rows(2)) as session:
        1 / 0  # noqa: B018
    with pytest.raises(tb.SessionError, match="was closed"):
        session.label("p0", "a")


def test_a_session_that_nothing_refers_to_frees_its_journal(tmp_path):
    code = """
import sys, tiebreak as tb
sys.path.insert(0, sys.argv[2])
from helpers import rows, python
tb.Session(sys.argv[1], rows(2), annotator="me").label("p0", "a")
print(python("import sys, tiebreak as tb; tb.Session(sys.argv[1], annotator='me').label('p1', 'a')",
    sys.argv[1]) == "")
"""
    assert python(code, tmp_path / "pilot", Path(__file__).parent) == "True\n"


def test_the_annotator_is_the_login_name_by_default(tmp_path):
    code = """
import sys, tiebreak as tb
sys.path.insert(0, sys.argv[2])
from helpers import rows
with tb.Session(sys.argv[1], rows(2)) as session:
    session.label("p0", "a")
    print(session.labels["annotator"].item())
"""
    said = python(
        code, tmp_path / "s", Path(__file__).parent, env={**os.environ, "LOGNAME": "grace"}
    )
    assert said == "grace\n"


# -- settings


def test_settings_have_defaults_and_are_kept(open_session):
    session = open_session(rows(2))
    assert ("Which response is better?", "simple", "random") == (
        session._settings.question,
        session._settings.scale,
        session._settings.order,
    )
    session.close()

    assert session._settings == open_session()._settings


CHANGES = {"question": "Which is kinder?", "scale": "graded", "order": "given", "seed": 99}


@pytest.mark.parametrize("name", CHANGES)
def test_a_setting_can_be_changed_until_the_first_label_and_not_after(open_session, name):
    session = open_session(rows(9), seed=1)
    session.close()

    changed = open_session(**{name: CHANGES[name]})
    assert getattr(changed._settings, name) == CHANGES[name]
    changed.label("p3", "a")
    changed.close()
    kept = open_session(**{name: CHANGES[name]})
    assert kept._settings == changed._settings
    kept.close()

    before = contents(session._store.path)
    old = getattr(session._settings, name)
    with pytest.raises(tb.SessionError, match=f"has other settings: {name} is "):
        open_session(**{name: old})
    assert before == contents(session._store.path)


def test_a_setting_cannot_be_changed_when_someone_else_has_labeled(open_session):
    open_session(rows(3), seed=1, annotator="anna").label("p0", "a")

    with pytest.raises(tb.SessionError, match="seed is 1, not 2"):
        open_session(seed=2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scale": "stars"}, "scale is 'simple' or 'graded', not 'stars'"),
        (
            {"order": "best"},
            "order is 'random', 'given', 'contested', a function or a Series of scores, not 'best'",
        ),
        ({"question": 7}, "question is text, not int"),
        ({"annotator": 7}, "annotator is text, not int"),
        ({"seed": "x"}, "seed is a whole number"),
        ({"seed": True}, "seed is a whole number"),
        ({"seed": 2**63}, "seed is a whole number"),
    ],
)
def test_a_setting_of_another_kind_is_refused_before_anything_is_made(
    open_session, tmp_path, options, message
):
    with pytest.raises(tb.SessionError, match=message):
        open_session(rows(2), **options)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("seed", [0, -5, 2**63 - 1])
def test_any_whole_number_is_a_seed(open_session, seed):
    session = open_session(rows(2), seed=seed)
    session.close()

    assert open_session(seed=seed)._settings.seed == seed


# -- several annotators


def test_labels_of_several_annotators_stand_side_by_side(open_session):
    anna, bob = (open_session(rows(3), annotator=name) for name in ("anna", "bob"))
    anna.label("p0", "a", 1)
    bob.label("p0", "b")
    bob.label("p1", "tie")

    labels = anna.labels

    assert labels.equals(bob.labels)
    assert [("anna", "p0", "a"), ("bob", "p0", "b"), ("bob", "p1", "tie")] == list(
        labels[["annotator", "pair", "preference"]].itertuples(index=False, name=None)
    )
    assert anna.next().id in {"p1", "p2"}
    assert anna.undo() == "p0"
    assert len(bob.labels) == 2


def test_every_annotator_meets_the_pairs_in_one_order(open_session):
    anna, bob = (open_session(rows(30), annotator=name) for name in ("anna", "bob"))

    assert list(anna._labels.upcoming()) == list(bob._labels.upcoming())
    assert list(anna._labels.upcoming()) != [f"p{n}" for n in range(30)]


def test_a_damaged_journal_of_someone_else_is_named_when_labels_are_read(open_session):
    open_session(rows(2), annotator="anna").close()
    session = open_session()
    path = journal_of(session._store.path, "anna")
    path.write_bytes(path.read_bytes() + b"garbage\n")

    session.label("p0", "a")
    with pytest.raises(tb.JournalError, match=r"anna\.jsonl, line 2"):
        session.labels  # noqa: B018


def test_every_error_is_a_tiebreak_error():
    errors = [getattr(tb, name) for name in tb.__all__ if name.endswith("Error")]

    assert len(errors) == 8
    assert all(issubclass(error, tb.TiebreakError) for error in errors)


def test_ordinary_use_warns_of_nothing(open_session, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        session = open_session(tb.sample_pairs())
        for preference in ("a", "b", "tie", "skip"):
            session.label(session.next().id, preference)
        session.undo()
        assert isinstance(session.progress, pd.DataFrame)
        session.export(tmp_path / "t.jsonl")
        session.close()
        open_session(tb.sample_pairs())


def test_a_session_says_in_a_line_how_far_it_is(session):
    session.label("p0", "a")
    session.label("p1", "skip")

    text = repr(session)

    assert text.startswith("tiebreak session 'pilot': 1 of 6 pairs labeled, 1 skipped")
    assert f"tb.Session({str(session._store.path)!r}, annotator='me')" in text
    assert "prompt 0" not in text


def test_numbers_may_come_from_a_dataframe_row(tmp_path):
    pairs = [{"prompt": "p", "response_a": "x", "response_b": "y"}]
    row = pd.DataFrame({"strength": [2], "seconds": [1.5]}).iloc[0]
    with tb.Session(tmp_path / "s", pairs, annotator="r") as session:
        session.label(session.next().id, "a", np.int64(2), seconds=row["seconds"])

        assert session.labels.loc[0, ["strength", "seconds"]].tolist() == [2, 1.5]


def test_threads_that_undo_at_once_take_each_label_back_once(tmp_path):
    pairs = [{"prompt": f"p{n}", "response_a": "x", "response_b": "y"} for n in range(40)]
    with tb.Session(tmp_path / "s", pairs, annotator="r") as session:
        while pair := session.next():
            session.label(pair.id, "a")
        with ThreadPoolExecutor(8) as pool:
            undone = list(pool.map(lambda _: session.undo(), range(40)))

        assert sorted(undone) == sorted(session.pairs.index)
        assert session.undo() is None


@pytest.mark.parametrize("path", ["x\0y", "~nobody-of-this-name/x\0", "\ud800"])
def test_a_path_that_no_folder_can_have_is_told(path):
    for given in ((), ([{"prompt": "p", "response_a": "x", "response_b": "y"}],)):
        with pytest.raises(tb.SessionError, match="no path that a folder can have"):
            tb.Session(path, *given)


def test_the_home_of_nobody_is_a_folder_like_any_other(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(tb.SessionError, match="no session at ~nobody-of-this-name"):
        tb.Session("~nobody-of-this-name")
