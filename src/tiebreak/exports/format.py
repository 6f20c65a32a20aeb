"""What a format is: how judgments become rows, and what kinds of file hold them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

import pandas as pd

from tiebreak.records.label import SIDES
from tiebreak.records.pair import Pair

Row = dict[str, Any]

# How the arguments of calls stand: templates render objects, APIs take strings of JSON.
Arguments = Literal["decoded", "encoded"]


class Part(NamedTuple):
    """What one file is made of: a split, or all.

    Attributes:
        judgments: the labels beside their texts, selected; see ``views.judgments_frame``.
        pairs: the pairs, labeled or not.

    """

    judgments: pd.DataFrame
    pairs: Sequence[Pair]


class MakeBeside(Protocol):
    """Makes the files that a tool wants beside the rows: their paths and contents."""

    def __call__(self, path: Path, parts: Mapping[Path, Part]) -> Mapping[Path, bytes]:
        """Make them, given the path asked for, and each file of rows and what it is made of."""


class Format(NamedTuple):
    """A trainer's or tool's format.

    Attributes:
        rows: gives the rows of judgments in order, one at a time; its keyword-only arguments are
            the format's options. Takes a :class:`Part` where ``by_pair`` is set.
        unfit: gives, for judgments that the format cannot hold, their positions and the reason;
            it takes the same options. They are left out and named.
        notes: says what is worth knowing of judgments in this format; it takes the same options.
        written: the preferences that give rows.
        suffixes: the kinds of file, the tool's own first.
        by_pair: whether a row is a pair with all its labels, and not a label.
        again: whether hidden second showings are written too.
        media: images and audio are ``"embedded"`` in Parquet beside the texts, ``"named"`` in the
            texts, or neither.
        beside: makes the files that go with the rows.
        rows_each: how many rows a judgment gives.
        keeps: what a message may say beside role and content; None for anything.
        arguments: the form of the arguments of calls, where the format holds calls.
        tools: whether rows have a place for the tools beside a pair.
        strict: whether who reads it takes no other keys than its own: what is asked for beside
            the rows is then a file of its own.

    """

    rows: Callable[..., Iterator[Row]]
    unfit: Callable[..., Iterator[tuple[int, str]]] | None = None
    notes: Callable[..., Iterator[str]] | None = None
    written: tuple[str, ...] = SIDES
    suffixes: tuple[str, ...] = (".jsonl", ".parquet")
    by_pair: bool = False
    again: bool = False
    media: Literal["embedded", "named"] | None = None
    beside: MakeBeside | None = None
    rows_each: int = 1
    keeps: frozenset[str] | None = None
    arguments: Arguments | None = None
    tools: bool = False
    strict: bool = False

    @property
    def options(self) -> dict[str, Any]:
        """The format's own options with their defaults."""
        return dict(self.rows.__kwdefaults__ or {})
