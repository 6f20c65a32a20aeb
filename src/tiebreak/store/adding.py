"""What is added to a session's pairs: those that it does not hold, as far as there is room."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from tiebreak.errors import SessionError
from tiebreak.records.pair import Pair, describe_change
from tiebreak.store.stored_pairs import LARGEST_PAIRS
from tiebreak.wording import count, warn

_NAMED = 10


def new_among(given: Iterable[Pair], stored: Iterable[Pair]) -> list[Pair]:
    """Give those of the given pairs that are not stored yet, matched by id.

    Raises:
        SessionError: some differ from what is stored under the same id.

    """
    by_id = {pair.id: pair for pair in stored}
    new: list[Pair] = []
    changed: list[str] = []
    other_meta = 0
    for pair in given:
        there = by_id.get(pair.id)
        if there is None:
            new.append(pair)
        elif there is not pair and there != pair:
            what = describe_change(there, pair)
            if what:
                changed.append(f"{pair.id} ({what})")
            else:
                other_meta += 1
    if changed:
        more = f" and {len(changed) - _NAMED} more" * (len(changed) > _NAMED)
        msg = (
            f"{len(changed)} of these pairs differ from what the session holds under the same id: "
            f"{', '.join(changed[:_NAMED])}{more}. Labels were made on the stored texts, so they "
            "stay. Give changed pairs new ids, or start a new session. Nothing was changed."
        )
        raise SessionError(msg)
    if other_meta:
        warn(
            f"{count(other_meta, 'pair')} given with other values beside the texts (meta columns) "
            "than the session stored; the stored ones are kept. To use yours, join them to "
            "session.labels by the pair's id."
        )
    return new


def within(room: int, blocks: Iterable[bytes], path: Path) -> Iterator[bytes]:
    """Give blocks as long as they fit into what is read of a session's pairs.

    Raises:
        SessionError: they are more.

    """
    for block in blocks:
        room -= len(block)
        if room < 0:
            msg = (
                f"{path}: a session holds at most {LARGEST_PAIRS / 1e9:.0f} GB of pairs, and "
                "these are more. Nothing was added. Part them into several sessions."
            )
            raise SessionError(msg)
        yield block


def in_blocks(pairs: Iterable[Pair]) -> Iterator[bytes]:
    """Encode pairs as lines, in blocks of a megabyte, so that few calls write them."""
    encode_into = msgspec.json.Encoder().encode_into
    block = bytearray()
    for pair in pairs:
        encode_into(pair, block, -1)
        block += b"\n"
        if len(block) > 1_000_000:  # noqa: PLR2004
            yield bytes(block)
            block.clear()
    yield bytes(block)
