"""How long datasets take to read, against pandas reading the same files."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

import tiebreak as tb
from figures import Row, by_turns, ratio_row
from made_pairs import rows, write_jsonl

PAIRS = 100_000
BAR = 1.5


def reading() -> Iterator[Row]:
    """Read 100,000 pairs, without preferences and with."""
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "pairs.jsonl"
        write_jsonl(source, PAIRS, 2_000)
        yield _compare("read 100,000 pairs of 2 KB from JSONL", source)
        _write_preferences(source)
        yield _compare("read 100,000 pairs of 2 KB, chosen and rejected", source)


def _compare(name: str, source: Path) -> Row:
    ours, theirs = by_turns(lambda: tb.read_pairs(source), lambda: pd.read_json(source, lines=True))
    return ratio_row(name, ours, theirs, BAR)


def _write_preferences(path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for prompt, chosen, rejected in map(dict.values, rows(PAIRS, 2_000)):
            row = {"prompt": prompt, "chosen": chosen, "rejected": rejected}
            file.write(json.dumps(row) + "\n")
