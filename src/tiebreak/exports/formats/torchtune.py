"""torchtune's ``preference_dataset``: two whole dialogues that share their beginning.

``{"chosen": [...], "rejected": [...]}`` of role and content, after
``torchtune/datasets/_preference.py``.
"""

from collections.abc import Iterator

import pandas as pd

from tiebreak.exports.conversation import dialogues, numbered, without_extras
from tiebreak.exports.format import Row
from tiebreak.records.text import says_only_text

_ROLES = {"system", "user", "assistant"}


def rows(judgments: pd.DataFrame) -> Iterator[Row]:
    """Turn judgments that prefer a or b into rows, all as messages."""
    for prompt, chosen, rejected in dialogues(judgments):
        yield {
            "chosen": without_extras(prompt + chosen),
            "rejected": without_extras(prompt + rejected),
        }


def unfit(judgments: pd.DataFrame) -> Iterator[tuple[int, str]]:
    """Name the judgments with messages that are not plain text."""
    for position, prompt, responses in numbered(judgments):
        messages = [*prompt, *responses[0], *responses[1]]
        if not all(m["role"] in _ROLES and says_only_text(m) for m in messages):
            yield position, "with messages that are not text of system, user or assistant"
