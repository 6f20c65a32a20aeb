"""P01, P02 and P11: answers that are the same, nearly so, or not there."""

from collections.abc import Iterator

from rapidfuzz.distance import Indel

from tiebreak.checks.cells import ABSENT, parts_but_text, says_something, text_of
from tiebreak.checks.facts import Facts, Item, finding_of
from tiebreak.checks.finding import Finding, Problem
from tiebreak.checks.options import Settings
from tiebreak.reading.suspects import (
    FIRST_OF_BEGINNINGS,
    LONGEST_NOTHING,
    is_nothing,
    is_written_messages,
)

# Longer texts are compared as far as here.
_COMPARED = 50_000

IDENTICAL = Problem(
    "P01",
    "error",
    "both answers say the same",
    "The loss stays at ln 2 = 0.693 and nothing is learned from them.",
    "Drop these rows.",
)
NO_PROMPT = Problem(
    "P02",
    "error",
    "the prompt is missing or empty",
    "Trainers fail on it, or train on an answer to nothing.",
    "Fill in the prompt or drop the row.",
)
NO_ANSWER = Problem(
    "P02",
    "error",
    "an answer is missing or empty",
    "Trainers fail on a missing answer; an empty one they train on silently.",
    "Fill in the answer or drop the row.",
)
NOT_TEXT = Problem(
    "P02",
    "error",
    "a prompt or answer is neither text nor messages",
    "Trainers fail on it.",
    "Make it a string, or a list of messages with role and content.",
)
WRITTEN = Problem(
    "P02",
    "error",
    "messages written as text",
    "The model learns to write lists and brackets in place of an answer.",
    "Read them with json.loads (or ast.literal_eval) and write .jsonl or .parquet, which hold "
    "messages; CSV holds none.",
)
NOTHING = Problem(
    "P02",
    "warning",
    "a text, or a turn of one, is only what programs write for nothing, such as nan or None",
    "Somewhere on the way an empty cell became this word, and the model learns to say it.",
    "Drop these rows, or mend what wrote them; keep an answer that is right to say so.",
)
NO_PROMPT_COLUMN = Problem(
    "P02",
    "warning",
    "there is no column prompt",
    "A trainer then guesses where the answers begin to differ, and cuts into answers that begin "
    "alike.",
    "Write the prompt into a column of its own.",
)
NEARLY_IDENTICAL = Problem(
    "P11",
    "warning",
    "the answers are nearly the same",
    "Training on such rows can make the chosen answer less likely too (Razin and others 2024, "
    "arXiv:2410.08847).",
    "Look at them; drop those whose difference is not what should be learned.",
)


def identical(item: Item, _: Settings) -> Iterator[Problem]:
    """P01: chosen and rejected are equal after NFC and strip."""
    if item.b is not ABSENT and item.keys[1] == item.keys[2] and says_something(item.a):
        yield IDENTICAL


def missing(item: Item, _: Settings) -> Iterator[Problem]:
    """P02: a text is missing, empty, or no text at all."""
    if "other" in item.forms:
        yield NOT_TEXT
    if item.prompt is not ABSENT and _is_empty(item.prompt):
        yield NO_PROMPT
    if any(map(_is_empty, item.answers)):
        yield NO_ANSWER


def no_real_text(item: Item, _: Settings) -> Iterator[Problem]:
    """P02: a text, turn or part is messages written down, or stands for nothing."""
    problems: dict[Problem, None] = {}
    for text in item.strings:
        if text[:1] in FIRST_OF_BEGINNINGS and is_written_messages(text):
            problems[WRITTEN] = None
        elif len(text) <= LONGEST_NOTHING and is_nothing(text):
            problems[NOTHING] = None
    yield from problems


def no_prompt_column(facts: Facts, _: Settings) -> Iterator[Finding]:
    """P02: the prompt is left to be guessed."""
    if facts.table.shape.prompt not in facts.table.columns and facts.names:
        yield finding_of(NO_PROMPT_COLUMN, "there is no column prompt")


def nearly_identical(item: Item, settings: Settings) -> Iterator[Problem]:
    """P11: the answers share nearly all of their characters."""
    if item.b is ABSENT or item.keys[1] == item.keys[2]:
        return
    a, b = text_of(item.a)[:_COMPARED], text_of(item.b)[:_COMPARED]
    if not a or not b:
        return
    # No more than twice the shorter length can be in common.
    if 2 * min(len(a), len(b)) < settings.near_identical * (len(a) + len(b)):
        return
    cutoff = settings.near_identical
    alike = Indel.normalized_similarity(a, b, score_cutoff=cutoff) > cutoff
    # What differs in an image is not in its name.
    if alike and parts_but_text(item.a) == parts_but_text(item.b):
        yield NEARLY_IDENTICAL


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str | list) and not says_something(value))
