"""Tables as spreadsheets write them, and files that hold something else than their names say."""

import csv
import gzip
import io
import json
import re
import sys
import zipfile
from datetime import date

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak.reading import excel, limits
from tiebreak.reading.sources import open_table

HEADER = ["id", "prompt", "chosen", "rejected"]
CELLS = [
    ["007", "Wie heißt „du“, Café?", 'He said "hi";\nthen left', "1,5 €"],
    ["08", "NA", "None", "a\tb | c"],
]
ROWS = [dict(zip(HEADER, cells, strict=True)) for cells in CELLS]


def table(separator, end="\r\n", rows=(HEADER, *CELLS)):
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=separator, lineterminator=end).writerows(rows)
    return file.getvalue()


def rows_of(source):
    opened = open_table(source)
    assert not opened.broken
    return [dict(row) for _, row in opened.rows]


@pytest.fixture
def write(tmp_path):
    def write_file(name, content, encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write_file


@pytest.fixture
def save(tmp_path):
    """Save an Excel workbook of sheets by name, each a list of rows."""

    def save_book(name="p.xlsx", **sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return save_book


# -- text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", [".csv", ".tsv", ".txt"])
def test_a_table_of_text_is_read_whatever_separates_and_encodes_it(
    separator, encoding, ending, write
):
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    path = write(f"p{ending}", mark + table(separator), encoding)

    opened = open_table(path)

    assert [dict(row) for _, row in opened.rows] == ROWS
    said = " ".join(opened.notes)
    assert ("UTF-16" in said, "cp1252" in said) == ("16" in encoding, encoding == "cp1252")


@given(
    st.lists(
        st.lists(st.text("aé\"',;\t|\n 1.", max_size=6), min_size=2, max_size=2),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_table_that_pythons_own_writer_writes_is_read_as_it_was(cells, separator, end):
    written = table(separator, end, [["left_a", "right_b"], *cells])

    found = rows_of(io.StringIO(written, newline=""))

    # A row of separators alone is none, as in a workbook.
    assert found == [{"left_a": a, "right_b": b} for a, b in cells if a or b]


def test_the_line_by_which_excel_is_told_the_separator_is_no_header(write):
    path = write("p.csv", "sep=;\r\n" + table(";"))

    assert rows_of(path) == ROWS
    assert [line for line, _ in open_table(path).rows] == [3, 5]


def test_rows_of_another_width_are_named_by_file_and_line(write):
    path = write("p.csv", "prompt,chosen,rejected\nq,x,y\n\nq,x, or y,z\nq,x\nr,x,y,,\n")

    with pytest.raises(tb.PairsError) as caught:
        tb.read_pairs(path)

    assert caught.value.rows == [4, 5]
    said = str(caught.value)
    assert said.startswith(f"{path} cannot be used yet: 2 lines with problems.")
    assert "4 cells where the header names 3 columns" in said
    assert "2 cells where the header names 3 columns" in said
    assert len(tb.read_pairs(path, on_error="skip")) == 2


@pytest.mark.parametrize(
    ("line", "why"),
    [('q,"say "hi" now",y', "a quote amid a cell"), ('q,"x,y', "is not closed up to line")],
)
def test_quotes_that_are_no_pairs_are_named_by_line(line, why, write):
    path = write("p.csv", f"prompt,chosen,rejected\nq,x,y\n{line}\n")

    with pytest.raises(tb.PairsError, match=why) as caught:
        tb.read_pairs(path)
    assert caught.value.rows == [3]


def test_the_index_that_pandas_writes_is_kept_and_a_column_of_nothing_is_not(write):
    path = write("p.csv", ",prompt,chosen,rejected,\n0,q,x,y,\n1,r,x,y,\n")

    assert list(open_table(path).columns) == ["Unnamed: 0", "prompt", "chosen", "rejected"]


def test_two_columns_of_one_name_are_refused(write):
    with pytest.raises(tb.PairsError, match="two columns named 'chosen'"):
        open_table(write("p.csv", "prompt,chosen,chosen\nq,x,y\n"))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Příliš žluťoučký kůň", "cp1250"),
        ("Zażółć gęślą jaźń", "cp1250"),
        ("Привет, как дела?", "cp1251"),
        ("Привет, как дела?", "koi8-r"),
        ("Καλημέρα", "cp1253"),
        ("İyi akşamlar, güneş doğuyor", "cp1254"),
        ("これは何ですか", "shift_jis"),
        ("这是什么", "gbk"),
        ("Grüße aus Köln", "mac-roman"),
        ("Grüße aus Köln", "cp850"),
    ],
)
def test_other_encodings_are_not_taken_for_cp1252_and_their_lines_are_named(text, encoding, write):
    path = write("p.csv", f"prompt;chosen;rejected\nq;x;y\n{text};x;y\n", encoding)

    with pytest.raises(tb.PairsError, match=r"not in UTF-8: line 3\n.*encoding=.*sep=';'") as error:
        tb.read_pairs(path)
    assert error.value.rows == [3]


@pytest.mark.parametrize("name", ["p.csv", "p.jsonl", "p.json"])
def test_utf16_that_is_cut_short_is_told(name, write):
    path = write(name, table(";").encode("utf-16")[:-1])

    with pytest.raises(tb.PairsError, match="begins as UTF-16, and is damaged or cut short"):
        tb.read_pairs(path)
    with path.open("rb") as file, pytest.raises(tb.PairsError, match="begins as UTF-16"):
        tb.read_pairs(file)


@pytest.mark.parametrize(
    "text",
    [
        "Grüße aus Köln \N{EN DASH} 5 €",
        "Ça coûte 3 € à l\N{RIGHT SINGLE QUOTATION MARK}école, déjà créée",
        "¿Qué tal, señor? ¡Muy bien!",
        "È già così, perché?",
        "Ação e coração, não é?",
        "Smörgåsbord på Öland, blåbær",
        "“Quotes” and an ellipsis…",
        "20 °C, ½ litre, © 2024",
    ],
)
def test_what_western_europe_writes_is_read_in_cp1252_and_said(text, write):
    path = write("p.csv", f'prompt,chosen,rejected\n"{text}",x,y\n', "cp1252")

    reading = tb.read_pairs(path)

    assert reading.found[0].prompt == text
    assert "cp1252" in repr(reading)


def test_a_broken_character_amid_utf8_is_named_and_never_read_as_cp1252(write):
    good, broken = "prompt,chosen,rejected\né,x,y\n".encode(), b"caf\xe9,x,y\n"

    with pytest.raises(tb.PairsError, match="not in UTF-8: line 3"):
        tb.read_pairs(write("p.csv", good + broken))


# -- Excel


def test_a_workbook_is_read_as_the_text_that_it_shows(save):
    path = save(Pairs=[HEADER, *CELLS, [], [9, True, 4.0, date(2024, 5, 1)], ["x", 1.5, None, -2]])

    reading = open_table(path)

    assert [row for row, _ in reading.rows] == [2, 3, 5, 6]
    assert [list(row.values()) for _, row in reading.rows] == [
        *CELLS,
        ["9", "TRUE", "4", "2024-05-01"],
        ["x", "1.5", "", "-2"],
    ]
    assert not reading.notes
    with path.open("rb") as file:
        assert len(rows_of(file)) == 4
    assert len(rows_of(io.BytesIO(path.read_bytes()))) == 4


def test_of_several_sheets_it_is_said_which_one_was_read(save):
    path = save(Empty=[], Pairs=[[], HEADER, *CELLS], Old=[["prompt"], ["q"]])

    reading = tb.read_pairs(path)

    assert len(reading) == 2
    assert "Of 3 sheets, 'Pairs' was read, and 'Empty', 'Old' not" in repr(reading)
    with pytest.raises(tb.PairsError, match=r"p\.xlsx, sheet 'Old' is in no layout"):
        tb.read_pairs(save(Old=[["thing"], ["q"]], Pairs=[HEADER, *CELLS]))


@pytest.mark.parametrize("row", [["1", "q", "#NAME?", "y"], ["1", "q", "x", "y", "z"]])
def test_a_row_with_an_error_of_excel_or_a_cell_too_many_is_named(row, save):
    path = save(Pairs=[HEADER, *CELLS, row])

    with pytest.raises(tb.PairsError, match=r"error #NAME|right of the last column") as caught:
        tb.read_pairs(path)
    assert caught.value.rows == [4]


def test_without_openpyxl_it_is_said_what_to_install(save, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)

    with pytest.raises(tb.PairsError, match="pip install openpyxl"):
        tb.read_pairs(save(Pairs=[HEADER, *CELLS]))


def replaced(path, part, change):
    """Write a workbook once more with one of its parts changed."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"
ENTITY = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda xml: xml + b" " * 70_000_000, "unpacks to more than"),
        (lambda xml: ENTITY + xml, "defines entities"),
        (lambda xml: xml[: len(xml) // 2], "is damaged"),
        (lambda xml: xml.replace(b'r="2"', b'r="99999999999"'), "has no rows"),
        (lambda xml: xml.replace(b'<row r="1"', b'<row r="7"'), "has row 2 after row 7"),
        (lambda xml: xml.replace(b'r="D2"', b'r="XFD2"'), "empty rejected|1 row with"),
        (lambda xml: xml.replace(b'r="D1"', b'r="XFD1"'), "more than 10,000 columns"),
    ],
)
def test_a_workbook_made_to_fill_memory_or_time_is_refused(change, said, save):
    path = replaced(save(Pairs=[HEADER, *CELLS[:1]]), SHEET, change)

    with pytest.raises(tb.PairsError, match=said):
        tb.read_pairs(path)


def in_sheet(new):
    return lambda xml: xml.replace(b"</sheetData>", new + b"</sheetData>")


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (SHEET, in_sheet(b"<row/>" * 1_100_000)),
        (SHEET, in_sheet(b'<row r="3">' + b'<c r="A3"/>' * 1_100_000 + b"</row>")),
        ("xl/styles.xml", lambda xml: xml.replace(b"<fonts", b"<xf/>" * 1_100_000 + b"<fonts")),
        ("xl/any.thing", lambda _: b"<si/>" * 1_100_000),
    ],
)
def test_a_workbook_of_nothing_but_tags_is_refused(part, change, save):
    path = replaced(save(Pairs=[HEADER, *CELLS]), part, change)
    assert path.stat().st_size < 100_000

    with pytest.raises(tb.PairsError, match=r"^\S+ unpacks to more than 1,000,000 values.*BYTES"):
        tb.read_pairs(path)


@pytest.mark.no_cover
def test_cells_that_are_not_in_the_file_count_too(save):
    rows = b"".join(b'<row r="%d"><c r="A%d"/></row>' % (n, n) for n in range(9, 2_000))
    path = replaced(save(Pairs=[[f"c{n}" for n in range(9_000)]]), SHEET, in_sheet(rows))

    with pytest.raises(tb.PairsError, match="unpacks to more than 64,000,000 bytes"):
        tb.read_pairs(path)


def test_a_last_row_of_excel_makes_no_million_rows(save, monkeypatch):
    looked_at = []
    say = excel._say
    monkeypatch.setattr(excel, "_say", lambda cell: looked_at.append(cell) or say(cell))
    far = b'<row r="1048576"><c r="A1048576"/></row>'
    path = replaced(save(Pairs=[HEADER, *CELLS]), SHEET, in_sheet(far))

    assert len(tb.read_pairs(path)) == len(CELLS)
    assert len(looked_at) < 20_000


@pytest.mark.no_cover
def test_the_densest_sheet_that_anybody_writes_is_read(save, monkeypatch):
    rows = [[str(n), "q", "yes", "no", *[1] * 20] for n in range(1_000)]
    path = save(Pairs=[HEADER + [f"c{n}" for n in range(20)], *rows])

    monkeypatch.setattr(limits, "_ALWAYS", 0)
    assert len(tb.read_pairs(path)) == 1_000


def test_a_part_that_stands_for_many_sheets_is_refused(save):
    path = save(**{f"S{n}": [] for n in range(20)})
    replaced(path, "xl/_rels/workbook.xml.rels", lambda xml: re.sub(rb"sheet\d+", b"sheet1", xml))

    with pytest.raises(tb.PairsError, match="has sheets that share a part"):
        tb.read_pairs(path)


@pytest.mark.no_cover
def test_a_long_text_in_ever_so_many_cells_is_refused(save):
    path = save(Pairs=[HEADER, *([["1", "q", "x" * 32_000, "y"]] * 2_500)])

    with pytest.raises(tb.PairsError, match="unpacks to more than"):
        tb.read_pairs(path)


@pytest.mark.parametrize("keep", [4, 100, 1000, -30])
def test_a_workbook_that_was_cut_short_is_refused(keep, save):
    path = save(Pairs=[HEADER, *CELLS])
    path.write_bytes(path.read_bytes()[:keep])

    with pytest.raises(tb.PairsError, match=r"damaged|zip archive"):
        tb.read_pairs(path)


def test_a_workbook_unpacks_to_no_more_than_the_environment_says(save, monkeypatch):
    path = save(Pairs=[HEADER, *CELLS])

    monkeypatch.setenv(limits.MAX_BYTES, "1_000")
    with pytest.raises(tb.PairsError, match="unpacks to more than 1,000 bytes"):
        tb.read_pairs(path)


# -- something else than the name says

LINES = "".join(json.dumps(row) + "\n" for row in ROWS)
LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"


@pytest.fixture
def parquet():
    file = io.BytesIO()
    pd.DataFrame(ROWS).to_parquet(file)
    return file.getvalue()


@pytest.mark.parametrize("name", ["p.jsonl", "p.json", "p.csv", "p.txt", "p", "p.data"])
def test_json_is_read_as_a_list_or_an_object_a_line_whatever_the_name(name, write):
    for content in (json.dumps(ROWS), json.dumps(ROWS, indent=2), LINES, "\ufeff" + LINES):
        assert rows_of(write(name, content)) == ROWS
    assert rows_of(write("p.json", json.dumps(ROWS), "utf-16")) == ROWS
    assert rows_of(write("p.jsonl", LINES, "utf-16")) == ROWS


@pytest.mark.parametrize("name", ["p.jsonl", "p.csv", "p.xlsx", "p.json", "p"])
def test_parquet_and_gzip_are_read_under_another_name_and_it_is_said(name, write, parquet):
    path = write(name, parquet)
    assert rows_of(path) == ROWS
    assert open_table(path).notes == [f"{path} holds Parquet, and was read as that."]

    path = write(name, gzip.compress(LINES.encode()))
    assert rows_of(path) == ROWS
    assert "is packed as files that end in .gz are" in open_table(path).notes[0]


@pytest.mark.parametrize("name", ["p.jsonl", "p.json", "p.xlsx", "p.parquet"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_of_text_is_read_under_another_name_and_it_is_said(name, separator, write):
    path = write(name, table(separator))

    assert rows_of(path) == ROWS
    assert open_table(path).notes == [f"{path} holds a table of text, and was read as that."]


def test_a_workbook_is_read_under_the_name_of_csv_and_it_is_said(save):
    path = save("p.csv", Pairs=[HEADER, *CELLS])

    assert rows_of(path) == ROWS
    assert open_table(path).notes == [f"{path} holds an Excel workbook, and was read as that."]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (LFS, "a Git LFS pointer.*git lfs pull"),
        ("<!DOCTYPE html>\n<html><body>Sign in</body></html>", "a web page.*'resolve' or 'raw'"),
        ("  <html lang='en'>", "a web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"an old Excel file.*save it in Excel as \.xlsx"),
        (b"%PDF-1.7", "a PDF"),
        (b"SQLite format 3\0", "an SQLite database"),
    ],
)
@pytest.mark.parametrize("name", ["p.jsonl", "p.json", "p.csv", "p.parquet", "p.xlsx", "p.gz"])
def test_what_holds_no_rows_is_told_as_what_it_is(content, said, name, write):
    with pytest.raises(tb.PairsError, match=said):
        tb.read_pairs(write(name, content))


def test_a_zip_archive_is_told_to_be_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "p.csv", "w") as archive:
        archive.writestr("pairs.csv", table(","))

    with pytest.raises(tb.PairsError, match="is a zip archive; unpack it"):
        tb.read_pairs(tmp_path / "p.csv")


def test_a_list_that_is_cut_short_is_told_as_one(write):
    with pytest.raises(tb.PairsError, match="is not JSON in UTF-8"):
        tb.read_pairs(write("p.jsonl", json.dumps(ROWS, indent=1)[:-5]))


def test_a_first_line_that_is_a_list_is_one_broken_line_of_many(write):
    path = write("p.jsonl", "[1]\n" + LINES)

    assert [name for name, _ in open_table(path).broken] == [1]
