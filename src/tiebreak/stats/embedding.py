"""Texts as vectors of their meaning: a static table of words that comes in a wheel.

The table and its tokenizer are read from the files of the package ``wordllama``, whose own loader
would ask a hub for them. Nothing is fetched.
"""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tiebreak.errors import StatsError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Array = npt.NDArray[np.float64]

_NEEDS = (
    "Directions in meaning need wordllama, whose table of words comes in its wheel: "
    "pip install wordllama. Without it, embed=False looks at what can be counted."
)
_AT_ONCE = 256
# Of longer texts the beginning; a mean of more words hardly moves.
_LONGEST = 20_000


def embedded(texts: Sequence[str]) -> Array:
    """Give each text as the mean of its words' vectors, of length one; zeros where it has none.

    Raises:
        StatsError: the extra ``embed`` is not installed, or not as it is known.

    """
    table, tokenizer = _opened()
    found = np.zeros((len(texts), table.shape[1]))
    for start in range(0, len(texts), _AT_ONCE):
        some = [
            text[:_LONGEST].encode("utf-8", "replace").decode()
            for text in islice(texts, start, start + _AT_ONCE)
        ]
        for place, encoded in enumerate(tokenizer.encode_batch(some, add_special_tokens=False)):
            if encoded.ids:
                found[start + place] = table[encoded.ids].mean(axis=0)
    norms = np.sqrt((found**2).sum(axis=1, keepdims=True))
    return np.asarray(found / np.where(norms > 0, norms, 1.0))


@cache
def _opened() -> "tuple[npt.NDArray[np.float32], Tokenizer]":
    try:
        from safetensors.numpy import load_file  # noqa: PLC0415 - an extra
        from tokenizers import Tokenizer  # noqa: PLC0415

        spec = find_spec("wordllama")  # not imported: it would bring in what asks a hub
    except ImportError:
        raise StatsError(_NEEDS) from None
    if spec is None or not spec.submodule_search_locations:
        raise StatsError(_NEEDS)
    folder = Path(next(iter(spec.submodule_search_locations)))
    weights = sorted(folder.glob("weights/*_256.safetensors"))
    words = sorted(folder.glob("tokenizers/*.json"))
    if not weights or not words:
        msg = (
            f"The package wordllama at {folder} brings no table of words or no tokenizer: "
            "pip install 'wordllama>=0.4'"
        )
        raise StatsError(msg)
    tables: dict[str, Any] = load_file(weights[0])
    tokenizer = Tokenizer.from_file(str(words[0]))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return next(iter(tables.values())).astype(np.float32), tokenizer
