"""What people named their choices in annotation tools that leave the names to them.

The questions ``strength`` and ``note`` are as tiebreak's own exports to these tools name them.
"""

import re
from collections.abc import Sequence
from typing import Any

from tiebreak.records.label import SIDES, Verdict

_SAID: dict[str, Verdict] = {
    **dict.fromkeys(("a", "1", "left", "response a", "response 1", "answer 1", "model a"), "a"),
    **dict.fromkeys(("first", "answer a", "output 1", "completion a", "option a", "[[a]]"), "a"),
    **dict.fromkeys(("assistant a", "candidate a", "candidate 1", "text a", "option 1"), "a"),
    **dict.fromkeys(("b", "2", "right", "response b", "response 2", "answer 2", "model b"), "b"),
    **dict.fromkeys(("second", "answer b", "output 2", "completion b", "option b", "[[b]]"), "b"),
    **dict.fromkeys(("assistant b", "candidate b", "candidate 2", "text b", "option 2"), "b"),
    **dict.fromkeys(("draw", "no preference", "no difference", "equally good"), "tie"),
    **dict.fromkeys(("tie", "equal", "same", "both", "both good", "both are good", "[[c]]"), "tie"),
    **dict.fromkeys(("both bad", "both are bad", "neither", "none", "tie (bothbad)"), "both_bad"),
}

# What questions are called, by a word of their names: which response is better, and why.
_WHICH = re.compile(
    r"pref|compar|verdict|winner|better|best|choice|chosen|vote|overall|pairwise|which",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"note|comment|why|reason(?!ing)|rational|justif|expla|remark|feedback", re.IGNORECASE
)


def verdict_of(value: Any, a: str, b: str) -> Verdict | None:
    """Tell which response a choice names; ``a`` and ``b`` are the names of their fields."""
    if not isinstance(value, str):
        return None
    if value in (a, b):
        return "a" if value == a else "b"
    words = value.strip().lower()
    spaced = words.replace("_", " ").replace("-", " ")
    compact = {f"{kind}{n}": f"{kind} {n}" for kind in ("response", "answer") for n in "12"}
    return _SAID.get(words) or _SAID.get(compact.get(spaced, spaced))


def strength_of(value: Any, preference: Verdict | None) -> int | None:
    """Read how much better the preferred response is: 1, 2 or 3."""
    if preference in SIDES and not isinstance(value, bool) and value in (1, 2, 3):
        return int(value)
    return None


def as_note(question: str, answer: str) -> str:
    """Say what was written, and to which question."""
    return answer if question == "note" else f"{question}: {answer}"


def asks_why(question: str) -> bool:
    """Tell whether a question is answered in words, of which "none" or "same" is no verdict."""
    return _WHY.search(question) is not None


def asks_which(question: str) -> bool:
    """Tell whether a question's name says that it asks for the better response."""
    return _WHICH.search(question) is not None


def likeliest(questions: Sequence[str]) -> str | None:
    """Give the question that asks which response is better on the whole: by its name, or first."""
    return next(filter(asks_which, questions), next(iter(questions), None))
