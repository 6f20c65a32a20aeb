"""Labels of one pair under one name: of one person who changed their mind, or of several people.

Where a source names who preferred, the later row is their last word. Where it names nobody, rows
on one pair are of several people, unless the very same row stands there twice.
"""

import msgspec

from tiebreak.records.label import Label, Source, imported_id

# What layouts call people whom a dataset does not name.
UNNAMED = frozenset(
    {
        *("dataset", "crowd", "curators", "labelers", "arena", "reddit", "judge"),
        *("label-studio", "prediction", "argilla", "suggestion"),
    }
)

Key = tuple[str, bool]


class Raters:
    """Keeps each label under its annotator, and several of nobody's apart. Rows are numbers.

    Attributes:
        labels: the labels of each annotator, by pair.
        sources: what each annotator is.
        repeated: rows, each with the one that it repeats.
        replaced: rows, each with the one whose label its own replaces.

    """

    def __init__(self) -> None:
        self.labels: dict[str, dict[Key, Label]] = {}
        self.sources: dict[str, Source] = {}
        self.repeated: list[tuple[int, int]] = []
        self.replaced: list[tuple[int, int]] = []
        # Of nobody's labels on one pair, all, with the rows that they come from.
        self._several: dict[tuple[str, Key], list[tuple[Label, int]]] = {}
        self._unlike: set[tuple[str, Key]] = set()
        self._rows: dict[str, int] = {}  # of labels that are not of their pair's first row

    def take(self, annotator: str, label: Label) -> bool:
        """Take a label in, unless there is one of its annotator on its pair."""
        return self.labels.setdefault(annotator, {}).setdefault(
            (label.pair, label.again), label
        ) is (label)

    def comes_from(self, label: Label, row: int) -> None:
        """Note from which row a label comes, where that is not its pair's first one."""
        self._rows[label.id] = row

    def add(
        self,
        annotator: str,
        label: Label,
        rows: tuple[int, int],
        *,
        named: bool,
        alike: bool,
    ) -> None:
        """Take in another label of an annotator on a pair.

        Args:
            annotator: whose it is.
            label: the label.
            rows: the row that it comes from, and the one that the pair comes from.
            named: whether the source says that it is theirs.
            alike: whether the two rows are the same in all else.

        """
        row, first = rows
        by_pair = self.labels[annotator]
        key = label.pair, label.again
        earlier = by_pair[key]
        before = self._rows.get(earlier.id, first)
        same = alike and earlier.id == label.id
        if named:
            (self.repeated if same else self.replaced).append((row, before))
            by_pair[key] = label
            self._rows[label.id] = row
            return
        self._several.setdefault((annotator, key), [(earlier, before)]).append((label, row))
        if not same:
            self._unlike.add((annotator, key))

    def part(self) -> None:
        """Give several labels of nobody's to ``rater 1``, ``rater 2`` and so on."""
        for (annotator, key), labels in self._several.items():
            if (annotator, key) not in self._unlike:
                self.repeated += [(row, labels[0][1]) for _, row in labels[1:]]
                continue
            del self.labels[annotator][key]
            number = 0
            for label, _ in labels:
                number += 1
                while key in self.labels.get(f"rater {number}", {}):
                    number += 1
                name = f"rater {number}"
                own_id = imported_id(f"{name} {label.id}".encode())
                self.sources.setdefault(name, self.sources[annotator])
                self.labels.setdefault(name, {})[key] = msgspec.structs.replace(label, id=own_id)
        self.labels = {name: labels for name, labels in self.labels.items() if labels}

    def parted(self) -> list[list[int]]:
        """Give the rows on each pair that several people rated whom nobody names."""
        return [
            [row for _, row in labels]
            for key, labels in self._several.items()
            if key in self._unlike
        ]
