"""One sitting at the widget: how long, what was labeled, and when a pause is due."""

from collections import Counter
from collections.abc import Callable

from tiebreak.labeling.labels import Labels
from tiebreak.records.label import Event, Label, Undo, slot_of
from tiebreak.wording import count

_MINUTE = 60


class Sitting:
    """What is labeled from now on, by an annotator who looks at a screen.

    It goes by the seconds that come with the labels, in which a pair was looked at; time away
    from the page is none.

    Args:
        labels: the annotator's live labels.
        pause_after: minutes after which a pause is proposed, and again after as many more.
        tell: takes a line for the screen.

    """

    def __init__(
        self, labels: Labels, pause_after: int | None, tell: Callable[[str], None]
    ) -> None:
        self._labels = labels
        self._tell = tell
        self._made: set[str] = set()
        # A label's seconds count all looks at its pair, those before an undo or a change, too.
        self._looked: dict[str, float] = {}
        self._seconds = 0.0
        self._step = _MINUTE * (pause_after or 0)
        self._due = float(self._step)
        labels.listen(self._take)

    def describe(self, *, ended: bool = True) -> str:
        """Say in a line what was labeled; empty where nothing was.

        Until all is labeled, nothing is said of second showings: one more since the last time
        would name the pair.
        """
        made = [label for label in self._labels.current() if label.id in self._made]
        if not made:
            return ""
        kinds = Counter[str](label.preference for label in made)
        said = [count(len(made) - kinds["skip"], "label"), _minutes(self._seconds)]
        said += [f"{kinds[each]} {what}" for each, what in _KINDS.items() if kinds[each]]
        repeats = [
            (label, first)
            for label in made
            if ended and label.again and (first := self._labels.label_of(label.pair)) is not None
        ]
        if repeats:
            same = sum(label.preference == first.preference for label, first in repeats)
            said.append(f"the same answer in {same} of {count(len(repeats), 'second showing')}")
        return f"This sitting: {', '.join(said)}."

    def end(self) -> None:
        """Count no more."""
        self._labels.unlisten(self._take)

    def _take(self, event: Event, about: Label) -> None:
        if isinstance(event, Undo):
            return
        self._made.add(event.id)
        looked, slot = about.seconds or 0.0, slot_of(about)
        self._seconds += max(0.0, looked - self._looked.get(slot, 0.0))
        self._looked[slot] = looked
        if self._step and self._seconds >= self._due:
            self._due = self._seconds + self._step
            self._tell(f"Time for a pause; all is saved. {self.describe(ended=False)}")
        elif not self._labels.standing().upcoming:
            self._tell(self.describe())


_KINDS = {"tie": "tied", "both_bad": "both bad", "skip": "skipped"}


def _minutes(seconds: float) -> str:
    minutes = round(seconds / _MINUTE)
    return f"{count(minutes, 'minute') if minutes else 'less than a minute'} of reading"
