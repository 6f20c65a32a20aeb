"""Argilla 2: records with responses and suggestions, and the settings of their dataset.

``dataset.records.from_json`` reads the one file and ``rg.Settings.from_json`` the other, which is
written beside it as ``NAME-settings.json``. People's labels are responses; a judge's or feedback
is a suggestion. Argilla knows its users by UUID, so each annotator has one made from the name.
"""

import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from tiebreak.exports.format import Part, Row
from tiebreak.exports.opinions import by_pair
from tiebreak.records.label import SIDES, VERDICTS
from tiebreak.records.text import words_of

WRITTEN = VERDICTS

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
        for label in labels.get(pair.id, ()):
            if label["source"] != "human":
                suggestions.setdefault("preference", _suggestion(label))
                continue
            user = str(uuid.uuid5(_NAMESPACE, label["annotator"]))
            for question in ("preference", "strength", "note"):
                if question in label:
                    answer = {"value": label[question], "user_id": user, "status": "submitted"}
                    responses.setdefault(question, []).append(answer)
        models = {"model_a": pair.model_a, "model_b": pair.model_b}
        yield {
            "id": pair.id,
            "fields": {
                "prompt": words_of(pair.prompt),
                "response1": words_of(pair.a),
                "response2": words_of(pair.b),
            },
            "metadata": {name: model for name, model in models.items() if model},
            "suggestions": suggestions,
            "responses": responses,
            "vectors": {},
        }


def beside(path: Path, parts: Mapping[Path, Part]) -> Mapping[Path, bytes]:
    """Make the dataset's settings, as ``rg.Settings.serialize`` writes them."""
    del parts
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
    content = msgspec.json.format(msgspec.json.encode(settings), indent=2) + b"\n"
    return {path.with_name(f"{path.stem}-settings.json"): content}


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


def _suggestion(label: dict[str, Any]) -> dict[str, Any]:
    suggestion = {"value": label["preference"], "agent": label["annotator"]}
    if "probability" in label and label["preference"] in SIDES:
        for_a = label["probability"]
        suggestion["score"] = for_a if label["preference"] == "a" else 1 - for_a
    return suggestion
