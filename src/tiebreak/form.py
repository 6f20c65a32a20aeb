"""What a label made in Python says, held against what the session asks.

A label from the screen is not held against it: the screen showed what could be chosen then.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from typing import Any, TypedDict

import msgspec

from tiebreak.errors import LabelError
from tiebreak.events import Flagged, Label, Preference, Side, Verdict
from tiebreak.settings import Settings, nearest

_HELP = (
    'A preference is "a", "b", "tie", "both_bad" or "skip"; a strength is 1, 2 or 3; reasons are '
    '{"a": [...], "b": [...]}, and flags may have "pair", too; a note has at most 20,000 '
    "characters."
)


class Fields(TypedDict, total=False):
    """What can be said of a pair; see :meth:`tiebreak.Session.label`."""

    preference: Preference
    strength: int | None
    criteria: Mapping[str, Verdict] | None
    reasons: Mapping[Side, Iterable[str]] | None
    principles: Iterable[str] | None
    flags: Mapping[Flagged, Iterable[str]] | None
    note: str | None
    edit: str | None
    seconds: float | None


FIELDS = tuple(Fields.__annotations__)


def kept(label: Label, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a label says and its changes leave as it is, those that no longer fit left out.

    Criteria are changed one by one; those not named stay.
    """
    content: dict[str, Any] = msgspec.structs.asdict(label)
    preference = changes.get("preference", label.preference)
    if preference != label.preference:
        del content["edit"]
    if preference not in ("a", "b"):
        del content["strength"]
    return content


def read_label(content: Mapping[str, Any]) -> Label:
    """Make a label of what was said, and leave out what is empty.

    Raises:
        LabelError: a value is not what it can be; the message names it.

    """
    plain = {name: _to_plain(value) for name, value in content.items()}
    said = {name: value for name, value in plain.items() if not _is_empty(value)}
    try:
        return msgspec.convert({"type": "label", **said}, Label)
    except msgspec.ValidationError as error:
        msg = f"This label was not recorded: {error}. {_HELP}"
        raise LabelError(msg) from error


def check_names(settings: Settings, label: Label, given: Collection[str]) -> None:
    """Refuse names that the session does not ask for, in the fields that were given just now.

    Raises:
        LabelError: the nearest name that it does ask for is named.

    """
    said = {
        "criteria": label.criteria or (),
        "principles": label.principles or (),
        "reasons": chain.from_iterable((label.reasons or {}).values()),
        "flags": chain.from_iterable((label.flags or {}).values()),
    }
    for field, names in said.items():
        if field in given:
            _check(field, names, getattr(settings, field))


def check_required(settings: Settings, label: Label) -> None:
    """Refuse a label that lacks what the session requires; a skip needs nothing.

    Raises:
        LabelError: what is lacking is named.

    """
    if label.preference == "skip":
        return
    missing = [name for name in settings.criteria if name not in (label.criteria or {})]
    if settings.criteria_required and missing:
        msg = (
            f"Pair {label.pair!r}: this session requires every criterion, and "
            f"{', '.join(map(repr, missing))} is missing."
        )
        raise LabelError(msg)
    kinds = {"any", label.preference, label.strength}
    if kinds.intersection(settings.note_required) and not (label.note or "").strip():
        msg = f"Pair {label.pair!r}: this session requires a note with such a label."
        raise LabelError(msg)


def _check(field: str, names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if not known:
            also = "True" if field == "flags" else "[...]"
            msg = f"This session asks for no {field}; session.change_settings({field}={also})"
            raise LabelError(msg)
        if name not in known:
            msg = f"This session has no {name!r} among its {field}{nearest(name, known)}"
            raise LabelError(msg)


def _to_plain(value: Any) -> Any:
    """Take values out of NumPy and tuples, where a row of a DataFrame holds them."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        items = ((key, _to_plain(item)) for key, item in value.items())
        return {key: item for key, item in items if item is not None and not _is_empty(item)}
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    return value


def _is_empty(value: Any) -> bool:
    return isinstance(value, dict | list | str) and not value
