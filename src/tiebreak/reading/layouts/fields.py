"""Takes fields out of rows, and says what is wrong with one that is not what its layout says.

Rows come from JSON, Parquet, pandas and ``datasets``, so a list may be an array, a whole number a
float, and what is missing ``None`` or NaN.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import pandas as pd
from msgspec.structs import replace

from tiebreak.reading.layouts.layout import Found
from tiebreak.reading.rows import Row, RowError, plain

T = TypeVar("T")

# Who preferred what, where a dataset does not tell.
SOMEONE = "dataset"

# What the one who preferred is called in tables.
ANNOTATORS = (
    *("annotator", "annotator_id", "annotator_name", "rater", "rater_id", "labeler", "labeler_id"),
    *("worker", "worker_id", "evaluator", "evaluator_id", "reviewer", "reviewer_id"),
)

_SHOWN = 40
_LARGEST = 2**63

_PROMPTS = ("prompt", "instruction", "question", "input", "query", "context", "conversation")
_RESPONSES = (
    ("response_a", "response_b"),
    ("response1", "response2"),
    ("response_1", "response_2"),
    ("response-1", "response-2"),
    ("answer1", "answer2"),
    ("answer_1", "answer_2"),
    ("completion_a", "completion_b"),
    ("chosen", "rejected"),
    ("a", "b"),
)


def text(row: Row, name: str) -> str:
    """Take a text that must be there."""
    value = _required(row, name)
    if not isinstance(value, str):
        msg = f"{name} is not text but {_kind(value)}"
        raise RowError(msg)
    return value


def text_if_any(row: Row, name: str) -> str | None:
    """Take a text that may be missing or empty."""
    return None if plain(row.get(name)) is None else text(row, name) or None


def name_if_any(row: Row, name: str) -> str | None:
    """Take a name, such as a model's or a person's: a text or a whole number, or None."""
    value = plain(row.get(name))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(whole(row, name))
    return text_if_any(row, name)


def who_if_any(row: Row) -> tuple[str, str] | tuple[None, None]:
    """Take the name of the one who preferred, and which of the usual columns it stands in."""
    for name in ANNOTATORS:
        if name in row and (who := name_if_any(row, name)):
            return who, name
    return None, None


def with_annotator(found: Found) -> Found:
    """Give a pair whose preference is that of the one whom a column beside it names."""
    if not any(opinion.annotator == SOMEONE for opinion in found.opinions):
        return found
    who, column = who_if_any(found.meta)
    if who is None or column is None:
        return found
    opinions = tuple(
        replace(opinion, annotator=who) if opinion.annotator == SOMEONE else opinion
        for opinion in found.opinions
    )
    return replace(
        found,
        opinions=opinions,
        meta={name: value for name, value in found.meta.items() if name != column},
        uses={**found.uses, column: "annotator"},
    )


def number(row: Row, name: str) -> float:
    """Take a number that must be there; a text is none."""
    value = _required(row, name)
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not -_LARGEST < value < _LARGEST
    ):
        msg = f"{name} is not a number but {_shown(value)}"
        raise RowError(msg)
    return float(value)


def number_if_any(row: Row, name: str) -> float | None:
    """Take a number that may be missing."""
    return None if plain(row.get(name)) is None else number(row, name)


def whole(row: Row, name: str) -> int:
    """Take a whole number that must be there, also one that a table made a float of."""
    value = _required(row, name)
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not -_LARGEST < value < _LARGEST
    ):
        msg = f"{name} is not a whole number but {_shown(value)}"
        raise RowError(msg)
    if value % 1 != 0:
        msg = f"{name} is not a whole number but {_shown(value)}"
        raise RowError(msg)
    return int(value)


def choice(row: Row, name: str, meanings: Mapping[Any, T]) -> T:
    """Take one of the values that the dataset knows, and give what it stands for."""
    value = _required(row, name)
    if isinstance(value, str | int | float) and not isinstance(value, bool) and value in meanings:
        return meanings[value]
    known = ", ".join(map(repr, meanings))
    msg = f"{name} is {_shown(value)}, not one of {known}"
    raise RowError(msg)


def flag(row: Row, name: str) -> bool | None:
    """Take true or false, or None where it is missing."""
    value = plain(row.get(name))
    if value is None or isinstance(value, bool):
        return value
    msg = f"{name} is neither true nor false but {_shown(value)}"
    raise RowError(msg)


def items(row: Row, name: str) -> list[Any]:
    """Take a list that must be there."""
    value = _required(row, name)
    if not isinstance(value, list):
        msg = f"{name} is not a list but {_kind(value)}"
        raise RowError(msg)
    return value


def items_if_any(row: Row, name: str) -> list[Any]:
    """Take a list; a missing one is empty."""
    return [] if plain(row.get(name)) is None else items(row, name)


def record(row: Row, name: str) -> Row:
    """Take an object that must be there."""
    value = _required(row, name)
    if not isinstance(value, Mapping):
        msg = f"{name} is not an object but {_kind(value)}"
        raise RowError(msg)
    return value


def record_if_any(row: Row, name: str) -> Row:
    """Take an object; a missing one is empty."""
    return {} if plain(row.get(name)) is None else record(row, name)


def records(row: Row, name: str) -> list[Row]:
    """Take a list of objects that must be there."""
    return _all_records(items(row, name), name)


def records_if_any(row: Row, name: str) -> list[Row]:
    """Take a list of objects; a missing one is empty."""
    return _all_records(items_if_any(row, name), name)


def json_list(row: Row, name: str) -> list[Any]:
    """Take a list that is written as JSON within a text."""
    try:
        value = json.loads(text(row, name))
    except (ValueError, RecursionError):
        msg = f"{name} is not JSON"
        raise RowError(msg) from None
    return items({name: value}, name)


def moment(row: Row, name: str) -> datetime | None:
    """Take a point in time, if there is one: seconds since 1970, ISO 8601, or a timestamp.

    One without a time zone is UTC.
    """
    value = plain(row.get(name))
    if value is None:
        return None
    try:
        if isinstance(value, pd.Timestamp):
            value = value.to_pydatetime(warn=False)
        elif isinstance(value, str):
            value = datetime.fromisoformat(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            value = datetime.fromtimestamp(float(value), UTC)
        if isinstance(value, datetime):
            return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        msg = f"{name} is no point in time: {_shown(value)}"
        raise RowError(msg) from None
    msg = f"{name} is no point in time: {_shown(value)}"
    raise RowError(msg)


def kept(row: Row, *names: str) -> dict[str, Any]:
    """Take the columns that are kept as they are, of those the ones that hold a plain value."""
    values = ((name, plain(row.get(name))) for name in names)
    return {name: value for name, value in values if isinstance(value, str | int | float | bool)}


def rest_of(row: Row, *taken: str) -> dict[str, Any]:
    """Take all columns but those that were read."""
    return {name: plain(value) for name, value in row.items() if name not in taken}


def find_texts(row: Row) -> tuple[str, str, str]:
    """Find the names of prompt and responses among fields that somebody named as they liked.

    Raises:
        RowError: no field has a prompt's name, or it is not clear which two are the responses.

    """
    prompt = next((name for name in _PROMPTS if name in row), None)
    rest = [name for name in row if name != prompt and plain(row[name]) is not None]
    pair = next((pair for pair in _RESPONSES if set(pair) <= set(rest)), None)
    if pair is None and len(rest) == 2:  # noqa: PLR2004 - a pair
        pair = (rest[0], rest[1])
    if prompt is None or pair is None:
        seen = ", ".join(_shown(name) for name in list(row)[:10]) or "none"
        msg = f"the fields do not show which are the prompt and the two responses: {seen}"
        raise RowError(msg)
    return prompt, *pair


@contextmanager
def within(place: str) -> Iterator[None]:
    """Say where in the row it was that something is wrong."""
    try:
        yield
    except RowError as error:
        msg = f"{place}: {error}"
        raise RowError(msg) from None


def _required(row: Row, name: str) -> Any:
    value = plain(row.get(name))
    if value is None:
        msg = f"no {name}"
        raise RowError(msg)
    return value


def _all_records(values: list[Any], name: str) -> list[Row]:
    for value in values:
        if not isinstance(value, Mapping):
            msg = f"{name} holds not only objects but {_kind(value)}"
            raise RowError(msg)
    return values


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false"}
    names |= {int: "a number", float: "a number", type(None): "nothing"}
    return names.get(type(value), type(value).__name__)


def _shown(value: Any) -> str:
    """Show a short value; Python writes no whole number of more than 4300 digits."""
    if isinstance(value, str):
        return repr(value if len(value) <= _SHOWN else value[:_SHOWN] + "…")
    if isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < _LARGEST):
        return repr(value)
    return _kind(value)


def read_time(value: Any, what: str) -> datetime | None:
    """Give a time written in ISO 8601, or None where there is none; ``what`` names it in errors."""
    if value is None or isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        msg = f"{what} is no time in ISO 8601"
        raise RowError(msg) from None
