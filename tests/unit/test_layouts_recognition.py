import contextlib
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layout_samples import LAYOUTS, SAMPLES, read

import tiebreak as tb
from tiebreak.reading.rows import RowError

NAMES = sorted(SAMPLES)


def test_every_layout_has_a_sample():
    assert sorted(LAYOUTS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_fits_its_own_layout_and_no_other(name):
    reading = tb.read_pairs(SAMPLES[name])

    assert reading.layout == name
    assert len(reading) == len(read(name, *SAMPLES[name]))
    assert len(reading.labels)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_gives_pairs_with_texts_and_a_preference(name):
    pairs = read(name, *SAMPLES[name])

    assert pairs
    for pair in pairs:
        assert pair.prompt
        assert pair.a
        assert pair.b
        assert pair.a != pair.b
        assert type(pair.prompt) is type(pair.a) is type(pair.b)
        assert pair.opinions


@pytest.mark.parametrize("name", NAMES)
def test_meta_is_what_json_holds(name):
    for pair in read(name, *SAMPLES[name]):
        assert json.loads(json.dumps(pair.meta)) == pair.meta


def as_parquet_gives_it(value):
    """Arrays for lists, NumPy's numbers: what pandas makes of nested Parquet."""
    if isinstance(value, dict):
        return {key: as_parquet_gives_it(item) for key, item in value.items()}
    if isinstance(value, list):
        array = np.empty(len(value), dtype=object)
        array[:] = [as_parquet_gives_it(item) for item in value]
        return array
    if isinstance(value, bool):
        return np.bool_(value)
    if isinstance(value, int):
        return np.int64(value)
    return value


@pytest.mark.parametrize("name", NAMES)
def test_rows_as_pandas_reads_them_from_parquet_give_the_same(name):
    plain = read(name, *SAMPLES[name])
    frame = pd.DataFrame([as_parquet_gives_it(row) for row in SAMPLES[name]])

    assert tb.read_pairs(frame).layout == name
    assert read(name, *frame.to_dict("records")) == plain


CELLS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["user", "assistant", "[null]", "model_a", "Tie", -100, 10**400])
    | st.just(np.float64("nan"))
    | st.just(pd.NaT)
    | st.binary(max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["role", "content", "from", "value", "text", "Rating", "rank", "id"]),
            inner,
            max_size=3,
        )
        | st.builds(np.array, st.lists(st.integers(-3, 3), max_size=2))
    ),
    max_leaves=5,
)


def places(value, path=()):
    """Every place in a row, the nested ones too."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in inner:
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from places(item, (*path, key))


def changed(value, path, new, gone):
    first, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value)
    if rest:
        copy[first] = changed(copy[first], rest, new, gone)
    elif gone:
        del copy[first]
    else:
        copy[first] = new
    return copy


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=30)
def test_of_a_mutated_row_only_a_row_error_leaves(name, data):
    rows = list(SAMPLES[name])
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(list(places(rows))[1:] or [(0,)]))
        mutated = changed(rows, place, data.draw(CELLS), data.draw(st.booleans()))
        rows = [row if isinstance(row, dict) else {} for row in mutated]
    layout = LAYOUTS[name]
    named = layout.gather(enumerate(rows)) if layout.gather else enumerate(rows)

    for _, row in named:
        layout.fits(row)
        with contextlib.suppress(RowError):
            for pair in layout.read(row):
                assert all(opinion.annotator for opinion in pair.opinions)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("array", [np.array([]), np.array(["a", "b"])], ids=["empty", "two"])
def test_an_array_in_any_place_of_a_row_gives_pairs_or_a_row_error(name, array):
    layout = LAYOUTS[name]
    for place in [*places(list(SAMPLES[name]))][1:]:
        changed_rows = changed(SAMPLES[name], place, array, gone=False)
        rows = [row if isinstance(row, dict) else {} for row in changed_rows]
        named = layout.gather(enumerate(rows)) if layout.gather else enumerate(rows)
        for _, row in named:
            layout.fits(row)
            with contextlib.suppress(RowError):
                list(layout.read(row))


@pytest.mark.parametrize("name", NAMES)
@given(row=st.dictionaries(st.text(max_size=5), CELLS, max_size=3))
@settings(max_examples=20)
def test_a_row_of_something_else_is_named(name, row):
    layout = LAYOUTS[name]
    assert layout.fits(row) in {True, False}
    with pytest.raises(RowError):
        list(layout.read(row))


READ_IF_THERE = {"models", "anony", "turn", "tstamp", "question_id", "judge_hash", "id", "subset"}
READ_IF_THERE |= {"evaluation_session_id", "evaluation_order", "model_a", "model_b"}
READ_IF_THERE |= {"chosen_model", "rejected_model", "score_1", "score_chosen", "score_rejected"}
READ_IF_THERE |= {"annotator", "annotation_id", "created_at", "updated_at", "lead_time"}
READ_IF_THERE |= {"num_correct", "num_incorrect", "instance_id", "user_id"}
READ_IF_THERE |= {"message_tree_id", "tree_state", "annotations", "responses", "suggestions"}
NEEDED = [
    (name, column)
    for name in NAMES
    for column in sorted(LAYOUTS[name].columns - READ_IF_THERE)
    if (name, column) not in {("arena_33k", "judge"), ("ultrafeedback_binarized", "prompt")}
    and not LAYOUTS[name].gather
]


@pytest.mark.parametrize(("name", "column"), NEEDED)
def test_a_missing_column_is_named_in_the_message(name, column):
    row = {key: value for key, value in SAMPLES[name][0].items() if key != column}

    with pytest.raises(RowError, match=f"no {column}"):
        list(LAYOUTS[name].read(row))


@pytest.mark.parametrize(
    ("row", "nearest"),
    [
        (
            {"prompt": "q", "choosen": "x", "rejected": "y"},
            r"trl \(.*\): it has no column 'chosen' \(is it 'choosen'\?\)",
        ),
        (
            {"Prompt": "q", "Response A": "x", "ResponseB": "y"},
            r"'response_a' \(is it 'Response A'\?\), 'response_b' \(is it 'ResponseB'\?\)",
        ),
        ({"history": "q", "human_ref_A": "x", "labels": 1}, r"shp \(.*no column 'human_ref_B'\n"),
        ({"prompt": "q", "response": "x"}, r"tiebreak\.make_pairs"),
    ],
)
def test_a_column_misspelt_is_named_with_the_nearest_layout(row, nearest):
    with pytest.raises(tb.PairsError, match=nearest):
        tb.read_pairs([row])


def test_columns_of_nothing_that_is_known_name_no_layout_as_near():
    with pytest.raises(tb.PairsError) as error:
        tb.read_pairs([{"x": 1}])

    assert "Its columns are 'x'.\n" in str(error.value)
    assert "Nearest" not in str(error.value)


def test_a_layout_that_was_named_and_does_not_fit_says_what_it_lacks():
    with pytest.raises(tb.PairsError, match="not in the layout 'shp': it has no column 'history'"):
        tb.read_pairs([{"prompt": "q", "chosen": "x", "rejected": "y"}], layout="shp")


def test_ratings_of_helpsteer2_are_told_from_preferences():
    ratings = dict.fromkeys(
        ("helpfulness", "correctness", "coherence", "complexity", "verbosity"), 3
    )

    with pytest.raises(tb.PairsError, match=r"ratings of single responses.*preference\.jsonl\.gz"):
        tb.read_pairs([{"prompt": "q", "response": "x", **ratings}])


@pytest.mark.parametrize("column", ["context", "system"])
def test_what_answers_begin_with_is_no_prompt_where_another_column_has_one(column):
    row = {column: "Why?", "chosen": "The cat did.", "rejected": "The dog did."}

    with pytest.raises(tb.PairsError, match=r"trl \(TRL preference rows\): it has no column 'pro"):
        tb.read_pairs([row])
