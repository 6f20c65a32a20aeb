"""Labels of one pair under one name: of one person who changed their mind, or of several people.

Where a source names who preferred, the later row is their last word. Where it names nobody, rows
on one pair are of several people, unless the very same row stands there twice.
"""

from collections.abc import Iterator

import msgspec

from tiebreak.records.label import Label, Source, imported_id

# What layouts call people whom a dataset does not name.
UNNAMED = frozenset({"dataset", "crowd", "curators", "labelers", "arena", "reddit", "judge"})
_NAMED = 10

Key = tuple[str, bool]


class Raters:
    """Keeps each label under its annotator, and several of nobody's apart.

    Attributes:
        labels: the labels of each annotator, by pair.
        sources: what each annotator is.

    """

    def __init__(self) -> None:
        self.labels: dict[str, dict[Key, Label]] = {}
        self.sources: dict[str, Source] = {}
        # Of nobody's labels on one pair, all, with the rows that they come from.
        self._several: dict[tuple[str, Key], list[tuple[Label, object]]] = {}
        self._unlike: set[tuple[str, Key]] = set()
        # Rows, each with the one that it repeats or comes after.
        self._repeats: list[tuple[object, object]] = []
        self._replaced: list[tuple[object, object]] = []

    def take(self, annotator: str, label: Label) -> bool:
        """Take a label in, unless there is one of its annotator on its pair."""
        return self.labels.setdefault(annotator, {}).setdefault(
            (label.pair, label.again), label
        ) is (label)

    def add(
        self,
        annotator: str,
        label: Label,
        rows: tuple[object, object],
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
        same = alike and earlier.id == label.id
        if named:
            (self._repeats if same else self._replaced).append((row, first))
            by_pair[key] = label
            return
        self._several.setdefault((annotator, key), [(earlier, first)]).append((label, row))
        if not same:
            self._unlike.add((annotator, key))

    def part(self) -> None:
        """Give several labels of nobody's to ``rater 1``, ``rater 2`` and so on."""
        for (annotator, key), labels in self._several.items():
            if (annotator, key) not in self._unlike:
                self._repeats += [(row, labels[0][1]) for _, row in labels[1:]]
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

    def notes(self, row_word: str) -> Iterator[str]:
        """Say what became of rows on one pair."""
        if self._unlike:
            most = max(len(self._several[key]) for key in self._unlike)
            parted = [
                [row for _, row in labels]
                for key, labels in self._several.items()
                if key in self._unlike
            ]
            named = "; ".join(", ".join(map(str, rows)) for rows in parted[:_NAMED])
            count = len(parted)
            yield (
                f"{count} pair{'s were' if count > 1 else ' was'} rated by several people whom "
                f"the source does not name, whose labels are now those of 'rater 1' to "
                f"'rater {most}': {row_word}s {named}{_more(count)}."
            )
        if self._repeats:
            yield _told(self._repeats, row_word, "repeats an earlier one and was merged with it")
        if self._replaced:
            what = "replaces an earlier label of its annotator"
            yield _told(self._replaced, row_word, what)


def _told(rows: list[tuple[object, object]], word: str, what: str) -> str:
    shown = ", ".join(f"{row} ({word} {first})" for row, first in rows[:_NAMED])
    if len(rows) == 1:
        return f"1 {word} {what}: {shown}."
    several = (
        what.replace("repeats", "repeat").replace("was", "were").replace("replaces", "replace")
    )
    return f"{len(rows)} {word}s {several}: {shown}{_more(len(rows))}."


def _more(count: int) -> str:
    return f" and {count - _NAMED} more" * (count > _NAMED)
