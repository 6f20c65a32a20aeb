"""What stands beside the prompt and belongs to it: a system text, earlier turns, images, audio.

A layout reads its own columns. Of the others, those with the names below are part of what the
model was asked, in whatever layout they stand, so the pair gets them: as messages before the
prompt, or as files in the places that the messages keep for them.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from typing import Any, NamedTuple

from msgspec.structs import replace

from tiebreak.reading.layouts.layout import Found
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.text import COLUMNS, MEDIA_KINDS, MediaKind
from tiebreak.store.kinds import KINDS
from tiebreak.store.media import is_media
from tiebreak.wording import warn, where_read

Messages = list[Any]

_SYSTEM = (
    *("system", "systemprompt", "systemmessage", "systeminstruction", "systeminstructions"),
    *("systemtext", "sysprompt", "sys", "context"),
)
_HISTORY = (
    *("history", "chathistory", "conversationhistory", "dialoguehistory", "dialoghistory"),
    *("messagehistory", "previousmessages", "previousturns", "priormessages", "context"),
)
_MEDIA: Mapping[str, MediaKind] = {
    **{column: kind for kind, column in COLUMNS.items()},
    **{kind: kind for kind in MEDIA_KINDS},
}
# What they are used as, for the account of a reading.
_BESIDE: Mapping[str, str] = {
    **dict.fromkeys(_SYSTEM, "system message of the prompt"),
    **dict.fromkeys(_HISTORY, "history before the prompt"),
    **{name: f"{kind} in the messages" for name, kind in _MEDIA.items()},
    "context": "beginning of the prompt",
}
# What may be part of what was asked, too, and is kept beside the pair; its account says so.
_PERHAPS = frozenset(
    {
        *("instruction", "instructions", "input", "passage", "passages", "document", "documents"),
        *("context", "contexts", "conversation", "dialogue", "dialog", "messages", "persona"),
        *(
            "functions",
            "video",
            "videos",
            "image",
            "images",
            "audio",
            "audios",
            "history",
            "system",
        ),
    }
)
# Paths of files, also of kinds that are refused by name.
_FILES = (".bmp", ".m4a", *(suffix for kind in KINDS.values() for suffix in kind.suffixes))
_NAME = re.compile(r"(?=.*[\d/_-])[A-Za-z][\w.:/@+-]{1,59}", re.ASCII)
_PLACE = re.compile(rf"(<(?:{'|'.join(MEDIA_KINDS)})>)")
# What an exchange is called where it is an object.
_ASKED = ("user", "human", "question", "query", "prompt", "instruction")
_ANSWERED = ("assistant", "bot", "gpt", "answer", "response")


class Beside(NamedTuple):
    """The columns of a table that belong to the prompt."""

    system: tuple[str, ...]
    history: tuple[str, ...]
    media: tuple[str, ...]


def find_beside(columns: Iterable[str], own: AbstractSet[str]) -> Beside | None:
    """Give the columns that belong to the prompt, beside those that are read already."""
    others = {_bare(name): name for name in reversed(list(columns)) if name not in own}
    found = Beside(*(tuple(others[n] for n in names if n in others) for names in _KINDS))
    return found if any(found) else None


def warn_of_names(table: str, row: Row, system: Iterable[str]) -> None:
    """Warn where what would be a system message reads like the name of a model or a system.

    Args:
        table: what the source is called.
        row: its first row.
        system: the columns that are taken for system messages.

    """
    for name in system:
        said = plain(row.get(name))
        if isinstance(said, str) and _NAME.fullmatch(said):
            remedy = where_read(f"columns={{'model': {name!r}}}", f"--columns model={name}")
            warn(
                f"{table}: {name!r} stands before the prompt as its system message, is shown and "
                f"trained on, and {said!r} reads like the name of a model. If it is one, rename "
                f"the column, or say what it is: {remedy}"
            )


def used_as(name: str) -> str:
    """Say what a column that belongs to the prompt is used as."""
    return _BESIDE.get(_bare(name), "prompt")


def may_belong(name: str) -> bool:
    """Tell whether a column that was kept beside the pair may be part of what was asked."""
    return _bare(name) in _PERHAPS


def _bare(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


_KINDS = (_SYSTEM, _HISTORY, tuple(_MEDIA))


def with_context(found: Found, row: Row, beside: Beside, used: set[str] | None = None) -> Found:
    """Give the pair with what stands beside its prompt, and without those columns as meta.

    The columns that became part of it are put into ``used``.

    Raises:
        RowError: a history is not one, or there are more or fewer files than places for them.

    """
    used = set() if used is None else used
    found = _with_turns(found, row, beside, used)
    for name in beside.media:
        found = _with_files(found, row, name, used)
    if not used:
        return found
    return replace(found, meta={k: v for k, v in found.meta.items() if k not in used})


def _with_turns(found: Found, row: Row, beside: Beside, used: set[str]) -> Found:
    prompt = _as_messages(found.prompt, "user")
    if prompt is None:
        return found
    says = [said for name in beside.system if (said := _system(row, name, used))]
    before = [turn for name in beside.history for turn in _history(row, name, used)]
    if prompt[0].get("role") in ("system", "developer"):
        own = prompt[0].get("content")
        if says and says != [own]:
            msg = (
                f"a column {beside.system[0]!r} that says something else than the system message "
                "in the prompt"
            )
            raise RowError(msg)
        says, head, prompt = [], prompt[:1], prompt[1:]
    else:
        head = [{"role": "system", "content": "\n\n".join(says)}] if says else []
    if not says and not before:
        return found
    a, b = (_as_messages(answer, "assistant") or answer for answer in (found.a, found.b))
    return replace(found, prompt=[*head, *before, *prompt], a=a, b=b)


def _as_messages(text: Any, role: str) -> Messages | None:
    """Give a text as messages, or None where there is nothing to put anything before."""
    if isinstance(text, str):
        return [{"role": role, "content": text}] if text.strip() else None
    if is_media(text):
        return [{"role": role, "content": [text]}]
    given = plain(text)
    if isinstance(given, list) and given and all(isinstance(turn, Mapping) for turn in given):
        return given
    return None


def _system(row: Row, name: str, used: set[str]) -> str | None:
    said = plain(row.get(name))
    if isinstance(said, list) and len(said) == 1:
        said = said[0]
    if isinstance(said, Mapping) and said.get("role") == "system":  # a message of its own
        said = said.get("content")
    if isinstance(said, str) and not _is_list(said, name):
        used.add(name)
        return said if said.strip() else None
    return None


def _is_list(said: str, name: str) -> bool:
    """Tell whether a column of turns, or of either, holds them written as text."""
    return _bare(name) == "context" and isinstance(_parsed(said), list)


def _parsed(said: Any) -> Any:
    """Give a list that is written as JSON within a text, as CSV has it, as a list."""
    if isinstance(said, str) and said.lstrip().startswith("["):
        with suppress(ValueError, RecursionError):
            return json.loads(said)
    return said


def _history(row: Row, name: str, used: set[str]) -> Iterator[Any]:
    said = _parsed(plain(row.get(name)))
    either = _bare(name) in _SYSTEM
    if isinstance(said, str) and not either and said.strip():
        msg = f"{name} is a text, where it is a list of exchanges or of messages"
        raise RowError(msg)
    if said == [] or (isinstance(said, str) and not said.strip()):
        used.add(name)
    if not isinstance(said, list) or not said:
        return
    if either and not all(isinstance(plain(turn), Mapping | list) for turn in said):
        return  # passages, or whatever else a column "context" may hold
    used.add(name)
    for number, exchange in enumerate(said, 1):
        yield from _turns(plain(exchange), f"exchange {number} of {name}")


def _turns(said: Any, place: str) -> Iterator[Any]:
    if isinstance(said, Mapping):
        if "role" in said or "from" in said:
            yield _message(said)
            return
        asked = [said[name] for name in _ASKED if isinstance(said.get(name), str)]
        answered = [said[name] for name in _ANSWERED if isinstance(said.get(name), str)]
        said = [*asked[:1], *answered[:1]]
    if not isinstance(said, list) or [type(text) for text in said] != [str, str]:
        msg = f"{place} is not a question and an answer"
        raise RowError(msg)
    yield {"role": "user", "content": said[0]}
    yield {"role": "assistant", "content": said[1]}


def _message(said: Mapping[str, Any]) -> Mapping[str, Any]:
    names = {"human": "user", "gpt": "assistant", "bot": "assistant"}
    if "from" in said:
        return {"role": names.get(said["from"], said["from"]), "content": said.get("value")}
    return {**said, "role": names.get(said["role"], said["role"])}


# -- images and audio


def _with_files(found: Found, row: Row, name: str, used: set[str]) -> Found:
    """Put a column's files where the texts keep a place for one, or before the question."""
    given = plain(row.get(name))
    if given is None or (isinstance(given, str | list) and not given):
        used.add(name)
        return found
    kind = _MEDIA[_bare(name)]
    texts = [found.prompt, found.a, found.b]
    if any(_holds(text, kind) for text in texts):  # as the layout itself put them there
        used.add(name)
        return found
    files = given if isinstance(given, list) else [given]
    # As TRL has it: the prompt's files, then those of chosen, then those of rejected.
    order = (0, 2, 1) if found.columns[1] == "rejected" else (0, 1, 2)
    waiting = iter(files)
    places = 0
    for place in order:
        role = "assistant" if place else "user"
        texts[place], count = _filled(texts[place], role, kind, waiting)
        places += count
    listed = isinstance(given, list)  # one text alone may be a name among others
    if places == 0 and all(_is_file(file, kind, listed=listed) for file in files):
        texts[0] = _in_front(texts[0], kind, files)
    elif places == 0:
        return found
    elif places != len(files):
        were = "a place" if places == 1 else "places"
        msg = f"{len(files)} in {name} where the texts have {were} for {places}"
        raise RowError(msg)
    used.add(name)
    if any(isinstance(text, list) for text in texts):
        roles = ("user", "assistant", "assistant")
        texts = [_as_messages(text, role) or text for text, role in zip(texts, roles, strict=True)]
    return replace(found, prompt=texts[0], a=texts[1], b=texts[2])


def _is_file(file: Any, kind: MediaKind, *, listed: bool) -> bool:
    """Tell whether a cell is an image or audio; a path may be that in a list of them alone."""
    if not isinstance(file, str):
        return is_media(file)
    if file.startswith(f"data:{kind}/"):
        return True
    return listed and "://" not in file and file.lower().endswith(_FILES)


def _holds(text: Any, kind: MediaKind) -> bool:
    messages = _as_messages(text, "user") or ()
    parts = (part for message in messages for part in _parts(message.get("content")))
    return any(isinstance(part, Mapping) and part.get(kind) is not None for part in parts)


def _filled(text: Any, role: str, kind: MediaKind, files: Iterator[Any]) -> tuple[Any, int]:
    """Put files into the places that a text keeps for them, and count those."""
    messages = _as_messages(text, role)
    if messages is None or (isinstance(text, str) and f"<{kind}>" not in text):
        return text, 0
    filled = []
    count = 0
    for message in messages:
        content = []
        found = 0
        for part in _parts(message.get("content")):
            if _is_place(part, kind):
                found += 1
                content.append({"type": kind, kind: next(files, None)})
            else:
                content.append(part)
        filled.append({**message, "content": content} if found else message)
        count += found
    return (filled if count else text), count


def _parts(content: Any) -> list[Any]:
    content = plain(content)
    if isinstance(content, list):
        return content
    if not isinstance(content, str):
        return []
    pieces = filter(None, _PLACE.split(content))
    return [
        {"type": piece[1:-1]} if _PLACE.fullmatch(piece) else {"type": "text", "text": piece}
        for piece in pieces
    ]


def _is_place(part: Any, kind: MediaKind) -> bool:
    if not isinstance(part, Mapping) or part.get("type") != kind:
        return False
    return all(plain(value) is None for key, value in part.items() if key != "type")


def _in_front(text: Any, kind: MediaKind, files: Sequence[Any]) -> Any:
    """Show the files with the first turn of the user, where no place is kept for them."""
    messages = _as_messages(text, "user")
    if messages is None:
        return text
    asking = (n for n, message in enumerate(messages) if message.get("role") == "user")
    place = next(asking, None)
    if place is None:
        msg = f"{kind}s, and no turn of the user to show them with"
        raise RowError(msg)
    shown = [{"type": kind, kind: file} for file in files]
    said = plain(messages[place].get("content"))
    words = said if isinstance(said, list) else [{"type": "text", "text": said}]
    changed = {**messages[place], "content": [*shown, *words]}
    return [*messages[:place], changed, *messages[place + 1 :]]
