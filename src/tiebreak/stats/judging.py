"""How far a judge decides as people do, and as itself when the order is turned round."""

from collections.abc import Hashable
from math import nan
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from tiebreak.records.label import VERDICTS
from tiebreak.stats.agreement import cohen_interval, cohen_kappa
from tiebreak.stats.counted import first_showings, winners
from tiebreak.stats.frames import plain_labels, plain_pairs
from tiebreak.stats.intervals import binomial_p, wilson
from tiebreak.stats.told import ToldTable
from tiebreak.wording import count

_SIGNS = {"a": 1, "b": -1, "tie": 0}
_COLUMNS = [
    *("pairs", "accuracy", "low", "high", "kappa", "kappa_low", "kappa_high"),
    *("both_orders", "flips", "flips_low", "flips_high", "first", "p", "says"),
]
_SAMPLE = 50


class Judges(NamedTuple):
    """How far judges decide as people do.

    Attributes:
        table: a row a judge: ``pairs`` that people's majority decided, ``accuracy`` against it
            with ``low`` to ``high`` (Wilson, 95 %), Cohen's ``kappa`` with ``kappa_low`` to
            ``kappa_high``; ``both_orders``, how many pairs it judged both ways round, ``flips``,
            the share on which it then changed its mind, with an interval, ``first``, how many of
            those it decided for what it read first both times, and ``p`` of that against a half;
            ``says``. Figures of less than 50 pairs of people's are missing.
        confusion: a row for each judge and what it said (``a``, ``b``, ``tie``), a column for what
            people say; how many pairs.

    Example:
        >>> import pandas as pd
        >>> people = pd.DataFrame({"pair": range(60), "annotator": "me", "source": "human"})
        >>> both = pd.concat([people, people.assign(annotator="gpt", source="judge")])
        >>> both["preference"] = ["a", "b"] * 30 + ["a"] * 60
        >>> judges(both).confusion.loc[("gpt", "a"), ["a", "b"]].tolist()
        [30, 30]

    """

    table: pd.DataFrame
    confusion: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Give the table of judges."""
        return self.table

    def __repr__(self) -> str:
        """Say a line of each judge, and show what it said beside what people say."""
        if not len(self.table):
            return "No judge labeled."
        said = "\n".join(self.table["says"])
        return f"{said}\n\n{self.confusion.to_string()}" if len(self.confusion) else said


def judges(labels: pd.DataFrame, pairs: pd.DataFrame | None = None) -> Judges:
    """Compare each judge with the majority of people, and with itself in the other order.

    An annotator is a judge whose ``source`` is ``"judge"``. People who are even on a pair say
    nothing of it. A pair was judged in both orders where the judge has a second label of it with
    the other side first (``again``), or where the same texts are there with a and b exchanged.

    Args:
        labels: a row a label: ``pair``, ``annotator``, ``preference``, ``source``; ``shown_left``
            and ``again`` where they are known.
        pairs: indexed by id: ``prompt``, ``a``, ``b``; to find those that are there both ways.

    Example:
        >>> import pandas as pd
        >>> people = pd.DataFrame({"pair": range(60), "annotator": "me", "source": "human"})
        >>> both = pd.concat([people, people.assign(annotator="gpt", source="judge")])
        >>> both["preference"] = ["a", "b"] * 30 + ["a"] * 60
        >>> judges(both).table.loc["gpt", ["accuracy", "kappa"]].astype(float).tolist()
        [0.5, 0.0]

    """
    labels = plain_labels(labels)
    pairs = None if pairs is None else plain_pairs(pairs)
    counted = labels[labels["preference"].isin(VERDICTS)].reset_index(drop=True)
    source = counted["source"] if "source" in counted.columns else "human"
    counted = counted.assign(winner=winners(counted["preference"]), source=source)
    once = first_showings(counted).drop_duplicates(["pair", "annotator"], keep="last")
    majority = _majority(once[once["source"] != "judge"])
    judged, judged_once = (each[each["source"] == "judge"] for each in (counted, once))
    rows: dict[Hashable, list[Any]] = {}
    tables = {}
    for name in sorted(set(judged["annotator"]), key=str):
        own = judged_once[judged_once["annotator"] == name]
        both = own.set_index("pair")[["winner"]].join(majority.rename("people"), how="inner")
        enough = len(both) >= _SAMPLE
        if enough:
            tables[name] = _crossed(both)
        flips = _flips(judged[judged["annotator"] == name], pairs)
        against = _against(both) if enough else [nan] * 6
        rows[name] = [len(both), *against, *flips, _says(name, len(both), against, flips)]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=_COLUMNS).rename_axis("judge")
    names = ["judge", "it says"]
    empty = pd.DataFrame(
        columns=list(_SIGNS), index=pd.MultiIndex.from_arrays([[], []], names=names)
    )
    table = ToldTable.of(table, "No judge labeled.")
    return Judges(table, pd.concat(tables, names=names) if tables else empty)


def _majority(people: pd.DataFrame) -> "pd.Series[Any]":
    """Give what most people say of each pair; those on which they are even are left out."""
    table = pd.crosstab(people["pair"], people["winner"])
    most = table.max(axis=1)
    single = table.eq(most, axis=0).sum(axis=1) == 1
    return table[single].idxmax(axis=1) if len(table) else pd.Series(dtype=object)


def _crossed(both: pd.DataFrame) -> pd.DataFrame:
    table = pd.crosstab(both["winner"], both["people"])
    kinds = list(_SIGNS)
    found = table.reindex(index=kinds, columns=kinds, fill_value=0)
    return found.rename_axis(index="it says", columns="people say")


def _against(both: pd.DataFrame) -> list[float]:
    right = int((both["winner"] == both["people"]).sum())
    kappa = cohen_kappa(both["winner"], both["people"])
    known = cohen_interval(both["winner"], both["people"])
    return [right / len(both), *wilson(right, len(both)), kappa, *known]


def _flips(own: pd.DataFrame, pairs: pd.DataFrame | None) -> list[Any]:
    """Give how often the judge changes its mind with the order, and for which place."""
    left = own["shown_left"] if "shown_left" in own.columns else pd.Series(None, index=own.index)
    first = np.where(left.eq("b"), -1, 1)  # where nobody says, a was read first
    said = own["winner"].map(_SIGNS).to_numpy()
    turned, key = _turned(own["pair"], pairs)
    seen = pd.DataFrame(
        {"key": key, "order": first * turned, "said": said * turned, "for_first": said * first}
    )
    seen = seen.drop_duplicates(["key", "order"], keep="last")
    one, other = seen[seen["order"] == 1], seen[seen["order"] == -1]
    both = one.merge(other, on="key", suffixes=("", "_turned"))
    flipped = int((both["said"] != both["said_turned"]).sum())
    places = both["for_first"] + both["for_first_turned"]
    for_first, for_second = int((places == 2).sum()), int((places == -2).sum())  # noqa: PLR2004
    if not len(both):
        return [0, nan, nan, nan, 0, nan]
    interval = wilson(flipped, len(both))
    p = binomial_p(for_first, for_first + for_second)
    return [len(both), flipped / len(both), *interval, for_first, p]


def _turned(ids: "pd.Series[Any]", pairs: pd.DataFrame | None) -> tuple[Any, list[Any]]:
    """Give -1 for pairs that are another one with a and b exchanged, and what both have alike."""
    if pairs is None or not {"prompt", "a", "b"} <= set(pairs.columns):
        return np.ones(len(ids), int), ids.tolist()
    known = pairs.loc[pairs.index.isin(ids), ["prompt", "a", "b"]]
    texts = {
        name: (repr(prompt), repr(a), repr(b))
        for name, prompt, a, b in zip(
            known.index, known["prompt"], known["a"], known["b"], strict=True
        )
    }
    signs, keys = [], []
    for name in ids:
        prompt, a, b = texts.get(name, (repr(name), "", ""))
        signs.append(1 if a <= b else -1)
        keys.append((prompt, *sorted((a, b))))
    return np.array(signs, int), keys


def _says(name: Hashable, number: int, against: list[float], flips: list[Any]) -> str:
    if number < _SAMPLE:
        said = (
            f"{name} is a judge, and people decided {count(number, 'pair')} of what it judged: "
            f"no figure of it is given before they decided {_SAMPLE}."
        )
    else:
        accuracy, low, high, kappa, kappa_low, kappa_high = against
        said = (
            f"{name} decides as most people do on {100 * accuracy:.0f} % of {number} pairs "
            f"({100 * low:.0f} to {100 * high:.0f})"
        )
        said += (
            "; kappa is undefined, because every label is the same."
            if kappa != kappa  # noqa: PLR0124 - NaN
            else f", kappa {kappa:.2f} ({kappa_low:.2f} to {kappa_high:.2f}); a coin has 0."
        )
    orders, share, low, high, first, _ = flips
    if orders:
        said += (
            f" Of {count(orders, 'pair')} in both orders it changed its mind on {100 * share:.0f} %"
            f" ({100 * low:.0f} to {100 * high:.0f}), on {first} for what it read first."
        )
    return said
