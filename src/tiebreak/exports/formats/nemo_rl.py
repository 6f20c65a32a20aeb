"""NeMo-RL's ``PreferenceDataset``: a context and two completions, the preferred one of rank 0.

``{"context": [...], "completions": [{"rank", "completion": [...]}, ...]}``, after
``docs/guides/dpo.md``. A tie is never written: NeMo-RL's own HelpSteer3 reader turns one into two
equal completions.
"""

from collections.abc import Iterator

import pandas as pd

from tiebreak.exports.calls import with_tools_beside
from tiebreak.exports.conversation import dialogues
from tiebreak.exports.format import Row


def rows(judgments: pd.DataFrame) -> Iterator[Row]:
    """Turn judgments that prefer a or b into rows, all as messages."""
    yield from with_tools_beside(_rows(judgments), judgments)


def _rows(judgments: pd.DataFrame) -> Iterator[Row]:
    for prompt, chosen, rejected in dialogues(judgments):
        yield {
            "context": prompt,
            "completions": [
                {"rank": 0, "completion": chosen},
                {"rank": 1, "completion": rejected},
            ],
        }
