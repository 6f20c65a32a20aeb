"""Rows on one pair: of one person, of several, or the same row twice."""

import pytest

import tiebreak as tb

ROW = {"prompt": "Name a river.", "chosen": "The Danube.", "rejected": "The Rhine."}
OPPOSITE = {"prompt": "Name a river.", "chosen": "The Rhine.", "rejected": "The Danube."}
PAIR = {"prompt": "p", "response_a": "x", "response_b": "y", "preference": "a"}


def labels(reading):
    found = reading.labels.sort_values("annotator")
    return found[["annotator", "preference"]].to_numpy().tolist()


def test_two_who_disagree_stay_two():
    reading = tb.read_pairs([ROW, OPPOSITE])

    assert len(reading) == 1
    assert labels(reading) == [["rater 1", "a"], ["rater 2", "b"]]
    assert set(reading.labels["source"]) == {"human"}
    assert "'rater 1' to 'rater 2': items 0, 1." in repr(reading)


def test_the_others_pairs_keep_their_annotator():
    other = {"prompt": "q", "chosen": "x", "rejected": "y"}

    assert ["dataset", "a"] in labels(tb.read_pairs([ROW, OPPOSITE, other]))


def test_the_same_row_twice_counts_once_and_is_told():
    reading = tb.read_pairs([ROW, ROW])

    assert labels(reading) == [["dataset", "a"]]
    assert "1 item repeats an earlier one and was merged with it: 1 (item 0)." in repr(reading)


def test_where_somebody_disagrees_no_vote_is_lost():
    reading = tb.read_pairs([ROW, ROW, OPPOSITE])

    assert labels(reading) == [["rater 1", "a"], ["rater 2", "a"], ["rater 3", "b"]]
    assert "repeats" not in repr(reading)


def test_rows_that_agree_and_differ_in_another_column_are_two_peoples():
    reading = tb.read_pairs([ROW | {"score": 3}, ROW | {"score": 1}])

    assert labels(reading) == [["rater 1", "a"], ["rater 2", "a"]]
    assert "Rows on one pair differ in 'score'; the first row's value is kept." in repr(reading)


@pytest.mark.parametrize("row", [ROW, PAIR])
@pytest.mark.parametrize("name", ["annotator", "annotator_id", "worker_id", "labeler"])
def test_whoever_the_source_names_is_the_annotator(row, name):
    other = OPPOSITE if row is ROW else PAIR | {"preference": "b"}
    reading = tb.read_pairs([row | {name: 7}, other | {name: 8}])

    assert labels(reading) == [["7", "a"], ["8", "b"]]
    assert "rated by several" not in repr(reading)
    assert "left out" not in repr(reading)


def test_a_named_annotators_later_row_counts_and_is_told():
    reading = tb.read_pairs(
        [PAIR | {"annotator": "ann"}, PAIR | {"annotator": "ann"} | {"preference": "b"}]
    )

    assert labels(reading) == [["ann", "b"]]
    assert "1 item replaces an earlier label of its annotator: 1 (item 0)." in repr(reading)


def test_one_who_was_named_by_the_caller_has_one_word():
    assert labels(tb.read_pairs([ROW, OPPOSITE], annotator="ann")) == [["ann", "b"]]


def test_reading_again_gives_the_same_labels():
    first, second = (tb.read_pairs([ROW, OPPOSITE]) for _ in range(2))

    assert [label.id for _, found in first.journals for label in found] == [
        label.id for _, found in second.journals for label in found
    ]
    assert len({label.id for _, found in first.journals for label in found}) == 2


def test_a_session_keeps_both_and_is_told(open_session, capsys):
    session = open_session([ROW, OPPOSITE])

    assert "rated by several people" in capsys.readouterr().err
    assert sorted(session.labels["annotator"]) == ["rater 1", "rater 2"]
