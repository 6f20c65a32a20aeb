"""LLaMA-Factory's ranking rows, and their entry in ``dataset_info.json``.

Strings go out in the alpaca layout, messages in the sharegpt one, after
``src/llamafactory/data/converter.py``: in the latter the human and the model take turns, a system
message comes first, and the model's turn is next. A call is a turn ``function_call``, its name and
arguments as JSON, and tools are a text of JSON beside the row.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from tiebreak.errors import ExportError
from tiebreak.exports.calls import TOOLS, with_tools_beside
from tiebreak.exports.conversation import (
    Messages,
    any_messages,
    numbered,
    triples,
)
from tiebreak.exports.format import Part, Row
from tiebreak.files import read_file
from tiebreak.records.text import says_only_text

INFO = "dataset_info.json"
_LARGEST = 100_000_000  # bytes of one

_NAMES = {"user": "human", "assistant": "gpt", "system": "system", "tool": "observation"}
_ALPACA = {
    "ranking": True,
    "columns": {
        "prompt": "instruction",
        "query": "input",
        "chosen": "chosen",
        "rejected": "rejected",
    },
}
_SHAREGPT = {
    "formatting": "sharegpt",
    "ranking": True,
    "columns": {"messages": "conversations", "chosen": "chosen", "rejected": "rejected"},
}


def rows(judgments: pd.DataFrame) -> Iterator[Row]:
    """Turn judgments that prefer a or b into ranking rows."""
    for row in with_tools_beside(_rows(judgments), judgments):
        if TOOLS in row:
            row[TOOLS] = json.dumps(row[TOOLS], ensure_ascii=False) if row[TOOLS] else ""
        yield row


def _rows(judgments: pd.DataFrame) -> Iterator[Row]:
    for prompt, chosen, rejected in triples(judgments):
        if isinstance(prompt, str):
            yield {"instruction": prompt, "input": "", "chosen": chosen, "rejected": rejected}
        elif isinstance(chosen, list) and isinstance(rejected, list):
            yield {
                "conversations": [_turn(message) for message in prompt],
                "chosen": _turn(chosen[0]),
                "rejected": _turn(rejected[0]),
            }


def unfit(judgments: pd.DataFrame) -> Iterator[tuple[int, str]]:
    """Name the judgments that LLaMA-Factory would skip."""
    for position, prompt, responses in numbered(judgments):
        if not all(len(answer) == 1 and _is_answer(answer[0]) for answer in responses):
            yield position, "with a response that is not one assistant message of text or of calls"
        elif any(isinstance(message["content"], list) for message in prompt):
            yield position, "with images, audio or parts in the prompt"
        elif not _takes_turns(prompt):
            yield position, "with a prompt whose turns do not alternate from user to user"


def beside(path: Path, parts: Mapping[Path, Part]) -> Mapping[Path, bytes]:
    """Make the folder's ``dataset_info.json``: what is there, with the files' entries.

    Raises:
        ExportError: the one that is there is not a JSON object.

    """
    info = path.parent / INFO
    entries = _read(info) if info.exists() else {}
    for file, part in parts.items():
        layout = _SHAREGPT if any_messages(part.judgments) else _ALPACA
        entry: dict[str, Any] = {"file_name": file.name, **layout}
        if TOOLS in part.judgments.columns:
            entry["columns"] = {**entry["columns"], TOOLS: TOOLS}
        entries[file.stem] = entry
    return {info: msgspec.json.format(msgspec.json.encode(entries), indent=2) + b"\n"}


def _read(info: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(read_file(info, _LARGEST), type=dict[str, Any])
    except OSError as error:  # a pipe or a device, where others may write
        msg = f"{info} cannot be read: {error.strerror}. Export to another folder."
        raise ExportError(msg) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        msg = f"{info} is not a JSON object ({error}); mend it or export to another folder."
        raise ExportError(msg) from None


def _turn(message: dict[str, Any]) -> dict[str, Any]:
    calls = message.get("tool_calls")
    if calls:
        called = [_call(call) for call in calls]
        value = json.dumps(called[0] if len(called) == 1 else called, ensure_ascii=False)
        return {"from": "function_call", "value": value}
    return {"from": _NAMES[message["role"]], "value": message["content"]}


def _call(call: Any) -> dict[str, Any]:
    function = call["function"]
    return {"name": function["name"], "arguments": function.get("arguments") or {}}


def _is_answer(message: dict[str, Any]) -> bool:
    """Tell whether a message is a text of the assistant, or calls of tools and no text beside."""
    if message["role"] != "assistant" or not message.get("tool_calls"):
        return message["role"] == "assistant" and says_only_text(message)
    return not message["content"] and all(
        isinstance(call, dict)
        and isinstance(call.get("function"), dict)
        and isinstance(call["function"].get("name"), str)
        for call in message["tool_calls"]
    )


def _takes_turns(prompt: Messages) -> bool:
    turns = prompt[1:] if prompt[0]["role"] == "system" else prompt
    if len(turns) % 2 != 1:
        return False
    return all(
        _is_answer(message)
        if place % 2
        else message["role"] in ("user", "tool") and says_only_text(message)
        for place, message in enumerate(turns)
    )
