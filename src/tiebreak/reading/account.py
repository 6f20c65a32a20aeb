"""What became of each row and each column of a source: the account that a reading gives.

It is kept while rows are read and costs next to nothing then: a row that became one pair, as most
do, is its name in a list, and columns are looked at only where a row has others than the last.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import NamedTuple

import pandas as pd

from tiebreak.reading.columns import ColumnFates
from tiebreak.records.pair import Pair
from tiebreak.wording import count, some, where_read

_NAMED = 10
_KINDS_NAMED = 8
_COLUMNS = ("kind", "file", "name", "fate", "what", "into")
_PLAIN = (0, "")
_PEOPLE = re.compile(
    r"user|judge|worker|person|people|review|mail|expert|coder|participant|(^|_)by$", re.IGNORECASE
)


class Fate(NamedTuple):
    """What became of a row or a column.

    Attributes:
        name: the row or column.
        fate: of a row ``pair``, ``label``, ``merged`` or ``skipped``; of a column ``used``,
            ``meta`` or ``dropped``.
        what: as what a column is used, why a row was skipped, or what else is to be said of it.
        into: the pair that a row became or labels, or the row that it was merged with.

    """

    name: object
    fate: str
    what: str = ""
    into: object = None


class Account:
    """Keeps what became of the rows and columns of one source.

    Attributes:
        names: the rows' names, in their order; elsewhere here a row is its place in this list.
        columns: what became of the columns.
        joins: whether rows are joined first, so that none is a pair by itself.
        become: what rows become: a ``pair``, or in a log of feedback a ``thumb``.

    """

    def __init__(self, file: str, row_word: str, notes: Sequence[str] = ()) -> None:
        self.names: list[object] = []
        self.columns = ColumnFates()
        self.joins = False
        self.become = "pair"
        self._file = file
        self._notes = notes  # how it was read, a sentence each
        self._word = row_word
        # How many new pairs a row became and the first of them, where that is not plainly one.
        self._many: dict[int, tuple[int, str]] = {}
        self._labels: dict[int, str] = {}  # rows on earlier pairs, and the pair
        self._fresh: set[int] = set()  # of those, the ones with a label that counts for sure
        self._joined: dict[int, int] = {}  # rows that were joined, and the first one of them
        self._wrong: dict[int, list[str]] = {}
        self._told: dict[int, list[str]] = {}
        self._remarks: dict[int, list[str]] = {}
        self._differing: dict[int, tuple[tuple[str, ...], int]] = {}
        self._thumbs: dict[int, list[tuple[str, str]]] = {}
        self._merged: dict[int, int] = {}
        self._replaced: list[tuple[int, int]] = []
        self._parted: list[list[int]] = []
        self._alone = "it holds no two answers of which one is better"
        self._pairs: Sequence[Pair] = ()
        self._kept: AbstractSet[str] = frozenset()
        self._broken: Sequence[tuple[object, str]] = ()
        self._names: Sequence[str] = ()

    # -- as rows go by

    def became(self, row: int, pairs: int, first: str) -> None:
        """Say how many new pairs a row became, and the first one, where that is not plainly one."""
        before, known = self._many.get(row, _PLAIN)
        self._many[row] = before + pairs, known or first

    def labels(self, row: int, pair: str, *, fresh: bool) -> None:
        """Say that a row labels an earlier pair, and whether one of its labels counts for sure."""
        self._labels.setdefault(row, pair)
        if fresh:
            self._fresh.add(row)

    def wrong(self, row: int, what: str) -> None:
        """Say what is wrong with a row."""
        self._wrong.setdefault(row, []).append(what)

    def is_wrong(self, row: int) -> bool:
        """Tell whether something is wrong with a row."""
        return row in self._wrong

    def tell(self, row: int, what: Iterable[str]) -> None:
        """Say what of a row is lost."""
        told = self._told.setdefault(row, [])
        told += [one for one in what if one not in told]

    def remark(self, row: int, what: str) -> None:
        """Say what is odd about a row of which nothing is lost."""
        self._remarks.setdefault(row, []).append(what)

    def thumb(self, row: int, what: str, pair: str) -> None:
        """Say what a thumb is, and a pair that it helps to make, if there is one."""
        self._thumbs.setdefault(row, []).append((what, pair))

    def differs(self, row: int, names: tuple[str, ...], first: int) -> None:
        """Say that a row has other values in columns than the first one on its pair."""
        self._differing[row] = names, first

    def join(self, rows: Sequence[int]) -> None:
        """Say that rows were joined under the first one's name, after that was read."""
        for row in rows[1:]:
            if row not in self._joined or self._many.get(rows[0], _PLAIN)[0]:
                self._joined[row] = rows[0]

    # -- at the end

    def close(
        self,
        pairs: Sequence[Pair],
        kept: AbstractSet[str],
        columns: Iterable[str],
        broken: Sequence[tuple[object, str]] = (),
        alone: str = "",
    ) -> None:
        """Take what came of the whole.

        Args:
            pairs: all of them, in their order.
            kept: what any of them has as meta.
            columns: the source's.
            broken: what was no row at all, and why.
            alone: what is said of rows that became nothing, and have nothing wrong with them.

        """
        self._pairs, self._kept, self._broken = pairs, kept, broken
        self._alone = alone or self._alone
        self._names = list(columns)

    def settle(
        self,
        merged: Iterable[tuple[int, int]],
        replaced: Iterable[tuple[int, int]],
        parted: Iterable[list[int]],
    ) -> None:
        """Say what became of several labels of one name on one pair.

        Args:
            merged: rows that repeat another one.
            replaced: rows with the last word of their annotator, and the one with the word before.
            parted: rows on one pair by several people whom nobody names.

        """
        self._replaced, self._parted = list(replaced), list(parted)
        self._fresh.update(row for rows in self._parted for row in rows)
        self._fresh.update(row for row, _ in self._replaced)
        for row, first in merged:
            if row in self._labels and row not in self._fresh:
                self._merged.setdefault(row, first)

    def leave_out(
        self, gone: Collection[str], places: Mapping[str, int], kept: Sequence[Pair], why: str
    ) -> None:
        """Take back pairs that became of rows.

        Args:
            gone: their ids.
            places: the row that each pair comes from.
            kept: the other pairs.
            why: they are left out.

        """
        self._pairs = kept
        # Nothing is changed in place: copies share it.
        self._many = dict(self._many)
        self._wrong = {row: [*wrong] for row, wrong in self._wrong.items()}
        for pair in gone:
            new, first = self._many.get(places[pair], (1, pair))
            self._many[places[pair]] = new - 1, "" if first == pair else first
            self.wrong(places[pair], why)
        for row in [row for row, pair in self._labels.items() if pair in gone]:
            self.wrong(row, why)
        self._labels = {row: pair for row, pair in self._labels.items() if pair not in gone}

    def frame(self) -> pd.DataFrame:
        """Give the columns kind, file, name, fate, what and into."""
        rows = [("row", self._file, *fate) for fate in self._rows()]
        rows += [("column", self._file, *fate) for fate in self._column_fates()]
        data = {
            name: pd.Series(values, dtype="object" if name in ("name", "into") else "str")
            for name, values in zip(_COLUMNS, zip(*rows, strict=True), strict=True)
        }
        return pd.DataFrame(data)

    def _column_fates(self) -> Iterator[Fate]:
        for name, fate, what in self.columns.fates(self._names, self._kept):
            yield Fate(name, fate, what)

    def _rows(self) -> Iterator[Fate]:
        said = self._said()
        place = 0
        fates = []
        for row, name in enumerate(self.names):
            plainly = row not in self._many and not self._is_other(row)
            if not plainly:
                new, first = self._many.get(row, _PLAIN)
            else:
                new, first = 1, self._pairs[place].id if self.become == "pair" else ""
            place += 0 if self.joins else new
            fates.append(self._fate(row, name, (new, first), "; ".join(said.get(row, ()))))
        fates += [Fate(name, "skipped", why) for name, why in self._broken]
        if self._broken and all(type(fate.name) is int for fate in fates):
            fates.sort(key=lambda fate: fate.name)  # type: ignore[arg-type, return-value]
        yield from fates

    def _is_other(self, row: int) -> bool:
        return self.joins or row in self._labels or row in self._wrong

    def _fate(self, row: int, name: object, became: tuple[int, str], told: str) -> Fate:
        new, first = became
        wrong = "; ".join(dict.fromkeys(self._wrong.get(row, ())))
        of_it = f"left out of it: {wrong}" if wrong else ""
        if new:
            many = f"{new} {self.become}s" + ", of which this is the first" * bool(first)
            thumbs = self._thumbs.get(row, ())
            given = ", ".join(what + ", in no pair" * (not pair) for what, pair in thumbs)
            into = first or next((pair for _, pair in thumbs if pair), None)
            return Fate(name, self.become, _joined(many * (new > 1), given, told, of_it), into)
        if row in self._merged:
            what = _joined("the same again", told, of_it)
            return Fate(name, "merged", what, self.names[self._merged[row]])
        if row in self._labels:
            return Fate(name, "label", _joined(told, of_it), self._labels[row])
        if wrong:
            return Fate(name, "skipped", _joined(wrong, told))
        other = self._joined.get(row)
        if other is not None and other in self._wrong:
            return Fate(name, "skipped", f"something is wrong with {self._say(other)}, its own")
        if other is not None and self._many.get(other, _PLAIN)[0]:
            what = _joined(f"joined with {self._say(other)}", told)
            return Fate(name, "pair", what, self._many[other][1])
        return Fate(name, "skipped", _joined(self._alone, told))

    def _said(self) -> dict[int, list[str]]:
        """Give what is to be said of rows beside their fate."""
        said = {row: [f"left out: {what}" for what in told] for row, told in self._told.items()}

        def add(row: int, what: str) -> None:
            said.setdefault(row, []).append(what)

        for row, remarks in self._remarks.items():
            said.setdefault(row, []).extend(remarks)
        for row, (names, first) in self._differing.items():
            add(row, f"{_quoted(names)} left out, for the value of {self._say(first)}")
        for row, earlier in self._replaced:
            add(row, f"its label replaces its annotator's of {self._say(earlier)}")
            add(earlier, f"its label was replaced by its annotator's of {self._say(row)}")
        for rows in self._parted:
            for row in rows:
                add(row, f"one of {len(rows)} labels by people whom the source does not name")
        return said

    def _say(self, row: int) -> str:
        return f"{self._word} {self.names[row]}"

    # -- in short

    def lines(self) -> list[str]:
        """Say in short what became of the rows and columns."""
        return [*self._notes, self._count_rows(), *self.columns_in_short(), *self._specials()]

    def columns_in_short(self) -> list[str]:
        """Say what became of the columns."""
        fates = list(self._column_fates())
        used = [
            f"{fate.name!r}" + f" ({fate.what})" * (fate.what != fate.name)
            for fate in fates
            if fate.fate == "used"
        ]
        said = [some(used, _NAMED)] if used else []
        for fate, word in (("meta", "kept as meta"), ("dropped", "dropped")):
            named = [
                f"{one.name!r}" + f" ({one.what})" * bool(one.what)
                for one in fates
                if one.fate == fate
            ]
            said += [f"{word}: {some(named, _NAMED)}"] if named else []
        return [f"Columns: {'; '.join(said)}."] if said else []

    def _count_rows(self) -> str:
        total = self._count_fates()
        parts = [
            f"{total[fate]} {word if total[fate] == 1 else words}"
            for fate, (word, words) in _FATES.items()
            if total[fate]
        ]
        return f"{count(sum(total.values()), self._word)}: {', '.join(parts)}."

    def _count_fates(self) -> Counter[str]:
        """Count what rows became, without looking at those that plainly became a pair each."""
        if self.joins:
            return Counter(fate.fate for fate in self._rows())
        others = self._many.keys() | self._labels.keys() | self._wrong.keys()
        total = Counter(self._fate(row, "", self._many.get(row, _PLAIN), "").fate for row in others)
        total[self.become] += len(self.names) - len(others)
        total["skipped"] += len(self._broken)
        return total

    def _specials(self) -> Iterator[str]:
        if self._parted:
            most = max(map(len, self._parted))
            named = "; ".join(", ".join(self._named(rows)) for rows in self._parted[:_NAMED])
            number = len(self._parted)
            yield (
                f"{number} pair{'s were' if number > 1 else ' was'} rated by several people whom "
                f"the source does not name, whose labels are now those of 'rater 1' to "
                f"'rater {most}': {self._word}s {named}{_more(number)}.{self._guess_people()}"
            )
        if self._merged:
            what = "an earlier one and {} merged with it"
            merged = list(self._merged.items())
            one, several = f"repeats {what.format('was')}", f"repeat {what.format('were')}"
            yield self._told_of(merged, one, several)
        if self._replaced:
            what = "an earlier label of its annotator"
            yield self._told_of(self._replaced, f"replaces {what}", f"replace {what}")
        if self._differing:
            names = dict.fromkeys(name for names, _ in self._differing.values() for name in names)
            yield f"Rows on one pair differ in {_quoted(names)}; the first row's value is kept."
        if alone := sum(not pair for thumbs in self._thumbs.values() for _, pair in thumbs):
            was = "s are" if alone > 1 else " is"
            yield f"{alone} thumb{was} in no pair: there is none the other way to go with."
        yield from self._grouped("Odd", self._remarks)
        yield from self._grouped("Left out", self._told)
        yield from self._grouped("Skipped", self._wrong)

    def _guess_people(self) -> str:
        """Ask whether a column in which such rows differ names those people."""
        rows = (row for rows in self._parted for row in rows if row in self._differing)
        names = (name for row in rows for name in self._differing[row][0])
        name = next(filter(_PEOPLE.search, names), None)
        if name is None:
            return ""
        given = self.columns.own_names.get(name, name)
        asked = where_read(f"columns={{'annotator': {given!r}}}", f"--columns annotator={given}")
        return f" Does {given!r} name them? {asked}"

    def _told_of(self, rows: Sequence[tuple[int, int]], one: str, several: str) -> str:
        shown = (f"{self.names[row]} ({self._say(first)})" for row, first in rows[:_NAMED])
        number = len(rows)
        said = f"{count(number, self._word)} {one if number == 1 else several}"
        return f"{said}: {', '.join(shown)}{_more(number)}."

    def _grouped(self, head: str, said: dict[int, list[str]]) -> Iterator[str]:
        rows_of: dict[str, list[int]] = {}
        for row, whats in said.items():
            for what in whats:
                rows_of.setdefault(what, []).append(row)
        for what, rows in islice(rows_of.items(), _KINDS_NAMED):
            named = some(list(self._named(rows)), _NAMED)
            yield f"{head}: {what} ({self._word}{'s' * (len(rows) > 1)} {named})."
        if len(rows_of) > _KINDS_NAMED:
            yield f"{head}: {len(rows_of) - _KINDS_NAMED} more kinds, in .account."

    def _named(self, rows: Iterable[int]) -> Iterator[str]:
        return (str(self.names[row]) for row in rows)


_FATES = {
    "pair": ("became a pair", "became pairs"),
    "thumb": ("became a thumb", "became thumbs"),
    "label": ("labels an earlier pair", "label earlier pairs"),
    "merged": ("was merged with an earlier one", "were merged with earlier ones"),
    "skipped": ("was skipped", "were skipped"),
}


def _joined(*parts: str) -> str:
    return "; ".join(filter(None, parts))


def _quoted(names: Collection[str]) -> str:
    return some(names, _NAMED, repr)


def _more(number: int) -> str:
    return f" and {number - _NAMED} more" * (number > _NAMED)
