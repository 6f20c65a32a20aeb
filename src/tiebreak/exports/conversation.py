"""Texts as strings or as messages: the one form a file has, and what trainers ask of it.

TRL decides by the first row alone whether a dataset is conversational, so a mixed file fails or
trains on the wrong thing.
"""

from collections.abc import Iterator

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
