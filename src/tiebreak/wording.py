"""The grammar that messages share: guesses, choices, counts, and what is cut short."""

import difflib
from collections.abc import Callable, Collection, Sequence
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")

_LONGEST_SHOWN = 60
_MOST_NAMED = 10


def nearest(given: Any, known: Collection[str]) -> str:
    """Give the end of a sentence that names the nearest known word, or all of them."""
    found = difflib.get_close_matches(given, known, n=1) if isinstance(given, str) else []
    return f"; did you mean {found[0]!r}?" if found else f"; there are {', '.join(known)}."


def not_among(given: Any, known: Sequence[str], *also: str) -> str:
    """Give the end of a sentence that lists what something can be, and guesses what was meant."""
    *most, last = [*map(repr, known), *also]
    return f" is {', '.join(most)} or {last}, not {say(given)}.{guess(given, known)}"


def guess(given: Any, known: Sequence[str]) -> str:
    """Ask in a sentence whether the nearest known word was meant, if one is near."""
    near = difflib.get_close_matches(given, known, n=1) if isinstance(given, str) else []
    return f" Did you mean {near[0]!r}?" if near else ""


def count(number: int, word: str) -> str:
    """Say how many there are of something."""
    return f"{number} {word}{'s' * (number != 1)}"


def some(names: Collection[T], most: int = _MOST_NAMED, written: Callable[[T], str] = str) -> str:
    """Name the first of many, and say how many more there are."""
    more = f" and {len(names) - most} more" * (len(names) > most)
    return f"{', '.join(map(written, islice(names, most)))}{more}"


def say(value: Any) -> str:
    """Write a setting's value as a message shows it: a long one is cut short."""
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
