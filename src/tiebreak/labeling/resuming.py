"""What a session that is opened again says of pairs that were given and are new to it."""

from collections.abc import Collection, Iterable, Sequence

from tiebreak.records.pair import Pair, content_id
from tiebreak.store.base import Store
from tiebreak.wording import count, some, tell

_Key = tuple[str, str]


def tell_of_added(before: Sequence[Pair], after: Sequence[Pair], given: Collection[Pair]) -> str:
    """Say how many pairs a session got, and what may be wrong where others are gone.

    A source that now holds other rows than last time is a sample without a seed, more often than
    not, and a text that was edited is a pair of its own where rows have no ids.

    Args:
        before: the pairs that the session held.
        after: those that it holds now, the same first.
        given: those that were given to it.

    Returns:
        What was printed; empty where no pair was added.

    """
    new = after[len(before) :]
    if not new:
        return ""
    there = {pair.id for pair in given}
    gone = [pair for pair in before if pair.id not in there and pair.gold is None]
    said = f"{count(len(new), 'new pair')} added ({len(before)} -> {len(after)})."
    edited = _edited(new, gone)
    if gone:
        said += (
            f" The source no longer has {len(gone)} of the {len(before)} stored before, which stay."
        )
    if edited:
        share = "each" if edited == len(new) else f"{edited} of the new ones"
        said += (
            f" {share[0].upper()}{share[1:]} shares its prompt or its responses with one of those: "
            "without ids, an edited text is a new pair. Give the rows an id column to have edits "
            "refused by name."
        )
    elif gone:
        said += (
            " If it is a sample, give it a seed, as in df.sample(100, random_state=0); if these "
            "pairs were to be added, all is well."
        )
    tell(said)
    return said


def tell_of_others(store: Store, annotator: str) -> None:
    """Say whose journals are in the session, too: its own people's, or copied in from elsewhere."""
    others = store.others(annotator)
    if others:
        tell(
            f"In {store.name!r} others have journals, too: {some(others)}. session.progress shows "
            "how far each is, and names what is not of this session."
        )


def _edited(new: Iterable[Pair], gone: Iterable[Pair]) -> int:
    """Count the new pairs that share the prompt or both responses with a pair that is gone."""
    known = {key for pair in gone for key in _keys(pair)}
    return sum(not known.isdisjoint(_keys(pair)) for pair in new)


def _keys(pair: Pair) -> list[_Key]:
    """Give what an edited pair may still share; nothing for an id of the user's own."""
    if pair.id != content_id(pair.prompt, pair.a, pair.b):
        return []
    return [
        ("prompt", content_id(pair.prompt, "", "")),
        ("responses", content_id("", pair.a, pair.b)),
    ]
