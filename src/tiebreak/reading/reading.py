"""Reading pairs, and the preferences that came with them, from any source in any known layout."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import replace
from typing import Any, Literal, get_args

import msgspec

from tiebreak.errors import PairsError, telling_wrong_calls
from tiebreak.reading.columns import open_under, renamed
from tiebreak.reading.layouts.layout import Found
from tiebreak.reading.limits import within_memory
from tiebreak.reading.problems import Problems
from tiebreak.reading.reader import Reader
from tiebreak.reading.result import Reading
from tiebreak.reading.sources import Table, open_table
from tiebreak.records.label import (
    EXCHANGED,
    FIELDS,
    SOURCES,
    VERDICTS,
    Label,
    Preference,
    Source,
    imported_id,
    turned,
)
from tiebreak.records.pair import Pair, content_id
from tiebreak.records.text import words_of
from tiebreak.store.media import Gallery
from tiebreak.wording import count, say, some, warn

OnError = Literal["raise", "skip"]


@within_memory(PairsError)
@telling_wrong_calls(PairsError, 'tiebreak.read_pairs("pairs.jsonl")')
def read_pairs(
    source: Any,
    layout: str = "auto",
    *,
    columns: Mapping[str, str] | None = None,
    annotator: str | Mapping[str, str] | None = None,
    annotator_source: Source | None = None,
    on_error: OnError = "raise",
) -> Reading:
    """Read pairs, and the preferences that a dataset carries, from any source.

    The same pair in several rows is one pair with several labels; where a later row has a and b
    the other way round, its label is turned. Of two labels by one annotator on one pair, the
    later row counts; where the source names no annotator, they are of ``"rater 1"``,
    ``"rater 2"`` and so on, and a row that stands there twice counts once. Of a pair's other
    columns, the first row counts.

    A system text, a history and images in columns beside the prompt (``system``, ``history``,
    ``context``, ``images``) become part of it, as messages.

    Pairs whose responses are identical are read, so that judgments on them can be counted; a
    :class:`tiebreak.Session` leaves them out.

    Args:
        source: a path (``.jsonl``, ``.ndjson``, ``.json``, ``.csv``, ``.tsv``, ``.txt``, ``.xlsx``
            or ``.parquet``, each also with ``.gz`` or ``.zst``; what the file holds decides, and
            notes say where that is not what it is named), an open file, a DataFrame of pandas or
            polars, a pyarrow table, a ``datasets.Dataset``, or a list or generator of dicts. A file
            may unpack to 50 times its size, or to 64 MB if that is more, but to no more than 4 GB;
            the environment variable ``TIEBREAK_MAX_BYTES`` says otherwise.
        layout: which dataset's layout it is in; by default that is told from the columns.
        columns: what the source calls the columns of the layout, where it has names of its own:
            ``{"prompt": "question", "chosen": "response_j", "rejected": "response_k"}``.
        annotator: who preferred. A dataset that does not say so has an annotator named after it
            (``"dataset"`` for TRL's chosen and rejected). One name may stand for several
            annotators where no two of them labeled one pair; a dict gives names in place of some:
            ``{"anna@old.org": "anna"}``.
        annotator_source: ``"human"``, ``"judge"`` or ``"feedback"``, in place of what the layout
            takes it to be. What TRL's rows come from is not known and taken to be human.
        on_error: ``"raise"`` names every row with a problem; ``"skip"`` leaves those out and lists
            them in ``.skipped``.

    Returns:
        A reading with ``pairs`` and ``labels`` (DataFrames like those of a session), ``skipped``,
        ``layout``, and ``account``: what became of each row and column of the source, which the
        reading prints in short.

    Raises:
        PairsError: the source cannot be opened, its layout is not known, or rows have problems.

    Example:
        >>> import tiebreak as tb
        >>> rows = [{"prompt": "2 + 2?", "chosen": "4", "rejected": "5"}]
        >>> tb.read_pairs(rows)
        1 pair read in layout 'trl', with 1 label of 'dataset' (human)
        1 item: 1 became a pair.
        Columns: 'prompt', 'chosen' (a), 'rejected' (b).

    """
    check_options(annotator, annotator_source, on_error)
    table = open_table(source)
    if columns is not None:
        table = renamed(table, columns)
    problems = Problems(table)
    reading = read_table(table, problems, layout, annotator, annotator_source)
    if on_error == "raise" or not reading.found:
        problems.raise_any()
    return reading


def check_options(
    annotator: str | Mapping[str, str] | None, annotator_source: Source | None, on_error: OnError
) -> None:
    """See to it that the options of reading have values that they can have.

    Raises:
        PairsError: one has not.

    """
    if on_error not in get_args(OnError):
        msg = f"on_error is 'raise' or 'skip', not {on_error!r}."
        raise PairsError(msg)
    if annotator_source is not None and annotator_source not in SOURCES:
        msg = f"annotator_source is 'human', 'judge' or 'feedback', not {annotator_source!r}."
        raise PairsError(msg)
    names = annotator if isinstance(annotator, Mapping) else {"": annotator}
    if annotator is not None and not all(
        isinstance(x, str) for pair in names.items() for x in pair
    ):
        msg = f"annotator is a name, or a dict from name to name, not {say(annotator)}."
        raise PairsError(msg)


def read_table(
    table: Table,
    problems: Problems,
    layout: str = "auto",
    annotator: str | Mapping[str, str] | None = None,
    annotator_source: Source | None = None,
) -> Reading:
    """Read a table that is open; what is wrong with its rows goes to the problems.

    Raises:
        PairsError: its layout is not known, or it cannot be read as a whole.

    """
    reader = Reader(problems, Gallery(), table)
    reader.name_annotator(annotator, annotator_source)
    return reader.read(layout)


@within_memory(PairsError)
def read_for_labeling(
    source: Any, gallery: Gallery, columns: Mapping[str, str] | None = None
) -> Reading:
    """Read a source as a session does: identical responses are a problem like others.

    Raises:
        PairsError: as :func:`read_pairs`; all rows with problems are named.

    """
    table = open_under(source, columns)
    problems = Problems(table)
    reading = Reader(problems, gallery, table, _refuse_identical).read("auto")
    problems.raise_any()
    return reading


@within_memory(PairsError)
def read_gold(
    source: Any, gallery: Gallery, columns: Mapping[str, str] | None = None
) -> list[Pair]:
    """Read pairs with a known answer, from whatever pairs are read from.

    The answer is the preference that the source carries, as in ``prompt``, ``chosen`` and
    ``rejected``, or a column ``answer`` of ``"a"``, ``"b"``, ``"tie"`` or ``"both_bad"``.

    Args:
        source: the pairs.
        gallery: takes their images and audio.
        columns: what the pairs beside them call their columns; those that are here, too, count.

    Raises:
        PairsError: as :func:`read_pairs`, or a row without a known answer; all are named.

    """
    table = open_table(source)
    there = {name: given for name, given in (columns or {}).items() if given in table.columns}
    if there and not there.keys() & set(table.columns):
        table = renamed(table, there)
    problems = Problems(table, "", "gold")
    reading = Reader(problems, gallery, table, _refuse_unknown_answer).read("auto")
    problems.raise_any()
    carried = {label.pair: label.preference for _, labels in reading.journals for label in labels}
    return [_with_answer(pair, carried.get(pair.id)) for pair in reading.found]


def _with_answer(pair: Pair, carried: Preference | None) -> Pair:
    meta = dict(pair.meta or {})
    answer = carried or meta.pop("answer")
    return msgspec.structs.replace(pair, gold=answer, meta=meta or None)


def without_identical(reading: Reading, gallery: Gallery) -> Reading:
    """Leave out what there is nothing to choose in, and say so; images go to the gallery."""
    identical = {pair.id: None for pair in reading.found if pair.a == pair.b}
    gallery = reading.gallery.moved_to(gallery)
    if not identical:
        return replace(reading, gallery=gallery)
    judged = sum(label.pair in identical for _, labels in reading.journals for label in labels)
    of_models = any(
        pair.id in identical and pair.model_a and pair.model_b for pair in reading.found
    )
    warn(
        f"{count(len(identical), 'pair')} with identical responses left out: {some(identical)}."
        + f" {count(judged, 'label')} of them {'goes' if judged == 1 else 'go'} too." * bool(judged)
        + " Leaderboards count these as ties between the two models, and so does "
        "tiebreak.report(reading.labels, reading.pairs)." * bool(judged and of_models)
    )
    found = [pair for pair in reading.found if pair.id not in identical]
    if not found:
        msg = "All of these pairs have identical responses, so there is nothing to label."
        raise PairsError(msg)
    journals = [
        (header, [label for label in labels if label.pair not in identical])
        for header, labels in reading.journals
    ]
    told = copy(reading.told)
    if told is not None:
        told.leave_out(identical, reading.places, found, "identical responses")
    return replace(reading, found=found, journals=journals, gallery=gallery, told=told)


def aligned(reading: Reading, stored: Iterable[Pair]) -> Reading:
    """Give labeled pairs as a session holds them, where they are the same but for how they stand.

    A pair may have a and b the other way round; that goes by content, and leaves one under an id of
    its user's own as it is. It may come from a tool that knows texts only, and no models.
    """
    there = {pair.id: pair for pair in stored}
    labeled = {label.pair for _, labels in reading.journals for label in labels}
    other: dict[str, Pair] = {}
    turned_round: set[str] = set()
    for pair in reading.found:
        if pair.id in there:
            if _says_as_much(pair, there[pair.id]):
                other[pair.id] = there[pair.id]
        elif pair.id in labeled and pair.id == content_id(pair.prompt, pair.a, pair.b):
            turned_id = content_id(pair.prompt, pair.b, pair.a)
            if turned_id in there:
                other[pair.id] = there[turned_id]
                turned_round.add(pair.id)
    if not other:
        return reading
    journals = [
        (header, [_turn(x, other[x.pair].id) if x.pair in turned_round else x for x in labels])
        for header, labels in reading.journals
    ]
    return replace(reading, found=[other.get(p.id, p) for p in reading.found], journals=journals)


def _says_as_much(given: Pair, stored: Pair) -> bool:
    """Tell whether a pair is a stored one as a tool gives it back that knows texts only."""
    return all(
        ours == theirs or theirs == words_of(ours)
        for ours, theirs in (
            (stored.prompt, given.prompt),
            (stored.a, given.a),
            (stored.b, given.b),
        )
    ) and all(
        theirs in (None, ours)
        for ours, theirs in ((stored.model_a, given.model_a), (stored.model_b, given.model_b))
    )


def _turn(label: Label, pair: str) -> Label:
    content = turned({name: getattr(label, name) for name in FIELDS}, EXCHANGED)
    new_id = imported_id(f"{pair} {label.id}".encode())
    return msgspec.structs.replace(label, **content, id=new_id, pair=pair)


def _refuse_identical(pair: Pair, found: Found) -> str | None:
    if pair.a == pair.b:
        return f"identical responses in {found.columns[1]} and {found.columns[2]}"
    return None


def _refuse_unknown_answer(pair: Pair, found: Found) -> str | None:
    carried = [opinion.preference for opinion in found.opinions]
    answer = carried[0] if carried else (pair.meta or {}).get("answer")
    if answer not in VERDICTS:
        what = "no answer" if answer is None else f"the answer {answer!r}"
        return (
            f'{what} where "a", "b", "tie" or "both_bad" is known to be right (in a column answer, '
            "or give chosen and rejected)"
        )
    return _refuse_identical(pair, found)
