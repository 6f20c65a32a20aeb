"""turbo-alignment's preferences: a dialogue, the answer that won and the one that lost.

Source: ``tests/fixtures/datasets`` of turbo-llm/turbo-alignment. The model's role is ``bot``, and
an answer is one message. Nobody tells who preferred it, so the annotator is ``"dataset"``.
"""

from collections.abc import Iterator

from tiebreak.reading.layouts.dialogue import MESSAGE, ends_with_user, messages, one_message
from tiebreak.reading.layouts.fields import SOMEONE, rest_of
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row
from tiebreak.records.label import Opinion

_COLUMNS = ("context", "answer_w", "answer_l")


def _read(row: Row) -> Iterator[Found]:
    prompt = ends_with_user(messages(row, "context"))
    a, b = (one_message(row, name, "assistant") for name in ("answer_w", "answer_l"))
    yield Found(
        prompt,
        a,
        b,
        id=row.get("id"),
        meta=rest_of(row, *_COLUMNS, "id"),
        opinions=(Opinion(SOMEONE, "human", "a"),),
        columns=_COLUMNS,
    )


def _fits(row: Row) -> bool:
    """Tell it from texts under these names, which columns= brings into another layout."""
    return not isinstance(row.get("context"), str)


LAYOUT = Layout(
    "turbo_alignment",
    "turbo-alignment preferences",
    frozenset(_COLUMNS),
    _read,
    _fits,
    {"context": "prompt", "answer_w": "a", "answer_l": "b", "id": "id"},
    dict.fromkeys(_COLUMNS, MESSAGE),
)
