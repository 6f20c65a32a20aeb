"""How long a report takes, its page with all plots among it."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import tiebreak as tb
from figures import Row, median
from made_pairs import rows, write_labels

PAIRS = 2_000
PEOPLE = 5
SIZE = 2_000
MODELS = ("large", "small")
ROUNDS = 3
BAR = 5.0


def reporting() -> Iterator[Row]:
    """Report on 2,000 pairs that 5 people labeled, and save the page with its plots."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = [
            row | {"model_a": MODELS[number % 2], "model_b": MODELS[1 - number % 2]}
            for number, row in enumerate(rows(PAIRS, SIZE))
        ]
        tb.Session(folder / "labeled", made, annotator="reader").close()
        for person in range(PEOPLE):
            write_labels(folder / "labeled", PAIRS, f"person {person}")
        with tb.Session(folder / "labeled", annotator="reader", read_only=True) as session:
            session.report().save(folder / "warm.html")  # what is imported once is no figure
            wall, processor = [], []
            for _ in range(ROUNDS):
                start = time.perf_counter(), time.process_time()
                session.report().save(folder / "report.html")
                wall.append(time.perf_counter() - start[0])
                processor.append(time.process_time() - start[1])
        size = (folder / "report.html").stat().st_size
    yield Row(
        f"report of {PAIRS:,} pairs x {PEOPLE} people, page and plots",
        f"median {median(wall):.2f} s, {median(processor):.2f} s of them at work; "
        f"{size / 1e3:.0f} kB",
        "",
        f"< {BAR:.0f} s",
        median(wall) < BAR,
    )
