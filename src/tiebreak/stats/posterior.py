"""How sure each pair's label is, from who said what: a small model of people and pairs."""

from math import nan
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiebreak.stats.annotators import Annotations, AnnotatorModel, fitted
from tiebreak.stats.counted import counted
from tiebreak.stats.frames import plain_labels
from tiebreak.stats.logistic import sigmoid
from tiebreak.stats.skills import Skills
from tiebreak.stats.told import ToldTable
from tiebreak.wording import count

Array = npt.NDArray[np.float64]

_CHANCE = 0.5
_DOUBTED = 0.68  # with 60 labels, a coin is believed to be right in more in one group of twenty
# Why it cannot be told how often somebody is right.
_ALONE = "how often they are right, nobody else can tell"
_OF_TWO = "of two people, nobody can tell which one is"
_TOO_LITTLE = "the others agree too little for anyone to tell who is right"


class Posterior(NamedTuple):
    """What the labels together say of each pair and each person.

    Attributes:
        pairs: a row a pair: ``p_a``, ``p_b``, ``p_tie``, ``label`` (the most probable),
            ``confidence`` (its probability), ``votes`` (labels that count), ``majority`` (what most
            say; missing where that is even).
        people: a row a person: ``labels``, ``accuracy`` (of what they decide, by what all
            together make probable) with ``low`` to ``high`` (95 %), missing of who shares no pair
            with anyone, ``told`` (whether others tell it: of two people, nobody knows which is
            right, nor where the others agree too little; there ``low`` to ``high`` is what may be,
            no interval of 95 %), ``side`` (log odds for the left answer), ``ties`` (how often they
            call a tie), ``says``.
        noise: the probability that a label of one person, drawn at random, is wrong: a
            ``label_smoothing`` for cDPO, as TRL takes it (Mitchell 2023).

    Example:
        >>> import pandas as pd
        >>> labels = pd.DataFrame(
        ...     {"pair": [1, 1, 1], "annotator": list("xyz"), "preference": ["a", "a", "b"]}
        ... )
        >>> posterior(labels).people.index.tolist()
        ['x', 'y', 'z']

    """

    pairs: pd.DataFrame
    people: pd.DataFrame
    noise: float

    def to_frame(self) -> pd.DataFrame:
        """Give the table of pairs."""
        return self.pairs

    def __repr__(self) -> str:
        """Say how sure the labels are, and a line of each person."""
        if not len(self.pairs):
            return "No labels yet."
        sure = f"{100 * float(self.pairs['confidence'].mean()):.0f} %"
        said = f"{count(len(self.pairs), 'pair')}: the most probable label of one is right with a"
        return "\n".join(
            [
                f"{said} probability of {sure} on average; .pairs has each.",
                *(f"- {says}" for says in self.people["says"]),
            ]
        )


def posterior(labels: pd.DataFrame) -> Posterior:
    """Give the probability that a is better, b is, or neither, for each pair.

    A person who decides says what is true by a logit of their own, moved by the side that they
    see it on; ties are called by a habit of their own, oftener where neither is better. Fitted by
    expectation and maximization with priors (Dawid and Skene 1979; Raykar and others 2010), so
    that it holds from one annotator to many: one alone is believed as much as people usually are.

    Args:
        labels: a row a label: ``pair``, ``annotator``, ``preference``; ``shown_left`` and
            ``again`` where they are known.

    Example:
        >>> import pandas as pd
        >>> labels = pd.DataFrame(
        ...     {"pair": [1, 1, 1], "annotator": list("xyz"), "preference": ["a", "a", "b"]}
        ... )
        >>> posterior(labels).pairs["label"].tolist()
        ['a']

    """
    used = counted(plain_labels(labels))
    said = Annotations.of(used)
    fit = fitted(said)
    return Posterior(_pairs(said, fit), _people(said, fit), _noise(said, fit))


def _pairs(said: Annotations, fit: AnnotatorModel) -> pd.DataFrame:
    names = np.array(["a", "b", "tie"])
    most = fit.chance.argmax(axis=1) if len(fit.chance) else np.zeros(0, int)
    tally = np.zeros((len(said.pairs), 3))
    np.add.at(tally, (said.pair, np.select([said.choice > 0, said.choice < 0], [0, 1], 2)), 1)
    top = tally.max(axis=1, initial=0)
    single = (tally == top[:, None]).sum(axis=1) == 1
    winners = names[tally.argmax(axis=1)] if len(tally) else names[:0]
    return pd.DataFrame(
        {
            "p_a": fit.chance[:, 0],
            "p_b": fit.chance[:, 1],
            "p_tie": fit.chance[:, 2],
            "label": names[most],
            "confidence": fit.chance.max(axis=1, initial=0),
            "votes": tally.sum(axis=1).astype(int),
            "majority": pd.Series(winners, dtype=object).where(single, None).to_numpy(),
        },
        index=said.pairs.rename("pair"),
    )


def _people(said: Annotations, fit: AnnotatorModel) -> pd.DataFrame:
    made = np.bincount(said.who, minlength=len(said.people))
    accuracy = sigmoid(fit.skill)
    skills = Skills.of(said, fit)
    low = np.minimum(accuracy, sigmoid(skills.low))
    high = np.maximum(accuracy, sigmoid(skills.high))
    alone, told = skills.alone, skills.told
    untold = np.select([alone, ~skills.in_threes, ~told], [_ALONE, _OF_TWO, _TOO_LITTLE], "")
    said_of = [
        _says(f"{name}", count(int(number), "label"), *values, untold=str(why))
        for name, number, *values, why in zip(
            said.people, made, accuracy, low, high, untold, strict=True
        )
    ]
    table = pd.DataFrame(
        {
            "labels": made,
            "accuracy": np.where(alone, nan, accuracy),
            "low": np.where(alone, nan, low),
            "high": np.where(alone, nan, high),
            "told": told,
            "side": fit.side,
            "ties": fit.tie,
            "says": said_of,
        },
        index=said.people.rename("annotator"),
    )
    return ToldTable.of(table, "No labels yet.")


def as_a_coin(accuracy: Any, low: Any) -> Any:
    """Tell whether a coin may be right as often, of one person or of a column of them.

    >>> as_a_coin(0.6, 0.4), as_a_coin(0.6, 0.55)
    (True, False)

    """
    return (low < _CHANCE) & (accuracy < _DOUBTED)


def _says(name: str, made: str, accuracy: float, low: float, high: float, *, untold: str) -> str:
    if untold == _ALONE:
        return f"{name} labeled alone ({made}): {untold}."
    if untold:
        return (
            f"{name} may be right in anything between {100 * low:.0f} and {100 * high:.0f} % of "
            f"what they decide ({made}): {untold}."
        )
    decided = f"what they decide ({made})"
    reach = f"{100 * accuracy:.0f} % ({100 * low:.0f} to {100 * high:.0f})"
    if high < _CHANCE:
        return f"{name} is right in {reach} of {decided}: turned round, or doing another task?"
    if as_a_coin(accuracy, low):
        return f"{name} is right in {reach} of {decided}, which a coin is, too."
    return f"{name} is right in {reach} of {decided}, as far as all labels together tell."


def _noise(said: Annotations, fit: AnnotatorModel) -> float:
    decided = said.choice != 0
    if not decided.any():
        return nan
    chance = fit.chance[said.pair[decided]]
    wrong = np.where(said.choice[decided] > 0, chance[:, 1], chance[:, 0])
    known = chance[:, 0] + chance[:, 1]
    return float(wrong.sum() / max(float(known.sum()), 1e-12))
