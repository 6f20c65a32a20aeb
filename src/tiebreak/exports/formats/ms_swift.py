"""ms-swift's rows for DPO and its kin: a dialogue that ends with the chosen answer, and the other.

``{"messages": [...], "rejected_response": "..."}`` or, where an answer is more than one text,
``{"messages": [...], "rejected_messages": [...]}``, which needs ms-swift 3.8, after
``docs/source_en/Customization/Custom-dataset.md``. Its reward models read a ``margin``, too.
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from tiebreak.exports.conversation import as_messages, is_one_answer, numbered, without_extras
from tiebreak.exports.format import Row
from tiebreak.exports.formats import trl
from tiebreak.records.text import says_only_text

_ROLES = {"system", "user", "assistant"}


def rows(judgments: pd.DataFrame, *, margin: bool | Mapping[int, float] = False) -> Iterator[Row]:
    """Turn judgments that prefer a or b into rows, all as messages.

    Args:
        judgments: as :func:`tiebreak.views.judgments_frame` gives them.
        margin: True to write the margin that the strength gives, 1, 2 or 3, or a mapping from
            strength to margin.

    Raises:
        ExportError: a label lacks the strength that the margin is made from.

    """
    short = all(is_one_answer(answer) for _, _, both in numbered(judgments) for answer in both)
    for row in trl.rows(judgments, margin=margin):
        prompt = without_extras(as_messages(row.pop("prompt"), "user"))
        chosen = without_extras(as_messages(row.pop("chosen"), "assistant"))
        rejected = without_extras(as_messages(row.pop("rejected"), "assistant"))
        other: Row = (
            {"rejected_response": rejected[0]["content"]}
            if short
            else {"rejected_messages": prompt + rejected}
        )
        yield {"messages": prompt + chosen, **other, **row}


def unfit(judgments: pd.DataFrame, **_: object) -> Iterator[tuple[int, str]]:
    """Name the judgments with messages that are not plain text."""
    for position, prompt, responses in numbered(judgments):
        messages = [*prompt, *responses[0], *responses[1]]
        if not all(m["role"] in _ROLES and says_only_text(m) for m in messages):
            yield position, "with messages that are not text of system, user or assistant"
