"""How much a source may hold: bounds that only what is made to fill the memory goes over."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from tiebreak.errors import PairsError, TiebreakError

P = ParamSpec("P")
T = TypeVar("T")

MAX_COLUMNS = 10_000
MAX_BYTES = "TIEBREAK_MAX_BYTES"

_SAY_HOW = (
    f"say how many bytes it may have in the environment variable {MAX_BYTES}, such as "
    f"os.environ[{MAX_BYTES!r}] = '20_000_000_000'"
)

# Text is packed to a third of its size, and to a twentieth where it repeats itself. Any source may
# unpack to the first number of bytes, and none to more than the second that is not half as large.
_RATIO = 50
_ALWAYS = 64_000_000
_SELDOM = 4_000_000_000
# Of each mark that makes a value or a row of its own (a bracket, a tag, the end of a line), what
# Python takes for the smallest; text has far fewer than these for a byte that it is packed to.
_VALUE = 64
_DENSEST = 4


def most_bytes(packed: int | None) -> int:
    """Give how many bytes a source of so many may unpack to; None where nothing tells.

    Raises:
        PairsError: the environment variable that says so is no number.

    """
    said = os.environ.get(MAX_BYTES, "").strip()
    if not said:
        if packed is None:
            return _SELDOM
        return max(_ALWAYS, min(packed * _RATIO, _SELDOM), packed * 2)
    try:
        return int(said)
    except ValueError:
        msg = f"The environment variable {MAX_BYTES} is a number of bytes, not {said[:40]!r}."
        raise PairsError(msg) from None


def refuse_over(number: int, most: int, name: str) -> None:
    """Refuse a source that unpacks to more bytes than it may.

    Raises:
        PairsError: it does; the message says how to allow more.

    """
    if number > most:
        msg = (
            f"{name} unpacks to more than {most:,} bytes, which files made to fill the memory do. "
            f"If you trust it, {_SAY_HOW}"
        )
        raise PairsError(msg)


def refuse_values(number: int, packed: int, most: int, name: str) -> None:
    """Refuse a packed source of next to nothing but empty values, which take much once they are.

    Raises:
        PairsError: it is; the message says how to allow more.

    """
    may = max(packed * _DENSEST, most // _VALUE)
    if number > may:
        msg = (
            f"{name} unpacks to more than {may:,} values of next to nothing, which files made to "
            f"fill the memory do. If you trust it, {_SAY_HOW}"
        )
        raise PairsError(msg)


def refuse_columns(number: int, name: str, what: str = "columns") -> None:
    """Refuse a source with more columns than anybody can mean.

    Raises:
        PairsError: it has.

    """
    if number > MAX_COLUMNS:
        msg = (
            f"{name} has more than {MAX_COLUMNS:,} {what}. Keep those that are needed; what "
            "differs from row to row goes into one column that holds dicts or text."
        )
        raise PairsError(msg)


class Columns(dict[str, None]):
    """The columns of the rows gone by so far, in their order; too many are refused."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def take(self, row: Mapping[Any, Any]) -> None:
        """Note a row's columns."""
        if not row.keys() <= self.keys():
            self.update((key, None) for key in row if isinstance(key, str))
            refuse_columns(len(self), self.name)


@contextmanager
def telling_memory(family: type[TiebreakError]) -> Iterator[None]:
    """Turn running out of memory into an error of the family."""
    try:
        yield
    except MemoryError:
        msg = (
            "This is more than the memory of this machine holds. Nothing was changed. Give it in "
            "parts, or on a machine with more memory."
        )
        raise family(msg) from None


def within_memory(family: type[TiebreakError]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorate a function so that running out of memory is an error of the family."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def decorated(*args: P.args, **kwargs: P.kwargs) -> T:
            with telling_memory(family):
                return function(*args, **kwargs)

        return decorated

    return decorate
