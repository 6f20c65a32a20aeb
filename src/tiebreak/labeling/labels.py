"""One annotator's live labels: label, undo, next over a journal. Safe to use from any thread."""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from itertools import islice
from typing import NamedTuple
from weakref import WeakValueDictionary

from tiebreak.errors import LabelError, SessionError
from tiebreak.labeling.showing import Slots
from tiebreak.records.label import (
    Event,
    Header,
    Label,
    Side,
    Undo,
    check_label,
    new_id,
    now,
    slot_of,
    to_line,
)
from tiebreak.records.pair import Pair
from tiebreak.store.base import Journal, Store


class Standing(NamedTuple):
    """How far an annotator is, in slots: second showings count as pairs of their own.

    ``labeled`` are the preferences, ties and both-bads; ``upcoming`` is what is still to be
    shown, which may count skipped pairs too. It does not tell a from b.
    """

    total: int
    labeled: int
    ties: int
    both_bad: int
    skipped: int
    upcoming: int


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


Listener = Callable[[Event, Label], None]


class Labels:
    """The labels of one annotator over the pairs of one session, as they are made.

    Use :func:`open_labels`: a journal open twice in a process is one object.

    Args:
        journal: where events go, or None to read only.
        events: what the journal holds so far.
        opening: the call that opens the session, for messages.

    """

    def __init__(self, journal: Journal | None, events: Sequence[Event], opening: str) -> None:
        self._journal = journal
        self._opening = opening
        self._folded = Folded(events)
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []
        self._closed = False
        self.shuffle = ""
        self._pairs: dict[str, Pair] = {}
        self._slots = Slots([], {})
        self._a_left: list[bool] = []
        self._position: dict[str, int] = {}
        self._names: Mapping[str, str] = {}
        self._named: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        # Every position before the cursor has a label.
        self._cursor = 0
        self._returning: dict[str, int] = {}

    # -- what is there

    @property
    def read_only(self) -> bool:
        """Whether nothing can be recorded."""
        return self._journal is None

    @property
    def pairs(self) -> Mapping[str, Pair]:
        """Every pair of the session by its id, also those added since it was first opened."""
        return self._pairs

    def __contains__(self, slot: str) -> bool:
        """Tell whether there is a slot of this id."""
        return slot in self._position

    def pair(self, slot: str) -> Pair:
        """Give the pair that a slot shows."""
        return self._pairs[self._slots.second.get(slot, slot)]

    def is_second(self, slot: str) -> bool:
        """Tell whether a slot is a pair's second showing."""
        return slot in self._slots.second

    def name_shown(self, slot: str) -> str:
        """Give the name by which the browser knows a slot."""
        return self._names.get(slot, slot)

    def slot_named(self, name: str) -> str:
        """Give the slot that the browser knows by a name; an unknown name stays as it is."""
        return self._named.get(name, name)

    def current(self) -> list[Label]:
        """Give each slot's current label, in the order in which they were made."""
        with self._lock:
            return self._folded.current()

    def label_of(self, slot: str) -> Label | None:
        """Give the label that stands for a slot."""
        return self._folded.live.get(slot)

    def changes(self, label: Label) -> bool:
        """Tell whether a label that is not undone replaced another, other than a skip."""
        with self._lock:
            return self._folded.changes(label)

    def standing(self) -> Standing:
        """Count what is labeled, skipped and still to come."""
        with self._lock:
            total, counts = len(self._position), self._counts
            skipped = counts["skip"]
            labeled = counts.total() - skipped
            fresh = total - labeled - skipped
            upcoming = fresh + len(self._returning)
            return Standing(total, labeled, counts["tie"], counts["both_bad"], skipped, upcoming)

    def shown_left(self, slot: str) -> Side:
        """Tell which response stands left in a slot for this annotator."""
        return "a" if self._a_left[self._position[slot]] else "b"

    def returning(self, slot: str) -> bool:
        """Tell whether a slot was skipped and is yet to be shown again."""
        return slot in self._returning

    def upcoming(self, have: Collection[str] = ()) -> Iterator[str]:
        """Give the slots still to be labeled, in order, without those in ``have``.

        First those with no label, then, once, those skipped.
        """
        with self._lock:
            live, order = self._folded.live, self._slots.order
            while self._cursor < len(order) and order[self._cursor] in live:
                self._cursor += 1
            start = self._cursor
            returning = sorted(self._returning, key=self._returning.__getitem__)
        for position in range(start, len(order)):
            slot = order[position]
            if slot not in live and slot not in have:
                yield slot
        for slot in returning:
            if slot in self._returning and slot not in have:
                yield slot

    def trail(self, count: int, before: str | None = None) -> list[Label]:
        """Give the last ``count`` labels that undo would take back, newest first.

        With ``before``, those made before that event; none if it does not stand.
        """
        with self._lock:
            newest_first = reversed(self._folded.trail.values())
            if before is not None and not any(label.id == before for label in newest_first):
                return []
            return list(islice(newest_first, count))

    # -- what changes it

    def record(self, event: Event) -> bool:
        """Write an event to disk, then take it in, and tell whether it was new.

        One that came before, or an undo of what is undone already, changes nothing.

        Raises:
            LabelError: it does not fit (unknown pair or event, a strength on a tie, text that is
                no Unicode); nothing was changed.
            JournalError: the disk did not take it; nothing was changed.
            SessionError: the session is closed or read-only.

        """
        with self._lock:
            journal = self._open_journal()
            if event.id in self._folded:
                return False
            about = self._check(event)
            if about is None:
                return False
            journal.append(event)
            self._take_in(event, slot_of(about))
            for listener in tuple(self._listeners):
                listener(event, about)
            return True

    def add(self, header: Header, labels: Sequence[Label]) -> None:
        """Take labels in that came with data, except those that were taken in before.

        Raises:
            JournalError: the disk did not take them, or they are of another source than the
                annotator's own; nothing was changed.
            SessionError: the session is closed or read-only.

        """
        with self._lock:
            journal = self._open_journal()
            journal.check_source(header)
            new = [label for label in labels if label.id not in self._folded]
            if new:
                journal.append(*new)
            for label in new:
                self._folded.apply(label)
            self._recount()

    def undo_last(self) -> Label | None:
        """Take the newest label back and give it; None if there is none.

        Raises:
            JournalError: the disk did not take it; nothing was changed.
            SessionError: the session is closed or read-only.

        """
        with self._lock:
            last = next(iter(self.trail(1)), None)
            if last is not None:
                self.record(Undo(new_id(), last.id, now()))
            return last

    def revisit_skipped(self) -> None:
        """Let everything skipped be shown once more."""
        with self._lock:
            for place, (slot, label) in enumerate(self._folded.live.items()):
                if label.preference == "skip" and slot in self._position:
                    self._returning.setdefault(slot, place)

    def set_pairs(
        self,
        pairs: Iterable[Pair],
        slots: Slots,
        a_left: list[bool],
        shuffle: str,
        names: Mapping[str, str],
    ) -> None:
        """Say which pairs there are, in which slots they are shown, and where a stands left.

        Args:
            pairs: all of the session's.
            slots: what is shown, in order.
            a_left: for each slot, whether response a stands left.
            shuffle: names what order and sides were made from: it differs where sides may.
            names: what the browser knows slots by, where that is not their own id.

        """
        with self._lock:
            self.shuffle = shuffle
            self._pairs.update((pair.id, pair) for pair in pairs)
            self._slots = slots
            self._a_left = a_left
            self._position = {slot: position for position, slot in enumerate(slots.order)}
            self._names = names
            self._named = {name: slot for slot, name in names.items()}
            self._recount()

    def listen(self, listener: Listener) -> None:
        """Call ``listener(event, label)`` after each event is on disk.

        ``label`` is the label itself, or the one that an undo took back.
        """
        with self._lock:
            self._listeners.append(listener)

    def unlisten(self, listener: Listener) -> None:
        """Stop calling a listener."""
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def close(self) -> None:
        """Release the journal. What was labeled can still be read."""
        with self._lock:
            self._closed = True
            if self._journal is not None:
                self._journal.close()

    def in_place(self) -> bool:
        """Tell whether the journal on disk is still the one that is open."""
        return not self._closed and self._journal is not None and self._journal.in_place()

    # -- inside

    def _open_journal(self) -> Journal:
        if self._journal is None:
            msg = "This session was opened with read_only=True; open it without, to label."
            raise SessionError(msg)
        if self._closed:
            msg = (
                f"This session was closed and its journal released. Open it again: {self._opening}"
            )
            raise SessionError(msg)
        return self._journal

    def _check(self, event: Event) -> Label | None:
        """Give the label an event is about, or None where there is nothing left to do."""
        try:
            event.at.astimezone(UTC)
        except OverflowError:
            msg = f"{event.at} is no time that a clock can show; set this computer's clock."
            raise LabelError(msg) from None
        try:
            to_line(event)
        except UnicodeEncodeError:
            about = f"Pair {event.pair!r}: a" if isinstance(event, Label) else "A"
            msg = f"{about} text holds half a character (a lone surrogate); write it again."
            raise LabelError(msg) from None
        if isinstance(event, Undo):
            if event.event in self._folded.trail:
                return self._folded.trail[event.event]
            if event.event in self._folded:
                return None
            msg = f"There is no label with the event id {event.event!r} to undo."
            raise LabelError(msg)
        if slot_of(event) not in self._position:
            msg = f"There is no pair with the id {event.pair!r} in this session; see session.pairs."
            raise LabelError(msg)
        if wrong := check_label(event):
            msg = f"Pair {event.pair!r}: {wrong}; leave it out."
            raise LabelError(msg)
        if event.edit is not None and event.preference not in ("a", "b"):
            msg = f"Pair {event.pair!r}: an edit improves the better answer, so prefer a or b."
            raise LabelError(msg)
        return event

    def _take_in(self, event: Event, slot: str) -> None:
        self._count(slot, -1)
        self._folded.apply(event)
        self._count(slot, +1)
        if slot not in self._position:
            return
        self._cursor = min(self._cursor, self._position[slot])
        if slot in self._folded.returning:
            self._returning[slot] = self._folded.returning[slot]
        else:
            self._returning.pop(slot, None)

    def _count(self, slot: str, step: int) -> None:
        label = self._folded.live.get(slot)
        if label is not None and slot in self._position:
            self._counts[label.preference] += step

    def _recount(self) -> None:
        folded, known = self._folded, self._position
        self._cursor = 0
        self._counts = Counter(
            label.preference for slot, label in folded.live.items() if slot in known
        )
        self._returning = {slot: place for slot, place in folded.returning.items() if slot in known}


_open: WeakValueDictionary[tuple[Hashable, str], Labels] = WeakValueDictionary()
_open_lock = threading.Lock()


def open_labels(store: Store, header: Header) -> Labels:
    """Open an annotator's journal for labeling, or give the labels already open in this process.

    A cell that is run again, and a session opened in two variables, so share one state. The
    journal stays held until :meth:`Labels.close`, or until nothing refers to the labels.

    Raises:
        JournalError: see :meth:`tiebreak.store.base.Store.open_journal`.

    """
    key = (store.key, header.annotator)
    with _open_lock:
        labels = _open.get(key)
        if labels is not None and labels.in_place():
            return labels
        if labels is not None:
            labels.close()
        labels = Labels(*store.open_journal(header), store.opening())
        _open[key] = labels
        return labels


def labels_open(store: Store, annotator: str) -> Labels | None:
    """Give the labels of an annotator that are open in this process, if they are."""
    with _open_lock:
        labels = _open.get((store.key, annotator))
        return labels if labels is not None and labels.in_place() else None


def read_labels(store: Store, annotator: str) -> Labels:
    """Read an annotator's journal, or none yet, without holding it."""
    return Labels(None, store.read_journal(annotator).events, store.opening())
