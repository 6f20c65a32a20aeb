"""One annotator's live labels: label, undo, next over a journal. Safe to use from any thread."""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from weakref import WeakValueDictionary

from tiebreak.errors import LabelError, SessionError
from tiebreak.events import Event, Header, Label, Side, Undo, check_label, new_id, now, to_line
from tiebreak.journal import Journal, add_labels, check_source, open_journal, read_journal
from tiebreak.pairs import Pair


class Standing(NamedTuple):
    """How far an annotator is, in pairs.

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
    """What a sequence of events amounts to: the newest label of a pair that is not undone.

    Newest means last in the journal; clocks may go backwards. An event whose id came before
    counts once.
    """

    def __init__(self, events: Sequence[Event] = ()) -> None:
        self.live: dict[str, Label] = {}
        self.trail: dict[str, Label] = {}
        self._older: dict[str, list[Label]] = {}
        self._seen: set[str] = set()
        for event in events:
            self.apply(event)

    def __contains__(self, event_id: str) -> bool:
        """Tell whether an event of this id was taken in."""
        return event_id in self._seen

    def apply(self, event: Event) -> str | None:
        """Take an event in and give the id of the pair it changed, or None if it changed none."""
        if event.id in self._seen:
            return None
        self._seen.add(event.id)
        if isinstance(event, Label):
            before = self.live.get(event.pair)
            if before is not None:
                self._older.setdefault(event.pair, []).append(before)
            self.live[event.pair] = self.trail[event.id] = event
            return event.pair
        undone = self.trail.pop(event.event, None)
        if undone is None:
            return None
        self._take_back(undone)
        return undone.pair

    def times_skipped(self, pair: str) -> int:
        """Count the skips that stand at the end of a pair's labels."""
        newest = self.live.get(pair)
        if newest is None or newest.preference != "skip":
            return 0
        times = 1
        for label in reversed(self._older.get(pair, ())):
            if label.preference != "skip":
                break
            times += 1
        return times

    def _take_back(self, undone: Label) -> None:
        older = self._older.get(undone.pair, [])
        if self.live[undone.pair] is not undone:
            older.remove(undone)
        elif older:
            self.live[undone.pair] = older.pop()
        else:
            del self.live[undone.pair]
        if not older:
            self._older.pop(undone.pair, None)


Listener = Callable[[Event, Label], None]


class Labels:
    """The labels of one annotator over the pairs of one session, as they are made.

    Use :func:`open_labels`: a journal open twice in a process is one object.

    Args:
        journal: where events go, or None to read only.
        events: what the journal holds so far.

    """

    def __init__(self, journal: Journal | None, events: Sequence[Event]) -> None:
        self._journal = journal
        self._folded = Folded(events)
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []
        self._closed = False
        self.shuffle = ""
        self._pairs: dict[str, Pair] = {}
        self._order: list[str] = []
        self._a_left: list[bool] = []
        self._position: dict[str, int] = {}
        self._counts: Counter[str] = Counter()
        # Every position before the cursor has a label.
        self._cursor = 0
        # Skipped once, so to be shown again at the end: pair -> its place among these.
        self._returning: dict[str, int] = {}
        self._skips = 0
        self._recount()

    # -- what is there

    @property
    def closed(self) -> bool:
        """Whether the journal was released."""
        return self._closed

    @property
    def read_only(self) -> bool:
        """Whether nothing can be recorded."""
        return self._journal is None

    @property
    def path(self) -> Path | None:
        """The journal's file, or None when reading only."""
        return self._journal.path if self._journal else None

    @property
    def pairs(self) -> Mapping[str, Pair]:
        """Every pair of the session by its id, also those added since it was first opened."""
        return self._pairs

    def current(self) -> list[Label]:
        """Give each pair's current label, in the order in which they were made."""
        with self._lock:
            live = self._folded.live
            return [label for label in self._folded.trail.values() if live[label.pair] is label]

    def standing(self) -> Standing:
        """Count what is labeled, skipped and still to come."""
        with self._lock:
            total, counts = len(self._order), self._counts
            skipped = counts["skip"]
            labeled = counts.total() - skipped
            fresh = total - labeled - skipped
            upcoming = fresh + len(self._returning)
            return Standing(total, labeled, counts["tie"], counts["both_bad"], skipped, upcoming)

    def shown_left(self, pair: str) -> Side:
        """Tell which response of a pair stands left for this annotator."""
        return "a" if self._a_left[self._position[pair]] else "b"

    def returning(self, pair: str) -> bool:
        """Tell whether a pair was skipped and is yet to be shown again."""
        return pair in self._returning

    def upcoming(self, have: Collection[str] = ()) -> Iterator[str]:
        """Give the pairs still to be labeled, in order, without those in ``have``.

        First those with no label, then, once, those skipped.
        """
        with self._lock:
            live, order = self._folded.live, self._order
            while self._cursor < len(order) and order[self._cursor] in live:
                self._cursor += 1
            start = self._cursor
            returning = sorted(self._returning, key=self._returning.__getitem__)
        for position in range(start, len(order)):
            pair = order[position]
            if pair not in live and pair not in have:
                yield pair
        for pair in returning:
            if pair in self._returning and pair not in have:
                yield pair

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
            self._take_in(event, about.pair)
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
            check_source(read_journal(journal.path).header, header, journal.path)
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
        """Let every skipped pair be shown once more."""
        with self._lock:
            for place, (pair, label) in enumerate(self._folded.live.items()):
                if label.preference == "skip" and pair in self._position:
                    self._returning.setdefault(pair, place)

    def set_pairs(
        self, pairs: Iterable[Pair], order: list[str], a_left: list[bool], shuffle: str
    ) -> None:
        """Say which pairs there are, in which order they are shown, and where a stands left.

        ``shuffle`` names what order and sides were made from: it differs where sides may.
        """
        with self._lock:
            self.shuffle = shuffle
            self._pairs.update((pair.id, pair) for pair in pairs)
            self._order = order
            self._a_left = a_left
            self._position = {pair: position for position, pair in enumerate(order)}
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
                "This session was closed and its journal released. Open it again: tb.Session("
                f"{str(self._journal.path.parent.parent)!r})"
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
            msg = "The text holds half a character (a lone surrogate); delete and type it again."
            raise LabelError(msg) from None
        if isinstance(event, Undo):
            if event.event in self._folded.trail:
                return self._folded.trail[event.event]
            if event.event in self._folded:
                return None
            msg = f"There is no label with the event id {event.event!r} to undo."
            raise LabelError(msg)
        if event.pair not in self._position:
            msg = f"There is no pair with the id {event.pair!r} in this session; see session.pairs."
            raise LabelError(msg)
        if wrong := check_label(event):
            msg = f"Pair {event.pair!r}: {wrong}."
            raise LabelError(msg)
        return event

    def _take_in(self, event: Event, pair: str) -> None:
        self._count(pair, -1)
        self._folded.apply(event)
        self._count(pair, +1)
        if pair not in self._position:
            return
        self._cursor = min(self._cursor, self._position[pair])
        self._returning.pop(pair, None)
        times = self._folded.times_skipped(pair)
        self._skips += 1
        if times and isinstance(event, Undo):
            self._returning[pair] = -self._skips  # what was undone is shown next
        elif times == 1:
            self._returning[pair] = self._skips

    def _count(self, pair: str, step: int) -> None:
        label = self._folded.live.get(pair)
        if label is not None and pair in self._position:
            self._counts[label.preference] += step

    def _recount(self) -> None:
        self._counts.clear()
        self._returning.clear()
        self._cursor = self._skips = 0
        folded = self._folded
        for event_id, label in folded.trail.items():
            if label.pair not in self._position or folded.live[label.pair].id != event_id:
                continue
            self._counts[label.preference] += 1
            if folded.times_skipped(label.pair) == 1:
                self._skips += 1
                self._returning[label.pair] = self._skips


_open: WeakValueDictionary[Path, Labels] = WeakValueDictionary()
_open_lock = threading.Lock()


def open_labels(path: Path, header: Header) -> Labels:
    """Open an annotator's journal for labeling, or give the labels already open in this process.

    A cell that is run again, and a session opened in two variables, so share one state. The
    journal stays held until :meth:`Labels.close`, or until nothing refers to the labels.

    Raises:
        JournalError: see :func:`tiebreak.journal.open_journal`.

    """
    key = path.resolve()
    with _open_lock:
        labels = _open.get(key)
        if labels is not None and labels.in_place():
            return labels
        if labels is not None:
            labels.close()
        labels = Labels(*open_journal(path, header))
        _open[key] = labels
        return labels


def import_labels(path: Path, header: Header, labels: Sequence[Label]) -> None:
    """Add labels that came with data to their annotator's journal, open in this process or not.

    Raises:
        JournalError: see :func:`tiebreak.journal.add_labels`.

    """
    with _open_lock:
        there = _open.get(path.resolve())
        if there is not None and there.in_place():
            there.add(header, labels)
        else:
            add_labels(path, header, labels)


def read_labels(path: Path) -> Labels:
    """Read an annotator's journal, or none yet, without holding it."""
    return Labels(None, read_journal(path).events if path.exists() else [])
