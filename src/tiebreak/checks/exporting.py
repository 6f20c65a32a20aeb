"""The rules that an export runs on what it is about to write: those that are errors, and quick."""

import pandas as pd

from tiebreak.checks.finding import Finding, Problem, found
from tiebreak.checks.rules import OF_ROWS
from tiebreak.checks.settings import Settings
from tiebreak.checks.table import Shape, read_item

EXPORT_RULES = ("P01", "P02", "P04", "P05", "P06")

_RULES = tuple(rule for name, rule in OF_ROWS if name in EXPORT_RULES)
_SHAPE = Shape("pairs", "prompt", "a", "b")


def check_export(judgments: pd.DataFrame) -> list[Finding]:
    """Look for errors in the texts of judgments that are to be trained on.

    Args:
        judgments: as :func:`tiebreak.views.judgments_frame` gives them, after selecting.

    Returns:
        What was found, its rows named by the ids of the pairs.

    """
    hits: dict[Problem, dict[object, None]] = {}
    settings = Settings()
    columns = (judgments[name].tolist() for name in ("pair", "prompt", "a", "b"))
    for pair, prompt, a, b in zip(*columns, strict=True):
        if _are_fine_texts(prompt, a, b):
            continue
        item = read_item(pair, {"prompt": prompt, "a": a, "b": b}, _SHAPE)
        for rule in _RULES:
            for problem in rule(item, settings):
                hits.setdefault(problem, {})[pair] = None
    return [found(problem, list(rows)) for problem, rows in hits.items()]


def _are_fine_texts(prompt: object, a: object, b: object) -> bool:
    """Tell of nearly all strings at once that no rule speaks of them."""
    if not (isinstance(prompt, str) and isinstance(a, str) and isinstance(b, str)):
        return False
    if not (prompt.strip() and a.strip() and b.strip()):
        return False
    # Other than ASCII may be the same text in another normal form.
    return a.isascii() and b.isascii() and a.strip() != b.strip()
