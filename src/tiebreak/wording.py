"""The grammar that messages share: guesses, choices and values cut short."""

import difflib
from collections.abc import Collection, Sequence
from typing import Any

_LONGEST_SHOWN = 60


def nearest(given: Any, known: Collection[str]) -> str:
    """Give the end of a sentence that names the nearest known word, or all of them."""
    found = difflib.get_close_matches(given, known, n=1) if isinstance(given, str) else []
    return f"; did you mean {found[0]!r}?" if found else f"; there are {', '.join(known)}."


def not_among(given: Any, known: Sequence[str], *also: str) -> str:
    """Give the end of a sentence that lists what something can be, and guesses what was meant."""
    *most, last = [*map(repr, known), *also]
    near = difflib.get_close_matches(given, known, n=1) if isinstance(given, str) else []
    guess = f" Did you mean {near[0]!r}?" if near else ""
    return f" is {', '.join(most)} or {last}, not {say(given)}.{guess}"


def say(value: Any) -> str:
    """Write a setting's value as a message shows it: a long one is cut short."""
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
