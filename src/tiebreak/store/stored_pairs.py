"""Pairs as they are stored, a line of JSON each, checked as what a user gives is checked."""

from pathlib import Path
from typing import Any, Literal

import msgspec

from tiebreak.errors import SessionError
from tiebreak.records.pair import LONGEST_ID, Pair
from tiebreak.records.text import ROLES, parts_of
from tiebreak.store.lines import decode_lines

# Bytes of all of them.
LARGEST_PAIRS = 4_000_000_000


class _Message(msgspec.Struct):
    role: Literal[ROLES]  # type: ignore[valid-type]
    content: str | list[dict[str, Any]] | None


_decoder = msgspec.json.Decoder(Pair)


def parse_pairs(data: bytes, path: Path) -> tuple[list[Pair], bytes]:
    """Parse the bytes of pairs, and give a last line that a crash cut short apart, unread.

    Raises:
        SessionError: a line is no pair; the message names file, line number and reason.

    """
    end = data.rfind(b"\n") + 1
    pairs: list[Pair] = []
    types: set[type] = set()
    for some in decode_lines(_decoder, data[:end], lambda n, _, why: _no_pair(path, n + 1, why)):
        pairs += some
        types.update([type(text) for pair in some for text in (pair.prompt, pair.a, pair.b)])
    ids = {pair.id for pair in pairs}
    lengths = set(map(len, ids))
    # Almost all pairs are of strings, which nothing can be wrong with.
    if not types <= {str} or not lengths <= _LENGTHS:
        _check_all(pairs, path)
    if len(ids) < len(pairs):
        _refuse_twice(pairs, path)
    return pairs, data[end:]


_LENGTHS = frozenset(range(1, LONGEST_ID + 1))


def _check_all(pairs: list[Pair], path: Path) -> None:
    for number, pair in enumerate(pairs, 1):
        try:
            _check(pair)
        except (msgspec.ValidationError, SessionError, RecursionError) as error:
            raise _no_pair(path, number, error) from None


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
