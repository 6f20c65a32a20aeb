"""OpenAI's preference rows, which Azure, Together and Fireworks read too.

``{"input": {"messages"}, "preferred_output", "non_preferred_output"}``. Sources of the rules:
OpenAI's guide *Direct preference optimization*, Azure's *fine-tuning-direct-preference-
optimization*, Together's *preference fine-tuning* and Fireworks' *DPO fine-tuning*.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pandas as pd

from tiebreak.errors import ExportError
from tiebreak.exports.conversation import Messages, dialogues, is_one_answer, numbered
from tiebreak.exports.format import Row
from tiebreak.records.label import SIDES
from tiebreak.records.text import ROLES, says_only_text


class _Provider(NamedTuple):
    """What a provider accepts.

    Attributes:
        roles: of the messages of the prompt.
        answers: of an output as a whole, and how the message puts it.
        tools: whether rows name their tools, as the provider's own examples do.
        calls: whether the prompt may hold calls of tools.
        fewest: how few rows it takes.
        most: how many rows it takes.

    """

    name: str
    roles: tuple[str, ...]
    fits: Callable[[Messages], bool]
    asks: str
    tools: bool = False
    calls: bool = True
    fewest: int = 1
    most: int | None = None


def _is_from_assistant_or_tool(response: Messages) -> bool:
    roles = {message["role"] for message in response}
    return "assistant" in roles and roles <= {"assistant", "tool"}


def _has_one_assistant_message(response: Messages) -> bool:
    return len(response) == 1 and response[0]["role"] == "assistant"


PROVIDERS = {
    "openai": _Provider(
        "OpenAI",
        ROLES,
        _has_one_assistant_message,
        "a response of one assistant message",
        tools=True,
    ),
    "azure": _Provider(
        "Azure",
        ROLES,
        _is_from_assistant_or_tool,
        "responses with an assistant message, of the roles assistant and tool only",
        tools=True,
    ),
    "together": _Provider(
        "Together",
        ROLES,
        _has_one_assistant_message,
        "a response of one assistant message",
    ),
    "fireworks": _Provider(
        "Fireworks",
        ("system", "user", "assistant"),
        is_one_answer,
        "a response of one assistant message of text",
        calls=False,
        fewest=3,
        most=3_000_000,
    ),
}


def rows(judgments: pd.DataFrame, *, provider: str = "openai") -> Iterator[Row]:
    """Turn judgments that prefer a or b into preference rows, all as messages.

    Args:
        judgments: as :func:`tiebreak.views.judgments_frame` gives them.
        provider: ``"openai"``, ``"azure"``, ``"together"`` or ``"fireworks"``; each one's rules
            are checked.

    Raises:
        ExportError: the provider is none of these, or asks for more or fewer rows.

    """
    asked = _find(provider)
    decisive = int(judgments["preference"].isin(list(SIDES)).sum())
    if decisive and not asked.fewest <= decisive <= (asked.most or decisive):
        msg = (
            f"{asked.name} takes {asked.fewest} to {asked.most:,} rows a file, and these are "
            f"{decisive}."
        )
        raise ExportError(msg)
    for prompt, chosen, rejected in dialogues(judgments):
        given: dict[str, Any] = {"messages": prompt}
        if asked.tools:
            given |= {"tools": [], "parallel_tool_calls": True}
        yield {"input": given, "preferred_output": chosen, "non_preferred_output": rejected}


def unfit(judgments: pd.DataFrame, *, provider: str = "openai") -> Iterator[tuple[int, str]]:
    """Name the judgments whose texts break a rule of the provider."""
    asked = _find(provider)
    for position, prompt, responses in numbered(judgments):
        wrong = _name_broken_rule(asked, prompt, responses)
        if wrong:
            yield position, f"that break a rule of {asked.name} ({wrong})"


def _name_broken_rule(
    asked: _Provider, prompt: Messages, responses: tuple[Messages, Messages]
) -> str | None:
    roles = [message["role"] for message in prompt]
    other = next((role for role in roles if role not in asked.roles), None)
    if other:
        return f"no role {other!r} in the prompt"
    if not all(asked.fits(response) for response in responses):
        return asked.asks
    messages = [*prompt, *responses[0], *responses[1]]
    if not all(isinstance(m["content"], str) or m.get("tool_calls") for m in messages):
        return "text only"
    if not asked.calls and not all(map(says_only_text, prompt)):
        return "text only, no calls of tools"
    if roles[-1] not in ("user", "tool"):
        return "a prompt that ends with the user or a tool"
    return None


def _find(provider: str) -> _Provider:
    if provider not in list(PROVIDERS):
        msg = f"provider is {', '.join(map(repr, PROVIDERS))}, not {provider!r}."
        raise ExportError(msg)
    return PROVIDERS[provider]
