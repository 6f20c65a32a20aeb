"""Label Studio tasks with annotations, as its JSON export gives them.

Source: Label Studio's "task format" page, its template for human preference collection, and the
``Pairwise`` tag, whose result is ``{"type": "pairwise", "value": {"selected": "left" | "right"}}``.

The first name in ``to_name`` stands left, for everybody alike. ``Pairwise`` knows no tie; a
``Choices`` tag beside it that was answered with a tie, both bad or one of the responses is read
where nothing was selected, of several the one whose name says that it is about the whole; the
others are criteria. Other choices, texts and ratings become the note. A cancelled annotation is a
skip, ``lead_time`` the seconds, predictions a judge's, where they are more than numbers. A ``pair``
or ``id`` among the data is the pair's. Who labeled is ``completed_by``, or in what we exported
whom we named, since an import makes its user the one who completed it all.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tiebreak.reading.layouts.fields import (
    find_texts,
    flag,
    items_if_any,
    moment,
    name_if_any,
    number_if_any,
    record,
    record_if_any,
    records_if_any,
    rest_of,
    text_if_any,
    within,
)
from tiebreak.reading.layouts.layout import ANY, Found, Layout, Within
from tiebreak.reading.layouts.verdicts import (
    as_note,
    asks_why,
    likeliest,
    strength_of,
    verdict_of,
)
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion, Side, Source, Verdict

LABELED_BY = "labeled_by"  # the control that we export the annotator's name in
_CONTROLS = ("comparison", "verdict")
_OURS = ("pair", "id", "model_a", "model_b")
_BARE = "predictions of which only the ids are there (an export of single tasks has them whole)"
_VALUES = ("selected", "choices", "text", "rating")
_SAID: Within = {
    **dict.fromkeys(("was_cancelled", "lead_time", "created_at")),
    "result": {
        **dict.fromkeys(("id", "type", "from_name", "to_name")),
        "value": {ANY: None},
        "meta": dict.fromkeys(("choices", "text")),
    },
}


def _read(row: Row) -> Iterator[Found]:
    with within("data"):
        data = record(row, "data")
        prompt, a, b = find_texts(data)
    names = (name_if_any(data, "pair"), name_if_any(data, "id"), name_if_any(row, "id"))
    pair = next(filter(None, names), None)
    # Of two ids that are not the pair's, the data's comes first.
    others = {"task": names[2], "row_id": names[1]}
    others = {name: value for name, value in others.items() if value not in (None, pair)}
    told: list[str] = []
    opinions: list[Opinion] = []
    for place, annotation in enumerate(records_if_any(row, "annotations"), 1):
        with within(f"annotation {place}"):
            who = _unlike(_who(annotation, pair), opinions)
            opinions.append(_opinion(annotation, (who, "human"), (a, b), told))
    # An export of a whole project has the predictions' numbers only, in place of the predictions.
    predictions = [p for p in items_if_any(row, "predictions") if isinstance(plain(p), Mapping)]
    for place, prediction in enumerate(predictions, 1):
        with within(f"prediction {place}"):
            who = name_if_any(prediction, "model_version") or "prediction"
            who = _unlike(who, opinions)
            opinions.append(_opinion(prediction, (who, "judge"), (a, b), told))
    if len(predictions) < len(items_if_any(row, "predictions")):
        told.append(_BARE)
    yield Found(
        data[prompt],
        data[a],
        data[b],
        id=pair,
        model_a=name_if_any(data, "model_a"),
        model_b=name_if_any(data, "model_b"),
        meta=rest_of(data, prompt, a, b, *_OURS) | others,
        opinions=tuple(opinions),
        columns=(prompt, a, b),
        told=tuple(dict.fromkeys(told)),
    )


def _who(annotation: Row, pair: str | None) -> str:
    """Name who labeled: by what we wrote, which stays where everything was imported by one user."""
    named = ""
    for result in records_if_any(annotation, "result"):
        if plain(result.get("from_name")) == LABELED_BY:
            if told := _texts(record_if_any(result, "value")):
                return told[0]
            continue
        said = _texts(record_if_any(result, "meta"))
        is_ours = plain(result.get("from_name")) in _CONTROLS and _is_ours(result, pair)
        if said and is_ours:
            return said[0]
        named = named or next(iter(said), "")
    by = plain(annotation.get("completed_by"))
    if isinstance(by, dict):
        return name_if_any(by, "email") or name_if_any(by, "id") or "label-studio"
    if by is not None:
        return name_if_any(annotation, "completed_by") or "label-studio"
    return named or "label-studio"


def _is_ours(result: Row, pair: str | None) -> bool:
    """Tell whether we gave a result its id, which is ``PAIR-NUMBER-CONTROL``."""
    name = plain(result.get("id"))
    control = plain(result.get("from_name"))
    if not isinstance(name, str) or pair is None:
        return False
    return re.fullmatch(rf"{re.escape(pair)}-\d+-{re.escape(str(control))}", name) is not None


def _unlike(who: str, opinions: list[Opinion]) -> str:
    """Keep several annotations of a user on one task apart; none of them is the last word."""
    times = sum(
        opinion.annotator == who or opinion.annotator.startswith(f"{who} (") for opinion in opinions
    )
    return f"{who} ({times + 1})" if times else who


class _Answers:
    """What the results of an annotation say, in all."""

    def __init__(self, said: Row, names: tuple[str, str], told: list[str]) -> None:
        self.chosen: Verdict | None = None
        self.left: Side = "a"
        self.written: list[tuple[str, str]] = []
        self._verdicts: dict[str, Verdict] = {}  # by the choices that were made
        self.rating: Any = None
        self.criteria: dict[str, Verdict] = {}
        self._asked = ""  # by which control what is chosen was asked
        for result in records_if_any(said, "result"):
            asked = text_if_any(result, "from_name") or "note"
            if asked == LABELED_BY:
                continue
            value = record_if_any(result, "value")
            if plain(result.get("type")) == "pairwise":
                self._choose(asked, result, value, names)
            else:
                self._write(asked, value, names)
                unread = (n for n in value if n not in _VALUES and plain(value[n]) is not None)
                told += [f"{name} of {asked}" for name in unread]
        if self.chosen is None and self._verdicts:
            self.chosen = self._verdicts.pop(likeliest([*self._verdicts]) or "")
        self.criteria |= self._verdicts

    def _choose(self, asked: str, result: Row, value: Row, names: tuple[str, str]) -> None:
        """Take what was selected; of several, the others are criteria."""
        self.left = _stood_left(result, names)
        selected = _selected(value, self.left)
        if self.chosen is None:
            self.chosen, self._asked = selected, asked
        elif asked in _CONTROLS:
            self.criteria[self._asked] = self.chosen
            self.chosen, self._asked = selected, asked
        else:
            self.criteria[asked] = selected

    def _write(self, asked: str, value: Row, names: tuple[str, str]) -> None:
        answers = _texts(value)
        # What was written or rated is no choice: a note says "none", and a response gets a 2.
        chosen = (
            verdict_of(answers[0], *names) if len(answers) == 1 and "choices" in value else None
        )
        if chosen is not None and asked not in self._verdicts and not asks_why(asked):
            self._verdicts[asked] = chosen
        else:
            self.written += [(asked, answer) for answer in answers]
        rated = plain(value.get("rating"))
        if asked == "strength":
            self.rating = rated
        elif rated is not None:
            self.written.append((asked, str(rated)))


def _opinion(
    said: Row, whose: tuple[str, Source], names: tuple[str, str], told: list[str]
) -> Opinion:
    annotator, source = whose
    answers = _Answers(said, names, told)
    chosen = answers.chosen
    cancelled = flag(said, "was_cancelled")
    if chosen is None and not cancelled and records_if_any(said, "result"):
        msg = "nothing in result says which response is preferred"
        raise RowError(msg)
    if cancelled and chosen is not None:
        told.append("what was chosen before an annotation was cancelled")
    strength = None if cancelled else strength_of(answers.rating, chosen)
    notes = [as_note(*answer) for answer in answers.written]
    if answers.rating is not None and strength is None:
        notes.append(as_note("strength", str(answers.rating)))
    return Opinion(
        annotator,
        source,
        "skip" if chosen is None or cancelled else chosen,
        strength=strength,
        criteria=answers.criteria or None,
        note="\n\n".join(notes) or None,
        shown_left=answers.left if source == "human" else None,
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
    {
        "id": "id or task",
        "data": "prompt, a, b, models, id and meta",
        "annotations": "labels",
        "predictions": "labels",
    },
    {
        "annotations": {**_SAID, "completed_by": dict.fromkeys(("email", "id"))},
        "predictions": {**_SAID, "model_version": None},
    },
)
