"""A prompt and two responses, without a preference or with one in a column of that name.

The preference is ``a``, ``b``, ``tie`` or ``both_bad``, or another common word for one (see
``verdicts``), or ``skip``; a row without one is a pair alone. ``annotator``, ``strength`` and,
where it is human, judge or feedback, ``source`` are read with it. Rows on one pair are opinions on
it.
"""

from collections.abc import Callable, Iterator
from typing import get_args

from tiebreak.reading.layouts.fields import SOMEONE, name_if_any, text_if_any
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.layouts.verdicts import strength_of, verdict_of
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion, Source

_OF_PAIRS = ("prompt", "id", "model_a", "model_b")
_OF_LABELS = ("preference", "annotator", "strength")
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
            meta={key: value for key, value in row.items() if key not in taken},
            columns=("prompt", a, b),
        )

    return read


def _reader_of_labeled(a: str, b: str) -> Callable[[Row], Iterator[Found]]:
    read = _reader(a, b)

    def read_labeled(row: Row) -> Iterator[Found]:
        opinion = _read_opinion(row, a, b)
        taken = [*_OF_LABELS, *(["source"] if plain(row.get("source")) in _SOURCES else [])]
        for found in read({key: value for key, value in row.items() if key not in taken}):
            yield found._replace(opinions=() if opinion is None else (opinion,))

    return read_labeled


def _read_opinion(row: Row, a: str, b: str) -> Opinion | None:
    said = text_if_any(row, "preference")
    if said is None:
        return None
    verdict = verdict_of(said, a, b)
    if verdict is None and said != "skip":
        msg = (
            f"preference is {said[:40]!r}, none of a, b, tie, both_bad and skip (layout='pairs' "
            "reads the pairs alone)"
        )
        raise RowError(msg)
    source = plain(row.get("source"))
    return Opinion(
        name_if_any(row, "annotator") or SOMEONE,
        source if source in _SOURCES else "human",
        verdict or "skip",
        strength=strength_of(plain(row.get("strength")), verdict),
    )


_TITLE = "pairs without a preference"
_LABELED = "pairs with a preference"


def _has_no_other(row: Row) -> bool:
    """Tell that a and b are the responses, and not columns like others."""
    return "response_a" not in row


def _prefers(row: Row) -> bool:
    """Tell that the preference is one, and not a column like others."""
    said = plain(row.get("preference"))
    return said in ("", None, "skip") or verdict_of(said, "response_a", "response_b") is not None


LAYOUTS = (
    Layout(
        "pairs",
        _TITLE,
        frozenset({"prompt", "response_a", "response_b"}),
        _reader("response_a", "response_b"),
    ),
    Layout("pairs", _TITLE, frozenset({"prompt", "a", "b"}), _reader("a", "b"), _has_no_other),
    Layout(
        "labeled_pairs",
        _LABELED,
        frozenset({"prompt", "response_a", "response_b", "preference"}),
        _reader_of_labeled("response_a", "response_b"),
        _prefers,
    ),
    Layout(
        "labeled_pairs",
        _LABELED,
        frozenset({"prompt", "a", "b", "preference"}),
        _reader_of_labeled("a", "b"),
        lambda row: _has_no_other(row) and _prefers(row),
    ),
)
