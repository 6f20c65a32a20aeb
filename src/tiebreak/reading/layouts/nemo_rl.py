"""NeMo-RL's ``PreferenceDataset``: a context and completions with ranks, of which 0 is best.

Source: NeMo-RL ``docs/guides/dpo.md``. Every two completions give a pair; equal ranks are a tie.
Nobody tells who ranked them, so the annotator is ``"dataset"``.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations

from tiebreak.reading.layouts.answer_lists import named_row
from tiebreak.reading.layouts.dialogue import MESSAGE, ends_with_user, messages, one_message
from tiebreak.reading.layouts.fields import SOMEONE, number, records, rest_of, within
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion, Preference

_COLUMNS = ("context", "completions")
_FEWEST = 2


def _read(row: Row) -> Iterator[Found]:
    prompt = ends_with_user(messages(row, "context"))
    ranked = []
    for place, completion in enumerate(records(row, "completions"), 1):
        with within(f"completion {place}"):
            answer = one_message(completion, "completion", "assistant")
            ranked.append((number(completion, "rank"), answer))
    if len(ranked) < _FEWEST:
        msg = "fewer than two completions"
        raise RowError(msg)
    alone = len(ranked) == _FEWEST
    meta = rest_of(row, *_COLUMNS, "id") | named_row(row, alone=alone)
    for (rank_a, a), (rank_b, b) in combinations(ranked, 2):
        preference: Preference = "tie" if rank_a == rank_b else "a" if rank_a < rank_b else "b"
        yield Found(
            prompt,
            a,
            b,
            id=row.get("id") if alone else None,
            meta=meta,
            opinions=(Opinion(SOMEONE, "human", preference),),
            columns=("context", "completions", "completions"),
        )


def _fits(row: Row) -> bool:
    completions = plain(row.get("completions"))
    return isinstance(completions, list) and all(
        isinstance(one, Mapping) and "rank" in one for one in completions
    )


LAYOUT = Layout(
    "nemo_rl",
    "NeMo-RL preference rows",
    frozenset(_COLUMNS),
    _read,
    _fits,
    {"context": "prompt", "completions": "a, b and preference", "id": "id or row_id"},
    {"context": MESSAGE, "completions": {"rank": None, "completion": MESSAGE}},
)
