"""verl's ``RMDataset``: Parquet with the strings ``prompt``, ``chosen`` and ``rejected``.

``verl/utils/dataset/rm_dataset.py`` tokenizes prompt and response as they stand and joins them,
so a dialogue has no place in it.
"""

from collections.abc import Iterator

import pandas as pd

from tiebreak.exports.conversation import is_one_answer, numbered, triples
from tiebreak.exports.format import Row
from tiebreak.records.text import says_only_text, words_of


def rows(judgments: pd.DataFrame) -> Iterator[Row]:
    """Turn judgments that prefer a or b into rows, all as strings."""
    for texts in triples(judgments):
        prompt, chosen, rejected = map(words_of, texts)
        yield {"prompt": prompt, "chosen": chosen, "rejected": rejected}


def unfit(judgments: pd.DataFrame) -> Iterator[tuple[int, str]]:
    """Name the judgments that are more than one question and one answer each."""
    for position, prompt, responses in numbered(judgments):
        asked = len(prompt) == 1 and prompt[0]["role"] == "user" and says_only_text(prompt[0])
        if not asked or not all(map(is_one_answer, responses)):
            yield position, "that are dialogues, which verl's strings cannot hold"
