"""TRL's unpaired type for KTO: ``{"prompt", "completion", "label"}``.

TRL's KTO trainer reads the rows in the order of the file and makes its KL pairs by rotating the
completions within a batch. So a batch should hold both labels, and no two rows of one prompt side
by side: the rejected answers are written half the file away from their chosen ones.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import TypeVar

import pandas as pd

from tiebreak.exports.calls import TOOLS
from tiebreak.exports.conversation import as_messages
from tiebreak.exports.format import Row
from tiebreak.exports.weighing import BESIDE
from tiebreak.records.label import SIDES, VERDICTS
from tiebreak.records.text import Text

T = TypeVar("T")
_Said = tuple[Text, Text, Row]  # prompt, completion and what stands beside them
_Row = tuple[Text, Text, Row, bool]

WRITTEN = VERDICTS

_BATCHES = (4, 8, 16, 32)  # within which trainers rotate
_FARTHEST = 500  # how far away a row is looked for that can change places


def rows(judgments: pd.DataFrame) -> Iterator[Row]:
    """Turn judgments into KTO rows: the better answer True, the worse one False.

    A tie says that both are good, so it gives two True; both bad gives two False.
    """
    good: list[list[_Said]] = [[], [], []]
    bad: list[list[_Said]] = [[], [], []]
    columns = [judgments[name].tolist() for name in ("prompt", "a", "b", "preference")]
    for prompt, a, b, preference, (of_a, of_b) in zip(*columns, _beside(judgments), strict=True):
        first, second = (prompt, a, of_a), (prompt, b, of_b)
        if preference in SIDES:
            chosen, rejected = (first, second) if preference == "a" else (second, first)
            good[1].append(chosen)
            bad[1].append(rejected)
        elif preference in ("tie", "both_bad"):
            side = good if preference == "tie" else bad
            side[0].append(first)
            side[2].append(second)
    half = len(bad[1]) // 2
    bad[1] = bad[1][half:] + bad[1][:half]
    trues = [(*row, True) for row in chain(*good)]
    falses = [(*row, False) for row in chain(*bad)]
    for prompt, completion, own, label in _apart(_spread(trues, falses)):
        yield {"prompt": prompt, "completion": completion, "label": label, **own}


def _beside(judgments: pd.DataFrame) -> Iterator[tuple[Row, Row]]:
    """Give what stands beside each of the two responses."""
    nothing: dict[str, Row] = {"a": {}, "b": {}}
    rows = judgments[BESIDE].tolist() if BESIDE in judgments.columns else [nothing] * len(judgments)
    if TOOLS not in judgments.columns:
        yield from ((row["a"], row["b"]) for row in rows)
        return
    for row, tools in zip(rows, judgments[TOOLS].tolist(), strict=True):
        yield {TOOLS: tools, **row["a"]}, {TOOLS: tools, **row["b"]}


def rows_of_thumbs(thumbs: pd.DataFrame) -> Iterator[Row]:
    """Turn thumbs on single responses into KTO rows: prompt, response and label of each.

    Both labels are spread over the file, the downs half the file away from the ups.
    """
    conversational = any(
        isinstance(said, list) for name in ("prompt", "response") for said in thumbs[name]
    )
    texts = list(zip(thumbs["prompt"], thumbs["response"], thumbs["label"], strict=True))
    ups = [row for row in texts if row[2]]
    downs = [row for row in texts if not row[2]]
    half = len(downs) // 2
    for prompt, response, label in _spread(ups, downs[half:] + downs[:half]):
        yield {
            "prompt": as_messages(prompt, "user") if conversational else prompt,
            "completion": as_messages(response, "assistant") if conversational else response,
            "label": bool(label),
        }


def _spread(first: list[T], second: list[T]) -> list[T]:
    """Merge two lists so that each is spread evenly over the whole, the first one leading."""
    places = [
        ((place + offset) / len(items), item)
        for items, offset in ((first, 0.0), (second, 0.5))
        for place, item in enumerate(items)
    ]
    return [item for _, item in sorted(places, key=lambda placed: placed[0])]


def _apart(rows: list[_Row]) -> list[_Row]:
    """Move rows whose partner has the same prompt, which several labels of a pair bring about.

    A row changes places with one of the same label, so that both labels stay spread.
    """
    prompts = [row[0] if isinstance(row[0], str) else repr(row[0]) for row in rows]
    if max(Counter(prompts).values(), default=0) <= 2:  # noqa: PLR2004 - a chosen and a rejected
        return rows
    rows = list(rows)

    def clashes(place: int) -> bool:
        return any(prompts[place] == prompts[other] for other in _partners(place, len(rows)))

    def exchange(one: int, other: int) -> None:
        rows[one], rows[other] = rows[other], rows[one]
        prompts[one], prompts[other] = prompts[other], prompts[one]

    for place in range(len(rows)):
        if not clashes(place):
            continue
        for other in _nearest(place, len(rows)):
            if rows[other][-1] == rows[place][-1] and prompts[other] != prompts[place]:
                exchange(place, other)
                if not clashes(place) and not clashes(other):
                    break
                exchange(place, other)
    return rows


def _partners(place: int, count: int) -> set[int]:
    """Give the places that rotating a batch brings together with this one."""
    found = {place - 1, place + 1}
    for size in _BATCHES:
        first = place - place % size
        last = min(first + size, count) - 1
        if place in (first, last):
            found |= {first, last}
    return {other for other in found if 0 <= other < count and other != place}


def _nearest(place: int, count: int) -> Iterator[int]:
    for distance in range(1, min(_FARTHEST, count)):
        yield from (n for n in (place + distance, place - distance) if 0 <= n < count)
