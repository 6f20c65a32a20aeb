"""Images and audio beside the messages that say where each one stands, a column a kind.

This is TRL's vision shape: ``{"type": "image"}`` blocks in the order of ``images``, as many as
there are, every content a list of blocks (``docs/source/dataset_formats.md`` of TRL 1.16). Audio
goes the same way, as ``{"type": "audio"}`` and ``audios``, which is what chat templates of models
that hear take and what other trainers name it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import pandas as pd

from tiebreak.exports.format import Row
from tiebreak.records.text import (
    COLUMNS,
    MEDIA_KINDS,
    MediaKind,
    MediaPart,
    Message,
    media_of,
    parts_in,
)

# Gives the bytes of a file that a text refers to.
ReadMedia = Callable[[str], bytes]

_TEXTS = ("prompt", "chosen", "rejected", "reference")


def kinds_in(judgments: pd.DataFrame) -> tuple[MediaKind, ...]:
    """Give the kinds of files that the texts refer to."""
    texts = (text for name in ("prompt", "a", "b") for text in judgments[name])
    found = {part.kind for text in texts for part in media_of(text)}
    return tuple(kind for kind in MEDIA_KINDS if kind in found)


def pairs_with(kinds: Sequence[MediaKind], judgments: pd.DataFrame) -> list[str]:
    """Give the pairs whose texts refer to files of the kinds, in their order."""
    columns = (judgments[name] for name in ("pair", "prompt", "a", "b"))
    return list(
        dict.fromkeys(
            pair
            for pair, *texts in zip(*columns, strict=True)
            if any(part.kind in kinds for text in texts for part in media_of(text))
        )
    )


def with_media(rows: Iterable[Row], kinds: Sequence[MediaKind]) -> Iterator[Row]:
    """Give rows whose messages hold blocks, and the names of their files in a column a kind."""
    for row in rows:
        names: dict[str, list[str]] = {COLUMNS[kind]: [] for kind in kinds}
        changed = {
            name: [_in_blocks(message, names) for message in row[name]]
            for name in _TEXTS
            if name in row
        }
        yield {**row, **changed, **names}


def _in_blocks(message: Message, names: Mapping[str, list[str]]) -> Message:
    blocks: list[dict[str, str | None]] = []
    for part in parts_in(message):
        # Each block has both keys, because Parquet has one type for all of them.
        if isinstance(part, MediaPart):
            names[COLUMNS[part.kind]].append(part.name)
            blocks.append({"type": part.kind, "text": None})
        else:
            blocks.append({"type": "text", "text": part.text})
    return {**message, "content": blocks}
