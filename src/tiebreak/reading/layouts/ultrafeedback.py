"""UltraFeedback: four completions with GPT-4's ratings, and its binarized form.

Source: openbmb/UltraFeedback and TRL's ``ultrafeedback.py``; the binarized form is that of
HuggingFaceH4/ultrafeedback_binarized and its many likenesses.

Raw, every two completions give a pair, preferred by ``fine-grained_score``, for
``overall_score`` has known errors; equal scores give no pair. The ratings of each aspect come
along as criteria. Each completion was written under its own principle, which is kept in the meta
columns ``principle_a`` and ``principle_b``.

Binarized, the judge is called ``"judge"``, for the likenesses have others than GPT-4. Where both
scores are the same, the choice was none, and the pair comes without a preference.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from tiebreak.reading.layouts.dialogue import MESSAGE, messages, split, unlike
from tiebreak.reading.layouts.fields import (
    kept,
    name_if_any,
    number,
    number_if_any,
    record_if_any,
    records,
    text,
    within,
)
from tiebreak.reading.layouts.layout import EQUAL_RANKS, Found, Layout, Within
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion, Verdict

_ASPECTS = ("instruction_following", "honesty", "truthfulness", "helpfulness")
_FEWEST = 2
_COMPLETION: Within = {
    **dict.fromkeys(("response", "model", "principle", "fine-grained_score")),
    "annotations": {aspect: {"Rating": None} for aspect in _ASPECTS},
}
_EQUAL_SCORES = "both scores are the same, so that the choice was none and the pair has no label"


def _read_raw(row: Row) -> Iterator[Found]:
    prompt = text(row, "instruction")
    completions = []
    for place, completion in enumerate(records(row, "completions"), 1):
        with within(f"completion {place}"):
            completions.append(_read_completion(completion))
    if len(completions) < _FEWEST:
        msg = "fewer than two completions"
        raise RowError(msg)
    told = _told(completions)
    for a, b in combinations(completions, 2):
        if a["score"] == b["score"]:
            continue
        criteria: dict[str, Verdict] = {
            aspect: _compare(a["ratings"][aspect], b["ratings"][aspect])
            for aspect in _ASPECTS
            if aspect in a["ratings"] and aspect in b["ratings"]
        }
        opinion = Opinion(
            "gpt-4", "judge", _compare(a["score"], b["score"]), criteria=criteria or None
        )
        meta = kept(row, "source")
        meta |= {f"{name}_a": a[name] for name in ("score", "principle") if a[name] is not None}
        meta |= {f"{name}_b": b[name] for name in ("score", "principle") if b[name] is not None}
        yield Found(
            prompt,
            a["response"],
            b["response"],
            model_a=a["model"],
            model_b=b["model"],
            meta=meta,
            opinions=(opinion,),
            told=told,
        )


def _told(completions: list[dict[str, Any]]) -> tuple[str, ...]:
    scores = {completion["score"] for completion in completions}
    unread = dict.fromkeys(aspect for one in completions for aspect in one["unread"])
    named = f"ratings of {', '.join(unread)} that are no number from 1 to 5"
    return (EQUAL_RANKS,) * (len(scores) < len(completions)) + (named,) * bool(unread)


def _read_completion(completion: Row) -> dict[str, Any]:
    ratings: dict[str, int] = {}
    unread: list[str] = []
    annotations = record_if_any(completion, "annotations")
    for aspect in _ASPECTS:
        rating = plain(record_if_any(annotations, aspect).get("Rating"))
        if isinstance(rating, str) and rating in {"1", "2", "3", "4", "5"}:  # else "N/A"
            ratings[aspect] = int(rating)
        elif rating is not None:
            unread.append(aspect)
    return {
        "response": text(completion, "response"),
        "model": name_if_any(completion, "model"),
        "principle": name_if_any(completion, "principle"),
        "score": number(completion, "fine-grained_score"),
        "ratings": ratings,
        "unread": unread,
    }


def _compare(a: float, b: float) -> Verdict:
    if a == b:
        return "tie"
    return "a" if a > b else "b"


def _read_binarized(row: Row) -> Iterator[Found]:
    prompt, a, b = split(messages(row, "chosen"), messages(row, "rejected"))
    meta = kept(row, "prompt_id", "source", "score_chosen", "score_rejected")
    scores = [number_if_any(row, name) for name in ("score_chosen", "score_rejected")]
    chosen = scores[0] is None or scores[0] != scores[1]
    opinions = (Opinion("judge", "judge", "a"),) if chosen else ()
    columns = ("prompt", "chosen", "rejected")
    told = (*unlike(row, "prompt", prompt), *(() if chosen else (_EQUAL_SCORES,)))
    yield Found(prompt, a, b, meta=meta, opinions=opinions, columns=columns, told=told)


LAYOUTS = (
    Layout(
        "ultrafeedback",
        "UltraFeedback, raw",
        frozenset({"instruction", "completions", "models"}),
        _read_raw,
        uses={
            "instruction": "prompt",
            "completions": "a, b, models, scores, principles, preference and criteria",
        },
        within={"completions": _COMPLETION},
    ),
    Layout(
        "ultrafeedback_binarized",
        "UltraFeedback, binarized",
        frozenset({"prompt", "chosen", "rejected", "score_chosen", "score_rejected"}),
        _read_binarized,
        lambda row: not isinstance(row.get("chosen"), str),
        {"prompt": "prompt", "chosen": "prompt and a", "rejected": "b"},
        {"chosen": MESSAGE, "rejected": MESSAGE},
    ),
)
