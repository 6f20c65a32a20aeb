"""Which pairs the browser is sent ahead, by what they weigh; and which images they refer to."""

from collections.abc import Collection, Iterator
from itertools import islice

from tiebreak.labeling.labels import Labels
from tiebreak.records.pair import Text
from tiebreak.store.media import names_in

# The deck is as large as a browser holds without notice, and enough for some minutes of the
# fastest labeling while the kernel is busy.
DECK_WEIGHT = 4_000_000
DECK_PAIRS = 500
FIRST_MESSAGE_WEIGHT = 100_000
MESSAGE_WEIGHT = 1_000_000


class Deck:
    """The pairs to come, in messages of a weight that does not hold up the others."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._image_names: set[str] = set()
        self._searched = 0

    def first(self) -> list[str]:
        """Give the slots that a front end begins with."""
        upcoming = islice(self._labels.upcoming(), DECK_PAIRS)
        return list(self._within(upcoming, FIRST_MESSAGE_WEIGHT))

    def refill(self, held: Collection[str]) -> Iterator[tuple[list[str], bool]]:
        """Give the slots that fit beside those held, a message's at a time; and if more follow."""
        room = DECK_WEIGHT - sum(self._weight(slot) for slot in held if slot in self._labels)
        places = DECK_PAIRS - len(held) if room > 0 else 0
        upcoming = islice(self._labels.upcoming(held), max(places, 0))
        batch: list[str] = []
        weight = 0
        for slot in self._within(upcoming, room):
            batch.append(slot)
            weight += self._weight(slot)
            if weight > MESSAGE_WEIGHT:
                yield batch, True
                batch, weight = [], 0
        yield batch, False

    def has_image(self, name: str) -> bool:
        """Tell whether any pair of the session refers to an image."""
        if self._searched < len(self._labels.pairs):  # pairs are only ever added
            pairs = tuple(self._labels.pairs.values())
            texts = (text for pair in pairs for text in (pair.prompt, pair.a, pair.b))
            self._image_names.update(found for text in texts for found in names_in(text))
            self._searched = len(pairs)
        return name in self._image_names

    def _within(self, slots: Iterator[str], weight: int) -> Iterator[str]:
        """Give slots until they weigh enough, but at least one."""
        for slot in slots:
            yield slot
            weight -= self._weight(slot)
            if weight <= 0:
                return

    def _weight(self, slot: str) -> int:
        found = self._labels.pair(slot)
        return _length(found.prompt) + _length(found.a) + _length(found.b)


def _length(text: Text) -> int:
    if isinstance(text, str):
        return len(text)
    return sum(len(str(value)) for message in text for value in message.values())
