"""Pairs and labels as DataFrames. Pure functions: they know no session and no file."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType, NoneType
from typing import Any

import pandas as pd

from tiebreak.errors import SessionError
from tiebreak.records.label import (
    ADJUDICATOR,
    FIELDS,
    PREFERENCES,
    SIDES,
    UNDECIDED,
    VERDICTS,
    Field,
    Header,
    Label,
)
from tiebreak.records.pair import Pair
from tiebreak.wording import some

_MOST_COLUMNS = 10_000
_TEXTS = ("prompt", "a", "b")
_PAIR_COLUMNS = (*_TEXTS, "model_a", "model_b")
_WHOSE = ("pair", "annotator", "source")
_CRITERION = "criterion_"
_ALL_OF_LABELS = frozenset(
    {
        *(*_WHOSE, "gold"),
        *(name for name, field in FIELDS.items() if not field.keys),
        *(f"{name}_{key}" for name, field in FIELDS.items() for key in field.keys),
    }
)
_TYPES = {
    "preference": "str",
    "strength": "Int64",
    "seconds": "float64",
    "at": "datetime64[us, UTC]",
    "again": "bool",
}
_TRIPLE_COLUMNS = (
    *("prompt", "chosen", "rejected"),
    *("pair", "annotator", "source", "strength", "model_chosen", "model_rejected", "at"),
)
_MADE_OF_TRIPLES = ("chosen", "rejected", "model_chosen", "model_rejected")


def pairs_frame(pairs: Sequence[Pair]) -> pd.DataFrame:
    """Show pairs as a row each, indexed by ``id``: prompt, a, b, model_a, model_b, then meta.

    A meta column with a name of these five is shown as ``meta_NAME``.
    """
    *columns, metas, ids = _columns(pairs, (*_PAIR_COLUMNS, "meta", "id"))
    data: dict[str, Any] = dict(zip(_PAIR_COLUMNS, columns, strict=True))
    for name in _TEXTS:  # the very strings, where pandas' own type for text would copy them
        data[name] = pd.Series(data[name], dtype=object)
    for key in _few(dict.fromkeys(key for meta in metas for key in meta or ()), "meta columns"):
        name = f"meta_{key}" if key in _PAIR_COLUMNS else key
        data[name] = [(meta or {}).get(key) for meta in metas]
    try:
        frame = pd.DataFrame(data)
    except OverflowError:  # a number beyond floats among others, which pandas 2 does not take
        frame = pd.DataFrame(data, dtype=object)
    frame.index = pd.Index(ids, name="id")
    return frame


def labels_frame(
    journals: Iterable[tuple[Header, Sequence[Label]]],
    gold: Mapping[str, str] = MappingProxyType({}),
) -> pd.DataFrame:
    """Show current labels as a row each (annotator x pair), an annotator after the other.

    Columns: pair, annotator, source, then the fields of a label in the order of
    ``records.label.FIELDS``: some always, the others where any label has a value. A field that
    goes by response is a column each (NAME_a, NAME_b, flags_pair), verdicts are criterion_NAME,
    again is True for hidden second showings. Last comes gold, the answer that is known to be
    right, which is ``gold[pair]``.
    """
    owned = [(header, list(labels)) for header, labels in journals]
    labels = [label for _, own in owned for label in own]
    labeled = [label.pair for label in labels]
    data: dict[str, Any] = {
        "pair": pd.Series(labeled, dtype="str"),
        "annotator": pd.Series([head.annotator for head, own in owned for _ in own], dtype="str"),
        "source": pd.Series([head.source for head, own in owned for _ in own], dtype="str"),
    }
    for (name, field), values in zip(FIELDS.items(), _columns(labels, tuple(FIELDS)), strict=True):
        if field.always or _say_something(values):
            data |= _columns_of(name, field, values)
    if not gold.keys().isdisjoint(labeled):
        data["gold"] = pd.Series([gold.get(pair) for pair in labeled], dtype="object")
    return pd.DataFrame(data)


def _say_something(values: Sequence[Any]) -> bool:
    """Tell whether any value is neither None nor False, at the pace of C."""
    types = set(map(type, values)) - {NoneType}
    return any(values) if types == {bool} else bool(types)


def _columns_of(name: str, field: Field, values: list[Any]) -> dict[str, Any]:
    """Give the columns in which a field of all labels is shown."""
    match field.kind:
        case "by side":
            return {
                f"{name}_{key}": [(said or {}).get(key) for said in values] for key in field.keys
            }
        case "verdicts":
            judged = _few(
                dict.fromkeys(criterion for verdicts in values for criterion in verdicts or ()),
                "criteria",
            )
            return {
                f"{_CRITERION}{criterion}": [(verdicts or {}).get(criterion) for verdicts in values]
                for criterion in judged
            }
    return {name: pd.Series(values, dtype=_TYPES.get(name, "object"))}


def _few(names: Collection[str], what: str) -> Collection[str]:
    """Refuse what would be a table of so many columns that making it never ends."""
    if len(names) > _MOST_COLUMNS:
        msg = (
            f"There are {len(names):,} {what}, and a table has at most {_MOST_COLUMNS:,}: "
            f"{some(names, 3)}. Values in the place of names, it seems; whoever made the session "
            "can give them in one column."
        )
        raise SessionError(msg)
    return names


def _columns(records: Sequence[Any], names: Sequence[str]) -> list[list[Any]]:
    """Give each of these attributes of all records."""
    return [list(map(attrgetter(name), records)) for name in names]


def without_measures(labels: pd.DataFrame) -> pd.DataFrame:
    """Leave out what only measures the annotators: second showings and gold pairs."""
    found = labels
    if "again" in found.columns:
        found = found[~found["again"].astype(bool)]
    if "gold" in found.columns:
        found = found[found["gold"].isna()]
    return found.drop(columns=["again", "gold"], errors="ignore").reset_index(drop=True)


def judgments_frame(labels: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Put each label beside the texts it is about: the labels' columns, then the pairs'.

    Labels of pairs that are not among the pairs are left out. A pair's column named as a label's,
    also as one that these labels do not have, is shown as ``meta_NAME``.
    """
    clashing = {name: f"meta_{name}" for name in pairs.columns if _is_of_labels(name)}
    return labels.merge(
        pairs.rename(columns=clashing), left_on="pair", right_index=True, how="inner", sort=False
    )


def _is_of_labels(name: str) -> bool:
    return name in _ALL_OF_LABELS or name.startswith(_CRITERION)


def triples_frame(judgments: pd.DataFrame) -> pd.DataFrame:
    """Give prompt, chosen and rejected of the judgments that prefer a or b, then provenance.

    Provenance is pair, annotator, source, strength, model_chosen, model_rejected, at, and what
    else the pairs carry. ``attrs["left_out"]`` counts the others by preference.
    """
    decisive = judgments[judgments["preference"].isin(list(SIDES))].reset_index(drop=True)
    decisive = decisive.rename(columns={name: f"meta_{name}" for name in _MADE_OF_TRIPLES})
    prefers_a = decisive["preference"] == "a"
    triples = decisive.assign(
        chosen=decisive["a"].where(prefers_a, decisive["b"]),
        rejected=decisive["b"].where(prefers_a, decisive["a"]),
        model_chosen=decisive["model_a"].where(prefers_a, decisive["model_b"]),
        model_rejected=decisive["model_b"].where(prefers_a, decisive["model_a"]),
    )
    gone = {"a", "b", "model_a", "model_b", "preference", "shown_left", "seconds"}
    rest = [name for name in triples.columns if name not in gone and name not in _TRIPLE_COLUMNS]
    triples = triples[[*_TRIPLE_COLUMNS, *rest]]
    triples.attrs["left_out"] = count_undecided(judgments)
    return triples


def count_undecided(judgments: pd.DataFrame) -> dict[str, int]:
    """Count the ties, both-bads and skips."""
    counts = judgments["preference"].value_counts()
    return {name: int(counts[name]) for name in UNDECIDED if name in counts}


def progress_frame(labels: pd.DataFrame, total: int, annotator: str | None) -> pd.DataFrame:
    """Count each annotator's labels by preference, and what is left of ``total`` pairs.

    ``annotator``, if one is named, has a row also before the first label. Whoever decides where
    others part has these pairs alone to label.
    """
    names = dict.fromkeys([*labels["annotator"], *([] if annotator is None else [annotator])])
    counts = (
        pd.crosstab(labels["annotator"], labels["preference"])
        .reindex(index=list(names), columns=list(PREFERENCES), fill_value=0)
        .rename_axis(index="annotator", columns=None)
    )
    labeled = counts[list(VERDICTS)].sum(axis=1)
    counts.insert(0, "total", total)
    counts.insert(1, "labeled", labeled)
    if ADJUDICATOR in counts.index:
        counts.loc[ADJUDICATOR, "total"] = _to_decide(labels)
    counts["left"] = counts["total"] - labeled
    return counts


def _to_decide(labels: pd.DataFrame) -> int:
    """Count the pairs on which people part, and those that were decided."""
    is_decided = labels["annotator"] == ADJUDICATOR
    said = labels[~is_decided & labels["preference"].isin(VERDICTS)]
    ways = said.groupby("pair")["preference"].nunique()
    return len({*ways.index[ways > 1], *labels["pair"][is_decided]})
