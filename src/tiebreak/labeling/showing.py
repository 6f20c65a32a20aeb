"""What one annotator is shown: slots in order, each with its pair, its sides and its name."""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from tiebreak.labeling.agenda import Agenda
from tiebreak.labeling.naming import Names, old_digest, old_names
from tiebreak.labeling.ordering import a_stands_left, seed_key, show_slots, sides
from tiebreak.records.label import Side
from tiebreak.records.pair import Pair
from tiebreak.records.settings import Settings


class Slot(NamedTuple):
    """A pair as it is shown in one place.

    Attributes:
        id: the slot's id.
        pair: the pair that it shows.
        left: the response that stands left.
        again: whether it is the pair's second showing.
        name: what the browser calls it.

    """

    id: str
    pair: Pair
    left: Side
    again: bool
    name: str


class Showing:
    """What one annotator is shown: the slots in order, each with its pair, its sides and its name.

    Args:
        pairs: all of the session's, in the order in which they were added.
        batches: how many came with each addition.
        settings: the session's.
        annotator: who labels.
        names: gives the names by which the browser knows what it is shown.
        only: the slots that are shown, as they would stand among all; None for all.

    Attributes:
        pairs: every pair by its id.
        order: the ids of the slots, in order.
        place: the number of each slot in that order.
        agenda: what comes next, where that hangs on what was decided; else the order itself.
        outbox: where the browser stores choices that are not acknowledged.
        gold_stands_out: whether there are gold pairs, and some pairs say who wrote them and some
            do not, so that showing it would tell which are gold.

    """

    def __init__(
        self,
        pairs: Iterable[Pair],
        batches: Sequence[int],
        settings: Settings,
        annotator: str,
        names: Names,
        *,
        only: Collection[str] | None = None,
    ) -> None:
        self.pairs = {pair.id: pair for pair in pairs}
        gold = {pair.id for pair in self.pairs.values() if pair.gold is not None}
        ids = list(self.pairs)
        seed = settings.seed
        slots = show_slots(ids, batches, seed, settings.order, gold=gold, repeat=settings.repeat)
        self.order, self._second = slots
        self._a_left = sides(slots, a_stands_left(len(ids), seed, annotator))
        if only is not None:
            self._a_left = [
                left for slot, left in zip(self.order, self._a_left, strict=True) if slot in only
            ]
            self.order = [slot for slot in self.order if slot in only]
        wanted = settings.order == "contested" and only is None
        self.agenda = (
            Agenda(self.pairs, self.order, self._second, seed, annotator) if wanted else None
        )
        self.place = {slot: place for place, slot in enumerate(self.order)}
        self.outbox = names.outbox
        told = {(p.model_a is None, p.model_b is None) for p in self.pairs.values()} if gold else ()
        self.gold_stands_out = len(told) > 1
        self._names = names
        # Names are hashes; most slots of a large session never need theirs in one opening.
        self._name_of: dict[str, str] = {}
        self._named: dict[str, str] = {}
        self._seed = seed
        self._hangs_on = _shuffle(settings, batches, ids, gold)

    def __contains__(self, slot: str) -> bool:
        """Tell whether there is a slot of this id."""
        return slot in self.place

    def slot(self, slot: str) -> Slot:
        """Give a slot by its id."""
        left: Side = "a" if self._a_left[self.place[slot]] else "b"
        return Slot(slot, self.pair(slot), left, self.is_again(slot), self.name(slot))

    def pair(self, slot: str) -> Pair:
        """Give the pair that a slot shows."""
        return self.pairs[self._second.get(slot, slot)]

    def is_again(self, slot: str) -> bool:
        """Tell whether a slot is its pair's second showing."""
        return slot in self._second

    def left(self, slot: str) -> Side | None:
        """Give the response that stands left in a slot; None for one that is not shown."""
        place = self.place.get(slot)
        return None if place is None else "a" if self._a_left[place] else "b"

    def name(self, slot: str) -> str:
        """Give the name of a slot, also of one that is not shown."""
        name = self._name_of.get(slot)
        if name is None:
            name = self._names.of_slot(slot)
            if slot in self.place:
                self._name_of[slot] = name
                self._named[name] = slot
        return name

    def named(self, name: str) -> str | None:
        """Give the id of the slot that the browser knows by a name."""
        if name not in self._named and len(self._named) < len(self.order):
            for slot in self.order:
                self.name(slot)
        return self._named.get(name)

    def named_by_old(self, name: str, shuffle: str | None) -> str | None:
        """Give the id of the slot that a browser knew by a name when 0.1 showed it.

        The shuffle that 0.1 sent along shows that it was 0.1 indeed that gave the name: whoever
        could try hashes of the texts as names would learn from the answer which response is a.
        """
        if not self._names.followed_others or shuffle != old_digest(self._hangs_on):
            return None
        slot = old_names(self.order, seed_key(self._seed)).get(name, name)
        return slot if slot in self.place else None

    @cached_property
    def shuffle(self) -> str:
        """Name what order and sides were made from: it differs where sides may."""
        return self._names.of_shuffle(self._hangs_on)

    def event_name(self, event_id: str) -> str:
        """Give the name of an event that the browser did not make."""
        return self._names.of_event(event_id)


def _shuffle(
    settings: Settings, batches: Sequence[int], ids: Sequence[str], gold: Collection[str]
) -> str:
    """Say what the sides hang on: until the first label more than the seed can be changed."""
    first = sum(batches[:1])
    mixed = f" {first}" if any(pair in gold for pair in ids[:first]) else ""
    again = f" {settings.repeat}" if settings.repeat else ""
    return f"{settings.seed} {settings.order}{again}{mixed}"


# What is shown before anything is.
NOTHING = Showing((), (), Settings("simple", "given", 0), "", Names("", "", ""))
