"""Lines of JSON, decoded many at once; where that fails, the line is found that is broken."""

import contextlib
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

T = TypeVar("T")
NOT_DECODED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
# Bytes: what was just decoded is then still in the processor's cache for whoever looks at it.
_BLOCK = 1 << 17


def decode_lines(
    decoder: msgspec.json.Decoder[T],
    data: bytes,
    tell: Callable[[int, bytes, Exception], Exception],
) -> Iterator[list[T]]:
    """Decode a value from each line of ``data``, all of which end, and give them in parts.

    ``tell`` makes an error of the number of a line, from 0, the line, and what is wrong with it.
    """
    start = number = 0
    while start < len(data):
        end = data.find(b"\n", start + _BLOCK) + 1 or len(data)
        found = _decode(decoder, data[start:end], number, tell)
        yield found
        start, number = end, number + len(found)


def _decode(
    decoder: msgspec.json.Decoder[T],
    block: bytes,
    number: int,
    tell: Callable[[int, bytes, Exception], Exception],
) -> list[T]:
    with contextlib.suppress(*NOT_DECODED):
        found = decoder.decode_lines(block)
        if len(found) == block.count(b"\n"):  # or some are empty, or one goes on in the next
            return found
    found = []
    lines = block.split(b"\n")[:-1]
    try:
        found.extend(map(decoder.decode, lines))
    except NOT_DECODED as error:
        raise tell(number + len(found), lines[len(found)], error) from None
    return found
