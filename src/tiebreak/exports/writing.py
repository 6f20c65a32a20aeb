"""Rows to files, by the ending of the path: streamed, and whole or not there at all."""

import contextlib
import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from tiebreak.errors import ExportError
from tiebreak.exports import arrow
from tiebreak.exports.format import Row
from tiebreak.exports.media import ReadMedia
from tiebreak.files import BUFFER, replacing
from tiebreak.wording import progress_bar

_ROWS_A_CHUNK = 100  # encoded at once, which takes a quarter less time than one by one
_FLAT = (str, bool, int, float, datetime, type(None))


class Stream(NamedTuple):
    """Rows to be read once, and about how many they are."""

    rows: Iterator[Row]
    total: int

    def chunks(self, name: str) -> Iterator[list[Row]]:
        """Give the rows by the hundred, with a progress bar where they take over a second."""
        with progress_bar(name, "rows", total=self.total) as bar:
            while chunk := list(islice(self.rows, _ROWS_A_CHUNK)):
                yield chunk
                bar.update(len(chunk))


def write_all(
    files: Mapping[Path, Stream],
    beside: Mapping[Path, bytes],
    read_media: ReadMedia | None = None,
) -> dict[Path, int]:
    """Write files of rows and what goes beside them; all take their places when all are written.

    Args:
        files: the rows of each, read once, in order.
        beside: the contents of the others.
        read_media: gives the bytes of an image or audio.

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
            counts[path] = _WRITERS[path.suffix](temporary, rows, path, read_media)
        for path, content in beside.items():
            stack.enter_context(replacing(path)).write_bytes(content)
    return counts


def _write_jsonl(temporary: Path, rows: Stream, path: Path, _: ReadMedia | None) -> int:
    encode = msgspec.json.Encoder().encode_lines
    count = 0
    with temporary.open("wb", buffering=BUFFER) as file:
        for chunk in rows.chunks(path.name):
            file.write(encode(chunk))
            count += len(chunk)
    return count


def _write_json(temporary: Path, rows: Stream, path: Path, _: ReadMedia | None) -> int:
    encode = msgspec.json.Encoder().encode
    count = 0
    with temporary.open("wb", buffering=BUFFER) as file:
        file.write(b"[")
        for chunk in rows.chunks(path.name):
            file.write(b",\n" if count else b"\n")
            file.write(b",\n".join(map(encode, chunk)))
            count += len(chunk)
        file.write(b"\n]\n")
    return count


def _write_csv(temporary: Path, rows: Stream, path: Path, _: ReadMedia | None) -> int:
    count = 0
    with temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for chunk in rows.chunks(path.name):
            if not count:
                writer.writerow(chunk[0])
            for row in chunk:
                _refuse_nested(row, path)
                writer.writerow(map(_as_cell, row.values()))
            count += len(chunk)
    return count


def _refuse_nested(row: Row, path: Path) -> None:
    for name, value in row.items():
        if not isinstance(value, _FLAT):
            msg = (
                f"{path}: CSV holds plain text, and {name!r} is a {type(value).__name__}, as "
                "messages are. Write .jsonl or .parquet."
            )
            raise ExportError(msg)


def _as_cell(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _write_parquet(temporary: Path, rows: Stream, path: Path, read_media: ReadMedia | None) -> int:
    columns = arrow.to_columns(chain.from_iterable(rows.chunks(path.name)))
    schema = arrow.schema_of(columns, str(path))
    import pyarrow.parquet as pq  # noqa: PLC0415 - an extra

    with pq.ParquetWriter(temporary, schema) as writer:
        for batch in arrow.batches(columns, schema, str(path), read_media):
            writer.write_batch(batch)
    return arrow.count_rows(columns)


_Writer = Callable[[Path, Stream, Path, ReadMedia | None], int]
_WRITERS: dict[str, _Writer] = {
    ".jsonl": _write_jsonl,
    ".json": _write_json,
    ".csv": _write_csv,
    ".parquet": _write_parquet,
}
