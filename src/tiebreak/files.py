"""Files: opened without being led astray, and on disk whole or not there at all.

A session's folder may come from anybody: a download, a colleague's archive, a folder that many may
write to. What stands in it under a file's name can be a link to a file of the reader's own, a pipe
or a device. :class:`Folder` is the one way to anything in it.
"""

import contextlib
import errno
import os
import stat
import uuid
from collections.abc import Iterable, Iterator
from io import FileIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from tiebreak.os_errors import ForeignFileError, HalfWrittenError

TEMPORARY_PREFIX = ".tiebreak-"
# Bytes; the default of 8 KB takes a fifth more time for large files of lines.
BUFFER = 1 << 16

# Windows has few of these; what a name stands for is looked at there before and after it is opened.
_CAREFULLY = sum(
    getattr(os, name, 0)
    for name in ("O_CLOEXEC", "O_NOCTTY", "O_NONBLOCK", "O_BINARY", "O_NOINHERIT")
)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | _CAREFULLY | getattr(os, "O_DIRECTORY", 0)
_BELOW_FOLDERS = os.open in os.supports_dir_fd
_WRITING = os.O_WRONLY | os.O_RDWR
# What opening a link, a pipe, a device, a socket or a folder as a file of one's own ends in.
_NOT_A_FILE = (
    *(errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.ENODEV, errno.EISDIR, errno.ENOTDIR),
    *(errno.EOPNOTSUPP, errno.EACCES, errno.EPERM),
)
_REPARSE_POINT = 0x400
_KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


class Stamp(NamedTuple):
    """By what a file is known to be the one that was read, unchanged."""

    device: int
    inode: int
    size: int
    changed: int


class Folder:
    """A folder that others may have filled; nothing in it leads out of it.

    A link, a pipe, a device or a folder in a file's place is an error, and so is a link in the
    place of a folder below. The folder at ``path`` itself may be a link: its user named it.

    Args:
        path: the folder.
        below: names of folders to go down to from there.

    """

    def __init__(self, path: Path, *below: str) -> None:
        self._root = path
        self._below = below
        self.path = path.joinpath(*below)

    def within(self, name: str) -> "Folder":
        """Give a folder in this one."""
        return Folder(self._root, *self._below, name)

    def make(self) -> None:
        """Make the folder, and those above it, where it is not there."""
        if self.is_there():
            return
        if not self._below:
            self._root.mkdir(parents=True, exist_ok=True)
            return
        above = Folder(self._root, *self._below[:-1])
        above.make()
        name = self._below[-1]
        with above._opened() as at, contextlib.suppress(FileExistsError):
            os.mkdir(above._named(name, at), dir_fd=at)
        with self._opened():
            pass
        above.sync()

    def is_there(self) -> bool:
        """Tell whether there is a folder at all."""
        try:
            with self._opened():
                return True
        except FileNotFoundError:
            return False

    def names(self) -> list[str]:
        """List what is in the folder, sorted; nothing where there is no folder."""
        try:
            with self._opened() as at:
                return sorted(os.listdir(self.path if at is None else at))  # noqa: PTH208
        except FileNotFoundError:
            return []

    def stat(self, name: str) -> os.stat_result | None:
        """Tell what stands under a name, without following it; None for nothing."""
        with contextlib.suppress(FileNotFoundError), self._opened() as at:
            return self._stat(name, at)
        return None

    def holds(self, name: str) -> bool:
        """Tell whether there is a file of this name: one of its own."""
        found = self.stat(name)
        return found is not None and stat.S_ISREG(found.st_mode)

    def stamp(self, name: str) -> Stamp | None:
        """Tell by what the file is known to be unchanged; None where there is none."""
        found = self.stat(name)
        return None if found is None else _stamp(found)

    def open(self, name: str, flags: int) -> int:
        """Open a file and give its descriptor; a new one is made with ``O_CREAT``.

        Raises:
            ForeignFileError: it is no file of its own; or it is to be written to, and has another
                name elsewhere (a hard link).

        """
        with self._opened() as at:
            return self._open(name, flags, at)

    def read(self, name: str, most: int) -> tuple[bytes, Stamp]:
        """Read a file, and tell by what it will be known to be unchanged.

        Raises:
            ForeignFileError: it is no file of its own, or larger than ``most`` bytes.

        """
        with open(self.open(name, os.O_RDONLY), "rb", buffering=0) as file:  # noqa: PTH123
            found = os.fstat(file.fileno())
            return _read_all(file, found.st_size, most, self.path / name), _stamp(found)

    def replace(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a file so that a crash leaves the old one or the new one, never a part."""
        temporary = _temporary_name(name)
        with self._opened() as at:
            there = self._stat(name, at)
            if there is not None and not stat.S_ISREG(there.st_mode):
                raise self._foreign(name, at)
            mode = 0o666 if there is None else stat.S_IMODE(there.st_mode)
            written = self._open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, at, mode)
            old, new = self._named(temporary, at), self._named(name, at)
            try:
                with open(written, "wb", buffering=BUFFER) as file:  # noqa: PTH123
                    if there is not None:
                        _set_mode(written, mode)
                    file.writelines(chunks)
                    file.flush()
                    os.fsync(written)
                os.replace(old, new, src_dir_fd=at, dst_dir_fd=at)
                _sync(at)
            except BaseException:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(old, dir_fd=at)
                raise

    def rename(self, old: str, new: str) -> None:
        """Give a file another name in the same folder."""
        with self._opened() as at:
            os.rename(self._named(old, at), self._named(new, at), src_dir_fd=at, dst_dir_fd=at)
            _sync(at)

    def sync(self) -> None:
        """Make new and renamed files' names durable, where the system can."""
        with self._opened() as at:
            _sync(at)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int | None]:
        """Hold the folder itself, so that no name above it is looked up twice.

        Windows cannot: None is given there, and names are looked up anew.
        """
        if not _BELOW_FOLDERS:
            path = self._root
            for name in self._below:
                path /= name
                found = path.lstat()
                if not stat.S_ISDIR(found.st_mode) or _is_link(found):
                    raise _foreign(path, found)
            yield None
            return
        at = os.open(self._root, _FOLDER)
        try:
            path = self._root
            for name in self._below:
                path /= name
                try:
                    below = os.open(name, _FOLDER | _NO_LINK, dir_fd=at)
                except OSError as error:
                    if error.errno in _NOT_A_FILE:
                        found = os.stat(name, dir_fd=at, follow_symlinks=False)
                        if not stat.S_ISDIR(found.st_mode):
                            raise _foreign(path, found) from None
                    raise
                os.close(at)
                at = below
            yield at
        finally:
            os.close(at)

    def _named(self, name: str, at: int | None) -> str | Path:
        if name in ("", ".", "..") or set(name) & {"/", os.sep, "\0"}:
            msg = f"{name!r} is no name of a file in {self.path}."
            raise ForeignFileError(msg)
        return self.path / name if at is None else name

    def _stat(self, name: str, at: int | None) -> os.stat_result | None:
        try:
            return os.stat(self._named(name, at), dir_fd=at, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def _open(self, name: str, flags: int, at: int | None, mode: int = 0o666) -> int:
        if at is None and (there := self._stat(name, at)) is not None and _is_link(there):
            raise self._foreign(name, at)
        try:
            opened = os.open(self._named(name, at), flags | _CAREFULLY | _NO_LINK, mode, dir_fd=at)
        except OSError as error:
            if error.errno in _NOT_A_FILE:
                there = self._stat(name, at)
                if there is not None and not stat.S_ISREG(there.st_mode):
                    raise self._foreign(name, at) from None
            raise
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode):
            os.close(opened)
            raise self._foreign(name, at)
        if flags & _WRITING and found.st_nlink > 1:
            os.close(opened)
            msg = (
                f"{self.path / name} has a second name elsewhere (a hard link), so what is written "
                "to it would be written there as well. Put a copy in its place: cp it to another "
                "name, and rename that back."
            )
            raise ForeignFileError(msg)
        return opened

    def _foreign(self, name: str, at: int | None) -> ForeignFileError:
        return _foreign(self.path / name, self._stat(name, at))


def is_at(path: Path, descriptor: int) -> bool:
    """Tell whether a file that is open is still the one at a path."""
    try:
        there = os.lstat(path)
    except OSError:
        return False
    here = os.fstat(descriptor)
    return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)


def append(descriptor: int, chunks: Iterable[bytes]) -> None:
    """Add to a file's end and return when all of it is on disk; a failure leaves it as it was.

    Raises:
        OSError: the system refuses; nothing was added.
        HalfWrittenError: it refused even to cut off what had been written by then.

    """
    before = os.fstat(descriptor).st_size
    try:
        for chunk in chunks:
            if os.write(descriptor, chunk) != len(chunk):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301
        os.fsync(descriptor)
    except BaseException as error:
        try:
            os.ftruncate(descriptor, before)
        except OSError as second:
            cause = error if isinstance(error, OSError) else second
            raise HalfWrittenError(cause, before, os.fstat(descriptor).st_size) from None
        raise


def with_home(path: str | os.PathLike[str]) -> Path:
    """Give a path with the home of the user whom ``~`` means; of nobody known, as it stands."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def open_regular(path: Path) -> BinaryIO:
    """Open a file that a user named, also by a link, without waiting for a pipe or a device.

    Raises:
        OSError: it cannot be opened, or is none.

    """

    def opener(name: str, flags: int) -> int:
        descriptor = os.open(name, flags | _CAREFULLY)
        kind = stat.S_IFMT(os.fstat(descriptor).st_mode)
        if kind in (stat.S_IFREG, stat.S_IFDIR):  # of a folder, open itself tells
            return descriptor
        os.close(descriptor)
        raise OSError(errno.EINVAL, f"it is {_KINDS.get(kind, 'something')}, not a file", name)

    return open(path, "rb", buffering=BUFFER, opener=opener)


def read_file(path: Path, most: int) -> bytes:
    """Read a file that a user named, and no more than may be; its size may say less than it holds.

    Raises:
        OSError: it cannot be read, is none, or is larger than ``most`` bytes.

    """
    with open_regular(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it is larger than {most / 1e6:,.0f} MB", str(path))
    return data


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give an empty file to write that takes ``path``'s place, durably, if all goes well."""
    if not path.name:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    temporary = path.with_name(_temporary_name(path.name))
    try:
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else None
        # From the start as closed to others as it will be, and open to its writer.
        first = 0o666 if mode is None else mode | stat.S_IWUSR
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, first))
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(path)
        Folder(path.parent).sync()
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _read_all(file: FileIO, size: int, most: int, path: Path) -> bytes:
    if size > most:
        msg = f"{path} is larger than {most / 1e6:,.0f} MB, the most that is read of such a file."
        raise ForeignFileError(msg)
    try:
        return file.read() or b""
    except MemoryError:
        msg = f"{path} does not fit into memory ({size / 1e6:,.0f} MB)."
        raise ForeignFileError(msg) from None


def _stamp(found: os.stat_result) -> Stamp:
    return Stamp(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def _is_link(found: os.stat_result) -> bool:
    attributes: int = getattr(found, "st_file_attributes", 0)
    return stat.S_ISLNK(found.st_mode) or bool(attributes & _REPARSE_POINT)


def _foreign(path: Path, found: os.stat_result | None) -> ForeignFileError:
    kind = "no file" if found is None else _KINDS.get(stat.S_IFMT(found.st_mode), "a file")
    return ForeignFileError(
        f"{path} is {kind}, where only a file or folder of its own is taken: whatever it leads to "
        "was left alone. Put what belongs there in its place, or take it away."
    )


def _temporary_name(name: str) -> str:
    return f"{TEMPORARY_PREFIX}{uuid.uuid4().hex}{Path(name).suffix}"


def _set_mode(descriptor: int, mode: int) -> None:
    if hasattr(os, "fchmod"):  # Windows has none, and one flag only that is worth a mode
        os.fchmod(descriptor, mode)


def _sync(folder: int | None) -> None:
    if folder is not None:
        os.fsync(folder)
