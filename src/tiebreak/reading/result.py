"""What reading gives: pairs, and what annotators thought of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape

import pandas as pd

from tiebreak.reading.account import Account
from tiebreak.records.label import Header, Label
from tiebreak.records.pair import Pair
from tiebreak.store.media import Gallery
from tiebreak.views import labels_frame, pairs_frame
from tiebreak.wording import count, visible


@dataclass(frozen=True, repr=False, eq=False)
class Reading:
    """Pairs that were read, and what annotators thought of them; give it to ``tiebreak.Session``.

    Attributes:
        layout: the layout in which the source was read.
        skipped: what was left out: the columns row (as the source names it) and problem.
        found: the pairs themselves.
        journals: each annotator's labels, under what heads their journal.
        gallery: the images that the pairs refer to.
        told: keeps what :attr:`account` says.
        places: the number of the row that each pair comes from, by its id.
        said: the annotators that :func:`read_pairs` was told, where the source alone names others.

    Example:
        >>> import tiebreak as tb
        >>> read = tb.read_pairs([{"prompt": "2 + 2?", "chosen": "4", "rejected": "5"}])
        >>> read.layout, len(read.pairs), read.labels["preference"].tolist(), len(read.skipped)
        ('trl', 1, ['a'], 0)

    """

    layout: str
    skipped: pd.DataFrame
    found: Sequence[Pair]
    journals: Sequence[tuple[Header, Sequence[Label]]]
    gallery: Gallery
    told: Account | None = field(default=None, kw_only=True)
    places: Mapping[str, int] = field(default_factory=dict, kw_only=True)
    said: frozenset[str] = field(default=frozenset(), kw_only=True)

    @classmethod
    def of(cls, pairs: Sequence[Pair], gallery: Gallery) -> "Reading":
        """Give pairs that came with no labels and no problems as a reading."""
        return cls("pairs", pd.DataFrame({"row": [], "problem": []}), pairs, [], gallery)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """One row a pair, indexed by ``id``, as :attr:`tiebreak.Session.pairs`.

        Example:
            >>> import tiebreak as tb
            >>> read = tb.read_pairs([{"prompt": "2 + 2?", "chosen": "4", "rejected": "5"}])
            >>> read.pairs[["prompt", "a", "b"]].iloc[0].tolist()
            ['2 + 2?', '4', '5']

        """
        return pairs_frame(self.found)

    @cached_property
    def labels(self) -> pd.DataFrame:
        """One row a label, as :attr:`tiebreak.Session.labels`.

        Example:
            >>> import tiebreak as tb
            >>> read = tb.read_pairs([{"prompt": "2 + 2?", "chosen": "4", "rejected": "5"}])
            >>> read.labels[["annotator", "source", "preference"]].iloc[0].tolist()
            ['dataset', 'human', 'a']

        """
        return labels_frame(self.journals)

    @cached_property
    def account(self) -> pd.DataFrame:
        """What became of each row and each column of the source, one row each.

        The columns are ``kind`` (``"row"`` or ``"column"``), ``file``, ``name`` (of the row, or of
        the column; ``messages[].weight`` is within one), ``fate``, ``what`` and ``into``. A row
        is a ``pair``, a ``label`` of an earlier row's pair, ``merged`` with an earlier row that
        says the same, or ``skipped``; a column is ``used``, kept as ``meta``, or ``dropped``.
        ``what`` says as what a column is used, why a row was skipped, and what else is lost of it;
        ``into`` names the pair, or the row that a row was merged with.

        >>> import tiebreak as tb
        >>> row = {"prompt": "2 + 2?", "chosen": "4", "rejected": "5", "topic": "sums"}
        >>> tb.read_pairs([row, row]).account[["kind", "name", "what", "fate"]]
             kind      name            what    fate
        0     row         0                    pair
        1     row         1  the same again  merged
        2  column    prompt          prompt    used
        3  column    chosen               a    used
        4  column  rejected               b    used
        5  column     topic                    meta

        """
        return (self.told or Account("", "row")).frame()

    @cached_property
    def rows(self) -> Mapping[str, object]:
        """The row of the source that each pair comes from, by its id.

        Example:
            >>> import tiebreak as tb
            >>> read = tb.read_pairs([{"prompt": "2 + 2?", "chosen": "4", "rejected": "5"}])
            >>> list(read.rows.values())
            [0]

        """
        names = self.told.names if self.told else []
        return {pair: names[place] for pair, place in self.places.items()}

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
        return visible("\n".join([said, *(self.told.lines() if self.told else [])]))

    def _repr_html_(self) -> str:
        """Show that line and the first pairs; pandas escapes their text."""
        begin = pairs_frame(self.found[:5]).to_html(max_cols=8)
        lines = "".join(f"<div>{escape(line)}</div>" for line in repr(self).splitlines())
        return f"<div>{lines}</div>{begin}"
