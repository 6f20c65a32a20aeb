"""May I stop: what the bar says of one annotator's labels, and what it may not say."""

import json
import math

import numpy as np
import pytest
from helpers import Browser, rows
from hypothesis import given
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak.labeling.contests import Contests
from tiebreak.stats.planning import confidence_sequence
from tiebreak.stats.settling import settles


@given(st.integers(0, 400), st.integers(0, 400), st.sampled_from([0.05, 0.01, 0.2]))
def test_a_contest_is_settled_exactly_where_the_interval_leaves_a_half_out(wins, losses, level):
    low, high = confidence_sequence(wins, wins + losses, level)

    assert settles(wins, losses, level) == (low >= 0.5 or high <= 0.5)


def ack_in(news):
    return next(message for message in news if message["type"] == "ack")


def settled_of(session):
    found = session.stats.stopping()
    return int(found["settled"].sum())


def test_the_bar_says_what_the_statistics_say_after_every_label_undo_and_change(open_session, wire):
    session = open_session(rows(14), order="given", seed=7, stopping=True)
    browser = Browser(session, wire)
    [state] = browser.news()
    assert state["stopping"] == {"contests": 1, "settled": 0}
    told = []
    for number in range(14):
        session.label(f"p{number}", "a")
        told.append(ack_in(browser.news())["stopping"]["settled"])
        assert told[-1] == settled_of(session)
    assert sorted(told) == told
    assert set(told) == {0, 1}
    for pair, choice in (("p0", "tie"), ("p1", "b"), ("p2", "b"), ("p3", "b"), ("p1", "a")):
        session.label(pair, choice)
        assert ack_in(browser.news())["stopping"]["settled"] == settled_of(session)
    while session.undo():
        assert ack_in(browser.news())["stopping"]["settled"] == settled_of(session)


def test_several_contests_are_counted_each_and_gold_and_second_showings_are_none(open_session):
    pairs = rows(12)
    for number, row in enumerate(pairs):
        row["model_b"] = ["model-two", "model-three"][number % 2]
    gold = [{"id": "g", "prompt": "k", "chosen": "x", "rejected": "y", "model_a": "u"}]
    session = open_session(pairs, gold=gold, order="given", seed=7, repeat=0.5)
    while pair := session.next():
        session.label(pair.id, "a")
    found = Contests(session._labels)

    assert (found.count, found.settled) == (2, settled_of(session))


def test_the_screen_is_not_told_which_model_leads_nor_by_what(open_session, wire):
    session = open_session(rows(14), order="given", seed=7, stopping=True)
    said = []
    for choice in ("a", "b"):
        for number in range(14):
            session.label(f"p{number}", choice)
        said.append(Browser(session, wire).send({"type": "hello"})[-1]["stopping"])
    assert said[0] == said[1] == {"contests": 1, "settled": 1}
    assert not {"model-one", "model-two"} & set(json.dumps([text for _, text in wire]).split('"'))


def test_it_is_asked_for_and_a_session_that_does_not_is_told_nothing(open_session, wire):
    session = open_session(rows(6), order="given", seed=7)
    browser = Browser(session, wire)
    [state] = browser.news()
    [ack] = browser.choose("p0", "left")
    assert "stopping" not in state
    assert "stopping" not in ack

    session.change_settings(stopping=True)
    assert browser.news()[-1]["stopping"] == {"contests": 1, "settled": 0}


def test_where_no_pair_compares_two_models_it_says_so(open_session):
    pairs = [
        {name: row[name] for name in ("id", "prompt", "response_a", "response_b")}
        for row in rows(3)
    ]
    with pytest.warns(UserWarning, match="no pair compares two models"):
        open_session(pairs, stopping=True)


@pytest.mark.parametrize("wins", [0, 1, 5, 6])
def test_few_labels_settle_nothing(wins):
    assert not settles(wins, 0)
    assert not math.isnan(confidence_sequence(wins, wins)[0])


def test_a_study_of_equals_that_is_looked_at_after_every_label_is_rarely_stopped():
    rng = np.random.default_rng(3)
    stopped = 0
    for wins in rng.random((400, 300)) < 0.5:
        won = wins.cumsum()
        stopped += any(settles(int(w), n + 1 - int(w)) for n, w in enumerate(won))

    assert stopped <= 20


def test_an_adjudicator_is_told_nothing_of_it(tmp_path, wire):
    for who, choice in (("anna", "a"), ("bob", "b")):
        with tb.Session(tmp_path / "s", rows(3), annotator=who, stopping=True) as session:
            session.label("p0", choice)
    with tb.Session(tmp_path / "s", read_only=True).disagreements() as parted:
        [state] = Browser(parted, wire).news()

        assert "stopping" not in state
