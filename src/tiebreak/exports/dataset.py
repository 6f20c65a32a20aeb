"""Labels as a Hugging Face ``datasets.Dataset`` with typed features, in memory, without a file."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import pandas as pd

from tiebreak.errors import ExportError
from tiebreak.exports import arrow
from tiebreak.exports.formats import find_format
from tiebreak.exports.images import check_images
from tiebreak.exports.preparing import ALL, Prepared, prepare
from tiebreak.exports.report import tell
from tiebreak.exports.vision import ReadImage
from tiebreak.pairs import Pair


def to_dataset(
    pairs: Sequence[Pair],
    labels: pd.DataFrame,
    format: str = "trl",
    *,
    read_image: ReadImage | None = None,
    **asked: Any,
) -> Any:
    """Give labels as a dataset; see :meth:`tiebreak.Session.to_dataset`.

    Args:
        pairs: what was labeled.
        labels: as :func:`tiebreak.views.labels_frame` gives them.
        format: one that Parquet holds.
        read_image: gives the bytes of an image that the texts refer to.
        asked: as :func:`tiebreak.exports.export` takes it.

    Returns:
        A ``datasets.Dataset``, or with ``splits`` a ``datasets.DatasetDict``. Its
        ``info.description`` says what was left out.

    Raises:
        ExportError: there is nothing to give, or an option does not fit.

    """
    try:
        import datasets  # noqa: PLC0415 - an extra
    except ImportError as error:
        msg = "session.to_dataset needs datasets: pip install 'tiebreak[hub]'"
        raise ExportError(msg) from error
    found = find_format(format)
    if ".parquet" not in found.suffixes:
        msg = f"The format {format!r} is no table; export it to a {found.suffixes[0]} file."
        raise ExportError(msg)
    prepared = prepare(pairs, labels, found, format, asked)
    notes = [*prepared.notes, *check_images(prepared, format, ".parquet")]
    told = "\n".join([*tell(prepared.left_out, prepared.policy), *notes])
    made = {
        name: datasets.Dataset(
            _to_table(prepared, name, format, read_image), datasets.DatasetInfo(description=told)
        )
        for name in prepared.parts
    }
    return made[ALL] if ALL in made else datasets.DatasetDict(made)


def _to_table(prepared: Prepared, name: str, format: str, read_image: ReadImage | None) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - an extra

    rows = prepared.rows(prepared.parts[name])
    columns = arrow.to_columns(chain.from_iterable(rows.chunks(name or format)))
    schema = arrow.schema_of(columns, format)
    return pa.Table.from_batches(arrow.batches(columns, schema, format, read_image), schema)
