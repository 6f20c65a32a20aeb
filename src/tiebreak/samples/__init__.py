"""Pairs to try tiebreak with, and a model small enough to learn from them in a lesson."""

from importlib.resources import files
from typing import Literal, get_args

import msgspec
import pandas as pd

from tiebreak.errors import TiebreakError, telling_wrong_calls
from tiebreak.wording import guess, say

Kind = Literal["mixed", "styles"]


@telling_wrong_calls(TiebreakError, 'tiebreak.sample_pairs("styles")')
def sample_pairs(kind: Kind = "mixed") -> pd.DataFrame:
    """Give pairs written for this package, to learn and to teach with. All are harmless.

    Args:
        kind: ``"mixed"`` gives 48 pairs that vary in kind (facts, code, tables, poems, e-mails,
            refusals, long answers, arithmetic) and differ in quality, sometimes plainly,
            sometimes hardly; the last eight are in Spanish or German. ``"styles"`` gives 36
            short ones that differ in style alone, for a lesson: one answer is short and the other
            long, one plain and the other warm, in every combination equally often. A program put
            these together from sentences that a language model wrote for it, so that the model
            in :mod:`tiebreak.samples.tiny` knows every word of them.

    Returns:
        One row a pair. Columns: id, prompt, response_a, response_b, and ``topic`` of the mixed
        ones, ``style_a`` and ``style_b`` of the others (``"short, warm"`` and the like).

    Raises:
        TiebreakError: there are no pairs of this kind.

    Example:
        >>> import tiebreak as tb
        >>> tb.sample_pairs().columns.tolist()
        ['id', 'prompt', 'response_a', 'response_b', 'topic']
        >>> len(tb.sample_pairs("styles"))
        36

    """
    if not isinstance(kind, str) or kind not in get_args(Kind):
        near = guess(kind, get_args(Kind))
        msg = (
            f"There are no sample pairs {say(kind)}.{near} There are 'mixed' and 'styles': "
            'tiebreak.sample_pairs("styles")'
        )
        raise TiebreakError(msg)
    lines = files("tiebreak").joinpath(f"samples/{kind}.jsonl").read_bytes().splitlines()
    return pd.DataFrame([msgspec.json.decode(line) for line in lines])
