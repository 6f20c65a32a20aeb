"""Potato's pairwise annotations, joined with its data file."""

import json

import pandas as pd
import pytest

import tiebreak as tb

ITEMS = pd.DataFrame(
    [
        {"id": "q1", "prompt": "A metal?", "text": ["Wood.", "Iron."]},
        {"id": "q2", "prompt": "A tree?", "text": ["Oak.", "Rain."]},
    ]
)
WHY = json.dumps({"reasons": ["Accuracy", "Style"], "rationale": "It is one."})


def annotated(instance, user, labels):
    return {"instance_id": instance, "user_id": user, "labels": {"better": labels}, "spans": {}}


def flat(annotation):
    """The same as its CSV has it."""
    labels = {f"better.{name}": value for name, value in annotation["labels"]["better"].items()}
    own = {name: annotation[name] for name in ("instance_id", "user_id")}
    return {**own, **labels}


ANNOTATIONS = [
    annotated("q1", "anna", {"selection": "B", "justification": WHY}),
    annotated("q1", "bert", {"selection": "tie"}),
    annotated("q2", "anna", {"selection": "A"}),
]


@pytest.mark.parametrize("shape", [dict, flat])
def test_annotations_joined_with_the_data_are_labels_of_their_annotators(shape):
    joined = ITEMS.merge(
        pd.DataFrame(map(shape, ANNOTATIONS)), left_on="id", right_on="instance_id"
    )

    reading = tb.read_pairs(joined)

    assert reading.layout == "potato"
    assert [(p.id, p.prompt, p.a, p.b) for p in reading.found] == [
        ("q1", "A metal?", "Wood.", "Iron."),
        ("q2", "A tree?", "Oak.", "Rain."),
    ]
    said = reading.labels[["annotator", "pair", "preference"]].to_numpy().tolist()
    assert sorted(said) == [["anna", "q1", "b"], ["anna", "q2", "a"], ["bert", "q1", "tie"]]
    assert reading.labels["note"].dropna().tolist() == ["Accuracy, Style\n\nIt is one."]


@pytest.mark.parametrize(
    ("value", "preference", "strength"), [("-2", "a", 2), (3, "b", 3), ("0", "tie", None)]
)
def test_a_scale_is_below_zero_where_a_is_better(value, preference, strength):
    row = annotated("q1", "anna", {"scale_value": value}) | ITEMS.iloc[0].to_dict()

    [label] = tb.read_pairs([row]).journals[0][1]

    assert (label.preference, label.strength) == (preference, strength)


def test_dimensions_are_criteria_beside_the_one_on_the_whole():
    said = {"overall": "B", "truth": "tie", "style": "A"}
    row = annotated("q1", "anna", said) | ITEMS.iloc[0].to_dict()

    [label] = tb.read_pairs([row]).journals[0][1]

    assert label.preference == "b"
    assert label.criteria == {"overall": "b", "truth": "tie", "style": "a"}


def test_instances_that_its_output_folders_hold_are_read():
    row = {
        "id": "q1",
        "label_annotations": {"better": {"selection": "A"}},
        "span_annotations": {},
        "prompt": "A metal?",
        "answer1": "Iron.",
        "answer2": "Wood.",
    }

    [label] = tb.read_pairs([row]).journals[0][1]

    assert label.preference == "a"


def test_annotations_without_texts_say_what_to_join_them_with():
    with pytest.raises(tb.PairsError, match=r"exports no texts; .*items\.merge\(annotations"):
        tb.read_pairs(ANNOTATIONS)
