"""The labels that a check looks at: whose they are, and what the fields of a label say.

Which fields there are, and what each may hold, is said by :mod:`tiebreak.records.label`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, get_type_hints

import msgspec
import pandas as pd

from tiebreak.checks.shape import Shape
from tiebreak.reading.layouts.fields import who_if_any
from tiebreak.reading.layouts.pairs import opinion_in
from tiebreak.reading.raters import UNNAMED
from tiebreak.reading.rows import RowError, plain
from tiebreak.records.label import FIELDS, Label

_TYPES = get_type_hints(Label, include_extras=True)
_UNSAFE_WORDS = ("unsafe", "harm", "toxic", "danger", "illegal")
_PREFERS_A: Mapping[str, Any] = MappingProxyType({"preference": "a"})
_TEXTS = frozenset({"prompt", "chosen", "rejected"})
_Unsafe = tuple[bool | None, bool | None]


@dataclass
class LabelColumns:
    """The labels, a list for each thing that is known of them, all of one length.

    Attributes:
        item: the position of the row that a label is about.
        annotator: who made it, where that is said.
        source: what they are.
        said: the values of those fields of a label that have one.
        unsafe: whether a and b are marked as unsafe; None where nothing is known.

    """

    item: list[int] = field(default_factory=list)
    annotator: list[str | None] = field(default_factory=list)
    source: list[str | None] = field(default_factory=list)
    said: list[Mapping[str, Any]] = field(default_factory=list)
    unsafe: list[_Unsafe] = field(default_factory=list)

    def add(self, item: int, cells: Mapping[str, Any], shape: Shape) -> None:
        """Take the label that a row carries; a row to be trained on prefers ``a``."""
        self.item.append(item)
        if shape.kind == "preferences" and cells.keys() <= _TEXTS:
            self.annotator.append(None)
            self.source.append(None)
            self.said.append(_PREFERS_A)
            self.unsafe.append((None, None))
            return
        self.annotator.append(_text(cells.get("annotator")) or _who(cells))
        self.source.append(_text(cells.get("source")))
        self.said.append(_said_in(cells, shape))
        unsafe = _unsafe(cells, "a", shape.a), _unsafe(cells, "b", shape.b or "b")
        self.unsafe.append(unsafe)

    def __getitem__(self, name: str) -> list[Any]:
        """Give the values of a field of a label, None where a label has none."""
        return [said.get(name) for said in self.said]

    def __len__(self) -> int:
        """Count them."""
        return len(self.item)

    def people(self) -> list[str | None]:
        """Give the annotators, with None for those whom nobody names.

        Reading calls these ``rater 1`` and so on; whoever pressed keys has a name of their own.
        """
        return [
            None if who is None or (_is_nobody(who) and not by_hand(said)) else who
            for who, said in zip(self.annotator, self.said, strict=True)
        ]


def by_hand(said: Mapping[str, Any]) -> bool:
    """Tell whether somebody made a label before a screen, with its sides and keys."""
    return said.get("shown_left") is not None or said.get("seconds") is not None


def _is_nobody(who: str) -> bool:
    return who in UNNAMED or re.fullmatch(r"rater \d+", who) is not None


def _said_in(cells: Mapping[str, Any], shape: Shape) -> Mapping[str, Any]:
    said: dict[str, Any] = {}
    for name in FIELDS:
        cell = plain(cells.get(name))
        value = None if cell is None else _valid(name, cell)
        if value is not None and value is not False:
            said[name] = value
    if shape.kind == "preferences":
        said["preference"] = "a"
    elif shape.kind == "pairs" and "preference" in cells and "preference" not in said:
        preference = _preference_in(cells, shape)
        if preference is not None:
            said["preference"] = preference
    if shape.trained:
        said.pop("shown_left", None)
    return said


def _valid(name: str, cell: Any) -> Any:
    """Give a cell as what its field holds, or None where it holds no such thing."""
    if name == "at":
        return _moment(cell)
    try:
        return msgspec.convert(cell, _TYPES[name])
    except (msgspec.ValidationError, TypeError, ValueError, RecursionError, OverflowError):
        return None


def _preference_in(cells: Mapping[str, Any], shape: Shape) -> str | None:
    """Read a preference as reading does, in any of the words that people have for one."""
    try:
        opinion, _ = opinion_in(cells, shape.a, shape.b or "b")
    except (RowError, TypeError, ValueError):
        return None
    return None if opinion is None else opinion.preference


def _who(cells: Mapping[str, Any]) -> str | None:
    try:
        return who_if_any(cells)[0]
    except (RowError, TypeError, ValueError):
        return None


def _text(value: Any) -> str | None:
    value = plain(value)
    return value if isinstance(value, str) and value else None


def _moment(value: Any) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if value is pd.NaT or not isinstance(value, datetime):
        return None
    return value


def _unsafe(cells: Mapping[str, Any], side: str, column: str) -> bool | None:
    """Tell whether an answer is marked as unsafe, in any of the ways that occurs."""
    for name in (f"is_{column}_safe", f"is_{side}_safe", f"{column}_safe", f"{column}_is_safe"):
        safe = plain(cells.get(name))
        if isinstance(safe, bool):
            return not safe
    for name in (f"flags_{side}", f"flags_{column}"):
        flags = plain(cells.get(name))
        if isinstance(flags, list):
            words = [flag.lower() for flag in flags if isinstance(flag, str)]
            return any(part in word for word in words for part in _UNSAFE_WORDS)
    return None
