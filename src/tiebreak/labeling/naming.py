"""The names by which a browser knows what it is shown: they tell whether two are the same, no more.

A pair's id may be a hash of its texts, response a first, or say which model wrote which, and the
id of an imported label is a hash of what it says. So the browser gets hashes of these instead,
keyed by a secret that stays in the kernel.
"""

from collections.abc import Iterable
from hashlib import blake2b


class Names:
    """Gives the names of one session and annotator.

    Args:
        session: the session's id. It is random and the browser is not told it, so it is the key
            of sessions that have no secret: those of 0.1.
        secret: the session's secret, or an empty text.
        annotator: who labels; what one is shown has other names than what another is.

    Attributes:
        outbox: where the browser stores choices until they are acknowledged.
        followed_others: whether a browser may still hold names that 0.1 gave.

    """

    def __init__(self, session: str, secret: str, annotator: str) -> None:
        key = blake2b((secret or session).encode()).digest()
        self._key = blake2b(annotator.encode(), key=key, person=b"annotator").digest()
        self._slots = self._hash("", b"slot")
        self.followed_others = not secret
        # What waits in a browser is found there by the name it was stored under.
        self.outbox = (
            old_digest(f"{session} {annotator}") if not secret else self._name("", b"outbox")
        )

    def of_slot(self, slot: str) -> str:
        """Name a slot."""
        hashed = self._slots.copy()  # what all names share is hashed once
        hashed.update(slot.encode())
        return hashed.hexdigest()

    def of_event(self, event_id: str) -> str:
        """Name an event that the browser did not make."""
        return self._name(event_id, b"event")

    def of_shuffle(self, said: str) -> str:
        """Name what the order and the sides hang on."""
        return self._name(said, b"shuffle")

    def _name(self, text: str, what: bytes) -> str:
        return self._hash(text, what).hexdigest()

    def _hash(self, text: str, what: bytes) -> blake2b:
        return blake2b(text.encode(), digest_size=10, key=self._key, person=what)


# The names that 0.1 gave. Choices may bear them that wait in a browser since.


def old_digest(text: str) -> str:
    """Name an outbox or a shuffle as 0.1 did."""
    return blake2b(text.encode(), digest_size=8).hexdigest()


def old_names(slots: Iterable[str], seed_key: bytes) -> dict[str, str]:
    """Give slots by the names that 0.1 gave them where some were second showings or gold."""
    return {
        blake2b(slot.encode(), digest_size=10, key=seed_key, person=b"disguise").hexdigest(): slot
        for slot in slots
    }
