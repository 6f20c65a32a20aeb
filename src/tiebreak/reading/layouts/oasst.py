"""OpenAssistant trees (oasst1, oasst2): of the replies to one message, every two that are ranked.

Source: the card of OpenAssistant/oasst1 and the data schema of LAION-AI/Open-Assistant, flat (a
message a row, as on the hub) and as trees (one a row, ``.trees.jsonl``). Rank 0 is the best of the
siblings. The ranks are merged from several volunteers: the annotator is ``"crowd"``. Deleted
messages and those that reviewers threw out (``review_result`` false) give no pair.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

from tiebreak.reading.layouts.fields import (
    flag,
    kept,
    name_if_any,
    record,
    records_if_any,
    text,
    text_if_any,
    whole,
    within,
)
from tiebreak.reading.layouts.layout import EQUAL_RANKS, Found, Joined, Layout, Within
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion, Preference

_ROLES = {"prompter": "user", "assistant": "assistant"}
_THREAD = "thread"
_REPLIES = "replies"
_ALONE = (
    "it is in no pair: deleted, thrown out by reviewers, not ranked, or with no other ranked reply "
    "beside it"
)
_Numbered = tuple[int, Row]


def _gather(rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[Joined, Row]]:
    """Join each message of a prompter, the thread up to it, and the replies to it.

    A row that is no message comes out as it is, for the reader to say what is wrong with it.
    """
    messages: dict[str, _Numbered] = {}
    children: dict[str, list[_Numbered]] = {}
    for number, row in rows:
        if _fault(row):
            yield (number,), row
            continue
        messages[text(row, "message_id")] = number, row
        if parent := text_if_any(row, "parent_id"):
            children.setdefault(parent, []).append((number, row))
    for identity, (number, row) in messages.items():
        replies = children.get(identity, [])
        if len(replies) > 1 and plain(row.get("role")) == "prompter":
            thread = _thread((number, row), messages)
            joined = [*thread[::-1], *(one for one in replies if _may_stand(one[1]))]
            said = {_THREAD: [row for _, row in thread], _REPLIES: [row for _, row in replies]}
            yield tuple(number for number, _ in joined), said


def _may_stand(reply: Row) -> bool:
    """Tell whether a reply is in pairs, or has something wrong with it that is still to be said."""
    try:
        return _read_reply(reply) is not None
    except RowError:
        return True


def _fault(row: Row) -> str | None:
    """Say why a row cannot be joined with others, or give None."""
    try:
        text(row, "message_id")
        text_if_any(row, "parent_id")
        text(row, "role")
    except RowError as error:
        return str(error)
    return None


def _thread(last: _Numbered, messages: Mapping[str, _Numbered]) -> list[_Numbered]:
    thread = [last]
    seen = {last[1]["message_id"]}
    while parent := text_if_any(thread[-1][1], "parent_id"):
        if parent not in messages or parent in seen:
            break
        seen.add(parent)
        thread.append(messages[parent])
    return thread[::-1]


def _read(row: Row) -> Iterator[Found]:
    if _THREAD not in row:
        raise RowError(_fault(row) or "a message that is not joined with the replies to it")
    yield from _pair_replies(row[_THREAD], row[_REPLIES])


def _read_tree(row: Row) -> Iterator[Found]:
    paths: list[list[Row]] = [[record(row, "prompt")]]
    while paths:
        path = paths.pop()
        with within(f"message {len(path)} of a thread"):
            replies = records_if_any(path[-1], _REPLIES)
        if len(replies) > 1 and plain(path[-1].get("role")) == "prompter":
            yield from _pair_replies(path, replies)
        paths += [[*path, reply] for reply in reversed(replies)]


def _pair_replies(thread: list[Row], replies: list[Row]) -> Iterator[Found]:
    prompt = []
    for said in thread:
        role = text(said, "role")
        prompt.append({"role": _ROLES.get(role, role), "content": text(said, "text")})
    if text_if_any(thread[0], "parent_id"):
        msg = "the thread does not begin at a root: the message it answers is missing"
        raise RowError(msg)
    answers = [found for reply in replies if (found := _read_reply(reply))]
    told = _told(replies, answers)
    for (a, rank_a), (b, rank_b) in combinations(answers, 2):
        if rank_a == rank_b:
            continue
        preference: Preference = "a" if rank_a < rank_b else "b"
        meta = kept(a, "lang", "message_tree_id") | {"rank_a": rank_a, "rank_b": rank_b}
        meta |= {"message_a": a["message_id"], "message_b": b["message_id"]}
        yield Found(
            prompt,
            _answer(a),
            _answer(b),
            model_a=name_if_any(a, "model_name"),
            model_b=name_if_any(b, "model_name"),
            meta=meta,
            opinions=(Opinion("crowd", "human", preference),),
            told=told,
        )


def _told(replies: list[Row], answers: list[tuple[Row, int]]) -> tuple[str, ...]:
    ranks = [rank for _, rank in answers]
    out = "replies that were deleted, thrown out by reviewers or not ranked are in no pair"
    return (out,) * (len(answers) < len(replies)) + (EQUAL_RANKS,) * (len(set(ranks)) < len(ranks))


def _read_reply(reply: Row) -> tuple[Row, int] | None:
    with within("a reply"):
        text(reply, "message_id")
        out = flag(reply, "deleted") or flag(reply, "review_result") is False
        if out or text(reply, "role") != "assistant" or plain(reply.get("rank")) is None:
            return None
        text(reply, "text")
        return reply, whole(reply, "rank")


def _answer(reply: Row) -> list[dict[str, Any]]:
    return [{"role": "assistant", "content": text(reply, "text")}]


_USES = {
    "text": "prompt, a or b",
    "role": "prompt, a or b",
    "rank": "preference and ranks",
    **dict.fromkeys(("message_id", "parent_id"), "prompt, message_a and message_b"),
    "model_name": "model_a or model_b",
    **dict.fromkeys(("deleted", "review_result"), "which messages count"),
}
_MESSAGE: dict[str, Within | None] = dict.fromkeys((*_USES, "lang", "message_tree_id"))
_MESSAGE[_REPLIES] = _MESSAGE

LAYOUTS = (
    Layout(
        "oasst",
        "OpenAssistant messages",
        frozenset({"message_id", "parent_id", "text", "role", "rank"}),
        _read,
        uses=_USES,
        gather=_gather,
        alone=_ALONE,
    ),
    Layout(
        "oasst_trees",
        "OpenAssistant trees",
        frozenset({"message_tree_id", "tree_state", "prompt"}),
        _read_tree,
        lambda row: isinstance(row.get("prompt"), dict),
        {"prompt": "prompt, a, b, models and preference", "message_tree_id": "message_tree_id"},
        {"prompt": _MESSAGE},
    ),
)
