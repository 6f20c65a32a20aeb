"""How long ``import tiebreak`` takes, against the two packages it cannot do without."""

import subprocess
import sys
import time
from collections.abc import Iterator

from figures import Row, ratio_row

BAR = 1.3
ROUNDS = 15


def import_time() -> Iterator[Row]:
    """Import in fresh interpreters, by turns."""
    ours, theirs = [], []
    for number in range(ROUNDS + 1):
        times = _time("import anywidget, pandas"), _time("import tiebreak")
        if number:  # the first round fills the disk's cache and writes the byte code
            theirs.append(times[0])
            ours.append(times[1])
    yield ratio_row("import tiebreak / import anywidget, pandas", ours, theirs, BAR)


def _time(statement: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - start
