"""How sure a share is: an interval around it, and a test of it against a half."""

import math
from statistics import NormalDist

from tiebreak.errors import StatsError

# How many standard errors an interval of 95 % reaches to either side.
Z95 = NormalDist().inv_cdf(0.975)


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
    share = successes / trials
    weight = 1 + z * z / trials
    middle = (share + z * z / (2 * trials)) / weight
    reach = z / weight * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    # At the ends the bound is 0 or 1; rounding would put it a hair beside.
    low = 0.0 if successes == 0 else max(middle - reach, 0.0)
    high = 1.0 if successes == trials else min(middle + reach, 1.0)
    return low, high


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


def _refuse_impossible(successes: int, trials: int) -> None:
    if not 0 <= successes <= trials:
        msg = f"{successes} of {trials} trials cannot have succeeded."
        raise StatsError(msg)
