"""What comes next where pairs come first that the model is least sure of."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

from tiebreak.labeling.ordering import APART, seed_key
from tiebreak.records.label import SIDES, Block, Label
from tiebreak.records.pair import Pair

if TYPE_CHECKING:
    import numpy as np

    from tiebreak.stats.contested import Draw

# Few enough that the model follows, and many enough that the screen never waits.
BATCH = 24
# More are not looked at for one batch: the first in the order by chance stand for all.
POOL = 2_000


class Agenda:
    """Draws pairs in batches, by what the annotator has decided so far.

    Second showings come once enough was shown since the first; known answers are spread as far as
    the others have come. Sides and names hang on the session's own order and stay.

    Args:
        pairs: by id.
        order: all slots, in an order by chance.
        second: the pair's id, of slots that show a pair a second time.
        seed: the session's.
        annotator: who labels.

    """

    def __init__(
        self,
        pairs: Mapping[str, Pair],
        order: Sequence[str],
        second: Mapping[str, str],
        seed: int,
        annotator: str,
    ) -> None:
        self._pairs = pairs
        self._order = order
        self._second = second
        self._key = blake2b(annotator.encode(), key=seed_key(seed), person=b"agenda").digest()
        self._gold = [s for s in order if s not in second and pairs[s].gold is not None]
        known = set(self._gold)
        self._plain = [slot for slot in order if slot not in second and slot not in known]
        self._planned: dict[str, Draw | None] = {}
        self._differ: dict[str, np.ndarray] = {}

    def drawn(self, slot: str) -> tuple[Block | None, float | None]:
        """Give the block that a slot was drawn in, and how probable that was."""
        found = self._planned.get(slot)
        return (None, None) if found is None else (found.block, found.chance)

    def ended(self, live: Mapping[str, Label]) -> bool:
        """Tell whether all that is shown came up by now."""
        return all(slot in live or slot in self._planned for slot in self._order)

    def coming(self, live: Mapping[str, Label]) -> Iterator[str]:
        """Give the slots of this batch and the next that have no label, in order."""
        waiting = [slot for slot in self._planned if slot not in live]
        while len(waiting) < BATCH:
            more = self._plan(live)
            if not more:
                break
            waiting += more
        yield from waiting

    def _plan(self, live: Mapping[str, Label]) -> list[str]:
        import numpy as np  # noqa: PLC0415 - few sessions ask for it

        left = [s for s in self._plain if s not in live and s not in self._planned]
        generator = np.random.default_rng(
            int.from_bytes(
                blake2b(f"{len(live)}/{len(self._planned)}".encode(), key=self._key).digest()
            )
        )
        drawn = self._draw(left[:POOL], live, generator)
        batch: list[str] = [*drawn]
        for slot in self._due(live, last=not left):
            first = min(APART, len(batch))
            batch.insert(int(generator.integers(first, len(batch) + 1)), slot)
        self._planned.update((slot, drawn.get(slot)) for slot in batch)
        return batch

    def _draw(
        self, pool: list[str], live: Mapping[str, Label], generator: "np.random.Generator"
    ) -> "dict[str, Draw]":
        if not pool:
            return {}
        import numpy as np  # noqa: PLC0415 - few sessions ask for it

        from tiebreak.stats.contested import draw  # noqa: PLC0415

        plain = set(self._plain)
        decided = [s for s, each in live.items() if each.preference in SIDES and s in plain]
        won = np.array([1.0 if live[slot].preference == "a" else -1.0 for slot in decided])
        rows = [*pool, *decided]
        differ = self._differences(rows)
        found = draw(
            range(len(pool)),
            differ,
            range(len(pool), len(rows)),
            won,
            number=BATCH,
            generator=generator,
        )
        return {rows[each.pair]: each for each in found}

    def _differences(self, slots: Collection[str]) -> "np.ndarray":
        import numpy as np  # noqa: PLC0415 - few sessions ask for it

        from tiebreak.records.text import words_of  # noqa: PLC0415
        from tiebreak.stats.choices import tamed  # noqa: PLC0415
        from tiebreak.stats.features import measured  # noqa: PLC0415

        new = [slot for slot in slots if slot not in self._differ]
        answers: list[Callable[[Pair], str]] = [
            lambda pair: words_of(pair.a),
            lambda pair: words_of(pair.b),
        ]
        of_a, of_b = (measured(answer(self._pairs[slot]) for slot in new) for answer in answers)
        self._differ.update(zip(new, tamed(of_a - of_b), strict=True))
        return np.array([self._differ[slot] for slot in slots])

    def _due(self, live: Mapping[str, Label], *, last: bool) -> list[str]:
        """Give the second showings and known answers whose turn it is; at the end all."""
        again = [
            slot
            for slot, pair in self._second.items()
            if slot not in self._planned and slot not in live and (last or pair in live)
        ]
        planned = sum(slot in self._planned or slot in live for slot in self._plain) + BATCH
        share = 1.0 if last else min(1.0, planned / max(len(self._plain), 1))
        gold = self._gold[: round(share * len(self._gold))]
        return [*again, *(s for s in gold if s not in self._planned and s not in live)]
