"""What users give as a table -> a DataFrame whose columns are named by text."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from tiebreak.errors import PairsError


def as_frame(source: Any) -> pd.DataFrame:
    """Give a DataFrame as it is, and make one of dicts, a ``datasets.Dataset`` or of polars.

    Raises:
        PairsError: it is none of these, or two columns have one name.

    """
    if isinstance(source, pd.DataFrame):
        frame = source
    elif hasattr(source, "to_pandas"):
        frame = source.to_pandas()
    elif isinstance(source, str | bytes | Mapping) or not isinstance(source, Iterable):
        msg = (
            f"Responses come as a DataFrame or a list of dicts, not as {type(source).__name__}. "
            "pandas.read_json(path, lines=True) reads a file of them."
        )
        raise PairsError(msg)
    else:
        rows = list(source)
        other = next((n for n, row in enumerate(rows) if not isinstance(row, Mapping)), None)
        if other is not None:
            msg = f"Item {other}: a row is a dict, not {type(rows[other]).__name__}."
            raise PairsError(msg)
        frame = pd.DataFrame(rows, dtype=object)  # as they are: no None becomes NaN
    names = pd.Index([str(name) for name in frame.columns], dtype=object)
    if names.has_duplicates:
        twice = ", ".join(map(repr, names[names.duplicated()]))
        msg = f"There are two columns named {twice}; rename one."
        raise PairsError(msg)
    return frame.set_axis(names, axis="columns")


def named_rows(frame: pd.DataFrame) -> Iterator[tuple[object, dict[str, Any]]]:
    """Give the rows under their index labels."""
    columns = list(frame.columns)
    cells = zip(*(frame[name].tolist() for name in columns), strict=True)
    for name, row in zip(frame.index.tolist(), cells, strict=True):
        yield name, dict(zip(columns, row, strict=True))


def require_columns(frame: pd.DataFrame, columns: Iterable[str]) -> None:
    """See to it that the columns are there.

    Raises:
        PairsError: one is not; the message names it and those that are.

    """
    missing = ", ".join(repr(name) for name in columns if name not in frame.columns)
    if missing:
        there = ", ".join(map(repr, frame.columns)) or "none"
        msg = f"There is no column {missing}; the columns are {there}."
        raise PairsError(msg)
