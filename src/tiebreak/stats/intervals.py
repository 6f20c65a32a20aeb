"""Confidence intervals."""

from math import sqrt
from statistics import NormalDist


def wilson(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Give Wilson's score interval of a share.

    Unlike the textbook interval it stays within 0 and 1, and it is right for few trials and for
    shares near the ends: E. B. Wilson, Probable inference, the law of succession, and statistical
    inference, JASA 22 (1927), 209-212. Without trials the share may be anything: (0, 1).

    >>> tuple(round(end, 3) for end in wilson(8, 10))
    (0.49, 0.943)

    Args:
        successes: how many of the trials succeeded.
        trials: how many there were.
        confidence: how often the interval is to hold the share, between 0 and 1.

    Raises:
        ValueError: the successes are not from 0 to ``trials``, or the confidence is not between.

    """
    if not 0 <= successes <= trials:
        msg = f"{successes} of {trials} trials cannot have succeeded."
        raise ValueError(msg)
    if not 0 < confidence < 1:
        msg = f"confidence is between 0 and 1, not {confidence}."
        raise ValueError(msg)
    if not trials:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = successes / trials
    middle = share + z * z / (2 * trials)
    half = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    whole = 1 + z * z / trials
    # At the ends the two terms cancel but for rounding.
    low = 0.0 if successes == 0 else (middle - half) / whole
    high = 1.0 if successes == trials else (middle + half) / whole
    return low, high
