"""TRL's unpaired type for KTO: ``{"prompt", "completion", "label"}``.

TRL's KTO trainer reads the rows in the order of the file and makes its KL pairs by rotating the
completions within a batch. So a batch should hold both labels, and no two rows of one prompt side
by side: the rejected answers are written half the file away from their chosen ones.
"""

from collections.abc import Iterator
from itertools import chain
from typing import TypeVar

import pandas as pd

from tiebreak.exports.conversation import as_messages
from tiebreak.exports.format import Row
from tiebreak.records.label import SIDES, VERDICTS
from tiebreak.records.text import Text

T = TypeVar("T")

WRITTEN = VERDICTS


def rows(judgments: pd.DataFrame) -> Iterator[Row]:
    """Turn judgments into KTO rows: the better answer True, the worse one False.

    A tie says that both are good, so it gives two True; both bad gives two False.
    """
    good: list[list[tuple[Text, Text]]] = [[], [], []]
    bad: list[list[tuple[Text, Text]]] = [[], [], []]
    for prompt, a, b, preference in zip(
        judgments["prompt"],
        judgments["a"],
        judgments["b"],
        judgments["preference"],
        strict=True,
    ):
        if preference in SIDES:
            chosen, rejected = (a, b) if preference == "a" else (b, a)
            good[1].append((prompt, chosen))
            bad[1].append((prompt, rejected))
        elif preference in ("tie", "both_bad"):
            side = good if preference == "tie" else bad
            side[0].append((prompt, a))
            side[2].append((prompt, b))
    half = len(bad[1]) // 2
    bad[1] = bad[1][half:] + bad[1][:half]
    trues = [(*row, True) for row in chain(*good)]
    falses = [(*row, False) for row in chain(*bad)]
    for prompt, completion, label in _spread(trues, falses):
        yield {"prompt": prompt, "completion": completion, "label": label}


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
