"""Opens what is to be checked, leniently: a defect of the file is a finding, not an end."""

import json
from collections.abc import Mapping
from itertools import chain, islice
from os import PathLike
from typing import Any

import pandas as pd

from tiebreak.checks.facts import Rows, Shape, Table, shape_of
from tiebreak.checks.finding import Problem, written
from tiebreak.errors import CheckError, PairsError
from tiebreak.reading.frames import frame_rows
from tiebreak.reading.rows import Broken, Source
from tiebreak.reading.sources import open_source

_PEEKED = 100

NOT_UTF8 = Problem(
    "P19",
    "error",
    "the line is not UTF-8",
    "Loading the file fails at the first of them.",
    "Write the file anew in UTF-8; older Windows tools write cp1252 or UTF-16.",
)
NOT_JSON = Problem(
    "P19",
    "error",
    "the line is not a JSON object",
    "Loading the file fails at the first of them.",
    "Mend or remove the line; a file cut off in mid-write ends with one.",
)
HALF_ESCAPE = Problem(
    "P19",
    "error",
    "the line is JSON to Python alone (NaN, or half a character)",
    "Loaders in other languages, such as that of datasets, fail on it.",
    "Write the file anew with json.dumps(row, ensure_ascii=False, allow_nan=False).",
)
STARTS_WITH_BOM = Problem(
    "P19",
    "info",
    "the file starts with a byte order mark",
    "Some readers take it for a part of the first row.",
    "Write the file as UTF-8 without a mark.",
)


def open_to_check(source: Any) -> Table:
    """Bring anything that holds rows into the one form that is checked.

    Args:
        source: what :func:`tiebreak.reading.sources.open_source` opens, or a dict of split names
            and any of these.

    Raises:
        CheckError: it cannot be opened, or has none of the known columns.

    """
    if isinstance(source, Mapping):
        return _open_splits(source)
    try:
        opened = open_source(source, lenient=True)
    except PairsError as error:
        raise CheckError(str(error)) from None
    noticed: dict[Problem, list[object]] = {STARTS_WITH_BOM: [1]} if opened.marked else {}
    rows = _rows(opened, noticed)
    if opened.streamed:
        return _peek(opened, rows, noticed)
    columns = list(dict.fromkeys(opened.columns))
    shape = shape_of(columns, opened.name)
    return Table(opened.name, shape, columns, rows, opened.labels, opened.total, noticed)


def open_pairs(pairs: pd.DataFrame, labels: pd.DataFrame, name: str) -> Table:
    """Take pairs, indexed by id, and the labels of them."""
    table = open_to_check(pairs)
    table.name, table.labels = name, frame_rows(labels)
    return table


def _open_splits(splits: Mapping[Any, Any]) -> Table:
    if not splits:
        msg = "A dict of splits has at least one split in it."
        raise CheckError(msg)
    if not all(_is_source(part) for part in splits.values()):
        msg = (
            "A dict is taken as splits: {'train': frame, 'test': frame}. For rows, give a list "
            "of dicts; for columns, pd.DataFrame(...)."
        )
        raise CheckError(msg)
    tables = {str(name): open_to_check(part) for name, part in splits.items()}
    shapes = {(table.shape.a, table.shape.b) for table in tables.values()}
    if len(shapes) > 1:
        msg = "The splits do not have the same columns for their answers. Check them one by one."
        raise CheckError(msg)
    first = next(iter(tables.values()))
    columns = list(dict.fromkeys(chain.from_iterable(t.columns for t in tables.values())))
    totals = [table.total or 0 for table in tables.values()]
    merged = Table("The splits", first.shape, columns, (), total=sum(totals) or None)
    merged.rows = chain.from_iterable(
        _in_split(table, name, merged.noticed) for name, table in tables.items()
    )
    return merged


def _is_source(part: Any) -> bool:
    if isinstance(part, list):
        return all(isinstance(row, Mapping) for row in part[:1])
    return isinstance(part, pd.DataFrame | str | PathLike) or hasattr(part, "column_names")


def _in_split(table: Table, split: str, noticed: dict[Problem, list[object]]) -> Rows:
    for name, cells in table.rows:
        yield f"{split} {written(name)}", {**cells, "split": split}
    for problem, rows in table.noticed.items():  # it is complete when the rows are
        noticed.setdefault(problem, []).extend(f"{split} {row}" for row in rows)


def _rows(opened: Source, noticed: dict[Problem, list[object]]) -> Rows:
    """Give the rows; in place of what is none, what can be made of it."""
    try:
        for name, entry in opened.entries:
            if not isinstance(entry, Broken):
                yield name, entry
            elif isinstance(entry.content, bytes) and opened.row_word == "line":
                row = _decode_leniently(entry.content, name, noticed)
                if row is not None:
                    yield name, row
            else:
                yield name, {}
    except PairsError as error:
        raise CheckError(str(error)) from None


def _decode_leniently(
    line: bytes, number: object, noticed: dict[Problem, list[object]]
) -> dict[str, Any] | None:
    problem = HALF_ESCAPE
    try:
        text = line.decode()
    except UnicodeDecodeError:
        problem, text = NOT_UTF8, line.decode("utf-8", "replace")
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        problem = NOT_UTF8 if problem is NOT_UTF8 else NOT_JSON
    noticed.setdefault(problem, []).append(number)
    return row if isinstance(row, dict) and problem is not NOT_UTF8 else None


def _peek(opened: Source, rows: Rows, noticed: dict[Problem, list[object]]) -> Table:
    """Tell the columns from the first hundred rows."""
    waiting = iter(rows)
    first = list(islice(waiting, _PEEKED))
    if not first and not noticed:
        msg = f"{opened.name} has no rows, so there is nothing to check."
        raise CheckError(msg)
    columns = dict.fromkeys(key for _, cells in first for key in cells if isinstance(key, str))
    if not first:  # nothing but lines that cannot be read
        shape = Shape("preferences", "prompt", "chosen", "rejected")
    else:
        shape = shape_of(columns, opened.name)
    everything = chain(first, waiting)
    return Table(opened.name, shape, list(columns), everything, total=opened.total, noticed=noticed)
