"""Texts and their parts: what a prompt or a response is, and every walk over one.

A text is a string or a list of messages, ``{"role", "content"}`` and what else its author gave. A
content is a string, a list of parts or, beside a call of a tool, None. A part is stored as
``{"type": "text", "text": ...}`` or, for a file of the session, ``{"type": KIND, KIND: NAME}``.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, get_args

from tiebreak.errors import SessionError

Message = dict[str, Any]
Text = str | list[Message]

ROLES = ("system", "developer", "user", "assistant", "tool")

MediaKind = Literal["image", "audio"]
MEDIA_KINDS: tuple[MediaKind, ...] = get_args(MediaKind)

# The files of a session, by the endings of their names; what is before is a hash of the content.
ENDINGS: Mapping[MediaKind, tuple[str, ...]] = {
    "image": ("png", "jpeg", "webp", "gif"),
    "audio": ("wav", "mp3", "ogg", "flac", "webm"),
}
# What trainers call the columns of files that stand beside messages.
COLUMNS: Mapping[MediaKind, str] = {"image": "images", "audio": "audios"}

_KIND_OF_ENDING = {ending: kind for kind, endings in ENDINGS.items() for ending in endings}
_NAME = re.compile(rf"[0-9a-f]{{40}}\.({'|'.join(_KIND_OF_ENDING)})")

_OPENING = 160


class TextPart(NamedTuple):
    """A part of a message that is written."""

    text: str


class MediaPart(NamedTuple):
    """A part of a message that is a file of the session, by its name there."""

    kind: MediaKind
    name: str


Part = TextPart | MediaPart


def kind_of_name(name: str) -> MediaKind | None:
    """Tell what kind of file a name in a session stands for; None for what is no such name."""
    match = _NAME.fullmatch(name)
    return _KIND_OF_ENDING[match[1]] if match else None


def stored_part(part: Part) -> dict[str, str]:
    """Give a part as it is stored."""
    if isinstance(part, TextPart):
        return {"type": "text", "text": part.text}
    return {"type": part.kind, part.kind: part.name}


def read_part(stored: Mapping[str, Any]) -> Part:
    """Read a part as it is stored.

    Raises:
        SessionError: it is of no known type, as one that a newer version of tiebreak wrote, or
            names no file of its kind.

    """
    kind = stored.get("type")
    value = stored.get(kind) if isinstance(kind, str) else None
    if isinstance(value, str):
        if kind == "text":
            return TextPart(value)
        if kind in MEDIA_KINDS and kind_of_name(value) == kind:
            return MediaPart(kind, value)
    msg = (
        f"A message has a part of the type {kind!r} that this version of tiebreak cannot read; it "
        f"reads text, and {' and '.join(MEDIA_KINDS)} by the names of files of the session. "
        "Install the version that the pairs were stored by, or put a backup of pairs.jsonl back."
    )
    raise SessionError(msg)


def are_parts(content: list[Any]) -> bool:
    """Tell whether a list is of parts as they are stored."""
    try:
        for part in content:
            read_part(part)
    except (SessionError, AttributeError):
        return False
    return True


def parts_in(message: Message) -> Iterator[Part]:
    """Give the parts of a message's content; a string is one, none at all where it is empty."""
    content = message["content"]
    if isinstance(content, list):
        yield from map(read_part, content)
    elif content:
        yield TextPart(content)


def parts_of(text: Text) -> Iterator[Part]:
    """Give the parts of a prompt or response, of all its messages."""
    if isinstance(text, str):
        yield TextPart(text)
    else:
        for message in text:
            yield from parts_in(message)


def media_of(text: Text) -> Iterator[MediaPart]:
    """Give the parts of a prompt or response that are files of the session."""
    if not isinstance(text, str):
        for message in text:
            if isinstance(message["content"], list):
                yield from (part for part in parts_in(message) if isinstance(part, MediaPart))


def says_something(message: Message) -> bool:
    """Tell whether a message holds more than white space."""
    return message.get("tool_calls") is not None or any(
        isinstance(part, MediaPart) or part.text.strip() for part in parts_in(message)
    )


def says_only_text(message: Message) -> bool:
    """Tell whether a message is a text and nothing else: no parts, no call of a tool."""
    return isinstance(message["content"], str) and not message.get("tool_calls")


def words_of(text: Text) -> str:
    """Write a prompt or response as one string, to compare it or to show it as text."""
    if isinstance(text, str):
        return text
    if len(text) == 1 and (isinstance(text[0]["content"], str) or text[0].get("tool_calls")):
        return _words_in(text[0])
    return "\n\n".join(f"{message['role']}: {_words_in(message)}" for message in text)


def words_alone(text: Text) -> str:
    """Write what a prompt or response says in words, without the names of its files.

    Where nothing is counted but words, a file's name, which is made of its content, is none.
    """
    if isinstance(text, str):
        return text
    return words_of([_without_files(message) for message in text])


def _without_files(message: Message) -> Message:
    if not isinstance(message["content"], list):
        return message
    spoken = " ".join(part.text for part in parts_in(message) if isinstance(part, TextPart))
    return {**message, "content": spoken}


def _words_in(message: Message) -> str:
    words = " ".join(
        part.text if isinstance(part, TextPart) else f"[{part.kind} {part.name}]"
        for part in parts_in(message)
    )
    calls = message.get("tool_calls")
    if not calls:
        return words
    called = "\n".join(map(_write_call, calls if isinstance(calls, list) else [calls]))
    return f"{words}\n{called}" if words else called


def _write_call(call: Any) -> str:
    """Write a call of a tool as ``name(arguments)``, its arguments as JSON."""
    function = call.get("function") if isinstance(call, Mapping) else None
    if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
        return json.dumps(call, ensure_ascii=False)
    arguments = function.get("arguments")
    if arguments is not None and not isinstance(arguments, str):
        arguments = json.dumps(arguments, ensure_ascii=False)
    return f"{function['name']}({arguments or ''})"


def first_words(text: Text) -> str:
    """Give the beginning of a text, of a conversation that of its last turn that has words."""
    if isinstance(text, str):
        return text[:_OPENING]
    for message in reversed(text):
        parts = parts_in(message)
        words = " ".join(part.text for part in parts if isinstance(part, TextPart) and part.text)
        if words:
            return words[:_OPENING]
    return ""


def with_last_answer(response: Text, answer: str) -> Text:
    """Let a response say something else: of messages, the last one of the assistant.

    What is a file of the session stays in front of it.
    """
    if isinstance(response, str):
        return answer
    last = max((n for n, each in enumerate(response) if each["role"] == "assistant"), default=None)
    if last is None:
        return [*response, {"role": "assistant", "content": answer}]
    media = [stored_part(part) for part in media_of([response[last]])]
    said = [*media, stored_part(TextPart(answer))] if media else answer
    return [*response[:last], {**response[last], "content": said}, *response[last + 1 :]]


def weight(text: Text) -> int:
    """Count about how many characters a text takes to send."""
    if isinstance(text, str):
        return len(text)
    return sum(len(str(value)) for message in text for value in message.values())
