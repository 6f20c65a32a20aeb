"""Anything -> pairs, and their ids.

A pair is a prompt and two responses, ``a`` and ``b``; each text is a string or a list of
``{"role", "content"}`` messages, and an image is a message with that one part. Everything wrong
with the input is said at once.
"""

import contextlib
import json
import math
import numbers
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from hashlib import blake2b
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple, get_args

import msgspec
import pandas as pd

from tiebreak.errors import PairsError
from tiebreak.events import Verdict
from tiebreak.files import BUFFER
from tiebreak.images import Gallery, UnusableImageError, image_part, is_image

Text = str | list[dict[str, Any]]

# Takes an image in and gives the name that texts refer to it by.
Take = Callable[[Any], str]

ROLES = ("system", "developer", "user", "assistant", "tool")
LONGEST_ID = 200
_LONGEST_NUMBER = 4096  # Python writes no whole number of more than 4300 digits
_ROWS_NAMED = 10
_KINDS_NAMED = 20


class Pair(msgspec.Struct, omit_defaults=True, frozen=True):
    """A prompt and two responses. ``id`` is the user's own or a hash of the three texts.

    Attributes:
        id: names the pair in journals and exports.
        prompt: a string or a list of messages.
        a: the one response.
        b: the other response.
        model_a: what wrote ``a``, where that is known; never shown while labeling.
        model_b: what wrote ``b``.
        meta: every other column of the input.
        gold: the answer that is known to be right, where the pair is there to measure how often
            annotators give it.

    """

    id: str
    prompt: Text
    a: Text
    b: Text
    model_a: str | None = None
    model_b: str | None = None
    meta: dict[str, Any] | None = None
    gold: Verdict | None = None


def content_id(prompt: Text, a: Text, b: Text) -> str:
    """Hash the three texts to an id of 20 hexadecimal digits (80 bits of BLAKE2b).

    The same texts give the same id on every machine, which is what a resume matches by.
    """
    if isinstance(prompt, str) and isinstance(a, str) and isinstance(b, str):
        # Lengths first, so that no two triples share their bytes.
        p, x, y = prompt.encode(), a.encode(), b.encode()
        data = b"%d,%d,%d\0%b\0%b\0%b" % (len(p), len(x), len(y), p, x, y)
    else:
        data = json.dumps([prompt, a, b], sort_keys=True, ensure_ascii=False).encode()
    return blake2b(data, digest_size=10).hexdigest()


def to_pairs(source: Any, gallery: Gallery | None = None) -> list[Pair]:
    """Read pairs from a DataFrame, a list of dicts, a ``datasets.Dataset`` or a path.

    Columns are ``prompt``, ``response_a`` and ``response_b`` (or ``a`` and ``b``, as tiebreak
    itself writes them), or ``prompt``, ``chosen`` and ``rejected``: someone else's preferences to
    check, whose chosen answer becomes ``a`` and is not marked. ``id``, ``model_a`` and
    ``model_b`` are optional; every other column is kept as ``meta``. A path ends in ``.jsonl``,
    ``.json``, ``.csv`` or ``.parquet``. Images are taken into the gallery; a path to one is
    relative to the file that names it.

    Raises:
        PairsError: something is wrong with the source or with rows of it; all of it is named.

    """
    table = _open_source(source)
    return _read_pairs(table, _Columns.found_in(table), gallery)


def to_gold(source: Any, gallery: Gallery | None = None) -> list[Pair]:
    """Read pairs with a known answer, from whatever pairs are read from.

    Columns are ``prompt``, ``chosen`` and ``rejected``, or those of any pairs and ``answer``, which
    is ``"a"``, ``"b"``, ``"tie"`` or ``"both_bad"``.

    Raises:
        PairsError: as for :func:`to_pairs`, or a row without a known answer; all are named.

    """
    table = _open_source(source)
    table = table._replace(rows=list(table.rows))
    columns = _Columns.found_in(table)
    problems = _Problems(table)
    known: list[Pair] = []
    for (name, _), pair in zip(table.rows, _read_pairs(table, columns, gallery), strict=True):
        meta = dict(pair.meta or {})
        answer = meta.pop("answer", "a" if columns.a == "chosen" else None)
        if answer not in get_args(Verdict):
            what = "no answer" if answer is None else f"the answer {answer!r}"
            problems.add(f'{what} where "a", "b", "tie" or "both_bad" is known to be right', name)
            continue
        known.append(msgspec.structs.replace(pair, gold=answer, meta=meta or None))
    problems.raise_any()
    return known


def _read_pairs(table: "_Table", columns: "_Columns", gallery: Gallery | None) -> list[Pair]:
    problems = _Problems(table)
    take = partial((gallery or Gallery()).take, beside=table.beside)
    pairs: list[Pair] = []
    seen: set[str] = set()
    for name, row in table.rows:
        pair = columns.read(name, row, problems, take)
        if pair is None:
            continue
        if pair.id in seen:
            problems.add(_duplicate(row, columns), name)
            continue
        seen.add(pair.id)
        pairs.append(pair)
    problems.raise_any()
    if not pairs:
        msg = f"{table.name} has no rows, so there is nothing to label."
        raise PairsError(msg)
    return pairs


class _Table(NamedTuple):
    """Rows under their names: an index label, a line number or a position.

    ``beside`` is the folder that paths in the rows are relative to.
    """

    name: str
    row_word: str
    columns: list[str]
    rows: Iterable[tuple[object, Mapping[str, Any]]]
    remedy: str
    beside: Path = Path()


def _open_source(source: Any) -> _Table:
    if isinstance(source, str | PathLike):
        return _open_path(Path(source))
    if isinstance(source, pd.DataFrame):
        return _open_frame(source, "The DataFrame")
    if isinstance(source, list | tuple):
        return _open_list(source, "The list", "item", 0)
    if isinstance(source, Mapping) and hasattr(source, "column_names"):
        splits = ", ".join(map(str, source))
        msg = f"This is a DatasetDict; give one of its splits ({splits}), as in pairs['train']."
        raise PairsError(msg)
    if hasattr(source, "column_names") and hasattr(source, "to_pandas"):  # datasets.Dataset
        rows = enumerate(source)
        remedy = "Mend or drop these rows, for example with pairs.filter(...)."
        return _Table("The dataset", "row", list(source.column_names), rows, remedy)
    msg = (
        f"Pairs come as a DataFrame, a list of dicts, a datasets.Dataset or a path, not as "
        f"{type(source).__name__}."
    )
    raise PairsError(msg)


def _open_path(path: Path) -> _Table:
    readers = {".jsonl": _read_jsonl, ".json": _read_json, ".csv": _read_csv}
    readers |= {".ndjson": _read_jsonl, ".parquet": _read_parquet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        msg = f"{path}: the ending {path.suffix!r} is not one of {', '.join(sorted(readers))}."
        raise PairsError(msg)
    try:
        path.stat()  # pandas' own error for a missing file gives no reason
        return reader(path)._replace(beside=path.parent)
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}."
        raise PairsError(msg) from error


def _read_jsonl(path: Path) -> _Table:
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    rows: list[tuple[object, Mapping[str, Any]]] = []
    columns: dict[str, None] = {}
    with path.open("rb", buffering=BUFFER) as file:
        for number, line in enumerate(file, 1):
            clean = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if not clean.strip():
                continue
            try:
                row = decode(clean)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                msg = f"{path}, line {number}: not a JSON object in UTF-8 ({error})."
                raise PairsError(msg, [number]) from error
            columns.update(dict.fromkeys(row))
            rows.append((number, row))
    return _Table(str(path), "line", list(columns), rows, "Mend or remove these lines.")


def _read_json(path: Path) -> _Table:
    try:
        content = msgspec.json.decode(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        msg = f"{path} is not JSON in UTF-8: {error}. One object a line goes by .jsonl"
        raise PairsError(msg) from error
    if not isinstance(content, list):
        msg = f"{path} holds one {type(content).__name__}, not a list of rows."
        raise PairsError(msg)
    return _open_list(content, str(path), "item", 0)


def _read_csv(path: Path) -> _Table:
    # Text as it stands: pandas would else turn the answers "None", "NA" and "007" into others.
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (ValueError, UnicodeDecodeError) as error:
        msg = f"{path} is not CSV in UTF-8: {error}"
        raise PairsError(msg) from error
    if not isinstance(frame.index, pd.RangeIndex):  # pandas took the first column for an index
        msg = f"{path}: its rows have more fields than its header has columns. Is a comma unquoted?"
        raise PairsError(msg)
    return _open_frame(frame, str(path))


def _read_parquet(path: Path) -> _Table:
    try:
        return _open_frame(pd.read_parquet(path), str(path))
    except ImportError as error:
        msg = f"Reading {path} needs pyarrow: pip install 'tiebreak[parquet]'"
        raise PairsError(msg) from error
    except (OSError, PairsError):
        raise
    except Exception as error:  # of a damaged file pyarrow says anything, also KeyError
        msg = f"{path} is not a Parquet file: {error}"
        raise PairsError(msg) from error


def _open_frame(frame: pd.DataFrame, name: str) -> _Table:
    columns = [str(column) for column in frame.columns]
    names = pd.Index(columns, dtype=object)
    if names.has_duplicates:
        twice = ", ".join(map(repr, names[names.duplicated()]))
        msg = f"{name} has two columns named {twice}; rename one."
        raise PairsError(msg)
    if frame.index.name == "id" and "id" not in columns:  # session.pairs, given back
        frame = frame.reset_index()
        columns = ["id", *columns]
    values = [values.tolist() for _, values in frame.items()]
    rows = zip(
        frame.index.tolist(),
        (dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)),
        strict=True,
    )
    remedy = "Mend or drop these rows, for example: pairs = pairs.drop(index={rows})"
    return _Table(name, "row", columns, rows, remedy)


def _open_list(items: Iterable[Any], name: str, word: str, first: int) -> _Table:
    rows: list[tuple[object, Mapping[str, Any]]] = []
    columns: dict[str, None] = {}
    for number, item in enumerate(items, first):
        if not isinstance(item, Mapping):
            msg = f"{name}, {word} {number}: a row is a dict, not {type(item).__name__}."
            raise PairsError(msg, [number])
        columns.update((str(key), None) for key in item)
        rows.append((number, item))
    return _Table(name, word, list(columns), rows, "Mend or remove these items.")


class _Problems:
    """Collects what is wrong with rows, to say it all together."""

    def __init__(self, table: _Table) -> None:
        self._table = table
        self._rows: dict[str, list[object]] = {}

    def add(self, what: str, row: object) -> None:
        self._rows.setdefault(what, []).append(row)

    def raise_any(self) -> None:
        if not self._rows:
            return
        bad = {repr(row): row for rows in self._rows.values() for row in rows}
        word = self._table.row_word
        lines = [
            f"{self._table.name} cannot be used yet: {len(bad)} {word}{'s' * (len(bad) > 1)} "
            "with problems."
        ]
        for what, rows in islice(self._rows.items(), _KINDS_NAMED):
            named = ", ".join(str(row) for row in rows[:_ROWS_NAMED])
            more = f" and {len(rows) - _ROWS_NAMED} more" if len(rows) > _ROWS_NAMED else ""
            lines.append(f"  - {what}: {word}{'s' * (len(rows) > 1)} {named}{more}")
        if len(self._rows) > _KINDS_NAMED:
            lines.append(f"  - and {len(self._rows) - _KINDS_NAMED} more kinds of problem")
        few = list(bad.values()) if len(bad) <= _ROWS_NAMED else "error.rows"
        lines.append(self._table.remedy.replace("{rows}", str(few)))
        lines.append("All of them are in the error's .rows. Nothing was changed.")
        raise PairsError("\n".join(lines), list(bad.values()))


_LAYOUTS = (
    ("prompt", "response_a", "response_b"),
    ("prompt", "chosen", "rejected"),
    ("prompt", "a", "b"),
)


class _Columns(NamedTuple):
    """Which columns hold the prompt and the responses."""

    prompt: str
    a: str
    b: str

    @classmethod
    def found_in(cls, table: _Table) -> "_Columns":
        fitting = [layout for layout in _LAYOUTS if set(layout) <= set(table.columns)]
        if len(fitting) == 1 or (fitting and fitting[0] == _LAYOUTS[0]):
            return cls(*fitting[0])
        if fitting:
            both = " and ".join(f"{a}/{b}" for _, a, b in fitting)
            msg = f"{table.name} has both {both}; drop or rename the columns not meant."
            raise PairsError(msg)
        if not table.columns:
            msg = f"{table.name} has no rows, so there is nothing to label."
            raise PairsError(msg)
        near = max(_LAYOUTS, key=lambda layout: len(set(layout) & set(table.columns)))
        missing = ", ".join(repr(column) for column in near if column not in table.columns)
        seen = ", ".join(map(repr, table.columns))
        msg = (
            f"{table.name} has no column {missing}. Pairs have the columns prompt, response_a and "
            f"response_b (or prompt, chosen and rejected). Its columns are {seen}."
        )
        raise PairsError(msg)

    def read(
        self, name: object, row: Mapping[str, Any], problems: _Problems, take: Take
    ) -> Pair | None:
        """Read a row, or note what is wrong with it and give None."""
        wrong: list[str] = []
        texts = {column: _read_text(row.get(column), column, wrong, take) for column in self}
        prompt, a, b = (texts[column] for column in self)
        if not wrong and a == b:
            wrong.append(f"identical responses in {self.a} and {self.b}")
        model_a = _read_name(row.get("model_a"), "model_a", wrong)
        model_b = _read_name(row.get("model_b"), "model_b", wrong)
        own_id = _read_name(row.get("id"), "id", wrong)
        if own_id is not None and not 1 <= len(own_id) <= LONGEST_ID:
            wrong.append(f"an id longer than {LONGEST_ID} characters")
        meta = self._read_meta(row, wrong)
        for what in wrong:
            problems.add(what, name)
        if wrong or prompt is None or a is None or b is None:
            return None
        identity = own_id if own_id is not None else content_id(prompt, a, b)
        return Pair(identity, prompt, a, b, model_a, model_b, meta or None)

    def _read_meta(self, row: Mapping[str, Any], wrong: list[str]) -> dict[str, Any]:
        taken = {*self, "id", "model_a", "model_b"}
        meta: dict[str, Any] = {}
        for key, value in row.items():
            if key in taken:
                continue
            try:
                name, plain = _to_name(key), _to_plain(value)
            except (TypeError, RecursionError) as error:
                wrong.append(f"{_name_cause(error)} in column {key!r}")
                continue
            if key == "meta" and isinstance(plain, dict):  # a pair as tiebreak itself writes it
                meta |= plain
            elif plain is not None:
                meta[name] = plain
        return meta


def _duplicate(row: Mapping[str, Any], columns: _Columns) -> str:
    if _is_missing(row.get("id")):
        return f"{columns.prompt}, {columns.a} and {columns.b} the same as in an earlier row"
    return "an id that an earlier row has"


def _is_missing(value: Any) -> bool:
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    # math.isnan fails on a whole number that is beyond floats.
    return isinstance(value, numbers.Real) and value != value  # noqa: PLR0124


def _read_text(value: Any, column: str, wrong: list[str], take: Take) -> Text | None:
    if isinstance(value, str):
        if not value.strip():
            wrong.append(f"empty {column}")
        elif not _is_unicode(value):
            wrong.append(f"half a character (a lone surrogate) in {column}")
        else:
            return str.__str__(value)
        return None
    if is_image(value):
        part = _read_image(value, column, wrong, take)
        role = "user" if column == "prompt" else "assistant"
        return [{"role": role, "content": [part]}] if part else None
    if hasattr(value, "tolist") and not isinstance(value, numbers.Number):  # numpy from Parquet
        value = value.tolist()
    if isinstance(value, list | tuple):
        return _read_messages(value, column, wrong, take)
    if _is_missing(value):
        wrong.append(f"empty {column}")
    else:
        wrong.append(f"{column} is neither text, messages nor an image but {type(value).__name__}")
    return None


def _read_messages(value: Iterable[Any], column: str, wrong: list[str], take: Take) -> Text | None:
    messages: list[dict[str, Any]] = []
    said = False
    for item in value:
        if not isinstance(item, Mapping) or "role" not in item or "content" not in item:
            wrong.append(f"a message without role and content in {column}")
            return None
        role, content = item["role"], item["content"]
        if not isinstance(role, str):
            wrong.append(f"a message whose role is {type(role).__name__} in {column}")
            return None
        if role not in ROLES:
            wrong.append(f"a message with the unknown role {role!r} in {column}")
            return None
        calls = item.get("tool_calls") is not None
        if content is not None or not calls:
            content = _read_content(content, column, wrong, take)
            if content is None:
                return None
        said = said or calls or _says_something(content)
        try:
            # Parquet fills the keys that other messages have with None; they say nothing.
            plain = _to_plain({**item, "content": None})
        except (TypeError, RecursionError) as error:
            wrong.append(f"{_name_cause(error)} in {column}")
            return None
        kept = {key: value for key, value in plain.items() if value is not None}
        messages.append({"role": role, "content": content} | kept)
    if not said:
        wrong.append(f"empty {column}")
        return None
    return messages


def _read_content(
    content: Any, column: str, wrong: list[str], take: Take
) -> str | list[dict[str, str]] | None:
    """Read what a message says: text, or a list of parts."""
    if isinstance(content, str):
        if not _is_unicode(content):
            wrong.append(f"half a character (a lone surrogate) in {column}")
            return None
        return str.__str__(content)
    if hasattr(content, "tolist"):
        content = content.tolist()
    if not isinstance(content, list | tuple):
        wrong.append(f"a message whose content is {type(content).__name__} in {column}")
        return None
    parts = [_read_part(part, column, wrong, take) for part in content]
    return [part for part in parts if part] if all(parts) else None


def _read_part(part: Any, column: str, wrong: list[str], take: Take) -> dict[str, str] | None:
    # Parquet fills the keys that other parts have with None.
    given = {k: v for k, v in part.items() if v is not None} if isinstance(part, Mapping) else {}
    if is_image(given):
        return _read_image(given, column, wrong, take)
    text = given.get("text")
    if set(given) != {"type", "text"} or given["type"] != "text" or not isinstance(text, str):
        wrong.append(f"a message part that is neither text nor an image in {column}")
    elif not _is_unicode(text):
        wrong.append(f"half a character (a lone surrogate) in {column}")
    else:
        return {"type": "text", "text": str.__str__(text)}
    return None


def _read_image(value: Any, column: str, wrong: list[str], take: Take) -> dict[str, str] | None:
    try:
        return image_part(take(value))
    except UnusableImageError as error:
        wrong.append(f"{error} in {column}")
        return None


def _says_something(content: str | list[dict[str, str]] | None) -> bool:
    if isinstance(content, list):
        return any(part["type"] == "image" or part["text"].strip() for part in content)
    return bool(content and content.strip())


def _read_name(value: Any, column: str, wrong: list[str]) -> str | None:
    if isinstance(value, str):
        if not _is_unicode(value):
            wrong.append(f"half a character (a lone surrogate) in {column}")
        return str.__str__(value) or None
    if _is_missing(value):
        return None
    with contextlib.suppress(ValueError, OverflowError):  # infinite, or too long to write down
        if isinstance(value, numbers.Real) and value % 1 == 0:
            return str(int(value))  # type: ignore[call-overload]
    wrong.append(f"{column} is neither text nor a whole number but {type(value).__name__}")
    return None


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _to_plain(value: Any) -> Any:
    """Turn a cell into what JSON holds.

    Raises:
        TypeError: there is no such thing; the message says what the cell holds.

    """
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, bool | int | float | str):
        return _to_scalar(value)
    if isinstance(value, Mapping):
        return {_to_name(key): _to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_to_plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return _to_plain(value.tolist())
    if isinstance(value, date):
        return value.isoformat()
    msg = f"a {type(value).__name__}, which JSON cannot hold,"
    raise TypeError(msg)


def _to_scalar(value: bool | float | str) -> bool | float | str | None:  # noqa: FBT001
    """Check a scalar, and give one of a subclass, such as NumPy's, as the plain type."""
    if isinstance(value, str):
        if not _is_unicode(value):
            msg = "half a character (a lone surrogate)"
            raise TypeError(msg)
        return str.__str__(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        if value.bit_length() > _LONGEST_NUMBER:
            msg = f"a whole number of more than {_LONGEST_NUMBER} bits"
            raise TypeError(msg)
        return int(value)
    return float(value) if math.isfinite(value) else None


def _to_name(key: Any) -> str:
    try:
        return str(_to_scalar(str(key)))
    except ValueError as error:  # a whole number too long to write down
        msg = f"a {type(key).__name__} too long to be a name"
        raise TypeError(msg) from error


def _name_cause(error: TypeError | RecursionError) -> str:
    return "lists in lists without end" if isinstance(error, RecursionError) else str(error)


def describe_change(stored: Pair, given: Pair) -> str | None:
    """Name what differs between a stored pair and one given under its id, or give None.

    ``meta`` is not compared: it is not what a label was about.
    """
    names = ("prompt", "a", "b", "model_a", "model_b", "gold")
    changed = [name for name in names if getattr(stored, name) != getattr(given, name)]
    return " and ".join(changed) or None


def iter_lines(pairs: Iterable[Pair]) -> Iterator[bytes]:
    """Encode pairs as the lines of ``pairs.jsonl``."""
    encode = msgspec.json.Encoder().encode
    for pair in pairs:
        yield encode(pair) + b"\n"
