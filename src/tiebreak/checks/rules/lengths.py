"""P03, P07 and P12: what is too long to be seen, where texts meet, and longer answers winning."""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from tiebreak.checks.cells import ABSENT, text_of
from tiebreak.checks.facts import Facts, Item, finding_of, is_judged
from tiebreak.checks.finding import Finding, Problem
from tiebreak.checks.options import CHARACTERS_PER_TOKEN, Settings
from tiebreak.records.label import SIDES
from tiebreak.stats.intervals import wilson

_ESTIMATED = (
    f"(estimated at {CHARACTERS_PER_TOKEN} characters a token; give a tokenizer to be exact)"
)
_SHORTEN = "Raise max_length, shorten the prompt, or drop the rows."

PROMPT_FILLS = Problem(
    "P03",
    "error",
    "the prompt alone fills max_length",
    "TRL drops such rows without a word.",
    _SHORTEN,
)
DIFFERENCE_CUT = Problem(
    "P03",
    "error",
    "the answers first differ beyond max_length",
    "Cut to max_length, both are the same: the loss stays at ln 2 and nothing is learned.",
    _SHORTEN,
)
TOO_LONG = Problem(
    "P03",
    "warning",
    "prompt and answer together are longer than max_length",
    "DPO cuts the end of the answer off, and a reward trainer drops the row.",
    _SHORTEN,
)
_AS_ESTIMATED = {
    problem: problem._replace(severity="warning", what=f"{problem.what} {_ESTIMATED}")
    for problem in (PROMPT_FILLS, DIFFERENCE_CUT, TOO_LONG)
}
MERGED = Problem(
    "P07",
    "warning",
    "the end of the prompt and the start of an answer become one token",
    "The trainer cannot tell where the answer begins, and cuts into the prompt.",
    "End the prompts with a newline, or write messages.",
)
RUN_TOGETHER = MERGED._replace(
    what="the last word of the prompt and the first of an answer run together, or the prompt ends "
    "with a space (looked for without a tokenizer)"
)
LONGER_WINS = Problem(
    "P12",
    "warning",
    "longer answers win",
    "A model trained on it learns to write longer (Singhal and others 2023, arXiv:2310.03716; "
    "Park and others 2024, arXiv:2403.19159).",
    "Balance the set by length, or train with a length-aware loss (ld_alpha or SimPO).",
)


def too_long(item: Item, settings: Settings) -> Iterator[Problem]:
    """P03: what decides lies beyond max_length."""
    limit, exact = settings.limit, settings.tokenizer is not None
    texts = [text_of(text) for text in item.texts]
    # A token has at least a byte, so short texts need no counting.
    longest = max(map(_bytes_at_most if exact else len, texts), default=0)
    if 2 * longest < limit:
        return
    prompt = "" if item.prompt is ABSENT else texts[0]
    answers = texts if item.prompt is ABSENT else texts[1:]
    room = limit - _size(settings, prompt)
    problem = None
    if room <= 0:
        problem = PROMPT_FILLS
    else:
        tokens = [_tokens(settings, answer) for answer in answers]
        if max(map(len, tokens)) > room:
            cut = [part[:room] for part in tokens]
            hidden = len(cut) > 1 and cut[0] == cut[1] and item.keys[1] != item.keys[2]
            problem = DIFFERENCE_CUT if hidden else TOO_LONG
    if problem:
        yield problem if exact else _AS_ESTIMATED[problem]


def merged_at_the_join(item: Item, settings: Settings) -> Iterator[Problem]:
    """P07: in the standard form, prompt and answer are tokenized as one text."""
    prompt = item.prompt
    if not isinstance(prompt, str) or not prompt:
        return
    answers = [answer for answer in item.answers if isinstance(answer, str) and answer]
    if settings.tokenizer is None:
        if any(_runs_together(prompt[-1], answer[0]) for answer in answers):
            yield RUN_TOGETHER
        return
    # Tokens do not reach further than the words at the join.
    end = prompt[-200:]
    before = list(settings.tokens(end))
    for answer in answers:
        if list(settings.tokens(end + answer[:200]))[: len(before)] != before:
            yield MERGED
            return


def longer_wins(facts: Facts, settings: Settings) -> Iterator[Finding]:
    """P12: the longer answer is the better one too often."""
    if not is_judged(facts.table) and not len(facts.labels):
        return
    wins, losses = [], []
    for item, preference in zip(facts.labels.item, facts.labels["preference"], strict=True):
        if preference in SIDES:
            sides = facts.lengths_a[item], facts.lengths_b[item]
            chosen, rejected = sides if preference == "a" else sides[::-1]
            wins.append(chosen)
            losses.append(rejected)
    different = [pair for pair in zip(wins, losses, strict=True) if pair[0] != pair[1]]
    if len(different) < settings.fewest_labels:
        return
    longer = sum(chosen > rejected for chosen, rejected in different)
    share = longer / len(different)
    ratio = median(chosen / max(rejected, 1) for chosen, rejected in zip(wins, losses, strict=True))
    if share > settings.longer_chosen or ratio > settings.length_ratio:
        low, high = wilson(longer, len(different))
        what = (
            f"the longer answer is chosen in {longer} of {len(different)} preferences "
            f"({share:.0%}, 95% interval {low:.0%} to {high:.0%}); the median chosen "
            f"answer is {ratio:.2f} times as long as the rejected one"
        )
        yield finding_of(LONGER_WINS, what)


def _bytes_at_most(text: str) -> int:
    return len(text) if text.isascii() else 4 * len(text)


def _size(settings: Settings, text: str) -> int:
    return len(text) if settings.tokenizer is None else len(settings.tokens(text))


def _tokens(settings: Settings, text: str) -> Sequence[Any]:
    return text if settings.tokenizer is None else settings.tokens(text)


def _runs_together(last: str, first: str) -> bool:
    if last == " ":
        return not first.isspace()
    return (last.isalpha() and first.isalpha()) or (last.isdigit() and first.isdigit())
