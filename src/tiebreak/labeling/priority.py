"""Pairs in the order of a score that the user gives, such as how much a reward model doubts."""

from collections.abc import Callable, Sequence
from typing import Any, TypeGuard, Union

import pandas as pd

from tiebreak.errors import SessionError
from tiebreak.records.pair import Pair
from tiebreak.views import pairs_frame
from tiebreak.wording import some

# From the pairs, as session.pairs shows them, to scores by id (highest first) or ids in order.
Priority = Callable[[pd.DataFrame], "pd.Series[Any] | Sequence[str]"]

AnyPriority = Union[Priority, "pd.Series[Any]"]

_NAMED = 5


def is_priority(order: Any) -> TypeGuard[AnyPriority]:
    """Tell whether an order is scores, or a function that gives them, and no setting's name."""
    return callable(order) or isinstance(order, pd.Series)


def by_priority(pairs: Sequence[Pair], order: AnyPriority) -> list[Pair]:
    """Sort pairs by their scores, highest first; those with the same keep their order.

    Raises:
        SessionError: there is not one number for each pair, or not each pair's id once.

    """
    given: Any = order if isinstance(order, pd.Series) else order(pairs_frame(pairs))
    by_id = {pair.id: pair for pair in pairs}
    if isinstance(given, pd.Series):
        ids = _by_score(given, list(by_id))
    elif isinstance(given, list | tuple) or hasattr(given, "tolist"):
        ids = [str(each) for each in given]
        _refuse_gaps(ids, list(by_id))
    else:
        msg = (
            "order gives a Series of scores indexed by pair id, or a list of ids, not "
            f"{type(given).__name__}."
        )
        raise SessionError(msg)
    return [by_id[each] for each in ids]


def _by_score(scores: "pd.Series[Any]", ids: list[str]) -> list[str]:
    scores = scores.set_axis(scores.index.astype(str))
    if scores.index.has_duplicates:
        twice = scores.index[scores.index.duplicated()][0]
        msg = f"order: the scores have the pair id {twice!r} twice."
        raise SessionError(msg)
    numbers = pd.to_numeric(scores.reindex(ids), errors="coerce")
    _refuse(numbers[numbers.isna()].index.tolist(), "have no score")
    found: list[float] = numbers.astype(float).tolist()
    return [each for _, each in sorted(zip(found, ids, strict=True), key=lambda pair: -pair[0])]


def _refuse_gaps(given: list[str], ids: list[str]) -> None:
    named, known = set(given), set(ids)
    _refuse([each for each in given if each not in known], "are not among the pairs")
    _refuse([each for each in ids if each not in named], "are missing")
    if len(given) > len(ids):
        msg = "order: the list of ids has some of them twice."
        raise SessionError(msg)


def _refuse(ids: list[str], why: str) -> None:
    if ids:
        named = some(ids, _NAMED, repr)
        msg = f"order: {len(ids)} pair ids {why}: {named}. Pairs without an id column have a"
        raise SessionError(msg + " hash of their texts for an id; give them ids, or a callable.")
