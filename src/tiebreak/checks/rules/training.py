"""P14, P16, P17, P18 and P23: what trainers ask of a set, and of columns of their own."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

from tiebreak.checks.cells import ABSENT, messages_of, number_of, parts_in
from tiebreak.checks.facts import Facts, Item, finding_of, is_judged
from tiebreak.checks.finding import Finding, Problem
from tiebreak.checks.options import Settings
from tiebreak.reading.rows import plain

SMALL = Problem(
    "P14",
    "info",
    "a small set",
    "Below a thousand pairs the gain is uncertain, and a held-out part says little.",
    "Fine for a pilot. Report intervals, and label more before you conclude.",
)
TINY = SMALL._replace(
    severity="warning",
    why="That is fewer than ten steps of training; some trainers fail below one batch, and "
    "Fireworks below three rows.",
    remedy="Label more, or train with a smaller batch.",
)
ONE_CLASS = Problem(
    "P16",
    "warning",
    "all rows have one label",
    "KTO compares good answers with bad ones, and learns nothing from one kind.",
    "Add rows of the other label.",
)
UNBALANCED = Problem(
    "P16",
    "warning",
    "good and bad answers are out of balance",
    "KTO wants weight times count of the good to that of the bad between 1:1 and 4:3.",
    "Set desirable_weight or undesirable_weight accordingly.",
)
BATCHES_OF_ONE = Problem(
    "P16",
    "warning",
    "the rows are in an order that spoils KTO's batches",
    "TRL reads rows in the order of the file and rotates completions within a batch: a batch of "
    "one label, or neighbours with the same prompt, give it no baseline.",
    "Mix the labels and keep rows of one prompt apart: tiebreak's kto export writes such an order.",
)
NOT_BOOLEAN = Problem(
    "P16",
    "error",
    "the label is neither True nor False",
    "KTO trainers fail on it, or take the row for no thumbs at all.",
    "Write true or false.",
)
NUMBER_AS_LABEL = NOT_BOOLEAN._replace(
    severity="warning",
    what="the label is 0 or 1, not true or false",
    why="TRL takes it; LLaMA-Factory does not see a label there.",
)
NO_MARGIN = Problem(
    "P17",
    "error",
    "the margin is missing or no number",
    "A reward trainer fails on None, and takes NaN into its loss without a word.",
    "Fill in a margin in every row, or drop the column.",
)
NEGATIVE_MARGIN = Problem(
    "P17",
    "warning",
    "the margin is negative",
    "It asks for the rejected answer to win.",
    "Swap the answers, or mend the margin.",
)
CONSTANT_MARGIN = Problem(
    "P17",
    "warning",
    "the margin is the same in every row",
    "It says nothing about which preference is stronger.",
    "Drop the column, or make it from the strength of each label.",
)
RESERVED = Problem(
    "P18",
    "error",
    "a column has a name that trainers read",
    "TRL takes it for what the name means there, whatever it holds, and fails or trains wrongly.",
    "Rename or drop the column.",
)
UNDECIDED = Problem(
    "P23",
    "error",
    "a tie or both bad stands as a preference",
    "The trainer takes the answer that happens to stand first for the better one.",
    "Leave such rows out of pairs; for KTO, a tie is two good answers and both bad two bad ones.",
)

_FEWEST_BATCHES = 10
_KTO_BATCH = 4
_BALANCED = 0.05
_UNDECIDED = ("tie", "both_bad", "both bad", "tie (bothbad)", "bothbad", "equal", "neither", "skip")
_TEXTS = frozenset({"prompt", "chosen", "rejected", "completion", "label"})
_VERDICTS = ("preference", "winner", "preferred")


def few_rows(facts: Facts, settings: Settings) -> Iterator[Finding]:
    """P14: how many rows there are to train on."""
    least = _FEWEST_BATCHES * settings.batch_size
    if facts.table.shape.kind == "pairs":
        if not is_judged(facts.table) and not len(facts.labels):
            return
        count = _count_decided(facts, enough=max(least, settings.few_rows))
        what = f"{count} pair{'s' * (count != 1)} with a preference"
    else:
        count = len(facts.names)
        what = f"{count} row{'s' * (count != 1)}"
    if count < least:
        yield finding_of(TINY, f"{what}: fewer than ten batches of {settings.batch_size}")
    elif count < settings.few_rows:
        yield finding_of(SMALL, f"{what}, fewer than {settings.few_rows}")


def _count_decided(facts: Facts, enough: float) -> int:
    """Count the pairs with a preference, as far as there are enough of them."""
    found: set[object] = set()
    for item, given in zip(facts.labels.item, facts.labels["preference"], strict=True):
        if given in ("a", "b"):
            found.add(facts.pair_of(item))
            if len(found) >= enough:
                break
    return len(found)


def label_kind(item: Item, _: Settings) -> Iterator[Problem]:
    """P16: an unpaired row's label."""
    if item.shape.kind != "unpaired":
        return
    label = plain(item.cells.get("label"))
    if isinstance(label, bool):
        return
    yield NUMBER_AS_LABEL if isinstance(label, int) and label in (0, 1) else NOT_BOOLEAN


def label_balance(facts: Facts, settings: Settings) -> Iterator[Finding]:
    """P16: how many good and bad answers there are, and in what order."""
    if facts.table.shape.kind != "unpaired":
        return
    labels = [_as_label(label) for label in facts.cells["label"]]
    good, bad = labels.count(True), labels.count(False)
    yield from balance(good, bad, settings)
    if not good or not bad:
        return
    batches = [labels[n : n + _KTO_BATCH] for n in range(0, len(labels), _KTO_BATCH)]
    single = sum(len(set(batch)) == 1 for batch in batches if len(batch) == _KTO_BATCH)
    # A fair shuffle gives one batch in eight, or one row in many; a third is an order.
    neighbours = sum(one == other for one, other in pairwise(facts.prompts))
    if single * 3 > len(batches) > 1 and max(good, bad) < 3 * min(good, bad):
        yield finding_of(
            BATCHES_OF_ONE,
            f"{single} of {len(batches)} batches of {_KTO_BATCH} have a single label",
        )
    elif neighbours * 3 > len(labels) > _KTO_BATCH:
        yield finding_of(
            BATCHES_OF_ONE, f"{neighbours} of {len(labels)} rows follow a row of the same prompt"
        )


def balance(good: int, bad: int, settings: Settings) -> Iterator[Finding]:
    """P16: how many good answers there are to the bad ones."""
    if not good or not bad:
        if good or bad:
            yield finding_of(ONE_CLASS, f"all {good or bad} labels are {bool(good)}")
        return
    ratio = good / bad
    if not 1 - _BALANCED <= ratio <= settings.kto_ratio * (1 + _BALANCED):
        name, weight = (
            ("desirable_weight", 1 / ratio) if ratio < 1 else ("undesirable_weight", ratio)
        )
        what = f"{good} good answers to {bad} bad ones; {name}={weight:.2f} would balance them"
        yield finding_of(UNBALANCED, what)


def margin_kind(item: Item, _: Settings) -> Iterator[Problem]:
    """P17: a row's margin."""
    if item.shape.kind != "preferences" or "margin" not in item.cells:
        return
    margin = number_of(plain(item.cells["margin"]))
    if margin is None:
        yield NO_MARGIN
    elif margin < 0:
        yield NEGATIVE_MARGIN


def constant_margin(facts: Facts, settings: Settings) -> Iterator[Finding]:
    """P17: margins that say nothing, and rows that have none where others do."""
    if facts.table.shape.kind != "preferences":
        return
    cells = facts.cells["margin"]
    without = [name for name, cell in zip(facts.names, cells, strict=True) if cell is ABSENT]
    if without and len(without) < len(cells):
        what = f"{len(without)} rows have no margin where others have one"
        yield finding_of(NO_MARGIN, what, without)
    margins = {number_of(plain(cell)) for cell in cells if cell is not ABSENT}
    if len(cells) >= settings.fewest_labels and len(margins) == 1 and margins != {None}:
        yield finding_of(CONSTANT_MARGIN, f"the margin is {margins.pop():g} in every row")


def reserved_names(item: Item, _: Settings) -> Iterator[Problem]:
    """P18: metadata under a name that TRL reads."""
    if item.shape.trained:
        for name, fits in _MEANT.items():
            if name in item.cells and not fits(item):
                yield RESERVED._replace(what=f"the column {name!r} has a name that trainers read")


def _fits_media(kind: str, column: str, item: Item) -> bool:
    files = plain(item.cells[column])
    shape = item.shape
    # As they stand: of an implicit prompt, both answers have the blocks.
    names = [name for name in (shape.prompt, shape.a, shape.b, "reference") if name]
    blocks = sum(
        part.get("type") == kind
        for name in names
        for message in messages_of(plain(item.cells.get(name)))
        for part in parts_in(message)
    )
    return (files is None and not blocks) or (isinstance(files, list) and len(files) == blocks)


def _fits_tools(item: Item) -> bool:
    tools = plain(item.cells["tools"])
    if isinstance(tools, str):
        return tools.lstrip().startswith("[")
    return tools is None or (
        isinstance(tools, list) and all(isinstance(t, Mapping) and "function" in t for t in tools)
    )


def _fits_options(item: Item) -> bool:
    options = plain(item.cells["chat_template_kwargs"])
    return options is None or isinstance(options, dict)


def _is_unpaired(item: Item) -> bool:
    return item.shape.kind == "unpaired"


_MEANT: Mapping[str, Callable[[Item], bool]] = {
    "images": partial(_fits_media, "image", "images"),
    "audios": partial(_fits_media, "audio", "audios"),
    "image": lambda _: False,
    "messages": lambda _: False,
    "tools": _fits_tools,
    "chat_template_kwargs": _fits_options,
    "completion": _is_unpaired,
    "label": _is_unpaired,
}


def undecided(item: Item, _: Settings) -> Iterator[Problem]:
    """P23: a row to train on that says itself that nobody won."""
    if not item.shape.trained or item.cells.keys() <= _TEXTS:
        return
    said = [plain(item.cells.get(name)) for name in _VERDICTS]
    names = [word.lower() for word in said if isinstance(word, str)]
    if item.shape.kind == "preferences":
        if any(name in _UNDECIDED for name in names) or _is_zero(item.cells.get("strength")):
            yield UNDECIDED
    elif plain(item.cells.get("label")) is True and any(map(_is_both_bad, names)):
        yield UNDECIDED


def _is_both_bad(name: str) -> bool:
    return name.startswith(("both_bad", "both bad", "bothbad"))


def _is_zero(cell: Any) -> bool:
    return number_of(plain(cell)) == 0


def _as_label(cell: Any) -> bool | None:
    label = plain(cell)
    return bool(label) if isinstance(label, int) and label in (0, 1) else None
