"""ms-swift's rows for DPO and reward models: a dialogue that ends with the chosen answer.

Source: ms-swift ``docs/source_en/Customization/Custom-dataset.md`` and modelscope/ms-swift#7314.
The rejected answer is the text, or the messages, that would stand in the place of the last answer
(``rejected_response``), or a whole dialogue (``rejected_messages``). The dialogue may also be
called ``conversations``, as in ShareGPT, or be a ``query`` and a ``response``, as in ms-swift 2.
"""

from collections.abc import Callable, Iterator

from tiebreak.reading.layouts.dialogue import MESSAGE, messages, one_message, part_last, split
from tiebreak.reading.layouts.fields import SOMEONE, rest_of, text
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row
from tiebreak.records.label import Opinion

_CHOSEN = (Opinion(SOMEONE, "human", "a"),)
_REJECTED = "rejected_response"
_DIALOGUES = ("messages", "conversations")
_QUERY = ("query", "response", _REJECTED)
_MESSAGES = ("messages", "rejected_messages")


def _reader(dialogue: str) -> Callable[[Row], Iterator[Found]]:
    columns = (dialogue, dialogue, _REJECTED)

    def read(row: Row) -> Iterator[Found]:
        prompt, a = part_last(messages(row, dialogue), dialogue)
        b = one_message(row, _REJECTED, "assistant")
        meta = rest_of(row, dialogue, _REJECTED, "id")
        yield Found(prompt, a, b, id=row.get("id"), meta=meta, opinions=_CHOSEN, columns=columns)

    return read


def _read_query(row: Row) -> Iterator[Found]:
    prompt, a, b = (text(row, name) for name in _QUERY)
    meta = rest_of(row, *_QUERY, "id")
    yield Found(prompt, a, b, id=row.get("id"), meta=meta, opinions=_CHOSEN, columns=_QUERY)


def _read_messages(row: Row) -> Iterator[Found]:
    prompt, a, b = split(*(messages(row, name) for name in _MESSAGES))
    columns = ("messages", "messages", "rejected_messages")
    meta = rest_of(row, *_MESSAGES, "id")
    yield Found(prompt, a, b, id=row.get("id"), meta=meta, opinions=_CHOSEN, columns=columns)


LAYOUTS = (
    *(
        Layout(
            "ms_swift",
            "ms-swift preference rows",
            frozenset({dialogue, _REJECTED}),
            _reader(dialogue),
            uses={dialogue: "prompt and a", _REJECTED: "b", "id": "id"},
            within=dict.fromkeys((dialogue, _REJECTED), MESSAGE),
        )
        for dialogue in _DIALOGUES
    ),
    Layout(
        "ms_swift",
        "ms-swift preference rows of version 2",
        frozenset(_QUERY),
        _read_query,
        uses={"query": "prompt", "response": "a", _REJECTED: "b", "id": "id"},
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
