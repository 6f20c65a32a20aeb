"""Whether wins and losses settle which of two is better, however often one looks."""

from math import lgamma, log

_MOST = 10_000_000


def mixture(wins: float, losses: float) -> float:
    """Give the log of what a mixture of bets, uniform over all shares, makes of these.

    Robbins (1970); Ville (1939) bounds how often it ever wins much against the true share.
    """
    return lgamma(wins + 1) + lgamma(losses + 1) - lgamma(wins + losses + 2)


def settles(wins: float, losses: float, level: float = 0.05) -> bool:
    """Tell whether a half is ruled out, in at most ``level`` of all studies of equals.

    It is so exactly where :func:`tiebreak.stats.planning.confidence_sequence` leaves a half out.

    Example:
        >>> settles(60, 20), settles(12, 8)
        (True, False)

    """
    return mixture(wins, losses) + log(level) >= (wins + losses) * log(0.5)


def settled_after(share: float, level: float = 0.05) -> int:
    """Give after how many decisive labels a share of wins that stays as it is settles it.

    Example:
        >>> settled_after(0.6), settled_after(1.0)
        (279, 8)

    """
    low, high = 1, 2
    while high < _MOST and not settles(share * high, (1 - share) * high, level):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if settles(share * middle, (1 - share) * middle, level):
            high = middle
        else:
            low = middle
    return high
