"""OpenAssistant trees (oasst1, oasst2): of the replies to one message, every two that are ranked.

Source: the card of OpenAssistant/oasst1 and the data schema of LAION-AI/Open-Assistant, flat (a
message a row, as on the hub) and as trees (one a row, ``.trees.jsonl``). Rank 0 is the best of the
siblings. The ranks are merged from several volunteers: the annotator is ``"crowd"``. Deleted
messages and those that reviewers threw out (``review_result`` false) give no pair.
"""

from collections.abc import Iterable, Iterator
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
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion, Preference

_ROLES = {"prompter": "user", "assistant": "assistant"}
_THREAD = "thread"
_REPLIES = "replies"


def _gather(rows: Iterable[tuple[object, Row]]) -> Iterator[tuple[object, Row]]:
    """Join each message of a prompter, the thread up to it, and the replies to it.

    A row that is no message comes out as it is, for the reader to say what is wrong with it.
    """
    messages: dict[str, tuple[object, Row]] = {}
    children: dict[str, list[Row]] = {}
    for name, row in rows:
        if _fault(row):
            yield name, row
            continue
        messages[text(row, "message_id")] = (name, row)
        if parent := text_if_any(row, "parent_id"):
            children.setdefault(parent, []).append(row)
    for identity, (name, row) in messages.items():
        replies = children.get(identity, [])
        if len(replies) > 1 and plain(row.get("role")) == "prompter":
            yield name, {_THREAD: _thread(row, messages), _REPLIES: replies}


def _fault(row: Row) -> str | None:
    """Say why a row cannot be joined with others, or give None."""
    try:
        text(row, "message_id")
        text_if_any(row, "parent_id")
        text(row, "role")
    except RowError as error:
        return str(error)
    return None


def _thread(last: Row, messages: dict[str, tuple[object, Row]]) -> list[Row]:
    thread = [last]
    seen = {last["message_id"]}
    while (parent := text_if_any(thread[-1], "parent_id")) in messages and parent not in seen:
        seen.add(parent)
        thread.append(messages[parent][1])
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
        )


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


LAYOUTS = (
    Layout(
        "oasst",
        "OpenAssistant messages",
        frozenset({"message_id", "parent_id", "text", "role", "rank"}),
        _read,
        gather=_gather,
    ),
    Layout(
        "oasst_trees",
        "OpenAssistant trees",
        frozenset({"message_tree_id", "tree_state", "prompt"}),
        _read_tree,
        lambda row: isinstance(row.get("prompt"), dict),
    ),
)
