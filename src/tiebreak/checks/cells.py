"""What a cell says, whatever it is: text, messages as half-formed as they come, or nothing."""

import math
import numbers
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from tiebreak.reading.rows import plain

Form = Literal["missing", "standard", "conversational", "other"]


# What chat templates render beside the content.
_RENDERED = ("tool_calls", "reasoning_content", "reasoning", "thinking")


class _Absent:
    """Stands for a column that is not there."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Any = _Absent()


def form_of(value: Any) -> Form:
    """Tell which of TRL's forms a plain cell has. An empty list is conversational."""
    if value is None:
        return "missing"
    if isinstance(value, str):
        return "standard"
    return "conversational" if isinstance(value, list) else "other"


def messages_of(value: Any) -> list[Mapping[str, Any]]:
    """Give the messages of a conversational cell that are at least mappings."""
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, Mapping)]


def content_of(message: Mapping[str, Any]) -> Any:
    """Give what a message says, under either of the names for it."""
    return plain(message["content"] if "content" in message else message.get("value"))


def role_of(message: Mapping[str, Any]) -> Any:
    """Give who says a message, under either of the names for it."""
    return plain(message["role"] if "role" in message else message.get("from"))


def parts_in(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the parts of a message's content that are at least mappings; a string is one."""
    content = content_of(message)
    return [{"type": "text", "text": content}] if isinstance(content, str) else messages_of(content)


def strings_of(value: Any) -> Iterator[str]:
    """Give every piece of text of a plain cell."""
    if isinstance(value, str):
        yield value
        return
    for message in messages_of(value):
        for part in parts_in(message):
            text = part.get("text")
            if isinstance(text, str):
                yield text


def text_of(value: Any) -> str:
    """Give all the text of a plain cell as one."""
    return value if isinstance(value, str) else "\n".join(strings_of(value))


def parts_but_text(value: Any) -> list[Mapping[str, Any]]:
    """Give the images, sounds and whatever else stands in a plain cell beside text."""
    if isinstance(value, str):
        return []
    parts = (part for message in messages_of(value) for part in parts_in(message))
    return [part for part in parts if part.get("type") != "text"]


def says_something(value: Any) -> bool:
    """Tell whether a plain cell has text, a part that is no text or a call of a tool."""
    if isinstance(value, str):
        return not (value == "" or value.isspace())
    return any(
        any(message.get(name) is not None for name in ("tool_calls", "function_call"))
        or any(map(_says_something, parts_in(message)))
        for message in messages_of(value)
    )


def _says_something(part: Mapping[str, Any]) -> bool:
    return part.get("type") != "text" or bool(str(part.get("text") or "").strip())


def canonical(value: Any) -> Any:
    """Give something hashable that is equal for cells that say the same: after NFC and strip."""
    if isinstance(value, str):
        return _stripped(value)
    if not isinstance(value, list):
        return written_out(value)
    return tuple(canonical_message(item) for item in value)


def canonical_message(item: Any) -> Any:
    """As :func:`canonical`, of one message."""
    if not isinstance(item, Mapping):
        return written_out(item)
    content = content_of(item)
    said = _stripped(content) if isinstance(content, str) else written_out(content)
    beside = (item.get(name) for name in _RENDERED)
    return (
        written_out(role_of(item)),
        said,
        *("" if value is None else written_out(value) for value in beside),
    )


def written_out(value: Any) -> str:
    """Write any value down, as far as it lets itself be."""
    if isinstance(value, str):
        return value
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - lists without end, or an object's own failing
        return f"{type(value).__name__} {id(value)}"


def number_of(value: Any) -> float | None:
    """Give a plain cell as a finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    try:
        number = float(value)
    except (OverflowError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _stripped(text: str) -> str:
    text = text.strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)
