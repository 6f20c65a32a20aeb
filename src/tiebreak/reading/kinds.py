"""What a file is by how it begins, whatever its name says."""

import codecs
import re
from typing import NoReturn
from zipfile import ZipFile

from tiebreak.errors import PairsError

BEGIN = 4096  # bytes that are looked at
UTF8_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",  # which begins as UTF-16 does
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
ZIP = b"PK\x03\x04"

_FEWEST_WIDE = 8
_JSON = re.compile(rb'\s*(\{\s*["}]|\[\s*[\[{"\]])')
_PAGE = re.compile(
    rb"\s*(<!--.{0,2000}?-->\s*)?<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_OTHERS = {
    b"version https://git-lfs.github.com/": (
        "a Git LFS pointer, not the data that it stands for: 'git lfs pull' in its repository "
        "fetches those"
    ),
    b"\xd0\xcf\x11\xe0": (
        "an old Excel file (.xls), or one with a password; save it in Excel as .xlsx, without one"
    ),
    b"%PDF-": "a PDF",
    b"SQLite format 3\0": "an SQLite database; pandas.read_sql reads a table of it",
    b"ARROW1": "an Arrow file; pandas.read_feather reads it",
    b"\xff\xff\xff\xff": "a stream of Arrow; datasets.Dataset.from_file reads it",
    b"BZh": "packed with bzip2; unpack it first",
    b"\xfd7zXZ\0": "packed with xz; unpack it first",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive; unpack it first",
    b"Rar!": "a RAR archive; unpack it first",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
}


def kind_of(begin: bytes) -> str | None:
    """Give the ending of what begins so, or None for what has no mark of its own."""
    if begin.startswith(b"PAR1"):
        return ".parquet"
    if begin.startswith(ZIP):
        return ".xlsx"
    text = begin.removeprefix(UTF8_MARK)
    if wide := wide_encoding(begin):
        text = begin.decode(wide, "ignore").encode("utf-8", "ignore")
    found = _JSON.match(text)
    if found is None:
        return None
    return ".jsonl" if found[1].startswith(b"{") else ".json"


def wide_encoding(begin: bytes) -> str | None:
    """Give the encoding that a file begins in, other than UTF-8: by its mark, or UTF-16 without.

    Of UTF-16, ASCII is every other byte, with zeros between.
    """
    marked = next((name for mark, name in _WIDE_MARKS.items() if begin.startswith(mark)), None)
    even, odd = begin[:16:2], begin[1:16:2]
    if marked is None and len(begin) >= _FEWEST_WIDE and any(even) is not any(odd):
        return "utf-16-le" if all(even) else "utf-16-be" if all(odd) else None
    return marked


def refuse_others(begin: bytes, name: str) -> None:
    """Refuse what holds no rows.

    Raises:
        PairsError: it begins as such; the message says what it is, and what to do.

    """
    what = next((what for mark, what in _OTHERS.items() if begin.startswith(mark)), None)
    if what is None and _PAGE.match(begin.removeprefix(UTF8_MARK)):
        what = (
            "a web page (HTML), not data: the link led to a page about the file. On the Hugging "
            "Face Hub and on GitHub, the link of the file itself has 'resolve' or 'raw' in place "
            "of 'blob'"
        )
    if what is not None:
        msg = f"{name} is {what}."
        raise PairsError(msg)


def refuse_zip(archive: ZipFile, name: str) -> NoReturn:
    """Tell what a zip archive is that is no Excel file.

    Raises:
        PairsError: always.

    """
    held = archive.namelist()
    if "content.xml" in held and "mimetype" in held:
        msg = f"{name} is an OpenDocument file; save it as .xlsx or .csv."
    else:
        msg = f"{name} is a zip archive; unpack it, and give a file of it."
    raise PairsError(msg)
