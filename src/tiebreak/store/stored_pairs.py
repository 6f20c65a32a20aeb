"""Pairs as they are stored, a line of JSON each, checked as what a user gives is checked."""

from pathlib import Path
from typing import Any, Literal

import msgspec

from tiebreak.errors import SessionError
from tiebreak.records.pair import LONGEST_ID, Pair
from tiebreak.records.text import ROLES, parts_of

# Bytes of all of them.
LARGEST_PAIRS = 4_000_000_000


class _Message(msgspec.Struct):
    role: Literal[ROLES]  # type: ignore[valid-type]
    content: str | list[dict[str, Any]] | None


_decode = msgspec.json.Decoder(Pair).decode


def parse_pairs(data: bytes, path: Path) -> tuple[list[Pair], bytes]:
    """Parse the bytes of pairs, and give a last line that a crash cut short apart, unread.

    Raises:
        SessionError: a line is no pair; the message names file, line number and reason.

    """
    *lines, torn = data.split(b"\n")
    pairs: list[Pair] = []
    try:
        pairs.extend(map(_decode, lines))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _no_pair(path, len(pairs) + 1, error) from None
    # Almost all pairs are of strings, which nothing can be wrong with.
    unlike = [
        number
        for number, pair in enumerate(pairs)
        if not type(pair.prompt) is type(pair.a) is type(pair.b) is str
        or not 1 <= len(pair.id) <= LONGEST_ID
    ]
    for number in unlike:
        try:
            _check(pairs[number])
        except (msgspec.ValidationError, SessionError, RecursionError) as error:
            raise _no_pair(path, number + 1, error) from None
    if len({pair.id for pair in pairs}) < len(pairs):
        _refuse_twice(pairs, path)
    return pairs, torn


def _check(pair: Pair) -> None:
    if not 1 <= len(pair.id) <= LONGEST_ID:
        msg = f"an id of {len(pair.id)} characters, where 1 to {LONGEST_ID} are allowed"
        raise msgspec.ValidationError(msg)
    for text in (pair.prompt, pair.a, pair.b):
        if type(text) is not str:
            msgspec.convert(text, list[_Message])
            for _ in parts_of(text):
                pass  # each is read, and so checked


def _refuse_twice(pairs: list[Pair], path: Path) -> None:
    first: dict[str, int] = {}
    for number, pair in enumerate(pairs, 1):
        if pair.id in first:
            raise _no_pair(path, number, f"its id is that of line {first[pair.id]}, too")
        first[pair.id] = number


def _no_pair(path: Path, number: int, error: Any) -> SessionError:
    return SessionError(
        f"{path}, line {number}: not a pair ({error}). Nothing was changed. "
        "Mend that line, or put a backup of the file back."
    )
