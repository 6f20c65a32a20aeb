"""tiebreak's own layout, which loses nothing: a pair with all that was thought of it, a row each.

A row has the fields of :class:`tiebreak.records.pair.Pair` (id, prompt, a, b, model_a, model_b,
meta) and ``labels``: a list with those fields of an ``Opinion`` that say something.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tiebreak.reading.layouts.fields import read_time
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row, RowError
from tiebreak.records.label import Opinion

_USES = {name: name for name in ("id", "prompt", "a", "b", "model_a", "model_b", "labels")}
_NEEDED = ("annotator", "source", "preference")


def _read(row: Row) -> Iterator[Found]:
    labels = row.get("labels")
    if not isinstance(labels, list | tuple):
        msg = f"labels is not a list but {type(labels).__name__}"
        raise RowError(msg)
    yield Found(
        row.get("prompt"),
        row.get("a"),
        row.get("b"),
        id=row.get("id"),
        model_a=row.get("model_a"),
        model_b=row.get("model_b"),
        meta={"meta": row.get("meta")},
        opinions=tuple(_read_label(label) for label in labels),
    )


def _read_label(label: Any) -> Opinion:
    if not isinstance(label, Mapping):
        msg = f"a label that is no object but {type(label).__name__}"
        raise RowError(msg)
    # Parquet fills the fields that other labels have with None.
    said = {key: _without_none(value) for key, value in label.items() if value is not None}
    unknown = sorted(map(repr, said.keys() - set(Opinion.__struct_fields__)))
    if unknown:
        msg = f"a label with the unknown field {unknown[0]}"
        raise RowError(msg)
    missing = [name for name in _NEEDED if name not in said]
    if missing:
        msg = f"a label without {missing[0]}"
        raise RowError(msg)
    return Opinion(**said | {"at": read_time(said.get("at"), "a label whose at")})


def _without_none(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {key: item for key, item in value.items() if item is not None} or None


LAYOUT = Layout(
    "raw",
    "tiebreak's own, with labels",
    frozenset({*_USES} - {"model_a", "model_b"}),
    _read,
    uses=_USES,
)
