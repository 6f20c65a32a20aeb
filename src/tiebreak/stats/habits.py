"""How each annotator goes about it: sides, streaks, drift, and standing apart from all others."""

from collections.abc import Hashable, Iterator
from math import erfc, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiebreak.stats.bias import holm
from tiebreak.stats.counted import counted
from tiebreak.stats.frames import plain_labels
from tiebreak.stats.intervals import binomial_p, exact, score_interval, wilson
from tiebreak.stats.told import ToldTable

Array = npt.NDArray[np.float64]

_FEWEST = 20
_FEWEST_OF_EACH = 5
_HARDLY = 5
_COLUMNS = ["annotator", "habit", "value", "low", "high", "usual", "labels", "p", "found", "says"]
_SIGNS = {"a": 1.0, "b": -1.0}


def habits_table(labels: pd.DataFrame) -> pd.DataFrame:
    """Tell what each annotator does that neither chance nor the others do.

    Each habit has what would be usual: ``left``, the share of choices for the left answer (exact
    test against a half); ``streaks``, how often a choice is for the side of the one before it
    (runs test of Wald and Wolfowitz 1940, which finds straight-lining and alternating alike);
    ``drift`` and ``drift of ties``, the share of left choices and of ties in the second half of
    one's labels against the first; ``ties``, how often one decides nothing, against others on the
    same pairs; and ``apart``, how often one agrees with others where they both decide, against how
    often those agree with each other on the very same pairs (one-sided, with pairs for clusters).
    Speed is none of them: slow is not careless, and quick need not be.

    Args:
        labels: a row a label, in the order made or with ``at``: ``pair``, ``annotator``,
            ``preference``, ``shown_left``.

    Returns:
        A row for each habit that can be told (20 labels or more): ``value`` with its 95 % interval
        ``low`` to ``high``, what is ``usual``, the ``labels`` it is of, ``p``, ``found`` (passes
        Holm's correction for the number of rows at 5 %; of ``apart`` only where half of the
        others' agreement beyond chance is missing, of ``ties`` only where one decides less than a
        fifth of what others do), and ``says``.

    Example:
        >>> import pandas as pd
        >>> labels = pd.DataFrame({"pair": range(40), "annotator": "me", "preference": "a"})
        >>> labels["shown_left"] = "a"
        >>> habits_table(labels)["says"].tolist()
        ['me chose the left answer in 100 % of 40 choices (91 to 100).']

    """
    used = counted(plain_labels(labels))
    if "at" in used.columns:
        used = used.sort_values("at", kind="stable")
    rows: list[tuple[Hashable, _Habit]] = []
    for who, own in used.groupby("annotator", sort=True):
        rows += [(who, habit) for habit in _own(own)]
    rows += _undecided(used)
    rows += _apart(used)
    found = [(who, *habit[:-1], False, habit.says) for who, habit in rows]
    frame = pd.DataFrame(found, columns=_COLUMNS)
    frame = frame.sort_values("annotator", kind="stable", ignore_index=True)
    frame["found"] = holm(frame["p"].to_numpy(float))
    return ToldTable.of(
        frame, f"No habit can be told yet: it needs {_FEWEST} labels of one person."
    )


class _Habit(NamedTuple):
    habit: str
    value: float
    low: float
    high: float
    usual: float
    labels: int
    p: float
    says: str


def _own(own: pd.DataFrame) -> Iterator[_Habit]:
    """Tell what one annotator's own labels show."""
    who = own["annotator"].iloc[0]
    ties = ~own["preference"].isin(list(_SIGNS)).to_numpy(bool)
    if "shown_left" in own.columns:
        choice = own["preference"].map(_SIGNS).fillna(0.0).to_numpy(float)
        side = own["shown_left"].map(_SIGNS).fillna(0.0).to_numpy(float)
        sides = (choice * side)[choice * side != 0]
        if len(sides) >= _FEWEST:
            yield _left(who, sides > 0)
            yield from _streaks(who, sides > 0)
            yield from _drift(who, sides > 0, "drift", "the left answer was chosen")
    if len(ties) >= _FEWEST:
        yield from _drift(who, ties, "drift of ties", "a tie was called")


def _left(who: Hashable, lefts: npt.NDArray[np.bool_]) -> _Habit:
    count, number = int(lefts.sum()), len(lefts)
    low, high = exact(count, number)
    says = (
        f"{who} chose the left answer in {_percent(count / number)} of {number} choices "
        f"{_span(low, high)}."
    )
    return _Habit("left", count / number, low, high, 0.5, number, binomial_p(count, number), says)


def _streaks(who: Hashable, lefts: npt.NDArray[np.bool_]) -> Iterator[_Habit]:
    number, left = len(lefts), int(lefts.sum())
    right = number - left
    if min(left, right) < _FEWEST_OF_EACH:
        return
    stays = lefts[1:] == lefts[:-1]
    runs = 1 + int((~stays).sum())
    expected = 1 + 2 * left * right / number
    variance = (expected - 1) * (expected - 2) / (number - 1)
    away = max(abs(runs - expected) - 0.5, 0.0) / sqrt(variance) if variance else 0.0
    steps, same = number - 1, number - runs
    usual = (number - expected) / steps
    # Two steps share a choice, so that where a side is favoured they go together (Hansen and
    # Hodrick 1980).
    moves = stays - same / steps
    together = max(float(moves[1:] @ moves[:-1]), 0.0)
    low, high = score_interval(
        same / steps, sqrt(float(moves @ moves) + 2 * together) / steps, steps
    )
    says = (
        f"{who} chose the side of the choice before in {_percent(same / steps)} of {steps} "
        f"{_span(low, high)}, where {_percent(usual)} is what chance does."
    )
    yield _Habit("streaks", same / steps, low, high, usual, number, _two_sided(away), says)


def _drift(
    who: Hashable, happened: npt.NDArray[np.bool_], habit: str, what: str
) -> Iterator[_Habit]:
    half = len(happened) // 2
    first, second = happened[:half], happened[half:]
    total = int(happened.sum())
    if min(total, len(happened) - total) < _FEWEST_OF_EACH:
        return
    share, before, after = happened.mean(), float(first.mean()), float(second.mean())
    error = sqrt(share * (1 - share) * (1 / len(first) + 1 / len(second)))
    # Yates' correction: a half of a label nearer.
    away = max(abs(after - before) - (1 / len(first) + 1 / len(second)) / 2, 0.0) / error
    low, high = wilson(int(second.sum()), len(second))
    says = (
        f"In the first half of {who}'s labels {what} in {_percent(before)}, in the second in "
        f"{_percent(after)} {_span(low, high)}."
    )
    yield _Habit(habit, after, low, high, before, len(happened), _two_sided(away), says)


def _undecided(counted: pd.DataFrame) -> Iterator[tuple[Hashable, _Habit]]:
    """Compare how often one decides nothing with others, on the same pairs."""
    tied = ~counted["preference"].isin(list(_SIGNS)).to_numpy(bool)
    pair = pd.factorize(counted["pair"])[0]
    rest, others = np.bincount(pair, tied)[pair] - tied, np.bincount(pair)[pair] - 1
    people = counted["annotator"].to_numpy()
    for who in sorted(set(people), key=str):
        mine = (people == who) & (others > 0)
        number = int(mine.sum())
        if number < _FEWEST:
            continue
        share, usual = float(tied[mine].mean()), float((rest[mine] / others[mine]).mean())
        # Where a tie begins is a person's taste; to decide hardly anything is not.
        hardly = 1 - share < (1 - usual) / _HARDLY
        both = (share + usual) / 2
        away = (share - usual) / sqrt(both * (1 - both) * 2 / number) if hardly else -np.inf
        low, high = wilson(int(tied[mine].sum()), number)
        says = (
            f"{who} decided nothing in {_percent(share)} {_span(low, high)} of {number} pairs, on "
            f"which others do so in {_percent(usual)}."
        )
        yield who, _Habit("ties", share, low, high, usual, number, erfc(away / sqrt(2)) / 2, says)


def _apart(counted: pd.DataFrame) -> Iterator[tuple[Hashable, _Habit]]:
    """Compare agreement with others to that among them."""
    decided = counted[counted["preference"].isin(list(_SIGNS))]
    choice = np.asarray(decided["preference"].map(_SIGNS), dtype=np.float64)
    pair = pd.factorize(decided["pair"])[0]
    size = int(pair.max(initial=-1)) + 1
    total, number = np.bincount(pair, choice, size), np.bincount(pair, minlength=size)
    people = decided["annotator"].to_numpy()
    for who in sorted(set(people), key=str):
        mine = people == who
        own, there = np.zeros(size), np.zeros(size)
        own[pair[mine]], there[pair[mine]] = choice[mine], 1.0
        # The sums of the products of two labels of a pair: with this one's, and without.
        rest, others = total - own, number - there
        with_me, with_me_of = own * rest, there * others
        among, among_of = (rest**2 - others) / 2, others * (others - 1) / 2
        both = (with_me_of > 0) & (among_of > 0)
        if int(both.sum()) >= _FEWEST:
            mean = (1 + with_me[both] / with_me_of[both]) / 2
            usual = (1 + among[both] / among_of[both]) / 2
            away = _away(with_me, with_me_of, among, among_of)
            yield who, _stands(who, mean, float(usual.mean()), away)


def _away(with_me: Array, with_me_of: Array, among: Array, among_of: Array) -> float:
    """Give by how many standard errors one agrees less; pairs are what varies."""
    one, other = with_me.sum() / with_me_of.sum(), among.sum() / among_of.sum()
    moves = (with_me - one * with_me_of) / with_me_of.sum()
    moves = moves - (among - other * among_of) / among_of.sum()
    error = sqrt(float((moves**2).sum()))
    return float(other - one) / error if error else 0.0


def _stands(who: Hashable, own: Array, usual: float, away: float) -> _Habit:
    count, mean = len(own), float(own.mean())
    # Half of what others have beyond chance is missing, on the very same pairs: who decides only
    # what others part on agrees with few, and so do they. Less than half is a person's taste.
    far = mean - 0.5 < (usual - 0.5) / 2
    p = erfc(away / sqrt(2)) / 2 if far else 1.0
    low, high = score_interval(mean, float(own.std(ddof=1)) / sqrt(count), count)
    says = (
        f"{who} agrees with others in {_percent(mean)} {_span(low, high)} of what is decided on "
        f"{count} pairs, on which those agree with each other in {_percent(usual)}."
    )
    return _Habit("apart", mean, low, high, usual, count, p, says)


def _two_sided(away: float) -> float:
    return erfc(away / sqrt(2))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _span(low: float, high: float) -> str:
    return f"({100 * low:.0f} to {100 * high:.0f})"
