"""The rules, P01 to P26, each a function: of a row, or of the whole once its rows are gone by."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from tiebreak.checks.facts import Facts, Item
from tiebreak.checks.finding import Finding, Problem
from tiebreak.checks.options import Settings
from tiebreak.checks.rules import (
    answers,
    characters,
    conversation,
    duplicates,
    labeling,
    lengths,
    privacy,
    separable,
    training,
)

RowRule: TypeAlias = Callable[[Item, Settings], Iterator[Problem]]
WholeRule: TypeAlias = Callable[[Facts, Settings], Iterator[Finding]]

OF_ROWS: tuple[tuple[str, RowRule], ...] = (
    ("P01", answers.identical),
    ("P02", answers.missing),
    ("P02", answers.no_real_text),
    ("P03", lengths.too_long),
    ("P04", conversation.mixed_row),
    ("P05", conversation.repeated_prompt),
    ("P06", conversation.wrong_roles),
    ("P07", lengths.merged_at_the_join),
    ("P08", characters.control_tokens),
    ("P11", answers.nearly_identical),
    ("P16", training.label_kind),
    ("P17", training.margin_kind),
    ("P18", training.reserved_names),
    ("P19", characters.damaged_text),
    ("P20", privacy.personal_data),
    ("P23", training.undecided),
)
OF_THE_WHOLE: tuple[tuple[str, WholeRule], ...] = (
    ("P02", answers.no_prompt_column),
    ("P04", conversation.mixed_rows),
    ("P09", duplicates.duplicates),
    ("P09", duplicates.contradictions),
    ("P09", duplicates.cycles),
    ("P10", duplicates.split_leaks),
    ("P12", lengths.longer_wins),
    ("P13", labeling.position_bias),
    ("P14", training.few_rows),
    ("P15", labeling.judge_alone),
    ("P16", training.label_balance),
    ("P17", training.constant_margin),
    ("P21", labeling.too_fast),
    ("P21", labeling.straight_lining),
    ("P22", labeling.low_agreement),
    ("P22", labeling.low_consistency),
    ("P24", labeling.unsafe_chosen),
    ("P25", separable.trivially_separable),
    ("P26", labeling.old_guidelines),
)
