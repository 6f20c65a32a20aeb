"""Axolotl's ``type: chat_template.default`` for ``rl: dpo`` and IPO.

``{"messages": [...], "chosen": {message}, "rejected": {message}}``, after
``prompt_strategies/dpo/chat_template.py``, which reads role and content only and knows the roles
system, user, assistant and tool.
"""

from collections.abc import Iterator

import pandas as pd

from tiebreak.exports.conversation import dialogues, is_one_answer, numbered, without_extras
from tiebreak.exports.format import Row

_ROLES = {"system", "user", "assistant", "tool"}


def rows(judgments: pd.DataFrame) -> Iterator[Row]:
    """Turn judgments that prefer a or b into rows, all as messages."""
    for prompt, chosen, rejected in dialogues(judgments):
        yield {
            "messages": without_extras(prompt),
            "chosen": without_extras(chosen)[0],
            "rejected": without_extras(rejected)[0],
        }


def unfit(judgments: pd.DataFrame) -> Iterator[tuple[int, str]]:
    """Name the judgments that Axolotl would cut short or stop at."""
    for position, prompt, responses in numbered(judgments):
        if not all(map(is_one_answer, responses)):
            yield position, "with a response that is not one assistant message of text"
        elif not all(m["role"] in _ROLES and isinstance(m["content"], str) for m in prompt):
            yield position, "with a prompt of other roles than Axolotl knows, or not of text"
