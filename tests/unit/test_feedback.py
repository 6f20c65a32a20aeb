import json
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from helpers import DATA
from hypothesis import given, settings
from hypothesis import strategies as st

import tiebreak as tb


def row(thumb, response="Iron", prompt="Name a metal.", user=None):
    return {"prompt": prompt, "response": response, "thumb": thumb, "user": user}


def said(feedback):
    """Who preferred which response to which."""
    together = feedback.labels.merge(feedback.pairs, left_on="pair", right_index=True)
    return [
        (one["annotator"], *((one["a"], one["b"])[:: 1 if one["preference"] == "a" else -1]))
        for one in together.to_dict("records")
    ]


@pytest.mark.parametrize(
    "up",
    [True, 1, 1.0, "1", "+1", "up", "Up ", "thumbs_up", "THUMBS-UP", "like", "yes", "true", "👍"],
)
@pytest.mark.parametrize("down", [False, 0, 0.0, "0", "down", "thumbs-down", "dislike", "no", "👎"])
def test_thumbs_have_many_names(up, down):
    frame = pd.DataFrame({"prompt": "p", "response": ["x", "y"], "thumb": [up, down]}, dtype=object)

    assert tb.read_feedback(frame).thumbs["label"].tolist() == [True, False]


@pytest.mark.parametrize("down", [-1, -1.0, "-1", np.int64(-1)])
def test_minus_one_is_down(down):
    assert tb.read_feedback([row(1), row(down)]).thumbs["label"].tolist() == [True, False]


def test_zero_beside_minus_one_is_asked_about():
    with pytest.raises(tb.PairsError, match="a down or no thumb") as error:
        tb.read_feedback([row(1), row(0), row(-1)])

    assert error.value.rows == [1]


@pytest.mark.parametrize("thumb", ["meh", 2, -2, 0.5, 5, "1.5", [1], {"up": 1}, b"up"])
def test_an_unknown_thumb_is_named_with_its_row(thumb):
    frame = pd.DataFrame([row("up"), row(thumb)], index=["x", "y"])

    with pytest.raises(tb.PairsError, match="y") as error:
        tb.read_feedback(frame)
    assert error.value.rows == ["y"]


@pytest.mark.parametrize("nothing", [None, float("nan"), "", " ", pd.NA])
def test_responses_without_a_thumb_are_counted_and_left_out(nothing):
    feedback = tb.read_feedback([row("up"), row(nothing), row(nothing)])

    assert len(feedback.thumbs) == 1
    assert feedback.without_thumb == 2


def test_all_problems_are_shown_together():
    rows = [
        row("meh"),
        row("up", response=""),
        row("up", prompt=None),
        row("up", response="\ud83d"),
    ]
    rows += [row("up")]

    with pytest.raises(tb.PairsError) as error:
        tb.read_feedback(rows)
    assert error.value.rows == [0, 1, 2, 3]
    for what in ("'meh'", "empty response", "no prompt", "lone surrogate"):
        assert what in str(error.value)

    skipped = tb.read_feedback(rows, on_error="skip").skipped
    assert skipped["row"].tolist() == [0, 1, 2, 3]
    assert skipped["problem"].tolist()[1] == "empty response"


@pytest.mark.parametrize(
    "prompt",
    [
        [{"role": "robot", "content": "Hi"}],
        [{"role": "us\ud83d", "content": "Hi"}],
        [{"role": "user", "content": "Hi", "tool_calls": [object()]}],
        [{"role": "user", "content": " "}],
        [{"role": "user"}],
        [],
    ],
)
def test_messages_that_cannot_be_written_are_named(prompt):
    with pytest.raises(tb.PairsError, match="prompt"):
        tb.read_feedback([row("up", prompt=prompt)])


def test_an_up_and_a_down_on_one_prompt_are_a_pair():
    feedback = tb.read_feedback(
        [row("down", "Wood"), row("up", "Iron"), row("up", "Oak", "Name a tree.")]
    )

    assert said(feedback) == [("feedback", "Iron", "Wood")]
    assert feedback.labels["source"].tolist() == ["feedback"]
    assert list(feedback.pairs.columns) == ["prompt", "a", "b", "model_a", "model_b"]


def test_two_ups_are_no_pair():
    feedback = tb.read_feedback([row("up", "Tin"), row("up", "Iron")])

    assert len(feedback.pairs) == len(feedback.labels) == 0


def test_a_users_own_two_thumbs_are_that_users_preference():
    rows = [
        row("up", "Iron", user="ann"),
        row("down", "Wood", user="ann"),
        row("up", "Wood", user="bob"),
        row("down", "Iron", user="bob"),
    ]

    assert said(tb.read_feedback(rows, user="user")) == [
        ("ann", "Iron", "Wood"),
        ("bob", "Wood", "Iron"),
    ]


def test_thumbs_of_different_users_are_nobodys_but_the_feedbacks():
    rows = [row("up", "Iron", user="ann"), row("down", "Wood", user=7)]

    assert said(tb.read_feedback(rows, user="user")) == [("feedback", "Iron", "Wood")]


def test_a_response_with_as_many_ups_as_downs_is_no_side():
    rows = [row("up", "Iron"), row("down", "Iron"), row("down", "Wood")]

    assert said(tb.read_feedback(rows)) == []
    assert len(tb.read_feedback(rows).thumbs) == 3


def test_a_users_later_thumb_counts():
    rows = [
        row("down", "Iron", user="ann"),
        row("up", "Iron", user="ann"),
        row("down", "Wood", user="ann"),
    ]

    assert said(tb.read_feedback(rows, user="user")) == [("ann", "Iron", "Wood")]


@given(ups=st.integers(0, 30), downs=st.integers(0, 30))
@settings(max_examples=20)
def test_every_response_stands_in_a_pair_and_pairs_grow_with_the_thumbs(ups, downs):
    rows = [row("up", f"good {n}") for n in range(ups)]
    rows += [row("down", f"bad {n}") for n in range(downs)]
    if not rows:
        return
    found = said(tb.read_feedback(rows))

    assert len(found) == (max(ups, downs) if ups and downs else 0)
    assert all(up.startswith("good") and down.startswith("bad") for _, up, down in found)
    if found:
        assert len({side for _, *two in found for side in two}) == ups + downs


@pytest.mark.no_cover
def test_a_prompt_as_common_as_hi_takes_no_long_time():
    log = [{"prompt": "hi", "response": f"r{n}", "thumb": n % 2} for n in range(30_000)]

    assert len(tb.read_feedback(log)) == 15_000


def test_reading_again_gives_the_same_labels():
    rows = [row("up", "Iron"), row("down", "Wood")]
    first, second = (tb.read_feedback(rows) for _ in range(2))

    assert first.journals[0][1][0].id == second.journals[0][1][0].id
    assert first.pairs.equals(second.pairs)


def test_a_session_takes_the_pairs_with_their_labels(open_session):
    feedback = tb.read_feedback([row("up", "Iron"), row("down", "Wood")])
    session = open_session(feedback)

    assert session.next().a == "Iron"
    assert session.labels["annotator"].tolist() == ["feedback"]


def test_thumbs_are_read_from_a_file(tmp_path):
    file = tmp_path / "log.jsonl"
    file.write_text("\n".join(map(json.dumps, [row("up"), row("down", "Wood")])) + "\n[]\n")

    with pytest.raises(tb.PairsError, match="line"):
        tb.read_feedback(file)
    feedback = tb.read_feedback(file, on_error="skip")
    assert (len(feedback.thumbs), len(feedback), len(feedback.skipped)) == (2, 1, 1)


def read_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_kto_rows_are_the_thumbs_as_they_are(tmp_path):
    rows = [row(n % 2 == 0, f"r{n}", f"p{n % 8}") for n in range(16)]
    feedback = tb.read_feedback([*rows, row(None)])
    report = feedback.export(tmp_path / "kto.jsonl")
    written = read_lines(report.path)

    assert report.rows == 16
    assert report.left_out == {"without a thumb": 1}
    assert sorted((one["prompt"], one["completion"], one["label"]) for one in written) == sorted(
        (one["prompt"], one["response"], one["thumb"]) for one in rows
    )
    assert [one["label"] for one in written] == [True, False] * 8
    neighbours = pairwise(written)
    assert all(one["prompt"] != other["prompt"] for one, other in neighbours)


def test_kto_rows_have_one_form(tmp_path):
    talk = [{"role": "user", "content": "Hi"}]
    rows = [row("up", prompt=talk), row("down")]
    tb.read_feedback(rows).export(tmp_path / "kto.jsonl")

    for one in read_lines(tmp_path / "kto.jsonl"):
        assert isinstance(one["prompt"], list)
        assert isinstance(one["completion"], list)


def test_thumbs_that_all_point_one_way_are_noted(tmp_path):
    assert tb.read_feedback([row("up")]).export(tmp_path / "k.jsonl").notes


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(tb.ExportError, match="jsonl"):
        tb.read_feedback([row("up")]).export(tmp_path / "kto.csv")


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"thumb": "vote"}, "no column 'vote'"),
        ({"user": "who"}, "no column 'who'"),
        ({"on_error": "ignore"}, "on_error is"),
    ],
)
def test_options_that_do_not_fit_are_named(options, what):
    with pytest.raises(tb.PairsError, match=what):
        tb.read_feedback([row("up")], **options)


def test_a_log_without_thumbs_is_named():
    with pytest.raises(tb.PairsError, match="no thumb in the column 'thumb'"):
        tb.read_feedback([row(None)])


CELLS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["role", "content"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(rows=st.lists(st.fixed_dictionaries(dict.fromkeys(row("up"), CELLS)), max_size=4))
def test_whatever_the_rows_hold_they_are_read_or_skipped(rows):
    feedback = tb.read_feedback([row("up"), *rows], user="user", on_error="skip")

    assert len(feedback.thumbs) + feedback.without_thumb + len(feedback.skipped) == len(rows) + 1


def test_the_real_thumbs_of_llama_factory(tmp_path):
    file = DATA / "llama_factory/kto_en_demo.json"
    if not file.exists():
        pytest.skip(f"the KTO rows are not at {DATA}")
    rows = [
        {"prompt": one["messages"][:-1], "response": one["messages"][-1:], "thumb": one["label"]}
        for one in json.loads(file.read_bytes())
    ]
    feedback = tb.read_feedback(rows)

    assert len(feedback.thumbs) == 300
    assert feedback.export(tmp_path / "kto.jsonl").rows == 300
    assert len(feedback.pairs) > 0
