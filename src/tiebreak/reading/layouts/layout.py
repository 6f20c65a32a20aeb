"""What a layout makes of rows: pairs as they stand there, and what was thought of them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from tiebreak.reading.rows import Row
from tiebreak.records.label import Opinion

# The numbers of the rows that were joined into one.
Joined = tuple[int, ...]
# The keys of an object that are read, each with what is read of the objects in it, or None where
# that is all of it. ANY stands for all keys. Of lists it is said of each of their items.
Within = Mapping[str, "Within | None"]
ANY = "*"
EQUAL_RANKS = "answers that are ranked alike make no pair with each other"


class Found(msgspec.Struct, frozen=True, gc=False):
    """A pair in a dataset's row. The texts are not checked yet; that is done for all layouts alike.

    ``id`` is only given where the dataset's own id names this very pair; else the pair is known
    by its content, so that several rows about one pair become one pair with several opinions.
    ``meta`` holds the other columns worth keeping. ``columns`` are what prompt, a and b are called
    in the rows, for messages. ``exchanged_by_id`` says that a and b are the other way round where
    the id is the hash of the pair so. ``told`` is what of the row is lost in a way that the names
    of its columns do not show, and why; ``uses`` is as of a layout, where that hangs on the row.
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
    exchanged_by_id: bool = False
    told: tuple[str, ...] = ()
    uses: Mapping[str, str] = {}


NOTHING_FOUND = Found(None, None, None)


class Layout(NamedTuple):
    """How one dataset's rows are recognised and read.

    Attributes:
        name: as given to ``read_pairs(layout=...)``; several shapes of one dataset share it.
        title: for messages, such as "Anthropic HH transcripts".
        columns: the columns that a table of this layout always has.
        read: gives the pairs of a row, or raises a :class:`RowError`.
        fits: looks into the first row, where the columns alone do not tell.
        uses: what each column that it reads becomes, by the names of the columns of
            ``Reading.pairs`` and ``Reading.labels``; the other columns are kept as meta, or the
            account of the reading names them as dropped.
        within: what it reads of the objects in these columns; what else is in them is named, too.
        gather: joins the numbered rows first, where one pair stands in several of them, and gives
            each joined one with the numbers of the rows in it, of which the first one names it.
        alone: what is said of a row that was joined with no other.
        refuse: looks through all rows, and raises a :class:`RowError` where they are none to read.

    """

    name: str
    title: str
    columns: frozenset[str]
    read: Callable[[Row], Iterable[Found]]
    fits: Callable[[Row], bool] = lambda row: True  # noqa: ARG005
    uses: Mapping[str, str] = {}
    within: Mapping[str, Within] = {}
    gather: Callable[[Iterable[tuple[int, Row]]], Iterable[tuple[Joined, Row]]] | None = None
    alone: str = "there is no row to join it with"
    refuse: Callable[[Iterable[Row]], object] | None = None
