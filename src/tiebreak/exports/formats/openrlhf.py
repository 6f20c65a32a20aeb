"""OpenRLHF's rows for reward models and DPO: ``{"prompt", "chosen", "rejected", "margin"?}``.

Read by OpenRLHF 0.11 with ``--data.prompt_key prompt``, with ``--data.apply_chat_template`` where
they are messages, and with ``--model.margin_loss_enable`` where a margin is to count
(``openrlhf/datasets/reward_dataset.py``).
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from tiebreak.exports.format import Row
from tiebreak.exports.formats import trl


def rows(judgments: pd.DataFrame, *, margin: bool | Mapping[int, float] = False) -> Iterator[Row]:
    """Turn judgments that prefer a or b into rows.

    Args:
        judgments: as :func:`tiebreak.views.judgments_frame` gives them, in one form.
        margin: True to write the margin that the strength gives, 1, 2 or 3, or a mapping from
            strength to margin.

    Raises:
        ExportError: a label lacks the strength that the margin is made from.

    """
    yield from trl.rows(judgments, margin=margin)
