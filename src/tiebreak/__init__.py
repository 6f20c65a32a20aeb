"""Label preference pairs by keyboard inside a notebook, lose nothing, export what trainers read.

>>> import tiebreak as tb
>>> session = tb.Session(tmp / "pilot", tb.sample_pairs(), annotator="me")
>>> session.next().id in session.pairs.index
True
"""

from tiebreak._version import __version__
from tiebreak.candidates import make_pairs
from tiebreak.checks import CheckReport, check
from tiebreak.errors import (
    CheckError,
    ExportError,
    JournalError,
    LabelError,
    PairsError,
    SessionError,
    StatsError,
    TiebreakError,
)
from tiebreak.exports import ExportReport
from tiebreak.feedback import Feedback, read_feedback
from tiebreak.reading import Reading, read_pairs
from tiebreak.samples import sample_pairs
from tiebreak.session import Session

__all__ = [
    "CheckError",
    "CheckReport",
    "ExportError",
    "ExportReport",
    "Feedback",
    "JournalError",
    "LabelError",
    "PairsError",
    "Reading",
    "Session",
    "SessionError",
    "StatsError",
    "TiebreakError",
    "__version__",
    "check",
    "make_pairs",
    "read_feedback",
    "read_pairs",
    "sample_pairs",
]
