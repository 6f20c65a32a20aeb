"""Images as prompts and responses: checked, named by their content, kept in the session's folder.

An image is the file ``images/NAME`` of a session. Texts refer to it by that name, as the message
part ``{"type": "image", "image": NAME}``.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import Any

from tiebreak.errors import SessionError
from tiebreak.files import TEMPORARY_PREFIX, open_regular, sync_folder, write_atomically

FOLDER = "images"
LARGEST = 20_000_000
KINDS = "PNG, JPEG, WebP or GIF"

_LONGEST_SHOWN = 100
_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_NAME = re.compile(r"[0-9a-f]{40}\.(?:png|jpeg|webp|gif)")
_MAGIC = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    "gif": re.compile(rb"GIF8[79]a"),
}
# What PNG holds as it is; other modes of PIL are written as RGBA.
_PNG_MODES = ("1", "L", "LA", "I;16", "RGB", "RGBA")
_WRAPPINGS = ({"image"}, {"type", "image"}, {"bytes", "path"})


class UnusableImageError(ValueError):
    """An image that cannot be taken; the text says why and completes "... in COLUMN"."""


class Gallery:
    """The images that given pairs are made of.

    Args:
        session: the folder of the session they are for; what it holds already is not taken anew.

    """

    def __init__(self, session: Path | None = None) -> None:
        self._folder = session / FOLDER if session else None
        self._new: dict[str, bytes | Path] = {}

    def moved_to(self, other: "Gallery") -> "Gallery":
        """Put these images, of pairs that were read before, into a session's gallery."""
        for name, source in self._new.items():
            other.keep(name, source)
        return other

    def take(self, value: Any, beside: Path) -> str:
        """Check an image and give the name it has in the session.

        Args:
            value: as :func:`is_image` knows it.
            beside: the folder that paths are relative to. A path as text, which a dataset may
                hold that somebody else made, stays inside; one as an object goes anywhere.

        Raises:
            UnusableImageError: it is none of the kinds, too large, not there or not to be taken.

        """
        if isinstance(value, Mapping):
            value = value["image"] if "image" in value else value["bytes"] or value["path"]
            if isinstance(value, Mapping) and set(value) == {"bytes", "path"}:
                value = value["bytes"] or value["path"]
            if isinstance(value, str):
                if _NAME.fullmatch(value):
                    return self._find(value, beside)
                return self._take_file(_inside(beside, value))
        if isinstance(value, bytes | bytearray):
            return self.keep(_name(value), bytes(value))
        if isinstance(value, PathLike):
            return self._take_file(_join(beside, value))
        if _is_pillow(value):
            return self._take_pillow(value)
        msg = f"an image given as {type(value).__name__}"
        raise UnusableImageError(msg)

    def keep(self, name: str, source: bytes | Path) -> str:
        """Hold an image under its name until it is stored, and give the name."""
        if not self._holds(name):
            self._new[name] = source
        return name

    def store(self) -> None:
        """Write the new images to the session's folder, durably, before a pair refers to them.

        Raises:
            SessionError: a file changed since it was taken.

        """
        if self._folder is None or not self._new:
            return
        self._folder.mkdir(exist_ok=True)
        sync_folder(self._folder.parent)
        for name, source in self._new.items():
            data = source if isinstance(source, bytes) else _read(source)
            if isinstance(source, Path) and _name(data) != name:
                msg = f"{source} changed while the pairs were read; give them again."
                raise SessionError(msg)
            write_atomically(self._folder / name, [data])
        self._new.clear()

    def _holds(self, name: str) -> bool:
        stored = self._folder is not None and (self._folder / name).is_file()
        return stored or name in self._new

    def _find(self, name: str, beside: Path) -> str:
        if self._holds(name):
            return name
        # A copy of another session's pairs.jsonl.
        if (beside / FOLDER / name).is_file():
            return self._take_file(_inside(beside, f"{FOLDER}/{name}"))
        msg = f"the name of an image that the session does not hold ({name})"
        raise UnusableImageError(msg)

    def _take_file(self, path: Path) -> str:
        if path.suffix.lower() not in _SUFFIXES:
            msg = f"a path that does not end in {', '.join(_SUFFIXES)}"
            raise UnusableImageError(msg)
        with _telling_unreadable(path):
            return self.keep(_name(_read(path)), path)

    def _take_pillow(self, image: Any) -> str:
        try:
            if image.mode not in _PNG_MODES or "transparency" in image.info:
                image = image.convert("RGBA")
            # By its pixels, because another version of PIL may compress them otherwise.
            name = _hash(f"{image.mode} {image.size}".encode(), image.tobytes()) + ".png"
            if self._holds(name):
                return name
            buffer = BytesIO()
            image.save(buffer, "PNG")
        except (
            OSError,
            ValueError,
            SyntaxError,
        ) as error:  # a file that PIL opens, but cannot read
            msg = f"an image that PIL cannot write as PNG ({error})"
            raise UnusableImageError(msg) from error
        _check_size(buffer.tell())
        return self.keep(name, buffer.getvalue())


def is_image(value: Any) -> bool:
    """Tell whether a cell is meant as an image, usable or not.

    That is a ``PIL.Image``, bytes, a path object, ``{"image": ...}`` of these or of a path as
    text (which stays in its folder; see :meth:`Gallery.take`), or the ``{"bytes", "path"}`` that
    Hugging Face's Parquet files hold.
    """
    if isinstance(value, Mapping):
        return set(value) in _WRAPPINGS and value.get("type", "image") == "image"
    return isinstance(value, bytes | bytearray | PathLike) or _is_pillow(value)


def image_part(name: str) -> dict[str, str]:
    """Give the message part that refers to an image."""
    return {"type": "image", "image": name}


def names_in(text: Any) -> Iterator[str]:
    """Give the names of the images that a prompt or response refers to."""
    for message in text if isinstance(text, list) else ():
        content = message["content"]
        for part in content if isinstance(content, list) else ():
            if part["type"] == "image":
                yield part["image"]


def read_image(session: Path, name: str) -> bytes:
    """Read an image that a pair of the session refers to.

    Raises:
        SessionError: its file is not there.

    """
    path = session / FOLDER / name
    try:
        return path.read_bytes()
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}. Put a backup of it back."
        raise SessionError(msg) from error


def is_image_folder(path: Path) -> bool:
    """Tell whether a folder holds a session's images and nothing else."""
    return (
        path.name == FOLDER
        and path.is_dir()
        and all(
            _NAME.fullmatch(file.name) or file.name.startswith(TEMPORARY_PREFIX)
            for file in path.iterdir()
        )
    )


def _is_pillow(value: Any) -> bool:
    pillow = sys.modules.get("PIL.Image")  # whoever has an image of PIL has imported it
    return pillow is not None and isinstance(value, pillow.Image)


def _name(data: bytes | bytearray) -> str:
    _check_size(len(data))
    for kind, magic in _MAGIC.items():
        if magic.match(data):
            return f"{_hash(data)}.{kind}"
    msg = f"an image that is not {KINDS}"
    raise UnusableImageError(msg)


def _join(folder: Path, path: str | PathLike[str]) -> Path:
    with _telling_unreadable(path):
        return folder / Path(path).expanduser()


def _inside(folder: Path, text: str) -> Path:
    """Give the file that a path as text means, which stays in the folder whatever links there."""
    path = _join(folder, text)
    with _telling_unreadable(text):
        if path.resolve().is_relative_to(folder.resolve()):
            return path
    msg = (
        f"a path as text that leads out of {folder.resolve()} ({text[:_LONGEST_SHOWN]!r}; if you "
        "trust it, give it as a pathlib.Path)"
    )
    raise UnusableImageError(msg)


def _read(path: Path) -> bytes:
    """Read a file, but no more of it than an image has; its size may say less than it holds."""
    with open_regular(path) as file:
        return file.read(LARGEST + 1)


@contextmanager
def _telling_unreadable(path: object) -> Iterator[None]:
    """Say that there is no file to read: a zero byte is a ValueError, an unknown ~user another."""
    try:
        yield
    except UnusableImageError:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        msg = f"an image file that cannot be read ({path}: {reason})"
        raise UnusableImageError(msg) from error


def _hash(*parts: bytes | bytearray) -> str:
    digest = blake2b(digest_size=20)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _check_size(size: int) -> None:
    if size > LARGEST:
        msg = f"an image larger than {LARGEST // 1_000_000} MB"
        raise UnusableImageError(msg)
