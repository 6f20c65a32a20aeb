"""Excel workbooks as named rows: a sheet, all cells as the text that Excel shows for them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import IO, Any
from warnings import catch_warnings, simplefilter
from zipfile import ZipFile

from tiebreak.errors import PairsError
from tiebreak.reading.frames import MEND_ROWS
from tiebreak.reading.kinds import refuse_zip
from tiebreak.reading.limits import Columns, refuse_columns, refuse_over, refuse_values
from tiebreak.reading.rows import Broken, Row, Source
from tiebreak.wording import count, some, where_read

_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384  # that a sheet of Excel has
_ABOVE = 1_000  # rows in which the names of the columns are looked for
_PIECE = 1 << 20
_REREAD = 4  # a sheet is read for its size, its header and its rows
_CELL = 8  # bytes, of a cell that holds nothing
_ROW = re.compile(rb"<(?:\w+:)?row\b[^<>]*?\sr=[\"'](\d{1,9})")
_ENTITY = (b"<!ENTITY", "<!ENTITY".encode("utf-16-le"), "<!ENTITY".encode("utf-16-be"))


def from_excel(file: IO[bytes], name: str, most: int, *, lenient: bool) -> Source:
    """Read the first sheet that holds anything, each row under the number that Excel shows.

    Raises:
        PairsError: openpyxl is not installed, or the file is damaged, no workbook, or unpacks to
            over ``most`` bytes.

    """
    del lenient
    try:
        import openpyxl  # noqa: PLC0415 - an extra
    except ImportError:
        msg = f"Reading {name} needs openpyxl: pip install openpyxl"
        raise PairsError(msg) from None
    with file:
        _refuse_unsafe(file, name, most)
        with catch_warnings():
            simplefilter("ignore")  # of what openpyxl does not read: charts, drop-down lists
            try:
                book = openpyxl.load_workbook(_Reread(file, name), read_only=True, data_only=True)
                return _read_book(book, name, most)
            except (PairsError, MemoryError):
                raise
            except Exception as error:  # noqa: BLE001 - openpyxl ends in anything
                msg = f"{name} is damaged, or no workbook of Excel: {type(error).__name__}: {error}"
                raise PairsError(msg[:500]) from None


def _refuse_unsafe(file: IO[bytes], name: str, most: int) -> None:
    """Refuse what unpacks to too much, by its size or by entities that stand for others."""
    packed = file.seek(0, 2)
    try:
        with ZipFile(file) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" not in names and "[Content_Types].xml" not in names:
                refuse_zip(archive, name)
            size = tags = 0
            for entry in archive.infolist():
                size += entry.file_size
                refuse_over(size, most, name)
            for entry in archive.infolist():  # any may be taken for a sheet, whatever its ending
                tags += _count_tags(archive.open(entry), name)
                refuse_values(tags, packed, most, name)
    except (PairsError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - also zlib.error, struct.error
        msg = f"{name} is damaged, or was cut short: {error}."
        raise PairsError(msg) from None
    file.seek(0)


def _count_tags(part: IO[bytes], name: str) -> int:
    """Count a part's tags, since openpyxl takes far more for one than for its text."""
    tags, end, last = 0, b"", 0
    with part:
        while piece := part.read(_PIECE):
            if any(mark in end + piece for mark in _ENTITY):
                msg = f"{name} defines entities of XML, which Excel does not; it is not read."
                raise PairsError(msg)
            tags += piece.count(b"<")
            for number in map(int, _ROW.findall(piece)):
                if number < last:  # which openpyxl leaves out
                    msg = f"{name} has row {number} after row {last}; save it anew in Excel."
                    raise PairsError(msg)
                last = number
            end = piece[-32:]
    return tags


class _Reread:
    """An open file, no place of which is read often: one part cannot stand for many sheets."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file = file
        self._name = name
        self._times = Counter[int]()

    def read(self, size: int = -1) -> bytes:
        place = self._file.tell()
        self._times[place] += 1
        if self._times[place] > _REREAD:
            msg = (
                f"{self._name} has sheets that share a part, as Excel never writes; it is not read."
            )
            raise PairsError(msg)
        return self._file.read(size)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class _Size:
    """How much came out of a workbook so far; too much is refused."""

    def __init__(self, most: int, name: str) -> None:
        self._number, self._most, self._name = 0, most, name

    def add(self, cells: Sequence[Any], said: Iterable[str]) -> None:
        """Count cells, also those that openpyxl fills in, and what they say."""
        self._number += _CELL * len(cells) + sum(map(len, said))
        refuse_over(self._number, self._most, self._name)


def _read_book(book: Any, name: str, most: int) -> Source:
    size = _Size(most, name)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    for sheet in visible:
        sheet.reset_dimensions()  # a file may claim any
        found = _find_header(sheet, size)
        if found is None:
            continue
        number, header = found
        shown = name if len(book.worksheets) == 1 else f"{name}, sheet {sheet.title!r}"
        refuse_columns(len(header), shown)
        columns = Columns(shown)
        rows = list(_rows(sheet, number, header, columns, size))
        others = [each.title for each in book.worksheets if each is not sheet]
        notes = []
        if others:
            called = f"sheet_name={others[0]!r}, dtype=str, keep_default_na=False"
            notes.append(
                f"Of {count(len(others) + 1, 'sheet')}, {sheet.title!r} was read, and "
                f"{some(others, 10, repr)} not; "
                + where_read(
                    f"tiebreak.read_pairs(pandas.read_excel(..., {called})) reads another.",
                    "save another one as a file of its own to have it read.",
                )
            )
        return Source(
            shown, "row", rows, columns, MEND_ROWS, streamed=True, total=len(rows), notes=notes
        )
    return Source(name, "row", (), Columns(name), MEND_ROWS)


def _find_header(sheet: Any, size: _Size) -> tuple[int, list[str]] | None:
    rows = sheet.iter_rows(max_row=_ABOVE, max_col=_MOST_COLUMNS)
    for number, cells in _apart_from_gaps(rows, 1):
        said = [_say(cell) for cell in cells]
        size.add(cells, said)
        while said and not said[-1].strip():
            said.pop()
        if said:
            return number, [cell or f"Unnamed: {place}" for place, cell in enumerate(said)]
    return None


def _rows(
    sheet: Any, above: int, header: Sequence[str], columns: Columns, size: _Size
) -> Iterator[tuple[object, Row | Broken]]:
    twice = [column for column, times in Counter(header).items() if times > 1]
    if twice:
        msg = f"{columns.name} has two columns named {', '.join(map(repr, twice))}; rename one."
        raise PairsError(msg)
    wide = len(header)
    rows = sheet.iter_rows(max_row=_MOST_ROWS, max_col=wide + 1)
    for number, cells in _apart_from_gaps(islice(rows, above, None), above + 1):
        said = [_say(cell) for cell in cells]
        size.add(cells, said)  # one text may stand in a million cells
        if not any(said):
            continue
        wrong = next((cell for cell in cells if cell.data_type == "e"), None)
        if wrong is not None:
            yield number, Broken(f"a cell in which Excel has the error {wrong.value}", said)
        elif len(said) > wide and said[wide]:
            yield number, Broken("a cell right of the last column that has a name", said)
        else:
            row = dict(zip(header, said, strict=False))
            row = {k: v for k, v in row.items() if v or not k.startswith("Unnamed: ")}
            columns.take(row)
            yield number, row


def _apart_from_gaps(rows: Iterable[Any], start: int) -> Iterator[tuple[int, Any]]:
    """Give rows with their numbers, without most of those that are not in the file.

    Those are one and the same tuple to openpyxl; there may be a million, each as wide as can be.
    """
    last = None
    for number, cells in enumerate(rows, start):
        if cells is not last:
            last = cells
            yield number, cells


def _say(cell: Any) -> str:
    """Write a cell as text, as a file of CSV that Excel makes of it has it."""
    value = cell.value
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    if isinstance(value, int):
        form = str(getattr(cell, "number_format", "") or "")
        return str(value).zfill(len(form)) if form.strip("0") == "" and value >= 0 else str(value)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date | time):
        return value.isoformat() if not isinstance(value, datetime) else value.isoformat(" ")
    return str(value)
