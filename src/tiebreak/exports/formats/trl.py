"""TRL's preference type: what DPO, IPO, ORPO, CPO, TPO and Reward train on.

``{"prompt", "chosen", "rejected"}``, standard (strings) or conversational (messages), as
``docs/source/dataset_formats.md`` of TRL 1.16 has it. The prompt is explicit unless asked
otherwise, because TRL's own extraction cuts into the answers where they begin alike.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from tiebreak.errors import ExportError
from tiebreak.exports.calls import with_tools_beside
from tiebreak.exports.conversation import dialogues, triples
from tiebreak.exports.format import Row
from tiebreak.exports.opinions import own_value
from tiebreak.exports.selecting import VOTES
from tiebreak.records.text import with_last_answer
from tiebreak.views import triples_frame

# Columns that trainers read, or break on, whatever one meant by them.
RESERVED = frozenset(
    {
        *("prompt", "chosen", "rejected", "completion", "label", "messages", "margin"),
        *("images", "image", "audios", "tools", "chat_template_kwargs", "reference"),
    }
)
EDITS = ("chosen", "reference")
_PROVENANCE = ("pair", "annotator", "source", "strength", "model_chosen", "model_rejected")
_MARGINS = {1: 1.0, 2: 2.0, 3: 3.0}


def rows(
    judgments: pd.DataFrame,
    *,
    provenance: bool | Sequence[str] = False,
    margin: bool | Mapping[int, float] | Literal["votes"] = False,
    votes: bool = False,
    messages: bool = False,
    implicit_prompt: bool = False,
    edit: Literal["chosen", "reference"] | None = None,
) -> Iterator[Row]:
    """Turn judgments that prefer a or b into TRL rows.

    Args:
        judgments: as :func:`tiebreak.views.judgments_frame` gives them, in one form.
        provenance: True for pair, annotator, source, strength and the models, or the names of the
            columns of ``session.triples()`` to write beside the three.
        margin: True to write the reward margin (Llama 2, section 3.2.2) that the strength
            gives, 1, 2 or 3, or a mapping from strength to margin. ``"votes"`` makes it of the
            pair's labels: the share for the chosen one less that for the rejected one.
        votes: write how many of the pair's labels say what, as chosen, rejected, tie, both_bad.
        messages: write texts as messages, too, so that prompt and answer do not run together.
        implicit_prompt: put the prompt in front of both responses and leave its column out, as
            TRL's docs recommend for reward models.
        edit: what becomes of the better response as the annotator improved it: ``"chosen"``
            writes it in the chosen one's place, ``"reference"`` beside it as the gold completion
            that TPO trains on.

    Raises:
        ExportError: a column is unknown or reserved by TRL, or a label lacks the strength that
            the margin is made from.

    """
    if edit not in (None, *EDITS):
        msg = f"edit is {' or '.join(map(repr, EDITS))}, not {edit!r}."
        raise ExportError(msg)
    texts = dialogues(judgments) if messages else triples(judgments)
    rows: Iterator[Row] = (
        {"prompt": prompt, "chosen": chosen, "rejected": rejected}
        for prompt, chosen, rejected in texts
    )
    if edit and "edit" in judgments.columns:
        rows = _with_edits(rows, judgments["edit"].tolist(), edit)
    if implicit_prompt:
        rows = _with_implicit_prompt(rows)
    if provenance is not False:
        rows = _with_provenance(rows, triples_frame(judgments), _name_columns(provenance))
    if votes:
        rows = _with_column(rows, "votes", _count_votes(judgments))
    if margin == "votes":
        rows = _with_column(rows, "margin", map(_vote_margin, _count_votes(judgments)))
    elif margin is not False:
        rows = _with_margins(rows, judgments["strength"], _read_margins(margin))
    yield from with_tools_beside(rows, judgments)


def unfit(
    judgments: pd.DataFrame, *, edit: str | None = None, **_: Any
) -> Iterator[tuple[int, str]]:
    """Name the labels without an edit, where TPO's triples need one."""
    if edit == "reference":
        edits = judgments["edit"] if "edit" in judgments.columns else [None] * len(judgments)
        for position, edited in enumerate(edits):
            if not isinstance(edited, str):
                yield position, "without an edit"


def _with_edits(rows: Iterator[Row], edits: Sequence[Any], column: str) -> Iterator[Row]:
    for row, edit in zip(rows, edits, strict=True):
        if isinstance(edit, str):
            row[column] = with_last_answer(row["chosen"], edit)
        yield row


def _with_implicit_prompt(rows: Iterator[Row]) -> Iterator[Row]:
    for row in rows:
        prompt = row.pop("prompt")
        yield {name: prompt + response for name, response in row.items()}


def _with_column(rows: Iterator[Row], name: str, values: Iterable[Any]) -> Iterator[Row]:
    for row, value in zip(rows, values, strict=True):
        row[name] = value
        yield row


def _count_votes(judgments: pd.DataFrame) -> Iterator[dict[str, int]]:
    for preference, counts in zip(judgments["preference"], judgments[VOTES], strict=True):
        sides = (preference, "b" if preference == "a" else "a")
        votes = [counts.get(side, 0) for side in (*sides, "tie", "both_bad")]
        yield dict(zip(("chosen", "rejected", "tie", "both_bad"), votes, strict=True))


def _vote_margin(votes: Mapping[str, int]) -> float:
    return (votes["chosen"] - votes["rejected"]) / sum(votes.values())


def _name_columns(provenance: bool | Sequence[str]) -> Sequence[str]:  # noqa: FBT001
    if provenance is True:
        return _PROVENANCE
    if isinstance(provenance, Iterable) and not isinstance(provenance, str):
        return list(provenance)
    msg = f'provenance is True or a list of columns, as ["annotator"], not {provenance!r}.'
    raise ExportError(msg)


def _read_margins(margin: bool | Mapping[int, float]) -> Mapping[int, float]:  # noqa: FBT001
    if margin is True:
        return _MARGINS
    if isinstance(margin, Mapping) and all(isinstance(m, int | float) for m in margin.values()):
        return margin
    numbers = "numbers by strength, as {1: 0.5, 2: 1, 3: 2}"
    msg = f'margin is True, "votes" or {numbers}, not {margin!r}.'
    raise ExportError(msg)


def _with_provenance(
    rows: Iterator[Row], triples: pd.DataFrame, names: Sequence[str]
) -> Iterator[Row]:
    for name in names:
        if name in RESERVED:
            msg = f"Trainers read a column named {name!r}; rename it in the pairs first."
            raise ExportError(msg)
        if name not in triples.columns:
            msg = f"There is no column {name!r} to write; there are {', '.join(triples.columns)}."
            raise ExportError(msg)
    beside = zip(*(triples[name].tolist() for name in names), strict=True)
    for row, values in zip(rows, beside, strict=True):
        row.update(zip(names, map(own_value, values), strict=True))
        yield row


def _with_margins(
    rows: Iterator[Row], strengths: "pd.Series[int]", margins: Mapping[int, float]
) -> Iterator[Row]:
    without = int(strengths.isna().sum())
    if without:
        msg = (
            f"{without} of {len(strengths)} labels have no strength to make a margin from, and a "
            "reward trainer fails on a single gap. Label on the graded scale, select by "
            "min_strength=1, or export without."
        )
        raise ExportError(msg)
    unknown = sorted(set(strengths) - set(margins))
    if unknown:
        msg = f"The margin has no value for strength {unknown[0]}; give one for each of 1, 2, 3."
        raise ExportError(msg)
    for row, strength in zip(rows, strengths, strict=True):
        row["margin"] = float(margins[int(strength)])
        yield row
