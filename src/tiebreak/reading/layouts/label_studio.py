"""Label Studio tasks with annotations, as its JSON export gives them.

Source: Label Studio's "task format" page, its template for human preference collection, and the
``Pairwise`` tag, whose result is ``{"type": "pairwise", "value": {"selected": "left" | "right"}}``.

The first name in ``to_name`` stands left, for everybody alike. ``Pairwise`` knows no tie; a
``Choices`` tag beside it that was answered with a tie, both bad or one of the responses is read
where nothing was selected. Other choices and texts become the note. A cancelled annotation is a
skip, ``lead_time`` the seconds, predictions a judge's. An ``id`` among the data is the pair's.
"""

from collections.abc import Iterator
from typing import Any

from tiebreak.reading.layouts.fields import (
    find_texts,
    flag,
    kept,
    moment,
    name_if_any,
    number_if_any,
    record,
    record_if_any,
    records_if_any,
    text_if_any,
    within,
)
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.layouts.verdicts import as_note, strength_of, verdict_of
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion, Side, Source, Verdict


def _read(row: Row) -> Iterator[Found]:
    with within("data"):
        data = record(row, "data")
        prompt, a, b = find_texts(data)
    opinions = []
    for place, annotation in enumerate(records_if_any(row, "annotations"), 1):
        with within(f"annotation {place}"):
            opinions.append(_opinion(annotation, "human", _who(annotation), (a, b)))
    for place, prediction in enumerate(records_if_any(row, "predictions"), 1):
        with within(f"prediction {place}"):
            who = name_if_any(prediction, "model_version") or "prediction"
            opinions.append(_opinion(prediction, "judge", who, (a, b)))
    yield Found(
        data[prompt],
        data[a],
        data[b],
        id=name_if_any(data, "id") or name_if_any(row, "id"),
        model_a=name_if_any(data, "model_a"),
        model_b=name_if_any(data, "model_b"),
        meta=kept(data, *(n for n in data if n not in (prompt, a, b, "id", "model_a", "model_b"))),
        opinions=tuple(opinions),
        columns=(prompt, a, b),
    )


def _who(annotation: Row) -> str:
    by = plain(annotation.get("completed_by"))
    if isinstance(by, dict):
        return name_if_any(by, "email") or name_if_any(by, "id") or "label-studio"
    if by is not None:
        return name_if_any(annotation, "completed_by") or "label-studio"
    for result in records_if_any(annotation, "result"):  # as tiebreak exports it
        for said in _texts(record_if_any(result, "meta")):
            return said
    return "label-studio"


def _opinion(said: Row, source: Source, annotator: str, names: tuple[str, str]) -> Opinion:
    chosen: Verdict | None = None
    left: Side = "a"
    answers = []
    rating = None
    for result in records_if_any(said, "result"):
        value = record_if_any(result, "value")
        if plain(result.get("type")) == "pairwise":
            left = _stood_left(result, names)
            chosen = _selected(value, left)
        else:
            asked = text_if_any(result, "from_name") or "note"
            answers += [(asked, answer) for answer in _texts(value)]
            rating = plain(value.get("rating")) if asked == "strength" else rating
    for place, (_, answer) in enumerate(answers):
        if chosen is None and (chosen := verdict_of(answer, *names)):
            del answers[place]
            break
    cancelled = flag(said, "was_cancelled")
    if chosen is None and not cancelled and records_if_any(said, "result"):
        msg = "nothing in result says which response is preferred"
        raise RowError(msg)
    return Opinion(
        annotator,
        source,
        "skip" if chosen is None or cancelled else chosen,
        strength=None if cancelled else strength_of(rating, chosen),
        note="\n\n".join(as_note(*answer) for answer in answers) or None,
        shown_left=left if source == "human" else None,
        seconds=number_if_any(said, "lead_time"),
        at=moment(said, "created_at"),
    )


def _stood_left(result: Row, names: tuple[str, str]) -> Side:
    """Tell which response stood left: the first name in ``to_name``."""
    to_name = plain(result.get("to_name"))
    shown = [name.strip() for name in to_name.split(",")] if isinstance(to_name, str) else []
    return "b" if shown == [names[1], names[0]] else "a"


def _selected(value: Row, left: Side) -> Verdict:
    selected = plain(value.get("selected"))
    if selected not in ("left", "right"):
        msg = "selected is neither left nor right"
        raise RowError(msg)
    if selected == "left":
        return left
    return "b" if left == "a" else "a"


def _texts(value: Row) -> list[str]:
    """Give what was chosen or written."""
    found: list[Any] = []
    for name in ("choices", "text"):
        said = plain(value.get(name))
        found += said if isinstance(said, list) else [said]
    return [said for said in found if isinstance(said, str) and said.strip()]


def _fits(row: Row) -> bool:
    return isinstance(row.get("data"), dict)


LAYOUT = Layout(
    "label_studio",
    "Label Studio tasks",
    frozenset({"data", "annotations"}),
    _read,
    _fits,
)
