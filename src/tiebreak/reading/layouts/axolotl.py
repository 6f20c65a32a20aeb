"""Axolotl's ``chat_template.default`` for DPO: the dialogue so far, and two answers to it.

Source: axolotl ``docs/rlhf.qmd`` and ``prompt_strategies/dpo/chat_template.py``. An answer is a
message, or a text. Nobody tells who preferred the chosen one, so the annotator is ``"dataset"``.
"""

from collections.abc import Iterator, Mapping

from tiebreak.reading.layouts.dialogue import MESSAGE, ends_with_user, messages, one_message
from tiebreak.reading.layouts.fields import SOMEONE, rest_of
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row, plain
from tiebreak.records.label import Opinion

_COLUMNS = ("messages", "chosen", "rejected")


def _read(row: Row) -> Iterator[Found]:
    prompt = ends_with_user(messages(row, "messages"))
    a, b = (one_message(row, name, "assistant") for name in ("chosen", "rejected"))
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
    """Tell it from whole dialogues in chosen and rejected, of which messages repeats one."""
    said = plain(row.get("messages"))
    ends = said[-1] if isinstance(said, list) and said else None
    return (
        "prompt" not in row
        and isinstance(ends, Mapping)
        and str(ends.get("role", ends.get("from"))) not in ("assistant", "gpt")
    )


LAYOUT = Layout(
    "axolotl",
    "Axolotl preference rows",
    frozenset(_COLUMNS),
    _read,
    _fits,
    {"messages": "prompt", "chosen": "a", "rejected": "b", "id": "id"},
    dict.fromkeys(_COLUMNS, MESSAGE),
)
