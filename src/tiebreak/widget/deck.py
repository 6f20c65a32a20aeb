"""Which pairs the browser is sent ahead, by what they weigh; and which media they refer to."""

from collections.abc import Collection, Iterator
from itertools import islice

from tiebreak.labeling.labels import Labels
from tiebreak.records.pair import texts_with_parts
from tiebreak.records.text import media_of, weight
from tiebreak.widget.votes import Votes

# The deck is as large as a browser holds without notice, and enough for some minutes of the
# fastest labeling while the kernel is busy.
DECK_WEIGHT = 4_000_000
DECK_PAIRS = 500
FIRST_MESSAGE_WEIGHT = 100_000
MESSAGE_WEIGHT = 1_000_000


class Deck:
    """The pairs to come, in messages of a weight that does not hold up the others."""

    def __init__(self, labels: Labels, votes: Votes | None) -> None:
        self._labels = labels
        self._votes = votes
        self._media: set[str] = set()
        self._searched = 0

    def first(self) -> list[str]:
        """Give the slots that a front end begins with."""
        upcoming = islice(self._labels.upcoming(), DECK_PAIRS)
        return [slot for slot, _ in self._within(upcoming, FIRST_MESSAGE_WEIGHT)]

    def refill(self, held: Collection[str], count: int) -> Iterator[tuple[list[str], bool]]:
        """Give the slots that fit beside those held, a message's at a time; and if more follow.

        ``count`` is how many the browser holds, those that are shown no more included.
        """
        room = DECK_WEIGHT - sum(map(self._weight, held))
        places = DECK_PAIRS - count if room > 0 else 0
        upcoming = islice(self._labels.upcoming(held), max(places, 0))
        batch: list[str] = []
        size = 0
        for slot, heavy in self._within(upcoming, room):
            batch.append(slot)
            size += heavy
            if size > MESSAGE_WEIGHT:
                yield batch, True
                batch, size = [], 0
        yield batch, False

    def has_media(self, name: str) -> bool:
        """Tell whether any pair of the session refers to a file of this name."""
        pairs = self._labels.showing.pairs
        if self._searched < len(pairs):  # pairs are only ever added
            texts = texts_with_parts(pairs.values())
            self._media.update(found.name for text in texts for found in media_of(text))
            self._searched = len(pairs)
        return name in self._media

    def _within(self, slots: Iterator[str], enough: int) -> Iterator[tuple[str, int]]:
        """Give slots with their weights until they weigh enough, but at least one."""
        for slot in slots:
            heavy = self._weight(slot)
            yield slot, heavy
            enough -= heavy
            if enough <= 0:
                return

    def _weight(self, slot: str) -> int:
        found = self._labels.showing.pair(slot)
        beside = 0 if self._votes is None else self._votes.weight(found.id)
        return weight(found.prompt) + weight(found.a) + weight(found.b) + beside
