"""Which two responses meet, and who of them stands where: every model as often as any other."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple


class Candidate(NamedTuple):
    """A response. ``key`` is what is balanced: the model, or the place where there is none."""

    key: Any
    model: str | None
    response: Any


class Question(NamedTuple):
    """A prompt, the responses to it, and what else its rows say of all of them."""

    prompt: Any
    candidates: list[Candidate]
    rest: dict[str, Any]


Two = tuple[Candidate, Candidate]
Meeting = tuple[Question, Two]


def sample(
    possible: list[tuple[Question, list[Two]]], per_prompt: int, random: Random
) -> list[tuple[Question, list[Two]]]:
    """Take of each prompt the pairs whose models met least so far, then those seen least."""
    met: Counter[frozenset[Any]] = Counter()
    seen: Counter[Any] = Counter()
    sampled: list[tuple[Question, list[Two]]] = []
    for question, twos in possible:
        left = list(twos)
        taken: list[Two] = []
        while left and len(taken) < per_prompt:
            draws = [random.random() for _ in left]
            place = min(
                range(len(left)),
                key=lambda n: (met[_keys(left[n])], sum(seen[x.key] for x in left[n]), draws[n]),
            )
            two = left.pop(place)
            met[_keys(two)] += 1
            seen.update(candidate.key for candidate in two)
            taken.append(two)
        sampled.append((question, taken))
    return sampled


def _keys(two: Two) -> frozenset[Any]:
    return frozenset(candidate.key for candidate in two)


def take_sides(meetings: list[Meeting], random: Random) -> list[Meeting]:
    """Decide who is ``a``: of every two models half of the time each.

    Where two models meet an odd number of times, one meeting is left over. These are the edges of
    a graph, and walking along its trails, each edge in the direction walked, leads into each model
    as often as out of it, within one.
    """
    by_models: dict[frozenset[Any], list[int]] = defaultdict(list)
    for place, (_, two) in enumerate(meetings):
        by_models[_keys(two)].append(place)
    left_over: list[tuple[Any, Any]] = []
    leading: dict[frozenset[Any], Any] = {}
    for (first, second), places in _between_two(by_models):
        if len(places) % 2:
            left_over.append((first, second))
        leading[frozenset((first, second))] = first if random.random() < 1 / 2 else second
    for first, second in _direct(left_over, random):
        leading[frozenset((first, second))] = first
    sided = list(meetings)
    for keys, places in by_models.items():
        # Which meeting is left over must not hang on the order of the prompts.
        order = sorted(places, key=lambda _: random.random())
        for turn, place in enumerate(order):
            question, (one, other) = meetings[place]
            if keys in leading:
                swap = (one.key == leading[keys]) == bool(turn % 2)
            else:  # two responses of one model
                swap = bool(turn % 2)
            sided[place] = (question, (other, one) if swap else (one, other))
    return sided


def _between_two(
    by_models: dict[frozenset[Any], list[int]],
) -> Iterator[tuple[tuple[Any, Any], list[int]]]:
    for keys, places in by_models.items():
        if len(keys) > 1:
            first, second = sorted(keys, key=str)
            yield (first, second), places


def _direct(edges: list[tuple[Any, Any]], random: Random) -> Iterator[tuple[Any, Any]]:
    """Give each edge of a graph a direction, with as many into each node as out, within one."""
    outside = object()  # joined to every node of odd degree, so that every trail is closed
    beside: dict[Any, dict[Any, None]] = defaultdict(dict)
    for first, second in edges:
        beside[first][second] = beside[second][first] = None
    for node in [node for node, others in beside.items() if len(others) % 2]:
        beside[node][outside] = beside[outside][node] = None
    nodes = sorted(beside, key=lambda _: random.random())
    for start in nodes:
        node = start
        while beside[node]:
            following = next(iter(beside[node]))
            del beside[node][following], beside[following][node]
            if outside not in (node, following):
                yield node, following
            node = following
