"""The messages between kernel and browser, both ways: the one definition of each.

``js/src/protocol.ts`` is written from these by ``python3 dev.py protocol``, and a test holds it to
them. The browser knows sides (left, right), never which response is a; see ``widget.py``.
"""

from typing import Annotated, Any, Literal, get_args

import msgspec

from tiebreak.labeling.labels import Standing
from tiebreak.records.label import EventId, Guideline, PairId, Seconds, Strength, Undo, When
from tiebreak.records.settings import Images, Scale, TooFast
from tiebreak.widget.parts import Choice, Form, Listed, Past, Piece, Remarks, ShownPair, Stopping

Filter = Literal["all", "ties", "skipped", "noted", "flagged", "slow", "changed"]
ModuleName = Literal["math", "code", "differences", "player"]


class _Message(Piece, tag_field="type"):
    pass


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

    The names that are asked for, as of reasons and flags, are those that were on screen; they are
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
        next_step: what to run when all is labeled, where that is not the usual.
        stopping: where the session asks for it.

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
    next_step: str = ""
    stopping: Stopping | None = None


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
        stopping: where the session asks for it.

    """

    id: str
    standing: Standing
    label: Past | None = None
    undone: str | None = None
    pair: ShownPair | None = None
    stopping: Stopping | None = None


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
