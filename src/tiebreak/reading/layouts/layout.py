"""What a layout makes of rows: pairs as they stand there, and what was thought of them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from tiebreak.reading.rows import Row, RowError
from tiebreak.records.label import Flagged, Preference, Side, Source, Verdict

__all__ = ["Found", "Layout", "Opinion", "RowError", "turned"]

_OTHER = {"a": "b", "b": "a"}


class Opinion(NamedTuple):
    """One annotator's preference on a pair, as a dataset carries it; see ``records.label.Label``.

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
    ``meta`` holds the other columns worth keeping. ``columns`` are what prompt, a and b are called
    in the rows, for messages.
    """

    prompt: Any
    a: Any
    b: Any
    id: str | None = None
    model_a: str | None = None
    model_b: str | None = None
    meta: Mapping[str, Any] = {}
    opinions: tuple[Opinion, ...] = ()
    columns: tuple[str, str, str] = ("prompt", "a", "b")


class Layout(NamedTuple):
    """How one dataset's rows are recognised and read.

    Attributes:
        name: as given to ``read_pairs(layout=...)``; several shapes of one dataset share it.
        title: for messages, such as "Anthropic HH transcripts".
        columns: the columns that a table of this layout always has.
        read: gives the pairs of a row, or raises a :class:`RowError`.
        fits: looks into the first row, where the columns alone do not tell.
        gather: joins the named rows first, where one pair stands in several of them.

    """

    name: str
    title: str
    columns: frozenset[str]
    read: Callable[[Row], Iterable[Found]]
    fits: Callable[[Row], bool] = lambda row: True  # noqa: ARG005
    gather: Callable[[Iterable[tuple[object, Row]]], Iterable[tuple[object, Row]]] | None = None


def turned(opinion: Opinion) -> Opinion:
    """Say the same of the pair whose a and b are exchanged."""
    probability = opinion.probability
    return opinion._replace(
        preference=_turn(opinion.preference),
        criteria={k: _turn(v) for k, v in opinion.criteria.items()} if opinion.criteria else None,
        reasons={_turn(k): v for k, v in opinion.reasons.items()} if opinion.reasons else None,
        flags={_turn(k): v for k, v in opinion.flags.items()} if opinion.flags else None,
        probability=None if probability is None else 1 - probability,
        shown_left=_turn(opinion.shown_left),
    )


def _turn(side: Any) -> Any:
    return _OTHER.get(side, side)
