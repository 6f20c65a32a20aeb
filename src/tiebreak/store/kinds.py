"""The kinds of files that a part of a text can be: their formats, and what messages call them."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from tiebreak.records.text import MediaKind


class FileKind(NamedTuple):
    """What is taken for a kind of file.

    Attributes:
        folder: of the session.
        called: one of them, in messages.
        several: many of them.
        named: the formats, in messages.
        suffixes: of paths.
        magic: how a file begins, by the ending that its name gets.

    """

    folder: str
    called: str
    several: str
    named: str
    suffixes: tuple[str, ...]
    magic: Mapping[str, re.Pattern[bytes]]


def _magic(**patterns: bytes) -> dict[str, re.Pattern[bytes]]:
    return {ending: re.compile(pattern, re.DOTALL) for ending, pattern in patterns.items()}


KINDS: Mapping[MediaKind, FileKind] = {
    "image": FileKind(
        "images",
        "an image",
        "images",
        "PNG, JPEG, WebP or GIF",
        (".png", ".jpg", ".jpeg", ".webp", ".gif"),
        _magic(
            png=rb"\x89PNG\r\n\x1a\n",
            jpeg=rb"\xff\xd8\xff",
            webp=rb"RIFF.{4}WEBP",
            gif=rb"GIF8[79]a",
        ),
    ),
    "audio": FileKind(
        "audio",
        "audio",
        "audio",
        "WAV, MP3, OGG, FLAC or WebM",
        (".wav", ".mp3", ".ogg", ".oga", ".opus", ".flac", ".webm", ".weba"),
        _magic(
            wav=rb"RIFF.{4}WAVE",
            mp3=rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]",  # a tag, or the first frame of layer III
            ogg=rb"OggS",
            flac=rb"fLaC",
            webm=rb"\x1a\x45\xdf\xa3.{0,60}webm",
        ),
    ),
}
_ALL = [kind.called for kind in KINDS.values()]
# What a part may be beside text, for messages: "an image nor audio".
NOR = f"{', '.join(_ALL[:-1])} nor {_ALL[-1]}"
