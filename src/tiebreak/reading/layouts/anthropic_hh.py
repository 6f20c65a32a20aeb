"""Anthropic HH: two transcripts that differ in the assistant's last turn.

Source: the README of anthropics/hh-rlhf and TRL's ``hh-rlhf-helpful-base.py``. The crowd workers
are not told apart, so the annotator is ``"crowd"``.
"""

from collections.abc import Iterator

from tiebreak.reading.layouts.dialogue import Messages, split, transcript
from tiebreak.reading.layouts.fields import rest_of
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row, RowError
from tiebreak.records.label import Opinion

_PREFERRED = (Opinion("crowd", "human", "a"),)


def _read(row: Row) -> Iterator[Found]:
    prompt, a, b = split(_turns(row, "chosen"), _turns(row, "rejected"))
    if len(a) > 1 or len(b) > 1:
        msg = "the two dialogues have different prompts"
        raise RowError(msg)
    yield Found(
        prompt,
        a,
        b,
        id=row.get("id"),
        meta=rest_of(row, "chosen", "rejected", "id"),
        opinions=_PREFERRED,
        columns=("prompt", "chosen", "rejected"),
    )


def _turns(row: Row, name: str) -> Messages:
    turns = transcript(row, name)
    roles = [turn["role"] for turn in turns]
    if len(turns) % 2 or roles != ["user", "assistant"] * (len(turns) // 2):
        msg = f"a turn in {name} has no reply"
        raise RowError(msg)
    if not all(turn["content"] for turn in turns):
        msg = f"an empty turn in {name}"
        raise RowError(msg)
    return turns


def _fits(row: Row) -> bool:
    return all(
        isinstance(said, str) and "\n\nAssistant:" in said and "Human:" in said[:8]
        for said in (row.get("chosen"), row.get("rejected"))
    )


LAYOUT = Layout(
    "anthropic_hh",
    "Anthropic HH transcripts",
    frozenset({"chosen", "rejected"}),
    _read,
    _fits,
    {"chosen": "prompt and a", "rejected": "b", "id": "id"},
)
