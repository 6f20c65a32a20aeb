"""Texts as the one form a file has: all strings, or all messages.

TRL decides by the first row alone whether a dataset is conversational, so a mixed file fails or
trains on the wrong thing.
"""

from typing import Any

import pandas as pd

from tiebreak.pairs import Text

Messages = list[dict[str, Any]]


def any_messages(judgments: pd.DataFrame) -> bool:
    """Tell whether any prompt or response is a list of messages."""
    return any(isinstance(text, list) for name in ("prompt", "a", "b") for text in judgments[name])


def as_messages(text: Text, role: str) -> Messages:
    """Give a text as messages; a string becomes one message of the role."""
    return [{"role": role, "content": text}] if isinstance(text, str) else text


def with_text(text: Text, said: str) -> Text:
    """Let a text say something else: of messages, the last one of the assistant."""
    if isinstance(text, str):
        return said
    last = max((n for n, each in enumerate(text) if each["role"] == "assistant"), default=None)
    if last is None:
        return [*text, {"role": "assistant", "content": said}]
    return [*text[:last], {**text[last], "content": said}, *text[last + 1 :]]
