"""Rows of a table, turned into pairs and labels; what is wrong with them is collected."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import chain, islice
from typing import Any

import msgspec

from tiebreak.errors import JournalError, PairsError
from tiebreak.reading.cells import Take, to_pair
from tiebreak.reading.layouts import recognise
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.limits import refuse_columns
from tiebreak.reading.problems import Problems
from tiebreak.reading.result import Reading
from tiebreak.reading.rows import Row, RowError, is_missing
from tiebreak.reading.sources import Table, with_progress
from tiebreak.records.label import (
    EXCHANGED,
    FIELDS,
    JOURNAL_VERSION,
    SOURCES,
    Header,
    Label,
    Opinion,
    Source,
    check_label,
    imported_id,
    now,
    tell_misfit,
    turned,
)
from tiebreak.records.pair import Pair, content_id
from tiebreak.records.text import Text
from tiebreak.store.media import Gallery
from tiebreak.store.names import file_stem
from tiebreak.wording import count

_ROWS_NAMED = 10
# What reading a row ends in that holds other types than its layout has.
_OTHER_SHAPE = (
    *(TypeError, ValueError, LookupError, AttributeError),
    *(RecursionError, OverflowError),
)
_BLANK = {"id": "of no pair", "pair": "none"}
# An annotator's name, their source, their label, and what its id is made of besides the pair.
_Judgment = tuple[str, Source, Label, bytes]
_encode = msgspec.json.Encoder(order="deterministic").encode


class Reader:
    """Turns a table's rows into pairs and labels, collecting what is wrong."""

    def __init__(
        self,
        problems: Problems,
        gallery: Gallery,
        table: Table,
        refuse: Callable[[Pair, Found], str | None],
    ) -> None:
        self._problems = problems
        self._gallery = gallery
        self._take: Take = partial(gallery.take, beside=table.beside)
        self._table = table
        self._refuse = refuse
        self._moment = now()
        self._annotator: str | Mapping[str, str] | None = None
        self._annotator_source: Source | None = None
        self._named: dict[str, str] = {}  # the annotators: as the rows call them, as we do
        self._said_by: dict[tuple[str, str, bool], str] = {}  # where names were given
        self._mixed_up: set[str] = set()
        self._pairs: dict[str, Pair] = {}
        self._by_texts: dict[object, Pair] = {}  # to find a pair turned round
        self._labels: dict[str, dict[tuple[str, bool], Label]] = {}
        self._sources: dict[str, Source] = {}
        self._opinion: Opinion | None = None  # the last one, checked
        self._judgment: _Judgment

    def name_annotator(self, name: str | Mapping[str, str] | None, source: Source | None) -> None:
        """Say who preferred, and what they are, in place of what the rows say."""
        self._annotator, self._annotator_source = name, source

    def read(self, layout_name: str) -> Reading:
        """Read all rows in the layout of this name; without one, in that recognised.

        Raises:
            PairsError: there is nothing to read, or not as a whole.

        """
        rows = iter(self._table.rows)
        first = next(rows, None)
        if first is None:
            self._problems.raise_any()
            raise self._nothing_found()
        layout = recognise(self._table.name, self._table.columns, first[1], layout_name)
        gathered = self._gather(layout, chain((first,), rows))
        for name, row in with_progress(gathered, self._table.name, self._table.total):
            self._read_row(layout, name, row)
        if self._mixed_up:
            names = ", ".join(map(repr, islice(self._named, _ROWS_NAMED)))
            msg = (
                f"{self._table.name} has {len(self._named)} annotators ({names}), and "
                f"{count(len(self._mixed_up), 'pair')} with labels of several to which annotator= "
                "gives one name, so all but one of these labels would be lost; leave it out."
            )
            raise PairsError(msg)
        self._refuse_columns()
        skipped = self._problems.as_frame()
        if not self._pairs and skipped.empty:
            raise self._nothing_found()
        journals = [
            (
                Header(JOURNAL_VERSION, "", name, self._sources[name], layout.name),
                [*by_pair.values()],
            )
            for name, by_pair in self._labels.items()
        ]
        pairs = [*self._pairs.values()]
        return Reading(layout.name, skipped, pairs, journals, self._gallery, said=self._said())

    def _refuse_columns(self) -> None:
        """Refuse what no frame of these pairs or labels could hold."""
        kept = {name for pair in self._pairs.values() for name in pair.meta or ()}
        labels = (label for by_pair in self._labels.values() for label in by_pair.values())
        criteria = {name for label in labels for name in label.criteria or ()}
        refuse_columns(len(kept), self._table.name)
        refuse_columns(len(criteria), self._table.name, "criteria")

    def _nothing_found(self) -> PairsError:
        return PairsError(f"{self._table.name} has no rows, so there is nothing to label.")

    def _gather(
        self, layout: Layout, rows: Iterable[tuple[object, Row]]
    ) -> Iterable[tuple[object, Row]]:
        if layout.gather is None:
            return rows
        try:
            return list(layout.gather(rows))
        except RowError as error:
            msg = f"{self._table.name} cannot be read as pairs: {error}."
            raise PairsError(msg) from error
        except _OTHER_SHAPE as error:
            msg = f"{self._table.name} is not in the shape of {layout.title}: {_brief(error)}."
            raise PairsError(msg) from error

    def _read_row(self, layout: Layout, name: object, row: Row) -> None:
        try:
            for found in tuple(layout.read(row)):
                for what in self._add(found):
                    self._problems.add(what, name)
        except RowError as error:
            self._problems.add(str(error), name)
        except _OTHER_SHAPE as error:
            self._problems.add(f"not in the shape of {layout.title} ({_brief(error)})", name)

    def _add(self, found: Found) -> Sequence[str]:
        """Add a pair with its labels, or give what is wrong with it."""
        wrong: list[str] = []
        pair = to_pair(found, self._take, wrong)
        if pair is None:
            return wrong
        if refused := self._refuse(pair, found):
            return [refused]
        known = self._find(pair, found)
        if known is None:
            return self._keep(pair, found, found.opinions)
        texts = (pair.prompt, pair.a, pair.b)
        if found.opinions and (known.prompt, known.a, known.b) == texts:
            return self._keep(known, found, found.opinions)
        if found.opinions and (known.prompt, known.b, known.a) == texts:
            return self._keep(known, found, tuple(map(_exchanged, found.opinions)))
        return [_duplicate(found)]

    def _find(self, pair: Pair, found: Found) -> Pair | None:
        """Give the pair that an earlier row has in this one's place."""
        known = self._pairs.get(pair.id)
        if known is None and found.opinions and is_missing(found.id):
            known = self._by_texts.get(_texts(pair.prompt, pair.b, pair.a))
        return known

    def _keep(self, pair: Pair, found: Found, opinions: Sequence[Opinion]) -> Sequence[str]:
        """Take a pair in with its labels, or give what is wrong with those."""
        if not opinions:
            self._pairs[pair.id] = pair
            return ()
        wrong: list[str] = []
        labels = [self._to_label(opinion, pair.id, wrong) for opinion in opinions]
        if wrong:
            return wrong
        self._pairs[pair.id] = pair
        if is_missing(found.id):
            self._by_texts[_texts(pair.prompt, pair.a, pair.b)] = pair
        if self._annotator is not None:
            self._look_for_mixed(opinions, filter(None, labels))
        for annotator, source, label, _ in filter(None, labels):
            self._sources[annotator] = source
            self._labels.setdefault(annotator, {})[label.pair, label.again] = label
        return ()

    def _look_for_mixed(self, opinions: Sequence[Opinion], labels: Iterable[_Judgment]) -> None:
        """Note a pair that two annotators labeled who are given one name."""
        for opinion, (annotator, _, label, _) in zip(opinions, labels, strict=True):
            who = opinion.annotator
            if self._said_by.setdefault((annotator, label.pair, label.again), who) != who:
                self._mixed_up.add(label.pair)

    def _said(self) -> frozenset[str]:
        given = self._annotator
        names = given.values() if isinstance(given, Mapping) else () if given is None else (given,)
        return frozenset(unicodedata.normalize("NFC", name) for name in names)

    def _to_label(self, opinion: Opinion, pair: str, wrong: list[str]) -> _Judgment | None:
        """Give who thought it, what they are, and their label."""
        if opinion != self._opinion:  # most datasets say the same of pair after pair
            judgment = self._check(opinion, wrong)
            if judgment is None:
                return None
            self._opinion, self._judgment = opinion, judgment
        name, source, label, content = self._judgment
        own_id = imported_id(content + pair.encode())
        return name, source, msgspec.structs.replace(label, id=own_id, pair=pair), content

    def _check(self, opinion: Opinion, wrong: list[str]) -> _Judgment | None:
        """Give an opinion as a label without a pair, and what its id is made of."""
        name = self._read_annotator(opinion.annotator, wrong)
        source = self._annotator_source or opinion.source
        if name is None:
            return None
        if source not in SOURCES:
            wrong.append(f"a label that cannot be kept (its source is {str(source)[:50]!r})")
            return None
        if self._sources.get(name, source) != source:
            wrong.append(f"{name!r} is {source} here, and {self._sources[name]} in an earlier row")
            return None
        said = {
            name: value
            for name in FIELDS
            if (value := getattr(opinion, name)) is not None and value is not False
        }
        try:
            if "at" in said:
                said["at"] = _to_utc(said["at"])
            content = _encode((name, source, said))
            label = msgspec.convert(_BLANK | {"at": self._moment} | said, Label)
        except msgspec.ValidationError as error:
            wrong.append(f"a label that cannot be kept ({tell_misfit(error)})")
            return None
        except _OTHER_SHAPE as error:
            wrong.append(f"a label that cannot be kept ({_brief(error)})")
            return None
        if what := check_label(label):
            wrong.append(f"a label that cannot be kept ({what})")
            return None
        return name, source, label, content

    def _read_annotator(self, name: Any, wrong: list[str]) -> str | None:
        if not isinstance(name, str):
            wrong.append(f"an annotator who is not text but {type(name).__name__}")
            return None
        if name not in self._named:
            given = self._annotator
            renamed = given.get(name, name) if isinstance(given, Mapping) else given
            spelled = unicodedata.normalize("NFC", name if renamed is None else renamed)
            try:
                file_stem(spelled)
            except JournalError as error:
                wrong.append(str(error).rstrip("."))
                return None
            self._named[name] = spelled
        return self._named[name]


def _texts(prompt: Text, a: Text, b: Text) -> object:
    """Give what to look texts up by; a string's own hash is quicker than the content's id."""
    if type(prompt) is str and type(a) is str and type(b) is str:
        return prompt, a, b
    return content_id(prompt, a, b)


def _duplicate(found: Found) -> str:
    if is_missing(found.id):
        prompt, a, b = found.columns
        return f"{prompt}, {a} and {b} the same as in an earlier row"
    return "an id that an earlier row has"


def _to_utc(at: Any) -> Any:
    """Give a time in UTC, as plain Python; one without a zone is refused with the label."""
    if hasattr(at, "to_pydatetime"):
        at = at.to_pydatetime()
    return at.astimezone(UTC) if isinstance(at, datetime) and at.tzinfo is not None else at


def _brief(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def _exchanged(opinion: Opinion) -> Opinion:
    """Say the same of the pair whose a and b are exchanged."""
    return Opinion(**turned(msgspec.structs.asdict(opinion), EXCHANGED))
