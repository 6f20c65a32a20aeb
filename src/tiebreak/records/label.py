"""Labels and undo as typed records: one definition for the journal and for the browser's messages.

The journal format is a line of JSON an event, UTF-8, told apart by ``type``. Unknown fields of a
known event are ignored, so a newer version may add some; an unknown *type* is an error.
"""

import uuid
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Annotated, Any, Literal

import msgspec

JOURNAL_VERSION = 1

Preference = Literal["a", "b", "tie", "both_bad", "skip"]
Verdict = Literal["a", "b", "tie", "both_bad"]
Choice = Literal["left", "right", "tie", "both_bad", "skip"]
VerdictShown = Literal["left", "right", "tie", "both_bad"]
Side = Literal["a", "b"]
SideShown = Literal["left", "right"]
Flagged = Literal["a", "b", "pair"]
FlaggedShown = Literal["left", "right", "pair"]
Source = Literal["human", "judge", "feedback"]
Filter = Literal["all", "ties", "skipped", "noted", "flagged", "slow", "changed"]

Strength = Annotated[int, msgspec.Meta(ge=1, le=3)]
EventId = Annotated[str, msgspec.Meta(min_length=8, max_length=64)]
PairId = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
LONGEST_NOTE = 20_000
Note = Annotated[str, msgspec.Meta(max_length=LONGEST_NOTE)]
# An answer edited by hand is as long as an answer; the websocket ends at 10 MiB.
LONGEST_EDIT = 2_000_000
Edit = Annotated[str, msgspec.Meta(max_length=LONGEST_EDIT)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]
When = Annotated[datetime, msgspec.Meta(tz=True)]

# What the browser may send of these; no form on a screen has more.
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Names = Annotated[list[Name], msgspec.Meta(max_length=100)]


class Header(msgspec.Struct, tag="journal", tag_field="type", omit_defaults=True, frozen=True):
    """The first line of a journal: whose it is, and of which session."""

    version: int
    session: str
    annotator: str
    source: Source = msgspec.field(default="human")
    via: str | None = None


class Label(
    msgspec.Struct, tag="label", tag_field="type", omit_defaults=True, frozen=True, gc=False
):
    """One annotator's choice on one pair, in the pair's own terms (a, b), not the screen's.

    Attributes:
        criteria: a verdict for each criterion that was judged.
        reasons: the reasons ticked, by the response that they speak of.
        principles: the named principles that the choice was made by.
        flags: what the responses, or the pair as a whole, were flagged as.
        note: a remark.
        edit: the better response as the annotator improved it.
        probability: a judge's own figure for ``a`` being better.
        shown_left: the response that stood left; absent where nothing was shown.
        seconds: the time spent on the pair.
        again: the pair's hidden second showing, which measures whether the annotator agrees with
            themselves. It stands beside the label of the first showing and never replaces it.

    """

    id: EventId
    pair: PairId
    preference: Preference
    at: When
    strength: Strength | None = None
    criteria: dict[str, Verdict] | None = None
    reasons: dict[Side, list[str]] | None = None
    principles: list[str] | None = None
    flags: dict[Flagged, list[str]] | None = None
    note: Note | None = None
    edit: Edit | None = None
    probability: Probability | None = None
    shown_left: Side | None = None
    seconds: Seconds | None = None
    again: bool = False


class Undo(msgspec.Struct, tag="undo", tag_field="type", omit_defaults=True, frozen=True, gc=False):
    """Takes one earlier label back, named by its event id. It stays in the journal."""

    id: EventId
    event: EventId
    at: When


Event = Label | Undo

_IMPORTED = "import-"
_HALF_STRENGTHS = "a tie, both bad and skip have no strength"
_ASKED = {
    "preference": "a, b, tie, both_bad or skip",
    "at": "a time with its zone",
    "strength": "1, 2 or 3",
    "criteria": "verdicts (a, b, tie or both_bad) by name",
    "reasons": "lists of texts by side (a or b)",
    "principles": "a list of texts",
    "flags": "lists of texts by what they speak of (a, b or pair)",
    "note": "a text of up to 20,000 characters",
    "edit": "a text of up to 2,000,000 characters",
    "probability": "a number from 0 to 1",
    "shown_left": "a or b",
    "seconds": "a number of seconds, from 0",
    "again": "true or false",
}


def check_label(label: Label) -> str | None:
    """Tell what is wrong with a label beyond its types, or None."""
    if label.strength is not None and label.preference not in ("a", "b"):
        return _HALF_STRENGTHS
    return None


def tell_misfit(error: msgspec.ValidationError) -> str:
    """Say which field of a label from outside is not what it has to be, and what that is."""
    path = str(error).rpartition("`$.")[2]
    field = next((name for name in _ASKED if path.startswith(name)), None)
    return f"{field}: not {_ASKED[field]}" if field else str(error).replace("`", "")


def second_slot(pair: str) -> str:
    """Name the slot of a pair's second showing: nothing that a pair is called, and always so."""
    return blake2b(pair.encode(), digest_size=10, person=b"second showing").hexdigest()


def slot_of(label: Label) -> str:
    """Name the slot that a label is about: a pair's first showing bears the pair's own id."""
    return second_slot(label.pair) if label.again else label.pair


def new_id() -> str:
    """Make an event id where the choice is made: an event that arrives twice counts once."""
    return str(uuid.uuid4())


def imported_id(content: bytes) -> str:
    """Make the event id of a label that comes with data: the same content gives the same id."""
    return _IMPORTED + blake2b(content, digest_size=16).hexdigest()


def is_imported(event: Event) -> bool:
    """Tell whether an event came with data, so that it can be read from there again."""
    return is_imported_id(event.id)


def is_imported_id(event_id: str) -> bool:
    """Tell whether this is, or looks like, the id of an event that came with data."""
    return event_id.startswith(_IMPORTED)


def now() -> datetime:
    """Give this moment in UTC, to the millisecond, as the browser does."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def to_line(record: Header | Event) -> bytes:
    """Encode a record as its journal line, newline included.

    Raises:
        UnicodeEncodeError: a text holds a lone surrogate, which UTF-8 cannot express.

    """
    return msgspec.json.encode(record) + b"\n"


# What the browser sends. It knows sides, never which response is a; see widget.py.


class Hello(msgspec.Struct, tag="hello", tag_field="type"):
    """A front end came up and asks for all it needs."""


class Fetch(msgspec.Struct, tag="fetch", tag_field="type"):
    """The deck runs low; ``have`` are the pairs already in it."""

    have: Annotated[list[PairId], msgspec.Meta(max_length=10_000)]


class Back(msgspec.Struct, tag="back", tag_field="type"):
    """The history runs low; give labels made before the event ``before``."""

    before: EventId


class Chosen(msgspec.Struct, tag="label", tag_field="type"):
    """A choice made on screen, by side.

    ``pair`` is the pair as the screen knows it; see ``Showing.name``.

    ``shuffle`` names the shuffle of sides that was on screen. Seed and order can be changed until
    the first label, and an older screen's left is then not what is left now.

    The names of criteria, reasons, principles and flags are those that were on screen; they are
    not looked up, because the settings may have been changed since.
    """

    id: EventId
    pair: PairId
    choice: Choice
    at: When
    strength: Strength | None = None
    criteria: Annotated[dict[Name, VerdictShown], msgspec.Meta(max_length=100)] | None = None
    reasons: dict[SideShown, Names] | None = None
    principles: Names | None = None
    flags: dict[FlaggedShown, Names] | None = None
    note: Note | None = None
    edit: Edit | None = None
    seconds: Seconds | None = None
    shuffle: str | None = None


class Ping(msgspec.Struct, tag="ping", tag_field="type"):
    """Asks for a pong: what was sent earlier and is not acknowledged by then got lost."""

    n: Annotated[int, msgspec.Meta(ge=0)]


class Revisit(msgspec.Struct, tag="revisit", tag_field="type"):
    """Asks to be shown the skipped pairs once more."""


class Listing(msgspec.Struct, tag="list", tag_field="type"):
    """Asks for what was labeled, newest first: what passes the filter, made before ``before``."""

    filter: Filter
    before: EventId | None = None


class Show(msgspec.Struct, tag="show", tag_field="type"):
    """Asks for a pair that was labeled, to look at it again or change its label."""

    pair: PairId


class Module(msgspec.Struct, tag="module", tag_field="type"):
    """Asks for a part of the front end that few pairs need."""

    name: Literal["math", "code", "differences", "player"]


class Image(msgspec.Struct, tag="image", tag_field="type"):
    """Asks for an image that a pair refers to."""

    name: Annotated[str, msgspec.Meta(max_length=64)]


Message = Module | Image | Hello | Fetch | Back | Chosen | Undo | Ping | Revisit | Listing | Show


def read_message(content: Any) -> Message:
    """Check a message from the browser against its type.

    Raises:
        msgspec.ValidationError: it is not one of the messages; the text names the field.

    """
    message: Message = msgspec.convert(content, type=Message, strict=True)
    return message
