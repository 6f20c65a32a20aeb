"""Label Studio's JSON-MIN and CSV exports: a row an annotation, the answers by their tags' names.

Source: ``converter.py`` of label-studio-sdk (``convert_to_json_min``, ``csv2``): a row has the
task's data, its ``id``, a column for each tag that was answered, ``annotator``, ``annotation_id``,
``created_at``, ``updated_at`` and ``lead_time``. What ``Pairwise`` selected is ``left`` or
``right``; nothing says which response stood left, so that is the first one of the data, as in
Label Studio's template. A task that nobody annotated has a row without an ``annotation_id``; who
annotated what we exported is ``labeled_by``. The task's id took the place of the data's own, so the
pair is known by its content, unless the data have a ``pair``.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from tiebreak.reading.layouts.fields import find_texts, moment, name_if_any, number_if_any
from tiebreak.reading.layouts.label_studio import LABELED_BY
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.layouts.verdicts import (
    as_note,
    asks_which,
    asks_why,
    likeliest,
    strength_of,
    verdict_of,
)
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion, Verdict

_ALWAYS = frozenset({"annotator", "annotation_id", "created_at", "updated_at", "lead_time"})
_OTHERS = ("id", "agreement", "history", "pair", "model_a", "model_b", LABELED_BY)
_USES = {
    "id": "task",
    "pair": "id",
    "model_a": "model_a",
    "model_b": "model_b",
    "annotator": "annotator",
    LABELED_BY: "annotator",
    "created_at": "at",
    "lead_time": "seconds",
}
_FIELDS = (
    *("response_a", "response_b", "response1", "response2", "response_1", "response_2"),
    *("answer1", "answer2", "answer_1", "answer_2", "completion_a", "completion_b", "a", "b"),
)


def _read(row: Row) -> Iterator[Found]:
    # CSV has a text for what is missing.
    row = {name: None if isinstance(v, str) and not v else v for name, v in row.items()}
    data = {name: value for name, value in row.items() if name not in (*_ALWAYS, *_OTHERS)}
    prompt, a, b = find_texts(data)
    answers = {
        name: said
        for name, value in data.items()
        if name not in (prompt, a, b) and (said := _said(value)) is not None
    }
    asked = [name for name, said in answers.items() if _is_verdict(name, said, (a, b))]
    question = likeliest(asked)
    verdict: Verdict | None = verdict_of(answers.get(question or ""), a, b)
    criteria: dict[str, Verdict] = {}
    strength = None
    notes = []
    meta: dict[str, Any] = {}
    uses: dict[str, str] = {}
    for name, said in answers.items():
        value = data[name]
        if name == question:
            uses[name] = "preference"
        elif name in asked and (other := verdict_of(said, a, b)):
            criteria[name] = other
            uses[name] = "criteria"
        elif name == "strength":
            strength = name
        elif isinstance(said, str) and said.strip():
            notes.append(as_note(name, said))
            uses[name] = "note"
        else:
            meta[name] = value
    is_labeled = plain(row.get("annotation_id")) is not None
    if verdict is None and is_labeled:
        msg = "no column says which response is preferred"
        raise RowError(msg)
    degree = strength_of(_number(_said(data[strength])), verdict) if strength else None
    if degree is not None:
        uses["strength"] = "strength"
    elif strength:
        meta["strength"] = data[strength]
    task = name_if_any(row, "id")
    opinions = []
    if verdict is not None and is_labeled:
        opinion = Opinion(
            _who(row),
            "human",
            verdict,
            strength=degree,
            criteria=criteria or None,
            note="\n\n".join(notes) or None,
            shown_left="a",
            seconds=number_if_any({"lead_time": _number(row.get("lead_time"))}, "lead_time"),
            at=moment(row, "created_at"),
        )
        opinions.append(opinion)
    yield Found(
        row[prompt],
        row[a],
        row[b],
        id=name_if_any(row, "pair"),
        model_a=name_if_any(row, "model_a"),
        model_b=name_if_any(row, "model_b"),
        meta=meta | ({"task": task} if task else {}),
        opinions=tuple(opinions),
        columns=(prompt, a, b),
        uses=uses | {prompt: "prompt", a: "a", b: "b"},
    )


def _said(value: Any) -> Any:
    """Give an answer as the word that it is: selected, chosen, written or rated."""
    said = plain(value)
    if isinstance(said, str) and said[:1] in ("[", "{"):  # CSV holds these as JSON
        with suppress(ValueError, RecursionError):
            said = json.loads(said)
    if isinstance(said, list) and len(said) == 1:
        said = plain(said[0])
    if isinstance(said, Mapping):
        for name in ("selected", "choices", "text", "rating"):
            if plain(said.get(name)) is not None:
                return _said(said[name])
    return said


def _is_verdict(name: str, said: Any, names: tuple[str, str]) -> bool:
    """Tell whether a column answers which response is better.

    A row has the task's data beside the answers, and CSV a text for every number.
    """
    if verdict_of(said, *names) is None or asks_why(name) or name == "strength":
        return False
    return not said.strip().isdigit() or asks_which(name)


def _number(said: Any) -> Any:
    """Give a number also where CSV has it as text."""
    with suppress(TypeError, ValueError, OverflowError):
        return float(said)
    return None


def _who(row: Row) -> str:
    if named := name_if_any(row, LABELED_BY):
        return named
    by = plain(row.get("annotator"))
    if isinstance(by, Mapping):
        return name_if_any(by, "email") or name_if_any(by, "id") or "label-studio"
    return name_if_any(row, "annotator") or "label-studio"


def _fits(row: Row) -> bool:
    return any(name in row for name in _FIELDS)


LAYOUT = Layout("label_studio_min", "Label Studio's JSON-MIN", _ALWAYS, _read, _fits, _USES)
