"""A session's folder: session.json, pairs.jsonl and images, made, read and added to.

``session.json`` is written last when a folder is made, so a folder that has it is whole. Lines of
``pairs.jsonl`` are only ever added, under a lock that all writers of the folder share.
"""

import contextlib
import os
import secrets
import uuid
import warnings
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
import portalocker

from tiebreak.errors import JournalError, SessionError
from tiebreak.events import is_imported, now
from tiebreak.files import TEMPORARY_PREFIX, telling_os_errors, write_atomically
from tiebreak.images import Gallery, is_image_folder
from tiebreak.journal import read_journal
from tiebreak.ordering import Order
from tiebreak.pairs import Pair, describe_change, iter_lines

FORMAT_VERSION = 1
Scale = Literal["simple", "graded"]
# Writes a session's journals, given its id.
Fill = Callable[[str], None]

_SETTINGS_FILE = "session.json"
_PAIRS_FILE = "pairs.jsonl"
_LOCK_FILE = ".session.lock"
_JOURNALS = "journals"


class Settings(msgspec.Struct, frozen=True):
    """What a session asks and how.

    Attributes:
        question: what the annotator is asked of each pair.
        scale: ``"simple"`` (left or right is better) or ``"graded"`` (seven points).
        order: ``"random"``, by the seed, or ``"given"``.
        seed: what the order and the sides are derived from.

    """

    question: str
    scale: Scale
    order: Order
    seed: int


class Manifest(msgspec.Struct, frozen=True):
    """``session.json``. ``batches`` counts the pairs of each addition, in order."""

    version: int
    id: str
    created: datetime
    seed: int
    question: str
    settings: dict[str, Any]
    batches: list[int]

    def read_settings(self) -> Settings:
        """Give the settings, checked."""
        return msgspec.convert(
            {**self.settings, "question": self.question, "seed": self.seed}, Settings
        )


def new_seed() -> int:
    """Draw a seed for a session that was given none."""
    return secrets.randbits(32)


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
    """Make a session in a new or empty folder, with the images its pairs refer to.

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
                    {"scale": settings.scale, "order": settings.order},
                    [len(pairs)],
                )
                gallery.store()
                write_atomically(folder / _PAIRS_FILE, iter_lines(pairs))
                _remove_leftover_journals(folder)
                fill(manifest.id)
                _write_manifest(folder, manifest)
                return manifest, pairs
    return add(folder, pairs, gallery, fill)  # another process was quicker


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
    """Match pairs with those the session has, by id, and add the new ones with their images.

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
        _write_manifest(folder, manifest)
    return manifest, pairs


def change_settings(folder: Path, manifest: Manifest, settings: Settings) -> Manifest:
    """Store other settings; for a session in which nothing was labeled yet."""
    changed = msgspec.structs.replace(
        manifest,
        seed=settings.seed,
        question=settings.question,
        settings={"scale": settings.scale, "order": settings.order},
    )
    with _told(folder), _locked(folder):
        _write_manifest(folder, changed)
    return changed


def _is_leftover(path: Path) -> bool:
    """Tell whether a crash while a session was made may have left this."""
    ours = path.name in {_PAIRS_FILE, _LOCK_FILE} or path.name.startswith(TEMPORARY_PREFIX)
    return ours or is_image_folder(path) or (path.name == _JOURNALS and _is_imported(path))


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
        warnings.warn(
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


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    write_atomically(folder / _SETTINGS_FILE, [text])


def _told(folder: Path) -> contextlib.AbstractContextManager[None]:
    return telling_os_errors(SessionError, folder, folder)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder against other processes that create or add at this moment."""
    with (folder / _LOCK_FILE).open("a") as file:
        with contextlib.suppress(portalocker.exceptions.LockException):  # no locks on this disk
            portalocker.lock(file, portalocker.LOCK_EX)
        yield
