"""The errors a user meets. Each message says what happened, where, and what to do next."""

from tiebreak.wording import visible


class TiebreakError(Exception):
    r"""The base of every error this package raises on purpose.

    Its text shows what could steer a terminal or hide in it as ``\x1b``, ``\u202e`` and so on.
    """

    def __init__(self, *args: object) -> None:
        super().__init__(*(visible(arg) if isinstance(arg, str) else arg for arg in args))


class PairsError(TiebreakError):
    """The pairs given cannot be used as they are.

    Attributes:
        rows: the rows with a problem, named as the source names them (DataFrame index labels,
            line numbers of a file from 1, positions of a list from 0), in their order.

    """

    def __init__(self, message: str, rows: list[object] | None = None) -> None:
        super().__init__(message)
        self.rows = rows or []


class SessionError(TiebreakError):
    """The session folder cannot be opened, or not in the way asked for."""


class JournalError(TiebreakError):
    """A journal cannot be read, is held by another process, or did not take a line."""


class LabelError(TiebreakError):
    """A label or undo that cannot be recorded: nothing was changed."""


class ExportError(TiebreakError):
    """Nothing was written, because the rows or the options do not fit the format."""


class StatsError(TiebreakError, ValueError):
    """A figure cannot be computed from the numbers given."""


class CheckError(TiebreakError):
    """The data cannot be checked at all: not opened, or not in a shape that is known."""
