"""The messages between kernel and browser, both ways: the one definition of each.

``js/src/protocol.ts`` is written from these by ``python3 dev.py protocol``, and a test holds it to
them. The browser knows sides (left, right), never which response is a; see ``widget.py``.
"""

from typing import Annotated, Any, Literal, get_args

import msgspec

from tiebreak.labeling.labels import Standing
from tiebreak.records.label import (
    Edit,
    EventId,
    Guideline,
    Note,
    PairId,
    Seconds,
    Strength,
    Undo,
    When,
)
from tiebreak.records.settings import Images, NoteRequired, Scale, TooFast
from tiebreak.records.text import Text

Choice = Literal["left", "right", "tie", "both_bad", "skip"]
Verdict = Literal["left", "right", "tie", "both_bad"]
Side = Literal["left", "right"]
Flagged = Literal["left", "right", "pair"]
Filter = Literal["all", "ties", "skipped", "noted", "flagged", "slow", "changed"]
ModuleName = Literal["math", "code", "differences", "player"]

# What the browser may send of these; no form on a screen has more.
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Names = Annotated[list[Name], msgspec.Meta(max_length=100)]


class _Part(msgspec.Struct, omit_defaults=True, rename="camel"):
    """Fields without a default are always there, null or not; others only where they say more."""


class _Message(_Part, tag_field="type"):
    pass


# -- what both ways have in common


class Remarks(_Part):
    """What is said of a pair beside the choice, by the sides as they stand.

    Attributes:
        edit: the better response, improved.

    """

    criteria: Annotated[dict[Name, Verdict], msgspec.Meta(max_length=100)] | None = None
    reasons: dict[Side, Names] | None = None
    principles: Names | None = None
    flags: dict[Flagged, Names] | None = None
    note: Note | None = None
    edit: Edit | None = None


# -- from the browser


class Hello(_Message, tag="hello"):
    """A front end came up and asks for all it needs."""


class Fetch(_Message, tag="fetch"):
    """The deck runs low; ``have`` are the pairs already in it."""

    have: Annotated[list[PairId], msgspec.Meta(max_length=10_000)]


class Back(_Message, tag="back"):
    """The history runs low; give labels made before the event ``before``."""

    before: EventId


class LabelEvent(Remarks, kw_only=True, tag="label", tag_field="type"):
    """A choice made on screen, by side.

    The names of criteria, reasons, principles and flags are those that were on screen; they are
    not looked up, because the settings may have been changed since.

    Attributes:
        pair: the pair as the screen knows it.
        shuffle: the shuffle of sides that was on screen. Seed and order can be changed until the
            first label, and an older screen's left is then not what is left now.
        guideline: the version of the guidelines that was on screen.

    """

    id: EventId
    pair: PairId
    choice: Choice
    at: When
    strength: Strength | None = None
    seconds: Seconds | None = None
    shuffle: str | None = None
    guideline: Guideline | None = None


class Ping(_Message, tag="ping"):
    """Asks for a pong: what was sent earlier and is not acknowledged by then got lost."""

    n: Annotated[int, msgspec.Meta(ge=0)]


class Revisit(_Message, tag="revisit"):
    """Asks to be shown the skipped pairs once more."""


class ListRequest(_Message, tag="list"):
    """Asks for what was labeled, newest first: what passes the filter, made before ``before``."""

    filter: Filter
    before: EventId | None


class ShowRequest(_Message, tag="show"):
    """Asks for a pair that was labeled, to look at it again or change its label."""

    pair: PairId


class ModuleRequest(_Message, tag="module"):
    """Asks for a part of the front end that few pairs need."""

    name: ModuleName


class MediaRequest(_Message, tag="media"):
    """Asks for an image or audio that a pair refers to."""

    name: Annotated[str, msgspec.Meta(max_length=64)]


Question = (
    Hello | Fetch | Back | Ping | ListRequest | ShowRequest | ModuleRequest | MediaRequest | Revisit
)
ToKernel = LabelEvent | Undo | Question
_BY_TYPE = {each.__struct_config__.tag: each for each in get_args(ToKernel)}


def read_message(content: Any) -> ToKernel:
    """Check a message from the browser; a ``msgspec.ValidationError`` names the field."""
    kind = content.get("type") if isinstance(content, dict) else None
    # A struct's type is prepared once; a union's anew for every message.
    known = _BY_TYPE.get(kind) if isinstance(kind, str) else None
    message: ToKernel = msgspec.convert(content, type=known or ToKernel, strict=True)
    return message


# -- to the browser


class Named(_Part):
    """A criterion or a principle.

    Attributes:
        about: what it means, or nothing.

    """

    name: str
    about: str


class Form(_Part):
    """What is asked beside the choice itself; all of it empty in a simple session.

    Attributes:
        note_required: the choices that need a note: strengths, a tie, both bad, or any.

    """

    criteria: list[Named]
    criteria_required: bool
    reasons: list[str]
    flags: list[str]
    principles: list[Named]
    note_required: list[NoteRequired]


class Judged(Remarks, kw_only=True):
    """A label that stands or stood, by the sides as they are shown."""

    choice: Choice
    strength: Strength | None = None


class ShownPair(_Part):
    """A pair as the screen knows it: which response is `a` stays in the kernel.

    Attributes:
        returning: skipped before, and now shown again.
        queued: counted among those to come, though it has a label.
        label: the label that stands, when the pair is shown to be judged anew.
        draft: the label that was just taken back.

    """

    id: str
    prompt: Text
    left: Text
    right: Text
    returning: bool
    queued: bool = False
    label: Judged | None = None
    draft: Judged | None = None


class Past(_Part):
    """A label that undo can take back.

    Attributes:
        changes: it took the place of another label, which undoing it brings back.
        models: who wrote left and right, where the session shows that after the choice.

    """

    event: str
    pair: str
    choice: Choice
    strength: Strength | None
    changes: bool = False
    models: tuple[str | None, str | None] | None = None


class Listed(_Part):
    """A label in the list of what was labeled.

    Attributes:
        prompt: how the prompt begins.

    """

    event: str
    pair: str
    choice: Choice
    strength: Strength | None
    noted: bool
    flagged: bool
    changed: bool
    seconds: float | None
    prompt: str


class StateMessage(_Message, tag="state"):
    """All that a front end needs to begin.

    Attributes:
        open: how to open the session anywhere.
        outbox: names this session and annotator in the browser's storage.
        guidelines: Markdown.
        keys: keys of the annotator's own, by action.
        pace: whether to say how the work goes.
        too_fast: what becomes of a choice quicker than the texts can be read.
        reveal_models: whether who wrote the responses is shown after the choice.
        images: what becomes of images that a response links to.
        shuffle: names the shuffle of sides, which each choice is sent with.
        guideline: names the version of the guidelines, which each choice is sent with, too.
        deck: the first of the pairs to come.
        history: what undo can take back, newest first.
        recent: the pairs of the newest labels, to be looked at after an undo.
        told: what was said when the session was opened.

    """

    name: str
    open: str
    outbox: str
    question: str
    scale: Scale
    form: Form
    guidelines: str | None
    keys: dict[str, list[str]]
    pace: bool
    too_fast: TooFast | None
    reveal_models: bool
    images: Images
    shuffle: str
    guideline: str
    read_only: bool
    standing: Standing
    deck: list[ShownPair]
    history: list[Past]
    recent: list[ShownPair]
    told: str = ""


class PairsMessage(_Message, tag="pairs"):
    """More of the deck; where ``more`` is said, another such message follows."""

    pairs: list[ShownPair]
    more: bool


class AckMessage(_Message, tag="ack"):
    """An event is on disk.

    Attributes:
        label: the label that was made.
        undone: the event that was taken back.
        pair: the pair to show again after that.

    """

    id: str
    standing: Standing
    label: Past | None = None
    undone: str | None = None
    pair: ShownPair | None = None


class RefusedMessage(_Message, tag="refused"):
    """An event or question was not taken.

    Attributes:
        keep: whether to keep the event and try again.

    """

    id: str | None
    reason: str
    keep: bool


class HistoryMessage(_Message, tag="history"):
    """More of what undo can take back."""

    history: list[Past]


class ListingMessage(_Message, tag="listing"):
    """Labels that pass a filter, newest first."""

    filter: Filter
    items: list[Listed]
    more: bool


class ShownMessage(_Message, tag="shown"):
    """A labeled pair."""

    pair: ShownPair


class NoticeMessage(_Message, tag="notice"):
    """A line for whoever looks at the screen, until it is dismissed."""

    text: str


class PongMessage(_Message, tag="pong"):
    """All that was sent before the ping of this number was dealt with."""

    n: int


class ModuleMessage(_Message, tag="module"):
    """The source text of a part of the front end."""

    name: ModuleName
    source: str


class MediaMessage(_Message, tag="media"):
    """An image or audio, its bytes in a buffer, or the reason why there are none."""

    name: str
    reason: str | None = None


FromKernel = (
    StateMessage
    | PairsMessage
    | AckMessage
    | RefusedMessage
    | HistoryMessage
    | ListingMessage
    | ShownMessage
    | NoticeMessage
    | PongMessage
    | ModuleMessage
    | MediaMessage
)
