"""A session as someone opens it: made, resumed or added to, with settings of theirs."""

import getpass
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, get_args

from tiebreak.errors import PairsError, SessionError
from tiebreak.labeling.held import labels_open
from tiebreak.labeling.importing import check_annotators, of_journal, without_own
from tiebreak.labeling.keys import read_keys
from tiebreak.labeling.priority import AnyPriority, by_priority, is_priority
from tiebreak.labeling.resuming import tell_of_added
from tiebreak.labeling.settings import read_settings
from tiebreak.reading.reading import (
    aligned,
    read_for_labeling,
    read_gold,
    without_identical,
)
from tiebreak.reading.result import Reading
from tiebreak.records import settings
from tiebreak.records.pair import Pair
from tiebreak.store import store_at
from tiebreak.store.base import Store
from tiebreak.store.media import Gallery
from tiebreak.wording import nearest, say, tell, warn, where_read

_OF_FILES = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".gz")
_NOT_CHANGED = {
    "gold": "Gold pairs are added like pairs: tb.Session(path, gold=...)",
    "keys": "Keys are for one opening and not stored: tb.Session(path, keys=...)",
    "images": "Images are for one opening and not stored: tb.Session(path, images=...)",
    "annotator": "An annotator has a journal of their own: tb.Session(path, annotator=...)",
}


def read_given(
    store: Store,
    pairs: Any,
    gold: Any,
    priority: AnyPriority | None,
    annotator: str,
    *,
    columns: Mapping[str, str] | None = None,
) -> Reading | None:
    """Read what is given for a session, in the order it is to be stored; None if nothing is.

    Raises:
        PairsError: as :class:`tiebreak.Session`.
        SessionError: labels that come along are of another source than the annotator's own or of
            too many annotators, or the order does not fit the pairs.

    """
    if columns is not None and (pairs is None or isinstance(pairs, Reading)):
        msg = (
            "columns= says what a source calls its columns; give it with the pairs, or to "
            "read_pairs, where these are read before."
        )
        raise SessionError(msg)
    if pairs is None and gold is None:
        return None
    gallery = Gallery(store.holds_media)
    if pairs is None:
        reading = Reading.of([], gallery)
    elif isinstance(pairs, Reading):
        reading = without_identical(pairs, gallery)
    else:
        reading = read_for_labeling(pairs, gallery, columns)
    check_annotators(reading, store, annotator)
    found = list(reading.found)
    if priority is not None and found:
        found = by_priority(found, priority)
    return replace(reading, found=_with_gold(found, _read_gold(gold, gallery, columns)))


def tell_of_reading(given: Reading) -> None:
    """Say what became of the rows and columns that pairs were read from."""
    if given.told is not None:  # how many pairs there are would tell of the gold ones
        tell("\n".join(given.told.lines()))


def open_store(
    store: Store,
    given: Reading | None,
    asked: Mapping[str, Any],
    priority: AnyPriority | None,
    annotator: str,
    *,
    read_only: bool,
) -> str:
    """Make a session or resume it, with what is given added and the settings asked for.

    Args:
        store: what it is kept in; one that holds no session yet needs something given.
        given: pairs to add, with the labels that came along.
        asked: settings, as :func:`tiebreak.labeling.settings.read_settings` gives them.
        priority: what the order was given as, where that is no setting; the pairs given are in it.
        annotator: who opens it.
        read_only: whether nothing may be changed.

    Returns:
        What was said of pairs that were added to those there were; empty where none were.

    Raises:
        SessionError: there is no session, it holds other texts under the same ids, or it has
            labels and other settings or pairs in another order than asked for.

    """
    before: Sequence[Pair] | None = None
    if store.exists():
        if priority is not None:
            _check_order(store, given, priority)
        _allowed_changes(store, asked, read_only=read_only)
        before = store.pairs()
    if given is not None:
        _put(store, given, asked, annotator)
    # Once more, because another process may have made it or changed it meanwhile.
    different = _allowed_changes(store, asked, read_only=read_only)
    if different:
        store.change(different)
    first = sum(store.manifest().batches[:1])
    late = store.pairs()[first:]
    late_gold = any(pair.gold is not None for pair in late)
    if given is not None and late_gold and not store.is_labeled():
        store.join_batches()
    if given is None or before is None:
        return ""
    return tell_of_added(before, store.pairs(), given.found)


def change_settings(
    store: Store, changes: Mapping[str, Any], annotator: str, keys: Mapping[str, list[str]]
) -> bool:
    """Store other settings and record the change; False where nothing changes.

    Raises:
        SessionError: a name or value is not known, the setting is settled by the first label, or
            the keys do not fit the new scale.

    """
    for name, why in _NOT_CHANGED.items():
        if name in changes:
            raise SessionError(why)
    if is_priority(changes.get("order")):
        raise SessionError(_too_late(store))
    old = store.manifest().read_settings()
    after = settings.differing(old, read_settings(changes))
    settled = [name for name in settings.SETTLED if name in after]
    if settled and store.is_labeled():
        msg = (
            f"{settled[0]} is {getattr(old, settled[0])!r} and cannot be changed after the "
            "first label: it decides which response stands left. Start a new session in "
            "another folder."
        )
        raise SessionError(msg)
    read_keys(keys, after.get("scale", old.scale))
    if not after:
        return False
    store.change(after, annotator)
    return True


def _read_gold(gold: Any, gallery: Gallery, columns: Mapping[str, str] | None = None) -> list[Pair]:
    if gold is None:
        return []
    try:
        return read_gold(gold, gallery, columns)
    except PairsError as error:
        msg = f"gold: {error}"
        raise PairsError(msg, error.rows) from None


def _with_gold(pairs: list[Pair], gold: list[Pair]) -> list[Pair]:
    ids = {pair.id for pair in pairs}
    both = [pair.id for pair in gold if pair.id in ids]
    if both:
        msg = (
            f"{len(both)} gold pairs are among the pairs, too: {', '.join(both[:10])}. Take them "
            "out of one of the two, or give the gold pairs ids of their own."
        )
        raise PairsError(msg, [*both])
    return [*pairs, *gold]


def _put(store: Store, given: Reading, asked: Mapping[str, Any], annotator: str) -> None:
    """Put what was read into the store, the labels that came with it included."""
    is_there = store.exists()
    if is_there and given.journals:
        given = aligned(given, store.pairs())
    given = without_own(given, store, annotator)
    if not is_there:
        new = settings.begin(asked)
        store.create(new, list(given.found), given.journals, given.gallery)
        return
    live = {head.annotator: labels_open(store, head.annotator) for head, _ in given.journals}
    others = [each for each in given.journals if live[each[0].annotator] is None]
    store.add(list(given.found), others, given.gallery, of_journal)
    for header, labels in given.journals:  # whoever labels here at this moment has them at once
        if (open_here := live[header.annotator]) is not None:
            open_here.add(header, labels)


def _allowed_changes(store: Store, asked: Mapping[str, Any], *, read_only: bool) -> dict[str, Any]:
    """Give the settings asked for that the session has otherwise, where these can be changed."""
    current = store.manifest().read_settings()
    different = settings.differing(current, asked)
    if different and (read_only or store.is_labeled()):
        said = "; ".join(
            f"{name} is {say(getattr(current, name))}, not {say(value)}"
            for name, value in different.items()
        )
        free = [f"{name}=..." for name in different if name not in settings.SETTLED]
        change = f"change it for all labels to come with session.change_settings({', '.join(free)})"
        msg = (
            f"The session {store.place!r} has other settings: {said}. Leave it "
            f"out to go on with what is stored, {f'{change}, ' * bool(free)}or start a new "
            "session in another folder."
        )
        raise SessionError(msg)
    return different


def _check_order(store: Store, given: Reading | None, priority: AnyPriority) -> None:
    """Refuse an order that those of its pairs do not have that are stored, or say so."""
    if store.manifest().read_settings().order != "given":
        raise SessionError(_too_late(store))
    stored = store.pairs()
    unknown = [pair for pair in stored if pair.gold is None]
    asked = by_priority(unknown, priority) if given is None else given.found
    ids = {pair.id for pair in asked}
    kept = [pair.id for pair in stored if pair.id in ids]
    there = set(kept)
    if kept == [pair.id for pair in asked if pair.id in there]:
        return
    new = len(ids) - len(there)
    if not new:
        raise SessionError(_too_late(store))
    warn(
        f"The {len(unknown)} pairs that {store.place!r} holds keep the order in which they were "
        f"added; only the {new} new ones come in the order given, after them."
    )


def _too_late(store: Store) -> str:
    return (
        f"The pairs of {store.place!r} were added in another order, and keep it: a function or "
        "scores for the order take effect only when pairs are added. Leave order out to go on with "
        "what is stored, or start a new session in another folder."
    )


def refuse_unknown(names: Iterable[str], known: Collection[str]) -> None:
    """Name what a session is opened by and has no meaning, and the nearest name that has.

    Raises:
        SessionError: there is a name at all.

    """
    for name in names:
        msg = f"A session has no setting {name!r}{nearest(name, known)}"
        raise SessionError(msg)


def find_store(path: Any, pairs: Any) -> Store:
    """Give the store at a path, where that is a folder's, and given before the pairs.

    Raises:
        SessionError: something else stands there; the message says what goes where.

    """
    other = os.fspath(pairs) if isinstance(pairs, str | PathLike) else None
    if not isinstance(path, str | PathLike):
        msg = (
            f"A session is a folder, which comes first, before the pairs; a {type(path).__name__} "
            f"is none: tiebreak.Session({other or 'pilot'!r}, pairs)"
        )
        raise SessionError(msg)
    name, store = Path(path), store_at(path)
    if name.suffix.lower() in _OF_FILES and not _holds_session(store):
        called = f": tiebreak.Session({other or name.stem!r}, {str(name)!r})"
        msg = (
            f"A session is a folder, which comes first, and {str(name)!r} is a file of pairs"
            + where_read(called, "; the commands check and convert read it.")
        )
        raise SessionError(msg)
    return store


def _holds_session(store: Store) -> bool:
    try:
        return store.exists()
    except SessionError:  # it is a file
        return False


def check_opening(annotator: Any, images: Any) -> None:
    """Check what is for one opening only.

    Raises:
        SessionError: it is not what it can be.

    """
    if not isinstance(annotator, str):
        msg = f"annotator is text, not {type(annotator).__name__}."
        raise SessionError(msg)
    if images not in get_args(settings.Images):
        choices = " or ".join(repr(choice) for choice in get_args(settings.Images))
        msg = f"images is {choices}, not {images!r}."
        raise SessionError(msg)


def login_name() -> str:
    """Give the name that the system knows the user by."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container whose user has no name
        return "annotator"
