"""Label preference pairs by keyboard inside a notebook, lose nothing, export what trainers read.

>>> import tiebreak as tb
>>> session = tb.Session(tmp / "pilot", tb.sample_pairs(), annotator="me")
>>> session.next().id in session.pairs.index
True
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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
from tiebreak.reading.reading import read_pairs
from tiebreak.reading.result import Reading
from tiebreak.samples import sample_pairs
from tiebreak.session import NextPair, Session

if TYPE_CHECKING:
    from tiebreak.checks import CheckReport, check
    from tiebreak.exports import ExportReport
    from tiebreak.feedback import Feedback, read_feedback
    from tiebreak.reading.candidates import make_pairs
    from tiebreak.stats.learning import learning_curve
    from tiebreak.stats.planning import plan
    from tiebreak.worth.reporting import Report, report

__all__ = [
    "CheckError",
    "CheckReport",
    "ExportError",
    "ExportReport",
    "Feedback",
    "JournalError",
    "LabelError",
    "NextPair",
    "PairsError",
    "Reading",
    "Report",
    "Session",
    "SessionError",
    "StatsError",
    "TiebreakError",
    "__version__",
    "check",
    "learning_curve",
    "make_pairs",
    "plan",
    "read_feedback",
    "read_pairs",
    "report",
    "sample_pairs",
]

# What labeling does without, by the module that it is imported from when it is first asked for.
_LATER = {
    "CheckReport": "checks",
    "ExportReport": "exports",
    "Feedback": "feedback",
    "Report": "worth.reporting",
    "check": "checks",
    "learning_curve": "stats.learning",
    "make_pairs": "reading.candidates",
    "plan": "stats.planning",
    "read_feedback": "feedback",
    "report": "worth.reporting",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)


def __dir__() -> list[str]:
    return __all__
