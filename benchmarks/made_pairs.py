"""Pairs of a given size, made up from a seed, and the labels of them."""

import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tiebreak.records.label import Header, Label, new_id, now, to_line
from tiebreak.store import store_at
from tiebreak.store.names import file_name

ANNOTATOR = "rater-1"


def rows(count: int, size: int) -> Iterator[dict[str, str]]:
    """Make pairs of about ``size`` characters, a tenth of them in the prompt."""
    dice = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(dice.choices(letters, k=dice.randint(2, 10))) for _ in range(5_000)]
    text = " ".join(dice.choices(words, k=200_000))
    for number in range(count):
        prompt, a, b = (
            text[start : start + length]
            for length in (size // 10, size * 45 // 100, size * 45 // 100)
            for start in (dice.randrange(len(text) - size),)
        )
        yield {"prompt": f"{number} {prompt}", "response_a": f"a {a}", "response_b": f"b {b}"}


def write_jsonl(path: Path, count: int, size: int) -> None:
    """Write such pairs as JSON, a line each."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows(count, size))


def write_labels(session: Path, count: int, annotator: str = ANNOTATOR) -> Path:
    """Add labels of the first pairs to a session's folder, as the package writes them."""
    store = store_at(session)
    manifest, pairs = store.manifest(), store.pairs()
    path = session / "journals" / file_name(annotator)
    path.parent.mkdir(exist_ok=True)
    choices = itertools.cycle(("a", "b", "b", "tie", "a", "both_bad", "a", "b"))
    dice = random.Random(annotator)
    others = annotator != ANNOTATOR  # who see some pairs otherwise
    with path.open("wb") as file:
        file.write(to_line(Header(1, manifest.id, annotator)))
        for pair, choice in zip(pairs[:count], choices, strict=False):
            content = {
                "type": "label",
                "id": new_id(),
                "pair": pair.id,
                "preference": dice.choice("ab") if others and dice.random() < 0.5 else choice,
                "at": now(),
                "shown_left": dice.choice("ab") if others else "a",
                "seconds": 12.345,
            }
            file.write(to_line(msgspec.convert(content, Label)))
    return path
