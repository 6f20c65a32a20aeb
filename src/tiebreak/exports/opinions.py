"""The labels of a pair as plain records again: what the formats with a row a pair write."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from tiebreak.reading.rows import plain
from tiebreak.records.label import FIELDS, Said

_CRITERION = "criterion_"
# Files are to stay as they are, byte for byte: single values come in this order, then the groups.
_ORDER = (
    *("annotator", "source", "preference"),
    *Said.__struct_fields__,
    *("at", "again"),
)


def by_pair(judgments: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Give each pair's labels as the fields of ``records.label.Opinion`` that say something."""
    found: dict[str, list[dict[str, Any]]] = {}
    for pair, opinion in zip(judgments["pair"], _opinions(judgments), strict=True):
        found.setdefault(pair, []).append(opinion)
    return found


def what_is_not_written(judgments: pd.DataFrame, *written: str) -> Iterator[str]:
    """Say what the labels hold beside the preference and a tool's format has no place for."""
    counts = counts_of(judgments)
    found = ", ".join(f"{name} ({counts[name]})" for name in counts if name not in written)
    if found:
        yield f'the format has no place for {found} of labels; the format "raw" holds them'


def counts_of(judgments: pd.DataFrame) -> dict[str, int]:
    """Count the labels that hold each of the fields beside the preference and the sides shown."""
    shown = ("shown_left", "shown_by", "shown_chance")
    names = (name for name in Said.__struct_fields__ if name not in shown)
    counts = {name: _count(judgments, name) for name in names}
    return {name: count for name, count in counts.items() if count}


def _count(judgments: pd.DataFrame, name: str) -> int:
    if name in judgments.columns:
        return int(judgments[name].notna().sum())
    columns = [*_members(name, judgments)]
    return int(judgments[columns].notna().any(axis=1).sum()) if columns else 0


def _opinions(judgments: pd.DataFrame) -> Iterator[dict[str, Any]]:
    plain = [name for name in _ORDER if name in judgments.columns]
    groups = {name: members for name in _ORDER if (members := _members(name, judgments))}
    names = [*plain, *(column for members in groups.values() for column in members)]
    for values in zip(*(_cells(judgments[name]) for name in names), strict=True):
        row = dict(zip(names, values, strict=True))
        opinion = {n: row[n] for n in plain if row[n] is not None and row[n] is not False}
        for field, members in groups.items():
            said = {key: row[name] for name, key in members.items() if row[name] is not None}
            if said:
                opinion[field] = said
        yield opinion


def _members(name: str, judgments: pd.DataFrame) -> dict[str, str]:
    """Give the columns that a field is spread over, and what each stands for."""
    if name not in FIELDS:
        return {}
    field = FIELDS[name]
    if field.kind == "verdicts":
        columns = [str(each) for each in judgments.columns if str(each).startswith(_CRITERION)]
        return {each: each.removeprefix(_CRITERION) for each in columns}
    return {f"{name}_{key}": key for key in field.keys if f"{name}_{key}" in judgments.columns}


def _cells(column: "pd.Series[Any]") -> Iterator[Any]:
    return map(own_value, column.tolist())


def own_value(cell: Any) -> Any:
    """Give a cell of a table of labels as Python's own value, what is missing as None."""
    value = plain(cell)
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
