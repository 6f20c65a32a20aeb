"""Unpacks what is compressed, and no more of it than may be."""

import zlib
from collections.abc import Callable
from io import BytesIO
from typing import IO, Any

from tiebreak.errors import PairsError
from tiebreak.reading.limits import refuse_over, refuse_values

# With what a value of JSON that takes more memory than its text begins, and any row ends.
_VALUES = (b"{", b"[", b"\n")
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
COMPRESSED = {".gz": _GZIP, ".zst": _ZSTD}

# Bytes unpacked at a time: of gzip at most a thousand times as many come out, of zstd, whose
# shortest block has four bytes and gives 128 KB, at most 32,000 times as many.
_STEP = {_GZIP: 1 << 16, _ZSTD: 1 << 13}


def unpacked(file: IO[bytes], magic: bytes, name: str, most: int) -> BytesIO:
    """Unpack what is compressed in the way that one of the marks in ``COMPRESSED`` stands for.

    Raises:
        PairsError: it is damaged, unpacks to more than ``most`` bytes, or what unpacks it is not
            installed.

    """
    begin, damages = _gzip() if magic == _GZIP else _zstd(name)
    content = BytesIO()
    unpacker: Any = None
    packed = file.seek(0, 2)
    file.seek(0)
    values = 0
    try:
        while data := file.read(_STEP[magic]):
            while data:
                if unpacker is None:
                    unpacker = begin()
                piece = unpacker.decompress(data)
                content.write(piece)
                refuse_over(content.tell(), most, name)
                values += sum(map(piece.count, _VALUES))
                refuse_values(values, packed, most, name)
                data = b""
                if unpacker.eof:  # another may follow, as in files that were appended to
                    data = unpacker.unused_data
                    unpacker = None
                    if magic == _GZIP:  # may be padded
                        data = data.lstrip(b"\0")
    except damages as error:
        msg = f"{name} is damaged, or was cut short: {error}."
        raise PairsError(msg) from None
    if unpacker is not None:
        msg = f"{name} is damaged, or was cut short: its end is missing."
        raise PairsError(msg)
    content.seek(0)
    return content


def _gzip() -> tuple[Callable[[], Any], type[Exception]]:
    return lambda: zlib.decompressobj(zlib.MAX_WBITS | 16), zlib.error


def _zstd(name: str) -> tuple[Callable[[], Any], type[Exception]]:
    try:
        from compression import zstd  # type: ignore[import-not-found] # noqa: PLC0415 - 3.14
    except ImportError:
        pass
    else:
        return zstd.ZstdDecompressor, zstd.ZstdError
    try:
        import zstandard  # noqa: PLC0415 - an extra
    except ImportError:
        msg = f"Reading {name} needs zstandard: pip install zstandard"
        raise PairsError(msg) from None
    return lambda: zstandard.ZstdDecompressor().decompressobj(), zstandard.ZstdError
