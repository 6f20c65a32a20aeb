"""What the lesson's notebook takes from top to bottom, with a simulated student."""

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from figures import Row

sys.path.append(str(Path(__file__).parents[1] / "tests/examples"))

import class_lesson

MOST_MINUTES = 8
MOST_MEGABYTES = 2_500
RIGHT, SHORTER = 0.75, 0.8


def lesson() -> Iterator[Row]:
    """Run the whole lesson: time, CPU time and memory of its kernel, and its effect."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        _, _, found = class_lesson.run(Path(folder))
    minutes = (time.perf_counter() - start) / 60
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu, megabytes = spent.ru_utime + spent.ru_stime, spent.ru_maxrss / 1_024
    yield Row(
        "lesson, top to bottom",
        f"{60 * minutes:.0f} s ({cpu:.0f} s of CPU)",
        "",
        f"{MOST_MINUTES} min",
        minutes <= MOST_MINUTES,
    )
    yield Row(
        "lesson, peak memory",
        f"{megabytes:.0f} MB",
        "",
        f"{MOST_MEGABYTES} MB",
        megabytes <= MOST_MEGABYTES,
    )
    held, words = found["held out"], found["words"]
    yield Row(
        "lesson, held-out pairs right",
        f"{held['yours']:.0%}; shuffles "
        + ", ".join(f"{held[f'shuffle {n}']:.0%}" for n in (1, 2, 3)),
        "",
        f"{RIGHT:.0%}",
        held["yours"] >= RIGHT,
    )
    ratio = words["yours"] / words["base"]
    yield Row(
        "lesson, words in a text",
        f"{words['base']:.1f} -> {words['yours']:.1f}",
        f"{ratio:.2f}",
        f"{SHORTER}",
        ratio <= SHORTER,
    )
