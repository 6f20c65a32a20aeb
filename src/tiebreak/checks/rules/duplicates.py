"""P09 and P10: rows that are there twice, oppose each other, go in a circle, or leak."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from tiebreak.checks.facts import Facts, finding_of
from tiebreak.checks.finding import Finding, Problem
from tiebreak.checks.options import Settings
from tiebreak.records.label import SIDES
from tiebreak.stats.similarity import near_duplicate_groups

DUPLICATE = Problem(
    "P09",
    "warning",
    "the same prompt and answers as in an earlier row",
    "They count twice in training, and leak over a split by rows.",
    "Keep one of each.",
)
CONTRADICTION = Problem(
    "P09",
    "warning",
    "the same two answers with opposite winners",
    "The rows cancel out; at worst they are mistakes (Wang and others 2024, arXiv:2401.06080).",
    "Let somebody decide, keep the majority, or drop both.",
)
CYCLE = Problem(
    "P09",
    "warning",
    "preferences that go in a circle: A over B, B over C, C over A",
    "No ranking fits them, so at least one of each circle is wrong.",
    "Look at the circle again; drop what cannot be decided.",
)
LEAK = Problem(
    "P10",
    "error",
    "the same or nearly the same prompt in two splits",
    "What is tested was trained on, and the result says nothing.",
    "Split by prompt, near-duplicates on one side: session.export(..., splits=...) does.",
)

_SMALLEST_CYCLE = 3
Edge = tuple[int, int]


def duplicates(facts: Facts, _: Settings) -> Iterator[Finding]:
    """P09: each row but the first of those with the same texts, whichever answer stands first."""
    of_whom: list[object] = [None] * len(facts.names)
    if facts.table.labels is None:
        # Labels of two annotators, or of one at two showings, are two opinions.
        columns = (facts.labels.item, facts.labels.annotator, facts.labels["again"])
        for item, annotator, again in zip(*columns, strict=True):
            of_whom[item] = annotator, again
    labels = facts.cells.get("label") or [None] * len(facts.names)
    seen: set[tuple[object, ...]] = set()
    rows = []
    rows_of = (facts.names, facts.prompts, facts.a, facts.b, of_whom, labels)
    for name, prompt, a, b, who, label in zip(*rows_of, strict=True):
        key = (prompt, *sorted((a, b)), who, str(label) if isinstance(label, bool | int) else "")
        if key in seen:
            rows.append(name)
        seen.add(key)
    if rows:
        what = f"{_count(rows)} the same prompt and answers as an earlier one"
        yield finding_of(DUPLICATE, what, rows)


def contradictions(facts: Facts, _: Settings) -> Iterator[Finding]:
    """P09: opposite winners; of one annotator, or in what is trained on, of any."""
    winners: dict[tuple[object, ...], set[int]] = defaultdict(set)
    rows: dict[tuple[object, ...], dict[int, None]] = defaultdict(dict)
    for who, prompt, winner, loser, item in _wins(facts):
        key = (who, prompt, *sorted((winner, loser)))
        winners[key].add(winner)
        rows[key][item] = None
    opposed = [item for key, found in winners.items() if len(found) > 1 for item in rows[key]]
    if opposed:
        names = [facts.names[item] for item in dict.fromkeys(opposed)]
        groups = sum(len(found) > 1 for found in winners.values())
        what = (
            f"{_count(names)} opposite winners for the same two answers ({groups} pairs of answers)"
        )
        yield finding_of(CONTRADICTION, what, names)


def cycles(facts: Facts, _: Settings) -> Iterator[Finding]:
    """P09: winners in a circle of three answers or more to one prompt."""
    graphs: dict[tuple[object, int], dict[Edge, int]] = defaultdict(dict)
    for who, prompt, winner, loser, item in _wins(facts):
        graphs[who, prompt].setdefault((winner, loser), item)
    circling: dict[int, None] = {}
    count = 0
    for edges in graphs.values():
        if len(edges) < _SMALLEST_CYCLE:
            continue
        one_way = {edge: item for edge, item in edges.items() if edge[::-1] not in edges}
        parts = _circles(one_way)
        count += len(parts)
        part_of = {answer: number for number, part in enumerate(parts) for answer in part}
        for (winner, loser), item in one_way.items():
            if winner in part_of and part_of[winner] == part_of.get(loser):
                circling[item] = None
    if circling:
        names = [facts.names[item] for item in sorted(circling)]
        what = f"{_count(names)} winners in a circle ({count} circle{'s' * (count > 1)})"
        yield finding_of(CYCLE, what, names)


def split_leaks(facts: Facts, settings: Settings) -> Iterator[Finding]:
    """P10: prompts that stand in several splits; named where they stand outside the largest."""
    sizes = Counter(split for split in facts.splits if split is not None)
    if len(sizes) < 2:  # noqa: PLR2004
        return
    positions = [place for place, split in enumerate(facts.splits) if split is not None]
    groups = near_duplicate_groups(facts.prompt_texts, settings.near_prompt)
    splits_of: dict[int, set[str | None]] = defaultdict(set)
    for place, group in zip(positions, groups, strict=True):
        splits_of[group].add(facts.splits[place])
    largest = sizes.most_common(1)[0][0]
    rows = [
        facts.names[place]
        for place, group in zip(positions, groups, strict=True)
        if len(splits_of[group]) > 1 and facts.splits[place] != largest
    ]
    if rows:
        what = (
            f"{len(rows)} row{'s' * (len(rows) > 1)} outside the split {largest!r} "
            f"ha{'ve' if len(rows) > 1 else 's'} a prompt that another split has too, or nearly"
        )
        yield finding_of(LEAK, what, rows)


def _wins(facts: Facts) -> Iterator[tuple[str | None, int, int, int, int]]:
    """Give who, prompt, winner, loser and row of each decided label on two different answers."""
    labels = facts.labels
    columns = (labels.item, labels.people(), labels["preference"], labels["again"])
    pooled = facts.table.shape.trained or facts.table.pooled
    for item, annotator, preference, again in zip(*columns, strict=True):
        if preference in SIDES and not again and facts.a[item] != facts.b[item]:
            sides = facts.a[item], facts.b[item]
            winner, loser = sides if preference == "a" else sides[::-1]
            who = None if pooled else annotator
            yield who, facts.prompts[item], winner, loser, item


def _circles(edges: Iterable[Edge]) -> list[list[int]]:
    """Give the strongly connected parts of three answers or more (Kosaraju's two passes)."""
    forward: dict[int, list[int]] = defaultdict(list)
    backward: dict[int, list[int]] = defaultdict(list)
    for winner, loser in edges:
        forward[winner].append(loser)
        backward[loser].append(winner)
    finished: list[int] = []
    seen: set[int] = set()
    for node in list(forward):
        _visit(node, forward, seen, finished)
    parts: list[list[int]] = []
    seen = set()
    for node in reversed(finished):
        part: list[int] = []
        _visit(node, backward, seen, part)
        if len(part) >= _SMALLEST_CYCLE:
            parts.append(part)
    return parts


def _visit(
    start: int, following: Mapping[int, list[int]], seen: set[int], finished: list[int]
) -> None:
    """Go depth first, and note each node when all after it are done."""
    if start in seen:
        return
    seen.add(start)
    path = [(start, iter(following.get(start, ())))]
    while path:
        node, rest = path[-1]
        for after in rest:
            if after not in seen:
                seen.add(after)
                path.append((after, iter(following.get(after, ()))))
                break
        else:
            path.pop()
            finished.append(node)


def _count(rows: list[object]) -> str:
    return f"{len(rows)} row{'s have' if len(rows) > 1 else ' has'}"
