"""What stands beside each row on request: who said what, and how sure its preference is."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec
import pandas as pd

from tiebreak.errors import ExportError
from tiebreak.exports.format import Row
from tiebreak.reading.rows import plain
from tiebreak.records.label import ADJUDICATOR, EXCHANGED, SIDES
from tiebreak.wording import count

BESIDE = "beside the row"
_WRONG = "chance that it is wrong"

Votes = bool | Literal["each"]
_Names = tuple[str, str]
_OF_PAIRS: _Names = ("chosen", "rejected")
_OF_COMPLETIONS: _Names = ("this", "other")
_Chances = tuple[float, float, float]


class Wanted(NamedTuple):
    """What is to stand beside the rows.

    Attributes:
        votes: True for how many labels of the pair say what, ``"each"`` for each of them.
        posterior: whether to say how sure a preference is: ``soft_label``, ``margin``, ``weight``.
        margin: whether the margin is among these; not where the format makes one itself.

    """

    votes: Votes = False
    posterior: bool = False
    margin: bool = True

    def check(self) -> None:
        """Refuse what these cannot be.

        Raises:
            ExportError: with what they can be.

        """
        if self.votes not in (True, False, "each"):
            msg = f'votes is True for counts or "each" for every label, not {self.votes!r}.'
            raise ExportError(msg)
        if not isinstance(self.posterior, bool):
            msg = f"posterior is True or False, not {self.posterior!r}."
            raise ExportError(msg)


def put_beside(
    judgments: pd.DataFrame,
    cast: pd.DataFrame,
    wanted: Wanted,
    adjudicator: str | None,
    *,
    completions: bool,
) -> pd.DataFrame:
    """Put beside each judgment what its row is to hold more.

    Args:
        judgments: what goes out.
        cast: the labels behind them; skips do not vote.
        wanted: what is asked for.
        adjudicator: whose verdict stands, and who saw what the others said.
        completions: whether a row is one response, and not two; each side then has its own.

    """
    if not wanted.votes and not wanted.posterior:
        return judgments
    voting = cast[cast["preference"] != "skip"]
    votes = _by_pair(voting) if wanted.votes else {}
    chances = (
        _chances(voting[~voting["annotator"].isin([adjudicator, ADJUDICATOR])])
        if wanted.posterior
        else {}
    )
    names = _OF_COMPLETIONS if completions else _OF_PAIRS
    found: list[Any] = []
    wrong: list[float] = []
    columns = (judgments[name].tolist() for name in ("pair", "preference", "annotator"))
    for pair, preference, annotator in zip(*columns, strict=True):
        weighed: Row = {}
        if wanted.posterior:
            decided = annotator == adjudicator or pair not in chances
            chance = _sure(preference) if decided else chances[pair]
            weighed = _weighed(chance, preference)
            wrong.append(_share_wrong(weighed))
            if completions or not wanted.margin:
                del weighed["margin"]
            if completions:
                del weighed["soft_label"]
        sides = SIDES if completions else (preference,)
        rows = {
            side: {"votes": _told(votes.get(pair, ()), side, names, wanted.votes), **weighed}
            if wanted.votes
            else weighed
            for side in sides
        }
        found.append(rows if completions else rows[preference])
    beside = judgments.assign(**{BESIDE: pd.Series(found, judgments.index, object)})
    return beside.assign(**{_WRONG: wrong}) if wanted.posterior else beside


def with_beside(rows: Iterator[Row], judgments: pd.DataFrame) -> Iterator[Row]:
    """Write what stands beside each judgment into its row."""
    if BESIDE not in judgments.columns:
        return rows
    beside = judgments[BESIDE].tolist()
    return ({**row, **more} for row, more in zip(rows, beside, strict=True))


def files_beside(parts: Mapping[Path, pd.DataFrame]) -> dict[Path, bytes]:
    """Make files of what stands beside the rows of others, a line a row, in the same order."""
    encode = msgspec.json.Encoder().encode_lines
    return {
        path.with_name(f"{path.stem}-votes.jsonl"): encode(
            [
                {"pair": pair, **more}
                for pair, more in zip(judgments["pair"], judgments[BESIDE], strict=True)
            ]
        )
        for path, judgments in parts.items()
        if BESIDE in judgments.columns
    }


_MEANINGS = {
    "weight": "weight is the probability of what a row says",
    "margin": "margin P(chosen) - P(rejected)",
    "soft_label": "soft_label (1 + P(chosen) - P(rejected)) / 2, so that a tie counts half",
}


def tell_of_posterior(judgments: pd.DataFrame, cast: pd.DataFrame) -> list[str]:
    """Say what the figures are, and which ``label_smoothing`` follows of them."""
    if _WRONG not in judgments.columns:
        return []
    decided = judgments.loc[judgments["preference"].isin(list(SIDES)), _WRONG]
    notes = []
    # A row of one response has a weight alone, and its trainer no label_smoothing.
    held = {name for beside in judgments[BESIDE].head(1) for name in (beside.get("a") or beside)}
    if len(decided) and "soft_label" in held:
        notes.append(
            f"label_smoothing={decided.mean():.3f} is suggested for cDPO: the mean over the rows "
            "of P(rejected) / (P(chosen) + P(rejected)), as session.stats.posterior() finds it, of "
            "the labels exported"
        )
    doubted = int((decided > 0.5).sum())  # noqa: PLR2004 - more probable than not
    notes.append(
        ", ".join(means for name, means in _MEANINGS.items() if name in held)
        + f"; {count(doubted, 'label')} {'says' if doubted == 1 else 'say'} what is less probable "
        "than its opposite" * bool(doubted)
    )
    if len(set(cast["annotator"])) == 1:
        notes.append(
            "one annotator alone is believed as much as people usually are, so these figures say "
            "nothing of this one; labels of others on the same pairs would"
        )
    return notes


def _weighed(chance: _Chances, preference: str) -> Row:
    """Give the probabilities of a preference: soft label, margin and weight."""
    of_a, of_b, of_tie = chance
    if preference not in SIDES:
        return {"soft_label": 0.5, "margin": 0.0, "weight": of_tie}
    right, wrong = (of_a, of_b) if preference == "a" else (of_b, of_a)
    margin = right - wrong
    return {"soft_label": (1 + margin) / 2, "margin": margin, "weight": right}


def _share_wrong(weighed: Row) -> float:
    right, wrong = weighed["weight"], weighed["weight"] - weighed["margin"]
    return wrong / (right + wrong) if right + wrong > 0 else 0.0


def _by_pair(voting: pd.DataFrame) -> dict[str, list[tuple[Any, ...]]]:
    names = ("pair", "annotator", "source", "preference", "strength")
    found: dict[str, list[tuple[Any, ...]]] = {}
    for pair, *vote in zip(*(voting[name].tolist() for name in names), strict=True):
        found.setdefault(pair, []).append(tuple(vote))
    return found


def _told(votes: Sequence[tuple[Any, ...]], side: str, names: _Names, wanted: Votes) -> Any:
    """Say votes as seen from one side."""
    by = {side: names[0], EXCHANGED[side]: names[1]}
    if wanted == "each":
        return [
            {
                "annotator": annotator,
                "source": source,
                "vote": by.get(preference, preference),
                "strength": plain(strength),
            }
            for annotator, source, preference, strength in votes
        ]
    counts = Counter(by.get(preference, preference) for _, _, preference, _ in votes)
    return {name: counts[name] for name in (*names, "tie", "both_bad")}


def _chances(voting: pd.DataFrame) -> dict[str, _Chances]:
    from tiebreak.stats.posterior import posterior  # noqa: PLC0415 - few ask

    found = posterior(voting).pairs
    return dict(zip(found.index, zip(found.p_a, found.p_b, found.p_tie, strict=True), strict=True))


def _sure(preference: str) -> _Chances:
    return (float(preference == "a"), float(preference == "b"), float(preference not in SIDES))
