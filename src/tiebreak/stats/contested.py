"""Pairs that a small model is least sure of, mixed with pairs by chance, and what that gave."""

from collections.abc import Sequence
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from tiebreak.records.label import Block
from tiebreak.stats.choices import (
    Array,
    Choices,
    fitted,
    right,
    splits,
    spread_of_mean,
    tamed,
)
from tiebreak.stats.counted import counted
from tiebreak.stats.features import differences
from tiebreak.stats.frames import plain_labels
from tiebreak.stats.intervals import Z95

# One of so many is drawn by chance, whatever the model says.
STRETCH = 3
_FEWEST = 60
_FEWEST_COMPARED = 100
_REPEATS = 8
# Where answers differ in few things, what contested pairs teach turns on a few labels, and no
# interval holds it.
_FEWEST_TRAITS = 5
# What was learned varies as what is asked does (Nadeau and Bengio 2003): by so much is the variance
# of pairs short of the whole one. Found by simulation, for that of the mean over these divisions.
_LEARNED = 1.6


class Draw(NamedTuple):
    """A pair that was drawn.

    Attributes:
        pair: which of the pool.
        block: whether the model chose it or chance did.
        chance: how probable it was, of those that were left, that it came next.

    """

    pair: int
    block: Block
    chance: float


def draw(
    pool: Sequence[int],
    differ: Array,
    learned: Sequence[int],
    won: Array,
    *,
    number: int,
    generator: np.random.Generator,
) -> list[Draw]:
    """Draw pairs one after the other: of each three, one by chance and two that are contested.

    Which of the three that is, is by chance, too. So each pair that is left may come next, with a
    third over how many are left, and the most contested one with two thirds more; estimates can be
    weighted by that. Until sixty pairs are decided, all are drawn by chance: a model of fewer
    doubts the wrong ones (from twenty on, it cost .009 of accuracy at 50 labels of HH harmless).

    Args:
        pool: the rows to draw from.
        differ: how the two answers differ: a row a pair.
        learned: the rows that are decided.
        won: of these, 1 where ``a`` was chosen and -1 where ``b``.
        number: how many to draw.
        generator: of chance.

    Example:
        >>> drawn = draw([0, 1, 2], np.zeros((3, 1)), [], np.zeros(0), number=2,
        ...              generator=np.random.default_rng(1))
        >>> [each.chance for each in drawn]
        [0.3333333333333333, 0.5]

    """
    knows = len(won) >= _FEWEST
    left = list(pool)
    if knows:
        doubt = np.abs(differ[left] @ fitted([differ[list(learned)]], won))
        left = [left[place] for place in np.argsort(doubt, kind="stable")]
    by_chance = 1 / STRETCH if knows else 1.0
    drawn: list[Draw] = []
    place = 0
    while left and len(drawn) < number:
        if len(drawn) % STRETCH == 0:
            place = int(generator.integers(STRETCH))
        block: Block = "random" if not knows or len(drawn) % STRETCH == place else "contested"
        at = int(generator.integers(len(left))) if block == "random" else 0
        chance = by_chance / len(left) + (1 - by_chance) * (at == 0)
        drawn.append(Draw(left.pop(at), block, chance))
    return drawn


class Blocks(NamedTuple):
    """What contested pairs and those by chance were, side by side.

    Attributes:
        table: a row a block: ``labels``, ``ties`` (share), ``learned`` (from so many pairs of it)
            and ``accuracy`` on pairs by chance that were held out; missing where there are few.
        gain: accuracy of contested less that of random, with ``low`` to ``high`` (95 %).
        says: all of it in a sentence.

    """

    table: pd.DataFrame
    gain: float
    low: float
    high: float
    says: str


def blocks(labels: pd.DataFrame, pairs: pd.DataFrame) -> Blocks | None:
    """Compare what was learned from contested pairs and from as many by chance; None of no such.

    Args:
        labels: a row a label, with ``shown_by``.
        pairs: a row a pair, indexed by id.

    """
    if "shown_by" not in labels.columns or not (labels["shown_by"] == "contested").any():
        return None
    said = counted(plain_labels(labels))
    said = said[said["shown_by"].isin(["contested", "random"])]
    undecided = ~said["preference"].isin(["a", "b"])
    by = said["shown_by"]
    table = pd.DataFrame(
        {"labels": by.value_counts(), "ties": undecided.groupby(by).mean()},
    ).reindex(["contested", "random"])
    chosen = Choices.of(said, pairs)
    first = said.drop_duplicates("pair").set_index("pair")["shown_by"]
    contested = (first.reindex(chosen.pairs.index) == "contested").to_numpy()
    scores = _scores(chosen, contested)
    nothing = float("nan")
    if scores is None:
        table["learned"], table["accuracy"] = 0, nothing
        says = (
            f"Whether contested pairs teach more cannot be told yet: it needs {_FEWEST_COMPARED} "
            f"decided pairs of each block, whose answers differ in {_FEWEST_TRAITS} countable "
            "things or more."
        )
        return Blocks(table, nothing, nothing, nothing, says)
    size, told, gain, reach = scores
    table["learned"], table["accuracy"] = size, told
    return Blocks(table, gain, gain - reach, gain + reach, _says(size, told, gain, reach))


def _scores(
    chosen: Choices, contested: Any
) -> tuple[int, tuple[float, float], float, float] | None:
    """Give from how many was learned, both accuracies, the gain and how far it may be off."""
    by_chance = np.flatnonzero(~contested)
    if min(len(by_chance), int(contested.sum())) < _FEWEST_COMPARED:
        return None
    differ = tamed(differences(chosen.pairs))
    if np.count_nonzero(differ.any(axis=0)) < _FEWEST_TRAITS:
        return None
    sizes: list[int] = []
    told = np.zeros((2, len(chosen.won)))
    for _, learned, asked in splits(chosen.prompts, _REPEATS):
        held = asked[~contested[asked]]
        own = [learned[contested[learned] == kind] for kind in (True, False)]
        sizes.append(min(map(len, own)))
        for number, places in enumerate(own):
            used = places[: sizes[-1]]
            effects = fitted([differ[used]], chosen.won[used])
            told[number, held] += right(chosen.won[held][None] * (differ[held] @ effects))
    first, second = told[:, by_chance] / _REPEATS
    error = sqrt(_LEARNED) * spread_of_mean(first - second, chosen.prompts[by_chance])
    means = float(first.mean()), float(second.mean())
    return int(np.mean(sizes)), means, means[0] - means[1], Z95 * error


def _says(size: int, told: tuple[float, float], gain: float, reach: float) -> str:
    found = (
        "contested pairs taught more"
        if gain - reach > 0
        else "pairs by chance taught more"
        if gain + reach < 0
        else "no gain is measured"
    )
    return (
        f"Learned from {size} contested pairs, a small model tells {100 * told[0]:.0f} % of pairs "
        f"by chance; from as many by chance, {100 * told[1]:.0f} %: {found} "
        f"({100 * (gain - reach):+.0f} to {100 * (gain + reach):+.0f} points)."
    )
