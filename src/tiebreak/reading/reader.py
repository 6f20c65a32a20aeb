"""Turns a table's rows, in the layout that they are in, into pairs and labels."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import chain, islice
from typing import Any

import msgspec

from tiebreak.errors import JournalError, PairsError
from tiebreak.reading.cells import Take, as_its_id_says, to_pair
from tiebreak.reading.columns import unread_columns
from tiebreak.reading.context import Beside, find_beside, with_context
from tiebreak.reading.layouts import recognise
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.limits import refuse_columns
from tiebreak.reading.logs import find_log
from tiebreak.reading.problems import OTHER_SHAPE, Problems, brief
from tiebreak.reading.raters import UNNAMED, Raters
from tiebreak.reading.result import Reading
from tiebreak.reading.rows import Row, RowError, is_missing
from tiebreak.reading.sources import Table, with_progress
from tiebreak.reading.suspects import NOTHINGS
from tiebreak.records.label import (
    FIELDS,
    JOURNAL_VERSION,
    SOURCES,
    Header,
    Label,
    Opinion,
    Source,
    check_label,
    exchanged,
    imported_id,
    now,
    tell_misfit,
)
from tiebreak.records.pair import Pair, content_id
from tiebreak.records.text import Text
from tiebreak.store.media import Gallery
from tiebreak.store.names import file_stem
from tiebreak.wording import count, some

_ROWS_NAMED = 10
# What preferences are called in tables whose layout has none.
_PREFERENCES = ("preferred", "winner", "choice", "vote", "verdict", "better")
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
        self._raters = Raters()
        self._row: object = None  # the name of the one that is read
        self._rows: dict[str, object] = {}  # of each pair, the one that it comes from
        self._beside: Beside | None = None
        self._joined = False  # whether anything beside a prompt became part of it
        self._unread: list[str] = []
        self._written_for_nothing: dict[str, int] = {}
        self._differing: dict[str, None] = {}
        self._opinion: Opinion | None = None  # the last one, checked
        self._judgment: _Judgment

    def name_annotator(self, name: str | Mapping[str, str] | None, source: Source | None) -> None:
        """Say who preferred, and what they are, in place of what the rows say."""
        self._annotator, self._annotator_source = name, source

    def read(self, layout_name: str) -> Reading:
        """Read all rows.

        Raises:
            PairsError: the layout is not known, or nothing was found, or what was fits nowhere.

        """
        rows = iter(self._table.rows)
        first = next(rows, None)
        if first is None:
            self._problems.raise_any()
            raise self._nothing_found()
        layout = self._recognise(first[1], layout_name)
        self._beside = find_beside(self._table.columns, layout.columns | layout.takes)
        if layout.gather is None:
            self._unread = unread_columns(layout, first[1])
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
        self._raters.part()
        sources = self._raters.sources
        journals = [
            (Header(JOURNAL_VERSION, "", name, sources[name], layout.name), [*by_pair.values()])
            for name, by_pair in self._raters.labels.items()
        ]
        pairs = [*self._pairs.values()]
        notes = [*self._notes()]
        return Reading(
            layout.name, skipped, pairs, journals, self._gallery, notes=notes, said=self._said()
        )

    def _recognise(self, first: Row, layout_name: str) -> Layout:
        table = self._table
        try:
            return recognise(table.name, table.columns, first, layout_name)
        except PairsError as error:
            log = find_log(table.columns, first)
            if log is None:
                raise
            msg = (
                f"{table.name} holds single responses with a thumb each ({log.name}), not pairs: "
                "tiebreak.read_feedback(...) reads it, and makes pairs of an up and a down."
            )
            raise PairsError(msg) from error

    def _notes(self) -> Iterator[str]:
        yield from self._raters.notes(self._table.row_word)
        beside = [*dict.fromkeys(chain.from_iterable(self._beside or ()))]
        if self._joined:
            yield f"Read as part of the prompt: {some(beside, _ROWS_NAMED, repr)}."
        if unread := [name for name in self._unread if name not in beside]:
            yield f"Not read: {some(unread, _ROWS_NAMED, repr)}."
        if self._differing:
            named = some(self._differing, _ROWS_NAMED, repr)
            yield f"Rows on one pair differ in {named}; the first row's value is kept."
        if self._written_for_nothing:
            named = ", ".join(f"{said!r} ({n})" for said, n in self._written_for_nothing.items())
            yield f"Prompts or responses say only what programs write for nothing: {named}."
        kept = next((pair.meta for pair in self._pairs.values() if pair.meta), {})
        if "tools" in kept:
            yield "The tools are kept beside each pair, in its meta column 'tools'."
        said = next((name for name in _PREFERENCES if name in kept), None)
        if said is not None and not self._raters.labels:
            yield (
                f"The column {said!r} is kept beside each pair, and read as no preference; "
                f"columns={{'preference': {said!r}}} has it read as one."
            )

    def _refuse_columns(self) -> None:
        """Refuse what no frame of these pairs or labels could hold."""
        kept = {name for pair in self._pairs.values() for name in pair.meta or ()}
        labels = (label for by_pair in self._raters.labels.values() for label in by_pair.values())
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
        except OTHER_SHAPE as error:
            msg = f"{self._table.name} is not in the shape of {layout.title}: {brief(error)}."
            raise PairsError(msg) from error

    def _read_row(self, layout: Layout, name: object, row: Row) -> None:
        self._row = name
        try:
            for found in tuple(layout.read(row)):
                whole = found
                if self._beside is not None:
                    whole = with_context(found, row, self._beside)
                    self._joined = self._joined or whole.prompt is not found.prompt
                for what in self._add(whole):
                    self._problems.add(what, name)
        except RowError as error:
            self._problems.add(str(error), name)
        except OTHER_SHAPE as error:
            self._problems.add(f"not in the shape of {layout.title} ({brief(error)})", name)

    def _add(self, found: Found) -> Sequence[str]:
        """Add a pair with its labels, or give what is wrong with it."""
        wrong: list[str] = []
        pair = to_pair(found, self._take, wrong)
        if pair is None:
            return wrong
        if found.exchanged_by_id:
            pair, found = as_its_id_says(pair, found)
        if refused := self._refuse(pair, found):
            return [refused]
        known = self._find(pair, found)
        if known is None:
            self._count_nothings(pair)
            return self._keep(pair, found, found.opinions)
        texts = (pair.prompt, pair.a, pair.b)
        if found.opinions and (known.prompt, known.a, known.b) == texts:
            alike = self._compare(known, pair)
            return self._keep(known, found, found.opinions, alike=alike)
        if found.opinions and (known.prompt, known.b, known.a) == texts:
            self._compare(known, pair)
            return self._keep(known, found, tuple(map(exchanged, found.opinions)))
        return [_duplicate(found)]

    def _compare(self, known: Pair, again: Pair) -> bool:
        """Tell whether a row on a known pair says the same of it, and note what it does not."""
        if known.meta == again.meta:
            return True
        first, later = known.meta or {}, again.meta or {}
        unlike = (name for name in {**first, **later} if first.get(name) != later.get(name))
        self._differing |= dict.fromkeys(unlike)
        return False

    def _count_nothings(self, pair: Pair) -> None:
        for text in (pair.prompt, pair.a, pair.b):
            if isinstance(text, str) and text in NOTHINGS:
                self._written_for_nothing[text] = self._written_for_nothing.get(text, 0) + 1

    def _find(self, pair: Pair, found: Found) -> Pair | None:
        """Give the pair that an earlier row has in this one's place."""
        known = self._pairs.get(pair.id)
        if known is None and found.opinions and is_missing(found.id):
            known = self._by_texts.get(_texts(pair.prompt, pair.b, pair.a))
        return known

    def _keep(
        self, pair: Pair, found: Found, opinions: Sequence[Opinion], *, alike: bool = False
    ) -> Sequence[str]:
        """Take a pair in with its labels, or give what is wrong with those."""
        if not opinions:
            self._pairs[pair.id] = pair
            return ()
        wrong: list[str] = []
        labels = [self._to_label(opinion, pair.id, wrong) for opinion in opinions]
        if wrong:
            return wrong
        self._pairs[pair.id] = pair
        self._rows.setdefault(pair.id, self._row)
        if is_missing(found.id):
            self._by_texts[_texts(pair.prompt, pair.a, pair.b)] = pair
        if self._annotator is not None:
            self._look_for_mixed(opinions, filter(None, labels))
        for opinion, judgment in zip(opinions, labels, strict=True):
            if judgment is None:
                continue
            annotator, source, label, _ = judgment
            self._raters.sources[annotator] = source
            if not self._raters.take(annotator, label):
                named = self._is_named(opinion.annotator)
                rows = self._row, self._rows[pair.id]
                self._raters.add(annotator, label, rows, named=named, alike=alike)
        return ()

    def _is_named(self, annotator: str) -> bool:
        """Tell whether the source, or the caller, says who an annotator is."""
        given = self._annotator
        if isinstance(given, Mapping):
            return annotator in given or annotator not in UNNAMED
        return given is not None or annotator not in UNNAMED

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
        known = self._raters.sources.get(name, source)
        if known != source:
            wrong.append(f"{name!r} is {source} here, and {known} in an earlier row")
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
        except OTHER_SHAPE as error:
            wrong.append(f"a label that cannot be kept ({brief(error)})")
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
