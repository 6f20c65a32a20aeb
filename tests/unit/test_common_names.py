"""Files of strangers: the names, forms and corners in which the same things are said."""

import json
from pathlib import Path

import pyarrow as pa
import pytest
from datasets import Dataset
from layout_samples import PIXEL, said
from pyarrow import parquet

import tiebreak as tb
from tiebreak.__main__ import main

ASKED, DANUBE, ROAD = "Name a river.", "The Danube.", "A road."
ANSWERS = {"chosen": DANUBE, "rejected": ROAD}
USER = said("user", ASKED)
CHOSEN, REJECTED = [said("assistant", DANUBE)], [said("assistant", ROAD)]
GIVEN_AS_MESSAGES = {"chosen": CHOSEN, "rejected": REJECTED}
EXCHANGE = [said("user", "Hi"), said("assistant", "Hello")]


def only(row, **options):
    """Read one row, and give its pair with the preference on it."""
    reading = tb.read_pairs([row], **options)
    (pair,) = reading.found
    return pair.prompt, pair.a, pair.b, reading.labels["preference"].tolist()


def sharegpt(*turns):
    return [{"from": speaker, "value": value} for speaker, value in turns]


def refused(row):
    with pytest.raises(tb.PairsError) as error:
        tb.read_pairs([row])
    return str(error.value)


# -- chosen and rejected answers, and a prompt of another name


@pytest.mark.parametrize("name", ["question", "input", "query", "problem", "instruction", "post"])
def test_answers_have_their_prompt_under_any_common_name(name):
    assert only({name: ASKED, **ANSWERS}) == (ASKED, DANUBE, ROAD, ["a"])
    assert only({name: ASKED, **GIVEN_AS_MESSAGES}) == ([USER], CHOSEN, REJECTED, ["a"])


@pytest.mark.parametrize("name", ["question", "input"])
def test_a_system_text_beside_a_prompt_of_another_name_is_part_of_it(name):
    prompt, *_ = only({"system": "Be terse.", name: ASKED, **ANSWERS})

    assert prompt == [said("system", "Be terse."), USER]


@pytest.mark.parametrize("name", ["conversation", "dialogue", "trajectory"])
@pytest.mark.parametrize("form", ["role", "from"])
def test_a_dialogue_before_the_answers_is_the_prompt(name, form):
    turns = [USER] if form == "role" else sharegpt(("human", ASKED))

    assert only({name: turns, **ANSWERS}) == ([USER], CHOSEN, REJECTED, ["a"])


def test_of_several_prompts_the_likeliest_is_read_and_the_others_are_kept():
    pair = tb.read_pairs([{"input": "z", "question": ASKED, **ANSWERS}]).found[0]

    assert pair.prompt == ASKED
    assert pair.meta == {"input": "z"}


def test_whole_dialogues_beside_a_question_are_parted():
    whole = {"chosen": [USER, *CHOSEN], "rejected": [USER, *REJECTED]}

    for question in (ASKED, ""):
        assert only({"question": question, **whole})[:3] == ([USER], CHOSEN, REJECTED)


def test_a_check_of_answers_with_a_question_finds_no_missing_prompt():
    found = tb.check([{"question": ASKED, **GIVEN_AS_MESSAGES}])

    assert [finding for finding in found.findings if finding.rule in ("P00", "P02")] == []


@pytest.mark.parametrize("prompt", [{}, {"prompt": sharegpt(("human", ASKED))}])
def test_chosen_and_rejected_may_be_sharegpts_messages(prompt):
    before = () if prompt else (("human", ASKED),)
    row = {
        **prompt,
        "chosen": sharegpt(*before, ("gpt", DANUBE)),
        "rejected": sharegpt(*before, ("gpt", ROAD)),
    }

    assert only(row) == ([USER], CHOSEN, REJECTED, ["a"])
    assert [f for f in tb.check([row]).findings if f.severity == "error"] == []


# -- what stands beside the prompt


@pytest.mark.parametrize("name", ["System", "systemPrompt", "system-message", "sys_prompt"])
def test_a_system_text_is_known_however_its_name_is_spelled(name):
    assert only({name: "Be terse.", "prompt": ASKED, **ANSWERS})[0][0]["role"] == "system"


def test_a_system_text_may_be_a_message():
    prompt, *_ = only({"system": said("system", "Terse."), "prompt": ASKED, **ANSWERS})

    assert prompt == [said("system", "Terse."), USER]


@pytest.mark.parametrize("history", [EXCHANGE, json.dumps(EXCHANGE), '[["Hi", "Hello"]]'])
@pytest.mark.parametrize("name", ["history", "chatHistory", "previous_messages"])
def test_a_history_is_known_by_any_common_name_and_as_json(name, history):
    prompt, *_ = only({name: history, "prompt": ASKED, **ANSWERS})

    assert prompt == [*EXCHANGE, USER]


def test_an_empty_history_of_a_csv_file_is_none():
    assert only({"history": "[]", "prompt": ASKED, **ANSWERS})[0] == ASKED


@pytest.mark.parametrize("name", ["input", "passage", "conversation", "videos"])
def test_what_may_be_part_of_the_prompt_and_is_not_is_told(name):
    reading = tb.read_pairs([{"prompt": ASKED, name: "something", **ANSWERS}])

    assert f"{name!r} (not in the prompt; was it part of what was asked?)" in repr(reading)


def test_images_that_no_place_waits_for_stand_before_the_question(tmp_path):
    Path(tmp_path / "cat.png").write_bytes(PIXEL)
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"prompt": ASKED, "images": ["cat.png"], **ANSWERS}))

    (pair,) = tb.read_pairs(file).found

    assert [part["type"] for part in pair.prompt[0]["content"]] == ["image", "text"]


@pytest.mark.parametrize("images", [[], None])
def test_no_images_are_no_error_of_a_check(images):
    found = tb.check([{"prompt": ASKED, "images": images, **ANSWERS}])

    assert [finding for finding in found.findings if finding.rule == "P18"] == []


# -- trainers' rows of other versions


def test_ms_swifts_rows_of_version_2_are_read():
    row = {"query": ASKED, "response": DANUBE, "rejected_response": ROAD}

    assert only(row) == (ASKED, DANUBE, ROAD, ["a"])
    whole = row | {"system": "Terse.", "history": [["Hi", "Hello"]]}
    assert only(whole)[0] == [said("system", "Terse."), *EXCHANGE, USER]


def test_ms_swifts_dialogue_may_be_sharegpts():
    dialogue = sharegpt(("human", ASKED), ("gpt", DANUBE))

    row = {"conversations": dialogue, "rejected_response": ROAD}
    assert only(row) == ([USER], CHOSEN, REJECTED, ["a"])


def test_ms_swifts_calls_of_tools_are_read():
    dialogue = [
        USER,
        said("tool_call", '{"name": "rivers", "arguments": {}}'),
        said("tool_response", "Danube"),
        *CHOSEN,
    ]

    prompt, *_ = only({"messages": dialogue, "rejected_response": ROAD})

    assert [turn["role"] for turn in prompt] == ["user", "assistant", "tool"]
    assert prompt[1]["tool_calls"][0]["function"] == {"name": "rivers", "arguments": {}}


def test_an_alpaca_ranking_may_list_its_answers_best_first():
    row = {"id": "r1", "instruction": ASKED, "input": "", "output": [DANUBE, ROAD], "of": "site"}
    reading = tb.read_pairs([row])

    assert only(row) == (ASKED, DANUBE, ROAD, ["a"])
    assert (reading.found[0].id, reading.found[0].meta) == ("r1", {"of": "site"})
    assert len(tb.read_pairs([row | {"output": [DANUBE, ROAD, "x"]}]).labels) == 3


# -- lists of responses


@pytest.mark.parametrize(
    "beside",
    [
        {"scores": [2, 1]},
        {"ratings": [2, 1]},
        {"rewards": ["2.5", "1"]},
        {"score": "[2, 1]"},
        {"ranks": [1, 2]},
    ],
)
def test_listed_responses_are_ranked_by_whatever_scores_them(beside):
    assert only({"prompt": ASKED, "responses": [DANUBE, ROAD], **beside})[3] == ["a"]


def test_listed_responses_may_be_json_in_a_cell():
    row = {"prompt": ASKED, "responses": json.dumps([DANUBE, ROAD])}

    assert only(row) == (ASKED, DANUBE, ROAD, [])


def test_a_missing_response_is_left_out_with_its_score_and_told():
    rows = [{"prompt": ASKED, "responses": [None, ROAD, DANUBE], "scores": [9, 1, 2]}]
    reading = tb.read_pairs(rows)

    assert (reading.found[0].a, reading.found[0].b) == (ROAD, DANUBE)
    assert reading.labels["preference"].tolist() == ["b"]
    assert "1 of 3 responses, which are missing" in repr(reading)


@pytest.mark.parametrize("name", ["candidates", "completions", "generations"])
@pytest.mark.parametrize("made", [str, lambda text: {"text": text, "score": len(text)}])
def test_a_list_of_another_name_is_guessed_and_the_guess_is_read(name, made):
    row = {"prompt": ASKED, name: [made(DANUBE), made(ROAD)]}

    assert f"columns={{'responses': {name!r}}}" in refused(row)
    assert only(row, columns={"responses": name})[:3] == (ASKED, DANUBE, ROAD)


def test_nothing_is_guessed_that_would_rename_nothing():
    row = {"chosen": [{"text": "x"}], "rejected": [{"text": "y"}]}

    assert "Did you mean" not in refused(row)


# -- preferences


@pytest.mark.parametrize("kind", ["csv", "rows", "frame", "dataset", "parquet"])
def test_preferences_of_1_and_2_are_read_though_a_gap_made_fractions_of_them(kind, tmp_path):
    texts = {"response_a": DANUBE, "response_b": ROAD}
    said = [1.0, 2.0, None]
    rows = [{"prompt": f"q{n}", **texts, "preference": x} for n, x in enumerate(said)]
    file = tmp_path / f"rows.{kind}"
    if kind == "csv":
        lines = [",".join(map(str, row.values())) for row in rows]
        file.write_text("\n".join([",".join(rows[0]), *lines]).replace("None", ""))
    if kind == "parquet":
        parquet.write_table(pa.Table.from_pylist(rows), file)
    source = {"csv": file, "parquet": file, "rows": rows}.get(kind)
    if source is None:
        source = Dataset.from_list(rows)
        source = source.to_pandas() if kind == "frame" else source

    assert tb.read_pairs(source).labels["preference"].tolist() == ["a", "b"]


@pytest.mark.parametrize("zero", ["0.0", 0.0, "0"])
def test_a_zero_says_nothing_about_which_response_is_meant(zero):
    row = {"prompt": ASKED, "response_a": DANUBE, "response_b": ROAD, "preference": zero}

    assert "a preference is 0" in refused(row)


@pytest.mark.parametrize("name", ["winner", "label", "chosen"])
def test_a_verdict_of_another_name_is_not_kept_in_silence(name):
    row = {"prompt": ASKED, "response_a": DANUBE, "response_b": ROAD, name: "b"}

    assert "read as no preference" in repr(tb.read_pairs([row]))
    assert only(row, columns={"preference": name})[3] == ["b"]


# -- thumbs


@pytest.mark.parametrize(
    ("asked", "answered", "thumb"),
    [
        ("prompt", "response", "label"),
        ("question", "answer", "feedback"),
        ("instruction", "output", "kto_tag"),
        ("prompt", "completion", "rating"),
    ],
)
@pytest.mark.parametrize(("up", "down"), [(True, False), (1, 0), ("1", "-1"), ("true", "false")])
def test_thumbs_are_found_by_their_common_names(asked, answered, thumb, up, down):
    rows = [
        {asked: ASKED, answered: DANUBE, thumb: up},
        {asked: ASKED, answered: ROAD, thumb: down},
    ]
    feedback = tb.read_feedback(rows)

    assert feedback.thumbs["label"].tolist() == [True, False]
    assert [(pair.prompt, pair.a, pair.b) for pair in feedback.found] == [(ASKED, DANUBE, ROAD)]


@pytest.mark.parametrize("dialogue", ["messages", "conversation", "dialogue"])
@pytest.mark.parametrize("thumb", ["label", "feedback", "liked"])
def test_thumbs_on_dialogues_are_found_by_their_common_names(dialogue, thumb):
    rows = [
        {dialogue: [USER, *answer], thumb: up}
        for answer, up in ((CHOSEN, "like"), (REJECTED, "dislike"))
    ]
    (pair,) = tb.read_feedback(rows).found

    assert (pair.prompt, pair.a, pair.b) == ([USER], CHOSEN, REJECTED)


def test_alpacas_input_is_part_of_what_a_thumb_is_about():
    row = {"instruction": "Translate.", "input": "Haus", "output": "House", "kto_tag": True}

    assert tb.read_feedback([row]).thumbs["prompt"].tolist() == ["Translate.\nHaus"]


@pytest.mark.parametrize(
    ("up", "down"),
    [
        ("desirable", "undesirable"),
        ("upvote", "downvote"),
        (":+1:", ":-1:"),
        ("1.0", "0.0"),
        ("helpful", "not_helpful"),
    ],
)
def test_thumbs_are_known_by_more_words(up, down):
    rows = [{"prompt": ASKED, "response": x, "thumb": x} for x in (up, down)]

    assert tb.read_feedback(rows).thumbs["label"].tolist() == [True, False]


# -- texts that are none


@pytest.mark.parametrize(
    "written",
    [
        json.dumps(json.dumps([USER, *CHOSEN])),
        json.dumps({"conversation": [USER, *CHOSEN]}),
    ],
)
def test_messages_written_as_text_twice_or_within_an_object_are_refused(written):
    assert "messages written as text" in refused({"prompt": ASKED, **ANSWERS, "chosen": written})


def test_an_answer_that_is_json_by_right_is_an_answer():
    for answer in ('"[a quote]"', '{"conversation": "none"}', '[{"role": "admin"}]'):
        assert only({"prompt": ASKED, **ANSWERS, "chosen": answer})[1] == answer


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff \u200d"])
def test_a_text_of_characters_without_width_is_odd_to_reading_and_checking(unseen):
    rows = [{"prompt": ASKED, **ANSWERS, "rejected": unseen}]

    assert "which programs write for nothing" in repr(tb.read_pairs(rows))
    assert "P02" in [finding.rule for finding in tb.check(rows).findings]


# -- texts in parts


@pytest.mark.parametrize("target", ["openai", "llama_factory", "axolotl", "torchtune", "ms_swift"])
@pytest.mark.parametrize("texts", [["Hi"], ["Hi", "you"]])
def test_parts_that_are_all_text_become_a_text_where_the_format_wants_one(target, texts, tmp_path):
    parts = [{"type": "text", "text": text} for text in texts]
    row = {"prompt": [said("user", parts)], **GIVEN_AS_MESSAGES}
    session = tb.Session(tmp_path / "s", tb.read_pairs([row]))
    file = tmp_path / ("out.json" if target == "llama_factory" else "out.jsonl")

    report = session.export(file, format=target)

    assert report.rows == 1
    assert "1 messages in parts, all of them text, became strings" in report.notes
    (pair,) = tb.read_pairs(file).found
    assert (pair.prompt, pair.a) == ([said("user", "\n".join(texts))], CHOSEN)


def test_a_file_for_trl_has_texts_in_one_form(tmp_path):
    parts = [{"type": "text", "text": "Hi"}]
    mixed = {"prompt": [said("user", parts)], **GIVEN_AS_MESSAGES}
    whole = {
        name: [
            message | {"content": parts if name == "prompt" else [{"type": "text", "text": name}]}
        ]
        for name, (message,) in mixed.items()
    }
    for row, form in ((mixed, str), (whole, list)):
        file = tmp_path / f"{form.__name__}.jsonl"
        tb.Session(tmp_path / form.__name__, tb.read_pairs([row])).export(file)
        written = json.loads(file.read_text())
        assert {type(message["content"]) for name in row for message in written[name]} == {form}


# -- what is lost


@pytest.mark.parametrize("value", [[1.0, float("inf")], {"x": {"y": [float("-inf")]}}])
def test_an_infinite_number_within_an_object_is_told(value):
    row = {"prompt": ASKED, **ANSWERS, "score": value}

    assert "an infinite number in 'score', which JSON cannot hold" in repr(tb.read_pairs([row]))
    told = repr(tb.read_pairs([row | {"score": [1.0, None, float("nan")]}]))
    assert "infinite" not in told


def test_making_pairs_tells_what_it_leaves_out():
    rows = [
        {"prompt": "p", "response": "x", "model": "m", "tokens": 3},
        {"prompt": "p", "response": "y", "model": "n", "tokens": 4},
        {"prompt": "q", "response": "z", "model": "m", "tokens": 5},
    ]
    pairs = tb.make_pairs(rows, response="response", model="model")

    assert pairs.attrs["left_out"] == {
        "prompts with fewer than two responses": 1,
        "the column 'tokens'": 1,
    }


# -- on the command line


def test_a_file_with_a_question_is_converted_without_further_words(tmp_path, capsys):
    file = tmp_path / "orca.jsonl"
    file.write_text(json.dumps({"system": "Terse.", "question": ASKED, **ANSWERS}))

    assert main(["convert", str(file), str(tmp_path / "out.jsonl")]) == 0
    assert main(["check", str(file)]) == 0

    assert "'question' (prompt)" in "".join(capsys.readouterr())
    (pair,) = tb.read_pairs(tmp_path / "out.jsonl").found
    assert pair.prompt == [said("system", "Terse."), USER]
