"""Stanford Human Preferences (SHP): of two comments under a post, the one with more upvotes.

Source: the cards of stanfordnlp/SHP and SHP-2; ``labels`` is 1 where comment A is preferred. Votes
of readers are feedback, of the annotator ``"reddit"``. ``score_ratio`` is kept in the meta columns;
the card advises to train on pairs where it is at least 2.
"""

from collections.abc import Iterator

from tiebreak.reading.layouts.fields import choice, kept, text
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row
from tiebreak.records.label import Opinion, Preference

_PREFERRED: dict[int, Preference] = {1: "a", 0: "b"}
_KEPT = ("post_id", "domain", "score_A", "score_B", "score_ratio", "seconds_difference")


def _read(row: Row) -> Iterator[Found]:
    yield Found(
        text(row, "history"),
        text(row, "human_ref_A"),
        text(row, "human_ref_B"),
        meta=kept(row, *_KEPT),
        opinions=(Opinion("reddit", "feedback", choice(row, "labels", _PREFERRED)),),
        columns=("history", "human_ref_A", "human_ref_B"),
    )


LAYOUT = Layout(
    "shp",
    "Stanford Human Preferences",
    frozenset({"history", "human_ref_A", "human_ref_B", "labels"}),
    _read,
    uses={"history": "prompt", "human_ref_A": "a", "human_ref_B": "b", "labels": "preference"},
)
