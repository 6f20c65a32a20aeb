"""The columns of a source: under a user's own names, and what became of each."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from tiebreak.errors import PairsError
from tiebreak.reading.context import may_belong, used_as
from tiebreak.reading.layouts.layout import ANY, Found, Within
from tiebreak.reading.rows import Row, is_missing
from tiebreak.reading.sources import Table, open_table, require_columns

_PERHAPS = "not in the prompt; was it part of what was asked?"


def renamed(table: Table, columns: Mapping[str, str]) -> Table:
    """Give a table under the names that layouts have for its columns.

    Raises:
        PairsError: a column is not there, or two would have one name.

    """
    if not isinstance(columns, Mapping) or not all(
        isinstance(name, str) for pair in columns.items() for name in pair
    ):
        msg = (
            "columns= is a mapping of names: what a layout calls a column, and what the source "
            "calls it, as in {'prompt': 'question', 'chosen': 'response_j', "
            "'rejected': 'response_k'}."
        )
        raise PairsError(msg)
    if set(columns) <= set(table.columns) and not set(columns.values()) & set(table.columns):
        turned = {given: name for name, given in columns.items()}
        msg = (
            "columns= names what a layout calls a column first, and what the source calls it "
            f"after that: columns={turned}"
        )
        raise PairsError(msg)
    require_columns(table, columns.values())
    new = {given: name for name, given in columns.items()}
    if len(new) < len(columns):
        msg = "columns= names one column of the source twice; each is one of the layout's."
        raise PairsError(msg)
    names = [new.get(column, column) for column in table.columns]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        msg = (
            f"{table.name} has a column {twice!r} beside {columns[twice]!r}; give it another "
            f"name, too: columns={{..., 'other_{twice}': {twice!r}}}."
        )
        raise PairsError(msg)
    rows = ((row, {new.get(k, k): v for k, v in cells.items()}) for row, cells in table.rows)
    return table._replace(columns=names, rows=rows, own_names=dict(columns))


def open_under(source: Any, columns: Mapping[str, str] | None) -> Table:
    """Open a source, under the names that its user says, if they do.

    Raises:
        PairsError: it cannot be opened, or a column is not there.

    """
    table = open_table(source)
    return table if columns is None else renamed(table, columns)


class ColumnFates:
    """Notes what becomes of columns, and of the objects in them, as rows go by.

    A row is looked at only where it has other columns than the last one, but for the objects in
    it that its layout reads in part.
    """

    def __init__(self) -> None:
        self.own_names: Mapping[str, str] = {}  # of the source, by those of the layout
        self.remarks: dict[str, str] = {}
        self._uses: dict[str, str] = {}
        self._nodes: list[tuple[str, _Node]] = []
        self._used: dict[str, str] = {}
        self._kept: dict[str, None] = {}
        self._dropped: dict[str, None] = {}
        self._dropped_within: dict[tuple[str, str], None] = {}
        self._doubtful: set[str] = set()  # dropped, and without a value so far
        # What the last row had, and what was found in it.
        self._seen: tuple[Any, ...] = ()
        self._found_uses: Mapping[str, str] = {}
        self._beside: AbstractSet[str] = frozenset()

    def use(self, uses: Mapping[str, str], within: Mapping[str, Within]) -> None:
        """Say what a layout reads."""
        self._uses = dict(uses)
        self._nodes = [(name, _Node(keys, {})) for name, keys in within.items()]

    def look(self, row: Row, found: Found, beside: AbstractSet[str]) -> None:
        """Note what became of the columns of a row, from what was found in it.

        Args:
            row: the row.
            found: what its layout found.
            beside: the columns that became part of the prompt.

        """
        seen = (*row, None, *found.meta)
        if seen != self._seen or found.uses != self._found_uses or beside != self._beside:
            self._seen, self._found_uses, self._beside = seen, found.uses, beside
            self._note(row, found, beside)
        if self._doubtful:
            self._doubtful -= {name for name in self._doubtful if not is_missing(row.get(name))}
        for name, node in self._nodes:
            value = row.get(name)
            if type(value) is list or type(value) is dict:
                self._search(value, node, name, "")

    def join(self, row: Row, found: Found, beside: AbstractSet[str]) -> None:  # noqa: ARG002
        """Note what is kept of rows that were looked at before they were joined."""
        self._kept |= dict.fromkeys(found.meta)

    def _note(self, row: Row, found: Found, beside: AbstractSet[str]) -> None:
        for name in row:
            if name in found.meta:
                self._kept[name] = None
            elif name in beside:
                self._used[name] = used_as(name)
            elif name in found.uses or name in self._uses:
                self._used[name] = found.uses.get(name) or self._uses[name]
            elif name not in self._dropped:
                self._dropped[name] = None
                self._doubtful.add(name)

    def _search(self, value: Any, node: "_Node", column: str, path: str) -> None:
        """Note the keys of objects that are not read, wherever in a column they are."""
        if type(value) is not list:
            self._search_object(value, node, column, path)
            return
        path += "[]"
        for item in value:
            if type(item) is dict and (inner := node.shapes.get(tuple(item))) is not None:
                for key, below in inner:
                    if type(item[key]) is list or type(item[key]) is dict:
                        self._search(item[key], below, column, f"{path}.{key}")
            elif type(item) is dict or type(item) is list:
                self._search(item, node, column, path)

    def _search_object(self, value: dict[str, Any], node: "_Node", column: str, path: str) -> None:
        if not node.reads_all and value.keys() <= node.keys:
            node.shapes[tuple(value)] = tuple((k, below) for k, below in node.inner if k in value)
        elif not node.reads_all:
            lost = (key for key in value if key not in node.keys and value[key] is not None)
            self._dropped_within |= dict.fromkeys((column, f"{path}.{key}") for key in lost)
        for key, inner in node.inner:
            item = value.get(key)
            if type(item) is list or type(item) is dict:
                self._search(item, inner, column, f"{path}.{key}")
        if node.others is not None:
            for key, item in value.items():
                if key not in node.keys and type(item) in (list, dict):
                    self._search(item, node.others, column, f"{path}.{ANY}")

    def fates(
        self, columns: Iterable[str], kept: AbstractSet[str]
    ) -> Iterator[tuple[str, str, str]]:
        """Give each column with its fate, and what is to be said of it.

        Args:
            columns: the source's, under the layout's names.
            kept: what the pairs have as meta.

        """
        columns = list(columns)
        for name in columns:
            given = self.own_names.get(name, name)
            remark = self.remarks.get(name, "")
            told = False
            if name in self._used:
                yield given, "used", self._used[name]
                told = True
            if self._is_kept(name, kept):
                yield given, "meta", remark or (_PERHAPS if may_belong(name) else "")
                told = True
            if name in self._dropped and name not in self._doubtful and not told:
                yield given, "dropped", remark
                told = True
            if not told:
                seen = name in self._kept or name in self._dropped
                yield given, "dropped", "nothing in it" if seen else "only in rows left out"
        for column, path in self._dropped_within:
            yield self.own_names.get(column, column) + path, "dropped", ""

    def _is_kept(self, name: str, kept: AbstractSet[str]) -> bool:
        if name in self._kept:
            return name in kept or (name == "meta" and bool(kept))
        # Of rows that were joined, each has its own.
        return name in self._dropped and bool({name, f"{name}_a", f"{name}_b"} & self._kept.keys())


class _Node:
    """What is read of an object: its keys, and what is read of the objects in those."""

    def __init__(self, within: Within, known: dict[int, "_Node"]) -> None:
        known[id(within)] = self  # a message may have replies, which are messages
        self.keys = frozenset(within) - {ANY}
        self.reads_all = ANY in within
        self.others: _Node | None = None
        inner = []
        for key, keys in within.items():
            if keys is not None:
                node = known[id(keys)] if id(keys) in known else _Node(keys, known)
                if key == ANY:
                    self.others = node
                else:
                    inner.append((key, node))
        self.inner = tuple(inner)
        # Of objects of which all is read, by their keys, what is to be looked into.
        self.shapes: dict[tuple[str, ...], tuple[tuple[str, _Node], ...]] = {}
