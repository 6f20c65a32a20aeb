"""The errors a user meets. Each message says what happened, where, and what to do next."""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import wraps
from numbers import Integral, Real
from os import PathLike
from types import NoneType, UnionType
from typing import Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin

from tiebreak.wording import nearest, say_what, visible

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
    """Decorate a public function so that arguments that do not fit it are told in a sentence.

    What it has no name for is told at once. Of what kind an argument is, is looked at only where
    the function failed: what works is never refused, and costs nothing.

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
            except TiebreakError:
                raise
            except (TypeError, ValueError, AttributeError, LookupError):
                said = _say_misfit(function, call, args, kwargs, meant or {})
                if said is None:
                    raise  # from within the function
            raise family(said)

        return decorated

    return decorate


def telling_wrong_calls_of(family: type[TiebreakError], where: str) -> Callable[[type[T]], type[T]]:
    """Decorate a class so that each of its public methods tells what does not fit it."""

    def decorate(kind: type[T]) -> type[T]:
        for name, method in list(vars(kind).items()):
            if inspect.isfunction(method) and not name.startswith("_"):
                setattr(kind, name, telling_wrong_calls(family, f"{where}.{name}()")(method))
        return kind

    return decorate


def _say_misfit(
    function: Callable[..., object],
    call: str,
    args: tuple[object, ...],
    given: Mapping[str, object],
    meant: Mapping[str, str],
) -> str | None:
    """Say which argument is not one of the function, or is of another kind; None where all fit."""
    name = call.partition("(")[0].rpartition(".")[2]
    signature = inspect.signature(function)
    known = [name for name in signature.parameters if name != "self"]
    takes_any = any(each.kind is each.VAR_KEYWORD for each in signature.parameters.values())
    for option in given:
        if option not in known and not takes_any:
            other = meant.get(option)
            guessed = f"; did you mean {other!r}?" if other else nearest(option, known)
            return f"{name} has no option {option!r}{guessed} It is called so: {call}"
    try:
        bound = signature.bind(*args, **given)
    except TypeError as error:
        return f"{name}: {error}. It is called so: {call}"
    for option, value in bound.arguments.items():
        hint = _kind_of(function, signature.parameters[option])
        if option != "self" and not _fits(value, hint):
            said = f"{option} is {_say_kind(hint)}, not {say_what(value)}"
            return f"{name}: {said}. It is called so: {call}"
    return None


def _kind_of(function: Callable[..., object], parameter: inspect.Parameter) -> Any:
    """Give what a parameter is annotated with; Any where that is known to type checkers alone."""
    if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
        return Any
    hint = parameter.annotation
    if isinstance(hint, str):
        try:
            return eval(hint, getattr(function, "__globals__", {}))  # noqa: S307 - our own
        except (NameError, AttributeError, TypeError):
            return Any
    return Any if hint is parameter.empty else hint


def _fits(value: object, hint: Any) -> bool:
    """Tell whether a value is of the kind that an annotation says, as far as its outside goes."""
    origin = get_origin(hint)
    if hint is Any:
        return True
    if origin in (Union, UnionType):
        return any(_fits(value, each) for each in get_args(hint))
    if origin is Literal:
        return any(type(value) is type(each) and value == each for each in get_args(hint))
    if hint is None or hint is NoneType:
        return value is None
    if hint in _NUMBERS:
        return isinstance(value, _NUMBERS[hint])
    kind = origin or hint
    if not isinstance(kind, type):
        return True
    if kind in _LISTS:
        return isinstance(value, Iterable) and not isinstance(value, str | bytes)
    return isinstance(value, kind)


def _say_kind(hint: Any) -> str:
    origin = get_origin(hint)
    if origin in (Union, UnionType, Literal):
        kinds = [repr(each) if origin is Literal else _say_kind(each) for each in get_args(hint)]
        *most, last = kinds
        return f"{', '.join(most)} or {last}" if most else last
    kind = origin or hint
    return _KINDS.get(kind) or f"a {getattr(kind, '__name__', kind)}"


_NUMBERS: Mapping[Any, type] = {float: Real, int: Integral}
_LISTS = (Sequence, Iterable, Collection, list, tuple)
_KINDS: dict[Any, str] = {
    str: "a text",
    bool: "True or False",
    float: "a number",
    int: "a whole number",
    NoneType: "None",
    Mapping: "a dict",
    dict: "a dict",
    PathLike: "a path",
    **dict.fromkeys(_LISTS, "a list"),
}
