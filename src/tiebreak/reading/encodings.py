"""Bytes as text: UTF-8, what has a mark of its own, and cp1252 where there is no doubt."""

import re
from typing import NamedTuple

from tiebreak.errors import PairsError
from tiebreak.reading.kinds import UTF8_MARK, wide_encoding

# What the languages of Western Europe write, in the bytes that cp1252 has for it.
_LETTERS = "äöüßéèêëàâáãåæçñíìîïóòôõøœúùûÿ" + "ÄÖÜÉÈÊËÀÂÁÃÅÆÇÑÍÌÎÏÓÒÔÕØŒÚÙÛŸ"
_SIGNS = "\xa0\xad“”„‘’‚‹›«»–—…•€£¥§°·×÷±²³¹¼½¾ªº¿¡™®©´¨µ†‡‰¢"  # noqa: RUF001
_KNOWN = frozenset(_LETTERS + _SIGNS)
_WITHIN_WORDS = "’‘´·\xad\xa0–—…/"  # noqa: RUF001
# Three of these in a row, or a sign amid a word, or a capital after a small letter: another code.
_ODD = re.compile(
    rf"[{_LETTERS}]{{3}}|[^\W\d_][^\x00-\x7f{_LETTERS}{_WITHIN_WORDS}][^\W\d_]"
    r"|[a-zß-ÿ][À-ÞŒŸ]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Two bytes or more that are a character of UTF-8: then so is the rest, and some of it is broken.
_IN_UTF8 = re.compile(
    rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


class Decoded(NamedTuple):
    """A text, and how it was read.

    Attributes:
        text: what is no UTF-8, and nothing else for certain, is in it as half characters
            (``surrogateescape``).
        encoding: what it was read in, where that is not UTF-8.
        marked: whether it began with the mark of UTF-8.
        broken: whether there are such half characters.

    """

    text: str
    encoding: str | None = None
    marked: bool = False
    broken: bool = False


def decode(data: bytes, name: str) -> Decoded:
    """Decode a file's bytes.

    Raises:
        PairsError: its mark promises what it is not in.

    """
    wide = wide_encoding(data)
    if wide is not None:
        try:
            return Decoded(data.decode(wide, "surrogatepass").removeprefix("\ufeff"), wide.upper())
        except UnicodeDecodeError as error:
            msg = f"{name} begins as {wide.upper()}, and is damaged or cut short: {error.reason}."
            raise PairsError(msg) from None
    marked = data.startswith(UTF8_MARK)
    data = data.removeprefix(UTF8_MARK)
    try:
        return Decoded(data.decode(), None, marked)
    except UnicodeDecodeError:
        western = None if marked else _as_western(data)
    if western is not None:
        return Decoded(western, "cp1252")
    return Decoded(data.decode("utf-8", "surrogateescape"), None, marked, broken=True)


def _as_western(data: bytes) -> str | None:
    """Decode as cp1252, where what comes out is what Western Europe writes."""
    if _IN_UTF8.search(data):
        return None
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    beyond = {char for char in set(text) if char > "\x7f"}
    if not beyond <= _KNOWN or _CONTROL.search(text) or _ODD.search(text):
        return None
    return text
