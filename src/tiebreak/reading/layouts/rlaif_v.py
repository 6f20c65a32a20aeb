"""RLAIF-V: a question about an image, a chosen and a rejected answer.

Source: the card of openbmb/RLAIF-V-Dataset. The preferences are a model's, which is not named.
Its form for TRL (trl-lib/rlaif-v) is TRL's, with the image in ``images``.
"""

from collections.abc import Iterator

from tiebreak.reading.layouts.fields import rest_of, text
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion

_COLUMNS = ("image", "question", "chosen", "rejected")
_USES = {"image": "prompt", "question": "prompt", "chosen": "a", "rejected": "b"}


def _read(row: Row) -> Iterator[Found]:
    image = plain(row.get("image"))
    if image is None:
        msg = "no image"
        raise RowError(msg)
    shown = {"type": "image", "image": image}
    asked = {"type": "text", "text": text(row, "question")}
    a, b = ([{"role": "assistant", "content": text(row, name)}] for name in ("chosen", "rejected"))
    yield Found(
        [{"role": "user", "content": [shown, asked]}],
        a,
        b,
        meta=rest_of(row, *_COLUMNS),
        opinions=(Opinion("judge", "judge", "a"),),
        columns=("question", "chosen", "rejected"),
    )


LAYOUT = Layout("rlaif_v", "RLAIF-V", frozenset(_COLUMNS), _read, uses=_USES)
