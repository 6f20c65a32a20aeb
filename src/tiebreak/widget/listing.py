"""What was labeled, to be looked through: filtered, newest first."""

import sys
from collections.abc import Callable, Iterable
from itertools import islice

from tiebreak.labeling.labels import Labels
from tiebreak.records.label import Label, slot_of
from tiebreak.widget.messages import Filter

LISTED = 100
_SLOW = 3


def list_labels(labels: Labels, kind: Filter, before: str | None) -> tuple[list[Label], bool]:
    """Give the newest :data:`LISTED` current labels that pass a filter, and whether more do.

    With ``before``, those made before that event; none if it does not stand. A label is slow that
    took over three times the annotator's median seconds.
    """
    current = {label.id: label for label in labels.current() if slot_of(label) in labels.showing}
    passes = _passing(labels, kind, current.values())
    earlier = (label for label in labels.trail(sys.maxsize, before) if label.id in current)
    found = list(islice(filter(passes, earlier), LISTED + 1))
    return found[:LISTED], len(found) > LISTED


def _passing(labels: Labels, kind: Filter, current: Iterable[Label]) -> Callable[[Label], bool]:
    match kind:
        case "all":
            return lambda _: True
        case "ties":
            return lambda label: label.preference == "tie"
        case "skipped":
            return lambda label: label.preference == "skip"
        case "noted":
            return lambda label: bool(label.note)
        case "flagged":
            return lambda label: bool(label.flags)
        case "changed":
            return labels.changes
        case "slow":
            from statistics import median  # noqa: PLC0415 - few ask, and it takes time to load

            times = [label.seconds for label in current if label.seconds is not None]
            bar = _SLOW * median(times) if times else 0.0
            return lambda label: label.seconds is not None and label.seconds > bar
