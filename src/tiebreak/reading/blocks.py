"""Images and audio in columns of their own, put where the messages have a block for one.

That is TRL's vision shape, and how audio is written beside it: ``{"type": "image"}`` blocks, and
the files in their order in the column ``images``.
"""

import numbers
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tiebreak.reading.rows import Row
from tiebreak.records.text import COLUMNS, MediaKind


def with_files(
    row: Row, texts: Sequence[str], put: Callable[[Any], Any] = lambda file: file
) -> Row:
    """Give a row whose messages hold what its columns of files do; others are given as they are.

    Args:
        row: its files leave their columns for the messages.
        texts: the columns of messages, in the order in which the files stand.
        put: what a message is to hold of a file.

    Raises:
        ValueError: there are more places than files, or more files than places.

    """
    for kind, column in COLUMNS.items():
        files = _items(row.get(column))
        if files is not None:
            row = _with_files_of(kind, files, row, texts, put)
    return row


def _with_files_of(
    kind: MediaKind, files: list[Any], row: Row, texts: Sequence[str], put: Callable[[Any], Any]
) -> Row:
    column = COLUMNS[kind]
    places = 0

    def fill(part: Any) -> Any:
        nonlocal places
        # Parquet fills the keys that other parts have with None.
        given = {k: v for k, v in part.items() if v is not None} if _is_record(part) else part
        if given != {"type": kind}:
            return part
        places += 1
        return {"type": kind, kind: put(files[places - 1]) if places <= len(files) else None}

    filled = {
        name: [_filled(message, fill) for message in messages]
        for name in texts
        if (messages := _items(row.get(name))) is not None
    }
    if not places and files:
        return row  # a column of its own meaning
    if places != len(files):
        msg = f"{len(files)} in {column} where the messages have a place for {places}"
        raise ValueError(msg)
    return {**{name: cell for name, cell in row.items() if name != column}, **filled}


def _filled(message: Any, fill: Callable[[Any], Any]) -> Any:
    parts = _items(message.get("content")) if _is_record(message) else None
    return message if parts is None else {**message, "content": [fill(part) for part in parts]}


def _items(value: Any) -> list[Any] | None:
    """Give the items of what Parquet holds as a list, or None for anything else."""
    if hasattr(value, "tolist") and not isinstance(value, numbers.Number):
        value = value.tolist()
    return list(value) if isinstance(value, list | tuple) else None


def _is_record(value: Any) -> bool:
    return isinstance(value, Mapping)
