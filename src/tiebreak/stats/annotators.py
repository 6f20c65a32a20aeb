"""The model of who says what: people's skills, sides and ties, and what each pair truly is."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiebreak.stats.logistic import log_sigmoid, sigmoid

Array = npt.NDArray[np.float64]

# Before any label: people are right in some 77 % of what they decide, and favour no side.
_SKILL, _SKILL_SPREAD = 1.2, 0.9
_PEOPLE = 2.0  # how many people's worth of belief that spread has
_SIDE_SPREAD = 0.5
# Where neither answer is better, a tie is called in so many of labels, by so many labels' worth of
# belief: with little of it, ties called at random make pairs that are not even seem so.
_CALLED, _EVENS = 0.6, 50.0
_COMMON = 4.0  # how many people's worth of belief the skill that all have in common has
_ALIKE = np.linspace(-1.0, 5.0, 61)  # skills that all people may have in common
_STEPS = 100
_CLOSE = 1e-6
_SEVERAL = 2  # one alone is like nobody, and differs from nobody


class Annotations(NamedTuple):
    """Labels as numbers, an entry a label in each array.

    Attributes:
        pair: the place of its pair in ``pairs``.
        who: the place of its annotator in ``people``.
        choice: 1 for a, -1 for b, 0 for a tie and both bad.
        side: 1 where a stood left, -1 where b did, 0 where that is not known.
        pairs: the pairs' ids.
        people: the annotators' names.

    """

    pair: npt.NDArray[np.int64]
    who: npt.NDArray[np.int64]
    choice: Array
    side: Array
    pairs: pd.Index
    people: pd.Index

    @classmethod
    def of(cls, labels: pd.DataFrame) -> "Annotations":
        """Give numbers to pairs, people and choices."""
        pair, pairs = pd.factorize(labels["pair"])
        who, people = pd.factorize(labels["annotator"], sort=True)
        left = labels["shown_left"] if "shown_left" in labels.columns else pd.Series(dtype=object)
        choice, side = (
            np.asarray(column.map({"a": 1.0, "b": -1.0}).fillna(0.0), dtype=np.float64)
            for column in (labels["preference"], left.reindex(labels.index))
        )
        return cls(pair, who, choice, side, pd.Index(pairs), pd.Index(people))


class AnnotatorModel(NamedTuple):
    """What is fitted to labels: of each pair what is true, and of each person how they label.

    Attributes:
        chance: a row a pair: the probabilities that a is better, that b is, and that neither is.
        skill: log-odds of being right, of each person.
        spread: the standard error of ``skill``.
        side: log-odds for the left answer, of each person.
        tie: how often each person calls a tie where one answer is better.
        even: how often a tie is called where neither answer is better, and how often neither is.

    """

    chance: Array
    skill: Array
    spread: Array
    side: Array
    tie: Array
    even: tuple[float, float]


def fitted(said: Annotations) -> AnnotatorModel:
    """Fit people and pairs by expectation and maximization with priors (Dawid and Skene 1979).

    Few labels make people who are alike seem to differ. So what each pair is, is averaged over
    both, as probable as the labels make them (Hoeting and others 1999): each person's skill is
    their own, and all have the same.
    """
    fit, differ = _differing(said)
    if len(said.people) < _SEVERAL:
        return fit
    rest = fit.side, fit.tie, fit.even
    found = np.array([chances(said, np.full(len(fit.skill), each), *rest)[1] for each in _ALIKE])
    found += _log_normal(_ALIKE, _SKILL, _SKILL_SPREAD)
    alike = float(np.logaddexp.reduce(found) + np.log(_ALIKE[1] - _ALIKE[0]))
    same = np.full(len(fit.skill), _ALIKE[found.argmax()])
    share = sigmoid(np.array(differ - alike))
    return fit._replace(chance=share * fit.chance + (1 - share) * chances(said, same, *rest)[0])


def _log_normal(value: Array, mean: float, deviation: float) -> Array:
    """Give the logarithm of a normal density."""
    far = (value - mean) / deviation
    return np.asarray(-(far**2) / 2 - np.log(deviation * np.sqrt(2 * np.pi)))


def _differing(said: Annotations) -> tuple[AnnotatorModel, float]:
    """Fit people with skills of their own; tell how probable that makes the labels (Laplace)."""
    people, pairs = len(said.people), len(said.pairs)
    decided = said.choice != 0
    skill, side = np.full(people, _SKILL), np.zeros(people)
    tie = np.full(people, 0.1)
    spread = np.full(people, _SKILL_SPREAD)
    tie_of_even, share_even, common, apart = _CALLED, 0.1, _SKILL, _SKILL_SPREAD
    chance = np.full((pairs, 3), 1 / 3)
    for _ in range(_STEPS):
        before = chance
        # What is not known well is believed less (MacKay 1992).
        believed = skill / np.sqrt(1 + np.pi / 8 * spread**2)
        chance, _ = chances(said, believed, side, tie, (tie_of_even, share_even))
        of_label = chance[said.pair]
        # Ties: by habit where one answer is better, by another rate where none is.
        better = 1 - of_label[:, 2]
        called = np.bincount(said.who, better * ~decided, people) + 1.0
        tie = called / (np.bincount(said.who, better, people) + 10.0)
        even = of_label[:, 2]
        tie_of_even = float((even @ ~decided + _CALLED * _EVENS) / (even.sum() + _EVENS))
        share_even = float((chance[:, 2].sum() + 1.0) / (pairs + 10.0))
        skill, side, spread = _climb(said, of_label, skill, side, (common, apart))
        common = (_COMMON * _SKILL + float(skill.sum())) / (_COMMON + people)
        varied = float(((skill - common) ** 2 + spread**2).sum())
        apart = float(np.sqrt((_PEOPLE * _SKILL_SPREAD**2 + varied) / (_PEOPLE + people)))
        if float(np.abs(chance - before).max(initial=0.0)) < _CLOSE:
            break
    fit = AnnotatorModel(chance, skill, spread, side, tie, (tie_of_even, share_even))
    around = _log_normal(skill, common, apart) + np.log(spread * np.sqrt(2 * np.pi))
    return fit, chances(said, skill, side, tie, fit.even)[1] + float(around.sum())


def chances(
    said: Annotations, skill: Array, side: Array, tie: Array, even: tuple[float, float]
) -> tuple[Array, float]:
    """Give each pair's chances of a, b and neither by what was said of it, and how likely all is.

    ``even`` is how often a tie is called where neither is better, and how often neither is.

    Returns:
        A row a pair, and the logarithm of the likelihood.

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
    likely = np.logaddexp.reduce(whole, axis=1, keepdims=True)
    return np.exp(whole - likely), float(likely.sum())


def _climb(
    said: Annotations, of_label: Array, skill: Array, side: Array, prior: tuple[float, float]
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
