"""Single answers of several models, a file each: joined into one table, a row an answer.

The files are what SFT trains on: a prompt and a completion (TRL), an instruction, its input and an
output (Alpaca), or a dialogue that ends with the answer (TRL, ShareGPT).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tiebreak.errors import PairsError
from tiebreak.reading.context import find_beside, warn_of_names, with_context
from tiebreak.reading.frames import MEND_ROWS
from tiebreak.reading.layouts.dialogue import messages, part_last
from tiebreak.reading.layouts.fields import text_if_any
from tiebreak.reading.layouts.layout import Found
from tiebreak.reading.roles import guess_roles
from tiebreak.reading.rows import Row, RowError
from tiebreak.reading.sources import Table, open_table, say_columns_of

PROMPT, RESPONSE, MODEL = "prompt", "response", "model"

_TEXTS = (
    *(("prompt", "completion"), ("prompt", "response"), ("instruction", "output")),
    *(("query", "response"), ("question", "answer")),
)
_DIALOGUES = ("messages", "conversations")


def joined(sources: Mapping[str, Any]) -> Table:
    """Give the answers of several models as one table of prompt, response and model.

    Args:
        sources: what :func:`tiebreak.read_pairs` opens, by the name of the model that answered.

    Raises:
        PairsError: a source cannot be opened, holds no single answers, or a row has none.

    """
    rows: list[tuple[object, Row]] = []
    for model, source in sources.items():
        table = open_table(source)
        if table.broken:
            name, what = table.broken[0]
            msg = f"{table.name}, {table.row_word} {name}: {what}. {table.remedy}"
            raise PairsError(msg, [name for name, _ in table.broken])
        read = _reader(table)
        known = find_beside(table.columns, frozenset())
        for place, (name, row) in enumerate(table.rows):
            if place == 0 and known is not None:
                warn_of_names(table.name, row, known.system)
            try:
                prompt, response = read(row)
            except RowError as error:
                msg = f"{table.name}, {table.row_word} {name}: {error}. Mend or drop such rows."
                raise PairsError(msg, [name]) from None
            rows.append((name, {PROMPT: prompt, RESPONSE: response, MODEL: str(model)}))
    named = ", ".join(str(source) for source in sources.values() if isinstance(source, str | Path))
    columns = [PROMPT, RESPONSE, MODEL]
    return Table(named or "The sources", "row", columns, rows, MEND_ROWS, total=len(rows))


def _reader(table: Table) -> Callable[[Row], tuple[Any, Any]]:
    dialogue = next((name for name in _DIALOGUES if name in table.columns), None)
    texts = next((two for two in _TEXTS if set(two) <= set(table.columns)), None)
    if dialogue is None and texts is None:
        known = ", ".join(" and ".join(two) for two in _TEXTS)
        msg = (
            f"{table.name} holds no single answers under the names {known} or "
            f"{' or '.join(_DIALOGUES)}. {_say_renaming(table.columns)} {say_columns_of(table)}"
        )
        raise PairsError(msg)
    own = {*(texts or ()), "input"} | ({dialogue} if dialogue else set())
    beside = find_beside(table.columns, own)

    def read(row: Row) -> tuple[Any, Any]:
        if dialogue is not None:
            prompt, response = part_last(messages(row, dialogue), dialogue)
        else:
            prompt, response = _read_texts(row, *texts or ("", ""))
        if beside is None:
            return prompt, response
        pair = with_context(Found(prompt, response, response), row, beside._replace(media=()))
        return pair.prompt, pair.a

    return read


def _say_renaming(columns: Sequence[str]) -> str:
    found = guess_roles(columns, {PROMPT: PROMPT, RESPONSE: RESPONSE})
    named = {found.get(name, "..."): name for name in (PROMPT, RESPONSE) if name not in columns}
    return f"Rename its columns, as in frame.rename(columns={named})."


def _read_texts(row: Row, asked: str, answered: str) -> tuple[Any, Any]:
    prompt = row.get(asked)
    more = text_if_any(row, "input") if asked == "instruction" else None
    return (f"{prompt}\n{more}" if more else prompt), row.get(answered)


def flattened(value: Any) -> Iterator[Any]:
    """Give the answers of a cell: each text of a list of texts, or the one answer that it is."""
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        yield from value
    else:
        yield value
