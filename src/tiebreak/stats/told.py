"""Tables whose rows say in words what they mean."""

from html import escape
from typing import Self

import pandas as pd

_LARGE = 100.0


def _short(value: float) -> str:
    """Write a figure so that there is room for words; a count in part keeps its part."""
    return f"{value:.3g}" if abs(value) < _LARGE else f"{value:.1f}"


_WHOLE = ("display.max_colwidth", None, "display.float_format", _short)
# A cell for each row's name, and no dollars read as a formula.
_PLAIN = ("display.multi_sparse", False, "display.html.use_mathjax", False)
# A sentence is as wide as what can be seen, and stays there where figures are wider and scroll.
_READABLE = """<style>
.tiebreak-told { container-type: inline-size; overflow-x: auto; }
.tiebreak-told tbody tr { background: none !important; }
.tiebreak-told tbody tr :is(td, th) { border: 0; padding-bottom: 0; }
.tiebreak-told tr > th:first-child { text-align: left !important; }
.tiebreak-told tbody .says td { padding: 0 0 .6em; text-align: left !important;
  max-width: none; white-space: normal; }
.tiebreak-told .says div { box-sizing: border-box; left: 0; max-width: min(100cqw, 46rem);
  padding: 0 .5em; position: sticky; }
</style>"""
_ROW_ENDS = "</tr>"


class ToldTable(pd.DataFrame):
    """A table that shows its sentences whole, where pandas cuts texts after 50 letters.

    In a notebook each stands in a line of its own under its row, so that it can be read where
    there is no room for all figures. One without rows shows why it has none.

    >>> ToldTable({"says": [" ".join(["word"] * 13)]})
                                                                   says
    0  word word word word word word word word word word word word word
    >>> ToldTable.of(ToldTable({"says": []}), "No judge labeled.")
    No judge labeled.

    """

    @property
    def _constructor(self) -> type[Self]:
        return type(self)

    @classmethod
    def of(cls, frame: pd.DataFrame, why: str = "") -> Self:
        """Show a table so; ``why`` is said where it has no rows."""
        told = cls(frame)
        if why and not len(told):
            told.attrs["why"] = why
        return told

    def _repr_html_(self) -> str | None:
        if "why" in self.attrs and not len(self):
            return f"<p>{escape(self.attrs['why'])}</p>"
        worded = self.columns[-1:].tolist() == ["says"] and len(self.columns) > 1
        shown = self.iloc[:, :-1] if worded else self
        with pd.option_context(*_WHOLE, *_PLAIN):
            html: str | None = super(ToldTable, shown)._repr_html_()  # type: ignore[misc]
        if html is None or not worded:
            return html
        head, inside = html.split("<tbody>")
        *rows, end = inside.split(_ROW_ENDS)
        lines = map(_line, rows, self._sentences(len(rows)))
        body = "".join(f"{row}{_ROW_ENDS}{line}" for row, line in zip(rows, lines, strict=True))
        return f'<div class="tiebreak-told">{_READABLE}{head}<tbody>{body}{end}</div>'

    def _sentences(self, shown: int) -> list[str]:
        """Give what rows say; of many, pandas shows the first and last, and dots between."""
        said = self["says"].tolist()
        half = max(shown // 2, 1)
        return said if shown == len(said) else [*said[:half], "", *said[-half:]]

    def __repr__(self) -> str:
        """Do the same as text."""
        if "why" in self.attrs and not len(self):
            return str(self.attrs["why"])
        with pd.option_context(*_WHOLE, "display.max_columns", None):
            return super().__repr__()


def sentence_row(inside: str, columns: int) -> str:
    """Give what a row says a row of its own, which needs no room beside all figures.

    >>> sentence_row("Nobody can tell.", 2)
    '<tr class="says"><td colspan="2"><div>Nobody can tell.</div></td></tr>'

    """
    return f'<tr class="says"><td colspan="{columns}"><div>{inside}</div></td></tr>'


def _line(row: str, sentence: str) -> str:
    columns = row.count("<th>") + row.count("<td>")
    return sentence_row(escape(sentence), columns) if sentence else ""
