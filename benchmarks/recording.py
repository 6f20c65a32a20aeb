"""What recording a label costs in a small session and in a large one."""

import os
import tempfile
import time
import tracemalloc
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import tiebreak as tb
from figures import Row, median, p95
from made_pairs import ANNOTATOR, rows, write_labels

SMALL, LARGE = 1_000, 100_000
BAR = 1.2
ROUNDS = 40
A_ROUND = 10


def recording() -> Iterator[Row]:
    """Record labels as they come from the browser, by turns in either session."""
    with tempfile.TemporaryDirectory() as name:
        small, large = (_half_labeled(Path(name), count) for count in (SMALL, LARGE))
        times: tuple[list[_Time], list[_Time]] = ([], [])
        for number in range(ROUNDS + 1):
            for session, found in zip((small, large), times, strict=True):
                measured = [_record(session) for _ in range(A_ROUND)]
                if number:
                    found.extend(measured)
        yield _time_row("with fsync, elapsed", *([each.elapsed for each in t] for t in times))
        yield _time_row("CPU alone", *([each.cpu for each in t] for t in times))
        small.close()
        large.close()
        yield _memory_row(Path(name))


class _Time(NamedTuple):
    elapsed: float
    cpu: float


def _half_labeled(scratch: Path, count: int) -> tb.Session:
    path = scratch / f"{count}"
    tb.Session(path, list(rows(count, 200)), annotator=ANNOTATOR).close()
    write_labels(path, count // 2)
    session = tb.Session(path, annotator=ANNOTATOR)
    assert len(session.widget.comm.comm_id) > 0
    return session


def _message(session: tb.Session) -> dict[str, object]:
    pair = session.next()
    assert pair is not None
    return {
        "type": "label",
        "id": str(uuid.uuid4()),
        "pair": session._labels.showing.name(pair.id),  # noqa: SLF001
        "choice": "left",
        "seconds": 3.21,
        "at": "2026-01-02T03:04:05.678Z",
    }


def _record(session: tb.Session) -> _Time:
    message = _message(session)
    start, cpu = time.perf_counter(), time.process_time()
    session.widget.receive(message)
    return _Time(time.perf_counter() - start, time.process_time() - cpu)


def _time_row(how: str, small: list[float], large: list[float]) -> Row:
    ratio = median(large) / median(small)
    figure = f"median {1e6 * median(large):.0f} µs, p95 {1e6 * p95(large):.0f} µs of {LARGE:,}"
    figure += f"; median {1e6 * median(small):.0f} µs of {SMALL:,}"
    return Row(f"time to record a label, {how}", figure, f"{ratio:.2f}", f"<= {BAR}", ratio <= BAR)


def _memory_row(scratch: Path) -> Row:
    """Label every pair; what reaches the disk has no part in what memory holds."""
    small, large = (_bytes_a_label(scratch / f"memory-{count}", count) for count in (SMALL, LARGE))
    ratio = large / small
    figure = f"{large:.0f} bytes of {LARGE:,}; {small:.0f} bytes of {SMALL:,}"
    return Row("memory held for a label", figure, f"{ratio:.2f}", f"<= {BAR}", ratio <= BAR)


def _bytes_a_label(path: Path, count: int) -> float:
    with (
        tb.Session(path, list(rows(count, 200)), annotator=ANNOTATOR) as session,
        mock.patch.object(os, "fsync"),
    ):
        session.widget  # noqa: B018 - made on first use
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(count):
            session.widget.receive(_message(session))
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert session.next() is None
    return (after - before) / count
