"""Opening a source: files, file objects, frames, datasets, lists and generators as named rows.

Nothing here knows what the rows mean; that is for ``layouts``.
"""

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import deepcopy
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeVar

import msgspec
import numpy as np
import pandas as pd

from tiebreak.errors import PairsError
from tiebreak.files import BUFFER
from tiebreak.reading.json_columns import rows_of
from tiebreak.reading.rows import Row
from tiebreak.wording import visible

T = TypeVar("T")

_BOM = b"\xef\xbb\xbf"
_GZIP, _ZSTD, _PARQUET = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1"
COMPRESSED = {".gz": _GZIP, ".zst": _ZSTD}
# pandas keeps an index without a name in Parquet under such a name.
_INDEX_COLUMN = re.compile(r"__index_level_\d+__")
_MEND_ROWS = "Mend or drop these rows."
# Where in the line the decoder gave up; without it, equal mistakes are told together.
_PLACE = re.compile(r" \(byte \d+\)| - at `[^`]*`")


class Table(NamedTuple):
    """Rows under their names: an index label, a line number or a position.

    Attributes:
        name: the source, for messages.
        row_word: what a row is called there.
        columns: the columns that any row has.
        rows: the rows under their names.
        remedy: what to do about rows with problems; ``{rows}`` stands for their names.
        beside: the folder that paths in the rows are relative to.
        broken: what is no row at all, under its name, and why.

    """

    name: str
    row_word: str
    columns: list[str]
    rows: Iterable[tuple[object, Row]]
    remedy: str
    beside: Path = Path()
    broken: Sequence[tuple[object, str]] = ()


def open_table(source: Any) -> Table:
    """Open whatever holds rows; what can be read is listed at :func:`tiebreak.read_pairs`.

    Raises:
        PairsError: it cannot be read at all. Single rows that cannot are in ``Table.broken``.

    """
    if isinstance(source, str | PathLike):
        path = Path(source)
        return open_path(path, _READERS)._replace(beside=path.parent)
    if isinstance(source, pd.DataFrame):
        return _open_frame(source, "The DataFrame")
    if isinstance(source, list | tuple):
        return _open_rows(source, "The list")
    if isinstance(source, Mapping) and hasattr(source, "column_names"):
        splits = ", ".join(map(str, source))
        msg = f"This is a DatasetDict; give one of its splits ({splits}), as in pairs['train']."
        raise PairsError(msg)
    if hasattr(source, "column_names") and hasattr(source, "with_format"):  # datasets
        remedy = "Mend or drop these rows, for example with pairs.filter(...)."
        return _open_rows(_undecoded(source).with_format(None), "The dataset", "row", remedy)
    if hasattr(source, "read"):
        return _open_file_object(source)
    if hasattr(source, "__arrow_c_stream__"):  # polars, pyarrow and others
        return _open_arrow(source, f"The {type(source).__name__}")
    if not isinstance(source, Mapping | bytes | bytearray) and isinstance(source, Iterable):
        return _open_rows(source, f"The {type(source).__name__}")
    msg = (
        f"Pairs come as a DataFrame, a list or generator of dicts, a datasets.Dataset, a path or "
        f"an open file, not as {type(source).__name__}."
    )
    raise PairsError(msg)


def _undecoded(dataset: Any) -> Any:
    """Have a dataset give images and audio as the bytes it holds, not as others made of them."""
    for column, feature in (getattr(dataset, "features", None) or {}).items():
        if "Audio(" in repr(feature) or "Image(" in repr(feature):
            own = deepcopy(feature)
            _decode_nothing(own)
            dataset = dataset.cast_column(column, own)
    return dataset


def _decode_nothing(feature: Any) -> None:
    if type(feature).__name__ in ("Audio", "Image"):
        feature.decode = False
    if isinstance(feature, dict):
        inner = list(feature.values())
    elif isinstance(feature, list):
        inner = feature
    else:
        inner = [feature.feature] if hasattr(feature, "feature") else []
    for each in inner:
        _decode_nothing(each)


def require_columns(table: Table, columns: Iterable[str]) -> None:
    """See to it that the columns are there.

    Raises:
        PairsError: one is not; the message names it and those that are.

    """
    missing = ", ".join(repr(name) for name in columns if name not in table.columns)
    if missing:
        there = ", ".join(map(repr, table.columns)) or "none"
        msg = f"{table.name} has no column {missing}; its columns are {there}."
        raise PairsError(msg)


def with_progress(rows: Iterable[T], name: str) -> Iterable[T]:
    """Show how far rows are, where they take over a second."""
    from tqdm.auto import tqdm  # noqa: PLC0415 - not needed to open a session

    shown: Iterable[T] = tqdm(rows, visible(name), unit=" rows", delay=1, leave=False)
    return shown


# -- files


def open_path(path: Path, readers: Mapping[str, Callable[[IO[bytes], str], T]]) -> T:
    """Read a file with the reader of its ending, decompressed.

    Args:
        path: its ending names one of the readers, with or without one of ``COMPRESSED`` behind it.
        readers: takes the open file, which it may close, and the path as text.

    Raises:
        PairsError: there is no reader for the ending, or the file cannot be read.

    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    magic = COMPRESSED.get(suffixes[-1]) if suffixes else None
    kind = (suffixes[:-1] if magic else suffixes)[-1:]
    reader = readers.get(kind[0]) if kind else None
    if reader is None:
        endings = ", ".join(sorted(readers))
        msg = (
            f"{path}: the ending {''.join(path.suffixes[-2:] if magic else path.suffixes[-1:])!r} "
            f"is not one of {endings} (each also with {' or '.join(COMPRESSED)} behind it)."
        )
        if not path.suffix and not path.exists():
            msg += " A dataset of the Hugging Face Hub is loaded by datasets.load_dataset first."
        raise PairsError(msg)
    try:
        if magic:
            return reader(BytesIO(decompress(path.read_bytes(), magic, str(path))), str(path))
        return reader(path.open("rb", buffering=BUFFER), str(path))
    except (OSError, ValueError) as error:  # a zero byte in a path is a ValueError
        msg = f"{path} cannot be read: {getattr(error, 'strerror', None) or error}."
        raise PairsError(msg) from error


def _open_file_object(file: Any) -> Table:
    given = getattr(file, "name", None)
    name = given if isinstance(given, str) else f"The {type(file).__name__}"
    try:
        data = file.read()
    except (OSError, ValueError) as error:  # closed, for writing only, or not in its encoding
        msg = f"{name} cannot be read: {getattr(error, 'strerror', None) or error}."
        raise PairsError(msg) from error
    if isinstance(data, str):
        data = data.encode(errors="surrogatepass")  # the reader then names the row
    if not isinstance(data, bytes | bytearray):
        msg = f"{name} gives {type(data).__name__} when read, neither bytes nor text."
        raise PairsError(msg)
    content = bytes(data)
    magic = next((magic for magic in COMPRESSED.values() if content.startswith(magic)), None)
    if magic:
        content = decompress(content, magic, name)
    suffixes = [suffix.lower() for suffix in Path(name).suffixes]
    kinds = [suffix for suffix in suffixes if suffix not in COMPRESSED]
    reader = _READERS.get(kinds[-1]) if kinds else None
    return (reader or _guess_reader(content))(BytesIO(content), name)


def _guess_reader(content: bytes) -> "Callable[[IO[bytes], str], Table]":
    """Tell the kind of a file without a name by how it begins."""
    begin = content[:1000].removeprefix(_BOM).lstrip()
    if content.startswith(_PARQUET):
        return _read_parquet
    if begin.startswith(b"["):
        return _read_json
    return _read_jsonl if begin.startswith(b"{") or not begin else _read_csv


def decompress(data: bytes, magic: bytes, name: str) -> bytes:
    """Decompress what begins with one of the marks in ``COMPRESSED``.

    Raises:
        PairsError: it is damaged, or what reads it is not installed.

    """
    try:
        return gzip.decompress(data) if magic == _GZIP else _decompress_zstd(data, name)
    except (OSError, EOFError, zlib.error) as error:
        msg = f"{name} is damaged, or was cut short: {error}."
        raise PairsError(msg) from error


def _decompress_zstd(data: bytes, name: str) -> bytes:
    with suppress(ImportError):
        from compression import zstd  # type: ignore[import-not-found] # noqa: PLC0415 - 3.14

        try:
            return bytes(zstd.decompress(data))
        except zstd.ZstdError as error:
            raise OSError(str(error)) from error
    try:
        import zstandard  # noqa: PLC0415 - an extra
    except ImportError as error:
        msg = f"Reading {name} needs zstandard: pip install 'tiebreak[zstd]'"
        raise PairsError(msg) from error
    frames: list[bytes] = []
    while data:  # one after the other, as files that were appended to have them
        decompressor = zstandard.ZstdDecompressor().decompressobj()
        try:
            frames.append(decompressor.decompress(data))
        except zstandard.ZstdError as error:
            raise OSError(str(error)) from error
        if not decompressor.eof:
            msg = "its end is missing"
            raise EOFError(msg)
        data = decompressor.unused_data
    return b"".join(frames)


def _read_jsonl(file: IO[bytes], name: str) -> Table:
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    rows: list[tuple[object, Row]] = []
    broken: list[tuple[object, str]] = []
    columns: dict[str, None] = {}
    with file:
        for number, line in enumerate(file, 1):
            clean = line.removeprefix(_BOM) if number == 1 else line
            if not clean.strip():
                continue
            try:
                row = decode(clean)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                broken.append((number, f"not a JSON object in UTF-8 ({_reason(error)})"))
                continue
            columns.update(dict.fromkeys(row))
            rows.append((number, row))
    remedy = "Mend or remove these lines."
    return Table(name, "line", list(columns), rows, remedy, broken=broken)


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return error.reason
    return _PLACE.sub("", str(error)).replace("`", "")


def _read_json(file: IO[bytes], name: str) -> Table:
    with file:
        data = file.read()
    if holds_lines(data) or not data.strip():
        return _read_jsonl(BytesIO(data), name)
    try:
        content = msgspec.json.decode(data.removeprefix(_BOM))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise no_json(name, error) from error
    return _open_rows(rows_in(content, name), name)


def holds_lines(data: bytes) -> bool:
    """Tell whether a file named .json holds an object a line, as ``datasets`` writes one."""
    if not data[:1000].removeprefix(_BOM).lstrip().startswith(b"{"):
        return False
    first, _, rest = data.removeprefix(_BOM).strip().partition(b"\n")
    return first.rstrip().endswith(b"}") and rest.startswith(b"{")


def no_json(name: str, error: Exception) -> PairsError:
    """Say that a whole file is not JSON."""
    return PairsError(f"{name} is not JSON in UTF-8: {error}. One object a line goes by .jsonl")


def rows_in(content: Any, name: str) -> list[Any]:
    """Give the rows that a JSON file holds.

    Raises:
        PairsError: it is not a list.

    """
    if isinstance(content, list):
        return content
    msg = (
        f"{name} holds one {type(content).__name__}, not a list of rows. From pandas, "
        "to_json(path, orient='records') writes one."
    )
    raise PairsError(msg)


def _read_csv(file: IO[bytes], name: str) -> Table:
    return _open_frame(csv_frame(file, name), name)._replace(remedy=_MEND_ROWS)


def csv_frame(file: IO[bytes], name: str) -> pd.DataFrame:
    """Read CSV with all cells as the text that stands there.

    pandas would else turn the answers "None", "NA" and "007" into others.

    Raises:
        PairsError: it is no CSV in UTF-8, or rows have more fields than there are columns.

    """
    try:
        with file:
            frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    except pd.errors.EmptyDataError:
        return pd.DataFrame()
    except (ValueError, UnicodeDecodeError, OverflowError) as error:
        msg = f"{name} is not CSV in UTF-8: {error}"
        raise PairsError(msg) from error
    if not isinstance(frame.index, pd.RangeIndex):  # pandas took the first column for an index
        msg = f"{name}: its rows have more fields than its header has columns. Is a comma unquoted?"
        raise PairsError(msg)
    header = str(frame.columns[0])
    mark = next((mark for mark in ";\t" if mark in header and len(frame.columns) == 1), None)
    if mark:
        msg = (
            f"{name} has {mark!r} between its fields: pandas.read_csv(path, sep={mark!r}) reads it."
        )
        raise PairsError(msg)
    return frame


def _read_parquet(file: IO[bytes], name: str) -> Table:
    with file, telling_damage(name):
        return _open_arrow(parquet_file(file, name).read(), name)


def parquet_file(file: IO[bytes], name: str) -> Any:
    """Open a ``pyarrow.parquet.ParquetFile``.

    Raises:
        PairsError: pyarrow is not installed, or the file is damaged.

    """
    try:
        import pyarrow.parquet  # noqa: PLC0415 - an extra
    except ImportError as error:
        msg = f"Reading {name} needs pyarrow: pip install 'tiebreak[parquet]'"
        raise PairsError(msg) from error
    with telling_damage(name):
        return pyarrow.parquet.ParquetFile(file)


@contextmanager
def telling_damage(name: str) -> Iterator[None]:
    """Say that Parquet is damaged: of such a file pyarrow says anything, also KeyError."""
    try:
        yield
    except (PairsError, MemoryError):
        raise
    except Exception as error:
        msg = f"{name} is not a Parquet file, or damaged: {error}"
        raise PairsError(msg) from error


_READERS = {
    ".jsonl": _read_jsonl,
    ".ndjson": _read_jsonl,
    ".json": _read_json,
    ".csv": _read_csv,
    ".parquet": _read_parquet,
}


# -- what is in memory


def _open_arrow(source: Any, name: str) -> Table:
    """Take what speaks Arrow's C stream, with lists and dicts in its cells as such."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
    except ImportError as error:
        msg = f"{name} can be read with pyarrow: pip install 'tiebreak[parquet]'"
        raise PairsError(msg) from error
    table = pa.table(source)
    _refuse_twice(table.column_names, name)
    columns = [c for c in table.column_names if not _INDEX_COLUMN.fullmatch(c)]
    rows = enumerate(rows_of(table.select(columns)))
    return Table(name, "row", columns, rows, _MEND_ROWS)


def _open_frame(frame: pd.DataFrame, name: str) -> Table:
    columns = [str(column) for column in frame.columns]
    _refuse_twice(columns, name)
    if frame.index.name == "id" and "id" not in columns:  # session.pairs, given back
        frame = frame.reset_index()
        columns = ["id", *columns]
    values = [_plain_cells(values) for _, values in frame.items()]
    rows = zip(
        frame.index.tolist(),
        (dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)),
        strict=True,
    )
    remedy = "Mend or drop these rows, for example: pairs = pairs.drop(index={rows})"
    return Table(name, "row", columns, rows, remedy)


def _plain_cells(values: "pd.Series[Any]") -> list[Any]:
    """Give a column's cells; pandas' own reading of Parquet makes arrays of what were lists."""
    cells: list[Any] = values.tolist()
    if values.dtype != object:
        return cells
    with suppress(RecursionError):  # lists in lists without end: the row is refused later
        return [_without_arrays(cell) for cell in cells]
    return cells


def _without_arrays(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, np.ndarray):
        return _without_arrays(cell.tolist())
    if type(cell) is list:
        return [_without_arrays(item) for item in cell]
    if type(cell) is dict:
        return {key: _without_arrays(item) for key, item in cell.items()}
    return cell


def _refuse_twice(columns: Sequence[str], name: str) -> None:
    times = Counter(columns)
    if len(times) < len(columns):
        twice = ", ".join(repr(column) for column, count in times.items() if count > 1)
        msg = f"{name} has two columns named {twice}; rename one."
        raise PairsError(msg)


def _open_rows(
    items: Iterable[Any],
    name: str,
    word: str = "item",
    remedy: str = "Mend or remove these items.",
) -> Table:
    rows: list[tuple[object, Row]] = []
    broken: list[tuple[object, str]] = []
    columns: dict[str, None] = {}
    for number, item in enumerate(items):
        if isinstance(item, Mapping):
            columns.update((key, None) for key in item if isinstance(key, str))
            rows.append((number, item))
        else:
            broken.append((number, f"a row is a dict, not {type(item).__name__}"))
    return Table(name, word, list(columns), rows, remedy, broken=broken)
