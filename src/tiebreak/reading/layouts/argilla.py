"""Argilla 2 records, as ``dataset.records.to_list()`` and ``to_json()`` give them.

Source: Argilla's ``records/_io/_generic.py`` and ``records/_resource.py``. A record has ``fields``,
``responses`` (a list of ``value`` and ``user_id`` by question) and ``suggestions`` (``value``,
``score`` and ``agent`` by question).

The fields are one with a prompt's name and two others. The preference is the question named so or,
without it, the first whose answers name a response: a label (``response1``, ``a``, ``tie``,
``both_bad`` and the like) or a ranking. Further questions of the kind become criteria, texts and
labels of other questions the note. Ratings do not say which response they are of, so none is read
but ``strength``, as tiebreak exports it. Suggestions are a judge's. Argilla's export does not say
which responses are drafts; where ``status`` is there, drafts are left out and discarded ones skips.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import combinations
from typing import Any

from tiebreak.reading.layouts.fields import (
    find_texts,
    name_if_any,
    record,
    record_if_any,
    records_if_any,
    rest_of,
    whole,
    within,
)
from tiebreak.reading.layouts.layout import ANY, Found, Layout
from tiebreak.reading.layouts.verdicts import (
    as_note,
    asks_why,
    likeliest,
    strength_of,
    verdict_of,
)
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion, Source, Verdict

_OURS = ("model_a", "model_b", "annotators")

_Answers = dict[str, dict[str, Any]]


def _read(row: Row) -> Iterator[Found]:
    with within("fields"):
        fields = record(row, "fields")
        prompt, a, b = find_texts(fields)
    metadata = record_if_any(row, "metadata")
    told: list[str] = []
    people, discarded = _by_user(record_if_any(row, "responses"), _names(metadata), told)
    judges = _by_agent(record_if_any(row, "suggestions"))
    question = _preference_question([*people.values(), *judges.values()], a, b)
    opinions = [Opinion(user, "human", "skip") for user in discarded if user not in people]
    everyone: list[tuple[Source, _Answers]] = [("human", people), ("judge", judges)]
    for source, answers in everyone:
        for name, said in answers.items():
            if question in said:
                opinions.append(_opinion((name, source), said, question, (a, b), told))
            else:
                told.append(f"answers of {name}, who did not answer {question}")
    models = [name_if_any(metadata, name) for name in ("model_a", "model_b")]
    yield Found(
        fields[prompt],
        fields[a],
        fields[b],
        id=name_if_any(row, "id"),
        model_a=models[0],
        model_b=models[1],
        meta=rest_of(fields, prompt, a, b) | rest_of(metadata, *_OURS),
        opinions=tuple(opinions),
        columns=(prompt, a, b),
        told=tuple(dict.fromkeys(told)),
    )


def _names(metadata: Row) -> Row:
    """Give the names that users have where we exported the records, by their ids."""
    said = plain(metadata.get("annotators"))
    if isinstance(said, str):
        with suppress(ValueError, RecursionError):
            names = json.loads(said)
            if isinstance(names, dict):
                return {user: name for user, name in names.items() if isinstance(name, str)}
    return {}


def _by_user(responses: Row, names: Row, told: list[str]) -> tuple[_Answers, list[str]]:
    people: _Answers = {}
    discarded: list[str] = []
    for question in responses:
        with within(f"responses to {question}"):
            for response in records_if_any(responses, question):
                user = name_if_any(response, "user_id") or "argilla"
                user = names.get(user, user)
                status = plain(response.get("status"))
                if status == "discarded":
                    discarded.append(user)
                elif status == "draft":
                    told.append("drafts")
                else:
                    user = _unlike(user, question, people)
                    people.setdefault(user, {})[question] = plain(response.get("value"))
    return people, list(dict.fromkeys(discarded))


def _unlike(user: str, question: str, people: _Answers) -> str:
    """Keep several answers under one name apart; none of them is the last word."""
    name, number = user, 1
    while question in people.get(name, ()):
        number += 1
        name = f"{user} ({number})"
    return name


def _by_agent(suggestions: Row) -> _Answers:
    judges: _Answers = {}
    for question in suggestions:
        with within("suggestions"):
            suggestion = record_if_any(suggestions, question)
            value = plain(suggestion.get("value"))
            if value is not None:
                agent = name_if_any(suggestion, "agent") or "suggestion"
                judges.setdefault(agent, {})[question] = value
    return judges


def _preference_question(answers: list[dict[str, Any]], a: str, b: str) -> str:
    asked = dict.fromkeys(question for said in answers for question in said)
    if "preference" in asked or not asked:
        return "preference"
    named = [
        question
        for question in asked
        if not asks_why(question) and any(_verdict(said.get(question), a, b) for said in answers)
    ]
    if (likely := likeliest(named)) is not None:
        return likely
    msg = "no question whose answers name one of the two responses"
    raise RowError(msg)


def _opinion(
    whose: tuple[str, Source],
    said: dict[str, Any],
    question: str,
    names: tuple[str, str],
    told: list[str],
) -> Opinion:
    preference = _verdict(said[question], *names)
    if preference is None:
        msg = f"an answer to {question} that names neither of the two responses"
        raise RowError(msg)
    criteria: dict[str, Verdict] = {}
    notes = []
    strength = strength_of(plain(said.get("strength")), preference)
    for other, value in said.items():
        if other == question or (other == "strength" and strength is not None):
            continue
        if not asks_why(other) and (verdict := _verdict(value, *names)) is not None:
            criteria[other] = verdict
        elif isinstance(value, str) and value.strip():
            notes.append(as_note(other, value))
        elif isinstance(value, list) and value and all(isinstance(v, str) for v in value):
            notes.append(as_note(other, ", ".join(value)))
        elif value is not None:
            told.append(f"answers to {other}, which do not say what response they are of")
    return Opinion(
        *whose,
        preference,
        strength=strength,
        criteria=criteria or None,
        note="\n\n".join(notes) or None,
    )


def _verdict(value: Any, a: str, b: str) -> Verdict | None:
    """Read a label, or a ranking: names in their order, or objects of ``value`` and ``rank``."""
    if not isinstance(value, list):
        return verdict_of(value, a, b)
    ranks: dict[Verdict, int] = {}
    for place, item in enumerate(value):
        ranked = plain(item)
        name, rank = ranked, place
        if isinstance(ranked, dict):
            with within("a ranking"):
                name, rank = ranked.get("value"), whole(ranked, "rank")
        side = verdict_of(name, a, b)
        if side not in ("a", "b") or side in ranks:
            return None
        ranks[side] = rank
    for (first, best), (second, other) in combinations(ranks.items(), 2):
        if best == other:
            return "tie"
        return first if best < other else second
    return None


def _fits(row: Row) -> bool:
    return isinstance(row.get("fields"), dict)


LAYOUT = Layout(
    "argilla",
    "Argilla records",
    frozenset({"fields", "responses", "suggestions"}),
    _read,
    _fits,
    {
        "id": "id",
        "fields": "prompt, a, b and meta",
        "metadata": "models and meta",
        "responses": "labels",
        "suggestions": "labels",
    },
    {
        "responses": {ANY: dict.fromkeys(("value", "user_id", "status"))},
        "suggestions": {ANY: dict.fromkeys(("value", "agent"))},
    },
)
