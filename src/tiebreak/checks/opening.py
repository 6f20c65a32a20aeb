"""Opens what is to be checked, leniently: a defect of the file is a finding, not an end.

What it says is told by reading it, as :func:`tiebreak.read_pairs` does. Rows that a trainer would
take as they stand are checked as they stand, all others by the pairs that reading makes of them.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from os import PathLike
from typing import Any

import pandas as pd

from tiebreak.checks.facts import Counted, Opened, Rows
from tiebreak.checks.finding import Problem, written
from tiebreak.checks.shape import Shape, shape_of
from tiebreak.errors import CheckError, PairsError
from tiebreak.reading import sources
from tiebreak.reading.columns import renamed
from tiebreak.reading.frames import frame_rows
from tiebreak.reading.problems import Problems
from tiebreak.reading.reading import OnError, check_options, read_table
from tiebreak.reading.result import Reading
from tiebreak.reading.rows import Broken, Row, Source
from tiebreak.reading.sources import open_source, refuse_twice
from tiebreak.records.label import Source as Kind

# Layouts whose rows a trainer, or whoever labels them, takes as they stand.
_AS_THEY_STAND = ("trl", "pairs", "labeled_pairs")
_PREFERENCES = Shape("preferences", "prompt", "chosen", "rejected")
_PAIRS = Shape("pairs", "prompt", "a", "b")

NOT_UTF8 = Problem(
    "P19",
    "error",
    "the line is not UTF-8",
    "Loading the file fails at the first of them.",
    "Write the file anew in UTF-8; older Windows tools write cp1252 or UTF-16.",
)
NOT_JSON = Problem(
    "P19",
    "error",
    "the line is not a JSON object",
    "Loading the file fails at the first of them.",
    "Mend or remove the line; a file cut off in mid-write ends with one.",
)
HALF_ESCAPE = Problem(
    "P19",
    "error",
    "the line is JSON to Python alone (NaN, or half a character)",
    "Loaders in other languages, such as that of datasets, fail on it.",
    "Write the file anew with json.dumps(row, ensure_ascii=False, allow_nan=False).",
)
STARTS_WITH_BOM = Problem(
    "P19",
    "info",
    "the file starts with a byte order mark",
    "Some readers take it for a part of the first row.",
    "Write the file as UTF-8 without a mark.",
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How a source is to be read; see :func:`tiebreak.read_pairs`."""

    layout: str = "auto"
    columns: Mapping[str, str] | None = None
    annotator: str | Mapping[str, str] | None = None
    annotator_source: Kind | None = None
    on_error: OnError = "raise"


def open_to_check(source: Any, asked: Asked) -> Opened:
    """Bring anything that holds rows into the one form that is checked.

    Args:
        source: what :func:`tiebreak.reading.sources.open_source` opens, or a dict of split names
            and any of these.
        asked: how it is to be read.

    Raises:
        CheckError: it cannot be opened, or is in no layout that is known.

    """
    try:
        check_options(asked.annotator, asked.annotator_source, asked.on_error)
        if isinstance(source, Mapping):
            return _open_splits(source, asked)
        opened = open_source(source, lenient=True)
        if opened.labels is None:
            return _read(opened, asked)
    except PairsError as error:
        raise CheckError(str(error)) from None
    if asked != Asked():
        msg = (
            f"{opened.name} has been read already: layout, columns, annotator, annotator_source "
            "and on_error are for what has not."
        )
        raise CheckError(msg)
    return _open_pairs(source, opened)


def open_pairs(
    pairs: pd.DataFrame, labels: pd.DataFrame, name: str, versions: Sequence[str] = ()
) -> Opened:
    """Take pairs, indexed by id, the labels of them, and the guidelines' versions, oldest first."""
    rows, said = frame_rows(pairs), frame_rows(labels)
    return Opened(name, _PAIRS, list(pairs.columns), rows, said, len(pairs), versions=versions)


def _open_pairs(source: Any, opened: Source) -> Opened:
    """Take a session or a reading: pairs with their labels."""
    labels = source.labels
    table = open_pairs(source.pairs, labels, opened.name)
    if isinstance(source, Reading):
        table.counted = _count(source)
        table.pooled = source.layout == "trl"
    else:
        said = labels[["annotator", "source", "preference"]].itertuples(index=False)
        table.counted = Counted(None, table.total or 0, Counter(map(tuple, said)))
        log = source.guidelines_log
        table.versions = log.loc[log["since"].notna(), "version"].tolist()
    return table


# -- A source that is to be read


def _read(opened: Source, asked: Asked) -> Opened:
    """Read a source as pairs, and take its rows, or the pairs, to be checked.

    Raises:
        PairsError: it breaks off, or is in no layout that is known.

    """
    noticed: dict[Problem, list[object]] = {STARTS_WITH_BOM: [1]} if opened.marked else {}
    unreadable = [opened.flaw] if opened.flaw else []
    rows, broken = _set_aside(opened, noticed)
    table = _settle(opened, rows, broken, unreadable)
    if asked.columns is not None:
        table = renamed(table, asked.columns)
        rows = list(table.rows)
    gone = {name for name, _ in broken}
    table = table._replace(rows=[row for row in rows if row[0] not in gone] if gone else rows)
    problems = Problems(table)
    shape = shape_of(table.columns)
    if broken and not rows:  # nothing but lines that cannot be read
        found = Opened(opened.name, shape or _PREFERENCES, table.columns, rows)
    else:
        try:
            reading = read_table(
                table, problems, asked.layout, asked.annotator, asked.annotator_source
            )
        except PairsError as error:
            if shape is None:
                raise PairsError(opened.flaw or str(error)) from None
            unreadable += [] if shape.kind == "unpaired" else [str(error)]
            found = Opened(opened.name, shape, table.columns, rows, total=len(rows))
        else:
            found = _found_in(reading, shape, table, rows)
    found.noticed, found.unreadable = noticed, unreadable
    found.notes = [*opened.notes, *opened.noticed]
    found.refused = {what: [*names] for what, names in problems.by_kind.items()}
    found.skips = asked.on_error == "skip"
    return found


def _settle(
    opened: Source,
    rows: list[tuple[object, Row]],
    broken: list[tuple[object, str]],
    unreadable: list[str],
) -> sources.Table:
    """Give a source as reading takes one; of two columns of one name the rows have the first."""
    columns = list(opened.columns)
    try:
        refuse_twice(columns, opened.name)
    except PairsError as error:
        unreadable.append(str(error))
        columns = list(dict.fromkeys(columns))
    return sources.Table(
        *(opened.name, opened.row_word, columns, rows, opened.remedy, opened.beside, broken),
        total=len(rows),
    )


def _found_in(
    reading: Reading, shape: Shape | None, table: sources.Table, rows: list[tuple[object, Row]]
) -> Opened:
    """Take the rows as they stand, or the pairs that were read of them."""
    if shape is not None and reading.layout in _AS_THEY_STAND:
        found = Opened(table.name, shape, table.columns, rows, total=len(rows))
    else:
        found = open_pairs(reading.pairs, reading.labels, table.name)
        found.sources = dict(reading.rows.items())
    found.counted, found.pooled = _count(reading), reading.layout == "trl"
    return found


def _count(reading: Reading) -> Counted:
    labels: dict[tuple[str, str, str], int] = {
        (header.annotator, header.source, preference): count
        for header, found in reading.journals
        for preference, count in Counter(label.preference for label in found).items()
    }
    return Counted(reading.layout, len(reading.found), labels)


def _set_aside(
    opened: Source, noticed: dict[Problem, list[object]]
) -> tuple[list[tuple[object, Row]], list[tuple[object, str]]]:
    """Give the rows, with what can be made of lines that are none, and what is none."""
    rows: list[tuple[object, Row]] = []
    broken: list[tuple[object, str]] = []
    for name, entry in opened.entries:
        if not isinstance(entry, Broken):
            rows.append((name, entry))
            continue
        broken.append((name, entry.why))
        if isinstance(entry.content, bytes) and opened.row_word == "line":
            row = _decode_leniently(entry.content, name, noticed)
            if row is not None:
                rows.append((name, row))
    return rows, broken


def _decode_leniently(
    line: bytes, number: object, noticed: dict[Problem, list[object]]
) -> dict[str, Any] | None:
    problem = HALF_ESCAPE
    try:
        text = line.decode()
    except UnicodeDecodeError:
        problem, text = NOT_UTF8, line.decode("utf-8", "replace")
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        problem = NOT_UTF8 if problem is NOT_UTF8 else NOT_JSON
    noticed.setdefault(problem, []).append(number)
    return row if isinstance(row, dict) and problem is not NOT_UTF8 else None


# -- Splits


def _open_splits(splits: Mapping[Any, Any], asked: Asked) -> Opened:
    if not splits:
        msg = "A dict of splits has at least one split in it."
        raise CheckError(msg)
    if not all(_is_source(part) for part in splits.values()):
        msg = (
            "A dict is taken as splits: {'train': frame, 'test': frame}. For rows, give a list "
            "of dicts; for columns, pd.DataFrame(...)."
        )
        raise CheckError(msg)
    tables = {str(name): open_to_check(part, asked) for name, part in splits.items()}
    shapes = {(table.shape.a, table.shape.b) for table in tables.values()}
    if len(shapes) > 1:
        msg = "The splits do not have the same columns for their answers. Check them one by one."
        raise CheckError(msg)
    first = next(iter(tables.values()))
    columns = list(dict.fromkeys(chain.from_iterable(t.columns for t in tables.values())))
    merged = Opened("The splits", first.shape, columns, ())
    merged.total = sum(table.total or 0 for table in tables.values()) or None
    merged.rows = chain.from_iterable(_rows_in(split, table) for split, table in tables.items())
    if any(table.labels is not None for table in tables.values()):
        merged.labels = chain.from_iterable(
            _labels_in(split, table) for split, table in tables.items()
        )
    counts: Counter[tuple[str, str, str]] = Counter()
    for split, table in tables.items():
        merged.unreadable += table.unreadable
        merged.pooled = merged.pooled or table.pooled
        for here, there in ((table.noticed, merged.noticed), (table.refused, merged.refused)):
            _merge(split, here, there)
        if table.sources is not None:
            merged.sources = {
                **(merged.sources or {}),
                **{_of(split, pair): _of(split, row) for pair, row in table.sources.items()},
            }
        counts.update(table.counted.labels)
    pairs = sum(table.counted.pairs for table in tables.values())
    merged.counted = Counted(first.counted.layout, pairs, counts)
    merged.skips = first.skips
    merged.notes = [f"{split}: {note}" for split, each in tables.items() for note in each.notes]
    return merged


def _merge(split: str, here: Mapping[Any, list[object]], there: dict[Any, list[object]]) -> None:
    for what, rows in here.items():
        there.setdefault(what, []).extend(_of(split, row) for row in rows)


def _is_source(part: Any) -> bool:
    if isinstance(part, list):
        return all(isinstance(row, Mapping) for row in part[:1])
    if isinstance(part, Mapping | str | bytes):
        return isinstance(part, str)
    return isinstance(part, pd.DataFrame | PathLike) or any(
        hasattr(part, name) for name in ("column_names", "__arrow_c_stream__", "pairs", "read")
    )


def _of(split: str, name: object) -> str:
    return f"{split} {written(name)}"


def _rows_in(split: str, table: Opened) -> Rows:
    for name, cells in table.rows:
        yield _of(split, name), {**cells, "split": split}


def _labels_in(split: str, table: Opened) -> Rows:
    for name, cells in table.labels or ():
        yield name, {**cells, "pair": _of(split, cells.get("pair"))}
