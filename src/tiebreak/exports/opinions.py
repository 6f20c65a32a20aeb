"""The labels of a pair as plain records again: what the formats with a row a pair write."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from tiebreak.reading.rows import plain

_PLAIN = (
    *("annotator", "source", "preference", "strength", "principles", "note", "edit"),
    *("probability", "shown_left", "seconds", "at", "again"),
)
_SIDED = {"reasons": ("a", "b"), "flags": ("a", "b", "pair")}
_CRITERION = "criterion_"


def by_pair(judgments: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Give each pair's labels as the fields of ``layouts.found.Opinion`` that say something."""
    found: dict[str, list[dict[str, Any]]] = {}
    for pair, opinion in zip(judgments["pair"], _opinions(judgments), strict=True):
        found.setdefault(pair, []).append(opinion)
    return found


def _opinions(judgments: pd.DataFrame) -> Iterator[dict[str, Any]]:
    plain = [name for name in _PLAIN if name in judgments.columns]
    criteria = [str(name) for name in judgments.columns if str(name).startswith(_CRITERION)]
    sided = {
        field: [side for side in sides if f"{field}_{side}" in judgments.columns]
        for field, sides in _SIDED.items()
    }
    names = [*plain, *criteria, *(f"{f}_{side}" for f, sides in sided.items() for side in sides)]
    for values in zip(*(_cells(judgments[name]) for name in names), strict=True):
        row = dict(zip(names, values, strict=True))
        opinion = {n: row[n] for n in plain if row[n] is not None and row[n] is not False}
        groups = {"criteria": [(name.removeprefix(_CRITERION), name) for name in criteria]}
        groups |= {f: [(side, f"{f}_{side}") for side in sides] for f, sides in sided.items()}
        for field, members in groups.items():
            said = {key: row[name] for key, name in members if row[name] is not None}
            if said:
                opinion[field] = said
        yield opinion


def _cells(column: "pd.Series[Any]") -> Iterator[Any]:
    """Give a column's cells as Python's own values, what is missing as None."""
    for value in map(plain, column.tolist()):
        yield value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
