"""Labels as comparisons of models."""

from typing import Any

import numpy as np
import pandas as pd

from tiebreak.errors import StatsError
from tiebreak.records.text import words_alone
from tiebreak.stats.counted import counted
from tiebreak.stats.frames import plain_both
from tiebreak.views import without_gold

_NEEDED = ["prompt", "a", "b", "model_a", "model_b"]
_HALF = 0.5
_OUTCOMES = {"a": 1.0, "b": 0.0, "tie": 0.5, "both_bad": 0.5}


def battles_frame(labels: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Give a row a label of a pair whose models are known.

    Returns:
        ``model_a``, ``model_b``, ``a_wins`` (0.5 for a tie and both bad; of a judge that told how
        probable it finds ``a`` better, that), ``prompt`` (a number the same for the same prompt)
        and ``longer``, ``(len(a) - len(b)) / (len(a) + len(b))``.

    Raises:
        StatsError: no pair names two models.

    """
    labels, pairs = plain_both(labels, pairs)
    known = pairs.reindex(columns=_NEEDED).dropna(subset=["model_a", "model_b"])
    known = known[known["model_a"] != known["model_b"]]
    if known.empty:
        msg = (
            "No pair names two models, so there is nothing to rank: give the pairs model_a and "
            "model_b, or make them by tiebreak.make_pairs."
        )
        raise StatsError(msg)
    said = counted(without_gold(labels))
    # A pair without a prompt is a prompt of its own.
    prompts = [
        repr(own if is_missing else prompt)
        for own, prompt, is_missing in zip(
            known.index, known["prompt"], known["prompt"].isna(), strict=True
        )
    ]
    about = pd.DataFrame(
        {
            "model_a": known["model_a"],
            "model_b": known["model_b"],
            "prompt": pd.factorize(pd.Series(prompts, dtype=object))[0],
            "longer": [
                (one - other) / max(one + other, 1)
                for one, other in zip(_lengths(known["a"]), _lengths(known["b"]), strict=True)
            ],
        },
        index=known.index,
    )
    outcomes = said[["pair", "annotator"]].assign(a_wins=_outcomes(said))
    return outcomes.join(about, on="pair", how="inner").reset_index(drop=True)


def _outcomes(labels: pd.DataFrame) -> "pd.Series[float]":
    """Give how far ``a`` won: a judge's own probability where it gave one that says the same."""
    said = labels["preference"].map(_OUTCOMES).astype(float)
    if "probability" not in labels.columns:
        return said
    told = pd.to_numeric(labels["probability"], errors="coerce").astype(float)
    agrees = told.between(0, 1) & (np.sign(told - _HALF) == np.sign(said - _HALF))
    return said.mask(agrees, told)


def _lengths(texts: "pd.Series[Any]") -> list[int]:
    return [len(words_alone(text)) for text in texts]
