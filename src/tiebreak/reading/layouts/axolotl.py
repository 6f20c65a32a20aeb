"""Axolotl's ``chat_template.default`` for DPO: the dialogue so far, and two answers to it.

Source: axolotl ``docs/rlhf.qmd`` and ``prompt_strategies/dpo/chat_template.py``. An answer is a
message, or a text. Nobody tells who preferred the chosen one, so the annotator is ``"dataset"``.
"""

from collections.abc import Mapping

from tiebreak.reading.layouts.dialogue import MESSAGE, reader_of_answers
from tiebreak.reading.layouts.layout import Layout
from tiebreak.reading.rows import Row, plain

_COLUMNS = ("messages", "chosen", "rejected")


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
    reader_of_answers(*_COLUMNS),
    _fits,
    {"messages": "prompt", "chosen": "a", "rejected": "b", "id": "id"},
    dict.fromkeys(_COLUMNS, MESSAGE),
)
