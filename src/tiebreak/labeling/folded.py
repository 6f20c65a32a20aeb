"""What a journal amounts to: which label stands, and what an undo would bring back."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from tiebreak.records.label import Event, Label, Said, slot_of
from tiebreak.wording import tell

# How and when it was said, which a tool that labels went through tells of itself.
_NOT_SAID = frozenset({"shown_left", "seconds", "guideline", "shown_by", "shown_chance"})
_SAID = tuple(name for name in Said.__struct_fields__ if name not in _NOT_SAID)


def that_say_more(labels: Iterable[Label], live: Mapping[str, Label]) -> list[Label]:
    """Give those of the labels that say more than what stands, each in its turn.

    How many others there are is told. An annotation tool gives a label back with less than it had:
    taken for a new one, that would stand in the place of the whole one.
    """
    standing = dict(live)
    found = []
    less = 0
    for label in labels:
        there = standing.get(slot_of(label))
        if there is None or _says_more(label, there):
            found.append(label)
            standing[slot_of(label)] = label
        else:
            less += 1
    if less == 1:
        tell("1 label that came along says no more than the one there, which stays.")
    elif less:
        tell(f"{less} labels that came along say no more than the ones there, which stay.")
    return found


def _says_more(label: Label, there: Label) -> bool:
    return label.preference != there.preference or any(
        getattr(label, name) not in (None, getattr(there, name)) for name in _SAID
    )


class Folded:
    """What a sequence of events amounts to: the newest label of a slot that is not undone.

    Newest means last in the journal; clocks may go backwards. An event whose id came before
    counts once.

    Attributes:
        live: the label that stands, by slot.
        trail: every label that is not undone, by event id, oldest first.
        returning: the slots to be shown once more, with their places among these: those skipped
            once come in turn, and one where an undo brought a skip back comes first of all.

    """

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.live: dict[str, Label] = {}
        self.trail: dict[str, Label] = {}
        self.returning: dict[str, int] = {}
        self._older: dict[str, list[Label]] = {}
        self._seen: set[str] = set()
        for event in events:
            self.apply(event)

    def __contains__(self, event_id: str) -> bool:
        """Tell whether an event of this id was taken in."""
        return event_id in self._seen

    def newest_first(self) -> Iterator[str]:
        """Give the id of every event taken in: those that stand from the newest on, then all."""
        return chain(reversed(self.trail), self._seen)

    def apply(self, event: Event) -> None:
        """Take an event in."""
        if event.id in self._seen:
            return
        self._seen.add(event.id)
        if isinstance(event, Label):
            slot = slot_of(event)
            before = self.live.get(slot)
            if before is not None:
                self._older.setdefault(slot, []).append(before)
                self.returning.pop(slot, None)
            self.live[slot] = self.trail[event.id] = event
            if event.preference == "skip" and (before is None or before.preference != "skip"):
                self.returning[slot] = len(self._seen)
            return
        undone = self.trail.pop(event.event, None)
        if undone is not None:
            self._take_back(slot_of(undone), undone)

    def current(self) -> list[Label]:
        """Give each slot's label that stands, in the order in which they were made."""
        standing = set(map(id, self.live.values()))
        return [label for label in self.trail.values() if id(label) in standing]

    def changes(self, label: Label) -> bool:
        """Tell whether a label that is not undone replaced another, other than a skip."""
        older = self._older.get(slot_of(label))
        if older is None:
            return False
        row = [*older, self.live[slot_of(label)]]
        place = next(place for place, each in enumerate(row) if each is label)
        return place > 0 and row[place - 1].preference != "skip"

    def _take_back(self, slot: str, undone: Label) -> None:
        older = self._older.get(slot, [])
        if self.live[slot] is not undone:
            older[:] = (label for label in older if label is not undone)
        elif older:
            self.live[slot] = older.pop()
        else:
            del self.live[slot]
        if not older:
            self._older.pop(slot, None)
        self.returning.pop(slot, None)
        newest = self.live.get(slot)
        if newest is not None and newest.preference == "skip":
            self.returning[slot] = -len(self._seen)
