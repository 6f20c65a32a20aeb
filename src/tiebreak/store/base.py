"""What a session is kept in, whatever that is: a folder of files, and later a database.

All above this room holds a :class:`Store` and never a path. Another kind of store is a file beside
this one and a line in :func:`tiebreak.store.store_at`.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple, Protocol

import msgspec

from tiebreak.records.label import Event, Header, Label, When
from tiebreak.records.pair import Pair
from tiebreak.records.settings import Settings, from_stored

# A batch counts pairs; sums of these stay far below what any of it can hold.
_Count = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
_Seed = Annotated[int, msgspec.Meta(ge=1 - 2**63, le=2**63 - 1)]
_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]

_Secret = Annotated[str, msgspec.Meta(max_length=200)]

JournalAndLabels = tuple[Header, Sequence[Label]]
# Gives which labels to add to a journal, by its events and those labels that it does not hold.
Choose = Callable[[Sequence[Event], Sequence[Label]], Sequence[Label]]


def off_the_clock(moment: datetime) -> str | None:
    """Tell what is wrong with a time that is none in UTC, or None."""
    try:
        moment.astimezone(UTC)
    except OverflowError:
        return f"{moment} is no time that a clock can show"
    return None


def all_labels(events: Sequence[Event], labels: Sequence[Label]) -> Sequence[Label]:  # noqa: ARG001
    """Choose all."""
    return labels


class Change(msgspec.Struct, frozen=True, rename={"before": "from", "after": "to"}):
    """Settings that someone changed: only those that differ, as they were and as they became."""

    at: When
    by: str
    before: dict[str, Any]
    after: dict[str, Any]


class Manifest(msgspec.Struct, frozen=True, omit_defaults=True):
    """What heads a session. ``batches`` counts the pairs of each addition, in order.

    ``secret`` keys the names that a browser knows the pairs by. Where there is none (0.1 made the
    session, or changed its file and left it out) the id does, so it needs no new version.
    """

    version: int
    id: _Id
    created: When
    seed: _Seed
    question: str
    settings: dict[str, Any]
    batches: list[_Count]
    changes: list[Change] = []
    secret: _Secret = ""

    def read_settings(self) -> Settings:
        """Give the settings, checked."""
        return from_stored(self.question, self.seed, self.settings)

    def check(self) -> None:
        """See to it that the settings, those before changes too, are such as can be given.

        Raises:
            msgspec.ValidationError: a value is not what the setting can be.

        """
        now = {**self.settings, "question": self.question, "seed": self.seed}
        for values in [{}, *(each for c in self.changes for each in (c.before, c.after))]:
            then = {**now, **values}
            from_stored(then["question"], then["seed"], then)
        for moment in (self.created, *(change.at for change in self.changes)):
            if wrong := off_the_clock(moment):
                raise msgspec.ValidationError(wrong)


class Contents(NamedTuple):
    """What a journal holds.

    Attributes:
        header: None where nothing was written yet.
        events: all of them, oldest first.
        torn: a last line that a crash cut short, unread.
        unended: whether the last line is whole, but for its newline.

    """

    header: Header | None
    events: list[Event]
    torn: bytes = b""
    unended: bool = False


class Journals(NamedTuple):
    """All annotators' journals, and a sentence for each that is none of this session's."""

    found: list[Contents]
    left_out: list[str]


class Media(Protocol):
    """The images and audio that given pairs refer to."""

    def new(self) -> Iterable[tuple[str, bytes]]:
        """Give those that the store does not hold yet, by name."""


class Journal(Protocol):
    """An annotator's journal, open for writing by this process alone."""

    @property
    def header(self) -> Header:
        """Whose it is."""

    def append(self, *records: Event) -> None:
        """Add events and return when they are safe; on a failure, none of them is in.

        Raises:
            JournalError: they could not be written; the journal is as it was before.

        """

    def in_place(self) -> bool:
        """Tell whether what is open here is still the session's journal."""

    def check_source(self, header: Header) -> None:
        """See to it that one annotator's labels are all of one source.

        Raises:
            JournalError: they would not be.

        """

    def close(self) -> None:
        """Release it to other processes. Closing twice is fine."""


class Store(Protocol):
    """One session's manifest, pairs, journals and media. What was read is kept."""

    @property
    def name(self) -> str:
        """What people call the session."""

    @property
    def place(self) -> str:
        """What a user opens it by."""

    @property
    def key(self) -> Hashable:
        """The same for every store of the same session in this process."""

    def opening(self, **options: Any) -> str:
        """Write the call that opens the session, for messages and summaries."""

    def exists(self) -> bool:
        """Tell whether there is a whole session."""

    def manifest(self) -> Manifest:
        """Give what heads the session, as it stands at this moment.

        Raises:
            SessionError: there is no session, it is of a newer version, or damaged.

        """

    def pairs(self) -> Sequence[Pair]:
        """Give the pairs that the manifest given last counts, in the order of their addition.

        Raises:
            SessionError: as :meth:`manifest`.

        """

    def create(
        self,
        settings: Settings,
        pairs: Sequence[Pair],
        journals: Sequence[JournalAndLabels],
        media: Media,
    ) -> None:
        """Make a session; where another process was quicker, add to it.

        Raises:
            SessionError: other things are in its place, or it cannot be written.

        """

    def add(
        self,
        pairs: Sequence[Pair],
        journals: Sequence[JournalAndLabels],
        media: Media,
        choose: Choose = all_labels,
    ) -> None:
        """Match pairs with those there are, by id, and add the new ones, and labels likewise.

        What a crash kept it from adding, it adds when the same is given again. Of the labels that a
        journal does not hold, those are added that ``choose`` gives, by what the journal holds.

        Raises:
            SessionError: a pair's texts or models differ from those stored under its id.
            JournalError: a journal is held, or does not take its labels.

        """

    def change(self, after: Mapping[str, Any], by: str | None = None) -> None:
        """Store these settings; with ``by``, also that they were changed, when and by whom."""

    def join_batches(self) -> None:
        """Take all pairs for one addition; for a session in which nothing was labeled yet."""

    def is_labeled(self) -> bool:
        """Tell whether anyone has labeled anything; labels that came along do not count."""

    def open_journal(self, header: Header) -> tuple[Journal, list[Event]]:
        """Open or begin an annotator's journal and replay it.

        Raises:
            JournalError: another process holds it, it belongs to another session or annotator, or
                it cannot be read or written.

        """

    def read_journal(self, annotator: str) -> Contents:
        """Read an annotator's journal, or none yet, without holding it."""

    def has_journal(self, annotator: str) -> bool:
        """Tell whether an annotator has a journal."""

    def others(self, annotator: str) -> list[str]:
        """Give whose journals there are but one annotator's, without reading their labels."""

    def journals(self, without: str | None = None) -> Journals:
        """Read all journals, in the order of their names, but that of one annotator.

        Raises:
            JournalError: one is damaged.

        """

    def holds_media(self, name: str) -> bool:
        """Tell whether there is a file of this name."""

    def media(self, name: str) -> bytes:
        """Give an image or audio that a pair refers to.

        Raises:
            SessionError: it is not there, or not what its name says.

        """
