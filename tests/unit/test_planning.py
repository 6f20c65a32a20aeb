"""How many pairs a study needs, and when it may stop: published values and simulations."""

import functools
import math

import numpy as np
import pandas as pd
import pytest
from helpers import Browser, rows
from hypothesis import given
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak.labeling.contests import Contests
from tiebreak.stats.contested import draw
from tiebreak.stats.intervals import binomial_p
from tiebreak.stats.outcomes import outcomes_frame
from tiebreak.stats.planning import confidence_sequence, decisive_labels, stopping_table
from tiebreak.stats.ranking import win_rates
from tiebreak.stats.sampling import sampling_weights
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


def margins(generator, studies, pairs, raters, *, share, ties, agreement, way):
    """Give by how many labels x is ahead in each pair; raters go by what each pair has of its own.

    Ties come with the pairs as winners do ("alike"), to all raters of a pair at once ("pair"), or
    at random; ``agreement`` is of winners where it is not of all.
    """
    shape = (studies, pairs, raters)
    if way == "alike":  # Dirichlet's distribution, whose draws have this agreement in common
        shares = np.array([share, 1 - share, ties / (1 - ties)]) * (1 - ties)
        own = generator.dirichlet(shares * (1 / agreement - 1), (studies, pairs, 1))
        drawn = generator.random(shape)
        won, decided = drawn < own[..., 0], drawn < own[..., 0] + own[..., 1]
    else:
        habit = 1 / agreement - 1
        own = generator.beta(share * habit, (1 - share) * habit, (studies, pairs, 1))
        won = generator.random(shape) < own
        decided = generator.random((*shape[:2], 1) if way == "pair" else shape) >= ties
    return np.where(decided, np.where(won, 1, -1), 0)


@pytest.mark.parametrize("way", ["alike", "pair", "random"])
@pytest.mark.parametrize(
    ("share", "ties", "raters", "agreement"),
    [(0.6, 0.2, 3, 0.4), (0.65, 0.3, 2, 0.5), (0.7, 0.1, 5, 0.3), (0.6, 0.4, 5, 0.5)],
)
def test_a_plan_with_raters_has_the_power_that_it_promises(share, ties, raters, agreement, way):
    """However ties come about, it is how far labels correlate that tells how many are needed."""
    generator = np.random.default_rng(7)

    def made(studies, pairs, agreement):
        among = {"share": share, "ties": ties, "agreement": agreement, "way": way}
        return margins(generator, studies, pairs, raters, **among)

    first, second, *_ = made(1, 200_000, agreement).reshape(-1, raters).T
    together = float(np.corrcoef(first, second)[0, 1])
    pairs = int(tb.plan(share, ties=ties, raters=raters, agreement=together)["pairs"])

    def found(number):
        margin = made(1_500, number, agreement).sum(axis=2)
        return (np.abs(margin.sum(axis=1)) > 1.96 * np.sqrt((margin**2).sum(axis=1))).mean()

    expected = agreement * (1 - ties) if way == "random" else agreement
    assert together == pytest.approx(expected, abs=0.04)
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


@pytest.mark.no_cover
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


def prefers(who, preferences, **more):
    return pd.DataFrame(
        {"pair": range(len(preferences)), "annotator": who, "preference": [*preferences], **more}
    )


def models(count, prompts=None):
    pairs = pd.DataFrame({"model_a": "x", "model_b": "y"}, index=range(count))
    return pairs if prompts is None else pairs.assign(prompt=prompts)


def test_stopping_and_win_rates_say_the_same_of_who_leads():
    """Whoever was first says y in 6 of 10; all three together say x."""
    first, others = "aaaabbbbbb", "aaaaaaabbb"
    labels = pd.concat([prefers("ann", first), prefers("bob", others), prefers("zoe", others)])
    outcomes = outcomes_frame(labels, models(10))

    [row] = stopping_table(labels, models(10)).to_dict("records")

    assert win_rates(outcomes).index[0] == row["better"] == "x"
    # Where two of three agree, the pair counts for a third.
    assert (row["wins"], row["decisive"]) == (4 + 3 / 3, 4 + 3 / 3 + 3)
    assert "Labels of one prompt count together" in row["says"]


@given(st.lists(st.sampled_from("ab="), min_size=1, max_size=40), st.integers(1, 4), st.data())
def test_stopping_never_names_another_leader_than_win_rates(first, prompts, data):
    kinds = {"a": "a", "b": "b", "=": "tie"}
    second = data.draw(st.lists(st.sampled_from("ab="), max_size=len(first)))
    labels = pd.concat(
        [
            prefers(who, [kinds[each] for each in said])
            for who, said in (("x", first), ("y", second))
        ]
    )
    pairs = models(len(first), [f"prompt {n % prompts}" for n in range(len(first))])

    rate = win_rates(outcomes_frame(labels, pairs)).loc["x", "rate"]
    found = stopping_table(labels, pairs)

    leads = {
        (row["better"] == "x") - (row["better"] == "y")
        for row in found.to_dict("records")
        if row["share"] > 0.5 + 1e-9
    }
    assert leads == ({float(np.sign(rate - 0.5))} if abs(rate - 0.5) > 1e-9 else set())


def test_pairs_of_one_prompt_count_once_as_in_win_rates():
    labels = prefers("me", "a" * 40)

    assert stopping_table(labels, models(40))["settled"].tolist() == [True]
    [row] = stopping_table(labels, models(40, ["the same"] * 40)).to_dict("records")
    assert (row["decisive"], row["settled"]) == (1, False)


def test_a_label_that_was_changed_later_counts_as_it_now_stands(open_session):
    session = open_session(rows(9))
    for pair in session.pairs.index:
        session.label(pair, "a")
    assert session.stats.stopping()["settled"].tolist() == [True]

    session.label("p0", "b")

    [row] = session.stats.stopping().to_dict("records")
    assert (row["wins"], row["decisive"], row["settled"]) == (8, 9, False)


@pytest.mark.no_cover
@pytest.mark.parametrize("runs", [60, pytest.param(1_000, marks=pytest.mark.long)])
@pytest.mark.parametrize("agree", [0.0, 0.3, 0.8])
@pytest.mark.parametrize("one_by_one", [True, False])
def test_equals_that_several_people_label_are_told_apart_in_one_study_of_twenty(
    one_by_one, agree, runs
):
    """Looked at after every label, where those of a pair count by their mean so far."""
    generator = np.random.default_rng(5)
    stopped = 0
    for _ in range(runs):
        pairs, people = 60, 3
        habit = 1 / max(agree, 1e-9) - 1
        own = generator.beta(habit / 2, habit / 2, (pairs, 1))
        said = np.where(generator.random((pairs, people)) < own, 1, -1)
        order = np.tile(np.arange(pairs), people)
        if not one_by_one:
            order = generator.permutation(order)
        wins, made = np.zeros(2), [[] for _ in range(pairs)]
        for pair in order.tolist():
            before = np.mean(made[pair]) if made[pair] else 0.0
            made[pair].append(said[pair, len(made[pair])])
            for sign, mean in ((-1, before), (1, np.mean(made[pair]))):
                wins[int(mean < 0)] += sign * abs(mean)
            if settles(*wins.clip(0)):
                stopped += 1
                break
    assert stopped <= 0.05 * runs


def picked_study(generator, pool, count):
    """Give outcomes in contested order: x is a bit longer in 70 % and wins 60 % of these."""
    near = generator.random(pool) < 0.7
    longer = np.where(near, generator.normal(0, 1, pool), generator.normal(-9, 1, pool))
    wins = generator.random(pool) < np.where(near, 0.6, 0.5 - 0.1 * 0.7 / 0.3)
    is_a = generator.random(pool) < 0.5
    differ, won = np.where(is_a, longer, -longer)[:, None], np.where(wins == is_a, 1.0, -1.0)
    own, by = [], []
    while len(own) < count:
        left = np.setdiff1d(np.arange(pool), own)
        drawn = draw(left, differ, own, won[own], number=60, generator=generator)
        own, by = own + [each.pair for each in drawn], by + [each.block for each in drawn]
    labels = pd.DataFrame({"pair": own, "annotator": "me", "shown_by": by})
    labels["preference"] = np.where(won[own] > 0, "a", "b")
    pairs = pd.DataFrame({"model_a": np.where(is_a, "x", "y"), "model_b": np.where(is_a, "y", "x")})
    return labels, pairs, wins[own]


@pytest.mark.no_cover
@pytest.mark.parametrize(("pool", "count"), [(1_500, 600), (600, 600), (600, 500)])
@pytest.mark.parametrize("runs", [8, pytest.param(500, marks=pytest.mark.long)])
def test_win_rates_of_pairs_that_were_picked_are_those_of_all(pool, count, runs):
    """Two models that are equal: counted alike, x wins 54 % of what is labeled; by chance alone,
    45 % once most are, since what is left then is what nobody picked.
    """
    generator = np.random.default_rng(4)
    rates, held = [], []
    for _ in range(runs):
        labels, pairs, _ = picked_study(generator, pool, count)
        row = win_rates(outcomes_frame(labels, pairs)).loc["x"]
        rates.append(row["rate"])
        held.append(row["low"] <= 0.5 <= row["high"])
    assert np.mean(rates) == pytest.approx(0.5, abs=0.04 * runs**-0.5 * 3)
    assert np.mean(held) >= (0.93 if runs > 100 else 0.7)


@pytest.mark.parametrize(
    ("runs", "pool", "every"),
    [(12, 1_200, 40), pytest.param(300, 1_500, 5, marks=pytest.mark.long)],
)
def test_pairs_that_were_picked_do_not_stop_a_study_of_models_that_are_equal(runs, pool, every):
    """They do where all labels count alike, and where only those by chance do, from when most of
    all pairs are labeled.
    """
    generator = np.random.default_rng(1)
    stopped = {"weighted": 0, "alike": 0, "by chance": 0}
    for _ in range(runs):
        labels, _, wins = picked_study(generator, pool, pool)
        chance = (labels["shown_by"] == "random").to_numpy()
        found = dict.fromkeys(stopped, False)
        for made in range(every, pool + 1, every):
            weights = {
                "weighted": np.array(sampling_weights(chance[:made].tolist(), pool)),
                "alike": np.ones(made),
                "by chance": chance[:made].astype(float),
            }
            for name, weight in weights.items():
                won = float(weight @ wins[:made])
                found[name] |= settles(won, float(weight.sum()) - won)
        stopped = {name: stopped[name] + found[name] for name in stopped}
    assert stopped["weighted"] <= 0.05 * runs
    assert min(stopped["alike"], stopped["by chance"]) > 0.2 * runs


def test_in_contested_order_the_bar_says_what_the_statistics_say_after_every_label(open_session):
    session = open_session(rows(170), order="contested", seed=7)
    generator = np.random.default_rng(3)
    contests = Contests(session._labels)
    picked = 0
    while pair := session.next():
        session.label(pair.id, str(generator.choice(["a", "a", "a", "b", "b", "tie", "skip"])))
        contests.look_at(pair.id)
        if len(session.labels) % 15 == 0:
            for row in session.stats.stopping().to_dict("records"):
                picked += "Contested pairs were picked" in row["says"]
                [wins] = contests._wins.values()
                assert max(wins) == pytest.approx(row["wins"])
                assert sum(wins) == pytest.approx(row["decisive"])
                assert contests.settled == row["settled"]
        if len(session.labels) == 165:
            break
    assert picked >= 3
    while undone := session.undo():
        contests.look_at(undone)
        if len(session.labels) in (100, 60):
            [row] = session.stats.stopping().to_dict("records")
            assert sum(next(iter(contests._wins.values()))) == pytest.approx(row["decisive"])
    assert list(contests._wins.values()) == [[0, 0]]


def test_a_contested_pair_stays_one_when_its_label_is_changed_in_another_sitting(
    open_session, wire
):
    session = open_session(rows(120), order="contested", seed=7)
    while pair := session.next():
        session.label(pair.id, "a")
    labels = session.labels
    first, second = labels.loc[labels["shown_by"] == "contested", "pair"][:2]
    session.close()

    again = open_session()
    again.label(first, "b")
    Browser(again, wire).choose(second, "right")

    changed = again.labels.set_index("pair")["shown_by"]
    assert changed[[first, second]].tolist() == ["contested", "contested"]


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
    assert "it is settled after 279 decisive pairs" in row["says"]
    assert not settles(0.6 * 278, 0.4 * 278)
    assert settles(0.6 * 279, 0.4 * 279)
    level = labels.assign(preference=["a", "b"] * 10)
    assert "level so far" in stopping_table(level, pairs)["says"][0]
