"""An annotator's journal as a file: append, replay, recover, lock.

A journal is a file to which lines are only ever added, by one process at a time. ``append``
returns when the line is on disk.
"""

import contextlib
import os
import re
import unicodedata
from collections.abc import Sequence
from datetime import MAXYEAR, MINYEAR
from hashlib import blake2b
from io import FileIO
from pathlib import Path
from typing import Any

import msgspec

from tiebreak.errors import JournalError
from tiebreak.files import (
    DISK_FULL,
    Folder,
    ForeignFileError,
    HalfWrittenError,
    Stamp,
    append,
    is_at,
    telling_os_errors,
)
from tiebreak.records.label import JOURNAL_VERSION, Event, Header, Label, check_stored, to_line
from tiebreak.store import locks
from tiebreak.store.base import Contents, off_the_clock
from tiebreak.wording import users_level, warn

LONGEST_NAME = 300
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9_@+-]*(\.[a-z0-9_@+-]+)*")
_HASHED_NAME = re.compile(r".*-[0-9a-f]{8}")
_LONGEST_PLAIN_NAME = 64
# Windows keeps these names for devices, whatever their suffix.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{x}{n}" for x in ("com", "lpt") for n in range(10))}

# Bytes: some three million labels, or 500 of the longest edits.
LARGEST = 1_000_000_000
# Years that may be others in UTC, or none.
_ENDS = (MINYEAR, MAXYEAR)
# With what every journal begins, as far as a crash let it.
_BEGINNING = b'{"type":"journal",'

_read_event = msgspec.json.Decoder(Event)
_read_header = msgspec.json.Decoder(Header)


def file_stem(annotator: str) -> str:
    """Give the file name, without suffix, of an annotator's journal.

    Short lower-case ASCII names stand as they are. Any other name keeps its readable part and
    gets a hash, so that no name leaves the folder, collides on a file system that folds case, or
    is reserved by one.

    >>> file_stem("rater-1"), file_stem("anna@lab.org")
    ('rater-1', 'anna@lab.org')
    >>> file_stem("../x")
    'x-d42ff05c'

    Raises:
        JournalError: the name is empty, too long, or holds control characters.

    """
    name = unicodedata.normalize("NFC", annotator)
    if not name.strip() or len(name) > LONGEST_NAME:
        msg = f"An annotator's name has 1 to {LONGEST_NAME} characters; this one has {len(name)}."
        raise JournalError(msg)
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in name):
        msg = f"The annotator's name {annotator!r} holds control characters; choose another."
        raise JournalError(msg)
    device = name.split(".")[0].lower() in _DEVICES
    plain = _PLAIN_NAME.fullmatch(name) and not _HASHED_NAME.fullmatch(name)
    if len(name) <= _LONGEST_PLAIN_NAME and plain and not device:
        return name
    readable = re.sub(r"[^\w@+-]+", "-", name).strip("-")[:40].strip("-").lower() or "annotator"
    return f"{readable}-{blake2b(name.encode(), digest_size=4).hexdigest()}"


class ForeignJournalError(JournalError):
    """A file among the journals that is no journal of this session."""


def file_name(annotator: str) -> str:
    """Give the name of an annotator's journal."""
    return f"{file_stem(annotator)}.jsonl"


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
        raise ForeignJournalError(str(error)) from error
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror}."
        raise JournalError(msg) from error
    return parse_journal(data, path), stamp


def parse_journal(data: bytes, path: Path) -> Contents:
    """Parse a journal's bytes; ``path`` is for the messages."""
    *lines, torn = data.split(b"\n")
    unended = _is_whole(torn, Event if lines else Header)
    if unended:
        lines.append(torn)
        torn = b""
    if not lines:
        begun = torn.rstrip(b"\0")  # a crash may leave zeros where a line was to be
        if begun[: len(_BEGINNING)] != _BEGINNING[: len(begun)]:
            raise _no_journal(path, "it does not begin like one")
        return Contents(None, [], torn)
    header = _parse_header(lines[0], path)
    decode = _read_event.decode
    events: list[Event] = []
    add = events.append
    number = 1
    try:
        for line in lines[1:]:
            number += 1
            add(decode(line))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _broken(path, number, _reason(lines[number - 1], error)) from error
    for number, event in enumerate(events, 2):
        wrong = check_stored(event) if type(event) is Label else None
        if wrong or (event.at.year in _ENDS and (wrong := off_the_clock(event.at))):
            raise _broken(path, number, wrong)
    return Contents(header, events, torn, unended)


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
        raise ForeignJournalError(msg) from error
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
        raise _no_first_line(path, error) from error
    if isinstance(version, int) and version > JOURNAL_VERSION:
        msg = (
            f"{path} is a journal of format version {version}; this tiebreak reads up to "
            f"{JOURNAL_VERSION}. Nothing was changed. Update it: pip install -U tiebreak"
        )
        raise JournalError(msg)
    try:
        return _read_header.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _no_first_line(path, error) from error


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
            "have written it (pip install -U tiebreak)"
        )
    return f"not an event ({error})"


def _broken(path: Path, number: int, reason: str) -> JournalError:
    return JournalError(
        f"{path}, line {number}: {reason}. Nothing was changed or dropped. To go on, keep a copy "
        "of the file and mend or remove that line in a text editor."
    )


class FileJournal:
    """A journal open for writing by this process alone; other processes can still read it.

    Use :func:`open_journal`.
    """

    def __init__(self, folder: Folder, name: str, header: Header, opening: str) -> None:
        self.header = header
        self.path = folder.path / name
        self._folder = folder
        self._name = name
        self._lock = _take_lock(folder, name, opening)
        # What a failed write left behind, and before which size it begins.
        self._half: HalfWrittenError | None = None
        self._unended = False
        try:
            # Unbuffered: one write call a line, so that append knows what reached the disk.
            self._file = FileIO(folder.open(name, os.O_RDWR | os.O_CREAT | os.O_APPEND), "r+")
        except BaseException:
            self._lock.close()
            raise

    def begin(self, contents: Contents) -> None:
        """Go on behind what the journal holds, with a torn last line set aside."""
        self._unended = contents.unended
        if contents.torn:
            _set_aside(self._folder, self._name, self._file.fileno(), contents.torn)
        if contents.header is not None:
            self.header = contents.header

    def append(self, *records: Header | Event) -> None:
        """Write a line a record and return when they are on disk.

        Raises:
            JournalError: they could not be written; the file is as it was before.

        """
        descriptor = self._file.fileno()
        if not self.in_place():
            msg = (
                f"{self.path} was deleted, moved or replaced while it was open, so this label was "
                "not saved. Labels made earlier are still in this session's memory: "
                "session.labels shows them, session.export(...) writes them elsewhere."
            )
            raise JournalError(msg)
        lines = b"\n" * self._unended + b"".join(map(to_line, records))
        try:
            self._mend(descriptor)
            if os.fstat(descriptor).st_size + len(lines) > LARGEST:
                msg = (
                    f"{self.path} has grown to {LARGEST / 1e6:,.0f} MB, the most that a journal "
                    "is read with, so this label was not saved. Label on under another name "
                    "(annotator=...)."
                )
                raise JournalError(msg)
            append(descriptor, [lines])
        except OSError as error:
            if isinstance(error, HalfWrittenError):
                self._half = error
            remedy = (
                "Free some space and choose again."
                if error.errno in DISK_FULL
                else "Check the disk and choose again."
            )
            msg = f"{self.path} did not take the label: {error.strerror}. {remedy}"
            raise JournalError(msg) from error
        self._unended = False

    def in_place(self) -> bool:
        """Tell whether the file at the path is still the file that is open."""
        return not self._file.closed and is_at(self.path, self._file.fileno())

    def stamp(self) -> Stamp | None:
        """Tell by what the journal is known to be as it was left here."""
        return self._folder.stamp(self._name)

    def check_source(self, header: Header) -> None:
        """See to it that one annotator's labels are all of one source.

        Raises:
            JournalError: they would not be.

        """
        if self.header.source != header.source:
            msg = (
                f"{self.path} holds the labels of {header.annotator!r} as {self.header.source}, "
                f"and these are of source {header.source}. It was not changed. Give them another "
                "name: tiebreak.read_pairs(..., annotator=...)"
            )
            raise JournalError(msg)

    def close(self) -> None:
        """Release the journal to other processes. Closing twice is fine."""
        self._file.close()
        self._lock.close()

    def _mend(self, descriptor: int) -> None:
        """Cut off what a failed write left, before anything is called saved behind it."""
        if self._half is None:
            return
        if os.fstat(descriptor).st_size != self._half.after:
            msg = (
                f"{self.path} was changed by somebody else since a label failed to be written. "
                "Nothing more is written to it; open the session again."
            )
            raise JournalError(msg)
        os.ftruncate(descriptor, self._half.before)
        self._half = None


def open_journal(
    folder: Folder,
    header: Header,
    opening: str,
    known: tuple[Contents, Stamp | None] | None = None,
) -> tuple[FileJournal, Contents]:
    """Open or begin an annotator's journal and replay it.

    A torn last line is moved to ``NAME.torn`` beside it and a warning says so.

    Args:
        folder: that of the journals.
        header: what a new journal begins with.
        opening: how the session can be opened for reading instead.
        known: what was read of it before; it is read anew only if it changed since.

    Raises:
        JournalError: another process holds it, it belongs to another session or annotator, or it
            cannot be read or written.

    """
    name = file_name(header.annotator)
    with telling_os_errors(JournalError, folder.path / name, opening):
        folder.make()
        there = folder.stat(name) is not None
        journal = FileJournal(folder, name, header, opening)
        try:
            if known is None or not there or known[1] != journal.stamp():
                known = read_journal(folder, name)
            contents = known[0]
            check_owner(contents, header.session, folder.path / name)
            _check_annotator(contents, header, folder.path / name)
            journal.begin(contents)
        except BaseException:
            journal.close()
            raise
        return journal, contents


def _check_annotator(contents: Contents, wanted: Header, path: Path) -> None:
    found = contents.header
    if found is not None and found.annotator != wanted.annotator:
        msg = (
            f"{path} is the journal of {found.annotator!r}, not of {wanted.annotator!r}. It was "
            "not changed. Give the file its own name back."
        )
        raise ForeignJournalError(msg)


def begin_journal(
    folder: Folder, header: Header, opening: str, known: tuple[Contents, Stamp | None] | None = None
) -> tuple[FileJournal, list[Event]]:
    """Open an annotator's journal to label on, its header written.

    Raises:
        JournalError: as :func:`open_journal`.

    """
    with telling_os_errors(JournalError, folder.path / file_name(header.annotator), opening):
        journal, contents = open_journal(folder, header, opening, known)
        try:
            if contents.header is None:
                journal.append(header)
                folder.sync()
        except BaseException:
            journal.close()
            raise
        return journal, contents.events


def add_labels(
    folder: Folder,
    header: Header,
    labels: Sequence[Label],
    opening: str,
    known: tuple[Contents, Stamp | None] | None = None,
) -> tuple[Contents, Stamp | None]:
    """Add to a journal the labels that it does not hold yet, all in one write.

    It is begun if there is none.

    Raises:
        JournalError: as :func:`open_journal`; or the annotator is of another source there.

    """
    with telling_os_errors(JournalError, folder.path / file_name(header.annotator), opening):
        journal, contents = open_journal(folder, header, opening, known)
        with contextlib.closing(journal):
            journal.check_source(header)
            there = {event.id for event in contents.events}
            new = [label for label in labels if label.id not in there]
            if contents.header is None:
                journal.append(header, *new)
                folder.sync()
            elif new:
                journal.append(*new)
            added = Contents(journal.header, [*contents.events, *new])
            return added, journal.stamp()


def _set_aside(folder: Folder, name: str, descriptor: int, torn: bytes) -> None:
    aside = f"{name}.torn"
    out = folder.open(aside, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        append(out, [torn + b"\n"])
    finally:
        os.close(out)
    os.ftruncate(descriptor, os.fstat(descriptor).st_size - len(torn))
    os.fsync(descriptor)
    warn(
        f"The last line of {folder.path / name} was cut short by a crash before it was saved; it "
        f"was moved, unread, to {aside}. All labels before it are intact.",
        stacklevel=users_level(),
    )


def _take_lock(folder: Folder, name: str, opening: str) -> locks.Lock:
    try:
        lock = locks.take(folder, f".{name.removesuffix('.jsonl')}.lock")
    except locks.HeldError as error:
        msg = (
            f"{folder.path / name} is held by {error}. Shut down the other notebook's kernel, "
            "label under another name (annotator=...), or open for reading: "
            f"{opening}"
        )
        raise JournalError(msg) from error
    if not lock.works:  # labeling there is better than not labeling
        warn(
            f"{folder.path} is on a file system without file locks: make sure that only one "
            "kernel labels as this annotator.",
            stacklevel=users_level(),
        )
    return lock
