"""The one form that every source is brought into before it is checked.

A source may be as defective as it likes; what it is checked for is just that. So nothing here
refuses a row: cells are taken as they are; what reading refuses is told beside them.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import chain
from typing import Any

from tiebreak.checks.cells import (
    ABSENT,
    Form,
    canonical,
    form_of,
    role_of,
    strings_of,
    text_of,
    written_out,
)
from tiebreak.checks.finding import Finding, Problem
from tiebreak.checks.labels import LabelColumns
from tiebreak.checks.shape import Shape
from tiebreak.reading.blocks import with_files
from tiebreak.reading.rows import plain
from tiebreak.records.text import COLUMNS

Cells = Mapping[str, Any]
Rows = Iterable[tuple[object, Cells]]

_LOOKED_INTO = ("label", "margin")
_ALL_STRINGS = ("standard", "standard", "standard")
MOST_ANSWERS = 1_000


@dataclass(frozen=True)
class Counted:
    """What reading made of a source.

    Attributes:
        layout: the layout that it is in, where it was read.
        pairs: how many pairs it holds.
        labels: how many labels, by annotator, source and preference.

    """

    layout: str | None = None
    pairs: int = 0
    labels: Mapping[tuple[str, str, str], int] = field(default_factory=dict)


@dataclass
class Opened:
    """A source, opened: its rows under their names, to be gone through once.

    Attributes:
        name: for messages.
        shape: where its texts are.
        columns: all that it has, as far as is known before reading.
        rows: the rows, each with its name and cells.
        labels: labels that stand apart from the rows, with the row's name under ``pair``.
        total: how many rows there are, where that is known.
        noticed: what was wrong on the way to the cells.
        refused: the rows that reading refuses, by why.
        unreadable: why reading refuses the whole, where it does.
        sources: the rows of the source that pairs come from, by the pair's name; where the rows
            are pairs that were read.
        skips: whether rows that reading refuses are to be left out.
        pooled: whether what several annotators said of one pair would be trained on together.
        counted: what reading made of it.
        versions: names of the guidelines that there were, oldest first, where that is known.
        notes: how it was read, where its name says otherwise or nothing, a sentence each.

    """

    name: str
    shape: Shape
    columns: list[str]
    rows: Rows
    labels: Rows | None = None
    total: int | None = None
    noticed: dict[Problem, list[object]] = field(default_factory=dict)
    refused: dict[str, list[object]] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    sources: Mapping[object, object] | None = None
    skips: bool = False
    pooled: bool = False
    counted: Counted = field(default_factory=Counted)
    versions: Sequence[str] = ()
    notes: Sequence[str] = ()


@dataclass(slots=True)
class Item:
    """A row's texts: the prompt and two answers, of which ``a`` is chosen if the row is trained.

    A column that is not there is ``ABSENT``; all other cells are plain. ``answers`` are those
    there are, ``texts`` these and the prompt, if there is one, and ``strings`` every piece of text.
    """

    name: object
    shape: Shape
    prompt: Any
    a: Any
    b: Any
    cells: Cells
    implicit: bool
    forms: tuple[Form, Form, Form]
    keys: tuple[Any, Any, Any]
    answers: tuple[Any, ...]
    texts: tuple[Any, ...]
    strings: Sequence[str]


def read_item(name: object, cells: Cells, shape: Shape) -> Item:
    """Take a row's texts, with the images and audio that stand beside them."""
    told = _with_files(cells, shape) if shape.trained else cells
    prompt = plain(told[shape.prompt]) if shape.prompt in told else ABSENT
    a = plain(told.get(shape.a))
    b = ABSENT if shape.b is None else plain(told.get(shape.b))
    implicit = (
        isinstance(a, list)
        and isinstance(b, list)
        and (prompt is ABSENT or _are_dialogues(prompt, a, b))
    )
    if implicit:
        shared = 0
        keys_a, keys_b = canonical(a), canonical(b)
        while shared < min(len(a), len(b)) - 1 and keys_a[shared] == keys_b[shared]:
            shared += 1
        prompt, a, b = a[:shared], a[shared:], b[shared:]
    forms = (
        "missing" if prompt is ABSENT else form_of(prompt),
        form_of(a),
        "missing" if b is ABSENT else form_of(b),
    )
    keys = (canonical(None if prompt is ABSENT else prompt), canonical(a), canonical(b))
    answers = (a,) if shape.b is None else (a, b)
    texts = answers if prompt is ABSENT else (prompt, *answers)
    strings = texts if forms == _ALL_STRINGS else [*chain.from_iterable(map(strings_of, texts))]
    return Item(*(name, shape, prompt, a, b, cells, implicit, forms, keys), answers, texts, strings)


def _are_dialogues(prompt: Any, a: list[Any], b: list[Any]) -> bool:
    """Tell whether both answers are whole dialogues, of which TRL takes the prompt."""
    firsts = [answer[0] for answer in (a, b) if answer and isinstance(answer[0], Mapping)]
    return (
        isinstance(prompt, str)
        and len(firsts) == 2  # noqa: PLR2004
        and canonical(firsts[0]) == canonical(firsts[1])
        and all(role_of(first) in ("system", "user") for first in firsts)
    )


def _with_files(cells: Cells, shape: Shape) -> Cells:
    """Have messages hold what tells files apart; where their columns do not fit, P18 says so."""
    if not any(column in cells for column in COLUMNS.values()):
        return cells
    texts = [shape.prompt, shape.a, *([] if shape.b is None else [shape.b]), "reference"]
    try:
        return with_files(cells, texts, _digest)
    except ValueError:
        return cells


def _digest(file: Any) -> str:
    """Give something short that is equal for equal files."""
    data = file.get("bytes") if isinstance(file, Mapping) else file
    if isinstance(data, bytes | bytearray):
        return blake2b(data, digest_size=10).hexdigest()
    return written_out(file)


@dataclass
class Facts:
    """What remains of the rows once they are gone by: little for each, for the rules on the whole.

    Attributes:
        table: where they came from.
        names: of the rows.
        forms: a character for each row: s standard, c conversational, m mixed, - neither.
        prompts: a hash of each prompt.
        a: a hash of each first answer.
        b: a hash of each second answer.
        lengths_a: characters.
        lengths_b: characters.
        splits: which split each row is in.
        prompt_texts: the prompts themselves, if there are splits.
        cells: of the columns that rules on the whole look into.
        labels: all of them.
        answers: the two answers of rows, by their positions: of each row where labels stand
            apart, since it is not known yet which ones they are about; else of some, evenly spread.
        apart: how far apart these rows are.

    """

    table: Opened
    names: list[object] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    prompts: "array[int]" = field(default_factory=lambda: array("q"))
    a: "array[int]" = field(default_factory=lambda: array("q"))
    b: "array[int]" = field(default_factory=lambda: array("q"))
    lengths_a: "array[int]" = field(default_factory=lambda: array("q"))
    lengths_b: "array[int]" = field(default_factory=lambda: array("q"))
    splits: list[str | None] = field(default_factory=list)
    prompt_texts: list[str] = field(default_factory=list)
    cells: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in _LOOKED_INTO})
    labels: LabelColumns = field(default_factory=LabelColumns)
    answers: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    apart: int = 1

    def add(self, item: Item) -> int:
        """Take what is needed of a row, and give its position."""
        prompt, a, b = item.keys
        self.names.append(item.name)
        self.forms.append(_form_mark(item))
        self.prompts.append(hash(prompt))
        self.a.append(hash(a))
        self.b.append(hash(b))
        self.lengths_a.append(len(text_of(item.a)))
        self.lengths_b.append(len(text_of(item.b)))
        split = _text(item.cells.get("split"))
        self.splits.append(split)
        if split is not None:
            self.prompt_texts.append(text_of(item.prompt))
        if item.shape.trained:
            for name, values in self.cells.items():
                values.append(item.cells.get(name, ABSENT))
        place = len(self.names) - 1
        self._keep_answers(place, item)
        return place

    def _keep_answers(self, place: int, item: Item) -> None:
        whole = self.table.labels is not None
        if item.b is ABSENT or not (whole or is_judged(self.table)) or place % self.apart:
            return
        self.answers[place] = item.a, item.b
        if len(self.answers) > MOST_ANSWERS and not whole:
            self.apart *= 2
            self.answers = {n: each for n, each in self.answers.items() if not n % self.apart}

    def pair_of(self, position: int) -> tuple[int, int, int]:
        """Name the pair of a row by its texts, for several rows may hold labels of one pair."""
        return self.prompts[position], self.a[position], self.b[position]


def is_judged(table: Opened) -> bool:
    """Tell whether the rows carry labels themselves."""
    return table.shape.kind == "preferences" or (
        table.shape.kind == "pairs" and "preference" in table.columns
    )


def finding_of(problem: Problem, what: str, rows: list[object] | None = None) -> Finding:
    """Make the finding of a problem of the whole, said in other words with its numbers."""
    return Finding(
        problem.rule,
        problem.severity,
        what,
        problem.why,
        problem.remedy,
        [] if rows is None else rows,
    )


def _form_mark(item: Item) -> str:
    kinds = {form for form in item.forms if form in ("standard", "conversational")}
    if len(kinds) != 1:
        return "m" if kinds else "-"
    return kinds.pop()[0]


def _text(value: Any) -> str | None:
    value = plain(value)
    return value if isinstance(value, str) and value else None
