"""The cells of a pair, checked: what a layout found in a row becomes a pair or is refused."""

import contextlib
import math
import numbers
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pandas as pd

from tiebreak.reading.layouts.layout import Found
from tiebreak.reading.rows import is_missing
from tiebreak.reading.suspects import FIRST_OF_BEGINNINGS, is_written_messages, without_nulls
from tiebreak.reading.vendors import common_part, common_turns
from tiebreak.records.label import exchanged
from tiebreak.records.pair import LONGEST_ID, Pair, content_id
from tiebreak.records.text import (
    ROLES,
    MediaPart,
    Text,
    TextPart,
    says_something,
    stored_part,
)
from tiebreak.store.kinds import NOR
from tiebreak.store.media import UnusableMediaError, is_media

# Takes an image or audio in and gives the part that refers to it.
Take = Callable[[Any], MediaPart]

# Whose turns say something; a system's text and a tool's result may be empty.
_SPEAKING = ("user", "assistant")
_LONGEST_EXACT = 18  # digits of a whole number
_LONGEST_NUMBER = 4096  # Python writes no whole number of more than 4300 digits


def to_pair(found: Found, take: Take, wrong: list[str], told: list[str]) -> Pair | None:
    """Check what a layout found in a row; give the pair, or None with the reasons in ``wrong``.

    Its id is the one found, or the hash of its texts. Images and audio go through ``take``. What
    cannot be kept, and is no reason to refuse it, is put into ``told``.
    """
    columns = found.columns
    prompt = _read_text(found.prompt, columns[0], wrong, take, told)
    a = _read_text(found.a, columns[1], wrong, take, told)
    b = _read_text(found.b, columns[2], wrong, take, told)
    model_a, model_b, own_id = found.model_a, found.model_b, found.id
    if model_a is not None:
        model_a = _read_name(model_a, "model_a", wrong)
    if model_b is not None:
        model_b = _read_name(model_b, "model_b", wrong)
    if own_id is not None:
        own_id = _read_name(own_id, "id", wrong)
    if own_id is not None and len(own_id) > LONGEST_ID:
        wrong.append(f"an id longer than {LONGEST_ID} characters")
    meta = _read_meta(found.meta, wrong, told) if found.meta else None
    if wrong or prompt is None or a is None or b is None:
        return None
    identity = own_id if own_id is not None else content_id(prompt, a, b)
    return Pair(identity, prompt, a, b, model_a, model_b, meta or None)


def as_its_id_says(pair: Pair, found: Found) -> tuple[Pair, Found]:
    """Give a pair the other way round where its id is the hash of it so, and its opinions alike."""
    if pair.id != content_id(pair.prompt, pair.b, pair.a):
        return pair, found
    prompt, a, b = found.columns
    turned = msgspec.structs.replace(
        pair, a=pair.b, b=pair.a, model_a=pair.model_b, model_b=pair.model_a
    )
    opinions = tuple(map(exchanged, found.opinions))
    return turned, msgspec.structs.replace(found, opinions=opinions, columns=(prompt, b, a))


def _refuse_written(text: str, column: str, wrong: list[str]) -> bool:
    """Refuse messages that somebody wrote down as one text; a model would learn to write so."""
    if is_written_messages(text):
        wrong.append(
            f"messages written as text in {column}: CSV holds none, but .jsonl and .parquet do"
        )
        return True
    return False


# Columns that are looked into.
_ODD = frozenset({"meta", "tools"})


def _read_meta(columns: Mapping[str, Any], wrong: list[str], told: list[str]) -> dict[str, Any]:
    meta: dict[str, Any] = {}
    for key, value in columns.items():
        usual = type(value) is str and type(key) is str and key not in _ODD
        if usual and value.isascii() and key.isascii() and key not in meta:
            meta[key] = value
            continue
        try:
            name, plain = _to_name(key), _to_plain(value)
        except (TypeError, RecursionError) as error:
            wrong.append(f"{_name_cause(error)} in column {key!r} (drop it, or make it text)")
            continue
        if key == "meta" and isinstance(plain, dict):  # a pair as tiebreak itself writes it
            meta |= _without_columns(plain, columns, told)
        elif plain is not None:
            if name in meta:
                told.append(f"one of two columns {name!r}")
            meta[name] = without_nulls(plain) if name == "tools" else plain
            # What it is written as is quicker to search than to walk through.
            if type(plain) in (dict, list) and "inf" in repr(value) and _holds_infinity(value):
                told.append(f"an infinite number in {name!r}, which JSON cannot hold")
        elif not is_missing(value):
            told.append(f"{value} in {name!r}, which JSON cannot hold")
    return meta


def _holds_infinity(value: Any) -> bool:
    """Tell whether there is a number without end anywhere in a list or an object."""
    if isinstance(value, float):
        return math.isinf(value)
    if isinstance(value, str | int | None):
        return False
    if isinstance(value, Mapping):
        return any(map(_holds_infinity, value.values()))
    if hasattr(value, "tolist"):
        value = value.tolist()
    return isinstance(value, list | tuple) and any(map(_holds_infinity, value))


def _without_columns(
    meta: dict[str, Any], columns: Mapping[str, Any], told: list[str]
) -> dict[str, Any]:
    """Leave out of a column ``meta`` what has a column of its own."""
    twice = [name for name in meta if name != "meta" and not is_missing(columns.get(name))]
    told += [f"{name!r} in meta, beside a column of that name" for name in twice]
    return {name: value for name, value in meta.items() if name not in twice}


def _read_text(
    value: Any, column: str, wrong: list[str], take: Take, told: list[str]
) -> Text | None:
    if isinstance(value, str):
        if not value.strip():
            wrong.append(f"empty {column}")
        elif value[0] in FIRST_OF_BEGINNINGS and _refuse_written(value, column, wrong):
            pass
        elif value.isascii() or _is_unicode(value):
            return str.__str__(value)
        else:
            wrong.append(f"half a character (a lone surrogate) in {column}")
        return None
    if is_media(value):
        part = _read_media(value, column, wrong, take)
        role = "user" if column == "prompt" else "assistant"
        return [{"role": role, "content": [part]}] if part else None
    if hasattr(value, "tolist") and not isinstance(value, numbers.Number):  # numpy from Parquet
        value = value.tolist()
    if isinstance(value, Mapping) and {"role", "content"} <= value.keys():
        value = [value]  # an answer that is one message
    if isinstance(value, list | tuple):
        lost: list[str] = []
        messages = _read_messages(value, column, wrong, take, lost)
        told += [f"{what} in {column}" for what in lost]
        return messages
    if is_missing(value):
        wrong.append(f"empty {column}")
    else:
        wrong.append(f"{column} is neither text, messages, {NOR} but {type(value).__name__}")
    return None


def _read_messages(
    value: Iterable[Any], column: str, wrong: list[str], take: Take, lost: list[str]
) -> Text | None:
    messages: list[dict[str, Any]] = []
    said = False
    silent = ""  # whose turn says nothing
    for item in common_turns(value, lost):
        if what := _wrong_form(item):
            answers = isinstance(item, str) and column != "prompt"
            called = f" (a list of answers? tiebreak.make_pairs(..., response={column!r}))"
            wrong.append(f"{what} in {column}{called * answers}")
            return None
        role, content = item["role"], item["content"]
        calls = item.get("tool_calls") is not None
        if content is not None or not calls:
            content = _read_content(content, column, wrong, take, lost)
            if content is None:
                return None
        message = {"role": str.__str__(role), "content": content}
        if len(item) > len(message):
            others = _read_others(item, column, wrong)
            if others is None:
                return None
            message |= others
        messages.append(message)
        speaks = says_something(messages[-1])
        if not speaks and role in _SPEAKING:
            silent = silent or role
        said = said or speaks
    if not said or silent:
        wrong.append(f"an empty turn of the {silent} in {column}" if said else f"empty {column}")
        return None
    return messages


def _wrong_form(item: Any) -> str | None:
    if not isinstance(item, Mapping) or "role" not in item or "content" not in item:
        return "a message without role and content"
    role = item["role"]
    if not isinstance(role, str):
        return f"a message whose role is {type(role).__name__}"
    if role not in ROLES:
        return f"a message with the unknown role {role!r} (there are {', '.join(ROLES)})"
    return None


def _read_others(item: Mapping[str, Any], column: str, wrong: list[str]) -> dict[str, Any] | None:
    """Read what a message has beside its role and content."""
    try:
        plain: dict[str, Any] = _to_plain({**item, "content": None})
    except (TypeError, RecursionError) as error:
        wrong.append(f"{_name_cause(error)} in {column}")
        return None
    # Parquet fills the keys that other messages have with None; they say nothing.
    return {key: value for key, value in without_nulls(plain).items() if key != "role"}


def _read_content(
    content: Any, column: str, wrong: list[str], take: Take, lost: list[str]
) -> str | list[dict[str, str]] | None:
    """Read what a message says: text, or a list of parts."""
    if isinstance(content, str):
        if not _is_unicode(content):
            wrong.append(f"half a character (a lone surrogate) in {column}")
            return None
        if _refuse_written(content, column, wrong):
            return None
        return str.__str__(content)
    if hasattr(content, "tolist"):
        content = content.tolist()
    if not isinstance(content, list | tuple):
        wrong.append(f"a message whose content is {type(content).__name__} in {column}")
        return None
    parts = [_read_part(common_part(part, lost), column, wrong, take) for part in content]
    return [part for part in parts if part] if all(parts) else None


def _read_part(part: Any, column: str, wrong: list[str], take: Take) -> dict[str, str] | None:
    if is_media(part):
        return _read_media(part, column, wrong, take)
    # Parquet fills the keys that other parts have with None.
    given = {k: v for k, v in part.items() if v is not None} if isinstance(part, Mapping) else {}
    if is_media(given):
        return _read_media(given, column, wrong, take)
    text = given.get("text")
    if set(given) != {"type", "text"} or given["type"] != "text" or not isinstance(text, str):
        kind = f" (its type is {given['type']!r})" if isinstance(given.get("type"), str) else ""
        wrong.append(f"a message part that is neither text, {NOR} in {column}{kind}")
    elif not _is_unicode(text):
        wrong.append(f"half a character (a lone surrogate) in {column}")
    elif not _refuse_written(text, column, wrong):
        return stored_part(TextPart(str.__str__(text)))
    return None


def _read_media(value: Any, column: str, wrong: list[str], take: Take) -> dict[str, str] | None:
    try:
        return stored_part(take(value))
    except UnusableMediaError as error:
        wrong.append(f"{error} in {column}")
        return None


def _read_name(value: Any, column: str, wrong: list[str]) -> str | None:
    if isinstance(value, str):
        if not _is_unicode(value):
            wrong.append(f"half a character (a lone surrogate) in {column}")
        return str.__str__(value) or None
    if is_missing(value):
        return None
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        return f"{value:.0f}"
    with contextlib.suppress(ValueError, OverflowError):  # infinite, or too long to write down
        if isinstance(value, numbers.Real) and not _is_flag(value) and value % 1 == 0:
            return str(int(value))  # type: ignore[call-overload]
    wrong.append(f"{column} is neither text nor a whole number but {type(value).__name__}")
    return None


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool) or type(value).__name__ in ("bool", "bool_")


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _to_plain(value: Any) -> Any:
    """Turn a cell into what JSON holds.

    Raises:
        TypeError: there is no such thing; the message says what the cell holds.

    """
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, bool | int | float | str):
        return _to_scalar(value)
    if isinstance(value, Mapping):
        return {_to_name(key): _to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_to_plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return _to_plain(value.tolist())
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID | timedelta):
        return str(value)
    if isinstance(value, Decimal):
        return _to_number(value)
    msg = f"a {type(value).__name__}, which JSON cannot hold,"
    raise TypeError(msg)


def _to_scalar(value: bool | float | str) -> bool | float | str | None:  # noqa: FBT001
    """Check a scalar, and give one of a subclass, such as NumPy's, as the plain type."""
    if isinstance(value, str):
        if not _is_unicode(value):
            msg = "half a character (a lone surrogate)"
            raise TypeError(msg)
        return str.__str__(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        if value.bit_length() > _LONGEST_NUMBER:
            msg = f"a whole number of more than {_LONGEST_NUMBER} bits"
            raise TypeError(msg)
        return int(value)
    return float(value) if math.isfinite(value) else None


def _to_number(value: Decimal) -> float | str | None:
    """Give a decimal number as one of JSON where that is the same, or else as text."""
    if not value.is_finite():
        return None
    whole = value.adjusted() < _LONGEST_EXACT and value == value.to_integral_value()
    number = int(value) if whole else float(value)
    return number if number == value or Decimal(repr(number)) == value else str(value)


def _to_name(key: Any) -> str:
    try:
        return str(_to_scalar(str(key)))
    except ValueError:  # a whole number too long to write down
        msg = f"a {type(key).__name__} too long to be a name"
        raise TypeError(msg) from None


def _name_cause(error: TypeError | RecursionError) -> str:
    return "lists in lists without end" if isinstance(error, RecursionError) else str(error)
