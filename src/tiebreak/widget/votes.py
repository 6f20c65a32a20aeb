"""What others said of a pair, for whoever decides where they part."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tiebreak.records.label import TO_SCREEN, Label, Side, turned
from tiebreak.widget.parts import Judged, Vote

# An edit is as long as an answer: that there is one is told, and session.labels holds it.
_TOLD = tuple(name for name in Judged.__struct_fields__ if name not in ("choice", "edit"))


class Cast(NamedTuple):
    """A label, and who made it as a screen may know: by name or not."""

    by: str
    label: Label


class Votes:
    """What others said, by pair.

    Args:
        cast: the labels of each pair, by its id, in the order in which they are shown.
        next_step: what to run when all is decided.

    """

    def __init__(self, cast: Mapping[str, Sequence[Cast]], next_step: str) -> None:
        self._cast = cast
        self.next_step = next_step

    def of(self, pair: str, left: Side) -> list[Vote]:
        """Give what was said of a pair, by the sides as they are shown."""
        return [_vote(each, left) for each in self._cast.get(pair, ())]

    def weight(self, pair: str) -> int:
        """Count about how many characters these take to send."""
        return sum(len(each.label.note or "") + len(each.by) for each in self._cast.get(pair, ()))


def _vote(cast: Cast, left: Side) -> Vote:
    sides = TO_SCREEN[left]
    said: dict[str, Any] = turned({name: getattr(cast.label, name) for name in _TOLD}, sides)
    choice: Any = sides.get(cast.label.preference, cast.label.preference)
    return Vote(by=cast.by, choice=choice, edited=cast.label.edit is not None, **said)
