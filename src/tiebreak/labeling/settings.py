"""Settings as a user gives them, checked one by one, and as they are stored."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Literal, TypedDict, get_args

from tiebreak.errors import SessionError
from tiebreak.files import read_file, with_home
from tiebreak.records.settings import (
    LONGEST_NAME,
    LONGEST_SITTING,
    MOST_NAMES,
    MOST_REPEATED,
    NAMES,
    USUAL_FLAGS,
    Order,
    Scale,
    TooFast,
    default_of,
)
from tiebreak.wording import nearest, not_among, say

_LONGEST_TEXT = 200_000
# Linux refuses to look for a file of a longer name; Markdown text is no such name anyway.
_LONGEST_PATH = 1024
_ENDINGS = (".md", ".markdown", ".txt")


class Changes(TypedDict, total=False):
    """What can be asked of a session otherwise; see :class:`tiebreak.Session` for each."""

    scale: Scale | None
    order: Order | None
    seed: int | None
    question: str | None
    criteria: Iterable[str] | Mapping[str, str] | None
    criteria_required: bool | None
    reasons: Iterable[str] | None
    principles: Iterable[str] | Mapping[str, str] | None
    flags: bool | Iterable[str] | None
    note_required: bool | Sequence[Literal[1, 2, 3, "tie", "both_bad"]] | None
    guidelines: str | PathLike[str] | None
    repeat: float | None
    too_fast: TooFast | None
    pace: bool | None
    reveal_models: bool | None
    pause_after: int | None
    stopping: bool | None


def read_settings(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Check settings as a user gives them, and give them as they are stored.

    A None stands for the default of the setting.

    Raises:
        SessionError: a name or a value is not known; the nearest known one is named.

    """
    for name in asked:
        if name not in NAMES:
            msg = f"There is no setting {name!r}{nearest(name, NAMES)}"
            raise SessionError(msg)
    return {name: _read_one(name, value) for name, value in asked.items()}


_CHOICES = {"scale": Scale, "order": Order, "too_fast": TooFast}
_ALSO = {"order": ("a function", "a Series of scores"), "too_fast": ("None",)}


def _read_one(name: str, value: Any) -> Any:
    if value is None:
        return default_of(name)
    return _READERS[name](name, value)


def _read_choice(name: str, value: Any) -> str:
    choices = get_args(_CHOICES[name])
    if not isinstance(value, str) or value not in choices:
        raise SessionError(name + not_among(value, choices, *_ALSO.get(name, ())))
    return value


def _read_switch(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        msg = f"{name} is True or False, not {say(value)}."
        raise SessionError(msg)
    return value


def _read_line(name: str, value: Any) -> str:
    if not isinstance(value, str):
        msg = f"{name} is text, not {type(value).__name__}."
        raise SessionError(msg)
    return _unicode(name, value)


def _read_seed(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**63:
        msg = f"{name} is a whole number of at most 63 bits, not {value!r}."
        raise SessionError(msg)
    return value


def _read_share(name: str, value: Any) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= value <= MOST_REPEATED:
        msg = f"{name} is a share of the pairs from 0 to {MOST_REPEATED}, not {say(value)}."
        raise SessionError(msg)
    return float(value)


def _read_minutes(name: str, value: Any) -> int:
    number = isinstance(value, int) and not isinstance(value, bool)
    if not number or not 1 <= value <= LONGEST_SITTING:
        msg = f"{name} is a whole number of minutes from 1 to {LONGEST_SITTING}, not {say(value)}."
        raise SessionError(msg)
    return int(value)


def _read_guidelines(name: str, value: Any) -> str:
    if not isinstance(value, str | PathLike):
        msg = f"{name} are Markdown text or a path to it, not {type(value).__name__}."
        raise SessionError(msg)
    if isinstance(value, PathLike) or _names_a_file(value):
        path = with_home(value)
        try:
            text = read_file(path, _LONGEST_TEXT * 4).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            msg = f"The guidelines {path} cannot be read: {reason}."
            raise SessionError(msg) from None
    else:
        text = value
    if len(text) > _LONGEST_TEXT:
        msg = f"{name} have at most {_LONGEST_TEXT:,} characters; these have {len(text):,}."
        raise SessionError(msg)
    return _unicode(name, text)


def _names_a_file(text: str) -> bool:
    if "\n" in text or len(text) > _LONGEST_PATH:
        return False
    try:
        found = Path(text).expanduser().is_file()
    except (OSError, ValueError, RuntimeError):  # no name that a file can have
        return False
    is_name = text.lower().endswith(_ENDINGS) or (len(text.split()) == 1 and Path(text).suffix)
    if not found and is_name:
        msg = f"There is no file {text!r} to read the guidelines from."
        raise SessionError(msg)
    return found


def _read_note_required(name: str, value: Any) -> list[Any]:
    if isinstance(value, bool):
        return ["any"] * value
    if not isinstance(value, list | tuple | set | frozenset):
        msg = f"{name} is True or a list of {_NOTES}, not {say(value)}."
        raise SessionError(msg)
    for each in value:
        if isinstance(each, bool) or each not in _NEEDING_NOTES:
            msg = f"{name} names {_NOTES}; {say(each)} is none of them"
            raise SessionError(msg + nearest(each, [str(known) for known in _NEEDING_NOTES]))
    return [each for each in _NEEDING_NOTES if each in value]


_NEEDING_NOTES: tuple[int | str, ...] = (1, 2, 3, "tie", "both_bad")
_NOTES = 'strengths (1, 2, 3), "tie" and "both_bad"'


def _read_flags(name: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return list(USUAL_FLAGS) * value
    own = _read_names(name, value)
    return list(dict.fromkeys([*USUAL_FLAGS, *own])) if own else []


def _read_definitions(name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return dict.fromkeys(_read_names(name, value), "")
    for each, text in value.items():
        if not isinstance(text, str):
            msg = f"{name}: the text of {each!r} is text, not {type(text).__name__}."
            raise SessionError(msg)
        if len(text) > _LONGEST_TEXT:
            msg = f"{name}: the text of {each!r} has more than {_LONGEST_TEXT:,} characters."
            raise SessionError(msg)
    texts = [_unicode(name, text) for text in value.values()]
    return dict(zip(_read_names(name, list(value)), texts, strict=True))


def _read_names(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        also = " or a dict from name to text" if name in ("criteria", "principles") else ""
        msg = f"{name} is a list of names{also}, not {say(value)}."
        raise SessionError(msg)
    names = tuple(each.strip() if isinstance(each, str) else each for each in value)
    for each in names:
        if not isinstance(each, str) or not 1 <= len(each) <= LONGEST_NAME:
            msg = f"{name} are texts of 1 to {LONGEST_NAME} characters; {say(each)} is none."
            raise SessionError(msg)
        _unicode(name, each)
    if len(names) > MOST_NAMES:
        msg = f"{name}: at most {MOST_NAMES} fit on a screen, and these are {len(names)}."
        raise SessionError(msg)
    twice = [each for each in dict.fromkeys(names) if names.count(each) > 1]
    if twice:
        msg = f"{name}: {twice[0]!r} is there twice."
        raise SessionError(msg)
    return names


def _read_phrases(name: str, value: Any) -> list[str]:
    return list(_read_names(name, value))


def _unicode(name: str, text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        msg = f"{name}: the text holds half a character (a lone surrogate)."
        raise SessionError(msg) from None
    return text


_READERS: dict[str, Callable[[str, Any], Any]] = {
    "question": _read_line,
    "scale": _read_choice,
    "order": _read_choice,
    "seed": _read_seed,
    "criteria": _read_definitions,
    "criteria_required": _read_switch,
    "reasons": _read_phrases,
    "principles": _read_definitions,
    "flags": _read_flags,
    "note_required": _read_note_required,
    "guidelines": _read_guidelines,
    "repeat": _read_share,
    "too_fast": _read_choice,
    "pace": _read_switch,
    "reveal_models": _read_switch,
    "pause_after": _read_minutes,
    "stopping": _read_switch,
}
