"""HelpSteer 2 and 3, the preferences: seven degrees, of each rater and of them together.

Source: the cards of nvidia/HelpSteer2 and nvidia/HelpSteer3. Below 0 the first response is better,
0 is a tie, above 0 the second one; 1, 2 and 3 are slightly, clearly and much better. A rater's -100
says that neither response is valid, which is both bad.

The dataset's own verdict, made of the raters who agree most, is the annotator ``"consensus"``. The
raters have no names: ``"rater-1"`` is the first in its row, and in another row somebody else. Leave
the consensus out where agreement is computed, for it is made of the others.

HelpSteer2's main files hold ratings of single responses; they are refused with a hint.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NoReturn

from tiebreak.reading.layouts.dialogue import MESSAGE, Messages, ends_with_user, messages
from tiebreak.reading.layouts.fields import kept, records_if_any, text, text_if_any, whole, within
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion, Preference

_DEGREES = 3
_NEITHER = -100
_TURN = re.compile(r"<extra_id_1>(User|Assistant)\n")
_RATERS_2 = ("all_preferences_unprocessed", "three_most_similar_preferences")
_WHY_2 = (
    *("preference_statement", "preference_elaboration"),
    *("statement", "elaboration", "justification"),
)
_RATINGS = ("helpfulness", "correctness", "coherence", "complexity", "verbosity")


def _read_2(row: Row) -> Iterator[Found]:
    raters = next((n for n in _RATERS_2 if plain(row.get(n)) is not None), _RATERS_2[0])
    opinions = [_opinion(row, "preference_strength", "consensus", _why_2(row))]
    for place, rater in enumerate(records_if_any(row, raters), 1):
        with within(f"preference {place}"):
            opinions.append(_opinion(rater, "strength", f"rater-{place}", _why_2(rater)))
    a, b = (_answer(row, name) for name in ("response_1", "response_2"))
    meta = kept(row, "split")
    yield Found(
        _read_prompt(row),
        a,
        b,
        meta=meta,
        opinions=tuple(opinions),
        columns=("prompt", "response_1", "response_2"),
        uses={raters: "labels"},
    )


def _why_2(said: Row) -> str | None:
    parts = [text_if_any(said, name) for name in _WHY_2]
    return "\n\n".join(part for part in parts if part) or None


def _read_prompt(row: Row) -> Messages:
    """Read the prompt: the first turn of the user, then marked turns up to another of theirs."""
    first, *turns = _TURN.split(text(row, "prompt"))
    said = [("User", first), *zip(turns[::2], turns[1::2], strict=True)]
    said[:-1] = [(speaker, content.rstrip("\n")) for speaker, content in said[:-1]]
    return ends_with_user(
        [
            {"role": {"User": "user", "Assistant": "assistant"}[speaker], "content": content}
            for speaker, content in said
            if content.strip()
        ]
        or [{"role": "user", "content": first}]
    )


def _read_3(row: Row) -> Iterator[Found]:
    opinions = [_opinion(row, "overall_preference", "consensus", None)]
    for place, rater in enumerate(records_if_any(row, "individual_preference"), 1):
        with within(f"preference {place}"):
            opinions.append(_opinion(rater, "score", f"rater-{place}", _why_3(rater)))
    prompt = ends_with_user(messages(row, "context"))
    a, b = (_answer(row, name) for name in ("response1", "response2"))
    meta = kept(row, "domain", "language")
    columns = ("context", "response1", "response2")
    yield Found(prompt, a, b, meta=meta, opinions=tuple(opinions), columns=columns)


def _why_3(said: Row) -> str | None:
    parts = {"": "reasoning", "Response 1: ": "feedback1", "Response 2: ": "feedback2"}
    texts = {before: text_if_any(said, name) for before, name in parts.items()}
    return "\n\n".join(before + part for before, part in texts.items() if part) or None


def _answer(row: Row, name: str) -> Messages:
    return [{"role": "assistant", "content": text(row, name)}]


def _opinion(row: Row, name: str, annotator: str, note: str | None) -> Opinion:
    degree = whole(row, name)
    if degree == _NEITHER:
        return Opinion(annotator, "human", "both_bad", note=note)
    if not -_DEGREES <= degree <= _DEGREES:
        msg = f"{name} is {degree}, not from -3 to 3"
        raise RowError(msg)
    preference: Preference = "tie" if degree == 0 else "a" if degree < 0 else "b"
    return Opinion(annotator, "human", preference, strength=abs(degree) or None, note=note)


def _refuse_ratings(rows: Iterable[Row]) -> NoReturn:  # noqa: ARG001
    msg = (
        "it holds ratings of single responses, which are no preferences: the dataset's own are in "
        "its file preference/preference.jsonl.gz, and tiebreak.make_pairs(..., "
        "response='response') makes pairs to label"
    )
    raise RowError(msg)


LAYOUTS = (
    Layout(
        "helpsteer2",
        "HelpSteer2 preferences",
        frozenset({"prompt", "response_1", "response_2", "preference_strength"}),
        _read_2,
        uses={
            "prompt": "prompt",
            "response_1": "a",
            "response_2": "b",
            "preference_strength": "preference and strength",
            **dict.fromkeys(_WHY_2[:2], "note"),
        },
        within=dict.fromkeys(_RATERS_2, dict.fromkeys(("strength", *_WHY_2))),
    ),
    Layout(
        "helpsteer2",
        "HelpSteer2 ratings",
        frozenset({"prompt", "response", *_RATINGS}),
        _read_2,
        refuse=_refuse_ratings,
    ),
    Layout(
        "helpsteer3",
        "HelpSteer3 preferences",
        frozenset({"context", "response1", "response2", "overall_preference"}),
        _read_3,
        uses={
            "context": "prompt",
            "response1": "a",
            "response2": "b",
            "overall_preference": "preference and strength",
            "individual_preference": "labels",
        },
        within={
            "context": MESSAGE,
            "individual_preference": dict.fromkeys(
                ("score", "reasoning", "feedback1", "feedback2")
            ),
        },
    ),
)
