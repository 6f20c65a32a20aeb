"""Labels and undo as typed records, and all that is to be known of a label's fields, in one table.

The journal format is a line of JSON an event, UTF-8, told apart by ``type``. Unknown fields of a
known event are ignored, so a newer version may add some; an unknown *type* is an error.
"""

import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple, get_args

import msgspec

JOURNAL_VERSION = 1

Side = Literal["a", "b"]
Verdict = Literal["a", "b", "tie", "both_bad"]
Preference = Literal["a", "b", "tie", "both_bad", "skip"]
Flagged = Literal["a", "b", "pair"]
Source = Literal["human", "judge", "feedback"]
Block = Literal["contested", "random"]

SIDES = get_args(Side)
VERDICTS = get_args(Verdict)
PREFERENCES = get_args(Preference)
FLAGGED = get_args(Flagged)
SOURCES = get_args(Source)
UNDECIDED = tuple(name for name in PREFERENCES if name not in SIDES)
STRENGTHS = (1, 2, 3)

# From a pair to the same pair whose a and b are exchanged, and from the sides of a screen to what
# they show and back, by the response that stands left.
EXCHANGED: Mapping[str, str] = MappingProxyType({"a": "b", "b": "a"})
TO_PAIR: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"a": {"left": "a", "right": "b"}, "b": {"left": "b", "right": "a"}}
)
TO_SCREEN: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"a": {"a": "left", "b": "right"}, "b": {"a": "right", "b": "left"}}
)

# Who decides where people part: the one annotator who saw what the others said.
ADJUDICATOR = "adjudicator"

LONGEST_NOTE = 20_000
# An answer edited by hand is as long as an answer; the websocket ends at 10 MiB.
LONGEST_EDIT = 2_000_000

Strength = Annotated[int, msgspec.Meta(ge=STRENGTHS[0], le=STRENGTHS[-1])]
EventId = Annotated[str, msgspec.Meta(min_length=8, max_length=64)]
PairId = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Note = Annotated[str, msgspec.Meta(max_length=LONGEST_NOTE)]
Edit = Annotated[str, msgspec.Meta(max_length=LONGEST_EDIT)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]
# As tiebreak.records.settings makes them; data may bring others.
Guideline = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
When = Annotated[datetime, msgspec.Meta(tz=True)]

# No form on a screen has more; a label with thousands would take every view along.
MOST_IN_A_LABEL = 200
Few = Annotated[list[str], msgspec.Meta(max_length=MOST_IN_A_LABEL)]


class Header(msgspec.Struct, tag="journal", tag_field="type", omit_defaults=True, frozen=True):
    """The first line of a journal: whose it is, and of which session."""

    version: int
    session: str
    annotator: str
    source: Source = msgspec.field(default="human")
    via: str | None = None


class Said(msgspec.Struct, kw_only=True, omit_defaults=True, frozen=True, gc=False):
    """What can be said of a pair beside the preference, in the pair's own terms (a, b).

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
        guideline: names the guidelines that it was made under; absent in labels of tiebreak 0.1.
        shown_by: whether the pair came because it is contested, or by chance, where both are.
        shown_chance: how probable it was, of those that were left, that it came next.

    """

    strength: Strength | None = None
    criteria: Annotated[dict[str, Verdict], msgspec.Meta(max_length=MOST_IN_A_LABEL)] | None = None
    reasons: dict[Side, Few] | None = None
    principles: Few | None = None
    flags: dict[Flagged, Few] | None = None
    note: Note | None = None
    edit: Edit | None = None
    probability: Probability | None = None
    shown_left: Side | None = None
    seconds: Seconds | None = None
    guideline: Guideline | None = None
    shown_by: Block | None = None
    shown_chance: Probability | None = None


class Label(Said, tag="label", tag_field="type", frozen=True, gc=False):
    """One annotator's choice on one pair.

    Attributes:
        again: the pair's hidden second showing, which measures whether the annotator agrees with
            themselves. It stands beside the label of the first showing and never replaces it.

    """

    id: EventId
    pair: PairId
    preference: Preference
    at: When
    again: bool = False


class Opinion(Said, frozen=True, gc=False):
    """A label as a dataset carries it: of no pair yet, and not checked.

    ``annotator`` is the dataset's own name for who it was, or a name that says what kind of
    annotator it was (``"gpt-4"``, ``"crowd"``).
    """

    annotator: str
    source: Source
    preference: Preference
    at: datetime | None = None
    again: bool = False


class Undo(msgspec.Struct, tag="undo", tag_field="type", omit_defaults=True, frozen=True, gc=False):
    """Takes one earlier label back, named by its event id. It stays in the journal."""

    id: EventId
    event: EventId
    at: When


Event = Label | Undo

# What a field holds: a response ("side"), verdicts by criterion, lists of names by response, one
# list of names, the chance that a is better, or a value that has nothing to do with sides.
Kind = Literal["plain", "side", "verdicts", "by side", "names", "chance"]


class Field(NamedTuple):
    """What is to be known of a field of a label.

    Attributes:
        asked: what it has to be, for messages.
        kind: what it holds, which says how it is turned and shown.
        keys: what the lists of names are by, of the kind "by side".
        of_better: why only a preference for a or b has it, where that is so.
        goes_with_choice: it speaks of the very response that was preferred.
        was_free: journals of tiebreak 0.1 may hold it where ``of_better`` forbids it.
        longest: how many characters it may have.
        always: every table of labels has its column, not only where a label has a value.

    """

    asked: str
    kind: Kind = "plain"
    keys: tuple[str, ...] = ()
    of_better: str = ""
    goes_with_choice: bool = False
    was_free: bool = False
    longest: int | None = None
    always: bool = False


# In the order of the columns in a table of labels.
FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "preference": Field("a, b, tie, both_bad or skip", "side", always=True),
        "strength": Field(
            "1, 2 or 3 (slightly, clearly, much better)",
            of_better="a tie, both bad and skip have no strength",
            always=True,
        ),
        "shown_left": Field("a or b", "side", always=True),
        "seconds": Field("a number of seconds from 0", always=True),
        "at": Field("a time with its zone", always=True),
        "note": Field(f"a text of up to {LONGEST_NOTE:,} characters", longest=LONGEST_NOTE),
        "probability": Field("a number from 0 to 1", "chance"),
        "edit": Field(
            f"a text of up to {LONGEST_EDIT:,} characters",
            of_better="an edit improves the better answer, so a tie, both bad and skip have none",
            goes_with_choice=True,
            was_free=True,
            longest=LONGEST_EDIT,
        ),
        "principles": Field("a list of names", "names"),
        "guideline": Field("the name of a version of the guidelines"),
        "shown_by": Field("contested or random"),
        "shown_chance": Field("a number from 0 to 1"),
        "reasons": Field(
            'a dict by response, such as {"a": ["wrong fact"]}', "by side", keys=SIDES
        ),
        "flags": Field(
            'a dict by response or "pair", such as {"a": ["unsafe"]}', "by side", keys=FLAGGED
        ),
        "criteria": Field(
            'a dict of verdicts (a, b, tie or both_bad), such as {"helpful": "a"}', "verdicts"
        ),
        "again": Field("true or false"),
    }
)

_IMPORTED = "import-"


def check_label(label: Label) -> str | None:
    """Tell what is wrong with a label beyond its types, or None."""
    if label.preference in SIDES:
        return None
    return next((FIELDS[name].of_better for name in _unfit(label)), None)


def check_stored(label: Label) -> str | None:
    """Tell what is wrong with a label that a journal holds, or None.

    What tiebreak 0.1 wrote is read, also where no such label is made any more.
    """
    if label.preference in SIDES:
        return None
    unfit = (FIELDS[name] for name in _unfit(label))
    return next((field.of_better for field in unfit if not field.was_free), None)


def _unfit(label: Label) -> Iterator[str]:
    return (name for name in _OF_BETTER if getattr(label, name) is not None)


_OF_BETTER = tuple(name for name, field in FIELDS.items() if field.of_better)


def tell_misfit(error: msgspec.ValidationError) -> str:
    """Say which field of a label from outside is not what it has to be, and what that is."""
    found = re.match(r"\w+", str(error).rpartition("`$.")[2])
    if found is None or found[0] not in FIELDS:
        return str(error).replace("`", "")
    return f"{found[0]}: not {FIELDS[found[0]].asked}"


def turned(said: Mapping[str, Any], sides: Mapping[str, str]) -> dict[str, Any]:
    """Say the same of the exchanged pair, or by the sides of a screen, or back.

    Args:
        said: values by the name of the field; what is no field of a label stays as it is.
        sides: the other names of the sides, by those that ``said`` has.

    """
    return {
        name: value if value is None or name not in _TURNS else _TURNS[name](value, sides)
        for name, value in said.items()
    }


def _turn_verdicts(value: Mapping[str, str], sides: Mapping[str, str]) -> Any:
    return {key: sides.get(verdict, verdict) for key, verdict in value.items()} if value else None


def _turn_names(value: Mapping[str, Any], sides: Mapping[str, str]) -> Any:
    return {sides.get(side, side): names for side, names in value.items()} if value else None


_TURNS_OF_KINDS: Mapping[Kind, Callable[[Any, Mapping[str, str]], Any]] = {
    "side": lambda value, sides: sides.get(value, value),
    "verdicts": _turn_verdicts,
    "by side": _turn_names,
    "chance": lambda value, _: 1 - value,  # that a is better, and the other takes its place
}
_TURNS = {
    name: _TURNS_OF_KINDS[field.kind]
    for name, field in FIELDS.items()
    if field.kind in _TURNS_OF_KINDS
}


def without_empty(said: Mapping[Any, Any]) -> dict[Any, Any]:
    """Leave out what says nothing: None, and texts, lists and dicts that are empty."""
    kept = {}
    for name, value in said.items():
        if isinstance(value, dict):
            value = without_empty(value)  # noqa: PLW2901
        if value is not None and not (isinstance(value, _CAN_BE_EMPTY) and not value):
            kept[name] = value
    return kept


_CAN_BE_EMPTY = (dict, list, str)


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


def exchanged(opinion: Opinion) -> Opinion:
    """Say the same of the pair whose a and b are exchanged."""
    return Opinion(**turned(msgspec.structs.asdict(opinion), EXCHANGED))
