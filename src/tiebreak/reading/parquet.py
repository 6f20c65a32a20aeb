"""Parquet, a batch after the other, each small enough to hold whatever its pages unpack to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from tiebreak.errors import PairsError
from tiebreak.reading.frames import BLOCK, from_batches
from tiebreak.reading.limits import refuse_columns, refuse_over
from tiebreak.reading.rows import Source

_BATCH = 128_000_000  # bytes that a batch may unpack to
_TIMES = 4  # as large as the file, if that is more
_LARGE = 8_000_000  # bytes from which a batch goes by itself
# Of each row and of each of its cells, whatever they hold: what a dict of Python takes at least.
_ROW, _CELL = 64, 8
_DICTIONARY_PAGE = 2


def from_parquet(file: IO[bytes], name: str, most: int, *, lenient: bool) -> Source:
    """Take a file of Parquet.

    Raises:
        PairsError: pyarrow is not installed, or the file is damaged or unpacks to over ``most``
            bytes; also while the rows are read.

    """
    del lenient
    try:
        import pyarrow.parquet  # noqa: PLC0415 - an extra
    except ImportError:
        msg = f"Reading {name} needs pyarrow: pip install pyarrow"
        raise PairsError(msg) from None
    with _telling_damage(name):
        table = pyarrow.parquet.ParquetFile(file)
        metadata = table.metadata
        names = list(map(str, table.schema_arrow.names))
        size = sum(metadata.row_group(n).total_byte_size for n in range(metadata.num_row_groups))
        rows = metadata.num_rows
        refuse_over(max(size, rows * (_ROW + _CELL * len(names))), most, name)
    refuse_columns(metadata.num_columns, name)
    with _telling_damage(name):
        holds = max(_BATCH, file.seek(0, 2) * _TIMES)  # in memory, of a file of this size
        fitting = holds // max(1, _widest_row(file, metadata))
        blocks = _blocks(table, max(1, min(BLOCK, fitting)), most, name)
    found = from_batches(blocks, names, name, rows)
    return found._replace(entries=_closing(found.entries, file, name))


def _closing(rows: Any, file: IO[bytes], name: str) -> Iterator[tuple[object, Any]]:
    position = 0
    try:
        with file, _telling_damage(name):
            for position, row in rows:
                yield position, row
    except PairsError as error:
        msg = f"From row {position} on, {error}" if position else str(error)
        raise PairsError(msg) from None


def _blocks(table: Any, batch_size: int, most: int, name: str) -> Iterator[Any]:
    """Give the file's batches, small ones put together again, counting what they unpack to."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    number = 0
    waiting: list[Any] = []
    for batch in table.iter_batches(batch_size=batch_size, use_threads=False):
        number += _size(batch)
        refuse_over(number, most, name)
        waiting.append(batch)
        if sum(one.num_rows for one in waiting) >= BLOCK or batch.nbytes > _LARGE:
            yield from pa.Table.from_batches(waiting).combine_chunks().to_batches()
            waiting.clear()
    yield from waiting


def _size(batch: Any) -> int:
    size: int = (_ROW + _CELL * batch.num_columns) * batch.num_rows
    for column in batch.columns:
        # One of categories is unpacked only when it becomes Python's.
        packed = hasattr(column, "dictionary_decode")
        size += (column.dictionary_decode() if packed else column).nbytes
    return size


def _widest_row(file: IO[bytes], metadata: Any) -> int:
    """Give how many bytes a row may unpack to that take none in the file.

    What is said once, in a dictionary or in the value before, takes next to nothing when said
    again; so that the sizes of pages do not tell what comes out of them.
    """
    widest = 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        width = 0
        for place in range(group.num_columns):
            column = group.column(place)
            longest = _dictionary_size(file, column)
            if "DELTA_BYTE_ARRAY" in column.encodings:
                longest = max(longest, column.total_uncompressed_size)
            width += longest * max(1, column.num_values // max(1, group.num_rows))
        widest = max(widest, width)
    return widest


def _dictionary_size(file: IO[bytes], column: Any) -> int:
    """Give the size of a column's dictionary, as the head of its first page has it.

    A head is written in Thrift's compact protocol; it begins with the page's type and its size.
    """
    offsets = (column.dictionary_page_offset, column.data_page_offset)
    file.seek(min(offset for offset in offsets if offset is not None))
    head = iter(file.read(16))
    kind, size = _read_number(head), _read_number(head)
    return size if kind == _DICTIONARY_PAGE else 0


def _read_number(head: Iterator[int]) -> int:
    next(head)  # the field's number and type
    number = shift = 0
    for byte in head:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:  # noqa: PLR2004 - the last byte of a number has no high bit
            break
    return number >> 1 ^ -(number & 1)


@contextmanager
def _telling_damage(name: str) -> Iterator[None]:
    """Say that Parquet is damaged: of such a file pyarrow says anything, also KeyError."""
    try:
        yield
    except (PairsError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - pyarrow ends in anything
        msg = f"{name} is not a Parquet file, or damaged: {error}"
        raise PairsError(msg) from None
