"""Labels as outcomes of comparing two models: the same for win rates, strengths and stopping."""

import numpy as np
import pandas as pd

from tiebreak.records.label import VERDICTS
from tiebreak.stats.counted import counted, first_showings, without_gold
from tiebreak.stats.sampling import sampling_weights

_HALF = 0.5
_OUTCOMES = {"a": 1.0, "b": 0.0, "tie": 0.5, "both_bad": 0.5}


def outcomes_frame(labels: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Give a row a label of a pair that names two models, both as ``frames.plain_both`` gives them.

    Returns:
        ``pair``, ``annotator``, ``model_a``, ``model_b``, ``a_wins`` (0.5 for a tie and both bad;
        of a judge that told how probable it finds ``a`` better, that), ``prompt`` (a number the
        same for the same prompt; a pair without one is one of its own), and where contested pairs
        are among them, ``weight``.

    """
    about = _of_models(pairs)
    prompts = [
        repr(own if is_missing else prompt)
        for own, prompt, is_missing in zip(
            about.index, about["prompt"], about["prompt"].isna(), strict=True
        )
    ]
    about = about.assign(prompt=pd.factorize(pd.Series(prompts, dtype=object))[0])
    labels = without_gold(labels)
    said = counted(labels)
    found = said[["pair", "annotator"]].assign(a_wins=_a_wins(said))
    if is_picked(labels):
        found["weight"] = _weights(labels, len(pairs)).reindex(said.index)
    return found.join(about, on="pair", how="inner").reset_index(drop=True)


NO_MODELS = (
    "No pair names two models, so there is nothing to {}: give the pairs model_a and model_b, or "
    "make them by tiebreak.make_pairs."
)


def names_models(pairs: pd.DataFrame) -> bool:
    """Tell whether any pair names two models.

    >>> names_models(pd.DataFrame({"model_a": ["x"], "model_b": ["x"]}))
    False

    """
    return len(_of_models(pairs)) > 0


def by_prompt(outcomes: pd.DataFrame, of: list[str], value: str) -> pd.DataFrame:
    """Average over the labels of each prompt, for a prompt counts once.

    Args:
        outcomes: a row an outcome; with ``weight``, a prompt counts as its labels do.
        of: what else tells groups apart.
        value: what is averaged.

    Returns:
        A row for each group and ``prompt``: ``mean``, ``weight`` and ``size``.

    """
    keys = [*of, "prompt"]
    if "weight" not in outcomes.columns:
        found = outcomes.groupby(keys, sort=False)[value].agg(["mean", "size"])
        return found.assign(weight=1.0)
    weighed = outcomes.assign(mean=outcomes["weight"] * outcomes[value], size=1)
    found = weighed.groupby(keys, sort=False)[["mean", "weight", "size"]].sum()
    found = found[found["weight"] > 0]
    return found.assign(mean=found["mean"] / found["weight"])


def is_picked(labels: pd.DataFrame) -> bool:
    """Tell whether any pair came because it is contested.

    >>> is_picked(pd.DataFrame({"shown_by": ["random", "contested"]}))
    True

    """
    return "shown_by" in labels.columns and bool((labels["shown_by"] == "contested").any())


def _of_models(pairs: pd.DataFrame) -> pd.DataFrame:
    about = pairs.reindex(columns=["prompt", "model_a", "model_b"])
    about = about.dropna(subset=["model_a", "model_b"])
    return about[about["model_a"] != about["model_b"]]


def _weights(labels: pd.DataFrame, pool: int) -> "pd.Series[float]":
    """Give the weight of each first showing; who labeled no contested pair has ones."""
    made, said = first_showings(labels), counted(labels)
    skipped = made[~made["preference"].isin(VERDICTS)]
    came = pd.concat([said, skipped]).drop_duplicates(["pair", "annotator"])
    came = made[made.index.isin(came.index)]
    if "at" in came.columns:
        came = came.sort_values("at", kind="stable")
    weights = np.ones(len(came))
    chance = (came["shown_by"] != "contested") & came["preference"].isin(VERDICTS)
    for own in came.groupby("annotator", sort=False).indices.values():
        if is_picked(came.iloc[own]):  # a skip took its pair from those left, and says nothing
            weights[own] = sampling_weights(chance.iloc[own].tolist(), pool)
    return pd.Series(weights, index=came.index)


def _a_wins(labels: pd.DataFrame) -> "pd.Series[float]":
    """Give how far ``a`` won: a judge's own probability where it gave one that says the same."""
    said = labels["preference"].map(_OUTCOMES).astype(float)
    if "probability" not in labels.columns:
        return said
    told = pd.to_numeric(labels["probability"], errors="coerce").astype(float)
    agrees = told.between(0, 1) & (np.sign(told - _HALF) == np.sign(said - _HALF))
    return said.mask(agrees, told)
