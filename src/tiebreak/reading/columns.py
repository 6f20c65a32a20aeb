"""The columns of a source: under a user's own names, and those that a layout does not read."""

from collections.abc import Iterator, Mapping
from typing import Any

from tiebreak.errors import PairsError
from tiebreak.reading.layouts.layout import Layout
from tiebreak.reading.problems import OTHER_SHAPE
from tiebreak.reading.rows import Row, RowError
from tiebreak.reading.sources import Table, open_table, require_columns


def renamed(table: Table, columns: Mapping[str, str]) -> Table:
    """Give a table under the names that layouts have for its columns.

    Raises:
        PairsError: a column is not there, or two would have one name.

    """
    if not isinstance(columns, Mapping) or not all(
        isinstance(name, str) for pair in columns.items() for name in pair
    ):
        msg = (
            "columns= is a mapping of names: what a layout calls a column, and what the source "
            "calls it, as in {'prompt': 'question', 'chosen': 'response_j', "
            "'rejected': 'response_k'}."
        )
        raise PairsError(msg)
    require_columns(table, columns.values())
    new = {given: name for name, given in columns.items()}
    if len(new) < len(columns):
        msg = "columns= names one column of the source twice; each is one of the layout's."
        raise PairsError(msg)
    names = [new.get(column, column) for column in table.columns]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        msg = (
            f"{table.name} has a column {twice!r} beside {columns[twice]!r}; give it another "
            f"name, too: columns={{..., 'other_{twice}': {twice!r}}}."
        )
        raise PairsError(msg)
    rows = ((row, {new.get(k, k): v for k, v in cells.items()}) for row, cells in table.rows)
    return table._replace(columns=names, rows=rows)


def open_under(source: Any, columns: Mapping[str, str] | None) -> Table:
    """Open a source, under the names that its user says, if they do.

    Raises:
        PairsError: it cannot be opened, or a column is not there.

    """
    table = open_table(source)
    return table if columns is None else renamed(table, columns)


def unread_columns(layout: Layout, first: Row) -> list[str]:
    """Give the columns of a first row that say something, and that its layout does not look at."""
    watched = _Watched(first)
    try:
        for _ in layout.read(watched):
            pass
    except (RowError, *OTHER_SHAPE):
        return []  # it is told by itself what is wrong with the row
    own = layout.columns | layout.takes | watched.seen
    return [name for name, value in first.items() if name not in own and value is not None]


class _Watched(dict[str, Any]):
    """A row that notes which of its columns are looked at; whoever goes through it sees all."""

    def __init__(self, row: Row) -> None:
        super().__init__(row)
        self.seen: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.seen.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.seen.add(name)
        return super().get(name, default)

    def items(self) -> Any:
        self.seen.update(self)
        return super().items()

    def __iter__(self) -> Iterator[str]:
        self.seen.update(super().keys())
        return super().__iter__()
