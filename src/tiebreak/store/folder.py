"""A session in a folder: session.json, pairs.jsonl, journals, images and audio.

``session.json`` is written last when a folder is made, so a folder that has it is whole. Lines of
``pairs.jsonl`` are only ever added, under a lock that all writers of the folder share.
"""

import contextlib
import os
import secrets
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tiebreak.errors import JournalError, SessionError
from tiebreak.files import Folder, Stamp, append
from tiebreak.os_errors import telling_os_errors
from tiebreak.records.label import Event, Header, is_imported, now
from tiebreak.records.pair import Pair
from tiebreak.records.settings import Settings, to_stored
from tiebreak.store import locks
from tiebreak.store.adding import in_blocks, new_among, within
from tiebreak.store.base import (
    Change,
    Choose,
    Contents,
    Journal,
    JournalAndLabels,
    Journals,
    Manifest,
    Media,
    all_labels,
)
from tiebreak.store.journal import add_labels, begin_journal, set_torn_aside
from tiebreak.store.journal_format import (
    ForeignJournalError,
    annotator_of,
    check_owner,
    read_journal,
)
from tiebreak.store.leftovers import Leftovers
from tiebreak.store.manifest import (
    FORMAT_VERSION,
    as_old_as_can_be,
    counting_all,
    format_manifest,
    parse_manifest,
)
from tiebreak.store.media_files import MediaFiles
from tiebreak.store.names import JOURNALS, LOCK_FILE, PAIRS_FILE, SETTINGS_FILE, file_name
from tiebreak.store.stored_pairs import LARGEST_PAIRS, parse_pairs
from tiebreak.wording import progress_bar, where_read

_LARGEST_SETTINGS = 100_000_000
# How often a writer asks for the folder: for half a minute.
_TRIES = 300


class FolderStore:
    """A session's folder; see :class:`tiebreak.store.base.Store`.

    Each file is read once and kept. Writers, who hold the folder against each other, look whether
    another process changed a file since, and read it anew only then.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._folder = Folder(path)
        self._journals = self._folder.within(JOURNALS)
        self._leftovers = Leftovers(self._folder)
        self._media = MediaFiles(self._folder)
        self._manifest: Manifest | None = None
        self._pairs: list[Pair] = []
        self._torn = b""
        self._stamps: dict[str, Stamp | None] = {}
        # The journals that were read to open the session, until its own is held.
        self._known: dict[str, tuple[Contents, Stamp | None]] = {}

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def place(self) -> str:
        """The folder's path."""
        return str(self.path)

    @property
    def key(self) -> Path:
        """The folder's real path."""
        return self.path.resolve()

    def opening(self, **options: Any) -> str:
        """Write the call that opens the session."""
        given = [repr(self.place), *(f"{name}={value!r}" for name, value in options.items())]
        return f"tb.Session({', '.join(given)})"

    def exists(self) -> bool:
        """Tell whether there is a whole session in the folder."""
        with self._told():
            try:
                return self._folder.stat(SETTINGS_FILE) is not None
            except NotADirectoryError:
                msg = (
                    f"{self.path} is a file, not a folder, or lies below one; give the session "
                    "another name."
                )
                raise SessionError(msg) from None

    def manifest(self) -> Manifest:
        """Give what heads the session; pairs not counted yet are its last batch."""
        with self._told():
            return self._load()

    def pairs(self) -> Sequence[Pair]:
        """Give the pairs."""
        if self._manifest is None:
            self.manifest()
        return self._pairs

    def create(
        self,
        settings: Settings,
        pairs: Sequence[Pair],
        journals: Sequence[JournalAndLabels],
        media: Media,
    ) -> None:
        """Make a session in a new or empty folder."""
        self.exists()  # says where the path cannot be that of a folder
        with self._told():
            others = [
                name for name in self._folder.names() if not self._leftovers.is_leftover(name)
            ]
            if others and not self.exists():  # another process may just have made it one
                msg = (
                    f"{self.path} is not a session: it has no {SETTINGS_FILE}, but holds "
                    f"{others[0]}{' and more' * (len(others) > 1)}. Give the session a folder of "
                    "its own."
                )
                raise SessionError(msg)
            self._folder.make()
            with self._locked():
                if not self.exists():
                    self._begin(settings, pairs, journals, media)
                    return
        self.add(pairs, journals, media)  # another process was quicker

    def add(
        self,
        pairs: Sequence[Pair],
        journals: Sequence[JournalAndLabels],
        media: Media,
        choose: Choose = all_labels,
    ) -> None:
        """Match pairs with those the session has, by id, and add the new ones, then the labels."""
        self.manifest()
        if new_among(pairs, self._pairs):
            with self._told(), self._locked():
                self._load()  # another process may have added meanwhile
                self._add(new_among(pairs, self._pairs), media)
        self._add_labels(self._session, journals, choose)

    def join_batches(self) -> None:
        """Take all pairs for one addition."""
        with self._told(), self._locked():
            self._load()
            self._write_manifest(batches=[len(self._pairs)])

    def change(self, after: Mapping[str, Any], by: str | None = None) -> None:
        """Store these settings, and that they were changed."""
        with self._told(), self._locked():
            there = self._load()  # another process may have changed it meanwhile
            old = there.read_settings()
            new = msgspec.structs.replace(old, **after)
            changes = there.changes
            if by is not None:
                before = {name: getattr(old, name) for name in after}
                changes = [*changes, Change(now(), by, before, dict(after))]
            self._write_manifest(
                seed=new.seed,
                question=new.question,
                settings=to_stored(new, there.settings),
                changes=changes,
            )

    def is_labeled(self) -> bool:
        """Tell whether anyone has labeled anything here; labels that came along do not count."""
        for name in self._journal_names():
            with contextlib.suppress(ForeignJournalError):
                if not all(map(is_imported, self._read_journal(name).events)):
                    return True
        return False

    def open_journal(self, header: Header) -> tuple[Journal, list[Event]]:
        """Open or begin an annotator's journal and replay it."""
        known = self._known.get(file_name(header.annotator))
        self._known.clear()
        return begin_journal(self._journals, header, self.opening(read_only=True), known)

    def read_journal(self, annotator: str) -> Contents:
        """Read an annotator's journal, or none yet, without holding it."""
        return self._read_journal(file_name(annotator))

    def has_journal(self, annotator: str) -> bool:
        """Tell whether an annotator has a journal."""
        with telling_os_errors(JournalError, self._journals.path):
            return self._journals.stamp(file_name(annotator)) is not None

    def others(self, annotator: str) -> list[str]:
        """Give whose journals there are but one annotator's."""
        own = file_name(annotator)
        return [annotator_of(self._journals, name) for name in self._journal_names() if name != own]

    def journals(self, without: str | None = None) -> Journals:
        """Read all journals, in the order of their names, but that of one annotator."""
        apart = None if without is None else file_name(without)
        found = Journals([], [])
        for name in self._journal_names():
            if name == apart:
                continue
            try:
                contents, _ = read_journal(self._journals, name)
                check_owner(contents, self._session, self._journals.path / name)
            except ForeignJournalError as error:
                found.left_out.append(str(error))
            else:
                if contents.header is not None:
                    found.found.append(contents)
        return found

    def holds_media(self, name: str) -> bool:
        """Tell whether there is a file of this name."""
        with self._told():
            return self._media.holds(name)

    def media(self, name: str) -> bytes:
        """Give an image or audio that a pair refers to."""
        return self._media.read(name)

    # -- inside

    def _begin(
        self,
        settings: Settings,
        pairs: Sequence[Pair],
        journals: Sequence[JournalAndLabels],
        media: Media,
    ) -> None:
        self._leftovers.set_aside()
        self._media.store(media)
        lines = within(LARGEST_PAIRS, in_blocks(pairs), self.path)
        self._folder.replace(PAIRS_FILE, lines)
        session = str(uuid.uuid4())
        self._add_labels(session, journals)
        self._pairs = list(pairs)
        self._stamps[PAIRS_FILE] = self._folder.stamp(PAIRS_FILE)
        self._manifest = Manifest(
            FORMAT_VERSION,
            session,
            now(),
            settings.seed,
            settings.question,
            to_stored(settings, {}),
            [len(pairs)],
            secret=secrets.token_hex(16),
        )
        self._write_manifest()

    def _add(self, new: Sequence[Pair], media: Media) -> None:
        file = self._folder.open(PAIRS_FILE, os.O_RDWR | os.O_APPEND)
        try:
            if self._torn:
                set_torn_aside(self._folder, PAIRS_FILE, file, self._torn)
                self._torn = b""
            if new:
                self._media.store(media)
                room = LARGEST_PAIRS - os.fstat(file).st_size
                append(file, within(room, in_blocks(new), self.path))
        finally:
            os.close(file)
        self._pairs = [*self._pairs, *new]
        self._stamps[PAIRS_FILE] = self._folder.stamp(PAIRS_FILE)
        self._write_manifest()

    def _add_labels(
        self, session: str, journals: Sequence[JournalAndLabels], choose: Choose = all_labels
    ) -> None:
        for head, labels in progress_bar("journals", "journals", rows=journals):
            header = msgspec.structs.replace(head, session=session)
            name = file_name(header.annotator)
            self._known[name] = add_labels(
                self._journals,
                header,
                labels,
                self.opening(read_only=True),
                self._known.get(name),
                choose=choose,
            )

    @property
    def _session(self) -> str:
        """The session's id."""
        return (self._manifest or self.manifest()).id

    def _load(self) -> Manifest:
        """Read what changed since it was read last, or was not read yet."""
        manifest = self._manifest
        if manifest is None or self._changed(SETTINGS_FILE):
            manifest = self._read_manifest()
        if self._manifest is None or self._changed(PAIRS_FILE):
            data, stamp = self._folder.read(PAIRS_FILE, LARGEST_PAIRS)
            self._pairs, self._torn = parse_pairs(data, self.path / PAIRS_FILE)
            self._stamps[PAIRS_FILE] = stamp
        counted = sum(manifest.batches)
        if counted > len(self._pairs):
            msg = (
                f"{self.path / PAIRS_FILE} has {len(self._pairs)} pairs where {SETTINGS_FILE} "
                f"counts {counted}: lines were lost. Put a backup of it back."
            )
            raise SessionError(msg)
        self._manifest = counting_all(manifest, len(self._pairs))
        return self._manifest

    def _changed(self, name: str) -> bool:
        return self._stamps.get(name) != self._folder.stamp(name)

    def _read_manifest(self) -> Manifest:
        path = self.path / SETTINGS_FILE
        if not self.exists():
            if self._folder.is_there():
                msg = f"{self.path} is not a session: it has no {SETTINGS_FILE}."
            else:
                start = where_read(" To start one, give it pairs: tb.Session(path, pairs)", "")
                msg = f"There is no session at {self.path}.{start}"
            raise SessionError(msg)
        data, stamp = self._folder.read(SETTINGS_FILE, _LARGEST_SETTINGS)
        manifest = parse_manifest(data, path)
        self._stamps[SETTINGS_FILE] = stamp
        return manifest

    def _write_manifest(self, **changes: Any) -> None:
        """Write ``session.json`` as of the oldest version that can open the session."""
        assert self._manifest is not None
        manifest = msgspec.structs.replace(self._manifest, **changes)
        manifest = counting_all(manifest, len(self._pairs))
        manifest = as_old_as_can_be(manifest, self._pairs)
        self._folder.replace(SETTINGS_FILE, [format_manifest(manifest)])
        self._stamps[SETTINGS_FILE] = self._folder.stamp(SETTINGS_FILE)
        self._manifest = manifest

    def _journal_names(self) -> list[str]:
        with telling_os_errors(JournalError, self._journals.path):
            return [name for name in self._journals.names() if name.endswith(".jsonl")]

    def _read_journal(self, name: str) -> Contents:
        known = self._known.get(name)
        if known is None or known[1] != self._journals.stamp(name):
            known = read_journal(self._journals, name)
            check_owner(known[0], self._session, self._journals.path / name)
            self._known[name] = known
        return known[0]

    # -- around it

    def _told(self) -> contextlib.AbstractContextManager[None]:
        return telling_os_errors(SessionError, self.path, self.opening(read_only=True))

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the folder against other processes that create or add at this moment."""
        try:
            lock = locks.take(self._folder, LOCK_FILE, _TRIES)
        except locks.HeldError as error:
            msg = (
                f"{self.path} is being written to by {error}, and stays so. Wait for it, or end "
                "it, and try again. Nothing was changed."
            )
            raise SessionError(msg) from None
        with contextlib.closing(lock):
            yield
