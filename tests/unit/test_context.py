"""What stands beside the prompt becomes part of it, in every layout."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from layout_samples import PIXEL, SAMPLES, said

import tiebreak as tb

ASKED = said("user", "Name a river.")
DANUBE, ROAD = [said("assistant", "The Danube.")], [said("assistant", "A road.")]
TEXTS = {"prompt": "Name a river.", "chosen": "The Danube.", "rejected": "A road."}
PAIR = {"prompt": "Name a river.", "response_a": "The Danube.", "response_b": "A road."}
CAT = {"bytes": PIXEL, "path": "cat.png"}


def only(*rows, **options):
    (pair,) = tb.read_pairs(list(rows), **options).found
    return pair


def refused(row, **options):
    with pytest.raises(tb.PairsError) as error:
        tb.read_pairs([row], **options)
    return str(error.value)


@pytest.mark.parametrize("name", ["system", "system_prompt", "system_message", "context"])
@pytest.mark.parametrize("row", [TEXTS, PAIR])
def test_a_system_text_is_the_first_message(row, name):
    pair = only(row | {name: "Be terse."})

    assert pair.prompt == [said("system", "Be terse."), ASKED]
    assert (pair.a, pair.b) == (DANUBE, ROAD)
    assert pair.meta is None


@pytest.mark.parametrize("nothing", [None, "", " ", float("nan")])
def test_an_empty_system_text_leaves_the_pair_as_it_is(nothing):
    assert only(TEXTS | {"system": nothing}).prompt == "Name a river."


def test_system_and_context_are_one_message():
    pair = only(TEXTS | {"system": "Be terse.", "context": "The Danube is a river."})

    assert pair.prompt[0] == said("system", "Be terse.\n\nThe Danube is a river.")


def test_a_system_text_that_the_prompt_begins_with_is_not_said_twice():
    prompt = [said("system", "Be terse."), ASKED]
    row = {"system": "Be terse.", "prompt": prompt, "chosen": DANUBE, "rejected": ROAD}

    assert only(row).prompt == prompt
    assert "says something else than the system message" in refused(row | {"system": "Be kind."})


@pytest.mark.parametrize(
    "history",
    [
        [["Hi", "Hello"]],
        [said("user", "Hi"), said("assistant", "Hello")],
        [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}],
        [{"user": "Hi", "assistant": "Hello"}],
        [{"question": "Hi", "answer": "Hello"}],
    ],
)
@pytest.mark.parametrize("name", ["history", "chat_history", "context"])
def test_earlier_turns_come_before_the_question(name, history):
    pair = only(TEXTS | {"system": "Be terse.", name: history})

    turns = [said("system", "Be terse."), said("user", "Hi"), said("assistant", "Hello"), ASKED]
    assert pair.prompt == turns
    assert pair.meta is None


@pytest.mark.parametrize("history", [[["Hi"]], [["Hi", 3]], [7], "Hi - Hello"])
def test_a_history_that_is_none_is_named(history):
    assert "history is" in refused(TEXTS | {"history": history})


def test_no_history_leaves_the_pair_as_it_is():
    assert only(TEXTS | {"history": []}).prompt == "Name a river."


@pytest.mark.parametrize("context", [{"page": 3}, ["a passage", "another"], 7])
def test_a_context_of_another_kind_is_kept_as_it_is(context):
    assert only(TEXTS | {"context": context}).meta == {"context": context}


CHATS = ["sharegpt", "alpaca_ranking", "openai", "axolotl", "ms_swift"]
CHATS += ["llama_factory_v1", "answer_lists", "anthropic_hh", "reward_bench", "rlaif_v"]


@pytest.mark.parametrize("name", CHATS)
def test_every_layout_takes_the_system_text_and_keeps_ids_and_other_columns(name):
    plain = tb.read_pairs(SAMPLES[name]).found[0]
    row = SAMPLES[name][0] | {"system": "Be brief.", "origin": "site-a"}

    pair = tb.read_pairs([row]).found[0]

    first, *rest = pair.prompt
    assert first == said("system", "Be brief.")
    before = plain.prompt if isinstance(plain.prompt, list) else [said("user", plain.prompt)]
    assert rest == [turn for turn in before if turn["role"] != "system"]
    if name != "reward_bench":
        assert pair.meta["origin"] == "site-a"


@pytest.mark.parametrize(
    "name", ["sharegpt", "alpaca_ranking", "openai", "anthropic_hh", "axolotl", "ms_swift"]
)
def test_an_id_is_the_pairs(name):
    pair = only(SAMPLES[name][0] | {"id": "r1", "source": "site-a", "score": 3})

    assert pair.id == "r1"
    assert pair.meta == {"source": "site-a", "score": 3}


# -- tools


TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]


def call(**arguments):
    function = {"name": "weather", "arguments": arguments}
    calls = [{"type": "function", "function": function}]
    return [{"role": "assistant", "content": "", "tool_calls": calls}]


def test_tools_are_kept_beside_the_pair_and_named():
    reading = tb.read_pairs([TEXTS | {"tools": TOOLS}])

    assert reading.found[0].meta == {"tools": TOOLS}
    assert "kept as meta: 'tools'" in repr(reading)


def test_tools_of_openai_rows_are_kept():
    row = SAMPLES["openai"][0]
    row = row | {"input": row["input"] | {"tools": TOOLS}}

    assert only(row).meta == {"tools": TOOLS, "parallel_tool_calls": True}


def test_what_arrow_fills_in_is_taken_out_of_calls_and_tools(tmp_path):
    rows = [
        {"prompt": [ASKED], "chosen": call(city="Graz"), "rejected": ROAD, "tools": TOOLS},
        {
            "prompt": [said("user", "Time?")],
            "chosen": call(zone="CET"),
            "rejected": ROAD,
            "tools": [{"type": "function", "function": {"name": "clock", "strict": True}}],
        },
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "calls.parquet")

    told = tb.read_pairs(rows)
    for source in (tmp_path / "calls.parquet", pd.read_parquet(tmp_path / "calls.parquet")):
        assert list(tb.read_pairs(source).found) == list(told.found)


# -- images


PLACE = {"type": "image"}
WHAT = {"type": "text", "text": "What is this?"}


def shown(pair):
    return [[part["type"] for part in turn["content"]] for turn in pair.prompt]


@pytest.mark.parametrize("images", [[CAT], [{"bytes": PIXEL, "path": None}], [PIXEL]])
@pytest.mark.parametrize("place", [PLACE, {"type": "image", "text": None}])
def test_an_image_takes_the_place_that_the_prompt_keeps_for_it(place, images):
    prompt = [{"role": "user", "content": [place, WHAT]}]
    row = {"prompt": prompt, "chosen": DANUBE, "rejected": ROAD, "images": images}

    reading = tb.read_pairs([row])

    (pair,) = reading.found
    assert shown(pair) == [["image", "text"]]
    assert pair.meta is None
    assert pair.prompt[0]["content"][0]["image"].endswith(".png")


def test_an_image_tag_in_a_text_is_a_place_too():
    row = SAMPLES["sharegpt"][0] | {
        "conversations": [{"from": "human", "value": "<image>What is this?"}],
        "images": [CAT],
    }

    assert shown(only(row)) == [["image", "text"]]


def test_images_without_a_place_stand_before_the_question():
    pair = only(TEXTS | {"images": [CAT, CAT]})

    assert shown(pair) == [["image", "image", "text"]]
    assert (pair.a, pair.b) == (DANUBE, ROAD)


def test_an_image_file_stands_beside_the_rows(tmp_path):
    (tmp_path / "cat.png").write_bytes(PIXEL)
    row = {"prompt": "<image>What?", "chosen": "A cat.", "rejected": "A dog.", "images": "cat.png"}
    file = tmp_path / "rows.jsonl"
    file.write_text(pd.DataFrame([row]).to_json(orient="records", lines=True))

    assert shown(tb.read_pairs(file).found[0]) == [["image", "text"]]
    (tmp_path / "cat.png").unlink()
    with pytest.raises(tb.PairsError, match=r"cat\.png: No such file"):
        tb.read_pairs(file)


def test_more_or_fewer_images_than_places_are_named():
    row = TEXTS | {"prompt": "<image>What?", "images": [CAT, CAT]}

    assert "2 in images where the texts have a place for 1" in refused(row)


def test_a_column_of_file_names_that_no_place_waits_for_is_kept_as_it_is():
    assert only(TEXTS | {"image": "cat.png"}).meta == {"image": "cat.png"}


def test_no_images_leave_the_pair_as_it_is():
    assert only(TEXTS | {"images": []}).prompt == "Name a river."


# -- what is told


def test_what_became_part_of_the_prompt_is_told():
    reading = tb.read_pairs([TEXTS | {"system": "Be terse.", "history": []}])

    assert "'system' (system message of the prompt)" in repr(reading)
    assert "'history' (history before the prompt)" in repr(reading)


def test_columns_that_a_layout_does_not_read_are_named():
    told = repr(tb.read_pairs(SAMPLES["webgpt"]))

    assert "dropped: 'quotes_0', 'tokens_0', 'quotes_1', 'tokens_1'." in told


# A text of JSON-MIN may be an answer, and goes to the note.
@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"label_studio_min"}))
def test_a_column_is_kept_or_named(name):
    rows = [SAMPLES[name][0] | {"origin": "site-a"}, *SAMPLES[name][1:]]

    reading = tb.read_pairs(rows)

    kept = any("origin" in (pair.meta or {}) for pair in reading.found)
    account = reading.account
    fates = account[(account["kind"] == "column") & (account["name"] == "origin")]["fate"].tolist()
    assert fates == ["meta" if kept else "dropped"]


@pytest.mark.parametrize("name", ["gpt-4", "Qwen/Qwen2.5-7B", "model_a", "llama3"])
def test_a_system_column_that_names_a_model_is_warned_of_with_the_remedy(name):
    row = {"prompt": "q", "system": name}
    pairs = [{**row, "chosen": "x", "rejected": "y"}]
    log = [{**row, "response": "x", "thumb": "up"}]
    asked = rf"{name!r} reads like the name of a model.*columns=\{{'model': 'system'\}}"

    with pytest.warns(UserWarning, match=asked):
        tb.read_pairs(pairs)
    with pytest.warns(UserWarning, match=asked):
        tb.read_feedback(log)
    with pytest.warns(UserWarning, match=asked):
        tb.make_pairs({each: [{**row, "response": each}] for each in "ab"})
    read = tb.read_pairs(pairs, columns={"model": "system"})
    assert (read.found[0].prompt, read.found[0].meta) == ("q", {"model": name})


@pytest.mark.parametrize("said", ["Be brief.", "You are GPT-4.", "你是助手1", "Translate", ""])
def test_a_system_text_is_not_taken_for_a_name(said, recwarn):
    tb.read_pairs([{"prompt": "q", "system": said, "chosen": "x", "rejected": "y"}])

    assert [str(each.message) for each in recwarn] == []
