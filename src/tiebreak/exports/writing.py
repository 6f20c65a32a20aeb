"""Rows to files, by the ending of the path: streamed, and whole or not there at all."""

import contextlib
import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from tiebreak.errors import ExportError
from tiebreak.exports import arrow
from tiebreak.exports.format import Row
from tiebreak.exports.vision import ReadImage
from tiebreak.files import BUFFER, replacing

T = TypeVar("T")

_FLAT = (str, bool, int, float, datetime, type(None))


def write_all(
    files: Mapping[Path, Iterable[Row]],
    beside: Mapping[Path, bytes],
    read_image: ReadImage | None = None,
) -> dict[Path, int]:
    """Write files of rows and what goes beside them; all take their places when all are written.

    Args:
        files: the rows of each, read once, in order.
        beside: the contents of the others.
        read_image: gives the bytes of an image.

    Returns:
        How many rows each file has.

    Raises:
        ExportError: rows that the kind of file cannot hold.
        OSError: the disk does not take them; what was there before stays.

    """
    counts: dict[Path, int] = {}
    with contextlib.ExitStack() as stack:
        for path, rows in files.items():
            temporary = stack.enter_context(replacing(path))
            counts[path] = _WRITERS[path.suffix](temporary, rows, path, read_image)
        for path, content in beside.items():
            stack.enter_context(replacing(path)).write_bytes(content)
    return counts


def showing_progress(items: Iterable[T], what: str, total: int | None, unit: str) -> Iterator[T]:
    """Pass items on, with a progress bar where that takes more than a second."""
    from tqdm.auto import tqdm  # noqa: PLC0415 - not needed to open a session

    yield from tqdm(items, desc=what, total=total, unit=f" {unit}", delay=1, leave=False)


def _write_jsonl(temporary: Path, rows: Iterable[Row], _: Path, __: ReadImage | None) -> int:
    encode = msgspec.json.Encoder().encode
    count = 0
    with temporary.open("xb", buffering=BUFFER) as file:
        for row in rows:
            file.write(encode(row) + b"\n")
            count += 1
    return count


def _write_json(temporary: Path, rows: Iterable[Row], _: Path, __: ReadImage | None) -> int:
    encode = msgspec.json.Encoder().encode
    count = 0
    with temporary.open("xb", buffering=BUFFER) as file:
        file.write(b"[")
        for row in rows:
            file.write(b",\n" if count else b"\n")
            file.write(encode(row))
            count += 1
        file.write(b"\n]\n")
    return count


def _write_csv(temporary: Path, rows: Iterable[Row], path: Path, _: ReadImage | None) -> int:
    count = 0
    with temporary.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            if not count:
                writer.writerow(row)
            for name, value in row.items():
                if not isinstance(value, _FLAT):
                    msg = (
                        f"{path}: CSV holds plain text, and {name!r} is a "
                        f"{type(value).__name__}, as messages are. Write .jsonl or .parquet."
                    )
                    raise ExportError(msg)
            writer.writerow(map(_as_cell, row.values()))
            count += 1
    return count


def _as_cell(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _write_parquet(
    temporary: Path, rows: Iterable[Row], path: Path, read_image: ReadImage | None
) -> int:
    columns = arrow.to_columns(rows)
    if not columns:
        temporary.touch()
        return 0
    schema = arrow.schema_of(columns, str(path))
    import pyarrow.parquet as pq  # noqa: PLC0415 - an extra

    count = len(next(iter(columns.values())))
    batches = arrow.batches(columns, schema, str(path), read_image)
    with pq.ParquetWriter(temporary, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return count


_Writer = Callable[[Path, Iterable[Row], Path, ReadImage | None], int]
_WRITERS: dict[str, _Writer] = {
    ".jsonl": _write_jsonl,
    ".json": _write_json,
    ".csv": _write_csv,
    ".parquet": _write_parquet,
}
