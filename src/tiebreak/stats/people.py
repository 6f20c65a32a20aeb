"""Whether people agree, with each other and with themselves: the figures and what they say."""

from collections.abc import Hashable, Iterator
from itertools import combinations
from math import isnan, nan
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiebreak.errors import StatsError
from tiebreak.records.label import VERDICTS
from tiebreak.stats.agreement import (
    Weights,
    accelerated,
    cohen_interval,
    cohen_kappa,
    krippendorff_alpha,
    krippendorff_interval,
    no_point,
    repeat_agreement,
)
from tiebreak.stats.counted import counted, winners
from tiebreak.stats.frames import plain_labels, plain_pairs
from tiebreak.stats.intervals import clustered_wilson
from tiebreak.stats.told import ToldTable
from tiebreak.wording import count, nearest

Array = npt.NDArray[Any]

_COLUMNS = ["value", "low", "high", "pairs", "says"]
_CRITERION = "criterion_"
# What a and b are as grades; a tie and both bad are both in the middle.
_DIRECTION = {"a": -1, "b": 1, "tie": 0, "both_bad": 0}


def agreement_table(
    labels: pd.DataFrame, pairs: pd.DataFrame | None = None, by: str | None = None
) -> pd.DataFrame:
    """Tell how far annotators agree, in figures and in a sentence each.

    Args:
        labels: a row a label: ``pair``, ``annotator``, ``preference``, and where there are any
            ``strength``, ``again`` and ``criterion_NAME``.
        pairs: indexed by id; only for ``by``.
        by: ``"annotators"`` for a row for each two of them; ``"criteria"`` for alpha of each
            criterion; or a column of the pairs, for alpha in each slice of it.

    Returns:
        A row a measure: ``value`` with its 95 % interval, ``low`` to ``high``; ``pairs``, of which
        two or more people labeled; and ``says``. A value is missing where it is undefined, and
        ``says`` tells why.

    Raises:
        StatsError: ``by`` is no column of the pairs.

    Example:
        >>> import pandas as pd
        >>> labels = pd.DataFrame(
        ...     {"pair": [*range(40)] * 2, "annotator": ["me"] * 40 + ["you"] * 40}
        ... )
        >>> labels["preference"] = ["a"] * 40 + ["a", "a", "a", "b"] * 10
        >>> agreement_table(labels).loc["raw", "says"]
        'People agree on 75 % of the comparisons (60 to 86), ties included.'

    """
    labels = plain_labels(labels)
    pairs = None if pairs is None else plain_pairs(pairs)
    used = counted(labels)
    match by:
        case None:
            rows = dict(_overall(used, labels))
        case "annotators":
            rows = dict(_between(used))
        case "criteria":
            rows = dict(_by_criterion(used))
        case _:
            rows = dict(_by_slice(used, pairs, by))
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=_COLUMNS)
    frame = frame.astype({"value": float, "low": float, "high": float, "pairs": int})
    return ToldTable.of(frame.rename_axis("measure" if by is None else by), _WHY.get(by, _NOBODY))


_Row = tuple[float, float, float, int, str]


def _overall(counted: pd.DataFrame, labels: pd.DataFrame) -> Iterator[tuple[Hashable, _Row]]:
    several = _several(counted)
    won = winners(several["preference"])
    raw = _raw(several, won, "ties included", _NOBODY)
    yield "raw", raw
    decisive = _several(counted[counted["preference"].isin(["a", "b"])])
    nobody = _NOBODY if several.empty else _NONE_DECIDED
    yield "raw without ties", _raw(decisive, decisive["preference"], "ties left out", nobody)
    yield "alpha", _alpha(several["pair"], won, "nominal", "Krippendorff's alpha")
    if "strength" in several.columns and several["strength"].notna().any():
        yield (
            "alpha of grades",
            _alpha(
                several["pair"], grades(several), "ordinal", "Krippendorff's alpha of the grades"
            ),
        )
    yield "fleiss", _fleiss(several["pair"], won)
    if "again" in labels.columns:
        yield "repeats", _repeats(labels, raw)


def _repeats(labels: pd.DataFrame, raw: _Row) -> _Row:
    """Part disagreement into noise, which is also with oneself, and taste, which is not."""
    same = repeat_agreement(labels)
    if not same.comparisons:
        return nan, nan, nan, 0, "No pair was answered at both showings yet."
    who = _who(labels)
    says = (
        f"Shown a pair again, {who.lower()} answer the same in {_percent(same.share)} "
        f"({_percent(same.low)[:-2]} to {_percent(same.high)[:-2]}) of "
        f"{count(same.comparisons, 'answer')}: the rest is noise."
    )
    between, low, high, pairs, _ = raw
    if pairs:
        says += f" Two of them part on {_percent(1 - between)}: "
        says += (
            f"some {100 * (same.share - between):.0f} points of it are more than noise, that is "
            "taste."
            if same.low > high
            else "that is more with oneself than between two, so it is no taste."
            if same.high < low
            else "noise alone may do that, so taste is not told from it."
        )
    return same.share, same.low, same.high, same.comparisons, says


def _who(labels: pd.DataFrame) -> str:
    judges = "source" in labels.columns and bool((labels["source"] == "judge").all())
    return "Judges" if judges and len(labels) else "People"


def _between(counted: pd.DataFrame) -> Iterator[tuple[Hashable, _Row]]:
    graded = "strength" in counted.columns and bool(counted["strength"].notna().any())
    values = grades(counted) if graded else winners(counted["preference"])
    table = counted.assign(value=values).set_index(["pair", "annotator"])["value"]
    weights: Weights | None = "linear" if graded else None
    wide = table.unstack()  # noqa: PD010 - pivot_table would average
    for one, other in combinations(wide.columns, 2):
        both = wide[[one, other]].dropna()
        value = cohen_kappa(both[one], both[other], weights)
        low, high = cohen_interval(both[one], both[other], weights)
        same = int((both[one] == both[other]).sum())
        agree = "give the same grade to" if graded else "agree on"
        says = _undefined(both.to_numpy().ravel(), len(both), "Cohen's kappa") or (
            f"{one} and {other} {agree} {same} of {count(len(both), 'pair')}; Cohen's kappa"
            f"{', weighted by the grades,' * graded} is {value:z.2f} ({low:z.2f} to {high:z.2f})."
            f"{_OPPOSED * bool(high < 0 and 2 * same < len(both))}"
        )
        yield f"{one} / {other}", (value, low, high, len(both), says)


_OPPOSED = " They choose against each other more than chance would."


def _by_criterion(counted: pd.DataFrame) -> Iterator[tuple[Hashable, _Row]]:
    for column in counted.columns:
        if not str(column).startswith(_CRITERION):
            continue
        said = _several(counted[counted[column].isin(list(VERDICTS))])
        name = str(column).removeprefix(_CRITERION)
        yield (
            name,
            _alpha(said["pair"], winners(said[column]), "nominal", f"Alpha of {name!r}"),
        )


def _by_slice(
    counted: pd.DataFrame, pairs: pd.DataFrame | None, by: str
) -> Iterator[tuple[Hashable, _Row]]:
    if pairs is None or by not in pairs.columns:
        known = [] if pairs is None else [str(name) for name in pairs.columns]
        msg = f"The pairs have no column {by!r}{nearest(by, ['annotators', 'criteria', *known])}"
        raise StatsError(msg)
    slices = counted["pair"].map(pairs[by].dropna().map(str))
    for name, own in _several(counted).groupby(slices):
        yield (
            name,
            _alpha(own["pair"], winners(own["preference"]), "nominal", f"Alpha in {name}"),
        )


def grades(labels: pd.DataFrame) -> "pd.Series[float]":
    """Give each label as a grade from -3 (a much better) to 3; one without a strength is 1."""
    direction = labels["preference"].map(_DIRECTION).astype(float)
    strength = labels.get("strength", pd.Series(1, index=labels.index))
    return direction * strength.astype(float).fillna(1.0)


def _several(labels: pd.DataFrame) -> pd.DataFrame:
    """Give the labels of pairs that two or more people labeled."""
    return labels[labels.groupby("pair")["annotator"].transform("size") > 1]


def _raw(labels: pd.DataFrame, values: "pd.Series[Any]", how: str, nobody: str) -> _Row:
    """Give the share of comparisons that agree; the interval knows that a pair has several."""
    if labels.empty:
        return nan, nan, nan, 0, nobody
    table = pd.crosstab(labels["pair"], values).to_numpy(float)
    raters = table.sum(axis=1)
    compared, agreed = raters * (raters - 1) / 2, (table * (table - 1) / 2).sum(axis=1)
    share = float(agreed.sum() / compared.sum())
    low, high = clustered_wilson(agreed, compared)
    says = (
        f"{_who(labels)} agree on {_percent(share)} of the comparisons ({_percent(low)[:-2]} to "
        f"{_percent(high)[:-2]}), {how}."
    )
    return share, low, high, len(table), says


def _alpha(units: "pd.Series[Any]", values: "pd.Series[Any]", level: Any, what: str) -> _Row:
    value = krippendorff_alpha(units, values, level)
    low, high = krippendorff_interval(units, values, level)
    paired = int((units.value_counts() > 1).sum())
    says = _undefined(values.to_numpy(), paired, what) or (
        f"{what} is {value:z.2f} ({low:z.2f} to {high:z.2f}), where 1 is agreement and 0 chance."
    )
    return value, low, high, paired, says


def fleiss_kappa(units: "pd.Series[Any]", values: "pd.Series[Any]") -> float:
    """Give Fleiss' kappa (1971) of units that were all rated as often.

    Example:
        >>> import pandas as pd
        >>> round(fleiss_kappa(pd.Series([1, 1, 2, 2]), pd.Series(["a", "a", "a", "b"])), 3)
        -0.333

    Raises:
        StatsError: some were rated more often than others, or once.

    """
    table = pd.crosstab(np.asarray(units), np.asarray(values)).to_numpy(float)
    raters = table.sum(axis=1)
    if len(table) and (raters.min() != raters.max() or raters.min() < 2):  # noqa: PLR2004
        msg = "Fleiss' kappa needs the same number of ratings of each unit, two or more."
        raise StatsError(msg)
    return _fleiss_of(table)


def _fleiss_of(table: Array) -> float:
    kinds, times = np.unique(table, axis=0, return_counts=True)
    return float(_fleisses(kinds, times[np.newaxis].astype(float))[0]) if len(table) else nan


def _fleisses(kinds: Array, times: Array) -> Array:
    """Give kappa for each row of ``times``: how often each kind of unit comes."""
    number = kinds[0].sum()
    agreeing = ((kinds**2).sum(axis=1) - number) / (number * (number - 1))
    units = times.sum(axis=1)
    shares = times @ kinds / np.maximum(units * number, 1)[:, np.newaxis]
    chance = (shares**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (times @ agreeing / units - chance) / (1 - chance)
    return np.where(chance < 1, found, nan)


def _fleiss(units: "pd.Series[Any]", values: "pd.Series[Any]") -> _Row:
    if units.empty:
        return nan, nan, nan, 0, _NOBODY
    sizes = units.map(units.value_counts())
    usual = int(sizes.mode().max())
    used = values[sizes == usual]
    table = pd.crosstab(units[sizes == usual].to_numpy(), used.to_numpy()).to_numpy(float)
    value = _fleiss_of(table)
    shares = table.sum(axis=0) / table.sum()
    low, high = no_point(_fleiss_interval(table, value), len(table), 1 - float(shares @ shares))
    says = _undefined(used.to_numpy(), len(table), "Fleiss' kappa") or (
        f"Fleiss' kappa is {value:z.2f} ({low:z.2f} to {high:z.2f}), over "
        f"{count(len(table), 'pair')} that {usual} people labeled."
    )
    return value, low, high, len(table), says


def _fleiss_interval(table: Array, value: float) -> tuple[float, float]:
    kinds, times = np.unique(table, axis=0, return_counts=True)
    drawn = np.random.default_rng(0).multinomial(len(table), times / len(table), size=1_000)
    jackknife = _fleisses(kinds, times - np.eye(len(kinds)))
    kappas = _fleisses(kinds, drawn.astype(float))
    return accelerated(kappas, value, jackknife, times.astype(float))


_NOBODY = "No pair has labels of two people yet: agreement needs some, 50 for a first look."
_WHY: dict[str | None, str] = {
    "annotators": "No two people labeled here.",
    "criteria": "No label answers a criterion: tb.Session(..., criteria={...}) asks for them.",
}
_NONE_DECIDED = "On no pair did two people decide yet: all that they share has a tie or both bad."


def _undefined(values: Any, pairs: int, what: str) -> str:
    if not pairs:
        return _NOBODY
    kinds = {value for value in values if not (isinstance(value, float) and isnan(value))}
    if len(kinds) == 1:
        return (
            f"{what} is undefined, because every label is the same ({next(iter(kinds))}): what "
            "agrees always leaves nothing for chance to agree on."
        )
    return ""


def _percent(share: float) -> str:
    return "-" if isnan(share) else f"{100 * share:.0f} %"
