"""How long large exports take, against ``datasets`` writing the same rows, and what they hold."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import datasets

import tiebreak as tb
from figures import Row, by_turns, ratio_row
from made_pairs import ANNOTATOR, write_jsonl, write_labels

PAIRS = 100_000
SIZE = 2_000
TIME_BAR = 1.0
MEMORY_BAR = 2.0

# Peak resident memory of a process that opens the session, and exports where a path is given. On
# Linux ru_maxrss begins with what the parent held when it forked; VmHWM does not.
PEAK = """
import pathlib, re, resource, sys, tiebreak as tb
session = tb.Session(sys.argv[1], annotator=sys.argv[2], read_only=True)
if len(sys.argv) > 3:
    session.export(sys.argv[3], format=sys.argv[4])
status = pathlib.Path("/proc/self/status")
if status.exists():
    print(1024 * int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1]))
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def exporting() -> Iterator[Row]:
    """Export 100,000 pairs of 2 KB, all labeled."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        source, folder = scratch / "source.jsonl", scratch / "session"
        write_jsonl(source, PAIRS, SIZE)
        tb.Session(folder, source, annotator=ANNOTATOR).close()
        write_labels(folder, PAIRS)
        yield _time(scratch, folder)
        yield from _memory(scratch, folder)


def _time(scratch: Path, folder: Path) -> Row:
    datasets.disable_progress_bars()
    session = tb.Session(folder, annotator=ANNOTATOR, read_only=True)
    rows = session.triples()[["prompt", "chosen", "rejected"]]
    dataset = datasets.Dataset.from_pandas(rows, preserve_index=False)
    ours, theirs = by_turns(
        lambda: session.export(scratch / "ours.jsonl"),
        lambda: dataset.to_json(scratch / "theirs.jsonl"),
    )
    return ratio_row("export 100,000 labeled pairs of 2 KB as JSONL", ours, theirs, TIME_BAR)


def _memory(scratch: Path, folder: Path) -> Iterator[Row]:
    own = _peak(folder)
    for kind, suffix in (
        ("trl", "jsonl"),
        ("trl", "parquet"),
        ("kto", "jsonl"),
        ("raw", "jsonl"),
    ):
        peak = _peak(folder, scratch / f"peak.{suffix}", kind)
        figure = f"{peak / 1e6:.0f} MB against {own / 1e6:.0f} MB for the session alone"
        name = f"memory of exporting them as {kind}, .{suffix}"
        ratio = peak / own
        yield Row(name, figure, f"{ratio:.2f}", f"<= {MEMORY_BAR}", ratio <= MEMORY_BAR)


def _peak(folder: Path, *arguments: object) -> int:
    command = [sys.executable, "-c", PEAK, str(folder), ANNOTATOR, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout)
