"""Label preference pairs by keyboard inside a notebook, lose nothing, export what trainers read.

>>> import tiebreak as tb
>>> session = tb.Session(tmp / "pilot", tb.sample_pairs(), annotator="me")
>>> session.next().id in session.pairs.index
True
"""

from tiebreak._version import __version__
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
from tiebreak.samples import sample_pairs
from tiebreak.session import Session

__all__ = [
    "CheckError",
    "ExportError",
    "ExportReport",
    "JournalError",
    "LabelError",
    "PairsError",
    "Session",
    "SessionError",
    "StatsError",
    "TiebreakError",
    "__version__",
    "sample_pairs",
]
