import pandas as pd
import pytest

import tiebreak as tb
from tiebreak.reading.layouts import LAYOUTS, NAMES
from tiebreak.records.pair import content_id

USER = {"role": "user", "content": "Sky?"}
BLUE = {"role": "assistant", "content": "blue"}
GREY = {"role": "assistant", "content": "grey"}
MORE = {"role": "user", "content": "And grass?"}
GREEN = {"role": "assistant", "content": "green"}
RED = {"role": "assistant", "content": "red"}


def read_one(row, **options):
    """The one pair of one row, as (prompt, a, b), and the reading."""
    reading = tb.read_pairs([row], **options)
    [pair] = reading.found
    return (pair.prompt, pair.a, pair.b), reading


def refusal(row, **options):
    with pytest.raises(tb.PairsError) as caught:
        tb.read_pairs([row], **options)
    return str(caught.value)


# -- recognition


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.title)
def test_no_other_layout_is_told_by_the_same_columns_and_every_one_has_some(layout):
    twins = [x for x in LAYOUTS if x.columns == layout.columns]

    assert layout.columns
    assert len(twins) == 1 or all("<lambda>" not in x.fits.__qualname__ for x in twins)


def test_an_unknown_layout_is_told_with_what_was_seen_and_what_lacks():
    said = refusal({"prompt": "p", "chosen": "x", "score": 1})

    assert "Its columns are 'prompt', 'chosen', 'score'." in said
    assert "trl (TRL preference rows): it has no column 'rejected'" in said
    assert f"There are {len(NAMES)} layouts; layout='?' lists them." in said


def test_a_name_that_is_no_layout_is_told_with_those_there_are():
    assert f"There are {', '.join(NAMES)}" in refusal({"prompt": "p"}, layout="nothing")


def test_an_ambiguous_table_names_both_layouts_and_is_read_as_the_one_given():
    row = {"prompt": "p", "a": "x", "b": "y", "chosen": "v", "rejected": "w"}

    said = refusal(row)
    assert "has both the columns of pairs" in said
    assert "layout='pairs' or layout='trl'" in said
    assert read_one(row, layout="pairs")[0] == ("p", "x", "y")
    assert read_one(row, layout="trl")[0] == ("p", "v", "w")


def test_of_two_shapes_of_one_layout_the_first_is_meant():
    row = {"prompt": "p", "a": "x", "b": "y", "response_a": "v", "response_b": "w"}

    texts, reading = read_one(row)
    assert texts == ("p", "v", "w")
    assert reading.found[0].meta == {"a": "x", "b": "y"}


def test_columns_that_contain_anothers_decide():
    row = {"id": "i", "prompt": "p", "a": "x", "b": "y", "labels": []}

    assert read_one(row)[1].layout == "raw"


def test_a_wide_table_is_not_told_in_full():
    said = refusal({f"column {n} {'x' * 1000}": n for n in range(1000)})

    assert len(said) < 5000
    assert "and 960 more" in said


# -- TRL


def test_chosen_is_a_and_preferred_by_the_dataset():
    texts, reading = read_one({"prompt": "p", "chosen": "x", "rejected": "y", "score_chosen": 3})

    assert texts == ("p", "x", "y")
    [label] = reading.labels.to_dict("records")
    assert (label["annotator"], label["source"], label["preference"]) == ("dataset", "human", "a")
    assert reading.found[0].meta == {"score_chosen": 3}


@pytest.mark.parametrize(
    ("chosen", "rejected", "expected"),
    [
        ([USER, BLUE], [USER, GREY], ([USER], [BLUE], [GREY])),
        ([USER, BLUE], [USER, BLUE], ([USER], [BLUE], [BLUE])),
        (
            [USER, BLUE, MORE, GREEN],
            [USER, BLUE, MORE, RED],
            ([USER, BLUE, MORE], [GREEN], [RED]),
        ),
        # The earlier answers differ, so all that follows does.
        (
            [USER, BLUE, MORE, GREEN],
            [USER, GREY, MORE, RED],
            ([USER], [BLUE, MORE, GREEN], [GREY, MORE, RED]),
        ),
        # One goes on where the other ends.
        ([USER, BLUE, MORE, GREEN], [USER, BLUE], ([USER], [BLUE, MORE, GREEN], [BLUE])),
        # The users' turns differ: the answer before them is where the two part.
        (
            [USER, BLUE, MORE, GREEN],
            [USER, BLUE, USER, RED],
            ([USER], [BLUE, MORE, GREEN], [BLUE, USER, RED]),
        ),
    ],
)
def test_an_implicit_prompt_is_what_dialogues_have_in_common(chosen, rejected, expected):
    assert read_one({"chosen": chosen, "rejected": rejected})[0] == expected


@pytest.mark.parametrize("prompt", ["Sky?", "another spelling"])
def test_a_prompt_as_text_beside_whole_dialogues_gives_way_to_the_dialogues(prompt):
    row = {"prompt": prompt, "prompt_id": "7", "chosen": [USER, BLUE], "rejected": [USER, GREY]}

    texts, reading = read_one(row)

    assert texts == ([USER], [BLUE], [GREY])
    assert reading.found[0].meta == {"prompt_id": "7"}


def test_a_prompt_as_text_beside_bare_answers_becomes_a_message():
    row = {"prompt": "Sky?", "chosen": [BLUE], "rejected": [GREY]}

    assert read_one(row)[0] == ([USER], [BLUE], [GREY])


@pytest.mark.parametrize(
    ("chosen", "rejected", "expected"),
    [
        ("The sky is blue.", "The sky is black.", ("The sky is", " blue.", " black.")),
        ("Q: 1+1?\nA: 2", "Q: 1+1?\nA: 3", ("Q: 1+1?\nA:", " 2", " 3")),
        ("It is so", "It is so hot", ("It is", " so", " so hot")),
        ("It is so", "It is so", ("It is", " so", " so")),
    ],
)
def test_an_implicit_prompt_of_strings_ends_with_a_word(chosen, rejected, expected):
    assert read_one({"chosen": chosen, "rejected": rejected})[0] == expected


@pytest.mark.parametrize(
    ("chosen", "rejected"),
    [("Yes", "No"), ("Yes", "Yes"), ([BLUE], [GREY]), ([USER], [MORE]), ([USER], [USER])],
)
def test_answers_without_a_prompt_in_common_are_a_problem_of_the_row(chosen, rejected):
    assert "in common that could be the prompt: item 0" in refusal(
        {"chosen": chosen, "rejected": rejected}
    )


def test_transcripts_of_hh_are_not_taken_for_an_implicit_prompt():
    row = {"chosen": "\n\nHuman: Hi\n\nAssistant: Yo", "rejected": "\n\nHuman: Hi\n\nAssistant: No"}

    assert [
        x.name for x in LAYOUTS if x.name == "trl" and x.columns <= set(row) and x.fits(row)
    ] == []


@pytest.mark.parametrize("reference", ["better", [{"role": "assistant", "content": "better"}]])
def test_a_reference_answer_is_the_edit(reference):
    row = {"prompt": "p", "chosen": "x", "rejected": "y", "reference": reference}

    reading = read_one(row)[1]

    assert reading.labels["edit"].tolist() == ["better"]
    assert reading.found[0].meta is None


def test_a_margin_is_kept_beside_the_pair_and_gives_no_strength():
    reading = read_one({"prompt": "p", "chosen": "x", "rejected": "y", "margin": 1.5})[1]

    assert reading.found[0].meta == {"margin": 1.5}
    assert reading.labels["strength"].isna().all()


def test_models_of_chosen_and_rejected_are_those_of_a_and_b():
    row = {
        "prompt": "p",
        "chosen": "x",
        "rejected": "y",
        "chosen_model": "m",
        "rejected_model": "n",
    }

    [pair] = read_one(row)[1].found

    assert (pair.model_a, pair.model_b, pair.meta) == ("m", "n", None)


def test_thumbs_are_no_pairs_and_the_one_who_reads_them_is_named():
    refused = refusal({"prompt": "p", "completion": "x", "label": True})

    assert "tiebreak.read_feedback(..., response='completion', thumb='label') reads it" in refused


def test_what_trl_export_writes_with_provenance_comes_back(open_session, tmp_path):
    pairs = [
        {"prompt": f"p{n}", "response_a": "x", "response_b": "y", "model_a": "m", "model_b": "n"}
        for n in range(3)
    ]
    session = open_session(pairs)
    for pair, preference in zip(session.pairs.index, ("a", "b", "b"), strict=True):
        session.label(pair, preference, 2)
    columns = ["pair", "annotator", "source", "strength", "model_chosen", "model_rejected", "at"]
    session.export(tmp_path / "t.jsonl", provenance=columns)

    reading = tb.read_pairs(tmp_path / "t.jsonl")

    assert list(reading.found) == list(session._pairs.values())
    names = ["pair", "annotator", "source", "preference", "strength", "at"]
    assert reading.labels[names].equals(session.labels[names])


def test_provenance_under_an_own_id_keeps_the_id():
    row = {"prompt": "p", "chosen": "x", "rejected": "y", "pair": "mine", "annotator": "ann"}
    row |= {"source": "judge", "strength": None, "model_chosen": None, "model_rejected": None}

    reading = read_one(row)[1]

    assert reading.found[0].id == "mine"
    assert reading.labels[["annotator", "source"]].to_numpy().tolist() == [["ann", "judge"]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": "web"}, "source is none of"),
        ({"strength": 4}, "strength is not 1, 2 or 3"),
        ({"strength": "x"}, "strength is no number"),
        ({"at": "noon"}, "at is no time in ISO 8601"),
    ],
)
def test_provenance_that_is_none_is_a_problem(change, said):
    row = {"prompt": "p", "chosen": "x", "rejected": "y", "pair": "mine", "annotator": "ann"}
    row |= {"source": "judge", "model_chosen": None, "model_rejected": None}

    assert said in refusal(row | change)


# -- raw


RAW = {"id": "i", "prompt": "p", "a": "x", "b": "y"}
LABEL = {"annotator": "ann", "source": "human", "preference": "a"}


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (None, "labels is not a list but NoneType"),
        ("[]", "labels is not a list but str"),
        ([7], "a label that is no object but int"),
        ([{**LABEL, "mood": 1}], "a label with the unknown field 'mood'"),
        ([{"annotator": "ann", "source": "human"}], "a label without preference"),
        ([{**LABEL, "preference": "left"}], "a label that cannot be kept .*preference: not a, b"),
        ([{**LABEL, "preference": "tie", "strength": 2}], "a label that cannot be kept .*a tie"),
        ([{**LABEL, "strength": 4}], "a label that cannot be kept .*strength"),
        ([{**LABEL, "source": "web"}], "cannot be kept .*web"),
        ([{**LABEL, "note": "\ud800"}], "cannot be kept .*surrogates"),
        ([{**LABEL, "at": "2024-01-01"}], "cannot be kept .*at: not a time with its zone"),
        ([{**LABEL, "at": "0001-01-01T00:00:00+23:00"}], "cannot be kept .*"),
        ([{**LABEL, "at": 7}], "a label whose at is no time"),
        ([{**LABEL, "annotator": ""}], "An annotator's name has 1 to 300 characters"),
        ([{**LABEL, "annotator": ["x"]}], "an annotator who is not text but list"),
        ([{**LABEL, "seconds": float("nan")}], "cannot be kept .*seconds"),
    ],
)
def test_labels_that_cannot_be_kept_are_a_problem_of_the_row(labels, said):
    with pytest.raises(tb.PairsError, match=said):
        tb.read_pairs([{**RAW, "labels": labels}])


# -- AlpacaEval


def judged(preference, **more):
    return {"instruction": "p", "output_1": "x", "output_2": "y", "preference": preference, **more}


@pytest.mark.parametrize(
    ("given", "preference", "probability"),
    [(1, "a", 1.0), (2.0, "b", 0.0), (1.5, "tie", 0.5), ("1.25", "a", 0.75), (1.75, "b", 0.25)],
)
def test_a_judgment_is_a_preference_with_its_probability(given, preference, probability):
    labels = read_one(judged(given, annotator="gpt", dataset="koala"))[1].labels

    assert labels[["annotator", "source"]].to_numpy().tolist() == [["gpt", "judge"]]
    assert labels[["preference", "probability"]].to_numpy().tolist() == [[preference, probability]]


@pytest.mark.parametrize("missing", [None, float("nan"), ""])
def test_a_judgment_that_could_not_be_read_gives_a_pair_without_a_label(missing):
    assert read_one(judged(missing))[1].labels.empty


@pytest.mark.parametrize(
    ("value", "said"), [(3, "between 1 and 2"), ([1], "is no number but list")]
)
def test_a_judgment_out_of_its_range_is_a_problem(value, said):
    assert said in refusal(judged(value))


def output(instruction, text, model):
    return {"instruction": instruction, "output": text, "generator": model, "dataset": "koala"}


def test_outputs_of_models_are_joined_two_models_a_pair():
    rows = [output(i, f"{m} says {i}", m) for m in ("one", "two", "three") for i in ("p", "q")]

    pairs = tb.read_pairs(rows).pairs

    assert pairs[["prompt", "model_a", "model_b"]].to_numpy().tolist() == [
        [i, a, b]
        for i in ("p", "q")
        for a, b in (("one", "two"), ("one", "three"), ("two", "three"))
    ]
    assert pairs.iloc[0][["a", "b", "dataset"]].tolist() == ["one says p", "two says p", "koala"]


def test_outputs_of_one_model_make_no_pair():
    assert "outputs of one model only (one)" in refusal(output("p", "x", "one"))


def test_the_content_id_of_a_pair_is_that_of_its_texts():
    assert read_one(judged(1))[1].found[0].id == content_id("p", "x", "y")


LABELED = {"prompt": "p", "response_a": "x", "response_b": "y", "preference": "b"}


def test_a_frame_with_a_preference_in_each_row_comes_with_labels(open_session):
    frame = pd.DataFrame(
        [
            LABELED | {"annotator": "ann", "strength": 2.0, "source": "human", "topic": "t"},
            LABELED | {"annotator": "gpt", "preference": "both_bad", "source": "judge"},
            LABELED | {"prompt": "q", "preference": "response_a", "source": "sharegpt"},
            LABELED | {"prompt": "r", "preference": None},
            LABELED | {"prompt": "s", "preference": "skip", "annotator": "ann"},
        ]
    )

    reading = tb.read_pairs(frame)

    columns = ["annotator", "source", "preference", "strength"]
    labels = reading.labels.set_index("pair")[columns].astype(object)
    assert reading.layout == "labeled_pairs"
    assert len(reading) == 4
    assert sorted(labels.where(labels.notna(), None).to_numpy().tolist(), key=str) == [
        ["ann", "human", "b", 2],
        ["ann", "human", "skip", None],
        ["dataset", "human", "a", None],
        ["gpt", "judge", "both_bad", None],
    ]
    metas = [pair.meta for pair in reading.found]
    assert metas == [{"topic": "t"}, {"source": "sharegpt"}, None, None]
    assert len(open_session(frame).labels) == 4


def test_a_and_b_may_be_the_columns_of_labeled_responses():
    reading = tb.read_pairs([{"prompt": "p", "a": "x", "b": "y", "preference": "A"}])

    assert reading.labels["preference"].tolist() == ["a"]


def test_a_preference_of_another_kind_is_told_with_the_way_round_it():
    row = LABELED | {"prompt": "q", "preference": "warm"}

    with pytest.raises(tb.PairsError, match="preference is 'warm', none of a, b, tie") as error:
        tb.read_pairs([LABELED, row])
    assert error.value.rows == [1]
    assert len(tb.read_pairs([LABELED, row], layout="pairs")) == 2


def test_an_unknown_preference_is_named_in_the_first_row_as_in_any_other():
    with pytest.raises(tb.PairsError, match="preference is 'warm', none of a, b, tie") as error:
        tb.read_pairs([LABELED | {"preference": "warm"}, LABELED])
    assert error.value.rows == [0]
    kept = tb.read_pairs([LABELED | {"preference": "warm"}], layout="pairs")
    assert kept.pairs["preference"].tolist() == ["warm"]


@pytest.mark.parametrize("numbers", [(1, 2), (1.0, 2.0), ("1", "2")])
def test_numbers_name_the_first_and_the_second_response(numbers):
    rows = [LABELED | {"prompt": str(n), "preference": n} for n in numbers]

    reading = tb.read_pairs(pd.DataFrame(rows))

    assert reading.layout == "labeled_pairs"
    assert reading.labels["preference"].tolist() == ["a", "b"]


@pytest.mark.parametrize("nought", [0, 0.0, "0", False])
def test_a_preference_of_0_is_refused_for_1_may_then_be_either(nought):
    rows = [LABELED | {"preference": 1}, LABELED | {"prompt": "q", "preference": nought}]

    with pytest.raises(tb.PairsError, match="nothing says which response 0 and 1 mean"):
        tb.read_pairs(rows, on_error="skip")


def test_a_column_that_may_be_the_preference_is_named_where_none_was_read():
    row = {"prompt": "p", "response_a": "x", "response_b": "y", "winner": "b"}

    reading = tb.read_pairs([row])
    assert reading.labels.empty
    assert "columns={'preference': 'winner'} has it read as one" in repr(reading)
    said = tb.read_pairs([row], columns={"preference": "winner"})
    assert said.labels["preference"].tolist() == ["b"]
