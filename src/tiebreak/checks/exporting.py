"""The rules that an export runs on what it is about to write: those that are quick."""

from collections import Counter

import pandas as pd

from tiebreak.checks.cells import text_of
from tiebreak.checks.facts import Facts, Opened, read_item
from tiebreak.checks.finding import Finding, Problem, found
from tiebreak.checks.labels import LabelColumns
from tiebreak.checks.options import Settings
from tiebreak.checks.rules import OF_ROWS, OF_THE_WHOLE
from tiebreak.checks.rules.answers import no_real_text
from tiebreak.checks.rules.labeling import position_bias
from tiebreak.checks.rules.training import balance
from tiebreak.checks.shape import Shape

# Errors, which stop an export, and what is only told.
EXPORT_RULES = ("P01", "P02", "P04", "P05", "P06")
_REPORTED = ("P12", "P14", "P15")

# Of single responses with a thumb; all texts are written in one form.
_OF_THUMBS = tuple(rule for name, rule in OF_ROWS if name in ("P02", "P05", "P06"))
_RULES = tuple(rule for name, rule in OF_ROWS if name in EXPORT_RULES and rule is not no_real_text)
_WHOLE_RULES = tuple(rule for name, rule in OF_THE_WHOLE if name in _REPORTED)
_SHAPE = Shape("pairs", "prompt", "a", "b")
_UNPAIRED = Shape("unpaired", "prompt", "completion", None)


def check_export(judgments: pd.DataFrame, votes: pd.DataFrame | None = None) -> list[Finding]:
    """Look for errors in the texts of judgments that are to be trained on, and for biases in them.

    Args:
        judgments: as :func:`tiebreak.views.judgments_frame` gives them, after selecting.
        votes: the labels that they were made from, where those of several annotators became one.

    Returns:
        What P01, P02, P04, P05, P06, P12, P13 (of the votes), P14 and P15 found, the rows named by
        the ids of the pairs.

    """
    settings = Settings()
    facts = _ByPair(Opened("The export", _SHAPE, list(judgments.columns), ()))
    findings = _check_rows(judgments, facts, settings)
    facts.labels = _labels(judgments)
    for rule in _WHOLE_RULES:
        findings += rule(facts, settings)
    if votes is not None:
        facts.labels = _labels(votes)
    findings += position_bias(facts, settings)
    return findings


def check_unpaired(judgments: pd.DataFrame) -> list[Finding]:
    """Look whether judgments give as many good answers as bad ones (P16), as KTO trains on them."""
    counts = Counter(judgments["preference"])
    decided = counts["a"] + counts["b"]
    good, bad = decided + 2 * counts["tie"], decided + 2 * counts["both_bad"]
    return list(balance(good, bad, Settings()))


def check_thumbs(thumbs: pd.DataFrame) -> list[Finding]:
    """Look for errors in responses with thumbs that are to be trained on; rows are positions."""
    settings = Settings()
    hits: dict[Problem, list[object]] = {}
    texts = zip(thumbs["prompt"].tolist(), thumbs["response"].tolist(), strict=True)
    for position, (prompt, response) in enumerate(texts):
        item = read_item(position, {"prompt": prompt, "completion": response}, _UNPAIRED)
        for rule in _OF_THUMBS:
            for problem in rule(item, settings):
                hits.setdefault(problem, []).append(position)
    return [found(problem, names) for problem, names in hits.items()]


class _ByPair(Facts):
    """Facts of which each row is a pair of its own, whatever its texts."""

    def pair_of(self, position: int) -> tuple[int, int, int]:
        return position, 0, 0


def _check_rows(judgments: pd.DataFrame, facts: Facts, settings: Settings) -> list[Finding]:
    """Run the rules of rows on each pair, and take what the others need of its texts."""
    pairs = judgments if judgments["pair"].is_unique else judgments.drop_duplicates("pair")
    hits: dict[Problem, list[object]] = {}
    facts.names, *columns = (pairs[name].tolist() for name in ("pair", "prompt", "a", "b"))
    add_a, add_b = facts.lengths_a.append, facts.lengths_b.append
    for pair, prompt, a, b in zip(facts.names, *columns, strict=True):
        # Of nearly all rows this tells at once that no rule speaks of them. Other than ASCII may
        # be the same text in another normal form.
        if (
            (type(prompt) is type(a) is type(b) is str and a.isascii() and b.isascii())
            and (prompt.strip() and (first := a.strip()) and (second := b.strip()))
            and first != second
        ):
            add_a(len(a))
            add_b(len(b))
            continue
        add_a(len(text_of(a)))
        add_b(len(text_of(b)))
        item = read_item(pair, {"prompt": prompt, "a": a, "b": b}, _SHAPE)
        for rule in _RULES:
            for problem in rule(item, settings):
                hits.setdefault(problem, []).append(pair)
    return [found(problem, names) for problem, names in hits.items()]


def _labels(judgments: pd.DataFrame) -> LabelColumns:
    """Take what the rules on the whole read of labels: who preferred what, and where it stood."""
    places: dict[object, int] = {}
    said = zip(judgments["preference"].tolist(), judgments["shown_left"].tolist(), strict=True)
    return LabelColumns(
        item=[places.setdefault(pair, len(places)) for pair in judgments["pair"].tolist()],
        annotator=judgments["annotator"].tolist(),
        source=judgments["source"].tolist(),
        said=[
            {"preference": preference, "shown_left": left if isinstance(left, str) else None}
            for preference, left in said
        ],
    )
