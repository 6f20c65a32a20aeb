"""How many pairs a study needs, and when it may stop: published values and simulations."""

import numpy as np
import pandas as pd
import pytest
from helpers import rows
from hypothesis import given
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak.stats.planning import confidence_sequence, decisive_labels, stopping_table
from tiebreak.stats.settling import settles


@pytest.mark.parametrize(("share", "number"), [(0.55, 786), (0.6, 199), (0.65, 90), (0.7, 49)])
def test_decisive_labels_are_those_of_the_exact_sign_test(share, number):
    assert decisive_labels(share) == number
    assert tb.plan(share)["pairs"] == number


def test_a_plan_with_ties_and_raters_has_the_power_that_it_promises():
    """Raters agree by a share of the pair's own; the test is of the pairs' means."""
    generator = np.random.default_rng(7)
    share, agreement, raters, ties = 0.6, 0.4, 3, 0.2
    pairs = tb.plan(share, ties=ties, raters=raters, agreement=agreement)["pairs"]
    scale = 1 / agreement - 1  # a beta's, whose draws have this agreement in common
    found = 0
    for _ in range(2_000):
        own = generator.beta(share * scale, (1 - share) * scale, size=pairs)[:, None]
        won = generator.random((pairs, raters)) < own
        decisive = generator.random((pairs, raters)) >= ties
        margin = np.where(decisive, np.where(won, 1, -1), 0).sum(axis=1)
        found += abs(margin.sum()) / np.sqrt((margin**2).sum()) > 1.959964
    assert 0.75 < found / 2_000 < 0.86


def test_plans_that_cannot_be_are_refused():
    for wrong in ({"share": 0.5}, {"power": 1}, {"ties": 1}, {"raters": 0}, {"agreement": 2}):
        with pytest.raises(tb.StatsError):
            tb.plan(**wrong)
    with pytest.raises(tb.StatsError, match="nobody will make so many"):
        tb.plan(0.5001)


def test_looking_after_every_label_stops_by_chance_in_at_most_one_study_of_twenty():
    generator = np.random.default_rng(11)
    wins = (generator.random((1_000, 1_000)) < 0.5).cumsum(axis=1)
    edges = {}
    stopped = 0
    for run in wins:
        for trials, won in enumerate(run, 1):
            lead = max(won, trials - won)
            # A lead that settles nothing settles nothing with more trials.
            if lead < edges.get(trials, 0):
                continue
            if confidence_sequence(int(lead), trials)[0] > 0.5:
                stopped += 1
                break
            edges[trials] = lead + 1
    assert stopped / 1_000 <= 0.05


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_interval_holds_the_share_and_turns_with_the_sides(wins, losses):
    low, high = confidence_sequence(wins, wins + losses)
    turned = confidence_sequence(losses, wins + losses)

    assert 0 <= low <= high <= 1
    assert wins + losses == 0 or low <= wins / (wins + losses) <= high
    assert turned == pytest.approx((1 - high, 1 - low), abs=1e-9)


def test_a_session_says_whether_it_may_stop(open_session):
    session = open_session(rows(80))
    assert session.stats.stopping().empty
    for number, pair in enumerate(session.pairs.index):
        session.label(pair, "b" if number % 10 == 0 else "a")
        session.label(pair, "a") if number % 20 == 0 else None

    [row] = session.stats.stopping().to_dict("records")

    assert (row["better"], row["wins"], row["decisive"]) == ("model-one", 76, 80)
    assert row["settled"]
    assert row["says"] == "model-one is better than model-two: you may stop."


def test_what_is_not_settled_says_how_many_labels_would():
    labels = pd.DataFrame(
        {"pair": range(20), "annotator": "me", "preference": ["a"] * 12 + ["b"] * 8}
    )
    pairs = pd.DataFrame({"model_a": "x", "model_b": "y"}, index=range(20))

    [row] = stopping_table(labels, pairs).to_dict("records")

    assert not row["settled"]
    assert "it is settled after 279 decisive labels" in row["says"]
    assert not settles(0.6 * 278, 0.4 * 278)
    assert settles(0.6 * 279, 0.4 * 279)
    level = labels.assign(preference=["a", "b"] * 10)
    assert "level so far" in stopping_table(level, pairs)["says"][0]


def test_of_several_labels_of_a_pair_the_first_made_counts_whoever_made_it():
    later = pd.DataFrame({"pair": range(40), "annotator": "anna", "preference": "b"})
    later["at"] = pd.Timestamp("2026-02-01T09:00Z")
    first = later.assign(annotator="zoe", preference="a", at=pd.Timestamp("2026-01-01T09:00Z"))
    pairs = pd.DataFrame({"model_a": "x", "model_b": "y"}, index=range(40))

    [row] = stopping_table(pd.concat([later, first]), pairs).to_dict("records")

    assert (row["better"], row["decisive"]) == ("x", 40)
