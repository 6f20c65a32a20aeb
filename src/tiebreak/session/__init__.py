"""The face: a session opened, shown, labeled, viewed and exported."""

from tiebreak.session.labeling import NextPair
from tiebreak.session.session import Session

__all__ = ["NextPair", "Session"]
