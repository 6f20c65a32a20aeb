"""Pairs to try tiebreak with."""

from importlib.resources import files

import msgspec
import pandas as pd

from tiebreak.errors import TiebreakError, telling_wrong_calls


@telling_wrong_calls(TiebreakError, "tiebreak.sample_pairs()")
def sample_pairs() -> pd.DataFrame:
    """Give 48 pairs written for this package, to learn and to teach with.

    Columns: id, prompt, response_a, response_b, topic. They are harmless, vary in kind (facts,
    code, tables, poems, e-mails, refusals, long answers, arithmetic) and differ in quality,
    sometimes plainly, sometimes hardly. The last eight are in Spanish or German.

    >>> import tiebreak as tb
    >>> tb.sample_pairs().columns.tolist()
    ['id', 'prompt', 'response_a', 'response_b', 'topic']
    """
    lines = files("tiebreak").joinpath("samples.jsonl").read_bytes().splitlines()
    return pd.DataFrame([msgspec.json.decode(line) for line in lines])
