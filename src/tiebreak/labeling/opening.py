"""A session's folder as someone opens it: made, resumed or added to, with settings of theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from tiebreak.errors import PairsError, SessionError
from tiebreak.labeling.importing import check_annotators, without_own
from tiebreak.labeling.keys import read_keys
from tiebreak.labeling.labels import import_labels
from tiebreak.labeling.priority import AnyPriority, by_priority, is_priority
from tiebreak.labeling.settings import read_settings
from tiebreak.reading.reading import (
    Reading,
    aligned,
    read_for_labeling,
    read_gold,
    without_identical,
)
from tiebreak.records import settings
from tiebreak.records.label import Header, Label, is_imported, now
from tiebreak.records.pair import Pair
from tiebreak.records.settings import Settings
from tiebreak.store import folder
from tiebreak.store.journal import file_stem, read_journal
from tiebreak.store.media import Gallery
from tiebreak.wording import say, warn


def read_given(
    path: Path, pairs: Any, gold: Any, priority: AnyPriority | None, annotator: str
) -> Reading | None:
    """Read what is given for a session, in the order it is to be stored; None if nothing is.

    Raises:
        PairsError: as :class:`tiebreak.Session`.
        SessionError: labels that come along are of another source than the annotator's own or of
            too many annotators, or the order does not fit the pairs.

    """
    if pairs is None and gold is None:
        return None
    gallery = Gallery(path)
    if pairs is None:
        reading = Reading.of([], gallery)
    elif isinstance(pairs, Reading):
        reading = without_identical(pairs, gallery)
    else:
        reading = read_for_labeling(pairs, gallery)
    check_annotators(reading, folder.journals_of(path), annotator)
    found = list(reading.found)
    if priority is not None and found:
        found = by_priority(found, priority)
    return replace(reading, found=_with_gold(found, _read_gold(gold, gallery)))


def open_folder(
    path: Path,
    given: Reading | None,
    asked: Mapping[str, Any],
    priority: AnyPriority | None,
    annotator: str,
    *,
    read_only: bool,
) -> tuple[folder.Manifest, list[Pair]]:
    """Make a session's folder or resume it, with what is given added and the settings asked for.

    Args:
        path: the folder; one that holds no session yet needs something given.
        given: pairs to add, with the labels that came along.
        asked: settings, as :func:`tiebreak.labeling.settings.read_settings` gives them.
        priority: what the order was given as, where that is no setting; the pairs given are in it.
        annotator: who opens it.
        read_only: whether nothing may be changed.

    Raises:
        SessionError: there is no session, it holds other texts under the same ids, or it has
            labels and other settings or pairs in another order than asked for.

    """
    if folder.is_session(path):
        if priority is not None:
            _check_order(path, given, priority)
        _allowed_changes(folder.read_settings(path), path, asked, read_only=read_only)
    if given is None:
        manifest, stored = folder.read(path)
    else:
        manifest, stored = _store(path, given, asked, annotator)
    # Once more, because another process may have made it or changed it meanwhile.
    current = manifest.read_settings()
    different = _allowed_changes(current, path, asked, read_only=read_only)
    if different:
        manifest = folder.store_settings(path, msgspec.structs.replace(current, **different))
    late_gold = any(pair.gold is not None for pair in stored[sum(manifest.batches[:1]) :])
    if given is not None and late_gold and not _is_labeled(path):
        manifest = folder.join_batches(path)
    return manifest, stored


def change_settings(
    path: Path, changes: Mapping[str, Any], annotator: str, keys: Mapping[str, list[str]]
) -> folder.Manifest | None:
    """Store other settings and record the change; None where nothing changes.

    Raises:
        SessionError: a name or value is not known, the setting is settled by the first label, or
            the keys do not fit the new scale.

    """
    if is_priority(changes.get("order")):
        raise SessionError(_too_late(path))
    old = folder.read_settings(path)
    after = settings.differing(old, read_settings(changes))
    settled = [name for name in settings.SETTLED if name in after]
    if settled and _is_labeled(path):
        msg = (
            f"{settled[0]} is {getattr(old, settled[0])!r} and cannot be changed after the "
            "first label: it decides which response stands left. Start a new session in "
            "another folder."
        )
        raise SessionError(msg)
    new = msgspec.structs.replace(old, **after)
    read_keys(keys, new.scale)
    if not after:
        return None
    before = {name: getattr(old, name) for name in after}
    return folder.store_settings(path, new, folder.Change(now(), annotator, before, after))


def _read_gold(gold: Any, gallery: Gallery) -> list[Pair]:
    if gold is None:
        return []
    try:
        return read_gold(gold, gallery)
    except PairsError as error:
        msg = f"gold: {error}"
        raise PairsError(msg, error.rows) from error


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


def _store(
    path: Path, given: Reading, asked: Mapping[str, Any], annotator: str
) -> tuple[folder.Manifest, list[Pair]]:
    """Put what was read into the folder, the labels that came with it included."""
    is_there = folder.is_session(path)
    if is_there and given.journals:
        given = aligned(given, folder.read(path)[1])
    given = without_own(given, folder.journals_of(path), annotator)
    fill = partial(_import, path, given.journals)
    if is_there:
        return folder.add(path, list(given.found), given.gallery, fill)
    return folder.create(path, list(given.found), settings.begin(asked), given.gallery, fill)


def _import(path: Path, journals: Sequence[tuple[Header, Sequence[Label]]], session: str) -> None:
    from tqdm.auto import tqdm  # noqa: PLC0415 - not needed to open a session

    for header, labels in tqdm(journals, "journals", delay=1, leave=False):
        journal = folder.journals_of(path) / f"{file_stem(header.annotator)}.jsonl"
        import_labels(journal, msgspec.structs.replace(header, session=session), labels)


def _is_labeled(path: Path) -> bool:
    """Tell whether anyone has labeled anything here; labels that came along do not count."""
    return not all(
        is_imported(event)
        for journal in folder.journals_of(path).glob("*.jsonl")
        for event in read_journal(journal).events
    )


def _allowed_changes(
    current: Settings, path: Path, asked: Mapping[str, Any], *, read_only: bool
) -> dict[str, Any]:
    """Give the settings asked for that the session has otherwise, where these can be changed."""
    different = settings.differing(current, asked)
    if different and (read_only or _is_labeled(path)):
        said = "; ".join(
            f"{name} is {say(getattr(current, name))}, not {say(value)}"
            for name, value in different.items()
        )
        free = [f"{name}=..." for name in different if name not in settings.SETTLED]
        change = f"change it for all labels to come with session.change_settings({', '.join(free)})"
        msg = (
            f"The session {str(path)!r} has other settings: {said}. Leave it "
            f"out to go on with what is stored, {f'{change}, ' * bool(free)}or start a new "
            "session in another folder."
        )
        raise SessionError(msg)
    return different


def _check_order(path: Path, given: Reading | None, priority: AnyPriority) -> None:
    """Refuse an order that those of its pairs do not have that are stored, or say so."""
    if folder.read_settings(path).order != "given":
        raise SessionError(_too_late(path))
    stored = folder.read(path)[1]
    unknown = [pair for pair in stored if pair.gold is None]
    asked = by_priority(unknown, priority) if given is None else given.found
    ids = {pair.id for pair in asked}
    kept = [pair.id for pair in stored if pair.id in ids]
    there = set(kept)
    if kept == [pair.id for pair in asked if pair.id in there]:
        return
    new = len(ids) - len(there)
    if not new:
        raise SessionError(_too_late(path))
    warn(
        f"The {len(unknown)} pairs that {str(path)!r} holds keep the order in which they were "
        f"added; only the {new} new ones come in the order given, after them.",
        stacklevel=4,
    )


def _too_late(path: Path) -> str:
    return (
        f"The pairs of {str(path)!r} were added in another order, and keep it: a function or "
        "scores for the order take effect only when pairs are added. Leave order out to go on with "
        "what is stored, or start a new session in another folder."
    )
