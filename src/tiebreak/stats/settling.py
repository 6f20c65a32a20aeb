"""Whether wins and losses settle which of two is better, however often one looks."""

from math import lgamma, log


def mixture(wins: int, losses: int) -> float:
    """Give the log of what a mixture of bets, uniform over all shares, makes of these.

    Robbins (1970); Ville (1939) bounds how often it ever wins much against the true share.
    """
    return lgamma(wins + 1) + lgamma(losses + 1) - lgamma(wins + losses + 2)


def settles(wins: int, losses: int, level: float = 0.05) -> bool:
    """Tell whether a half is ruled out, in at most ``level`` of all studies of equals.

    It is so exactly where :func:`tiebreak.stats.planning.confidence_sequence` leaves a half out.

    Example:
        >>> settles(60, 20), settles(12, 8)
        (True, False)

    """
    return mixture(wins, losses) + log(level) >= (wins + losses) * log(0.5)
