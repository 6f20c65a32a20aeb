"""What messages between kernel and browser are made of: pairs and labels by left and right."""

from typing import Annotated, Literal

import msgspec

from tiebreak.records.label import Edit, Note, Strength
from tiebreak.records.settings import NoteRequired
from tiebreak.records.text import Text

Choice = Literal["left", "right", "tie", "both_bad", "skip"]
Verdict = Literal["left", "right", "tie", "both_bad"]
Side = Literal["left", "right"]
Flagged = Literal["left", "right", "pair"]

# What the browser may send of these; no form on a screen has more.
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Names = Annotated[list[Name], msgspec.Meta(max_length=100)]


class Piece(msgspec.Struct, omit_defaults=True, rename="camel"):
    """Fields without a default are always there, null or not; others only where they say more."""


class Remarks(Piece):
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


class Named(Piece):
    """A criterion or a principle.

    Attributes:
        about: what it means, or nothing.

    """

    name: str
    about: str


class Form(Piece):
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


class Vote(Judged, kw_only=True):
    """What someone else said of a pair, for whoever decides where people part.

    Attributes:
        by: who; a number of this pair's own where names are hidden.
        edited: they improved the better response.

    """

    by: str
    edited: bool = False


class ShownPair(Piece):
    """A pair as the screen knows it: which response is `a` stays in the kernel.

    Attributes:
        returning: skipped before, and now shown again.
        queued: counted among those to come, though it has a label.
        label: the label that stands, when the pair is shown to be judged anew.
        draft: the label that was just taken back.
        votes: what others said of it.

    """

    id: str
    prompt: Text
    left: Text
    right: Text
    returning: bool
    queued: bool = False
    label: Judged | None = None
    draft: Judged | None = None
    votes: list[Vote] = []


class Stopping(Piece):
    """Whether the labels settle which models are better; which ones those are is not told.

    Attributes:
        contests: how many two models are compared.
        settled: of how many it is settled.

    """

    contests: int
    settled: int


class Past(Piece):
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


class Listed(Piece):
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
