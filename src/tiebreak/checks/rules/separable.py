"""P25: what tells chosen answers from rejected ones without reading them."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from tiebreak.checks.cells import text_of
from tiebreak.checks.facts import MOST_ANSWERS, Facts, finding_of
from tiebreak.checks.finding import Finding, Problem
from tiebreak.checks.options import Settings
from tiebreak.stats.choices import FOLDS, held_out, prompts_of, right, tamed
from tiebreak.stats.features import FEATURES, measured
from tiebreak.stats.intervals import wilson

SEPARABLE = Problem(
    "P25",
    "warning",
    "chosen and rejected answers are trivially told apart",
    "The loss goes to zero at once, and a model learns the trait that gives them away, such as "
    "length or a phrase, and little else.",
    "See session.stats.rewards() for the trait; add pairs in which both answers have it, or "
    "neither.",
)

_FEWEST = 50
_TOLD = 0.97
# What is told in fewer of the first pairs is not told in so many of all.
_FIRST = 100
_PROMISING = 0.85
_LONGEST = 20_000
# What gives answers away moves the log-odds by more than a preference does.
_MOVES = 3.0


def trivially_separable(facts: Facts, _: Settings) -> Iterator[Finding]:
    """P25: a linear probe on what can be counted tells held-out pairs in over 97 %."""
    votes: Counter[int] = Counter()
    for item, given in zip(facts.labels.item, facts.labels["preference"], strict=True):
        if item in facts.answers and given in ("a", "b"):
            votes[item] += 1 if given == "a" else -1
    decided = [item for item, sign in sorted(votes.items()) if sign]
    found = _told(facts, votes, _spread(decided, _FIRST))
    if found is not None and found[0] >= _PROMISING * found[1] and len(decided) > _FIRST:
        found = _told(facts, votes, _spread(decided, MOST_ANSWERS))
    if found is None or found[0] <= _TOLD * found[1]:
        return
    told, asked = found
    low, high = wilson(told, asked)
    what = (
        f"a probe on {len(FEATURES)} things that can be counted, such as length, tells the chosen "
        f"answer in {told} of {asked} pairs with prompts that it did not learn from "
        f"({told / asked:.0%}, 95% interval {low:.0%} to {high:.0%})"
    )
    yield finding_of(SEPARABLE, what)


def _spread(items: Sequence[int], most: int) -> Sequence[int]:
    return [items[n * len(items) // most] for n in range(most)] if len(items) > most else items


def _told(facts: Facts, votes: Counter[int], items: Sequence[int]) -> tuple[int, int] | None:
    """Count the pairs told rightly, and all of them; None where there are too few."""
    prompts = prompts_of(facts.prompts[item] for item in items)
    if len(items) < _FEWEST or int(prompts.max()) < FOLDS:
        return None
    sides = ([text_of(facts.answers[item][n])[:_LONGEST] for item in items] for n in (0, 1))
    first, second = map(measured, sides)
    won = np.array([1.0 if votes[item] > 0 else -1.0 for item in items])
    more = first - second
    # Their signs, too: what is always more of the chosen is no matter of how much more.
    columns = [tamed(more), np.sign(more)]
    told = right(held_out(columns, won, prompts, repeats=1, moves=_MOVES))
    return int(np.count_nonzero(told > 0.5)), len(items)  # noqa: PLR2004 - half is a coin
