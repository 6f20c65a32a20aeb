"""What is wrong with a source's rows, collected to be said all together."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import pandas as pd

from tiebreak.errors import PairsError
from tiebreak.reading.sources import Table
from tiebreak.wording import count, some, where_read

# What reading a row ends in that holds other types than its layout has.
OTHER_SHAPE = (
    *(TypeError, ValueError, LookupError, AttributeError),
    *(RecursionError, OverflowError),
)
_ROWS_NAMED = 10
_KINDS_NAMED = 5  # with what is said before and after, ten lines


class Problems:
    """Collects what is wrong with rows, to say it all together.

    Args:
        table: whose rows.
        reader: what leaves such rows out when it is called with ``on_error="skip"``; nothing does
            where it is empty.
        frame: what the caller's frame is likely called.

    """

    def __init__(
        self, table: Table, reader: str = "tiebreak.read_pairs", frame: str = "pairs"
    ) -> None:
        self._table = table
        self._reader = reader
        self._frame = frame
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
        lines += self._remedies(list(bad.values()))
        raise PairsError("\n".join(lines), list(bad.values()))

    def _remedies(self, bad: list[object]) -> Iterator[str]:
        """Say what to do: code that drops these rows and no others, or what leaves them out."""
        remedy, frame = self._table.remedy, self._frame
        plain = len(bad) <= _ROWS_NAMED and all(type(row) in (int, str) for row in bad)
        if "{rows}" in remedy and plain:
            yield remedy.replace("{frame}", frame).replace("{rows}", repr(bad))
        else:
            yield f"{remedy.partition(', for example: ')[0]}." if "{rows}" in remedy else remedy
            if self._reader:
                skip = f"{self._reader}(..., on_error='skip')"
                yield where_read(
                    f"Or leave them out, and have them listed: {skip}",
                    "Or leave them out: --skip-errors",
                )
        yield where_read(
            "All of them are in the error's .rows. Nothing was changed.", "Nothing was changed."
        )


def brief(error: BaseException) -> str:
    """Say in short what reading a row ended in."""
    return f"{type(error).__name__}: {error}"[:200]
