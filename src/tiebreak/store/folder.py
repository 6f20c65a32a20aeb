"""A session in a folder: session.json, pairs.jsonl, journals, images and audio.

``session.json`` is written last when a folder is made, so a folder that has it is whole. Lines of
``pairs.jsonl`` are only ever added, under a lock that all writers of the folder share.
"""

import contextlib
import os
import re
import secrets
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tiebreak.errors import JournalError, SessionError
from tiebreak.files import (
    TEMPORARY_PREFIX,
    Folder,
    ForeignFileError,
    Stamp,
    append,
    telling_os_errors,
)
from tiebreak.records.label import Event, Header, is_imported, now
from tiebreak.records.pair import Pair, describe_change, iter_lines
from tiebreak.records.settings import Settings, to_stored
from tiebreak.records.text import kind_of_name, media_of
from tiebreak.store import locks, media
from tiebreak.store.base import (
    Change,
    Contents,
    Journal,
    JournalAndLabels,
    Journals,
    Manifest,
    Media,
)
from tiebreak.store.journal import (
    ForeignJournalError,
    add_labels,
    begin_journal,
    check_owner,
    file_name,
    read_journal,
)
from tiebreak.store.stored_pairs import parse_pairs
from tiebreak.wording import users_level, warn

# A version says what it takes to do a session no harm, so most sessions are of version 1 still:
# settings that an older tiebreak does not know it keeps in the file and leaves off the screen.
# Second showings and gold pairs it would count as labels like any other, and the record of changed
# settings it would drop; a session that has one of these is of version 2, which it does not open.
# Audio it would show as its name, and have that judged: version 3.
# Whoever adds a field beside the settings, a value to a setting there is, or a kind of part, takes
# a new version.
FORMAT_VERSION = 3

_SETTINGS_FILE = "session.json"
_PAIRS_FILE = "pairs.jsonl"
_LOCK_FILE = ".session.lock"
_JOURNALS = "journals"
_LARGEST_SETTINGS = 100_000_000
_LARGEST_PAIRS = 4_000_000_000
# How often a writer asks for the folder: for half a minute.
_TRIES = 300
_LEFT = re.compile(r".+\.left-[0-9a-f]{8}")
_NAMED = 10
# With what every stored pair begins.
_PAIR = b'{"id":"'


class FolderStore:
    """A session's folder; see :class:`tiebreak.store.base.Store`.

    Each file is read once and kept. Writers, who hold the folder against each other, look whether
    another process changed a file since, and read it anew only then.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._folder = Folder(path)
        self._journals = self._folder.within(_JOURNALS)
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
                return self._folder.stat(_SETTINGS_FILE) is not None
            except NotADirectoryError as error:
                msg = (
                    f"{self.path} is a file, not a folder, or lies below one; give the session "
                    "another name."
                )
                raise SessionError(msg) from error

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
            others = [name for name in self._folder.names() if not self._is_leftover(name)]
            if others and not self.exists():  # another process may just have made it one
                msg = (
                    f"{self.path} is not a session: it has no {_SETTINGS_FILE}, but holds "
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
        self, pairs: Sequence[Pair], journals: Sequence[JournalAndLabels], media: Media
    ) -> None:
        """Match pairs with those the session has, by id, and add the new ones, then the labels."""
        self.manifest()
        if _new_among(pairs, self._pairs):
            with self._told(), self._locked():
                self._load()  # another process may have added meanwhile
                self._add(_new_among(pairs, self._pairs), media)
        self._add_labels(self._session, journals)

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
            return kind_of_name(name) is not None and self._folder_of(name).holds(name)

    def media(self, name: str) -> bytes:
        """Give an image or audio that a pair refers to."""
        if kind_of_name(name) is None:
            msg = f"{name!r} is not the name of an image or of audio that a session holds."
            raise SessionError(msg)
        folder = self._folder_of(name)
        path = folder.path / name
        try:
            data, _ = folder.read(name, media.LARGEST)
        except ForeignFileError as error:
            raise SessionError(str(error)) from error
        except OSError as error:
            msg = f"{path} cannot be read: {error.strerror or error}. Put a backup of it back."
            raise SessionError(msg) from error
        if wrong := media.check_content(name, data):
            msg = f"{path} cannot be used: {wrong}. Put a backup of it back."
            raise SessionError(msg)
        return data

    # -- inside

    def _begin(
        self,
        settings: Settings,
        pairs: Sequence[Pair],
        journals: Sequence[JournalAndLabels],
        media: Media,
    ) -> None:
        self._set_leftovers_aside()
        self._store_media(media)
        self._folder.replace(_PAIRS_FILE, _within(_LARGEST_PAIRS, iter_lines(pairs), self.path))
        session = str(uuid.uuid4())
        self._add_labels(session, journals)
        self._pairs = list(pairs)
        self._stamps[_PAIRS_FILE] = self._folder.stamp(_PAIRS_FILE)
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
        file = self._folder.open(_PAIRS_FILE, os.O_RDWR | os.O_APPEND)
        try:
            self._set_torn_aside(file)
            if new:
                self._store_media(media)
                room = _LARGEST_PAIRS - os.fstat(file).st_size
                append(file, _in_blocks(_within(room, iter_lines(new), self.path)))
        finally:
            os.close(file)
        self._pairs = [*self._pairs, *new]
        self._stamps[_PAIRS_FILE] = self._folder.stamp(_PAIRS_FILE)
        self._write_manifest()

    def _add_labels(self, session: str, journals: Sequence[JournalAndLabels]) -> None:
        from tqdm.auto import tqdm  # noqa: PLC0415 - not needed to open a session

        for head, labels in tqdm(journals, "journals", delay=1, leave=False):
            header = msgspec.structs.replace(head, session=session)
            name = file_name(header.annotator)
            self._known[name] = add_labels(
                self._journals,
                header,
                labels,
                self.opening(read_only=True),
                self._known.get(name),
            )

    def _store_media(self, media: Media) -> None:
        """Write new images and audio, durably, before a pair refers to them."""
        for name, data in media.new():
            folder = self._folder_of(name)
            folder.make()
            folder.replace(name, [data])

    def _folder_of(self, name: str) -> Folder:
        return self._folder.within(media.folder_of(name))

    @property
    def _session(self) -> str:
        """The session's id."""
        return (self._manifest or self.manifest()).id

    def _load(self) -> Manifest:
        """Read what changed since it was read last, or was not read yet."""
        manifest = self._manifest
        if manifest is None or self._changed(_SETTINGS_FILE):
            manifest = self._read_manifest()
        if self._manifest is None or self._changed(_PAIRS_FILE):
            data, stamp = self._folder.read(_PAIRS_FILE, _LARGEST_PAIRS)
            self._pairs, self._torn = parse_pairs(data, self.path / _PAIRS_FILE)
            self._stamps[_PAIRS_FILE] = stamp
        counted = sum(manifest.batches)
        if counted > len(self._pairs):
            msg = (
                f"{self.path / _PAIRS_FILE} has {len(self._pairs)} pairs where {_SETTINGS_FILE} "
                f"counts {counted}: lines were lost. Put a backup of it back."
            )
            raise SessionError(msg)
        self._manifest = _counting_all(manifest, len(self._pairs))
        return self._manifest

    def _changed(self, name: str) -> bool:
        return self._stamps.get(name) != self._folder.stamp(name)

    def _read_manifest(self) -> Manifest:
        path = self.path / _SETTINGS_FILE
        if not self.exists():
            if self._folder.is_there():
                msg = f"{self.path} is not a session: it has no {_SETTINGS_FILE}."
            else:
                msg = (
                    f"There is no session at {self.path}. To start one, give it pairs: "
                    "tb.Session(path, pairs)"
                )
            raise SessionError(msg)
        data, stamp = self._folder.read(_SETTINGS_FILE, _LARGEST_SETTINGS)
        try:
            content = msgspec.json.decode(data, type=dict[str, Any])
            version = content.get("version")
            if isinstance(version, int) and version > FORMAT_VERSION:
                msg = (
                    f"{self.path} is a session of format version {version}; this tiebreak reads "
                    f"up to {FORMAT_VERSION}. Nothing was changed. Update it: "
                    "pip install -U tiebreak"
                )
                raise SessionError(msg)
            manifest = msgspec.convert(content, Manifest)
            manifest.check()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            msg = f"{path} is damaged: {error}. Put a backup of it back; nothing was changed."
            raise SessionError(msg) from error
        self._stamps[_SETTINGS_FILE] = stamp
        return manifest

    def _write_manifest(self, **changes: Any) -> None:
        """Write ``session.json`` as of the oldest version that can open the session."""
        assert self._manifest is not None
        manifest = msgspec.structs.replace(self._manifest, **changes)
        manifest = _counting_all(manifest, len(self._pairs))
        manifest = msgspec.structs.replace(manifest, version=_version_of(manifest, self._pairs))
        text = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
        self._folder.replace(_SETTINGS_FILE, [text])
        self._stamps[_SETTINGS_FILE] = self._folder.stamp(_SETTINGS_FILE)
        self._manifest = manifest

    def _set_torn_aside(self, file: int) -> None:
        """Move away a last line cut short by a crash, before another is added behind it."""
        if not self._torn:
            return
        aside = self._folder.open(f"{_PAIRS_FILE}.torn", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            append(aside, [self._torn + b"\n"])
        finally:
            os.close(aside)
        os.ftruncate(file, os.fstat(file).st_size - len(self._torn))
        self._torn = b""

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

    # -- what a crash left

    def _is_leftover(self, name: str) -> bool:
        """Tell whether a crash while a session was made may have left this."""
        if name == _JOURNALS:
            return all(map(self._is_left_journal, self._journals.names()))
        if name in media.FOLDERS:
            within = self._folder.within(name).names()
            return all(media.belongs(each, name) or _is_temporary(each) for each in within)
        if name == _PAIRS_FILE:
            return self._holds_stored_pairs()
        return name in {_LOCK_FILE, f"{_PAIRS_FILE}.torn"} or _is_temporary(name)

    def _is_left_journal(self, name: str) -> bool:
        """Tell whether a journal holds nothing but labels that came with pairs."""
        if name.endswith((".lock", ".jsonl.torn")) or _LEFT.fullmatch(name):
            return True
        if not name.endswith(".jsonl"):
            return False
        try:
            contents, _ = read_journal(self._journals, name)
        except JournalError:
            return False
        return all(map(is_imported, contents.events))

    def _holds_stored_pairs(self) -> bool:
        data, _ = self._folder.read(_PAIRS_FILE, _LARGEST_PAIRS)
        try:
            pairs, torn = parse_pairs(data, self.path / _PAIRS_FILE)
        except SessionError:
            return False
        return bool(pairs) or torn[: len(_PAIR)] == _PAIR[: len(torn)]

    def _set_leftovers_aside(self) -> None:
        """Rename what a crash left: it is of a session that never was, and may be somebody's."""
        names = [name for name in self._journals.names() if name.endswith(".jsonl")]
        moved = [(self._journals, name) for name in names]
        if self._folder.holds(_PAIRS_FILE):
            moved.append((self._folder, _PAIRS_FILE))
        for folder, name in moved:
            aside = f"{name}.left-{uuid.uuid4().hex[:8]}"
            folder.rename(name, aside)
            warn(
                f"{folder.path / name} is of a session that was never finished; it was kept as "
                f"{aside} beside it.",
                stacklevel=users_level(),
            )

    # -- around it

    def _told(self) -> contextlib.AbstractContextManager[None]:
        return telling_os_errors(SessionError, self.path, self.opening(read_only=True))

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the folder against other processes that create or add at this moment."""
        try:
            lock = locks.take(self._folder, _LOCK_FILE, _TRIES)
        except locks.HeldError as error:
            msg = (
                f"{self.path} is being written to by {error}, and stays so. Wait for it, or end "
                "it, and try again. Nothing was changed."
            )
            raise SessionError(msg) from error
        with contextlib.closing(lock):
            yield


def _is_temporary(name: str) -> bool:
    return name.startswith(TEMPORARY_PREFIX) or _LEFT.fullmatch(name) is not None


def _version_of(manifest: Manifest, pairs: Sequence[Pair]) -> int:
    texts = (text for pair in pairs for text in (pair.prompt, pair.a, pair.b))
    if any(part.kind == "audio" for text in texts for part in media_of(text)):
        return 3
    gold = any(pair.gold is not None for pair in pairs)
    return 2 if gold or manifest.read_settings().repeat or manifest.changes else 1


def _counting_all(manifest: Manifest, pairs: int) -> Manifest:
    """Count as a last batch what a crash kept from being counted."""
    uncounted = pairs - sum(manifest.batches)
    if not uncounted:
        return manifest
    return msgspec.structs.replace(manifest, batches=[*manifest.batches, uncounted])


def _new_among(given: Iterable[Pair], stored: Iterable[Pair]) -> list[Pair]:
    by_id = {pair.id: pair for pair in stored}
    new: list[Pair] = []
    changed: list[str] = []
    other_meta = 0
    for pair in given:
        there = by_id.get(pair.id)
        if there is None:
            new.append(pair)
        elif there is not pair and there != pair:
            what = describe_change(there, pair)
            if what:
                changed.append(f"{pair.id} ({what})")
            else:
                other_meta += 1
    if changed:
        more = f" and {len(changed) - _NAMED} more" * (len(changed) > _NAMED)
        msg = (
            f"{len(changed)} of these pairs differ from what the session holds under the same id: "
            f"{', '.join(changed[:_NAMED])}{more}. Labels were made on the stored texts, so they "
            "stay. Give changed pairs new ids, or start a new session. Nothing was changed."
        )
        raise SessionError(msg)
    if other_meta:
        warn(
            f"{other_meta} pairs carry other meta columns than the session stored; the stored "
            "ones are kept.",
            stacklevel=users_level(),
        )
    return new


def _within(room: int, lines: Iterable[bytes], path: Path) -> Iterator[bytes]:
    """Give lines as long as they fit into what is read of a session's pairs."""
    for line in lines:
        room -= len(line)
        if room < 0:
            msg = (
                f"{path}: a session holds at most {_LARGEST_PAIRS / 1e9:.0f} GB of pairs, and "
                "these are more. Nothing was added. Part them into several sessions."
            )
            raise SessionError(msg)
        yield line


def _in_blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Join lines to blocks of a megabyte, so that few calls write them."""
    block: list[bytes] = []
    size = 0
    for line in lines:
        block.append(line)
        size += len(line)
        if size > 1_000_000:  # noqa: PLR2004
            yield b"".join(block)
            block, size = [], 0
    yield b"".join(block)
