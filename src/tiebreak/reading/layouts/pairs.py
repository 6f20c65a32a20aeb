"""A prompt and two responses, without a preference or with one in a column of that name.

The preference is ``a``, ``b``, ``tie`` or ``both_bad``, or another common word for one (see
``verdicts``), or ``skip``; a row without one is a pair alone. Of numbers, 1 is the first response
and 2 the second; where there is a 0, nothing says which one is meant, and the file is refused.
``annotator``, ``strength`` and, where it is human, judge or feedback, ``source`` are read with it.
Rows on one pair are opinions on it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import get_args

from msgspec.structs import replace

from tiebreak.reading.layouts.fields import ANNOTATORS, SOMEONE, who_if_any
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.layouts.verdicts import strength_of, verdict_of
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion, Source

_OF_PAIRS = ("prompt", "id", "model_a", "model_b")
_OF_LABELS = {
    "preference": "preference",
    "strength": "strength",
    "source": "source",
    **dict.fromkeys(ANNOTATORS, "annotator"),
}
_WHOLE = ("1.0", "2.0")
_ZEROS = ("0", "0.0")
_SOURCES = get_args(Source)


def _reader(a: str, b: str) -> Callable[[Row], Iterator[Found]]:
    taken = frozenset({*_OF_PAIRS, a, b})

    def read(row: Row) -> Iterator[Found]:
        yield Found(
            row.get("prompt"),
            row.get(a),
            row.get(b),
            id=row.get("id"),
            model_a=row.get("model_a"),
            model_b=row.get("model_b"),
            meta={} if row.keys() <= taken else {k: v for k, v in row.items() if k not in taken},
            columns=("prompt", a, b),
        )

    return read


def _reader_of_labeled(a: str, b: str) -> Callable[[Row], Iterator[Found]]:
    read = _reader(a, b)

    def read_labeled(row: Row) -> Iterator[Found]:
        opinion, taken = opinion_in(row, a, b)
        others = {key: value for key, value in row.items() if key not in taken}
        for found in read(others):
            yield replace(found, opinions=() if opinion is None else (opinion,))

    return read_labeled


def opinion_in(row: Row, a: str, b: str) -> tuple[Opinion | None, Collection[str]]:
    """Read the preference of a row whose responses stand in the columns ``a`` and ``b``.

    Returns:
        The opinion, and the columns in which it stood; the others are kept.

    Raises:
        RowError: it is none.

    """
    said = plain(row.get("preference"))
    if isinstance(said, list) and len(said) == 1:  # as tools write the one choice of several
        said = plain(said[0])
    if said is None or said in ("", []):
        return None, ("preference",)
    if isinstance(said, int | float) and not isinstance(said, bool) and said in (1, 2):
        said = str(int(said))
    elif said in _WHOLE:  # as pandas writes a column with gaps
        said = said.removesuffix(".0")
    verdict = verdict_of(said, a, b)
    if verdict is None and said != "skip":
        msg = (
            f"preference is {repr(said)[:40]}, none of a, b, tie, both_bad and skip "
            "(layout='pairs' reads the pairs alone)"
        )
        raise RowError(msg)
    who, column = who_if_any(row)
    source = plain(row.get("source"))
    strength = strength_of(plain(row.get("strength")), verdict)
    opinion = Opinion(
        who or SOMEONE,
        source if source in _SOURCES else "human",
        verdict or "skip",
        strength=strength,
    )
    taken = {"preference", *filter(None, (column,))}
    if source in _SOURCES:
        taken.add("source")
    if strength is not None:
        taken.add("strength")
    return opinion, taken


_TITLE = "pairs without a preference"
_LABELED = "pairs with a preference"


def _has_no_other(row: Row) -> bool:
    """Tell that a and b are the responses, and not columns like others."""
    return "response_a" not in row


def _is_not_json_min(row: Row) -> bool:
    """Tell pairs from what Label Studio writes of tasks whose data have these names."""
    return not ("annotation_id" in row and "lead_time" in row)


def _uses(a: str, b: str) -> dict[str, str]:
    return {name: name for name in _OF_PAIRS} | {a: "a", b: "b"}


def _refuse_zeros(rows: Iterable[Row]) -> None:
    """Refuse preferences of 0 and 1: some count the responses so, others say whether a is better.

    A 1 means the one response here and the other there, so no row can be read.
    """
    said = (plain(row.get("preference")) for row in rows)
    if any((isinstance(x, int | float) and x == 0) or x in _ZEROS for x in said):
        msg = (
            "a preference is 0, and nothing says which response 0 and 1 mean; write a and b in "
            "their place, or 1 and 2 (layout='pairs' reads the pairs alone)"
        )
        raise RowError(msg)


def _has_no_other_and_is_not_json_min(row: Row) -> bool:
    return _has_no_other(row) and _is_not_json_min(row)


LAYOUTS = (
    Layout(
        "pairs",
        _TITLE,
        frozenset({"prompt", "response_a", "response_b"}),
        _reader("response_a", "response_b"),
        _is_not_json_min,
        _uses("response_a", "response_b"),
    ),
    Layout(
        "pairs",
        _TITLE,
        frozenset({"prompt", "a", "b"}),
        _reader("a", "b"),
        _has_no_other_and_is_not_json_min,
        _uses("a", "b"),
    ),
    Layout(
        "labeled_pairs",
        _LABELED,
        frozenset({"prompt", "response_a", "response_b", "preference"}),
        _reader_of_labeled("response_a", "response_b"),
        _is_not_json_min,
        _uses("response_a", "response_b") | _OF_LABELS,
        refuse=_refuse_zeros,
    ),
    Layout(
        "labeled_pairs",
        _LABELED,
        frozenset({"prompt", "a", "b", "preference"}),
        _reader_of_labeled("a", "b"),
        _has_no_other_and_is_not_json_min,
        _uses("a", "b") | _OF_LABELS,
        refuse=_refuse_zeros,
    ),
)
