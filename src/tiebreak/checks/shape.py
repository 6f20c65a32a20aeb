"""Which columns of a source hold its texts, told from their names."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

Kind = Literal["preferences", "unpaired", "pairs"]

# The columns of each kind of rows: prompt, then the two answers (or the one).
_SHAPES: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    ("preferences", ("prompt", "chosen", "rejected")),
    ("pairs", ("prompt", "response_a", "response_b")),
    ("pairs", ("prompt", "a", "b")),
    ("unpaired", ("prompt", "completion")),
)


class Shape(NamedTuple):
    """Which columns hold the texts. ``b`` is None for unpaired rows."""

    kind: Kind
    prompt: str
    a: str
    b: str | None

    @property
    def trained(self) -> bool:
        """Whether a trainer reads the rows as they are."""
        return self.kind != "pairs"


def shape_of(columns: Iterable[str]) -> Shape | None:
    """Tell from its columns what a source holds; None where that is of no known shape."""
    known = set(columns)
    for kind, (prompt, *answers) in _SHAPES:
        if set(answers) <= known:
            return Shape(kind, prompt, answers[0], answers[1] if len(answers) > 1 else None)
    return None
