"""How many pairs a study needs, and whether it may stop."""

import math
from functools import cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiebreak.errors import StatsError, telling_wrong_calls
from tiebreak.stats.frames import plain_both
from tiebreak.stats.intervals import edge
from tiebreak.stats.outcomes import NO_MODELS, by_prompt, names_models, outcomes_frame
from tiebreak.stats.sampling import effective_scale
from tiebreak.stats.settling import mixture, settled_after
from tiebreak.stats.told import ToldTable
from tiebreak.wording import count

Array = npt.NDArray[np.float64]

_MOST_PAIRS = 10_000_000
_EXACT_UP_TO = 10_000
_ROUGH_UP_TO = 1_000
_UNLIKELY = 1e-9
_LEAST_LEVEL = 1e-9
_HALF = 0.5


@telling_wrong_calls(StatsError, "tiebreak.plan(0.6, ties=0.2, raters=3)")
def plan(
    share: float = 0.6,
    *,
    ties: float = 0.0,
    raters: int = 1,
    agreement: float = 0.5,
    power: float = 0.8,
    level: float = 0.05,
) -> pd.Series:
    """Tell how many pairs a comparison of two models needs, before the first label.

    An exact two-sided sign test of the decisive labels against a half. Ties are labels that the
    test does not see; how many there will be is chance, too, over which the power is averaged.
    Several raters of one pair tell less than as many pairs: by the design effect
    ``1 + (raters - 1) * agreement`` (Kish 1965), for a test that takes a pair for a cluster, as
    win rates do.

    Args:
        share: of decisive labels that the better model would win, above 0.5.
        ties: share of labels that are ties or both bad.
        raters: labels for each pair.
        agreement: the correlation of two raters' labels of a pair, with a for 1, b for -1 and a
            tie for 0. Without ties it is what kappa and alpha measure: who agree on 75 % have 0.5.
            Where ties come with the pairs, as winners do, it is alpha with ties; where they fall at
            random, it is alpha of the decisive labels, times ``1 - ties``.
        power: how probable it is to find a difference of this size.
        level: how probable it is to find one where there is none.

    Returns:
        ``decisive`` labels that independent pairs would need, ``pairs``, ``labels``.

    Raises:
        StatsError: a share, power or level that is none.

    Example:
        >>> import tiebreak as tb
        >>> tb.plan(0.6).to_dict()
        {'decisive': 199, 'pairs': 199, 'labels': 199}
        >>> int(tb.plan(0.6, ties=0.2, raters=3).pairs)
        166

    """
    _refuse(share=(share, 0.5, 1.0), power=(power, 0.0, 1.0), level=(level, 0.0, 1.0))
    if not (0 <= ties < 1 and 0 <= agreement <= 1 and 1 <= raters <= _MOST_PAIRS) or raters % 1:
        msg = (
            f"ties={ties!r} is a share below 1, agreement={agreement!r} one up to 1, and "
            f"raters={raters!r} a whole number from 1."
        )
        raise StatsError(msg)
    decisive = decisive_labels(share, power=power, level=level)
    labels = decisive * (1 + (raters - 1) * agreement) / (1 - ties)
    if raters == 1:
        labels = _with_ties(decisive, ties, share, power, level)
    if labels > _MOST_PAIRS:
        msg = f"That is over {_MOST_PAIRS:,} labels, which nobody will make."
        raise StatsError(msg)
    pairs = math.ceil(labels / raters - 1e-9)
    return pd.Series({"decisive": decisive, "pairs": pairs, "labels": pairs * int(raters)})


def decisive_labels(share: float, *, power: float = 0.8, level: float = 0.05) -> int:
    """Give the fewest labels with which an exact two-sided sign test has this power.

    Example:
        >>> [decisive_labels(share) for share in (0.55, 0.6, 0.65, 0.7)]
        [786, 199, 90, 49]

    """
    _refuse(share=(share, 0.5, 1.0), power=(power, 0.0, 1.0), level=(level, 0.0, 1.0))
    if level < _LEAST_LEVEL or power > 1 - _LEAST_LEVEL:
        msg = f"level={level!r} or power={power!r} is nearer to certain than any study comes."
        raise StatsError(msg)
    z = NormalDist().inv_cdf
    near = ((z(1 - level / 2) / 2 + z(power) * math.sqrt(share * (1 - share))) / (share - 0.5)) ** 2
    if near > _MOST_PAIRS:
        msg = f"A share of {share} needs over {_MOST_PAIRS:,} labels; nobody will make so many."
        raise StatsError(msg)
    if near > _EXACT_UP_TO:  # where the normal curve and the exact test are the same
        return math.ceil(near + 1 / (share - 0.5))
    # Power goes up and down from number to number, so the first that has it is looked for.
    number = max(1, int(near * 0.8) - 10)
    while _power(number, share, level) < power:
        number += 1
    return number


def _with_ties(decisive: int, ties: float, share: float, power: float, level: float) -> float:
    """Give how many labels have this power where chance makes so many of them ties."""
    labels = decisive / (1 - ties)
    if not ties or decisive > _ROUGH_UP_TO or labels > _EXACT_UP_TO:  # where chance hardly matters
        return labels
    number = max(decisive, math.ceil(labels * 0.9))  # of fewer than decisive, none would do
    step = 1 + number // 200
    known: list[float] = []
    while True:
        chances = _binomial(number, 1 - ties)
        most = int(np.flatnonzero(chances > _UNLIKELY)[-1]) + 1
        known += [_power(many, share, level) for many in range(len(known), most)]
        if float(chances[:most] @ known[:most]) >= power:
            return number
        number += step


def _power(number: int, share: float, level: float) -> float:
    """Give the probability that a sign test of so many labels rejects a half."""
    critical = _critical(number, level)
    if critical is None:
        return 0.0
    chances = _binomial(number, share)
    return float(chances[critical:].sum() + chances[: number - critical + 1].sum())


def _critical(number: int, level: float) -> int | None:
    """Give the fewest wins with which a fair coin is rejected."""
    tails = np.cumsum(_binomial(number, 0.5)[: number // 2 : -1])
    rejected = int(np.count_nonzero(2 * tails <= level))
    return number - rejected + 1 if rejected else None


def _binomial(number: int, share: float) -> Array:
    """Give the probability of each number of wins."""
    logs = _log_factorials()[: number + 1]
    wins = np.arange(number + 1)
    ways = logs[number] - logs - logs[::-1]
    return np.asarray(np.exp(ways + wins * math.log(share) + (number - wins) * math.log1p(-share)))


@cache
def _log_factorials() -> Array:
    """Give them as far as exact numbers are looked for, and a bit beyond."""
    return np.array([math.lgamma(number + 1) for number in range(2 * _EXACT_UP_TO)])


def confidence_sequence(wins: float, trials: float, level: float = 0.05) -> tuple[float, float]:
    """Give an interval for a share that holds after every trial at once.

    The shares that a mixture of bets, uniform over all shares, has not won 1 / level against:
    ``B(wins + 1, losses + 1) < p**wins * (1 - p)**losses / level`` (Robbins 1970; Ville 1939
    bounds how often the mixture ever wins so much). So one may look whenever one likes.

    Example:
        >>> low, high = confidence_sequence(60, 80)
        >>> print(f"{low:.2f} to {high:.2f}")
        0.58 to 0.88

    Raises:
        StatsError: more wins than trials, or no such level.

    """
    _refuse(level=(level, 0.0, 1.0))
    losses = trials - wins
    if wins < 0 or losses < 0:
        msg = f"{wins} of {trials} cannot be won."
        raise StatsError(msg)
    least = mixture(wins, losses) + math.log(level)

    def holds(share: float) -> bool:
        here = (wins * math.log(share) if wins else 0.0) + (
            losses * math.log1p(-share) if losses else 0.0
        )
        return here > least

    peak = wins / trials if trials else 0.5
    low = 0.0 if not wins else edge(holds, 0.0, peak)
    high = 1.0 if not losses else edge(holds, 1.0, peak)
    return low, high


def stopping_table(
    labels: pd.DataFrame, pairs: pd.DataFrame, *, level: float = 0.05
) -> pd.DataFrame:
    """Tell of each two models whether the labels settle which is better.

    Args:
        labels: with the columns ``pair``, ``annotator`` and ``preference``. What counts is what
            win rates are of (:func:`tiebreak.stats.outcomes.outcomes_frame`), so both say the same
            of who leads: all labels of a prompt by their mean, a tie for nobody.
        pairs: indexed by id, with ``model_a`` and ``model_b``.
        level: how often a study may be stopped by chance alone.

    Returns:
        A row for each two models: ``wins`` of ``better``, ``decisive``, ``share``, ``low``,
        ``high``, ``settled``, ``says``. A prompt on which labels part wins, and is decisive, by its
        margin: by a third where two of three agree. Without models, no row.

    """
    labels, pairs = plain_both(labels, pairs, ())
    outcomes = outcomes_frame(labels, pairs)
    swapped = outcomes["model_a"] > outcomes["model_b"]
    outcomes = outcomes.assign(
        first=outcomes["model_a"].where(~swapped, outcomes["model_b"]),
        second=outcomes["model_b"].where(~swapped, outcomes["model_a"]),
        margin=(2 * outcomes["a_wins"] - 1) * np.where(swapped, -1, 1),
    )
    met = by_prompt(outcomes, ["first", "second"], "margin")
    rows = []
    for names, prompts in met.groupby(level=[0, 1]):
        first, second = map(str, names)
        weight, margin = prompts["weight"].to_numpy(float), prompts["mean"].to_numpy(float)
        weight = weight * effective_scale(weight.tolist())
        won, lost = (float(weight @ np.maximum(way * margin, 0)) for way in (1, -1))
        if not won and not lost:
            continue
        better, other = (second, first) if lost > won else (first, second)
        wins, decisive = max(won, lost), won + lost
        low, high = confidence_sequence(wins, decisive, level)
        settled = low > _HALF
        says = _says(better, other, wins / decisive, level, settled=settled)
        if (prompts["size"] > 1).any():
            says += _TOGETHER
        if "weight" in outcomes.columns and (outcomes["weight"] != 1).any():
            says += _PICKED.format(count(round(float(weight.sum())), "pair"))
        rows.append(
            (better, other, wins, decisive, wins / decisive, low, high, settled, says),
        )
    table = pd.DataFrame(rows, columns=_STOPPING).round({"wins": 9, "decisive": 9})
    if (table["decisive"] % 1 == 0).all():
        table = table.astype({"wins": int, "decisive": int})
    why = (
        "Every label of pairs that name two models is a tie, or none is made yet, so nothing is "
        "settled."
        if names_models(pairs)
        else NO_MODELS.format("settle")
    )
    return ToldTable.of(table, why)


_STOPPING = ["better", "other", "wins", "decisive", "share", "low", "high", "settled", "says"]

_TOGETHER = " Labels of one prompt count together, by their mean."
_PICKED = " Contested pairs were picked, so labels are weighted; they count as {} by chance."
# Who leads by less is level with the other.
_LEVEL = 0.005
_ROUNDED = 1_000


def _says(better: str, other: str, share: float, level: float, *, settled: bool) -> str:
    if settled:
        return f"{better} is better than {other}: you may stop."
    if share - 0.5 < _LEVEL:
        return (
            f"{better} and {other} are level so far: nothing is settled. A share of 55 % would be "
            f"after {_after(0.55, level)} decisive pairs."
        )
    return (
        f"{better} leads {other}, and chance can do that: nothing is settled. If it goes on like "
        f"this, it is settled after {_after(share, level)} decisive pairs."
    )


def _after(share: float, level: float) -> str:
    """Write after how many labels a share is settled; a large number is rounded up."""
    after = settled_after(share, level)
    unit = 10 ** (len(str(after)) - 2) if after >= _ROUNDED else 1
    return f"{math.ceil(after / unit) * unit:,}"


def _refuse(**values: tuple[float, float, float]) -> None:
    for name, (value, low, high) in values.items():
        if not low < value < high:
            msg = f"{name} lies between {low} and {high}; {value!r} does not."
            raise StatsError(msg)
