"""Printed 95 % intervals hold the truth about as often as they say, on labels that are made up."""

import numpy as np
import pandas as pd
import pytest

from tiebreak.stats import contested, learning, skills
from tiebreak.stats.agreement import accelerated, repeat_agreement
from tiebreak.stats.bias import together
from tiebreak.stats.choices import (
    Scores,
    ranked_right,
    right,
    spread_held_out,
    tamed,
    told_interval,
)
from tiebreak.stats.contested import blocks, draw
from tiebreak.stats.habits import habits_table
from tiebreak.stats.intervals import Z95, exact, score_interval, wilson
from tiebreak.stats.learning import learning_curve
from tiebreak.stats.logistic import sigmoid, unbiased
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


def test_the_bootstrap_is_corrected_as_another_library_does_it():
    stats = pytest.importorskip("scipy.stats")
    sample = np.random.default_rng(1).exponential(1.0, 40)
    sure = 2 * stats.norm.cdf(stats.t.ppf(0.975, 39)) - 1
    known = stats.bootstrap(
        (sample,), np.var, confidence_level=sure, method="BCa", n_resamples=2_000, rng=2
    )
    without = np.array([np.var(np.delete(sample, place)) for place in range(40)])

    found = accelerated(known.bootstrap_distribution, np.var(sample), without, np.ones(40))

    assert found == pytest.approx(tuple(known.confidence_interval), rel=1e-3)


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


@LONG
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
    assert not found["told"].any()
    assert found["says"].str.contains("of two people, nobody can tell which one is").all()


def test_who_is_right_is_told_by_three_of_whom_each_two_share_pairs():
    labels = people_of(np.random.default_rng(8), 300, [0.9, 0.8, 0.7, 0.8])
    who, pair = labels["annotator"], labels["pair"]
    in_turn = labels[(who == pair % 3) | (who == (pair + 1) % 3)]  # each pair has labels of two
    in_a_row = labels[((who == 3) & (pair >= 200)) | ((who == 2) & (pair >= 100))]
    chain = pd.concat(
        [in_a_row, labels[(who == 1) & (pair < 200)], labels[(who == 0) & (pair < 100)]]
    )

    assert posterior(in_turn).people["told"].all()
    assert not posterior(chain).people["told"].any()
    assert posterior(labels).people["says"].str.contains("as far as all labels together tell").all()


def habit_of(generator, left, habit):
    """Give a habit of somebody who favours a side in 100 choices."""
    lefts = generator.random(100) < left
    labels = pd.DataFrame({"pair": range(100), "annotator": "me", "shown_left": "a"})
    labels["preference"] = np.where(lefts, "a", "b")
    return habits_table(labels).set_index("habit").loc[habit, ["low", "high"]].to_numpy(float)


@LONG
@pytest.mark.parametrize("left", [0.5, 0.75])
def test_streaks_of_somebody_who_favours_a_side_are_held(left):
    rows = [habit_of(np.random.default_rng(seed), left, "streaks") for seed in range(300)]

    assert 0.93 <= held(rows, left**2 + (1 - left) ** 2) <= 0.975


@LONG
def test_among_coins_nobody_can_tell_who_is_right():
    generator = np.random.default_rng(8)
    tables = [posterior(people_of(generator, 100, [0.5] * 3)).people for _ in range(20)]

    found = pd.concat(tables)
    assert found["told"].mean() <= 0.1
    assert found.loc[~found["told"], "says"].str.contains("the others agree too little").all()


@pytest.mark.parametrize("seed", [103, 155, 208, 212, 247])  # where two seemed to be no coins
def test_nobody_is_told_by_coins_that_agree_as_often_as_coins_may(seed):
    labels = people_of(np.random.default_rng(seed), 100, [0.9, 0.5, 0.5])

    assert not posterior(labels).people["told"].any()


@LONG
@pytest.mark.parametrize("pairs", [100, 300])
@pytest.mark.parametrize("skilled", [[0.5] * 3, [0.5] * 5, [0.9, 0.5, 0.5]])
def test_among_coins_hardly_anybody_is_told(skilled, pairs):
    generator = np.random.default_rng(9)
    tables = [posterior(people_of(generator, pairs, skilled)).people for _ in range(250)]

    assert pd.concat(tables)["told"].mean() <= 0.025


def test_a_coin_among_others_is_told():
    found = posterior(people_of(np.random.default_rng(8), 100, [0.5, 0.85, 0.85, 0.85])).people

    assert found["told"].all()
    assert found.loc[0, "low"] < 0.5 < found.loc[0, "high"] < 0.7


def test_a_person_who_is_right_for_all_that_is_known_may_be_right_in_all():
    found = posterior(people_of(np.random.default_rng(8), 100, [1.0, 1.0, 1.0])).people

    assert found["told"].all()
    assert (found["high"] > 0.999).all()
    assert found["low"].between(0.96, 0.99).all()  # of 100 labels, none is known to be wrong


def test_very_many_people_and_labels_are_told_by_the_curve_at_the_top(monkeypatch):
    labels = people_of(np.random.default_rng(8), 400, [0.9, 0.8, 0.7])
    by_profile = posterior(labels).people
    monkeypatch.setattr(skills, "_MOST_WORK", 0)
    by_curve = posterior(labels).people
    monkeypatch.setattr(skills, "_MOST_TOGETHER", 2)
    alone = posterior(labels).people

    ends = ["low", "high"]
    assert by_curve[ends].to_numpy() == pytest.approx(by_profile[ends].to_numpy(), abs=0.03)
    assert alone[ends].to_numpy() == pytest.approx(by_profile[ends].to_numpy(), abs=0.06)
    assert alone["told"].all()


@LONG
@pytest.mark.parametrize("pairs", [100, 300])
@pytest.mark.parametrize(
    "skilled",
    [
        [0.8] * 3,
        [0.95] * 3,
        [0.6] * 3,
        [0.5] * 3,
        [0.9, 0.8, 0.7, 0.6, 0.5],
        [0.85] * 4 + [0.5],
        [0.85] * 4 + [0.2],
    ],
)
def test_the_accuracy_of_a_person_is_held_where_it_is_told(skilled, pairs):
    generator = np.random.default_rng(8)
    tables = [posterior(people_of(generator, pairs, skilled)).people for _ in range(250)]

    found = pd.concat(tables)
    told = found[found["told"]]
    if min(skilled) == max(skilled) < 0.65:  # coins, or hardly more
        assert len(told) <= 0.1 * len(found)
    else:
        truth = np.array(skilled)[told.index]
        assert len(told) >= 0.8 * len(found)
        assert 0.93 <= held(told[["low", "high"]], truth) <= 0.975


def graded(generator, pairs, people, skill, share=0.5):
    """Give labels with grades, of pairs of which a share is better at b."""
    better = generator.random((pairs, 1)) < share
    choices = (better ^ (generator.random((pairs, people)) >= skill)).astype(int)
    clear = generator.random((pairs, 1)) * 2
    frame = said(choices)
    frame["strength"] = 1.0 + (clear + generator.random(choices.shape)).astype(int).ravel()
    return frame


@LONG
@pytest.mark.parametrize(("people", "skill", "share"), [(2, 0.95, 0.5), (3, 0.9, 0.9), (3, 0.5, 0)])
def test_agreement_beyond_chance_is_held(people, skill, share):
    measures = ["raw", "alpha", "alpha of grades", "fleiss"]

    def found(frame):
        table = agreement_table(frame).loc[measures]
        two = agreement_table(frame, by="annotators").iloc[[0]]
        return pd.concat([table, two])[["value", "low", "high"]].to_numpy(float)

    truth = found(graded(np.random.default_rng(1), 40_000, people, skill, share))[:, 0]
    rows = np.array(
        [
            found(graded(np.random.default_rng([seed, 2]), 100, people, skill, share))
            for seed in range(200)
        ]
    )

    for place, value in enumerate(truth):
        assert 0.92 <= held(rows[:, place, 1:], value) <= 0.98


# -- what goes with being chosen


@pytest.mark.parametrize(("wins", "losses"), [(30, 12), (40, 0)])
def test_an_effect_without_bias_is_that_of_half_a_choice_more_either_way(wins, losses):
    design, won = np.ones((wins + losses, 1)), np.repeat([1.0, -1.0], [wins, losses])

    effect, known = unbiased(design, won, np.zeros(1), 1e-12, np.zeros(1))

    assert effect[0] == pytest.approx(np.log((wins + 0.5) / (losses + 0.5)), abs=1e-9)
    assert known[0, 0] == pytest.approx(1 / (wins + losses) / sigmoid(effect) / sigmoid(-effect))


@LONG
@pytest.mark.parametrize(("pairs", "traits"), [(100, 14), (100, 18), (300, 22)])
def test_the_odds_of_many_traits_on_few_pairs_are_held(pairs, traits):
    truth = np.array([1.5, 0.7, 0.4] + [0.0] * (traits - 3))
    rows = []
    for seed in range(400):
        generator = np.random.default_rng([seed, pairs, traits])
        design = generator.normal(0, 1, (pairs, traits))
        design /= np.sqrt((design**2).mean(axis=0))
        won = np.where(generator.random(pairs) < sigmoid(design @ truth), 1.0, -1.0)
        columns = {str(number): column for number, column in enumerate(design.T)}
        fit = together(columns, won, np.arange(pairs)).values()
        rows.append([(effect - Z95 * error, effect + Z95 * error) for effect, error, _ in fit])
    found = np.array(rows)

    for place, effect in enumerate(truth[:3]):
        assert 0.93 <= held(found[:, place], effect) <= 0.98
    assert 0.94 <= held(found[:, 3:].reshape(-1, 2), 0.0) <= 0.975


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


@LONG
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


def test_no_gain_is_told_where_answers_differ_in_few_things():
    pairs = pd.DataFrame({"a": ["word " * n for n in range(300)], "b": "word"}, index=range(300))
    labels = pd.DataFrame({"pair": range(300), "annotator": "me", "preference": ["a", "b"] * 150})

    found = blocks(labels.assign(shown_by=["random", "random", "contested"] * 100), pairs)

    assert np.isnan([found.gain, found.low, found.high]).all()
    assert "differ in 5 countable things or more" in found.says


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
