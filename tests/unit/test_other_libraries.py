"""Figures are those of other libraries, to 1e-9, on random tables of which much is missing."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest

from tiebreak.stats.agreement import cohen_kappa, krippendorff_alpha
from tiebreak.stats.intervals import binomial_p, exact, wilson
from tiebreak.stats.logistic import climb
from tiebreak.stats.people import fleiss_kappa
from tiebreak.stats.ranking import strengths, win_rates

RUNS = [20, pytest.param(1_000, marks=pytest.mark.long)]
SAME = {"rel": 0, "abs": 1e-9, "nan_ok": True}
GRADES = np.arange(-3.0, 4.0)


def rated(generator, raters, units):
    """Give grades of units by raters who partly agree, some of them missing, some always alike."""
    true = generator.integers(-3, 4, units)
    found = np.where(
        generator.random((raters, units)) < generator.random(), true, generator.integers(-3, 4)
    )
    found = np.where(
        generator.random(found.shape) < 0.3, generator.integers(-3, 4, found.shape), found
    ).astype(float)
    if generator.random() < 0.1:
        found[0] = found[0, 0]
    if generator.random() < 0.05:
        found[:] = found[0, 0]
    found[generator.random(found.shape) < generator.random() * 0.6] = np.nan
    return found


def battles(generator):
    """Give comparisons of a few models, linked in both directions, some of them missing."""
    names = np.array(list("vwxyz")[: generator.integers(2, 6)])
    count = int(generator.integers(60, 200))
    power = generator.normal(0, 0.7, len(names))
    pairs = np.array([generator.choice(len(names), 2, replace=False) for _ in range(count)])
    half = (power[pairs[:, 0]] - power[pairs[:, 1]]) / 2
    weights = np.column_stack([np.exp(half), np.full(count, 0.6), np.exp(-half)])
    edges = weights.cumsum(axis=1) / weights.sum(axis=1, keepdims=True)
    outcome = 1 - (generator.random(count)[:, None] > edges).sum(axis=1) / 2
    outcome[generator.random(count) < 0.1] = np.nan
    made = pd.DataFrame(
        {"model_a": names[pairs[:, 0]], "model_b": names[pairs[:, 1]], "a_wins": outcome}
    )
    made["prompt"] = generator.integers(0, count // 2, count)
    return made


def finite(make, generator):
    """Give comparisons whose strengths need no prior."""
    while True:
        made = make(generator)
        if not strengths(made, "drop").notes and (made["a_wins"] == 0.5).any():
            return made, made.dropna().reset_index(drop=True)


def against(fit, names):
    return fit.table["strength"].loc[names].to_numpy()


@pytest.mark.parametrize("runs", RUNS)
def test_cohens_kappa_is_theirs_plain_and_weighted(runs):
    metrics = pytest.importorskip("sklearn.metrics")
    rater = pytest.importorskip("statsmodels.stats.inter_rater")
    generator = np.random.default_rng(1)
    for _ in range(runs):
        one, other = rated(generator, 2, int(generator.integers(2, 80)))
        both = ~np.isnan(one) & ~np.isnan(other)
        if not both.any():
            assert math.isnan(cohen_kappa(one, other))
            continue
        table = pd.crosstab(one[both], other[both]).reindex(
            index=GRADES, columns=GRADES, fill_value=0
        )
        for weights in (None, "linear", "quadratic"):
            ours = cohen_kappa(one, other, weights)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                theirs = metrics.cohen_kappa_score(
                    one[both], other[both], labels=GRADES, weights=weights
                )
                third = rater.cohens_kappa(table.to_numpy(), wt=weights, return_results=False)
            assert ours == pytest.approx(theirs, **SAME)
            assert ours == pytest.approx(float(third), **SAME)


@pytest.mark.parametrize("runs", RUNS)
def test_fleiss_kappa_is_theirs(runs):
    rater = pytest.importorskip("statsmodels.stats.inter_rater")
    generator = np.random.default_rng(2)
    for _ in range(runs):
        raters, units = generator.integers(2, 6), generator.integers(2, 60)
        values = rated(generator, raters, units)
        whole = values[:, ~np.isnan(values).any(axis=0)]
        if not whole.size:
            continue
        ours = fleiss_kappa(
            pd.Series(np.tile(np.arange(whole.shape[1]), raters)), pd.Series(whole.ravel())
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            theirs = rater.fleiss_kappa(rater.aggregate_raters(whole.T)[0])
        assert ours == pytest.approx(float(theirs), **SAME)


@pytest.mark.parametrize("runs", RUNS)
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_krippendorffs_alpha_is_theirs(level, runs):
    evalica = pytest.importorskip("evalica")
    generator = np.random.default_rng(3)
    for _ in range(runs):
        values = rated(generator, int(generator.integers(2, 7)), int(generator.integers(2, 60)))
        raters, units = values.shape
        ours = krippendorff_alpha(np.tile(np.arange(units), raters), values.ravel(), level)
        paired = values[:, (~np.isnan(values)).sum(axis=0) > 1]
        if len(np.unique(paired[~np.isnan(paired)])) < 2:  # undefined, which they call 1 or refuse
            assert math.isnan(ours)
            continue
        assert ours == pytest.approx(evalica.alpha(pd.DataFrame(values), level).alpha, **SAME)


@pytest.mark.parametrize("runs", RUNS)
def test_intervals_and_the_test_of_a_share_are_theirs(runs):
    stats = pytest.importorskip("scipy.stats")
    generator = np.random.default_rng(4)
    for _ in range(runs):
        trials = int(generator.integers(1, 3_000))
        won = int(generator.choice([0, trials, generator.integers(0, trials + 1)]))
        level = float(generator.uniform(0.5, 0.999))
        theirs = stats.binomtest(won, trials, 0.5)

        assert binomial_p(won, trials) == pytest.approx(theirs.pvalue, **SAME)
        assert exact(won, trials) == pytest.approx(
            tuple(theirs.proportion_ci(0.95, "exact")), **SAME
        )
        assert wilson(won, trials, level) == pytest.approx(
            tuple(theirs.proportion_ci(level, "wilson")), **SAME
        )


@pytest.mark.parametrize("runs", RUNS)
def test_a_logit_is_theirs(runs):
    api = pytest.importorskip("statsmodels.api")
    generator = np.random.default_rng(5)
    for _ in range(runs):
        design = generator.normal(size=(int(generator.integers(60, 200)), 4))
        won = generator.random(len(design)) < 1 / (1 + np.exp(-design @ [0.5, -0.3, 0.0, 0.2]))

        ours = climb(design, np.where(won, 1.0, -1.0), np.zeros(4), 1e-12)

        theirs = api.Logit(won.astype(float), design).fit(disp=False, method="newton", tol=1e-14)
        np.testing.assert_allclose(ours, theirs.params, rtol=0, atol=1e-9)


@pytest.mark.parametrize("runs", RUNS)
def test_bradley_and_terrys_strengths_and_their_errors_are_theirs(runs):
    evalica = pytest.importorskip("evalica")
    api = pytest.importorskip("statsmodels.api")
    generator = np.random.default_rng(6)
    for _ in range(runs):
        made, known = finite(battles, generator)
        known = known[known["a_wins"] != 0.5]
        names = sorted({*known["model_a"], *known["model_b"]})
        fit = strengths(made, "drop")
        scores = evalica.bradley_terry(
            list(known["model_a"]),
            list(known["model_b"]),
            [evalica.Winner.X if won else evalica.Winner.Y for won in known["a_wins"]],
            tolerance=1e-13,
            limit=100_000,
        ).scores
        expected = np.log(scores).loc[names]

        np.testing.assert_allclose(against(fit, names), expected - expected.mean(), atol=1e-9)

        design = np.array(
            [
                [(a == n) - float(b == n) for n in names[:-1]]
                for a, b in known[["model_a", "model_b"]].to_numpy()
            ]
        )
        theirs = api.Logit(known["a_wins"].to_numpy(), design).fit(
            disp=False,
            method="newton",
            tol=1e-14,
            cov_type="cluster",
            cov_kwds={"groups": pd.factorize(known["prompt"])[0], "use_correction": False},
        )
        clusters = known["prompt"].nunique()
        center = np.eye(len(names))[:, :-1] - 1 / len(names)
        spread = center @ theirs.cov_params() @ center.T * clusters / (clusters - 1)
        errors = np.sqrt(np.diag(spread))
        np.testing.assert_allclose(fit.table["se"].loc[names], errors, rtol=0, atol=1e-9)
        assert fit.log_likelihood == pytest.approx(theirs.llf, abs=1e-9)


@pytest.mark.parametrize("runs", RUNS)
def test_davidsons_strengths_and_its_tie_are_theirs(runs):
    evalica = pytest.importorskip("evalica")
    generator = np.random.default_rng(7)
    winners = {1.0: evalica.Winner.X, 0.0: evalica.Winner.Y, 0.5: evalica.Winner.Draw}
    for _ in range(runs):
        made, known = finite(battles, generator)
        names = sorted({*known["model_a"], *known["model_b"]})
        theirs = evalica.newman(
            list(known["model_a"]),
            list(known["model_b"]),
            [winners[each] for each in known["a_wins"]],
            tolerance=1e-14,
            limit=100_000,
        )
        fit = strengths(made)
        expected = np.log(theirs.scores).loc[names]

        np.testing.assert_allclose(against(fit, names), expected - expected.mean(), atol=1e-9)
        if theirs.iterations > 1:  # theirs is a step behind
            assert fit.tie == pytest.approx(2 * theirs.v, abs=1e-7)


def shares(way, one, other, tie):
    """Give how probable it is that the one wins and that the other does, as published."""
    if way == "rao_kupper":
        return one / (one + tie * other), other / (other + tie * one)
    whole = one + other + tie * np.sqrt(one * other)
    return one / whole, other / whole


@pytest.mark.parametrize("runs", RUNS)
@pytest.mark.parametrize("way", ["davidson", "rao_kupper"])
def test_strengths_with_ties_are_where_the_published_likelihood_is_level(way, runs):
    """Its slopes, by complex steps, are none; it bends by 10 and more."""
    generator = np.random.default_rng(8)
    for _ in range(runs):
        made, known = finite(battles, generator)
        fit = strengths(made, way)
        names = list(fit.table.index)
        sides = [known[side].map(names.index).to_numpy() for side in ("model_a", "model_b")]
        outcome = known["a_wins"].to_numpy()

        def likelihood(at, sides=sides, outcome=outcome):
            one, other = (np.exp(at[:-1])[side] for side in sides)
            won, lost = shares(way, one, other, at[-1])
            chance = np.where(outcome == 1, won, np.where(outcome == 0, lost, 1 - won - lost))
            return np.log(chance).sum()

        at = np.array([*fit.table["strength"], fit.tie])
        slopes = [likelihood(at + step).imag / 1e-30 for step in np.eye(len(at)) * 1e-30j]
        assert np.abs(slopes).max() < 1e-8
        assert fit.log_likelihood == pytest.approx(likelihood(at), abs=1e-9)


@pytest.mark.parametrize("runs", RUNS)
def test_win_rates_and_their_errors_are_theirs(runs):
    stats = pytest.importorskip("scipy.stats")
    generator = np.random.default_rng(9)
    for _ in range(runs):
        made = battles(generator)
        made = made.assign(a_wins=made["a_wins"] * generator.random(len(made)), prompt=made.index)
        known = made.dropna()
        for model, row in win_rates(made).iterrows():
            own = np.concatenate(
                [
                    known.loc[known["model_a"] == model, "a_wins"],
                    1 - known.loc[known["model_b"] == model, "a_wins"],
                ]
            )
            assert row["rate"] == pytest.approx(own.mean(), **SAME)
            if len(own) > 1:
                assert row["se"] == pytest.approx(stats.sem(own), **SAME)
