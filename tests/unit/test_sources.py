"""One opener for all who read: what it imports, and that reading and checking take the same."""

import ast
import io
import json
from importlib.util import find_spec
from pathlib import Path

import datasets
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import tiebreak as tb

ROWS = [{"prompt": "p", "chosen": f"x {n}", "rejected": f"y {n}"} for n in range(3)]


def imported_by(module):
    """Every module of the package that a module's source imports, and what those import."""
    seen, left = set(), {module}
    while left:
        name = left.pop()
        seen.add(name)
        for node in ast.walk(ast.parse(Path(find_spec(name).origin).read_text("utf-8"))):
            given = []
            if isinstance(node, ast.Import):
                given = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                given = [f"{node.module}.{alias.name}" for alias in node.names] + [node.module]
            left |= {one for one in given if one.startswith("tiebreak.") and is_module(one)} - seen
    return seen


def is_module(name):
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def test_what_opens_a_source_knows_nothing_of_what_rows_mean():
    needed = imported_by("tiebreak.reading.sources")

    assert "tiebreak.reading.parquet" in needed
    assert needed == {
        "tiebreak.errors",
        "tiebreak.files",
        "tiebreak.os_errors",
        "tiebreak.wording",
        *(
            f"tiebreak.reading.{name}"
            for name in (
                *("sources", "files", "frames", "parquet", "json_columns", "compression"),
                *(
                    "limits",
                    "rows",
                    "roles",
                    "kinds",
                    "encodings",
                    "delimited",
                    "excel",
                    "json_files",
                ),
            )
        ),
    }


class WithPandas:
    """What some frames are: not of pandas, and turned into one."""

    def to_pandas(self):
        return pd.DataFrame(ROWS)


def open_file(tmp_path):
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return (tmp_path / "rows.jsonl").open("rb")


SOURCES = {
    "list": lambda _: ROWS,
    "generator": lambda _: iter(ROWS),
    "pandas": lambda _: pd.DataFrame(ROWS),
    "pandas with a column read": lambda _: pd.DataFrame(ROWS).assign(read="yes"),
    "polars": lambda _: pl.DataFrame(ROWS),
    "arrow": lambda _: pa.Table.from_pylist(ROWS),
    "arrow stream": lambda _: pa.Table.from_pylist(ROWS).to_reader(),
    "to_pandas": lambda _: WithPandas(),
    "datasets": lambda _: datasets.Dataset.from_list(ROWS),
    "datasets in numpy": lambda _: datasets.Dataset.from_list(ROWS).with_format("numpy"),
    "datasets gone through once": lambda _: datasets.Dataset.from_list(ROWS).to_iterable_dataset(),
    "open file": open_file,
    "bytes in memory": lambda path: io.BytesIO(open_file(path).read()),
    "path": lambda path: open_file(path).name,
}


@pytest.mark.parametrize("name", SOURCES)
def test_reading_and_checking_take_the_same(name, tmp_path):
    assert len(tb.read_pairs(SOURCES[name](tmp_path))) == 3
    assert tb.check(SOURCES[name](tmp_path)).checked == 3


def test_a_row_of_pairs_with_their_ids_as_names_is_told_by_its_id():
    frame = pd.DataFrame({"prompt": ["p", "q"], "response_a": ["x", ""], "response_b": ["y", "z"]})
    frame.index = pd.Index(["one", "two"], name="id")

    with pytest.raises(tb.PairsError, match="response_a: row two") as caught:
        tb.read_pairs(frame)
    assert caught.value.rows == ["two"]
    assert list(tb.read_pairs(frame.drop(index=["two"])).pairs.index) == ["one"]


def test_a_session_is_checked_whole_and_read_by_its_pairs(open_session):
    session = open_session(ROWS)

    assert tb.check(session).checked == 3
    with pytest.raises(tb.PairsError, match=r"as \.pairs, or the file that session\.export"):
        tb.read_pairs(session)
    assert len(tb.read_pairs(session.pairs)) == 3


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b'{"prompt": "p", "chosen": "\\ud800", "rejected": "n"}', "JSON to Python alone"),
        (b'{"prompt": "p", "chosen": NaN, "rejected": "n"}', "JSON to Python alone"),
        (b'{"prompt": "\xff", "chosen": "y", "rejected": "n"}', "the line is not UTF-8"),
        (b'{"prompt": "p", "cho', "the line is not a JSON object"),
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_broken_line_ends_the_reading_and_is_a_finding_of_a_check(line, what, mark, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(mark + line + b"\n" + json.dumps(ROWS[0]).encode() + b"\n")

    with pytest.raises(tb.PairsError, match="not a JSON object in UTF-8") as caught:
        tb.read_pairs(path)
    assert caught.value.rows == [1]
    findings = tb.check(path).findings
    assert [finding.rows for finding in findings if what in finding.what] == [[1]]
    assert any("byte order mark" in finding.what for finding in findings) == bool(mark)
    assert len(tb.read_pairs(path, on_error="skip")) == 1
