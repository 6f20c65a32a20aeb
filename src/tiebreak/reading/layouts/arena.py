"""Chatbot Arena: votes of visitors, in the four shapes that were published, and MT-Bench's.

Sources: the cards of lmsys/chatbot_arena_conversations (33k), the Kaggle competition
lmsys-chatbot-arena (55k), lmarena-ai/arena-human-preference-100k and -140k, and
lmsys/mt_bench_human_judgments with FastChat's ``compute_agreement.py``.

In a dialogue of several turns each model goes on from its own answers. The prompt is then what both
share, the responses are the rest of either dialogue, and the vote is on the rest.

- 55k holds the turns as JSON and does not tell both bad from a tie. It and 140k do not tell the
  voters apart: their annotator is ``"arena"``.
- 140k has a vote after each turn, with new models sampled then. Only what the two voted on wrote is
  read; ``evaluation_order`` above 1 says that something went before.
- MT-Bench has several judges of one pair, who saw it either way round. The models are put in
  alphabetical order, so that they meet on one pair. Judges named ``expert_`` and ``author_`` are
  human; FastChat counts every winner with "tie" in it as a tie, also an inconsistent one.
"""

from collections.abc import Iterator

from tiebreak.reading.layouts.dialogue import MESSAGE, Messages, messages, split
from tiebreak.reading.layouts.fields import (
    choice,
    json_list,
    kept,
    moment,
    name_if_any,
    text,
    whole,
)
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion, Preference, Source

_WINNERS: dict[str, Preference] = {
    "model_a": "a",
    "model_b": "b",
    "tie": "tie",
    "tie (bothbad)": "both_bad",
    "both_bad": "both_bad",
}
_OTHER_WAY: dict[Preference, Preference] = {"a": "b", "b": "a"}
_EXCHANGE = 2


def _read_battle(row: Row, identity: str, voter: str | None, at: str) -> Iterator[Found]:
    annotator = (name_if_any(row, voter) if voter else None) or "arena"
    vote = Opinion(annotator, "human", choice(row, "winner", _WINNERS), at=moment(row, at))
    texts = split(messages(row, "conversation_a"), messages(row, "conversation_b"))
    meta = kept(row, "language", "turn", "is_code", "evaluation_session_id", "evaluation_order")
    yield Found(
        *texts,
        id=name_if_any(row, identity),
        model_a=name_if_any(row, "model_a"),
        model_b=name_if_any(row, "model_b"),
        meta=meta,
        opinions=(vote,),
    )


def _read_33k(row: Row) -> Iterator[Found]:
    return _read_battle(row, "question_id", "judge", "tstamp")


def _read_100k(row: Row) -> Iterator[Found]:
    return _read_battle(row, "question_id", "judge_hash", "tstamp")


def _read_140k(row: Row) -> Iterator[Found]:
    return _read_battle(row, "id", None, "timestamp")


def _read_55k(row: Row) -> Iterator[Found]:
    winners: dict[str, Preference] = {"a": "a", "b": "b", "tie": "tie"}
    columns = {"a": "winner_model_a", "b": "winner_model_b", "tie": "winner_tie"}
    won = [name for name, column in columns.items() if choice(row, column, {0: False, 1: True})]
    if len(won) != 1:
        msg = "not one winner, but none or several"
        raise RowError(msg)
    asked = json_list(row, "prompt")
    dialogues = (_interleave(asked, row, name) for name in ("response_a", "response_b"))
    yield Found(
        *split(*dialogues),
        id=name_if_any(row, "id"),
        model_a=name_if_any(row, "model_a"),
        model_b=name_if_any(row, "model_b"),
        opinions=(Opinion("arena", "human", winners[won[0]]),),
    )


def _interleave(asked: list[str], row: Row, name: str) -> Messages:
    answers = json_list(row, name)
    if len(asked) != len(answers):
        msg = f"prompt and {name} have not the same number of turns"
        raise RowError(msg)
    turns = [
        {"role": role, "content": said}
        for question, answer in zip(asked, answers, strict=True)
        for role, said in (("user", question), ("assistant", answer))
    ]
    return messages({f"prompt and {name}": turns}, f"prompt and {name}")


def _read_mt_bench(row: Row) -> Iterator[Found]:
    turn = whole(row, "turn")
    if turn not in (1, 2):
        msg = f"turn is {turn}, neither 1 nor 2"
        raise RowError(msg)
    a, b = (
        _until(turn, messages(row, name), name) for name in ("conversation_a", "conversation_b")
    )
    winner = text(row, "winner")
    preference: Preference = "tie" if "tie" in winner else choice(row, "winner", _WINNERS)
    model_a, model_b = text(row, "model_a"), text(row, "model_b")
    if model_a > model_b:
        a, b, model_a, model_b = b, a, model_b, model_a
        preference = _OTHER_WAY.get(preference, preference)
    judge = _judge(row)
    source: Source = "human" if judge.startswith(("expert", "author")) else "judge"
    yield Found(
        *split(a, b),
        model_a=model_a,
        model_b=model_b,
        meta=kept(row, "question_id", "turn"),
        opinions=(Opinion(judge, source, preference, at=moment(row, "tstamp")),),
    )


def _until(turn: int, dialogue: Messages, name: str) -> Messages:
    if len(dialogue) < turn * _EXCHANGE:
        msg = f"{name} has no reply in turn {turn}"
        raise RowError(msg)
    return dialogue[: turn * _EXCHANGE]


def _judge(row: Row) -> str:
    """Name the judge; FastChat's own files give a model with the name of its prompt."""
    judge = plain(row.get("judge"))
    if isinstance(judge, list) and judge:
        return text({"judge": judge[0]}, "judge")
    return text(row, "judge")


_ALWAYS = ("model_a", "model_b")
_BATTLE = (*_ALWAYS, "winner", "conversation_a", "conversation_b")
_MODELS = {"model_a": "model_a", "model_b": "model_b"}
_USES = _MODELS | {
    "conversation_a": "prompt and a",
    "conversation_b": "prompt and b",
    "winner": "preference",
}
_OF_BATTLES = _USES | {"question_id": "id", "tstamp": "at"}
_WITHIN = {"conversation_a": MESSAGE, "conversation_b": MESSAGE}

LAYOUTS = (
    Layout(
        "arena_33k",
        "Chatbot Arena conversations, 33k",
        frozenset({*_BATTLE, "question_id", "judge", "turn", "anony", "tstamp"}),
        _read_33k,
        uses=_OF_BATTLES | {"judge": "annotator"},
        within=_WITHIN,
    ),
    Layout(
        "arena_55k",
        "Chatbot Arena of Kaggle, 55k",
        frozenset({*_ALWAYS, "prompt", "response_a", "response_b"})
        | {"winner_model_a", "winner_model_b", "winner_tie"},
        _read_55k,
        uses=_MODELS
        | {"prompt": "prompt", "response_a": "prompt and a", "response_b": "prompt and b"}
        | dict.fromkeys(("winner_model_a", "winner_model_b", "winner_tie"), "preference")
        | {"id": "id"},
    ),
    Layout(
        "arena_100k",
        "Arena human preference, 100k",
        frozenset({*_BATTLE, "question_id", "judge_hash", "tstamp"}),
        _read_100k,
        uses=_OF_BATTLES | {"judge_hash": "annotator"},
        within=_WITHIN,
    ),
    Layout(
        "arena_140k",
        "Arena human preference, 140k",
        frozenset({*_BATTLE, "id", "evaluation_order"}),
        _read_140k,
        uses=_USES | {"id": "id", "timestamp": "at"},
        within=_WITHIN,
    ),
    Layout(
        "mt_bench",
        "MT-Bench judgments",
        frozenset({*_BATTLE, "question_id", "judge", "turn"}),
        _read_mt_bench,
        uses=_USES | {"judge": "annotator and source", "tstamp": "at"},
        within=_WITHIN,
    ),
)
