"""A session's folder: session.json, pairs.jsonl, images and audio, made, read and added to.

``session.json`` is written last when a folder is made, so a folder that has it is whole. Lines of
``pairs.jsonl`` are only ever added, under a lock that all writers of the folder share.
"""

import contextlib
import os
import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import portalocker

from tiebreak.errors import JournalError, SessionError
from tiebreak.files import TEMPORARY_PREFIX, telling_os_errors, write_atomically
from tiebreak.records.label import is_imported, now
from tiebreak.records.pair import Pair, describe_change, iter_lines
from tiebreak.records.settings import Settings, from_stored, to_stored
from tiebreak.store.journal import read_journal
from tiebreak.store.media import Gallery, is_media_folder
from tiebreak.wording import warn

# A version says what it takes to do a session no harm, so most sessions are of version 1 still:
# settings that an older tiebreak does not know it keeps in the file and leaves off the screen.
# Second showings and gold pairs it would count as labels like any other, and the record of changed
# settings it would drop; a session that has one of these is of version 2, which it does not open.
# Whoever adds a field beside the settings, or a value to a setting there is, takes a new version.
FORMAT_VERSION = 2
# Writes a session's journals, given its id.
Fill = Callable[[str], None]

_SETTINGS_FILE = "session.json"
_PAIRS_FILE = "pairs.jsonl"
_LOCK_FILE = ".session.lock"
_JOURNALS = "journals"


class Change(msgspec.Struct, frozen=True, rename={"before": "from", "after": "to"}):
    """Settings that someone changed: only those that differ, as they were and as they became."""

    at: datetime
    by: str
    before: dict[str, Any]
    after: dict[str, Any]


class Manifest(msgspec.Struct, frozen=True, omit_defaults=True):
    """``session.json``. ``batches`` counts the pairs of each addition, in order.

    ``secret`` keys the names that a browser knows the pairs by. Where there is none (0.1 made the
    session, or changed its file and left it out) the id does, so it needs no new version.
    """

    version: int
    id: str
    created: datetime
    seed: int
    question: str
    settings: dict[str, Any]
    batches: list[int]
    changes: list[Change] = []
    secret: str = ""

    def read_settings(self) -> Settings:
        """Give the settings, checked."""
        return from_stored(self.question, self.seed, self.settings)


def is_session(folder: Path) -> bool:
    """Tell whether there is a whole session in the folder."""
    with _told(folder):
        return (folder / _SETTINGS_FILE).is_file()


def journals_of(folder: Path) -> Path:
    """Give the folder of the annotators' journals."""
    return folder / _JOURNALS


def create(
    folder: Path,
    pairs: list[Pair],
    settings: Settings,
    gallery: Gallery,
    fill: Fill = lambda session: None,  # noqa: ARG005
) -> tuple[Manifest, list[Pair]]:
    """Make a session in a new or empty folder, with the images and audio its pairs refer to.

    ``fill`` writes the journals that came with the pairs, before the folder counts as a session.

    Raises:
        SessionError: the folder holds other things, or cannot be made or written.

    """
    with _told(folder):
        if folder.exists() and not folder.is_dir():
            msg = f"{folder} is a file, not a folder; give the session another name."
            raise SessionError(msg)
        # What a crash in mid-creation may leave is begun anew; anything else is not ours.
        files = folder.iterdir() if folder.exists() else ()
        others = sorted(file.name for file in files if not _is_leftover(file))
        if others and not is_session(folder):  # another process may just have made it one
            msg = (
                f"{folder} is not a session: it has no {_SETTINGS_FILE}, but holds {others[0]}"
                f"{' and more' * (len(others) > 1)}. Give the session a folder of its own."
            )
            raise SessionError(msg)
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            if not is_session(folder):
                manifest = Manifest(
                    FORMAT_VERSION,
                    str(uuid.uuid4()),
                    now(),
                    settings.seed,
                    settings.question,
                    to_stored(settings, {}),
                    [len(pairs)],
                    secret=secrets.token_hex(16),
                )
                gallery.store()
                write_atomically(folder / _PAIRS_FILE, iter_lines(pairs))
                _remove_leftover_journals(folder)
                fill(manifest.id)
                manifest = _write_manifest(folder, manifest, pairs)
                return manifest, pairs
    return add(folder, pairs, gallery, fill)  # another process was quicker


def read_settings(folder: Path) -> Settings:
    """Read a session's settings alone.

    Raises:
        SessionError: it is no session, of a newer version, or damaged.

    """
    with _told(folder):
        return _read_manifest(folder).read_settings()


def read(folder: Path) -> tuple[Manifest, list[Pair]]:
    """Read a session's folder without changing it.

    Raises:
        SessionError: it is no session, of a newer version, or damaged.

    """
    with _told(folder):
        manifest = _read_manifest(folder)
        pairs, _ = _read_pairs(folder)
    if sum(manifest.batches) > len(pairs):
        msg = (
            f"{folder / _PAIRS_FILE} has {len(pairs)} pairs where {_SETTINGS_FILE} counts "
            f"{sum(manifest.batches)}: lines were lost. Put a backup of it back."
        )
        raise SessionError(msg)
    return _counting_all(manifest, pairs), pairs


def add(
    folder: Path,
    given: list[Pair],
    gallery: Gallery,
    fill: Fill = lambda session: None,  # noqa: ARG005
) -> tuple[Manifest, list[Pair]]:
    """Match pairs with those the session has, by id, and add the new ones with their files.

    ``fill`` then adds to the journals what came with the pairs. What a crash kept it from adding,
    it adds when the same pairs are given again.

    Raises:
        SessionError: a pair's texts or models differ from those stored under its id.

    """
    manifest, pairs = read(folder)
    if _new_among(given, pairs):
        manifest, pairs = _add_new(folder, given, gallery)
    fill(manifest.id)
    return manifest, pairs


def _add_new(folder: Path, given: list[Pair], gallery: Gallery) -> tuple[Manifest, list[Pair]]:
    with _told(folder), _locked(folder):
        manifest, pairs = read(folder)  # another process may have added meanwhile
        _set_torn_aside(folder)
        new = _new_among(given, pairs)
        if new:
            gallery.store()
            with (folder / _PAIRS_FILE).open("ab") as file:
                file.writelines(iter_lines(new))
                file.flush()
                os.fsync(file.fileno())
            pairs += new
            manifest = _counting_all(manifest, pairs)
        manifest = _write_manifest(folder, manifest, pairs)
    return manifest, pairs


def join_batches(folder: Path) -> Manifest:
    """Take all pairs for one addition; for a session in which nothing was labeled yet."""
    with _told(folder), _locked(folder):
        manifest, pairs = read(folder)
        joined = msgspec.structs.replace(manifest, batches=[len(pairs)])
        return _write_manifest(folder, joined, pairs)


def store_settings(folder: Path, settings: Settings, change: Change | None = None) -> Manifest:
    """Store other settings, and what was changed where that is to be remembered."""
    with _told(folder), _locked(folder):
        manifest, pairs = read(folder)  # another process may have changed it meanwhile
        changed = msgspec.structs.replace(
            manifest,
            seed=settings.seed,
            question=settings.question,
            settings=to_stored(settings, manifest.settings),
            changes=[*manifest.changes, *([change] if change else ())],
        )
        return _write_manifest(folder, changed, pairs)


def _is_leftover(path: Path) -> bool:
    """Tell whether a crash while a session was made may have left this."""
    ours = path.name in {_PAIRS_FILE, _LOCK_FILE} or path.name.startswith(TEMPORARY_PREFIX)
    return ours or is_media_folder(path) or (path.name == _JOURNALS and _is_imported(path))


def _is_imported(journals: Path) -> bool:
    """Tell whether journals hold nothing but what came with pairs, which can be read again."""
    if not journals.is_dir():
        return False
    for path in journals.iterdir():
        if path.suffix == ".lock":
            continue
        try:
            contents = read_journal(path)
        except JournalError:
            return False
        if not all(map(is_imported, contents.events)):
            return False
    return True


def _remove_leftover_journals(folder: Path) -> None:
    """Take away what a crash while a session was made left: it names a session that never was."""
    for path in journals_of(folder).glob("*.jsonl"):
        path.unlink()


def _counting_all(manifest: Manifest, pairs: list[Pair]) -> Manifest:
    """Count as a last batch what a crash kept from being counted."""
    uncounted = len(pairs) - sum(manifest.batches)
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
        more = f" and {len(changed) - 10} more" * (len(changed) > 10)  # noqa: PLR2004
        msg = (
            f"{len(changed)} of these pairs differ from what the session holds under the same id: "
            f"{', '.join(changed[:10])}{more}. Labels were made on the stored texts, so they stay. "
            "Give changed pairs new ids, or start a new session. Nothing was changed."
        )
        raise SessionError(msg)
    if other_meta:
        warn(
            f"{other_meta} pairs carry other meta columns than the session stored; the stored "
            "ones are kept.",
            stacklevel=5,
        )
    return new


def _read_manifest(folder: Path) -> Manifest:
    path = folder / _SETTINGS_FILE
    if not folder.exists():
        msg = (
            f"There is no session at {folder}. To start one, give it pairs: tb.Session(path, pairs)"
        )
        raise SessionError(msg)
    if not path.is_file():
        msg = f"{folder} is not a session: it has no {_SETTINGS_FILE}."
        raise SessionError(msg)
    try:
        content = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
        version = content.get("version")
        if isinstance(version, int) and version > FORMAT_VERSION:
            msg = (
                f"{folder} is a session of format version {version}; this tiebreak reads up to "
                f"{FORMAT_VERSION}. Nothing was changed. Update it: pip install -U tiebreak"
            )
            raise SessionError(msg)
        manifest = msgspec.convert(content, Manifest)
        manifest.read_settings()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        msg = f"{path} is damaged: {error}. Put a backup of it back; nothing was changed."
        raise SessionError(msg) from error
    return manifest


def _read_pairs(folder: Path) -> tuple[list[Pair], bytes]:
    path = folder / _PAIRS_FILE
    *lines, torn = path.read_bytes().split(b"\n")
    decode = msgspec.json.Decoder(Pair).decode
    pairs: list[Pair] = []
    try:
        pairs.extend(map(decode, lines))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        msg = (
            f"{path}, line {len(pairs) + 1}: not a pair ({error}). Nothing was changed. "
            "Mend that line, or put a backup of the file back."
        )
        raise SessionError(msg) from error
    return pairs, torn


def _set_torn_aside(folder: Path) -> None:
    """Move away a last line cut short by a crash, before another is added behind it."""
    path = folder / _PAIRS_FILE
    data = path.read_bytes()
    torn = data[data.rfind(b"\n") + 1 :]
    if torn:
        with path.with_name(path.name + ".torn").open("ab") as aside:
            aside.write(torn + b"\n")
        os.truncate(path, len(data) - len(torn))


def _write_manifest(folder: Path, manifest: Manifest, pairs: list[Pair]) -> Manifest:
    """Write ``session.json`` as of the oldest version that can open the session."""
    gold = any(pair.gold is not None for pair in pairs)
    new = bool(gold or manifest.read_settings().repeat or manifest.changes)
    manifest = msgspec.structs.replace(manifest, version=FORMAT_VERSION if new else 1)
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    write_atomically(folder / _SETTINGS_FILE, [text])
    return manifest


def _told(folder: Path) -> contextlib.AbstractContextManager[None]:
    return telling_os_errors(SessionError, folder, folder)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder against other processes that create or add at this moment."""
    with (folder / _LOCK_FILE).open("a") as file:
        with contextlib.suppress(portalocker.exceptions.LockException):  # no locks on this disk
            portalocker.lock(file, portalocker.LOCK_EX)
        yield
