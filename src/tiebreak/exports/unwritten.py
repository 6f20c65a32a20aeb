"""What a session holds and a file of it does not, for the report."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from tiebreak.exports.calls import TOOLS
from tiebreak.exports.format import Format
from tiebreak.exports.opinions import counts_of
from tiebreak.wording import count, some

# What says how a label came about and not what it says, and edits, which are told of by themselves.
_CIRCUMSTANCES = ("seconds", "guideline", "probability", "edit")
_WITH_PROVENANCE = ("strength", "model_a", "model_b")  # by True
_MEMBERS = {"criteria": "criterion_"}
_TEXTS = ("prompt", "a", "b")
_MODELS = ("model_a", "model_b")


def tell_of_measures(labels: pd.DataFrame, written: pd.DataFrame) -> Iterator[str]:
    """Say how many labels are there to measure their annotators, and stay out of the file."""
    gold = int(labels["gold"].notna().sum()) if "gold" in labels.columns else 0
    again = len(labels) - len(written) - gold
    said = [f"{count(gold, 'label')} of gold pairs"] * bool(gold)
    said += [f"{count(again, 'label')} of second showings"] * bool(again)
    if said:
        yield f"not in the file, for they measure annotators: {' and '.join(said)}"


def tell_of_unwritten(
    judgments: pd.DataFrame, pairs: pd.DataFrame, format: Format, options: Mapping[str, Any]
) -> Iterator[str]:
    """Say what labels and pairs hold that a file does not.

    Args:
        judgments: what is written.
        pairs: as :func:`tiebreak.views.pairs_frame` gives them.
        format: the file's. One with a row a pair has a place for the models, and says itself what
            labels lose.
        options: those that were given.

    """
    if format.again:  # which holds it all
        return
    written = _asked(options)
    by_pair = format.by_pair
    fields = [
        f"{name} ({number})"
        for name, number in ({} if by_pair else counts_of(judgments)).items()
        if name not in (*_CIRCUMSTANCES, *written)
        and not any(each.startswith(_MEMBERS.get(name, f"{name}_")) for each in written)
    ]
    source = pairs if by_pair else judgments
    gone = {*_TEXTS, *written} | ({*_MODELS} if by_pair else {TOOLS})
    columns = [name for name in pairs.columns if name not in gone and name in source.columns]
    found = [name for name in columns if source[name].notna().any()]
    said = [f"{some(fields)} of labels"] * bool(fields)
    said += [f"{some(found, 10, repr)} of pairs"] * bool(found)
    if said:
        here = "; provenance=[...] writes them beside" if "provenance" in format.options else ""
        yield f'not in the file: {" and ".join(said)}; the format "raw" holds them{here}'


def _asked(options: Mapping[str, Any]) -> set[str]:
    """Give the columns that stand beside the texts on request."""
    beside: Any = (
        _WITH_PROVENANCE if options.get("provenance") is True else options.get("provenance")
    )
    written = {*beside} if isinstance(beside, Iterable) and not isinstance(beside, str) else set()
    margin = options.get("margin", False)
    return written | ({"strength"} if margin is not False and margin != "votes" else set())
