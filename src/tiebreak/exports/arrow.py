"""Rows as Arrow: one typed schema for all of them, and batches small enough to stream.

The types are those that Hugging Face ``datasets`` writes: a text is a string, a dialogue a list of
``{"role", "content"}``, a margin float64. What is missing throughout is a missing string, because
a column of type null fits nothing that is put beside it. Objects of unlike keys, such as the
arguments of calls, are JSON, as the ``Json`` feature of ``datasets`` is: Arrow would fill each with
the keys of all others.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

import msgspec

from tiebreak.errors import ExportError
from tiebreak.exports.format import Row
from tiebreak.exports.media import ReadMedia
from tiebreak.records.text import COLUMNS, MediaKind

ROWS_A_BATCH = 10_000
ROWS_WITH_MEDIA = 100

_BLOCK = 1_000
_MEDIA = frozenset(COLUMNS.values())
# What ``datasets`` calls the feature that its viewer shows a file by.
_FEATURES: Mapping[MediaKind, str] = {"image": "Image", "audio": "Audio"}

# Whose keys the user decides on, so that they are JSON also where they happen to be alike.
_FREE = frozenset({"arguments"})
_FREE_COLUMNS = frozenset({"tools"})

_TYPES_OF_MISSING = {"strength": "int64", "margin": "float64"}

Columns = dict[str, list[Any]]


def to_columns(rows: Iterable[Row]) -> Columns:
    """Turn rows, which all have the same keys, into columns of what they refer to."""
    columns: Columns = {}
    rows = iter(rows)
    while block := list(islice(rows, _BLOCK)):
        for name in block[0]:
            columns.setdefault(name, []).extend([row[name] for row in block])
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
            found = _media_type(pa) if column in _MEDIA else _infer(pa, column, values)
        except (pa.ArrowException, OverflowError) as error:
            raise _misfit(name, column, error) from None
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
                arrays.append(_to_array(pa, values, field.type))
            except (pa.ArrowException, OverflowError) as error:
                raise _misfit(name, field.name, error) from None
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _pyarrow() -> Any:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
    except ImportError:
        msg = "Writing Parquet needs pyarrow: pip install pyarrow"
        raise ExportError(msg) from None
    return pa


def _misfit(name: str, column: str, error: Exception) -> ExportError:
    return ExportError(
        f"{name}: Parquet and datasets hold one type a column, and {column!r} does not fit that "
        f"({error}). Write a .jsonl file, or leave the column out."
    )


def _infer(pa: Any, column: str, values: list[Any]) -> Any:
    first = next((value for value in values if value is not None), None)
    if not isinstance(first, list | dict):
        return pa.infer_type(values)
    return _type_of(pa, values, _FREE_COLUMNS if column in _FREE_COLUMNS else ())


def _type_of(pa: Any, values: list[Any], free: Collection[str]) -> Any:
    """Find the type of values as ``pa.infer_type`` does, and JSON for objects of unlike keys."""
    there = [value for value in values if value is not None]
    kinds = set(map(type, there))
    if free and kinds:
        return _json_type(pa)
    if kinds == {list}:
        return pa.list_(_type_of(pa, list(chain.from_iterable(there)), ()))
    if kinds == {dict}:
        keys = there[0].keys()
        if not keys or any(value.keys() != keys for value in there):
            return _json_type(pa)
        return pa.struct(
            [(key, _type_of(pa, [v[key] for v in there], _FREE & {key})) for key in keys]
        )
    if kinds & {list, dict} and len(kinds) > 1:
        return _json_type(pa)
    return pa.infer_type(there)


def _json_type(pa: Any) -> Any:
    return pa.json_() if hasattr(pa, "json_") else pa.string()


def _to_array(pa: Any, values: list[Any], type: Any) -> Any:
    stored = _stored_as(pa, type)
    if stored == type and hasattr(pa, "json_"):  # without it, objects are in columns of text
        return pa.array(values, type)
    array = pa.array([_to_stored(pa, value, type) for value in values], stored)
    return array if stored == type else array.cast(type)


def _stored_as(pa: Any, type: Any) -> Any:
    """Give a type without extensions, which arrays of Python's values are not made of."""
    if pa.types.is_list(type):
        return pa.list_(_stored_as(pa, type.value_type))
    if pa.types.is_struct(type):
        return pa.struct([(field.name, _stored_as(pa, field.type)) for field in type])
    return getattr(type, "storage_type", type)


def _to_stored(pa: Any, value: Any, type: Any) -> Any:
    if value is None:
        return None
    if pa.types.is_list(type):
        return [_to_stored(pa, item, type.value_type) for item in value]
    if pa.types.is_struct(type):
        return {field.name: _to_stored(pa, value.get(field.name), field.type) for field in type}
    if hasattr(type, "storage_type") or (isinstance(value, list | dict) and _is_text(pa, type)):
        return msgspec.json.encode(value).decode()
    return value


def _is_text(pa: Any, type: Any) -> bool:
    return bool(pa.types.is_string(type))


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
    except ImportError:
        msg = "Writing images or audio needs datasets: pip install datasets"
        raise ExportError(msg) from None
    features = datasets.Features.from_arrow_schema(schema)
    for kind, column in COLUMNS.items():
        if column in schema.names:
            features[column] = datasets.Sequence(getattr(datasets, _FEATURES[kind])())
    return features.arrow_schema
