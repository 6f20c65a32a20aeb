"""ms-swift's rows for DPO and reward models: a dialogue that ends with the chosen answer.

Source: ms-swift ``docs/source_en/Customization/Custom-dataset.md`` and modelscope/ms-swift#7314.
The rejected answer is the text, or the messages, that would stand in the place of the last answer
(``rejected_response``), or a whole dialogue (``rejected_messages``).
"""

from collections.abc import Iterator

from tiebreak.reading.layouts.dialogue import MESSAGE, messages, one_message, part_last, split
from tiebreak.reading.layouts.fields import SOMEONE, rest_of
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row
from tiebreak.records.label import Opinion

_CHOSEN = (Opinion(SOMEONE, "human", "a"),)
_RESPONSE = ("messages", "rejected_response")
_MESSAGES = ("messages", "rejected_messages")


def _read_response(row: Row) -> Iterator[Found]:
    prompt, a = part_last(messages(row, "messages"), "messages")
    b = one_message(row, "rejected_response", "assistant")
    columns = ("messages", "messages", "rejected_response")
    meta = rest_of(row, *_RESPONSE, "id")
    yield Found(prompt, a, b, id=row.get("id"), meta=meta, opinions=_CHOSEN, columns=columns)


def _read_messages(row: Row) -> Iterator[Found]:
    prompt, a, b = split(*(messages(row, name) for name in _MESSAGES))
    columns = ("messages", "messages", "rejected_messages")
    meta = rest_of(row, *_MESSAGES, "id")
    yield Found(prompt, a, b, id=row.get("id"), meta=meta, opinions=_CHOSEN, columns=columns)


LAYOUTS = (
    Layout(
        "ms_swift",
        "ms-swift preference rows",
        frozenset(_RESPONSE),
        _read_response,
        uses={"messages": "prompt and a", "rejected_response": "b", "id": "id"},
        within=dict.fromkeys(_RESPONSE, MESSAGE),
    ),
    Layout(
        "ms_swift",
        "ms-swift preference rows of two dialogues",
        frozenset(_MESSAGES),
        _read_messages,
        uses={"messages": "prompt and a", "rejected_messages": "b", "id": "id"},
        within=dict.fromkeys(_MESSAGES, MESSAGE),
    ),
)
