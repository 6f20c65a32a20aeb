"""A small model of choices: a ridged logit on how two answers differ, and how well it predicts.

It has no intercept: exchanging the answers exchanges its prediction. Each group of columns, such
as what can be counted, has a prior by which it moves the log-odds of a choice by about one. So the
ridge is a rule of the number of columns, and never of how well it predicted.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiebreak.records.label import SIDES
from tiebreak.records.text import words_of
from tiebreak.stats.counted import counted
from tiebreak.stats.frames import plain_both
from tiebreak.stats.intervals import score_interval
from tiebreak.stats.logistic import climb

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Measure = Callable[[Array], Array]

FOLDS = 5
REPEATS = 4
HALVINGS = 6
_NEAR = 1e-4


def tamed(differences: Any) -> Array:
    """Give differences of counts so that one of a hundred does not outweigh all others."""
    values = np.asarray(differences, dtype=np.float64)
    return np.asarray(np.sign(values) * np.log1p(np.abs(values)))


def fitted(groups: Sequence[Array], won: Array, moves: float = 1.0) -> Array:
    """Give the effect of each column of all groups on the log-odds that ``a`` is chosen.

    Args:
        groups: arrays of a row a pair, a column for what ``a`` has more of.
        won: 1 where ``a`` was chosen, -1 where ``b``.
        moves: by how much a group is expected to move the log-odds.

    """
    design = np.hstack(groups)
    spread = np.sqrt((design**2).mean(axis=0)) if len(design) else np.zeros(design.shape[1])
    varies = spread > 0
    counts = np.concatenate(
        [np.full(each.shape[1], np.count_nonzero(each.any(axis=0))) for each in groups]
    )
    scaled, ridge = design[:, varies] / spread[varies], counts[varies] / moves**2
    at = climb(scaled, won, ridge, _NEAR)
    effects = np.zeros(design.shape[1])
    effects[varies] = at / spread[varies]
    return effects


def splits(prompts: Numbers, repeats: int = REPEATS) -> Iterator[tuple[int, Numbers, Numbers]]:
    """Divide pairs into five parts by prompt, some times, by a seed that is always the same.

    Args:
        prompts: a number for each pair's prompt.
        repeats: how often.

    Yields:
        Which time it is, the places to learn from in an order by chance, and those held out.

    """
    kinds = int(prompts.max(initial=-1)) + 1
    for time in range(repeats):
        generator = np.random.default_rng(time)
        part = (generator.permutation(kinds) % FOLDS)[prompts]
        shuffled = generator.permutation(len(prompts))
        for fold in range(FOLDS):
            yield time, shuffled[part[shuffled] != fold], np.flatnonzero(part == fold)


def held_out(
    groups: Sequence[Array],
    won: Array,
    prompts: Numbers,
    *,
    repeats: int = REPEATS,
    moves: float = 1.0,
) -> Array:
    """Give the log-odds of each choice made, by models that did not learn from its prompt.

    Returns:
        A row a repeat, a column a pair; above zero where the choice is told rightly.

    """
    design = np.hstack(groups)
    scores = np.zeros((repeats, len(won)))
    for time, learned, asked in splits(prompts, repeats):
        effects = fitted([each[learned] for each in groups], won[learned], moves)
        scores[time, asked] = won[asked] * (design[asked] @ effects)
    return scores


class Scores(NamedTuple):
    """The log-odds of each choice made by models that did not learn from its prompt.

    Attributes:
        whole: by models of all that there was to learn from; see :func:`held_out`.
        halves: the same by models of one half of it, and by models of the other: a row a time.
            How far the two part tells how much of a score is what happened to be learned from.

    """

    whole: Array
    halves: tuple[Array, Array]

    @classmethod
    def of(cls, groups: Sequence[Array], won: Array, prompts: Numbers) -> "Scores":
        """Learn choices of prompts apart from those that are asked, as :func:`held_out` does."""
        design = np.hstack(groups)
        scores = np.zeros((2, HALVINGS, len(won)))
        for time, learned, asked in splits(prompts, HALVINGS):
            middle = len(learned) // 2
            for number, part in enumerate((learned[:middle], learned[middle:])):
                effects = fitted([each[part] for each in groups], won[part])
                scores[number, time, asked] = won[asked] * (design[asked] @ effects)
        return cls(held_out(groups, won, prompts), (scores[0], scores[1]))

    def measured(self, measure: Measure) -> tuple[Array, Array]:
        """Give a measure of each pair, and by how much the halves part in its mean, each time."""
        apart = [
            measure(one[None]).mean() - measure(other[None]).mean()
            for one, other in zip(*self.halves, strict=True)
        ]
        return measure(self.whole), np.array(apart)


def right(scores: Array) -> Array:
    """Give how often each choice was told rightly; not to tell is half."""
    return np.asarray(((np.sign(scores) + 1) / 2).mean(axis=0))


def ranked_right(scores: Array) -> Array:
    """Give each pair's part in the area under the ROC curve, whose mean it is.

    The curve is of telling pairs with the chosen answer first from the same pairs turned round,
    so the area is how often two pairs' scores have a sum above zero.
    """
    parts = []
    for row in scores:
        turned = np.sort(-row)
        below = np.searchsorted(turned, row, "left")
        level = np.searchsorted(turned, row, "right") - below
        parts.append((below + level / 2) / max(len(row), 1))
    return np.asarray(np.mean(parts, axis=0))


def spread_of_mean(values: Array, prompts: Numbers) -> float:
    """Give the standard error of a mean over pairs, of which those of a prompt are one."""
    count = int(prompts.max(initial=-1)) + 1
    summed = np.bincount(prompts, values - values.mean(), count)
    return sqrt(float((summed**2).sum()) * count / max(count - 1, 1)) / max(len(values), 1)


def spread_held_out(values: Array, apart: Array, prompts: Numbers, parts: int = 1) -> float:
    """Give the standard error of a mean over pairs of what models say that did not learn of them.

    Pairs vary, and so does what happened to be learned from, which tells all pairs better or worse
    together: by a quarter of the mean square by which two halves part (McCarthy 1969).

    Args:
        values: of each pair, by models of all there is to learn from.
        apart: of each division into halves, the mean by models of one less that of the other.
        prompts: a number for each pair's prompt.
        parts: in how many places of the mean a pair stands; in an area under a curve it is two.

    """
    of_pairs = parts * spread_of_mean(values, prompts)
    return sqrt(of_pairs**2 + float((apart**2).mean()) / 4)


def told_interval(mean: float, error: float, number: int) -> tuple[float, float]:
    """Give the interval of how well models tell choices that they did not learn from.

    Where choices are hardly told, held-out means fall below a half though no model is worse than
    a coin: what is learned and what is asked part from the whole in contrary ways (Jamalabadi and
    others 2016). So from below a half, the upper end is that of as much above it.

    Args:
        mean: the measured share or area.
        error: its standard error.
        number: of pairs.

    """
    low, _ = score_interval(mean, error, number)
    return low, score_interval(max(mean, 1 - mean), error, number)[1]


class Choices(NamedTuple):
    """What was chosen of each pair, by most of those who decided.

    Attributes:
        pairs: those that count, indexed by id.
        won: 1 where ``a`` was chosen, -1 where ``b``.
        prompts: a number for each one's prompt.
        even: how many pairs are left out because as many chose a as b.

    """

    pairs: pd.DataFrame
    won: Array
    prompts: Numbers
    even: int

    @classmethod
    def of(cls, labels: pd.DataFrame, pairs: pd.DataFrame) -> "Choices":
        """Take the decided labels of these pairs, second showings apart."""
        labels, pairs = plain_both(labels, pairs)
        decided = counted(labels[labels["pair"].isin(pairs.index)], SIDES)
        votes = decided["preference"].map({"a": 1, "b": -1}).groupby(decided["pair"]).sum()
        votes = votes.reindex(pairs.index).dropna()
        chosen = votes[votes != 0]
        found = pairs.loc[chosen.index]
        return cls(
            found,
            np.sign(chosen.to_numpy(np.float64)),
            prompts_of(map(words_of, found["prompt"])) if "prompt" in found else _alone(len(found)),
            len(votes) - len(chosen),
        )


def prompts_of(keys: Iterable[Any]) -> Numbers:
    """Give numbers to the prompts of pairs, given something that is equal for equal ones."""
    numbers: dict[Any, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)


def _alone(count: int) -> Numbers:
    return np.arange(count, dtype=np.int64)
