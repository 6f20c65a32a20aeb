"""Potato's pairwise annotations, with the texts that they are about in the same row.

Source: potato ``export/tabular_exporter.py`` (JSONL has ``labels`` by scheme, CSV and TSV a column
``SCHEME.LABEL`` each), ``annotated_instances.jsonl`` of its output folders (``label_annotations``),
and ``server_utils/schemas/pairwise.py``: ``selection`` is A, B or tie; ``scale_value`` is below 0
where A is better; of several dimensions each has A, B or tie; ``justification`` is the reasons.

Potato exports no texts, so its rows come joined with those of its data file: a prompt, and two
answers in fields of their own, or in one list.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from tiebreak.reading.layouts.fields import find_texts, name_if_any, number
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.layouts.verdicts import strength_of, verdict_of
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion, Verdict

_ITS_OWN = frozenset(
    {
        *("instance_id", "user_id", "id", "displayed_text", "behavioral_data", "annotator_origin"),
        *("labels", "label_annotations", "spans", "span_annotations", "links", "link_annotations"),
    }
)
_HOLDERS = ("labels", "label_annotations")
_SELECTION, _SCALE, _WHY = "selection", "scale_value", "justification"
_OVERALL = ("overall", "overall_quality", "preference")
_PAIR = 2


def _read(row: Row) -> Iterator[Found]:
    schemes = dict(_schemes(row))
    scheme = next((labels for labels in schemes.values() if _is_pairwise(labels)), None)
    if scheme is None:
        msg = "no labels that answer which of two is better"
        raise RowError(msg)
    texts, names, used = _texts(row, schemes)
    preference, strength = _preferred(scheme)
    criteria = {
        name: verdict
        for name, value in scheme.items()
        if name not in (_SELECTION, _SCALE, _WHY) and (verdict := verdict_of(value, *names[1:]))
    }
    opinion = Opinion(
        name_if_any(row, "user_id") or "potato",
        "human",
        preference,
        strength=strength,
        criteria=criteria or None,
        note=_note(scheme.get(_WHY)),
    )
    yield Found(
        *texts,
        id=name_if_any(row, "instance_id") or name_if_any(row, "id"),
        meta={name: plain(row[name]) for name in row if name not in used},
        opinions=(opinion,),
        columns=names,
        uses={
            "user_id": "annotator",
            "instance_id": "id",
            "id": "id",
            **{name: "preference" for name in row if _is_label(name, schemes)},
            **dict(zip(names, ("prompt", "a", "b"), strict=True)),
        },
    )


def _schemes(row: Row) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give what was answered, by scheme and label."""
    for holder in _HOLDERS:
        said = plain(row.get(holder))
        for scheme, labels in said.items() if isinstance(said, Mapping) else ():
            if isinstance(labels, Mapping):
                yield str(scheme), {str(name): plain(value) for name, value in labels.items()}
    flat: dict[str, dict[str, Any]] = {}
    for name, value in row.items():
        scheme, dot, label = name.partition(".")
        given = plain(value)
        if dot and label and given is not None and given != "":
            flat.setdefault(scheme, {})[label] = given
    yield from flat.items()


def _is_label(name: str, schemes: Mapping[str, Any]) -> bool:
    return name in _HOLDERS or name.partition(".")[0] in schemes


def _is_pairwise(labels: Mapping[str, Any]) -> bool:
    given = {name: value for name, value in labels.items() if name != _WHY}
    answers = {str(value).strip().lower() for value in given.values()}
    return _SELECTION in given or _SCALE in given or (bool(given) and answers <= {"a", "b", "tie"})


def _preferred(labels: Mapping[str, Any]) -> tuple[Verdict, int | None]:
    if labels.get(_SCALE) is not None:
        with suppress(ValueError, TypeError):
            labels = {**labels, _SCALE: float(labels[_SCALE])}
        scale = number(labels, _SCALE)
        preference: Verdict = "tie" if scale == 0 else "a" if scale < 0 else "b"
        return preference, strength_of(abs(scale), preference)
    named = next((name for name in (_SELECTION, *_OVERALL) if name in labels), None)
    verdict = verdict_of(labels.get(named), "A", "B") if named else None
    if verdict is None:
        asked = ", ".join(map(repr, labels)) or "none"
        msg = f"no label that says which answer is better on the whole: {asked}"
        raise RowError(msg)
    return verdict, None


def _note(said: Any) -> str | None:
    """Say why, of the reasons that were ticked and the rationale that was written."""
    if isinstance(said, str):
        with suppress(ValueError, RecursionError):
            said = json.loads(said)
    if isinstance(said, Mapping):
        reasons = plain(said.get("reasons"))
        named = ", ".join(map(str, reasons)) if isinstance(reasons, list) else ""
        said = "\n\n".join(text for text in (named, plain(said.get("rationale"))) if text)
    return said if isinstance(said, str) and said.strip() else None


def _texts(
    row: Row, schemes: Mapping[str, Any]
) -> tuple[tuple[Any, Any, Any], tuple[str, str, str], set[str]]:
    """Find the texts, and give them, their names, and the columns that were read."""
    used = {name for name in row if name in _ITS_OWN or name.partition(".")[0] in schemes}
    data = {name: plain(value) for name, value in row.items() if name not in used}
    both = next((n for n, v in data.items() if isinstance(v, list) and len(v) == _PAIR), None)
    fields = data
    if both is not None:
        fields = {n: v for n, v in data.items() if n != both}
        fields |= {"response_a": data[both][0], "response_b": data[both][1]}
    if not data:
        msg = (
            "Potato exports no texts; join its rows with those of the data file, as with pandas: "
            'items.merge(annotations, left_on="id", right_on="instance_id")'
        )
        raise RowError(msg)
    prompt, a, b = find_texts(fields)
    names = (prompt, both or a, both or b)
    return (fields[prompt], fields[a], fields[b]), names, {*used, *names}


def _fits(row: Row) -> bool:
    return any(_is_pairwise(labels) for _, labels in _schemes(row))


_KEYS = frozenset({"instance_id", "user_id"})

LAYOUTS = (
    Layout("potato", "Potato's annotations", _KEYS | {"labels"}, _read, _fits),
    Layout("potato", "Potato's annotations in a table", _KEYS, _read, _fits),
    Layout("potato", "Potato's instances", frozenset({"label_annotations"}), _read, _fits),
)
