"""What an export says of itself: what was written, what was left out, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tiebreak.wording import count, visible


def tell(left_out: Mapping[str, int], policy: str) -> list[str]:
    """Say in a line each what became of several annotators, and what was left out."""
    lines = []
    if policy:
        lines.append(f"several annotators: {policy}")
    if left_out:
        reasons = ", ".join(f"{count} {reason}" for reason, count in left_out.items())
        lines.append(f"left out: {reasons}")
    return lines


@dataclass(frozen=True)
class ExportReport:
    """What an export wrote and what it left out.

    Attributes:
        path: the file, as it was asked for.
        format: the format's name.
        rows: how many rows were written, over all splits.
        left_out: how many labels or pairs gave no row, by reason.
        policy: what became of pairs that several annotators labeled.
        splits: how many rows each split has; empty where none was asked for.
        files: all files written, those beside the rows too.
        notes: what else is worth knowing before training on it.

    Example:
        >>> import tiebreak as tb
        >>> session = tb.Session(tmp / "pilot", tb.sample_pairs(), annotator="me")
        >>> session.label(session.next().id, "a")
        >>> session.label(session.next().id, "tie")
        >>> report = session.export(tmp / "train.jsonl")
        >>> report.rows, report.left_out
        (1, {'ties': 1, 'not labeled': 46})

    """

    path: Path
    format: str
    rows: int
    left_out: dict[str, int]
    policy: str = ""
    splits: dict[str, int] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    notes: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        """Say it in lines, as a notebook cell shows it."""
        lines = [f"{self.path}: {count(self.rows, 'row')}, format {self.format}"]
        if self.splits:
            total = sum(self.splits.values())
            sizes = (f"{name} {n} ({n / total:.1%})" for name, n in self.splits.items())
            lines.append(f"splits, by prompt: {', '.join(sizes)}")
        lines += tell(self.left_out, self.policy)
        others = [str(path) for path in self.files if path != self.path]
        if others:
            lines.append(f"files: {', '.join(others)}")
        return visible("\n".join([*lines, *(f"note: {note}" for note in self.notes)]))
