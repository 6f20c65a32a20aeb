"""Finds what spoils training before the GPU is rented: 24 rules over pairs, rows and labels.

Each rule is a small function in the file of its family; ``rules`` lists them.
"""

from collections.abc import Mapping
from typing import Any, Unpack

import pandas as pd

from tiebreak.checks.finding import Finding
from tiebreak.checks.opening import open_pairs, open_to_check
from tiebreak.checks.options import CheckOptions, Settings, make_settings
from tiebreak.checks.renaming import with_columns
from tiebreak.checks.report import CheckReport
from tiebreak.checks.running import run
from tiebreak.errors import CheckError, telling_wrong_calls
from tiebreak.reading.limits import within_memory

__all__ = ["CheckReport", "Finding", "Settings", "check", "check_pairs"]


@within_memory(CheckError)
@telling_wrong_calls(CheckError, 'tiebreak.check("pairs.jsonl")')
def check(
    source: Any, *, columns: Mapping[str, str] | None = None, **options: Unpack[CheckOptions]
) -> CheckReport:
    """Look for what would spoil training on preferences: the rules P01 to P24.

    What :func:`tiebreak.read_pairs` reads in another layout is checked by way of it:
    ``tiebreak.check(tiebreak.read_pairs(source))``.

    The source may be as defective as it likes: broken lines, odd cells and missing columns of a
    file are findings, not errors. Nothing is changed.

    Args:
        source: a session, or what :func:`tiebreak.read_pairs` gave; a DataFrame, list of dicts or
            ``datasets.Dataset`` with prompt, chosen and rejected, with prompt, completion and
            label, or with prompt, response_a and response_b (and preference, if labeled); a path
            to such rows as ``.jsonl``, ``.json``, ``.csv`` or ``.parquet`` (also ``.gz``,
            ``.zst``), or whatever else :func:`tiebreak.read_pairs` opens; or a dict from split name
            to any of these, which are then compared.
        columns: what the source calls the columns, where it has names of its own, as
            :func:`tiebreak.read_pairs` takes them; of splits, all of them.
        options: the fields of :class:`tiebreak.checks.Settings`: ``safety_critical=True`` makes
            labels by judges alone an error; ``tokenizer`` (anything with ``encode``) makes
            lengths exact, in tokens; ``max_length`` is the trainer's; the others are thresholds,
            such as ``near_identical=0.98``.

    Returns:
        The findings: they print as a table, and have ``.ok``, ``.errors`` and ``.to_frame()``.

    Raises:
        CheckError: the source cannot be opened, its columns are of no known shape, or an option
            is unknown or has no sensible value.

    Example:
        >>> import tiebreak as tb
        >>> report = tb.check([{"prompt": "Say hi.", "chosen": "Hi!", "rejected": "Hi!"}])
        >>> report.ok, report.errors[0].rule, report.errors[0].rows
        (False, 'P01', [0])

    """
    settings = make_settings(**options)
    if columns is not None:
        source = with_columns(source, columns)
    return run(open_to_check(source), settings)


def check_pairs(pairs: pd.DataFrame, labels: pd.DataFrame) -> CheckReport:
    """Check pairs and their labels, as the frames of :mod:`tiebreak.views` have them."""
    return run(open_pairs(pairs, labels, "The labels"), Settings())
