"""Images as prompts and responses: checked, named by their content, kept in the session's folder.

An image is the file ``images/NAME`` of a session. Texts refer to it by that name, as the message
part ``{"type": "image", "image": NAME}``.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import Any

from tiebreak.errors import SessionError
from tiebreak.files import read_file

FOLDER = "images"
# By its content, whatever it was called.
NAME = r"[0-9a-f]{40}\.(?:png|jpeg|webp|gif)"
LARGEST = 20_000_000
KINDS = "PNG, JPEG, WebP or GIF"

_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_NAME = re.compile(NAME)
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
        held: tells whether the store they are for holds an image of a name already.

    """

    def __init__(self, held: Callable[[str], bool] = lambda name: False) -> None:  # noqa: ARG005
        self._held = held
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
            beside: the folder that paths are relative to.

        Raises:
            UnusableImageError: it is none of the kinds, too large, or not there.

        """
        if isinstance(value, Mapping):
            value = value["image"] if "image" in value else value["bytes"] or value["path"]
            if isinstance(value, Mapping) and set(value) == {"bytes", "path"}:
                value = value["bytes"] or value["path"]
            if isinstance(value, str):
                if _NAME.fullmatch(value):
                    return self._find(value, beside)
                value = Path(value)
        if isinstance(value, bytes | bytearray):
            return self.keep(_name(value), bytes(value))
        if isinstance(value, PathLike):
            return self._take_file(beside / Path(value).expanduser())
        if _is_pillow(value):
            return self._take_pillow(value)
        msg = f"an image given as {type(value).__name__}"
        raise UnusableImageError(msg)

    def keep(self, name: str, source: bytes | Path) -> str:
        """Hold an image under its name until it is stored, and give the name."""
        if not self._holds(name):
            self._new[name] = source
        return name

    def new(self) -> Iterator[tuple[str, bytes]]:
        """Give the images that the store does not hold yet, by name.

        Raises:
            SessionError: a file changed since it was taken.

        """
        for name, source in self._new.items():
            if self._held(name):
                continue
            data = source if isinstance(source, bytes) else read_file(source, LARGEST)
            if isinstance(source, Path) and _name(data) != name:
                msg = f"{source} changed while the pairs were read; give them again."
                raise SessionError(msg)
            yield name, data

    def _holds(self, name: str) -> bool:
        return name in self._new or self._held(name)

    def _find(self, name: str, beside: Path) -> str:
        if self._holds(name):
            return name
        file = beside / FOLDER / name  # a copy of another session's pairs.jsonl
        if file.is_file():
            return self._take_file(file)
        msg = f"the name of an image that the session does not hold ({name})"
        raise UnusableImageError(msg)

    def _take_file(self, path: Path) -> str:
        if path.suffix.lower() not in _SUFFIXES:
            msg = f"a path that does not end in {', '.join(_SUFFIXES)}"
            raise UnusableImageError(msg)
        try:
            _check_size(path.stat().st_size)
            return self.keep(_name(read_file(path, LARGEST)), path)
        except UnusableImageError:
            raise
        except (OSError, ValueError) as error:  # a zero byte in a path is a ValueError
            reason = getattr(error, "strerror", None) or error
            msg = f"an image file that cannot be read ({path}: {reason})"
            raise UnusableImageError(msg) from error

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
    text, or the ``{"bytes", "path"}`` that Hugging Face's Parquet files hold.
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


def is_name(name: str) -> bool:
    """Tell whether this can be the name of a stored image; no path to anything else is one."""
    return _NAME.fullmatch(name) is not None


def check_content(name: str, data: bytes) -> str | None:
    """Tell why these bytes cannot be the image of this name, or None."""
    digest, kind = name.split(".")
    if not _MAGIC[kind].match(data):
        return f"it is no {kind.upper()} image"
    # An image of PIL is a PNG that goes by its pixels; every other goes by its bytes.
    return None if kind == "png" or _hash(data) == digest else "it is not the image of that name"


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


def _hash(*parts: bytes | bytearray) -> str:
    digest = blake2b(digest_size=20)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _check_size(size: int) -> None:
    if size > LARGEST:
        msg = f"an image larger than {LARGEST // 1_000_000} MB"
        raise UnusableImageError(msg)
