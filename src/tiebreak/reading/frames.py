"""What is in memory as named rows: frames of pandas, Arrow's tables, ``datasets``, lists."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from typing import Any

import numpy as np
import pandas as pd

from tiebreak.errors import PairsError
from tiebreak.reading.json_columns import rows_of
from tiebreak.reading.limits import Columns, refuse_columns
from tiebreak.reading.rows import Broken, Row, Source

BLOCK = 1_000
MEND_ROWS = "Mend or drop these rows."
HAS_NO_COLUMNS = "has no columns; rows come as a DataFrame or a list of dicts."

# pandas keeps an index without a name in Parquet under such a name.
_INDEX_COLUMN = re.compile(r"__index_level_\d+__")
_Rows = Iterator[tuple[object, Row]]


def from_frame(frame: pd.DataFrame, name: str) -> Source:
    """Take a DataFrame; of two columns of one name the rows have the first."""
    refuse_columns(len(frame.columns), name)
    columns = [_name_of(column) for column in frame.columns]
    # An index with a name is a column that somebody set apart, as the id is of session.pairs.
    levels = [level for level in frame.index.names if level is not None]
    index = [level for level in map(_name_of, levels) if level not in columns]
    columns = [*index, *columns]
    rows = frame_rows(frame, index=index)
    if frame.index.is_unique:
        remedy = f"{MEND_ROWS[:-1]}, for example: {{frame}} = {{frame}}.drop(index={{rows}})"
        return Source(name, "row", rows, columns, remedy, total=len(frame))
    # To drop a row by its label would drop all others of this label, too.
    places = enumerate(row for _, row in rows)
    remedy = (
        f"{MEND_ROWS[:-1]}, for example: {{frame}} = {{frame}}.iloc[[n for n in "
        "range(len({frame})) if n not in {rows}]]"
    )
    return Source(
        f"{name} (its index is not unique: rows are named by position from 0)",
        *("row", places, columns, remedy),
        total=len(frame),
    )


def frame_rows(frame: pd.DataFrame, *, index: Sequence[str] = ()) -> _Rows:
    """Give a frame's rows, a thousand at a time, so that no column is copied whole.

    Of its index, the levels of these names are columns, too.
    """
    columns = enumerate(map(_name_of, frame.columns))
    places = {name: place for place, name in reversed(list(columns))}
    names = [*index, *places]
    levels = [
        n
        for n, level in enumerate(frame.index.names)
        if level is not None and _name_of(level) in index
    ]
    series = [frame.iloc[:, place] for place in places.values()]
    for start in range(0, len(frame), BLOCK):
        block = slice(start, start + BLOCK)
        index_labels = frame.index[block].tolist()
        held = [frame.index[block].get_level_values(level).tolist() for level in levels]
        values = [_without_arrays_in(one.iloc[block]) for one in series]
        cells = zip(*held, *values, strict=True)
        rows = (dict(zip(names, row, strict=True)) for row in cells)
        # A frame may have no columns, and rows for all that.
        yield from zip(index_labels, rows if names else ({} for _ in index_labels), strict=True)


def _name_of(column: object) -> str:
    try:
        return str(column)
    except Exception:  # noqa: BLE001 - a header may hold anything
        return f"a {type(column).__name__}"


def _without_arrays_in(values: "pd.Series[Any]") -> list[Any]:
    """Give a column's cells; pandas' own reading of Parquet makes arrays of what were lists."""
    cells: list[Any] = values.tolist()
    if values.dtype != object:
        return cells
    with suppress(RecursionError):  # lists in lists without end: the row is refused later
        return [_without_arrays(cell) for cell in cells]
    return cells


def _without_arrays(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, np.ndarray):
        return _without_arrays(cell.tolist())
    if type(cell) is list:
        return [_without_arrays(item) for item in cell]
    if type(cell) is dict:
        return {key: _without_arrays(item) for key, item in cell.items()}
    return cell


def from_arrow(source: Any, name: str) -> Source:
    """Take what speaks Arrow's C stream, with lists and dicts in its cells as such.

    Raises:
        PairsError: pyarrow is not installed, or it is one column alone.

    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
    except ImportError:
        msg = f"{name} can be read with pyarrow: pip install pyarrow"
        raise PairsError(msg) from None
    try:
        table = pa.table(source)
    except (TypeError, ValueError):  # pyarrow's own are these
        msg = f"{name} {HAS_NO_COLUMNS}"
        raise PairsError(msg) from None
    batches = table.to_batches(max_chunksize=BLOCK)
    return from_batches(batches, table.column_names, name, table.num_rows)


def from_batches(batches: Iterable[Any], names: list[str], name: str, total: int) -> Source:
    """Take Arrow's record batches, one after the other."""
    refuse_columns(len(names), name)
    kept = [place for place, column in enumerate(names) if not _INDEX_COLUMN.fullmatch(column)]
    rows = _batch_rows(batches, kept if len(kept) < len(names) else None)
    return Source(name, "row", rows, [names[place] for place in kept], MEND_ROWS, total=total)


def _batch_rows(batches: Iterable[Any], kept: list[int] | None) -> _Rows:
    position = 0
    for batch in batches:
        for row in rows_of(batch if kept is None else batch.select(kept)):
            yield position, row
            position += 1


def from_dataset(dataset: Any) -> Source:
    """Take a ``datasets.Dataset``, or one that is gone through once."""
    name, remedy = "The dataset", MEND_ROWS
    dataset = _undecoded(dataset).with_format(None)
    classes = _classes_of(dataset)
    if not hasattr(dataset, "__len__"):
        items = (_with_classes(row, classes) for row in dataset) if classes else dataset
        return from_items(items, name, "row", remedy)
    columns = list(dataset.column_names)
    refuse_columns(len(columns), name)
    rows = _dataset_rows(dataset)
    if classes:
        rows = ((place, _with_classes(row, classes)) for place, row in rows)
    return Source(name, "row", rows, columns, remedy, total=len(dataset))


def _undecoded(dataset: Any) -> Any:
    """Have a dataset give images and audio as the bytes it holds, not as others made of them."""
    for column, feature in (getattr(dataset, "features", None) or {}).items():
        if "Audio(" in repr(feature) or "Image(" in repr(feature):
            own = deepcopy(feature)
            _decode_nothing(own)
            dataset = dataset.cast_column(column, own)
    return dataset


def _decode_nothing(feature: Any) -> None:
    if type(feature).__name__ in ("Audio", "Image"):
        feature.decode = False
    if isinstance(feature, dict):
        inner = list(feature.values())
    elif isinstance(feature, list):
        inner = feature
    else:
        inner = [feature.feature] if hasattr(feature, "feature") else []
    for each in inner:
        _decode_nothing(each)


def _classes_of(dataset: Any) -> dict[str, Callable[[int], str]]:
    """Give, of the columns of numbers that have names, what tells the name."""
    features = getattr(dataset, "features", None) or {}
    return {
        column: feature.int2str
        for column, feature in features.items()
        if type(feature).__name__ == "ClassLabel" and feature.names
    }


def _with_classes(row: Any, classes: Mapping[str, Callable[[int], str]]) -> Any:
    """Give a row with the names in place of the numbers; -1 stands for none."""
    if not isinstance(row, Mapping):
        return row
    named = {
        column: None if row[column] == -1 else name(row[column])
        for column, name in classes.items()
        if isinstance(row.get(column), int)
    }
    return {**row, **named}


def _dataset_rows(dataset: Any) -> _Rows:
    position = 0
    for block in dataset.iter(batch_size=BLOCK):
        for values in zip(*block.values(), strict=True):
            yield position, dict(zip(block, values, strict=True))
            position += 1


def from_items(
    items: Iterable[Any],
    name: str,
    word: str = "item",
    remedy: str = "Mend or remove these items.",
) -> Source:
    """Take dicts, one a row, under their positions."""
    columns = Columns(name)
    total = len(items) if isinstance(items, list | tuple) else None
    return Source(
        name, word, _item_rows(items, columns), columns, remedy, streamed=True, total=total
    )


def _item_rows(items: Iterable[Any], columns: Columns) -> Iterator[tuple[object, Row | Broken]]:
    for number, item in enumerate(items):
        if isinstance(item, Mapping):
            columns.take(item)
            yield number, item
        else:
            yield number, Broken(f"a row is a dict, not {type(item).__name__}", item)
