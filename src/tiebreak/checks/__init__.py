"""Finds what spoils training before the GPU is rented: 26 rules over pairs, rows and labels.

Each rule is a small function in the file of its family; ``rules`` lists them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import pandas as pd

from tiebreak.checks.finding import Finding
from tiebreak.checks.opening import Asked, open_pairs, open_to_check
from tiebreak.checks.options import CheckOptions, Settings, make_settings
from tiebreak.checks.report import CheckReport
from tiebreak.checks.rules import OF_THE_WHOLE
from tiebreak.checks.running import run, take_in
from tiebreak.errors import CheckError, telling_wrong_calls
from tiebreak.reading.limits import within_memory
from tiebreak.reading.reading import OnError
from tiebreak.records.label import Source

__all__ = ["CheckReport", "Finding", "Settings", "check", "check_pairs"]


@within_memory(CheckError)
@telling_wrong_calls(CheckError, 'tiebreak.check("pairs.jsonl")')
def check(
    source: Any,
    *,
    layout: str = "auto",
    columns: Mapping[str, str] | None = None,
    annotator: str | Mapping[str, str] | None = None,
    annotator_source: Source | None = None,
    on_error: OnError = "raise",
    **options: Unpack[CheckOptions],
) -> CheckReport:
    """Look for what would spoil training on preferences: the rules P01 to P26.

    It opens whatever :func:`tiebreak.read_pairs` opens, recognises the same layouts and counts the
    same labels. What that refuses is an error here, P00, in the same words. Rows with prompt,
    chosen and rejected are looked at as they stand, as a trainer takes them; those of other
    layouts by the pairs that reading makes of them.

    The source may be as defective as it likes: broken lines, odd cells and missing columns of a
    file are findings, not errors. Nothing is changed.

    Args:
        source: a session, or what :func:`tiebreak.read_pairs` gave; whatever that opens; rows with
            prompt, completion and label, as KTO is trained on; or a dict from split name to any of
            these, which are then compared.
        layout: which dataset's layout it is in; by default that is told from the columns.
        columns: what the source calls the columns, where it has names of its own, as
            :func:`tiebreak.read_pairs` takes them; of splits, all of them.
        annotator: who preferred, as :func:`tiebreak.read_pairs` takes it.
        annotator_source: what they are, as there.
        on_error: ``"skip"`` makes a warning of rows that reading would leave out.
        options: the fields of :class:`tiebreak.checks.Settings`: ``safety_critical=True`` makes
            labels by judges alone an error; ``tokenizer`` (anything with ``encode``) makes
            lengths exact, in tokens; ``max_length`` is the trainer's; the others are thresholds,
            such as ``near_identical=0.98``.

    Returns:
        The findings: they print as a table, and have ``.ok``, ``.errors`` and ``.to_frame()``.

    Raises:
        CheckError: the source cannot be opened, is in no layout that is known, or an option is
            unknown or has no sensible value.

    Example:
        >>> import tiebreak as tb
        >>> report = tb.check([{"prompt": "Say hi.", "chosen": "Hi!", "rejected": "Hi!"}])
        >>> report.ok, report.errors[0].rule, report.errors[0].rows
        (False, 'P01', [0])

    """
    settings = make_settings(**options)
    asked = Asked(
        layout=layout,
        columns=columns,
        annotator=annotator,
        annotator_source=annotator_source,
        on_error=on_error,
    )
    return run(open_to_check(source, asked), settings)


def check_worth(
    pairs: pd.DataFrame, own: pd.DataFrame, labels: pd.DataFrame, versions: Sequence[str] = ()
) -> list[Finding]:
    """Give what makes labels worth less as a whole: the rules P25 and P26 alone.

    Args:
        pairs: a row a pair, indexed by id: ``prompt``, ``a``, ``b``.
        own: the labels that a probe is to tell, a row each: ``pair``, ``annotator`` and
            ``preference``.
        labels: all that may be exported, an adjudicator's among them, with ``guideline`` and ``at``
            where known, by which the newest version is told.
        versions: of the guidelines, where it is known, oldest first.

    """
    rules = dict(OF_THE_WHOLE)
    found = [*rules["P25"](take_in(open_pairs(pairs, own, "The labels")), Settings())]
    if "guideline" in labels.columns:  # which asks for no texts
        facts = take_in(open_pairs(pairs[[]], labels, "The labels", versions))
        found += rules["P26"](facts, Settings())
    return found


def check_pairs(
    pairs: pd.DataFrame, labels: pd.DataFrame, versions: Sequence[str] = ()
) -> CheckReport:
    """Check pairs and their labels, as the frames of :mod:`tiebreak.views` have them.

    ``versions`` of the guidelines are the oldest first, where they are known.
    """
    return run(open_pairs(pairs, labels, "The labels", versions), Settings())
