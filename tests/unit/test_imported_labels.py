"""Labels that come with pairs: nobody's are taken for another's, and none in silence."""

import pytest
from helpers import NOW, contents, journal_of, read_lines

import tiebreak as tb
from tiebreak.labeling import importing


def labeled(count, *annotators, first=0, preference="a"):
    """Pairs as somebody sends them, with labels under names of their choice."""
    said = {"source": "human", "preference": preference, "at": NOW}
    labels = [{"annotator": name, **said} for name in annotators]
    texts = [{"prompt": f"p{n}", "a": "x", "b": "y", "id": f"p{n}"} for n in range(first, count)]
    return [{**text, "labels": labels} for text in texts]


def test_labels_under_ones_own_name_are_told_and_do_not_count_as_ones_own(open_session):
    with pytest.warns(UserWarning, match="4 labels came .* your own name, 'me'.*'me .imported.'"):
        session = open_session(labeled(4, "me"))

    assert session.labels["annotator"].unique().tolist() == ["me (imported)"]
    assert (session._labels.standing().total, session._labels.standing().labeled) == (4, 0)
    assert session.next() is not None
    session.label("p0", "b")
    said = session.labels.loc[session.labels["pair"] == "p0", ["annotator", "preference"]]
    assert sorted(said.values.tolist()) == [["me", "b"], ["me (imported)", "a"]]


@pytest.mark.filterwarnings("error")
def test_it_is_told_once_and_the_same_labels_again_add_nothing(open_session):
    with pytest.warns(UserWarning, match="4 labels came"):
        open_session(labeled(4, "me")).close()
    before = contents(open_session()._store.path)

    session = open_session(labeled(4, "me"))

    assert contents(session._store.path) == before
    with pytest.warns(UserWarning, match="1 label came"):
        open_session(labeled(5, "me"))


def test_the_login_name_is_ones_own(tmp_path, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "jovyan")
    with pytest.warns(UserWarning, match="your own name, 'jovyan'"):
        session = tb.Session(tmp_path / "s", labeled(2, "jovyan"))
    session.close()

    assert session.progress.loc["jovyan", "labeled"] == 0


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("said", ["me", {"me": "me"}])
def test_labels_said_to_be_ones_own_are(open_session, said):
    session = open_session(tb.read_pairs(labeled(4, "me"), annotator=said))

    assert (session._labels.standing().total, session._labels.standing().labeled) == (4, 4)
    assert session.labels["annotator"].unique().tolist() == ["me"]


@pytest.mark.filterwarnings("error")
def test_ones_own_labels_come_back_from_a_raw_export_of_several_annotators(open_session, tmp_path):
    session = open_session(labeled(4))
    session.label("p1", "a", note="mine")
    open_session(annotator="anna").label("p1", "b")
    session.export(tmp_path / "raw.jsonl", "raw")

    reading = tb.read_pairs(tmp_path / "raw.jsonl", annotator={"me": "me"})
    again = open_session(reading, folder=tmp_path / "elsewhere")

    assert again.labels[["annotator", "preference"]].values.tolist() == [["anna", "b"], ["me", "a"]]
    assert again._labels.standing().labeled == 1


@pytest.mark.filterwarnings("error")
def test_a_session_that_took_them_for_ones_own_before_stays_as_it_is(open_session):
    # 0.1 put labels under one's own name into one's own journal.
    session = open_session(tb.read_pairs(labeled(4, "me"), annotator="me"))
    session.label("p0", "b")
    session.close()
    before = contents(session._store.path)

    again = open_session(labeled(4, "me"))

    assert contents(again._store.path) == before
    assert again.labels["annotator"].unique().tolist() == ["me"]


@pytest.mark.filterwarnings("error")
def test_labels_that_others_left_under_ones_name_are_told_until_one_labels(open_session):
    open_session(labeled(3, "bob"), annotator="me").close()
    with pytest.warns(UserWarning, match="'bob' has 3 labels that came with the pairs"):
        bob = open_session(annotator="bob")
    bob.label("p0", "b")
    bob.close()

    open_session(annotator="bob")


def test_labels_of_more_annotators_than_a_session_takes_are_refused_before_anything_is_made(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(importing, "MOST_ANNOTATORS", 300)
    pairs = labeled(1, *(f"voter {n}" for n in range(301)))

    with pytest.raises(tb.SessionError, match=r"301 annotators.*300 at most.*annotator=\"crowd\""):
        tb.Session(tmp_path / "s", pairs, annotator="me")
    assert not (tmp_path / "s").exists()


def voters(count):
    return [
        {**pair, "labels": [{**pair["labels"][0], "annotator": f"voter {n}"}]}
        for n, pair in enumerate(labeled(count, "someone"))
    ]


def test_many_annotators_are_told_with_how_many_files_they_make(open_session, monkeypatch):
    monkeypatch.setattr(importing, "_MANY_ANNOTATORS", 5)
    with pytest.warns(UserWarning, match="6 annotators.* 6 new files"):
        session = open_session(voters(6))

    assert len(list(journal_of(session._store.path).parent.glob("voter*.jsonl"))) == 6


@pytest.mark.filterwarnings("error")
def test_annotators_of_one_pair_each_can_share_a_name(open_session):
    reading = tb.read_pairs(voters(4), annotator="crowd")

    session = open_session(reading)

    assert session.labels["annotator"].tolist() == ["crowd"] * 4
    assert len(read_lines(journal_of(session._store.path, "crowd"))) == 5


def test_a_dict_gives_some_annotators_other_names():
    labels = tb.read_pairs(labeled(1, "m", "n"), annotator={"m": "Zoe\u0308"}).labels

    assert labels["annotator"].tolist() == ["Zo\u00eb", "n"]


def test_two_who_labeled_one_pair_cannot_share_a_name():
    with pytest.raises(tb.PairsError, match="2 pairs with labels of several"):
        tb.read_pairs(labeled(2, "m", "n", "o"), annotator={"m": "x", "n": "x"})


def test_labels_that_say_less_than_those_there_stay_out_and_that_is_told(tmp_path, capsys):
    pair = {"id": "p", "prompt": "q", "response_a": "x", "response_b": "y", "annotator": "ada"}
    with tb.Session(tmp_path / "s", [pair], annotator="ada") as session:
        session.label("p", "a", note="Because.")
    capsys.readouterr()

    given = tb.read_pairs([{**pair, "preference": "a"}], annotator={"ada": "ada"})
    with tb.Session(tmp_path / "s", given, annotator="ada") as session:
        assert session.labels["note"].tolist() == ["Because."]

    assert "1 label that came along says no more than the one there" in capsys.readouterr().err
