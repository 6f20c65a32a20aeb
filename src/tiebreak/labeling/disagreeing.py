"""Where labels part, and which of those pairs somebody may see decided."""

from collections.abc import Iterable, Sequence

from tiebreak.labeling.labels import Labels
from tiebreak.records.label import ADJUDICATOR, SIDES, Header, Label, is_imported_id

Voted = dict[str, list[tuple[Header, Label]]]


def votes_by_pair(journals: Iterable[tuple[Header, Sequence[Label]]]) -> Voted:
    """Give what was said of each pair that someone said something of; skips say nothing.

    Second showings measure a person against themselves, and whoever decides is none of those
    who part.
    """
    voted: Voted = {}
    for header, labels in journals:
        for label in labels:
            if header.annotator != ADJUDICATOR and not label.again and label.preference != "skip":
                voted.setdefault(label.pair, []).append((header, label))
    return voted


def parting(voted: Voted) -> list[str]:
    """Give the pairs of which not all said the same."""
    return [
        pair for pair, votes in voted.items() if len({each.preference for _, each in votes}) > 1
    ]


def none_chosen(voted: Voted, pairs: Iterable[str]) -> int:
    """Count the pairs of which all say that neither answer wins, be it a tie or both bad."""
    return sum(all(label.preference not in SIDES for _, label in voted[pair]) for pair in pairs)


def still_to_judge(labels: Labels, annotator: str) -> frozenset[str]:
    """Give the pairs that whoever labels is yet to judge without knowing what others said.

    Whoever labels nothing here has nothing to keep apart.
    """
    works = any(not is_imported_id(label.id) for label in labels.current())
    if annotator == ADJUDICATOR or not works:
        return frozenset()
    return frozenset(labels.showing.pair(slot).id for slot in labels.upcoming())
