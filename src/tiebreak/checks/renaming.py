"""A source under the names that a check knows, where its user said what its columns are."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from tiebreak.errors import CheckError, PairsError
from tiebreak.reading.columns import renamed
from tiebreak.reading.sources import open_table


def with_columns(source: Any, columns: Mapping[str, str]) -> Any:
    """Give a source's rows as a frame with its columns renamed, under the rows' own names.

    Raises:
        CheckError: it cannot be opened, a column is not there, or lines are broken, which a check
            without ``columns`` names.

    """
    if isinstance(source, Mapping) and not hasattr(source, "column_names"):
        return {split: with_columns(part, columns) for split, part in source.items()}
    try:
        table = renamed(open_table(source), columns)
        rows = list(table.rows)
    except PairsError as error:
        raise CheckError(str(error)) from None
    if table.broken:
        row, what = table.broken[0]
        msg = f"{table.name}, {table.row_word} {row}: {what}. Check it without columns= first."
        raise CheckError(msg)
    cells = {name: [row.get(name) for _, row in rows] for name in table.columns}
    index = pd.Index([row for row, _ in rows], dtype=object)
    return pd.DataFrame({k: pd.Series(v, index, dtype=object) for k, v in cells.items()}, index)
