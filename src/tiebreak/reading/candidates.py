"""Responses of several models -> pairs of them to label, balanced over models and sides."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise
from random import Random
from typing import Any, Literal

import pandas as pd

from tiebreak.errors import PairsError, telling_wrong_calls
from tiebreak.reading.answers import MODEL, PROMPT, RESPONSE, flattened, joined
from tiebreak.reading.columns import open_under
from tiebreak.reading.limits import within_memory
from tiebreak.reading.roles import say_answers
from tiebreak.reading.rows import Row, plain
from tiebreak.reading.sides import Candidate, Meeting, Question, Two, sample, take_sides
from tiebreak.reading.sources import Table, require_columns, say_columns_of, with_progress
from tiebreak.wording import some, tell

Strategy = Literal["all", "adjacent", "random", "versus"]

_WRITTEN = ("prompt", "response_a", "response_b", "model_a", "model_b")
_COLUMN = "the column "
_MOST_PAIRS = 10_000_000
_STRATEGIES = ("all", "adjacent", "random", "versus")


@within_memory(PairsError)
@telling_wrong_calls(
    PairsError,
    'tiebreak.make_pairs(frame, candidates=["small", "large"])',
    {"models": "candidates", "responses": "candidates", "answers": "candidates"},
)
def make_pairs(
    frame: Any,
    *,
    columns: Mapping[str, str] | None = None,
    prompt: str = "prompt",
    candidates: Sequence[str] | None = None,
    response: str | None = None,
    model: str | None = None,
    strategy: Strategy = "all",
    baseline: str | None = None,
    per_prompt: int | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Make pairs of several models' responses to the same prompts.

    The responses stand in a column a model (``candidates``), or in one column with a row a
    response (``response``), or a list of them, whose model another column names (``model``); or in
    a file a model, given as a dict from model to file: what SFT trains on, with prompt and
    completion, instruction and output, or messages. A missing response is no candidate; two
    responses that are the same make no pair.

    Of every two models, each stands as ``a`` as often as the other, within one; and each model
    stands as ``a`` as often as ``b`` over all its pairs, within one. The same input and seed give
    the same pairs on every machine.

    >>> import pandas as pd
    >>> import tiebreak as tb
    >>> answers = pd.DataFrame(
    ...     {"prompt": ["Name a metal.", "Name a tree."], "small": ["Wood", "Oak"],
    ...      "large": ["Iron", "An oak"]}
    ... )
    >>> pairs = tb.make_pairs(answers, candidates=["small", "large"])
    >>> pairs[["prompt", "model_a", "model_b"]].values.tolist()
    [['Name a metal.', 'large', 'small'], ['Name a tree.', 'small', 'large']]

    Args:
        frame: a DataFrame, or what else :func:`tiebreak.read_pairs` opens; or a dict from each
            model's name to such a source of its answers.
        columns: what the source calls its columns, as :func:`tiebreak.read_pairs` takes them:
            ``{"prompt": "question", "response": "answer", "model": "system"}``.
        prompt: the column of the prompts.
        candidates: the columns of the responses; their names are the models'.
        response: the column of the responses, where each stands in a row of its own.
        model: the column of the models' names then. Without one, responses are balanced by
            their order.
        strategy: ``"all"`` makes a pair of every two responses to a prompt; ``"adjacent"`` of
            those that follow each other, in the order of ``candidates`` or of the models' first
            rows, such as checkpoints; ``"random"`` of some, so that every two models meet
            equally often; ``"versus"`` of each with the baseline's.
        baseline: the model that the others meet, for ``"versus"``.
        per_prompt: how many pairs of a prompt, for ``"random"``; 1 without it.
        seed: decides who stands where, and which pairs ``"random"`` takes.

    Returns:
        One row a pair, a prompt after the other: prompt, response_a, response_b, model_a and
        model_b, then the other columns that say the same of the whole prompt; one that is named
        like these five is ``meta_NAME``, and ``id`` is ``prompt_id``.
        ``attrs["left_out"]`` counts the pairs with identical responses, those of two responses
        that other models gave too (to be judged once), the prompts with fewer
        than two responses, and the columns that say different things of one prompt, by name.

    Raises:
        PairsError: columns or options do not fit, a row has no prompt or no model, no prompt has
            two responses, or one has so many that their pairs are over ten million.

    """
    _check_options(strategy, baseline, per_prompt, seed)
    table, of_models = _open(frame, columns)
    if columns is not None and candidates is None:
        response = RESPONSE if response is None and RESPONSE in columns else response
        model = MODEL if model is None and MODEL in columns else model
    if of_models and candidates is None and response is None:
        prompt, response, model = PROMPT, RESPONSE, MODEL
    if (candidates is None) == (response is None):
        likely = say_answers(table.columns)
        meant = f" Did you mean {likely}?" if likely else ""
        msg = (
            "Give either candidates=[...], a column a model, or response=..., a row a response."
            f"{meant} {say_columns_of(table)}"
        )
        raise PairsError(msg)
    if candidates is not None:
        if model is not None:
            msg = "model= goes with response=; the names of candidates= are the models."
            raise PairsError(msg)
        questions, differing = _read_wide(table, prompt, candidates), set[str]()
    else:
        questions, differing = _read_long(table, prompt, str(response), model)
    alone = sum(len(question.candidates) < 2 for question in questions)  # noqa: PLR2004 - a pair
    models = {candidate.model for question in questions for candidate in question.candidates}
    if baseline is not None and baseline not in models:
        named = ", ".join(sorted(repr(name) for name in models if name is not None)) or "none"
        msg = f"There is no response of the baseline {baseline!r}; the models are {named}."
        raise PairsError(msg)
    random = Random(seed)  # noqa: S311 - the seed is there to give the same pairs again
    _refuse_too_many(questions, strategy)
    identical = repeated = 0
    possible: list[tuple[Question, list[Two]]] = []
    for question in questions:
        twos = list(_choose(question.candidates, strategy, baseline))
        different = [two for two in twos if two[0].response != two[1].response]
        identical += len(twos) - len(different)
        # Where two models answer the same, either against a third is one pair, to be judged once.
        once = {frozenset(repr(each.response) for each in two): two for two in reversed(different)}
        repeated += len(different) - len(once)
        possible.append((question, list(reversed(once.values()))))
    if strategy == "random":
        possible = sample(possible, per_prompt or 1, random)
    meetings = [(question, two) for question, twos in possible for two in twos]
    if not meetings:
        msg = "No prompt has two different responses, so there is no pair to make."
        raise PairsError(msg)
    left_out = {
        "identical responses": identical,
        "the same two responses, of other models": repeated,
        "prompts with fewer than two responses": alone,
    }
    left_out |= {f"{_COLUMN}{name!r}": 1 for name in sorted(differing)}
    return _to_frame(take_sides(meetings, random), left_out)


def _open(frame: Any, columns: Mapping[str, str] | None) -> tuple[Table, bool]:
    """Open the responses, and tell whether they are of a source a model."""
    if isinstance(frame, Mapping) and not hasattr(frame, "column_names"):
        if columns is not None:
            msg = "columns= is for one table, and these are a source a model; rename theirs."
            raise PairsError(msg)
        return joined(frame), True
    table = open_under(frame, columns)
    if table.broken:
        name, what = table.broken[0]
        msg = f"{table.name}, {table.row_word} {name}: {what}. {table.remedy}"
        raise PairsError(msg, [name for name, _ in table.broken])
    return table, False


def _check_options(strategy: str, baseline: str | None, per_prompt: Any, seed: Any) -> None:
    if strategy not in _STRATEGIES:
        msg = f"strategy is one of {', '.join(_STRATEGIES)}, not {strategy!r}."
        raise PairsError(msg)
    if (strategy == "versus") != (baseline is not None):
        msg = "baseline= names the model that the others meet, and goes with strategy='versus'."
        raise PairsError(msg)
    if per_prompt is not None and (
        strategy != "random" or not isinstance(per_prompt, int) or per_prompt < 1
    ):
        msg = "per_prompt= is a number from 1, and goes with strategy='random'."
        raise PairsError(msg)
    if not isinstance(seed, int):
        msg = f"seed= is a whole number, not {seed!r}."
        raise PairsError(msg)


def _refuse_too_many(questions: Iterable[Question], strategy: str) -> None:
    """Refuse what memory does not hold: pairs grow with the square of a prompt's responses."""
    counts = (len(question.candidates) for question in questions)
    pairs = 0 if strategy == "adjacent" else sum(count * (count - 1) // 2 for count in counts)
    if pairs > _MOST_PAIRS:
        msg = (
            f"There are {pairs:,} pairs of responses to one prompt, more than {_MOST_PAIRS:,}. "
            "Take fewer responses of the prompts that have most, or strategy='adjacent'."
        )
        raise PairsError(msg)


def _read_wide(table: Table, prompt: str, candidates: Any) -> list[Question]:
    listed = isinstance(candidates, Iterable) and not isinstance(candidates, str)
    given = list(candidates) if listed else []
    columns = [name for name in given if isinstance(name, str)]
    if len(set(columns)) < max(2, len(given)):
        msg = "candidates= is a list of two or more different columns."
        raise PairsError(msg)
    require_columns(table, {"prompt": prompt})
    require_columns(table, columns)
    others = [name for name in table.columns if name not in {prompt, *columns}]
    questions = []
    for name, row in with_progress(table.rows, table.name, table.total):
        found = [
            Candidate(column, column, said)
            for column in columns
            if (said := _one_answer(table, name, row, column)) is not None
        ]
        rest = {other: plain(row.get(other)) for other in others}
        questions.append(Question(_require(table, name, row, prompt), found, rest))
    return questions


def _read_long(
    table: Table, prompt: str, response: str, model: str | None
) -> tuple[list[Question], set[str]]:
    """Give the questions, and the columns that say different things of one."""
    require_columns(table, {"prompt": prompt, "response": response, "model": model})
    others = [name for name in table.columns if name not in {prompt, response, model}]
    found: dict[str, Question] = {}
    places: dict[Any, int] = {}  # the models in the order of their first rows
    differing: set[str] = set()
    for name, row in with_progress(table.rows, table.name, table.total):
        asked, said = _require(table, name, row, prompt), plain(row.get(response))
        rest = {other: plain(row.get(other)) for other in others}
        question = found.setdefault(_key(asked), Question(asked, [], rest))
        differing |= {other for other in others if question.rest[other] != rest[other]}
        if said is None:
            continue
        answers = list(flattened(said))
        for answer, writer in zip(answers, _writers(table, name, row, model, answers), strict=True):
            key = len(question.candidates) if writer is None else writer
            places.setdefault(key, len(places))
            question.candidates.append(Candidate(key, writer, answer))
    questions = []
    for question in found.values():
        rest = {name: value for name, value in question.rest.items() if name not in differing}
        ordered = sorted(question.candidates, key=lambda one: places[one.key])
        questions.append(Question(question.prompt, ordered, rest))
    return questions, differing


def _one_answer(table: Table, name: object, row: Row, column: str) -> Any:
    said = plain(row.get(column))
    if not isinstance(said, list) or not any(isinstance(answer, str) for answer in said):
        return said
    msg = (
        f"{table.name}, {table.row_word} {name}: {column} is a list of answers, where candidates= "
        f"names columns of one answer each. For such a list, give response={column!r}."
    )
    raise PairsError(msg, [name])


def _writers(
    table: Table, name: object, row: Row, model: str | None, answers: Sequence[Any]
) -> list[str | None]:
    """Give the models of the answers of a row: of each one its own, or one for all."""
    if model is None:
        return [None] * len(answers)
    writers = [str(writer) for writer in flattened(_require(table, name, row, model))]
    if len(writers) == 1:
        return [writers[0]] * len(answers)
    if len(writers) != len(answers):
        msg = (
            f"{table.name}, {table.row_word} {name}: {len(writers)} in {model} for "
            f"{len(answers)} responses."
        )
        raise PairsError(msg, [name])
    return list(writers)


def _require(table: Table, name: object, row: Row, column: str) -> Any:
    found = plain(row.get(column))
    if found is None or found == "":
        msg = f"{table.name}, {table.row_word} {name}: empty {column}. Mend or drop such rows."
        raise PairsError(msg, [name])
    return found


def _key(prompt: Any) -> str:
    """Name a prompt, which may be a list of messages, for finding its rows."""
    return prompt if isinstance(prompt, str) else json.dumps(prompt, sort_keys=True, default=repr)


def _choose(candidates: list[Candidate], strategy: Strategy, baseline: str | None) -> Iterable[Two]:
    if strategy == "adjacent":
        return pairwise(candidates)
    twos = combinations(candidates, 2)
    if strategy == "versus":
        return (two for two in twos if (two[0].model == baseline) != (two[1].model == baseline))
    return twos


def _to_frame(meetings: list[Meeting], left_out: dict[str, int]) -> pd.DataFrame:
    rows = [
        {
            "prompt": question.prompt,
            "response_a": a.response,
            "response_b": b.response,
            "model_a": a.model,
            "model_b": b.model,
            **{_name_kept(name): value for name, value in question.rest.items()},
        }
        for question, (a, b) in meetings
    ]
    try:
        frame = pd.DataFrame(rows)
    # Half a character, which the session will name, or a number that pandas 2 does not take.
    except (UnicodeEncodeError, OverflowError):
        frame = pd.DataFrame(rows, dtype=object)
    left = {reason: number for reason, number in left_out.items() if number}
    if left:
        columns = [what for what in left if what.startswith(_COLUMN)]
        counted = [f"{what}: {number}" for what, number in left.items() if what not in columns]
        if columns:
            counted.append(f"what differs within a prompt: {some(columns)}")
        tell(f"Left out of the pairs: {some(counted)}.")
    frame.attrs["left_out"] = left
    return frame


def _name_kept(column: str) -> str:
    """Name a column that is kept; an id of the prompt is none of its pairs."""
    if column == "id":
        return "prompt_id"
    return f"meta_{column}" if column in _WRITTEN else column
