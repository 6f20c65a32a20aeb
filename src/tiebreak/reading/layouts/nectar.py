"""Nectar: seven answers to a prompt, ranked by GPT-4; every two of them give a pair.

Source: the card of berkeley-nest/Nectar. Rank 1 is the best; equal ranks give no pair. The prompt
is a transcript that ends with an empty turn of the assistant.
"""

from collections.abc import Iterator
from itertools import combinations

from tiebreak.reading.layouts.dialogue import Messages, ends_with_user, transcript
from tiebreak.reading.layouts.fields import kept, name_if_any, number, records, text, within
from tiebreak.reading.layouts.layout import EQUAL_RANKS, Found, Layout, Within
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion, Preference

_FEWEST = 2
_USES = {"prompt": "prompt", "answers": "a, b, models, ranks and preference"}
_WITHIN: dict[str, Within] = {"answers": dict.fromkeys(("answer", "model", "rank"))}


def _read(row: Row) -> Iterator[Found]:
    prompt = _prompt(row)
    answers = []
    for place, answer in enumerate(records(row, "answers"), 1):
        with within(f"answer {place}"):
            found = (text(answer, "answer"), name_if_any(answer, "model"), number(answer, "rank"))
            answers.append(found)
    if len(answers) < _FEWEST:
        msg = "fewer than two answers"
        raise RowError(msg)
    ranks = [rank for _, _, rank in answers]
    told = (EQUAL_RANKS,) if len(set(ranks)) < len(ranks) else ()
    for (a, model_a, rank_a), (b, model_b, rank_b) in combinations(answers, 2):
        if rank_a == rank_b:
            continue
        preference: Preference = "a" if rank_a < rank_b else "b"
        yield Found(
            prompt,
            [{"role": "assistant", "content": a}],
            [{"role": "assistant", "content": b}],
            model_a=model_a,
            model_b=model_b,
            meta=kept(row, "turns", "good_natured") | {"rank_a": rank_a, "rank_b": rank_b},
            opinions=(Opinion("gpt-4", "judge", preference),),
            told=told,
        )


def _prompt(row: Row) -> Messages:
    turns = transcript(row, "prompt")
    if len(turns) > 1 and turns[-1] == {"role": "assistant", "content": ""}:
        turns.pop()
    return ends_with_user(turns)


def _fits(row: Row) -> bool:
    answers = plain(row.get("answers"))
    return isinstance(answers, list) and all(
        isinstance(answer, dict) and "rank" in answer for answer in answers
    )


LAYOUT = Layout("nectar", "Nectar", frozenset({"prompt", "answers"}), _read, _fits, _USES, _WITHIN)
