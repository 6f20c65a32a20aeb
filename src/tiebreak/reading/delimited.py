"""CSV and its kin as named rows: any of the usual separators, all cells as the text they hold."""

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import chain
from typing import IO

from tiebreak.errors import PairsError
from tiebreak.reading.encodings import decode
from tiebreak.reading.kinds import wide_encoding
from tiebreak.reading.limits import refuse_columns
from tiebreak.reading.rows import Broken, Row, Source
from tiebreak.wording import count, where_read

_LONGEST = min(sys.maxsize, 2**31 - 1)
_BLOCK = 1_000
_SEPARATORS = ",;\t|"
_PEEKED, _LOOKED_AT = 20, 100_000  # records, characters
_NAMED = {"\t": "a tab"}
_NAMELESS = "Unnamed: "
_Record = tuple[int, list[str] | Broken]


def from_delimited(file: IO[bytes], name: str, most: int, *, lenient: bool) -> Source:
    """Read a table of text, a row under the number of the line on which it begins.

    The separator is the one by which the header has most columns. All cells are the text that
    stands there: ``"None"``, ``"NA"``, ``"007"`` and ``"1,5"`` are no others.

    Raises:
        PairsError: its header cannot be read; also while the rows are gone through.

    """
    del most, lenient
    with file:
        decoded = decode(file.read(), name)
    text, skipped, told = _told_separator(decoded.text)
    separator = told or _find_separator(text)
    blocks = _blocks(text, separator, skipped)
    first = next(blocks, [])
    notes = []
    if decoded.encoding:
        notes.append(f"{name} was read in {decoded.encoding}, for it is not in UTF-8.")
    if not first:
        return Source(name, "line", (), (), "", notes=notes)
    header = _read_header(first.pop(0), name, separator)
    sheet = _Sheet(name, header, separator, checked=decoded.broken)
    for block in chain([first], blocks):
        sheet.add(block)
    columns = sheet.named()
    return Source(
        name,
        "line",
        sheet.entries(columns),
        columns,
        _remedy(separator, broken=decoded.broken),
        total=len(sheet.lines),
        marked=decoded.marked,
        notes=notes,
        broken=sheet.broken,
    )


class _Sheet:
    """The cells by column, since a hundred thousand rows of their own would slow Python down."""

    def __init__(self, name: str, header: list[str], separator: str, *, checked: bool) -> None:
        self.lines: list[int] = []
        self.broken: list[tuple[int, Broken]] = []
        self._name = name
        self._header = header
        self._separator = separator
        self._checked = checked
        self._cells: list[list[str]] = [[] for _ in header]

    def add(self, block: Sequence[_Record]) -> None:
        """Take in records, and set those aside that are no rows."""
        wide = len(self._header)
        good: list[list[str]] = []
        for line, cells in block:
            if isinstance(cells, Broken):
                self.broken.append((line, cells))
                continue
            if len(cells) > wide and not any(cells[wide:]):
                del cells[wide:]  # separators at the end, which Excel writes
            if len(cells) != wide:
                refuse_columns(len(cells), self._name)
                why = _say_ragged(len(cells), wide, self._separator)
                self.broken.append((line, Broken(why, cells)))
            elif self._checked and any(map(_is_broken, cells)):
                self.broken.append((line, Broken("not in UTF-8", cells)))
            else:
                good.append(cells)
                self.lines.append(line)
        for column, said in zip(self._cells, zip(*good, strict=True), strict=False):
            column.extend(said)

    def named(self) -> list[str]:
        """Give the columns, without those that have neither a name nor anything in them."""
        held = zip(self._header, self._cells, strict=True)
        return [name for name, cells in held if not name.startswith(_NAMELESS) or any(cells)]

    def entries(self, columns: Sequence[str]) -> Iterator[tuple[object, Row | Broken]]:
        """Give the rows, and what is none, in their order."""
        by_name = dict(zip(self._header, self._cells, strict=True))
        broken = [*reversed(self.broken)]
        rows = zip(*(by_name[name] for name in columns), strict=True)
        if not broken:
            yield from zip(
                self.lines, (dict(zip(columns, x, strict=True)) for x in rows), strict=True
            )
            return
        for line, cells in zip(self.lines, rows, strict=True):
            while broken and broken[-1][0] < line:
                yield broken.pop()
            yield line, dict(zip(columns, cells, strict=True))
        yield from reversed(broken)


def is_table(begin: bytes) -> bool:
    """Tell whether a file that begins so is a table, whose first row has as many cells as names."""
    text = begin.decode(wide_encoding(begin) or "utf-8", "replace")
    text, skipped, told = _told_separator(text.removeprefix("\ufeff"))
    block = next(_blocks(text, told or _find_separator(text), skipped), [])
    records = [cells for _, cells in block[:2] if not isinstance(cells, Broken)]
    if len(records) < 2 or any("{" in name or not name.isprintable() for name in records[0]):  # noqa: PLR2004
        return False
    return 1 < len(records[0]) == len(records[1])


def _remedy(separator: str, *, broken: bool) -> str:
    if not broken:
        return "Mend or remove these lines."
    return f"Mend or remove these lines, or {_in_encoding(separator)}"


def _in_encoding(separator: str) -> str:
    given = "" if separator == "," else f"sep={separator!r}, "
    called = f"encoding='cp1250', {given}dtype=str, keep_default_na=False"
    return where_read(
        f"say what the file is in: pairs = pandas.read_csv(..., {called})", "save it as UTF-8."
    )


def _told_separator(text: str) -> tuple[str, int, str | None]:
    """Take the line off by which Excel is told the separator, such as ``sep=;``."""
    first = text[:8].splitlines()[:1]
    if not first or not first[0].lower().startswith("sep=") or len(first[0]) != len("sep=;"):
        return text, 0, None
    line = text[len("sep=;") :]
    end = "\r\n" if line.startswith("\r\n") else line[:1]
    return line.removeprefix(end), 1, first[0][-1]


def _find_separator(text: str) -> str:
    """Find the separator by which the header has most columns, and the next rows as many."""

    def fitness(separator: str) -> tuple[int, int]:
        block = next(_blocks(text[:_LOOKED_AT], separator, 0), [])[:_PEEKED]
        header, *others = [each for _, each in block] or [[]]
        if isinstance(header, Broken):
            return 0, 0
        alike = sum(not isinstance(x, Broken) and len(x) == len(header) for x in others)
        return len(header), alike

    return max(_SEPARATORS, key=fitness)


def _blocks(text: str, separator: str, skipped: int) -> Iterator[list[_Record]]:
    """Give some records at a time, each under the line that it begins on; blank lines are none."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1 + skipped
    while True:
        block: list[_Record] = []
        longest = csv.field_size_limit(_LONGEST)
        try:
            while len(block) < _BLOCK:
                try:
                    record = next(reader, None)
                except csv.Error as error:
                    block.append((begins, Broken(_say_quote(error, begins, reader.line_num), "")))
                else:
                    if record is None:
                        break
                    # Excel ends a table with rows of separators alone.
                    if any(record) and (len(record) > 1 or record[0].strip()):
                        block.append((begins, record))
                begins = reader.line_num + 1 + skipped
        finally:
            csv.field_size_limit(longest)
        ended = len(block) < _BLOCK
        if block:
            yield block
        if ended:
            return


def _say_quote(error: csv.Error, begins: int, ends: int) -> str:
    if "unexpected end" in str(error):
        return f"a quote that is opened there is not closed up to line {max(begins, ends)}, the end"
    return "a quote amid a cell in quotes, which is written twice there"


def _read_header(header: _Record, name: str, separator: str) -> list[str]:
    line, cells = header
    if isinstance(cells, Broken):
        msg = f"{name}, line {line}: the names of the columns cannot be read ({cells.why})."
        raise PairsError(msg)
    refuse_columns(len(cells), name)
    twice = [column for column, times in Counter(filter(None, cells)).items() if times > 1]
    if twice:
        msg = f"{name} has two columns named {', '.join(map(repr, twice))}; rename one."
        raise PairsError(msg)
    if any(map(_is_broken, cells)):
        msg = (
            f"{name}, line {line}: the names of the columns are not in UTF-8; "
            f"{_in_encoding(separator)}"
        )
        raise PairsError(msg)
    # As pandas calls them; to_csv writes one for the index.
    return [cell or f"{_NAMELESS}{place}" for place, cell in enumerate(cells)]


def _say_ragged(cells: int, columns: int, separator: str) -> str:
    mark = _NAMED.get(separator, repr(separator))
    return (
        f"{count(cells, 'cell')} where the header names {count(columns, 'column')} (is a text "
        f"with {mark} or a line break in it without quotes?)"
    )


def _is_broken(cell: str) -> bool:
    return any("\udc80" <= char <= "\udcff" for char in cell)
