"""Turns a table's rows, in the layout that they are in, into pairs and labels."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import chain, islice
from typing import TypeVar

import msgspec

from tiebreak.errors import PairsError
from tiebreak.reading.account import Account
from tiebreak.reading.cells import Take, as_its_id_says, to_pair
from tiebreak.reading.context import Beside, find_beside, warn_of_names, with_context
from tiebreak.reading.judges import OpinionReader
from tiebreak.reading.layouts import recognise
from tiebreak.reading.layouts.fields import ANNOTATORS, with_annotator
from tiebreak.reading.layouts.layout import NOTHING_FOUND, Found, Layout
from tiebreak.reading.limits import refuse_columns
from tiebreak.reading.named_logs import find_log
from tiebreak.reading.problems import OTHER_SHAPE, Problems, brief
from tiebreak.reading.raters import Raters
from tiebreak.reading.result import Reading
from tiebreak.reading.rows import Row, RowError, is_missing
from tiebreak.reading.sources import Table, with_progress
from tiebreak.reading.suspects import LONGEST_NOTHING, is_list_of_texts, is_nothing
from tiebreak.records.label import JOURNAL_VERSION, Header, Opinion, Source, exchanged
from tiebreak.records.pair import Pair, content_id
from tiebreak.records.text import Text, TextPart, parts_of
from tiebreak.store.media import Gallery

# What preferences are called in tables whose layout has none.
_PREFERENCES = ("preferred", "winner", "choice", "vote", "verdict", "better", "label", "chosen")
_NONE: AbstractSet[str] = frozenset()
T = TypeVar("T")


class Reader:
    """Turns a table's rows into pairs and labels, collecting what is wrong."""

    def __init__(
        self,
        problems: Problems,
        gallery: Gallery,
        table: Table,
        refuse: Callable[[Pair, Found], str | None] | None = None,
    ) -> None:
        self._problems = problems
        self._gallery = gallery
        self._take: Take = partial(gallery.take, beside=table.beside)
        self._table = table
        self._refuse = refuse
        self._pairs: dict[str, Pair] = {}
        self._by_texts: dict[object, Pair] = {}  # to find a pair turned round
        self._raters = Raters()
        self._judges = OpinionReader(self._raters.sources)
        self._account = Account(table.name, table.row_word, table.notes)
        self._account.columns.own_names = table.own_names
        self._row = 0  # the number of the one that is read
        self._is_other = False  # whether it is a label of an earlier pair, or has a problem
        self._look = self._account.columns.look
        self._told: list[str] = []  # of the row, what cannot be kept
        self._rows: dict[str, int] = {}  # of each pair, the one that it comes from
        self._kept: dict[str, None] = {}  # what any pair has as meta
        self._beside: Beside | None = None
        self._are_named = False  # whether a column names people that the layout does not know
        self._differing: dict[tuple[str, ...], tuple[str, ...]] = {}  # so that each is kept once

    def name_annotator(self, name: str | Mapping[str, str] | None, source: Source | None) -> None:
        """Say who preferred, and what they are, in place of what the rows say."""
        self._judges.name(name, source)

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
        self._beside = find_beside(self._table.columns, layout.columns | layout.uses.keys())
        if self._beside is not None:
            warn_of_names(self._table.name, first[1], self._beside.system)
        self._are_named = bool({*ANNOTATORS} & {*self._table.columns} - layout.uses.keys())
        self._account.columns.use(layout.uses, layout.within)
        self._read_rows(layout, chain((first,), rows))
        self._judges.refuse_mixed(self._table.name)
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
        self._close_account(layout, pairs)
        return Reading(
            *(layout.name, skipped, pairs, journals, self._gallery),
            told=self._account,
            places=self._rows,
            said=self._judges.said(),
        )

    def _read_rows(self, layout: Layout, rows: Iterable[tuple[object, Row]]) -> None:
        named = with_progress(rows, self._table.name, self._table.total)
        refuse, gather = layout.refuse, layout.gather
        if refuse is not None:
            named = list(named)
            only_rows = [row for _, row in named]
            self._refuse_table(layout, lambda: refuse(only_rows))
        if gather is None:
            names = self._account.names
            for number, (name, row) in enumerate(named):
                names.append(name)
                self._read_row(layout, number, row)
            return
        self._account.joins = True
        self._look = self._account.columns.join
        gathered = self._refuse_table(layout, lambda: list(gather(self._numbered(named))))
        for numbers, row in gathered:
            self._read_row(layout, numbers[0], row)
            self._account.join(numbers)

    def _numbered(self, rows: Iterable[tuple[object, Row]]) -> Iterator[tuple[int, Row]]:
        for name, row in rows:
            self._account.columns.look(row, NOTHING_FOUND, _NONE)
            self._account.names.append(name)
            yield len(self._account.names) - 1, row

    def _close_account(self, layout: Layout, pairs: Sequence[Pair]) -> None:
        table, raters, account = self._table, self._raters, self._account
        said = next((name for name in _PREFERENCES if name in self._kept), None)
        if said is not None and not raters.labels:
            given = table.own_names.get(said, said)
            account.columns.remarks[said] = (
                f"read as no preference; columns={{'preference': {given!r}}} has it read as one"
            )
        account.settle(raters.repeated, raters.replaced, raters.parted())
        alone = layout.alone if layout.gather else ""
        account.close(pairs, self._kept.keys(), table.columns, table.broken, alone)

    def _recognise(self, first: Row, layout_name: str) -> Layout:
        table = self._table
        try:
            return recognise(table.name, table.columns, first, layout_name)
        except PairsError:
            log = find_log(table.columns, first)
            if log is None:
                raise
            msg = (
                f"{table.name} holds single responses with a thumb each ({log.name}), not pairs: "
                "tiebreak.read_feedback(...) reads it, and makes pairs of an up and a down."
            )
            raise PairsError(msg) from None

    def _refuse_columns(self) -> None:
        """Refuse what no frame of these pairs or labels could hold."""
        labels = (label for by_pair in self._raters.labels.values() for label in by_pair.values())
        criteria = {name for label in labels for name in label.criteria or ()}
        refuse_columns(len(self._kept), self._table.name)
        refuse_columns(len(criteria), self._table.name, "criteria")

    def _nothing_found(self) -> PairsError:
        return PairsError(f"{self._table.name} has no rows, so there is nothing to label.")

    def _refuse_table(self, layout: Layout, look: Callable[[], T]) -> T:
        """Look through the whole table, and refuse it where that says so."""
        try:
            return look()
        except RowError as error:
            msg = f"{self._table.name} cannot be read as pairs: {error}."
            raise PairsError(msg) from None
        except OTHER_SHAPE as error:
            msg = f"{self._table.name} is not in the shape of {layout.title}: {brief(error)}."
            raise PairsError(msg) from None

    def _read_row(self, layout: Layout, number: int, row: Row) -> None:
        self._row = number
        self._is_other = False
        before = len(self._pairs)
        used = _NONE
        try:
            for found in tuple(layout.read(row)):
                whole = with_annotator(found) if self._are_named else found
                if self._beside is not None:
                    whole = with_context(whole, row, self._beside, used := set())
                self._look(row, whole, used)
                for what in self._add(whole):
                    self._wrong(what)
        except RowError as error:
            self._wrong(str(error))
        except OTHER_SHAPE as error:
            self._wrong(f"not in the shape of {layout.title} ({brief(error)})")
        new = len(self._pairs) - before
        if new > 1 or (new == 1) is self._is_other or self._account.joins:
            first = next(islice(reversed(self._pairs), new - 1, None)) if new else ""
            self._account.became(number, new, first)

    def _wrong(self, what: str) -> None:
        self._is_other = True
        self._problems.add(what, self._account.names[self._row])
        self._account.wrong(self._row, what)

    def _add(self, found: Found) -> Sequence[str]:
        """Add a pair with its labels, or give what is wrong with it."""
        wrong: list[str] = []
        pair = to_pair(found, self._take, wrong, self._told)
        if self._told or found.told:
            self._account.tell(self._row, [*found.told, *self._told])
            self._told = []
        if pair is None:
            return wrong
        if found.exchanged_by_id:
            pair, found = as_its_id_says(pair, found)
        if self._refuse is not None and (refused := self._refuse(pair, found)):
            return [refused]
        known = self._pairs.get(pair.id)
        if known is None and found.opinions:
            known = self._find_turned(pair, found)
        if known is not None:
            return self._add_to(known, pair, found)
        few = LONGEST_NOTHING  # of messages there are never more
        short = len(pair.prompt) <= few or len(pair.a) <= few or len(pair.b) <= few
        if short or pair.a[0] == "[" == pair.b[0] or _repeats_prompt(pair):
            self._tell_odd(pair, found)
        self._rows.setdefault(pair.id, self._row)
        if found.opinions and (misfits := self._keep(pair, found, found.opinions)):
            return misfits
        self._pairs[pair.id] = pair
        if pair.meta and not pair.meta.keys() <= self._kept.keys():
            self._kept |= dict.fromkeys(pair.meta)
        return ()

    def _add_to(self, known: Pair, pair: Pair, found: Found) -> Sequence[str]:
        """Add the labels of a pair that an earlier row has, or give what is wrong with that."""
        texts = (pair.prompt, pair.a, pair.b)
        if found.opinions and (known.prompt, known.a, known.b) == texts:
            alike = self._compare(known, pair)
            return self._keep(known, found, found.opinions, known=True, alike=alike)
        if found.opinions and (known.prompt, known.b, known.a) == texts:
            turned = msgspec.structs.replace(pair, model_a=pair.model_b, model_b=pair.model_a)
            self._compare(known, turned)
            return self._keep(known, found, tuple(map(exchanged, found.opinions)), known=True)
        return [_duplicate(found)]

    def _compare(self, known: Pair, again: Pair) -> bool:
        """Tell whether a row on a known pair says the same of it, and note what it does not."""
        if (known.meta, known.model_a, known.model_b) == (again.meta, again.model_a, again.model_b):
            return True
        first, later = (
            {"model_a": pair.model_a, "model_b": pair.model_b, **(pair.meta or {})}
            for pair in (known, again)
        )
        unlike = tuple(name for name in later if later[name] not in (None, first.get(name)))
        if unlike:
            names = self._differing.setdefault(unlike, unlike)
            self._account.differs(self._row, names, self._rows[known.id])
        return False

    def _tell_odd(self, pair: Pair, found: Found) -> None:
        for text, name in zip((pair.prompt, pair.a, pair.b), found.columns, strict=True):
            if isinstance(text, str) and len(text) > LONGEST_NOTHING:
                continue
            for part in parts_of(text):
                if isinstance(part, TextPart) and is_nothing(part.text):
                    what = f"{name} says only {part.text!r}, which programs write for nothing"
                    self._account.remark(self._row, what)
        if _repeats_prompt(pair):
            _, a, b = found.columns
            what = f"{a} and {b} begin with the whole prompt, taken as they are written"
            self._account.remark(self._row, what)
        if all(is_list_of_texts(text) for text in (pair.a, pair.b)):
            _, a, b = found.columns
            what = f"{a} and {b} are JSON lists of texts, taken as they are written"
            self._account.remark(self._row, what)

    def _find_turned(self, pair: Pair, found: Found) -> Pair | None:
        """Give the pair that an earlier row has the other way round."""
        if is_missing(found.id):
            return self._by_texts.get(_texts(pair.prompt, pair.b, pair.a))
        return None

    def _keep(
        self,
        pair: Pair,
        found: Found,
        opinions: Sequence[Opinion],
        *,
        known: bool = False,
        alike: bool = False,
    ) -> Sequence[str]:
        """Take a pair's labels in, or give what is wrong with those."""
        wrong: list[str] = []
        labels = [self._judges.to_label(opinion, pair.id, wrong) for opinion in opinions]
        if wrong:
            return wrong
        if is_missing(found.id):
            self._by_texts[_texts(pair.prompt, pair.a, pair.b)] = pair
        if self._judges.are_told:
            self._judges.look_for_mixed(opinions, filter(None, labels))
        fresh = 0
        for opinion, judgment in zip(opinions, labels, strict=True):
            if judgment is None:
                continue
            annotator, source, label, _ = judgment
            self._raters.sources[annotator] = source
            if self._raters.take(annotator, label):
                fresh += 1
                if known:
                    self._raters.comes_from(label, self._row)
            else:
                named = self._judges.is_named(opinion.annotator)
                rows = self._row, self._rows[pair.id]
                self._raters.add(annotator, label, rows, named=named, alike=alike)
        if known:
            self._is_other = True
            self._account.labels(self._row, pair.id, fresh=fresh > 0)
        return ()


def _repeats_prompt(pair: Pair) -> bool:
    """Tell whether both answers are texts that begin with the prompt's."""
    prompt, a, b = pair.prompt, pair.a, pair.b
    return (
        type(prompt) is type(a) is type(b) is str and a.startswith(prompt) and b.startswith(prompt)
    )


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
