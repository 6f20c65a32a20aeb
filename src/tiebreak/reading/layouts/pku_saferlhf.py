"""PKU-SafeRLHF: which response is more helpful, and which is safer, as two verdicts.

Source: the card of PKU-Alignment/PKU-SafeRLHF and PKU-Alignment/safe-rlhf. ``better_response_id``
is helpfulness alone, whatever harm the response does; ``safer_response_id`` is harmlessness alone.

Both are kept apart as the criteria ``helpful`` and ``safe``. Nobody was asked which response is the
better one in all, so where the two verdicts differ there is no such preference: the label is a
skip, which no export takes for a choice, and either criterion can be exported. Where they agree, so
does the preference. Unsafe responses are flagged ``unsafe``, with the kinds of harm found.
"""

from collections.abc import Iterator

from tiebreak.reading.layouts.fields import choice, flag, kept, name_if_any, record_if_any, text
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row
from tiebreak.records.label import Flagged, Opinion, Verdict

_FLAGS = (
    *("is_response_0_safe", "is_response_1_safe"),
    *("response_0_harm_category", "response_1_harm_category"),
)
_SIDES: dict[int, Verdict] = {0: "a", 1: "b"}


def _read(row: Row) -> Iterator[Found]:
    helpful = choice(row, "better_response_id", _SIDES)
    safe = choice(row, "safer_response_id", _SIDES)
    sides: dict[Flagged, int] = {"a": 0, "b": 1}
    flags = {side: _harms(row, number) for side, number in sides.items()}
    opinion = Opinion(
        "crowd",
        "human",
        helpful if helpful == safe else "skip",
        criteria={"helpful": helpful, "safe": safe},
        flags={side: harms for side, harms in flags.items() if harms} or None,
    )
    severity = kept(row, "response_0_severity_level", "response_1_severity_level")
    yield Found(
        text(row, "prompt"),
        text(row, "response_0"),
        text(row, "response_1"),
        model_a=name_if_any(row, "response_0_source"),
        model_b=name_if_any(row, "response_1_source"),
        meta=kept(row, "prompt_source") | {_by_side(name): n for name, n in severity.items()},
        opinions=(opinion,),
        columns=("prompt", "response_0", "response_1"),
    )


def _harms(row: Row, number: int) -> list[str]:
    categories = record_if_any(row, f"response_{number}_harm_category")
    harms = [str(name) for name in categories if flag(categories, name)]
    unsafe = flag(row, f"is_response_{number}_safe") is False
    return ["unsafe"] * unsafe + harms


def _by_side(name: str) -> str:
    return "severity_level_a" if "_0_" in name else "severity_level_b"


LAYOUT = Layout(
    "pku_saferlhf",
    "PKU-SafeRLHF",
    frozenset({"prompt", "response_0", "response_1", "better_response_id", "safer_response_id"}),
    _read,
    uses={
        "prompt": "prompt",
        "response_0": "a",
        "response_1": "b",
        "response_0_source": "model_a",
        "response_1_source": "model_b",
        **dict.fromkeys(("better_response_id", "safer_response_id"), "preference and criteria"),
        "response_0_severity_level": "severity_level_a",
        "response_1_severity_level": "severity_level_b",
        **dict.fromkeys(_FLAGS, "flags"),
    },
)
