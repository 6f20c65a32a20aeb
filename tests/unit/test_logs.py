"""Thumbs in dialogues, and in the logs of chat and tracing products."""

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layout_samples import said
from test_layouts_recognition import CELLS, changed, places

import tiebreak as tb

ASKED = said("user", "Name a river.")
DANUBE, ROAD = said("assistant", "The Danube."), said("assistant", "A road.")


def open_webui(rating, answer, *, deep=True):
    history = {
        "currentId": "m2",
        "messages": {
            "m1": {"id": "m1", "parentId": None, "childrenIds": ["m2"], **ASKED},
            "m2": {"id": "m2", "parentId": "m1", "model": "llama", **answer},
            "m3": {"id": "m3", "parentId": "m1", **said("assistant", "Another.")},
        },
    }
    chat = {"title": "Rivers", "history": history}
    return {
        "id": f"f-{rating}",
        "user_id": "u1",
        "version": 0,
        "type": "rating",
        "data": {"rating": rating, "model_id": "llama", "reason": "helpful", "comment": ""},
        "meta": {"model_id": "llama", "message_id": "m2", "message_index": 1, "chat_id": "c"},
        "snapshot": {"chat": {"id": "c", "chat": chat}} if deep else chat,
        "created_at": 1704067200,
    }


def librechat(rating, answer, *, nested=False):
    asked = {
        "messageId": "m1",
        "parentMessageId": "00000000-0000-0000-0000-000000000000",
        "isCreatedByUser": True,
        "text": ASKED["content"],
    }
    answered = {
        "messageId": "m2",
        "parentMessageId": "m1",
        "isCreatedByUser": False,
        "text": answer["content"],
        "feedback": {"rating": rating, "tag": "accurate_reliable"},
    }
    silent = answered | {"messageId": "m3", "text": "Hm.", "feedback": None}
    found = [asked, answered, silent]
    if nested:
        found = [asked | {"children": [answered | {"children": []}, silent]}]
    return {"conversationId": "c", "title": "Rivers", "user": "u1", "messages": found}


def langsmith(score, answer):
    return {
        "id": "r",
        "run_type": "chain",
        "inputs": {"messages": [ASKED]},
        "outputs": {"output": answer["content"]},
        "feedback_stats": {"user_score": {"n": 1, "avg": score}},
    }


def langfuse(value, answer):
    return {
        "id": "t",
        "userId": "u1",
        "input": {"messages": [ASKED]},
        "output": answer,
        "scores": [
            {"name": "user-feedback", "value": value, "dataType": "BOOLEAN", "source": "API"},
            {"name": "toxicity", "value": 0.1, "dataType": "NUMERIC", "source": "EVAL"},
        ],
    }


def langfuse_export(value, answer, *, as_csv=False):
    """A row of its batch export, in which each score is a column."""
    both = {"messages": [ASKED]}, answer
    asked, answered = map(json.dumps, both) if as_csv else both
    scores = {"user-feedback": [value], "toxicity": [0.1], "helped": None}
    return {
        "id": "t",
        "name": "chat",
        "userId": "u1",
        "bookmarked": False,
        "traceTags": ["prod"],
        "input": asked,
        "output": answered,
        **({k: json.dumps(v) for k, v in scores.items()} if as_csv else scores),
    }


def open_webui_chat(rating, answer):
    """A row of its export of chats, with a rating on one turn of two."""
    history = {
        "m1": {"id": "m1", "parentId": None, "childrenIds": ["m2", "m3"], **ASKED},
        "m2": {"id": "m2", "parentId": "m1", "annotation": {"rating": rating}, **answer},
        "m3": {"id": "m3", "parentId": "m1", **said("assistant", "Hm.")},
    }
    chat = {"title": "Rivers", "models": ["m"], "history": {"currentId": "m3", "messages": history}}
    return {"id": "c", "user_id": "u1", "title": "Rivers", "chat": chat}


def phoenix(label, answer):
    return {
        "context.span_id": "67f6740bbe1ddc3f",
        "attributes.input.value": ASKED["content"],
        "attributes.output.value": answer["content"],
        "annotation_name": "user feedback",
        "annotator_kind": "HUMAN",
        "result.label": label,
        "result.score": None,
    }


def dialogue(label, answer):
    return {"messages": [ASKED, answer], "label": label}


def kto_tag(label, answer):
    turns = [{"from": "human", "value": ASKED["content"]}]
    turns += [{"from": "gpt", "value": answer["content"]}]
    return {"conversations": turns, "kto_tag": label}


def turbo(label, answer):
    return {"context": [ASKED], "answer": answer | {"role": "bot"}, "is_desirable": label}


def unpaired(label, answer):
    return {"prompt": [ASKED], "completion": [answer], "label": label}


LOGS = [
    *((dialogue, True, False), (kto_tag, True, False), (turbo, True, False)),
    *((unpaired, True, False), (open_webui, 1, -1), (librechat, "thumbsUp", "thumbsDown")),
    *((langsmith, 1.0, 0.0), (langfuse, 1, 0), (phoenix, "thumbs-up", "thumbs-down")),
    *((langfuse_export, 1, 0), (open_webui_chat, 1, -1)),
    (lambda value, answer: langfuse_export(value, answer, as_csv=True), "good", "bad"),
    (lambda rating, answer: open_webui(rating, answer, deep=False), 1, -1),
    (lambda rating, answer: librechat(rating, answer, nested=True), "thumbsUp", "thumbsDown"),
]


@pytest.mark.parametrize(("row", "up", "down"), LOGS)
def test_a_log_is_known_by_its_columns(row, up, down):
    feedback = tb.read_feedback([row(up, DANUBE), row(down, ROAD)])

    assert feedback.thumbs["label"].tolist() == [True, False]
    (pair,) = feedback.found
    prompt, a, b = (
        [said(role, text)] if isinstance(text, str) else text
        for role, text in (("user", pair.prompt), ("assistant", pair.a), ("assistant", pair.b))
    )
    assert (prompt, a, b) == ([ASKED], [DANUBE], [ROAD])
    assert feedback.labels["preference"].tolist() == ["a"]


def test_answers_without_a_thumb_are_counted():
    assert tb.read_feedback([librechat("thumbsUp", DANUBE)]).without_thumb == 1


def test_the_users_of_a_log_are_kept():
    feedback = tb.read_feedback([open_webui(1, DANUBE), open_webui(-1, ROAD)])

    assert feedback.labels["annotator"].tolist() == ["u1"]


def test_several_scores_are_told_apart_by_their_names():
    row = langfuse(1, DANUBE)
    row["scores"][0]["name"] = "kindness"

    with pytest.raises(tb.PairsError, match="not clear which one is the thumb: 'kindness'"):
        tb.read_feedback([row])


def test_an_average_of_several_thumbs_is_no_thumb():
    with pytest.raises(tb.PairsError, match="which is no thumb"):
        tb.read_feedback([langsmith(0.85, DANUBE)])


def test_a_message_that_was_rated_and_is_not_there_is_named():
    row = open_webui(1, DANUBE)
    row["meta"]["message_id"] = "m9"

    with pytest.raises(tb.PairsError, match="no message has the id of the one that was rated"):
        tb.read_feedback([row])


def test_messages_that_follow_each_other_in_a_ring_end():
    row = librechat("thumbsUp", DANUBE)
    row["messages"][0]["parentMessageId"] = "m2"

    assert len(tb.read_feedback([row]).thumbs) == 1


def test_a_dialogues_last_turn_is_the_answer():
    rows = [
        {"talk": [ASKED, DANUBE], "vote": "up", "who": 1},
        {"talk": [ASKED, ROAD], "vote": "down", "who": 1},
    ]

    feedback = tb.read_feedback(rows, dialogue="talk", thumb="vote", user="who")

    (pair,) = feedback.found
    assert (pair.prompt, pair.a, pair.b) == ([ASKED], [DANUBE], [ROAD])
    assert feedback.labels["annotator"].tolist() == ["1"]


@pytest.mark.parametrize("talk", [[ASKED], [DANUBE], [], "Hi", None])
def test_a_dialogue_without_an_answer_is_named(talk):
    with pytest.raises(tb.PairsError, match="talk"):
        tb.read_feedback([{"talk": talk, "vote": "up"}], dialogue="talk", thumb="vote")


def test_one_column_is_not_both_prompt_and_response():
    with pytest.raises(tb.PairsError, match=r"dialogue='messages', thumb='label'\)"):
        tb.read_feedback(
            [dialogue(True, DANUBE)], prompt="messages", response="messages", thumb="label"
        )


def test_a_dialogue_takes_the_place_of_prompt_and_response():
    with pytest.raises(tb.PairsError, match="leave those out"):
        tb.read_feedback([dialogue(True, DANUBE)], dialogue="messages", prompt="x", thumb="label")


def test_rows_with_the_columns_by_default_are_read_by_them():
    row = {"prompt": "p", "response": "x", "thumb": "up"}

    thumbs = tb.read_feedback([row | {"messages": [ASKED, DANUBE], "label": False}]).thumbs
    assert thumbs["label"].tolist() == [True]


def test_what_stands_beside_the_prompt_is_part_of_it():
    row = {"system": "Be brief.", "history": [["Hi", "Hello"]]}
    row |= {"prompt": "Name a river.", "completion": "The Danube.", "label": True}

    prompt = tb.read_feedback([row]).thumbs["prompt"].item()

    turns = [said("user", "Hi"), said("assistant", "Hello"), ASKED]
    assert prompt == [said("system", "Be brief."), *turns]


@pytest.mark.parametrize(
    ("up", "down"),
    [
        ("thumbsUp", "thumbsDown"),
        ("\N{THUMBS UP SIGN}\U0001f3fd", "\N{THUMBS DOWN SIGN}\U0001f3ff"),
        ("\N{THUMBS UP SIGN}\ufe0f", "\N{THUMBS DOWN SIGN}\ufe0f"),
    ],
)
def test_thumbs_in_camel_case_and_of_any_skin_are_thumbs(up, down):
    rows = [{"prompt": "p", "response": x, "thumb": y} for x, y in (("x", up), ("y", down))]

    assert tb.read_feedback(rows).thumbs["label"].tolist() == [True, False]


def test_thumbs_that_would_spoil_training_are_not_written(tmp_path):
    whole = [ASKED, DANUBE]
    rows = [{"prompt": [ASKED], "response": whole, "thumb": "up"}]

    with pytest.raises(tb.ExportError, match="P05"):
        tb.read_feedback(rows).export(tmp_path / "k.jsonl")
    assert not (tmp_path / "k.jsonl").exists()


@pytest.mark.parametrize(("row", "up", "_down"), LOGS)
def test_pairs_are_not_read_from_thumbs_and_what_reads_them_is_named(row, up, _down):
    with pytest.raises(tb.PairsError, match=r"tiebreak\.read_feedback\(\.\.\."):
        tb.read_pairs([row(up, DANUBE)])


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log[0].__name__ if callable(log) else "")
@given(data=st.data())
@settings(max_examples=30)
def test_whatever_a_row_of_a_log_holds_it_is_read_or_named(log, data):
    row, up, down = log
    rows = [row(up, DANUBE), row(down, ROAD)]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(list(places(rows[1:]))[1:] or [(0,)]))
        rows[1:] = changed(rows[1:], place, data.draw(CELLS), data.draw(st.booleans()))
        rows = [found if isinstance(found, dict) else {} for found in rows]

    with contextlib.suppress(tb.PairsError):
        tb.read_feedback(rows, on_error="skip")
