import json
from collections import Counter
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiebreak as tb

MODELS = ["m1", "m2", "m3", "m4"]


def answers(prompts=6, models=MODELS, gaps=()):
    """A column a model; the answer says whose and to what it is."""
    return pd.DataFrame(
        {"prompt": [f"p{n}" for n in range(prompts)]}
        | {
            model: [None if (n, model) in gaps else f"{model} to p{n}" for n in range(prompts)]
            for model in models
        }
    )


def long(frame, models=MODELS):
    rows = [
        {"prompt": row["prompt"], "said": row[model], "by": model}
        for row in frame.to_dict("records")
        for model in models
    ]
    return pd.DataFrame(rows)


def check_sides(pairs):
    first = Counter(zip(pairs["model_a"], pairs["model_b"], strict=True))
    for one, other in combinations(sorted({*pairs["model_a"], *pairs["model_b"]}), 2):
        assert abs(first[one, other] - first[other, one]) <= 1
    left, right = Counter(pairs["model_a"]), Counter(pairs["model_b"])
    assert all(abs(left[model] - right[model]) <= 1 for model in left | right)


STRATEGIES = st.sampled_from(
    [
        {"strategy": "all"},
        {"strategy": "adjacent"},
        {"strategy": "versus", "baseline": "m1"},
        {"strategy": "random"},
        {"strategy": "random", "per_prompt": 3},
    ]
)
GAPS = st.sets(st.tuples(st.integers(0, 9), st.sampled_from(MODELS)), max_size=15)


@given(prompts=st.integers(1, 12), gaps=GAPS, options=STRATEGIES, seed=st.integers(0, 99))
def test_sides_are_balanced_and_responses_their_models(prompts, gaps, options, seed):
    frame = answers(prompts + 1, gaps={gap for gap in gaps if gap[0] < prompts})
    for given_ in (
        {"frame": frame, "candidates": MODELS},
        {"frame": long(frame), "response": "said", "model": "by"},
    ):
        pairs = tb.make_pairs(seed=seed, **options, **given_)

        check_sides(pairs)
        for side in "ab":
            said = pairs[f"model_{side}"] + " to " + pairs["prompt"]
            assert said.tolist() == pairs[f"response_{side}"].tolist()
        met = [
            (p, frozenset(two))
            for p, *two in pairs[["prompt", "model_a", "model_b"]].itertuples(index=False)
        ]
        assert len(set(met)) == len(met)


@given(models=st.integers(2, 6), prompts=st.integers(1, 25), per_prompt=st.integers(1, 3))
def test_models_meet_equally_often_at_random(models, prompts, per_prompt):
    names = [f"m{n}" for n in range(models)]
    frame = answers(prompts, names)
    pairs = tb.make_pairs(frame, candidates=names, strategy="random", per_prompt=per_prompt)
    met = Counter(map(frozenset, zip(pairs["model_a"], pairs["model_b"], strict=True)))
    counts = [met[frozenset(two)] for two in combinations(names, 2)]

    assert max(counts) - min(counts) <= 1
    assert len(pairs) == prompts * min(per_prompt, models * (models - 1) // 2)


def test_all_makes_every_two():
    pairs = tb.make_pairs(answers(), candidates=MODELS)

    assert len(pairs) == 6 * 6
    assert list(pairs.columns) == ["prompt", "response_a", "response_b", "model_a", "model_b"]


def test_adjacent_keeps_to_the_order_of_the_candidates():
    pairs = tb.make_pairs(answers(3), candidates=["m2", "m1", "m4"], strategy="adjacent")
    met = Counter(map(frozenset, zip(pairs["model_a"], pairs["model_b"], strict=True)))

    assert met == {frozenset({"m2", "m1"}): 3, frozenset({"m1", "m4"}): 3}


def test_versus_always_has_the_baseline():
    pairs = tb.make_pairs(answers(4), candidates=MODELS, strategy="versus", baseline="m3")

    assert len(pairs) == 12
    assert ((pairs["model_a"] == "m3") ^ (pairs["model_b"] == "m3")).all()


def test_the_same_seed_gives_the_same_and_another_one_others():
    def pairs(seed):
        return tb.make_pairs(answers(20), candidates=MODELS, strategy="random", seed=seed)

    pd.testing.assert_frame_equal(pairs(1), pairs(1))
    assert not pairs(1).equals(pairs(2))


def test_wide_and_long_forms_give_the_same():
    frame = answers(7)

    pd.testing.assert_frame_equal(
        tb.make_pairs(frame, candidates=MODELS, seed=3),
        tb.make_pairs(long(frame), response="said", model="by", seed=3),
    )


def test_samples_of_one_model_are_paired():
    frame = pd.DataFrame({"q": ["p"] * 3, "text": ["x", "y", "z"]})
    nameless = tb.make_pairs(frame, prompt="q", response="text")
    named = tb.make_pairs(frame.assign(by="m1"), prompt="q", response="text", model="by")

    assert len(nameless) == len(named) == 3
    assert nameless["model_a"].tolist() == [None] * 3
    assert set(named["model_a"]) == set(named["model_b"]) == {"m1"}


def test_identical_and_missing_responses_make_no_pair():
    frame = answers(2, ["m1", "m2", "m3"], gaps={(0, "m1")})
    frame.loc[1, "m2"] = frame.loc[1, "m1"]
    pairs = tb.make_pairs(frame, candidates=["m1", "m2", "m3"])

    assert len(pairs) == 2
    assert pairs.attrs["left_out"] == {
        "identical responses": 1,
        "the same two responses, of other models": 1,
    }


def test_columns_that_speak_of_the_prompt_are_kept():
    wide = answers(2).assign(id=["x", "y"], topic="metals", model_a="old")
    rows = long(answers(2)).assign(topic="metals", cost=range(8))

    assert list(tb.make_pairs(wide, candidates=["m1", "m2"]).columns[5:]) == [
        *("m3", "m4", "prompt_id", "topic", "meta_model_a"),
    ]
    kept = tb.make_pairs(rows, response="said", model="by")
    assert list(kept.columns[5:]) == ["topic"]


def test_prompts_may_be_messages():
    prompt = [{"role": "user", "content": "Hi"}]
    rows = [{"prompt": prompt, "said": f"Hello {n}", "by": f"m{n}"} for n in range(2)]
    pairs = tb.make_pairs(rows, response="said", model="by")

    assert pairs["prompt"].tolist() == [prompt]


def test_the_pairs_can_be_labeled(open_session):
    session = open_session(tb.make_pairs(answers(3), candidates=MODELS))

    assert len(session.pairs) == 18


def test_half_a_character_is_left_for_the_session_to_name(open_session):
    frame = pd.DataFrame({"prompt": ["p"], "m1": ["\ud83d"], "m2": ["x"]}, dtype=object)
    pairs = tb.make_pairs(frame, candidates=["m1", "m2"])

    with pytest.raises(tb.PairsError, match="lone surrogate"):
        open_session(pairs)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({}, "either candidates"),
        ({"candidates": ["m1", "m2"], "response": "m1"}, "either candidates"),
        ({"candidates": ["m1"]}, "two or more"),
        ({"candidates": ["m1", "m1"]}, "two or more"),
        ({"candidates": "m1"}, "two or more"),
        ({"candidates": ["m1", "m9"]}, "no column 'm9'"),
        (
            {"candidates": ["m1", "m2"], "prompt": "q"},
            r"no column 'q'. Did you mean prompt='prompt'\? Its columns are 'prompt'",
        ),
        ({"candidates": ["m1", "m2"], "model": "m3"}, "goes with response="),
        ({"candidates": MODELS, "strategy": "best"}, "strategy is one of"),
        ({"candidates": MODELS, "strategy": "versus"}, "goes with strategy='versus'"),
        ({"candidates": MODELS, "baseline": "m1"}, "goes with strategy='versus'"),
        ({"candidates": MODELS, "strategy": "versus", "baseline": "m9"}, "'m1', 'm2', 'm3', 'm4'"),
        ({"candidates": MODELS, "per_prompt": 2}, "goes with strategy='random'"),
        ({"candidates": MODELS, "strategy": "random", "per_prompt": 0}, "from 1"),
        ({"candidates": MODELS, "strategy": "random", "per_prompt": "2"}, "from 1"),
        ({"candidates": MODELS, "seed": [1]}, r"seed= is a whole number, not \[1\]"),
        ({"candidates": 5}, "two or more"),
        ({"candidates": [["m1"], ["m2"]]}, "two or more"),
        ({"response": "m1"}, "no pair to make"),
    ],
)
def test_options_that_do_not_fit_are_named(options, what):
    with pytest.raises(tb.PairsError, match=what):
        tb.make_pairs(answers(), **options)


def test_more_pairs_than_memory_holds_are_refused():
    log = pd.DataFrame({"prompt": "hi", "said": [f"answer {n}" for n in range(5_000)]})

    with pytest.raises(tb.PairsError, match="There are 12,497,500 pairs"):
        tb.make_pairs(log, response="said")
    assert len(tb.make_pairs(log, response="said", strategy="adjacent")) == 4_999


def test_candidates_may_come_as_pandas_gives_them():
    frame = answers()

    assert tb.make_pairs(frame, candidates=frame.columns[1:3]).equals(
        tb.make_pairs(frame, candidates=list(frame.columns[1:3]))
    )


@pytest.mark.parametrize(
    "source", ["answers.txt", "nowhere.csv", None, 7, {"prompt": ["x"]}, ["x"]]
)
def test_what_is_no_table_is_named(source):
    with pytest.raises(tb.PairsError):
        tb.make_pairs(source, candidates=["m1", "m2"])


def test_a_row_without_a_prompt_is_named():
    frame = answers(3)
    frame.loc[2, "prompt"] = None

    with pytest.raises(tb.PairsError, match="row 2: empty prompt"):
        tb.make_pairs(frame, candidates=MODELS)


def made(frame, **options):
    pairs = tb.make_pairs(frame, **options)
    rows = pairs[["prompt", "response_a", "response_b", "model_a", "model_b"]].to_numpy().tolist()
    return sorted((prompt, frozenset(((a, m), (b, n)))) for prompt, a, b, m, n in rows)


def test_a_list_of_responses_in_a_cell_is_a_response_each():
    rows = [{"id": "1", "prompt": "Name a river.", "responses": ["The Danube.", "A road."]}]

    expected = frozenset((("The Danube.", None), ("A road.", None)))
    assert made(rows, response="responses") == [("Name a river.", expected)]


def test_a_list_of_models_names_those_of_the_responses():
    row = {"prompt": "p", "responses": ["x", "y", "z"], "models": ["k", "l", "m"]}

    pairs = made([row], response="responses", model="models")
    assert ("p", frozenset((("x", "k"), ("z", "m")))) in pairs
    assert len(pairs) == 3
    with pytest.raises(tb.PairsError, match="2 in models for 3 responses"):
        made([row | {"models": ["k", "l"]}], response="responses", model="models")


def test_a_list_of_answers_in_a_column_of_one_is_told_with_what_reads_it():
    rows = [{"prompt": "p", "m1": ["x", "y"], "m2": "z"}]

    with pytest.raises(tb.PairsError, match=r"item 0: m1 is a list of answers.*response='m1'"):
        tb.make_pairs(rows, candidates=["m1", "m2"])


ASKED = {"role": "user", "content": "Name a river."}
SFT = [
    lambda answer: {"prompt": "Name a river.", "completion": answer},
    lambda answer: {"instruction": "Name a river.", "input": "", "output": answer},
    lambda answer: {"messages": [ASKED, {"role": "assistant", "content": answer}]},
    lambda answer: {
        "conversations": [
            {"from": "human", "value": "Name a river."},
            {"from": "gpt", "value": answer},
        ]
    },
]


@pytest.mark.parametrize("row", SFT)
def test_files_of_two_models_are_joined_by_prompt(tmp_path, row):
    for model, answer in (("small", "A road."), ("large", "The Danube.")):
        (tmp_path / f"{model}.json").write_text(json.dumps([row(answer)]))

    pairs = tb.make_pairs({m: tmp_path / f"{m}.json" for m in ("small", "large")})

    (pair,) = tb.read_pairs(pairs).found
    sides = {pair.model_a: pair.a, pair.model_b: pair.b}
    said = {
        model: text if isinstance(text, str) else text[0]["content"]
        for model, text in sides.items()
    }
    assert said == {"small": "A road.", "large": "The Danube."}


def test_a_system_text_of_a_file_is_part_of_its_prompts():
    rows = [SFT[1](answer) | {"system": "Be brief."} for answer in ("x", "y")]

    pairs = tb.make_pairs({"small": rows[:1], "large": rows[1:]})
    assert pairs["prompt"].item()[0] == {"role": "system", "content": "Be brief."}


def test_a_file_without_answers_is_named_with_what_would_be():
    with pytest.raises(tb.PairsError, match="no single answers under the names prompt and comple"):
        tb.make_pairs({"small": [{"x": 1}]})
    with pytest.raises(tb.PairsError, match="item 0: messages does not end with an answer"):
        tb.make_pairs({"small": [{"messages": [ASKED]}]})


def test_what_makes_no_pair_is_said_where_the_user_looks(capsys):
    rows = [
        {"prompt": "p", "response": "x", "model": "m", "temperature": 0.1},
        {"prompt": "p", "response": "y", "model": "n", "temperature": 0.9},
        {"prompt": "q", "response": "z", "model": "m", "temperature": 0.1},
    ]

    tb.make_pairs(rows, response="response", model="model")

    said = capsys.readouterr().err
    assert "prompts with fewer than two responses: 1" in said
    assert "the column 'temperature'" in said
    alike = [row | {"temperature": 1} for row in rows[:2]]
    tb.make_pairs(alike, response="response", model="model")
    assert capsys.readouterr().err == ""


def test_where_two_models_answer_the_same_either_against_a_third_is_one_pair(tmp_path):
    frame = pd.DataFrame(
        {"prompt": ["p", "q"], "m1": ["x", "1"], "m2": ["x", "2"], "m3": ["y", "3"]}
    )

    made = tb.make_pairs(frame, candidates=["m1", "m2", "m3"], seed=3)

    assert len(made) == 1 + 3
    assert len(tb.Session(tmp_path / "s", made).pairs) == 4
    assert made.attrs["left_out"]["the same two responses, of other models"] == 1
