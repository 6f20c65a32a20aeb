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
                *(
                    "sources",
                    "files",
                    "frames",
                    "parquet",
                    "json_columns",
                    "compression",
                    "repeats",
                ),
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


@pytest.mark.parametrize("kind", ["jsonl", "json", "series"])
@pytest.mark.parametrize("over", [0, 500_000])
def test_a_key_that_an_object_has_twice_is_said_with_its_rows(tmp_path, kind, over):
    told = [
        json.dumps({"prompt": f'p{n} \\": {{"x": 1}}', "a": "yes", "b": "no"}) for n in range(8)
    ]
    told[2] = told[2].replace('"b": "no"', '"b": "first", "b": "last"')
    told[5] = f'{told[5][:-1]}, "meta": {{"x": 1, "x" : 2}}}}'
    told[7] = f'{told[7][:-1]} , "b" : "last"}}'.replace("yes", "yes" * (over or 1))
    said = {
        "jsonl": "\n".join(told),
        "json": f"[{','.join(told)}]",
        "series": "\n".join(told).replace('{"prompt"', '{\n"prompt"'),
    }[kind]
    file = tmp_path / f"pairs.{kind.replace('series', 'jsonl')}"
    file.write_text(said, encoding="utf-8")

    found = tb.read_pairs(file, on_error="skip")

    where = ("line 3", "line 8", "line 6") if kind == "jsonl" else ("item 2", "item 7", "item 5")
    note = (
        f"{file.name} has a key twice in one object, of which the last one counts: 'b' in "
        "{}, {}, 'x' in {}.".format(*where)
    )
    assert note in repr(found).replace(f"{tmp_path}/", "")
    assert found.pairs["b"].tolist()[2] == "last"
    assert any(each.endswith(note.partition(" ")[2]) for each in tb.check(file).notes)


def test_keys_that_are_in_several_objects_or_in_a_text_are_no_repeated_ones(tmp_path):
    told = {"prompt": [{"role": "user", "content": '{"a": 1, "a": 2} \\": "x":'}], "b\\": "no"}
    file = tmp_path / "pairs.jsonl"
    file.write_text(json.dumps({**told, "a": "yes", "b": "no"}) + "\n", encoding="utf-8")

    assert "twice" not in repr(tb.read_pairs(file))


def test_of_a_long_file_rows_after_its_beginning_are_looked_at_once_one_was_found(
    tmp_path,
):
    good = json.dumps({"prompt": "p", "a": "y" * 500_000, "b": "no"})
    twice = '{"prompt": "p", "a": "yes", "b": "no", "b": "no, no"}'
    for lines, said in (([twice, good, twice], "line 1, line 3."), ([good, twice], "")):
        file = tmp_path / "pairs.jsonl"
        file.write_text("\n".join(lines), encoding="utf-8")
        shown = repr(tb.read_pairs(file, on_error="skip"))
        assert ("twice" in shown, said in shown) == (bool(said), True)
