"""Which pair comes next, and which response stands left.

Both are pure functions of the session's seed and the pairs, so a resume gives the same again on
any machine and Python version. They hash rather than shuffle because the algorithm behind
``random.shuffle`` is not promised to stay.

Pairs added later come after those there before (each *batch* is ordered within itself), so a
position, once given, never changes, and neither does the side that hangs on it.

What is shown is a row of *slots*. A pair's first showing is the slot of the pair's own id; its
hidden second showing has an id of its own.
"""

from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple

from tiebreak.records.label import second_slot
from tiebreak.records.settings import Order

# A pair is shown again when at least this many others were shown in between.
APART = 10

_BITS_A_HASH = 512


class Slots(NamedTuple):
    """What is shown, in order.

    Attributes:
        order: the ids of the slots.
        second: the pair's id by the slot, for the slots that show a pair a second time.

    """

    order: list[str]
    second: dict[str, str]


def show_slots(
    ids: Sequence[str],
    batches: Sequence[int],
    seed: int,
    order: Order,
    *,
    gold: Collection[str] = (),
    repeat: float = 0.0,
) -> Slots:
    """Give the slots in the order in which every annotator of the session meets them.

    Args:
        ids: all pair ids, in the order in which they were added.
        batches: how many pairs came with each addition; sums to ``len(ids)``.
        seed: the session's seed.
        order: of the pairs whose answer is not known, as in :func:`show_order`.
        gold: the ids among these with a known answer; they are spread evenly over their batch.
        repeat: the share of the others that is shown a second time, within their batch and at
            least :data:`APART` pairs later where it has so many.

    """
    if not gold and not repeat:
        return Slots(show_order(ids, batches, seed, order), {})
    slots = Slots([], {})
    rest = iter(ids)
    plain = 0
    for size in batches:
        batch = list(islice(rest, size))
        unknown = [pair for pair in batch if pair not in gold]
        known = [pair for pair in batch if pair in gold]
        shown = _spread_among(
            show_order(unknown, [len(unknown)], seed, order),
            show_order(known, [len(known)], seed, "random"),
            seed,
        )
        plain += len(unknown)
        # Counted over all batches, so that many small ones get their share, too.
        wanted = int(repeat * plain + 0.5) - len(slots.second)
        again = _pick_again(shown, wanted, gold, seed)
        slots.second.update((second_slot(pair), pair) for pair in again)
        slots.order.extend(_insert_again(shown, again, seed))
    return slots


def sides(slots: Slots, a_left: Iterable[bool]) -> list[bool]:
    """Tell for each slot whether response a stands left: on a second showing, the other way.

    ``a_left`` tells it for the first showings, in their order; see :func:`a_stands_left`.
    """
    if not slots.second:
        return list(a_left)
    firsts = iter(a_left)
    stands: dict[str, bool] = {}
    for slot in slots.order:
        pair = slots.second.get(slot)
        stands[slot] = next(firsts) if pair is None else not stands[pair]
    return list(stands.values())


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
    key = seed_key(seed)
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
    key = seed_key(seed)
    stands: list[bool] = []
    block = 0
    while len(stands) < count:
        digest = blake2b(f"{block}/{annotator}".encode(), key=key).digest()
        coins = int.from_bytes(digest, "big")
        for bit in range(_BITS_A_HASH):
            heads = bool(coins >> bit & 1)
            stands += (heads, not heads)
        block += 1
    return stands[:count]


def seed_key(seed: int) -> bytes:
    """Give the key of what hangs on the seed."""
    return seed.to_bytes(16, "big", signed=True)


def _draw(pair: str, seed: int, what: bytes) -> int:
    """Draw a number of 64 bits for a pair; another one for another purpose."""
    digest = blake2b(pair.encode(), digest_size=8, key=seed_key(seed), person=what).digest()
    return int.from_bytes(digest, "big")


def _spread_among(unknown: list[str], known: list[str], seed: int) -> list[str]:
    """Put a known pair into each of as many equal stretches as there are of them."""
    length = len(unknown) + len(known)
    ends = [length * number // max(len(known), 1) for number in range(len(known) + 1)]
    at: dict[int, str] = {}
    for pair, start, end in zip(known, ends, ends[1:], strict=False):
        at[start + _draw(pair, seed, b"gold") % (end - start)] = pair
    others = iter(unknown)
    return [at[place] if place in at else next(others) for place in range(length)]


def _pick_again(shown: list[str], wanted: int, gold: Collection[str], seed: int) -> list[str]:
    """Pick pairs to show again, in the order shown: those with room behind them first."""
    last = len(shown) - 1  # it would come again at once
    open_to = [n for n, pair in enumerate(shown) if pair not in gold and n < last]
    far = [n for n in open_to if n + APART <= last]
    far.sort(key=lambda n: _draw(shown[n], seed, b"again"))
    near = [n for n in open_to if n + APART > last]
    return [shown[n] for n in sorted([*far, *near][: max(wanted, 0)])]


def _insert_again(shown: list[str], again: list[str], seed: int) -> list[str]:
    """Put second showings among the first, each anywhere far enough behind its own."""
    place = {pair: number for number, pair in enumerate(shown)}
    before: dict[int, list[str]] = {}
    for pair in again:
        room = len(shown) - (place[pair] + 1 + APART)
        where = len(shown) - (_draw(pair, seed, b"where") % (room + 1) if room > 0 else 0)
        before.setdefault(where, []).append(second_slot(pair))
    mixed: list[str] = []
    for number, pair in enumerate(shown):
        mixed += before.get(number, ())
        mixed.append(pair)
    return mixed + before.get(len(shown), [])
