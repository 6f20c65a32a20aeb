"""What goes out: one file per format. Pure functions over judgments (labels beside their texts)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pandas as pd

from tiebreak.errors import ExportError
from tiebreak.exports import kto, trl
from tiebreak.files import replacing, telling_os_errors, write_atomically
from tiebreak.images import names_in
from tiebreak.views import count_undecided

Rows = list[dict[str, Any]]


class Format(NamedTuple):
    """How judgments become rows, and which preferences give any."""

    rows: Callable[..., Rows]
    written: tuple[str, ...]


FORMATS = {
    "kto": Format(kto.rows, kto.WRITTEN),
    "trl": Format(trl.rows, trl.WRITTEN),
}

SUFFIXES = (".jsonl", ".parquet")

_PAIRS_NAMED = 10
_WORDS = {"tie": "ties", "both_bad": "both bad", "skip": "skipped"}


@dataclass(frozen=True)
class ExportReport:
    """What an export wrote and what it left out.

    Attributes:
        path: the file.
        format: the format's name.
        rows: how many rows it has.
        left_out: how many labels or pairs gave no row, by reason.
        notes: what else is worth knowing before training on it.

    """

    path: Path
    format: str
    rows: int
    left_out: dict[str, int]
    notes: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        """Say it in lines, as a notebook cell shows it."""
        lines = [f"{self.path}: {self.rows} rows, format {self.format}"]
        if self.left_out:
            reasons = ", ".join(f"{count} {reason}" for reason, count in self.left_out.items())
            lines.append(f"left out: {reasons}")
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])


def export(
    judgments: pd.DataFrame, path: Path, format: str, unlabeled: int, options: dict[str, Any]
) -> ExportReport:
    """Write judgments to a file in a trainer's format; see :meth:`tiebreak.Session.export`.

    Args:
        judgments: as :func:`tiebreak.views.judgments_frame` gives them.
        path: ends in ``.jsonl`` or ``.parquet``.
        format: one of :data:`FORMATS`.
        unlabeled: how many pairs nobody labeled, for the report.
        options: the format's own.

    Raises:
        ExportError: nothing to write, or an option or ending that does not fit.

    """
    if format not in FORMATS:
        msg = f"There is no format {format!r}; there are {', '.join(FORMATS)}."
        raise ExportError(msg)
    if path.suffix not in SUFFIXES:
        msg = f"{path}: the ending decides the file type; it is one of {', '.join(SUFFIXES)}."
        raise ExportError(msg)
    _check_options(format, options)
    _refuse_images(judgments, format)
    rows = FORMATS[format].rows(judgments, **options)
    left_out = _left_out(judgments, FORMATS[format].written)
    if options.get("edit") == "reference" and (unedited := _count_unedited(judgments)):
        left_out["without an edit"] = unedited
    if unlabeled:
        left_out["not labeled"] = unlabeled
    if not rows:
        why = ", ".join(f"{count} {reason}" for reason, count in left_out.items()) or "no labels"
        msg = (
            f"There is nothing to write to {path}: {why}. Label some pairs first (show the session "
            "as a cell's last value, or use session.label)."
        )
        raise ExportError(msg)
    with telling_os_errors(ExportError, path):
        if path.suffix == ".parquet":
            _write_parquet(path, rows)
        else:
            write_atomically(path, (msgspec.json.encode(row) + b"\n" for row in rows))
    return ExportReport(path, format, len(rows), left_out, _notes(judgments, rows, options))


def _check_options(format: str, options: dict[str, Any]) -> None:
    known = list(FORMATS[format].rows.__kwdefaults__ or ())
    unknown = [name for name in options if name not in known]
    if unknown:
        msg = (
            f"The format {format!r} has no option {unknown[0]!r}; "
            f"it has {', '.join(known) or 'none'}."
        )
        raise ExportError(msg)


def _refuse_images(judgments: pd.DataFrame, format: str) -> None:
    columns = (judgments[name] for name in ("pair", "prompt", "a", "b"))
    pairs = dict.fromkeys(
        pair
        for pair, *texts in zip(*columns, strict=True)
        if any(name for text in texts for name in names_in(text))
    )
    if pairs:
        more = f" and {len(pairs) - _PAIRS_NAMED} more" * (len(pairs) > _PAIRS_NAMED)
        msg = (
            f"The format {format!r} cannot hold images yet, and {len(pairs)} labeled pairs have "
            f"some: {', '.join(list(pairs)[:_PAIRS_NAMED])}{more}. session.triples() has them; "
            "their files are in the session's folder images/."
        )
        raise ExportError(msg)


def _left_out(judgments: pd.DataFrame, written: tuple[str, ...]) -> dict[str, int]:
    counts = count_undecided(judgments)
    return {_WORDS[name]: count for name, count in counts.items() if name not in written}


def _notes(judgments: pd.DataFrame, rows: Rows, options: dict[str, Any]) -> list[str]:
    notes = []
    decisive = judgments[judgments["preference"].isin(["a", "b"])]
    preferred = decisive.groupby("pair")["preference"].agg(set)
    opposed = sum(len(found) > 1 for found in preferred)
    if opposed:
        notes.append(
            f"{opposed} pairs have opposite preferences from different annotators; every label "
            "became a row of its own"
        )
    texts = judgments[["prompt", "a", "b"]].map(lambda text: isinstance(text, str))
    if not isinstance(rows[0]["prompt"], str) and texts.to_numpy().any():
        notes.append("texts given as strings became messages, as others are: a file has one form")
    edits = len(decisive) - _count_unedited(judgments)
    if edits and options.get("edit") is None:
        notes.append(
            f"{edits} chosen answers were edited and stand here as they were; the format 'trl' "
            'writes edits with edit="chosen" or edit="reference"'
        )
    return [*notes, *_unsafe(decisive)]


def _count_unedited(judgments: pd.DataFrame) -> int:
    decisive = judgments[judgments["preference"].isin(["a", "b"])]
    return int(decisive["edit"].isna().sum()) if "edit" in decisive else len(decisive)


def _unsafe(decisive: pd.DataFrame) -> list[str]:
    """Name the pairs of which somebody preferred a side and flagged that same side unsafe."""
    found: dict[str, None] = {}
    for side in ("a", "b"):
        if f"flags_{side}" in decisive:
            preferred = decisive[decisive["preference"] == side]
            for pair, flags in zip(preferred["pair"], preferred[f"flags_{side}"], strict=True):
                if isinstance(flags, list) and "unsafe" in flags:
                    found[pair] = None
    if not found:
        return []
    more = f" and {len(found) - _PAIRS_NAMED} more" * (len(found) > _PAIRS_NAMED)
    named = ", ".join(list(found)[:_PAIRS_NAMED])
    return [f"{len(found)} pairs have a chosen answer that is flagged unsafe: {named}{more}"]


def _write_parquet(path: Path, rows: Rows) -> None:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as error:
        msg = "Writing Parquet needs pyarrow: pip install 'tiebreak[parquet]'"
        raise ExportError(msg) from error
    try:
        table = pa.Table.from_pylist(rows)
    except (pa.ArrowException, OverflowError) as error:
        msg = (
            f"{path}: Parquet holds one type a column, and these rows do not fit that ({error}). "
            "Write a .jsonl file, or leave the column out."
        )
        raise ExportError(msg) from error
    with replacing(path) as temporary:
        pq.write_table(table, temporary)
