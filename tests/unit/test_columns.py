"""A user's own names for columns: given, or guessed for the message."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak.reading.layouts.guessing import guess_columns

STACK = {"prompt": "question", "chosen": "response_j", "rejected": "response_k"}


def refusal(row, **options):
    with pytest.raises(tb.PairsError) as error:
        tb.read_pairs([row], **options)
    return str(error.value)


@pytest.mark.parametrize("frame", [False, True])
def test_columns_are_read_under_the_names_given(frame):
    rows = [{"qid": 1, "question": "q", "response_j": "x", "response_k": "y"}]

    reading = tb.read_pairs(pd.DataFrame(rows) if frame else rows, columns=STACK)

    (pair,) = reading.found
    assert (reading.layout, pair.prompt, pair.a, pair.b) == ("trl", "q", "x", "y")
    assert pair.meta == {"qid": 1}
    assert reading.labels["preference"].tolist() == ["a"]


def test_a_column_of_an_old_name_beside_a_new_one_is_named():
    row = {"prompt": "id 7", "question": "q", "response_j": "x", "response_k": "y"}

    assert "columns={..., 'other_prompt': 'prompt'}" in refusal(row, columns=STACK)
    kept = tb.read_pairs([row], columns=STACK | {"other_prompt": "prompt"})
    assert kept.found[0].meta == {"other_prompt": "id 7"}


@pytest.mark.parametrize("columns", [["question"], {"prompt": 3}, {3: "question"}, "question"])
def test_columns_that_are_no_mapping_of_names_are_refused(columns):
    assert "columns= is a mapping of names" in refusal({"question": "q"}, columns=columns)


def test_a_column_that_is_not_there_is_named():
    assert "has no column 'response_j'" in refusal(
        {"question": "q", "response_k": "y"}, columns={"chosen": "response_j"}
    )


def test_one_column_for_two_names_is_refused():
    assert "names one column of the source twice" in refusal(
        {"question": "q"}, columns={"prompt": "question", "chosen": "question"}
    )


BETTER = [
    *(("response_j", "response_k"), ("pos", "neg"), ("answer_w", "answer_l"), ("y_w", "y_l")),
    *(("chosen_response", "rejected_response"), ("response_chosen", "response_rejected")),
    *(("preferred", "dispreferred"), ("preferred_answer", "non_preferred_answer")),
    *(("chosenResponse", "rejectedResponse"), ("winner", "loser"), ("good", "bad")),
    *(("better_answer", "worse_answer"), ("positive", "negative"), ("best", "worst")),
]


@pytest.mark.parametrize(("better", "worse"), BETTER)
@pytest.mark.parametrize("asked", ["question", "instruction", "query", "input", "user_prompt"])
def test_a_better_and_a_worse_answer_keep_the_preference(asked, better, worse):
    row = {"uid": "7", worse: "y", "score_pos": 3, asked: "q", better: "x", "model_1": "m"}

    said = refusal(row)

    given = f"columns={{'prompt': {asked!r}, 'chosen': {better!r}, 'rejected': {worse!r}}}"
    typed = f"--columns prompt={asked},chosen={better},rejected={worse}?"
    assert said.index(given) < said.index("layout=")
    assert typed in said
    columns = {"prompt": asked, "chosen": better, "rejected": worse}
    (pair,) = tb.read_pairs([row], columns=columns).found
    assert (pair.prompt, pair.a, pair.b) == ("q", "x", "y")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        *(("output_1", "output_2"), ("answer_a", "answer_b"), ("completion_a", "completion_b")),
        *(("Response A", "Response B"), ("left", "right"), ("answer1", "answer2")),
        *(("responseA", "responseB"), ("model_a_response", "model_b_response")),
    ],
)
def test_two_answers_are_responses(a, b):
    guessed = guess_columns(["instruction", a, b], {"instruction": "q", a: "x", b: "y"})

    assert guessed == {"prompt": "instruction", "response_a": a, "response_b": b}


def test_a_column_of_preferences_is_guessed_too():
    row = {"question": "q", "answer_a": "x", "answer_b": "y", "winner": "b"}

    assert "'preference': 'winner'" in refusal(row)


def test_lists_of_answers_are_responses_with_their_scores():
    row = {"query": "q", "completions": ["x", "y"], "rewards": [0.1, 0.2]}

    said = {"prompt": "query", "responses": "completions", "scores": "rewards"}
    assert str(said)[1:-1] in refusal(row)
    assert tb.read_pairs([row], columns=said).labels["preference"].tolist() == ["b"]


@pytest.mark.parametrize(
    "row",
    [
        {"x": 1},
        {"score_a": 1, "score_b": 2, "question": "q"},
        {"model_a": "m", "model_b": "n", "question": "q"},
        {"response_a_model": "m", "response_b_model": "n", "question": "q"},
        {"note_response_a": "m", "note_response_b": "n", "question": "q"},
        {"small": "x", "large": "y", "prompt": "q"},
    ],
)
def test_nothing_is_guessed_of_what_is_no_answer(row):
    assert guess_columns(list(row), row) == {}
    assert "Did you mean" not in refusal(row)


@given(st.dictionaries(st.text(max_size=12), st.none() | st.text() | st.lists(st.text())))
def test_a_guess_names_columns_that_are_there_each_once(row):
    guessed = guess_columns(list(row), row)

    assert set(guessed.values()) <= set(row)
    assert len(set(guessed.values())) == len(guessed)


def test_every_way_in_takes_a_users_own_columns(tmp_path):
    answers = [{"q": "p", "who": m, "text": m} for m in ("small", "large")]
    named = {"prompt": "q", "response": "text", "model": "who"}
    made = tb.make_pairs(answers, columns=named)
    assert sorted(made.iloc[0][["model_a", "model_b"]]) == ["large", "small"]
    wide = tb.make_pairs(
        [{"q": "p", "s": "x", "l": "y"}],
        columns={"prompt": "q", "small": "s"},
        candidates=["small", "l"],
    )
    assert sorted(wide.iloc[0][["model_a", "model_b"]]) == ["l", "small"]

    log = [{"q": "p", "text": "x", "vote": "up", "by": "ann"}]
    log += [{"q": "p", "text": "y", "vote": "down", "by": "ann"}]
    asked = {"prompt": "q", "response": "text", "thumb": "vote", "user": "by"}
    assert tb.read_feedback(log, columns=asked).labels["annotator"].tolist() == ["ann"]
    said = [{"turns": [{"role": "user", "content": "p"}, {"role": "assistant", "content": "x"}]}]
    read = tb.read_feedback(
        [{**said[0], "vote": 1}], columns={"dialogue": "turns", "thumb": "vote"}
    )
    assert len(read.thumbs) == 1

    with tb.Session(
        tmp_path / "s",
        [{"q": "p", "l": "x", "r": "y"}],
        annotator="me",
        columns={"prompt": "q", "response_a": "l", "response_b": "r"},
    ) as session:
        assert session.pairs[["prompt", "a", "b"]].to_numpy().tolist() == [["p", "x", "y"]]


def test_columns_of_what_was_read_already_are_refused(tmp_path):
    reading = tb.read_pairs([{"prompt": "p", "response_a": "x", "response_b": "y"}])

    for pairs in (reading, None):
        with pytest.raises(tb.SessionError, match="columns= says what a source calls its columns"):
            tb.Session(tmp_path / "s", pairs, columns={"prompt": "q"})
    with pytest.raises(tb.PairsError, match="columns= is for one table"):
        tb.make_pairs({"small": [], "large": []}, columns={"prompt": "q"})
