"""What is said of how each annotator goes about it, on people of whom it is known."""

import numpy as np
import pandas as pd
import pytest
from helpers import rows
from worth_samples import team

from tiebreak.stats.habits import habits_table


def found(table):
    return set(table.loc[table["found"], ["annotator", "habit"]].itertuples(index=False, name=None))


def sides(lefts):
    return pd.DataFrame(
        {
            "pair": range(len(lefts)),
            "annotator": "me",
            "preference": ["a" if left else "b" for left in lefts],
            "shown_left": "a",
        }
    )


def test_who_flips_a_coin_stands_apart_and_the_others_do_not():
    table = habits_table(team(np.random.default_rng(3), [0.5, 0.8, 0.8, 0.8, 0.8])[0])

    assert found(table) == {("person 0", "apart")}
    [says] = table.loc[table["found"], "says"]
    assert says.startswith("person 0 agrees with others in ")


def test_who_calls_everything_a_tie_is_named_for_it_and_who_calls_many_is_not():
    labels, _ = team(np.random.default_rng(3), [0.8] * 5)
    often = labels.copy()
    of_one = labels["annotator"] == "person 0"
    labels.loc[of_one, "preference"] = "both_bad"
    often.loc[of_one & (labels["pair"] % 2 == 0), "preference"] = "tie"

    assert ("person 0", "ties") in found(habits_table(labels))
    assert not {habit for _, habit in found(habits_table(often))} & {"ties"}


def test_who_takes_what_stands_left_is_named_for_it():
    labels, _ = team(np.random.default_rng(3), [0.8] * 5, lazy_left=True)

    assert ("person 0", "left") in found(habits_table(labels))


@pytest.mark.parametrize(
    ("lefts", "habit"),
    [([True, False] * 30, "streaks"), ([True] * 30 + [False] * 30, "streaks")],
)
def test_choices_that_follow_each_other_are_found_alternating_or_alike(lefts, habit):
    assert ("me", habit) in found(habits_table(sides(lefts)))


def test_a_change_on_the_way_is_found_and_said():
    generator = np.random.default_rng(1)
    lefts = [*(generator.random(100) < 0.3), *(generator.random(100) < 0.75)]
    table = habits_table(sides(lefts)).set_index("habit")

    assert table.loc["drift", "found"]
    assert (
        "In the first half of me's labels the left answer was chosen in"
        in (table.loc["drift", "says"])
    )


def test_the_order_is_that_of_the_clock_where_it_is_known():
    labels = sides([True, False] * 30)
    at = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(range(60), unit="s")
    shuffled = labels.assign(at=at).sample(frac=1, random_state=1)

    pd.testing.assert_frame_equal(habits_table(shuffled), habits_table(labels))


def test_no_runs_test_is_made_of_few_labels(open_session):
    session = open_session(rows(6))
    session.label("p0", "a")

    assert session.stats.habits().empty
