"""Labels that come with pairs: whose they are said to be, and whose they are counted as."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from tiebreak.errors import SessionError
from tiebreak.labeling.folded import Folded, that_say_more
from tiebreak.reading.result import Reading
from tiebreak.records.label import Event, Header, Label
from tiebreak.store.base import Store
from tiebreak.wording import count, warn

# Published datasets have some 13,000 annotators, each with a few labels.
MOST_ANNOTATORS = 20_000
_MANY_ANNOTATORS = 200


def check_annotators(given: Reading, store: Store, annotator: str) -> None:
    """See to it that the labels that come along can be kept, each annotator's in a journal.

    Raises:
        SessionError: they are of too many annotators, or the annotator's own name stands over
            labels of another source.

    """
    for header, _ in given.journals:
        if header.annotator == annotator and header.source != "human":
            msg = (
                f"These pairs come with labels of {header.annotator!r} as {header.source}, and "
                "a human labels here. Give one of the two another name with annotator=..., "
                "here or in tiebreak.read_pairs. Nothing was changed."
            )
            raise SessionError(msg)
    many = len(given.journals)
    if many <= _MANY_ANNOTATORS:
        return
    remedy = 'For one journal, where no two labeled one pair: read_pairs(..., annotator="crowd")'
    if many > MOST_ANNOTATORS:
        msg = (
            f"These pairs come with labels of {many:,} annotators, and each would have a journal; "
            f"a session takes {MOST_ANNOTATORS:,} at most. {remedy}. Nothing was changed."
        )
        raise SessionError(msg)
    new = sum(not store.has_journal(header.annotator) for header, _ in given.journals)
    if new > _MANY_ANNOTATORS:
        warn(
            f"These pairs come with labels of {many:,} annotators: each has a journal in "
            f"{store.place!r}, {new:,} new files. {remedy}."
        )


def without_own(given: Reading, store: Store, annotator: str) -> Reading:
    """Put labels apart that anyone may have written under the annotator's own name.

    They are kept under a name that says where they are from, unless the annotator said whose they
    are. Those that the annotator's own journal holds already stay there.
    """
    if annotator in given.said:
        return given
    marked = f"{annotator} (imported)"
    kept: list[tuple[Header, Sequence[Label]]] = []
    for header, labels in given.journals:
        if header.annotator != annotator:
            kept.append((header, labels))
            continue
        events = _events(store, annotator)
        there = {event.id for event in events}
        new = of_journal(events, [label for label in labels if label.id not in there])
        if not new:
            continue
        kept.append((msgspec.structs.replace(header, annotator=marked), new))
        fresh = len({label.id for label in new} - {event.id for event in _events(store, marked)})
        if fresh:
            warn(
                f"{count(fresh, 'label')} came with these pairs under your own name, "
                f"{annotator!r}. They are kept as of {marked!r} and do not count as yours. If they "
                "are yours, begin a new session with "
                f"tiebreak.read_pairs(..., annotator={{{annotator!r}: {annotator!r}}})."
            )
    return replace(given, journals=kept)


def tell_of_imported(labels: int, annotator: str) -> None:
    """Say of an annotator's labels that all of them came with pairs, before more are made."""
    if labels:
        warn(
            f"{annotator!r} has {count(labels, 'label')} that came with the pairs and none "
            "made here; they count as yours. If they are not, label under another name: "
            "annotator=..."
        )


def of_journal(events: Sequence[Event], labels: Sequence[Label]) -> list[Label]:
    """Give those of the labels that say more than a journal's own, in which they are not."""
    return that_say_more(labels, Folded(events).live) if labels else []


def _events(store: Store, annotator: str) -> Sequence[Event]:
    return store.read_journal(annotator).events if store.exists() else []
