"""Where a session lives: its manifest, pairs, journals and media."""

from os import PathLike
from pathlib import Path

from tiebreak.store.base import Store
from tiebreak.store.folder import FolderStore


def store_at(place: str | PathLike[str]) -> Store:
    """Give the store of the session at a place."""
    return FolderStore(Path(place).expanduser())
