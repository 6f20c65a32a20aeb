"""WebGPT comparisons: two answers to a question, written with quotes from the web.

Source: the card of openai/webgpt_comparisons. ``score_0`` is the strength of the preference for the
first answer, from -1 to 1, and the second one's is its negative; 0 is a tie. How the strength was
asked is not told, so it is kept in the meta column ``score_a`` and not made a degree.
"""

from collections.abc import Iterator

from tiebreak.reading.layouts.fields import name_if_any, number, record, text, within
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion, Preference


def _read(row: Row) -> Iterator[Found]:
    score = number(row, "score_0")
    if plain(row.get("score_1")) is not None and number(row, "score_1") * score > 0:
        msg = "score_0 and score_1 prefer both answers, or neither"
        raise RowError(msg)
    preference: Preference = "tie" if score == 0 else "a" if score > 0 else "b"
    with within("question"):
        question = record(row, "question")
        prompt = text(question, "full_text")
        sources = {
            "source": name_if_any(question, "dataset"),
            "question_id": name_if_any(question, "id"),
        }
    meta = {name: value for name, value in sources.items() if value is not None}
    yield Found(
        prompt,
        text(row, "answer_0"),
        text(row, "answer_1"),
        meta=meta | {"score_a": score},
        opinions=(Opinion("labelers", "human", preference),),
        columns=("question", "answer_0", "answer_1"),
    )


LAYOUT = Layout(
    "webgpt",
    "WebGPT comparisons",
    frozenset({"question", "answer_0", "answer_1", "score_0", "score_1"}),
    _read,
    uses={
        "question": "prompt, source and question_id",
        "answer_0": "a",
        "answer_1": "b",
        "score_0": "preference and score_a",
        "score_1": "preference",
    },
    within={"question": {"dataset": None, "id": None, "full_text": None}},
)
