"""Ten gigabytes in a small file, and 200,000 columns: refused, within a gigabyte and ten seconds.

The seconds are a processor's, and a limit of the system ends what would take more.
"""

import sys

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_bounds import (
    MORE,
    WIDE,
    WIDE_FILES,
    make_delta,
    make_dictionary,
    make_gzip,
    make_messages,
    make_pages,
    make_plain_dictionary,
    make_rows_of_nothing,
    make_zstd,
    named,
    refused,
)

import tiebreak as tb

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="limits are set as on Linux"),
]
SECONDS = 10
COLUMNS = 200_000
BOMBS = {
    "b.jsonl.gz": lambda path: make_gzip(path, 10),
    "b.csv.gz": lambda path: make_gzip(path, 10),
    "b.json.gz": lambda path: make_gzip(path, 10),
    "b.jsonl.zst": make_zstd,
    "b.json.zst": make_zstd,
    "b.csv.zst": make_zstd,
    "b.parquet.zst": make_zstd,
    "dictionary.parquet": make_dictionary,
    "text.parquet": make_plain_dictionary,
    "messages.parquet": lambda path: make_messages(path, 8),
    "delta.parquet": lambda path: make_delta(path, 34),
    "pages.parquet": lambda path: make_pages(path, 34),
    "nothing.parquet": make_rows_of_nothing,
}


@pytest.mark.parametrize("name", BOMBS)
def test_ten_gigabytes_are_refused_by_every_way_in(name, tmp_path):
    BOMBS[name](tmp_path / name)

    refused({tmp_path / name: ()}, MORE, seconds=SECONDS)


@pytest.mark.parametrize("name", WIDE_FILES)
def test_200_000_columns_are_refused_by_every_way_in(name, tmp_path):
    (tmp_path / name).write_text(WIDE_FILES[name](COLUMNS))

    refused({tmp_path / name: ()}, WIDE, seconds=SECONDS)


def test_200_000_columns_of_parquet_are_refused_by_every_way_in(tmp_path):
    path = tmp_path / "wide.parquet"
    pq.write_table(pa.table({column: ["x"] for column in named(COLUMNS)}), path)

    refused({path: ()}, WIDE, seconds=SECONDS)


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.Table.from_pylist, list, iter])
def test_200_000_columns_in_memory_are_refused(make):
    for way in (tb.read_pairs, tb.check):
        with pytest.raises(tb.TiebreakError, match=WIDE):
            way(make([dict.fromkeys(named(COLUMNS), "x")]))
