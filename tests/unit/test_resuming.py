"""What a session that is opened again says of what is new in it."""

import pandas as pd
import pytest

import tiebreak as tb
from tiebreak.__main__ import main

QUESTIONS = pd.DataFrame(
    {
        "prompt": [f"Question {n}?" for n in range(40)],
        "response_a": [f"Yes, {n}." for n in range(40)],
        "response_b": [f"No, {n}." for n in range(40)],
    }
)


def state_of(session):
    """Give what the widget sends a screen at first."""
    said = []
    session.widget.send = lambda message, **_: said.append(message)
    session.widget.receive({"type": "hello"})
    return said[0]


def test_a_sample_without_a_seed_is_told_from_an_addition(tmp_path, capsys):
    tb.Session(tmp_path / "pilot", QUESTIONS.iloc[:20], annotator="me").close()

    capsys.readouterr()

    session = tb.Session(tmp_path / "pilot", QUESTIONS.iloc[10:30], annotator="me")

    told = capsys.readouterr().err
    assert "10 new pairs added (20 -> 30). The source no longer has 10 of the 20" in told
    assert "random_state=0" in told
    assert f"tiebreak: {state_of(session)['told']}\n" in told


def test_rows_added_to_a_file_are_told_in_a_line(tmp_path, capsys):
    tb.Session(tmp_path / "pilot", QUESTIONS.iloc[:20], annotator="me").close()
    capsys.readouterr()

    session = tb.Session(tmp_path / "pilot", QUESTIONS, annotator="me")

    assert "tiebreak: 20 new pairs added (20 -> 40).\n" in capsys.readouterr().err
    assert state_of(session)["told"] == "20 new pairs added (20 -> 40)."


@pytest.mark.parametrize("column", ["prompt", "response_a"])
def test_a_text_edited_without_ids_is_told_as_a_new_pair(tmp_path, column, capsys):
    tb.Session(tmp_path / "pilot", QUESTIONS, annotator="me").close()
    edited = QUESTIONS.copy()
    edited.loc[3, column] += " Indeed."

    tb.Session(tmp_path / "pilot", edited, annotator="me").close()

    told = capsys.readouterr().err
    assert "1 new pair added (40 -> 41)" in told
    assert "Each shares its prompt or its responses" in told
    assert "an edited text is a new pair" in told


def test_the_same_source_again_says_nothing(tmp_path, capsys):
    tb.Session(tmp_path / "pilot", QUESTIONS, annotator="me").close()
    capsys.readouterr()

    session = tb.Session(tmp_path / "pilot", QUESTIONS, annotator="me")

    assert capsys.readouterr().err == ""
    assert "told" not in state_of(session)


def test_journals_of_others_are_told_when_a_session_goes_on(tmp_path, capsys):
    for name in ("anna", "dora"):
        with tb.Session(tmp_path / "pilot", QUESTIONS, annotator=name) as session:
            session.label(session.next().id, "a")
    capsys.readouterr()

    tb.Session(tmp_path / "pilot", annotator="me").close()

    told = capsys.readouterr().err
    assert told.startswith(
        "tiebreak: In 'pilot' others have journals, too: anna, dora. session.progr"
    )


def test_others_are_told_by_their_names_and_not_by_those_of_their_files(tmp_path, capsys):
    for name in ("Anna Müller", "bob/x", "dora"):
        with tb.Session(tmp_path / "pilot", QUESTIONS, annotator=name) as session:
            session.label(session.next().id, "a")
    (journal,) = (tmp_path / "pilot/journals").glob("bob*")
    journal.with_name("stray-0123abcd.jsonl").write_text("no journal")
    capsys.readouterr()

    tb.Session(tmp_path / "pilot", annotator="me").close()

    told = capsys.readouterr().err
    assert "others have journals, too: Anna Müller, bob/x, dora, stray-0123abcd. " in told


def test_who_only_reads_is_nobody_who_labels(tmp_path):
    gold = [{"prompt": "2 + 2?", "chosen": "4", "rejected": "5"}]
    with tb.Session(
        tmp_path / "pilot", QUESTIONS, gold=gold, repeat=0.25, annotator="anna"
    ) as session:
        while pair := session.next():
            session.label(pair.id, "a")
        session.label(session.pairs.index[0], "skip")

    reader = tb.Session(tmp_path / "pilot", annotator="zoe", read_only=True)

    assert reader.progress.index.tolist() == ["anna"]
    assert "'anna' labeled 39 of them, 1 skipped" in repr(reader)
    assert "zoe" not in repr(reader)


def test_info_tells_what_is_left_of_the_pairs_themselves(tmp_path, capsys):
    gold = [{"prompt": "2 + 2?", "chosen": "4", "rejected": "5"}]
    options = {"gold": gold, "repeat": 0.25}
    with tb.Session(tmp_path / "pilot", QUESTIONS, annotator="anna", **options) as session:
        while pair := session.next():
            session.label(pair.id, "a")
    capsys.readouterr()

    assert main(["info", str(tmp_path / "pilot")]) == 0

    assert (
        "40 pairs, 51 labels\n  anna (human): 40 labeled, 0 left, 11 of second showings or gold\n"
    ) in capsys.readouterr().out


def test_what_a_script_prints_is_its_own(tmp_path, capsys, monkeypatch):
    tb.Session(tmp_path / "pilot", QUESTIONS, annotator="me").close()

    assert capsys.readouterr().out == ""

    monkeypatch.setattr("builtins.__IPYTHON__", True, raising=False)
    tb.Session(tmp_path / "other", QUESTIONS, annotator="me").close()

    assert capsys.readouterr().out.startswith("tiebreak: 40 rows: 40 became pairs.")
