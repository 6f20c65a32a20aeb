"""Every value has a fate that is told: rows and columns in the account of a reading."""

import copy
import json
from collections import Counter
from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from layout_samples import OWN, SAMPLES

import tiebreak as tb

PAIR = {"prompt": "Name a river.", "response_a": "The Danube.", "response_b": "A road."}
RANKED = {"prompt": "Name a river.", "chosen": "The Danube.", "rejected": "A road."}


def rows_of(reading):
    account = reading.account
    return account[account["kind"] == "row"]


def fates(reading):
    found = rows_of(reading)
    return list(zip(found["name"], found["fate"], strict=True))


def columns_of(reading):
    found = reading.account[reading.account["kind"] == "column"]
    told = {}
    for name, fate in zip(found["name"], found["fate"], strict=True):
        told.setdefault(name, set()).add(fate)
    return told


def what(reading, name):
    account = reading.account
    return "; ".join(account[account["name"].map(lambda one: one == name)]["what"])


# -- rows


def test_each_row_is_told_as_a_pair_a_label_merged_or_skipped(tmp_path):
    lines = [
        RANKED,
        RANKED | {"chosen": "A road.", "rejected": "The Danube."},
        {"prompt": "Name a tree.", "chosen": "Oak", "rejected": "Iron"},
        {"prompt": "Name a tree.", "chosen": "Oak", "rejected": "Iron"},
        {"prompt": "Name a metal.", "chosen": "Iron", "rejected": None},
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in lines) + "torn {\n")

    reading = tb.read_pairs(file, on_error="skip")

    assert fates(reading) == [
        (1, "pair"),
        (2, "label"),
        (3, "pair"),
        (4, "merged"),
        (5, "skipped"),
        (6, "skipped"),
    ]
    into = rows_of(reading)["into"].tolist()
    ids = [pair.id for pair in reading.found]
    assert into[:4] == [ids[0], ids[0], ids[1], 3]
    assert what(reading, 5) == "empty rejected"
    assert set(reading.account["file"]) == {str(file)}
    assert "6 lines: 2 became pairs, 1 labels an earlier pair, 1 was merged" in repr(reading)


def test_which_of_two_labels_of_an_annotator_counts_is_told_at_both_rows():
    rows = [PAIR | {"annotator": who, "preference": said} for who, said in VOTES]

    reading = tb.read_pairs(rows)

    assert "its label was replaced by its annotator's of item 2" in what(reading, 1)
    assert "its label replaces its annotator's of item 1" in what(reading, 2)


VOTES = [("ann", "a"), ("bob", "a"), ("bob", "b")]


def test_a_row_of_several_pairs_says_how_many():
    reading = tb.read_pairs(SAMPLES["nectar"])

    assert fates(reading) == [(0, "pair")]
    assert what(reading, 0).startswith("3 pairs")


def test_a_row_whose_answers_nobody_told_apart_is_skipped_with_the_reason():
    equal = [answer | {"rank": 1.0} for answer in SAMPLES["nectar"][0]["answers"]]

    reading = tb.read_pairs([SAMPLES["nectar"][0], SAMPLES["nectar"][0] | {"answers": equal}])

    assert fates(reading) == [(0, "pair"), (1, "skipped")]
    assert "no two answers of which one is better" in what(reading, 1)


def test_rows_that_are_joined_are_told_one_by_one():
    reading = tb.read_pairs(SAMPLES["oasst"])

    assert dict(fates(reading))[3] == "skipped"
    assert [fate for _, fate in fates(reading)].count("pair") == 6


def test_answers_of_one_model_alone_are_named():
    rows = [
        {"instruction": "A?", "output": "x", "generator": "m1", "cost": 1},
        {"instruction": "A?", "output": "y", "generator": "m2", "cost": 2},
        {"instruction": "B?", "output": "x", "generator": "m1", "cost": 3},
    ]

    reading = tb.read_pairs(rows)

    assert fates(reading) == [(0, "pair"), (1, "pair"), (2, "skipped")]
    assert reading.found[0].meta == {"cost_a": 1, "cost_b": 2}
    assert columns_of(reading)["cost"] == {"meta"}


# -- columns


def test_each_column_is_told_as_used_kept_or_dropped():
    reading = tb.read_pairs(SAMPLES["webgpt"])

    assert columns_of(reading)["quotes_0"] == {"dropped"}
    assert what(reading, "answer_0") == "a"
    assert "dropped: 'quotes_0', 'tokens_0', 'quotes_1', 'tokens_1'" in repr(reading)


def test_columns_go_by_the_names_that_the_user_has_for_them():
    row = {"question": "q", "best": "x", "worst": "y", "topic": "t"}
    named = {"prompt": "question", "chosen": "best", "rejected": "worst"}

    reading = tb.read_pairs([row], columns=named)

    assert columns_of(reading) == {
        "question": {"used"},
        "best": {"used"},
        "worst": {"used"},
        "topic": {"meta"},
    }


def test_what_is_dropped_within_messages_is_named():
    row = copy.deepcopy(SAMPLES["ms_swift"][0])
    row["messages"][1]["weight"] = 0.5
    row["messages"][2]["name"] = "bot"

    told = columns_of(tb.read_pairs([row]))

    assert told["messages[].weight"] == {"dropped"}
    assert "messages[].name" not in told


def test_what_stands_beside_the_prompt_is_told_as_part_of_it():
    reading = tb.read_pairs([RANKED | {"system": "Be terse.", "history": []}])

    assert what(reading, "system") == "system message of the prompt"
    assert columns_of(reading)["history"] == {"used"}


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        (PAIR | {"preference": "a", "annotator": "ann", "worker_id": 7}, {"worker_id": 7}),
        (PAIR | {"preference": "a", "strength": 7}, {"strength": 7}),
        (PAIR | {"preference": None, "annotator": "ann"}, {"annotator": "ann"}),
        (RANKED | {"model_a": "m", "chosen_model": "n"}, {"model_a": "m"}),
        (RANKED | {"annotator": "ann", "rater": "bob"}, {"rater": "bob"}),
    ],
)
def test_what_a_label_or_pair_has_no_place_for_is_kept_as_meta(row, kept):
    assert tb.read_pairs([row]).found[0].meta == kept


def test_a_prompt_that_the_dialogues_do_not_have_is_told():
    row = SAMPLES["ultrafeedback_binarized"][0]

    assert "prompt says something else" in what(tb.read_pairs([row | {"prompt": "Else?"}]), 0)
    assert what(tb.read_pairs([row]), 0) == ""


def test_predictions_of_which_only_the_ids_are_there_are_told():
    row = SAMPLES["label_studio"][0] | {"predictions": [17]}

    assert "predictions of which only the ids are there" in what(tb.read_pairs([row]), 0)


def test_two_answers_of_nobody_in_argilla_stay_two_labels():
    row = copy.deepcopy(SAMPLES["argilla"][0])
    row["responses"] = {"preference": [{"value": "response1"}, {"value": "response2"}]}

    labels = tb.read_pairs([row]).labels

    assert sorted(labels[labels["source"] == "human"]["preference"]) == ["a", "b"]


def test_two_pairwise_tags_are_a_preference_and_a_criterion():
    row = copy.deepcopy(SAMPLES["label_studio"][0])
    result = row["annotations"][0]["result"]
    result.append(result[0] | {"from_name": "safer", "value": {"selected": "right"}})

    labels = tb.read_pairs([row]).labels

    assert labels["preference"][0] == "a"
    assert labels["criterion_safer"][0] == "b"


def test_a_new_session_and_convert_print_it_in_short(tmp_path, capsys, open_session):
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(PAIR | {"topic": "t"}) + "\n")
    said = "Columns: 'prompt', 'response_a' (a), 'response_b' (b); kept as meta: 'topic'."

    open_session(file).close()
    assert said in capsys.readouterr().err

    open_session(file)
    assert capsys.readouterr().out == ""


# -- thumbs


def test_each_row_of_a_log_is_told_as_a_thumb_or_skipped():
    log = [
        {"prompt": "p", "response": "x", "thumb": "up", "session": 7},
        {"prompt": "p", "response": "y", "thumb": None, "session": 8},
        {"prompt": "p", "response": "", "thumb": "down", "session": 9},
    ]

    feedback = tb.read_feedback(log, on_error="skip")

    assert fates(feedback) == [(0, "thumb"), (1, "skipped"), (2, "skipped")]
    assert [what(feedback, number) for number in (1, 2)] == ["it has no thumb", "empty response"]
    assert columns_of(feedback)["session"] == {"dropped"}
    assert what(feedback, "thumb") == "label"
    assert "dropped: 'session'" in repr(feedback)


def test_what_a_log_has_in_its_messages_and_is_not_read_is_named():
    turns = [
        {"role": "user", "content": "Name a metal.", "weight": 1},
        {"role": "assistant", "content": "Iron"},
    ]

    feedback = tb.read_feedback([{"messages": turns, "label": True}])

    assert columns_of(feedback)["messages[].weight"] == {"dropped"}


# -- everything


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from leaves(item, (*path, place))
    elif value is not None:
        yield path, value


def changed(rows, path):
    rows = copy.deepcopy(rows)
    place = rows
    for step in path[:-1]:
        place = place[step]
    old = place[path[-1]]
    if isinstance(old, bool):
        place[path[-1]] = not old
    elif isinstance(old, int | float):
        place[path[-1]] = old + 1
    elif isinstance(old, str):
        place[path[-1]] = old + " too"
    else:
        return None
    return rows


def all_of(reading):
    return list(reading.found), reading.labels.to_csv(), rows_of(reading)["what"].tolist()


def without_deleted(value):
    """Leave out messages of which nothing matters, since they are told as skipped as a whole."""
    if isinstance(value, list):
        return [without_deleted(item) for item in value if not is_deleted(item)]
    if isinstance(value, dict):
        return {key: without_deleted(item) for key, item in value.items()}
    return value


def is_deleted(value):
    return isinstance(value, dict) and value.get("deleted") is True


def written(path):
    named = ""
    for step in path[1:]:
        named += "[]" if isinstance(step, int) else f".{step}" if named else step
    return named


# What is read, and of which not every change is one of the pairs or labels.
READ_FOR_ALL_THAT = {
    "content[].type",  # a part with a text is one
    "completed_by.id",  # who has an address goes by that
    "result[].id",  # tells what we wrote ourselves
    "result[].from_name",  # of the one tag that was answered
    "completions[].rank",  # the order counts
    "lang",  # of the first of two replies
    "message_tree_id",
    "image.path",  # of an image that is there with its bytes
    *("deleted", "was_cancelled"),
    *("message_id", "parent_id"),  # of messages that stand where they stand
    "result[].type",  # of another tag than the one of the two answers
    "review_result",  # of a message that is not ranked
    "to_name",  # of another tag than the one of the two answers
    "Rating",  # N/A, which is told
    "score_1",  # the negative of score_0
}


@pytest.mark.no_cover
@pytest.mark.parametrize("name", sorted(set(SAMPLES) - set(OWN)))
def test_what_is_told_as_used_or_kept_matters_and_what_is_dropped_does_not(name, monkeypatch):
    monkeypatch.setattr("tiebreak.reading.judges.now", lambda: datetime(2026, 1, 1, tzinfo=UTC))
    rows = without_deleted(SAMPLES[name])
    reading = tb.read_pairs(rows)
    told = columns_of(reading)
    dropped = {column for column, ways in told.items() if ways == {"dropped"}}
    before = all_of(reading)

    for column in {column for row in rows for column in row}:
        assert column in told
    for path, _ in leaves(rows):
        after = changed(rows, path)
        if after is None:
            continue
        try:
            again = tb.read_pairs(after, layout=name)
        except tb.PairsError:
            matters = True
        else:
            matters = before != all_of(again)
        column = written(path)
        is_dropped = any(
            column == one or column.startswith((f"{one}.", f"{one}[")) for one in dropped
        )
        generic = column.replace(".preference.", ".*.")
        is_dropped = is_dropped or generic in dropped
        if not column.endswith(tuple(READ_FOR_ALL_THAT)):
            assert matters != is_dropped, (column, matters)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=6)
NUMBERS = st.integers(-9, 9) | st.floats(allow_nan=True, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | WORDS
CELLS = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(WORDS, SCALARS, max_size=2)
KNOWN = st.sampled_from(
    [
        *("prompt", "response_a", "response_b", "a", "b", "chosen", "rejected", "preference"),
        *("annotator", "rater", "strength", "source", "id", "model_a", "chosen_model"),
        *("system", "history", "context", "images", "meta", "tools", "reference", "messages"),
        *("instruction", "input", "score_chosen", "winner", "question", "responses", "scores"),
    ]
)
TEXTS = st.sampled_from(["Name a river.", "The Danube.", "A road.", "a", "b", "tie"])
SHAPES = st.sampled_from(
    [
        ("prompt", "response_a", "response_b"),
        ("prompt", "a", "b"),
        ("prompt", "response_a", "response_b", "preference"),
        ("prompt", "chosen", "rejected"),
        ("instruction", "chosen", "rejected"),
    ]
)


@st.composite
def tables(draw):
    shape = draw(SHAPES)
    others = draw(st.lists(KNOWN | WORDS, max_size=4, unique=True))
    rows = []
    for _ in range(draw(st.integers(1, 5))):
        if rows and draw(st.booleans()):
            rows.append(copy.deepcopy(draw(st.sampled_from(rows))))
            continue
        row = {name: draw(TEXTS if draw(st.integers(0, 9)) else CELLS) for name in shape}
        row |= {name: draw(CELLS) for name in others if name not in shape}
        rows.append(row if draw(st.integers(0, 9)) else {})
    return rows


def holds(whole, value):
    if isinstance(value, dict):
        return all(holds(whole, item) for item in value.values())
    if isinstance(value, list):
        return all(holds(whole, item) for item in value)
    if value is None or value == "" or pd.isna(value):
        return True
    said = {json.dumps(value, ensure_ascii=False)}
    if isinstance(value, float) and value % 1 == 0:
        said.add(str(int(value)))
    if isinstance(value, str) and not value.strip():
        return True
    return any(one.strip('"') in whole for one in said)


def account_for(rows):
    try:
        reading = tb.read_pairs(rows, on_error="skip")
    except tb.PairsError:
        return False
    told = rows_of(reading)
    assert told["name"].tolist() == list(range(len(rows)))
    assert set(told["fate"]) <= {"pair", "label", "merged", "skipped"}
    assert +reading.told._count_fates() == Counter(told["fate"])  # what is said in short
    columns = columns_of(reading)
    of_row = dict(zip(told["name"], zip(told["fate"], told["what"], strict=True), strict=True))
    whole = "\n".join(
        [
            *(
                json.dumps(
                    [p.prompt, p.a, p.b, p.id, p.model_a, p.model_b, p.meta], ensure_ascii=False
                )
                for p in reading.found
            ),
            reading.labels.to_json(orient="records", force_ascii=False, date_format="iso"),
        ]
    )
    for number, row in enumerate(rows):
        fate, said = of_row[number]
        assert fate != "skipped" or said
        for column, value in row.items():
            if fate == "skipped":
                continue
            named = columns.get(column, {"dropped"}) == {"dropped"} or repr(column) in said
            named = named or f"{column} " in said or "replaced" in said or fate == "merged"
            within = any(one.startswith((f"{column}[", f"{column}.")) for one in columns)
            assert named or within or holds(whole, value), (column, value, said, columns)
    return True


@settings(max_examples=40)
@given(tables())
def test_rows_in_are_rows_told_and_every_value_is_found_or_told(rows):
    assume(account_for(rows))


@pytest.mark.long
@settings(max_examples=2_000)
@given(tables())
def test_rows_in_are_rows_told_and_every_value_is_found_or_told_at_length(rows):
    assume(account_for(rows))


def test_an_ordinary_row_costs_the_account_its_name_alone():
    reading = tb.read_pairs(pd.DataFrame([PAIR | {"prompt": f"{n}?"} for n in range(1_000)]))
    account = reading.told

    assert len(account.names) == 1_000
    kept = [value for name, value in vars(account).items() if isinstance(value, dict)]
    assert not any(kept)
