"""TRL's vision shape: a column of images beside messages that say where each one stands.

``{"type": "image"}`` blocks in the order of ``images``, as many as there are, every content a
list of blocks (``docs/source/dataset_formats.md`` of TRL 1.16).
"""

from collections.abc import Callable, Iterable, Iterator

import pandas as pd

from tiebreak.exports.format import Row
from tiebreak.records.text import MediaPart, Message, media_of, parts_in

IMAGES = "images"

# Gives the bytes of an image that a text refers to.
ReadImage = Callable[[str], bytes]

_TEXTS = ("prompt", "chosen", "rejected", "reference")


def pairs_with_images(judgments: pd.DataFrame) -> list[str]:
    """Give the pairs whose texts have images, in their order."""
    columns = (judgments[name] for name in ("pair", "prompt", "a", "b"))
    return list(
        dict.fromkeys(
            pair
            for pair, *texts in zip(*columns, strict=True)
            if any(True for text in texts for _ in media_of(text))
        )
    )


def with_images(rows: Iterable[Row]) -> Iterator[Row]:
    """Give rows whose messages hold blocks, and the names of their images in a column."""
    for row in rows:
        names: list[str] = []
        changed = {
            name: [_in_blocks(message, names) for message in row[name]]
            for name in _TEXTS
            if name in row
        }
        yield {**row, **changed, IMAGES: names}


def _in_blocks(message: Message, names: list[str]) -> Message:
    blocks: list[dict[str, str | None]] = []
    for part in parts_in(message):
        # Each block has both keys, because Parquet has one type for all of them.
        if isinstance(part, MediaPart):
            names.append(part.name)
            blocks.append({"type": part.kind, "text": None})
        else:
            blocks.append({"type": "text", "text": part.text})
    return {**message, "content": blocks}
