"""Thumbs as products and trainers write them: how a log is recognised, and what its rows say.

Each row gives any number of responses, each with its prompt, its thumb and whose it is. A new
shape is a reader and a line in ``LOGS``. Sources:

* dialogues with ``label``: LLaMA-Factory ``data/kto_en_demo.json`` and ms-swift's custom datasets;
  with ``kto_tag``: LLaMA-Factory ``data/README.md``;
* ``prompt``, ``completion``, ``label``: TRL ``dataset_formats``;
* ``context``, ``answer``, ``is_desirable``: turbo-alignment ``tests/fixtures/datasets``;
* Open WebUI: the export of its evaluations (``backend/open_webui/models/feedbacks.py``), and of
  chats, whose messages have an ``annotation`` with a ``rating``;
* LibreChat: messages with ``feedback`` (danny-avila/LibreChat#13537);
* LangSmith: runs with ``feedback_stats``; Langfuse: a trace with its ``scores`` (its API), or with
  a column for each, of lists (its exports: ``getChunkWithFlattenedScores`` in its worker);
* Phoenix: spans joined with their annotations, as its page on exporting annotated spans does it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from tiebreak.reading.layouts.dialogue import MESSAGE, messages, one_message, part_last
from tiebreak.reading.layouts.fields import (
    record,
    record_if_any,
    records,
    records_if_any,
    within,
)
from tiebreak.reading.layouts.layout import Within
from tiebreak.reading.rows import Row, RowError, plain

# What the thumbs are called, of several scores on one response.
_THUMBS = ("thumb", "feedback", "user", "score", "like", "vote", "rating", "helpful", "human")


class Given(NamedTuple):
    """A response as a row has it. What of it is missing or wrong is for the reader to say."""

    prompt: Any
    response: Any
    thumb: Any
    user: Any = None


class Log(NamedTuple):
    """How one product's rows are recognised and read.

    Attributes:
        name: for messages.
        columns: the columns that a table of it always has.
        read: gives the responses of a row, or raises a :class:`RowError`.
        fits: looks into the first row, where the columns alone do not tell.
        users: the column of whose the thumb is.
        within: what is read of the objects in columns, as of a layout.
        uses: what columns are read as, where that is not by their names (``LOGGED``).

    """

    name: str
    columns: frozenset[str]
    read: Callable[[Row], Iterable[Given]]
    fits: Callable[[Row], bool] = lambda row: True  # noqa: ARG005
    users: str | None = None
    within: Mapping[str, Within] = {}
    uses: Mapping[str, str] = {}


def find_log(columns: Sequence[str], first: Row) -> Log | None:
    """Give the log that a table is, by its columns and its first row."""
    there = (log for log in LOGS if log.columns <= set(columns))
    return next((log for log in there if log.fits(first)), None)


def dialogue_reader(
    dialogue: str, thumb: str, user: str | None
) -> Callable[[Row], Iterator[Given]]:
    """Read dialogues whose last turn is the answer that the thumb is on."""

    def read(row: Row) -> Iterator[Given]:
        prompt, answer = part_last(messages(row, dialogue), dialogue)
        yield Given(prompt, answer, row.get(thumb), row.get(user) if user else None)

    return read


def _read_trl(row: Row) -> Iterator[Given]:
    yield Given(row.get("prompt"), row.get("completion"), row.get("label"))


def _read_turbo(row: Row) -> Iterator[Given]:
    answer = one_message(row, "answer", "assistant")
    yield Given(messages(row, "context"), answer, row.get("is_desirable"))


# -- Open WebUI


def _read_open_webui(row: Row) -> Iterator[Given]:
    with within("data"):
        thumb = record(row, "data").get("rating")
    with within("meta"):
        rated = record(row, "meta").get("message_id")
    with within("snapshot"):
        said = _by_id(_history(record(row, "snapshot")), "id")
    *before, answer = _path(said, rated, "parentId")
    prompt = [_turn(turn.get("role"), turn.get("content")) for turn in before]
    yield Given(prompt, [_turn("assistant", answer.get("content"))], thumb, row.get("user_id"))


def _read_open_webui_chat(row: Row) -> Iterator[Given]:
    with within("chat"):
        said = _by_id(_history({"chat": record(row, "chat")}), "id")
    for message in said.values():
        if plain(message.get("role")) != "assistant":
            continue
        thumb = record_if_any(message, "annotation").get("rating")
        *before, answer = _path(said, message.get("id"), "parentId")
        prompt = [_turn(turn.get("role"), turn.get("content")) for turn in before]
        yield Given(prompt, [_turn("assistant", answer.get("content"))], thumb, row.get("user_id"))


def _is_open_webui_chat(row: Row) -> bool:
    chat = plain(row.get("chat"))
    return isinstance(chat, Mapping) and "history" in chat


def _history(snapshot: Row) -> list[Row]:
    """Give the messages, which stand in the chat, or in the chat's own chat."""
    place: Any = snapshot
    for _ in range(3):
        history = plain(place.get("history"))
        if isinstance(history, Mapping):
            said = plain(history.get("messages"))
            found = list(said.values()) if isinstance(said, Mapping) else said
            return records({"messages": found}, "messages")
        place = record(place, "chat")
    msg = "no history of messages"
    raise RowError(msg)


# -- LibreChat


def _read_librechat(row: Row) -> Iterator[Given]:
    said = list(_flat(records(row, "messages")))
    by_id = _by_id(said, "messageId")
    for message in said:
        if plain(message.get("isCreatedByUser")) is not False:
            continue
        *before, answer = _path(by_id, message.get("messageId"), "parentMessageId")
        turns = [
            _turn("user" if turn.get("isCreatedByUser") else "assistant", _librechat_text(turn))
            for turn in before
        ]
        feedback = plain(message.get("feedback"))
        thumb = feedback.get("rating") if isinstance(feedback, Mapping) else feedback
        yield Given(turns, [_turn("assistant", _librechat_text(answer))], thumb, row.get("user"))


def _flat(found: Iterable[Row]) -> Iterator[Row]:
    waiting = list(found)
    while waiting:
        message = waiting.pop(0)
        yield message
        waiting = [*records_if_any(message, "children"), *waiting]


def _librechat_text(message: Row) -> Any:
    text = plain(message.get("text"))
    if isinstance(text, str) and text.strip():
        return text
    content = plain(message.get("content"))
    if not isinstance(content, list):
        return content
    parts = [part.get("text") for part in content if isinstance(part, Mapping)]
    return "\n".join(part for part in parts if isinstance(part, str))


def _is_librechat(row: Row) -> bool:
    said = plain(row.get("messages"))
    return isinstance(said, list) and any(
        isinstance(message, Mapping) and "isCreatedByUser" in message for message in said
    )


# -- traces


def _read_langsmith(row: Row) -> Iterator[Given]:
    stats = plain(row.get("feedback_stats"))
    averages = {
        name: stat.get("avg")
        for name, stat in (stats.items() if isinstance(stats, Mapping) else ())
        if isinstance(stat, Mapping)
    }
    yield _traced(row.get("inputs"), row.get("outputs"), _choose(averages))


def _read_langfuse(row: Row) -> Iterator[Given]:
    scores: dict[str, Any] = {}
    for score in records_if_any(row, "scores"):
        value = plain(score.get("value"))
        scores[str(score.get("name"))] = score.get("stringValue") if value is None else value
    said = _traced(row.get("input"), row.get("output"), _choose(scores))
    yield said._replace(user=row.get("userId"))


# What a Langfuse export has of a trace or an observation as lists beside the scores.
_NO_SCORES = frozenset(
    {"tags", "traceTags", "comments", "input", "output", "metadata", "toolDefinitions", "toolCalls"}
)


def _read_langfuse_export(row: Row) -> Iterator[Given]:
    scores = {
        name: values[-1]
        for name, value in row.items()
        if name not in _NO_SCORES and (values := _values(plain(value)))
    }
    said = _traced(_decoded(row.get("input")), _decoded(row.get("output")), _choose(scores))
    yield said._replace(user=row.get("userId"))


def _values(value: Any) -> list[Any] | None:
    """Give the values of a score, which are a list, or JSON of one in CSV."""
    said = _decoded(value)
    if isinstance(said, list) and all(isinstance(item, str | int | float) for item in said):
        return said
    return None


def _decoded(value: Any) -> Any:
    """Give what a text of JSON says, as CSV has objects and lists."""
    said = plain(value)
    if isinstance(said, str) and said[:1] in ("[", "{"):
        with suppress(ValueError, RecursionError):
            return json.loads(said)
    return said


_PHOENIX = ("attributes.input.value", "attributes.output.value")


def _read_phoenix(row: Row) -> Iterator[Given]:
    score = plain(row.get("result.score"))
    thumb = row.get("result.label") if score is None else score
    said = _traced(row.get(_PHOENIX[0]), row.get(_PHOENIX[1]), thumb)
    yield said._replace(user=row.get("identifier"))


def _choose(scores: Mapping[str, Any]) -> Any:
    """Choose which of several scores is the thumb: the only one, or the only one called so."""
    if len(scores) > 1:
        called = [name for name in scores if any(word in name.lower() for word in _THUMBS)]
        if len(called) != 1:
            named = ", ".join(map(repr, list(scores)[:5]))
            msg = f"several scores, of which it is not clear which one is the thumb: {named}"
            raise RowError(msg)
        return scores[called[0]]
    return next(iter(scores.values()), None)


def _traced(asked: Any, answered: Any, thumb: Any) -> Given:
    return Given(_said(asked, "user"), _said(answered, "assistant"), thumb)


_HOLDERS = (
    *("messages", "input", "question", "query", "prompt", "output", "answer", "response"),
    *("content", "text", "choices", "generations", "message", "result"),
)


def _said(value: Any, role: str) -> Any:
    """Give what a trace's input or output says: a text, or messages, in whatever holds them."""
    said = plain(value)
    for _ in range(5):
        if isinstance(said, Mapping) and not ("role" in said and "content" in said):
            said = plain(next((said[name] for name in _HOLDERS if name in said), None))
        elif role == "assistant" and isinstance(said, list) and said:
            said = plain(said[-1])
        else:
            break
    if isinstance(said, Mapping):
        return [_turn(said.get("role"), said.get("content"))]
    return said


# -- trees of messages


def _by_id(found: Iterable[Row], name: str) -> dict[str, Row]:
    return {str(message.get(name)): message for message in found}


def _path(by_id: Mapping[str, Row], end: Any, parent: str) -> list[Row]:
    """Give the messages from the first one to that of an id."""
    path: list[Row] = []
    place = by_id.get(str(end))
    if place is None:
        msg = "no message has the id of the one that was rated"
        raise RowError(msg)
    while place is not None and len(path) <= len(by_id):
        path.insert(0, place)
        place = by_id.get(str(place.get(parent)))
    return path


def _turn(role: Any, content: Any) -> dict[str, Any]:
    return {"role": role, "content": plain(content)}


_LIBRECHAT: dict[str, Within | None] = dict.fromkeys(
    (
        *("messageId", "parentMessageId", "isCreatedByUser", "text", "content", "feedback"),
        "children",
    )
)
_LIBRECHAT["children"] = _LIBRECHAT

_BOTH = "prompt and response"
# What the columns of these products hold; all others are the thumb.
LOGGED = {
    **dict.fromkeys(("prompt", "context", "inputs", "input", _PHOENIX[0]), "prompt"),
    **dict.fromkeys(("completion", "answer", "outputs", "output", _PHOENIX[1]), "response"),
    **dict.fromkeys(("messages", "conversations", "snapshot", "traceId"), _BOTH),
    "chat": f"{_BOTH}, with thumbs",
    "meta": "which response",
}

LOGS = (
    Log(
        "dialogues with a label",
        frozenset({"messages", "label"}),
        dialogue_reader("messages", "label", None),
        within={"messages": MESSAGE},
    ),
    Log(
        "LLaMA-Factory's KTO",
        frozenset({"conversations", "kto_tag"}),
        dialogue_reader("conversations", "kto_tag", None),
        within={"conversations": MESSAGE},
    ),
    Log(
        "LLaMA-Factory's KTO",
        frozenset({"messages", "kto_tag"}),
        dialogue_reader("messages", "kto_tag", None),
        within={"messages": MESSAGE},
    ),
    Log("TRL's unpaired rows", frozenset({"prompt", "completion", "label"}), _read_trl),
    Log(
        "turbo-alignment",
        frozenset({"context", "answer", "is_desirable"}),
        _read_turbo,
        within={"context": MESSAGE, "answer": MESSAGE},
    ),
    Log(
        "Open WebUI",
        frozenset({"data", "meta", "snapshot"}),
        _read_open_webui,
        users="user_id",
        within={"data": {"rating": None}, "meta": {"message_id": None}},
    ),
    Log(
        "Open WebUI",
        frozenset({"chat"}),
        _read_open_webui_chat,
        _is_open_webui_chat,
        users="user_id",
    ),
    Log(
        "LibreChat",
        frozenset({"messages"}),
        _read_librechat,
        _is_librechat,
        "user",
        {"messages": _LIBRECHAT},
    ),
    Log("LangSmith", frozenset({"inputs", "outputs", "feedback_stats"}), _read_langsmith),
    Log("Langfuse", frozenset({"input", "output", "scores"}), _read_langfuse, users="userId"),
    *(
        Log("Langfuse", frozenset({"input", "output", of}), _read_langfuse_export, users="userId")
        for of in ("bookmarked", "traceId")
    ),
    *(
        Log("Phoenix", frozenset({*_PHOENIX, thumb}), _read_phoenix, users="identifier")
        for thumb in ("result.label", "result.score")
    ),
)
