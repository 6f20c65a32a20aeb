"""Messages and tools in the form that a target takes: arguments of calls, ids, and which keys."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from tiebreak.exports.format import Arguments, Row
from tiebreak.records.text import Message, Text

Tools = list[dict[str, Any]]

TOOLS = "tools"

_TEXTS = ("prompt", "a", "b")
_ALWAYS = ("role", "content")


def keys_of(judgments: pd.DataFrame) -> Counter[str]:
    """Count the keys of all messages."""
    found: Counter[str] = Counter()
    for message in _messages(judgments):
        found.update(message.keys())
    return found


def _messages(judgments: pd.DataFrame) -> Iterator[Message]:
    for name in _TEXTS:
        for text in judgments[name].tolist():
            if isinstance(text, list):
                yield from text


def changed(judgments: pd.DataFrame, change: Callable[[Message], Message]) -> pd.DataFrame:
    """Give judgments with each message changed."""

    def change_text(text: Text) -> Text:
        return text if isinstance(text, str) else [change(message) for message in text]

    return judgments.assign(
        **{
            name: pd.Series(map(change_text, judgments[name].tolist()), judgments.index, object)
            for name in _TEXTS
        }
    )


def without_keys(judgments: pd.DataFrame, kept: frozenset[str]) -> tuple[pd.DataFrame, list[str]]:
    """Take out what a format has no place for, and say what that was."""
    dropped = {
        key: count
        for key, count in keys_of(judgments).items()
        if key not in _ALWAYS and key not in kept
    }
    if not dropped:
        return judgments, []
    named = ", ".join(f"{key} ({count})" for key, count in dropped.items())
    note = f"the format has no place for what messages say beside role and content: {named}"

    def keep(message: Message) -> Message:
        return {key: value for key, value in message.items() if key not in dropped}

    return changed(judgments, keep), [note]


def with_arguments(judgments: pd.DataFrame, form: Arguments) -> pd.DataFrame:
    """Write the arguments of calls as objects, or as strings of JSON with ids of the calls."""

    def write(message: Message) -> Message:
        calls = message.get("tool_calls")
        if not isinstance(calls, list):
            return message
        return {**message, "tool_calls": [one(call) for call in calls]}

    one = _decoded if form == "decoded" else _encoded
    found = changed(judgments, write)
    return found if form == "decoded" else _with_ids(found)


def _decoded(call: Any) -> Any:
    return _with_argument(call, read_object)


def _encoded(call: Any) -> Any:
    def write(arguments: Any) -> Any:
        return arguments if isinstance(arguments, str) else json.dumps(arguments or {})

    written = _with_argument(call, write)
    return {"type": "function", **written} if isinstance(written, Mapping) else written


def _with_argument(call: Any, change: Callable[[Any], Any]) -> Any:
    if not isinstance(call, Mapping):
        return call
    function = call.get("function")
    if not isinstance(function, Mapping):
        return call
    return {**call, "function": {**function, "arguments": change(function.get("arguments"))}}


def read_object(arguments: Any) -> Any:
    """Give an object that is written down as JSON as such, and anything else as it is."""
    if isinstance(arguments, str):
        try:
            found = json.loads(arguments)
        except (ValueError, RecursionError):
            return arguments
        return found if isinstance(found, dict) else arguments
    return arguments


def _with_ids(judgments: pd.DataFrame) -> pd.DataFrame:
    """Give calls without an id one by their place, and the results that follow the same."""
    texts: dict[str, list[Any]] = {name: [] for name in _TEXTS}
    for prompt, a, b in zip(*(judgments[name].tolist() for name in _TEXTS), strict=True):
        asked, count, waiting = _number(prompt, 0, [])
        texts["prompt"].append(asked)
        for name, answer in (("a", a), ("b", b)):
            texts[name].append(_number(answer, count, list(waiting))[0])
    return judgments.assign(
        **{name: pd.Series(found, judgments.index, object) for name, found in texts.items()}
    )


def _number(text: Text, count: int, waiting: list[str]) -> tuple[Text, int, list[str]]:
    if isinstance(text, str):
        return text, count, waiting
    numbered = []
    for message in text:
        calls = message.get("tool_calls")
        if isinstance(calls, list):
            given = []
            for call in calls:
                if isinstance(call, Mapping) and not call.get("id"):
                    count += 1
                    call = {"id": f"call_{count}", **{k: v for k, v in call.items() if k != "id"}}  # noqa: PLW2901
                given.append(call)
            waiting = [call["id"] for call in given if isinstance(call, Mapping)]
            message = {**message, "tool_calls": given}  # noqa: PLW2901
        elif message["role"] == "tool" and waiting:
            own = message.get("tool_call_id")
            named = own or waiting[0]
            waiting = [name for name in waiting if name != named]
            message = message if own else {**message, "tool_call_id": named}  # noqa: PLW2901
        numbered.append(message)
    return numbered, count, waiting


def with_same_keys(judgments: pd.DataFrame) -> pd.DataFrame:
    """Give every message the same keys, None where it says nothing.

    ``datasets`` reads messages of unlike keys as JSON, and its ``map`` then makes a list of
    characters of a string under the same name, on which trainers stop.
    """
    keys = keys_of(judgments)
    if len(keys) <= len(_ALWAYS):
        return judgments
    blank = dict.fromkeys([*_ALWAYS, *keys])
    return changed(judgments, lambda message: {**blank, **message})


def tools_of(judgments: pd.DataFrame) -> list[Tools | None]:
    """Give the definitions of tools that stand beside each pair, as a list or as JSON of one."""
    if TOOLS not in judgments.columns:
        return [None] * len(judgments)
    return [_read_tools(value) for value in judgments[TOOLS].tolist()]


def _read_tools(value: Any) -> Tools | None:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    if isinstance(value, Mapping):
        value = [value]
    is_list = isinstance(value, list) and value and all(map(_is_tool, value))
    return value if is_list else None


def _is_tool(value: Any) -> bool:
    return isinstance(value, Mapping) and not {"function", "name", "type"}.isdisjoint(value)


def with_tools(judgments: pd.DataFrame, *, held: bool) -> tuple[pd.DataFrame, list[str]]:
    """Give judgments with a column of tools where the format holds them and any pair has some.

    What is not written is said.
    """
    if TOOLS not in judgments.columns:
        return judgments, []
    tools = tools_of(judgments)
    there = len(tools) - tools.count(None)
    others = int(judgments[TOOLS].map(bool).sum()) - there
    notes = []
    if others:
        notes.append(f"{others} labeled pairs have in {TOOLS!r} no definitions of tools")
    if there and not held:
        notes.append(f"{there} labeled pairs have tools, for which the format has no place")
    if there and held:
        return judgments.assign(**{TOOLS: pd.Series(tools, judgments.index, object)}), notes
    return judgments.drop(columns=TOOLS), notes


def with_tools_beside(rows: Iterator[Row], judgments: pd.DataFrame) -> Iterator[Row]:
    """Write each judgment's tools beside its row, where there are any at all."""
    if TOOLS not in judgments.columns:
        return rows
    tools = judgments[TOOLS].tolist()
    return ({**row, TOOLS: said} for row, said in zip(rows, tools, strict=True))
