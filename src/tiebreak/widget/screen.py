"""Pairs and labels as a screen is told of them: by left and right, under names of its own."""

from collections.abc import Mapping
from typing import Any

from tiebreak.labeling.labels import Labels
from tiebreak.records.label import TO_SCREEN, Label, is_imported_id, slot_of, turned
from tiebreak.records.text import first_words
from tiebreak.widget.parts import Judged, Listed, Past, Remarks, ShownPair
from tiebreak.widget.votes import Votes

REMARKS = Remarks.__struct_fields__


class Screen:
    """Says what one annotator's labels and pairs are on a screen.

    Args:
        labels: the annotator's live labels.
        reveal_models: whether who wrote the responses is told after the choice.
        votes: what others said, where that is shown beside the pairs.

    """

    def __init__(self, labels: Labels, votes: Votes | None, *, reveal_models: bool) -> None:
        self._labels = labels
        self._votes = votes
        self.reveal_models = reveal_models

    @property
    def reveals_models(self) -> bool:
        """Whether models are told, which they are not where that would tell which are gold."""
        return self.reveal_models and not self._labels.showing.gold_stands_out

    def pair(self, slot: str, draft: Label | None = None) -> ShownPair:
        """Give a pair; ``draft`` is what was just taken back."""
        place = self._labels.showing.slot(slot)
        found, a_left = place.pair, place.left == "a"
        returning = self._labels.returning(slot)
        label = self._labels.label_of(slot)
        stands = label is not None and not (returning and label.preference == "skip")
        return ShownPair(
            id=place.name,
            prompt=found.prompt,
            left=found.a if a_left else found.b,
            right=found.b if a_left else found.a,
            returning=returning,
            queued=self._labels.queued(slot),
            label=self._judged(label) if label is not None and stands else None,
            draft=None if draft is None else self._judged(draft),
            votes=[] if self._votes is None else self._votes.of(found.id, place.left),
        )

    def past(self, label: Label) -> Past:
        """Give a label that undo can take back."""
        slot = slot_of(label)
        sides = self._sides(slot)
        models = None
        if self.reveals_models and sides and label.preference != "skip":
            found = self._labels.showing.pairs[label.pair]
            by_side = {sides["a"]: found.model_a, sides["b"]: found.model_b}
            models = by_side["left"], by_side["right"]
        return Past(
            event=self.event_name(label),
            pair=self._labels.showing.name(slot),
            choice=self._choice(label),
            strength=label.strength,
            changes=self._labels.changes(label),
            models=models,
        )

    def listed(self, label: Label) -> Listed:
        """Give a label as a line of the list of what was labeled."""
        showing = self._labels.showing
        return Listed(
            event=self.event_name(label),
            pair=showing.name(slot_of(label)),
            choice=self._choice(label),
            strength=label.strength,
            noted=bool(label.note),
            flagged=bool(label.flags),
            changed=self._labels.changes(label),
            seconds=label.seconds,
            prompt=first_words(showing.pairs[label.pair].prompt),
        )

    def event_name(self, label: Label) -> str:
        """Name a label as the browser does: its own and Python's by their random ids."""
        imported = is_imported_id(label.id)
        return self._labels.showing.event_name(label.id) if imported else label.id

    def _sides(self, slot: str) -> Mapping[str, str]:
        """Give the sides of the screen by what they show in a slot; none for one not shown."""
        left = self._labels.showing.left(slot)
        return {} if left is None else TO_SCREEN[left]

    def _choice(self, label: Label) -> Any:
        return self._sides(slot_of(label)).get(label.preference, label.preference)

    def _judged(self, label: Label) -> Judged:
        """Give what a label says by the sides of the screen."""
        said = {name: getattr(label, name) for name in REMARKS}
        remarks = turned(said, self._sides(slot_of(label)))
        return Judged(choice=self._choice(label), strength=label.strength, **remarks)
