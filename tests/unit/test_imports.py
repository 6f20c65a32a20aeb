"""What comes with pairs goes into a session: a journal an annotator, whole or not at all."""

import json
import os
import signal

import pandas as pd
import pytest
from helpers import contents, journal_of, python, read_lines

import tiebreak as tb

ROWS = [{"prompt": f"p{n}", "chosen": f"good {n}", "rejected": f"bad {n}"} for n in range(4)]
RAW = {"id": "i", "prompt": "p", "a": "x", "b": "y"}


MADE = [
    {"id": f"i{n}", "prompt": f"p{n}", "a": "x", "b": "y"}
    | {
        "labels": [
            {"annotator": who, "source": "human", "preference": "a"} for who in ("ann", "bob")
        ]
    }
    for n in range(5)
]


def raw(*labels, **more):
    base = {"annotator": "ann", "source": "human", "preference": "a"}
    return {**RAW, "labels": [base | label for label in labels], **more}


def said(session):
    return session.labels[["annotator", "source", "preference"]].to_numpy().tolist()


# -- a journal an annotator


def test_preferences_come_along_as_a_journal_of_their_own(open_session):
    session = open_session(ROWS)

    header, *labels = read_lines(journal_of(session._store.path, "dataset"))
    assert header == {
        "type": "journal",
        "version": 1,
        "session": session._id,
        "annotator": "dataset",
        "via": "trl",
    }
    assert [label["preference"] for label in labels] == ["a"] * 4
    assert not any("shown_left" in label for label in labels)
    assert said(session) == [["dataset", "human", "a"]] * 4


def test_each_annotator_of_a_dataset_has_a_journal_with_their_source(open_session):
    session = open_session([raw({}, {"annotator": "gpt-4", "source": "judge", "preference": "b"})])

    assert said(session) == [["ann", "human", "a"], ["gpt-4", "judge", "b"]]
    assert read_lines(journal_of(session._store.path, "gpt-4"))[0]["source"] == "judge"


def test_one_labels_on_top_of_what_came_along(open_session):
    session = open_session(ROWS, order="given")
    pair = session.next()

    session.label(pair.id, "b")

    assert session.labels["annotator"].tolist() == ["dataset"] * 4 + ["me"]
    assert session.progress["labeled"].to_dict() == {"dataset": 4, "me": 1}
    assert session.undo() == pair.id
    assert session.undo() is None


def test_adding_the_same_source_again_adds_nothing(open_session):
    session = open_session(ROWS)
    session.close()
    before = contents(session._store.path)

    open_session(ROWS).close()
    open_session(tb.read_pairs(pd.DataFrame(ROWS))).close()

    assert before == contents(session._store.path) | {
        "journals/me.jsonl": before["journals/me.jsonl"]
    }


def test_rows_added_later_bring_their_labels(open_session):
    open_session(ROWS[:2]).close()
    session = open_session(ROWS)

    assert len(session.pairs) == len(session.labels) == 4
    assert len(read_lines(journal_of(session._store.path, "dataset"))) == 5


def test_a_preference_that_changed_in_the_source_is_the_newer_label(open_session):
    open_session([raw({})]).close()
    session = open_session([raw({"preference": "b"})])

    assert said(session) == [["ann", "human", "b"]]
    assert len(read_lines(journal_of(session._store.path, "ann"))) == 3


def test_a_pair_that_the_session_holds_turned_takes_the_turned_label(open_session):
    plain = [{"prompt": "p", "response_a": "x", "response_b": "y"}]
    open_session(plain).close()
    judged = {"instruction": "p", "output_1": "y", "output_2": "x", "preference": 1.25}

    for _ in range(2):
        session = open_session([judged])
        assert len(session.pairs) == 1
        assert said(session) == [["judge", "judge", "b"]]
        assert session.labels["probability"].tolist() == [0.25]
        session.close()


def test_labels_of_ones_own_that_are_claimed_by_name_are_in_ones_own_journal(open_session):
    rows = tb.read_pairs([raw({"annotator": "me"}), raw(id="j")], annotator={"me": "me"})
    session = open_session(rows, order="given")

    assert session.next().id == "j"
    session.label("j", "tie")
    session.label("i", "b")
    session.close()
    again = open_session(rows)

    assert said(again) == [["me", "human", "tie"], ["me", "human", "b"]]
    assert len(list((session._store.path / "journals").glob("*.jsonl"))) == 1


def test_labels_reach_a_session_of_their_annotator_that_is_open(open_session):
    session = open_session([raw(), raw(id="j")], order="given")
    session.label("j", "tie")

    mine = tb.read_pairs([raw({"annotator": "me"}), raw(id="j")], annotator={"me": "me"})
    open_session(mine)

    assert said(session) == [["me", "human", "tie"], ["me", "human", "a"]]
    assert session.next() is None


def test_labels_undone_stay_undone_when_the_source_is_given_again(open_session):
    rows = tb.read_pairs([raw({"annotator": "me"})], annotator={"me": "me"})
    session = open_session(rows)

    assert session.undo() == "i"
    session.close()

    assert open_session(rows).labels.empty


def test_one_annotator_is_not_human_and_judge(open_session, tmp_path):
    rows = [raw({"annotator": "me", "source": "judge"})]

    with pytest.raises(tb.SessionError, match="come with labels of 'me' as judge"):
        open_session(rows)
    assert not (tmp_path / "pilot").exists()
    open_session([raw({})]).close()
    with pytest.raises(tb.JournalError, match="holds the labels of 'ann' as human"):
        open_session([raw({"source": "judge"})])


def test_settings_can_still_be_changed_when_all_labels_came_along(open_session):
    open_session(ROWS).close()

    session = open_session(scale="graded")
    session.label(session.next().id, "a", 3)
    session.close()
    with pytest.raises(tb.SessionError, match="has other settings"):
        open_session(scale="simple")


# -- what a session leaves out


def test_a_session_refuses_identical_responses_and_leaves_them_out_of_a_reading(open_session):
    rows = [*ROWS, {"prompt": "q", "chosen": "same", "rejected": "same"}]

    with pytest.raises(tb.PairsError, match="identical responses in chosen and rejected: item 4"):
        open_session(rows)
    reading = tb.read_pairs(rows)
    assert len(reading) == len(reading.labels) == 5
    with pytest.warns(UserWarning, match=rf"1 pair with .* left out: {reading.found[4].id}"):
        session = open_session(reading)
    assert len(session.pairs) == len(session.labels) == 4


def test_a_reading_of_nothing_but_identical_responses_is_refused(open_session):
    reading = tb.read_pairs([{"prompt": "q", "chosen": "same", "rejected": "same"}])

    with (
        pytest.warns(UserWarning, match="left out"),
        pytest.raises(tb.PairsError, match="All of these pairs have identical responses"),
    ):
        open_session(reading)


def test_images_of_a_reading_are_stored_with_the_session(open_session):
    png = b"\x89PNG\r\n\x1a\n" + bytes(20)
    reading = tb.read_pairs([{"prompt": png, "chosen": "x", "rejected": "y"}])

    session = open_session(reading)

    [file] = (session._store.path / "images").iterdir()
    assert file.read_bytes() == png
    assert session.next().prompt[0]["content"][0]["image"] == file.name


# -- whole or not at all


def test_many_labels_cost_one_flush_a_journal(open_session, monkeypatch):
    flushed = []
    real = os.fsync

    def counting(descriptor):
        flushed.append(os.fstat(descriptor).st_ino)
        real(descriptor)

    rows = [{"prompt": f"p{n}", "response_a": f"x {n}", "response_b": f"y {n}"} for n in range(200)]
    session = open_session(rows)
    session.close()
    names = [
        {"id": i, "labels": raw({}, {"annotator": "bob"})["labels"]} for i in session.pairs.index
    ]
    texts = session.pairs[["prompt", "a", "b"]].to_dict("records")
    monkeypatch.setattr(os, "fsync", counting)

    open_session([{**row, **text} for row, text in zip(names, texts, strict=True)])

    assert len(session.labels) == 400
    for name in ("ann", "bob"):
        assert flushed.count(journal_of(session._store.path, name).stat().st_ino) == 1


KILLED = """
import json, os, signal, sys, tiebreak as tb
from pathlib import Path

real, made = os.fsync, json.loads(sys.argv[2])
for flushes in range(40):
    child = os.fork()
    if not child:
        left = flushes
        def dying(descriptor):
            global left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            real(descriptor)
        os.fsync = dying
        tb.Session(Path(sys.argv[1]) / str(flushes), made, annotator="me").close()
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    print(os.waitstatus_to_exitcode(status))
    if not status:
        break
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_kill_at_any_flush_while_a_session_is_made_leaves_none_or_the_whole(tmp_path):
    *killed, done = map(int, python(KILLED, tmp_path, json.dumps(MADE)).split())
    seen = []
    for flushes in range(len(killed) + 1):
        folder = tmp_path / str(flushes)
        seen.append((folder / "session.json").exists())
        if seen[-1]:
            with tb.Session(folder, annotator="me", read_only=True) as session:
                assert (len(session.pairs), len(session.labels)) == (5, 10)
        with tb.Session(folder, MADE, annotator="me") as session:
            assert (len(session.pairs), len(session.labels)) == (5, 10)

    assert done == 0
    assert set(killed) == {-signal.SIGKILL}
    assert seen == sorted(seen)
    assert seen.count(False) >= 4


def test_journals_made_by_hand_are_no_leftover_of_a_crash(open_session):
    session = open_session(ROWS)
    session.label(session.next().id, "a")
    session.close()
    (session._store.path / "session.json").unlink()
    before = contents(session._store.path)

    with pytest.raises(tb.SessionError, match=r"is not a session: it has no session\.json"):
        open_session(ROWS)
    assert before == contents(session._store.path)


def test_a_torn_import_is_mended_when_the_source_is_given_again(open_session):
    session = open_session(ROWS)
    session.close()
    journal = journal_of(session._store.path, "dataset")
    os.truncate(journal, journal.stat().st_size - 100)

    with pytest.warns(UserWarning, match="cut short by a crash"):
        again = open_session(ROWS)

    assert said(again) == [["dataset", "human", "a"]] * 4
