"""What a benchmark gives back: rows of the table, and the sums they are made of."""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

ROUNDS = 5


class Row(NamedTuple):
    """A line of the table; ``ok`` is None where it was not measured, or has no bar."""

    name: str
    figure: str
    ratio: str = ""
    bar: str = ""
    ok: bool | None = None

    @property
    def verdict(self) -> str:
        """Say how it went in a word."""
        if self.ok is None:
            return "-"
        return "ok" if self.ok else "MISS"


def median(values: Sequence[float]) -> float:
    """Give the middle of the values."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """Give the value that 95 of 100 do not exceed."""
    return sorted(values)[max(0, -(-95 * len(values) // 100) - 1)]


def spread(values: Sequence[float], unit: str, scale: float = 1.0, digits: int = 1) -> str:
    """Write median and 95th percentile in a unit."""
    middle, high = scale * median(values), scale * p95(values)
    return f"median {middle:.{digits}f} {unit}, p95 {high:.{digits}f} {unit}"


def by_turns(
    *works: Callable[[], Any], before: Callable[[], None] = lambda: None
) -> list[list[float]]:
    """Time each work in every round; the first round, which warms the caches, is not counted."""
    rounds = []
    for _ in range(ROUNDS + 1):
        before()
        rounds.append([_time(work) for work in works])
    return [list(times) for times in zip(*rounds[1:], strict=True)]


def _time(work: Callable[[], Any]) -> float:
    gc.collect()
    start = time.perf_counter()
    result = work()
    elapsed = time.perf_counter() - start
    del result  # what it takes to let go is not asked
    return elapsed


def ratio_row(name: str, ours: Sequence[float], theirs: Sequence[float], bar: float) -> Row:
    """Compare seconds measured by turns, as the ratio of their medians."""
    ratio = median(ours) / median(theirs)
    figure = f"median {median(ours):.2f} s against {median(theirs):.2f} s"
    return Row(name, figure, f"{ratio:.2f}", f"<= {bar}", ratio <= bar)


def skipped(name: str, reason: str) -> Row:
    """Stand for what could not be measured here."""
    return Row(name, f"skipped: {reason}")


def as_table(rows: Sequence[Row]) -> str:
    """Align the rows under their headings."""
    lines = [("what", "figure", "ratio", "bar", "")]
    lines += [(row.name, row.figure, row.ratio, row.bar, row.verdict) for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
