"""Axolotl's ``type: chat_template.default`` for ``rl: dpo`` and IPO.

``{"messages": [...], "chosen": {message}, "rejected": {message}}``, after
``prompt_strategies/dpo/chat_template.py``, which reads role and content only and knows the roles
system, user, assistant and tool.
"""

from collections.abc import Iterator

import pandas as pd

from tiebreak.exports.conversation import dialogues, is_one_answer, numbered, without_extras
from tiebreak.exports.format import Row
from tiebreak.records.text import says_only_text

_ROLES = {"system", "user", "assistant", "tool"}
# What ChatML puts in front of an answer when Axolotl renders it.
_HEAD = "<|im_start|>user\n[[dummy_message]]<|im_end|>\n<|im_start|>assistant\n"


def rows(judgments: pd.DataFrame) -> Iterator[Row]:
    """Turn judgments that prefer a or b into rows, all as messages.

    Axolotl looks for the answer in the rendered text, and templates such as those of Llama 3 and
    Gemma trim it, so that one with blanks at its ends would be lost.
    """
    for prompt, chosen, rejected in dialogues(judgments):
        answers = (without_extras(answer)[0] for answer in (chosen, rejected))
        one, other = ({**answer, "content": answer["content"].strip()} for answer in answers)
        yield {"messages": without_extras(prompt), "chosen": one, "rejected": other}


def notes(judgments: pd.DataFrame) -> Iterator[str]:
    """Say how many answers lose the blanks at their ends."""
    blank = sum(
        answer[0]["content"] != answer[0]["content"].strip()
        for _, _, both in numbered(judgments)
        for answer in both
    )
    if blank:
        yield (
            f"{blank} answers lose the blanks and line breaks at their ends, because Axolotl would "
            "lose the whole answer to a template that trims, as those of Llama 3 and Gemma do"
        )


def unfit(judgments: pd.DataFrame) -> Iterator[tuple[int, str]]:
    """Name the judgments that Axolotl would cut short or stop at."""
    for position, prompt, responses in numbered(judgments):
        if not all(map(is_one_answer, responses)):
            yield position, "with a response that is not one assistant message of text"
        elif not all(m["role"] in _ROLES and says_only_text(m) for m in prompt):
            yield position, "with a prompt of other roles than Axolotl knows, or not of text"
        elif any(answer[0]["content"].strip() in _HEAD for answer in responses):
            yield (
                position,
                "with an answer such as 'user', for which Axolotl takes the template's own words",
            )
