"""turbo-alignment's preferences: a dialogue, the answer that won and the one that lost.

Source: ``tests/fixtures/datasets`` of turbo-llm/turbo-alignment. The model's role is ``bot``, and
an answer is one message. Nobody tells who preferred it, so the annotator is ``"dataset"``.
"""

from tiebreak.reading.layouts.dialogue import MESSAGE, reader_of_answers
from tiebreak.reading.layouts.layout import Layout
from tiebreak.reading.rows import Row

_COLUMNS = ("context", "answer_w", "answer_l")


def _fits(row: Row) -> bool:
    """Tell it from texts under these names, which columns= brings into another layout."""
    return not isinstance(row.get("context"), str)


LAYOUT = Layout(
    "turbo_alignment",
    "turbo-alignment preferences",
    frozenset(_COLUMNS),
    reader_of_answers(*_COLUMNS),
    _fits,
    {"context": "prompt", "answer_w": "a", "answer_l": "b", "id": "id"},
    dict.fromkeys(_COLUMNS, MESSAGE),
)
