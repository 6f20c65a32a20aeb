"""Strangers' words in Markdown: read as words, never as headings, links, images or HTML.

A code span or block is the one place in which no reader of Markdown finds markup or links, not even
in bare addresses; a backslash before each odd character would not keep those from being links.
"""

import re
from itertools import groupby

from tiebreak.wording import visible

# A word that means nothing in Markdown: addresses and emojis need a ":", an "@" or "www.".
_ORDINARY = re.compile(
    r"(?!.*www\.)(?:[^_:`*\\\[\]<>&#|~$@{}^]|(?<=[^\W_])_(?=[^\W_])|:(?![^\W\d]|/))+", re.IGNORECASE
)
_CODE = re.compile(r"`[^`|]+`[.,:;]?")
_STARTS_A_BLOCK = re.compile(r"[-+=]+|\d+[.)]")
_BACKTICKS = re.compile(r"`+")


def prose(text: str) -> str:
    """Write a text in a line; what could be markup in it stands in code spans."""
    words = [(word, _is_ordinary(word, place)) for place, word in enumerate(visible(text).split())]
    runs = ((plain, [word for word, _ in run]) for plain, run in groupby(words, lambda w: w[1]))
    return " ".join(" ".join(run) if plain else code(" ".join(run)) for plain, run in runs)


def _is_ordinary(word: str, place: int) -> bool:
    if place == 0 and _STARTS_A_BLOCK.fullmatch(word):
        return False
    return bool(_ORDINARY.fullmatch(word) or _CODE.fullmatch(word))


def code(text: str) -> str:
    r"""Write a text as a code span; a bar, which could end a table's cell, becomes ``\x7c``."""
    text = " ".join(visible(text).split()).replace("|", r"\x7c")
    if not text:
        return ""
    ticks = "`" * (_longest_run(text) + 1)
    space = " " * (text[0] == "`" or text[-1] == "`")
    return f"{ticks}{space}{text}{space}{ticks}"


def block(text: str, language: str = "") -> str:
    """Write lines as a block of code."""
    fence = "`" * max(3, _longest_run(text) + 1)
    lines = "\n".join(map(visible, text.splitlines()))
    return f"{fence}{language}\n{lines}\n{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, _BACKTICKS.findall(text)), default=0)
