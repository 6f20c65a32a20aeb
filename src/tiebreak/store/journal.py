"""An annotator's journal held and written to: begun, gone on with, recovered, locked.

A journal is a file to which lines are only ever added, by one process at a time. ``append``
returns when the line is on disk.
"""

import contextlib
import os
from collections.abc import Sequence
from io import FileIO
from pathlib import Path

from tiebreak.errors import JournalError
from tiebreak.files import Folder, Stamp, append, is_at
from tiebreak.os_errors import DISK_FULL, HalfWrittenError, telling_os_errors
from tiebreak.records.label import Event, Header, Label, to_line
from tiebreak.store import locks
from tiebreak.store.base import Choose, Contents, all_labels
from tiebreak.store.journal_format import LARGEST, ForeignJournalError, check_owner, read_journal
from tiebreak.store.names import file_name
from tiebreak.wording import warn


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
            set_torn_aside(self._folder, self._name, self._file.fileno(), contents.torn)
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
            raise JournalError(msg) from None
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
    *,
    choose: Choose = all_labels,
) -> tuple[Contents, Stamp | None]:
    """Add to a journal those chosen of the labels that it does not hold yet, all in one write.

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
            if new and there:
                new = list(choose(contents.events, new))
            if contents.header is None:
                journal.append(header, *new)
                folder.sync()
            elif new:
                journal.append(*new)
            added = Contents(journal.header, [*contents.events, *new])
            return added, journal.stamp()


def set_torn_aside(folder: Folder, name: str, descriptor: int, torn: bytes) -> None:
    """Move away a last line cut short by a crash, before another is added, and say so."""
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
        f"was moved, unread, to {aside}. All lines before it are intact."
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
        raise JournalError(msg) from None
    if not lock.works:  # labeling there is better than not labeling
        warn(
            f"{folder.path} is on a file system without file locks: make sure that only one "
            "kernel labels as this annotator."
        )
    return lock
