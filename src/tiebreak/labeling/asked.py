"""What a label made in Python says, held against what the session asks.

A label from the screen is not held against it: the screen showed what could be chosen then.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from typing import Any, TypedDict, get_args

import msgspec

from tiebreak.errors import LabelError
from tiebreak.records.label import (
    LONGEST_EDIT,
    LONGEST_NOTE,
    Flagged,
    Label,
    Preference,
    Side,
    Verdict,
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
        raise LabelError(_explain(said)) from error


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
            _check(label.pair, field, names, getattr(settings, field))


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


_WORDS = {"preference": get_args(Preference), "criteria": get_args(Verdict)}
_SIDES = {"reasons": get_args(Side), "flags": get_args(Flagged)}
_LONGEST = {"note": LONGEST_NOTE, "edit": LONGEST_EDIT}
_MEANINGS = {
    "pair": "the id of a pair, as session.pairs and session.next() give it",
    "strength": "1 (slightly), 2 (clearly) or 3 (much better)",
    "criteria": 'a dict, such as {"helpful": "a"}',
    "reasons": 'a dict by response, such as {"a": ["wrong fact"]}',
    "flags": 'a dict by response or "pair", such as {"a": ["unsafe"]}',
    "principles": "a list of names",
    "note": "text",
    "edit": "text",
    "seconds": "a number of seconds from 0",
}


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
    if field == "criteria" and isinstance(value, dict):
        for name, verdict in value.items():
            if verdict not in _WORDS[field]:
                return f"criteria[{name!r}]{_among(verdict, _WORDS[field])}"
    if field in _SIDES and isinstance(value, dict):
        for side, names in value.items():
            if side not in _SIDES[field]:
                return f"the key of {field}{_among(side, _SIDES[field])}"
            if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
                return f"{field}[{side!r}] is a list of names, not {say(names)}."
    if field == "preference":
        return f"preference{_among(value, _WORDS[field])}"
    if field in _LONGEST and isinstance(value, str):
        return f"{field} has at most {_LONGEST[field]:,} characters, not {len(value):,}."
    return f"{field} is {_MEANINGS[field]}, not {say(value)}."


def _among(value: Any, known: tuple[str, ...]) -> str:
    if value in ("left", "right"):
        return (
            f"{not_among(value, known)} Left and right are sides of a screen; a and b are the "
            "pair's own responses."
        )
    return not_among(value, known)


def _check(pair: str, field: str, names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
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
