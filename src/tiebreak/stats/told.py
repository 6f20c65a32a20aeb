"""Tables whose rows say in words what they mean."""

from html import escape
from typing import Self

import pandas as pd

_LARGE = 100.0


def _short(value: float) -> str:
    """Write a figure so that there is room for words; a count in part keeps its part."""
    return f"{value:.3g}" if abs(value) < _LARGE else f"{value:.1f}"


_WHOLE = ("display.max_colwidth", None, "display.float_format", _short)
# A notebook gives sentences what room figures leave: in a narrow cell that is a word a line.
_READABLE = (
    "<style>.tiebreak-told tr > :last-child "
    "{ min-width: 13rem; text-align: left !important; white-space: normal; }</style>"
)


class ToldTable(pd.DataFrame):
    """A table that shows its sentences whole, where pandas cuts texts after 50 letters.

    One without rows shows why it has none.

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
        with pd.option_context(*_WHOLE):
            html: str | None = super()._repr_html_()  # type: ignore[misc]
        if html is None or self.columns[-1] != "says":
            return html
        return f'<div class="tiebreak-told">{_READABLE}{html}</div>'

    def __repr__(self) -> str:
        """Do the same as text."""
        if "why" in self.attrs and not len(self):
            return str(self.attrs["why"])
        with pd.option_context(*_WHOLE, "display.max_columns", None):
            return super().__repr__()
