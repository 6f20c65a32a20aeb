"""How far annotators agree with each other, and with themselves.

Labels come in the long form: a unit (a pair) and a value (a preference) for each label. A missing
value (None, NaN) counts as not rated.
"""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiebreak.errors import StatsError
from tiebreak.records.label import VERDICTS
from tiebreak.stats.counted import counted, shown_again, winners
from tiebreak.stats.intervals import clustered_wilson, wilson

Level = Literal["nominal", "ordinal", "interval"]
Weights = Literal["linear", "quadratic"]
Array = npt.NDArray[np.float64]

_POINT = 1e-9
_NORMAL = NormalDist()


class Agreement(NamedTuple):
    """How many of the comparisons agree, with the Wilson interval (95%) of their share.

    A comparison is two annotators' labels of one pair; those of one pair are a cluster. ``share``
    is NaN where there are none.
    """

    agreeing: int
    comparisons: int
    share: float
    low: float
    high: float


def raw_agreement(labels: pd.DataFrame, *, ties: bool = True) -> Agreement:
    """Give the share of agreement between annotators who labeled the same pair.

    A tie and both bad are both "no winner", and agree with each other. MT-Bench (Zheng and others
    2023, section 4.2) reports it with ties and without, as here.

    Args:
        labels: with the columns ``pair``, ``annotator`` and ``preference``; skips and hidden
            second showings (``again``) are not counted.
        ties: False to compare only where both annotators preferred a response.

    Example:
        >>> labels = pd.DataFrame(
        ...     [("p1", "me", "a"), ("p1", "you", "a"), ("p2", "me", "a"), ("p2", "you", "tie")],
        ...     columns=["pair", "annotator", "preference"],
        ... )
        >>> raw_agreement(labels).share, raw_agreement(labels, ties=False).share
        (0.5, 1.0)

    """
    used = counted(labels, VERDICTS if ties else VERDICTS[:2])
    counts, _ = _count(used["pair"], winners(used["preference"]))
    per_pair = counts.sum(axis=1)
    compared = per_pair * (per_pair - 1) / 2
    agreed = (counts * (counts - 1) / 2).sum(axis=1)
    comparisons, agreeing = int(compared.sum()), int(agreed.sum())
    low, high = clustered_wilson(agreed, compared)
    return Agreement(
        agreeing, comparisons, agreeing / comparisons if comparisons else np.nan, low, high
    )


def repeat_agreement(labels: pd.DataFrame) -> Agreement:
    """Give the share of hidden second showings that were labeled as at first.

    A tie and both bad are the same, as between two people; the strength does not count. The
    interval knows that a pair which several people saw again is one pair, hard or easy to all.

    Args:
        labels: with the columns ``pair``, ``annotator``, ``preference`` and ``again``.

    """
    both = shown_again(labels)
    of_pair = both.groupby("pair")["alike"].agg(["sum", "size"])
    low, high = clustered_wilson(of_pair["sum"], of_pair["size"])
    same = int(both["alike"].sum())
    return Agreement(same, len(both), same / len(both) if len(both) else np.nan, low, high)


def krippendorff_alpha(
    units: Sequence[Any] | pd.Series, values: Sequence[Any] | pd.Series, level: Level = "nominal"
) -> float:
    """Give Krippendorff's alpha: 1 is perfect agreement, 0 what chance would give.

    Any number of annotators, and any of them may have left out any unit. Source: Krippendorff,
    *Computing Krippendorff's Alpha-Reliability* (2011), section E.

    Args:
        units: what was rated, one entry a rating; units rated once are left out.
        values: how it was rated. Numbers, unless the level is nominal.
        level: how far two values differ: ``"nominal"`` (equal or not), ``"ordinal"`` (by the
            ratings between them) or ``"interval"`` (by their squared distance).

    Returns:
        alpha, or NaN where every rating is the same or no unit was rated twice.

    Raises:
        StatsError: the two have not the same length, or a value has no place on the level.

    Example:
        >>> round(krippendorff_alpha([1, 1, 2, 2, 3, 3], ["a", "a", "b", "b", "a", "b"]), 3)
        0.444

    """
    patterns, times, scale = _patterns(units, values, level)
    return float(_alphas(patterns, times[np.newaxis, :], scale, level)[0])


def krippendorff_interval(
    units: Sequence[Any] | pd.Series,
    values: Sequence[Any] | pd.Series,
    level: Level = "nominal",
    *,
    confidence: float = 0.95,
    resamples: int = 1_000,
    seed: int = 0,
) -> tuple[float, float]:
    """Give an interval for alpha by the bootstrap over units; see :func:`accelerated`.

    Units, not ratings, are drawn, since ratings of one unit belong together.

    Raises:
        StatsError: as :func:`krippendorff_alpha`.

    """
    patterns, times, scale = _patterns(units, values, level)
    count = int(times.sum())
    if not count:
        return np.nan, np.nan
    # Units rated alike are interchangeable, so it is enough to draw how often each kind comes.
    drawn = np.random.default_rng(seed).multinomial(count, times / count, size=resamples)
    alphas = _alphas(patterns, drawn.astype(float), scale, level)
    met = _met(patterns)
    jackknife = _alphas_of(np.tensordot(times, met, axes=1) - met, scale, level)
    value = float(_alphas(patterns, times[np.newaxis], scale, level)[0])
    total = (patterns * times[:, np.newaxis]).sum(axis=0)
    same = float((total * (total - 1)).sum() / (total.sum() * (total.sum() - 1)))
    return no_point(accelerated(alphas, value, jackknife, times, confidence), count, 1 - same)


def cohen_kappa(
    first: Sequence[Any] | pd.Series,
    second: Sequence[Any] | pd.Series,
    weights: Weights | None = None,
) -> float:
    """Give Cohen's kappa of two annotators' ratings of the same units, side by side.

    Sources: Cohen (1960); with weights for graded scales, Cohen (1968).

    Args:
        first: the one annotator's ratings.
        second: the other's, in the same order. A unit either left out is not counted.
        weights: None for names, or how a difference of grades counts: ``"linear"`` or
            ``"quadratic"``. The grades are then numbers, and their distance is in numbers too.

    Returns:
        kappa, or NaN where chance alone agrees always.

    Raises:
        StatsError: the two have not the same length, or grades are not numbers.

    """
    table, distance = _crossed(first, second, weights)
    return float(_kappas(table[np.newaxis], distance)[0])


def cohen_interval(
    first: Sequence[Any] | pd.Series,
    second: Sequence[Any] | pd.Series,
    weights: Weights | None = None,
    *,
    confidence: float = 0.95,
    resamples: int = 1_000,
    seed: int = 0,
) -> tuple[float, float]:
    """Give an interval for kappa by the bootstrap over units; see :func:`accelerated`.

    Raises:
        StatsError: as :func:`cohen_kappa`.

    """
    table, distance = _crossed(first, second, weights)
    count = int(table.sum())
    if not count:
        return np.nan, np.nan
    shares = table.ravel() / count
    drawn = np.random.default_rng(seed).multinomial(count, shares, size=resamples)
    kappas = _kappas(drawn.reshape(-1, *table.shape).astype(float), distance)
    cells = np.flatnonzero(table)
    jackknife = table.ravel() - np.eye(table.size)[cells]
    known = accelerated(
        kappas,
        float(_kappas(table[np.newaxis], distance)[0]),
        _kappas(jackknife.reshape(-1, *table.shape), distance),
        table.ravel()[cells],
        confidence,
    )
    same = float(table.sum(axis=0) @ table.sum(axis=1)) / count**2
    return no_point(known, count, 1 - same)


def _crossed(
    first: Sequence[Any] | pd.Series, second: Sequence[Any] | pd.Series, weights: Weights | None
) -> tuple[Array, Array]:
    """Count how often each rating met each other, and give how far apart any two are."""
    one, other = pd.Series(list(first), dtype=object), pd.Series(list(second), dtype=object)
    if len(one) != len(other):
        msg = f"{len(one)} ratings cannot be compared with {len(other)} side by side."
        raise StatsError(msg)
    both = one.notna() & other.notna()
    codes, scale = _codes(pd.concat([one[both], other[both]]), nominal=weights is None)
    count, size = int(both.sum()), len(scale)
    table = np.bincount(codes[:count] * size + codes[count:], minlength=size * size)
    if weights is None:
        distance = 1.0 - np.eye(size)
    else:
        distance = np.abs(np.subtract.outer(scale, scale)) ** (1 if weights == "linear" else 2)
    return table.reshape(size, size).astype(float), distance


def _kappas(tables: Array, distance: Array) -> Array:
    shares = tables / np.maximum(tables.sum(axis=(1, 2), keepdims=True), 1)
    expected = shares.sum(axis=2)[:, :, np.newaxis] * shares.sum(axis=1)[:, np.newaxis, :]
    by_chance = (distance * expected).sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = 1 - (distance * shares).sum(axis=(1, 2)) / by_chance
    return np.where(by_chance > 0, found, np.nan)


def no_point(interval: tuple[float, float], units: int, differ: float) -> tuple[float, float]:
    """Widen an interval of the bootstrap that is a point, by what so few units leave unseen.

    Where all units agree, or none does, each drawing says the same, and nothing is known of those
    that were not drawn but how many there may be: of agreement, Wilson's interval tells it.

    Args:
        interval: of the bootstrap.
        units: how many were rated.
        differ: how often two ratings differ by chance.

    """
    low, high = interval
    if not (high - low < _POINT and differ > 0):
        return interval
    unseen = (1 - wilson(units, units)[0]) / differ
    return max(low - unseen, -1.0), min(high + unseen, 1.0)


def accelerated(
    drawn: Array, value: float, jackknife: Array, times: Array, confidence: float = 0.95
) -> tuple[float, float]:
    """Give the bias-corrected and accelerated interval of the bootstrap (BCa; Efron 1987).

    Percentiles of what was drawn, moved by how far that lies beside the value, and by how much its
    error goes with it; taken as far out as Student's t is for so many units (Hesterberg 2015), for
    percentiles alone are too narrow.

    Args:
        drawn: the statistic of each drawing.
        value: of all units.
        jackknife: of all but one unit of each kind.
        times: how many units there are of each kind.
        confidence: of the interval.

    """
    known = drawn[~np.isnan(drawn)]
    if not known.size:
        return np.nan, np.nan
    there = ~np.isnan(jackknife)
    weights, left = times[there], jackknife[there]
    moves = float(weights @ left) / max(float(weights.sum()), 1.0) - left
    square = float(weights @ moves**2)
    acceleration = float(weights @ moves**3) / (6 * square**1.5) if square > _POINT**2 else 0.0
    below = float((known < value).mean() + (known <= value).mean()) / 2
    bias = _NORMAL.inv_cdf(min(max(below, 1 / len(known)), 1 - 1 / len(known)))
    reach = _student(_NORMAL.inv_cdf((1 + confidence) / 2), float(times.sum()))
    levels = [
        _NORMAL.cdf(bias + (bias + far) / max(1 - acceleration * (bias + far), _POINT))
        for far in (-reach, reach)
    ]
    low, high = np.quantile(known, levels)
    return float(low), float(high)


def _student(z: float, count: float) -> float:
    """Give the quantile of Student's t by the normal one (Abramowitz and Stegun 26.7.5)."""
    free = max(count - 1, 1)
    return z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)


def _patterns(
    units: Sequence[Any] | pd.Series, values: Sequence[Any] | pd.Series, level: Level
) -> tuple[Array, Array, Array]:
    """Give the kinds of units (how often each value came), how many of each, and the scale."""
    if len(units) != len(values):
        msg = f"{len(units)} units and {len(values)} values do not belong together."
        raise StatsError(msg)
    given = pd.Series(list(values), dtype=object)
    named = pd.Series(list(units), dtype=object)
    rated = given.notna() & named.notna()
    counts, scale = _count(named[rated], given[rated], nominal=level == "nominal")
    counts = counts[counts.sum(axis=1) > 1]
    patterns, times = np.unique(counts, axis=0, return_counts=True)
    return patterns, times.astype(float), scale


def _count(units: pd.Series, values: pd.Series, *, nominal: bool = True) -> tuple[Array, Array]:
    """Count each unit's values: a row a unit, a column a value."""
    rows, names = pd.factorize(units)
    codes, scale = _codes(values, nominal=nominal)
    size = len(names) * len(scale)
    flat = np.bincount(rows * len(scale) + codes, minlength=size)
    return flat.reshape(len(names), len(scale)).astype(float), scale


def _codes(values: pd.Series, *, nominal: bool) -> tuple[npt.NDArray[np.int64], Array]:
    """Give each value its number on the scale, and the scale."""
    if nominal:
        codes, names = pd.factorize(values)
        return codes.astype(np.int64), np.arange(len(names), dtype=float)
    try:
        numbers = values.astype(float).to_numpy(dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        msg = f"Grades are numbers, as -3 to 3 are ({error})."
        raise StatsError(msg) from None
    grades, codes = np.unique(numbers, return_inverse=True)
    return codes.reshape(-1).astype(np.int64), grades.astype(np.float64)


def _alphas(patterns: Array, times: Array, scale: Array, level: Level) -> Array:
    """Give alpha for each row of ``times``: how often each kind of unit comes."""
    return _alphas_of(np.tensordot(times, _met(patterns), axes=1), scale, level)


def _met(patterns: Array) -> Array:
    """Give how often each two values meet in each kind of unit."""
    pairs = patterns[:, :, np.newaxis] * patterns[:, np.newaxis, :]
    size = patterns.shape[1]
    pairs[:, np.arange(size), np.arange(size)] -= patterns
    return np.asarray(pairs / (patterns.sum(axis=1) - 1)[:, np.newaxis, np.newaxis])


def _alphas_of(coincidences: Array, scale: Array, level: Level) -> Array:
    marginals = coincidences.sum(axis=2)
    distance = _distances(marginals, scale, level)
    total = marginals.sum(axis=1)
    observed = (coincidences * distance).sum(axis=(1, 2))
    chance = marginals[:, :, np.newaxis] * marginals[:, np.newaxis, :]
    expected = (chance * distance).sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - (total - 1) * observed / expected, np.nan)


def _distances(marginals: Array, scale: Array, level: Level) -> Array:
    """Give the squared difference between each two values."""
    if level == "nominal":
        return 1 - np.eye(len(scale))[np.newaxis]
    if level == "interval":
        return np.subtract.outer(scale, scale)[np.newaxis] ** 2
    # The ratings from the one value to the other, half of those at both ends.
    middle = marginals.cumsum(axis=1) - marginals / 2
    return (middle[:, :, np.newaxis] - middle[:, np.newaxis, :]) ** 2
