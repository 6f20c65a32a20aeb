"""Pairs on which people part: which are opened, what is told of others, and where decisions go."""

import json

import pytest
from helpers import Browser, contents, journal_of, read_lines, rows

import tiebreak as tb
from tiebreak.exports.hub import pseudonyms

# By person: what they say of p0, p1, ...; of the others nothing.
PARTED = {"anna": ["a", "a", "tie", "b"], "bob": ["b", "a", "both_bad", "skip"]}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "study"


@pytest.fixture
def labeled(folder):
    def label(count=6, said=PARTED, **settings):
        for who, choices in said.items():
            with tb.Session(
                folder, rows(count), annotator=who, order="given", seed=7, **settings
            ) as it:
                for number, choice in enumerate(choices):
                    it.label(f"p{number}", choice, note=f"{who} says")
        return tb.Session(folder, read_only=True)

    return label


def shown(session):
    return list(session._labels.showing.order)


def test_the_pairs_are_opened_on_which_labels_part_in_the_sessions_order(labeled):
    with labeled().disagreements() as parted:
        assert shown(parted) == ["p0", "p2"]
        assert parted.next().id == "p0"


def test_a_tie_and_both_bad_part_and_a_skip_parts_from_nothing(labeled):
    with labeled(
        said={"anna": ["tie", "skip"], "bob": ["both_bad", "a"]}
    ).disagreements() as parted:
        assert shown(parted) == ["p0"]


def test_pairs_on_which_statistics_see_nobody_part_are_counted_where_they_are_opened(
    labeled, folder, capsys
):
    session = labeled(
        said={"anna": ["tie", "tie", "a", "tie"], "bob": ["both_bad", "tie", "b", "both_bad"]}
    )
    with session.disagreements() as parted:
        assert shown(parted) == ["p0", "p2", "p3"]
        assert "On 2 of 3 pairs some say tie and others both bad: to all" in parted._told
        assert "statistics they agree" in capsys.readouterr().err
        assert parted.widget is not None
    with tb.Session(folder, annotator="carla") as carla:
        carla.label("p0", "a")
        carla.label("p3", "a")
    with tb.Session(folder, read_only=True).disagreements() as parted:
        assert shown(parted) == ["p0", "p2", "p3"]
        assert parted._told == ""


def test_what_is_decided_is_a_journal_of_its_own_and_an_export_takes_it_first(labeled, folder):
    session = labeled()
    before = contents(folder)
    with session.disagreements() as parted:
        parted.label("p0", "b")
        parted.label("p2", "a")

    assert [line["pair"] for line in read_lines(journal_of(folder, "adjudicator"))[1:]] == [
        "p0",
        "p2",
    ]
    now = contents(folder)
    assert {name: now[name] for name in before} == before
    report = session.export(folder / "t.jsonl", adjudicator="adjudicator")
    written = {row["prompt"]: row["chosen"] for row in read_lines(folder / "t.jsonl")}
    assert written == {
        "prompt 0": "beta 0",
        "prompt 1": "alpha 1",
        "prompt 2": "alpha 2",
        "prompt 3": "beta 3",
    }
    assert report.rows == 4


def test_it_goes_on_where_it_ended_and_undo_brings_a_decision_back(labeled):
    session = labeled()
    with session.disagreements() as parted:
        parted.label("p0", "b")
    with session.disagreements() as parted:
        assert parted.next().id == "p2"
        assert parted.undo() == "p0"
        assert parted.next().id == "p0"


def test_a_pair_stands_as_it_did_when_others_are_decided_or_parted_meanwhile(labeled, folder):
    session = labeled()
    with session.disagreements() as parted:
        left = {slot: parted._labels.showing.left(slot) for slot in shown(parted)}
    with tb.Session(folder, annotator="carla") as carla:
        carla.label("p1", "b")
    with tb.Session(folder, read_only=True).disagreements() as parted:
        assert shown(parted) == ["p0", "p1", "p2"]
        assert {slot: parted._labels.showing.left(slot) for slot in left} == left


def test_there_is_no_other_pair_in_it_to_label(labeled):
    with labeled().disagreements() as parted, pytest.raises(tb.LabelError, match="no such pair"):
        parted.label("p1", "a")


def test_where_nobody_parts_it_says_so_and_makes_no_journal(labeled, folder):
    session = labeled(said={"anna": ["a", "b"], "bob": ["a", "tie"][:1]})

    with pytest.raises(
        tb.SessionError, match="of 1 pair with two labels or more, people part on none"
    ):
        session.disagreements()
    assert not journal_of(folder, "adjudicator").exists()


def test_whoever_decides_has_the_parted_pairs_alone_to_label(labeled):
    session = labeled()
    with session.disagreements() as parted:
        parted.label("p0", "b")

    progress = session.progress[["total", "labeled", "left"]]
    assert progress.loc["adjudicator"].tolist() == [2, 1, 1]
    assert progress.loc["anna"].tolist() == [6, 4, 2]


def test_whoever_saw_what_others_said_has_no_vote_in_a_majority(labeled, folder):
    session = labeled()
    with session.disagreements() as parted:
        while pair := parted.next():
            parted.label(pair.id, "a")

    report = session.export(folder.parent / "t.jsonl", agreement="majority")

    assert report.rows == 2
    assert "of the adjudicator, who saw what others said" in str(report)


def test_statistics_leave_out_who_saw_what_others_said(labeled):
    session = labeled()
    agreement = session.stats.agreement()
    report = session.report()
    with session.disagreements() as parted:
        parted.label("p0", "b")

    assert session.stats.agreement().equals(agreement)
    assert session.report().headline == report.headline
    assert "adjudicator" in session.labels["annotator"].tolist()
    assert "1 pair was decided" in repr(session.report())


def test_a_check_and_a_card_count_agreement_without_who_saw_what_others_said(tmp_path):
    for who, choices in (("anna", "ab"), ("bob", "ba")):
        with tb.Session(tmp_path / "s", rows(60), annotator=who, order="given") as session:
            for number in range(60):
                session.label(f"p{number}", choices[number % 3 == 0])
    session = tb.Session(tmp_path / "s", read_only=True)
    [before] = [each for each in tb.check(session).findings if each.rule == "P22"]
    with session.disagreements() as parted:
        while pair := parted.next():
            parted.label(pair.id, "a")
    [after] = [each for each in tb.check(session).findings if each.rule == "P22"]

    assert before.what == after.what
    assert pseudonyms(session.labels) == {"anna": "annotator-1", "bob": "annotator-2"}


# -- blind


def test_what_one_still_has_to_label_waits_and_is_counted(labeled, folder, capfd):
    labeled()
    with tb.Session(folder, annotator="anna") as anna:
        anna.undo()  # p3: bob skipped it
        anna.undo()  # p2: bob says both bad
        anna.label("p3", "a")
        capfd.readouterr()
        with anna.disagreements() as parted:
            assert shown(parted) == ["p0"]
            assert "p2" not in parted._votes._cast


def test_what_comes_a_second_time_waits_until_it_came(labeled, folder, capfd):
    labeled(count=12, repeat=0.5)
    with tb.Session(folder, annotator="anna") as anna:
        again = {anna._labels.showing.pair(s).id for s in anna._labels.showing._second}
        if not again & {"p0", "p2"}:
            pytest.fail("the seed shows none of the parted pairs again")
        if {"p0", "p2"} <= again:
            with pytest.raises(tb.SessionError, match="without knowing what others said"):
                anna.disagreements()
            return
        with anna.disagreements() as parted:
            assert set(shown(parted)) == {"p0", "p2"} - again
        assert "stays hidden" in capfd.readouterr().err


def test_gold_pairs_are_never_among_them(tmp_path):
    gold = [{"id": "g0", "prompt": "known", "chosen": "true", "rejected": "false"}]
    for who, choice in (("anna", "a"), ("bob", "b")):
        with tb.Session(tmp_path / "s", rows(2), gold=gold, annotator=who, seed=1) as session:
            session.label("g0", choice)
            session.label("p0", choice)
    with tb.Session(tmp_path / "s", read_only=True).disagreements() as parted:
        assert shown(parted) == ["p0"]


@pytest.mark.parametrize("names", [False, True])
def test_a_screen_is_told_what_others_said_by_side_and_names_only_where_asked(folder, wire, names):
    for who, choice in (("anna", "a"), ("bob", "b"), ("<b>eve", "tie")):
        with tb.Session(
            folder,
            rows(6),
            annotator=who,
            order="given",
            seed=7,
            flags=True,
            reasons=["wrong"],
            criteria=["kind"],
        ) as it:
            side = "b" if choice == "a" else "a"
            it.label(
                "p0",
                choice,
                note=f"{choice}: <img src=x>",
                reasons={side: ["wrong"]},
                flags={side: ["unsafe"]},
                criteria={"kind": choice},
            )
    with tb.Session(folder, read_only=True).disagreements(names=names) as parted:
        browser = Browser(parted, wire)
        [state] = browser.news()
        [pair] = state["deck"]
        sides = {"a": "left", "b": "right"}
        if parted._labels.showing.left("p0") == "b":
            sides = {"a": "right", "b": "left"}
        told = {vote["note"]: vote for vote in pair["votes"]}
        for choice in ("a", "b", "tie"):
            vote = told[f"{choice}: <img src=x>"]
            side = sides["b" if choice == "a" else "a"]
            assert vote["choice"] == vote["criteria"]["kind"] == sides.get(choice, choice)
            assert vote["reasons"] == {side: ["wrong"]}
            assert vote["flags"] == {side: ["unsafe"]}
        by = sorted(vote["by"] for vote in pair["votes"])
        assert by == (["<b>eve", "anna", "bob"] if names else ["Person 1", "Person 2", "Person 3"])
        assert "disagreements(" + "names=True" * names + ")" in state["open"]
        assert 'adjudicator="adjudicator"' in state["nextStep"]
        if not names:
            assert not {"anna", "bob", "eve"} & set(json.dumps(state).replace("<b>", " ").split())


def test_who_is_person_1_says_nothing_of_the_next_pair(folder, wire):
    for who, choice in (("anna", "a"), ("bob", "b")):
        with tb.Session(folder, rows(40), annotator=who, order="given", seed=7) as it:
            for number in range(40):
                it.label(f"p{number}", choice, note=who)
    with tb.Session(folder, read_only=True).disagreements() as parted:
        [state] = Browser(parted, wire).news()
        first = [
            {vote["by"]: vote["note"] for vote in pair["votes"]}["Person 1"]
            for pair in state["deck"]
        ]

    assert 8 <= first.count("anna") <= 32


def test_an_ordinary_session_is_told_of_nobody(labeled, folder, wire):
    labeled().close()
    with tb.Session(folder, annotator="anna") as anna:
        [state] = Browser(anna, wire).news()

        assert all("votes" not in pair for pair in state["deck"] + state["recent"])
        assert "nextStep" not in state


def test_judges_are_among_those_who_part_and_called_so(folder, wire):
    pairs = rows(2)
    with tb.Session(folder, pairs, annotator="anna", order="given", seed=7) as it:
        it.label("p0", "a")
    said = {"annotator": "gpt", "source": "judge", "at": "2024-05-06T07:08:09Z", "preference": "b"}
    judged = {
        "id": "p0",
        "prompt": "prompt 0",
        "a": "alpha 0",
        "b": "beta 0",
        "labels": [said],
        "model_a": "model-one",
        "model_b": "model-two",
        "topic": "topic 0",
    }
    tb.Session(folder, [judged], annotator="anna").close()
    with tb.Session(folder, read_only=True).disagreements() as parted:
        [state] = Browser(parted, wire).news()
        assert {vote["by"] for vote in state["deck"][0]["votes"]} == {"Person 1", "Judge 1"}
