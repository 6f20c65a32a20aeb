"""Argilla 2: records with responses and suggestions, and the settings of their dataset.

``dataset.records.from_json`` reads the one file and ``rg.Settings.from_json`` the other, which is
written beside it as ``NAME-settings.json``. People's labels are responses; a judge's or feedback
is a suggestion, the first one. Argilla knows its users by UUID, and takes no response of a user
whom its server does not have, so each annotator has a UUID made from the name: ``NAME-users.json``
has them, to make these users first. The records say it too, so that names come back.
"""

import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from tiebreak.exports.format import Part, Row
from tiebreak.exports.opinions import by_pair, what_is_not_written
from tiebreak.records.label import SIDES, VERDICTS
from tiebreak.records.text import words_of

WRITTEN = VERDICTS

# Of a record's metadata: the names of the users who responded, as JSON by their ids.
ANNOTATORS = "annotators"

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "tiebreak/annotator")
_FIELDS = {"prompt": "Prompt", "response1": "Response 1", "response2": "Response 2"}
_CHOICES = {
    "a": "Response 1 is better",
    "b": "Response 2 is better",
    "tie": "Both are good",
    "both_bad": "Both are bad",
}


def rows(part: Part) -> Iterator[Row]:
    """Give each pair as a record, as ``Record.to_dict`` writes one; its responses are texts."""
    labels = by_pair(part.judgments)
    for pair in part.pairs:
        responses: dict[str, list[dict[str, Any]]] = {}
        suggestions: dict[str, dict[str, Any]] = {}
        users: dict[str, str] = {}
        for label in labels.get(pair.id, ()):
            if label["source"] != "human":
                if not suggestions:
                    suggestions.update(_suggestions(label))
                continue
            user = user_id(label["annotator"])
            users[user] = label["annotator"]
            for question in ("preference", "strength", "note"):
                if question in label:
                    answer = {"value": label[question], "user_id": user, "status": "submitted"}
                    responses.setdefault(question, []).append(answer)
        told = {"model_a": pair.model_a, "model_b": pair.model_b}
        if users:
            told[ANNOTATORS] = msgspec.json.encode(users).decode()
        yield {
            "id": pair.id,
            "fields": {
                "prompt": words_of(pair.prompt),
                "response1": words_of(pair.a),
                "response2": words_of(pair.b),
            },
            "metadata": {name: text for name, text in told.items() if text},
            "suggestions": suggestions,
            "responses": responses,
            "vectors": {},
        }


def user_id(annotator: str) -> str:
    """Give the UUID of an annotator, the same everywhere."""
    return str(uuid.uuid5(_NAMESPACE, annotator))


def notes(judgments: pd.DataFrame) -> Iterator[str]:
    """Say who has to be made a user first, and what records have no place for."""
    people = judgments["source"] == "human"
    if people.any():
        yield (
            "Argilla refuses responses of users whom it does not have; with NAME-users.json, make "
            "them first, as an owner: for user in json.load(open('NAME-users.json')): "
            "rg.User(**user, password='...', role='annotator', client=client).create(), then "
            "workspace.add_user(user['username'])"
        )
    more = int(judgments.loc[~people, "pair"].duplicated().sum())
    if more:
        yield f"{more} labels of further judges are not written: a record has one suggestion"
    yield from what_is_not_written(judgments, "strength", "note", "probability")


def beside(path: Path, parts: Mapping[Path, Part]) -> Mapping[Path, bytes]:
    """Make the dataset's settings, as ``rg.Settings.serialize`` writes them, and its users."""
    judgments = [part.judgments for part in parts.values()]
    names = dict.fromkeys(
        name
        for labels in judgments
        for name in labels.loc[labels["source"] == "human", "annotator"]
    )
    users = [{"username": name, "id": user_id(name)} for name in names]
    settings = {
        "guidelines": None,
        "allow_extra_metadata": True,
        "fields": [
            {
                "name": name,
                "title": title,
                "required": True,
                "settings": {"type": "text", "use_markdown": True},
            }
            for name, title in _FIELDS.items()
        ],
        "questions": [
            _question(
                "preference",
                "Which response is better?",
                {
                    "type": "label_selection",
                    "options": [
                        {"value": value, "text": text, "description": None}
                        for value, text in _CHOICES.items()
                    ],
                    "visible_options": len(_CHOICES),
                },
                required=True,
            ),
            _question(
                "strength",
                "How much better? 1 slightly, 2 clearly, 3 much",
                {"type": "rating", "options": [{"value": value} for value in (1, 2, 3)]},
            ),
            _question("note", "Note", {"type": "text", "use_markdown": False}),
        ],
        "vectors": [],
        "metadata": [],
    }
    files = {"settings": settings} | ({"users": users} if users else {})
    return {
        path.with_name(f"{path.stem}-{name}.json"): msgspec.json.format(
            msgspec.json.encode(content), indent=2
        )
        + b"\n"
        for name, content in files.items()
    }


def _question(
    name: str, title: str, settings: dict[str, Any], *, required: bool = False
) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "description": None,
        "required": required,
        "settings": settings,
    }


def _suggestions(label: dict[str, Any]) -> dict[str, dict[str, Any]]:
    suggestion = {"value": label["preference"], "agent": label["annotator"]}
    if "probability" in label and label["preference"] in SIDES:
        for_a = label["probability"]
        suggestion["score"] = for_a if label["preference"] == "a" else 1 - for_a
    found = {"preference": suggestion}
    for question in ("strength", "note"):
        if question in label:
            found[question] = {"value": label[question], "agent": label["annotator"]}
    return found
