"""Labels as a Hugging Face ``datasets.Dataset`` with typed features, in memory, without a file."""

from collections.abc import Sequence
from itertools import chain
from typing import Any, Unpack, cast

import pandas as pd

from tiebreak.errors import ExportError
from tiebreak.exports import arrow
from tiebreak.exports.formats import find_format
from tiebreak.exports.holding import check_media
from tiebreak.exports.media import ReadMedia
from tiebreak.exports.options import ExportOptions
from tiebreak.exports.preparing import ALL, Prepared, prepare
from tiebreak.exports.report import tell
from tiebreak.records.pair import Pair


def to_dataset(
    pairs: Sequence[Pair],
    labels: pd.DataFrame,
    format: str = "trl",
    *,
    read_media: ReadMedia | None = None,
    **asked: Unpack[ExportOptions],
) -> Any:
    """Give labels as a dataset; see :meth:`tiebreak.Session.to_dataset`.

    Args:
        pairs: what was labeled.
        labels: as :func:`tiebreak.views.labels_frame` gives them.
        format: one that Parquet holds.
        read_media: gives the bytes of a file that the texts refer to.
        asked: as :func:`tiebreak.exports.export` takes it.

    Returns:
        A ``datasets.Dataset``, or with ``splits`` a ``datasets.DatasetDict``. Its
        ``info.description`` says what was left out.

    Raises:
        ExportError: there is nothing to give, or an option does not fit.

    """
    prepared, _ = prepare_table(pairs, labels, format, cast("dict[str, Any]", asked))
    made = build(prepared, format, read_media)
    if ALL in made:
        return made[ALL]
    import datasets  # noqa: PLC0415 - an extra

    return datasets.DatasetDict(made)


def prepare_table(
    pairs: Sequence[Pair], labels: pd.DataFrame, format: str, asked: dict[str, Any]
) -> tuple[Prepared, list[str]]:
    """Prepare what is to be a table, and say what is worth knowing of it.

    Raises:
        ExportError: the format is no table, an option does not fit, or nothing is left.

    """
    found = find_format(format)
    if ".parquet" not in found.suffixes:
        msg = f"The format {format!r} is no table; export it to a {found.suffixes[0]} file."
        raise ExportError(msg)
    prepared = prepare(pairs, labels, found, format, asked)
    return prepared, [*prepared.notes, *check_media(prepared, format, ".parquet")]


def build(prepared: Prepared, format: str, read_media: ReadMedia | None) -> dict[str, Any]:
    """Build the ``datasets.Dataset`` of each split.

    Raises:
        ExportError: datasets is not installed, or a column mixes types.

    """
    try:
        import datasets  # noqa: PLC0415 - an extra
    except ImportError:
        msg = "A dataset needs the library datasets: pip install datasets"
        raise ExportError(msg) from None
    told = "\n".join([*tell(prepared.left_out, prepared.policy), *prepared.notes])
    return {
        name: datasets.Dataset(
            _to_table(prepared, name, format, read_media), datasets.DatasetInfo(description=told)
        )
        for name in prepared.parts
    }


def _to_table(prepared: Prepared, name: str, format: str, read_media: ReadMedia | None) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - an extra

    rows = prepared.rows(prepared.parts[name])
    columns = arrow.to_columns(chain.from_iterable(rows.chunks(name or format)))
    schema = arrow.schema_of(columns, format)
    return pa.Table.from_batches(arrow.batches(columns, schema, format, read_media), schema)
