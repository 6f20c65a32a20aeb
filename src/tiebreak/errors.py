"""The errors a user meets. Each message says what happened, where, and what to do next."""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar

from tiebreak.wording import nearest, visible

P = ParamSpec("P")
T = TypeVar("T")


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


def telling_wrong_calls(
    family: type[TiebreakError], call: str, meant: Mapping[str, str] | None = None
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorate a public function so that arguments that it does not have are told in a sentence.

    Args:
        family: of the error.
        call: how it is called, as an example.
        meant: names that others have for its arguments.

    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def decorated(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return function(*args, **kwargs)
            except TypeError as error:
                if error.__traceback__ is None or error.__traceback__.tb_next is not None:
                    raise  # from within the function
                said = _say_misfit(function, call, args, kwargs, meant or {})
            raise family(said)

        return decorated

    return decorate


def _say_misfit(
    function: Callable[..., object],
    call: str,
    args: tuple[object, ...],
    given: Mapping[str, object],
    meant: Mapping[str, str],
) -> str:
    name = call.partition("(")[0].rpartition(".")[2]
    signature = inspect.signature(function)
    known = [name for name in signature.parameters if name != "self"]
    for option in given:
        if option not in known:
            other = meant.get(option)
            guessed = f"; did you mean {other!r}?" if other else nearest(option, known)
            return f"{name} has no option {option!r}{guessed} It is called so: {call}"
    try:
        signature.bind(*args, **given)
    except TypeError as error:
        return f"{name}: {error}. It is called so: {call}"
    return f"{name} is called so: {call}"
