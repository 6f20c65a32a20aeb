import datetime as dt

import pandas as pd
import pytest
from helpers import rows

import tiebreak as tb
from tiebreak.records.label import Label, new_id, now
from tiebreak.records.pair import Pair
from tiebreak.views import judgments_frame, pairs_frame, triples_frame


def test_pairs_are_indexed_by_id_with_meta_columns_last(session):
    pairs = session.pairs

    assert pairs.index.name == "id"
    assert list(pairs.columns) == ["prompt", "a", "b", "model_a", "model_b", "topic"]
    assert list(pairs.loc["p1"]) == [
        *("prompt 1", "alpha 1", "beta 1", "model-one", "model-two", "topic 1")
    ]


def test_meta_named_as_a_column_of_pairs_is_told_apart(open_session):
    session = open_session([{**rows(1)[0], "a": "mine", "b": 7}])

    assert session.pairs.loc["p0", ["a", "meta_a", "meta_b"]].tolist() == ["alpha 0", "mine", 7]


@pytest.mark.parametrize("name", ["pair", "annotator", "strength", "at", "source", "preference"])
def test_meta_named_as_a_column_of_labels_is_told_apart(open_session, name):
    session = open_session(tb.read_pairs([{**rows(1)[0], name: "mine"}], layout="pairs"))
    session.label("p0", "a")

    assert session.triples()[f"meta_{name}"].tolist() == ["mine"]


@pytest.mark.parametrize("name", ["chosen", "rejected", "model_chosen", "model_rejected"])
def test_meta_named_as_a_column_of_triples_is_told_apart(open_session, name):
    session = open_session([{**rows(1)[0], name: "mine"}])
    session.label("p0", "a")

    assert session.triples()[f"meta_{name}"].tolist() == ["mine"]


def test_labels_have_the_columns_they_promise_also_when_there_are_none(session):
    columns = [
        "pair",
        "annotator",
        "source",
        "preference",
        "strength",
        "shown_left",
        "seconds",
        "at",
    ]
    empty = session.labels
    session.label("p0", "a", 2, seconds=1.5)
    full = session.labels.drop(columns="guideline")

    assert columns == list(empty.columns) == list(full.columns)
    assert empty.dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict()
    assert str(full["at"].dt.tz) == "UTC"


def test_what_else_was_recorded_has_a_tidy_column(session):
    session.label("p0", "a", note="n")
    more = {"probability": 0.5, "edit": "e", "principles": ["be kind"]}
    sided = {
        "criteria": {"honest": "tie"},
        "reasons": {"a": ["wrong fact"]},
        "flags": {"b": ["unsafe"], "pair": ["broken"]},
    }
    session._labels.record(Label(new_id(), "p1", "b", now(), **more, **sided))

    found = session.labels.set_index("pair").loc["p1"]

    assert more == found[list(more)].to_dict()
    assert session.labels["note"].tolist()[0] == "n"
    tidy = ["criterion_honest", "reasons_a", "reasons_b", "flags_a", "flags_b", "flags_pair"]
    assert found[tidy].tolist() == ["tie", ["wrong fact"], None, None, ["unsafe"], ["broken"]]


def test_times_of_other_zones_are_shown_in_utc(session):
    zone = dt.timezone(dt.timedelta(hours=5, minutes=30))
    session._labels.record(Label(new_id(), "p0", "a", dt.datetime(2024, 1, 1, 2, 0, tzinfo=zone)))
    session.label("p1", "a")

    assert session.labels["at"][0] == pd.Timestamp("2023-12-31T20:30Z")


def test_triples_hold_only_a_and_b_and_count_the_rest(session):
    for number, preference in enumerate(("a", "b", "tie", "both_bad", "skip", "tie")):
        session.label(f"p{number}", preference)

    triples = session.triples()

    assert list(triples.columns[:3]) == ["prompt", "chosen", "rejected"]
    assert triples["chosen"].tolist() == ["alpha 0", "beta 1"]
    assert triples["rejected"].tolist() == ["beta 0", "alpha 1"]
    assert triples["model_chosen"].tolist() == ["model-one", "model-two"]
    assert triples.attrs["left_out"] == {"tie": 2, "both_bad": 1, "skip": 1}


def test_triples_of_strings_and_messages_side_by_side(open_session):
    said = [{"role": "assistant", "content": "x"}]
    pairs = [
        {"id": "1", "prompt": "p", "response_a": "s", "response_b": said},
        {"id": "2", "prompt": "q", "response_a": "s", "response_b": "t", "model_b": "M"},
    ]
    session = open_session(pairs, order="given")
    session.label("1", "b")
    session.label("2", "b")

    triples = session.triples()

    assert triples["chosen"].tolist() == [said, "t"]
    assert triples["rejected"].tolist() == ["s", "s"]
    assert triples["model_chosen"].fillna("").tolist() == ["", "M"]


def test_no_labels_give_empty_frames(session):
    assert len(session.labels) == len(session.triples()) == 0
    assert session.progress.to_dict("index") == {
        "me": {
            **dict.fromkeys(["labeled", "a", "b", "tie", "both_bad", "skip"], 0),
            "total": 6,
            "left": 6,
        }
    }


def test_progress_has_a_row_an_annotator(open_session):
    anna = open_session(rows(4), annotator="anna")
    for pair, preference in (("p0", "a"), ("p1", "tie"), ("p2", "skip")):
        anna.label(pair, preference)
    session = open_session()
    session.label("p3", "b")

    assert session.progress.loc["anna"].to_dict() == {
        "total": 4,
        "labeled": 2,
        "a": 1,
        "b": 0,
        "tie": 1,
        "both_bad": 0,
        "skip": 1,
        "left": 2,
    }
    assert session.progress.loc["me", ["b", "left"]].tolist() == [1, 3]


def test_views_are_functions_of_any_frames(session):
    session.label("p0", "a")
    session.label("p1", "b")

    judgments = judgments_frame(session.labels, session.pairs.drop(index="p1"))

    assert triples_frame(judgments)["pair"].tolist() == ["p0"]


def test_changing_a_view_changes_no_session(session):
    session.label("p0", "a")
    labels, pairs = session.labels, session.pairs
    labels.loc[0, "preference"] = "b"
    pairs.loc["p0", "prompt"] = "changed"

    assert session.labels["preference"].tolist() == ["a"]
    assert session.next().prompt == "prompt 1"
    assert session.pairs.loc["p0", "prompt"] == "prompt 0"


def test_the_sample_pairs_are_48_and_make_a_session(open_session):
    samples = tb.sample_pairs()

    assert len(samples) == 48
    assert len(open_session(samples).pairs) == 48


def test_a_table_of_too_many_columns_is_refused_before_it_is_made():
    wide = Pair("p", "q", "a", "b", meta={f"column {n}": n for n in range(10_001)})

    with pytest.raises(tb.SessionError, match=r"10,001 meta columns.*column 0, column 1"):
        pairs_frame([wide])
