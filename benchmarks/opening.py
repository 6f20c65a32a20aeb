"""How long large sessions take to open, against pandas reading the same files."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

import tiebreak as tb
from figures import Row, by_turns, median, ratio_row
from made_pairs import ANNOTATOR, write_jsonl, write_labels

PAIRS = 100_000
BAR = 1.5


def opening() -> Iterator[Row]:
    """Open 100,000 pairs and resume 100,000 labels."""
    with tempfile.TemporaryDirectory() as name:
        yield from _open_pairs(Path(name))
        yield from _resume_labels(Path(name))


def _open_pairs(scratch: Path) -> Iterator[Row]:
    source, session = scratch / "source.jsonl", scratch / "large"
    write_jsonl(source, PAIRS, 2_000)

    def begin() -> None:
        tb.Session(session, source, annotator=ANNOTATOR).close()

    def clear() -> None:
        shutil.rmtree(session, ignore_errors=True)

    ours, theirs = by_turns(begin, lambda: _read_json(source), before=clear)
    yield ratio_row("new session of 100,000 pairs of 2 KB from JSONL", ours, theirs, BAR)
    stored = session / "pairs.jsonl"
    ours, theirs = by_turns(lambda: _resume(session), lambda: _read_json(stored))
    yield ratio_row("open a session of 100,000 pairs of 2 KB again", ours, theirs, BAR)


def _resume_labels(scratch: Path) -> Iterator[Row]:
    """Take what the labels add to the time that the same session takes without any."""
    source, labeled, bare = scratch / "small.jsonl", scratch / "labeled", scratch / "bare"
    write_jsonl(source, PAIRS, 200)
    for session in (labeled, bare):
        tb.Session(session, source, annotator=ANNOTATOR).close()
    journal = write_labels(labeled, PAIRS)
    whole, without, theirs = by_turns(
        lambda: _resume(labeled), lambda: _resume(bare), lambda: _read_json(journal)
    )
    added = [seconds - median(without) for seconds in whole]
    yield ratio_row("resume 100,000 labels", added, theirs, BAR)


def _resume(session: Path) -> None:
    tb.Session(session, annotator=ANNOTATOR).close()


def _read_json(path: Path) -> pd.DataFrame:
    return pd.read_json(path, lines=True)
