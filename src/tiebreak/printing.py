"""Texts for people to read, made safe to print: nothing hidden, nothing that steers a terminal.

Names, ids, paths and columns are whatever a stranger made them.
"""

import unicodedata
import warnings

# Controls, formatting (bidi, zero width), lone surrogates, and separators that end a line.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


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


def warn(text: str, *, stacklevel: int) -> None:
    """Warn as ``warnings.warn`` does, in visible characters."""
    warnings.warn(visible(text), stacklevel=stacklevel + 1)  # noqa: TID251
