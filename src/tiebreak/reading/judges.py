"""Opinions of a source's rows as labels: under what name, of what source, and checked."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from tiebreak.errors import JournalError, PairsError
from tiebreak.reading.problems import OTHER_SHAPE, brief
from tiebreak.reading.raters import UNNAMED
from tiebreak.records.label import (
    FIELDS,
    SOURCES,
    Label,
    Opinion,
    Source,
    check_label,
    imported_id,
    now,
    tell_misfit,
)
from tiebreak.store.names import file_stem
from tiebreak.wording import count, some

_ROWS_NAMED = 10
_BLANK = {"id": "of no pair", "pair": "none"}
# An annotator's name, their source, their label, and what its id is made of besides the pair.
Judgment = tuple[str, Source, Label, bytes]
_encode = msgspec.json.Encoder(order="deterministic").encode


class OpinionReader:
    """Turns opinions into labels, under the names that annotators have here.

    Args:
        sources: what each annotator is so far, under our name for them.

    Attributes:
        are_told: whether the caller said who preferred.

    """

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._moment = now()
        self.are_told = False
        self._annotator: str | Mapping[str, str] | None = None
        self._annotator_source: Source | None = None
        self._named: dict[str, str] = {}  # the annotators: as the rows call them, as we do
        self._said_by: dict[tuple[str, str, bool], str] = {}  # where names were given
        self._mixed_up: set[str] = set()
        self._opinion: Opinion | None = None  # the last one, checked
        self._judgment: Judgment

    def name(self, name: str | Mapping[str, str] | None, source: Source | None) -> None:
        """Say who preferred, and what they are, in place of what the rows say."""
        self._annotator, self._annotator_source = name, source
        self.are_told = name is not None

    def is_named(self, annotator: str) -> bool:
        """Tell whether the source, or the caller, says who an annotator is."""
        given = self._annotator
        if isinstance(given, Mapping):
            return annotator in given or annotator not in UNNAMED
        return given is not None or annotator not in UNNAMED

    def look_for_mixed(self, opinions: Sequence[Opinion], labels: Iterable[Judgment]) -> None:
        """Note a pair that two annotators labeled who are given one name."""
        for opinion, (annotator, _, label, _) in zip(opinions, labels, strict=True):
            who = opinion.annotator
            if self._said_by.setdefault((annotator, label.pair, label.again), who) != who:
                self._mixed_up.add(label.pair)

    def refuse_mixed(self, name: str) -> None:
        """Refuse a source where one name stands for two annotators of one pair.

        Raises:
            PairsError: it is so.

        """
        if self._mixed_up:
            msg = (
                f"{name} has {len(self._named)} annotators "
                f"({some(self._named, _ROWS_NAMED, repr)}), and "
                f"{count(len(self._mixed_up), 'pair')} with labels of several to which annotator= "
                "gives one name, so all but one of these labels would be lost; leave it out."
            )
            raise PairsError(msg)

    def said(self) -> frozenset[str]:
        """Give the names that the caller gave."""
        given = self._annotator
        names = given.values() if isinstance(given, Mapping) else () if given is None else (given,)
        return frozenset(unicodedata.normalize("NFC", name) for name in names)

    def to_label(self, opinion: Opinion, pair: str, wrong: list[str]) -> Judgment | None:
        """Give who thought it, what they are, and their label."""
        if opinion != self._opinion:  # most datasets say the same of pair after pair
            judgment = self._check(opinion, wrong)
            if judgment is None:
                return None
            self._opinion, self._judgment = opinion, judgment
        name, source, label, content = self._judgment
        own_id = imported_id(content + pair.encode())
        return name, source, msgspec.structs.replace(label, id=own_id, pair=pair), content

    def _check(self, opinion: Opinion, wrong: list[str]) -> Judgment | None:
        """Give an opinion as a label without a pair, and what its id is made of."""
        name = self._read_annotator(opinion.annotator, wrong)
        source = self._annotator_source or opinion.source
        if name is None:
            return None
        if source not in SOURCES:
            wrong.append(f"a label that cannot be kept (its source is {str(source)[:50]!r})")
            return None
        known = self._sources.get(name, source)
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


def _to_utc(at: Any) -> Any:
    """Give a time in UTC, as plain Python; one without a zone is refused with the label."""
    if hasattr(at, "to_pydatetime"):
        at = at.to_pydatetime()
    return at.astimezone(UTC) if isinstance(at, datetime) and at.tzinfo is not None else at
