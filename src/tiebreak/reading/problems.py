"""What is wrong with a source's rows, collected to be said all together."""

from collections.abc import Mapping, Sequence
from itertools import islice

import pandas as pd

from tiebreak.errors import PairsError
from tiebreak.reading.sources import Table
from tiebreak.wording import count, some

# What reading a row ends in that holds other types than its layout has.
OTHER_SHAPE = (
    *(TypeError, ValueError, LookupError, AttributeError),
    *(RecursionError, OverflowError),
)
_ROWS_NAMED = 10
_KINDS_NAMED = 20


class Problems:
    """Collects what is wrong with rows, to say it all together."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._rows: dict[str, list[object]] = {}
        for name, what in table.broken:
            self.add(what, name)

    def add(self, what: str, row: object) -> None:
        """Note what is wrong with a row."""
        self._rows.setdefault(what, []).append(row)

    @property
    def by_kind(self) -> Mapping[str, Sequence[object]]:
        """The rows with problems, by what is wrong."""
        return self._rows

    def as_frame(self) -> pd.DataFrame:
        """Give the columns row and problem."""
        by_row: dict[str, tuple[object, list[str]]] = {}
        for what, rows in self._rows.items():
            for row in rows:
                by_row.setdefault(repr(row), (row, []))[1].append(what)
        data = {
            "row": pd.Series([row for row, _ in by_row.values()], dtype="object"),
            "problem": pd.Series(["; ".join(said) for _, said in by_row.values()], dtype="str"),
        }
        return pd.DataFrame(data)

    def raise_any(self) -> None:
        """Raise a PairsError that names them all, if there are any."""
        if not self._rows:
            return
        bad = {repr(row): row for rows in self._rows.values() for row in rows}
        word = self._table.row_word
        lines = [f"{self._table.name} cannot be used yet: {count(len(bad), word)} with problems."]
        for what, rows in islice(self._rows.items(), _KINDS_NAMED):
            named = some(rows, _ROWS_NAMED)
            lines.append(f"  - {what}: {word}{'s' * (len(rows) > 1)} {named}")
        if len(self._rows) > _KINDS_NAMED:
            lines.append(f"  - and {len(self._rows) - _KINDS_NAMED} more kinds of problem")
        few = list(bad.values()) if len(bad) <= _ROWS_NAMED else "error.rows"
        lines.append(self._table.remedy.replace("{rows}", str(few)))
        lines.append("All of them are in the error's .rows. Nothing was changed.")
        raise PairsError("\n".join(lines), list(bad.values()))


def brief(error: BaseException) -> str:
    """Say in short what reading a row ended in."""
    return f"{type(error).__name__}: {error}"[:200]
