"""TRL's preference type with an explicit prompt: what DPO, IPO, ORPO, CPO and Reward train on.

``{"prompt", "chosen", "rejected"}``, standard (strings) or conversational (messages), as
``docs/source/dataset_formats.md`` of TRL 1.16 has it. The prompt is always explicit, because
TRL's own extraction cuts into the answers where they begin alike.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from tiebreak.errors import ExportError
from tiebreak.exports.conversation import any_messages, as_messages, with_text
from tiebreak.views import triples_frame

WRITTEN = ("a", "b")

# Columns that TRL's trainers read, or break on, whatever one meant by them.
RESERVED = frozenset(
    {
        *("prompt", "chosen", "rejected", "completion", "label", "messages", "margin"),
        *("images", "image", "tools", "chat_template_kwargs", "reference"),
    }
)
_PROVENANCE = ("pair", "annotator", "source", "strength", "model_chosen", "model_rejected")
_MARGINS = {1: 1.0, 2: 2.0, 3: 3.0}


def rows(
    judgments: pd.DataFrame,
    *,
    provenance: bool | Sequence[str] = False,
    margin: bool | Mapping[int, float] = False,
    edit: Literal["chosen", "reference"] | None = None,
) -> list[dict[str, Any]]:
    """Turn judgments that prefer a or b into TRL rows.

    Args:
        judgments: as :func:`tiebreak.views.judgments_frame` gives them.
        provenance: True for pair, annotator, source, strength and the models, or the names of the
            columns of ``session.triples()`` to write beside the three.
        margin: True to write the reward margin (Llama 2, section 3.2.2) that the strength
            gives, 1, 2 or 3, or a mapping from strength to margin.
        edit: what becomes of chosen answers that an annotator improved: ``"chosen"`` writes the
            edit in their place, ``"reference"`` beside them in a column ``reference`` (TRL's
            triple type, ``trl.experimental.tpo``), and then only these rows, since a row without
            one is no triple. None leaves edits out.

    Raises:
        ExportError: a column is unknown or reserved by TRL, a label lacks the strength that the
            margin is made from, or ``edit`` is something else.

    """
    if edit not in (None, "chosen", "reference"):
        msg = f'edit is "chosen", "reference" or None, not {edit!r}.'
        raise ExportError(msg)
    triples = triples_frame(judgments)
    edits = triples["edit"] if "edit" in triples else pd.Series([None] * len(triples))
    if edit == "reference":
        triples = triples[edits.notna()]
        edits = edits[edits.notna()]
    beside = _columns_beside(triples, provenance)
    conversational = any_messages(judgments)
    result: list[dict[str, Any]] = []
    for triple, edited in zip(triples.to_dict("records"), edits, strict=True):
        row = {name: triple[name] for name in ("prompt", "chosen", "rejected")}
        if edit is not None and isinstance(edited, str):
            row[edit] = with_text(row["chosen"], edited)
        if conversational:
            row["prompt"] = as_messages(row["prompt"], "user")
            row["chosen"] = as_messages(row["chosen"], "assistant")
            row["rejected"] = as_messages(row["rejected"], "assistant")
            if "reference" in row:
                row["reference"] = as_messages(row["reference"], "assistant")
        for name in beside:
            row[name] = _to_plain(triple[name])
        result.append(row)
    if margin:
        _add_margins(result, triples, _MARGINS if margin is True else margin)
    return result


def _columns_beside(triples: pd.DataFrame, provenance: bool | Sequence[str]) -> list[str]:  # noqa: FBT001
    if provenance is False:
        return []
    names = list(_PROVENANCE if provenance is True else provenance)
    for name in names:
        if name in RESERVED:
            msg = f"TRL reads a column named {name!r} itself; rename it in the pairs first."
            raise ExportError(msg)
        if name not in triples.columns:
            msg = f"There is no column {name!r} to write; there are {', '.join(triples.columns)}."
            raise ExportError(msg)
    return names


def _add_margins(
    rows: list[dict[str, Any]], triples: pd.DataFrame, margins: Mapping[int, float]
) -> None:
    without = int(triples["strength"].isna().sum())
    if without:
        msg = (
            f"{without} of {len(triples)} labels have no strength to make a margin from, and a "
            "reward trainer fails on a single gap. Label on the graded scale, or export without."
        )
        raise ExportError(msg)
    unknown = sorted(set(triples["strength"]) - set(margins))
    if unknown:
        msg = f"The margin has no value for strength {unknown[0]}; give one for each of 1, 2, 3."
        raise ExportError(msg)
    for row, strength in zip(rows, triples["strength"], strict=True):
        row["margin"] = float(margins[int(strength)])


def _to_plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    missing = value is pd.NA or (isinstance(value, float) and math.isnan(value))
    return None if missing else value
