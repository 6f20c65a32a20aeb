"""Turns and parts as vendors' interfaces write them, under the names that they have here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tiebreak.reading.rows import plain
from tiebreak.records.text import MEDIA_KINDS

Message = Mapping[str, Any]

_TEXTS = ("input_text", "output_text")
_NOTHING: tuple[Any, ...] = (None, "", False, [], {})
# By what keys a part gives a file, beside that of its own kind.
_PLACES = ("url", "path", "base64")
_CALL = ("type", "id", "name", "input")
_RESULT = ("type", "tool_use_id", "content")


def common_turns(messages: Iterable[Any], lost: list[str] | None = None) -> Iterator[Any]:
    """Give messages with the calls of tools where OpenAI has them, whoever wrote them.

    That is of OpenAI's former ``function_call`` and its ``refusal``, and of Anthropic's blocks
    ``thinking``, ``tool_use`` and ``tool_result``, the last of which become turns of a tool.

    Args:
        messages: what stands in their place is given as it is.
        lost: gets the names of what blocks say that a message has no place for.

    """
    lost = [] if lost is None else lost
    for message in messages:
        if not isinstance(message, Mapping):
            yield message
            continue
        blocks = message.get("content")
        if type(blocks) is str:  # as most are
            yield common_turn(message)
            continue
        kinds = [*map(kind_of, _list(blocks))]
        if "tool_result" in kinds:
            yield from _with_results(message, _list(blocks), lost)
        elif "tool_use" in kinds or "thinking" in kinds:
            yield _with_calls(message, _list(blocks), kinds, lost)
        else:
            yield common_turn(message)


def common_turn(message: Message) -> Message:
    """Give a message with OpenAI's former ``function_call`` as one with ``tool_calls``.

    What a function answered, in the former role ``function``, is what a tool did. A ``refusal`` in
    place of a content is what was said.
    """
    call = message.get("function_call")
    if isinstance(call, Mapping) and message.get("tool_calls") is None:
        called = {"type": "function", "function": dict(call)}
        others = {name: said for name, said in message.items() if name != "function_call"}
        return {"content": None, **others, "tool_calls": [called]}
    if message.get("content") is None:
        if message.get("tool_calls") is not None:
            return message if "content" in message else {**message, "content": None}
        if isinstance(refusal := message.get("refusal"), str):
            others = {name: said for name, said in message.items() if name != "refusal"}
            return {**others, "content": refusal}
    role = message.get("role")
    if isinstance(role, str) and role == "function":  # any other value may be an array or NA
        return {**message, "role": "tool"}
    return message


def _with_results(message: Message, blocks: Sequence[Any], lost: list[str]) -> Iterator[Message]:
    """Part a turn into what tools gave and what the user says after it."""
    others = []
    for block in blocks:
        if kind_of(block) == "tool_result":
            lost += _beside(block, _RESULT, "a tool_result")
            called = block.get("tool_use_id")
            given = block.get("content")
            said = {"role": "tool", "content": "" if given is None else given}
            yield said if called is None else {**said, "tool_call_id": called}
        else:
            others.append(block)
    if others:
        yield {**message, "content": others}


def _with_calls(
    message: Message, blocks: Sequence[Any], kinds: Sequence[Any], lost: list[str]
) -> Message:
    """Give a turn of thinking, text and calls, in this order, or as it is where it has another."""
    order = {"thinking": 0, "tool_use": 2}
    places = [order.get(kind, 1) for kind in kinds]
    if places != sorted(places) or message.get("tool_calls") is not None:
        return message
    thoughts = [block for block in blocks if kind_of(block) == "thinking"]
    calls = [block for block in blocks if kind_of(block) == "tool_use"]
    said = [block for block in blocks if kind_of(block) not in order]
    for block in thoughts:
        lost += _beside(block, ("type", "thinking"), "thinking")
    for block in calls:
        lost += _beside(block, _CALL, "a tool_use")
    only = said[0] if len(said) == 1 else None
    is_text = set(only) == {"type", "text"} if isinstance(only, Mapping) else False
    turn = {**message, "content": only["text"] if only and is_text else said or None}
    if thoughts:
        turn["thinking"] = "\n\n".join(map(_thought, thoughts))
    if calls:
        turn["tool_calls"] = [
            {
                **({"id": block["id"]} if block.get("id") is not None else {}),
                "type": "function",
                "function": {"name": block.get("name"), "arguments": _input(block)},
            }
            for block in calls
        ]
    return turn


def _thought(block: Message) -> str:
    thought = block.get("thinking")
    return "" if thought is None else str(thought)


def _input(block: Message) -> Any:
    given = block.get("input")
    return {} if given is None else given


def kind_of(block: Any) -> str | None:
    """Give the type that a block names; anything but a text, such as an array, names none."""
    kind = block.get("type") if isinstance(block, Mapping) else None
    return kind if isinstance(kind, str) else None


def _list(blocks: Any) -> list[Any]:
    """Give what NumPy and Arrow hold as a list, too; of a text nothing."""
    if type(blocks) is str or blocks is None:
        return []
    if hasattr(blocks, "tolist"):
        blocks = blocks.tolist()
    return list(blocks) if isinstance(blocks, list | tuple) else []


def common_part(part: Any, lost: list[str] | None = None) -> Any:
    """Give a part of a message as text, an image or audio, where it is one by another name.

    That is ``image_url``, ``input_image``, ``input_text``, ``output_text`` and ``refusal`` of
    OpenAI's, a ``source`` in base64 of Anthropic's, a text alone of Bedrock's and Gemini's, and
    files by ``url``, ``path`` or ``base64``, as chat templates take them.

    Args:
        part: anything else is given as it is.
        lost: gets the names of what the part says beside that, as an image's ``detail``.

    """
    if not isinstance(part, Mapping):
        return part
    kind = kind_of(part)
    lost = [] if lost is None else lost
    if part.get("type") is None and isinstance(part.get("text"), str):
        kind = "text"
    if kind is None:
        return part
    if kind in ("text", *_TEXTS) and isinstance(part.get("text"), str):
        if any(part.get(other) is not None for other in MEDIA_KINDS):
            return part
        lost += _beside(part, ("type", "text"), "a text")
        return {"type": "text", "text": part["text"]}
    if kind == "refusal":
        lost += _beside(part, ("type", "refusal"), "a refusal")
        return {"type": "text", "text": part.get("refusal")}
    for media in MEDIA_KINDS:
        if kind in (media, f"{media}_url") or (kind == "input_image" and media == "image"):
            return _file(part, media, lost)
    return part


def _file(part: Message, kind: str, lost: list[str]) -> Any:
    """Give a part that is a file, by whatever key it has it."""
    names = [
        name for name in (kind, f"{kind}_url", "source", *_PLACES) if part.get(name) is not None
    ]
    if len(names) != 1:
        return part
    name = names[0]
    given = part[name]
    if name == f"{kind}_url" and isinstance(given, Mapping):
        lost += _beside(given, ("url",), f"{name} of a part")
        given = given.get("url")
    elif name == "source":
        if not isinstance(given, Mapping):
            return part
        given = _source(given)
    elif name == "base64":
        given = f"data:;base64,{given}" if isinstance(given, str) else None
    if given is None:
        return part
    lost += _beside(part, ("type", name), f"an {kind}" if kind == "image" else kind)
    return {"type": kind, kind: given}


def _source(source: Message) -> Any:
    if kind_of(source) == "base64" and isinstance(source.get("data"), str):
        return f"data:{source.get('media_type')};base64,{source['data']}"
    return source.get("url")


def _beside(said: Message, read: Sequence[str], what: str) -> list[str]:
    """Name what an object says beside what is read of it."""
    return [
        f"{name!r} of {what}"
        for name, value in said.items()
        if name not in read and plain(value) not in _NOTHING
    ]
