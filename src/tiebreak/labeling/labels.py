"""One annotator's live labels: label, undo, next over a journal. Safe to use from any thread."""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC
from itertools import islice

import msgspec

from tiebreak.errors import LabelError, SessionError
from tiebreak.labeling.folded import Folded, that_say_more
from tiebreak.labeling.showing import NOTHING, Showing
from tiebreak.records.label import (
    Block,
    Event,
    Header,
    Label,
    Undo,
    check_label,
    is_imported_id,
    new_id,
    now,
    slot_of,
    to_line,
)
from tiebreak.store.base import Journal


class Standing(msgspec.Struct, frozen=True):
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


Listener = Callable[[Event, Label], None]


class Labels:
    """The labels of one annotator over the pairs of one session, as they are made.

    Use :func:`tiebreak.labeling.held.open_labels`: a journal open twice in a process is one object.

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
        self._showing = NOTHING
        self._counts: Counter[str] = Counter()
        # Every position before the cursor has a label.
        self._cursor = 0
        self._returning: dict[str, int] = {}
        # The labels to be looked at anew, by slot; a slot with another label is done with.
        self._queued: dict[str, str] = {}

    # -- what is there

    @property
    def read_only(self) -> bool:
        """Whether nothing can be recorded."""
        return self._journal is None

    @property
    def showing(self) -> Showing:
        """What is shown: also pairs added since the session was first opened."""
        return self._showing

    def event_named(self, name: str) -> str:
        """Give the id of the event that the browser knows by a name, or an empty text.

        It is looked for from the newest on, where undo and the history find it at once.
        """
        with self._lock:
            if name in self._folded:
                return "" if is_imported_id(name) else name
            imported = filter(is_imported_id, self._folded.newest_first())
            return next((each for each in imported if self._showing.event_name(each) == name), "")

    def current(self) -> list[Label]:
        """Give each slot's current label, in the order in which they were made."""
        with self._lock:
            return self._folded.current()

    def imported_alone(self) -> int:
        """Count the labels that stand, if all of them came with data; none, if any did not."""
        live = self._folded.live
        return len(live) if all(is_imported_id(label.id) for label in live.values()) else 0

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
            total, counts = len(self._showing.place), self._counts
            skipped = counts["skip"]
            labeled = counts.total() - skipped
            fresh = total - labeled - skipped
            upcoming = fresh + len(self._returning) + len(self._waiting())
            return Standing(total, labeled, counts["tie"], counts["both_bad"], skipped, upcoming)

    def returning(self, slot: str) -> bool:
        """Tell whether a slot was skipped and is yet to be shown again."""
        return slot in self._returning

    def queued(self, slot: str) -> bool:
        """Tell whether a slot's label is to be looked at anew."""
        stands = self._folded.live.get(slot)
        return stands is not None and self._queued.get(slot) == stands.id

    def upcoming(self, have: Collection[str] = ()) -> Iterator[str]:
        """Give the slots still to be labeled, in order, without those in ``have``.

        First those whose labels are to be looked at anew, then those with no label, then, once,
        those skipped.
        """
        with self._lock:
            live, order = self._folded.live, self._showing.order
            while self._cursor < len(order) and order[self._cursor] in live:
                self._cursor += 1
            start = self._cursor
            returning = sorted(self._returning, key=self._returning.__getitem__)
            queued = self._waiting()
        for slot in queued:
            if self.queued(slot) and slot not in have:
                yield slot
        agenda = self._showing.agenda
        in_order = (order[position] for position in range(start, len(order)))
        for slot in in_order if agenda is None else agenda.coming(live):
            if slot not in live and slot not in have:
                yield slot
        if agenda is not None and not agenda.ended(live):
            return
        for slot in returning:
            if slot in self._returning and slot not in have:
                yield slot

    def drawn(self, slot: str) -> tuple[Block | None, float | None]:
        """Give the block that a slot was drawn in, and how probable that was; None of no such.

        A label that is changed, maybe in another sitting, keeps what its pair came by.
        """
        standing = self._folded.live.get(slot)
        if standing is not None and standing.shown_by is not None:
            return standing.shown_by, standing.shown_chance
        agenda = self._showing.agenda
        return (None, None) if agenda is None else agenda.drawn(slot)

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
            new = that_say_more(new, self._folded.live)
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
                if label.preference == "skip" and slot in self._showing.place:
                    self._returning.setdefault(slot, place)

    def queue(self, labels: Iterable[Label]) -> int:
        """Let the slots of these labels be shown anew before all others, and count them.

        They take the place of those queued before. Skips are left out: they have a way back.
        """
        with self._lock:
            self._open_journal()
            self._queued = {
                slot_of(label): label.id for label in labels if label.preference != "skip"
            }
            return len(self._waiting())

    def show(self, showing: Showing) -> None:
        """Say what is shown from now on."""
        with self._lock:
            self._showing = showing
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

    def _waiting(self) -> list[str]:
        return [slot for slot in self._queued if slot in self._showing and self.queued(slot)]

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
        """Give the label an event is about, or None where there is nothing left to do.

        What is wrong is said without the pair's id, which a browser is not to learn.
        """
        try:
            event.at.astimezone(UTC)
        except OverflowError:
            msg = f"{event.at} is no time that a clock can show; set this computer's clock."
            raise LabelError(msg) from None
        try:
            to_line(event)
        except UnicodeEncodeError:
            msg = "a text holds half a character (a lone surrogate); write it again."
            raise LabelError(msg) from None
        if isinstance(event, Undo):
            if event.event in self._folded.trail:
                return self._folded.trail[event.event]
            if event.event in self._folded:
                return None
            msg = "the label to undo is not among those that were made."
            raise LabelError(msg)
        if slot_of(event) not in self._showing.place:
            msg = "this session has no such pair; see session.pairs."
            raise LabelError(msg)
        if wrong := check_label(event):
            msg = f"{wrong}; leave it out."
            raise LabelError(msg)
        return event

    def _take_in(self, event: Event, slot: str) -> None:
        self._count(slot, -1)
        self._folded.apply(event)
        self._count(slot, +1)
        if slot not in self._showing.place:
            return
        self._cursor = min(self._cursor, self._showing.place[slot])
        if slot in self._folded.returning:
            self._returning[slot] = self._folded.returning[slot]
        else:
            self._returning.pop(slot, None)

    def _count(self, slot: str, step: int) -> None:
        label = self._folded.live.get(slot)
        if label is not None and slot in self._showing.place:
            self._counts[label.preference] += step

    def _recount(self) -> None:
        folded, known = self._folded, self._showing.place
        self._cursor = 0
        self._counts = Counter(
            label.preference for slot, label in folded.live.items() if slot in known
        )
        self._returning = {slot: place for slot, place in folded.returning.items() if slot in known}
