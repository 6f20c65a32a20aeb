import gzip
import io
import json

import datasets
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

import tiebreak as tb
from tiebreak.reading.sources import open_table

ASK = [{"role": "user", "content": "2 + 2?"}]
ROWS = [
    {
        "prompt": ASK,
        "response_a": [{"role": "assistant", "content": "4"}],
        "response_b": [{"role": "assistant", "content": "5"}],
        "n": 1,
    },
    {
        "prompt": ASK,
        "response_a": [{"role": "assistant", "content": "four"}],
        "response_b": [{"role": "assistant", "content": "five"}],
        "n": None,
    },
]
FLAT = [{"prompt": "p", "response_a": "x", "response_b": "y é\u2028"}]
LINES = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in FLAT).encode()
TABLE = "prompt,response_a,response_b\np,x,y é\u2028\n".encode()


def parquet(rows):
    buffer = io.BytesIO()
    pd.DataFrame(rows).to_parquet(buffer)
    return buffer.getvalue()


CONTENTS = {
    "p.jsonl": LINES,
    "p.ndjson": LINES,
    "p.json": json.dumps(FLAT).encode(),
    "p.csv": TABLE,
    "p.parquet": parquet(FLAT),
}
COMPRESS = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}


def rows_of(source):
    table = open_table(source)
    assert not table.broken
    return [dict(row) for _, row in table.rows]


@pytest.mark.parametrize("ending", COMPRESS)
@pytest.mark.parametrize("name", CONTENTS)
def test_every_kind_of_file_opens_plain_and_compressed(name, ending, tmp_path):
    (tmp_path / (name + ending)).write_bytes(COMPRESS[ending](CONTENTS[name]))

    assert rows_of(tmp_path / (name + ending)) == FLAT


@pytest.mark.parametrize("ending", COMPRESS)
@pytest.mark.parametrize("name", CONTENTS)
def test_an_open_file_is_read_by_its_name_and_a_nameless_one_by_how_it_begins(
    name, ending, tmp_path
):
    content = COMPRESS[ending](CONTENTS[name])
    path = tmp_path / (name + ending)
    path.write_bytes(content)

    with path.open("rb") as file:
        assert rows_of(file) == FLAT
    assert rows_of(io.BytesIO(content)) == FLAT


@pytest.mark.parametrize("name", ["p.jsonl", "p.json", "p.csv"])
def test_a_file_may_be_open_as_text(name, tmp_path):
    (tmp_path / name).write_bytes(CONTENTS[name])

    with (tmp_path / name).open(encoding="utf-8") as file:
        assert rows_of(file) == FLAT
    assert rows_of(io.StringIO(CONTENTS[name].decode())) == FLAT


def test_zstd_frames_one_after_the_other_are_one_file(tmp_path):
    path = tmp_path / "p.jsonl.zst"
    path.write_bytes(zstandard.compress(LINES) + zstandard.compress(LINES))

    assert rows_of(path) == FLAT * 2


def test_an_open_gzip_file_is_read_by_the_name_within_its_ending(tmp_path):
    (tmp_path / "p.csv.gz").write_bytes(gzip.compress(TABLE))

    with gzip.open(tmp_path / "p.csv.gz") as file:
        assert rows_of(file) == FLAT


@pytest.mark.parametrize(
    "make",
    [
        list,
        tuple,
        iter,
        lambda rows: (dict(row) for row in rows),
        pl.DataFrame,
        pa.Table.from_pylist,
        datasets.Dataset.from_list,
        lambda rows: datasets.Dataset.from_list(rows).with_format("numpy"),
        lambda rows: datasets.Dataset.from_list(rows).to_iterable_dataset(),
        lambda rows: pa.Table.from_pylist(rows).to_pandas(types_mapper=pd.ArrowDtype),
        lambda rows: pd.read_parquet(io.BytesIO(parquet(rows))),
        lambda rows: io.BytesIO(parquet(rows)),
    ],
)
def test_messages_are_lists_of_dicts_whatever_held_them(make):
    rows = rows_of(make(ROWS))

    texts = ("prompt", "response_a", "response_b")
    assert [[row[name] for name in texts] for row in rows] == [
        [row[name] for name in texts] for row in ROWS
    ]
    assert rows[0]["n"] == 1


def test_a_parquet_file_keeps_whole_numbers_beside_gaps(tmp_path):
    table = pa.table({"prompt": ["p", "q"], "n": pa.array([2**60 + 1, None])})
    pq.write_table(table, tmp_path / "p.parquet")

    assert [row["n"] for row in rows_of(tmp_path / "p.parquet")] == [2**60 + 1, None]


def test_the_index_that_pandas_keeps_in_parquet_is_no_column(tmp_path):
    pd.DataFrame(FLAT, index=[7]).to_parquet(tmp_path / "p.parquet")

    assert rows_of(tmp_path / "p.parquet") == FLAT


def test_what_is_no_row_is_told_under_its_line_and_the_others_are_read(tmp_path):
    (tmp_path / "p.jsonl").write_bytes(b"{}\n[1]\n\nnot json\n" + LINES + b'{"a": "\xff"}\n{"cut')

    table = open_table(tmp_path / "p.jsonl")

    assert [name for name, _ in table.rows] == [1, 5]
    assert [name for name, _ in table.broken] == [2, 4, 6, 7]
    assert all("not a JSON object in UTF-8" in what for _, what in table.broken)


@pytest.mark.parametrize("ending", [".gz", ".zst"])
@pytest.mark.parametrize("keep", [0, 3, 20, -1, -8])
def test_a_compressed_file_that_was_cut_short_is_refused(ending, keep, tmp_path):
    content = COMPRESS[ending](LINES * 50)
    path = tmp_path / f"p.jsonl{ending}"
    path.write_bytes(content[:keep])

    with pytest.raises(tb.PairsError, match=r"damaged, or was cut short|has no rows") as error:
        tb.read_pairs(path)
    assert keep == 0 or "cut short" in str(error.value)


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_a_file_that_is_not_compressed_as_its_ending_says_is_read_where_it_tells_what_it_is(
    ending, tmp_path
):
    path = tmp_path / f"p.jsonl{ending}"
    path.write_bytes(LINES)

    assert rows_of(path) == FLAT
    assert open_table(path).notes == [f"{path} is not packed, whatever its ending says."]
    path.write_bytes(b"no kind of rows")
    with pytest.raises(tb.PairsError, match="damaged, or was cut short"):
        open_table(path)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("p.gz", r"p\.gz cannot be read: there is no such file"),
        ("p.docx.gz", r"p\.docx\.gz cannot be read: there is no such file"),
        ("p", "p cannot be read: there is no such file"),
        ("p\0.csv", "cannot be read"),
        ({"prompt": ["p"]}, "not as dict"),
        (pl.LazyFrame(FLAT), "not as LazyFrame"),
        (pa.table([pa.array(["p"])] * 2, names=["x", "x"]), "two columns named 'x'"),
    ],
)
def test_what_cannot_be_opened_is_refused_with_a_reason(source, message):
    with pytest.raises(tb.PairsError, match=message):
        open_table(source)


def test_an_open_file_that_gives_nothing_to_read_is_refused(tmp_path):
    closed = io.BytesIO(LINES)
    closed.close()

    with pytest.raises(tb.PairsError, match="cannot be read: I/O operation on closed file"):
        open_table(closed)
    with (
        (tmp_path / "p.jsonl").open("w", encoding="utf-8") as file,
        pytest.raises(tb.PairsError, match="cannot be read: not readable"),
    ):
        open_table(file)


def test_a_text_file_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "p.jsonl").write_bytes('{"prompt": "é"}'.encode("latin-1"))

    with (
        (tmp_path / "p.jsonl").open(encoding="utf-8") as file,
        pytest.raises(tb.PairsError, match="cannot be read"),
    ):
        open_table(file)


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_json_file_may_hold_an_object_a_line_as_datasets_writes_it(end, tmp_path):
    lines = LINES.decode().strip()
    (tmp_path / "p.json").write_bytes(f"\ufeff{lines}\n{lines}{end}".encode())

    assert rows_of(tmp_path / "p.json") == FLAT * 2


@pytest.mark.parametrize("name", ["p.jsonl", "p.json", "p.csv", "p.jsonl.gz"])
def test_an_empty_file_has_no_rows(name, tmp_path):
    (tmp_path / name).write_bytes(gzip.compress(b"\n") if name.endswith("gz") else b"\n")

    with pytest.raises(tb.PairsError, match="has no rows"):
        tb.read_pairs(tmp_path / name)


def test_an_open_file_may_have_an_ending_in_capitals(tmp_path):
    path = tmp_path / "P.CSV.GZ"
    path.write_bytes(gzip.compress(TABLE))

    with path.open("rb") as file:
        assert rows_of(file) == FLAT


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("p.json", b'{"prompt": {"0": "p"}}', r"to_json\(path, orient='records'\)"),
        ("p.json", b'{"data": [{"prompt": "p"}]}', r"json\.load\(file\)\['data'\]"),
        ("p.json", b'{"prompt": ["p", "q"]}', r"pandas\.DataFrame\(json\.load\(file\)\)"),
        ("p.docx", b"no kind of rows", r"the ending '\.docx' is not one of"),
    ],
)
def test_a_file_of_another_make_is_told_with_what_reads_it(name, content, message, tmp_path):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(tb.PairsError, match=message):
        open_table(tmp_path / name)


def test_a_name_on_the_hub_is_told_to_be_loaded_first():
    with pytest.raises(tb.PairsError, match=r"datasets\.load_dataset"):
        open_table("Anthropic/hh-rlhf")
