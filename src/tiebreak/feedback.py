"""Production thumbs -> KTO rows as they are, and pairs where a prompt has both an up and a down."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any, NamedTuple

import msgspec
import pandas as pd

from tiebreak.checks.exporting import check_thumbs
from tiebreak.errors import ExportError, PairsError, telling_wrong_calls
from tiebreak.exports import ExportReport
from tiebreak.exports.formats import kto
from tiebreak.exports.writing import Stream, write_all
from tiebreak.files import with_home
from tiebreak.os_errors import telling_os_errors
from tiebreak.reading.account import Account
from tiebreak.reading.columns import ColumnFates, open_under
from tiebreak.reading.context import find_beside, warn_of_names, with_context
from tiebreak.reading.layouts.dialogue import MESSAGE
from tiebreak.reading.layouts.layout import NOTHING_FOUND, Found
from tiebreak.reading.limits import within_memory
from tiebreak.reading.logs import LOGGED, Given, Log, dialogue_reader
from tiebreak.reading.named_logs import find_log
from tiebreak.reading.problems import Problems
from tiebreak.reading.reading import OnError
from tiebreak.reading.result import Reading
from tiebreak.reading.rows import Row
from tiebreak.reading.sources import Table, require_columns
from tiebreak.reading.thumbs import Thumb, Told, read_thumbs
from tiebreak.records.label import JOURNAL_VERSION, Header, Label, Preference, imported_id, now
from tiebreak.records.pair import Pair, content_id
from tiebreak.records.text import Text
from tiebreak.store.media import Gallery
from tiebreak.wording import count, visible

ANNOTATOR = "feedback"

_ENDINGS = (".jsonl", ".parquet")


@dataclass(frozen=True, repr=False, eq=False)
class Feedback(Reading):
    """Thumbs that were read, and the pairs that they make; a session takes it as any reading.

    Attributes:
        thumbs: one row a thumb, as they came: prompt, response, label (True is up), user.
        without_thumb: how many responses had no thumb, and were left out.

    Example:
        >>> import tiebreak as tb
        >>> log = [{"prompt": "2 + 2?", "response": "4", "thumb": "up"}]
        >>> log += [{"prompt": "2 + 2?", "response": "5", "thumb": "down"}]
        >>> feedback = tb.read_feedback(log, thumb="thumb")
        >>> feedback.thumbs["label"].tolist(), len(feedback.pairs)
        ([True, False], 1)

    """

    thumbs: pd.DataFrame
    without_thumb: int

    def __repr__(self) -> str:
        """Say in a line what was read."""
        up = int(self.thumbs["label"].sum())
        said = f"{count(up, 'thumb')} up and {len(self.thumbs) - up} down, "
        said += count(len(self), "pair")
        if self.without_thumb:
            said += f"; {count(self.without_thumb, 'response')} without a thumb"
        said += f"; {count(len(self.skipped), 'row')} skipped" * (len(self.skipped) > 0)
        return visible("\n".join([said, *(self.told.lines() if self.told else [])]))

    def export(self, path: str | PathLike[str]) -> ExportReport:
        """Write the thumbs as they are for TRL's KTO: rows of prompt, completion and label.

        Ups and downs alternate, and thumbs on one prompt stand apart, which KTO's batches need;
        see :mod:`tiebreak.exports.formats.kto`.

        Raises:
            ExportError: the file cannot be written, or has another ending; or the checks P02, P05
                and P06 found errors, as they do in :meth:`tiebreak.Session.export`.

        Example:
            >>> import tiebreak as tb
            >>> log = [{"prompt": "2 + 2?", "response": "4", "thumb": "up"}]
            >>> log += [{"prompt": "2 + 2?", "response": "5", "thumb": "down"}]
            >>> feedback = tb.read_feedback(log, thumb="thumb")
            >>> feedback.export(tmp / "kto.jsonl").rows
            2

        """
        path = with_home(path)
        if path.suffix not in _ENDINGS:
            msg = f"{path}: thumbs are written to a file that ends in {' or '.join(_ENDINGS)}."
            raise ExportError(msg)
        errors = [finding for finding in check_thumbs(self.thumbs) if finding.severity == "error"]
        if errors:
            said = "\n".join(f"{finding.rule}: {finding.message}" for finding in errors)
            msg = f"Nothing was written, because checks found errors.\n{said}"
            raise ExportError(msg)
        rows = Stream(kto.rows_of_thumbs(self.thumbs), len(self.thumbs))
        with telling_os_errors(ExportError, path):
            counts = write_all({path: rows}, {})
        left_out = {"without a thumb": self.without_thumb} if self.without_thumb else {}
        notes = []
        if len({*self.thumbs["label"]}) == 1:
            notes.append("all thumbs point the same way, and KTO learns from the difference")
        return ExportReport(path, "kto", counts[path], left_out, files=(path,), notes=notes)


@within_memory(PairsError)
@telling_wrong_calls(PairsError, 'tiebreak.read_feedback("log.jsonl", thumb="rating")')
def read_feedback(
    frame: Any,
    *,
    columns: Mapping[str, str] | None = None,
    prompt: str = "prompt",
    response: str = "response",
    thumb: str = "thumb",
    user: str | None = None,
    dialogue: str | None = None,
    on_error: OnError = "raise",
) -> Feedback:
    """Read thumbs on single responses, as a product's log has them.

    Every thumb is a row for KTO. Besides, responses to the same prompt make a pair where one has
    an up and the other a down. With ``user``, the pair is that user's preference if both thumbs
    are theirs; of responses that no user compared so, the one with more ups than downs is paired
    with one that has more downs, as the preference of ``"feedback"``. Each response stands in a
    pair with one of the other kind, not with all of them: a prompt as common as "hi" would else
    give millions. The source of these labels is ``feedback``.

    Where no columns are named, and those named by default are not there, the logs of Open WebUI,
    LibreChat, LangSmith, Langfuse and Phoenix and the KTO files of TRL, LLaMA-Factory, ms-swift and
    turbo-alignment are known by their own. A system text and a history beside the prompt become
    part of it.

    A thumb is true or false, 1 or 0, 1 or -1, "up" or "down", "like" or "dislike" and the like. A
    row without one is left out and counted. Of two thumbs of one user on one response, the later
    row counts for the pairs.

    >>> import tiebreak as tb
    >>> log = [
    ...     {"prompt": "Name a metal.", "response": "Wood", "thumb": "down"},
    ...     {"prompt": "Name a metal.", "response": "Iron", "thumb": "up"},
    ...     {"prompt": "Name a tree.", "response": "Oak", "thumb": "up"},
    ... ]
    >>> feedback = tb.read_feedback(log)
    >>> feedback
    2 thumbs up and 1 down, 1 pair
    3 items: 3 became thumbs.
    Columns: 'prompt', 'response', 'thumb' (label).
    1 thumb is in no pair: there is none the other way to go with.
    >>> feedback.labels[["annotator", "source", "preference"]].values.tolist()
    [['feedback', 'feedback', 'b']]
    >>> feedback.export(tmp / "kto.jsonl").rows
    3

    Args:
        frame: a DataFrame, or what else :func:`tiebreak.read_pairs` opens.
        columns: what the source calls its columns, as :func:`tiebreak.read_pairs` takes them:
            ``{"prompt": "question", "response": "answer", "thumb": "rating"}``.
        prompt: the column of the prompts: strings, or lists of messages.
        response: the column of the responses.
        thumb: the column of the thumbs.
        user: the column of who gave them.
        dialogue: in place of prompt and response, the column of dialogues whose last turn is the
            answer that the thumb is on.
        on_error: ``"skip"`` leaves out rows with problems and lists them in ``skipped``.

    Raises:
        PairsError: a column is missing, nothing is left, or rows have problems; all are named.

    """
    if on_error not in ("raise", "skip"):
        msg = f"on_error is 'raise' or 'skip', not {on_error!r}."
        raise PairsError(msg)
    table = open_under(frame, columns)
    named = columns or {}
    who = "user" if user is None and "user" in named else user
    whole = "dialogue" if dialogue is None and "dialogue" in named else dialogue
    asked = _Columns(prompt, response, thumb, who, whole)
    rows = list(table.rows)
    account = Account(table.name, table.row_word, table.notes)
    account.become = "thumb"
    account.columns.own_names = table.own_names
    own, read = _reader(table, rows, asked, account.columns)
    beside = find_beside(table.columns, frozenset(filter(None, own)))
    if rows and beside is not None:
        warn_of_names(table.name, rows[0][1], beside.system)
    problems = Problems(table, "tiebreak.read_feedback", "log")
    thumbs, without = read_thumbs(rows, read, own[:3], Told(table, problems, account))
    if on_error == "raise" or not thumbs:
        problems.raise_any()
    if not thumbs:
        msg = f"{table.name} has no thumb in the column {own.thumb!r}, so there is nothing to read."
        raise PairsError(msg)
    found, journals = _pair(thumbs)
    data = {name: [getattr(one, name) for one in thumbs] for name in ("prompt", "response")}
    data |= {"label": [one.up for one in thumbs], "user": [one.user for one in thumbs]}
    skipped = problems.as_frame()
    _tell_pairs(thumbs, found, account)
    account.close((), frozenset(), table.columns, table.broken, "it has no thumb")
    frame = pd.DataFrame(data)
    return Feedback("thumbs", skipped, found, journals, Gallery(), frame, without, told=account)


def _tell_pairs(thumbs: Iterable[Thumb], pairs: Sequence[Pair], account: Account) -> None:
    """Say of each thumb what it is, and the first pair that its response is in."""
    pair_of: dict[tuple[str, str], str] = {}
    for pair in pairs:
        for response in (pair.a, pair.b):
            pair_of.setdefault((_key(pair.prompt), _key(response)), pair.id)
    for thumb in thumbs:
        place = pair_of.get((_key(thumb.prompt), _key(thumb.response)), "")
        account.thumb(thumb.row, "up" if thumb.up else "down", place)


class _Columns(NamedTuple):
    """What the caller calls the columns."""

    prompt: str
    response: str
    thumb: str
    user: str | None
    dialogue: str | None


_DEFAULT = _Columns("prompt", "response", "thumb", None, None)


def _reader(
    table: Table, rows: Sequence[tuple[object, Row]], columns: _Columns, fates: ColumnFates
) -> tuple[_Columns, Callable[[Row], Iterable[Given]]]:
    """Give what to call prompt, response and thumb in messages, and what reads a row."""
    prompt, response, thumb, user, dialogue = columns
    if dialogue is not None:
        if (prompt, response) != _DEFAULT[:2]:
            msg = "dialogue= names the column of prompt and response; leave those out."
            raise PairsError(msg)
        require_columns(table, {"dialogue": dialogue, "thumb": thumb, "user": user})
        named = columns._replace(prompt=dialogue, response=dialogue)
        fates.use(_uses({dialogue: "prompt and response"}, thumb, user), {dialogue: MESSAGE})
        return named, _with_context(table, dialogue_reader(dialogue, thumb, user), columns, fates)
    if prompt == response:
        msg = (
            f"The column {prompt!r} cannot be both the prompt and the response. For dialogues "
            f"whose last turn is the answer: tiebreak.read_feedback(..., dialogue={prompt!r}, "
            f"thumb={thumb!r})."
        )
        raise PairsError(msg)
    log = find_log(table.columns, rows[0][1]) if rows and columns[:3] == _DEFAULT[:3] else None
    if log is not None and not {prompt, response, thumb} <= set(table.columns):
        who = log.read if user is None else _naming(log.read, user)
        require_columns(table, {"user": user})
        said = {name: (log.uses or LOGGED).get(name, "label") for name in log.columns}
        fates.use(_uses(said, None, user or log.users), log.within)
        return columns, _with_context(table, who, columns, fates, log)
    roles = {"prompt": prompt, "response": response, "thumb": thumb, "user": user}
    require_columns(table, roles)
    fates.use(_uses({prompt: "prompt", response: "response"}, thumb, user), {})

    def read(row: Row) -> Iterator[Given]:
        who = row.get(user) if user else None
        yield Given(row.get(prompt), row.get(response), row.get(thumb), who)

    return columns, _with_context(table, read, columns, fates)


def _uses(said: dict[str, str], thumb: str | None, user: str | None) -> dict[str, str]:
    """Say what columns are used as, for the account of a reading."""
    return said | ({thumb: "label"} if thumb else {}) | ({user: "user"} if user else {})


def _naming(read: Callable[[Row], Iterable[Given]], user: str) -> Callable[[Row], Iterable[Given]]:
    return lambda row: (one._replace(user=row.get(user)) for one in read(row))


def _with_context(
    table: Table,
    read: Callable[[Row], Iterable[Given]],
    columns: _Columns,
    fates: ColumnFates,
    log: Log | None = None,
) -> Callable[[Row], Iterable[Given]]:
    """Have what stands beside the prompt read with it."""
    own = frozenset(filter(None, columns)) | (log.columns if log else frozenset())
    beside = find_beside(table.columns, own)
    turns = beside and beside._replace(media=())

    def read_with_context(row: Row) -> Iterator[Given]:
        used: set[str] = set()
        for one in read(row):
            pair = Found(one.prompt, one.response, one.response)
            if turns is not None:
                pair = with_context(pair, row, turns, used)
            yield one._replace(prompt=pair.prompt, response=pair.a)
        fates.look(row, NOTHING_FOUND, used)

    return read_with_context


# -- pairs


class _Answers(NamedTuple):
    """The responses to one prompt by their text, in their order, and the thumbs on each."""

    prompt: Text
    responses: dict[str, Text]
    thumbs: dict[str, dict[object, bool]]


def _pair(
    thumbs: Iterable[Thumb],
) -> tuple[list[Pair], list[tuple[Header, list[Label]]]]:
    pairs: dict[str, Pair] = {}
    labels: dict[str, list[Label]] = {}
    moment = now()
    for answers in _by_prompt(thumbs):
        place_of = {response: place for place, response in enumerate(answers.responses)}
        for annotator, up, down in _preferences(answers):
            a, b = sorted((up, down), key=place_of.__getitem__)
            texts = (answers.prompt, answers.responses[a], answers.responses[b])
            pair = pairs.setdefault(content_id(*texts), Pair(content_id(*texts), *texts))
            preference: Preference = "a" if up == a else "b"
            identity = imported_id(f"{annotator}\0{pair.id}\0{preference}".encode())
            label = Label(id=identity, pair=pair.id, preference=preference, at=moment)
            labels.setdefault(annotator, []).append(label)
    journals = [
        (Header(JOURNAL_VERSION, "", annotator, "feedback", "thumbs"), said)
        for annotator, said in labels.items()
    ]
    return list(pairs.values()), journals


def _by_prompt(thumbs: Iterable[Thumb]) -> Iterable[_Answers]:
    found: dict[str, _Answers] = {}
    for place, thumb in enumerate(thumbs):
        answers = found.setdefault(_key(thumb.prompt), _Answers(thumb.prompt, {}, {}))
        response = _key(thumb.response)
        answers.responses.setdefault(response, thumb.response)
        who = place if thumb.user is None else thumb.user
        answers.thumbs.setdefault(response, {})[who] = thumb.up
    return found.values()


def _key(value: Text) -> str:
    return "s" + value if isinstance(value, str) else "m" + msgspec.json.encode(value).decode()


def _preferences(answers: _Answers) -> Iterator[tuple[str, str, str]]:
    """Give who prefers which response to which other."""
    by_user: dict[str, tuple[list[str], list[str]]] = {}
    net: dict[str, int] = {}
    for response, given in answers.thumbs.items():
        net[response] = sum(1 if is_up else -1 for is_up in given.values())
        for who, is_up in given.items():
            if isinstance(who, str):
                by_user.setdefault(who, ([], []))[0 if is_up else 1].append(response)
    compared: set[str] = set()
    for user, (liked, disliked) in by_user.items():
        for up, down in _match(liked, disliked):
            compared |= {up, down}
            yield user, up, down
    ups = [response for response, votes in net.items() if votes > 0]
    downs = [response for response, votes in net.items() if votes < 0]
    new_ups = [response for response in ups if response not in compared]
    new_downs = [response for response in downs if response not in compared]
    if new_ups or new_downs:
        for up, down in _match(new_ups or ups, new_downs or downs):
            yield ANNOTATOR, up, down


def _match(ups: Sequence[str], downs: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pair each with one of the other list, going round the shorter one."""
    if ups and downs:
        for place in range(max(len(ups), len(downs))):
            yield ups[place % len(ups)], downs[place % len(downs)]
