"""What a source is made of: rows, whose cells may say nothing, and what is no row at all."""

import numbers
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

Row = Mapping[str, Any]


class Broken(NamedTuple):
    """What stands in a row's place and is none: why, and what it is (of a file, its line)."""

    why: str
    content: Any


class Source(NamedTuple):
    """Rows under their names: an index label, a line number or a position. Gone through once.

    Attributes:
        name: the source, for messages.
        row_word: what a row is called there.
        entries: the rows, and what is none, under their names.
        columns: the columns that any row has; where ``streamed``, those of the rows gone by.
        remedy: what to do about rows with problems; ``{rows}`` stands for their names.
        streamed: whether the columns, and what is no row, show only as the rows go by.
        total: how many rows there are, where that is known.
        beside: the folder that paths in the rows are relative to, and stay in.
        marked: whether it starts with a byte order mark.
        flaw: why it is no file of its kind, where it was taken leniently all the same.
        labels: labels that stand apart from the rows, with the row's name under ``pair``.
        broken: of what is not streamed, what is no row; it is among the entries, too.
        notes: how it was read, where its name says otherwise or nothing, a sentence each.
        noticed: what was odd as the rows went by, a sentence each; there once all have.

    """

    name: str
    row_word: str
    entries: Iterable[tuple[object, Row | Broken]]
    columns: Collection[str]
    remedy: str
    streamed: bool = False
    total: int | None = None
    beside: Path = Path()
    marked: bool = False
    flaw: str = ""
    labels: Iterable[tuple[object, Row]] | None = None
    broken: Sequence[tuple[object, Broken]] = ()
    notes: Sequence[str] = ()
    noticed: Sequence[str] = ()


class RowError(Exception):
    """A row is not what its layout says; the message says what is wrong with it, without the row.

    It never leaves the package: the reader collects these, with the rows' names.
    """


def is_missing(value: Any) -> bool:
    """Tell whether a cell says nothing: None, or what pandas and NumPy put in its place."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    # math.isnan fails on a whole number that is beyond floats.
    return isinstance(value, numbers.Real) and value != value  # noqa: PLR0124


def plain(value: Any) -> Any:
    """Give a cell as Python has it: no arrays, no tuples, one None for everything missing.

    What is inside a list or dict is left as it is.
    """
    if isinstance(value, str | dict | list | bool):
        return value
    if hasattr(value, "tolist"):  # NumPy's arrays and scalars
        value = value.tolist()
    if isinstance(value, tuple):
        return list(value)
    return None if is_missing(value) else value
