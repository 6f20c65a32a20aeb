"""The report: a page in the notebook, a file, or a few lines of text."""

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

import pandas as pd

from tiebreak.errors import ExportError, StatsError, telling_wrong_calls
from tiebreak.files import replacing, with_home
from tiebreak.os_errors import telling_os_errors
from tiebreak.stats.frames import labels_and_pairs
from tiebreak.wording import visible
from tiebreak.worth.finding import Finding
from tiebreak.worth.findings import findings, headline
from tiebreak.worth.gathering import gather
from tiebreak.worth.methods import methods
from tiebreak.worth.page import body, page

_IN_TEXT = 12


class Report:
    """What labels are worth, in words, plots and tables; shown in a cell it is a page.

    Attributes:
        headline: how much there is, whether it is enough, and how much to look at.
        findings: sentences with figures, most important first; each has ``kind`` (``"look"``,
            ``"known"`` or ``"open"``), ``says`` and ``do``.
        methods: a paragraph for a paper.

    Example:
        >>> import pandas as pd
        >>> import tiebreak as tb
        >>> labels = pd.DataFrame({"pair": range(60), "annotator": "me", "preference": "a"})
        >>> pairs = pd.DataFrame({"a": ["x" * 90] * 60, "b": ["x" * 9] * 60})
        >>> report = tb.report(labels, pairs)
        >>> report.headline.partition(":")[0]
        '60 pairs, 1 person'

    """

    def __init__(
        self, labels: pd.DataFrame, pairs: pd.DataFrame, versions: Sequence[str] = ()
    ) -> None:
        self._known = gather(labels, pairs, versions)
        self.findings: list[Finding] = findings(self._known)
        self.headline: str = headline(self._known, self.findings)
        self.methods: str = methods(self._known)
        self._body: str | None = None

    @telling_wrong_calls(ExportError, 'report.save("report.html")')
    def save(self, path: str | PathLike[str]) -> Path:
        """Write the report as one HTML file that needs no other, and give its path.

        It names people, in its tables and where one of them stands out; ``methods`` names none.

        Raises:
            ExportError: the file cannot be written there; what had its name stays.

        Example:
            >>> import pandas as pd
            >>> import tiebreak as tb
            >>> labels = pd.DataFrame({"pair": range(60), "annotator": "me", "preference": "a"})
            >>> pairs = pd.DataFrame({"a": ["x" * 90] * 60, "b": ["x" * 9] * 60})
            >>> report = tb.report(labels, pairs)
            >>> report.save(tmp / "report.html").name
            'report.html'

        """
        target = with_home(path)
        whole = page(self._repr_html_(), self.headline)
        with telling_os_errors(ExportError, target), replacing(target) as file:
            file.write_text(whole, encoding="utf-8")
        return target

    def to_frame(self) -> pd.DataFrame:
        """Give the findings as a table: ``kind``, ``says``, ``do`` and ``p``.

        Example:
            >>> import pandas as pd
            >>> import tiebreak as tb
            >>> labels = pd.DataFrame({"pair": range(60), "annotator": "me", "preference": "a"})
            >>> pairs = pd.DataFrame({"a": ["x" * 90] * 60, "b": ["x" * 9] * 60})
            >>> report = tb.report(labels, pairs)
            >>> report.to_frame().columns.tolist()
            ['kind', 'says', 'do', 'p']

        """
        rows = [(each.kind, each.says, each.do, each.p) for each in self.findings]
        return pd.DataFrame(rows, columns=["kind", "says", "do", "p"])

    def _repr_html_(self) -> str:
        if self._body is None:
            self._body = body(self._known, self.findings, self.headline, self.methods)
        return self._body

    def __repr__(self) -> str:
        """Say the headline, and the first findings a line each."""
        shown = self.findings[:_IN_TEXT]
        lines = [f"{self.headline}.", *(f"- {each.says} {each.do}".rstrip() for each in shown)]
        more = len(self.findings) - len(shown)
        return visible("\n".join([*lines, *([f"- and {more} more"] * (more > 0))]))


@telling_wrong_calls(
    StatsError, "tiebreak.report(labels, pairs) or, of a session, session.report()"
)
def report(labels: pd.DataFrame, pairs: pd.DataFrame | None = None) -> Report:
    """Tell what labels from anywhere are worth; ``session.report()`` does of a session.

    Args:
        labels: a row a label: ``pair``, ``annotator``, ``preference`` (``"a"``, ``"b"``,
            ``"tie"``, ``"both_bad"``, ``"skip"``); where known ``source`` (``"human"`` or
            ``"judge"``), ``shown_left``, ``strength``, ``seconds``, ``at``, ``again``, ``gold``.
        pairs: a row a pair, indexed by id or with a column ``id``: ``a``, ``b``; where known
            ``prompt``, ``model_a``, ``model_b``. Left out, labels have these columns themselves,
            and need no ``pair``: the same prompt and texts are the same pair.

    Raises:
        StatsError: a column is missing, or a preference is none of these.

    Example:
        >>> import pandas as pd
        >>> import tiebreak as tb
        >>> labels = pd.DataFrame({"pair": range(60), "annotator": "me", "preference": "a"})
        >>> pairs = pd.DataFrame({"a": ["x" * 90] * 60, "b": ["x" * 9] * 60})
        >>> found = tb.report(labels, pairs)
        >>> found.findings[0].says.partition(";")[0]
        'The longer answer was chosen in 100 % (94 to 100) of 60 pairs'

    """
    return Report(*(labels_and_pairs(labels) if pairs is None else (labels, pairs)))
