"""Calls of tools, tools beside pairs, and what else messages say, in each target's own form."""

import json
from itertools import pairwise

import datasets
import pandas as pd
import pytest
from export_makers import label, labels, labels_of, pair, say, write
from helpers import read_lines
from hypothesis import given
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak.exports import FORMATS, to_dataset
from tiebreak.exports.formats import kto
from tiebreak.records.pair import Pair

TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]


def calls(arguments, **more):
    call = {"type": "function", "function": {"name": "weather", "arguments": arguments}}
    return [{"role": "assistant", "content": None, "tool_calls": [call | more]}]


def asking(name, arguments, other="no", **more):
    answers = {"a": calls(arguments), "b": say("assistant", other)}
    return Pair(name, say("user", f"ask {name}"), **answers, **more)


UNLIKE = [
    asking("p0", {"city": "Oslo"}, meta={"tools": TOOLS}),
    asking("p1", {"x": 1, "y": [2]}, meta={"tools": json.dumps(TOOLS)}),
    pair("p2", messages=True),
]
ALL = labels(*(label(p.id, "a") for p in UNLIKE))


def arguments_of(message):
    return message["tool_calls"][0]["function"]["arguments"]


# -- tools


@pytest.mark.parametrize("format", ["trl", "kto", "nemo_rl"])
def test_tools_are_written_beside_each_row(tmp_path, format):
    write(tmp_path / "t.jsonl", UNLIKE, ALL, format)

    found = read_lines(tmp_path / "t.jsonl")
    by_prompt = {json.dumps(row.get("prompt") or row["context"]): row["tools"] for row in found}
    assert list(by_prompt.values()).count(TOOLS) == 2
    assert list(by_prompt.values()).count(None) == 1


def test_openai_gets_tools_ids_and_arguments_as_text(tmp_path):
    write(tmp_path / "t.jsonl", UNLIKE, ALL, "openai")

    first, second, third = read_lines(tmp_path / "t.jsonl")
    assert [row["input"]["tools"] for row in (first, second, third)] == [TOOLS, TOOLS, []]
    [call] = first["preferred_output"][0]["tool_calls"]
    assert call == {
        "id": "call_1",
        "type": "function",
        "function": {"name": "weather", "arguments": '{"city": "Oslo"}'},
    }
    assert third["preferred_output"] == say("assistant", "first p2")


def test_ids_that_are_missing_bind_calls_to_their_results(tmp_path):
    prompt = [
        *say("user", "?"),
        *calls({"city": "Oslo"}),
        *say("tool", "rain"),
        *calls({"city": "Rome"}, id="mine"),
        {"role": "tool", "tool_call_id": "mine", "content": "sun"},
    ]
    pairs = [Pair("p", prompt, calls({"city": "Bonn"}), say("assistant", "Rain."))]

    write(tmp_path / "t.jsonl", pairs, labels(label("p", "a")), "openai")

    [row] = read_lines(tmp_path / "t.jsonl")
    _, first, rain, second, sun = row["input"]["messages"]
    assert first["tool_calls"][0]["id"] == rain["tool_call_id"] == "call_1"
    assert second["tool_calls"][0]["id"] == sun["tool_call_id"] == "mine"
    assert row["preferred_output"][0]["tool_calls"][0]["id"] == "call_2"


def test_together_gets_no_content_of_null(tmp_path):
    write(tmp_path / "t.jsonl", UNLIKE[:1], ALL, "openai", provider="together")

    [row] = read_lines(tmp_path / "t.jsonl")
    assert "content" not in row["preferred_output"][0]


def test_a_developer_is_written_as_system_for_openai_and_that_is_said(tmp_path):
    pairs = [pair("p", prompt=[*say("developer", "Be terse."), *say("user", "?")])]

    report = write(tmp_path / "t.jsonl", pairs, labels(label("p", "a")), "openai")

    [row] = read_lines(tmp_path / "t.jsonl")
    assert [m["role"] for m in row["input"]["messages"]] == ["system", "user"]
    assert "1 prompts have a developer" in repr(report)


def test_llama_factory_gets_calls_as_turns_and_tools_as_text(tmp_path):
    write(tmp_path / "t.json", UNLIKE, ALL, "llama_factory")

    first, _, third = json.loads((tmp_path / "t.json").read_bytes())
    assert first["chosen"]["from"] == "function_call"
    assert json.loads(first["chosen"]["value"]) == {
        "name": "weather",
        "arguments": {"city": "Oslo"},
    }
    assert json.loads(first["tools"]) == TOOLS
    assert third["tools"] == ""
    info = json.loads((tmp_path / "dataset_info.json").read_bytes())
    assert info["t"]["columns"]["tools"] == "tools"


@pytest.mark.parametrize("format", ["openrlhf", "torchtune", "axolotl", "verl"])
def test_tools_without_a_place_are_named(tmp_path, format):
    pairs = [pair("p0", messages=True, meta={"tools": TOOLS})]

    report = write(
        tmp_path / f"t{FORMATS[format].suffixes[0]}", pairs, labels(label("p0", "a")), format
    )

    assert "1 labeled pairs have tools, for which the format has no place" in repr(report)


def test_a_column_tools_of_another_meaning_is_not_written_and_named(tmp_path):
    pairs = [pair("p0", meta={"tools": "hammer"})]

    report = write(tmp_path / "t.jsonl", pairs, labels(label("p0", "a")))

    assert set(read_lines(tmp_path / "t.jsonl")[0]) == {"prompt", "chosen", "rejected"}
    assert "'tools' no definitions of tools" in repr(report)


def test_each_split_has_the_tools_of_its_own_rows(tmp_path):
    pairs = [asking(f"p{n}", {"n": n}, meta={"tools": TOOLS} if n % 2 else None) for n in range(8)]
    found = labels(*(label(p.id, "a") for p in pairs))

    write(tmp_path / "t.jsonl", pairs, found, splits={"train": 0.5, "test": 0.5})

    rows = [*read_lines(tmp_path / "t-train.jsonl"), *read_lines(tmp_path / "t-test.jsonl")]
    assert all("tools" in row for row in rows)
    for row in rows:
        number = int(row["prompt"][0]["content"].removeprefix("ask p"))
        assert row["tools"] == (TOOLS if number % 2 else None)


# -- arguments


@pytest.mark.parametrize("given", [{"city": "Oslo"}, '{"city": "Oslo"}'])
@pytest.mark.parametrize("format", ["trl", "kto", "openrlhf", "nemo_rl"])
def test_arguments_are_objects_for_templates_however_they_came(tmp_path, given, format):
    write(tmp_path / "t.jsonl", [asking("p0", given)], labels(label("p0", "a")), format)

    text = (tmp_path / "t.jsonl").read_text()
    assert '"arguments":{"city":"Oslo"}' in text


def test_arguments_that_are_no_object_stay_as_they_are(tmp_path):
    write(tmp_path / "t.jsonl", [asking("p0", "Oslo")], labels(label("p0", "a")))

    assert arguments_of(read_lines(tmp_path / "t.jsonl")[0]["chosen"][0]) == "Oslo"


@pytest.mark.parametrize("format", ["trl", "kto", "openrlhf", "nemo_rl"])
def test_every_message_of_a_file_has_the_same_keys(tmp_path, format):
    write(tmp_path / "t.jsonl", UNLIKE, ALL, format)

    found = []

    def walk(value):
        if isinstance(value, dict) and "role" in value:
            found.append(tuple(value))
        elif isinstance(value, dict | list):
            for item in value.values() if isinstance(value, dict) else value:
                walk(item)

    walk(read_lines(tmp_path / "t.jsonl"))
    assert set(found) == {("role", "content", "tool_calls")}


def test_datasets_maps_such_a_file_to_strings_as_trainers_do(tmp_path):
    write(tmp_path / "t.jsonl", UNLIKE, ALL)

    rows = datasets.load_dataset(
        "json",
        data_files=str(tmp_path / "t.jsonl"),
        split="train",
        cache_dir=str(tmp_path / "cache"),
    )

    mapped = rows.map(lambda _: {"chosen": "ab"}, remove_columns=rows.column_names)
    assert mapped[0]["chosen"] == "ab"
    assert arguments_of(rows[0]["chosen"][0]) == {"city": "Oslo"}


@pytest.mark.parametrize("format", ["trl", "openrlhf", "nemo_rl"])
def test_arrow_puts_no_foreign_keys_into_arguments(tmp_path, format):
    path = tmp_path / "t.parquet"
    write(path, UNLIKE, ALL, format)

    loaded = datasets.load_dataset(
        "parquet", data_files=str(path), split="train", cache_dir=str(tmp_path / "cache")
    )

    for rows in (loaded, to_dataset(UNLIKE, ALL, format)):
        first, second = (
            row["chosen"] if "chosen" in row else row["completions"][0]["completion"]
            for row in (rows[0], rows[1])
        )
        assert arguments_of(first[0]) == {"city": "Oslo"}
        assert arguments_of(second[0]) == {"x": 1, "y": [2]}


def test_a_dataset_holds_tools_as_they_were():
    rows = to_dataset(UNLIKE, ALL)

    assert [row["tools"] for row in rows] == [TOOLS, TOOLS, None]


# -- what else messages say


def test_answers_that_differ_in_their_reasoning_are_not_the_same(tmp_path):
    said = say("assistant", "4")
    pairs = [Pair("p", say("user", "2+2?"), [{**said[0], "reasoning_content": "Two twos."}], said)]

    write(tmp_path / "t.jsonl", pairs, labels(label("p", "a")))
    assert read_lines(tmp_path / "t.jsonl")[0]["chosen"][0]["reasoning_content"] == "Two twos."
    for name in ("axolotl", "torchtune"):
        with pytest.raises(tb.ExportError, match="P01"):
            write(tmp_path / "x.jsonl", pairs, labels(label("p", "a")), name)


@pytest.mark.parametrize(
    "format",
    ["axolotl", "llama_factory", "torchtune", "verl", "ms_swift", "argilla", "label_studio"],
)
def test_reasoning_without_a_place_is_named(tmp_path, format):
    said = say("assistant", "4")
    answer = [{**said[0], "reasoning_content": "So."}]
    pairs = [Pair("p", say("user", "?"), answer, say("assistant", "5"))]

    report = write(
        tmp_path / f"t{FORMATS[format].suffixes[0]}", pairs, labels(label("p", "a")), format
    )

    assert "reasoning_content (1)" in repr(report)


def test_axolotl_gets_no_calls_in_the_prompt_since_it_would_drop_them(tmp_path):
    prompt = [*say("user", "?"), *calls({}), *say("tool", "rain")]
    prompt[1]["content"] = ""
    pairs = [pair("p0", messages=True), pair("odd", messages=True, prompt=prompt)]

    report = write(
        tmp_path / "t.jsonl", pairs, labels(label("p0", "a"), label("odd", "a")), "axolotl"
    )

    assert report.rows == 1
    assert "odd" in repr(report)


def test_axolotl_gets_answers_without_blanks_at_their_ends_and_that_is_said(tmp_path):
    pairs = [pair("p0", a="```\ncode\n```\n", b="  indented")]

    report = write(tmp_path / "t.jsonl", pairs, labels(label("p0", "a")), "axolotl")

    [row] = read_lines(tmp_path / "t.jsonl")
    assert (row["chosen"]["content"], row["rejected"]["content"]) == ("```\ncode\n```", "indented")
    assert "2 answers lose the blanks" in repr(report)


def test_answers_that_axolotl_would_mistake_for_the_templates_words_are_left_out(tmp_path):
    pairs = [pair("p0", a="a", b="user"), pair("p1")]
    found = labels(label("p0", "a"), label("p1", "a"))

    report = write(tmp_path / "t.jsonl", pairs, found, "axolotl")

    assert report.rows == 1
    assert "an answer such as 'user', for which Axolotl takes" in repr(report)


def test_fireworks_is_told_of_several_turns(tmp_path):
    prompt = [*say("user", "?"), *say("assistant", "!"), *say("user", "??")]
    pairs = [pair(f"p{n}", prompt=prompt) for n in range(3)]
    found = labels(*(label(p.id, "a") for p in pairs))

    report = write(tmp_path / "t.jsonl", pairs, found, "openai", provider="fireworks")

    assert "3 prompts have several turns of the user" in repr(report)


# -- kto


def partners(found, size):
    for start in range(0, len(found), size):
        batch = [row["prompt"] for row in found[start : start + size]]
        if len(batch) > 1:
            yield from pairwise([*batch, batch[0]])


@pytest.mark.parametrize("size", [4, 8, 16])
@given(
    first=st.lists(st.sampled_from(["a", "b", "tie", "both_bad"]), min_size=30, max_size=40),
    random=st.randoms(use_true_random=False),
)
def test_kto_partners_are_of_other_prompts_also_where_several_labeled_a_pair(size, first, random):
    again = random.sample(range(len(first)), len(first) // 2)
    rows = [f"q{n}" for n in [*range(len(first)), *again]]
    preferences = first + random.choices(["a", "b"], k=len(again))
    judgments = pd.DataFrame({"prompt": rows, "a": "one", "b": "other", "preference": preferences})

    found = list(kto.rows(judgments))

    assert len(found) == 2 * len(rows)
    assert not [one for one, other in partners(found, size) if one == other]


def test_kto_of_several_annotators_goes_out_with_agreement_all(tmp_path):
    found = labels_of(anna=[label("p0", "a")], bob=[label("p0", "b")])

    report = write(tmp_path / "k.jsonl", [pair("p0")], found, "kto", agreement="all")

    assert report.rows == 4
