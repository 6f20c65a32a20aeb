"""A sentence of a report."""

from typing import Literal, NamedTuple

Kind = Literal["look", "known", "open"]


class Finding(NamedTuple):
    """A sentence of a report.

    Attributes:
        kind: ``"look"`` is an alarm, which passed the correction for the number of all; ``"known"``
            what can be said; ``"open"`` what cannot be said yet.
        says: what was found, with figure and interval.
        do: what to do about it.
        p: how often chance alone does that; of an alarm.
        about: what it is about, where two findings may be.
        weight: of the chance of a false alarm, how much it is given.
        vague: whether another one about the same, if there, says more.

    Example:
        >>> import tiebreak as tb
        >>> with tb.Session(tmp / "finding", tb.sample_pairs(), annotator="me") as session:
        ...     session.label(session.next().id, "a")
        ...     found = session.report().findings
        >>> {finding.kind for finding in found} <= {"look", "known", "open"}
        True

    """

    kind: Kind
    says: str
    do: str = ""
    p: float = float("nan")
    about: str = ""
    weight: float = 1.0
    vague: bool = False
