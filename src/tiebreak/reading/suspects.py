"""Texts that are no text: messages written down as one, and what programs write for nothing."""

import ast
import json
import re
from collections.abc import Mapping
from typing import Any

# How Python and JSON begin to write messages down.
_BEGINS = re.compile(
    r"""\s*(?:array\()?(\[\s*)?\{\s*["'](role|content|from|value|messages|conversations|conversation)["']\s*:"""
)
_LIST = re.compile(r"""\s*(?:array\()?\[\s*\{\s*["'](role|content)["']\s*:""")
# What messages written down begin with: a list, an object, white space or NumPy's ``array(``.
BEGINNINGS = ("[", "{", " ", "\n", "array(", '"[', '"{')
FIRST_OF_BEGINNINGS = "".join(sorted({beginning[0] for beginning in BEGINNINGS}))
_DIALOGUES = ("messages", "conversations", "conversation")
_KEYS = (("role", "content"), ("from", "value"))
_LONGEST_PARSED = 200_000
# What programs write for nothing.
NOTHINGS = frozenset(
    {
        *("nan", "NaN", "NAN", "None", "none", "NONE", "null", "Null", "NULL", "<NA>"),
        *("undefined", "[object Object]"),
        # What spreadsheets make of a text that begins as a formula does.
        *("#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#N/A", "#NUM!", "#NULL!", "#ERROR!"),
    }
)
# Characters of no width, which leave a text looking empty.
_UNSEEN = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD))
LONGEST_NOTHING = 2 * max(map(len, NOTHINGS))


def is_nothing(text: str) -> bool:
    """Tell whether a text is only what programs write for nothing."""
    if len(text) > LONGEST_NOTHING:
        return False
    seen = text.translate(_UNSEEN).strip()
    return seen in NOTHINGS or (not seen and bool(text.strip()))


def is_list_of_texts(text: Any) -> bool:
    """Tell whether a text is a JSON list of texts, as a cell of CSV holds several answers."""
    if not isinstance(text, str) or not text.startswith("[") or len(text) > _LONGEST_PARSED:
        return False
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, list) and bool(said) and all(isinstance(each, str) for each in said)


def is_written_messages(text: str) -> bool:
    """Tell whether a text is messages written down, as CSV and ``str()`` leave them.

    An answer may be JSON by right; only what has a message's two keys, or a list of such, counts.
    """
    if not text.startswith(BEGINNINGS):
        return False
    if text.startswith('"'):  # JSON that was written down once more
        within = _parsed(text)
        return isinstance(within, str) and is_written_messages(within)
    if not _BEGINS.match(text):
        return False
    if len(text) > _LONGEST_PARSED:
        return True
    said = _parsed(text)
    if said is None:  # cut short, or with an array's print in it
        return _LIST.match(text) is not None
    if isinstance(said, Mapping):
        dialogue = next((said[name] for name in _DIALOGUES if name in said), said)
        said = dialogue if isinstance(dialogue, list) else [dialogue]
    return isinstance(said, list) and bool(said) and all(map(_is_message, said))


def _parsed(text: str) -> Any:
    for parse in (json.loads, ast.literal_eval):
        try:
            return parse(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
    return None


def _is_message(said: Any) -> bool:
    return isinstance(said, Mapping) and any(set(keys) <= set(said) for keys in _KEYS)


def without_nulls(value: Any) -> Any:
    """Take out the keys without a value; Arrow fills each object with the keys of all others."""
    if isinstance(value, Mapping):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value
