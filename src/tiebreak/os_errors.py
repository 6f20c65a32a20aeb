"""What the system or a file refuses, told as an error of this package that names a remedy."""

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from tiebreak.errors import TiebreakError

NOT_WRITABLE = (errno.EACCES, errno.EROFS, errno.EPERM)
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
_OTHER_NAME = {
    errno.EISDIR: "A folder has that name: give a file's name, such as one in it.",
    errno.ENOTDIR: "What its folder is to be is a file: give another place.",
    errno.ENAMETOOLONG: "Give it a shorter name.",
}


class ForeignFileError(OSError):
    """What stands under a file's name is not a file of its own; the text names it and a remedy."""


class HalfWrittenError(OSError):
    """Part of an addition stays at a file's end, since it could not be cut off again.

    Attributes:
        before: the size that the file is to have.
        after: the size that it has.

    """

    def __init__(self, cause: OSError, before: int, after: int) -> None:
        super().__init__(cause.errno, cause.strerror)
        self.before = before
        self.after = after


@contextlib.contextmanager
def telling_os_errors(
    family: type[TiebreakError], path: Path, reading: str | None = None
) -> Iterator[None]:
    """Turn what the system refuses into an error of the family that names a remedy.

    With ``reading``, how what cannot be written to can be opened for reading instead.
    """
    if "\0" in str(path):
        msg = f"{str(path)!r} is no file's name: it holds a NUL character."
        raise family(msg)
    try:
        yield
    except ForeignFileError as error:
        raise family(str(error)) from None
    except HalfWrittenError as error:
        msg = (
            f"{path}: {error.strerror}. What was written by then could not be taken back. Free "
            "some space, and do the same again: it goes on from there."
        )
        raise family(msg) from None
    except OSError as error:
        reason = error.strerror or str(error)
        if error.errno in NOT_WRITABLE:
            read = f"Open it for reading: {reading}, or " if reading else ""
            remedy = f"{read}give a place where you may write."
            remedy = remedy[0].upper() + remedy[1:]
        elif error.errno == errno.ENOENT and not path.parent.exists():
            remedy = f"Make its folder first: os.makedirs({str(path.parent)!r})"
        elif error.errno in DISK_FULL:
            remedy = "Free some space and try again; nothing was half written."
        elif error.errno in _OTHER_NAME:
            remedy = _OTHER_NAME[error.errno]
        else:
            remedy = "Nothing was half written."
        msg = f"{path}: {reason}. {remedy}"
        raise family(msg) from None
