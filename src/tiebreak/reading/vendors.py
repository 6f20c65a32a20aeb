"""Turns and parts as vendors' interfaces write them, under the names that they have here."""

from collections.abc import Mapping
from typing import Any

_TEXTS = ("input_text", "output_text")
_IMAGES = ("image_url", "input_image")


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
    """Give a part of a message as text or an image, where it is one by another name.

    That is ``image_url``, ``input_image``, ``input_text`` and ``output_text`` of OpenAI's, and a
    ``source`` in base64 of Anthropic's.
    """
    if not isinstance(part, Mapping):
        return part
    kind = part.get("type")
    if not isinstance(kind, str):
        return part
    if kind in _TEXTS:
        return {"type": "text", "text": part.get("text")}
    image = None
    if kind in _IMAGES:
        image = part.get("image_url")
        image = image.get("url") if isinstance(image, Mapping) else image
    elif kind == "image" and isinstance(source := part.get("source"), Mapping):
        image = source.get("url")
        if source.get("type") == "base64" and isinstance(source.get("data"), str):
            image = f"data:{source.get('media_type')};base64,{source['data']}"
    return part if image is None else {"type": "image", "image": image}
