"""MultiPref: four people on each pair, two of the crowd and two experts, with reasons.

Source: the card of allenai/multipref. ``A-is-clearly-better`` is strength 2, ``slightly`` 1. The
aspects helpful, truthful and harmless come along as criteria. The reasons that were ticked for an
aspect speak of the response preferred there, or of both where there is none; what annotators wrote
themselves is the note. Annotators are named ``crowd-NAME`` and ``expert-NAME``. Their confidence is
not read.
"""

from collections.abc import Iterator

from tiebreak.reading.layouts.fields import (
    choice,
    items_if_any,
    kept,
    moment,
    name_if_any,
    number_if_any,
    records,
    text,
    text_if_any,
    within,
)
from tiebreak.reading.layouts.layout import Found, Layout, Within
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion, Preference, Side, Verdict

_PREFERENCES: dict[str, tuple[Verdict, int | None]] = {
    "A-is-clearly-better": ("a", 2),
    "A-is-slightly-better": ("a", 1),
    "Tie": ("tie", None),
    "B-is-slightly-better": ("b", 1),
    "B-is-clearly-better": ("b", 2),
}
_ASPECTS = ("helpful", "truthful", "harmless")
_ANNOTATION: Within = dict.fromkeys(
    (
        *("overall_pref", "evaluator", "time_spent", "timestamp"),
        *(f"{aspect}_pref" for aspect in _ASPECTS),
        *(f"{aspect}_checked_reasons" for aspect in _ASPECTS),
        *(f"{aspect}_own_reason" for aspect in _ASPECTS),
    )
)
_GROUPS = {"crowd": "normal_worker_annotations", "expert": "expert_worker_annotations"}


def _read(row: Row) -> Iterator[Found]:
    opinions = []
    for group, column in _GROUPS.items():
        for place, annotation in enumerate(records(row, column), 1):
            with within(f"annotation {place} of {column}"):
                opinions.append(_opinion(annotation, group, place))
    yield Found(
        text(row, "text"),
        text(row, "completion_a"),
        text(row, "completion_b"),
        id=name_if_any(row, "comparison_id"),
        model_a=name_if_any(row, "model_a"),
        model_b=name_if_any(row, "model_b"),
        meta=kept(row, "prompt_id", "source", "category", "subject_study", "highest_level_degree"),
        opinions=tuple(opinions),
        columns=("text", "completion_a", "completion_b"),
    )


def _opinion(said: Row, group: str, place: int) -> Opinion:
    preference: Preference
    preference, strength = choice(said, "overall_pref", _PREFERENCES)
    criteria: dict[str, Verdict] = {}
    reasons: dict[Side, list[str]] = {}
    notes = []
    for aspect in _ASPECTS:
        if plain(said.get(f"{aspect}_pref")) is None:
            continue
        verdict, _ = choice(said, f"{aspect}_pref", _PREFERENCES)
        criteria[aspect] = verdict
        ticked = _reasons(said, f"{aspect}_checked_reasons")
        sides: tuple[Side, ...] = ("a", "b")
        for side in sides:
            if ticked and verdict in (side, "tie"):
                reasons.setdefault(side, []).extend(ticked)
        if own := text_if_any(said, f"{aspect}_own_reason"):
            notes.append(f"{aspect}: {own}")
    return Opinion(
        f"{group}-{name_if_any(said, 'evaluator') or place}",
        "human",
        preference,
        strength=strength,
        criteria=criteria or None,
        reasons=reasons or None,
        note="\n\n".join(notes) or None,
        seconds=number_if_any(said, "time_spent"),
        at=moment(said, "timestamp"),
    )


def _reasons(said: Row, name: str) -> list[str]:
    reasons = items_if_any(said, name)
    if not all(isinstance(reason, str) for reason in reasons):
        msg = f"{name} holds not only texts"
        raise RowError(msg)
    return reasons


LAYOUT = Layout(
    "multipref",
    "MultiPref",
    frozenset({"text", "completion_a", "completion_b", *_GROUPS.values()}),
    _read,
    uses={
        "text": "prompt",
        "completion_a": "a",
        "completion_b": "b",
        "comparison_id": "id",
        "model_a": "model_a",
        "model_b": "model_b",
        **dict.fromkeys(_GROUPS.values(), "labels"),
    },
    within=dict.fromkeys(_GROUPS.values(), _ANNOTATION),
)
