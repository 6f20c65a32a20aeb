"""How sure a share is: an interval around it, and a test of it against a half."""

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np

from tiebreak.errors import StatsError

# How many standard errors an interval of 95 % reaches to either side.
Z95 = NormalDist().inv_cdf(0.975)
_NO_ERROR = 1e-9  # what is less is how numbers are rounded


def wilson(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Give the Wilson score interval of a share (Wilson 1927, without continuity correction).

    Args:
        successes: how many of the trials were successes.
        trials: how many there were; of none, nothing is known, and the interval is (0, 1).
        confidence: of the interval, between 0 and 1.

    Raises:
        StatsError: more successes than trials, a negative number, or no such confidence.

    Example:
        >>> low, high = wilson(34, 50)
        >>> print(f"{low:.3f} to {high:.3f}")
        0.542 to 0.792

    """
    _refuse_impossible(successes, trials)
    if not 0 < confidence < 1:
        msg = f"A confidence lies between 0 and 1, as 0.95 does; {confidence} does not."
        raise StatsError(msg)
    if trials == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    return _wilson(successes / trials, trials, z)


def clustered_wilson(successes: Any, trials: Any) -> tuple[float, float]:
    """Give Wilson's interval for a share whose trials come in clusters, such as pairs or prompts.

    The trials count as many as independent ones would need to vary so much (the design effect of
    a ratio; Kish 1965), and never as more than they are.

    Args:
        successes: of each cluster.
        trials: of each cluster.

    Example:
        >>> low, high = clustered_wilson([1] * 60 + [0] * 40, [1] * 100)
        >>> print(f"{low:.3f} to {high:.3f}")
        0.502 to 0.691

    """
    share, count = effective(successes, trials)
    return _wilson(share, count, Z95) if count else (0.0, 1.0)


def effective(successes: Any, trials: Any) -> tuple[float, float]:
    """Give the share, and as how many independent trials those of the clusters count."""
    won, tried = np.asarray(successes, float), np.asarray(trials, float)
    total = float(tried.sum())
    if not total:
        return math.nan, 0.0
    share, clusters = float(won.sum()) / total, int((tried > 0).sum())
    spread = float(((won - share * tried) ** 2).sum()) * clusters / max(clusters - 1, 1) / total**2
    simple = share * (1 - share) / total
    return share, total * min(1.0, simple / spread) if spread and simple else float(clusters)


def score_interval(share: float, error: float, count: int) -> tuple[float, float]:
    """Give Wilson's interval for a mean between 0 and 1 of which the standard error is known.

    Wald's, two standard errors to either side, leaves out the truth too often near 0 and 1, and is
    a point where all outcomes are the same; there ``count`` is what there is.

    Example:
        >>> score_interval(1.0, 0.0, 8)[1]
        1.0

    """
    simple = share * (1 - share)
    varies = simple > 0 and error > _NO_ERROR
    return _wilson(share, simple / error**2 if varies else count, Z95)


def exact(successes: float, trials: float) -> tuple[float, float]:
    """Give Clopper and Pearson's interval (1934) of a share, at 95 %.

    It leaves out the shares that an exact test, such as :func:`binomial_p`, refuses. Counts need
    not be whole, so that trials in clusters can count as fewer (Korn and Graubard 1998).

    Example:
        >>> low, high = exact(34, 50)
        >>> print(f"{low:.3f} to {high:.3f}")
        0.533 to 0.805

    Raises:
        StatsError: more successes than trials, or a negative number.

    """
    _refuse_impossible(successes, trials)
    failures = trials - successes
    low = _quantile(0.025, successes, failures + 1) if successes else 0.0
    high = 1 - _quantile(0.025, failures, successes + 1) if failures else 1.0
    return low, high


def _quantile(below: float, a: float, b: float) -> float:
    """Give where a beta distribution has so much below, by halving."""
    return edge(lambda share: _beta_below(share, a, b) < below, 1.0, 0.0)


def edge(holds: Callable[[float], bool], outside: float, inside: float) -> float:
    """Halve the way between a share that is out and one that is in, until they meet.

    Example:
        >>> round(edge(lambda share: share * share < 0.25, 1.0, 0.0), 6)
        0.5

    """
    for _ in range(60):
        middle = (outside + inside) / 2
        if not 0 < middle < 1:
            break
        if holds(middle):
            inside = middle
        else:
            outside = middle
    return outside


def _beta_below(x: float, a: float, b: float) -> float:
    """Give how much of a beta distribution lies below x: Lentz's continued fraction (DLMF 8.17)."""
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_below(1 - x, b, a)
    if not x:
        return 0.0
    ways = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(ways + a * math.log(x) + b * math.log1p(-x)) / a
    d = 1 / (1 - (a + b) * x / (a + 1))
    c, fraction = 1.0, d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d, c = 1 / (1 + term * d), 1 + term / c
            fraction *= c * d
        if abs(c * d - 1) < 1e-15:  # noqa: PLR2004 - what a double tells apart
            break
    return front * fraction


def binomial_p(successes: int, trials: int) -> float:
    """Give the exact two-sided p of a binomial test against a half (Clopper and Pearson's tails).

    How often chance alone, a fair coin, gives a share that is at least as far from a half. With
    no trials that is 1.

    Raises:
        StatsError: more successes than trials, or a negative number.

    Example:
        >>> round(binomial_p(34, 50), 4)
        0.0153

    """
    _refuse_impossible(successes, trials)
    fewer = min(successes, trials - successes)
    if 2 * fewer == trials:
        return 1.0
    logarithm = (
        math.lgamma(trials + 1)
        - math.lgamma(fewer + 1)
        - math.lgamma(trials - fewer + 1)
        - trials * math.log(2)
    )
    # The tail is its largest term times a sum of ratios that fall off quickly.
    total, ratio = 0.0, 1.0
    while ratio > total * 1e-17:
        total += ratio
        ratio *= fewer / (trials - fewer + 1)
        fewer -= 1
    return min(1.0, 2 * math.exp(logarithm) * total)


def _wilson(share: float, trials: float, z: float) -> tuple[float, float]:
    weight = 1 + z * z / trials
    middle = (share + z * z / (2 * trials)) / weight
    reach = z / weight * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    # At the ends the bound is 0 or 1; rounding would put it a hair beside.
    low = 0.0 if share == 0 else max(middle - reach, 0.0)
    high = 1.0 if share == 1 else min(middle + reach, 1.0)
    return low, high


def _refuse_impossible(successes: float, trials: float) -> None:
    if not 0 <= successes <= trials:
        msg = f"{successes} of {trials} trials cannot have succeeded."
        raise StatsError(msg)
