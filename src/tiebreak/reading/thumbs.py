"""The cells of single responses with a thumb: the thumb, whose it is, and the texts."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from tiebreak.reading.account import Account
from tiebreak.reading.layouts.dialogue import messages
from tiebreak.reading.layouts.fields import name_if_any, text
from tiebreak.reading.logs import Given
from tiebreak.reading.problems import OTHER_SHAPE, Problems
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.reading.sources import Table, with_progress
from tiebreak.records.text import ROLES, Text, says_something

# Thumbs come in five colours of skin, and in one of their own or none.
_COLOURS = dict.fromkeys([*range(0x1F3FB, 0x1F400), 0xFE0E, 0xFE0F])
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_UP = (
    *("up", "thumbs up", "thumb up", "like", "liked", "positive", "good", "yes", "true", "+1"),
    *("1", "1.0", "upvote", "upvoted", "helpful", "desirable", "accepted", "correct"),
    *(":thumbsup:", ":+1:"),
)
_DOWN = (
    *("down", "thumbs down", "thumb down", "dislike", "disliked", "negative", "bad", "no", "false"),
    *("-1", "-1.0", "0", "0.0", "downvote", "downvoted", "unhelpful", "not helpful"),
    *("undesirable", "rejected", "incorrect", ":thumbsdown:", ":-1:"),
)
_THUMBS = {
    **dict.fromkeys((*_UP, "\N{THUMBS UP SIGN}"), True),
    **dict.fromkeys((*_DOWN, "\N{THUMBS DOWN SIGN}"), False),
}
_SHOWN = 40


def is_minus_one(value: Any) -> bool:
    """Tell whether a thumb is -1, so that 0 may be none."""
    found = plain(value)
    return isinstance(found, int | float | str) and str(found).strip() in {"-1", "-1.0"}


def read_thumb(given: Any, column: str, *, signed: bool) -> bool | None:
    """Tell whether a thumb is up, or give None where there is none."""
    value = plain(given)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, float) and value % 1 == 0:
        value = int(value)
    if isinstance(value, int) and abs(value) > 1:
        msg = f"{column} is a number other than 1, 0 and -1"
        raise RowError(msg)
    spelled = str(value).strip().translate(_COLOURS) if isinstance(value, str | int) else ""
    said = _CAMEL.sub(" ", spelled).lower()
    if said in ("0", "0.0") and signed:
        msg = f"{column} is 0, where other rows have -1: a down or no thumb?"
        raise RowError(msg)
    words = said if said in _THUMBS else said.replace("_", " ").replace("-", " ")
    if words not in _THUMBS:
        shown = repr(value[:_SHOWN]) if isinstance(value, str) else type(value).__name__
        msg = f"{column} is {shown}, which is no thumb such as up and down, 1 and 0, true and false"
        raise RowError(msg)
    return _THUMBS[words]


def read_text(row: Row, column: str) -> Text:
    """Take a prompt or response, text or messages, that says something."""
    if not isinstance(plain(row.get(column)), list):
        said = text(row, column)
        _require_json(said, column)
        if not said.strip():
            msg = f"empty {column}"
            raise RowError(msg)
        return said
    found = messages(row, column)
    _require_json(found, column)
    if not any(map(says_something, found)):
        msg = f"empty {column}"
        raise RowError(msg)
    unknown = next((message["role"] for message in found if message["role"] not in ROLES), None)
    if unknown is not None:
        msg = f"a message with the unknown role {unknown[:_SHOWN]!r} in {column}"
        raise RowError(msg)
    return found


def read_user(row: Row, column: str) -> str | None:
    """Take the name of who gave the thumb, if any."""
    user = name_if_any(row, column)
    _require_json(user, column)
    return user


def _require_json(value: Any, column: str) -> None:
    try:
        msgspec.json.encode(value)
    except UnicodeEncodeError:
        msg = f"half a character (a lone surrogate) in {column}"
        raise RowError(msg) from None
    except (TypeError, ValueError, RecursionError):
        msg = f"something that JSON cannot hold in {column}"
        raise RowError(msg) from None


class Thumb(NamedTuple):
    """A thumb on a response to a prompt, whose it is, and the number of its row."""

    prompt: Text
    response: Text
    up: bool
    user: str | None
    row: int


class Told(NamedTuple):
    """What becomes of the rows, and what is wrong with them."""

    table: Table
    problems: Problems
    account: Account

    def refuse(self, number: int, what: str) -> None:
        """Note what is wrong with a row."""
        self.problems.add(what, self.account.names[number])
        self.account.wrong(number, what)


def read_thumbs(
    rows: Sequence[tuple[object, Row]],
    read: Callable[[Row], Iterable[Given]],
    named: tuple[str, str, str],
    log: Told,
) -> tuple[list[Thumb], int]:
    """Read the thumbs of all rows, and count the responses without one."""
    prompt, response, thumb = named
    given = list(_given(rows, read, log))
    signed = any(is_minus_one(one.thumb) for _, one in given)
    thumbs: list[Thumb] = []
    without = 0
    rated: Counter[int] = Counter()
    for number, one in given:
        rated[number] += 0
        try:
            up = read_thumb(one.thumb, thumb, signed=signed)
            if up is None:
                without += 1
                continue
            who = read_user({"user": one.user}, "user")
            asked = read_text({prompt: one.prompt}, prompt)
            answered = read_text({response: one.response}, response)
        except RowError as error:
            log.refuse(number, str(error))
            continue
        thumbs.append(Thumb(asked, answered, up, who, number))
        rated[number] += 1
    for number, times in rated.items():
        if times != 1 or log.account.is_wrong(number):
            log.account.became(number, times, "")
    return thumbs, without


def _given(
    rows: Sequence[tuple[object, Row]], read: Callable[[Row], Iterable[Given]], log: Told
) -> Iterator[tuple[int, Given]]:
    """Give the responses of each row, with its number."""
    for number, (name, row) in enumerate(with_progress(rows, log.table.name, len(rows))):
        log.account.names.append(name)
        try:
            found = list(read(row))
        except RowError as error:
            log.refuse(number, str(error))
        except OTHER_SHAPE as error:
            log.refuse(number, f"not in the shape of such a log ({type(error).__name__})")
        else:
            if not found:
                log.account.became(number, 0, "")
            yield from ((number, one) for one in found)
