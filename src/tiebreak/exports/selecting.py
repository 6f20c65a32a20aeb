"""Which labels go out, and what becomes of a pair that several annotators labeled.

Pure functions over judgments. Each says how many labels or pairs it left out and why.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, NamedTuple, get_args

import pandas as pd

from tiebreak.errors import ExportError
from tiebreak.records.label import ADJUDICATOR, FLAGGED, SIDES, SOURCES, STRENGTHS
from tiebreak.wording import some

Agreement = Literal["majority", "unanimous", "all"]
WITHOUT_AGREEMENT = "pairs without agreement"
AGREEMENTS: tuple[Agreement, ...] = get_args(Agreement)

VOTES = "votes"

_FLAGS = tuple(f"flags_{key}" for key in FLAGGED)


class Selection(NamedTuple):
    """Which labels go out.

    Attributes:
        annotators: only theirs.
        sources: only of these: ``"human"``, ``"judge"``, ``"feedback"``.
        agreement: ``"all"`` makes every label a row of its own. ``"majority"`` gives one verdict a
            pair, the preference of more than half of its labels; ``"unanimous"`` the one that all
            labels share. Skips do not vote. None is as ``"all"`` where the labels of each pair
            agree; where they do not, a trainer's file would contradict itself and is refused.
        adjudicator: the annotator whose label is the verdict on a pair, whatever others said. On
            pairs that they did not label, the others have to agree: unanimously, or as
            ``agreement`` says.
        min_strength: leaves out preferences for a or b that are weaker, or have no strength.
        criterion: takes the verdicts on this criterion in place of the preferences.
        without_flags: leaves out pairs that any annotator flagged so, on either side.

    """

    annotators: Sequence[str] | None = None
    sources: Sequence[str] | None = None
    agreement: Agreement | None = None
    adjudicator: str | None = None
    min_strength: int | None = None
    criterion: str | None = None
    without_flags: Sequence[str] | None = None


class Selected(NamedTuple):
    """What a selection gives.

    Attributes:
        judgments: what goes out.
        left_out: how many labels or pairs did not, by reason.
        policy: what became of pairs with several annotators; empty where there were none.
        votes: the labels that became one verdict a pair; None where each label goes out itself.
        flagged: the pairs left out for a flag.

    """

    judgments: pd.DataFrame
    left_out: dict[str, int]
    policy: str
    votes: pd.DataFrame | None
    flagged: frozenset[str]

    @property
    def cast(self) -> pd.DataFrame:
        """All labels that were selected."""
        return self.judgments if self.votes is None else self.votes


def select(judgments: pd.DataFrame, selection: Selection) -> Selected:
    """Apply a selection to judgments.

    Raises:
        ExportError: a value is not one of those there are; the message names them.

    """
    _check_kinds(selection)
    _check(judgments, selection)
    left_out: dict[str, int] = {}

    def keep(mask: "pd.Series[bool]", reason: str) -> None:
        nonlocal judgments
        without = int((~mask).sum())
        if without:
            left_out[reason] = without
            judgments = judgments[mask]

    flagged = flagged_pairs(judgments, selection.without_flags)
    if flagged:
        judgments = judgments[~judgments["pair"].isin(list(flagged))]
        left_out["pairs flagged " + ", ".join(_listed(selection.without_flags))] = len(flagged)
    keep(*_of_whom(judgments, selection))
    if selection.sources is not None:
        keep(judgments["source"].isin(_listed(selection.sources)), "of other sources")
    if selection.criterion is not None:
        verdicts = judgments[f"criterion_{selection.criterion}"]
        keep(verdicts.notna(), f"without a verdict on {selection.criterion}")
        judgments = _by_criterion(judgments, selection.criterion)
    several = _have_several(judgments, "annotator") > 0
    policy = _policy(selection) if several else ""
    votes = None
    if _is_one_row_a_pair(selection):
        votes = judgments
        judgments, undecided = _verdicts(judgments, selection)
        if undecided:
            left_out[WITHOUT_AGREEMENT] = undecided
    if selection.min_strength is not None:
        decisive = judgments["preference"].isin(list(SIDES))
        weak = judgments["strength"].fillna(0) < selection.min_strength
        keep(~(decisive & weak), f"weaker than strength {selection.min_strength}")
    return Selected(judgments, left_out, policy, votes, flagged)


def _of_whom(judgments: pd.DataFrame, selection: Selection) -> "tuple[pd.Series[bool], str]":
    """Tell which judgments are of those who count, and of whom the others are."""
    if selection.annotators is not None:
        wanted = [*_listed(selection.annotators), selection.adjudicator]
        return judgments["annotator"].isin(wanted), "of other annotators"
    is_by_votes = selection.agreement in ("majority", "unanimous") and selection.adjudicator is None
    without_vote = (judgments["annotator"] == ADJUDICATOR) & is_by_votes
    return ~without_vote, "of the adjudicator, who saw what others said and has no vote"


def with_votes(judgments: pd.DataFrame, cast: pd.DataFrame) -> pd.DataFrame:
    """Put beside each judgment how often the labels of its pair say what; skips do not vote."""
    counts: dict[str, Counter[str]] = {}
    for pair, preference in zip(cast["pair"], cast["preference"], strict=True):
        if preference != "skip":
            counts.setdefault(pair, Counter())[preference] += 1
    found = [counts[pair] for pair in judgments["pair"]]
    return judgments.assign(**{VOTES: pd.Series(found, judgments.index, object)})


def refuse_contradictions(
    judgments: pd.DataFrame, selection: Selection, written: Sequence[str], name: str
) -> None:
    """Refuse labels that part on a pair, where nobody said what becomes of such a pair.

    Args:
        judgments: all there are, before selecting.
        selection: as it was asked for.
        written: the preferences that the format writes; what is not written contradicts nothing.
        name: the format's.

    Raises:
        ExportError: with how many rows each way out of it gives.

    """
    settled = selection.agreement is not None or selection.adjudicator is not None
    if settled or judgments["pair"].is_unique:
        return
    chosen = _written(judgments, selection, written)
    parted = parting_pairs(chosen)
    if not parted:
        return
    counts = {
        agreement: len(_written(judgments, selection._replace(agreement=agreement), written))
        for agreement in AGREEMENTS
    }
    labeled = chosen["pair"].nunique()
    msg = (
        f"On {len(parted)} of {labeled} labeled pairs the annotators part: {some(parted)}. A "
        f"file of the format {name!r} with all of their labels would contradict itself. Say what "
        "becomes of such pairs: "
        f'agreement="majority" writes what more than half of a pair\'s labels say '
        f'({counts["majority"]} labels), "unanimous" what all of them say ({counts["unanimous"]}), '
        f'"all" each label, opposite ones too ({counts["all"]}). adjudicator="NAME" names who '
        'decides, annotators=["NAME"] whose labels count. On the command line: --agreement, '
        "--adjudicator, --annotators."
    )
    raise ExportError(msg)


def _written(judgments: pd.DataFrame, selection: Selection, written: Sequence[str]) -> pd.DataFrame:
    found = select(judgments, selection).judgments
    return found[found["preference"].isin(list(written))]


def parting_pairs(judgments: pd.DataFrame) -> list[str]:
    """Give the pairs of which not all labels are the same, in their order."""
    if judgments["pair"].is_unique:
        return []
    different = judgments[["pair", "preference"]].drop_duplicates()
    parting = different["pair"].duplicated(keep=False)
    return list(dict.fromkeys(different.loc[parting, "pair"]))


def flagged_pairs(judgments: pd.DataFrame, flags: Sequence[str] | None) -> frozenset[str]:
    """Give the pairs that anybody flagged so, on either side or as a whole."""
    wanted = set(_listed(flags))
    return frozenset(
        pair
        for name in _FLAGS
        if wanted and name in judgments.columns
        for pair, found in zip(judgments["pair"], judgments[name], strict=True)
        if isinstance(found, list) and wanted & set(found)
    )


def unsafe_choices(judgments: pd.DataFrame, everything: pd.DataFrame) -> list[str]:
    """Give the pairs whose chosen response anybody flagged unsafe, in their order.

    Args:
        judgments: what goes out.
        everything: all judgments there are, whose flags count.

    """
    unsafe = {
        side: flagged_pairs(
            everything[[c for c in ("pair", f"flags_{side}") if c in everything]], ["unsafe"]
        )
        for side in SIDES
    }
    if not any(unsafe.values()):
        return []
    chosen = zip(judgments["pair"], judgments["preference"], strict=True)
    return list(
        dict.fromkeys(
            pair
            for pair, preference in chosen
            if pair in unsafe.get(preference, ())
            or (preference == "tie" and (pair in unsafe["a"] or pair in unsafe["b"]))
        )
    )


def _have_several(judgments: pd.DataFrame, column: str) -> int:
    """Count the pairs with more than one value in a column."""
    if judgments["pair"].is_unique:
        return 0
    different = judgments[["pair", column]].drop_duplicates()
    return int((different["pair"].value_counts() > 1).sum())


def _listed(names: Sequence[str] | None) -> list[str]:
    return [names] if isinstance(names, str) else list(() if names is None else names)


def _check_kinds(selection: Selection) -> None:
    names: Any
    for field in ("adjudicator", "criterion"):
        if not isinstance(names := getattr(selection, field), str | None):
            msg = f"{field} is one name, not {names!r}."
            raise ExportError(msg)
    for field in ("annotators", "sources", "without_flags"):
        if not isinstance(names := getattr(selection, field), Iterable | None):
            msg = f"{field} is a list of names, not {names!r}."
            raise ExportError(msg)


def _check(judgments: pd.DataFrame, selection: Selection) -> None:
    agreement: str | None = selection.agreement
    if agreement not in (None, *AGREEMENTS):
        named = 'adjudicator="NAME" names who decides; ' * (agreement == "adjudicated")
        msg = f"{named}agreement is one of {', '.join(map(repr, AGREEMENTS))}, not {agreement!r}."
        raise ExportError(msg)
    if agreement == "all" and selection.adjudicator is not None:
        msg = 'Give adjudicator= or agreement="all", which lets every label stand, but not both.'
        raise ExportError(msg)
    strength = selection.min_strength
    if strength is not None and strength not in STRENGTHS:
        msg = f"min_strength is 1, 2 or 3, not {strength!r}."
        raise ExportError(msg)
    if strength is not None and selection.criterion is not None:
        msg = "A verdict on a criterion has no strength; give min_strength or criterion, not both."
        raise ExportError(msg)
    prefix = "criterion_"
    criteria = [str(n)[len(prefix) :] for n in judgments.columns if str(n).startswith(prefix)]
    annotators = judgments["annotator"].unique().tolist()
    asked: list[tuple[str, Sequence[str] | None, Sequence[str]]] = [
        ("annotator", selection.annotators, annotators),
        ("annotator", selection.adjudicator, annotators),
        ("source", selection.sources, SOURCES),
        ("criterion", selection.criterion, criteria),
    ]
    for what, names, known in asked:
        for name in _listed(names):
            if name not in known:
                there = ", ".join(map(repr, known)) or "none"
                msg = f"No label has the {what} {name!r}; there are: {there}."
                raise ExportError(msg)


def _by_criterion(judgments: pd.DataFrame, criterion: str) -> pd.DataFrame:
    """Put a criterion's verdict in the preference's place, and drop what spoke of the latter."""
    verdicts = judgments[f"criterion_{criterion}"].astype("str")
    changed: dict[str, Any] = {
        "preference": verdicts,
        "strength": pd.array([pd.NA] * len(judgments), "Int64"),
    }
    if "edit" in judgments.columns:
        changed["edit"] = judgments["edit"].where(verdicts == judgments["preference"], None)
    return judgments.assign(**changed)


def _policy(selection: Selection) -> str:
    if not _is_one_row_a_pair(selection):
        return "every label is a row of its own"
    rule = {
        "majority": "the preference of more than half of a pair's labels",
        "unanimous": "the preference that all of a pair's labels share",
    }[selection.agreement or "unanimous"]
    if selection.adjudicator is None:
        return f"one row a pair, {rule}"
    return f"one row a pair, the label of {selection.adjudicator}, and where there is none {rule}"


def _is_one_row_a_pair(selection: Selection) -> bool:
    return selection.adjudicator is not None or selection.agreement not in (None, "all")


def _verdicts(judgments: pd.DataFrame, selection: Selection) -> tuple[pd.DataFrame, int]:
    """Give one judgment a pair, and how many pairs have no verdict."""
    voting = judgments[judgments["preference"] != "skip"].reset_index(drop=True)
    is_agreed = _is_unanimous if selection.agreement != "majority" else _is_majority
    kept: list[int] = []
    sharing: list[list[int]] = []
    preferences = voting["preference"].tolist()
    annotators = voting["annotator"].tolist()
    groups = voting.groupby("pair", sort=False).indices
    for rows in groups.values():
        positions = [int(row) for row in rows]
        theirs = [row for row in positions if annotators[row] == selection.adjudicator]
        votes = theirs or positions
        preference, count = Counter(preferences[row] for row in votes).most_common(1)[0]
        if is_agreed(count, len(votes)):
            agreeing = [row for row in votes if preferences[row] == preference]
            kept.append(agreeing[0])
            sharing.append(agreeing)
    return _merged(voting, kept, sharing), len(groups) - len(kept)


def _is_majority(count: int, votes: int) -> bool:
    return 2 * count > votes


def _is_unanimous(count: int, votes: int) -> bool:
    return count == votes


def _merged(voting: pd.DataFrame, kept: list[int], sharing: list[list[int]]) -> pd.DataFrame:
    """Give the first label of each verdict, with what all behind it said."""
    merged = voting.iloc[kept].copy()

    def of_all(name: str, join: Callable[[list[Any]], Any]) -> list[Any]:
        values = voting[name].tolist()
        return [join([values[row] for row in rows]) for rows in sharing]

    for name in ("annotator", "source"):
        joined = of_all(name, lambda values: ", ".join(dict.fromkeys(values)))
        merged[name] = pd.Series(joined, merged.index, dtype="str")
    merged["strength"] = pd.array(of_all("strength", _middle), dtype="Int64")
    if "edit" in voting.columns:
        merged["edit"] = pd.Series(of_all("edit", _first_text), merged.index, dtype=object)
    return merged


def _middle(strengths: list[Any]) -> int | None:
    """Give the median of the strengths there are; of two in the middle, the weaker."""
    found = sorted(int(strength) for strength in strengths if not pd.isna(strength))
    return found[(len(found) - 1) // 2] if found else None


def _first_text(values: list[Any]) -> str | None:
    return next((value for value in values if isinstance(value, str)), None)
