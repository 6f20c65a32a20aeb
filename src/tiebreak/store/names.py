"""The names of the files in a session's folder, and what journals are called."""

import re
import unicodedata
from hashlib import blake2b

from tiebreak.errors import JournalError

SETTINGS_FILE = "session.json"
PAIRS_FILE = "pairs.jsonl"
LOCK_FILE = ".session.lock"
JOURNALS = "journals"

LONGEST_NAME = 300
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9_@+-]*(\.[a-z0-9_@+-]+)*")
_HASHED_NAME = re.compile(r".*-[0-9a-f]{8}")
_LONGEST_PLAIN_NAME = 64
# Windows keeps these names for devices, whatever their suffix.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{x}{n}" for x in ("com", "lpt") for n in range(10))}


def file_stem(annotator: str) -> str:
    """Give the file name, without suffix, of an annotator's journal.

    Short lower-case ASCII names stand as they are. Any other name keeps its readable part and
    gets a hash, so that no name leaves the folder, collides on a file system that folds case, or
    is reserved by one.

    >>> file_stem("rater-1"), file_stem("anna@lab.org")
    ('rater-1', 'anna@lab.org')
    >>> file_stem("../x")
    'x-d42ff05c'

    Raises:
        JournalError: the name is empty, too long, or holds control characters.

    """
    name = unicodedata.normalize("NFC", annotator)
    if not name.strip() or len(name) > LONGEST_NAME:
        msg = f"An annotator's name has 1 to {LONGEST_NAME} characters; this one has {len(name)}."
        raise JournalError(msg)
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in name):
        msg = f"The annotator's name {annotator!r} holds control characters; choose another."
        raise JournalError(msg)
    device = name.split(".")[0].lower() in _DEVICES
    plain = _PLAIN_NAME.fullmatch(name) and not _HASHED_NAME.fullmatch(name)
    if len(name) <= _LONGEST_PLAIN_NAME and plain and not device:
        return name
    readable = re.sub(r"[^\w@+-]+", "-", name).strip("-")[:40].strip("-").lower() or "annotator"
    return f"{readable}-{blake2b(name.encode(), digest_size=4).hexdigest()}"


def is_cut(name: str) -> bool:
    """Tell whether a journal's file name is less than its annotator's own.

    >>> is_cut("rater-1.jsonl"), is_cut("x-d42ff05c.jsonl")
    (False, True)

    """
    return bool(_HASHED_NAME.fullmatch(name.removesuffix(".jsonl")))


def file_name(annotator: str) -> str:
    """Give the name of an annotator's journal."""
    return f"{file_stem(annotator)}.jsonl"
