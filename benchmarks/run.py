"""Prints the figures that the project promises, with their bars.

    python benchmarks/run.py                    all of them, in about fifteen minutes
    python benchmarks/run.py keys kills         some
    python benchmarks/run.py --list             their names

Ratios are measured within one run, by turns, so that they say the same on any machine; a miss
ends the command with 1. What needs a browser needs the ``dev`` extra and a Chromium.
"""

import sys
import time
from collections.abc import Callable, Iterator

import bundle
import checking
import differences
import exporting
import imports
import kills
import labeling
import lesson
import opening
import reading
import recording
import reporting
import rewarding
from figures import Row, as_table

BENCHMARKS: dict[str, Callable[[], Iterator[Row]]] = {
    "keys": labeling.keys,
    "rich": labeling.rich,
    "heap": labeling.heap,
    "burst": labeling.burst,
    "messages": labeling.messages,
    "bundle": bundle.bundle,
    "differences": differences.differences,
    "import": imports.import_time,
    "opening": opening.opening,
    "reading": reading.reading,
    "recording": recording.recording,
    "exporting": exporting.exporting,
    "checking": checking.checking,
    "reporting": reporting.reporting,
    "rewarding": rewarding.rewarding,
    "kills": kills.kills,
    "lesson": lesson.lesson,
}


def main(names: list[str]) -> int:
    """Run the benchmarks named, or all, and print their rows."""
    if names == ["--list"]:
        for name, benchmark in BENCHMARKS.items():
            print(f"{name:12}{(benchmark.__doc__ or '').splitlines()[0]}")
        return 0
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}.")
        return 2
    rows: list[Row] = []
    for name in names or BENCHMARKS:
        start = time.perf_counter()
        print(f"{name} ...", file=sys.stderr, flush=True)
        rows += BENCHMARKS[name]()
        print(f"{name}: {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    print(as_table(rows))
    return int(any(row.ok is False for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
