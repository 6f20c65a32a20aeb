"""LLaMA-Factory's ranking rows, and their entry in ``dataset_info.json``.

Strings go out in the alpaca layout, messages in the sharegpt one, after
``src/llamafactory/data/converter.py``: in the latter the human and the model take turns, a system
message comes first, and the model's turn is next.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from tiebreak.errors import ExportError
from tiebreak.exports.conversation import (
    Messages,
    any_messages,
    is_one_answer,
    numbered,
    triples,
)
from tiebreak.exports.format import Part, Row
from tiebreak.records.text import says_only_text

INFO = "dataset_info.json"

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
        if not all(map(is_one_answer, responses)):
            yield position, "with a response that is not one assistant message of text"
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
        entries[file.stem] = {"file_name": file.name, **layout}
    return {info: msgspec.json.format(msgspec.json.encode(entries), indent=2) + b"\n"}


def _read(info: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(info.read_bytes(), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        msg = f"{info} is not a JSON object ({error}); mend it or export to another folder."
        raise ExportError(msg) from error


def _turn(message: dict[str, Any]) -> dict[str, Any]:
    return {"from": _NAMES[message["role"]], "value": message["content"]}


def _takes_turns(prompt: Messages) -> bool:
    turns = prompt[1:] if prompt[0]["role"] == "system" else prompt
    expected = (("user", "tool"), ("assistant",))
    return len(turns) % 2 == 1 and all(
        message["role"] in expected[place % 2] and says_only_text(message)
        for place, message in enumerate(turns)
    )
