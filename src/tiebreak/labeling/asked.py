"""What a label made in Python says, held against what the session asks.

A label from the screen is not held against it: the screen showed what could be chosen then.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import chain
from typing import Any, TypedDict

import msgspec

from tiebreak.errors import LabelError
from tiebreak.records.label import (
    FIELDS,
    PREFERENCES,
    SIDES,
    VERDICTS,
    Flagged,
    Label,
    Preference,
    Side,
    Verdict,
    without_empty,
)
from tiebreak.records.settings import Settings
from tiebreak.wording import nearest, not_among, say


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


SAYABLE = tuple(Fields.__annotations__)


def kept(label: Label, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a label says and its changes leave as it is, those that no longer fit left out.

    Criteria are changed one by one; those not named stay.
    """
    preference = changes.get("preference", label.preference)
    lost = {
        name
        for name, field in FIELDS.items()
        if (field.of_better and preference not in SIDES)
        or (field.goes_with_choice and preference != label.preference)
    }
    said: dict[str, Any] = msgspec.structs.asdict(label)
    return {name: value for name, value in said.items() if name not in lost}


def read_label(content: Mapping[str, Any]) -> Label:
    """Make a label of what was said, and leave out what is empty.

    Raises:
        LabelError: a value is not what it can be; the message names it.

    """
    plain = {name: _to_plain(value) for name, value in content.items()}
    said = without_empty(plain)
    try:
        return msgspec.convert({"type": "label", **said}, Label)
    except msgspec.ValidationError:
        raise LabelError(_explain(said)) from None


def check_names(settings: Settings, label: Label, given: Collection[str]) -> None:
    """Refuse names that the session does not ask for, in the fields that were given just now.

    Raises:
        LabelError: the nearest name that it does ask for is named.

    """
    for name, kind in _NAMED.items():
        if name in given and (value := getattr(label, name)):
            names = chain.from_iterable(value.values()) if kind == "by side" else value
            _check(label.pair, name, names, settings)


# The fields whose names have to be among the session's own.
_NAMED = {
    name: field.kind
    for name, field in FIELDS.items()
    if field.kind in ("verdicts", "names", "by side")
}


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
            f"{', '.join(map(repr, missing))} is missing; give criteria={{...}}."
        )
        raise LabelError(msg)
    kinds = {"any", label.preference, label.strength}
    if kinds.intersection(settings.note_required) and not (label.note or "").strip():
        msg = f"Pair {label.pair!r}: this session requires a note with such a label; give note=..."
        raise LabelError(msg)


_PAIR = "the id of a pair, as session.pairs and session.next() give it"


def _explain(said: Mapping[str, Any]) -> str:
    """Say which field of a label that does not fit is not what it can be, and what it can be."""
    fields = msgspec.structs.fields(Label)
    wrong = next(each.name for each in fields if not _fits(said.get(each.name), each))
    where = "" if wrong == "pair" else f"Pair {said.get('pair')!r}: "
    return f"{where}{_describe(wrong, said.get(wrong))} Nothing was recorded."


def _fits(value: Any, field: msgspec.structs.FieldInfo) -> bool:
    try:
        msgspec.convert(value, field.type)
    except msgspec.ValidationError:
        return value is None and not field.required
    return True


def _describe(field: str, value: Any) -> str:
    if field not in FIELDS:
        return f"{field} is {_PAIR}, not {say(value)}."
    asked = FIELDS[field]
    if isinstance(value, dict):
        for key, inner in value.items():
            if asked.kind == "verdicts" and inner not in VERDICTS:
                return f"{field}[{key!r}]{_among(inner, VERDICTS)}"
            if asked.kind == "by side" and (wrong := _misplaced(field, key, inner)):
                return wrong
    if field == "preference":
        return f"{field}{_among(value, PREFERENCES)}"
    if asked.longest is not None and isinstance(value, str):
        return f"{field} has at most {asked.longest:,} characters, not {len(value):,}."
    return f"{field} is {asked.asked}, not {say(value)}."


def _misplaced(field: str, side: Any, names: Any) -> str | None:
    """Say what is wrong with the names given for one side, or None."""
    if side not in FIELDS[field].keys:
        return f"the key of {field}{_among(side, FIELDS[field].keys)}"
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return f"{field}[{side!r}] is a list of names, not {say(names)}."
    return None


def _among(value: Any, known: tuple[str, ...]) -> str:
    if value in ("left", "right"):
        return (
            f"{not_among(value, known)} Left and right are sides of a screen; a and b are the "
            "pair's own responses."
        )
    return not_among(value, known)


def _check(pair: str, field: str, names: Iterable[str], settings: Settings) -> None:
    for name in names:
        known: Collection[str] = getattr(settings, field)
        if not known:
            some = "True" if field == "flags" else "[...]"
            msg = (
                f"Pair {pair!r}: this session asks for no {field}. To ask for them from now on: "
                f"session.change_settings({field}={some})"
            )
            raise LabelError(msg)
        if name not in known:
            msg = f"Pair {pair!r}: the session has no {name!r} among its {field}"
            raise LabelError(msg + nearest(name, known))


def _to_plain(value: Any) -> Any:
    """Take values out of NumPy and tuples, where a row of a DataFrame holds them."""
    if type(value) in _PLAIN:
        return value
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {key: _to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    return value


_PLAIN = frozenset({type(None), bool, int, float, str, datetime})
