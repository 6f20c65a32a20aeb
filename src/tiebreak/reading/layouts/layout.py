"""What a layout makes of rows: pairs as they stand there, and what was thought of them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from tiebreak.reading.rows import Row
from tiebreak.records.label import Opinion


class Found(NamedTuple):
    """A pair in a dataset's row. The texts are not checked yet; that is done for all layouts alike.

    ``id`` is only given where the dataset's own id names this very pair; else the pair is known
    by its content, so that several rows about one pair become one pair with several opinions.
    ``meta`` holds the other columns worth keeping. ``columns`` are what prompt, a and b are called
    in the rows, for messages. ``exchanged_by_id`` says that a and b are the other way round where
    the id is the hash of the pair so.
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


class Layout(NamedTuple):
    """How one dataset's rows are recognised and read.

    Attributes:
        name: as given to ``read_pairs(layout=...)``; several shapes of one dataset share it.
        title: for messages, such as "Anthropic HH transcripts".
        columns: the columns that a table of this layout always has.
        read: gives the pairs of a row, or raises a :class:`RowError`.
        fits: looks into the first row, where the columns alone do not tell.
        gather: joins the named rows first, where one pair stands in several of them.
        takes: further columns that it reads itself, where they are there: no context that the
            reader would put before the prompt.

    """

    name: str
    title: str
    columns: frozenset[str]
    read: Callable[[Row], Iterable[Found]]
    fits: Callable[[Row], bool] = lambda row: True  # noqa: ARG005
    gather: Callable[[Iterable[tuple[object, Row]]], Iterable[tuple[object, Row]]] | None = None
    takes: frozenset[str] = frozenset()
