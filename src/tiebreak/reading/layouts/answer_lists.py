"""Several answers to a prompt in a list: all of them, or those chosen and those rejected.

Lists of ``chosen`` and ``rejected`` answers are RewardBench 2's (the card of
allenai/reward-bench-2), and promptfoo's; each chosen answer is preferred to each rejected one.
``responses`` of one prompt are what Potato takes (``llm_responses.json`` of its demo) and what
best-of-N sampling writes, with or without a list of as many ``scores`` or ``rewards`` (more is
better), or of ``ranks`` (1 or 0 is best); every two responses give a pair, with a preference
where they are scored, and equal scores are a tie. Scores are taken for a judge's. A response may
also be an object with its text, its score or rank and its model.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import combinations, product
from typing import Any

from msgspec.structs import replace

from tiebreak.reading.layouts.dialogue import as_message
from tiebreak.reading.layouts.fields import SOMEONE, items, name_if_any, number, rest_of
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion, Preference

_CHOSEN = ("prompt", "chosen", "rejected")
_USES = {"prompt": "prompt", "chosen": "a", "rejected": "b", "id": "id or row_id"}
_FEWEST = 2
# What says which is best, who is taken to say so, and whether more is better.
_SCORES = (
    "scores",
    "rewards",
    "ratings",
    "score",
    "reward",
    "rating",
    "reward_scores",
    "rm_scores",
)
_RANKS = ("ranks", "rank")
# What an object has of a response, and the list that it goes into.
_KEYS = (
    (("response", "text", "content", "completion", "answer", "output"), "responses"),
    (("score", "reward", "rating"), "scores"),
    (("rank",), "ranks"),
    (("model", "model_name", "modelIdentifier", "generator"), "models"),
)
_NOT_BESIDE = ("chosen", "response_a", "a")


def _reader(annotator: str) -> Callable[[Row], Iterator[Found]]:
    preferred = (Opinion(annotator, "human", "a"),)

    def read(row: Row) -> Iterator[Found]:
        prompt = _prompt(row)
        chosen, rejected = (_answers(row, name) for name in ("chosen", "rejected"))
        alone = len(chosen) == len(rejected) == 1
        meta = rest_of(row, *_CHOSEN, "id") | named_row(row, alone=alone)
        for a, b in product(chosen, rejected):
            yield replace(
                _alike(prompt, a, b),
                id=row.get("id") if alone else None,
                meta=meta,
                opinions=preferred,
                columns=_CHOSEN,
            )

    return read


def _read_responses(row: Row) -> Iterator[Found]:
    prompt = _prompt(row)
    row, told = _in_lists(_parsed(row))
    row, missing = _without_missing(row)
    told += missing
    responses = _answers(row, "responses")
    if len(responses) < _FEWEST:
        msg = "fewer than two responses"
        raise RowError(msg)
    by = next((name for name in (*_SCORES, *_RANKS) if plain(row.get(name)) is not None), None)
    scores = _scores(row, by, len(responses)) if by else None
    if scores and None in scores:
        told += (f"preferences on {scores.count(None)} of {len(scores)} responses without {by}",)
    models = _models(row, len(responses))
    alone = len(responses) == _FEWEST
    meta = rest_of(row, "prompt", "responses", "id", *([by] if by else []))
    meta |= named_row(row, alone=alone)
    if models:
        meta.pop("models", None)
    uses = {by: f"preference, {by}_a and {by}_b"} if by else {}
    uses |= {"models": "model_a and model_b"} if models else {}
    for one, other in combinations(range(len(responses)), 2):
        beside: dict[str, Any] = {}
        opinions: tuple[Opinion, ...] = ()
        if by and scores:
            first, second = scores[one], scores[other]
            beside = {f"{by}_a": first, f"{by}_b": second}
            if first is not None and second is not None:
                opinions = (_opinion(by, first, second),)
        yield replace(
            _alike(prompt, responses[one], responses[other]),
            id=row.get("id") if alone else None,
            model_a=models[one] if models else None,
            model_b=models[other] if models else None,
            meta=meta | beside,
            opinions=opinions,
            columns=("prompt", "responses", "responses"),
            told=told,
            uses=uses,
        )


def _parsed(row: Row) -> Row:
    """Give lists that are written as JSON within a text, as CSV has them, as lists."""
    lists = {}
    for name in ("responses", "models", *_SCORES, *_RANKS):
        said = row.get(name)
        if isinstance(said, str) and said.startswith("["):
            with suppress(ValueError, RecursionError):
                lists[name] = json.loads(said)
    responses = row.get("responses")
    if isinstance(responses, Mapping):  # a list of objects, as datasets' Sequence holds one
        columns = [plain(said) for said in responses.values()]
        if columns and all(isinstance(x, list) and len(x) == len(columns[0]) for x in columns):
            cells = zip(*columns, strict=True)
            lists["responses"] = [dict(zip(responses, said, strict=True)) for said in cells]
    return {**row, **lists} if lists else row


def _without_missing(row: Row) -> tuple[Row, tuple[str, ...]]:
    """Leave out the responses that are not there, or there before, with what is said of them."""
    responses = plain(row.get("responses"))
    if not isinstance(responses, list):
        return row, ()
    there = [place for place, said in enumerate(responses) if plain(said) is not None]
    texts = [said if isinstance(said, str) else place for place, said in enumerate(responses)]
    kept = [place for place in there if texts.index(texts[place]) == place]
    if len(kept) == len(responses):
        return row, ()
    lists = {}
    for name in ("responses", "models", *_SCORES, *_RANKS):
        said = plain(row.get(name))
        if isinstance(said, list) and len(said) == len(responses):
            lists[name] = [said[place] for place in kept]
    counts = ("are missing", len(responses) - len(there)), ("are repeated", len(there) - len(kept))
    of = f"of {len(responses)} responses, which"
    return {**row, **lists}, tuple(f"{number} {of} {why}" for why, number in counts if number)


def _in_lists(row: Row) -> tuple[Row, tuple[str, ...]]:
    """Give responses that are objects as lists of texts, scores and models, and say what is not."""
    responses = plain(row.get("responses"))
    if not isinstance(responses, list) or not responses or not all(map(_is_object, responses)):
        return row, ()
    first = responses[0]
    lists: dict[str, Any] = {}
    read: set[str] = set()
    for names, name in _KEYS:
        key = next((key for key in names if plain(first.get(key)) is not None), None)
        if key is not None:
            lists[name] = [plain(response.get(key)) for response in responses]
            read.add(key)
    lost = [f"responses[].{key}" for response in responses for key in response if key not in read]
    lost += [name for name in lists if name != "responses" and plain(row.get(name)) is not None]
    told = f"not read beside the responses: {', '.join(dict.fromkeys(lost))}"
    return {**row, **lists}, (told,) * bool(lost)


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping) and "role" not in value


def _opinion(by: str, one: float, other: float) -> Opinion:
    better = one < other if by in _RANKS else one > other
    preference: Preference = "tie" if one == other else "a" if better else "b"
    return Opinion(SOMEONE, "human" if by in _RANKS else "judge", preference)


def _scores(row: Row, name: str, count: int) -> list[float | None]:
    scores = items(row, name)
    if len(scores) != count:
        msg = f"{len(scores)} {name} for {count} responses"
        raise RowError(msg)
    found = [None if (said := plain(score)) is None else _number(said, name) for score in scores]
    if found.count(None) == count:
        msg = f"no {name}"
        raise RowError(msg)
    return found


def _number(score: Any, name: str) -> float:
    with suppress(ValueError):  # as CSV and some judges write numbers
        score = float(score) if isinstance(score, str) else score
    return number({name: score}, name)


def _models(row: Row, count: int) -> list[str | None] | None:
    models = plain(row.get("models"))
    if not isinstance(models, list) or len(models) != count:
        return None
    return [name_if_any({"models": model}, "models") for model in models]


def _prompt(row: Row) -> Any:
    prompt = plain(row.get("prompt"))
    if prompt is None:
        msg = "no prompt"
        raise RowError(msg)
    return prompt


def _answers(row: Row, name: str) -> list[Any]:
    """Give the answers of a list: texts, or lists of messages."""
    answers = plain(row.get(name))
    if isinstance(answers, str):  # the only one
        return [answers]
    answers = [plain(answer) for answer in items(row, name)]
    if not answers:
        msg = f"no answer in {name}"
        raise RowError(msg)
    if not all(isinstance(answer, str | list) for answer in answers):
        msg = f"{name} holds not only texts and lists of messages"
        raise RowError(msg)
    return answers


def _alike(prompt: Any, a: Any, b: Any) -> Found:
    """Give all texts as messages where one of them is."""
    if not any(isinstance(said, list) for said in (prompt, a, b)):
        return Found(prompt, a, b)
    return Found(as_message("user", prompt), as_message("assistant", a), as_message("assistant", b))


def named_row(row: Row, *, alone: bool) -> dict[str, Any]:
    """Keep the row's id where it names several pairs."""
    given = None if alone else plain(row.get("id"))
    return {} if given is None else {"row_id": given}


def _lists_answers(row: Row) -> bool:
    return any(_are_answers(plain(row.get(name))) for name in ("chosen", "rejected"))


def _lists_responses(row: Row) -> bool:
    responses = plain(_parsed(row).get("responses"))
    if isinstance(responses, list):
        responses = [response for response in responses if plain(response) is not None]
    listed = _are_answers(responses) or (
        isinstance(responses, list) and bool(responses) and all(map(_is_object, responses))
    )
    return listed and not any(name in row for name in _NOT_BESIDE)


def _are_answers(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(plain(answer), str | list) for answer in value)
    )


LAYOUTS = (
    Layout(
        "answer_lists",
        "lists of chosen and rejected answers",
        frozenset(_CHOSEN),
        _reader(SOMEONE),
        _lists_answers,
        _USES,
    ),
    Layout(
        "reward_bench_2",
        "RewardBench 2",
        frozenset({*_CHOSEN, "num_correct", "num_incorrect", "subset"}),
        _reader("curators"),
        _lists_answers,
        _USES,
    ),
    Layout(
        "responses",
        "several responses to a prompt",
        frozenset({"prompt", "responses"}),
        _read_responses,
        _lists_responses,
        {"prompt": "prompt", "responses": "a and b", "id": "id or row_id"},
    ),
)
