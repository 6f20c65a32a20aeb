"""What trainers and annotation tools publish, and what we write for them, is read."""

import json

import pandas as pd
import pytest
from layout_samples import SAMPLES, said

import tiebreak as tb

ASKED = said("user", "Name a river.")
DANUBE, ROAD = [said("assistant", "The Danube.")], [said("assistant", "A road.")]


def read(*rows, **options):
    reading = tb.read_pairs(list(rows), **options)
    return [(pair.prompt, pair.a, pair.b) for pair in reading.found], reading


def preferences(reading):
    return reading.labels["preference"].tolist()


def refused(row, **options):
    with pytest.raises(tb.PairsError) as error:
        tb.read_pairs([row], **options)
    return str(error.value)


# -- ms-swift


@pytest.mark.parametrize("rejected", ["A road.", ROAD, ROAD[0]])
def test_the_rejected_response_stands_in_the_place_of_the_last_answer(rejected):
    brief = said("system", "Be brief.")
    row = {"messages": [brief, ASKED, *DANUBE], "rejected_response": rejected}

    texts, reading = read(row)

    assert texts == [([brief, ASKED], DANUBE, ROAD)]
    assert (reading.layout, preferences(reading)) == ("ms_swift", ["a"])


def test_rejected_messages_are_a_whole_dialogue():
    texts, _ = read({"messages": [ASKED, *DANUBE], "rejected_messages": [ASKED, *ROAD]})

    assert texts == [([ASKED], DANUBE, ROAD)]


@pytest.mark.parametrize("messages", [[ASKED], DANUBE, []])
def test_a_dialogue_that_ends_with_no_answer_is_named(messages):
    assert "messages" in refused({"messages": messages, "rejected_response": "x"})


# -- LLaMA-Factory's v1 form


def test_parts_with_values_are_text():
    row = SAMPLES["llama_factory_v1"][0]

    assert read(row)[0] == [
        (
            [said("user", "Name a metal.")],
            [said("assistant", "Iron.")],
            [said("assistant", "Wood.")],
        )
    ]


def test_such_parts_are_none_where_a_trainer_reads_texts():
    said_so = [{"type": "text", "value": "The Danube."}]
    row = {"chosen": [ASKED, said("assistant", said_so)], "rejected": [ASKED, *ROAD]}

    assert "a message part that is neither text, an image nor audio in chosen" in refused(row)


# -- Axolotl


@pytest.mark.parametrize("answer", ["The Danube.", DANUBE[0], DANUBE])
def test_an_answer_is_a_text_a_message_or_a_list_of_one(answer):
    texts, reading = read({"messages": [ASKED], "chosen": answer, "rejected": ROAD[0]})

    assert texts == [([ASKED], DANUBE, ROAD)]
    assert reading.layout == "axolotl"


def test_messages_that_repeat_the_chosen_dialogue_are_no_prompt():
    whole = [ASKED, *DANUBE]
    texts, reading = read({"messages": whole, "chosen": whole, "rejected": [ASKED, *ROAD]})

    assert texts == [([ASKED], DANUBE, ROAD)]
    assert reading.layout == "trl"


# -- NeMo-RL


@pytest.mark.parametrize(("ranks", "preference"), [((0, 1), "a"), ((1, 0), "b"), ((0, 0), "tie")])
def test_the_lower_rank_is_preferred(ranks, preference):
    completions = [
        {"rank": rank, "completion": answer}
        for rank, answer in zip(ranks, (DANUBE, ROAD), strict=True)
    ]
    texts, reading = read({"context": [ASKED], "completions": completions})

    assert texts == [([ASKED], DANUBE, ROAD)]
    assert preferences(reading) == [preference]


def test_every_two_completions_are_a_pair():
    completions = [{"rank": n, "completion": [said("assistant", str(n))]} for n in range(3)]

    assert preferences(read({"context": [ASKED], "completions": completions})[1]) == ["a"] * 3


# -- lists of answers


def test_each_chosen_answer_is_preferred_to_each_rejected_one():
    row = {"id": "7", "prompt": "p", "chosen": ["x", "y"], "rejected": ["v", "w"], "topic": "t"}

    texts, reading = read(row)

    assert texts == [("p", a, b) for a in "xy" for b in "vw"]
    assert preferences(reading) == ["a"] * 4
    assert reading.found[0].meta == {"topic": "t", "row_id": "7"}


def test_one_answer_in_each_list_is_the_rows_pair():
    reading = read({"id": "7", "prompt": "p", "chosen": ["x"], "rejected": ["v"]})[1]

    assert reading.found[0].id == "7"


def test_a_list_of_texts_in_a_later_row_is_told_with_what_reads_it():
    rows = [
        {"prompt": "p", "chosen": "x", "rejected": "y"},
        {"prompt": "q", "chosen": ["x", "z"], "rejected": ["y"]},
    ]
    with pytest.raises(tb.PairsError, match=r"several answers in a list.*layout='answer_lists'"):
        tb.read_pairs(rows)
    assert len(tb.read_pairs(rows, layout="answer_lists")) == 3


@pytest.mark.parametrize(
    ("by", "values", "expected"),
    [
        ("scores", [0.1, 0.9, 0.9], ["b", "b", "tie"]),
        ("rewards", [2, 1, 0], ["a", "a", "a"]),
        ("ranks", [2, 1, 3], ["b", "a", "a"]),
    ],
)
def test_scored_responses_give_pairs_with_preferences(by, values, expected):
    row = {"id": "7", "prompt": "p", "responses": ["x", "y", "z"], by: values}
    row["models"] = ["k", "l", "m"]

    texts, reading = read(row)

    assert texts == [("p", "x", "y"), ("p", "x", "z"), ("p", "y", "z")]
    assert preferences(reading) == expected
    assert set(reading.labels["source"]) == {"human" if by == "ranks" else "judge"}
    assert (reading.found[2].model_a, reading.found[2].model_b) == ("l", "m")
    assert reading.found[0].meta == {"row_id": "7", f"{by}_a": values[0], f"{by}_b": values[1]}


def test_responses_that_nobody_scored_are_pairs_to_label():
    texts, reading = read({"id": "1", "prompt": "p", "responses": ["x", "y"]})

    assert texts == [("p", "x", "y")]
    assert reading.labels.empty
    assert reading.found[0].id == "1"


def test_responses_may_be_objects_with_their_scores_and_models():
    responses = [{"text": "x", "score": 1, "model": "k"}, {"text": "y", "score": 3, "model": "l"}]
    texts, reading = read({"prompt": "p", "responses": responses})

    assert texts == [("p", "x", "y")]
    assert preferences(reading) == ["b"]
    assert (reading.found[0].model_a, reading.found[0].model_b) == ("k", "l")


def test_as_many_scores_as_responses_are_needed():
    row = {"prompt": "p", "responses": ["x", "y"], "scores": [1]}

    assert "1 scores for 2 responses" in refused(row)


# -- RLAIF-V


def test_the_question_is_about_the_image():
    (pair,) = tb.read_pairs(SAMPLES["rlaif_v"]).found

    (asked,) = pair.prompt
    assert [part["type"] for part in asked["content"]] == ["image", "text"]
    assert pair.meta == {"ds_name": "RLAIF-V", "origin_dataset": "COCO", "idx": 0}


# -- Label Studio's JSON-MIN


@pytest.mark.parametrize(
    ("selected", "preference"),
    [
        ([{"selected": "left"}], "a"),
        ([{"selected": "right"}], "b"),
        ('[{"selected": "right"}]', "b"),  # as CSV has it
        ("Tie", "tie"),
    ],
)
def test_what_was_selected_is_the_preference(selected, preference):
    row = SAMPLES["label_studio_min"][0] | {"comparison": selected}

    reading = read(row)[1]

    (label,) = reading.labels.to_dict("records")
    assert (label["annotator"], label["preference"]) == ("10", preference)
    assert (label["seconds"], label["note"]) == (4.288, "why: Wood is none.")
    assert reading.found[0].meta == {"task": "12"}


def test_a_row_in_which_nothing_was_selected_is_named():
    row = {k: v for k, v in SAMPLES["label_studio_min"][0].items() if k != "comparison"}

    assert "no column says which response is preferred" in refused(row)


def test_data_with_the_names_of_pairs_are_still_label_studios():
    row = SAMPLES["label_studio_min"][0] | {"response_a": "Iron.", "response_b": "Wood."}
    del row["answer1"], row["answer2"]

    assert read(row)[1].layout == "label_studio_min"
    assert read(row | {"preference": "left"})[1].layout == "label_studio_min"


# -- what we write


PAIRS = [
    {"id": f"p{n}", "prompt": f"Name {n}.\n", "response_a": f"It is {n}.", "response_b": f"No {n}!"}
    for n in range(4)
]
CHATS = [
    {
        "id": pair["id"],
        "prompt": [said("system", "Be brief."), said("user", pair["prompt"])],
        "response_a": [said("assistant", pair["response_a"])],
        "response_b": [said("assistant", pair["response_b"])],
    }
    for pair in PAIRS
]
FORMATS = [
    *(("trl", ".jsonl"), ("trl", ".parquet"), ("openai", ".jsonl"), ("llama_factory", ".json")),
    *(
        ("axolotl", ".jsonl"),
        ("nemo_rl", ".jsonl"),
        ("openrlhf", ".jsonl"),
        ("torchtune", ".jsonl"),
    ),
]
# Annotation tools show a dialogue as one text, and verl's strings hold none.
FORMATS_OF_TEXTS = [
    *FORMATS,
    *(("label_studio", ".json"), ("argilla", ".json"), ("verl", ".parquet"), ("raw", ".jsonl")),
]
WRITTEN = [(*kind, PAIRS) for kind in FORMATS_OF_TEXTS] + [(*kind, CHATS) for kind in FORMATS]


def in_messages(role, text):
    return text if isinstance(text, list) else [said(role, text)]


def told(pair, preference):
    """The pair in messages, the preferred answer first."""
    prompt, a, b = pair
    answers = [in_messages("assistant", a), in_messages("assistant", b)]
    return in_messages("user", prompt), answers[:: 1 if preference == "a" else -1]


@pytest.mark.parametrize(("kind", "ending", "pairs"), WRITTEN)
def test_what_is_written_for_a_trainer_is_read_again(open_session, tmp_path, kind, ending, pairs):
    session = open_session(pairs)
    preferences = ["a", "b", "b", "a"]
    for pair, preference in zip(session.pairs.index, preferences, strict=True):
        session.label(pair, preference)
    path = tmp_path / f"out{ending}"
    session.export(path, format=kind)

    reading = tb.read_pairs(path)

    sides = reading.labels.set_index("pair")["preference"]
    back = [told((p.prompt, p.a, p.b), sides[p.id]) for p in reading.found]
    texts = session.pairs[["prompt", "a", "b"]].itertuples(index=False)
    assert sorted(back, key=json.dumps) == sorted(
        (told(pair, preference) for pair, preference in zip(texts, preferences, strict=True)),
        key=json.dumps,
    )


def test_images_that_are_written_for_trl_are_read_again(open_session, tmp_path):
    pillow = pytest.importorskip("PIL.Image")
    picture = pillow.new("L", (1, 1))
    prompt = [
        {
            "role": "user",
            "content": [
                {"type": "image", "image": picture},
                {"type": "text", "text": "What is this?"},
            ],
        }
    ]
    session = open_session(
        [
            {"prompt": prompt, "response_a": "A dot.", "response_b": "A cat."},
            {"prompt": "And this?", "response_a": "A dot.", "response_b": "A cat."},
        ]
    )
    for pair in session.pairs.index:
        session.label(pair, "a")
    session.export(tmp_path / "v.parquet")

    for source in (
        tmp_path / "v.parquet",
        pd.read_parquet(tmp_path / "v.parquet"),
        session.to_dataset(),
    ):
        found = tb.read_pairs(source).found
        shown = [x for x in found[0].prompt[0]["content"] if x["type"] == "image"]
        assert shown == [
            x for x in session.pairs.iloc[0]["prompt"][0]["content"] if x["type"] == "image"
        ]
        assert found[0].meta is None


# -- Label Studio's server, and distilabel


def test_several_annotations_of_one_annotator_are_all_kept():
    task = SAMPLES["label_studio"][0]
    first = task["annotations"][0]

    reading = tb.read_pairs([task | {"annotations": [first, first | {"lead_time": 9.0}]}])

    who = reading.labels["annotator"].tolist()
    assert who[1:] == [f"{who[0]} (2)"]


def test_messages_beside_an_instruction_are_trls():
    row = {"prompt": [ASKED], "instruction": "Name a river.", "chosen": DANUBE, "rejected": ROAD}

    assert read(row)[1].layout == "trl"
