"""What the widget says of a sitting: when a pause is due, and what was labeled."""

import pytest
from helpers import Browser, rows

import tiebreak as tb


def notices(messages):
    return [message["text"] for message in messages if message["type"] == "notice"]


def test_a_pause_is_proposed_by_the_time_spent_reading_and_not_by_the_clock(open_session, wire):
    browser = Browser(open_session(rows(8), pause_after=2), wire)
    browser.news()

    said = [
        notices(browser.choose(f"p{n}", "tie" if n == 1 else "left", seconds=45)) for n in range(7)
    ]

    assert [len(each) for each in said] == [0, 0, 1, 0, 0, 1, 0]
    assert said[2] == [
        "Time for a pause; all is saved. This sitting: 3 labels, 2 minutes of reading, 1 tied."
    ]


def test_looks_at_one_pair_count_once_though_it_was_labeled_anew(open_session, wire):
    browser = Browser(open_session(rows(8), pause_after=1), wire)
    browser.news()

    assert notices(browser.choose("p0", "left", seconds=40)) == []
    assert notices(browser.choose("p0", "right", seconds=55)) == []
    [said] = notices(browser.choose("p1", "right", seconds=6))

    assert "This sitting: 2 labels, 1 minute of reading." in said


def test_nothing_is_proposed_where_nothing_was_asked_for(open_session, wire):
    browser = Browser(open_session(rows(3)), wire)
    browser.news()

    assert notices(browser.choose("p0", "left", seconds=50_000)) == []


def test_a_pause_says_nothing_of_second_showings(open_session, wire):
    session = open_session(rows(40), repeat=0.5, order="given", pause_after=1)
    browser = Browser(session, wire)
    [state] = browser.news()
    said = []
    while state["deck"]:
        for pair in state["deck"]:
            said += notices(browser.choose(pair["id"], "left", seconds=60))
        [state] = [m for m in browser.send({"type": "hello"}) if m["type"] == "state"]

    assert len(said) == 60
    assert [each for each in said if "showing" in each] == []


def test_the_last_pair_sums_the_sitting_up(open_session, wire):
    browser = Browser(open_session(rows(40), repeat=0.1, order="given"), wire)
    [state] = browser.news()
    said = []
    while state["deck"]:
        for pair in state["deck"]:
            choice = "skip" if pair["id"] == "p3" and not pair["returning"] else "both_bad"
            said += notices(browser.choose(pair["id"], choice, seconds=3))
        [state] = [m for m in browser.send({"type": "hello"}) if m["type"] == "state"]

    assert said[-1] == (
        "This sitting: 44 labels, 2 minutes of reading, 44 both bad, the same answer in 4 of "
        "4 second showings."
    )


def test_half_a_minute_is_not_no_minute(open_session, wire):
    browser = Browser(open_session(rows(1)), wire)
    browser.news()

    [said] = notices(browser.choose("p0", "left", seconds=29))

    assert said == "This sitting: 1 label, less than a minute of reading."


def test_closing_a_session_that_was_labeled_on_screen_sums_it_up_once(open_session, wire, capsys):
    session = open_session(rows(3))
    browser = Browser(session, wire)
    browser.choose("p0", "left", seconds=100)
    capsys.readouterr()

    session.close()
    session.close()

    said = "tiebreak: This sitting: 1 label, 2 minutes of reading.\n"
    assert capsys.readouterr().err == said


def test_labels_of_an_earlier_sitting_are_not_counted(open_session, wire):
    first = Browser(open_session(rows(3), annotator="me"), wire)
    first.choose("p0", "left", seconds=10)
    first.session.close()
    browser = Browser(open_session(annotator="me", pause_after=None), wire)
    browser.news()

    browser.choose("p1", "left", seconds=60)
    [said] = notices(browser.choose("p2", "tie", seconds=60))

    assert said == "This sitting: 2 labels, 2 minutes of reading, 1 tied."


def test_a_pause_can_be_asked_for_while_labeling(open_session, wire):
    session = open_session(rows(5))
    browser = Browser(session, wire)
    browser.choose("p0", "left", seconds=90)

    session.change_settings(pause_after=1)

    assert notices(browser.choose("p1", "left", seconds=30)) == []
    assert len(notices(browser.choose("p2", "left", seconds=31))) == 1


@pytest.mark.parametrize("minutes", [0, 601, "45"])
def test_a_pause_is_after_whole_minutes(open_session, minutes):
    with pytest.raises(tb.SessionError, match="whole number of minutes from 1 to 600"):
        open_session(rows(2), pause_after=minutes)
