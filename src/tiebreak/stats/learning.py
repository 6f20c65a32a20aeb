"""Whether more labeling still pays: how well a small model tells choices, by labels learned."""

from collections.abc import Sequence
from math import nan, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiebreak.errors import StatsError, telling_wrong_calls
from tiebreak.stats.choices import (
    FOLDS,
    HALVINGS,
    REPEATS,
    Choices,
    fitted,
    right,
    splits,
    spread_held_out,
    spread_of_mean,
    tamed,
    told_interval,
)
from tiebreak.stats.counted import independent, of_people
from tiebreak.stats.features import differences
from tiebreak.stats.rewards import NO_WORDS, Meaning
from tiebreak.stats.told import ToldTable

Array = npt.NDArray[np.float64]

FEWEST = 100
_SHARES = (1 / 8, 1 / 4, 1 / 2, 1.0)
_CHANCE = 0.5
_Z90 = 1.6448536269514722
_COLUMNS = ["learned", "accuracy", "low", "high", "forecast", "says"]
# Less than a point of accuracy for twice the work is hardly a gain.
_PAYS = 0.01


@telling_wrong_calls(StatsError, "tiebreak.learning_curve(session)")
def learning_curve(
    session_or_labels: Any, pairs: pd.DataFrame | None = None, *, embed: bool = False
) -> pd.DataFrame:
    """Tell how well a small model tells choices on new prompts, and whether more labels still pay.

    The model is that of ``session.stats.rewards()``: it learns on growing shares of four fifths of
    the prompts and tells the choices on the last fifth, 20 times. What it would reach at twice the
    labels follows the usual ``a - b / sqrt(labels)``. A larger model may go on learning where this
    one has stopped.

    Args:
        session_or_labels: a session, or a row a label: ``pair``, ``annotator``, ``preference``.
        pairs: with labels, a row a pair, indexed by id: ``prompt``, ``a``, ``b``.
        embed: whether it learns from meaning, too, which takes the extra ``embed``.

    Returns:
        A row a share of the labels, indexed by ``share``: ``learned`` (from so many pairs),
        held-out ``accuracy`` with its 95 % interval, ``low`` to ``high``, ``forecast`` and
        ``says``. The last row, of share 2, is the forecast: ``low`` to ``high`` is where the same
        measurement will be at twice the labels, with 90 %. Below 100 labeled pairs it is missing,
        and ``says`` tells so.

    Raises:
        StatsError: labels without pairs, or ``embed=True`` without the extra.

    Example:
        >>> import pandas as pd
        >>> import tiebreak as tb
        >>> pairs = pd.DataFrame(
        ...     {"prompt": [*map(str, range(120))], "a": ["word " * 9] * 120, "b": ["no"] * 120}
        ... )
        >>> labels = pd.DataFrame({"pair": range(120), "annotator": "me", "preference": "a"})
        >>> tb.learning_curve(labels, pairs)["accuracy"].tolist()
        [1.0, 1.0, 1.0, 1.0, 1.0]

    """
    labels = session_or_labels
    if isinstance(labels, pd.DataFrame) != isinstance(pairs, pd.DataFrame) or (
        pairs is None and not (hasattr(labels, "labels") and hasattr(labels, "pairs"))
    ):
        msg = (
            "learning_curve takes a session, or labels and pairs: tiebreak.learning_curve(session) "
            "or, of frames, tiebreak.learning_curve(labels, pairs)"
        )
        raise StatsError(msg)
    if pairs is None:
        pairs = labels.pairs
        labels = of_people(independent(labels.labels))
    chosen = Choices.of(labels, pairs)
    number = len(chosen.won)
    if number < FEWEST or int(chosen.prompts.max()) < FOLDS:
        says = (
            f"A learning curve cannot be told yet: it needs {FEWEST} pairs with a preference, on "
            f"more than {FOLDS} prompts; there are {number}."
        )
        return _table({2.0: [0, nan, nan, nan, True, says]})
    groups = [tamed(differences(chosen.pairs))]
    if embed:
        groups.append(Meaning.of(chosen.pairs).differ)
    if not any(each.any() for each in groups):
        says = f"A learning curve cannot be told: {NO_WORDS}"
        return _table({2.0: [0, nan, nan, nan, True, says]})
    told, errors, noise = _by_share(groups, chosen)
    learned = [round(share * number * (FOLDS - 1) / FOLDS) for share in (*_SHARES, 2.0)]
    rows: dict[float, list[Any]] = {}
    for share, size, each, error in zip(_SHARES, learned[:-1], told, errors, strict=True):
        low, high = told_interval(float(each.mean()), error, number)
        rows[share] = [size, float(each.mean()), low, high, False, _measured(size, each, low, high)]
    tells = low > _CHANCE  # of the last, which learned from all
    rows[2.0] = [learned[-1], *_forecast(told, noise, learned[:-1], number, tells=tells)]
    return _table(rows)


def _table(rows: dict[float, list[Any]]) -> pd.DataFrame:
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=_COLUMNS)
    return ToldTable.of(frame.rename_axis("share"))


def _by_share(groups: Sequence[Array], chosen: Choices) -> tuple[Array, list[float], float]:
    """Give how often each choice is told rightly, by the share that was learned from.

    Returns:
        A row a share, the standard error of accuracy at each, and how much accuracy varies with
        which half was learned from (a variance).

    """
    design, won = np.hstack(groups), chosen.won
    scores: dict[Any, Array] = {}
    for time, learned, asked in splits(chosen.prompts, HALVINGS):
        half = len(learned) // 2
        shares = _SHARES if time < REPEATS else (1 / 2,)
        parts: dict[Any, Any] = {share: learned[: round(share * len(learned))] for share in shares}
        parts["other half"] = learned[half:]
        for name, part in parts.items():
            effects = fitted([each[part] for each in groups], won[part])
            rows = scores.setdefault(name, np.zeros((HALVINGS, len(won))))
            rows[time, asked] = won[asked] * (design[asked] @ effects)
    halves = [(np.sign(scores[name]) / 2).mean(axis=1) for name in (1 / 2, "other half")]
    apart = halves[0] - halves[1]
    told = np.array([right(scores[share][:REPEATS]) for share in _SHARES])
    errors = [spread_held_out(each, apart, chosen.prompts) for each in told]
    for place, share in enumerate(_SHARES[:-1]):
        # Which of the pairs a share is varies from time to time, and may do so more than halves.
        times = (np.sign(scores[share][:REPEATS]) / 2).mean(axis=1)
        of_times = spread_of_mean(told[place], chosen.prompts) ** 2 + times.var(ddof=1) / REPEATS
        errors[place] = max(errors[place], sqrt(of_times))
    return told, errors, float((apart**2).mean() / 2)


def _measured(size: int, told: Array, low: float, high: float) -> str:
    return (
        f"Having learned from {size:,} pairs, a small model tells {100 * float(told.mean()):.0f} % "
        f"({100 * low:.0f} to {100 * high:.0f}) of the choices on new prompts."
    )


def _forecast(
    told: Array, noise: float, learned: Sequence[int], number: int, *, tells: bool
) -> tuple[float, float, float, bool, str]:
    """Give accuracy at twice the labels, with the interval of 90 %, and what to make of it.

    Half of the pairs asked then are those of now and half are new ones, drawn alike. Beside that,
    what is learned varies with the pairs: by half of ``noise`` now, and a quarter of it then.
    """
    places = -1 / np.sqrt(learned)
    slopes = places - places.mean()
    beyond = -places[-1] * (1 - np.sqrt(1 / 2))
    gains = beyond * (slopes / (slopes @ slopes)) @ told
    now = told[-1]
    then = now + gains
    variance = (np.var(now / 2 - then) + np.var(now) / 4) / number + 0.75 * noise
    reach = _Z90 * float(np.sqrt(variance))
    value, gain = float(then.mean()), float(gains.mean())
    ends = value - reach, max(value, 1 - value) + reach  # no model is worse than a coin
    value, low, high = (min(max(each, 0.0), 1.0) for each in (value, *ends))
    says = (
        f"At twice the labels, {2 * number:,} pairs, a small model would tell {100 * value:.0f} % "
        f"({100 * low:.0f} to {100 * high:.0f}, with 90 %) of the choices on new prompts, "
        f"after {100 * float(now.mean()):.0f} % now: "
    )
    spread = _Z90 * float(np.sqrt(np.var(gains) / number + 0.75 * noise))
    if not tells:
        says += (
            "so far it tells them no better than a coin, so whether more labeling pays cannot be "
            "told by a model as small."
        )
    elif gain - spread > 0 and gain >= _PAYS:
        says += "more labeling still pays."
    elif gain + spread < _PAYS:
        says += "more labeling hardly pays, for a model as small."
    else:
        says += "whether more labeling pays cannot be told from these."
    return value, low, high, True, says
