"""Arrow's columns of JSON as what they hold, in the rows of a batch.

``datasets`` keeps objects of unlike keys so, as its feature ``Json``, and so do our own exports; by
itself pyarrow gives them as text.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

_JSON = "arrow.json"


def rows_of(batch: Any) -> Iterator[dict[str, Any]]:
    """Give the rows of an Arrow record batch, what is marked as JSON decoded."""
    readers = {field.name: read for field in batch.schema if (read := _reader(field.type))}
    for row in batch.to_pylist():
        for name, read in readers.items():
            row[name] = read(row[name])
        yield row


def _reader(type: Any) -> Callable[[Any], Any] | None:
    """Give what decodes the JSON in values of a type, or None where there is none in it."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    if getattr(type, "extension_name", None) == _JSON:
        return _decoded
    if pa.types.is_list(type) or pa.types.is_large_list(type):
        return _of_items(_reader(type.value_type))
    if pa.types.is_struct(type):
        return _of_fields({f.name: read for f in type if (read := _reader(f.type))})
    return None


def _decoded(value: Any) -> Any:
    if isinstance(value, str):
        with suppress(ValueError, RecursionError):  # then it stays what it is, a text
            return json.loads(value)
    return value


def _of_items(read: Callable[[Any], Any] | None) -> Callable[[Any], Any] | None:
    if read is None:
        return None
    return lambda value: value if value is None else list(map(read, value))


def _of_fields(readers: dict[str, Callable[[Any], Any]]) -> Callable[[Any], Any] | None:
    def read(value: Any) -> Any:
        if value is None:
            return None
        return {**value, **{name: one(value[name]) for name, one in readers.items()}}

    return read if readers else None
