"""OpenAI's preference rows, which Azure, Together and Fireworks read too.

``{"input": {"messages"}, "preferred_output", "non_preferred_output"}``. Sources of the rules:
OpenAI's guide *Direct preference optimization*, Azure's *fine-tuning-direct-preference-
optimization*, Together's *preference fine-tuning* and Fireworks' *DPO fine-tuning*.
"""

from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any, NamedTuple

import pandas as pd

from tiebreak.errors import ExportError
from tiebreak.exports.conversation import Messages, dialogues, is_one_answer, numbered
from tiebreak.exports.format import Row
from tiebreak.records.label import SIDES
from tiebreak.records.text import ROLES, says_only_text

_TOOLS = ("tools", "parallel_tool_calls")


class _Provider(NamedTuple):
    """What a provider accepts.

    Attributes:
        roles: of the messages of the prompt.
        answers: of an output as a whole, and how the message puts it.
        tools: whether rows name their tools, as the provider's own examples do.
        calls: whether the prompt may hold calls of tools.
        alternating: whether user and assistant have to take turns, after a system message.
        nulls: whether a call of a tool may stand beside a content that is null.
        fewest: how few rows it takes.
        most: how many rows it takes.

    """

    name: str
    roles: tuple[str, ...]
    fits: Callable[[Messages], bool]
    asks: str
    tools: bool = False
    calls: bool = True
    alternating: bool = False
    nulls: bool = True
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
        ("system", "user", "assistant"),
        _has_one_assistant_message,
        "a response of one assistant message",
        alternating=True,
        nulls=False,
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
    columns = [judgments[n].tolist() if n in judgments.columns else repeat(None) for n in _TOOLS]
    for texts, tools, parallel in zip(dialogues(judgments), *columns, strict=False):
        prompt, chosen, rejected = (_write(messages, asked) for messages in texts)
        given: dict[str, Any] = {"messages": prompt}
        if asked.tools or tools:
            given |= {"tools": tools or [], "parallel_tool_calls": parallel is not False}
        yield {"input": given, "preferred_output": chosen, "non_preferred_output": rejected}


def _write(messages: Messages, asked: _Provider) -> Messages:
    """Write messages as the provider's schema has them."""
    written = []
    for message in messages:
        if message["role"] == "developer":  # what system is called now, and not in this schema
            message = {**message, "role": "system"}  # noqa: PLW2901
        if message["content"] is None and not asked.nulls:
            message = {key: value for key, value in message.items() if key != "content"}  # noqa: PLW2901
        written.append(message)
    return written


def notes(judgments: pd.DataFrame, *, provider: str = "openai") -> Iterator[str]:
    """Say what is written otherwise than it was, and what the provider says of dialogues."""
    asked = _find(provider)
    prompts = [prompt for _, prompt, _ in numbered(judgments)]
    renamed = sum(any(m["role"] == "developer" for m in prompt) for prompt in prompts)
    if renamed:
        yield f"{renamed} prompts have a developer, whom {asked.name} takes as system"
    if provider == "fireworks":
        several = sum(sum(m["role"] == "user" for m in prompt) > 1 for prompt in prompts)
        if several:
            yield (
                f"{several} prompts have several turns of the user, and Fireworks documents "
                '"one-turn conversations" only'
            )


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
    if asked.alternating:
        turns = roles[1:] if roles[0] == "system" else roles
        if any(role != ("user", "assistant")[place % 2] for place, role in enumerate(turns)):
            return "a user and an assistant who take turns"
    return None


def _find(provider: str) -> _Provider:
    if provider not in list(PROVIDERS):
        msg = f"provider is {', '.join(map(repr, PROVIDERS))}, not {provider!r}."
        raise ExportError(msg)
    return PROVIDERS[provider]
