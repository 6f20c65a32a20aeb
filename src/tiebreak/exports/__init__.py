"""What goes out: one file per format. Pure functions over pairs and labels: no session in here."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Unpack, cast

import pandas as pd

from tiebreak.errors import ExportError
from tiebreak.exports.dataset import to_dataset
from tiebreak.exports.formats import FORMATS, find_format
from tiebreak.exports.holding import check_media
from tiebreak.exports.media import ReadMedia
from tiebreak.exports.options import ExportOptions
from tiebreak.exports.preparing import ALL, Prepared, prepare
from tiebreak.exports.report import ExportReport
from tiebreak.exports.weighing import files_beside
from tiebreak.exports.writing import write_all
from tiebreak.os_errors import telling_os_errors
from tiebreak.records.pair import Pair

__all__ = ["FORMATS", "ExportReport", "export", "to_dataset"]

# Words that pandas, and so ``datasets``, reads from CSV as missing.
_READ_AS_MISSING = {
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN"),
    *("<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
}


def export(
    pairs: Sequence[Pair],
    labels: pd.DataFrame,
    path: Path,
    format: str = "trl",
    *,
    read_media: ReadMedia | None = None,
    **asked: Unpack[ExportOptions],
) -> ExportReport:
    """Write labels to a file in a trainer's format; see :meth:`tiebreak.Session.export`.

    Args:
        pairs: what was labeled.
        labels: as :func:`tiebreak.views.labels_frame` gives them.
        path: its ending, one of the format's, decides the kind of file.
        format: one of :data:`FORMATS`.
        read_media: gives the bytes of a file that the texts refer to.
        asked: fields of :class:`tiebreak.exports.selecting.Selection`, ``splits`` and ``seed``,
            and the format's own options.

    Raises:
        ExportError: nothing to write, or an option or ending that does not fit.

    """
    found = find_format(format)
    if path.suffix not in found.suffixes:
        msg = (
            f"{path}: the ending decides the file type; for the format {format!r} it is one of "
            f"{', '.join(found.suffixes)}."
        )
        raise ExportError(msg)
    prepared = prepare(pairs, labels, found, format, cast("dict[str, Any]", asked))
    notes = [*prepared.notes, *check_media(prepared, format, path.suffix)]
    if path.suffix == ".csv":
        notes += _warn_of_missing(prepared)
    files = {_name_split(path, name): part for name, part in prepared.parts.items()}
    rows = {file: prepared.rows(part) for file, part in files.items()}
    with telling_os_errors(ExportError, path):
        others = dict(found.beside(path, files)) if found.beside else {}
        if found.strict:
            others |= files_beside({file: part.judgments for file, part in files.items()})
        counts = write_all(rows, others, read_media)
    sizes = {name: counts[_name_split(path, name)] for name in prepared.parts if name != ALL}
    return ExportReport(
        path,
        format,
        sum(counts.values()),
        prepared.left_out,
        prepared.policy,
        sizes,
        (*counts, *others),
        notes,
    )


def _name_split(path: Path, split: str) -> Path:
    return path if split == ALL else path.with_name(f"{path.stem}-{split}{path.suffix}")


def _warn_of_missing(prepared: Prepared) -> list[str]:
    texts = [
        text
        for part in prepared.parts.values()
        for name in ("prompt", "a", "b")
        for text in part.judgments[name]
    ]
    words = sum(isinstance(text, str) and text in _READ_AS_MISSING for text in texts)
    if not words:
        return []
    return [
        f"{words} texts are words that pandas and datasets read from CSV as missing, such as NA "
        "and None; .jsonl and .parquet have no such words"
    ]
