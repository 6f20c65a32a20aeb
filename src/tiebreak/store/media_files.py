"""A session's images and audio as files, each in the folder of its kind."""

from tiebreak.errors import SessionError
from tiebreak.files import Folder
from tiebreak.os_errors import ForeignFileError
from tiebreak.records.text import kind_of_name
from tiebreak.store import media
from tiebreak.store.base import Media


class MediaFiles:
    """The images and audio in a session's folder."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def holds(self, name: str) -> bool:
        """Tell whether there is a file of this name."""
        return kind_of_name(name) is not None and self._folder_of(name).holds(name)

    def read(self, name: str) -> bytes:
        """Give an image or audio that a pair refers to."""
        if kind_of_name(name) is None:
            msg = f"{name!r} is not the name of an image or of audio that a session holds."
            raise SessionError(msg)
        folder = self._folder_of(name)
        path = folder.path / name
        try:
            data, _ = folder.read(name, media.LARGEST)
        except ForeignFileError as error:
            raise SessionError(str(error)) from None
        except OSError as error:
            msg = f"{path} cannot be read: {error.strerror or error}. Put a backup of it back."
            raise SessionError(msg) from None
        if wrong := media.check_content(name, data):
            msg = f"{path} cannot be used: {wrong}. Put a backup of it back."
            raise SessionError(msg)
        return data

    def store(self, given: Media) -> None:
        """Write new images and audio, durably, before a pair refers to them."""
        for name, data in given.new():
            folder = self._folder_of(name)
            folder.make()
            folder.replace(name, [data])

    def _folder_of(self, name: str) -> Folder:
        return self._folder.within(media.folder_of(name))
