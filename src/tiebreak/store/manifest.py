"""``session.json``: its version, read and checked, and written as old as it can be."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from tiebreak.errors import SessionError
from tiebreak.records.pair import Pair, texts_with_parts
from tiebreak.records.text import media_of
from tiebreak.store.base import Manifest

# A version says what it takes to do a session no harm, so most sessions are of version 1 still:
# settings that an older tiebreak does not know it keeps in the file and leaves off the screen.
# Second showings and gold pairs it would count as labels like any other, and the record of changed
# settings it would drop; a session that has one of these is of version 2, which it does not open.
# Audio it would show as its name, and have that judged: version 3.
# Whoever adds a field beside the settings, a value to a setting there is, or a kind of part, takes
# a new version.
FORMAT_VERSION = 3


def parse_manifest(data: bytes, path: Path) -> Manifest:
    """Parse the bytes of the file at ``path``.

    Raises:
        SessionError: the session is of a newer version, or damaged.

    """
    try:
        content = msgspec.json.decode(data, type=dict[str, Any])
        version = content.get("version")
        if isinstance(version, int) and version > FORMAT_VERSION:
            msg = (
                f"{path.parent} is a session of format version {version}; this tiebreak reads up "
                f"to {FORMAT_VERSION}. Nothing was changed. Update tiebreak to open it."
            )
            raise SessionError(msg)
        manifest = msgspec.convert(content, Manifest)
        manifest.check()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        msg = f"{path} is damaged: {error}. Put a backup of it back; nothing was changed."
        raise SessionError(msg) from None
    return manifest


def format_manifest(manifest: Manifest) -> bytes:
    """Give the bytes of the file."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def counting_all(manifest: Manifest, pairs: int) -> Manifest:
    """Count as a last batch what a crash kept from being counted."""
    uncounted = pairs - sum(manifest.batches)
    if not uncounted:
        return manifest
    return msgspec.structs.replace(manifest, batches=[*manifest.batches, uncounted])


def as_old_as_can_be(manifest: Manifest, pairs: Sequence[Pair]) -> Manifest:
    """Give the manifest the oldest version that can open the session."""
    return msgspec.structs.replace(manifest, version=_version_of(manifest, pairs))


def _version_of(manifest: Manifest, pairs: Sequence[Pair]) -> int:
    if any(part.kind == "audio" for text in texts_with_parts(pairs) for part in media_of(text)):
        return 3
    gold = any(pair.gold is not None for pair in pairs)
    return 2 if gold or manifest.read_settings().repeat or manifest.changes else 1
