"""Rows as Arrow: one typed schema for all of them, and batches small enough to stream.

The types are those that Hugging Face ``datasets`` writes: a text is a string, a dialogue a list of
``{"role", "content"}``, a margin float64. What is missing throughout is a missing string, because
a column of type null fits nothing that is put beside it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tiebreak.errors import ExportError
from tiebreak.exports.format import Row
from tiebreak.exports.media import ReadMedia
from tiebreak.records.text import COLUMNS

ROWS_A_BATCH = 10_000
ROWS_WITH_MEDIA = 100

_MEDIA = frozenset(COLUMNS.values())

_TYPES_OF_MISSING = {"strength": "int64", "margin": "float64"}

Columns = dict[str, list[Any]]


def to_columns(rows: Iterable[Row]) -> Columns:
    """Turn rows, which all have the same keys, into columns of what they refer to."""
    columns: Columns = {}
    for row in rows:
        for name, value in row.items():
            columns.setdefault(name, []).append(value)
    return columns


def count_rows(columns: Mapping[str, list[Any]]) -> int:
    """Give the length that all columns have."""
    return len(next(iter(columns.values()), []))


def schema_of(columns: Mapping[str, list[Any]], name: str) -> Any:
    """Find the ``pyarrow.Schema`` that holds all rows.

    Args:
        columns: as :func:`to_columns` gives them.
        name: what is written, for the message.

    Raises:
        ExportError: pyarrow is not installed, or a column mixes types.

    """
    pa = _pyarrow()
    fields = []
    for column, values in columns.items():
        try:
            found = _media_type(pa) if column in _MEDIA else pa.infer_type(values)
        except (pa.ArrowException, OverflowError) as error:
            raise _misfit(name, column, error) from error
        missing = pa.type_for_alias(_TYPES_OF_MISSING.get(column, "string"))
        fields.append(pa.field(column, _without_null(pa, found, missing)))
    schema = pa.schema(fields)
    return schema if _MEDIA.isdisjoint(columns) else _with_features(schema)


def batches(
    columns: Mapping[str, list[Any]], schema: Any, name: str, read_media: ReadMedia | None = None
) -> Iterator[Any]:
    """Give the columns as ``pyarrow.RecordBatch`` es of the schema, files read as they come.

    Raises:
        ExportError: a value does not fit its column's type.

    """
    pa = _pyarrow()
    size = ROWS_A_BATCH if _MEDIA.isdisjoint(columns) else ROWS_WITH_MEDIA
    for start in range(0, count_rows(columns), size):
        arrays = []
        for field in schema:
            values = columns[field.name][start : start + size]
            if field.name in _MEDIA and read_media is not None:
                values = [
                    [{"bytes": read_media(name), "path": name} for name in names]
                    for names in values
                ]
            try:
                arrays.append(pa.array(values, field.type))
            except (pa.ArrowException, OverflowError) as error:
                raise _misfit(name, field.name, error) from error
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _pyarrow() -> Any:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
    except ImportError as error:
        msg = "Writing Parquet needs pyarrow: pip install 'tiebreak[parquet]'"
        raise ExportError(msg) from error
    return pa


def _misfit(name: str, column: str, error: Exception) -> ExportError:
    return ExportError(
        f"{name}: Parquet and datasets hold one type a column, and {column!r} does not fit that "
        f"({error}). Write a .jsonl file, or leave the column out."
    )


def _without_null(pa: Any, found: Any, missing: Any) -> Any:
    if pa.types.is_null(found):
        return missing
    if pa.types.is_list(found):
        return pa.list_(_without_null(pa, found.value_type, pa.string()))
    if pa.types.is_struct(found):
        return pa.struct([(f.name, _without_null(pa, f.type, pa.string())) for f in found])
    return found


def _media_type(pa: Any) -> Any:
    return pa.list_(pa.struct([("bytes", pa.binary()), ("path", pa.string())]))


def _with_features(schema: Any) -> Any:
    """Say in the schema's metadata, as ``datasets`` does, that these bytes are images or audio."""
    try:
        import datasets  # noqa: PLC0415 - an extra
    except ImportError as error:
        msg = "Writing images or audio needs datasets: pip install 'tiebreak[hub]'"
        raise ExportError(msg) from error
    features = datasets.Features.from_arrow_schema(schema)
    made = {"image": datasets.Image, "audio": datasets.Audio}
    for kind, column in COLUMNS.items():
        if column in schema.names:
            features[column] = datasets.Sequence(made[kind]())
    return features.arrow_schema
