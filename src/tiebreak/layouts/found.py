"""What a layout makes of rows: pairs as they stand there, and what was thought of them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from tiebreak.events import Flagged, Preference, Side, Source, Verdict

Row = Mapping[str, Any]


class Opinion(NamedTuple):
    """One annotator's preference on a pair, as a dataset carries it; see ``events.Label``.

    ``annotator`` is the dataset's own name for who it was, or a name that says what kind of
    annotator it was (``"gpt-4"``, ``"crowd"``).
    """

    annotator: str
    source: Source
    preference: Preference
    strength: int | None = None
    criteria: dict[str, Verdict] | None = None
    reasons: dict[Side, list[str]] | None = None
    principles: list[str] | None = None
    flags: dict[Flagged, list[str]] | None = None
    note: str | None = None
    edit: str | None = None
    probability: float | None = None
    shown_left: Side | None = None
    seconds: float | None = None
    at: datetime | None = None
    again: bool = False


class Found(NamedTuple):
    """A pair in a dataset's row. The texts are not checked yet; that is done for all layouts alike.

    ``id`` is only given where the dataset's own id names this very pair; else the pair is known
    by its content, so that several rows about one pair become one pair with several opinions.
    ``meta`` holds the other columns worth keeping.
    """

    prompt: Any
    a: Any
    b: Any
    id: str | None = None
    model_a: str | None = None
    model_b: str | None = None
    meta: Mapping[str, Any] = {}
    opinions: tuple[Opinion, ...] = ()


class RowError(Exception):
    """A row is not what its layout says; the message says what is wrong with it, without the row.

    It never leaves the package: the reader collects these, with the rows' names.
    """


class Layout(NamedTuple):
    """How one dataset's rows are recognised and read."""

    name: str  # as given to read_pairs(layout=...)
    title: str  # for messages: "Anthropic HH transcripts"
    columns: frozenset[str]  # the columns that a table of this layout always has
    read: Callable[[Row], Iterable[Found]]  # raises RowError
    # looks into the first row, where the columns alone do not tell
    fits: Callable[[Row], bool] = lambda row: True  # noqa: ARG005
    # joins rows first, where one pair stands in several
    gather: Callable[[Iterable[tuple[object, Row]]], Iterable[tuple[object, Row]]] | None = None
