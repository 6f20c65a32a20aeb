"""Two who choose against each other more than chance would."""

import numpy as np
import pandas as pd

from tiebreak.stats.bias import holm
from tiebreak.stats.counted import counted
from tiebreak.stats.frames import plain_labels
from tiebreak.stats.intervals import binomial_p, wilson

_FEWEST = 20
_SIGNS = {"a": 1.0, "b": -1.0}
_COLUMNS = ["one", "other", "same", "both", "low", "high", "p", "found"]


def opposed(labels: pd.DataFrame) -> pd.DataFrame:
    """Tell of each two people, where both decide, how often they choose against each other.

    Coins choose the same on half of the pairs, and people of any taste hardly on less. Where two
    do so far more seldom, one may have had the keys or the question the other way round; which of
    the two it is, their labels do not say.

    Args:
        labels: a row a label: ``pair``, ``annotator``, ``preference``.

    Returns:
        A row for each two who decided 20 pairs or more both: on how many they chose the ``same``
        of how many that ``both`` decided, the share's 95 % interval ``low`` to ``high`` (Wilson
        1927), the one-sided ``p`` of the exact sign test against a half, and ``found`` (passes
        Holm's correction for the number of rows at 5 %).

    Raises:
        StatsError: a column is missing, or holds what is no label.

    Example:
        >>> import pandas as pd
        >>> labels = pd.DataFrame({"pair": [*range(40)] * 2, "preference": ["a"] * 40 + ["b"] * 40})
        >>> opposed(labels.assign(annotator=["me"] * 40 + ["you"] * 40))["found"].tolist()
        [True]

    """
    used = counted(plain_labels(labels), ["a", "b"])
    made = used.groupby("annotator")["pair"].transform("size")
    used = used[made >= _FEWEST]
    who, names = pd.factorize(used["annotator"], sort=True)
    pair, pairs = pd.factorize(used["pair"])
    chosen = np.zeros((len(names), len(pairs)), np.float32)
    chosen[who, pair] = used["preference"].map(_SIGNS).to_numpy(np.float32)
    both = abs(chosen) @ abs(chosen).T
    same = (both + chosen @ chosen.T) / 2
    rows = []
    for one, other in zip(*np.nonzero(np.triu(both, 1) >= _FEWEST), strict=True):
        alike, number = round(float(same[one, other])), round(float(both[one, other]))
        p = binomial_p(alike, number) / 2 if 2 * alike < number else 1.0
        rows.append((names[one], names[other], alike, number, *wilson(alike, number), p, False))
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table["found"] = holm(table["p"].to_numpy(float))
    return table
