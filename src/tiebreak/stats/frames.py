"""Frames from anywhere, made plain: what a statistic counts on, whatever pandas keeps it in.

Categories, nullable numbers, Arrow's texts and whatever else a file was read into become objects,
floats and times; what is none of these is refused by its row.
"""

from collections.abc import Collection, Mapping
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd

from tiebreak.errors import StatsError
from tiebreak.records.label import PREFERENCES, SIDES
from tiebreak.records.text import are_parts
from tiebreak.wording import say, say_what

_NEEDED = ("pair", "annotator", "preference")
_LABEL = "the label in row"
_PAIR = "pair"


def plain_labels(labels: pd.DataFrame) -> pd.DataFrame:
    """Give labels with columns of known kinds.

    Raises:
        StatsError: a column is missing or there twice, or a value is none of its kind.

    >>> import pandas as pd
    >>> labels = pd.DataFrame({"pair": [1], "annotator": ["me"], "preference": ["a"]})
    >>> plain_labels(labels.astype("category"))["preference"].tolist()
    ['a']

    """
    _check_columns(labels, _NEEDED, "Labels have the columns pair, annotator and preference")
    made = {
        str(name): labels[name].astype(object)
        for name in labels.columns
        if _is_said(name) and not (name in _READY and labels[name].dtype == _READY[name])
    }
    for name in _NEEDED:
        _refuse(made[name].isna(), made[name], f"Labels have the {name} that they are of", _LABEL)
    if len(set(made["annotator"].map(type))) > 1:  # numbers and names are in no order
        made["annotator"] = made["annotator"].map(str)
    allowed = f"A preference is one of {', '.join(PREFERENCES)}"
    _refuse(~made["preference"].isin(list(PREFERENCES)), made["preference"], allowed, _LABEL)
    if "shown_left" in made:
        side = made["shown_left"]
        strange = ~side.isin(list(SIDES)) & side.notna()
        _refuse(strange, side, "shown_left is 'a' or 'b', or missing", _LABEL)
    if "source" in made:
        made["source"] = made["source"].where(made["source"].notna(), "human")
    for name in ("strength", "seconds"):
        if name in made:
            made[name] = _numbers(made[name], name)
    if "again" in made:
        made["again"] = _truths(made["again"])
    if "at" in made:
        made["at"] = _times(made["at"])
    found = labels.assign(**made)
    return found if found.index.is_unique else found.reset_index(drop=True)


def plain_pairs(pairs: pd.DataFrame, needed: Collection[str] = ()) -> pd.DataFrame:
    """Give pairs indexed by id, with texts for objects, and a prompt for each.

    Raises:
        StatsError: a column is missing or there twice, an id is there twice, or an answer is
            missing or no text.

    >>> import pandas as pd
    >>> plain_pairs(pd.DataFrame({"id": [7], "a": ["x"], "b": ["y"]})).index.tolist()
    [7]

    """
    _check_columns(pairs, needed, "Pairs have the columns a and b, and their ids for index")
    found = pairs.set_index("id") if "id" in pairs.columns else pairs
    if isinstance(found.index, pd.MultiIndex):
        names = ", ".join(map(str, found.index.names))
        msg = f"Pairs have their ids for index, and no index of several levels ({names})."
        raise StatsError(msg)
    if not found.index.is_unique:
        twice = found.index[found.index.duplicated()].tolist()[0]
        msg = f"Two pairs have the id {say(twice)}; each has its own."
        raise StatsError(msg)
    found = found.set_axis(found.index.astype(object).rename(pairs.index.name))
    made: dict[str, Any] = {
        name: found[name].astype(object)
        for name in ("prompt", "a", "b", "model_a", "model_b")
        if name in found.columns
    }
    for name in ("a", "b"):
        if name in made:
            _refuse_no_text(made[name], name)
    if "prompt" in made:
        own = pd.Series([str(name) for name in found.index], index=found.index, dtype=object)
        prompt = made["prompt"].where(made["prompt"].notna(), own)
        made["prompt"] = prompt.map(lambda each: str(each) if isinstance(each, Number) else each)
        _refuse_no_text(made["prompt"], "prompt")
    for name in ("model_a", "model_b"):
        if name in made:
            named = made[name].notna()
            made[name] = made[name].where(~named, made[name].map(str)).where(named, None)
    return found.assign(**made)


def plain_both(
    labels: pd.DataFrame, pairs: pd.DataFrame, needed: Collection[str] = ("a", "b")
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give both plain, where labels are counted by what their pairs are.

    Raises:
        StatsError: as :func:`plain_labels` and :func:`plain_pairs`, or no label is of a pair that
            is there.

    >>> import pandas as pd
    >>> labels = pd.DataFrame({"pair": ["x"], "annotator": "me", "preference": "a"})
    >>> plain_both(labels, pd.DataFrame({"a": ["yes"], "b": ["no"]}, index=["x"]))[1].index.tolist()
    ['x']

    """
    said, about = plain_labels(labels), plain_pairs(pairs, needed)
    if len(said) and not said["pair"].isin(about.index).any():
        here = f"theirs are as {say(about.index[0])}" if len(about) else "there are none"
        msg = (
            "No label is of a pair that is there: pair in the labels is the id that pairs have for "
            f"index; the first label's is {say(said['pair'].iloc[0])}, and of the pairs {here}."
        )
        raise StatsError(msg)
    return said, about


def labels_and_pairs(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part a frame that has the texts of its pair beside each label; give labels and pairs.

    Where it has no column ``pair``, the same prompt, texts and models are the same pair.

    Raises:
        StatsError: a or b is missing, or a pair has two texts.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"a": ["yes"] * 2, "b": ["no"] * 2, "annotator": ["me", "you"]})
    >>> labels, pairs = labels_and_pairs(frame.assign(preference="a"))
    >>> labels["pair"].tolist(), pairs["a"].tolist()
    ([0, 0], ['yes'])

    """
    are = "Without pairs, labels have the texts of their pair beside them, as columns a and b"
    _check_columns(frame, ("a", "b"), are, _READ)
    known = [name for name in ("prompt", "a", "b", "model_a", "model_b") if name in frame.columns]
    rows = zip(*(frame[name].tolist() for name in known), strict=True)
    content = pd.factorize(pd.Series([repr(row) for row in rows], dtype=object))[0]
    labels = frame.drop(columns=known)
    if "pair" not in frame.columns:
        labels = labels.assign(pair=content)
    first = ~labels["pair"].duplicated().to_numpy()
    texts = pd.Series(content, index=labels["pair"].tolist())
    several = texts.groupby(level=0).nunique()
    if (several > 1).any():
        twice = several.index[(several > 1).to_numpy()].tolist()[0]
        msg = f"{are}; the pair {say(twice)} has two prompts, texts or models."
        raise StatsError(msg)
    return labels, frame.loc[first, known].set_axis(labels["pair"][first].tolist())


# What is in columns of other names.
_READ = (
    " tiebreak.read_pairs finds columns of other names: found = tiebreak.read_pairs(frame), then "
    "tiebreak.report(found.labels, found.pairs)."
)


def _check_columns(frame: Any, needed: Collection[str], are: str, do: str = "") -> None:
    if not isinstance(frame, pd.DataFrame):
        msg = f"{are}; this is {say_what(frame)}."
        raise TypeError(msg)  # which public functions tell with how they are called
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        msg = f"{are}; {twice[0]!r} is there twice."
        raise StatsError(msg)
    for name in needed:
        if name not in frame.columns:
            msg = f"{are}; {name!r} is missing.{do}"
            raise StatsError(msg)


def _is_said(name: object) -> bool:
    return name in _SAID or str(name).startswith("criterion_")


# What a session's own labels have, which goes as it is.
_READY: dict[Any, Any] = {"again": np.dtype(bool), "at": pd.DatetimeTZDtype("us", "UTC")}
_SAID = {*_NEEDED, "shown_left", "source", "strength", "seconds", "again", "at"}


def _is_text(value: object) -> bool:
    """Tell whether it is a text, or messages with a role and a content each."""
    if isinstance(value, str):
        return True
    return isinstance(value, list | tuple | np.ndarray) and all(
        isinstance(each, Mapping)
        and {"role", "content"} <= each.keys()
        and _is_content(each["content"])
        for each in value
    )


def _is_content(value: object) -> bool:
    return value is None or isinstance(value, str) or (isinstance(value, list) and are_parts(value))


def _refuse_no_text(column: "pd.Series[Any]", name: str) -> None:
    _refuse(~column.map(_is_text).astype(bool), column, f"{name} is a text or messages", _PAIR)


def _refuse(wrong: "pd.Series[bool]", column: "pd.Series[Any]", kind: str, where: str) -> None:
    """Refuse the first that is wrong, by its row."""
    places = np.flatnonzero(wrong.to_numpy(bool))
    if len(places):
        row, value = column.index[places[0]], column.iloc[places[0]]
        has = "has none" if np.ndim(value) == 0 and pd.isna(value) else f"has {say(value)}"
        msg = f"{kind}; {where} {row!r} {has}."
        if where == _PAIR and isinstance(value, Mapping | list | bytes):
            msg += (
                " Messages have a text for content. Pairs with images or audio are counted as a "
                "tiebreak.Session gives them: by its pairs."
            )
        raise StatsError(msg)


def _numbers(column: "pd.Series[Any]", name: str) -> "pd.Series[Any]":
    numbers = pd.to_numeric(column.where(column.notna(), np.nan), errors="coerce").astype(float)
    wrong = (numbers.isna() & column.notna()) | np.isinf(numbers)
    _refuse(wrong, column, f"{name} is a number, or missing", _LABEL)
    return numbers


def _truths(column: "pd.Series[Any]") -> "pd.Series[Any]":
    known = column.map(lambda each: isinstance(each, bool | np.bool_ | int | float))
    known = known.astype(bool) & column.isin([True, False])
    _refuse(~known & column.notna(), column, "again is True or False, or missing", _LABEL)
    return column.where(column.notna(), other=False).astype(bool)


def _times(column: "pd.Series[Any]") -> "pd.Series[Any]":
    times = pd.to_datetime(column, utc=True, errors="coerce", format="ISO8601")
    wrong = times.isna() & column.notna()
    _refuse(wrong, column, "at is a time such as 2026-01-31T09:00Z, or missing", _LABEL)
    return times
