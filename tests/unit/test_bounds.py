"""What is made to fill the memory, or never to end, is refused: without reading it to its end."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

import tiebreak as tb
from tiebreak.reading import limits

MORE = "unpacks to more than .* TIEBREAK_MAX_BYTES"
WIDE = "has more than 10,000 columns"

NEEDED = ["prompt", "chosen", "rejected"]

# One process imports once and forks for each file, whose ways in each have what the process held
# after its imports and a gigabyte on top. A file that is refused is told by its name.
RUN = """
import contextlib, io, json, os, re, resource, sys, traceback
import pyarrow.parquet, zstandard
import tiebreak as tb
from tiebreak.__main__ import main

files, said, seconds = sys.argv[1:]
WAYS = {
    "read_pairs": lambda path: tb.read_pairs(path),
    "open file": lambda path: tb.read_pairs(open(path, "rb")),
    "check": lambda path: tb.check(path),
    "make_pairs": lambda path: tb.make_pairs(path, candidates=["chosen", "rejected"]),
    "read_feedback": lambda path: tb.read_feedback(path, response="chosen", thumb="rejected"),
    "Session": lambda path: tb.Session(path + "-session", path),
}
# What the ways in import only when they are used.
row = {"prompt": "p", "chosen": "x", "rejected": "y"}
tb.read_pairs([row]), tb.check([row])

def limit_work():
    if seconds != "None":
        used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        resource.setrlimit(resource.RLIMIT_CPU, (int(used) + 1 + int(seconds), -1))

def refuse(path, ways):
    size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + 1_000_000_000,) * 2)
    for way in ways or WAYS:
        limit_work()
        try:
            WAYS[way](path)
        except tb.TiebreakError as error:
            assert re.search(said, str(error)), (way, str(error)[:300])
        else:
            raise AssertionError(way)
    for command in ([] if ways else (["check", path], ["convert", path, path + "-out.jsonl"])):
        limit_work()
        with contextlib.redirect_stderr(io.StringIO()) as told:
            assert main(command) == 2, command
        assert re.search(said, told.getvalue()), (command, told.getvalue()[:300])
    print(os.path.basename(path), flush=True)

for path, ways in json.loads(files):
    child = os.fork()
    if not child:
        try:
            refuse(path, ways)
        except BaseException:
            print("In " + path, file=sys.stderr)
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(0)
    os.waitpid(child, 0)
"""


def refused(files, said, seconds=None):
    """Each way in refuses each of the files with these words, and takes less than a gigabyte.

    Of a file, the ways that are tried are given; none are all of them. ``seconds`` is how long a
    processor may work on one way.
    """
    asked = json.dumps([(str(path), ways) for path, ways in files.items()])
    run = [sys.executable, "-W", "ignore", "-c", RUN, asked, said, str(seconds)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [path.name for path in files], done.stderr


def rows_at_one(text, number):
    """Arrow's columns of one long text, said once and referred to by every row."""
    said = pa.DictionaryArray.from_arrays(pa.array([0] * number, pa.int32()), pa.array([text]))
    return pa.table(dict.fromkeys(NEEDED, said))


def make_gzip(path, gigabytes=2):
    path.write_bytes(gzip.compress(bytes(100_000_000)) * 10 * gigabytes)


def make_zstd(path):
    path.write_bytes(zstandard.compress(bytes(100_000_000)) * 100)


def make_dictionary(path):
    pq.write_table(
        rows_at_one("x" * 1_000_000, 4_000),
        path,
        compression="zstd",
        dictionary_pagesize_limit=10_000_000,
    )


def make_plain_dictionary(path):
    """The same, but read back as text."""
    pq.write_table(
        rows_at_one("x" * 1_000_000, 4_000),
        path,
        compression="zstd",
        dictionary_pagesize_limit=10_000_000,
        store_schema=False,
    )


def make_messages(path, groups=1):
    """Ten messages a row, of a text that the file holds once."""
    message = [{"role": "user", "content": "x" * 1_000_000}]
    with pq.ParquetWriter(
        path,
        pa.Table.from_pylist([dict.fromkeys(NEEDED, message)]).schema,
        compression="zstd",
        dictionary_pagesize_limit=10_000_000,
        store_schema=False,
    ) as file:
        said = rows_at_one("x" * 1_000_000, 600)["prompt"].chunk(0).dictionary_decode()
        struct = pa.StructArray.from_arrays([pa.array(["user"] * 600), said], ["role", "content"])
        lists = pa.ListArray.from_arrays(pa.array(range(0, 601, 10), pa.int32()), struct)
        for _ in range(groups):
            file.write_table(pa.table(dict.fromkeys(NEEDED, lists)))


def make_delta(path, groups=3):
    """Texts that are each said to begin as the one before."""
    write_groups(path, groups, column_encoding="DELTA_BYTE_ARRAY", store_schema=False)


def make_pages(path, groups=3):
    write_groups(path, groups)


def write_groups(path, groups, **how):
    """Row groups of a hundred long texts in each column."""
    table = pa.table({name: ["x" * 1_000_000] * 100 for name in NEEDED})
    options = {"compression": "zstd", "use_dictionary": False, **how}
    with pq.ParquetWriter(path, table.schema, **options) as file:
        for _ in range(groups):
            file.write_table(table)


def make_rows_of_nothing(path):
    table = pa.table(dict.fromkeys(NEEDED, pa.nulls(20_000_000)))
    pq.write_table(table, path, compression="zstd")


def make_marks(content):
    """A file of next to nothing but values, each of which takes a hundred times its text."""
    return lambda path: path.write_bytes(gzip.compress(content * 20_000_000))


BOMBS = {
    "dicts.json.gz": make_marks(b"[{},"),
    "lines.jsonl.gz": make_marks(b"{}\n"),
    "rows.csv.gz": make_marks(b",,\n"),
    "b.jsonl.gz": make_gzip,
    "b.csv.gz": make_gzip,
    "b.json.zst": make_zstd,
    "b.parquet.zst": make_zstd,
    "dictionary.parquet": make_dictionary,
    "text.parquet": make_plain_dictionary,
    "messages.parquet": make_messages,
    "delta.parquet": make_delta,
    "pages.parquet": make_pages,
    "nothing.parquet": make_rows_of_nothing,
}


linux = pytest.mark.skipif(
    sys.platform != "linux", reason="the size of a process is read as on Linux"
)


@linux
def test_whatever_unpacks_to_gigabytes_is_refused_within_one_and_some_by_every_way_in(tmp_path):
    ways = dict.fromkeys(BOMBS, ("read_pairs", "check"))
    ways |= dict.fromkeys(["b.jsonl.gz", "b.json.zst", "dictionary.parquet"], ())
    for name, make in BOMBS.items():
        make(tmp_path / name)

    refused({tmp_path / name: each for name, each in ways.items()}, MORE)


def own_columns(number):
    """Rows that have two hundred columns each that no other has."""
    return [
        dict.fromkeys(NEEDED, str(row)) | {f"{row} {n}": n for n in range(200)}
        for row in range(number // 200)
    ]


def write_lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def named(number):
    return [*NEEDED, *(f"c{n}" for n in range(number))]


WIDE_FILES = {
    "header.csv": lambda n: ",".join(named(n)) + "\n" + "x," * (n + 2) + "x\n",
    "quoted.csv": lambda n: '"prompt\n",' + ",".join(named(n)[3:]) + "\n",
    "row.csv": lambda n: "\n\nprompt,chosen,rejected\n" + "x," * (n + 2) + "x\n",
    "row.jsonl": lambda n: write_lines([dict.fromkeys(named(n), "x")]),
    "row.json": lambda n: json.dumps([dict.fromkeys(named(n), "x")]),
    "own.jsonl": lambda n: write_lines(own_columns(n)),
}


@linux
def test_a_file_of_more_columns_than_anybody_means_is_refused(tmp_path):
    ways = dict.fromkeys(WIDE_FILES, ("read_pairs", "check")) | {"header.csv": ()}
    for name, make in WIDE_FILES.items():
        (tmp_path / name).write_text(make(50_000))

    refused({tmp_path / name: each for name, each in ways.items()}, WIDE)


def test_parquet_of_more_columns_than_anybody_means_is_refused(tmp_path):
    path = tmp_path / "wide.parquet"
    pq.write_table(pa.table({column: ["x"] for column in named(10_000)}), path)

    for way in (tb.read_pairs, tb.check):
        with pytest.raises(tb.TiebreakError, match=WIDE):
            way(path)


@pytest.mark.parametrize(
    "make",
    [
        pd.DataFrame,
        pl.DataFrame,
        pa.Table.from_pylist,
        list,
        iter,
    ],
)
def test_rows_in_memory_with_more_columns_than_anybody_means_are_refused(make):
    for way in (tb.read_pairs, tb.check):
        with pytest.raises(tb.TiebreakError, match=WIDE):
            way(make([dict.fromkeys(named(10_000), "x")]))


def test_what_is_kept_of_pairs_counts_as_columns_too():
    texts = {"prompt": "p", "response_a": "x"}
    rows = [
        texts | {"response_b": str(row), "meta": {f"{row} {n}": n for n in range(200)}}
        for row in range(100)
    ]
    with pytest.raises(tb.PairsError, match="has more than 10,000 columns"):
        tb.read_pairs(rows)


def test_criteria_count_as_columns_too():
    label = {"annotator": "ann", "source": "human", "preference": "a"}
    rows = [
        {"id": str(row), "prompt": "p", "a": "x", "b": str(row)}
        | {"labels": [label | {"criteria": {f"{row} {n}": "a" for n in range(200)}}]}
        for row in range(100)
    ]
    with pytest.raises(tb.PairsError, match="has more than 10,000 criteria"):
        tb.read_pairs(rows)


@pytest.mark.parametrize("name", ["p.jsonl.gz", "p.jsonl.zst", "p.parquet"])
def test_the_environment_says_how_much_a_file_may_unpack_to(name, tmp_path, monkeypatch):
    rows = [{"prompt": "p" * 1_000, "chosen": str(n), "rejected": "no"} for n in range(100)]
    path = tmp_path / name
    if name.endswith("parquet"):
        pd.DataFrame(rows).to_parquet(path)
    else:
        pack = gzip.compress if name.endswith("gz") else zstandard.compress
        path.write_bytes(pack(write_lines(rows).encode()))

    monkeypatch.setenv(limits.MAX_BYTES, "10_000")
    for way in (tb.read_pairs, tb.check):
        with pytest.raises(tb.TiebreakError, match=r"more than 10,000 bytes.*TIEBREAK_MAX_BYTES"):
            way(path)
    monkeypatch.setenv(limits.MAX_BYTES, "1_000_000")
    assert len(tb.read_pairs(path)) == 100
    monkeypatch.setenv(limits.MAX_BYTES, "much")
    with pytest.raises(tb.PairsError, match="is a number of bytes, not 'much'"):
        tb.read_pairs(path)


def test_rows_that_say_next_to_the_same_are_read_from_a_packed_file(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "_VALUE", limits._ALWAYS)
    said = {"role": "user", "content": "hi"}
    rows = [
        {"prompt": [said], "chosen": [said | {"role": "assistant"}], "rejected": str(number)}
        for number in range(5_000)
    ]
    path = tmp_path / "p.jsonl.gz"
    path.write_bytes(gzip.compress(write_lines(rows).encode()))

    assert len(tb.read_pairs(path)) == 5_000


def test_a_file_that_is_as_large_as_it_unpacks_to_is_never_refused():
    packed = 10 * limits.most_bytes(None)

    assert limits.most_bytes(packed) > packed


def test_an_open_file_without_an_end_is_refused(monkeypatch):
    monkeypatch.setenv(limits.MAX_BYTES, "5_000_000")

    with Path("/dev/zero").open("rb") as file, pytest.raises(tb.PairsError, match=MORE):
        tb.read_pairs(file)


def test_running_out_of_memory_is_an_error_of_the_packages_own():
    def rows():
        yield {"prompt": "p", "chosen": "x", "rejected": "y"}
        raise MemoryError

    with pytest.raises(tb.PairsError, match="more than the memory of this machine"):
        tb.read_pairs(rows())
    with pytest.raises(tb.CheckError, match="more than the memory of this machine"):
        tb.check(rows())
    with pytest.raises(tb.PairsError, match="more than the memory of this machine"):
        tb.make_pairs(rows(), candidates=["chosen", "rejected"])
    with pytest.raises(tb.PairsError, match="more than the memory of this machine"):
        tb.read_feedback(rows())


WAYS = (tb.read_pairs, tb.check, tb.make_pairs, tb.read_feedback)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["p.jsonl", "p.json", "p.csv", "p.parquet", "p.csv.gz"])
def test_a_pipe_a_device_or_a_folder_in_place_of_a_file_is_refused(way, name, tmp_path):
    pipe, device, folder = (tmp_path / kind / name for kind in ("pipe", "device", "folder"))
    for path in (pipe, device, folder):
        path.parent.mkdir()
    os.mkfifo(pipe)
    device.symlink_to("/dev/zero")
    folder.mkdir()

    for path, said in ((pipe, "a pipe"), (device, "a device"), (folder, "a folder")):
        with pytest.raises(tb.TiebreakError, match=said):
            way(path)


def test_a_link_to_a_file_is_that_file(tmp_path):
    (tmp_path / "real.jsonl").write_text('{"prompt": "p", "chosen": "x", "rejected": "y"}\n')
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "real.jsonl")

    assert len(tb.read_pairs(tmp_path / "link.jsonl")) == 1
