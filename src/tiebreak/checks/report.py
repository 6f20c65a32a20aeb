"""What a check found, as text, as HTML and as a frame."""

import html
import shutil
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from tiebreak.checks.finding import SEVERITIES, Finding, written
from tiebreak.wording import visible

_WIDEST = 100
_INDENT = " " * 14
_COLUMNS = ("rule", "", "what was found, and what to do")
_UNLABELED = "; no pair is labeled yet, so there are no labels to check"
_WORDS = {"error": "error", "warning": "warning", "info": "remark"}

# The host's colours where it has some; text and background both, so that neither stands alone.
_STYLE = """<style>
.tiebreak-check { color: var(--jp-ui-font-color1, inherit);
  font: var(--jp-ui-font-size1, 13px)/1.45 var(--jp-ui-font-family, system-ui, sans-serif); }
.tiebreak-check table { border-collapse: collapse; width: 100%; table-layout: auto; }
.tiebreak-check th, .tiebreak-check td { text-align: left !important; vertical-align: top;
  white-space: normal; padding: 4px 8px;
  color: var(--jp-ui-font-color1, inherit); background: var(--jp-layout-color1, transparent);
  border-bottom: 1px solid var(--jp-border-color2, #8884); }
.tiebreak-check td { overflow-wrap: anywhere; }
.tiebreak-check td:first-child, .tiebreak-check td:nth-child(2) { white-space: nowrap; width: 1%; }
.tiebreak-check td strong { font-weight: 600; }
.tiebreak-check td.error { color: var(--jp-error-color1, #d32f2f); font-weight: 600; }
.tiebreak-check td.warning { color: var(--jp-warn-color0, #b26a00); font-weight: 600; }
.tiebreak-check td.info { color: var(--jp-info-color0, #0b74a8); }
[data-jp-theme-light="false"] .tiebreak-check td.warning { color: var(--jp-warn-color2, #ffb74d); }
[data-jp-theme-light="false"] .tiebreak-check td.info { color: var(--jp-info-color2, #4fc3f7); }
</style>"""


@dataclass(frozen=True, repr=False)
class CheckReport:
    """The findings of a check, errors first. It prints as a table and iterates over them.

    Attributes:
        name: what was checked.
        checked: how many rows it has.
        findings: each a :class:`tiebreak.checks.Finding`.
        layout: the layout that it was read in; None for a session, and where it cannot be read.
        pairs: how many pairs :func:`tiebreak.read_pairs` makes of it, of rows without problems.
        labels: how many labels it makes, by annotator, source and preference.
        notes: how it was read, where its name says otherwise or nothing, a sentence each.

    Example:
        >>> import tiebreak as tb
        >>> report = tb.check([{"prompt": "Say hi.", "chosen": "Hi!", "rejected": "Hi!"}])
        >>> [(finding.rule, finding.severity) for finding in report]
        [('P01', 'error'), ('P14', 'warning')]

    """

    name: str
    checked: int
    findings: tuple[Finding, ...]
    layout: str | None = None
    pairs: int = 0
    labels: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    notes: Sequence[str] = ()

    @property
    def errors(self) -> list[Finding]:
        """The findings that are errors.

        Example:
            >>> import tiebreak as tb
            >>> report = tb.check([{"prompt": "Say hi.", "chosen": "Hi!", "rejected": "Hi!"}])
            >>> report.errors[0].message.partition(".")[0]
            '1 row: both answers say the same (row 0)'

        """
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def ok(self) -> bool:
        """Whether there is no error; there may be warnings.

        Example:
            >>> import tiebreak as tb
            >>> report = tb.check([{"prompt": "Say hi.", "chosen": "Hi!", "rejected": "Hi!"}])
            >>> report.ok
            False

        """
        return not self.errors

    def to_frame(self) -> pd.DataFrame:
        """Give a row for each finding: rule, severity, what, rows (a list), why, remedy.

        Example:
            >>> import tiebreak as tb
            >>> report = tb.check([{"prompt": "Say hi.", "chosen": "Hi!", "rejected": "Hi!"}])
            >>> report.to_frame()[["rule", "severity", "rows"]]
              rule severity rows
            0  P01    error  [0]
            1  P14  warning   []

        """
        columns = ["rule", "severity", "what", "rows", "why", "remedy"]
        rows = [(f.rule, f.severity, f.what, list(f.rows), f.why, f.remedy) for f in self.findings]
        return pd.DataFrame(rows, columns=columns)

    def __iter__(self) -> Iterator[Finding]:
        """Go through the findings, errors first."""
        return iter(self.findings)

    def __len__(self) -> int:
        """Count the findings."""
        return len(self.findings)

    def __bool__(self) -> bool:
        """Be true always, also where nothing was found: ``ok`` tells how it went."""
        return True

    def __repr__(self) -> str:
        """Say it as a table of lines."""
        lines = [self._heading()]
        for note in self.notes:
            lines += _wrap(note, "")
        for finding in self.findings:
            start = f"{finding.rule}  {_WORDS[finding.severity]:7}  "
            lines += _wrap(finding.what, start)
            for text in (
                f"in {finding.where}" * bool(finding.rows),
                f"{finding.why} {finding.remedy}",
            ):
                lines += _wrap(text, _INDENT)
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Say it as a table of HTML, without a script."""
        heading = f"<p><strong>{html.escape(self._heading())}</strong></p>"
        heading += "".join(f"<p>{html.escape(visible(note))}</p>" for note in self.notes)
        body = "".join(map(_html_row, self.findings))
        head = "<tr><th>{}</th></tr>".format("</th><th>".join(_COLUMNS))
        table = f"<table><thead>{head}</thead><tbody>{body}</tbody></table>" if body else ""
        return f'<div class="tiebreak-check">{_STYLE}{heading}{table}</div>'

    def _heading(self) -> str:
        found = []
        for severity in SEVERITIES:
            count = sum(finding.severity == severity for finding in self.findings)
            if count:
                found.append(f"{count} {_WORDS[severity]}{'s' * (count > 1)}")
        rows = f"{self.checked} row{'s' * (self.checked != 1)}"
        unlabeled = _UNLABELED if self.pairs and not self.labels else ""
        told = ", ".join(found) or f"nothing found{' in the pairs' * bool(unlabeled)}"
        return f"{written(self.name)}, {rows}: {told}{unlabeled}"


def _wrap(text: str, start: str) -> list[str]:
    columns = shutil.get_terminal_size((_WIDEST, 0)).columns
    return textwrap.wrap(
        visible(text),
        min(max(columns, 4 * len(_INDENT)), _WIDEST),
        initial_indent=start,
        subsequent_indent=_INDENT,
        break_on_hyphens=False,
    )


def _html_row(finding: Finding) -> str:
    what, where, why = (
        html.escape(visible(text))
        for text in (finding.what, finding.where, f"{finding.why} {finding.remedy}")
    )
    word = _WORDS[finding.severity]
    named = f" ({where})" if where else ""
    return (
        f'<tr><td>{finding.rule}</td><td class="{finding.severity}">{word}</td>'
        f"<td><strong>{what}</strong>{named}<br>{why}</td></tr>"
    )
