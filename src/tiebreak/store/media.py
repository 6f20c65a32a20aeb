"""Images and audio as prompts and responses: checked, named by content, kept in the session.

An image is the file ``images/NAME`` of a session, audio ``audio/NAME``. Texts refer to it by that
name; see :mod:`tiebreak.records.text`.
"""

import base64
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import Any

from tiebreak.errors import SessionError
from tiebreak.files import read_file
from tiebreak.records.text import MEDIA_KINDS, MediaKind, MediaPart, kind_of_name
from tiebreak.store.kinds import KINDS
from tiebreak.store.wav import to_wav

LARGEST = 20_000_000
_LONGEST_SHOWN = 100


# What PNG holds as it is; other modes of PIL are written as RGBA.
_PNG_MODES = ("1", "L", "LA", "I;16", "RGB", "RGBA")
# What else stands for a file: as Hugging Face's Parquet has it, as its decoded audio, as OpenAI's.
_FILE = {"bytes", "path"}
_SAMPLES = ({"array", "sampling_rate"}, {"array", "sampling_rate", "path"})
_INPUT_AUDIO = {"type", "input_audio"}


class UnusableMediaError(ValueError):
    """An image or audio that cannot be taken; the text says why and completes "... in COLUMN"."""


class Gallery:
    """The images and audio that given pairs are made of.

    Args:
        held: tells whether the store they are for holds a file of a name already.

    """

    def __init__(self, held: Callable[[str], bool] = lambda name: False) -> None:  # noqa: ARG005
        self._held = held
        self._new: dict[str, bytes | Path] = {}

    def moved_to(self, other: "Gallery") -> "Gallery":
        """Put these files, of pairs that were read before, into a session's gallery."""
        for name, source in self._new.items():
            other.keep(name, source)
        return other

    def take(self, value: Any, beside: Path) -> MediaPart:
        """Check an image or audio and give the part that refers to it.

        Args:
            value: as :func:`is_media` knows it.
            beside: the folder that paths are relative to. A path as text, which a dataset may
                hold that somebody else made, stays inside; one as an object goes anywhere.

        Raises:
            UnusableMediaError: it is none of the formats, too large, not there or not to be taken.

        """
        given, meant = _unwrap(value)
        name = self._take_exported(value) or self._take(given, meant, beside)
        return MediaPart(_kind_of(name), name)

    def _take(self, given: Any, meant: MediaKind | None, beside: Path) -> str:
        if isinstance(given, str):
            if given.startswith("data:"):
                return self._take(_decode({"data": given.partition(";base64,")[2]}), meant, beside)
            if "://" in given:
                msg = (
                    f"{_called(meant)} file that cannot be read: {given[:_LONGEST_SHOWN]!r} is an "
                    "address, and nothing is fetched (save it, and give its path)"
                )
                raise UnusableMediaError(msg)
            if kind_of_name(given) in _any(meant):
                return self._find(given, beside)
            return self._take_file(_inside(beside, given, meant), meant)
        if isinstance(given, bytes | bytearray):
            return self.keep(_name(given, meant), bytes(given))
        if isinstance(given, PathLike):
            return self._take_file(_join(beside, given, meant), meant)
        if _is_pillow(given) and meant != "audio":
            return self._take_pillow(given)
        msg = f"{_called(meant)} given as {type(given).__name__}"
        raise UnusableMediaError(msg)

    def _take_exported(self, value: Any) -> str | None:
        """Take what an export wrote of an image of PIL, under the name that its pixels have."""
        given = value.get("image", value) if isinstance(value, Mapping) else None
        if not isinstance(given, Mapping) or set(given) != _FILE:
            return None
        name, data = given["path"], given["bytes"]
        if not isinstance(name, str) or kind_of_name(name) != "image" or not data:
            return None
        if _name(data, "image") == name or _name_of_pixels(data) != name:
            return None
        return self.keep(name, data)

    def keep(self, name: str, source: bytes | Path) -> str:
        """Hold a file under its name until it is stored, and give the name."""
        if not self._holds(name):
            self._new[name] = source
        return name

    def new(self) -> Iterator[tuple[str, bytes]]:
        """Give the files that the store does not hold yet, by name.

        Raises:
            SessionError: a file changed since it was taken.

        """
        for name, source in self._new.items():
            if self._held(name):
                continue
            data = source if isinstance(source, bytes) else read_file(source, LARGEST)
            if isinstance(source, Path) and _name(data, _kind_of(name)) != name:
                msg = f"{source} changed while the pairs were read; give them again."
                raise SessionError(msg)
            yield name, data

    def _holds(self, name: str) -> bool:
        return name in self._new or self._held(name)

    def _find(self, name: str, beside: Path) -> str:
        if self._holds(name):
            return name
        kind = _kind_of(name)
        if (beside / folder_of(name) / name).is_file():  # a copy of another session's pairs.jsonl
            return self._take_file(_inside(beside, f"{folder_of(name)}/{name}", kind), kind)
        msg = f"the name of {_called(kind)} that the session does not hold ({name})"
        raise UnusableMediaError(msg)

    def _take_file(self, path: Path, meant: MediaKind | None) -> str:
        kinds = [kind for kind in _any(meant) if path.suffix.lower() in KINDS[kind].suffixes]
        if not kinds:
            suffixes = [suffix for kind in _any(meant) for suffix in KINDS[kind].suffixes]
            msg = f"a path that does not end in {', '.join(suffixes)}"
            raise UnusableMediaError(msg)
        with _telling_unreadable(path, kinds[0]):
            _check_size(path.stat().st_size, kinds[0])
            return self.keep(_name(read_file(path, LARGEST), kinds[0]), path)

    def _take_pillow(self, image: Any) -> str:
        try:
            image, name = _named_by_pixels(image)
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
            raise UnusableMediaError(msg) from None
        _check_size(buffer.tell(), "image")
        return self.keep(name, buffer.getvalue())


def is_media(value: Any) -> bool:
    """Tell whether a cell is meant as an image or audio, usable or not.

    That is bytes, a path object or a ``PIL.Image``; ``{"image": ...}`` or ``{"audio": ...}`` of
    these or of a path as text, which stays in its folder; the ``{"bytes", "path"}`` that Hugging
    Face's Parquet files hold; samples as ``{"array", "sampling_rate"}``; and OpenAI's
    ``input_audio``.
    """
    if not isinstance(value, Mapping):
        return isinstance(value, bytes | bytearray | PathLike) or _is_pillow(value)
    keys = set(value)
    if keys == _INPUT_AUDIO:
        return bool(value["type"] == "input_audio")
    for kind in MEDIA_KINDS:
        if keys in ({kind}, {"type", kind}):
            return bool(value.get("type", kind) == kind)
    return keys == _FILE or keys in _SAMPLES


def folder_of(name: str) -> str:
    """Give the folder of a session that a file of this name stands in."""
    return KINDS[_kind_of(name)].folder


FOLDERS = tuple(kind.folder for kind in KINDS.values())


def belongs(name: str, folder: str) -> bool:
    """Tell whether a session has files of this name in the folder."""
    return kind_of_name(name) is not None and folder_of(name) == folder


def check_content(name: str, data: bytes) -> str | None:
    """Tell why these bytes cannot be the file of this name, or None."""
    digest, ending = name.split(".")
    if not KINDS[_kind_of(name)].magic[ending].match(data):
        return f"it is no {ending.upper()}"
    # An image of PIL is a PNG that goes by its pixels; every other file goes by its bytes.
    return None if ending == "png" or _hash(data) == digest else "its content is not its name's"


def _unwrap(value: Any) -> tuple[Any, MediaKind | None]:
    """Give what stands for a file, and which kind it is said to be, if it is said."""
    if not isinstance(value, Mapping):
        return value, None
    for kind in MEDIA_KINDS:
        if kind in value:
            inner = value[kind]
            plain = isinstance(inner, Mapping) and (set(inner) == _FILE or set(inner) in _SAMPLES)
            return (_unwrap(inner)[0] if plain else inner), kind
    if "input_audio" in value:
        return _decode(value["input_audio"]), "audio"
    if "array" in value:
        return _wav(value["array"], value["sampling_rate"]), "audio"
    return value["bytes"] or value["path"], None


def _decode(given: Any) -> Any:
    data = given.get("data") if isinstance(given, Mapping) else None
    try:
        return base64.b64decode(data, validate=True)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        msg = "a file whose data is not base64"
        raise UnusableMediaError(msg) from None


def _wav(samples: Any, rate: Any) -> bytes:
    try:
        return to_wav(samples, rate)
    except ValueError as error:
        msg = f"audio {error}"
        raise UnusableMediaError(msg) from None


def _is_pillow(value: Any) -> bool:
    pillow = sys.modules.get("PIL.Image")  # whoever has an image of PIL has imported it
    return pillow is not None and isinstance(value, pillow.Image)


def _kind_of(name: str) -> MediaKind:
    kind = kind_of_name(name)
    if kind is None:
        msg = f"{name!r} is no name of a file of a session"
        raise UnusableMediaError(msg)
    return kind


def _any(meant: MediaKind | None) -> Sequence[MediaKind]:
    return MEDIA_KINDS if meant is None else (meant,)


def _called(meant: MediaKind | None) -> str:
    return " or ".join(KINDS[kind].called for kind in _any(meant))


def _name(data: bytes | bytearray, meant: MediaKind | None) -> str:
    for kind in _any(meant):
        for ending, magic in KINDS[kind].magic.items():
            if magic.match(data):
                _check_size(len(data), kind)
                return f"{_hash(data)}.{ending}"
    known = " and no ".join(f"{kind} ({KINDS[kind].named})" for kind in MEDIA_KINDS)
    msg = f"{_called(meant)} that is not {KINDS[meant].named}" if meant else f"bytes of no {known}"
    raise UnusableMediaError(msg)


def _join(folder: Path, path: str | PathLike[str], meant: MediaKind | None) -> Path:
    with _telling_unreadable(path, meant):
        return folder / Path(path).expanduser()


def _inside(folder: Path, text: str, meant: MediaKind | None) -> Path:
    """Give the file that a path as text means, which stays in the folder whatever links there."""
    path = _join(folder, text, meant)
    with _telling_unreadable(text, meant):
        if path.resolve().is_relative_to(folder.resolve()):
            return path
    msg = (
        f"a path as text that leads out of {folder.resolve()} ({text[:_LONGEST_SHOWN]!r}; if you "
        "trust it, give it as a pathlib.Path)"
    )
    raise UnusableMediaError(msg)


@contextmanager
def _telling_unreadable(path: object, meant: MediaKind | None) -> Iterator[None]:
    """Say that there is no file to read: a zero byte is a ValueError, an unknown ~user another."""
    try:
        yield
    except UnusableMediaError:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        msg = f"{_called(meant)} file that cannot be read ({path}: {reason})"
        raise UnusableMediaError(msg) from None


def _named_by_pixels(image: Any) -> tuple[Any, str]:
    """Name an image of PIL by its pixels; another version of PIL may compress them otherwise."""
    if image.mode not in _PNG_MODES or "transparency" in image.info:
        image = image.convert("RGBA")
    return image, _hash(f"{image.mode} {image.size}".encode(), image.tobytes()) + ".png"


def _name_of_pixels(data: bytes) -> str | None:
    try:
        from PIL import Image  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    try:
        with Image.open(BytesIO(data)) as image:
            return _named_by_pixels(image)[1]
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _hash(*parts: bytes | bytearray) -> str:
    digest = blake2b(digest_size=20)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _check_size(size: int, kind: MediaKind) -> None:
    if size > LARGEST:
        msg = f"{KINDS[kind].called} larger than {LARGEST // 1_000_000} MB"
        raise UnusableMediaError(msg)
