"""Which pair comes next, and which response stands left.

Both are pure functions of the session's seed and the pairs, so a resume gives the same again on
any machine and Python version. They hash rather than shuffle because the algorithm behind
``random.shuffle`` is not promised to stay.

Pairs added later come after those there before (each *batch* is ordered within itself), so a
position, once given, never changes, and neither does the side that hangs on it.
"""

from collections.abc import Sequence
from hashlib import blake2b
from itertools import islice
from typing import Literal

Order = Literal["random", "given"]

_BITS_A_HASH = 512


def show_order(ids: Sequence[str], batches: Sequence[int], seed: int, order: Order) -> list[str]:
    """Give the ids in the order in which every annotator of the session meets them.

    The order is the session's, not the annotator's: raters who stop half-way have then labeled
    the same pairs, which is what agreement is computed on.

    Args:
        ids: all pair ids, in the order in which they were added.
        batches: how many pairs came with each addition; sums to ``len(ids)``.
        seed: the session's seed.
        order: ``"given"`` keeps the order of addition.

    """
    if order == "given":
        return list(ids)
    key = seed.to_bytes(16, "big", signed=True)
    shown: list[str] = []
    rest = iter(ids)
    for size in batches:
        shown += sorted(
            islice(rest, size),
            key=lambda pair: (blake2b(pair.encode(), digest_size=8, key=key).digest(), pair),
        )
    return shown


def a_stands_left(count: int, seed: int, annotator: str) -> list[bool]:
    """Tell for each position in the order shown whether response a stands left.

    Positions are taken two by two; of each two, one has a on the left, by a coin of this
    annotator's: over any number of pairs from the start, the sides are balanced within one.
    """
    key = seed.to_bytes(16, "big", signed=True)
    sides: list[bool] = []
    block = 0
    while len(sides) < count:
        digest = blake2b(f"{block}/{annotator}".encode(), key=key).digest()
        coins = int.from_bytes(digest, "big")
        for bit in range(_BITS_A_HASH):
            heads = bool(coins >> bit & 1)
            sides += (heads, not heads)
        block += 1
    return sides[:count]
