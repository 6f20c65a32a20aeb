import contextlib
import csv
import datetime as dt
import decimal
import enum
import fractions
import json

import datasets
import numpy as np
import pandas as pd
import pytest
from helpers import DATA, to_pairs
from hypothesis import given, settings
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak.records.pair import Pair, content_id
from tiebreak.store.adding import in_blocks

ROWS = [
    {"prompt": "2 + 2?", "response_a": "4", "response_b": "5", "topic": "sums"},
    {"prompt": "Sky?", "response_a": "blue \U0001f600", "response_b": "grey\u2028", "topic": "air"},
]
ASK = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "2 + 2?"}]
CHAT = [
    {
        "prompt": ASK,
        "response_a": [{"role": "assistant", "content": "4"}],
        "response_b": [{"role": "assistant", "content": "5"}],
    },
    {
        "prompt": ASK[1:],
        "response_a": [{"role": "assistant", "content": "four"}],
        "response_b": [{"role": "assistant", "content": "five"}],
    },
]
PLAIN = {"prompt": "p", "response_a": "x", "response_b": "y"}


def texts(pairs):
    return [(pair.prompt, pair.a, pair.b) for pair in pairs]


def texts_of(rows):
    return [(row["prompt"], row["response_a"], row["response_b"]) for row in rows]


def refusal(source):
    with pytest.raises(tb.PairsError) as caught:
        to_pairs(source)
    return caught


def write_jsonl(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def write_csv(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


WRITERS = {
    "p.jsonl": write_jsonl,
    "p.ndjson": write_jsonl,
    "P.JSONL": write_jsonl,
    "p.json": lambda path, rows: path.write_text(json.dumps(rows), encoding="utf-8"),
    "p.csv": write_csv,
    "p.parquet": lambda path, rows: pd.DataFrame(rows).to_parquet(path),
}


# -- what is accepted


@pytest.mark.parametrize("make", [pd.DataFrame, list, tuple, datasets.Dataset.from_list])
@pytest.mark.parametrize("rows", [ROWS, CHAT])
def test_pairs_come_from_frames_lists_and_datasets(make, rows):
    assert texts_of(rows) == texts(to_pairs(make(rows)))


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("kind", [str, lambda path: path])
def test_pairs_come_from_files(name, kind, tmp_path):
    path = tmp_path / name
    WRITERS[name](path, ROWS)

    pairs = to_pairs(kind(path))

    assert texts_of(ROWS) == texts(pairs)
    assert [{"topic": "sums"}, {"topic": "air"}] == [pair.meta for pair in pairs]


@pytest.mark.parametrize("name", [name for name in WRITERS if name != "p.csv"])
def test_messages_come_from_files(name, tmp_path):
    WRITERS[name](tmp_path / name, CHAT)

    assert texts_of(CHAT) == texts(to_pairs(tmp_path / name))


def test_messages_come_as_numpy_arrays_from_a_parquet_frame(tmp_path):
    pd.DataFrame(CHAT).to_parquet(tmp_path / "chat.parquet")
    frame = pd.read_parquet(tmp_path / "chat.parquet")
    assert isinstance(frame["prompt"][0], np.ndarray)

    assert to_pairs(CHAT) == to_pairs(frame)


def test_keys_that_parquet_fills_with_none_do_not_change_a_message(tmp_path):
    call = {"role": "assistant", "content": None, "tool_calls": [{"name": "sum", "n": 2}]}
    rows = [CHAT[0] | {"response_a": [call]}, CHAT[1]]
    pd.DataFrame(rows).to_parquet(tmp_path / "calls.parquet")

    assert to_pairs(rows) == to_pairs(tmp_path / "calls.parquet")


@pytest.mark.parametrize("text", ["NA", "None", "007", "null", "nan", "1e5", "True", " x ", "-"])
def test_csv_keeps_a_text_as_it_stands(text, tmp_path):
    write_csv(tmp_path / "p.csv", [{"id": "001", **PLAIN, "response_a": text, "extra": text}])

    [pair] = to_pairs(tmp_path / "p.csv")

    assert ("001", text, {"extra": text}) == (pair.id, pair.a, pair.meta)


def test_csv_keeps_line_breaks_commas_and_quotes(tmp_path):
    nasty = 'one,\n"two"\r\nthree; é'
    write_csv(tmp_path / "p.csv", [{**PLAIN, "response_a": nasty}])

    assert nasty == to_pairs(tmp_path / "p.csv")[0].a


@pytest.mark.parametrize("name", ["p.csv", "p.json", "p.jsonl"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(name, tmp_path):
    WRITERS[name](tmp_path / name, ROWS)
    (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + (tmp_path / name).read_bytes())

    assert texts_of(ROWS) == texts(to_pairs(tmp_path / name))


def test_empty_lines_in_jsonl_are_passed_over(tmp_path):
    write_jsonl(tmp_path / "p.jsonl", ROWS)
    path = tmp_path / "p.jsonl"
    path.write_bytes(b"\n" + path.read_bytes().replace(b"\n", b"\r\n  \n"))

    assert texts_of(ROWS) == texts(to_pairs(path))


def test_chosen_becomes_a_and_rejected_becomes_b():
    row = {"prompt": "p", "chosen": "good", "rejected": "bad", "score": 2}

    [pair] = to_pairs([row])

    assert Pair(pair.id, "p", "good", "bad", meta={"score": 2}) == pair


def test_what_tiebreak_writes_is_taken_back(open_session):
    session = open_session([ROWS[0] | {"model_a": "m", "model_b": "n"}, ROWS[1], CHAT[0]])
    stored = to_pairs(session._store.path / "pairs.jsonl")

    assert list(session._pairs.values()) == stored
    assert stored == to_pairs(session.pairs)


def test_the_other_columns_are_kept_as_meta_in_plain_types():
    row = {
        **PLAIN,
        "number": np.int64(3),
        "share": np.float64(0.5),
        "small": np.float32(0.5),
        "name": np.str_("n"),
        "flag": np.bool_(True),
        "day": pd.Timestamp("2024-01-02"),
        "date": dt.date(2024, 1, 2),
        "tags": np.array(["x", "y"]),
        "deep": {"a": [1, {"b": pd.NA}]},
        "gone": pd.NaT,
        "infinite": float("inf"),
        7: "seven",
    }
    [pair] = to_pairs([row])

    assert pair.meta == {
        "number": 3,
        "share": 0.5,
        "small": 0.5,
        "name": "n",
        "flag": True,
        "day": "2024-01-02T00:00:00",
        "date": "2024-01-02",
        "tags": ["x", "y"],
        "deep": {"a": [1, {"b": None}]},
        "7": "seven",
    }
    assert pair.meta == json.loads(b"".join(in_blocks([pair])))["meta"]


def test_numpy_strings_are_texts_names_and_ids():
    row = {key: np.str_(value) for key, value in {**PLAIN, "id": "i", "model_a": "m"}.items()}

    assert [Pair("i", "p", "x", "y", "m")] == to_pairs([row])
    assert [str] * 5 == [type(getattr(to_pairs([row])[0], n)) for n in Pair.__struct_fields__[:5]]


@pytest.mark.parametrize(
    ("own", "expected"),
    [(7, "7"), (7.0, "7"), (np.int64(7), "7"), ("007", "007"), (2**70, str(2**70))],
)
def test_an_own_id_may_be_a_whole_number(own, expected):
    assert expected == to_pairs([{**PLAIN, "id": own}])[0].id


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, pd.NaT, ""])
def test_a_missing_id_is_made_from_the_content(missing):
    assert content_id("p", "x", "y") == to_pairs([{**PLAIN, "id": missing}])[0].id


# -- ids

TEXTS = st.text(min_size=1).filter(str.strip)


def test_the_content_id_is_the_one_that_sessions_on_disk_have():
    assert content_id("2 + 2?", "4", "5") == "aa9f321ae69f22ef36a7"
    assert content_id(ASK, "4", CHAT[0]["response_b"]) == "26ae0aa09dc2b5614031"


@given(st.tuples(TEXTS, TEXTS, TEXTS), st.tuples(TEXTS, TEXTS, TEXTS))
def test_different_texts_have_different_ids(one, other):
    assert (one == other) == (content_id(*one) == content_id(*other))


@given(st.text(), st.text(), st.text(), st.integers(0, 5))
def test_moving_text_from_one_part_to_the_next_changes_the_id(prompt, a, b, cut):
    moved = (prompt[:cut], prompt[cut:] + a, b)

    assert (moved == (prompt, a, b)) == (content_id(*moved) == content_id(prompt, a, b))


def test_a_string_and_a_message_that_says_it_have_different_ids():
    assert content_id("x", "4", "5") != content_id([{"role": "user", "content": "x"}], "4", "5")


@given(st.permutations(range(6)), st.text(max_size=5))
def test_neither_row_order_nor_other_columns_change_an_id(places, extra):
    rows = [{**PLAIN, "response_b": f"answer {n}"} for n in range(6)]
    ids = [pair.id for pair in to_pairs(rows)]
    others = [{"extra": extra, **rows[n]} for n in places]

    assert [ids[n] for n in places] == [pair.id for pair in to_pairs(pd.DataFrame(others))]


def test_the_key_order_of_a_message_does_not_change_an_id():
    turned = [dict(reversed(list(message.items()))) for message in ASK]

    assert to_pairs(CHAT)[0].id == to_pairs([{**CHAT[0], "prompt": turned}])[0].id


# -- what is wrong


PROBLEMS = [
    ({"prompt": ""}, "empty prompt"),
    ({"prompt": " \n"}, "empty prompt"),
    ({"response_a": None}, "empty response_a"),
    ({"response_b": float("nan")}, "empty response_b"),
    ({"response_a": []}, "empty response_a"),
    ({"response_a": [{"role": "assistant", "content": " "}]}, "empty response_a"),
    ({"response_a": 7}, "response_a is neither text, messages, an image nor audio but int"),
    ({"response_a": {1}}, "response_a is neither text, messages, an image nor audio but set"),
    (
        {"response_a": {"role": "user"}},
        "response_a is neither text, messages, an image nor audio but dict",
    ),
    ({"response_a": "y"}, "identical responses in response_a and response_b"),
    ({"response_a": "\ud800"}, r"half a character \(a lone surrogate\) in response_a"),
    ({"topic": "\udfff"}, r"half a character \(a lone surrogate\) in column 'topic'"),
    ({"model_a": "\udfff"}, r"half a character \(a lone surrogate\) in model_a"),
    (
        {"prompt": [{"role": "user", "content": "\ud800"}]},
        r"half a character \(a lone surrogate\) in prompt",
    ),
    ({"prompt": [{"role": "human", "content": "x"}]}, r"unknown role 'human' \(there are system, "),
    ({"prompt": [{"role": ["user"], "content": "x"}]}, "message whose role is list in prompt"),
    ({"prompt": [{"content": "x"}]}, "a message without role and content in prompt"),
    ({"prompt": ["x"]}, "a message without role and content in prompt"),
    (
        {"prompt": [{"role": "user", "content": ["x"]}]},
        "part that is neither text, an image nor audio",
    ),
    ({"prompt": [{"role": "user", "content": None}]}, "message whose content is None"),
    ({"model_b": 1.5}, "model_b is neither text nor a whole number but float"),
    ({"model_b": float("inf")}, "model_b is neither text nor a whole number but float"),
    ({"id": ["x"]}, "id is neither text nor a whole number but list"),
    ({"id": "x" * 201}, "an id longer than 200 characters"),
    ({"topic": object()}, "a object, which JSON cannot hold, in column 'topic'"),
    ({"topic": 10**5000}, "a whole number of more than 4096 bits in column 'topic'"),
    ({"\ud800": "x"}, r"half a character \(a lone surrogate\) in column"),
]


@pytest.mark.parametrize(("change", "what"), PROBLEMS)
def test_a_problem_is_named_with_row_and_column(change, what):
    good = {**PLAIN, "prompt": "another"}

    error = refusal([good, {**PLAIN, **change}])

    assert error.value.rows == [1]
    error.match(rf"The list cannot be used yet: 1 item.*\n  - .*{what}.*: item 1\n")


def test_all_problems_of_all_rows_are_named_at_once():
    frame = pd.DataFrame(
        [
            {**PLAIN, "prompt": ""},
            PLAIN,
            {**PLAIN, "response_a": None, "response_b": 3},
            {**PLAIN, "prompt": " "},
            {**PLAIN, "response_b": "x"},
            PLAIN,
        ],
        index=list("uvwxyz"),
    )
    error = refusal(frame)

    assert sorted(error.value.rows) == ["u", "w", "x", "y", "z"]
    assert str(error.value) == (
        "The DataFrame cannot be used yet: 5 rows with problems.\n"
        "  - empty prompt: rows u, x\n"
        "  - empty response_a: row w\n"
        "  - response_b is neither text, messages, an image nor audio but int: row w\n"
        "  - identical responses in response_a and response_b: row y\n"
        "  - prompt, response_a and response_b the same as in an earlier row: row z\n"
        "Mend or drop these rows, for example: "
        "pairs = pairs.drop(index=['u', 'x', 'w', 'y', 'z'])\n"
        "All of them are in the error's .rows. Nothing was changed."
    )
    assert ["v"] == list(frame.drop(index=error.value.rows).index)


def test_many_rows_are_counted_and_all_of_them_in_the_error():
    error = refusal([{**PLAIN, "prompt": ""}] * 500)

    assert error.value.rows == list(range(500))
    error.match("items 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 490 more")
    assert len(str(error.value)) < 500


def test_a_row_of_a_file_is_named_by_its_line(tmp_path):
    write_jsonl(tmp_path / "p.jsonl", [PLAIN, {**PLAIN, "prompt": ""}, {}])

    error = refusal(tmp_path / "p.jsonl")

    assert error.value.rows == [2, 3]
    error.match(r"p\.jsonl cannot be used yet: 2 lines with problems")


def test_two_rows_with_one_id_are_named():
    error = refusal([{**PLAIN, "id": "i"}, {**PLAIN, "prompt": "q", "id": "i"}])

    assert error.value.rows == [1]
    error.match("an id that an earlier row has: item 1")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ([], "The list has no rows"),
        (pd.DataFrame(), "The DataFrame has no rows"),
        (pd.DataFrame(columns=["prompt", "response_a", "response_b"]), "has no rows"),
        ([{"prompt": "p", "response_a": "x"}], "has no column 'response_b'"),
        ([{"prompt": "p", "chosen": "x"}], "has no column 'rejected'"),
        ([{"Prompt": "p"}], "Its columns are 'Prompt'"),
        ([{"prompt": "p", "a": "x", "b": "y", "chosen": "x", "rejected": "y"}], "has both"),
        (["text"], "a row is a dict, not str: item 0"),
        ([PLAIN, None], "a row is a dict, not NoneType: item 1"),
        (7, "not as int"),
        (PLAIN, "not as dict"),
        (b"p.csv", "not as bytes"),
        (pd.DataFrame([["p", "x", "y", "x"]], columns=[*PLAIN, "prompt"]), "named 'prompt'"),
        (pd.DataFrame([["p", "x", "y", 1, 2]], columns=[*PLAIN, 7, "7"]), "two columns named '7'"),
        (
            datasets.DatasetDict(train=datasets.Dataset.from_list(ROWS)),
            r"splits \(train\)",
        ),
        ("nowhere.xlsx", r"nowhere\.xlsx cannot be read: there is no such file"),
        ("nowhere.csv", r"nowhere\.csv cannot be read: there is no such file"),
        ("nowhere.parquet", r"nowhere\.parquet cannot be read: there is no such file"),
    ],
)
def test_a_source_of_another_shape_is_refused_with_a_reason(source, message):
    refusal(source).match(message)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        (
            "p.jsonl",
            b'{"prompt": "p", "a": "x", "b": "y"}\nnot json\n',
            r"not a JSON object.*: line 2\n",
        ),
        ("p.jsonl", b"[1]\n", r"a row is a dict, not int: item 0\n"),
        ("p.jsonl", b'{"prompt": "\\ud800"}\n', r"not a JSON object.*: line 1\n"),
        ("p.jsonl", b'{"prompt": "\xff"}\n', r"not a JSON object in UTF-8 .*: line 1\n"),
        ("p.jsonl", b"[" * 100_000, "is not JSON"),
        ("p.jsonl", b"", "has no rows"),
        ("p.json", b"{}", "holds one dict, not a list"),
        ("p.json", b"", "has no rows"),
        ("p.json", b"[" * 100_000, "is not JSON"),
        ("p.csv", b"", "has no rows"),
        ("p.csv", b"prompt,response_a,response_b\np,\x81\xe9,y\n", "not in UTF-8: line 2"),
        ("p.csv", b"prompt,response_a,response_b\np,x,y\np,x,y,z\n", "4 cells .*: line 3"),
        ("p.csv", b"prompt,response_a,response_b\nHi, you,x,y\n", "4 cells .*: line 2"),
        ("p.csv", b"prompt,response_a,response_b\np,x\n", "2 cells .*: line 2"),
        ("p.csv", b"prompt,response_a,response_b\n", "has no rows"),
        ("p.parquet", b"PAR1", "is not a Parquet file"),
        ("p.parquet", b"", "is not a Parquet file"),
    ],
)
def test_a_damaged_file_is_refused_with_a_reason(name, data, message, tmp_path):
    (tmp_path / name).write_bytes(data)

    refusal(tmp_path / name).match(message)


@pytest.mark.parametrize("suffix", ["csv", "json", "jsonl", "parquet"])
def test_a_folder_in_place_of_a_file_is_refused(suffix, tmp_path):
    (tmp_path / f"p.{suffix}").mkdir()

    refusal(tmp_path / f"p.{suffix}")


@given(st.data())
def test_a_damaged_parquet_file_never_raises_anything_but_a_pairs_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("p") / "p.parquet"
    pd.DataFrame([PLAIN]).to_parquet(path)
    content = bytearray(path.read_bytes())
    for _ in range(3):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))] or content)

    with contextlib.suppress(tb.PairsError):
        to_pairs(path)


LOOP = []
LOOP.append(LOOP)
WEIRD = st.sampled_from(
    [
        *(None, pd.NA, pd.NaT, float("nan"), float("inf"), -0.0, 1.5, 7, -1, True),
        *(10**400, 10**5000, fractions.Fraction(10**400), decimal.Decimal("NaN"), 2**64, 1j),
        *("", " ", "x", "y", "\x00", "\ud800", "\u2028", "\U0001f600", np.str_("z"), b"x"),
        *(np.array([1, 2]), np.array("x"), np.float32(1), np.float64("nan"), np.void(b"x")),
        *(np.datetime64("NaT"), np.datetime64("2020-01-01T00:00:00.000000001"), np.array([])),
        *(pd.Series(["x"]), pd.DataFrame({"x": [1]}), pd.Timedelta("1s"), pd.Period("2020")),
        *(object(), int, len, Ellipsis, enum.IntEnum("E", "A").A, enum.Enum("F", "B").B),
        *({}, {"\ud800": 1}, {1: 2, "1": 3}, {10**5000: 1}, {(1, 2): {3}}, LOOP, [LOOP], [[]], ()),
        *(dt.datetime(1, 1, 1), dt.time(1), {1, 2}, range(3), iter("x")),  # noqa: DTZ001
    ]
)
MESSAGES = st.lists(
    st.one_of(
        WEIRD,
        st.dictionaries(st.sampled_from(["role", "content", "tool_calls", 7, "\ud800"]), WEIRD),
        st.fixed_dictionaries(
            {"role": st.one_of(st.just("user"), WEIRD), "content": WEIRD},
            optional={"name": WEIRD, 7: WEIRD, "\ud800": WEIRD, "tool_calls": WEIRD},
        ),
    ),
    max_size=3,
)
CELL = st.one_of(WEIRD, MESSAGES, MESSAGES.map(tuple), st.text(max_size=3), st.just("good"))
GARBAGE = st.fixed_dictionaries(
    {"prompt": CELL, "response_a": CELL, "response_b": CELL},
    optional=dict.fromkeys(("id", "model_a", "model_b", "meta", "extra", 7, "�"), CELL),
)


def as_objects(rows):
    """A frame that holds the very cells, which pandas' own reading of rows may refuse to do."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = np.empty((len(rows), len(names)), dtype=object)
    for number, row in enumerate(rows):
        for place, name in enumerate(names):
            cells[number, place] = row.get(name)
    return pd.DataFrame(cells, columns=pd.Index(names, dtype=object), dtype=object)


@settings(max_examples=75)
@given(st.lists(GARBAGE, min_size=1, max_size=4), st.booleans())
def test_weird_cells_give_pairs_that_can_be_stored_or_a_pairs_error(rows, as_frame):
    source = as_objects(rows) if as_frame else rows
    try:
        pairs = to_pairs(source)
    except tb.PairsError:
        return
    stored = [json.loads(line) for line in b"".join(in_blocks(pairs)).splitlines()]
    assert [pair.id for pair in pairs] == [row["id"] for row in stored]
    assert texts(pairs) == [(row["prompt"], row["a"], row["b"]) for row in stored]


# -- real data


def test_805_real_pairs_come_in_but_the_one_with_identical_responses(tmp_path):
    files = [DATA / f"alpaca_eval/outputs-{m}.jsonl" for m in ("claude-2.1", "vicuna-7b-v1.5")]
    if not all(file.exists() for file in files):
        pytest.skip(f"the AlpacaEval outputs are not at {DATA}")
    a, b = (pd.read_json(file, lines=True) for file in files)
    both = a.merge(b, on="instruction", suffixes=("_a", "_b"))
    names = {"instruction": "prompt", "output_a": "response_a", "output_b": "response_b"}
    names |= {"generator_a": "model_a", "generator_b": "model_b"}
    frame = both.rename(columns=names)

    error = refusal(frame)

    assert len(frame) == 805
    assert len(error.value.rows) == 1
    error.match("identical responses in response_a and response_b")
    session = tb.Session(tmp_path / "alpaca", frame.drop(index=error.value.rows), annotator="me")
    assert len(session.pairs) == 804
    assert session.pairs["a"].tolist() == frame.drop(index=error.value.rows)["response_a"].tolist()
    session.close()
