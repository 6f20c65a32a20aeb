"""P04, P05 and P06: messages that a chat template puts together wrongly."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tiebreak.checks.cells import ABSENT, role_of
from tiebreak.checks.facts import Facts, Item, finding_of
from tiebreak.checks.finding import Finding, Problem
from tiebreak.checks.options import Settings
from tiebreak.reading.vendors import common_turn
from tiebreak.records.text import ROLES

MIXED_ROW = Problem(
    "P04",
    "error",
    "text and messages are mixed in one row",
    "TRL fails with a TypeError on a prompt as text beside answers as messages.",
    "Make all three strings, or all three lists of messages.",
)
MIXED_ROWS = Problem(
    "P04",
    "error",
    "some rows are text and others are messages",
    "TRL decides by the first row alone, and fails on the others or trains on the wrong thing.",
    "Bring all rows into one form; messages are the safer one.",
)
REPEATED_PROMPT = Problem(
    "P05",
    "error",
    "the prompt is repeated inside an answer",
    "The model is trained to say the user's words before its own.",
    "Cut the prompt's messages off the front of the answers.",
)
UNKNOWN_ROLE = Problem(
    "P06",
    "error",
    f"a message has a role other than {', '.join(ROLES)}",
    "Chat templates write it down as a new speaker, and the model trains on that silently.",
    "Rename the roles: human to user, gpt to assistant.",
)
FOREIGN_KEYS = Problem(
    "P06",
    "error",
    "a message is not a mapping with role and content",
    "Trainers read role and content alone; from and value are of ShareGPT.",
    "Rename from to role and value to content, and human and gpt to user and assistant.",
)
SYSTEM_IN_ANSWER = Problem(
    "P06",
    "error",
    "an answer holds a system message",
    "The model learns to write system messages.",
    "Move it to the front of the prompt.",
)
PROMPT_ENDS_WRONG = Problem(
    "P06",
    "error",
    "the prompt does not end with a user or tool message",
    "The template adds a second assistant header after it.",
    "Cut the prompt after its last user message.",
)
ANSWER_NOT_ASSISTANT = Problem(
    "P06",
    "error",
    "an answer does not begin and end with an assistant message",
    "The model is trained to speak for somebody else.",
    "Keep the assistant's own messages (and calls of tools between them) alone.",
)
USER_IN_ANSWER = Problem(
    "P06",
    "warning",
    "an answer holds a user's message between the assistant's",
    "Trainers that do not mask it teach the model to speak for the user.",
    "Move the turns before the last one into the prompt, or mask them (assistant_only_loss).",
)


def mixed_row(item: Item, _: Settings) -> Iterator[Problem]:
    """P04: a row of text and messages."""
    if not item.shape.trained:  # a session's export writes one form
        return
    if "standard" in item.forms and "conversational" in item.forms:
        yield MIXED_ROW


def mixed_rows(facts: Facts, _: Settings) -> Iterator[Finding]:
    """P04: a source of both forms. The rarer one is named."""
    if not facts.table.shape.trained:  # as above
        return
    counts = Counter(form for form in facts.forms if form in "sc")
    if len(counts) > 1:
        kinds = {"s": "text", "c": "messages"}
        (most, many), (few, count) = counts.most_common()
        what = f"{count} row{'s' * (count > 1)} of {kinds[few]} among {many} of {kinds[most]}"
        rows = [n for n, f in zip(facts.names, facts.forms, strict=True) if f == few]
        yield finding_of(MIXED_ROWS, what, rows)


def repeated_prompt(item: Item, _: Settings) -> Iterator[Problem]:
    """P05: the prompt's messages stand at the front of an answer's."""
    prompt = item.keys[0]
    if item.prompt is ABSENT or not prompt:
        return
    if isinstance(item.prompt, list):
        last = item.prompt[-1]
        spoken = isinstance(last, Mapping) and role_of(last) in ("user", "human")
        for key in item.keys[1:]:
            # Also the last question alone, where the prompt has a system message before it.
            whole = isinstance(key, tuple) and key[: len(prompt)] == prompt
            if whole or (spoken and isinstance(key, tuple) and key[:1] == prompt[-1:]):
                yield REPEATED_PROMPT
                return
    elif any(isinstance(key, tuple) and _begins_with(key, prompt) for key in item.keys[1:]):
        yield REPEATED_PROMPT


def _begins_with(messages: tuple[Any, ...], question: Any) -> bool:
    first = messages[0] if messages else ""
    return isinstance(first, tuple) and first[:2] == ("user", question)


def _calls(message: Mapping[str, Any]) -> bool:
    calls = message.get("tool_calls")
    has_list = isinstance(calls, list | tuple) and len(calls) > 0
    return has_list or isinstance(message.get("function_call"), Mapping)


def wrong_roles(item: Item, _: Settings) -> Iterator[Problem]:
    """P06: who says what."""
    lists = [text for text in item.texts if isinstance(text, list)]
    if not lists:
        return
    messages = [message for text in lists for message in text]
    if not all(
        isinstance(m, Mapping) and "role" in m and ("content" in m or _calls(m)) for m in messages
    ):
        yield FOREIGN_KEYS
    roles = (_role(common_turn(m)) for m in messages if isinstance(m, Mapping))
    if any(role not in ROLES for role in roles):
        yield UNKNOWN_ROLE
    if isinstance(item.prompt, list) and item.prompt and not item.implicit:
        last = item.prompt[-1]
        if isinstance(last, Mapping) and _role(last) in ("assistant", "system", "developer", "gpt"):
            yield PROMPT_ENDS_WRONG
    answers = [text for text in item.answers if isinstance(text, list) and text]
    turns = [[_role(m) if isinstance(m, Mapping) else None for m in text] for text in answers]
    if any("system" in found for found in turns):
        yield SYSTEM_IN_ANSWER
    if any(found[0] != "assistant" or found[-1] != "assistant" for found in turns):
        yield ANSWER_NOT_ASSISTANT
    if any("user" in found[1:-1] for found in turns):
        yield USER_IN_ANSWER


def _role(message: Mapping[str, Any]) -> Any:
    role = role_of(message)
    return role if isinstance(role, str) else None
