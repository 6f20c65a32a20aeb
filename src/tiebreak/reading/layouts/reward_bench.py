"""RewardBench: a prompt, a chosen and a rejected answer, each with the model that wrote it.

Source: the card of allenai/reward-bench. The sets it is made of were put together and checked by
people, who are not named: the annotator is ``"curators"``.
"""

from collections.abc import Iterator

from tiebreak.reading.layouts.fields import kept, name_if_any, text
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row, plain
from tiebreak.records.label import Opinion


def _read(row: Row) -> Iterator[Found]:
    meta = kept(row, "subset")
    if plain(row.get("id")) is not None:
        meta["reward_bench_id"] = name_if_any(row, "id")
    yield Found(
        text(row, "prompt"),
        text(row, "chosen"),
        text(row, "rejected"),
        model_a=name_if_any(row, "chosen_model"),
        model_b=name_if_any(row, "rejected_model"),
        meta=meta,
        opinions=(Opinion("curators", "human", "a"),),
        columns=("prompt", "chosen", "rejected"),
    )


LAYOUT = Layout(
    "reward_bench",
    "RewardBench",
    frozenset({"prompt", "chosen", "rejected", "chosen_model", "rejected_model", "subset"}),
    _read,
    uses={
        "prompt": "prompt",
        "chosen": "a",
        "rejected": "b",
        "id": "reward_bench_id",
        "chosen_model": "model_a",
        "rejected_model": "model_b",
    },
)
