"""``session.stats`` and ``session.plot``: what is computed of labels and pairs, when asked for.

The functions under them take frames, so they serve labels from anywhere.
"""

from dataclasses import dataclass

import pandas as pd

from tiebreak.stats.planning import stopping_table


@dataclass(frozen=True)
class Stats:
    """What labels say of people, answers and themselves; ``session.stats`` gives one.

    Attributes:
        labels: a row a label, as ``session.labels`` gives them.
        pairs: a row a pair, indexed by id, as ``session.pairs`` gives them.

    """

    labels: pd.DataFrame
    pairs: pd.DataFrame

    def stopping(self, *, level: float = 0.05) -> pd.DataFrame:
        """Tell whether the labels so far settle which of two models is better.

        The interval holds at every moment at once, so looking after every label and stopping when
        it leaves 0.5 is wrong in at most ``level`` of all studies; see
        :func:`tiebreak.stats.planning.confidence_sequence`.

        Returns:
            A row for each two models, or one of left and right where no models are known:
            ``wins``, ``decisive``, ``share``, ``low``, ``high``, ``settled`` and ``says``.

        """
        return stopping_table(self.labels, self.pairs, level=level)
