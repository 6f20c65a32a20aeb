"""What a session asks and how: the settings, as stored and as the browser gets them.

In ``session.json`` a setting that stands at its default is left out (scale and order, the oldest,
are always there), so a simple session's file is what it always was.
"""

import secrets
from collections.abc import Mapping
from functools import cached_property
from hashlib import blake2b
from typing import Annotated, Any, Literal

import msgspec

from tiebreak.errors import SessionError

Order = Literal["random", "given", "contested"]
Scale = Literal["simple", "graded"]
TooFast = Literal["warn", "hold"]
# What becomes of an image that a response links to.
Images = Literal["ask", "never", "always"]
NoteRequired = Literal[1, 2, 3, "tie", "both_bad", "any"]

DEFAULT_QUESTION = "Which response is better?"
USUAL_FLAGS = ("unsafe", "personal data", "broken")

# They decide which response stands left, so they are settled with the first label.
SETTLED = ("seed", "order", "repeat")

LONGEST_NAME = 200
MOST_NAMES = 100
MOST_REPEATED = 0.5
LONGEST_SITTING = 600

# As stored: the usual flags stand among one's own.
_Texts = Annotated[dict[str, str], msgspec.Meta(max_length=2 * MOST_NAMES)]
_Names = Annotated[list[str], msgspec.Meta(max_length=2 * MOST_NAMES)]
Repeat = Annotated[float, msgspec.Meta(ge=0, le=MOST_REPEATED)]
PauseAfter = Annotated[int, msgspec.Meta(ge=1, le=LONGEST_SITTING)]


class Settings(msgspec.Struct, frozen=True, omit_defaults=True, dict=True):
    """What a session asks and how; see :class:`tiebreak.Session` for what each means.

    Attributes:
        criteria: definitions by name; a definition may be empty.
        principles: texts by name; a text may be empty.
        flags: the names of all flags that can be set, the usual ones included.
        note_required: for which choices a label needs a note; ``["any"]`` for all.
        guidelines: the Markdown text itself.
        pause_after: minutes of labeling.

    """

    scale: Scale
    order: Order
    seed: int
    question: str = DEFAULT_QUESTION
    criteria: _Texts = {}
    criteria_required: bool = False
    reasons: _Names = []
    principles: _Texts = {}
    flags: _Names = []
    note_required: list[NoteRequired] = []
    guidelines: str | None = None
    repeat: Repeat = 0.0
    too_fast: TooFast | None = None
    pace: bool = False
    reveal_models: bool = False
    pause_after: PauseAfter | None = None
    stopping: bool = False

    @cached_property
    def guideline(self) -> str:
        """Name the version of the guidelines: the same question and texts give the same name."""
        content = msgspec.json.encode([getattr(self, name) for name in GUIDING])
        return blake2b(content, digest_size=6, person=b"guideline").hexdigest()


# What an annotator decides by. Labels made under other values of these are another measurement.
GUIDING = ("question", "guidelines", "criteria", "principles")


NAMES = Settings.__struct_fields__
# The defaults of what is always stored.
_FIRST = {"scale": "simple", "order": "random"}


def begin(asked: Mapping[str, Any]) -> Settings:
    """Give the settings of a new session; what was not asked for is the default."""
    # Whoever sees pairs in their order could find a short seed by trying all that there are.
    return msgspec.convert({**_FIRST, "seed": secrets.randbits(63), **asked}, Settings)


def from_stored(question: str, seed: int, stored: Mapping[str, Any]) -> Settings:
    """Give the settings that a ``session.json`` holds, those of a newer tiebreak left out.

    Raises:
        msgspec.ValidationError: a value is not what the setting can be.

    """
    return msgspec.convert({**stored, "question": question, "seed": seed}, Settings)


def to_stored(settings: Settings, there: Mapping[str, Any]) -> dict[str, Any]:
    """Give what ``session.json`` keeps under ``settings``.

    ``there`` is what it held: what a newer tiebreak stored stays as it is.
    """
    unknown = {name: value for name, value in there.items() if name not in NAMES}
    known: dict[str, Any] = msgspec.to_builtins(settings)
    return {n: v for n, v in known.items() if n not in ("question", "seed")} | unknown


def differing(settings: Settings, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Give the settings asked for that are not as they stand; names in another order differ, too.

    The screen shows names, and a key answers them, in their order.
    """
    encode = msgspec.json.encode
    return {n: v for n, v in asked.items() if encode(getattr(settings, n)) != encode(v)}


def default_of(name: str) -> Any:
    """Give the value of a setting that was not asked for.

    Raises:
        SessionError: it has none.

    """
    if name in _FIRST:
        return _FIRST[name]
    field = next(each for each in msgspec.structs.fields(Settings) if each.name == name)
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    if field.default is not msgspec.NODEFAULT:
        return field.default
    msg = f"{name} has no default; give it a value."
    raise SessionError(msg)
