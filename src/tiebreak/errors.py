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

    Example:
        >>> import tiebreak as tb
        >>> try:
        ...     tb.Session(tmp / "nowhere")
        ... except tb.TiebreakError as error:
        ...     print(type(error).__name__, "-", str(error).partition(". ")[2])
        SessionError - To start one, give it pairs: tb.Session(path, pairs)

    """

    def __init__(self, *args: object) -> None:
        super().__init__(*(visible(arg) if isinstance(arg, str) else arg for arg in args))


class PairsError(TiebreakError):
    """The pairs given cannot be used as they are.

    Attributes:
        rows: the rows with a problem, named as the source names them (DataFrame index labels,
            line numbers of a file from 1, positions of a list from 0), in their order.

    Example:
        >>> import tiebreak as tb
        >>> try:
        ...     tb.read_pairs([{"prompt": "2 + 2?", "response_a": "4", "response_b": ""}])
        ... except tb.PairsError as error:
        ...     print(str(error).splitlines()[1], error.rows)
          - empty response_b: item 0 [0]

    """

    def __init__(self, message: str, rows: list[object] | None = None) -> None:
        super().__init__(message)
        self.rows = rows or []


class SessionError(TiebreakError):
    """The session folder cannot be opened, or not in the way asked for.

    Example:
        >>> import tiebreak as tb
        >>> try:
        ...     tb.Session(tmp / "pilot", tb.sample_pairs(), scale="gradual")
        ... except tb.SessionError as error:
        ...     print(error)
        scale is 'simple' or 'graded', not 'gradual'. Did you mean 'graded'?

    """


class JournalError(TiebreakError):
    r"""A journal cannot be read, is held by another process, or did not take a line.

    Example:
        >>> import tiebreak as tb
        >>> with tb.Session(tmp / "pilot", tb.sample_pairs(), annotator="me") as session:
        ...     session.label(session.next().id, "a")
        >>> journal = tmp / "pilot/journals/me.jsonl"
        >>> _ = journal.write_text("no journal, said somebody\n" + journal.read_text())
        >>> try:
        ...     tb.Session(tmp / "pilot", annotator="me")
        ... except tb.JournalError as error:
        ...     print(str(error).partition(": ")[2].partition(" (")[0])
        not a journal's first line

    """


class LabelError(TiebreakError):
    """A label or undo that cannot be recorded: nothing was changed.

    Example:
        >>> import tiebreak as tb
        >>> session = tb.Session(tmp / "label", tb.sample_pairs())
        >>> try:
        ...     session.label(session.pairs.index[0], "c")
        ... except tb.LabelError as error:
        ...     print(str(error).partition(": ")[2])
        preference is 'a', 'b', 'tie', 'both_bad' or 'skip', not 'c'. Nothing was recorded.

    """


class ExportError(TiebreakError):
    """Nothing was written, because the rows or the options do not fit the format.

    Example:
        >>> import tiebreak as tb
        >>> try:
        ...     tb.Session(tmp / "empty", tb.sample_pairs()).export(tmp / "train.jsonl")
        ... except tb.ExportError as error:
        ...     print(str(error).partition(". ")[0])
        There is nothing to write: 48 not labeled

    """


class StatsError(TiebreakError, ValueError):
    """A figure cannot be computed from the numbers given.

    Example:
        >>> import tiebreak as tb
        >>> try:
        ...     tb.plan(0.4)
        ... except tb.StatsError as error:
        ...     print(error)
        share lies between 0.5 and 1.0; 0.4 does not.

    """


class CheckError(TiebreakError):
    """The data cannot be checked at all: not opened, or not in a shape that is known.

    Example:
        >>> import tiebreak as tb
        >>> try:
        ...     tb.check("nowhere.jsonl")
        ... except tb.CheckError as error:
        ...     print(error)
        nowhere.jsonl cannot be read: there is no such file.

    """


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
