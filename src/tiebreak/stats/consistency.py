"""Whether annotators agree with themselves, and with answers that are known."""

from math import nan
from typing import Any

import pandas as pd

from tiebreak.stats.counted import shown_again, winners
from tiebreak.stats.intervals import wilson


def consistency_frame(labels: pd.DataFrame) -> pd.DataFrame:
    """Tell each annotator's agreement with themselves and accuracy on gold pairs.

    Args:
        labels: as :func:`tiebreak.views.labels_frame` gives them; ``again`` and ``gold`` are the
            columns that count, where they are there.

    Returns:
        A row an annotator. ``repeats`` counts the pairs labeled twice (a skip is no label here),
        ``same`` those that got the same preference both times, whatever its strength (a tie and
        both bad are the same: no winner),
        ``agreement`` their share, and ``low`` to ``high`` its Wilson interval at 95 %. ``gold``,
        ``right``, ``accuracy``, ``accuracy_low`` and ``accuracy_high`` are the same for the pairs
        with a known answer. A share of nothing is missing.

    """
    decided = labels[labels["preference"] != "skip"]
    again = _column(decided, "again", missing=False).astype(bool)
    twice = shown_again(decided.assign(again=again))
    answers = _column(decided, "gold", missing=None)
    known = decided.assign(answer=answers)[answers.notna() & ~again]
    rows = {}
    for annotator in dict.fromkeys(labels["annotator"]):
        own = twice[twice["annotator"] == annotator]
        same = int(own["alike"].sum())
        gold = known[known["annotator"] == annotator]
        right = int((winners(gold["preference"]) == winners(gold["answer"])).sum())
        rows[annotator] = (
            *(len(own), same, *_share(same, len(own))),
            *(len(gold), right, *_share(right, len(gold))),
        )
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=list(_COLUMNS))
    return frame.astype(_COLUMNS).rename_axis("annotator")


_COLUMNS = {
    "repeats": "int64",
    "same": "int64",
    "agreement": "float64",
    "low": "float64",
    "high": "float64",
    "gold": "int64",
    "right": "int64",
    "accuracy": "float64",
    "accuracy_low": "float64",
    "accuracy_high": "float64",
}


def _column(labels: pd.DataFrame, name: str, *, missing: bool | None) -> "pd.Series[Any]":
    if name in labels.columns:
        return labels[name]
    return pd.Series([missing] * len(labels), index=labels.index, dtype="object")


def _share(successes: int, trials: int) -> tuple[float, float, float]:
    return (successes / trials, *wilson(successes, trials)) if trials else (nan, nan, nan)
