"""Logs of thumbs whose columns have common names: one call finds these, and those of products."""

from collections.abc import Iterator, Sequence

from tiebreak.reading.layouts.dialogue import MESSAGE
from tiebreak.reading.logs import Given, Log, dialogue_reader
from tiebreak.reading.logs import find_log as find_known
from tiebreak.reading.rows import Row, RowError
from tiebreak.reading.thumbs import read_thumb

_THUMBS = (
    *("label", "thumb", "thumbs", "kto_tag", "feedback", "is_desirable", "desirable", "liked"),
    *("rating", "vote"),
)
_DIALOGUES = ("messages", "conversations", "conversation", "dialogue", "dialog")
_PROMPTS = ("prompt", "instruction", "question", "query", "input")
_RESPONSES = ("response", "completion", "answer", "output", "reply")


def find_log(columns: Sequence[str], first: Row) -> Log | None:
    """Give the log that a table is, by its columns and its first row."""
    known = find_known(columns, first)
    if known is not None:
        return known
    thumb = next((name for name in _THUMBS if name in columns and _is_thumb(first, name)), None)
    dialogue = next((name for name in _DIALOGUES if name in columns), None)
    prompt = next((name for name in _PROMPTS if name in columns), None)
    response = next((name for name in _RESPONSES if name in columns), None)
    if thumb is None:
        return None
    if prompt is not None and response is not None:
        return _of_columns(prompt, response, thumb, "input" if "input" in columns else None)
    if dialogue is not None:
        read = dialogue_reader(dialogue, thumb, None)
        named = frozenset({dialogue, thumb})
        uses = {dialogue: "prompt and response"}
        return Log("dialogues with a thumb", named, read, within={dialogue: MESSAGE}, uses=uses)
    return None


def _is_thumb(row: Row, name: str) -> bool:
    try:
        return read_thumb(row.get(name), name, signed=False) is not None
    except RowError:
        return False


def _of_columns(prompt: str, response: str, thumb: str, query: str | None) -> Log:
    """Read a prompt and a response; beside Alpaca's instruction, its input is part of it."""
    below = query if prompt == "instruction" else None

    def read(row: Row) -> Iterator[Given]:
        asked = row.get(prompt)
        more = row.get(below) if below else None
        if isinstance(asked, str) and isinstance(more, str) and more.strip():
            asked = f"{asked}\n{more}"
        yield Given(asked, row.get(response), row.get(thumb))

    named = frozenset(filter(None, (prompt, response, thumb, below)))
    uses = {prompt: "prompt", response: "response"} | ({below: "prompt"} if below else {})
    return Log("a thumb on each response", named, read, uses=uses)
