"""Files as named rows, by their endings, packed or not."""

import csv
import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import IO, Any, Protocol

import msgspec
import pandas as pd

from tiebreak.errors import PairsError
from tiebreak.files import open_regular
from tiebreak.reading.compression import COMPRESSED, unpacked
from tiebreak.reading.frames import MEND_ROWS, from_frame, from_items
from tiebreak.reading.limits import Columns, most_bytes, refuse_columns, refuse_over
from tiebreak.reading.parquet import from_parquet
from tiebreak.reading.rows import Broken, Row, Source

_BOM = b"\xef\xbb\xbf"
_PARQUET = b"PAR1"
_PIECE = 1 << 20
# Where in the line the decoder gave up; without it, equal mistakes are told together.
_PLACE = re.compile(r" \(byte \d+\)| - at `[^`]*`")


class _Reader(Protocol):
    """Reads an open file, which it closes, under a name, that unpacks to so many bytes at most."""

    def __call__(self, file: IO[bytes], name: str, most: int, *, lenient: bool) -> Source: ...


def from_path(path: Path, *, lenient: bool) -> Source:
    """Open a file with the reader of its ending, unpacked.

    Raises:
        PairsError: there is no reader for the ending, or the file cannot be read.

    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    magic = COMPRESSED.get(suffixes[-1]) if suffixes else None
    kind = (suffixes[:-1] if magic else suffixes)[-1:]
    reader = _READERS.get(kind[0]) if kind else None
    if reader is None:
        endings = ", ".join(sorted(_READERS))
        msg = (
            f"{path}: the ending {''.join(path.suffixes[-2:] if magic else path.suffixes[-1:])!r} "
            f"is not one of {endings} (each also with {' or '.join(COMPRESSED)} behind it)."
        )
        if not path.suffix and not path.exists():
            msg += " A dataset of the Hugging Face Hub is loaded by datasets.load_dataset first."
        raise PairsError(msg)
    try:
        with ExitStack() as closing:
            file: IO[bytes] = closing.enter_context(open_regular(path))
            most = most_bytes(file.seek(0, 2))
            file.seek(0)
            if magic:
                file = unpacked(file, magic, str(path), most)
            source = reader(file, str(path), most, lenient=lenient)
            if not magic:
                closing.pop_all()  # the source closes it
            return source._replace(beside=path.parent)
    except (OSError, ValueError) as error:  # a zero byte in a path is a ValueError
        raise _unreadable(str(path), error) from error


def from_file_object(file: Any, *, lenient: bool) -> Source:
    """Read an open file by its name, and one without a name by how it begins.

    Raises:
        PairsError: it cannot be read.

    """
    given = getattr(file, "name", None)
    name = given if isinstance(given, str) else f"The {type(file).__name__}"
    try:
        opened = _read_whole(file, name)
    except (OSError, ValueError) as error:  # closed, for writing only, or not in its encoding
        raise _unreadable(name, error) from error
    most = most_bytes(opened.seek(0, 2))
    opened.seek(0)
    begin = bytes(opened.getbuffer()[:4])
    magic = next((magic for magic in COMPRESSED.values() if begin.startswith(magic)), None)
    if magic:
        opened = unpacked(opened, magic, name, most)
    suffixes = [suffix.lower() for suffix in Path(name).suffixes]
    kinds = [suffix for suffix in suffixes if suffix not in COMPRESSED]
    reader = _READERS.get(kinds[-1]) if kinds else None
    source = (reader or _guess_reader(opened))(opened, name, most, lenient=lenient)
    return source._replace(beside=Path(name).parent) if isinstance(given, str) else source


def _unreadable(name: str, error: Exception) -> PairsError:
    return PairsError(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}.")


def _read_whole(file: Any, name: str) -> BytesIO:
    """Read an open file to its end, which a pipe or device need not have."""
    content = BytesIO()
    most = most_bytes(None)
    while data := file.read(_PIECE):
        if isinstance(data, str):
            data = data.encode(errors="surrogatepass")  # the reader then names the row
        if not isinstance(data, bytes | bytearray):
            msg = f"{name} gives {type(data).__name__} when read, neither bytes nor text."
            raise PairsError(msg)
        content.write(data)
        refuse_over(content.tell(), most, name)
    return content


def _guess_reader(file: IO[bytes]) -> _Reader:
    """Tell the kind of a file without a name by how it begins."""
    begin = file.read(1000)
    file.seek(0)
    if begin.startswith(_PARQUET):
        return from_parquet
    begin = begin.removeprefix(_BOM).lstrip()
    if begin.startswith(b"["):
        return _from_json
    return _from_lines if begin.startswith(b"{") or not begin else _from_csv


# -- JSON


def _from_lines(file: IO[bytes], name: str, most: int, *, lenient: bool) -> Source:
    del most, lenient
    marked = file.read(len(_BOM)) == _BOM
    if not marked:
        file.seek(0)
    columns = Columns(name)
    return Source(
        name,
        "line",
        _line_rows(file, name, columns),
        columns,
        "Mend or remove these lines.",
        streamed=True,
        marked=marked,
    )


def _line_rows(
    file: IO[bytes], name: str, columns: Columns
) -> Iterator[tuple[object, Row | Broken]]:
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    try:
        with file:
            for number, line in enumerate(file, 1):
                if line.isspace():
                    continue
                try:
                    row = decode(line)
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                    why = f"not a JSON object in UTF-8 ({_reason(error)})"
                    yield number, Broken(why, line)
                    continue
                columns.take(row)
                yield number, row
    except OSError as error:
        raise _unreadable(name, error) from error


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return error.reason
    return _PLACE.sub("", str(error)).replace("`", "")


def _from_json(file: IO[bytes], name: str, most: int, *, lenient: bool) -> Source:
    with file:
        data = file.read()
    if _holds_lines(data) or not data.strip():
        return _from_lines(BytesIO(data), name, most, lenient=lenient)
    flaw = ""
    try:
        content = msgspec.json.decode(data.removeprefix(_BOM))
    except (ValueError, RecursionError) as error:  # the decoder's own are ValueErrors
        flaw = f"{name} is not JSON in UTF-8: {error}. One object a line goes by .jsonl"
        content = _to_python_alone(data) if lenient else None
        if content is None:
            raise PairsError(flaw) from error
    if not isinstance(content, list):
        msg = (
            f"{name} holds one {type(content).__name__}, not a list of rows. From pandas, "
            "to_json(path, orient='records') writes one."
        )
        raise PairsError(msg)
    return from_items(content, name)._replace(marked=data.startswith(_BOM), flaw=flaw)


def _to_python_alone(data: bytes) -> Any:
    """Decode what only Python calls JSON; None where it does not either."""
    try:
        return json.loads(data.removeprefix(_BOM))
    except (ValueError, RecursionError):
        return None


def _holds_lines(data: bytes) -> bool:
    """Tell whether a file named .json holds an object a line, as ``datasets`` writes one."""
    if not data[:1000].removeprefix(_BOM).lstrip().startswith(b"{"):
        return False
    first, _, rest = data.removeprefix(_BOM).strip().partition(b"\n")
    return first.rstrip().endswith(b"}") and rest.startswith(b"{")


# -- CSV


def _from_csv(file: IO[bytes], name: str, most: int, *, lenient: bool) -> Source:
    """Read CSV with all cells as the text that stands there.

    pandas would else turn the answers "None", "NA" and "007" into others.

    Raises:
        PairsError: it is no CSV in UTF-8, or rows have more fields than there are columns.

    """
    del most, lenient
    with file:
        for record in _first_records(file):
            refuse_columns(len(record), name)
        try:
            frame = pd.read_csv(file, dtype=str, keep_default_na=False)
        except pd.errors.EmptyDataError:
            return from_frame(pd.DataFrame(), name)
        except (ValueError, UnicodeDecodeError, OverflowError) as error:
            if "out of memory" in str(error):
                raise MemoryError from error
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
    return from_frame(frame, name)._replace(remedy=MEND_ROWS)


def _first_records(file: IO[bytes]) -> Sequence[list[str]]:
    """Give the header and the first row, of which pandas takes minutes if they are too wide."""
    text = TextIOWrapper(file, encoding="utf-8", errors="replace", newline="")
    longest = csv.field_size_limit(sys.maxsize if sys.maxsize < 2**31 else 2**31 - 1)
    records: list[list[str]] = []
    try:
        reader = csv.reader(text)
        with suppress(csv.Error):
            while len(records) < 2 and (record := next(reader, None)) is not None:  # noqa: PLR2004
                records += [record] if record else []
    finally:
        csv.field_size_limit(longest)
        text.detach()
        file.seek(0)
    return records


_READERS: dict[str, _Reader] = {
    ".jsonl": _from_lines,
    ".ndjson": _from_lines,
    ".json": _from_json,
    ".csv": _from_csv,
    ".parquet": from_parquet,
}
