"""An annotator's journal: append, replay, recover, lock.

A journal is a file to which lines are only ever added, by one process at a time. ``append``
returns when the line is on disk.
"""

import contextlib
import errno
import os
import re
import socket
import unicodedata
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any, NamedTuple

import msgspec
import portalocker

from tiebreak.errors import JournalError
from tiebreak.files import DISK_FULL, sync_folder, telling_os_errors
from tiebreak.records.label import JOURNAL_VERSION, Event, Header, Label, check_stored, to_line
from tiebreak.wording import warn

LONGEST_NAME = 300
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9_@+-]*(\.[a-z0-9_@+-]+)*")
_HASHED_NAME = re.compile(r".*-[0-9a-f]{8}")
_LONGEST_PLAIN_NAME = 64
# Windows keeps these names for devices, whatever their suffix.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{x}{n}" for x in ("com", "lpt") for n in range(10))}

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


class Contents(NamedTuple):
    """What a journal file holds: header (None in an empty file), events, and a torn last line."""

    header: Header | None
    events: list[Event]
    torn: bytes


def read_journal(path: Path) -> Contents:
    """Read a journal without changing it.

    A last line without its newline is a crash in mid-write: it is given back apart, unread.

    Raises:
        JournalError: a line is broken or of a type this version does not know; the message names
            file, line number and reason.

    """
    try:
        data = path.read_bytes()
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror}."
        raise JournalError(msg) from error
    return parse_journal(data, path)


def parse_journal(data: bytes, path: Path) -> Contents:
    """Parse a journal's bytes; ``path`` is for the messages."""
    *lines, torn = data.split(b"\n")
    if not lines:
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
        if type(event) is Label and (wrong := check_stored(event)):
            raise _broken(path, number, wrong)
    return Contents(header, events, torn)


def _parse_header(line: bytes, path: Path) -> Header:
    try:
        version = msgspec.json.decode(line, type=dict[str, Any]).get("version")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _broken(path, 1, f"not a journal's first line ({error})") from error
    if isinstance(version, int) and version > JOURNAL_VERSION:
        msg = (
            f"{path} is a journal of format version {version}; this tiebreak reads up to "
            f"{JOURNAL_VERSION}. Nothing was changed. Update it: pip install -U tiebreak"
        )
        raise JournalError(msg)
    try:
        return _read_header.decode(line)
    except msgspec.DecodeError as error:
        raise _broken(path, 1, f"not a journal's first line ({error})") from error


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


class Journal:
    """A journal open for writing by this process alone; other processes can still read it.

    Use :func:`open_journal`.
    """

    def __init__(self, path: Path, file: IO[bytes], lock: IO[str]) -> None:
        self.path = path
        self._file = file
        self._lock = lock

    def append(self, *records: Header | Event) -> None:
        """Write a line a record and return when they are on disk.

        Raises:
            JournalError: they could not be written; the file is as it was before.

        """
        line = b"".join(map(to_line, records))
        descriptor = self._file.fileno()
        if not self.in_place():
            msg = (
                f"{self.path} was deleted, moved or replaced while it was open, so this label was "
                "not saved. Labels made earlier are still in this session's memory: "
                "session.labels shows them, session.export(...) writes them elsewhere."
            )
            raise JournalError(msg)
        before = os.fstat(descriptor).st_size
        try:
            if os.write(descriptor, line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301
            os.fsync(descriptor)
        except OSError as error:
            # Half a line must not stand before the next one. If even this fails, the next open
            # sets the torn line aside.
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, before)
            remedy = (
                "Free some space and choose again."
                if error.errno in DISK_FULL
                else "Check the disk and choose again."
            )
            msg = f"{self.path} did not take the label: {error.strerror}. {remedy}"
            raise JournalError(msg) from error

    def in_place(self) -> bool:
        """Tell whether the file at the path is still the file that is open."""
        try:
            there = self.path.stat()
        except OSError:
            return False
        here = os.fstat(self._file.fileno())
        return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)

    def close(self) -> None:
        """Release the journal to other processes. Closing twice is fine."""
        self._file.close()
        self._lock.close()


def open_journal(path: Path, header: Header) -> tuple[Journal, list[Event]]:
    """Open or begin an annotator's journal and replay it.

    A torn last line is moved to ``NAME.torn`` beside it and a warning says so.

    Raises:
        JournalError: another process holds it, it belongs to another session or annotator, or it
            cannot be read or written.

    """
    with telling_os_errors(JournalError, path, path.parent.parent):
        journal, contents = _hold(path, header)
        try:
            if contents.header is None:
                journal.append(header)
                sync_folder(path.parent)
        except BaseException:
            journal.close()
            raise
        return journal, contents.events


def add_labels(path: Path, header: Header, labels: Sequence[Label]) -> None:
    """Add to a journal the labels that it does not hold yet, all in one write.

    It is begun if there is none.

    Raises:
        JournalError: as :func:`open_journal`; or the annotator is of another source there.

    """
    with telling_os_errors(JournalError, path, path.parent.parent):
        journal, contents = _hold(path, header)
        with contextlib.closing(journal):
            check_source(contents.header, header, path)
            there = {event.id for event in contents.events}
            new = [label for label in labels if label.id not in there]
            if contents.header is None:
                journal.append(header, *new)
                sync_folder(path.parent)
            elif new:
                journal.append(*new)


def check_source(found: Header | None, wanted: Header, path: Path) -> None:
    """See to it that one annotator's labels are all of one source.

    Raises:
        JournalError: they would not be.

    """
    if found is not None and found.source != wanted.source:
        msg = (
            f"{path} holds the labels of {found.annotator!r} as {found.source}, and these are of "
            f"source {wanted.source}. It was not changed. Give them another name: "
            "tiebreak.read_pairs(..., annotator=...)"
        )
        raise JournalError(msg)


def _hold(path: Path, header: Header) -> tuple[Journal, Contents]:
    """Open a journal that no other process holds, with a torn last line set aside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = _take_lock(path)
    try:
        # Unbuffered: one write call a line, so that append knows what reached the disk.
        file = path.open("ab", buffering=0)
    except OSError:
        lock.close()
        raise
    journal = Journal(path, file, lock)
    try:
        contents = read_journal(path)
        if contents.torn:
            _set_aside(path, file, contents.torn)
        if contents.header is not None:
            _check_header(contents.header, header, path)
    except BaseException:
        journal.close()
        raise
    return journal, contents


def _check_header(found: Header, wanted: Header, path: Path) -> None:
    if found.session != wanted.session:
        msg = (
            f"{path} belongs to another session ({found.session}). It was not changed. Move it "
            "out of this folder, or back to the folder it came from."
        )
        raise JournalError(msg)
    if found.annotator != wanted.annotator:
        msg = (
            f"{path} is the journal of {found.annotator!r}, not of {wanted.annotator!r}. It was "
            "not changed. Give the file its own name back."
        )
        raise JournalError(msg)


def _set_aside(path: Path, file: IO[bytes], torn: bytes) -> None:
    aside = path.with_name(path.name + ".torn")
    with aside.open("ab") as out:
        out.write(torn + b"\n")
        out.flush()
        os.fsync(out.fileno())
    os.ftruncate(file.fileno(), os.fstat(file.fileno()).st_size - len(torn))
    os.fsync(file.fileno())
    warn(
        f"The last line of {path} was cut short by a crash before it was saved; it was moved, "
        f"unread, to {aside.name}. All labels before it are intact.",
        stacklevel=5,
    )


def _take_lock(path: Path) -> IO[str]:
    lock_path = path.with_name(f".{path.stem}.lock")
    lock = lock_path.open("a+", encoding="utf-8")
    try:
        portalocker.lock(lock, portalocker.LOCK_EX | portalocker.LOCK_NB)
    except portalocker.exceptions.AlreadyLocked as error:
        holder = _read_holder(lock)
        lock.close()
        msg = (
            f"{path} is held by {holder}. Shut down the other notebook's kernel, label under "
            "another name (annotator=...), or open for reading: "
            f"tb.Session({str(path.parent.parent)!r}, read_only=True)"
        )
        raise JournalError(msg) from error
    except portalocker.exceptions.LockException:
        # Some network file systems have no locks. Labeling there is better than not labeling.
        warn(
            f"{path.parent} is on a file system without file locks: make sure that only one "
            "kernel labels as this annotator.",
            stacklevel=5,
        )
    lock.truncate(0)
    lock.write(f"process {os.getpid()} on {socket.gethostname()}")
    lock.flush()
    return lock


def _read_holder(lock: IO[str]) -> str:
    try:
        lock.seek(0)
        return lock.read(200) or "another process"
    except OSError:  # Windows does not let others read what is locked.
        return "another process"
