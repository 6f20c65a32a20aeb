"""Texts as strings or as messages: the one form a file has, and what trainers ask of it.

TRL decides by the first row alone whether a dataset is conversational, so a mixed file fails or
trains on the wrong thing.
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from tiebreak.records.text import Message, Text, says_only_text

Messages = list[Message]

_ROLES = {"prompt": "user", "a": "assistant", "b": "assistant"}


def in_one_form(judgments: pd.DataFrame) -> pd.DataFrame:
    """Give judgments whose texts are all strings, or else all messages."""
    return as_dialogues(judgments) if any_messages(judgments) else judgments


def as_dialogues(judgments: pd.DataFrame) -> pd.DataFrame:
    """Give judgments whose texts are all messages."""
    return judgments.assign(
        **{
            name: pd.Series(
                [as_messages(text, role) for text in judgments[name]], judgments.index, object
            )
            for name, role in _ROLES.items()
        }
    )


def any_messages(judgments: pd.DataFrame) -> bool:
    """Tell whether any prompt or response is a list of messages."""
    return any(list in map(type, judgments[name].tolist()) for name in _ROLES)


def with_joined_parts(judgments: pd.DataFrame, *, mixed_only: bool) -> tuple[pd.DataFrame, int]:
    """Give judgments whose contents in parts of text alone are strings, and count these.

    With ``mixed_only``, contents stay in parts where all of them are, for a file has one form, or
    where one has several, which would not come back.
    """
    columns = [judgments[name].tolist() for name in _ROLES]
    texts = [text for column in columns for text in column if isinstance(text, list)]
    contents = [message["content"] for text in texts for message in text]
    parted = [content for content in contents if isinstance(content, list)]
    joinable = sum(map(_is_text, parted))
    strings = any(isinstance(content, str) for content in contents)
    alone = joinable == len(parted) and all(len(content) == 1 for content in parted)
    if not joinable or (mixed_only and not (strings and alone)):
        return judgments, 0
    joined = {
        name: pd.Series([_with_joined(text) for text in column], judgments.index, object)
        for name, column in zip(_ROLES, columns, strict=True)
    }
    return judgments.assign(**joined), joinable


def _with_joined(text: Text) -> Text:
    if isinstance(text, str):
        return text
    return [
        {**message, "content": "\n".join(part["text"] for part in message["content"])}
        if _is_text(message["content"])
        else message
        for message in text
    ]


def _is_text(content: Any) -> bool:
    return isinstance(content, list) and all(part["type"] == "text" for part in content)


def as_messages(text: Text, role: str) -> Messages:
    """Give a text as messages; a string becomes one message of the role."""
    return [{"role": role, "content": text}] if isinstance(text, str) else text


def triples(judgments: pd.DataFrame) -> Iterator[tuple[Text, Text, Text]]:
    """Give prompt, chosen and rejected of judgments that prefer a or b; of others, nothing."""
    columns = (judgments[name].tolist() for name in ("preference", "prompt", "a", "b"))
    for preference, prompt, a, b in zip(*columns, strict=True):
        if preference == "a":
            yield prompt, a, b
        elif preference == "b":
            yield prompt, b, a


def dialogues(judgments: pd.DataFrame) -> Iterator[tuple[Messages, Messages, Messages]]:
    """Give the triples as messages, whatever they are."""
    for prompt, chosen, rejected in triples(judgments):
        yield (
            as_messages(prompt, "user"),
            as_messages(chosen, "assistant"),
            as_messages(rejected, "assistant"),
        )


def numbered(
    judgments: pd.DataFrame,
) -> Iterator[tuple[int, Messages, tuple[Messages, Messages]]]:
    """Give each judgment's position and its texts as messages: the prompt, and both responses."""
    columns = (judgments[name] for name in ("prompt", "a", "b"))
    for position, (prompt, a, b) in enumerate(zip(*columns, strict=True)):
        responses = (as_messages(a, "assistant"), as_messages(b, "assistant"))
        yield position, as_messages(prompt, "user"), responses


def is_one_answer(response: Messages) -> bool:
    """Tell whether a response is one text of the assistant."""
    return len(response) == 1 and response[0]["role"] == "assistant" and says_only_text(response[0])


def without_extras(messages: Messages) -> Messages:
    """Give messages with their role and content only."""
    return [{"role": message["role"], "content": message["content"]} for message in messages]
