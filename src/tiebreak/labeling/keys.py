"""Which keys a person wants for what.

The table of actions and their usual keys is ``keys.json``, which the browser reads, too.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from tiebreak.errors import SessionError
from tiebreak.records.settings import Scale
from tiebreak.wording import nearest, say

_TABLE = Path(__file__).with_name("keys.json")

_RESERVED = {
    "Escape": "it gives the keys back to the notebook",
    "Tab": "it moves the focus",
    "Enter": "it presses the button that has the focus",
    " ": "it turns the pages",
}
# As ``KeyboardEvent.key`` names them.
_NAMED = (
    *("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"),
    *("Backspace", "Delete", "Insert", *(f"F{number}" for number in range(1, 13))),
)
# As a person may write them, the way the screen shows them included.
_SPELLINGS = {name.lower(): name for name in (*_NAMED, *_RESERVED)} | {
    **dict.fromkeys(("space", "spacebar"), " "),
    "esc": "Escape",
    "return": "Enter",
    "←": "ArrowLeft",
    "→": "ArrowRight",
    "↑": "ArrowUp",
    "↓": "ArrowDown",
    "⌫": "Backspace",
    "pgup": "PageUp",
    "pgdn": "PageDown",
}
_CHOICES = (
    *("left", "left_3", "left_2", "left_1", "tie", "right_1", "right_2", "right_3", "right"),
    *("both_bad", "skip"),
)


class Action(msgspec.Struct, frozen=True):
    """Something that a key does, and the keys for it on either scale; none where it is not there.

    The browser reads more of the table than this.
    """

    action: str
    name: str
    simple: list[str]
    graded: list[str]


def actions() -> list[Action]:
    """Give everything that has a key."""
    return msgspec.json.decode(_TABLE.read_bytes(), type=list[Action])


def read_keys(asked: Any, scale: Scale) -> dict[str, list[str]]:
    """Check which keys someone wants, and give them as lists of keys by action.

    Args:
        asked: a key or a list of keys by action. A key is one character, or is named as the
            browser names it (``"ArrowUp"``, ``"F2"``).
        scale: the scale that they are for; an action that is not on it is not looked at further.

    Raises:
        SessionError: an action or key is not known, a key is kept for something else, or two
            actions have one key.

    """
    table = {action.action: action for action in actions()}
    if not isinstance(asked, Mapping):
        msg = f"keys is a dict from action to key, such as {{'note': 'm'}}, not {say(asked)}."
        raise SessionError(msg)
    wanted: dict[str, list[str]] = {}
    for action, given in asked.items():
        if action not in table:
            msg = f"keys: there is no action {action!r}{nearest(action, table)}"
            raise SessionError(msg)
        several = given if isinstance(given, list | tuple) else [given]
        if not several:
            msg = f"keys: {action!r} has no key; give it one, or leave it out for the usual ones."
            raise SessionError(msg)
        wanted[action] = list(dict.fromkeys(_read_key(table[action], key) for key in several))
    _refuse_conflicts(wanted, {name: getattr(action, scale) for name, action in table.items()})
    return wanted


def _read_key(wanted: Action, given: Any) -> str:
    action = wanted.action
    key = _SPELLINGS.get(given.lower(), given) if isinstance(given, str) else None
    if key in (*wanted.simple, *wanted.graded):
        return key
    if key in _RESERVED:
        msg = f"keys: {given!r} cannot be the key of {action!r}, because {_RESERVED[key]}."
        raise SessionError(msg)
    if key is None or (len(key) != 1 and key not in _NAMED) or not key.isprintable():
        hint = nearest(key, _NAMED) if key else "."
        msg = f"keys: {given!r} of {action!r} is not one character, nor the name of a key{hint}"
        raise SessionError(msg)
    if key.isdigit() and action not in _CHOICES:
        msg = f"keys: the digits are for choices, so {key!r} cannot be the key of {action!r}."
        raise SessionError(msg)
    return key.lower() if len(key) == 1 else key


def _refuse_conflicts(wanted: dict[str, list[str]], usual: dict[str, list[str]]) -> None:
    there = [name for name, keys in usual.items() if keys]
    taken = {key: name for name in there if name not in wanted for key in usual[name]}
    for action in (name for name in there if name in wanted):
        for key in wanted[action]:
            other = taken.setdefault(key, action)
            if other != action:
                msg = (
                    f"keys: {key!r} cannot be the key of both {action!r} and {other!r}; give "
                    f"{other!r} another one, too."
                )
                raise SessionError(msg)
