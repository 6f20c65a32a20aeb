"""Lock files: one process at a time, known by name to those that wait."""

import os
import re
import socket
import time
from io import FileIO
from typing import NamedTuple

import portalocker

from tiebreak.files import Folder
from tiebreak.os_errors import ForeignFileError

_ROOM = 300
# As a full disk may cut it short.
_OURS = re.compile(rb"(?:p|pr|pro|proc|proce|proces|process(?: .*)?)?", re.DOTALL)
_PAUSE = 0.1


class HeldError(Exception):
    """Another process holds the lock; the text names it."""


class Lock(NamedTuple):
    """A lock that is held until it is closed; ``works`` unless the disk knows no locks."""

    file: FileIO
    works: bool

    def close(self) -> None:
        """Let others take it."""
        self.file.close()


def take(folder: Folder, name: str, tries: int = 1) -> Lock:
    """Take a lock, asking for it this often, a tenth of a second apart.

    Raises:
        HeldError: another process holds it still.
        OSError: the lock file cannot be made, or is something else.

    """
    file = FileIO(folder.open(name, os.O_RDWR | os.O_CREAT), "r+")
    try:
        works = _take(file, tries)
        _sign(file, folder, name)
    except BaseException:
        file.close()
        raise
    return Lock(file, works)


def pause() -> None:
    """Wait a moment before asking again."""
    time.sleep(_PAUSE)


def _take(file: FileIO, tries: int) -> bool:
    for left in reversed(range(tries)):
        try:
            portalocker.lock(file, portalocker.LOCK_EX | portalocker.LOCK_NB)
        except portalocker.exceptions.AlreadyLocked:
            if not left:
                raise HeldError(_read_holder(file)) from None
            pause()
        except portalocker.exceptions.LockException:
            return False  # some network file systems have no locks
        else:
            return True
    return False


def _sign(file: FileIO, folder: Folder, name: str) -> None:
    """Write who holds the lock, over nothing but what a lock says."""
    file.seek(0)
    found = file.read(_ROOM + 1)
    if len(found) > _ROOM or not _OURS.fullmatch(found):
        msg = (
            f"{folder.path / name} is to be a lock file, and holds something else. It was not "
            "changed. Move it out of this folder."
        )
        raise ForeignFileError(msg)
    file.seek(0)
    file.truncate(0)
    file.write(f"process {os.getpid()} on {socket.gethostname()}".encode()[:_ROOM])


def _read_holder(file: FileIO) -> str:
    try:
        file.seek(0)
        found = file.read(_ROOM)
    except OSError:  # Windows does not let others read what is locked
        return "another process"
    ours = found and _OURS.fullmatch(found)
    return found.decode("utf-8", "replace") if ours else "another process"
