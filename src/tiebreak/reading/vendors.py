"""Turns and parts as vendors' interfaces write them, under the names that they have here."""

from collections.abc import Mapping
from typing import Any

from tiebreak.records.text import MEDIA_KINDS, MediaKind

_TEXTS = ("input_text", "output_text")
# The files that stand under an address of their own, by what it is called.
URLS: Mapping[str, MediaKind] = {"image_url": "image", "audio_url": "audio"}
_CALLED = {"input_image": "image_url"}


def common_turn(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give a message with OpenAI's former ``function_call`` as one with ``tool_calls``.

    What a function answered, in the former role ``function``, is what a tool did.
    """
    call = message.get("function_call")
    if isinstance(call, Mapping) and message.get("tool_calls") is None:
        called = {"type": "function", "function": dict(call)}
        others = {name: said for name, said in message.items() if name != "function_call"}
        return {"content": None, **others, "tool_calls": [called]}
    role = message.get("role")
    if isinstance(role, str) and role == "function":  # any other value may be an array or NA
        return {**message, "role": "tool"}
    return message


def common_part(part: Any) -> Any:
    """Give a part of a message as text or a file, where it is one by another name.

    That is ``image_url``, ``audio_url``, ``input_image``, ``input_text`` and ``output_text``, as
    OpenAI and those who follow it have it, and a ``source`` in base64 of Anthropic's.
    """
    if not isinstance(part, Mapping):
        return part
    kind = part.get("type")
    if not isinstance(kind, str):
        return part
    if kind in _TEXTS:
        return {"type": "text", "text": part.get("text")}
    name = _CALLED.get(kind, kind)
    if name in URLS:
        file = part.get(name)
        file = file.get("url") if isinstance(file, Mapping) else file
        return part if file is None else {"type": URLS[name], URLS[name]: file}
    if kind in MEDIA_KINDS and isinstance(source := part.get("source"), Mapping):
        file = source.get("url")
        if source.get("type") == "base64" and isinstance(source.get("data"), str):
            file = f"data:{source.get('media_type')};base64,{source['data']}"
        return part if file is None else {"type": kind, kind: file}
    return part
