"""Printed 95 % intervals hold the truth about as often as they say, on labels that are made up."""

import numpy as np
import pandas as pd
import pytest

from tiebreak.stats import contested, learning
from tiebreak.stats.agreement import krippendorff_alpha, repeat_agreement
from tiebreak.stats.choices import (
    Scores,
    ranked_right,
    right,
    spread_held_out,
    tamed,
    told_interval,
)
from tiebreak.stats.contested import blocks, draw
from tiebreak.stats.intervals import exact, score_interval, wilson
from tiebreak.stats.learning import learning_curve
from tiebreak.stats.logistic import sigmoid
from tiebreak.stats.people import agreement_table
from tiebreak.stats.posterior import posterior
from tiebreak.stats.ranking import win_rates

LONG = pytest.mark.long
NAMES = np.array(["a", "b", "tie"])


def held(rows, truth):
    """How often the intervals, a row each, hold the truth."""
    low, high = np.asarray(rows, float).T
    return float(((low <= truth) & (truth <= high)).mean())


def said(choices):
    """Give a row a label of an array of pairs by people."""
    pairs, people = choices.shape
    return pd.DataFrame(
        {
            "pair": np.repeat(np.arange(pairs), people),
            "annotator": np.tile(np.arange(people), pairs),
            "preference": NAMES[choices.ravel()],
        }
    )


def people_of(generator, pairs, skills, ties=0.0):
    truth = generator.random((pairs, 1)) < 0.5
    wrong = generator.random((pairs, len(skills))) >= np.array(skills)
    choices = (truth ^ wrong).astype(int)
    choices[generator.random(choices.shape) < ties] = 2
    return said(choices)


@pytest.mark.parametrize(
    ("successes", "trials"), [(0, 8), (8, 8), (1, 2), (34, 50), (5_000, 9_999)]
)
def test_the_exact_interval_is_that_of_another_library(successes, trials):
    stats = pytest.importorskip("scipy.stats")
    known = stats.binomtest(successes, trials).proportion_ci(method="exact")

    assert exact(successes, trials) == pytest.approx((known.low, known.high), abs=1e-10)


def test_counts_of_the_exact_interval_need_not_be_whole():
    low, high = exact(7.3, 29.2)

    assert (low, high) == pytest.approx((0.10935632, 0.44398324), abs=1e-8)


def test_a_model_that_won_all_has_an_interval_and_no_point():
    battles = pd.DataFrame({"model_a": "x", "model_b": "y", "a_wins": [1.0] * 8})

    found = win_rates(battles)

    assert found.loc["x", ["low", "high"]].tolist() == list(wilson(8, 8))
    assert found.loc["y", "low"] == 0
    assert found.loc["y", "high"] > 0.3


@pytest.mark.parametrize("rate", [0.5, 0.8, 0.95])
def test_win_rates_are_held_near_the_ends_too(rate):
    generator = np.random.default_rng(10)
    rows = []
    for _ in range(1_000):
        won = (generator.random(100) < rate).astype(float)
        rows.append(score_interval(won.mean(), won.std(ddof=1) / 10, 100))

    assert 0.93 <= held(rows, rate) <= 0.975


def test_a_pair_that_several_people_saw_again_counts_as_one():
    generator = np.random.default_rng(6)
    rows = []
    for _ in range(300):
        sure = np.where(generator.random(100) < 0.3, 0.5, 0.9)[:, None]
        first, second = (said((generator.random((100, 3)) < sure).astype(int)) for _ in range(2))
        both = pd.concat([first.assign(again=False), second.assign(again=True)])
        found = repeat_agreement(both)
        rows.append((found.low, found.high))

    assert 0.92 <= held(rows, 0.3 * 0.5 + 0.7 * 0.82) <= 0.98


def test_nobody_can_tell_which_of_two_people_is_right():
    found = posterior(people_of(np.random.default_rng(8), 200, [0.9, 0.7])).people

    assert (found["low"] < 0.7).all()
    assert (found["high"] > 0.9).all()


@LONG
@pytest.mark.parametrize("skills", [[0.8] * 3, [0.9, 0.8, 0.7, 0.6, 0.5], [0.85] * 4 + [0.5]])
def test_the_accuracy_of_a_person_is_held(skills):
    generator = np.random.default_rng(8)
    rows = []
    for _ in range(200):
        found = posterior(people_of(generator, 100, skills)).people
        rows.append(found[["low", "high"]].to_numpy())

    each = [held(np.array(rows)[:, place], skill) for place, skill in enumerate(skills)]
    assert 0.93 <= np.mean(each) <= 0.985
    assert min(each) >= 0.88


@LONG
def test_agreement_and_alpha_are_held():
    truth = krippendorff_alpha(
        *people_of(np.random.default_rng(1), 200_000, [0.8] * 3, 0.1)[["pair", "preference"]]
        .to_numpy(object)
        .T
    )
    generator = np.random.default_rng(2)
    rows = []
    for _ in range(300):
        table = agreement_table(people_of(generator, 100, [0.8] * 3, 0.1))
        rows.append(table.loc[["alpha", "fleiss"], ["low", "high"]].to_numpy())

    for place in range(2):
        assert 0.92 <= held(np.array(rows)[:, place], truth) <= 0.98


# -- what models tell of choices that they did not learn from


def study(generator, pairs, signal, columns=8):
    """Give traits of pairs, and choices that follow the first two, of which some may be hidden."""
    traits = generator.normal(0, 1, (pairs, 8))
    chance = sigmoid(signal * (traits[:, 0] + traits[:, 1] / 2))
    return traits[:, :columns], np.where(generator.random(pairs) < chance, 1.0, -1.0)


def told(columns, signal, pairs, runs, measure, parts):
    """Give what is measured, and the ends of its interval, a row a study."""
    prompts = np.arange(pairs)
    rows = []
    for seed in range(runs):
        traits, won = study(np.random.default_rng([seed, pairs]), pairs, signal, columns)
        values, apart = Scores.of([traits], won, prompts).measured(measure)
        error = spread_held_out(values, apart, prompts, parts)
        rows.append((values.mean(), *told_interval(float(values.mean()), error, pairs)))
    return np.array(rows)


@pytest.mark.parametrize(("measure", "parts"), [(right, 1), (ranked_right, 2)])
def test_how_well_one_trait_tells_is_held_where_it_hardly_does(measure, parts):
    found = told(1, 0.25, 100, 150, measure, parts)

    assert 0.93 <= held(found[:, 1:], found[:, 0].mean()) <= 0.99


@LONG
@pytest.mark.parametrize("columns", [1, 8])
@pytest.mark.parametrize("signal", [0.0, 0.15, 0.4, 1.5])
@pytest.mark.parametrize(("measure", "parts"), [(right, 1), (ranked_right, 2)])
def test_how_well_a_model_tells_choices_is_held(measure, parts, signal, columns):
    found = told(columns, signal, 150, 500, measure, parts)

    assert 0.93 <= held(found[:, 1:], found[:, 0].mean()) <= 0.985


def test_no_model_is_taken_for_worse_than_a_coin():
    low, high = told_interval(0.42, 0.05, 100)

    assert low == score_interval(0.42, 0.05, 100)[0]
    assert high == pytest.approx(score_interval(0.58, 0.05, 100)[1])
    assert told_interval(0.6, 0.05, 100) == score_interval(0.6, 0.05, 100)


@LONG
@pytest.mark.parametrize("signal", [0.4, 1.5])
def test_every_point_of_the_learning_curve_is_held(monkeypatch, signal):
    rows = []
    for seed in range(300):
        traits, won = study(np.random.default_rng([seed, 11]), 120, signal)
        monkeypatch.setattr(learning, "differences", lambda _, traits=traits: traits)
        labels = pd.DataFrame({"pair": range(120), "annotator": "me"})
        labels["preference"] = np.where(won > 0, "a", "b")
        found = learning_curve(labels, pd.DataFrame({"a": "", "b": ""}, index=range(120)))
        rows.append(found.loc[:1.0, ["accuracy", "low", "high"]].to_numpy(float))
    found = np.array(rows)

    for point in range(4):
        assert 0.925 <= held(found[:, point, 1:], found[:, point, 0].mean()) <= 0.99


@LONG
@pytest.mark.parametrize(("pairs", "signal"), [(250, 0.0), (250, 1.5), (1_000, 0.6)])
def test_the_gain_of_contested_pairs_is_held(monkeypatch, pairs, signal):
    generator = np.random.default_rng(4)
    rows = []
    for _ in range(250):
        traits, won = study(generator, 2 * pairs, signal)
        own, kinds = [], []
        while len(own) < pairs:
            left = np.setdiff1d(np.arange(2 * pairs), own)
            drawn = draw(left, tamed(traits), own, won[own], number=60, generator=generator)
            own += [each.pair for each in drawn]
            kinds += [each.block for each in drawn]
        monkeypatch.setattr(contested, "differences", lambda _, own=own, all_=traits: all_[own])
        labels = pd.DataFrame({"pair": range(len(own)), "annotator": "me", "shown_by": kinds})
        labels["preference"] = np.where(won[own] > 0, "a", "b")
        found = blocks(labels, pd.DataFrame({"a": "", "b": ""}, index=range(len(own))))
        rows.append((found.gain, found.low, found.high))
    found = np.array(rows)

    assert 0.92 <= held(found[:, 1:], found[:, 0].mean()) <= 0.98
