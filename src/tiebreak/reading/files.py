"""Files as named rows, by how they begin and by their endings, packed or not."""

from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

from tiebreak.errors import PairsError
from tiebreak.files import open_regular
from tiebreak.reading.compression import COMPRESSED, unpacked
from tiebreak.reading.delimited import from_delimited, is_table
from tiebreak.reading.excel import from_excel
from tiebreak.reading.json_files import from_json, from_lines
from tiebreak.reading.kinds import BEGIN, kind_of, refuse_others
from tiebreak.reading.limits import most_bytes, refuse_over
from tiebreak.reading.parquet import from_parquet
from tiebreak.reading.rows import Source
from tiebreak.wording import guess, where_read

_PIECE = 1 << 20


class _Reader(Protocol):
    """Reads an open file, which it closes, under a name, that unpacks to so many bytes at most."""

    def __call__(self, file: IO[bytes], name: str, most: int, *, lenient: bool) -> Source: ...


_READERS: dict[str, _Reader] = {
    ".csv": from_delimited,
    ".tsv": from_delimited,
    ".txt": from_delimited,
    ".json": from_json,
    ".jsonl": from_lines,
    ".ndjson": from_lines,
    ".parquet": from_parquet,
    ".xlsx": from_excel,
    ".xlsm": from_excel,
}
_JSON = (".json", ".jsonl", ".ndjson")  # whose readers tell by themselves which of these it is
_TEXTS = (".csv", ".tsv", ".txt")
_TITLES = {
    ".csv": "a table of text",
    ".json": "JSON",
    ".jsonl": "JSON",
    ".parquet": "Parquet",
    ".xlsx": "an Excel workbook",
}
_PACKERS = {magic: ending for ending, magic in COMPRESSED.items()}


class _Name(NamedTuple):
    """What a file's name says: the ending of its kind, if it is known, and what packs it."""

    kind: str | None
    magic: bytes | None
    written: str  # its endings, as they stand there


def _read_name(name: str) -> _Name:
    suffixes = [suffix.lower() for suffix in Path(name).suffixes]
    magic = COMPRESSED.get(suffixes[-1]) if suffixes else None
    kind = (suffixes[:-1] if magic else suffixes)[-1:]
    written = "".join(suffixes[-2 if magic else -1 :])
    return _Name(kind[0] if kind and kind[0] in _READERS else None, magic, written)


def from_path(path: Path, *, lenient: bool) -> Source:
    """Open a file with the reader of what it holds.

    Raises:
        PairsError: there is no reader for it, or the file cannot be read.

    """
    path = _with_home(path)
    said = _read_name(str(path))
    try:
        with ExitStack() as closing:
            file: IO[bytes] = closing.enter_context(open_regular(path))
            source = _read(file, str(path), said, most_bytes(file.seek(0, 2)), lenient=lenient)
            closing.pop_all()  # the source closes it
            return source._replace(beside=path.parent)
    except FileNotFoundError:
        raise PairsError(_say_missing(path)) from None
    except (OSError, ValueError) as error:  # a zero byte in a path is a ValueError
        if isinstance(error, IsADirectoryError):
            raise PairsError(_say_folder(path)) from None
        raise _unreadable(str(path), error) from None


def from_file_object(file: Any, *, lenient: bool) -> Source:
    """Read an open file by how it begins and by its name, if it has one.

    Raises:
        PairsError: it cannot be read.

    """
    given = getattr(file, "name", None)
    name = given if isinstance(given, str) else f"The {type(file).__name__}"
    try:
        opened = _read_whole(file, name)
    except (OSError, ValueError) as error:  # closed, for writing only, or not in its encoding
        raise _unreadable(name, error) from None
    most = most_bytes(opened.seek(0, 2))
    said = _read_name(name)
    nameless = said.kind is None and not isinstance(given, str)
    if nameless:
        said = said._replace(kind=".csv")
    # An open file may give what it holds unpacked, and have the name of the packed one.
    begin = bytes(opened.getbuffer()[:4])
    magic = next((magic for magic in COMPRESSED.values() if begin.startswith(magic)), None)
    source = _read(opened, name, said._replace(magic=magic), most, lenient=lenient)
    if nameless:  # which promised nothing else
        source = source._replace(notes=[])
    return source._replace(beside=Path(name).parent) if isinstance(given, str) else source


def _read(file: IO[bytes], name: str, said: _Name, most: int, *, lenient: bool) -> Source:
    """Read an open file by how it begins, and where that tells nothing, by its name."""
    notes: list[str] = []
    begin = _begin(file)
    refuse_others(begin, name)
    magic = next((magic for magic in COMPRESSED.values() if begin.startswith(magic)), None)
    if said.magic and not magic and kind_of(begin):
        notes.append(f"{name} is not packed, whatever its ending says.")
    elif magic or said.magic:
        if magic and not said.magic:
            notes.append(f"{name} is packed as files that end in {_PACKERS[magic]} are.")
        with file:
            file = unpacked(file, magic or said.magic or b"", name, most)
        begin = _begin(file)
        refuse_others(begin, name)
    kind = kind_of(begin)
    if kind is None and said.kind not in _TEXTS and is_table(begin):
        kind = ".csv"
    if kind is None or (kind in _JSON and said.kind in _JSON):
        kind = said.kind
    elif said.kind is None or _READERS[kind] is not _READERS[said.kind]:
        notes.append(f"{name} holds {_TITLES[kind]}, and was read as that.")
    if kind is None:
        raise PairsError(_say_unknown(name, said))
    source = _READERS[kind](file, name, most, lenient=lenient)
    return source._replace(notes=[*notes, *source.notes])


def _begin(file: IO[bytes]) -> bytes:
    file.seek(0)
    begin = file.read(BEGIN) or b""  # nothing where it would have to wait, as for a kernel's log
    file.seek(0)
    return begin


def _with_home(path: Path) -> Path:
    return path.expanduser() if path.parts[:1] == ("~",) else path


def _say_unknown(name: str, said: _Name) -> str:
    endings = ", ".join(sorted(_READERS))
    return (
        f"{name}: the ending {said.written!r} is not one of {endings} (each also with "
        f"{' or '.join(COMPRESSED)} behind it), and what the file holds does not tell what it is."
    )


def _say_folder(path: Path) -> str:
    if (path / "session.json").exists():
        return f"{path} is a session's folder; " + where_read(
            f"open it, and give its pairs: tiebreak.Session({str(path)!r}, read_only=True).pairs",
            "the commands info and export take it.",
        )
    return f"{path} is a folder; give a file in it."


def _say_missing(path: Path) -> str:
    msg = f"{path} cannot be read: there is no such file."
    try:
        beside = [each.name for each in path.parent.iterdir()]
    except OSError:
        beside = []
    msg += guess(path.name, beside)
    if not path.suffix and len(path.parts) in (1, 2):
        loaded = f"pairs = datasets.load_dataset({path.as_posix()!r}, split='train')"
        told = where_read(f"loaded first: {loaded}", "saved as a file first.")
        msg += f" A dataset of the Hugging Face Hub is {told}"
    return msg


def _unreadable(name: str, error: Exception) -> PairsError:
    return PairsError(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}.")


def _read_whole(file: Any, name: str) -> BytesIO:
    """Read an open file to its end, which a pipe or device need not have."""
    content = BytesIO()
    most = most_bytes(None)
    while data := file.read(_PIECE):
        if isinstance(data, str):
            data = data.encode(errors="surrogatepass")  # the reader then names the row
        if not isinstance(data, bytes | bytearray):
            msg = f"{name} gives {type(data).__name__} when read, neither bytes nor text."
            raise PairsError(msg)
        content.write(data)
        refuse_over(content.tell(), most, name)
    return content
