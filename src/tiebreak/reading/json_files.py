"""JSON as named rows: an object a line, or one list of objects, whichever a file holds."""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import IO, Any

import msgspec

from tiebreak.errors import PairsError
from tiebreak.reading.encodings import decode
from tiebreak.reading.frames import from_items
from tiebreak.reading.kinds import BEGIN, UTF8_MARK, wide_encoding
from tiebreak.reading.limits import Columns
from tiebreak.reading.repeats import LOOKED_AT, Repeats
from tiebreak.reading.rows import Broken, Row, Source
from tiebreak.wording import where_read

# Where in the line the decoder gave up; without it, equal mistakes are told together.
_LONGEST_SERIES = 100_000_000  # bytes of objects that stand on no lines of their own
_BETWEEN = re.compile(r"\s*(?:,\s*)?")
_PLACE = re.compile(r" \(byte \d+\)| - at `[^`]*`")


def from_lines(file: IO[bytes], name: str, most: int, *, lenient: bool) -> Source:
    """Take a file with an object a line, or, where it holds one list, that.

    Raises:
        PairsError: it holds one list, and is broken.

    """
    begin = file.read(BEGIN)
    file.seek(0)
    if wide_encoding(begin):
        file, notes = _narrowed(file, name)
        return from_lines(file, name, most, lenient=lenient)._replace(notes=notes)
    if begin.removeprefix(UTF8_MARK).lstrip().startswith(b"["):
        with file:
            data = file.read()
        if not _is_a_line(data):
            found = from_json(BytesIO(data), name, most, lenient=lenient)
            return found._replace(notes=[f"{name} holds one JSON list, not an object a line."])
        file = BytesIO(data)
    elif _is_no_line(begin):
        objects = _series(file.read(_LONGEST_SERIES), name)
        if objects is not None:
            file.close()
            return objects._replace(notes=[_say_series(name)])
        file.seek(0)
    marked = file.read(len(UTF8_MARK)) == UTF8_MARK
    if not marked:
        file.seek(0)
    columns = Columns(name)
    noticed: list[str] = []
    return Source(
        name,
        "line",
        _line_rows(file, name, columns, noticed),
        columns,
        "Mend or remove these lines.",
        streamed=True,
        marked=marked,
        noticed=noticed,
    )


def _narrowed(file: IO[bytes], name: str) -> tuple[BytesIO, list[str]]:
    with file:
        text, encoding, *_ = decode(file.read(), name)
    notes = [f"{name} was read in {encoding}, for it is not in UTF-8."]
    return BytesIO(text.encode(errors="surrogatepass")), notes


def _is_a_line(data: bytes) -> bool:
    """Tell whether what begins with a list has more lines after one that ends it."""
    first, _, rest = data.removeprefix(UTF8_MARK).lstrip().partition(b"\n")
    return bool(rest.strip()) and _is_json(first)


def _is_no_line(begin: bytes) -> bool:
    """Tell whether a file that begins with an object has none on its first line."""
    first, ended, _ = begin.removeprefix(UTF8_MARK).lstrip().partition(b"\n")
    is_whole = bool(ended) or len(begin) < BEGIN
    return first.startswith(b"{") and is_whole and not _is_json(first)


def _is_json(line: bytes) -> bool:
    try:
        msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _series(data: bytes, name: str) -> Source | None:
    """Give objects that stand one after the other, over lines or not, with commas or without.

    So ``jq`` prints them, and ``json.dump`` with an indent, time after time. None where there is
    anything else.
    """
    if len(data) >= _LONGEST_SERIES:
        return None
    try:
        text = data.removeprefix(UTF8_MARK).decode()
        decode = json.JSONDecoder().raw_decode
        found = []
        place = _BETWEEN.match(text, 0).end()  # type: ignore[union-attr]
        while place < len(text):
            _, end = decode(text, place)
            # Python takes more for JSON than there is.
            found.append(msgspec.json.decode(text[place:end], type=dict[str, Any]))
            place = _BETWEEN.match(text, end).end()  # type: ignore[union-attr]
    except (ValueError, RecursionError):
        return None
    repeats = Repeats("item")
    repeats.look_at_all(data)
    return from_items(found, name)._replace(noticed=repeats.notes(name))


def _say_series(name: str) -> str:
    return f"{name} holds JSON objects one after the other, not one a line."


def _line_rows(
    file: IO[bytes], name: str, columns: Columns, noticed: list[str]
) -> Iterator[tuple[object, Row | Broken]]:
    decoded = msgspec.json.Decoder(dict[str, Any]).decode
    repeats, unseen = Repeats("line"), LOOKED_AT
    try:
        with file:
            for number, line in enumerate(file, 1):
                if line.isspace():
                    continue
                try:
                    row = decoded(line)
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                    why = f"not a JSON object in UTF-8 ({_of_python(line) or _reason(error)})"
                    yield number, Broken(why, line)
                    continue
                columns.take(row)
                if unseen > 0 or repeats.rows:
                    unseen -= len(line)
                    repeats.look(line, number)
                yield number, row
        noticed += repeats.notes(name)
    except OSError as error:
        msg = f"{name} cannot be read: {error.strerror or error}."
        raise PairsError(msg) from None


def _of_python(line: bytes) -> str:
    """Name the number that Python alone writes, where that is all that is wrong."""
    found: list[str] = []
    try:
        row = json.loads(line, parse_constant=found.append)
    except (ValueError, RecursionError):
        return ""
    said = f"{found[0]}, which JSON does not have; what is missing is null" if found else ""
    return said if isinstance(row, dict) else ""


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return error.reason
    return _PLACE.sub("", str(error)).replace("`", "")


def from_json(file: IO[bytes], name: str, most: int, *, lenient: bool) -> Source:
    """Take a file with one list of objects, or, where it holds them, with an object a line.

    Raises:
        PairsError: it is no JSON, or holds something else.

    """
    with file:
        data = file.read()
    if wide_encoding(data):
        narrow, notes = _narrowed(BytesIO(data), name)
        return from_json(narrow, name, most, lenient=lenient)._replace(notes=notes)
    if _holds_lines(data) or not data.strip():
        return from_lines(BytesIO(data), name, most, lenient=lenient)
    flaw = ""
    try:
        content = msgspec.json.decode(data.removeprefix(UTF8_MARK))
    except (ValueError, RecursionError) as error:  # the decoder's own are ValueErrors
        if (objects := _series(data, name)) is not None:
            return objects._replace(notes=[_say_series(name)])
        flaw = f"{name} is not JSON in UTF-8: {error}. One object a line goes by .jsonl"
        content = _to_python_alone(data) if lenient else None
        if content is None:
            raise PairsError(flaw) from None
    if not isinstance(content, list):
        raise PairsError(_say_one(content, name))
    repeats = Repeats("item")
    repeats.look_at_all(data)
    found = from_items(content, name)._replace(noticed=repeats.notes(name))
    return found._replace(marked=data.startswith(UTF8_MARK), flaw=flaw)


def _to_python_alone(data: bytes) -> Any:
    """Decode what only Python calls JSON; None where it does not either."""
    try:
        return json.loads(data.removeprefix(UTF8_MARK))
    except (ValueError, RecursionError):
        return None


def _say_one(content: Any, name: str) -> str:
    said = f"{name} holds one {type(content).__name__}, not a list of rows."
    if not isinstance(content, dict):
        return said
    lists = [key for key, held in content.items() if isinstance(held, list)]
    if set(content) == {"columns", "index", "data"}:
        return said + where_read(" pairs = pandas.read_json(path, orient='split') reads it.", "")
    if any(isinstance(said, str) for said in content.values()) and not lists:
        called = "pairs = [json.load(file)]"
        return said + where_read(f" If that is a row: {called}", " A row stands in a list, too.")
    rows = [key for key in lists if all(isinstance(row, dict) for row in content[key])]
    if content and len(lists) == len(content) > len(rows):
        called = "pairs = pandas.DataFrame(json.load(file))"
        return said + where_read(f" Columns become rows by pandas: {called}", "")
    if rows:
        called = f": pairs = json.load(file)[{rows[0]!r}]"
        listed = where_read(called, ", save that list as a file.")
        return f"{said} If they stand under {rows[0]!r}{listed}"
    return f"{said} From pandas, to_json(path, orient='records') writes one."


def _holds_lines(data: bytes) -> bool:
    """Tell whether a file named .json holds an object a line, as ``datasets`` writes one."""
    if not data[:1000].removeprefix(UTF8_MARK).lstrip().startswith(b"{"):
        return False
    first, _, rest = data.removeprefix(UTF8_MARK).strip().partition(b"\n")
    return first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")
