"""How long checks of large files take, against reading them, and what they hold."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import tiebreak as tb
from figures import Row, by_turns, ratio_row
from made_pairs import write_jsonl

PAIRS = 100_000
TIME_BAR = 10.0
MEMORY_BAR = 2.0

# Peak resident memory of a process that holds the frame, and checks it where a word follows.
PEAK = """
import pathlib, re, resource, sys, tiebreak as tb
frame = tb.read_pairs(sys.argv[1]).pairs
status = pathlib.Path("/proc/self/status")
if len(sys.argv) > 2:
    tb.check(frame)
if status.exists():
    print(1024 * int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1]))
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def checking() -> Iterator[Row]:
    """Check 100,000 pairs of 2 KB by all rules."""
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "pairs.jsonl"
        write_jsonl(source, PAIRS, 2_000)
        ours, theirs = by_turns(lambda: tb.check(source), lambda: tb.read_pairs(source))
        yield ratio_row("check 100,000 pairs of 2 KB against reading them", ours, theirs, TIME_BAR)
        own, peak = _peak(source), _peak(source, "check")
        figure = f"{peak / 1e6:.0f} MB against {own / 1e6:.0f} MB for the frame alone"
        ratio = peak / own
        bar = f"<= {MEMORY_BAR}"
        yield Row(
            "memory of checking their frame", figure, f"{ratio:.2f}", bar, ratio <= MEMORY_BAR
        )


def _peak(*arguments: object) -> int:
    command = [sys.executable, "-c", PEAK, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout)
