"""What a crash left while a session was made: told from somebody's own files, and set aside."""

import re
import uuid

from tiebreak.errors import JournalError, SessionError
from tiebreak.files import TEMPORARY_PREFIX, Folder
from tiebreak.records.label import is_imported
from tiebreak.store import media
from tiebreak.store.journal_format import read_journal
from tiebreak.store.names import JOURNALS, LOCK_FILE, PAIRS_FILE
from tiebreak.store.stored_pairs import LARGEST_PAIRS, parse_pairs
from tiebreak.wording import warn

_LEFT = re.compile(r".+\.left-[0-9a-f]{8}")
# With what every stored pair begins.
_PAIR = b'{"id":"'


class Leftovers:
    """What a folder holds without being a whole session.

    Args:
        folder: the session's.

    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._journals = folder.within(JOURNALS)

    def is_leftover(self, name: str) -> bool:
        """Tell whether a crash while a session was made may have left this."""
        if name == JOURNALS:
            return all(map(self._is_left_journal, self._journals.names()))
        if name in media.FOLDERS:
            within = self._folder.within(name).names()
            return all(media.belongs(each, name) or _is_temporary(each) for each in within)
        if name == PAIRS_FILE:
            return self._holds_stored_pairs()
        return name in {LOCK_FILE, f"{PAIRS_FILE}.torn"} or _is_temporary(name)

    def set_aside(self) -> None:
        """Rename what a crash left: it is of a session that never was, and may be somebody's."""
        names = [name for name in self._journals.names() if name.endswith(".jsonl")]
        moved = [(self._journals, name) for name in names]
        if self._folder.holds(PAIRS_FILE):
            moved.append((self._folder, PAIRS_FILE))
        for folder, name in moved:
            aside = f"{name}.left-{uuid.uuid4().hex[:8]}"
            folder.rename(name, aside)
            warn(
                f"{folder.path / name} is of a session that was never finished; it was kept as "
                f"{aside} beside it."
            )

    def _is_left_journal(self, name: str) -> bool:
        """Tell whether a journal holds nothing but labels that came with pairs."""
        if name.endswith((".lock", ".jsonl.torn")) or _LEFT.fullmatch(name):
            return True
        if not name.endswith(".jsonl"):
            return False
        try:
            contents, _ = read_journal(self._journals, name)
        except JournalError:
            return False
        return all(map(is_imported, contents.events))

    def _holds_stored_pairs(self) -> bool:
        data, _ = self._folder.read(PAIRS_FILE, LARGEST_PAIRS)
        try:
            pairs, torn = parse_pairs(data, self._folder.path / PAIRS_FILE)
        except SessionError:
            return False
        return bool(pairs) or torn[: len(_PAIR)] == _PAIR[: len(torn)]


def _is_temporary(name: str) -> bool:
    return name.startswith(TEMPORARY_PREFIX) or _LEFT.fullmatch(name) is not None
