import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

import tiebreak as tb
from tiebreak.stats.agreement import (
    cohen_kappa,
    krippendorff_alpha,
    krippendorff_interval,
    raw_agreement,
    repeat_agreement,
)
from tiebreak.stats.consistency import consistency_frame
from tiebreak.stats.intervals import binomial_p, wilson
from tiebreak.stats.logistic import climb
from tiebreak.stats.people import agreement_table

N = None
# Krippendorff 2011: four observers, twelve units.
CLASSIC = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]


def long_form(matrix):
    return (
        [unit for row in matrix for unit in range(len(row))],
        [value for row in matrix for value in row],
    )


def labels(*rows, columns=("pair", "annotator", "preference")):
    return pd.DataFrame(list(rows), columns=list(columns))


def test_wilson_gives_the_published_interval():
    assert wilson(34, 50) == pytest.approx((0.542, 0.792), abs=5e-4)


@given(st.integers(0, 500), st.integers(0, 500))
def test_wilson_holds_the_share_and_stays_between_0_and_1(successes, failures):
    trials = successes + failures
    low, high = wilson(successes, trials)

    assert 0 <= low <= high <= 1
    assert trials == 0 or low <= successes / trials <= high


def test_the_binomial_test_gives_the_published_p():
    assert binomial_p(34, 50) == pytest.approx(0.0153, abs=5e-5)


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_binomial_test_equals_the_sum_of_its_tails(successes, failures):
    trials = successes + failures
    tail = sum(math.comb(trials, k) for k in range(min(successes, failures) + 1))

    assert binomial_p(successes, trials) == pytest.approx(min(1, 2 * tail / 2**trials), rel=1e-9)


def test_the_binomial_test_takes_a_million_trials():
    assert binomial_p(499_000, 1_000_000) == pytest.approx(0.0456, abs=1e-4)


@pytest.mark.parametrize("call", [lambda: wilson(3, 2), lambda: binomial_p(-1, 2)])
def test_impossible_counts_are_refused(call):
    with pytest.raises(tb.StatsError, match="cannot have succeeded"):
        call()


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107)]
)
def test_alpha_of_the_classic_example_is_the_published_one(level, alpha):
    assert krippendorff_alpha(*long_form(CLASSIC), level) == pytest.approx(alpha, abs=5e-7)


def test_alpha_of_perfect_agreement_is_one():
    assert krippendorff_alpha([1, 1, 2, 2], ["a", "a", "b", "b"]) == 1


@pytest.mark.parametrize("values", [["a", "a", "a", "a"], [None] * 4, ["a", None, "b", None]])
def test_alpha_is_nan_where_nothing_varies_or_nothing_was_rated_twice(values):
    assert math.isnan(krippendorff_alpha([1, 1, 2, 2], values))


def test_alpha_is_about_zero_for_coin_flips():
    flips = np.random.default_rng(1).integers(0, 2, 20_000)

    assert abs(krippendorff_alpha(np.arange(20_000) // 2, flips)) < 0.03


def test_the_bootstrap_interval_holds_alpha_and_narrows_with_more_units():
    units, values = long_form(CLASSIC)
    few = krippendorff_interval(units, values)
    many = krippendorff_interval(
        [unit + 100 * turn for turn in range(10) for unit in units], values * 10
    )

    assert few[0] < many[0] < 0.743421 < many[1] < few[1]


def test_the_bootstrap_is_the_same_each_time():
    assert krippendorff_interval(*long_form(CLASSIC)) == krippendorff_interval(*long_form(CLASSIC))


def test_grades_have_to_be_numbers():
    with pytest.raises(tb.StatsError, match="Grades are numbers"):
        krippendorff_alpha([1, 1], ["a", "b"], "ordinal")


def test_kappa_is_that_of_two_libraries():
    first = ["A"] * 20 + ["B"] * 15 + ["tie"] * 5
    second = ["A"] * 16 + ["B"] * 16 + ["A"] * 3 + ["tie"] * 3 + ["A"] * 2

    assert cohen_kappa(first, second) == pytest.approx(0.610811, abs=5e-7)


def test_weighted_kappa_counts_a_step_less_than_a_leap():
    grades = [-3, -2, -1, 0, 1, 2, 3]
    step, leap = [*grades[1:], 3], grades[::-1]

    assert cohen_kappa(grades, grades, "quadratic") == 1
    assert cohen_kappa(grades, step, "quadratic") > cohen_kappa(grades, step, "linear") > 0
    assert cohen_kappa(grades, leap, "quadratic") == pytest.approx(-1)


def test_agreement_is_counted_over_every_two_annotators_of_a_pair():
    found = raw_agreement(
        labels(
            ("p", "x", "a"), ("p", "y", "a"), ("p", "z", "b"), ("q", "x", "a"), ("q", "y", "skip")
        )
    )

    assert (found.agreeing, found.comparisons) == (1, 3)


def test_what_several_say_of_a_pair_is_no_evidence_of_other_pairs():
    rows = [(n, who, "ab"[n % 2 and who == 3]) for n in range(40) for who in (1, 2, 3)]
    found = raw_agreement(labels(*rows))
    table = agreement_table(labels(*rows)).loc["raw"]

    assert found.comparisons == 120
    assert (found.low, found.high) == pytest.approx((table["low"], table["high"]))
    assert found.high - found.low > 1.2 * np.subtract(*wilson(found.agreeing, 120)[::-1])


def test_a_tie_and_both_bad_agree_and_can_be_left_out():
    frame = labels(("p", "x", "tie"), ("p", "y", "both_bad"), ("q", "x", "a"), ("q", "y", "b"))

    assert raw_agreement(frame).share == 0.5
    assert raw_agreement(frame, ties=False)[:3] == (0, 1, 0.0)


@pytest.mark.parametrize(("first", "second"), [("tie", "both_bad"), ("both_bad", "tie")])
def test_a_tie_and_both_bad_are_the_same_of_oneself_and_of_a_known_answer_too(first, second):
    columns = ("pair", "annotator", "preference", "again", "gold")
    rows = [("p", "x", first, False, None), ("p", "x", second, True, None)]
    frame = labels(*rows, ("g", "x", first, False, second), columns=columns)

    assert repeat_agreement(frame)[:3] == (1, 1, 1.0)
    own = consistency_frame(frame).loc["x"]
    assert own[["repeats", "same", "gold", "right"]].tolist() == [1, 1, 1, 1]
    assert agreement_table(frame[frame["gold"].isna()]).loc["repeats", "value"] == 1.0


def test_of_a_second_showing_that_was_labeled_twice_the_last_label_counts():
    columns = ("pair", "annotator", "preference", "again")
    rows = [("p", "x", "a", False), ("p", "x", "b", True), ("p", "x", "a", True)]

    assert repeat_agreement(labels(*rows, columns=columns))[:2] == (1, 1)


def test_agreement_of_nobody_is_nan():
    assert math.isnan(raw_agreement(labels(("p", "x", "a"))).share)


def test_second_showings_are_compared_with_the_first_of_the_same_annotator():
    columns = ("pair", "annotator", "preference", "again")
    rows = [("p", "x", "a", False), ("p", "x", "a", True), ("p", "y", "b", False)]
    rows += [("q", "x", "a", False), ("q", "x", "tie", True)]

    assert repeat_agreement(labels(*rows, columns=columns))[:3] == (1, 2, 0.5)
    assert raw_agreement(labels(*rows, columns=columns)).comparisons == 1


def test_a_small_model_is_fitted_by_one_thread_and_others_have_theirs_back(monkeypatch):
    threads = []
    solve = np.linalg.solve

    def watched(*given):
        # Another library may have brought a BLAS of its own, which does not work here.
        threads.extend(
            each["num_threads"]
            for each in threadpool_info()
            if each["user_api"] == "blas" and "numpy" in each["filepath"]
        )
        return solve(*given)

    monkeypatch.setattr(np.linalg, "solve", watched)
    with threadpool_limits(2, user_api="blas"):
        before = threadpool_info()
        climb(np.eye(3), np.ones(3), np.ones(3), 1e-4)
        assert threadpool_info() == before

    assert set(threads) == {1}
