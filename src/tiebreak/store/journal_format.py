"""A journal's bytes, read and checked; whatever they hold, nothing is changed."""

import os
import unicodedata
from datetime import MAXYEAR, MINYEAR
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from tiebreak.errors import JournalError
from tiebreak.files import Folder, Stamp
from tiebreak.os_errors import ForeignFileError
from tiebreak.records.label import JOURNAL_VERSION, Event, Header, Label, check_stored
from tiebreak.store.base import Contents, off_the_clock
from tiebreak.store.lines import decode_lines
from tiebreak.store.names import file_name, is_cut

# Bytes: some three million labels, or 500 of the longest edits.
LARGEST = 1_000_000_000
# No line that a crash cuts short is longer: a label's longest texts take some 2 MB.
_LARGEST_TORN = 64_000_000
_LONGEST_HEADER = 10_000
# Years that may be others in UTC, or none.
_ENDS = (MINYEAR, MAXYEAR)
# With what every journal begins, as far as a crash let it.
_BEGINNING = b'{"type":"journal",'

_read_event = msgspec.json.Decoder(Event)
_read_header = msgspec.json.Decoder(Header)


class ForeignJournalError(JournalError):
    """A file among the journals that is no journal of this session."""


def read_journal(folder: Folder, name: str) -> tuple[Contents, Stamp | None]:
    """Read a journal without changing it; an empty one where there is none.

    A last line without its newline that is not whole either is a crash in mid-write: it is given
    back apart, unread.

    Raises:
        ForeignJournalError: it is no journal.
        JournalError: a line is broken or of a type this version does not know; the message names
            file, line number and reason.

    """
    path = folder.path / name
    try:
        data, stamp = folder.read(name, LARGEST)
    except FileNotFoundError:
        return Contents(None, []), None
    except ForeignFileError as error:
        raise ForeignJournalError(str(error)) from None
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror}."
        raise JournalError(msg) from None
    return parse_journal(data, path), stamp


def parse_journal(data: bytes, path: Path) -> Contents:
    """Parse a journal's bytes; ``path`` is for the messages."""
    end = data.rfind(b"\n") + 1
    whole, torn = data[:end], data[end:]
    if len(torn) > _LARGEST_TORN:
        raise _no_journal(path, f"its last {len(torn):,} bytes are not lines of one")
    unended = _is_whole(torn, Event if whole else Header)
    if unended:
        whole, torn = whole + torn + b"\n", b""
    if not whole:
        begun = torn.rstrip(b"\0")  # a crash may leave zeros where a line was to be
        if begun[: len(_BEGINNING)] != _BEGINNING[: len(begun)]:
            raise _no_journal(path, "it does not begin like one")
        return Contents(None, [], torn)
    first, _, rest = whole.partition(b"\n")
    header = _parse_header(first, path)
    parts = decode_lines(
        _read_event, rest, lambda n, line, why: _broken(path, n + 2, _reason(line, why))
    )
    events = list(chain.from_iterable(parts))
    for number, event in enumerate(events, 2):
        wrong = check_stored(event) if type(event) is Label else None
        if wrong or (event.at.year in _ENDS and (wrong := off_the_clock(event.at))):
            raise _broken(path, number, wrong)
    return Contents(header, events, torn, unended)


def annotator_of(folder: Folder, name: str) -> str:
    """Give whose journal a file is, by its name, or where that was cut by its first line."""
    called = name.removesuffix(".jsonl")
    if not is_cut(name):
        return called
    try:
        descriptor = folder.open(name, os.O_RDONLY)
        try:
            first = os.read(descriptor, _LONGEST_HEADER).partition(b"\n")[0]
        finally:
            os.close(descriptor)
        return _read_header.decode(first).annotator
    except (OSError, ForeignFileError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return called


def check_owner(contents: Contents, session: str, path: Path) -> None:
    """See to it that a journal is this session's, under its annotator's own name.

    A copy beside it, as a file service or a person makes one, would count every label twice.

    Raises:
        ForeignJournalError: it is not.

    """
    header = contents.header
    if header is None:
        return
    if header.session != session:
        msg = (
            f"{path} belongs to another session ({header.session}). It was not changed. Move it "
            "out of this folder, or back to the folder it came from."
        )
        raise ForeignJournalError(msg)
    try:
        own = file_name(header.annotator)
    except JournalError as error:
        msg = f"{path} names no annotator. {error}"
        raise ForeignJournalError(msg) from None
    if unicodedata.normalize("NFC", path.name) != own:
        msg = (
            f"{path} holds the journal of {header.annotator!r}, whose file is {own}: it is a copy, "
            "or has lost its name. It was not changed. Move a copy out of this folder, or give "
            "the file its own name back."
        )
        raise ForeignJournalError(msg)


def _is_whole(line: bytes, kind: Any) -> bool:
    """Tell whether a line is a whole record but for its newline, as some editors leave it."""
    try:
        record = msgspec.json.decode(line, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    if type(record) is Label and check_stored(record):
        return False
    return kind is Header or not off_the_clock(record.at)


def _no_journal(path: Path, reason: str) -> ForeignJournalError:
    return ForeignJournalError(
        f"{path} is no journal: {reason}. It was not changed. Move it out of this folder, or put "
        "a backup in its place."
    )


def _parse_header(line: bytes, path: Path) -> Header:
    try:
        version = msgspec.json.decode(line, type=dict[str, Any]).get("version")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _no_first_line(path, error) from None
    if isinstance(version, int) and version > JOURNAL_VERSION:
        msg = (
            f"{path} is a journal of format version {version}; this tiebreak reads up to "
            f"{JOURNAL_VERSION}. Nothing was changed. Update tiebreak to open it."
        )
        raise JournalError(msg)
    try:
        return _read_header.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _no_first_line(path, error) from None


def _no_first_line(path: Path, error: Exception) -> ForeignJournalError:
    return ForeignJournalError(str(_broken(path, 1, f"not a journal's first line ({error})")))


def _reason(line: bytes, error: Exception) -> str:
    if not line.strip(b"\x00\r\t "):
        return "the line is empty"
    try:
        kind = msgspec.json.decode(line, type=dict[str, Any]).get("type")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return f"not an event ({error})"
    if isinstance(kind, str) and kind not in ("label", "undo"):
        return (
            f"an event of type {kind!r}, which this version does not know; a newer tiebreak may "
            "have written it (update this one to read it)"
        )
    return f"not an event ({error})"


def _broken(path: Path, number: int, reason: str) -> JournalError:
    return JournalError(
        f"{path}, line {number}: {reason}. Nothing was changed or dropped. To go on, keep a copy "
        "of the file and mend or remove that line in a text editor."
    )
