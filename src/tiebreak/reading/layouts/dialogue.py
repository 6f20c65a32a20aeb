"""Dialogues: messages as datasets write them, transcripts, and two that share a prompt."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tiebreak.reading.layouts.fields import SOMEONE, items, records, rest_of, text
from tiebreak.reading.layouts.layout import Found, Within
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.reading.suspects import is_written_messages
from tiebreak.reading.vendors import common_part, common_turns, kind_of
from tiebreak.records.label import Opinion
from tiebreak.records.text import MEDIA_KINDS
from tiebreak.store.kinds import NOR
from tiebreak.store.media import is_media

Messages = list[dict[str, Any]]

_ROLES = {
    "human": "user",
    "gpt": "assistant",
    "prompter": "user",
    "bot": "assistant",
    "observation": "tool",
    "tool_response": "tool",
    "function_call": "assistant",
    "tool_call": "assistant",
}
_CALLING = ("function_call", "tool_call")
# What is read of a message, and of a part of its content.
_PART: Within = {
    **dict.fromkeys(("type", "text", "value", "refusal", *MEDIA_KINDS)),
    **dict.fromkeys(("url", "path", "base64")),
    **{f"{kind}_url": {"url": None} for kind in MEDIA_KINDS},
    "input_audio": {"data": None, "format": None},
    "source": {"type": None, "media_type": None, "data": None, "url": None},
    **dict.fromkeys(("thinking", "id", "name", "input", "tool_use_id", "content")),
}
_KEPT = ("name", "tool_calls", "tool_call_id", "reasoning_content", "thinking")
MESSAGE: Within = {
    "role": None,
    "content": _PART,
    "from": None,
    "value": _PART,
    **dict.fromkeys((*_KEPT, "function_call", "refusal")),
}
_TURN = re.compile(r"\n\n(Human|Assistant): ?")


def messages(row: Row, name: str) -> Messages:
    """Take a list of messages: ``role`` and ``content`` or, as ShareGPT, ``from`` and ``value``.

    The text parts of a content are joined.
    """
    found = [_message(item, name) for item in common_turns(records(row, name))]
    if not found:
        msg = f"{name} has no messages"
        raise RowError(msg)
    return found


def one_message(row: Row, name: str, role: str) -> Messages:
    """Take an answer, given as a text or as one message, as messages."""
    value = plain(row.get(name))
    if isinstance(value, str) or value is None:
        return [{"role": role, "content": text(row, name)}]
    return messages({name: value if isinstance(value, list) else [value]}, name)


def transcript(row: Row, name: str) -> Messages:
    r"""Take a dialogue written as one text, with ``\n\nHuman:`` and ``\n\nAssistant:`` turns."""
    written = text(row, name)
    before, *turns = _TURN.split(written if written.startswith("\n\n") else f"\n\n{written}")
    if before.strip() or not turns:
        msg = f"{name} does not begin with a turn of Human or Assistant"
        raise RowError(msg)
    roles = {"Human": "user", "Assistant": "assistant"}
    return [
        {"role": roles[speaker], "content": said.strip()}
        for speaker, said in zip(turns[::2], turns[1::2], strict=True)
    ]


def split(a: Messages, b: Messages) -> tuple[Messages, Messages, Messages]:
    """Split two dialogues into the prompt that they share and the two answers to it.

    The prompt ends with the turn before the first answer in which they differ. Where more turns
    follow, the answers hold them too, for what the user says there belongs to the history.

    Raises:
        RowError: the dialogues begin differently, a turn has no reply, or what others than the
            assistant say after the prompt is not the same in both.

    """
    shared = 0
    for one, other in zip(a[:-1], b[:-1], strict=False):
        if one != other:
            break
        shared += 1
    while shared and a[shared - 1]["role"] == "assistant":
        shared -= 1
    if not shared or a[shared - 1]["role"] == "system":
        msg = "the two dialogues have different prompts"
        raise RowError(msg)
    prompt, a, b = a[:shared], a[shared:], b[shared:]
    if [said for said in a if said["role"] != "assistant"] != [
        said for said in b if said["role"] != "assistant"
    ]:
        msg = "the two dialogues have different turns of the user"
        raise RowError(msg)
    if any(turns[end]["role"] != "assistant" for turns in (a, b) for end in (0, -1)):
        msg = "a turn has no reply"
        raise RowError(msg)
    return prompt, a, b


def unlike(row: Row, name: str, prompt: Messages) -> tuple[str, ...]:
    """Say that a column with the prompt says something else than the dialogue, where it does."""
    said = plain(row.get(name))
    words = (turn.get("content") for turn in prompt)
    if not isinstance(said, str) or not said.strip() or said.strip() in map(_stripped, words):
        return ()
    return (f"{name} says something else than the dialogue, and was left out",)


def _stripped(words: Any) -> Any:
    return words.strip() if isinstance(words, str) else words


def ends_with_user(prompt: Messages) -> Messages:
    """Check that a prompt leaves the next turn to the assistant."""
    if prompt[-1]["role"] == "assistant":
        msg = "the prompt ends with a turn of the assistant"
        raise RowError(msg)
    return prompt


def _message(item: Row, name: str) -> dict[str, Any]:
    keys = ("role", "content")
    if "from" in item and plain(item["from"]) is not None:
        keys = ("from", "value")
    role = text(item, keys[0])
    if role in _CALLING and (calls := _calls(item.get(keys[1]))):
        return {"role": "assistant", "content": "", "tool_calls": calls}
    said = {"role": _ROLES.get(role, role), "content": _content(item, keys[1], name)}
    extra = {key: plain(item.get(key)) for key in _KEPT}
    return said | {key: value for key, value in extra.items() if value is not None}


def _calls(value: Any) -> list[dict[str, Any]]:
    """Read calls of tools as LLaMA-Factory has them: name and arguments as JSON, one or a list."""
    try:
        found = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        return []
    calls: list[Any] = found if isinstance(found, list) else [found]
    if not all(isinstance(call, dict) and isinstance(call.get("name"), str) for call in calls):
        return []
    return [
        {
            **{key: value for key, value in call.items() if key not in ("name", "arguments")},
            "type": "function",
            "function": {"name": call["name"], "arguments": call.get("arguments", {})},
        }
        for call in calls
    ]


def _content(item: Row, key: str, name: str) -> str | list[Any] | None:
    value = plain(item.get(key))
    if isinstance(value, str):
        return value
    if value is None and plain(item.get("tool_calls")) is not None:
        return None
    if value is None:
        msg = f"a turn without text in {name}"
        raise RowError(msg)
    parts = [*map(common_part, items(item, key))]
    texts = [part.get("text", part.get("value")) for part in parts if isinstance(part, Mapping)]
    is_written = len(texts) == len(parts) and all(isinstance(each, str) for each in texts)
    files = [plain(part.get(kind)) for part in parts for kind in MEDIA_KINDS] if is_written else []
    if is_written and all(file in (None, "") for file in files):
        if len(texts) > 1 and any(map(is_written_messages, texts)):
            msg = f"messages written as text in {name}: CSV holds none, but .jsonl and .parquet do"
            raise RowError(msg)
        return "\n".join(texts)
    if all(map(_is_text_or_file, parts)):
        return parts
    msg = f"a turn that is neither text, {NOR} in {name}"
    raise RowError(msg)


def _is_text_or_file(part: Any) -> bool:
    """Tell whether a part is written, a file, or the place of one that stands in a column."""
    if not isinstance(part, Mapping):
        return is_media(part)
    # Parquet fills the keys that other parts have with None.
    given = {key: value for key, value in part.items() if value is not None}
    is_known = kind_of(part) in ("text", *MEDIA_KINDS)
    return (is_known and given.keys() <= {"type", "text", *MEDIA_KINDS}) or is_media(given)


def as_message(role: str, said: Any) -> Messages:
    """Give a text as the one message that it is, and messages as they are."""
    return said if isinstance(said, list) else [{"role": role, "content": said}]


def part_last(said: Messages, name: str) -> tuple[Messages, Messages]:
    """Part a dialogue into the prompt and its last answer: the turns after the last of others."""
    end = len(said)
    while end and said[end - 1]["role"] == "assistant":
        end -= 1
    if not end or end == len(said):
        msg = f"{name} does not end with an answer of the assistant to a turn of somebody else"
        raise RowError(msg)
    return said[:end], said[end:]


def reader_of_answers(prompt: str, chosen: str, rejected: str) -> Callable[[Row], Iterator[Found]]:
    """Give what reads rows of a dialogue so far and two answers to it, the better one named first.

    Nobody tells who preferred it.
    """
    columns = (prompt, chosen, rejected)

    def read(row: Row) -> Iterator[Found]:
        yield Found(
            ends_with_user(messages(row, prompt)),
            one_message(row, chosen, "assistant"),
            one_message(row, rejected, "assistant"),
            id=row.get("id"),
            meta=rest_of(row, *columns, "id"),
            opinions=(Opinion(SOMEONE, "human", "a"),),
            columns=columns,
        )

    return read
