"""The grammar that messages share: guesses, choices, counts, values cut short, nothing hidden.

Names, ids, paths and columns are whatever a stranger made them.
"""

import builtins
import difflib
import sys
import unicodedata
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from pathlib import PurePath
from typing import Any, TextIO, TypeVar

T = TypeVar("T")

_LONGEST_SHOWN = 60
_MOST_NAMED = 10
# Controls, formatting (bidi, zero width), lone surrogates, and separators that end a line.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


_typed: ContextVar[bool] = ContextVar("typed", default=False)


@contextmanager
def on_the_command_line() -> Iterator[None]:
    """Have messages say what can be typed there, in place of what can be called in Python."""
    before = _typed.set(True)
    try:
        yield
    finally:
        _typed.reset(before)


def where_read(called: str, typed: str) -> str:
    """Give the first in Python, and the second on the command line."""
    return typed if _typed.get() else called


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
    if "\n" in text:  # a table
        return _a_kind(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def say_what(value: Any) -> str:
    """Write a value that is of the wrong kind: itself, where it is short, or else its kind."""
    if value is None or isinstance(value, str | int | float | PurePath):
        return say(str(value) if isinstance(value, PurePath) else value)
    return _a_kind(value)


def _a_kind(value: Any) -> str:
    kind = type(value).__name__
    return f"{'an' if kind[:1].lower() in 'aeio' else 'a'} {kind}"


def visible(text: str) -> str:
    r"""Write what has no look of its own as ``repr`` does: ``\x1b``, ``\u202e``, ``\udc80``.

    Newlines and tabs stay, and a backslash that is there already stays one.
    """
    if text.isprintable():
        return text
    return "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in _HIDDEN:
        return character
    return character.encode("unicode_escape").decode("ascii")


def show(result: object, file: TextIO | None = None) -> None:
    """Print, as nothing else here does, in characters that are visible and that the console has."""
    file = file or sys.stdout
    encoding = getattr(file, "encoding", None) or "utf-8"
    text = visible(str(result)).encode(encoding, "backslashreplace").decode(encoding)
    print(text, file=file)


def warn(text: str) -> None:
    """Warn as ``warnings.warn`` does, in visible characters, at the line of the user's own code."""
    frame, level = sys._getframe(), 1  # noqa: SLF001 - as pandas finds it
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == __package__:
        frame, level = frame.f_back, level + 1
    warnings.warn(visible(text), stacklevel=level)  # noqa: TID251


def tell(text: str) -> None:
    """Say something to whoever opened a session: in the cell's output, or else on stderr.

    What a script prints is its own.
    """
    in_notebook = hasattr(builtins, "__IPYTHON__")
    show(f"tiebreak: {text}", sys.stdout if in_notebook else sys.stderr)


def progress_bar(name: str, unit: str, *, total: int | None = None, rows: Any = None) -> Any:
    """Give a bar of tqdm, which shows itself where something takes over a second."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # in a notebook it calls itself experimental
        # Not needed to open a session; tqdm.auto brings asyncio, for four times the time.
        from tqdm.autonotebook import tqdm  # noqa: PLC0415
    return tqdm(rows, visible(name), total, unit=f" {unit}", delay=1, leave=False)
