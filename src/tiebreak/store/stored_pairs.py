"""Pairs as they are stored, a line of JSON each, checked as what a user gives is checked."""

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from tiebreak.errors import SessionError
from tiebreak.records.pair import LONGEST_ID, ROLES, Pair
from tiebreak.store.media import NAME


class _Words(msgspec.Struct, tag="text", tag_field="type"):
    text: str


class _Image(msgspec.Struct, tag="image", tag_field="type"):
    image: Annotated[str, msgspec.Meta(pattern=rf"\A{NAME}\Z")]


class _Message(msgspec.Struct):
    role: Literal[ROLES]  # type: ignore[valid-type]
    content: str | list[_Words | _Image] | None


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
        raise _no_pair(path, len(pairs) + 1, error) from error
    for number, pair in enumerate(pairs, 1):
        try:
            _check(pair)
        except (msgspec.ValidationError, RecursionError) as error:
            raise _no_pair(path, number, error) from error
    return pairs, torn


def _check(pair: Pair) -> None:
    if not 1 <= len(pair.id) <= LONGEST_ID:
        msg = f"an id of {len(pair.id)} characters, where 1 to {LONGEST_ID} are allowed"
        raise msgspec.ValidationError(msg)
    if type(pair.prompt) is type(pair.a) is type(pair.b) is str:
        return
    for text in (pair.prompt, pair.a, pair.b):
        if type(text) is not str:
            msgspec.convert(text, list[_Message])


def _no_pair(path: Path, number: int, error: Any) -> SessionError:
    return SessionError(
        f"{path}, line {number}: not a pair ({error}). Nothing was changed. "
        "Mend that line, or put a backup of the file back."
    )
