"""How far annotators agree, from the labels of pairs that several of them saw."""

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

Level = Literal["nominal", "ordinal", "interval"]
Floats = npt.NDArray[np.float64]

_VERDICTS = ("a", "b", "tie", "both_bad")


class RawAgreement(NamedTuple):
    """Shares of equal choices; NaN where nothing was compared.

    Attributes:
        with_ties: the share of comparisons in which both annotators chose the same, a tie being
            a choice as any other.
        comparisons: how many there were: two annotators on one pair are one comparison.
        without_ties: the same share among comparisons in which both preferred a or b.
        decisive_comparisons: how many of those there were.

    """

    with_ties: float
    comparisons: int
    without_ties: float
    decisive_comparisons: int


def count_choices(labels: pd.DataFrame) -> pd.DataFrame:
    """Count the labels of each pair: a row a pair, a column each for a, b, tie and both_bad.

    Skips and second showings are left out. A second label of the same annotator on a pair
    replaces the first.

    Args:
        labels: with the columns pair, annotator and preference, and maybe again.

    """
    first = labels[~labels["again"].isin([True])] if "again" in labels else labels
    first = first[first["preference"].isin(_VERDICTS)]
    first = first.drop_duplicates(["pair", "annotator"], keep="last")
    counts = pd.crosstab(first["pair"], first["preference"])
    return counts.reindex(columns=list(_VERDICTS), fill_value=0)


def raw_agreement(counts: pd.DataFrame) -> RawAgreement:
    """Give the share of equal choices, with and without ties.

    Both are reported, as MT-Bench does (L. Zheng et al. 2023, arXiv:2306.05685): without ties,
    chance gives a half rather than a third.

    Args:
        counts: as :func:`count_choices` gives them.

    Example:
        >>> counts = pd.DataFrame({"a": [2, 1], "b": [0, 1], "tie": [0, 1], "both_bad": [0, 0]})
        >>> raw_agreement(counts)
        RawAgreement(with_ties=0.25, comparisons=4, without_ties=0.5, decisive_comparisons=2)

    """
    equal, all_of_them = _comparisons(counts)
    decisive_equal, decisive = _comparisons(counts[["a", "b"]])
    return RawAgreement(
        equal / all_of_them if all_of_them else float("nan"),
        all_of_them,
        decisive_equal / decisive if decisive else float("nan"),
        decisive,
    )


def _comparisons(counts: pd.DataFrame) -> tuple[int, int]:
    values = counts.to_numpy(dtype=np.int64)
    total = values.sum(axis=1)
    return int((values * (values - 1) // 2).sum()), int((total * (total - 1) // 2).sum())


def krippendorff_alpha(counts: pd.DataFrame, level: Level = "nominal") -> float:
    """Give Krippendorff's alpha: 1 is full agreement, 0 is what chance gives.

    Missing data is what a low count is; units with fewer than two values are left out.

    Source: K. Krippendorff (2011), "Computing Krippendorff's alpha-reliability", University of
    Pennsylvania: the coincidence matrix, and the difference function of each level.

    Args:
        counts: a row a unit, a column a value, how many annotators gave it. For ``"ordinal"`` the
            columns stand in their order; for ``"interval"`` their names are the numbers.
        level: what differences between values mean.

    Returns:
        The coefficient, at most 1, or NaN where no unit has two values or all values are the same.

    Example:
        >>> krippendorff_alpha(pd.DataFrame({"a": [2, 0], "b": [0, 2]}))
        1.0

    """
    values = counts.to_numpy(dtype=np.float64)
    profiles = values[values.sum(axis=1) > 1]
    difference = _difference(counts, level)
    return float(_alpha(profiles, np.ones((1, len(profiles))), difference)[0])


def alpha_interval(
    counts: pd.DataFrame,
    level: Level = "nominal",
    *,
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> tuple[float, float]:
    """Give a percentile bootstrap interval of alpha; units are drawn anew, with replacement.

    Source: B. Efron (1979), "Bootstrap methods", Annals of Statistics 7, 1-26. Units are drawn
    rather than single values, since the values of one unit belong together.

    Args:
        counts: as for :func:`krippendorff_alpha`.
        level: as there.
        confidence: the share of the resamples that lie within.
        resamples: how many are drawn.
        seed: the same gives the same interval.

    Returns:
        Low and high, or NaN twice where alpha is not defined.

    """
    values = counts.to_numpy(dtype=np.float64)
    # Units with the same counts are one profile, so that the cost does not grow with the units.
    profiles, units = np.unique(values[values.sum(axis=1) > 1], axis=0, return_counts=True)
    if not len(profiles):
        return float("nan"), float("nan")
    dice = np.random.default_rng(seed)
    drawn = dice.multinomial(units.sum(), units / units.sum(), size=resamples).astype(np.float64)
    alphas = _alpha(profiles, drawn, _difference(counts, level))
    alphas = alphas[~np.isnan(alphas)]
    if not len(alphas):
        return float("nan"), float("nan")
    low, high = np.quantile(alphas, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def _difference(counts: pd.DataFrame, level: Level) -> Callable[[Floats], Floats]:
    """Give the squared differences of values, as a function of how often each value occurs."""
    size = counts.shape[1]
    if level == "nominal":
        return lambda _: 1.0 - np.eye(size)
    if level == "interval":
        numbers = counts.columns.to_numpy(dtype=np.float64)
        return lambda _: (numbers[:, None] - numbers[None, :]) ** 2

    def ordinal(totals: Floats) -> Floats:
        places = np.cumsum(totals) - totals / 2
        squared: Floats = (places[:, None] - places[None, :]) ** 2
        return squared

    return ordinal


def _alpha(profiles: Floats, weights: Floats, difference: Callable[[Floats], Floats]) -> Floats:
    """Give alpha for each row of weights: how often each profile occurs in it."""
    size = profiles.shape[1]
    per_unit = np.einsum("uc,uk->uck", profiles, profiles)
    per_unit[:, np.arange(size), np.arange(size)] -= profiles
    per_unit /= (profiles.sum(axis=1) - 1)[:, None, None]
    coincidences = (weights @ per_unit.reshape(len(profiles), size * size)).reshape(-1, size, size)
    result = np.full(len(weights), np.nan)
    for place, matrix in enumerate(coincidences):
        totals = matrix.sum(axis=1)
        squared = difference(totals)
        expected = (np.outer(totals, totals) * squared).sum()
        if expected > 0:
            result[place] = 1 - (totals.sum() - 1) * (matrix * squared).sum() / expected
    return result
