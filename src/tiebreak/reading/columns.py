"""A user's own names for the columns of a layout."""

from collections.abc import Mapping

from tiebreak.errors import PairsError
from tiebreak.reading.sources import Table, require_columns


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
