"""Rows that the pages show: of each layout, as the tests read it, and of each format, exported."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import layout_samples
import pandas as pd

import tiebreak as tb
from tiebreak.exports.formats import FORMATS

_MOST_CHARACTERS = 400
MOST_ROWS = 3

PAIRS = [
    {"id": "p1", "prompt": "Name a metal.", "response_a": "Iron.", "response_b": "Wood."},
    {
        "id": "p2",
        "prompt": "Name a river.",
        "response_a": "The Danube.",
        "response_b": "A road.",
    },
]
_ASKED = {key: value for key, value in PAIRS[0].items() if key != "id"}
OWN: dict[str, list[dict[str, Any]]] = {
    "pairs": PAIRS,
    "labeled_pairs": [
        {**_ASKED, "preference": "a", "annotator": "anna", "strength": 2},
        {**_ASKED, "preference": "tie", "annotator": "judge-1", "source": "judge"},
    ],
    "trl": [{"prompt": "Name a metal.", "chosen": "Iron.", "rejected": "Wood."}],
    "alpaca_eval": [
        {
            "instruction": "Name a metal.",
            "output_1": "Wood.",
            "output_2": "Iron.",
            "generator_1": "small",
            "generator_2": "large",
            "annotator": "gpt",
            "preference": 1.9,
        }
    ],
}


def of_layout(name: str) -> list[dict[str, Any]]:
    """Give rows in a layout."""
    if name == "raw":
        with tempfile.TemporaryDirectory() as folder:
            return list(exported("raw", Path(folder))[0][1])
    return OWN.get(name) or layout_samples.SAMPLES[name]


def exported(name: str, folder: Path) -> list[tuple[str, Any]]:
    """Export a small session in a format: each file's name and content, the rows first."""
    with tb.Session(folder / "session", PAIRS, annotator="anna", seed=1) as session:
        session.label("p1", "a", strength=2)
        session.label("p2", "tie" if FORMATS[name].by_pair else "a")
        out = folder / "out"
        out.mkdir()
        path = out / f"train{FORMATS[name].suffixes[0]}"
        session.export(path, format=name)  # type: ignore[arg-type]
    others = sorted(other for other in out.iterdir() if other != path)
    return [(each.name, read(each)) for each in (path, *others)]


def read(path: Path) -> Any:
    """Read a file that an export wrote."""
    if path.suffix == ".parquet":
        return pd.read_parquet(path).to_dict("records")
    text = path.read_text("utf-8")
    if path.suffix == ".json":
        return json.loads(text)
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines()]
    return text


def shortened(rows: Sequence[Any]) -> list[Any]:
    """Give the first rows as JSON can hold them, long texts cut."""
    return [_short(row) for row in rows[:MOST_ROWS]]


def _short(value: Any) -> Any:
    match value:
        case dict():
            return {key: _short(each) for key, each in value.items()}
        case list():
            return [_short(each) for each in value]
        case str() if len(value) > _MOST_CHARACTERS:
            return f"{value[:_MOST_CHARACTERS]} ..."
        case bytes():
            return f"({len(value)} bytes)"
        case _:
            return value
