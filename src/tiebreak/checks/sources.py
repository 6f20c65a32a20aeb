"""Opens what is to be checked, leniently: a defect of the file is a finding, not an end."""

import json
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from itertools import chain, islice
from os import PathLike
from pathlib import Path
from typing import IO, Any

import msgspec
import pandas as pd

from tiebreak.checks.facts import Rows, Shape, Table, frame_columns, frame_rows, shape_of
from tiebreak.checks.finding import Problem, written
from tiebreak.errors import CheckError, PairsError
from tiebreak.reading.json_columns import rows_of
from tiebreak.reading.sources import (
    csv_frame,
    holds_lines,
    no_json,
    open_path,
    parquet_file,
    rows_in,
    telling_damage,
)

_PEEKED = 100
_BLOCK = 1_000
_BOM = b"\xef\xbb\xbf"

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


def open_source(source: Any) -> Table:
    """Bring anything that holds rows into the one form that is checked.

    Args:
        source: a session (anything with the frames ``pairs`` and ``labels``), a DataFrame (of
            pandas, or with ``to_pandas``), a ``datasets.Dataset``, an iterable of dicts, a path
            to ``.jsonl``, ``.json``, ``.csv`` or ``.parquet`` (also ``.gz`` and ``.zst``), or a
            dict of split names and any of these.

    Raises:
        CheckError: it cannot be opened, or has none of the known columns.

    """
    if isinstance(source, str | PathLike):
        return _open_path(Path(source))
    if isinstance(source, pd.DataFrame):
        return _open_frame(source, "The DataFrame")
    if isinstance(source, Mapping):
        return _open_splits(source)
    pairs, labels = getattr(source, "pairs", None), getattr(source, "labels", None)
    if isinstance(pairs, pd.DataFrame) and isinstance(labels, pd.DataFrame):
        return open_pairs(pairs, labels, f"The {type(source).__name__.lower()}")
    if hasattr(source, "column_names") and hasattr(source, "iter") and hasattr(source, "__len__"):
        columns = list(source.column_names)
        return Table(
            "The dataset",
            shape_of(columns, "The dataset"),
            columns,
            _dataset_rows(source),
            total=len(source),
        )
    if hasattr(source, "to_pandas"):
        return _open_frame(source.to_pandas(), "The frame")
    if isinstance(source, Iterable) and not isinstance(source, bytes) and not _is_file(source):
        return open_rows(source, f"The {type(source).__name__}")
    msg = (
        "A check takes a session, a DataFrame, a list of dicts, a datasets.Dataset, a path, or a "
        f"dict of split names and any of these, not {type(source).__name__}."
    )
    raise CheckError(msg)


def _is_file(source: Any) -> bool:
    return hasattr(source, "read")


def open_pairs(pairs: pd.DataFrame, labels: pd.DataFrame, name: str) -> Table:
    """Take pairs, indexed by id, and the labels of them."""
    columns = frame_columns(pairs)
    shape = shape_of(columns, name)
    return Table(name, shape, columns, frame_rows(pairs), frame_rows(labels), total=len(pairs))


def open_rows(rows: Iterable[Any], name: str) -> Table:
    """Take dicts, one a row; they are gone through once, and named by their positions."""
    return _peek(_as_rows(rows), name)


def _as_rows(items: Iterable[Any]) -> Rows:
    for position, item in enumerate(items):
        yield position, item if isinstance(item, Mapping) else {}


def _open_frame(frame: pd.DataFrame, name: str) -> Table:
    columns = frame_columns(frame)
    return Table(name, shape_of(columns, name), columns, frame_rows(frame), total=len(frame))


def _dataset_rows(dataset: Any) -> Rows:
    position = 0
    for block in dataset.iter(batch_size=_BLOCK):
        for values in zip(*block.values(), strict=True):
            yield position, dict(zip(block, values, strict=True))
            position += 1


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
    tables = {str(name): open_source(part) for name, part in splits.items()}
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


def _open_path(path: Path) -> Table:
    try:
        return open_path(path, _READERS)
    except PairsError as error:
        raise CheckError(str(error)) from error


def _open_lines(file: IO[bytes], name: str) -> Table:
    noticed: dict[Problem, list[object]] = {}
    return _peek(_lines(file, name, noticed), name, noticed)


def _lines(file: IO[bytes], name: str, noticed: dict[Problem, list[object]]) -> Rows:
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    try:
        with file:
            for number, line in enumerate(file, 1):
                clean = line
                if number == 1 and line.startswith(_BOM):
                    noticed.setdefault(STARTS_WITH_BOM, []).append(number)
                    clean = line[len(_BOM) :]
                if not clean.strip():
                    continue
                try:
                    yield number, decode(clean)
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                    row = _decode_leniently(clean, number, noticed)
                    if row is not None:
                        yield number, row
    except OSError as error:
        msg = f"{name} cannot be read: {error}."
        raise CheckError(msg) from error


def _decode_leniently(
    line: bytes, number: int, noticed: dict[Problem, list[object]]
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


def _open_json(file: IO[bytes], name: str) -> Table:
    with file:
        data = file.read()
    if holds_lines(data):
        return _open_lines(BytesIO(data), name)
    noticed: dict[Problem, list[object]] = {}
    if data.startswith(_BOM):
        noticed[STARTS_WITH_BOM] = [1]
    try:
        content = json.loads(data.removeprefix(_BOM))
    except (ValueError, RecursionError) as error:
        raise no_json(name, error) from error
    return _peek(_as_rows(rows_in(content, name)), name, noticed)


def _open_csv(file: IO[bytes], name: str) -> Table:
    return _open_frame(csv_frame(file, name), name)


def _open_parquet(file: IO[bytes], name: str) -> Table:
    table = parquet_file(file, name)
    columns = list(map(str, table.schema_arrow.names))
    total = table.metadata.num_rows
    rows = _parquet_rows(table, file, name)
    return Table(name, shape_of(columns, name), columns, rows, total=total)


def _parquet_rows(table: Any, file: IO[bytes], name: str) -> Rows:
    position = 0
    try:
        with file, telling_damage(name):
            for batch in table.iter_batches(batch_size=_BLOCK):
                for row in rows_of(batch):
                    yield position, row
                    position += 1
    except PairsError as error:
        msg = f"From row {position} on, {error}"
        raise CheckError(msg) from error


_READERS: dict[str, Callable[[IO[bytes], str], Table]] = {
    ".jsonl": _open_lines,
    ".ndjson": _open_lines,
    ".json": _open_json,
    ".csv": _open_csv,
    ".parquet": _open_parquet,
}


def _peek(rows: Rows, name: str, noticed: dict[Problem, list[object]] | None = None) -> Table:
    """Tell the columns from the first hundred rows."""
    waiting = iter(rows)
    first = list(islice(waiting, _PEEKED))
    if not first and not noticed:
        msg = f"{name} has no rows, so there is nothing to check."
        raise CheckError(msg)
    columns = dict.fromkeys(key for _, cells in first for key in cells if isinstance(key, str))
    if not first:  # nothing but lines that cannot be read
        shape = Shape("preferences", "prompt", "chosen", "rejected")
    else:
        shape = shape_of(columns, name)
    everything = chain(first, waiting)
    return Table(
        name, shape, list(columns), everything, noticed=noticed if noticed is not None else {}
    )
