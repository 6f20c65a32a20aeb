"""Label Studio: tasks with annotations and predictions, and the labeling configuration.

A task is ``{"data": {"pair", "prompt", "answer1", "answer2"}, "annotations", "predictions"}``,
answer1 being ``a`` and ``pair`` the id (``id`` becomes Label Studio's own in some of its exports).
The configuration is written beside it as ``NAME.xml``. ``Pairwise`` knows left and right only, so
the configuration has choices too, for a tie and for both bad, and a hidden control for who labeled,
because an import makes its user the one who completed everything. People's labels are annotations;
a judge's or feedback is a prediction, its ``model_version`` the annotator, always made of choices:
it checks predictions when it imports them (since pull request 8062), and its check knows no control
of two objects, as ``Pairwise`` is.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from tiebreak.exports.format import Part, Row
from tiebreak.exports.opinions import by_pair, what_is_not_written
from tiebreak.reading.layouts.label_studio import LABELED_BY
from tiebreak.records.label import SIDES, VERDICTS
from tiebreak.records.text import words_of

WRITTEN = VERDICTS

CONFIG = """\
<View>
  <Header value="Which response is better?"/>
  <Text name="prompt" value="$prompt"/>
  <Pairwise name="comparison" toName="answer1,answer2"/>
  <View style="display: flex; gap: 1em;">
    <View style="flex: 1;"><Text name="answer1" value="$answer1"/></View>
    <View style="flex: 1;"><Text name="answer2" value="$answer2"/></View>
  </View>
  <Choices name="verdict" toName="prompt" choice="single-radio" showInline="true">
    <Choice value="left"/>
    <Choice value="right"/>
    <Choice value="tie"/>
    <Choice value="both bad"/>
  </Choices>
  <Rating name="strength" toName="prompt" maxRating="3"/>
  <TextArea name="note" toName="prompt" placeholder="Note"/>
  <View style="display: none;"><TextArea name="labeled_by" toName="prompt"/></View>
</View>
"""
_CHOICES = {"a": "left", "b": "right", "tie": "tie", "both_bad": "both bad"}


def rows(part: Part) -> Iterator[Row]:
    """Give each pair as a task; its texts are strings."""
    labels = by_pair(part.judgments)
    for pair in part.pairs:
        annotations, predictions = [], []
        for number, label in enumerate(labels.get(pair.id, ())):
            result = list(_results(label, f"{pair.id}-{number}"))
            if label["source"] == "human":
                # Label Studio takes an imported annotation for the truth unless told otherwise.
                annotation: dict[str, Any] = {"result": result, "ground_truth": False}
                if "seconds" in label:
                    annotation["lead_time"] = label["seconds"]
                annotations.append(annotation)
            else:
                prediction: dict[str, Any] = {"model_version": label["annotator"]}
                if "probability" in label:
                    prediction["score"] = max(label["probability"], 1 - label["probability"])
                predictions.append({**prediction, "result": result})
        models = {"model_a": pair.model_a, "model_b": pair.model_b}
        yield {
            "data": {
                "pair": pair.id,
                "prompt": words_of(pair.prompt),
                "answer1": words_of(pair.a),
                "answer2": words_of(pair.b),
                **{name: model for name, model in models.items() if model},
            },
            "annotations": annotations,
            "predictions": predictions,
        }


def notes(judgments: pd.DataFrame) -> Iterator[str]:
    """Say what tasks have no place for, and how to bring the labels back."""
    yield from what_is_not_written(judgments, "strength", "note", "seconds", "probability")
    yield (
        "Label Studio's JSON export comes back by tiebreak.read_pairs, and into this session by "
        "tiebreak.Session(folder, tiebreak.read_pairs(file)); predictions only by a snapshot"
    )


def beside(path: Path, parts: Mapping[Path, Part]) -> Mapping[Path, bytes]:
    """Make the labeling configuration."""
    del parts
    return {path.with_suffix(".xml"): CONFIG.encode()}


def _results(label: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    choice = _CHOICES[label["preference"]]
    # The annotator's name stands where Label Studio shows a region's own remarks.
    told = {"meta": {"text": [label["annotator"]]}}
    if label["source"] == "human" and label["preference"] in SIDES:
        side = {"selected": choice}
        yield _result(name, "comparison", "answer1,answer2", "pairwise", side) | told
    else:
        yield _result(name, "verdict", "prompt", "choices", {"choices": [choice]}) | told
    if "strength" in label:
        yield _result(name, "strength", "prompt", "rating", {"rating": int(label["strength"])})
    if "note" in label:
        yield _result(name, "note", "prompt", "textarea", {"text": [label["note"]]})
    if label["source"] == "human":
        yield _result(name, LABELED_BY, "prompt", "textarea", {"text": [label["annotator"]]})


def _result(
    name: str, control: str, shown: str, kind: str, value: dict[str, Any]
) -> dict[str, Any]:
    return {
        "id": f"{name}-{control}",
        "from_name": control,
        "to_name": shown,
        "type": kind,
        "value": value,
    }
