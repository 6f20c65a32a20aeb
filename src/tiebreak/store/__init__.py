"""Where a session lives: its manifest, pairs, journals and media."""

import os
from os import PathLike
from pathlib import Path

from tiebreak.errors import SessionError
from tiebreak.files import with_home
from tiebreak.store.base import Store
from tiebreak.store.folder import FolderStore


def store_at(place: str | PathLike[str]) -> Store:
    """Give the store of the session at a place.

    Raises:
        SessionError: no folder can have this path.

    """
    path = with_home(place)
    if not _can_be(path):
        msg = f"{str(path)!r} is no path that a folder can have; give the session another name."
        raise SessionError(msg)
    return FolderStore(path)


def _can_be(path: Path) -> bool:
    try:
        return b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        return False
