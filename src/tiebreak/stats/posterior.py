"""How sure each pair's label is, from who said what: a small model of people and pairs."""

from math import nan
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiebreak.stats.counted import counted
from tiebreak.stats.frames import plain_labels
from tiebreak.stats.intervals import Z95
from tiebreak.stats.logistic import log_sigmoid, sigmoid
from tiebreak.stats.told import ToldTable
from tiebreak.wording import count

Array = npt.NDArray[np.float64]

# Before any label: people are right in some 77 % of what they decide, and favour no side.
_SKILL, _SKILL_SPREAD = 1.2, 0.9
_PEOPLE = 2.0  # how many people's worth of belief that spread has
_SIDE_SPREAD = 0.5
_COMMON = 4.0  # how many people's worth of belief the skill that all have in common has
_HARDLY = 1.5  # the spread of the prior where an interval is to tell what labels alone do
_MOST_STEPS = 20  # from the believed skills to those by labels alone
_NEAR = 0.01
_MOST_TOGETHER = 300  # beyond, each one's error is told by their own labels
_STEPS = 100
_CLOSE = 1e-6
_CHANCE = 0.5
_DOUBTED = 0.65  # of 180 labels a coin is hardly ever right in more


class Posterior(NamedTuple):
    """What the labels together say of each pair and each person.

    Attributes:
        pairs: a row a pair: ``p_a``, ``p_b``, ``p_tie``, ``label`` (the most probable),
            ``confidence`` (its probability), ``votes`` (labels that count), ``majority`` (what most
            say; missing where that is even).
        people: a row a person: ``labels``, ``accuracy`` (of what they decide, by what all
            together make probable) with ``low`` to ``high`` (95 %), missing of who shares no pair
            with anyone, ``told`` (whether others tell it: of two people, nobody knows which is
            right, and ``low`` to ``high`` is what may be, no interval of 95 %), ``side`` (log odds
            for the left answer), ``ties`` (how often they call a tie), ``says``.
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
    said = _Said.of(used)
    fit = _fit(said)
    return Posterior(_pairs(said, fit), _people(said, fit), _noise(said, fit))


class _Said(NamedTuple):
    """Labels as numbers: of which pair, by whom, 1 for a, -1 for b, 0 for a tie; and the side."""

    pair: npt.NDArray[np.int64]
    who: npt.NDArray[np.int64]
    choice: Array
    side: Array
    pairs: pd.Index
    people: pd.Index

    @classmethod
    def of(cls, labels: pd.DataFrame) -> "_Said":
        pair, pairs = pd.factorize(labels["pair"])
        who, people = pd.factorize(labels["annotator"], sort=True)
        left = labels["shown_left"] if "shown_left" in labels.columns else pd.Series(dtype=object)
        choice, side = (
            np.asarray(column.map({"a": 1.0, "b": -1.0}).fillna(0.0), dtype=np.float64)
            for column in (labels["preference"], left.reindex(labels.index))
        )
        return cls(pair, who, choice, side, pd.Index(pairs), pd.Index(people))


class _Fit(NamedTuple):
    """The chances of a, b and neither for each pair; each person's skill, side and tie habit."""

    chance: Array
    skill: Array
    spread: Array
    side: Array
    tie: Array
    even: tuple[float, float]


def _fit(said: _Said) -> _Fit:
    people, pairs = len(said.people), len(said.pairs)
    decided = said.choice != 0
    skill, side = np.full(people, _SKILL), np.zeros(people)
    tie = np.full(people, 0.1)
    spread = np.full(people, _SKILL_SPREAD)
    tie_of_even, share_even, common, apart = 0.6, 0.1, _SKILL, _SKILL_SPREAD
    chance = np.full((pairs, 3), 1 / 3)
    for _ in range(_STEPS):
        before = chance
        # What is not known well is believed less (MacKay 1992).
        believed = skill / np.sqrt(1 + np.pi / 8 * spread**2)
        chance = _chances(said, believed, side, tie, (tie_of_even, share_even))
        of_label = chance[said.pair]
        # Ties: by habit where one answer is better, by another rate where none is.
        better = 1 - of_label[:, 2]
        called = np.bincount(said.who, better * ~decided, people) + 1.0
        tie = called / (np.bincount(said.who, better, people) + 10.0)
        even = of_label[:, 2]
        tie_of_even = float((even @ ~decided + 6.0) / (even.sum() + 10.0))
        share_even = float((chance[:, 2].sum() + 1.0) / (pairs + 10.0))
        skill, side, spread = _climb(said, of_label, skill, side, (common, apart))
        common = (_COMMON * _SKILL + float(skill.sum())) / (_COMMON + people)
        varied = float(((skill - common) ** 2 + spread**2).sum())
        apart = float(np.sqrt((_PEOPLE * _SKILL_SPREAD**2 + varied) / (_PEOPLE + people)))
        if float(np.abs(chance - before).max(initial=0.0)) < _CLOSE:
            break
    return _Fit(chance, skill, spread, side, tie, (tie_of_even, share_even))


def _chances(
    said: _Said, skill: Array, side: Array, tie: Array, even: tuple[float, float]
) -> Array:
    """Give each pair's chances of a, b and neither by what was said of it.

    ``even`` is how often a tie is called where neither is better, and how often neither is.
    """
    tie_of_even, share_even = even
    mine, moved, habit = skill[said.who], side[said.who] * said.side, tie[said.who]
    decided = said.choice != 0
    logs = np.empty((len(said.pair), 3))
    for column, truth in enumerate((1.0, -1.0, 0.0)):
        right = log_sigmoid(said.choice * (mine * truth + moved))
        calls = tie_of_even if truth == 0 else habit
        logs[:, column] = np.where(decided, right + np.log1p(-calls), np.log(calls))
    whole = np.zeros((len(said.pairs), 3))
    np.add.at(whole, said.pair, logs)
    whole += np.log([(1 - share_even) / 2, (1 - share_even) / 2, share_even])
    whole -= np.logaddexp.reduce(whole, axis=1, keepdims=True)
    return np.exp(whole)


def _climb(
    said: _Said, of_label: Array, skill: Array, side: Array, prior: tuple[float, float]
) -> tuple[Array, Array, Array]:
    """Fit each person's skill and side to what they decided, by Newton's steps with priors."""
    common, apart = prior
    decided = said.choice != 0
    who, choice, moved = said.who[decided], said.choice[decided], said.side[decided]
    weight = of_label[decided]
    people = len(skill)
    spread = np.full(people, apart)
    for _ in range(8):
        parts = [np.zeros(people) for _ in range(5)]
        for column, truth in enumerate((1.0, -1.0, 0.0)):
            at = skill[who] * truth + side[who] * moved
            miss = sigmoid(-choice * at)
            score = weight[:, column] * choice * miss
            bend = weight[:, column] * miss * (1 - miss)
            found = score * truth, score * moved, bend * truth**2, bend * truth * moved
            for place, value in enumerate((*found, bend * moved**2)):
                parts[place] += np.bincount(who, value, people)
        by_skill = parts[0] - (skill - common) / apart**2
        by_side = parts[1] - side / _SIDE_SPREAD**2
        aa, ab = parts[2] + 1 / apart**2, parts[3]
        bb = parts[4] + 1 / _SIDE_SPREAD**2
        whole = aa * bb - ab * ab
        steps = (bb * by_skill - ab * by_side) / whole, (aa * by_side - ab * by_skill) / whole
        skill = skill + np.clip(steps[0], -1, 1)
        side = side + np.clip(steps[1], -1, 1)
        # A label tells of a skill as far as it is known what was true (Louis 1982).
        sure = (weight[:, 0] - weight[:, 1]) ** 2
        bend = sigmoid(skill)[who] * sigmoid(-skill)[who]
        spread = 1 / np.sqrt(np.bincount(who, sure * bend, people) + 1 / apart**2)
        if max(float(np.abs(step).max(initial=0.0)) for step in steps) < _CLOSE:
            break
    return skill, side, spread


def _pairs(said: _Said, fit: _Fit) -> pd.DataFrame:
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


def _people(said: _Said, fit: _Fit) -> pd.DataFrame:
    made = np.bincount(said.who, minlength=len(said.people))
    accuracy = sigmoid(fit.skill)
    middle, spread = _alone(said, fit)
    low = np.minimum(accuracy, sigmoid(middle - Z95 * spread))
    high = np.maximum(accuracy, sigmoid(middle + Z95 * spread))
    alone, told = _told(said)
    said_of = [
        _says(name, number, *values, alone=bool(by_oneself), told=bool(known))
        for name, number, *values, by_oneself, known in zip(
            said.people, made, accuracy, low, high, alone, told, strict=True
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


def _told(said: _Said) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Tell of each person whether they share no pair, and whether others tell how often they err.

    Who errs is told by how often each two of three people agree; by two alone, only how often both
    together do (Dawid and Skene 1979; Hui and Walter 1980).
    """
    people = len(said.people)
    several = np.bincount(said.pair, minlength=len(said.pairs))[said.pair] > 1
    alone = np.bincount(said.who, several, people) == 0
    if people > _MOST_TOGETHER:
        return alone, ~alone
    decided = said.choice != 0
    made = np.zeros((len(said.pairs), people))
    made[said.pair[decided], said.who[decided]] = 1
    shared = np.minimum(made.T @ made, 1)
    np.fill_diagonal(shared, 0)
    return alone, np.diag(shared @ shared @ shared) > 0


def _alone(said: _Said, fit: _Fit) -> tuple[Array, Array]:
    """Give each skill by the labels with hardly a prior, and its standard error.

    What is best to believe draws people towards each other, and an interval around that leaves out
    who stands apart. The error is of all skills at once (the outer product of the pairs' scores;
    Louis 1982, Berndt and others 1974), since who is right and who is not is told by each other.
    """
    decided = said.choice != 0
    pair, who, choice = said.pair[decided], said.who[decided], said.choice[decided]
    moved = fit.side[who] * said.side[decided]
    people, prior = len(said.people), 1 / _HARDLY**2
    skill, chance = fit.skill, fit.chance
    for _ in range(_MOST_STEPS):
        score = np.zeros(len(choice))
        for column, truth in enumerate((1.0, -1.0)):
            miss = sigmoid(-choice * (skill[who] * truth + moved))
            score += chance[pair, column] * choice * truth * miss
        gradient = np.bincount(who, score, people) - prior * (skill - _SKILL)
        if people > _MOST_TOGETHER:
            known = np.bincount(who, score**2, people) + prior
            return skill + gradient / known, 1 / np.sqrt(known)
        scores = np.zeros((len(said.pairs), people))
        np.add.at(scores, (pair, who), score)
        errors = np.linalg.inv(scores.T @ scores + prior * np.eye(people))
        step = np.clip(errors @ gradient, -1, 1)
        skill = skill + step
        if float(np.abs(step).max(initial=0.0)) < _NEAR:
            break
        chance = _chances(said, skill, fit.side, fit.tie, fit.even)
    return skill, np.sqrt(np.diag(errors))


def as_a_coin(accuracy: Any, low: Any) -> Any:
    """Tell whether a coin may be right as often, of one person or of a column of them.

    >>> as_a_coin(0.6, 0.4), as_a_coin(0.6, 0.55)
    (True, False)

    """
    return (low < _CHANCE) & (accuracy < _DOUBTED)


def _says(
    name: Any, number: int, accuracy: float, low: float, high: float, *, alone: bool, told: bool
) -> str:
    made = count(int(number), "label")
    if alone:
        return f"{name} labeled alone ({made}): how often they are right, nobody else can tell."
    if not told:
        return (
            f"{name} may be right in anything between {100 * low:.0f} and {100 * high:.0f} % of "
            f"what they decide ({made}): of two people, nobody can tell which one is."
        )
    decided = f"what they decide ({made})"
    reach = f"{100 * accuracy:.0f} % ({100 * low:.0f} to {100 * high:.0f})"
    if high < _CHANCE:
        return f"{name} is right in {reach} of {decided}: turned round, or doing another task?"
    if as_a_coin(accuracy, low):
        return f"{name} is right in {reach} of {decided}, which a coin is, too."
    return f"{name} is right in {reach} of {decided}, as far as all labels together tell."


def _noise(said: _Said, fit: _Fit) -> float:
    decided = said.choice != 0
    if not decided.any():
        return nan
    chance = fit.chance[said.pair[decided]]
    wrong = np.where(said.choice[decided] > 0, chance[:, 1], chance[:, 0])
    known = chance[:, 0] + chance[:, 1]
    return float(wrong.sum() / max(float(known.sum()), 1e-12))
