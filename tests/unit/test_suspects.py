"""Texts that are no text: looked for in each turn and part."""

import json

import pytest
from layout_samples import said

import tiebreak as tb
from tiebreak.reading.suspects import is_written_messages

TURNS = [said("user", "Hi"), said("assistant", "Hello")]
TEXTS = {"prompt": "Name a river.", "chosen": "The Danube.", "rejected": "A road."}
WRITTEN = [
    str(TURNS),
    json.dumps(TURNS),
    json.dumps(TURNS, indent=2),
    json.dumps(TURNS[0]),
    str(TURNS[0]),
    "\n " + json.dumps(TURNS[:1]),
    json.dumps({"messages": TURNS, "tools": []}),
    json.dumps([{"from": "human", "value": "Hi"}]),
    json.dumps({"conversations": [{"from": "human", "value": "Hi"}]}),
    json.dumps([{"content": "Hi", "role": "user"}]),
    json.dumps(TURNS)[:40],  # cut short
    "[{'content': 'Hi', 'role': 'user'}\n {'content': 'Yo', 'role': 'assistant'}]",  # of NumPy
    "array([{'content': 'Hi', 'role': 'user'}], dtype=object)",
]
BY_RIGHT = [
    '{"role": "admin", "name": "ann"}',
    '[{"role": "admin"}]',
    '{"content": "text/html"}',
    '{"value": 3}',
    "[1, 2, 3]",
    "{'a': 1}",
    '{"messages": "two"}',
    "[note] The Danube.",
    '{"role": ',
    "",
    "Write [{'role': 'user', 'content': 'Hi'}] like this.",
]


def refused(row):
    with pytest.raises(tb.PairsError) as error:
        tb.read_pairs([row])
    return str(error.value)


@pytest.mark.parametrize("text", WRITTEN)
@pytest.mark.parametrize("column", ["prompt", "chosen", "rejected"])
def test_messages_written_as_text_are_refused_in_each_column(column, text):
    assert f"messages written as text in {column}" in refused(TEXTS | {column: text})


@pytest.mark.parametrize("text", WRITTEN)
@pytest.mark.parametrize("parts", [False, True])
def test_messages_written_as_text_are_refused_in_each_turn_and_part(text, parts):
    content = [{"type": "text", "text": text}] if parts else text
    prompt = [said("user", "Hi"), said("assistant", content), said("user", "go")]
    row = {"prompt": prompt, "chosen": TURNS[1:], "rejected": [said("assistant", "No")]}

    assert "messages written as text in prompt" in refused(row)


@pytest.mark.parametrize("text", WRITTEN)
def test_dialogues_written_as_text_are_no_implicit_prompt(text):
    assert "messages written as text" in refused({"chosen": text, "rejected": text + " "})


@pytest.mark.parametrize("text", BY_RIGHT)
def test_an_answer_that_is_json_by_right_is_an_answer(text):
    assert not is_written_messages(text)


def test_a_deeply_nested_text_takes_no_parser_down():
    assert is_written_messages('[{"role": ' + "[" * 100_000)


@pytest.mark.parametrize(
    ("prompt", "chosen", "said_of"),
    [
        ([said("user", "Hi"), said("assistant", ""), said("user", "go")], "x", "assistant in prom"),
        ([said("system", "s"), said("user", " ")], "x", "user in prompt"),
        ([said("user", "Hi"), said("user", [{"type": "text", "text": ""}])], "x", "user in prompt"),
    ],
)
def test_an_empty_turn_is_named(prompt, chosen, said_of):
    row = {"prompt": prompt, "chosen": [said("assistant", chosen)], "rejected": TURNS[1:]}

    assert f"an empty turn of the {said_of}" in refused(row)


def test_an_answer_that_ends_in_an_empty_turn_is_named():
    chosen = [said("assistant", "x"), said("user", "y"), said("assistant", "")]
    row = {"prompt": TURNS[:1], "chosen": chosen, "rejected": TURNS[1:]}

    assert "an empty turn of the assistant in chosen" in refused(row)


def test_an_empty_system_text_and_an_empty_result_of_a_tool_are_read():
    calls = [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
    prompt = [
        said("system", ""),
        said("user", "Hi"),
        {"role": "assistant", "content": "", "tool_calls": calls},
        {"role": "tool", "content": "", "tool_call_id": "c"},
    ]
    row = {"prompt": prompt, "chosen": TURNS[1:], "rejected": [said("assistant", "No")]}

    assert len(tb.read_pairs([row])) == 1


@pytest.mark.parametrize("text", ["nan", "None", "NULL", "undefined", "[object Object]"])
def test_what_programs_write_for_nothing_is_read_and_told(text):
    reading = tb.read_pairs([TEXTS | {"chosen": text}])

    assert reading.found[0].a == text
    assert f"chosen says only {text!r}" in repr(reading)


@pytest.mark.parametrize("text", ["The Danube.", "None of them.", "n", "nano"])
def test_what_says_something_is_not_told(text):
    assert "says only" not in repr(tb.read_pairs([TEXTS | {"chosen": text}]))
