import csv
import json
import uuid
import xml.etree.ElementTree as ET
from itertools import chain

import datasets
import msgspec
import pandas as pd
import pytest
from export_makers import ROLES, label, labels, labels_of, pair, say, text, write
from helpers import read_lines
from hypothesis import given
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak import views
from tiebreak.exports import FORMATS
from tiebreak.records.label import Header, Label
from tiebreak.records.pair import Pair

# The formats of trainers: a row for each preference of a or b.
OF_TRIPLES = [name for name, found in FORMATS.items() if found.written == ("a", "b")]


@pytest.fixture(params=[False, True], ids=["strings", "messages"])
def messages(request):
    return request.param


@pytest.fixture
def judged(messages):
    """Five pairs: a preferred, b preferred, a tie, both bad, skipped."""
    preferences = {"p0": "a", "p1": "b", "p2": "tie", "p3": "both_bad", "p4": "skip"}
    pairs = [pair(name, messages=messages) for name in preferences]
    return pairs, labels(*(label(name, said) for name, said in preferences.items()))


EXPECTED = {
    "trl": lambda p, c, r: {"prompt": p, "chosen": c, "rejected": r},
    "openrlhf": lambda p, c, r: {"prompt": p, "chosen": c, "rejected": r},
}
AS_MESSAGES = {
    "openai": lambda p, c, r: {
        "input": {"messages": p, "tools": [], "parallel_tool_calls": True},
        "preferred_output": c,
        "non_preferred_output": r,
    },
    "axolotl": lambda p, c, r: {"messages": p, "chosen": c[0], "rejected": r[0]},
    "nemo_rl": lambda p, c, r: {
        "context": p,
        "completions": [{"rank": 0, "completion": c}, {"rank": 1, "completion": r}],
    },
    "torchtune": lambda p, c, r: {"chosen": p + c, "rejected": p + r},
    "ms_swift": lambda p, c, r: {"messages": p + c, "rejected_response": r[0]["content"]},
}


@pytest.mark.parametrize("format", [*EXPECTED, *AS_MESSAGES])
def test_rows_are_as_the_trainer_documents_them(judged, messages, tmp_path, format):
    messages = messages or format in AS_MESSAGES
    shape = {**EXPECTED, **AS_MESSAGES}[format]
    texts = [("ask p0", "first p0", "second p0"), ("ask p1", "second p1", "first p1")]

    report = write(tmp_path / "t.jsonl", *judged, format)

    assert read_lines(tmp_path / "t.jsonl") == [
        shape(
            *(text(role, words, messages) for role, words in zip(ROLES.values(), row, strict=True))
        )
        for row in texts
    ]
    assert {"ties": 1, "both bad": 1, "skipped": 1} == report.left_out


@pytest.mark.parametrize("format", OF_TRIPLES)
def test_every_file_loads_with_datasets(judged, tmp_path, format):
    for suffix in FORMATS[format].suffixes:
        path = tmp_path / f"t{suffix}"
        report = write(path, *judged, format) if suffix != ".csv" else None
        if report is None:
            continue
        reader = "parquet" if suffix == ".parquet" else "json"
        cache = str(tmp_path / "cache")
        loaded = datasets.load_dataset(reader, data_files=str(path), split="train", cache_dir=cache)
        assert report.rows == len(loaded) == 2
        if suffix == ".jsonl":
            assert loaded.to_list() == read_lines(path)


def test_verl_gets_parquet_with_strings_only(judged, tmp_path):
    write(tmp_path / "t.parquet", *judged, "verl")

    assert pd.read_parquet(tmp_path / "t.parquet").to_dict("records") == [
        {"prompt": "ask p0", "chosen": "first p0", "rejected": "second p0"},
        {"prompt": "ask p1", "chosen": "second p1", "rejected": "first p1"},
    ]
    with pytest.raises(tb.ExportError, match=r"for the format 'verl' it is one of \.parquet"):
        write(tmp_path / "t.jsonl", *judged, "verl")


# -- trl


def test_an_implicit_prompt_stands_in_front_of_both_responses(judged, messages, tmp_path):
    write(tmp_path / "t.jsonl", *judged, implicit_prompt=True)

    first = read_lines(tmp_path / "t.jsonl")[0]
    if messages:
        assert first == {
            "chosen": say("user", "ask p0") + say("assistant", "first p0"),
            "rejected": say("user", "ask p0") + say("assistant", "second p0"),
        }
    else:
        assert first == {"chosen": "ask p0first p0", "rejected": "ask p0second p0"}


def test_texts_become_messages_on_request_so_that_they_do_not_run_together(tmp_path):
    pairs = [pair("p0", prompt="Complete: one, two", a=", three", b="Four")]
    said = labels(label("p0", "a"))
    write(tmp_path / "texts.jsonl", pairs, said)
    assert "P07" in {f.rule for f in tb.check(tmp_path / "texts.jsonl").findings}

    write(tmp_path / "t.jsonl", pairs, said, messages=True)

    assert read_lines(tmp_path / "t.jsonl") == [
        {
            "prompt": say("user", "Complete: one, two"),
            "chosen": say("assistant", ", three"),
            "rejected": say("assistant", "Four"),
        }
    ]
    assert "P07" not in {f.rule for f in tb.check(tmp_path / "t.jsonl").findings}


def test_an_edit_takes_the_chosen_ones_place(messages, tmp_path):
    pairs = [pair("p0", messages=messages), pair("p1", messages=messages)]
    found = labels(label("p0", "b", edit="better"), label("p1", "a"))

    write(tmp_path / "t.jsonl", pairs, found, edit="chosen")

    rows = read_lines(tmp_path / "t.jsonl")
    assert [text("assistant", words, messages) for words in ("better", "first p1")] == [
        row["chosen"] for row in rows
    ]
    assert all(set(row) == {"prompt", "chosen", "rejected"} for row in rows)


def test_an_edit_as_reference_makes_tpos_triples(messages, tmp_path):
    pairs = [pair("p0", messages=messages), pair("p1", messages=messages)]
    found = labels(label("p0", "b", edit="better"), label("p1", "a"))

    report = write(tmp_path / "t.jsonl", pairs, found, edit="reference")

    assert read_lines(tmp_path / "t.jsonl") == [
        {
            "prompt": text("user", "ask p0", messages),
            "chosen": text("assistant", "second p0", messages),
            "rejected": text("assistant", "first p0", messages),
            "reference": text("assistant", "better", messages),
        }
    ]
    assert {"without an edit": 1} == report.left_out


def test_an_edit_changes_the_last_assistant_message_only(tmp_path):
    turns = [*say("assistant", "calling"), *say("tool", "42"), *say("assistant", "It is 42")]
    pairs = [Pair("p", say("user", "?"), turns, say("assistant", "no"))]

    write(tmp_path / "t.jsonl", pairs, labels(label("p", "a", edit="42.")), edit="chosen")

    chosen = read_lines(tmp_path / "t.jsonl")[0]["chosen"]
    assert chosen == [*turns[:2], *say("assistant", "42.")]
    assert turns[-1]["content"] == "It is 42"


def test_edits_that_are_not_written_are_noted(tmp_path):
    report = write(tmp_path / "t.jsonl", [pair("p0")], labels(label("p0", "a", edit="x")))

    assert "1 chosen answers were edited" in repr(report)


def test_an_edit_of_another_kind_is_refused(tmp_path):
    with pytest.raises(tb.ExportError, match="edit is 'chosen' or 'reference', not 'both'"):
        write(tmp_path / "t.jsonl", [pair("p0")], labels(label("p0", "a")), edit="both")


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(
    st.lists(st.tuples(TEXT, TEXT, TEXT, st.sampled_from("ab")), min_size=1, max_size=6),
    st.booleans(),
)
def test_trl_rows_read_back_are_the_triples(tmp_path_factory, found, messages):
    pairs = [
        Pair(
            str(n),
            *(text(role, s, messages) for role, s in zip(ROLES.values(), row[:3], strict=True)),
        )
        for n, row in enumerate(found)
    ]
    said = labels(*(label(str(n), row[3]) for n, row in enumerate(found)))
    path = tmp_path_factory.mktemp("e") / "t.jsonl"

    write(path, pairs, said, allow=["P01", "P02"])

    triples = views.triples_frame(views.judgments_frame(said, views.pairs_frame(pairs)))
    assert triples[["prompt", "chosen", "rejected"]].to_dict("records") == read_lines(path)


# -- openai and its kin


@pytest.mark.parametrize("provider", ["together", "fireworks"])
def test_together_and_fireworks_get_no_tools(tmp_path, provider):
    pairs = [pair(f"p{n}") for n in range(3)]
    found = labels(*(label(p.id, "a") for p in pairs))

    write(tmp_path / "t.jsonl", pairs, found, "openai", provider=provider)

    assert read_lines(tmp_path / "t.jsonl")[0]["input"] == {"messages": say("user", "ask p0")}


TWO_TURNS = [*say("assistant", "look"), *say("tool", "found"), *say("assistant", "there")]
BROKEN = {
    "a second turn": ({"a": TWO_TURNS}, ["openai", "together", "fireworks"]),
    "a user in an output": (
        {"b": [*say("user", "hm"), *say("assistant", "yes")]},
        ["openai", "azure", "together", "fireworks"],
    ),
    "a tool in the prompt": (
        {"prompt": [*say("user", "?"), *say("assistant", "let me"), *say("tool", "3")]},
        ["together", "fireworks"],
    ),
    "two turns of one role": (
        {"prompt": [*say("user", "Hello"), *say("user", "Name a river.")]},
        ["together"],
    ),
    "a developer": (
        {"prompt": [*say("developer", "Be terse."), *say("user", "Name a river.")]},
        ["together", "fireworks"],
    ),
    "a prompt that ends with the assistant": (
        {"prompt": [*say("user", "?"), *say("assistant", "Well,")]},
        ["openai", "azure", "together", "fireworks"],
    ),
}


@pytest.mark.parametrize("provider", ["openai", "azure", "together", "fireworks"])
@pytest.mark.parametrize("case", BROKEN)
def test_rows_that_break_a_providers_rule_are_left_out_and_named(tmp_path, provider, case):
    texts, broken_for = BROKEN[case]
    pairs = [*(pair(f"p{n}") for n in range(3)), pair("odd", **texts)]
    found = labels(*(label(p.id, "a") for p in pairs))

    report = write(tmp_path / "t.jsonl", pairs, found, "openai", provider=provider)

    assert report.rows == (3 if provider in broken_for else 4)
    assert ("odd" in repr(report)) == (provider in broken_for)


def test_fireworks_asks_for_three_rows(tmp_path):
    with pytest.raises(tb.ExportError, match="Fireworks takes 3 to 3,000,000 rows"):
        write(
            tmp_path / "t.jsonl",
            [pair("p0")],
            labels(label("p0", "a")),
            "openai",
            provider="fireworks",
        )
    assert not (tmp_path / "t.jsonl").exists()


def test_an_unknown_provider_is_named(tmp_path):
    with pytest.raises(tb.ExportError, match="'openai', 'azure', 'together', 'fireworks', not 'x'"):
        write(tmp_path / "t.jsonl", [pair("p0")], labels(label("p0", "a")), "openai", provider="x")


# -- those that hold one answer a side


@pytest.mark.parametrize("format", ["axolotl", "llama_factory", "verl"])
def test_a_response_of_several_messages_is_left_out_and_named(tmp_path, format):
    pairs = [pair("p0", messages=True), pair("long", messages=True, a=TWO_TURNS)]
    found = labels(label("p0", "a"), label("long", "a"))

    report = write(tmp_path / f"t{FORMATS[format].suffixes[0]}", pairs, found, format)

    assert report.rows == 1
    assert "long" in repr(report)


def test_when_nothing_fits_the_error_names_the_rows(tmp_path):
    pairs = [pair("long", messages=True, a=TWO_TURNS)]

    with pytest.raises(tb.ExportError, match=r"nothing to write.*one assistant message.*long"):
        write(tmp_path / "t.jsonl", pairs, labels(label("long", "a")), "axolotl")


# -- llama_factory


def test_llama_factory_gets_alpaca_or_sharegpt_rows_and_its_entry(judged, messages, tmp_path):
    report = write(tmp_path / "mine.json", *judged, "llama_factory")

    first = json.loads((tmp_path / "mine.json").read_bytes())[0]
    info = json.loads((tmp_path / "dataset_info.json").read_bytes())
    if messages:
        assert first == {
            "conversations": [{"from": "human", "value": "ask p0"}],
            "chosen": {"from": "gpt", "value": "first p0"},
            "rejected": {"from": "gpt", "value": "second p0"},
        }
        assert info == {
            "mine": {
                "file_name": "mine.json",
                "formatting": "sharegpt",
                "ranking": True,
                "columns": {
                    "messages": "conversations",
                    "chosen": "chosen",
                    "rejected": "rejected",
                },
            }
        }
    else:
        assert first == {
            "instruction": "ask p0",
            "input": "",
            "chosen": "first p0",
            "rejected": "second p0",
        }
        assert info["mine"]["columns"] == {
            "prompt": "instruction",
            "query": "input",
            "chosen": "chosen",
            "rejected": "rejected",
        }
    assert tmp_path / "dataset_info.json" in report.files


def test_other_entries_of_dataset_info_stay(judged, tmp_path):
    (tmp_path / "dataset_info.json").write_text('{"other": {"file_name": "o.json"}}')

    write(tmp_path / "mine.jsonl", *judged, "llama_factory")

    info = json.loads((tmp_path / "dataset_info.json").read_bytes())
    assert info["other"] == {"file_name": "o.json"}
    assert info["mine"]["file_name"] == "mine.jsonl"


def test_a_broken_dataset_info_is_refused_and_nothing_is_written(judged, tmp_path):
    (tmp_path / "dataset_info.json").write_text("[]")

    with pytest.raises(tb.ExportError, match="is not a JSON object"):
        write(tmp_path / "mine.json", *judged, "llama_factory")
    assert [tmp_path / "dataset_info.json"] == list(tmp_path.iterdir())


def test_a_prompt_that_llama_factory_would_skip_is_named(tmp_path):
    system = [*say("system", "Be kind."), *say("user", "?")]
    ends_wrong = [*say("user", "?"), *say("assistant", "!")]
    pairs = [pair("fine", messages=True, prompt=system), pair("odd", prompt=ends_wrong)]

    report = write(
        tmp_path / "t.json",
        pairs,
        labels(label("fine", "a"), label("odd", "a")),
        "llama_factory",
    )

    (row,) = json.loads((tmp_path / "t.json").read_bytes())
    assert ["system", "human"] == [turn["from"] for turn in row["conversations"]]
    assert "do not alternate from user to user: odd" in repr(report)


# -- ms-swift


def test_ms_swift_gets_two_dialogues_where_an_answer_is_more_than_one_text(tmp_path):
    turns = [*say("assistant", "Let me see."), *say("user", "Yes?"), *say("assistant", "4")]
    pairs = [pair("long", messages=True, a=turns), pair("p0", messages=True)]
    found = labels(label("long", "a", strength=2), label("p0", "b", strength=1))

    write(tmp_path / "t.jsonl", pairs, found, "ms_swift", margin=True)

    first, second = read_lines(tmp_path / "t.jsonl")
    assert first == {
        "messages": say("user", "ask long") + turns,
        "rejected_messages": say("user", "ask long") + say("assistant", "second long"),
        "margin": 2.0,
    }
    assert "rejected_messages" in second


def test_ms_swift_gets_no_calls_of_tools_and_that_is_said(tmp_path):
    call = {"role": "assistant", "content": "", "tool_calls": [CALL]}
    pairs = [pair("odd", a=[call]), pair("p0", messages=True)]

    report = write(
        tmp_path / "t.jsonl", pairs, labels(label("odd", "a"), label("p0", "a")), "ms_swift"
    )

    assert report.rows == 1
    assert "odd" in repr(report)


# -- csv


def test_csv_holds_strings_exactly(tmp_path):
    odd = 'a "quoted", text\nof two lines\u2028and more'
    pairs = [pair("p0", a=odd)]

    write(tmp_path / "t.csv", pairs, labels(label("p0", "a")))

    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        assert [{"prompt": "ask p0", "chosen": odd, "rejected": "second p0"}] == list(
            csv.DictReader(file)
        )
    assert pd.read_csv(tmp_path / "t.csv")["chosen"].tolist() == [odd]


def test_csv_refuses_messages_and_says_what_to_write(tmp_path):
    pairs = [pair("p0", messages=True)]

    with pytest.raises(tb.ExportError, match=r"CSV holds plain text.*\.jsonl or \.parquet"):
        write(tmp_path / "t.csv", pairs, labels(label("p0", "a")))
    assert not list(tmp_path.iterdir())


def test_words_that_csv_readers_take_for_missing_are_noted(tmp_path):
    pairs = [pair("p0", a="None"), pair("p1")]

    report = write(tmp_path / "t.csv", pairs, labels(label("p0", "a"), label("p1", "a")))

    assert "1 texts are words that pandas and datasets read from CSV as missing" in repr(report)


def test_kto_labels_are_booleans_in_csv_too(tmp_path):
    write(tmp_path / "k.csv", [pair("p0")], labels(label("p0", "a")), "kto")

    assert pd.read_csv(tmp_path / "k.csv")["label"].tolist() == [True, False]


# -- raw

EVERYTHING = {
    "strength": 2,
    "criteria": {"honest": "tie", "kind": "b"},
    "reasons": {"a": ["vague"], "b": []},
    "principles": ["be kind"],
    "flags": {"pair": ["broken"]},
    "note": "close",
    "edit": "better",
    "probability": 0.25,
    "shown_left": "b",
    "seconds": 12.5,
}


def test_raw_is_the_contract(tmp_path):
    full = pair("p0", model_a="m", meta={"prompt": 1, "deep": {"x": [1, None]}})
    found = labels(label("p0", "a", **EVERYTHING), label("p0", "b", again=True))

    report = write(tmp_path / "t.jsonl", [full, pair("bare", messages=True)], found, "raw")

    base = {"annotator": "anna", "source": "human", "at": "2026-03-04T05:06:07.890000Z"}
    first, second = read_lines(tmp_path / "t.jsonl")
    assert first == {
        "id": "p0",
        "prompt": "ask p0",
        "a": "first p0",
        "b": "second p0",
        "model_a": "m",
        "meta": {"prompt": 1, "deep": {"x": [1, None]}},
        "labels": [
            {**base, "preference": "a", **EVERYTHING},
            {**base, "preference": "b", "again": True},
        ],
    }
    assert second == {**msgspec.to_builtins(pair("bare", messages=True)), "labels": []}
    assert report.left_out == {}


MAYBE = {
    "strength": st.integers(1, 3),
    "note": TEXT,
    "edit": TEXT,
    "probability": st.floats(0, 1),
    "shown_left": st.sampled_from("ab"),
    "seconds": st.floats(0, 1e9),
    "criteria": st.dictionaries(TEXT, st.sampled_from(["a", "b", "tie", "both_bad"]), min_size=1),
    "reasons": st.dictionaries(st.sampled_from("ab"), st.lists(TEXT), min_size=1),
    "flags": st.dictionaries(st.sampled_from(["a", "b", "pair"]), st.lists(TEXT), min_size=1),
    "principles": st.lists(TEXT),
    "again": st.just(True),
}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "tie", "skip"]), st.fixed_dictionaries({}, optional=MAYBE)
        ),
        min_size=1,
        max_size=5,
    )
)
def test_raw_loses_nothing_of_a_label(tmp_path_factory, found):
    pairs = [pair(str(n)) for n in range(len(found))]
    said = [label(str(n), preference, **more) for n, (preference, more) in enumerate(found)]
    path = tmp_path_factory.mktemp("e") / "t.jsonl"

    write(path, pairs, labels(*said), "raw")

    rows = read_lines(path)
    for row, given_label in zip(rows, said, strict=True):
        (back,) = row["labels"]
        kept = {"id": given_label.id, "pair": row["id"], "type": "label"}
        content = {k: v for k, v in back.items() if k not in ("annotator", "source")}
        assert msgspec.convert({**content, **kept}, Label, strict=False) == given_label


def test_gold_pairs_never_go_out(tmp_path):
    found = labels(label("p0", "a"), label("p1", "a")).assign(gold=[None, "b"])

    for name in ("trl", "raw"):
        report = write(tmp_path / f"{name}.jsonl", [pair("p0"), pair("p1")], found, name)
        assert report.rows == (2 if name == "raw" else 1)
        assert sum(len(row.get("labels", [1])) for row in read_lines(report.path)) == 1
    assert read_lines(tmp_path / "trl.jsonl")[0]["prompt"] == "ask p0"


def test_second_showings_are_written_by_raw_alone(tmp_path):
    found = labels(label("p0", "a"), label("p0", "b", again=True))

    assert write(tmp_path / "t.jsonl", [pair("p0")], found).rows == 1
    assert write(tmp_path / "k.jsonl", [pair("p0")], found, "kto").rows == 2
    write(tmp_path / "a.json", [pair("p0")], found, "argilla")
    (record,) = json.loads((tmp_path / "a.json").read_bytes())
    assert ["a"] == [answer["value"] for answer in record["responses"]["preference"]]


# -- the annotation tools


@pytest.fixture
def by_people_and_judge():
    people = Header(1, "s", "anna")
    judge = Header(1, "s", "judge-x", "judge")
    return views.labels_frame(
        [
            (
                people,
                [label("p0", "a", strength=2, note="n", seconds=3.5), label("p1", "both_bad")],
            ),
            (judge, [label("p0", "b", probability=0.25)]),
        ]
    )


def test_argilla_records_have_responses_and_suggestions(by_people_and_judge, tmp_path):
    pairs = [pair("p0", model_a="m"), pair("p1", messages=True), pair("bare")]

    report = write(tmp_path / "r.json", pairs, by_people_and_judge, "argilla")

    first, second, bare = json.loads((tmp_path / "r.json").read_bytes())
    user = first["responses"]["preference"][0]["user_id"]
    assert str(uuid.UUID(user)) == user

    def answer(value):
        return [{"value": value, "user_id": user, "status": "submitted"}]

    assert first == {
        "id": "p0",
        "fields": {"prompt": "ask p0", "response1": "first p0", "response2": "second p0"},
        "metadata": {"model_a": "m", "annotators": f'{{"{user}":"anna"}}'},
        "suggestions": {"preference": {"value": "b", "agent": "judge-x", "score": 0.75}},
        "responses": {"preference": answer("a"), "strength": answer(2), "note": answer("n")},
        "vectors": {},
    }
    assert second["fields"]["prompt"] == "ask p1"
    assert second["responses"] == {"preference": answer("both_bad")}
    assert (bare["responses"], bare["suggestions"]) == ({}, {})
    settings = json.loads((tmp_path / "r-settings.json").read_bytes())
    assert {"prompt", "response1", "response2"} == {field["name"] for field in settings["fields"]}
    assert {"preference", "strength", "note"} == {q["name"] for q in settings["questions"]}
    assert report.rows == 3
    users = json.loads((tmp_path / "r-users.json").read_bytes())
    assert users == [{"username": "anna", "id": user}]
    assert "make them first" in repr(report)


def test_argilla_is_told_of_what_its_records_do_not_hold(tmp_path):
    said = labels_of(
        judge1=[label("p0", "a", strength=3)],
        judge2=[label("p0", "a", flags={"a": ["unsafe"]}, criteria={"safe": "b"})],
    )

    report = write(tmp_path / "r.json", [pair("p0")], said, "argilla")

    [record] = json.loads((tmp_path / "r.json").read_bytes())
    assert record["suggestions"]["strength"] == {"value": 3, "agent": "judge1"}
    assert "1 labels of further judges are not written" in repr(report)
    assert "criteria (1), flags (1)" in repr(report)
    assert not (tmp_path / "r-users.json").exists()


def test_names_come_back_from_argilla(by_people_and_judge, tmp_path):
    pairs = [pair("p0", model_a="m"), pair("p1")]

    write(tmp_path / "r.json", pairs, by_people_and_judge, "argilla")

    reading = tb.read_pairs(tmp_path / "r.json")
    assert {"anna", "judge-x"} == set(reading.labels["annotator"])
    assert reading.found == pairs


def as_its_server_gives_it(tasks):
    """Label Studio's JSON export of imported tasks: all annotations by the importer."""
    for number, task in enumerate(tasks, 1):
        task["id"] = number
        for annotation in task["annotations"]:
            annotation |= {"completed_by": 1, "created_at": "2026-11-26T08:00:00.000000Z"}
        task["predictions"] = list(range(len(task["predictions"])))
    return tasks


def test_labels_come_back_from_label_studio_to_whom_made_them(tmp_path):
    said = labels_of(
        ada=[label("p0", "a", strength=2), label("p1", "tie")],
        bob=[label("p0", "b", note="n"), label("p1", "both_bad")],
        judge=[label("p0", "a")],
    )
    pairs = [pair("p0", model_a="m", model_b="n"), pair("p1", messages=True)]
    write(tmp_path / "t.json", pairs, said, "label_studio")
    tasks = as_its_server_gives_it(json.loads((tmp_path / "t.json").read_bytes()))
    tasks[0]["annotations"] += [
        {"completed_by": 7, "result": [{**tasks[0]["annotations"][0]["result"][0], "id": "x"}]}
        for _ in range(2)
    ]
    for own in tasks[0]["annotations"][2:]:
        own["result"][0].pop("meta")

    found = tb.read_pairs(tasks).labels

    by = {(row.annotator, row.pair): row.preference for row in found.itertuples()}
    assert by == {
        ("ada", "p0"): "a",
        ("ada", "p1"): "tie",
        ("bob", "p0"): "b",
        ("bob", "p1"): "both_bad",
        ("7", "p0"): "a",
        ("7 (2)", "p0"): "a",
    }


@pytest.mark.parametrize("format", ["label_studio", "argilla"])
def test_labels_come_back_from_a_tool_into_the_session_that_they_came_from(tmp_path, format):
    call = {"role": "assistant", "content": None, "tool_calls": [CALL]}
    given = [
        {"id": "t", "prompt": "q", "response_a": "x", "response_b": "y"},
        {"id": "m", "prompt": "q", "response_a": "x2", "response_b": "y", "model_a": "one"},
        {
            "id": "c",
            "prompt": [*say("system", "Be kind."), *say("user", "?")],
            "response_a": [call],
            "response_b": say("assistant", "no"),
        },
    ]
    with tb.Session(tmp_path / "s", given, annotator="ada") as session:
        for name in ("t", "m", "c"):
            session.label(name, "a")
        session.export(tmp_path / "t.json", format)
        before = session.pairs
    tasks = json.loads((tmp_path / "t.json").read_bytes())
    if format == "label_studio":
        tasks = as_its_server_gives_it(tasks)

    with tb.Session(tmp_path / "s", tb.read_pairs(tasks), annotator="bob") as session:
        assert session.pairs.equals(before)
        assert set(session.labels["annotator"]) == {"ada"}
        assert len(session.labels) == 3


def as_json_min(tasks, *, as_csv=False):
    """Tasks as Label Studio's JSON-MIN or CSV has them: a row an annotation, or of none."""
    empty = "" if as_csv else None
    rows = []
    for number, task in enumerate(tasks, 1):
        for place, annotation in enumerate(task["annotations"] or [{}]):
            said = {}
            for result in annotation.get("result", ()):
                value = result["value"]
                said[result["from_name"]] = (
                    (value.get("choices") or value["text"])[0]
                    if result["type"] in ("choices", "textarea")
                    else json.dumps([value])
                    if as_csv
                    else [value]
                )
            seconds = annotation.get("lead_time", empty)
            own = {
                "annotator": 1 if annotation else empty,
                "annotation_id": number * 10 + place if annotation else empty,
                "created_at": "2026-11-26T08:00:00.000000Z" if annotation else empty,
                "updated_at": "2026-11-26T08:00:00.000000Z" if annotation else empty,
                "lead_time": str(seconds) if as_csv else seconds,
            }
            rows.append({**task["data"], "id": number, **said, **own})
    columns = dict.fromkeys(name for row in rows for name in row)
    return [dict.fromkeys(columns, empty) | row for row in rows] if as_csv else rows


@pytest.mark.parametrize("as_csv", [False, True])
def test_labels_come_back_by_json_min_and_csv_to_whom_made_them(tmp_path, as_csv):
    said = labels_of(
        ada=[label("p0", "a", strength=2, seconds=2.5), label("p1", "tie")],
        bob=[label("p0", "b", note="n")],
    )
    write(tmp_path / "t.json", [pair(f"p{n}") for n in range(3)], said, "label_studio")
    rows = as_json_min(json.loads((tmp_path / "t.json").read_bytes()), as_csv=as_csv)

    reading = tb.read_pairs(rows)

    assert [pair.id for pair in reading.found] == ["p0", "p1", "p2"]
    by = {(x.annotator, x.pair): x for x in reading.labels.itertuples()}
    assert {key: (x.preference, x.note) for key, x in by.items()} == {
        ("ada", "p0"): ("a", None),
        ("ada", "p1"): ("tie", None),
        ("bob", "p0"): ("b", "n"),
    }
    assert (by["ada", "p0"].strength, by["ada", "p0"].seconds) == (2, 2.5)


def test_a_tool_that_gives_less_back_takes_nothing_from_a_label(tmp_path):
    given = [
        {"id": "t", "prompt": "q", "response_a": "x", "response_b": "y"},
        {"id": "c", "prompt": say("user", "?"), "response_a": "x", "response_b": "z"},
    ]
    with tb.Session(tmp_path / "s", given, annotator="ada", flags=True) as session:
        session.label("t", "a", flags={"b": ["unsafe"]}, edit="better")
        session.export(tmp_path / "t.json", "label_studio")
        before = session.labels
    tasks = as_its_server_gives_it(json.loads((tmp_path / "t.json").read_bytes()))

    for who in ("ada", "bob"):  # the dialogue that nobody labeled comes back as a text
        with tb.Session(tmp_path / "s", tb.read_pairs(tasks), annotator=who) as session:
            assert session.labels.equals(before)


def test_another_verdict_from_a_tool_counts(tmp_path):
    given = [{"id": "t", "prompt": "q", "response_a": "x", "response_b": "y"}]
    with tb.Session(tmp_path / "s", given, annotator="ada") as session:
        session.label("t", "a")
        session.export(tmp_path / "t.json", "label_studio")
    tasks = as_its_server_gives_it(json.loads((tmp_path / "t.json").read_bytes()))
    tasks[0]["annotations"][0]["result"][0]["value"] = {"selected": "right"}

    with tb.Session(tmp_path / "s", tb.read_pairs(tasks), annotator="bob") as session:
        assert session.labels["preference"].tolist() == ["b"]


def test_a_call_stands_in_annotation_tools_as_one_reads_it(tmp_path):
    call = {"role": "assistant", "content": "", "tool_calls": [CALL]}
    pairs = [pair("p0", a=[call])]

    write(tmp_path / "t.json", pairs, labels(label("p0", "a")), "label_studio")

    [task] = json.loads((tmp_path / "t.json").read_bytes())
    assert task["data"]["answer1"] == 'weather({"city": "Oslo"})'


CALL = {"type": "function", "function": {"name": "weather", "arguments": {"city": "Oslo"}}}


def test_label_studio_tasks_have_annotations_predictions_and_a_config(
    by_people_and_judge, tmp_path
):
    report = write(
        tmp_path / "t.json", [pair("p0"), pair("p1")], by_people_and_judge, "label_studio"
    )

    first, second = json.loads((tmp_path / "t.json").read_bytes())
    (annotation,) = first["annotations"]
    (prediction,) = first["predictions"]
    assert annotation["lead_time"] == 3.5
    assert annotation["ground_truth"] is False
    assert first["data"]["pair"] == "p0"
    assert [{"selected": "left"}, {"rating": 2}, {"text": ["n"]}, {"text": ["anna"]}] == [
        result["value"] for result in annotation["result"]
    ]
    assert (prediction["model_version"], prediction["score"]) == ("judge-x", 0.75)
    assert annotation["result"][0]["to_name"] == "answer1,answer2"
    assert prediction["result"][0] == {
        "id": "p0-1-verdict",
        "from_name": "verdict",
        "to_name": "prompt",
        "type": "choices",
        "value": {"choices": ["right"]},
        "meta": {"text": ["judge-x"]},
    }
    assert second["annotations"][0]["result"][0]["value"] == {"choices": ["both bad"]}
    assert tmp_path / "t.xml" in report.files

    config = ET.parse(tmp_path / "t.xml").getroot()  # noqa: S314 - our own file
    controls = {node.get("name"): node for node in config.iter() if node.get("toName")}
    results = [annotation["result"], prediction["result"], second["annotations"][0]["result"]]
    for result in chain(*results):
        assert result["to_name"] == controls[result["from_name"]].get("toName")
        assert result["type"] == controls[result["from_name"]].tag.lower()
    shown = {node.get("value", "").removeprefix("$") for node in config.iter("Text")}
    assert shown <= set(first["data"])
