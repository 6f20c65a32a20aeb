"""What a check says: a way for data to be wrong, and where it was found."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from tiebreak.wording import count, some, visible

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")

ROWS_NAMED = 10


class Problem(NamedTuple):
    """One way for a row to be wrong.

    Attributes:
        rule: the rule's id, P01 to P26; P00 is what reading refuses.
        severity: ``"error"`` (training fails, or learns the wrong thing), ``"warning"`` (look
            before training) or ``"info"``.
        what: what is wrong, as a clause that follows the count: "prompt is missing".
        why: what it does to training.
        remedy: what to do.

    """

    rule: str
    severity: Severity
    what: str
    why: str
    remedy: str


@dataclass(frozen=True)
class Finding:
    """What a rule found.

    Attributes:
        rule: the rule's id, P01 to P26; P00 is what reading refuses.
        severity: ``"error"``, ``"warning"`` or ``"info"``.
        what: what was found, with its numbers.
        why: what it does to training.
        remedy: what to do.
        rows: the rows it was found in, as the source names them: index labels of a frame, line
            numbers of a file from 1, positions of a list from 0, pair ids of a session. Empty
            where it is about the whole.

    Example:
        >>> import tiebreak as tb
        >>> report = tb.check([{"prompt": "Say hi.", "chosen": "Hi!", "rejected": "Hi!"}])
        >>> finding = report.findings[0]
        >>> finding.rule, finding.rows
        ('P01', [0])

    """

    rule: str
    severity: Severity
    what: str
    why: str
    remedy: str
    rows: list[object] = field(default_factory=list)

    @property
    def message(self) -> str:
        """Say it all: what and how many, in which rows (the first ten), why, and what to do.

        Example:
            >>> import tiebreak as tb
            >>> report = tb.check([{"prompt": "Say hi.", "chosen": "Hi!", "rejected": "Hi!"}])
            >>> report.findings[0].message.partition(".")[0]
            '1 row: both answers say the same (row 0)'

        """
        where = f" ({self.where})" if self.rows else ""
        return f"{self.what}{where}. {self.why} {self.remedy}"

    @property
    def where(self) -> str:
        """Name the first ten rows.

        Example:
            >>> import tiebreak as tb
            >>> rows = [{"prompt": "Say hi.", "chosen": "Hi!", "rejected": "Hi!"}]
            >>> tb.check(rows).findings[0].where
            'row 0'

        """
        if not self.rows:
            return ""
        return f"row{'s' * (len(self.rows) > 1)} {some(self.rows, ROWS_NAMED, written)}"


def found(problem: Problem, rows: list[object]) -> Finding:
    """Make the finding of a problem that was met in rows."""
    what = f"{count(len(rows), 'row')}: {problem.what}"
    return Finding(problem.rule, problem.severity, what, problem.why, problem.remedy, rows)


def written(name: object) -> str:
    """Write a row's name so that it can stand in any text, whatever it is."""
    try:
        text = name if isinstance(name, str) else str(name)
    except Exception:  # noqa: BLE001 - an index may hold anything
        text = f"a {type(name).__name__}"
    return visible(text)[:200]
