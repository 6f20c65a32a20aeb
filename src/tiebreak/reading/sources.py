"""Opening a source: files, file objects, frames, datasets, lists and generators as named rows.

Nothing here knows what the rows mean; that is for ``layouts`` and for ``checks``.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pandas as pd

from tiebreak.errors import PairsError
from tiebreak.reading.files import from_file_object, from_path
from tiebreak.reading.frames import (
    HAS_NO_COLUMNS,
    MEND_ROWS,
    frame_rows,
    from_arrow,
    from_dataset,
    from_frame,
    from_items,
)
from tiebreak.reading.roles import guess_roles
from tiebreak.reading.rows import Broken, Row, Source
from tiebreak.wording import progress_bar, some

T = TypeVar("T")

_MOST_NAMED = 40
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def open_source(source: Any, *, lenient: bool = False) -> Source:
    """Open whatever holds rows; what can be read is listed at :func:`tiebreak.read_pairs`.

    Args:
        source: also a session, or anything else with the frames ``pairs`` and ``labels``.
        lenient: take a file that is one JSON list also where only Python calls it JSON.

    Raises:
        PairsError: it cannot be read at all; also while its entries are gone through.

    """
    if isinstance(source, str | PathLike):
        if isinstance(source, str) and _ADDRESS.match(source):
            msg = f"{source} is an address; nothing is fetched: give the path of what you loaded."
            raise PairsError(msg)
        if isinstance(source, str) and (source.lstrip()[:1] in ("{", "[") or "\n" in source):
            msg = (
                "Rows come as a path, and this is text itself: pairs = io.StringIO(...) or "
                "json.loads(...)"
            )
            raise PairsError(msg)
        return from_path(Path(source), lenient=lenient)
    if hasattr(source, "read") and not isinstance(source, pd.DataFrame):
        return from_file_object(source, lenient=lenient)
    opened = _open_in_memory(source)
    if opened is None:
        msg = (
            "Rows come as a path, an open file, a DataFrame, a pyarrow table, a datasets.Dataset, "
            f"or a list or generator of dicts, not as {type(source).__name__}."
        )
        if isinstance(source, Mapping):
            msg += _say_mapping(source)
        elif hasattr(source, "collect"):  # of polars or Spark
            msg += " It is computed first: pairs = pairs.collect()"
        raise PairsError(msg)
    return opened


def _open_in_memory(source: Any) -> Source | None:
    name = f"The {type(source).__name__}"
    if isinstance(source, Mapping) and hasattr(source, "column_names"):
        splits = ", ".join(map(str, source))
        msg = f"This is a DatasetDict; give one of its splits ({splits}), as in pairs['train']."
        raise PairsError(msg)
    if isinstance(source, pd.DataFrame):
        return from_frame(source, name)
    if isinstance(source, pd.Series):
        msg = f"{name} {HAS_NO_COLUMNS}"
        raise PairsError(msg)
    if hasattr(source, "column_names") and hasattr(source, "with_format"):  # datasets
        return from_dataset(source)
    if hasattr(source, "__arrow_c_stream__"):  # polars, pyarrow and others
        return from_arrow(source, name)
    if hasattr(source, "to_pandas"):
        return from_frame(source.to_pandas(), name)._replace(remedy=MEND_ROWS)
    pairs, labels = getattr(source, "pairs", None), getattr(source, "labels", None)
    if isinstance(pairs, pd.DataFrame) and isinstance(labels, pd.DataFrame):
        found = from_frame(pairs, f"The {type(source).__name__.lower()}")
        return found._replace(labels=frame_rows(labels))
    if isinstance(source, Iterable) and not isinstance(source, Mapping | bytes | bytearray):
        return from_items(source, name)
    return None


def _say_mapping(source: Mapping[Any, Any]) -> str:
    """Say how a dict becomes rows, by what is in it."""
    for name, held in source.items():
        if isinstance(held, pd.DataFrame) or (
            isinstance(held, list | tuple) and held and isinstance(held[0], Mapping)
        ):
            return f" Give one of what it holds: pairs = pairs[{name!r}]"
    if source and not any(isinstance(held, Iterable) for held in source.values()):
        return ""
    if any(isinstance(held, str) for held in source.values()):
        return " A row stands in a list: pairs = [...]"
    return " A dict of columns becomes rows by pandas: pairs = pandas.DataFrame(...)"


class Table(NamedTuple):
    """A source whose columns are known, and what in it is no row.

    Attributes:
        name: as in :class:`tiebreak.reading.rows.Source`, and so are the others.
        row_word: what a row is called.
        columns: the columns that any row has.
        rows: the rows under their names.
        remedy: what to do about rows with problems.
        beside: the folder of paths in the rows.
        broken: what is no row at all, under its name, and why.
        total: how many rows there are, where that is known.
        notes: how it was read, a sentence each.
        own_names: what the source calls its columns, where they go by other names here.

    """

    name: str
    row_word: str
    columns: list[str]
    rows: Iterable[tuple[object, Row]]
    remedy: str
    beside: Path = Path()
    broken: Sequence[tuple[object, str]] = ()
    total: int | None = None
    notes: Sequence[str] = ()
    own_names: Mapping[str, str] = {}


def open_table(source: Any) -> Table:
    """Open whatever holds rows, strictly: what is no row is set aside to be told.

    Raises:
        PairsError: it cannot be read at all, or has two columns of one name.

    """
    opened = open_source(source)
    if opened.labels is not None:
        msg = (
            f"{opened.name} holds pairs with their labels. Give its pairs alone, as .pairs, or the "
            "file that session.export(path, 'raw') writes, which keeps the labels."
        )
        raise PairsError(msg)
    rows: Iterable[tuple[object, Any]] = opened.entries
    broken: list[tuple[object, str]] = []
    total = opened.total
    if opened.streamed:
        rows = kept = list(opened.entries)
        broken = [(name, entry.why) for name, entry in kept if isinstance(entry, Broken)]
        if broken:
            rows = kept = [named for named in kept if not isinstance(named[1], Broken)]
        total = len(kept)
    elif opened.broken:
        broken = [(name, entry.why) for name, entry in opened.broken]
        rows = (named for named in opened.entries if not isinstance(named[1], Broken))
    columns = list(opened.columns)
    refuse_twice(columns, opened.name)
    return Table(
        opened.name,
        opened.row_word,
        columns,
        rows,
        opened.remedy,
        opened.beside,
        broken,
        total,
        [*opened.notes, *opened.noticed],
    )


def refuse_twice(columns: Sequence[str], name: str) -> None:
    """See to it that no two columns have one name.

    Raises:
        PairsError: two have.

    """
    times = Counter(columns)
    if len(times) < len(columns):
        twice = ", ".join(repr(column) for column, count in times.items() if count > 1)
        msg = f"{name} has two columns named {twice}; rename one."
        raise PairsError(msg)


def require_columns(table: Table, columns: Mapping[str, str | None] | Iterable[str]) -> None:
    """See to it that the columns are there.

    Args:
        table: the table.
        columns: their names; or by what they are, such as ``prompt``, those that were said.

    Raises:
        PairsError: one is not; the message names it, those that may be meant and those there are.

    """
    by_role = isinstance(columns, Mapping)
    asked = dict(columns) if isinstance(columns, Mapping) else {name: name for name in columns}
    said = {role: column for role, column in asked.items() if column is not None}
    missing = ", ".join(repr(name) for name in said.values() if name not in table.columns)
    if missing:
        guessed = guess_roles(table.columns, said)
        meant = (f"{role}={name!r}" if by_role else repr(name) for role, name in guessed.items())
        likely = f" Did you mean {', '.join(meant)}?" if guessed else ""
        msg = f"{table.name} has no column {missing}.{likely} {say_columns_of(table)}"
        raise PairsError(msg)


def say_columns_of(table: Table) -> str:
    """Say which columns a table has."""
    return f"Its columns are {some(table.columns, _MOST_NAMED, repr) or 'none'}."


def with_progress(rows: Iterable[T], name: str, total: int | None) -> Iterable[T]:
    """Show how far rows are, where they take over a second."""
    shown: Iterable[T] = progress_bar(name, "rows", total=total, rows=rows)
    return shown
