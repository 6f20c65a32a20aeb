"""What can be counted in an answer without understanding it."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from tiebreak.records.text import words_alone


class Feature(NamedTuple):
    """A countable trait of a text.

    Attributes:
        name: what it is called in tables.
        says: how a sentence names the answer that has more of it.
        measure: gives how much of it a text has.

    """

    name: str
    says: str
    measure: Callable[[str], float]


def _counting(pattern: str) -> Callable[[str], float]:
    found = re.compile(pattern, re.MULTILINE)
    return lambda text: float(len(found.findall(text)))


def _phrases(pattern: str) -> Callable[[str], float]:
    """Count in small letters, which is three times as quick as asking re to ignore their case."""
    found = re.compile(pattern)
    return lambda text: float(len(found.findall(text.lower())))


_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)

_ITEM = r"^\s*(?:[-*+•]|\d+[.)])\s"
_STYLED = r"^#{1,6}\s|\*\*[^*\n]+\*\*"
_HEDGE = (
    r"\b(?:maybe|perhaps|possibly|might|may|could be|it depends|generally|typically|likely"
    r"|i think|i believe|it seems|in some cases)\b"
)
_REFUSAL = re.compile(
    r"\b(?:i(?:'m| am) (?:sorry|unable|not able)|i (?:can(?:'|no)t|cannot|can not|won't|will not)"
    r"|as an ai\b|i must decline|against my (?:guidelines|programming))",
    re.IGNORECASE,
)
_FLATTERY = (
    r"\b(?:great|excellent|fantastic|wonderful|brilliant|amazing|good|insightful|fascinating) "
    r"(?:question|idea|point|choice|thinking|thought|work|job)\b"
    r"|\byou(?:'re| are) (?:absolutely|so|completely|totally) right\b"
)
_EMOJI = "[\U0001f300-\U0001faff\u2600-\u27bf\U0001f1e6-\U0001f1ff]"
_LETTER = re.compile(r"[^\W\d_]")
_FOREIGN = re.compile(r"[^\W\d_a-zA-Z]")
_BEGINNING = 400


def _length(text: str) -> float:
    return float(np.log1p(len(text)))


def _code(text: str) -> float:
    return len(_FENCE.findall(text)) // 2 + _inline_code(text)


_inline_code = _counting(r"`[^`\n]+`")


def _refusal(text: str) -> float:
    return float(_REFUSAL.search(text[:_BEGINNING]) is not None)


def _language(text: str) -> float:
    """Give which share of letters English has not; of two English answers, that is none."""
    if text.isascii():
        return 0.0
    return len(_FOREIGN.findall(text)) / max(len(_LETTER.findall(text)), 1)


FEATURES = (
    Feature("length", "the longer answer", _length),
    Feature("list items", "the answer with more list items", _counting(_ITEM)),
    Feature("headings and bold", "the answer with more headings and bold", _counting(_STYLED)),
    Feature("code", "the answer with more code", _code),
    Feature("hedges", "the answer that hedges more", _phrases(_HEDGE)),
    Feature("refusal", "the answer that refuses", _refusal),
    Feature("flattery", "the answer that flatters", _phrases(_FLATTERY)),
    Feature("emoji", "the answer with more emoji", _counting(_EMOJI)),
    Feature("exclamation", "the answer with more exclamation marks", _counting("!")),
    Feature("numbers", "the answer with more numbers", _counting(r"\d+(?:[.,]\d+)*")),
    Feature("links", "the answer with more links", _phrases(r"https?://\S+")),
    Feature("questions", "the answer that asks more back", _counting(r"\?(?=\s|$)")),
    Feature("language", "the answer with more letters that English has not", _language),
)


def differences(pairs: pd.DataFrame) -> pd.DataFrame:
    """Give how much more of each feature ``a`` has than ``b``: a row a pair, a column a feature."""
    first, second = (measured(map(words_alone, pairs[side])) for side in ("a", "b"))
    names = [feature.name for feature in FEATURES]
    return pd.DataFrame(first - second, index=pairs.index, columns=names)


def measured(texts: Iterable[str]) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """Give how much of each feature texts have: a row a text, a column a feature."""
    rows = [_measures(text) for text in texts]
    return np.array(rows, dtype=np.float64).reshape(-1, len(FEATURES))


@lru_cache(maxsize=10_000)
def _measures(text: str) -> tuple[float, ...]:
    """Measure a text once, though several tables of a report ask for it."""
    return tuple(feature.measure(text) for feature in FEATURES)
