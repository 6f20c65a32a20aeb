"""How many pairs a study needs, and when it may stop: published values and simulations."""

import functools
import math

import numpy as np
import pandas as pd
import pytest
from helpers import rows
from hypothesis import given
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak.labeling.contests import Contests
from tiebreak.stats.contested import draw
from tiebreak.stats.counted import by_chance
from tiebreak.stats.intervals import binomial_p
from tiebreak.stats.planning import confidence_sequence, decisive_labels, stopping_table
from tiebreak.stats.settling import settles


@pytest.mark.parametrize(("share", "number"), [(0.55, 786), (0.6, 199), (0.65, 90), (0.7, 49)])
def test_decisive_labels_are_those_of_the_exact_sign_test(share, number):
    assert decisive_labels(share) == number
    assert tb.plan(share)["pairs"] == number


@pytest.mark.parametrize(
    ("share", "ties", "power", "level"),
    [
        *((0.55, 0.3, 0.8, 0.05), (0.6, 0.1, 0.9, 0.05), (0.65, 0.2, 0.8, 0.01)),
        *((0.7, 0.3, 0.9, 0.01), (0.75, 0.1, 0.8, 0.05), (0.8, 0.6, 0.8, 0.05)),
    ],
)
def test_a_plan_with_ties_needs_as_many_pairs_as_a_simulated_sign_test(share, ties, power, level):
    """Nine tenths of them have less power than is asked for, and eleven tenths more."""
    planned = int(tb.plan(share, ties=ties, power=power, level=level)["pairs"])
    rejected = functools.cache(lambda won, lost: binomial_p(won, won + lost) <= level)
    generator = np.random.default_rng(3)

    def found(pairs):
        decisive = generator.binomial(pairs, 1 - ties, 4_000)
        won = generator.binomial(decisive, share)
        return np.mean([rejected(*each) for each in zip(won, decisive - won, strict=True)])

    assert found(math.floor(0.9 * planned)) < power + 0.01
    assert found(math.ceil(1.1 * planned)) > power - 0.01
    assert found(planned) == pytest.approx(power, abs=0.03)


@pytest.mark.parametrize(
    ("share", "ties", "raters", "agreement"),
    [(0.6, 0.2, 3, 0.4), (0.65, 0.3, 2, 0.5), (0.7, 0.1, 5, 0.3)],
)
def test_a_plan_with_raters_has_the_power_that_it_promises(share, ties, raters, agreement):
    """Raters agree by a pair's own shares of a, b and ties; the test is of the pairs' margins."""
    pairs = int(tb.plan(share, ties=ties, raters=raters, agreement=agreement)["pairs"])
    shares = np.array([share, 1 - share, ties / (1 - ties)]) * (1 - ties)
    generator = np.random.default_rng(7)

    def found(number):
        # Of Dirichlet's distribution, whose draws have this agreement in common.
        own = generator.dirichlet(shares * (1 / agreement - 1), (1_500, number, 1))
        drawn = generator.random((1_500, number, raters))
        won, decided = drawn < own[..., 0], drawn < own[..., 0] + own[..., 1]
        margin = np.where(won, 1, np.where(decided, -1, 0)).sum(axis=2)
        return (np.abs(margin.sum(axis=1)) > 1.96 * np.sqrt((margin**2).sum(axis=1))).mean()

    assert found(math.floor(0.9 * pairs)) < 0.82
    assert found(math.ceil(1.1 * pairs)) > 0.78


def test_plans_that_cannot_be_are_refused():
    for wrong in ({"share": 0.5}, {"power": 1}, {"ties": 1}, {"raters": 0}, {"agreement": 2}):
        with pytest.raises(tb.StatsError):
            tb.plan(**wrong)
    for wrong in ({"raters": math.inf}, {"raters": 2.5}, {"level": 1e-300}, {"ties": math.nan}):
        with pytest.raises(tb.StatsError):
            tb.plan(**wrong)
    with pytest.raises(tb.StatsError, match="nobody will make so many"):
        tb.plan(0.5001)
    with pytest.raises(tb.StatsError, match="which nobody will make"):
        tb.plan(ties=0.999999)


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


def stops(labels, pairs):
    """Tell whether it would be stopped at any of the labels."""
    beaten = (labels["preference"] == "a") == (labels["pair"].map(pairs["model_a"]) == "x")
    wins = beaten.cumsum().to_numpy()
    return any(settles(won, number - won) for number, won in enumerate(wins.tolist(), 1))


def test_it_is_the_first_label_of_a_pair_that_counts_whoever_comes_first_in_the_table():
    """Else each further person's labels are another study of the same pairs, to be stopped."""
    pairs = pd.DataFrame({"model_a": "x", "model_b": "y"}, index=range(9))
    early, late = (pd.DataFrame({"pair": range(9), "annotator": who}) for who in ("zoe", "ann"))
    start = pd.Timestamp("2026-01-01T09:00Z")
    early = early.assign(preference="a", at=start)
    late = late.assign(preference="b", at=start + pd.Timedelta(days=1))

    for order in ([early, late], [late, early]):
        assert stopping_table(pd.concat(order), pairs)["better"].tolist() == ["x"]


@pytest.mark.parametrize("runs", [40, pytest.param(1_000, marks=pytest.mark.long)])
def test_pairs_that_were_picked_do_not_stop_a_study_of_models_that_are_equal(runs):
    """One is a bit longer in 70 % and wins 60 % of these; it wins a half of all pairs."""
    generator = np.random.default_rng(1)
    stopped = {True: 0, False: 0}
    for _ in range(runs):
        near = generator.random(1_500) < 0.7
        longer = np.where(near, generator.normal(0, 1, 1_500), generator.normal(-9, 1, 1_500))
        wins = generator.random(1_500) < np.where(near, 0.6, 0.5 - 0.1 * 0.7 / 0.3)
        is_a = generator.random(1_500) < 0.5
        differ, won = np.where(is_a, longer, -longer)[:, None], np.where(wins == is_a, 1.0, -1.0)
        own, by = [], []
        while len(own) < 600:
            left = np.setdiff1d(np.arange(1_500), own)
            drawn = draw(left, differ, own, won[own], number=60, generator=generator)
            own, by = own + [each.pair for each in drawn], by + [each.block for each in drawn]
        labels = pd.DataFrame({"pair": own, "annotator": "me", "shown_by": by})
        labels["preference"] = np.where(won[own] > 0, "a", "b")
        pairs = pd.DataFrame({"model_a": np.where(is_a, "x", "y")})
        pairs["model_b"] = np.where(is_a, "y", "x")
        for counts_all in stopped:
            counted = labels if counts_all else by_chance(labels)
            stopped[counts_all] += stops(counted, pairs)
    assert stopped[False] <= 0.05 * runs
    assert stopped[True] > 0.2 * runs  # what it would be with all of them


def test_the_bar_counts_no_picked_pairs_either(open_session):
    session = open_session(rows(200), order="contested", seed=7)
    while pair := session.next():
        session.label(pair.id, "a")

    [row] = session.stats.stopping().to_dict("records")

    picked = int((session.labels["shown_by"] == "contested").sum())
    assert row["decisive"] == 200 - picked < 200
    assert f"{picked} labels of contested pairs are not among these" in row["says"]
    [wins] = Contests(session._labels)._wins.values()
    assert sum(wins) == row["decisive"]


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
