"""What the system or a file refuses, told as an error of this package that names a remedy."""

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from tiebreak.errors import TiebreakError

NOT_WRITABLE = (errno.EACCES, errno.EROFS, errno.EPERM)
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


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
        elif error.errno == errno.EISDIR:
            remedy = "Give the path of a file in it."
        elif error.errno in DISK_FULL:
            remedy = "Free some space and try again; nothing was half written."
        else:
            remedy = "Nothing was half written."
        msg = f"{path}: {reason}. {remedy}"
        raise family(msg) from None
