"""How much each label counts where contested pairs came before others: sampling weights."""

from collections.abc import Sequence


def sampling_weights(by_chance: Sequence[bool], pool: int) -> list[float]:
    """Give the weight of each of a person's labels, in the order in which their pairs came.

    What came by chance stands for all pairs that were left then, and whatever came before for
    itself: an estimate of all pairs for each such label (Des Raj 1956; Murthy 1957), however the
    others were picked. These are averaged by their precision, one over the square of how many were
    left. So while few of many are labeled, those by chance count; once all are, all count alike.

    Args:
        by_chance: whether a pair came by chance, of each that came.
        pool: how many pairs there are to draw from.

    Returns:
        Weights whose sum is as how many labels by chance they count (Kish 1965).

    Example:
        >>> [round(each, 2) for each in sampling_weights([True, False, True], 1_000)]
        [1.0, 0.0, 1.0]
        >>> sampling_weights([True, False, True], 3)
        [1.0, 1.0, 1.0]

    """
    if len(by_chance) >= pool:
        return [1.0] * len(by_chance)
    weights = []
    after = 0.0
    for place in range(len(by_chance) - 1, -1, -1):
        left = pool - place
        precision = by_chance[place] / left**2
        weights.append(precision * left + after)
        after += precision
    weights.reverse()
    scale = effective_scale(weights)
    return [scale * each for each in weights]


def effective_scale(weights: Sequence[float]) -> float:
    """Give what makes the sum of weights the number of equal ones they are worth (Kish 1965).

    >>> effective_scale([2.0, 2.0])
    0.5

    """
    squares = sum(each * each for each in weights)
    return sum(weights) / squares if squares else 0.0
