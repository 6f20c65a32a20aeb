"""Labels as comparisons of models."""

from typing import Any

import pandas as pd

from tiebreak.errors import StatsError
from tiebreak.records.text import words_alone
from tiebreak.stats.frames import plain_both
from tiebreak.stats.outcomes import NO_MODELS, names_models, outcomes_frame


def battles_frame(labels: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Give a row a label of a pair whose models are known.

    Returns:
        What :func:`tiebreak.stats.outcomes.outcomes_frame` does, and ``longer``,
        ``(len(a) - len(b)) / (len(a) + len(b))``.

    Raises:
        StatsError: no pair names two models.

    """
    labels, pairs = plain_both(labels, pairs)
    if not names_models(pairs):
        raise StatsError(NO_MODELS.format("rank"))
    found = outcomes_frame(labels, pairs)
    met = pairs.loc[pairs.index.isin(found["pair"])]
    longer = [
        (one - other) / max(one + other, 1)
        for one, other in zip(_lengths(met["a"]), _lengths(met["b"]), strict=True)
    ]
    return found.assign(longer=found["pair"].map(pd.Series(longer, index=met.index)))


def _lengths(texts: "pd.Series[Any]") -> list[int]:
    return [len(words_alone(text)) for text in texts]
