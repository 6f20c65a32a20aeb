import numpy as np
import pandas as pd
import pytest
from helpers import contents, rows, to_pairs
from hypothesis import given
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak.labeling.priority import by_priority

SCORES = pd.Series({"p0": 0.5, "p1": 2, "p2": -1, "p3": 2})


def order(session):
    return list(session._labels.showing.order)


def test_scores_put_the_highest_first_and_equal_ones_as_they_were(open_session):
    assert order(open_session(rows(4), order=SCORES)) == ["p1", "p3", "p0", "p2"]


def test_a_function_gets_the_pairs_as_the_session_shows_them(open_session):
    def last_first(pairs):
        assert list(pairs.columns)[:3] == ["prompt", "a", "b"]
        return pairs["prompt"].str[7:].astype(int)

    session = open_session(rows(4), order=last_first)

    assert order(session) == list(session.pairs.index) == ["p3", "p2", "p1", "p0"]


@pytest.mark.parametrize(
    "ids", [["p2", "p0", "p1"], ("p2", "p0", "p1"), np.array(["p2", "p0", "p1"])]
)
def test_a_function_may_give_the_ids_in_order(open_session, ids):
    assert order(open_session(rows(3), order=lambda _: ids)) == ["p2", "p0", "p1"]


def test_the_order_stays_on_a_resume_with_or_without_the_function(open_session):
    session = open_session(rows(4), order=SCORES)
    session.label("p2", "a")
    session.close()
    before = contents(session._store.path)

    for pairs, given_again in ((None, None), (None, SCORES), (rows(4), SCORES), (rows(4), "given")):
        again = open_session(pairs, order=given_again)
        assert order(again) == ["p1", "p3", "p0", "p2"]
        again.close()
    assert before == contents(session._store.path)


def test_added_pairs_come_in_the_order_of_their_scores_behind_those_there(open_session):
    open_session(rows(2), order=SCORES).close()

    assert order(open_session(rows(4), order=SCORES)) == ["p1", "p0", "p3", "p2"]


def test_gold_pairs_are_mixed_in_and_no_business_of_the_function(open_session):
    gold = [{"id": "g", "prompt": "k", "chosen": "t", "rejected": "f"}]

    session = open_session(rows(4), order=SCORES, gold=gold)

    assert [slot for slot in order(session) if slot != "g"] == ["p1", "p3", "p0", "p2"]


@pytest.mark.parametrize("pairs", [None, rows(4)], ids=["no pairs", "the same pairs"])
@pytest.mark.parametrize("stored", ["random", SCORES], ids=["random", "scores"])
@pytest.mark.parametrize("is_labeled", [False, True])
def test_another_order_is_refused_on_a_resume_where_it_could_not_take_effect(
    open_session, pairs, stored, is_labeled
):
    session = open_session(rows(4), order=stored)
    if is_labeled:
        session.label("p0", "a")
    session.close()
    before = contents(session._store.path)

    with pytest.raises(tb.SessionError, match=r"only when pairs are added\. Leave order out"):
        open_session(pairs, order=-SCORES)
    assert before == contents(session._store.path)


def test_an_order_that_only_added_pairs_can_take_says_that_the_others_keep_theirs(open_session):
    open_session(rows(2), order=SCORES).close()

    with pytest.warns(
        UserWarning, match=r"The 2 pairs .* keep the order .* the 2 new ones"
    ) as told:
        session = open_session(rows(4), order=-SCORES)

    assert order(session) == ["p1", "p0", "p2", "p3"]
    assert told[0].filename.endswith("conftest.py")  # where tb.Session was called


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (SCORES.drop("p1"), "1 pair ids have no score: 'p1'"),
        (SCORES.replace(2, np.nan), "2 pair ids have no score: 'p1', 'p3'"),
        (SCORES.astype(object).replace(2, "high"), "2 pair ids have no score"),
        (pd.concat([SCORES, SCORES]), "'p0' twice"),
        (lambda _: ["p0", "p1"], "2 pair ids are missing: 'p2', 'p3'"),
        (lambda _: ["p0", "p1", "p2", "p3", "p9"], "1 pair ids are not among the pairs: 'p9'"),
        (lambda _: ["p0", "p1", "p2", "p3", "p3"], "some of them twice"),
        (lambda _: None, "not NoneType"),
        (lambda _: {"p0": 1}, "not dict"),
    ],
)
def test_an_order_that_does_not_cover_the_pairs_is_told_before_anything_is_made(
    open_session, tmp_path, wrong, message
):
    with pytest.raises(tb.SessionError, match=message):
        open_session(rows(4), order=wrong)
    assert [] == list(tmp_path.iterdir())


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=12))
def test_any_scores_sort_the_pairs_highest_first(scores):
    pairs = to_pairs(rows(len(scores)))
    found = by_priority(pairs, pd.Series(scores, index=[pair.id for pair in pairs]))

    by_id = {pair.id: score for pair, score in zip(pairs, scores, strict=True)}
    assert sorted(pair.id for pair in found) == sorted(by_id)
    assert [by_id[pair.id] for pair in found] == sorted(scores, reverse=True)
