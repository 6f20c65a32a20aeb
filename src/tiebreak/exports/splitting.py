"""Train, test and other splits: by prompt, never by row, so that none is met on both sides.

Prompts that are nearly the same count as one. Each source is divided alike.
"""

import math
import random
from collections.abc import Mapping, Sequence

from tiebreak.errors import ExportError


def split_by_prompt(
    prompts: Sequence[str], sources: Sequence[str], splits: Mapping[str, float], seed: int
) -> list[str]:
    """Give each row the name of its split.

    Within each source the groups of like prompts are shuffled by the seed, the larger ones placed
    first, each where most rows are still wanted.

    Args:
        prompts: of each row.
        sources: what each row is counted under, so that the splits are made up alike.
        splits: the share of rows that each is to have, by name; they add up to 1.
        seed: the same seed and rows give the same splits.

    Raises:
        ExportError: the shares do not add up, the seed is no number, or there are too few
            different prompts.

    Example:
        >>> split_by_prompt(["one", "two", "three", "One!"], ["x"] * 4, {"a": 0.5, "b": 0.5}, 7)
        ['a', 'b', 'b', 'a']

    """
    from tiebreak.stats.similarity import near_duplicate_groups  # noqa: PLC0415 - only splits need it

    check_splits(splits)
    if not isinstance(seed, int):
        msg = f"seed is a whole number, not {seed!r}."
        raise ExportError(msg)
    unique = list(dict.fromkeys(prompts))
    group_of = dict(zip(unique, near_duplicate_groups(unique), strict=True))
    rows: dict[int, int] = {}
    strata: dict[int, set[str]] = {}
    for prompt, source in zip(prompts, sources, strict=True):
        group = group_of[prompt]
        rows[group] = rows.get(group, 0) + 1
        strata.setdefault(group, set()).add(source)
    by_stratum: dict[tuple[str, ...], list[int]] = {}
    for group, found in strata.items():
        by_stratum.setdefault(tuple(sorted(found)), []).append(group)
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    wanted = dict.fromkeys(splits, 0.0)
    placed: dict[int, str] = {}
    for _, groups in sorted(by_stratum.items()):
        dice.shuffle(groups)
        total = sum(rows[group] for group in groups)
        for name, share in splits.items():  # on top of what the sources before left open
            wanted[name] += share * total
        for group in sorted(groups, key=lambda group: -rows[group]):
            name = max(wanted, key=wanted.__getitem__)
            placed[group] = name
            wanted[name] -= rows[group]
    empty = [name for name in splits if name not in placed.values()]
    if empty:
        msg = (
            f"The split {empty[0]!r} would be empty: there are {len(rows)} different prompts. Give "
            "it a larger share, or label more."
        )
        raise ExportError(msg)
    return [placed[group_of[prompt]] for prompt in prompts]


def check_splits(splits: Mapping[str, float]) -> None:
    """Refuse shares that are not positive or do not add up to 1, and names no file can have.

    Raises:
        ExportError: with what is wrong.

    """
    good = isinstance(splits, Mapping) and all(
        isinstance(share, int | float) and share > 0 for share in splits.values()
    )
    if not good or not math.isclose(sum(splits.values()), 1, abs_tol=1e-6):
        msg = (
            f'splits are shares that add up to 1, as {{"train": 0.9, "test": 0.1}}, not {splits!r}.'
        )
        raise ExportError(msg)
    for name in splits:
        if not isinstance(name, str) or not name.replace("_", "").isalnum():
            msg = f"A split is named by letters, digits and _, as Hugging Face asks, not {name!r}."
            raise ExportError(msg)
