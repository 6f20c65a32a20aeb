"""What stands at the edges of files: vendors' turns, odd encodings, wrong names, repetitions."""

import base64
import json

import pandas as pd
import pytest

import tiebreak as tb
from tiebreak.__main__ import main

ASKED = [{"role": "user", "content": "Is it warm?"}]
NO = [{"role": "assistant", "content": "No."}]
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
URL = "data:image/png;base64," + base64.b64encode(PNG).decode()
PAIR = {"prompt": "Name a river.", "response_a": "The Danube.", "response_b": "A road."}


def pair_of(row):
    return tb.read_pairs([row]).found[0]


# -- turns and parts as vendors write them


def test_a_former_function_call_is_a_call_of_a_tool_and_its_answer_a_tools():
    call = {"name": "weather", "arguments": '{"city": "Graz"}'}
    turns = [
        *ASKED,
        {"role": "assistant", "content": None, "function_call": call},
        {"role": "function", "name": "weather", "content": "21"},
    ]
    row = {"prompt": turns, "chosen": [{"role": "assistant", "content": "Yes."}], "rejected": NO}

    _, called, answered = pair_of(row).prompt

    assert called == {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"type": "function", "function": call}],
    }
    assert answered == {"role": "tool", "content": "21", "name": "weather"}
    assert not [found for found in tb.check([row]).findings if found.severity == "error"]


def test_an_answer_that_is_a_former_function_call_is_not_empty():
    call = {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{}"}}
    row = {"prompt": ASKED, "chosen": [call], "rejected": NO}

    assert pair_of(row).a[0]["tool_calls"][0]["function"]["name"] == "f"
    assert "P02" not in {found.rule for found in tb.check([row]).findings}


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": URL}},
        {"type": "image_url", "image_url": URL},
        {"type": "input_image", "image_url": URL},
        {"type": "image", "image": URL},
        {
            "type": "image",
            "source": {
                "type": "base64",
                "media_type": "image/png",
                "data": base64.b64encode(PNG).decode(),
            },
        },
    ],
)
def test_an_image_within_the_row_is_the_one_of_these_bytes(part):
    whole = [{"role": "assistant", "content": "Yes."}]

    def row(image):
        said = [{"role": "user", "content": [{"type": "input_text", "text": "What?"}, image]}]
        return {"prompt": said, "chosen": NO, "rejected": whole}

    given, plain = map(row, (part, {"image": PNG}))

    assert pair_of(given).prompt == pair_of(plain).prompt


def test_an_image_at_an_address_is_refused_by_it_with_what_to_do():
    part = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}
    row = {"prompt": [{"role": "user", "content": [part]}], "chosen": NO, "rejected": NO}

    with pytest.raises(tb.PairsError, match=r"example\.org/a\.png' is an address.*save it"):
        tb.read_pairs([row])


# -- files


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
@pytest.mark.parametrize("ending", ["csv", "jsonl", "json"])
def test_utf_16_is_read_with_its_mark_and_without(ending, encoding, tmp_path):
    row = {"prompt": "Größe?", "chosen": "groß", "rejected": "klein"}
    text = {
        "csv": pd.DataFrame([row]).to_csv(index=False),
        "jsonl": json.dumps(row, ensure_ascii=False) + "\n",
        "json": json.dumps([row], ensure_ascii=False),
    }[ending]
    file = tmp_path / f"rows.{ending}"
    file.write_bytes(text.encode(encoding))

    reading = tb.read_pairs(file)

    assert [(pair.prompt, pair.a, pair.b) for pair in reading.found] == [tuple(row.values())]
    assert f"was read in {encoding.upper()}" in repr(reading)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_python_alone_writes_is_named(word, tmp_path):
    file = tmp_path / "rows.jsonl"
    file.write_text(f'{{"prompt": "p", "chosen": "a", "rejected": "b", "score": {word}}}\n')

    with pytest.raises(tb.PairsError, match=f"{word}, which JSON does not have.*null"):
        tb.read_pairs(file)


def test_a_frame_that_pandas_split_is_told_as_that(tmp_path):
    file = tmp_path / "rows.json"
    file.write_text(pd.DataFrame([PAIR]).to_json(orient="split"))

    with pytest.raises(tb.PairsError, match="orient='split'"):
        tb.read_pairs(file)
    assert len(tb.read_pairs(pd.read_json(file, orient="split"))) == 1


def test_one_column_alone_is_refused_in_words():
    with pytest.raises(tb.PairsError, match="The Series has no columns"):
        tb.read_pairs(pd.Series(["a"]))


def test_a_number_beyond_floats_is_kept_beside_others():
    row = {"prompt": "p", "response_a": "x", "response_b": "y"}
    rows = [row | {"score": 10**400}, row | {"prompt": "q", "score": 1.5}]

    made = tb.make_pairs(rows, candidates=["response_a", "response_b"], seed=1)

    assert tb.read_pairs(rows).pairs["score"].tolist() == [10**400, 1.5]
    assert made.sort_values("prompt")["score"].tolist() == [10**400, 1.5]


def test_two_answers_that_are_lists_of_texts_are_told(tmp_path):
    file = tmp_path / "rows.csv"
    row = {"prompt": "q", "chosen": '["a", "b"]', "rejected": '["c"]'}
    pd.DataFrame([row, row | {"prompt": "p", "rejected": "c"}]).to_csv(file, index=False)

    assert (
        "chosen and rejected are JSON lists of texts, taken as they are written (line 2)"
        in repr(tb.read_pairs(file))
    )


# -- columns


def test_a_system_text_as_one_message_is_the_prompts():
    row = {"system": [{"role": "system", "content": "Be brief."}], **PAIR}

    assert pair_of(row).prompt[0] == {"role": "system", "content": "Be brief."}


def test_columns_the_wrong_way_round_are_turned_in_the_message():
    row = {"question": "q", "best": "a", "worst": "b"}

    with pytest.raises(tb.PairsError, match=r"columns=\{'prompt': 'question', 'chosen': 'best'"):
        tb.read_pairs([row], columns={"question": "prompt", "best": "chosen", "worst": "rejected"})


def test_the_guess_of_columns_keeps_a_preference_by_a_longer_name():
    row = {"prompt": "q", "model_1_response": "a", "model_2_response": "b", "preferred_model": "1"}

    with pytest.raises(tb.PairsError, match="'preference': 'preferred_model'"):
        tb.read_pairs([row])


def test_who_may_have_rated_is_asked_where_a_column_seems_to_name_them():
    rows = [PAIR | {"preference": said, "judge": who} for said, who in (("a", "x"), ("b", "y"))]

    assert "Does 'judge' name them? columns={'annotator': 'judge'}" in repr(tb.read_pairs(rows))
    named = tb.read_pairs(rows, columns={"annotator": "judge"})
    assert [header.annotator for header, _ in named.journals] == ["x", "y"]


# -- repeated and identical answers


def test_a_repeated_response_is_taken_once_with_its_first_score():
    row = {"prompt": "q", "responses": ["a", "a", "b"], "scores": [1, 5, 3]}

    reading = tb.read_pairs([row])

    assert [(pair.a, pair.b, pair.meta) for pair in reading.found] == [
        ("a", "b", {"scores_a": 1.0, "scores_b": 3.0})
    ]
    assert "1 of 3 responses, which are repeated" in repr(reading)


def test_what_a_session_leaves_out_is_skipped_in_its_account(open_session, capsys):
    same = {"prompt": "Same?", "response_a": "Yes.", "response_b": "Yes."}
    reading = tb.read_pairs([PAIR, same, same | {"prompt": "Once more?"}])

    with pytest.warns(UserWarning, match="identical responses"):
        open_session(reading)

    said = "".join(capsys.readouterr())
    assert "3 items: 1 became a pair, 2 were skipped." in said
    assert "Skipped: identical responses (items 1, 2)." in said
    assert "3 became pairs" in repr(reading)  # which is the reading's own


def test_convert_leaves_rows_of_identical_answers_out_where_it_is_to_skip(tmp_path, capsys):
    rows = [
        {"prompt": "q", "chosen": "a", "rejected": "b"},
        {"prompt": "p", "chosen": "b", "rejected": "b "},
    ]
    source, target = tmp_path / "rows.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))

    assert main(["convert", str(source), str(target), "--skip-errors"]) == 0
    assert "skipped: 2: both answers say the same" in capsys.readouterr().err
    assert [json.loads(line) for line in target.open()] == rows[:1]
    assert main(["convert", str(source), str(target), "--skip-errors", "--allow", "P01"]) == 0
    assert "(row 2)" in capsys.readouterr().out


# -- thumbs


def test_each_thumb_is_told_with_the_pair_that_it_goes_into():
    answers = [("q", "a", True), ("q", "b", False), ("p", "c", False)]
    rows = [
        {
            "messages": [
                {"role": "user", "content": asked},
                {"role": "assistant", "content": answered},
            ],
            "label": up,
        }
        for asked, answered, up in answers
    ]

    feedback = tb.read_feedback(rows)

    pair = feedback.found[0].id
    account = feedback.account
    told = account[account["kind"] == "row"]
    assert told["what"].tolist() == ["up", "down", "down, in no pair"]
    assert told["into"].tolist() == [pair, pair, None]
    assert "'messages' (prompt and response), 'label'" in repr(feedback)
    assert "1 thumb is in no pair" in repr(feedback)
