"""What a session's labels are worth; see :mod:`tiebreak.report`."""

from typing import TYPE_CHECKING

from tiebreak.session.frames import SessionFrames

if TYPE_CHECKING:
    from tiebreak.report.accessors import Stats


class SessionWorth(SessionFrames):
    """What is computed of labels, by name; see :class:`tiebreak.Session`."""

    @property
    def stats(self) -> "Stats":
        """Statistics of the labels as they now stand, such as ``session.stats.stopping()``."""
        from tiebreak.report.accessors import Stats  # noqa: PLC0415 - labeling does without

        return Stats(self.labels, self.pairs)
