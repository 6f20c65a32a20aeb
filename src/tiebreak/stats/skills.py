"""How surely the labels of all tell each person's skill: by the likelihood, and where they cannot.

An interval holds the skills that, with all others' fitted anew, make what was said not much less
likely (profile likelihood). Who is right is told by each other, so near a coin the likelihood is
skewed and flat; an interval by its curve at the top alone leaves the truth out there.
"""

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tiebreak.stats.annotators import Annotations, AnnotatorModel, chances
from tiebreak.stats.intervals import Z95
from tiebreak.stats.logistic import log_sigmoid, sigmoid

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_MOST_TOGETHER = 300  # beyond, each one's error is told by their own labels
_MOST_WORK = 200_000  # labels times people; beyond, the curve at the top does
_STEPS = 30
_NEAR = 0.01  # a step so small, in log-odds, ends a climb
_CLEAR = 0.01  # the least of the largest information that a direction needs, to count as known
_OTHERS = 2  # of three people, any two agree by the skills of these two
_NOT_CHANCE = 0.99  # how surely people must agree more than coins do


class Skills(NamedTuple):
    """What the labels tell of each person's skill, in log-odds of being right.

    Attributes:
        low: the lower end of the interval of 95 %.
        high: the upper one.
        alone: who shares no pair with anyone.
        in_threes: of whom two others share pairs with them and with each other.
        told: whether people agree more than coins do, and two such others are no coins, for sure
            (corrected for the number of people): among coins, who is right is as little told as of
            two people. If not, low to high is what may be, no interval of 95 %.

    """

    low: Array
    high: Array
    alone: Flags
    in_threes: Flags
    told: Flags

    @classmethod
    def of(cls, said: Annotations, fit: AnnotatorModel) -> "Skills":
        """Tell them by the labels, with hardly a prior."""
        alone, in_threes = _share(said)
        people = len(said.people)
        sure = NormalDist().inv_cdf(1 - 0.025 / max(people, 1))
        likelihood = _Likelihood(said, fit)
        best, error = likelihood.climbed()
        if people * len(said.pair) > _MOST_WORK or people > _MOST_TOGETHER:
            low, high = best - Z95 * error, best + Z95 * error
            no_coin = np.abs(best) > sure * error
        else:
            ends = np.zeros((3, people))
            for person in np.flatnonzero(~alone).tolist():
                ends[:, person] = likelihood.ends(best, person, sure)
            low, high = ends[:2]
            no_coin = best * ends[2] > 0
        beyond_coins = 2 * (likelihood.at(best)[0] - likelihood.at(np.zeros(people))[0])
        agree = beyond_coins > _chi_square(_NOT_CHANCE, max(people, 1))
        told = agree & in_threes & (no_coin.sum() - no_coin >= _OTHERS)
        return cls(low, high, alone, in_threes, told)


def _chi_square(share: float, freedom: int) -> float:
    """Give what a sum of squares stays below in such a share, to 1 % (Wilson and Hilferty 1931).

    >>> round(_chi_square(0.99, 5), 1)  # 15.09
    15.1

    """
    part = 2 / (9 * freedom)
    return float(freedom * (1 - part + NormalDist().inv_cdf(share) * sqrt(part)) ** 3)


def _share(said: Annotations) -> tuple[Flags, Flags]:
    """Tell of each person whether they share no pair, and whether two share pairs with each other.

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


class _Likelihood(NamedTuple):
    """How likely the labels are by people's skills, all else as fitted.

    Jeffreys' prior, half a label that is right and half a label that is wrong of each person,
    keeps skills finite where somebody always agrees.
    """

    said: Annotations
    fit: AnnotatorModel

    def at(self, skill: Array) -> tuple[float, Array, Array]:
        """Give its logarithm, the gradient and the information, of very many people the diagonal.

        A label tells of a skill as far as it is known what was true (Louis 1982). Where that
        leaves a direction in which nothing is known, the information is what it would be if all
        was known, whose steps are those of expectation and maximization.
        """
        said, fit = self.said, self.fit
        chance, value = chances(said, skill, fit.side, fit.tie, fit.even)
        mine, moved = skill[said.who], fit.side[said.who] * said.side
        people, pairs, right = len(skill), len(said.pairs), sigmoid(skill)
        prior = right * (1 - right)
        value += float((log_sigmoid(skill) + log_sigmoid(-skill)).sum()) / 2
        of_label = chance[said.pair]
        scores, score, bend = [], np.zeros(len(said.choice)), np.zeros(len(said.choice))
        for column, truth in enumerate((1.0, -1.0)):
            miss = sigmoid(-said.choice * (mine * truth + moved))
            scores.append(said.choice * truth * miss)
            score += of_label[:, column] * scores[-1]
            bend += of_label[:, column] * said.choice**2 * miss * (1 - miss)
        gradient = np.bincount(said.who, score, people) + 0.5 - right
        if people > _MOST_TOGETHER:
            own = np.bincount(said.who, score**2, people)
            return value, gradient, np.asarray(own + prior)
        cells = said.pair * people + said.who
        mean, *by_truth = (
            np.bincount(cells, each, pairs * people).reshape(pairs, people)
            for each in (score, *scores)
        )
        known = np.diag(np.bincount(said.who, bend, people) + prior)
        found = [(each.T * chance[:, column]) @ each for column, each in enumerate(by_truth)]
        left = known - found[0] - found[1] + mean.T @ mean
        clear = people and float(np.linalg.eigvalsh(left)[0]) > _CLEAR * float(known.max())
        return value, gradient, np.asarray(left if clear else known)

    def climbed(self) -> tuple[Array, Array]:
        """Give the most likely skills, and their standard errors by the curve there."""
        skill = self.fit.skill
        value, gradient, known = self.at(skill)
        for _ in range(_STEPS):
            step = gradient / known if known.ndim == 1 else np.linalg.solve(known, gradient)
            step = np.clip(step, -1, 1)
            while True:
                there = self.at(skill + step)
                far = float(np.abs(step).max(initial=0.0))
                if there[0] >= value or far < _NEAR:
                    break
                step = step / 2
            skill, (value, gradient, known) = skill + step, there
            if far < _NEAR:
                break
        return skill, np.sqrt(1 / known if known.ndim == 1 else np.diag(np.linalg.inv(known)))

    def ends(self, best: Array, person: int, sure: float) -> tuple[float, float, float]:
        """Give both ends of a person's interval of 95 %, and the one towards a coin of a surer."""
        low, high = (self._end(best, best, person, far) for far in (-Z95, Z95))
        near = low if best[person] > 0 else high
        if best[person] * near[person] > 0:
            near = self._end(best, near, person, -sure if best[person] > 0 else sure)
        return float(low[person]), float(high[person]), float(near[person])

    def _end(self, best: Array, start: Array, person: int, far: float) -> Array:
        """Walk to where the likelihood has fallen so far, the others' skills following.

        Each step solves for both at once (Venzon and Moolgavkar 1988).
        """
        wanted = self.at(best)[0] - far**2 / 2
        others = np.arange(len(best)) != person
        skill = start.copy()
        for _ in range(_STEPS):
            value, gradient, known = self.at(skill)
            across = known[others, person]
            follow = np.linalg.solve(
                known[np.ix_(others, others)], np.column_stack([gradient[others], across])
            )
            value += float(gradient[others] @ follow[:, 0]) / 2
            slope = float(gradient[person] - across @ follow[:, 0])
            curve = float(known[person, person] - across @ follow[:, 1])
            square = slope**2 + 2 * curve * (value - wanted)
            root = sqrt(square) if square > 0 else 0.0
            step = np.zeros(len(best))
            step[person] = np.clip((slope + (root if far > 0 else -root)) / curve, -1, 1)
            step[others] = np.clip(follow[:, 0] - follow[:, 1] * step[person], -1, 1)
            skill += step
            if float(np.abs(step).max()) < _NEAR:
                break
        return skill
