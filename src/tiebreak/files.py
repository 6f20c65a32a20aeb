"""Durable file operations: what is written is on disk, whole, or not there at all."""

import contextlib
import errno
import os
import shutil
import stat
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from tiebreak.errors import TiebreakError

NOT_WRITABLE = (errno.EACCES, errno.EROFS, errno.EPERM)
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
TEMPORARY_PREFIX = ".tiebreak-"
# Bytes; the default of 8 KB takes a fifth more time for large files of lines.
BUFFER = 1 << 16


def sync_folder(folder: Path) -> None:
    """Make a new or renamed file's directory entry durable, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_atomically(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file so that a crash leaves the old one or the new one, never a part."""
    with replacing(path) as temporary, temporary.open("xb", buffering=BUFFER) as file:
        file.writelines(chunks)


def open_regular(path: Path) -> BinaryIO:
    """Open a file that a user named, for reading; links are followed.

    Raises:
        OSError: it cannot be opened, or is a pipe or device, which might never end.

    """

    def opener(name: str, flags: int) -> int:
        # A pipe that nobody writes to would keep the opening waiting.
        descriptor = os.open(name, flags | getattr(os, "O_NONBLOCK", 0))
        kind = stat.S_IFMT(os.fstat(descriptor).st_mode)
        if kind in (stat.S_IFREG, stat.S_IFDIR):  # of a folder, open itself tells
            return descriptor
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is a pipe or a device, not a file", name)

    return open(path, "rb", buffering=BUFFER, opener=opener)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give the name of a file to write that takes ``path``'s place, durably, if all goes well."""
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{uuid.uuid4().hex}{path.suffix}")
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
        sync_folder(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def telling_os_errors(
    family: type[TiebreakError], path: Path, folder: Path | None = None
) -> Iterator[None]:
    """Turn what the system refuses into an error of the family that names a remedy.

    With ``folder``, the session that can be opened for reading instead.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        if error.errno in NOT_WRITABLE:
            read = f"Open it for reading: tb.Session({str(folder)!r}, read_only=True), or " * (
                folder is not None
            )
            remedy = f"{read}give a place where you may write."
            remedy = remedy[0].upper() + remedy[1:]
        elif error.errno in DISK_FULL:
            remedy = "Free some space and try again; nothing was half written."
        else:
            remedy = "Nothing was half written."
        msg = f"{path}: {reason}. {remedy}"
        raise family(msg) from error
