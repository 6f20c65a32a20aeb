"""How sure a share is: an interval round it, and a test against a half."""

import math
from statistics import NormalDist


def wilson(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Give the Wilson score interval of a share.

    Source: E. B. Wilson (1927), "Probable inference, the law of succession, and statistical
    inference", Journal of the American Statistical Association 22, 209-212. It keeps within 0 and
    1, and holds its level for few trials and for shares near either end.

    Args:
        successes: how many of the trials; from 0 to ``trials``.
        trials: how many there were. Of none, nothing is known: the interval is 0 to 1.
        confidence: how often such an interval holds the true share.

    Example:
        >>> low, high = wilson(34, 50)
        >>> round(low, 3), round(high, 3)
        (0.542, 0.792)

    """
    if trials == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = successes / trials
    spread = z * math.sqrt(share * (1 - share) / trials + (z / trials / 2) ** 2)
    centre = share + z * z / trials / 2
    whole = 1 + z * z / trials
    low = 0.0 if successes == 0 else (centre - spread) / whole
    high = 1.0 if successes == trials else (centre + spread) / whole
    return low, high


def binomial_test(successes: int, trials: int) -> float:
    """Give the exact two-sided p-value of a share against a half.

    It is how likely a fair coin is to give a count at least as far from the middle. Since the
    distribution is symmetric, that is twice the one tail.

    Args:
        successes: how many of the trials; from 0 to ``trials``.
        trials: how many there were. Of none, the p-value is 1.

    Example:
        >>> round(binomial_test(34, 50), 4)
        0.0153

    """
    tail = min(successes, trials - successes)
    if 2 * tail >= trials - 1:
        return 1.0
    log_term = math.lgamma(trials + 1) - math.lgamma(tail + 1) - math.lgamma(trials - tail + 1)
    term = total = 1.0
    for count in range(tail, 0, -1):  # each term from the one before, relative to the first
        term *= count / (trials - count + 1)
        total += term
        if term < total * 1e-17:
            break
    return min(1.0, 2 * total * math.exp(log_term - trials * math.log(2)))
