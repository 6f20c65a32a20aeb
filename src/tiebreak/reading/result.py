"""What reading gives: pairs, and what annotators thought of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from tiebreak.records.label import Header, Label
from tiebreak.records.pair import Pair
from tiebreak.store.media import Gallery
from tiebreak.views import labels_frame, pairs_frame
from tiebreak.wording import count


@dataclass(frozen=True, repr=False, eq=False)
class Reading:
    """Pairs that were read, and what annotators thought of them; give it to ``tiebreak.Session``.

    Attributes:
        layout: the layout in which the source was read.
        skipped: what was left out: the columns row (as the source names it) and problem.
        found: the pairs themselves.
        journals: each annotator's labels, under what heads their journal.
        gallery: the images that the pairs refer to.
        notes: what became of rows and columns that are neither a pair's nor left out, a sentence
            each.
        rows: the row of the source that each pair comes from, by its id.
        said: the annotators that :func:`read_pairs` was told, where the source alone names others.

    """

    layout: str
    skipped: pd.DataFrame
    found: Sequence[Pair]
    journals: Sequence[tuple[Header, Sequence[Label]]]
    gallery: Gallery
    notes: Sequence[str] = field(default=(), kw_only=True)
    rows: Mapping[str, object] = field(default_factory=dict, kw_only=True)
    said: frozenset[str] = field(default=frozenset(), kw_only=True)

    @classmethod
    def of(cls, pairs: Sequence[Pair], gallery: Gallery) -> "Reading":
        """Give pairs that came with no labels and no problems as a reading."""
        return cls("pairs", pd.DataFrame({"row": [], "problem": []}), pairs, [], gallery)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """One row a pair, indexed by ``id``, as :attr:`tiebreak.Session.pairs`."""
        return pairs_frame(self.found)

    @cached_property
    def labels(self) -> pd.DataFrame:
        """One row a label, as :attr:`tiebreak.Session.labels`."""
        return labels_frame(self.journals)

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.found)

    def __repr__(self) -> str:
        """Say in a line what was read, and in further ones what became of the rest."""
        labels = sum(len(labels) for _, labels in self.journals)
        said = f"{count(len(self), 'pair')} read in layout {self.layout!r}, "
        if not labels:
            said += "without labels"
        elif len(self.journals) == 1:
            header = self.journals[0][0]
            said += f"with {count(labels, 'label')} of {header.annotator!r} ({header.source})"
        else:
            said += f"with {count(labels, 'label')} of {len(self.journals)} annotators"
        said += f"; {count(len(self.skipped), 'row')} skipped" * (len(self.skipped) > 0)
        return "\n".join([said, *self.notes])

    def _repr_html_(self) -> str:
        """Show that line and the first pairs; pandas escapes their text."""
        begin = pairs_frame(self.found[:5]).to_html(max_cols=8)
        line = pd.DataFrame({repr(self): []}).to_html(index=False, border=0)
        return line + begin
