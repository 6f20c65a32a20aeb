"""What people brought, and the right value that stands beside it."""

import json

import pytest
from helpers import DATA
from layout_samples import said

import tiebreak as tb

CASES = DATA.parent / "field-cases"
ASKED = said("user", "Name a river.")
DANUBE, ROAD = [said("assistant", "The Danube.")], [said("assistant", "A road.")]
HELLO = [said("user", "Hi"), said("assistant", "Hello")]
TWO_AND_TWO = [said("user", "2+2?"), said("assistant", "4"), said("user", "plus 1?")]


def case(name):
    file = CASES / name
    if not file.exists():
        pytest.skip(f"{name} is not at {CASES}")
    return file


def found(reading):
    return [(pair.prompt, pair.a, pair.b) for pair in reading.found]


@pytest.mark.parametrize(
    ("name", "pairs"),
    [
        ("01_sharegpt.json", [([ASKED], DANUBE, ROAD)]),
        ("06_responses_list.jsonl", [("Name a river.", "The Danube.", "A road.")]),
        (
            "08a_swift.jsonl",
            [
                ([said("system", "Be brief."), ASKED], DANUBE, ROAD),
                (TWO_AND_TWO, [said("assistant", "5")], [said("assistant", "Seven")]),
            ],
        ),
        ("08b_swift.jsonl", [([ASKED], DANUBE, ROAD)]),
        ("08c_swift.jsonl", [([ASKED], DANUBE, ROAD)]),
        ("10a_axolotl.jsonl", [([ASKED], DANUBE, ROAD)]),
        ("11a_system.jsonl", [([said("system", "You are terse."), ASKED], DANUBE, ROAD)]),
        ("11b_history.jsonl", [([*HELLO, ASKED], DANUBE, ROAD)]),
        ("11c_system_pairs.jsonl", [([said("system", "Be terse."), ASKED], DANUBE, ROAD)]),
        (
            "21_rewardbench2.jsonl",
            [("Name a river.", "The Danube.", x) for x in ("A road.", "A tree.", "A rock.")],
        ),
        ("36_opposite.jsonl", [("Name a river.", "The Danube.", "The Rhine.")]),
    ],
)
def test_a_case_gives_its_pairs(name, pairs):
    assert found(tb.read_pairs(case(name))) == pairs


@pytest.mark.parametrize(
    ("name", "preferences"),
    [
        ("08a_swift.jsonl", ["a", "a"]),
        ("10a_axolotl.jsonl", ["a"]),
        ("21_rewardbench2.jsonl", ["a", "a", "a"]),
        ("36_opposite.jsonl", ["a", "b"]),
        ("37_preference_numbers.json", ["a", "b"]),
        ("37b.csv", ["a", "b"]),
        ("37c_left.jsonl", ["a"]),
    ],
)
def test_a_case_gives_its_preferences(name, preferences):
    assert tb.read_pairs(case(name)).labels["preference"].tolist() == preferences


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "02_kto.json",
            r"single responses with a thumb each .*tiebreak\.read_feedback\(\.\.\.\) reads it",
        ),
        ("03_parts.jsonl", "neither text, an image nor audio in chosen"),
        (
            "05_question_jk.json",
            "columns={'prompt': 'question', 'chosen': 'response_j', 'rejected': 'response_k'}",
        ),
        ("09_text.csv", "messages written as text in prompt"),
        ("09b_answers_only.jsonl", "messages written as text in chosen"),
        ("09c_prompt_only.jsonl", "messages written as text in prompt"),
        ("09d_one_message.jsonl", "messages written as text in rejected"),
        ("18_jsonstr.jsonl", "messages written as text"),
        ("34_vision.jsonl", r"cat\.png: No such file"),
        ("34b_sharegpt_image.json", r"cat\.png: No such file"),
        ("35a_empty_turns.jsonl", "an empty turn of the user in prompt: line 2"),
    ],
)
def test_a_case_is_refused_with_what_is_wrong(name, told):
    with pytest.raises(tb.PairsError, match=told):
        tb.read_pairs(case(name))


@pytest.mark.parametrize("name", ["43_ids.json", "43b_openai_ids.jsonl", "43c_hh_ids.jsonl"])
def test_ids_and_sources_are_kept(name):
    (pair,) = tb.read_pairs(case(name)).found

    assert pair.id == "r1"
    assert pair.meta["source"] == "site-a"


@pytest.mark.parametrize("name", ["16_tools.jsonl", "17c_openai_tools.jsonl"])
def test_tools_are_kept(name):
    reading = tb.read_pairs(case(name))

    assert all(pair.meta["tools"][0]["function"]["name"] == "weather" for pair in reading.found)
    assert "tools" in repr(reading)


def test_thumbs_in_dialogues_are_a_pair_and_kto_rows(tmp_path):
    feedback = tb.read_feedback(case("02_kto.json"))

    assert found(feedback) == [([ASKED], DANUBE, ROAD)]
    assert feedback.labels["preference"].tolist() == ["a"]
    feedback.export(tmp_path / "k.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "k.jsonl").read_text().splitlines()]
    assert rows == [
        {"prompt": [ASKED], "completion": DANUBE, "label": True},
        {"prompt": [ASKED], "completion": ROAD, "label": False},
    ]


def test_thumbs_of_any_spelling_and_skin_are_counted():
    thumbs = tb.read_feedback(case("28_thumbs.json")).thumbs

    assert thumbs["label"].tolist() == [True, False, False]


def test_lists_of_responses_are_made_pairs_of():
    pairs = tb.make_pairs(case("06_responses_list.jsonl"), response="responses")

    assert {pairs["response_a"].item(), pairs["response_b"].item()} == {"The Danube.", "A road."}


@pytest.mark.parametrize(
    ("name", "layout", "count"),
    [
        ("llama_factory/dpo_en_demo.json", "sharegpt", 295),
        ("samples/llama_factory-v1_dpo_demo.jsonl", "llama_factory_v1", 10),
        ("samples/torchtune-hh_rlhf_tiny.json", "trl", 1),
        ("samples/turbo_alignment-train_preferences.jsonl", "turbo_alignment", 16),
    ],
)
def test_published_samples_are_read_and_as_chosen_and_rejected_read_again(name, layout, count):
    file = DATA / name
    if not file.exists():
        pytest.skip(f"{name} is not at {DATA}")
    reading = tb.read_pairs(file)
    assert (reading.layout, len(reading)) == (layout, count)

    frame = reading.pairs.assign(chosen=reading.pairs["a"], rejected=reading.pairs["b"])
    again = tb.read_pairs(frame[["prompt", "chosen", "rejected"]])
    assert found(again) == found(reading)


def test_the_merged_rows_of_a_real_file_are_told():
    file = DATA / "llama_factory/dpo_en_demo.json"
    if not file.exists():
        pytest.skip(f"the DPO rows are not at {DATA}")
    account = tb.read_pairs(file).account

    assert (account["fate"] == "merged").sum() == 5
