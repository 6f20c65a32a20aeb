"""Inputs as people bring them: each with the value that is right for it."""

import base64
import decimal
import io
import json
import uuid

import datasets
import pandas as pd
import polars as pl
import pytest

import tiebreak as tb
from tiebreak.reading.sources import open_table

ROW = {"prompt": "Name a river.", "chosen": "The Danube.", "rejected": "A road."}
ASKED = [{"role": "user", "content": "Is it warm?"}]
YES = [{"role": "assistant", "content": "Yes."}]
NO = [{"role": "assistant", "content": "No."}]
TASK = {"prompt": "Name a river.", "response_a": "The Danube.", "response_b": "A road."}


def pair_of(row):
    return tb.read_pairs([row]).found[0]


def asked(content):
    return {"prompt": [{"role": "user", "content": content}], "chosen": YES, "rejected": NO}


def labels_of(source, **options):
    found = tb.read_pairs(source, **options).labels
    return found.drop(columns=["pair", "at"], errors="ignore").to_dict("records")


# -- annotation tools: what is no choice is not taken for one


def label_studio(*results):
    answered = [
        {"from_name": name, "to_name": "x", "type": kind, "value": value}
        for name, kind, value in results
    ]
    return [{"id": 1, "data": TASK, "annotations": [{"completed_by": 1, "result": answered}]}]


def test_ratings_of_both_responses_are_no_preference():
    rated = label_studio(
        ("rating_a", "rating", {"rating": 4}), ("rating_b", "rating", {"rating": 2})
    )

    with pytest.raises(tb.PairsError, match="nothing in result says which response is preferred"):
        tb.read_pairs(rated)


def test_of_several_choices_the_one_on_the_whole_is_the_preference():
    note = ("note", "textarea", {"text": ["none"]})
    chosen = [
        (name, "choices", {"choices": [said]}) for name, said in (("tone", "B"), ("best", "A"))
    ]

    (label,) = labels_of(label_studio(note, *chosen))

    assert (label["preference"], label["criterion_tone"], label["note"]) == ("a", "b", "none")


def test_numbers_and_notes_beside_a_row_of_json_min_are_no_preference(tmp_path):
    when = dict.fromkeys(("created_at", "updated_at"), "2024-01-01T00:00:00Z")
    its_own = {"annotation_id": "1", "annotator": "2", "lead_time": "3.1", "id": "7"}
    row = {**its_own, **when, "difficulty": "1", "comment": "same", **TASK, "comparison": "right"}
    path = tmp_path / "min.csv"
    pd.DataFrame([row]).to_csv(path, index=False)

    (label,) = labels_of(path)

    assert label["preference"] == "b"


def test_a_note_in_argilla_that_says_none_is_a_note():
    answers = {"note": "none", "preference": "a", "tone": "b"}
    responses = {
        name: [{"user_id": "u", "value": value, "status": "submitted"}]
        for name, value in answers.items()
    }
    record = {"fields": TASK, "responses": responses, "suggestions": {}, "metadata": {}}

    (label,) = labels_of([record])

    assert (label["note"], label["criterion_tone"]) == ("none", "b")
    assert "criterion_note" not in label


# -- turns and parts


def test_anthropics_blocks_are_thinking_calls_and_what_tools_did():
    turns = [
        *ASKED,
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "Look.", "signature": "x"},
                {"type": "text", "text": "A moment."},
                {"type": "tool_use", "id": "t", "name": "weather", "input": {"city": "Graz"}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "t", "content": "21"},
                {"type": "text", "text": "So?"},
            ],
        },
    ]

    reading = tb.read_pairs([{"prompt": turns, "chosen": YES, "rejected": NO}])

    _, called, answered, last = reading.found[0].prompt
    function = {"name": "weather", "arguments": {"city": "Graz"}}
    assert called == {
        "role": "assistant",
        "content": "A moment.",
        "thinking": "Look.",
        "tool_calls": [{"id": "t", "type": "function", "function": function}],
    }
    assert answered == {"role": "tool", "content": "21", "tool_call_id": "t"}
    assert last["content"] == [{"type": "text", "text": "So?"}]
    assert "Left out: 'signature' of thinking in prompt" in repr(reading)


@pytest.mark.parametrize(
    ("said", "content"),
    [
        ({"role": "assistant", "content": None, "refusal": "I cannot."}, "I cannot."),
        (
            {"role": "assistant", "content": [{"type": "refusal", "refusal": "I cannot."}]},
            [{"type": "text", "text": "I cannot."}],
        ),
        ({"role": "assistant", "content": [{"text": "A."}]}, [{"type": "text", "text": "A."}]),
        ({"role": "assistant", "tool_calls": [{"function": {"name": "f"}}]}, None),
    ],
)
def test_what_an_interface_answered_is_what_was_said(said, content):
    row = {"prompt": ASKED, "chosen": [said], "rejected": NO}

    assert pair_of(row).a[0]["content"] == content
    assert pair_of(row | {"chosen": {**said, "content": said.get("content")}}).a == pair_of(row).a


PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
URL = f"data:image/png;base64,{PIXEL}"


@pytest.mark.parametrize(
    ("part", "lost"),
    [
        (
            {"type": "image_url", "image_url": {"url": URL, "detail": "low"}},
            "'detail' of image_url",
        ),
        ({"type": "input_image", "image_url": URL, "detail": "high"}, "'detail' of an image"),
        ({"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}, "'cache_control'"),
        ({"type": "image", "url": URL}, ""),
        ({"type": "image", "base64": PIXEL}, ""),
    ],
)
def test_what_a_part_says_beside_itself_is_named_as_left_out(part, lost):
    said = repr(tb.read_pairs([asked([part])]))

    assert ("Left out" in said) is bool(lost)
    assert lost in said


def test_a_part_of_another_type_is_refused_by_that():
    with pytest.raises(tb.PairsError, match="its type is 'video'"):
        tb.read_pairs([asked([{"type": "video", "video": "a.mp4"}])])


@pytest.mark.parametrize("column", ["image", "images"])
def test_an_image_as_an_address_of_data_is_part_of_the_prompt(column):
    plain = pair_of(ROW | {"image": {"bytes": base64.b64decode(PIXEL), "path": None}})

    assert pair_of(ROW | {column: URL if column == "image" else [URL]}).prompt == plain.prompt


# -- prompts that stand in the answers, too


def test_dialogues_that_begin_with_the_prompt_are_answers_without_it():
    reading = tb.read_pairs([{"prompt": ASKED, "chosen": ASKED + YES, "rejected": ASKED + NO}])

    pair = reading.found[0]
    assert (pair.prompt, pair.a, pair.b) == (ASKED, YES, NO)
    assert "Left out: the prompt at the beginning of both answers" in repr(reading)


def test_texts_that_begin_with_the_prompt_are_kept_and_told():
    row = {"prompt": "2 + 2 =", "chosen": "2 + 2 = 4", "rejected": "2 + 2 = 5"}

    reading = tb.read_pairs([row])

    assert reading.found[0].a == row["chosen"]
    assert "chosen and rejected begin with the whole prompt" in repr(reading)


# -- columns


@pytest.mark.parametrize(
    "row",
    [
        {"instruction": "q", "chosen": "a", "rejected": "b"},
        {"messages": ASKED, "chosen": YES[0], "rejected": NO[0]},
        {"messages": ASKED + YES, "rejected_response": "No."},
    ],
)
def test_who_preferred_is_read_in_every_layout(row):
    assert labels_of([row | {"annotator": "ann"}])[0]["annotator"] == "ann"


def test_numbers_times_and_names_of_databases_are_kept():
    cells = {
        "cost": decimal.Decimal("1.10"),
        "exact": decimal.Decimal("0.12345678901234567890123"),
        "run": uuid.UUID(int=1),
        "took": pd.Timedelta("1s").to_pytimedelta(),
    }

    assert pair_of(ROW | cells).meta == {
        "cost": 1.1,
        "exact": "0.12345678901234567890123",
        "run": str(uuid.UUID(int=1)),
        "took": "0:00:01",
    }
    assert pair_of(ROW | {"id": uuid.UUID(int=1)}).id == str(uuid.UUID(int=1))
    assert pair_of(ROW | {"id": decimal.Decimal(7)}).id == "7"


def test_an_index_with_a_name_is_a_column():
    frame = pd.DataFrame([ROW | {"topic": "water"}])

    by_prompt = tb.read_pairs(frame.set_index("prompt")).found[0]
    by_both = tb.read_pairs(frame.set_index(["topic", "prompt"])).found[0]

    assert (by_prompt.prompt, by_both.prompt) == (ROW["prompt"],) * 2
    assert by_prompt.meta == by_both.meta == {"topic": "water"}


@pytest.mark.parametrize("streamed", [False, True])
def test_classes_of_a_dataset_go_by_their_names(streamed):
    text = datasets.Value("string")
    features = datasets.Features(
        dict.fromkeys(TASK, text)
        | {"preference": datasets.ClassLabel(names=["a", "b"])}
        | {"topic": datasets.ClassLabel(names=["math", "code"])}
    )
    rows = {name: [text] * 2 for name, text in TASK.items()}
    rows |= {"prompt": ["p", "q"], "preference": [0, 1], "topic": [1, -1]}
    dataset = datasets.Dataset.from_dict(rows, features)

    reading = tb.read_pairs(dataset.to_iterable_dataset() if streamed else dataset)

    assert reading.labels["preference"].tolist() == ["a", "b"]
    assert [pair.meta for pair in reading.found] == [{"topic": "code"}, None]


def test_a_response_without_a_score_is_in_no_preference():
    reading = tb.read_pairs(
        [{"prompt": "q", "responses": ["a", "b", "c"], "scores": [1, float("nan"), 3]}]
    )

    assert (len(reading.found), len(reading.labels)) == (3, 1)
    assert "preferences on 1 of 3 responses without scores" in repr(reading)


def test_responses_that_datasets_holds_as_lists_by_name_are_objects():
    reading = tb.read_pairs([{"prompt": "q", "responses": {"text": ["a", "b"], "score": [1, 2]}}])

    assert [(pair.a, pair.b) for pair in reading.found] == [("a", "b")]
    assert reading.labels["preference"].tolist() == ["b"]


# -- files


@pytest.mark.parametrize("ending", ["jsonl", "json"])
@pytest.mark.parametrize("between", ["\n", "", ",\n"])
@pytest.mark.parametrize("indent", [None, 2])
def test_objects_one_after_the_other_are_rows(ending, between, indent, tmp_path):
    rows = [ROW, ROW | {"prompt": "Another?"}]
    path = tmp_path / f"rows.{ending}"
    path.write_text(between.join(json.dumps(row, indent=indent) for row in rows) + between)

    assert [dict(row) for _, row in open_table(path).rows] == rows


def test_what_spreadsheets_make_of_a_formula_is_told():
    said = repr(tb.read_pairs(io.StringIO("prompt,chosen,rejected\nq,#NAME?,b\n,,\n")))

    assert "Odd: chosen says only '#NAME?'" in said
    assert "1 line: 1 became a pair" in said  # and the row of separators is none


@pytest.mark.parametrize(
    ("source", "remedy"),
    [
        ({"train": [ROW]}, r"pairs\['train'\]"),
        (ROW, r"pairs = \[\.\.\.\]"),
        (json.dumps([ROW]), "io.StringIO"),
        (pl.DataFrame([ROW]).lazy(), r"pairs\.collect\(\)"),
    ],
)
def test_what_holds_rows_in_another_way_is_told_how_to_give_them(source, remedy):
    with pytest.raises(tb.PairsError, match=remedy):
        tb.read_pairs(source)
