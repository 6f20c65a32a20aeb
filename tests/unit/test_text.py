"""A text and its parts: every walk over them is one of these."""

import json

import pytest

import tiebreak as tb
from tiebreak.exports.arrow import _FEATURES
from tiebreak.records.text import (
    COLUMNS,
    ENDINGS,
    MEDIA_KINDS,
    MediaPart,
    TextPart,
    first_words,
    media_of,
    parts_of,
    read_part,
    says_something,
    stored_part,
    weight,
    with_last_answer,
    words_of,
)
from tiebreak.store.kinds import KINDS

NAME = "0" * 40 + ".png"
IMAGE = {"type": "image", "image": NAME}
CALL = {"role": "assistant", "content": None, "tool_calls": [{"name": "look"}]}


def words(text):
    return {"type": "text", "text": text}


def message(role, *parts):
    return {"role": role, "content": list(parts)}


def said(role, text):
    return {"role": role, "content": text}


@pytest.mark.parametrize("kind", MEDIA_KINDS)
def test_a_part_is_read_as_it_is_stored(kind):
    names = [f"{'0a' * 20}.{ending}" for ending in ENDINGS[kind]]
    for part in (TextPart("x"), TextPart(""), *(MediaPart(kind, name) for name in names)):
        assert read_part(json.loads(json.dumps(stored_part(part)))) == part


def test_an_image_is_stored_under_its_kind():
    assert stored_part(MediaPart("image", NAME)) == IMAGE


WALKS = [
    lambda text: list(parts_of(text)),
    lambda text: list(media_of(text)),
    words_of,
    first_words,
    lambda text: with_last_answer(text, "better"),
    lambda text: says_something(text[0]),
]


@pytest.mark.parametrize("walk", WALKS)
@pytest.mark.parametrize(
    "part",
    [
        {"type": "video", "video": NAME},
        {"type": "image"},
        {"type": "image", "image": "../../token"},
        {"type": "image", "image": NAME + "\n"},
        {"type": "image", "image": "0" * 40 + ".wav"},
        {"type": "audio", "audio": NAME},
        {"type": "text", "image": NAME},
        {"type": "text", "text": None},
        {"type": ["image"]},
        {},
    ],
)
def test_every_walk_refuses_a_part_of_an_unknown_kind_by_its_type(walk, part):
    with pytest.raises(tb.SessionError, match="a part of the type") as refused:
        walk([message("assistant", part)])

    assert repr(part.get("type")) in str(refused.value)


def test_the_parts_of_a_text_are_those_of_all_its_messages():
    conversation = [said("system", ""), message("user", words("What is this?"), IMAGE), CALL]

    assert list(parts_of("a cat")) == [TextPart("a cat")]
    assert list(parts_of(conversation)) == [TextPart("What is this?"), MediaPart("image", NAME)]
    assert list(media_of(conversation)) == [MediaPart("image", NAME)]
    assert list(media_of("a cat")) == []


def test_words_are_written_with_who_says_them_where_several_do():
    assert words_of("a cat") == "a cat"
    assert words_of([said("user", "a cat")]) == "a cat"
    assert words_of([said("user", "a"), said("assistant", "b")]) == "user: a\n\nassistant: b"
    assert words_of([message("user", words("Look:"), IMAGE)]) == f"user: Look: [image {NAME}]"
    assert words_of([CALL]) == '{"name": "look"}'


def test_a_call_of_a_tool_is_written_as_name_and_arguments():
    called = {"function": {"name": "look", "arguments": {"at": "a cat"}}}
    as_text = {"function": {"name": "look", "arguments": '{"at": "a dog"}'}}

    assert words_of([{**said("assistant", None), "tool_calls": [called, as_text]}]) == (
        'look({"at": "a cat"})\nlook({"at": "a dog"})'
    )
    both = [said("user", "?"), {**said("assistant", "Let me look."), "tool_calls": [called]}]
    assert words_of(both) == 'user: ?\n\nassistant: Let me look.\nlook({"at": "a cat"})'
    assert words_of(
        [{**said("assistant", None), "tool_calls": [{"function": {"name": "now"}}]}]
    ) == ("now()")


def test_a_part_without_words_beside_an_image_is_written_as_nothing():
    assert words_of([message("user", words(""), IMAGE)]) == f"user:  [image {NAME}]"


def test_first_words_are_those_of_the_last_turn_that_has_some():
    long = "x" * 300

    assert first_words(long) == "x" * 160
    assert first_words([said("user", "first"), message("user", IMAGE), CALL]) == "first"
    assert first_words([message("user", words("What"), IMAGE, words("is it"))]) == "What is it"
    assert first_words([message("user", IMAGE)]) == ""


def test_a_last_answer_takes_the_place_of_the_words_and_keeps_the_images():
    assert with_last_answer("old", "new") == "new"
    assert with_last_answer([said("user", "q")], "new") == [
        said("user", "q"),
        said("assistant", "new"),
    ]
    turns = [said("assistant", "one"), said("tool", "2"), said("assistant", "old")]
    assert with_last_answer(turns, "new") == [*turns[:2], said("assistant", "new")]
    pictured = [message("assistant", words("old"), IMAGE)]
    assert with_last_answer(pictured, "new") == [message("assistant", IMAGE, words("new"))]


def test_a_message_says_something_by_words_images_and_calls():
    assert says_something(said("user", "x"))
    assert says_something(message("user", IMAGE))
    assert says_something(CALL)
    for empty in (
        said("user", " \n"),
        said("user", None),
        message("user"),
        message("user", words(" ")),
    ):
        assert not says_something(empty)


def test_a_text_weighs_about_what_it_is_long():
    assert weight("four") == 4
    assert weight([said("user", "x" * 1000)]) == 1004


def test_each_kind_of_file_is_known_to_every_table_of_kinds():
    kinds = set(MEDIA_KINDS)

    assert set(ENDINGS) == set(COLUMNS) == set(KINDS) == set(_FEATURES) == kinds
    assert all(set(KINDS[kind].magic) == set(ENDINGS[kind]) for kind in kinds)
