import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiebreak.stats.intervals import binomial_test, wilson


@st.composite
def counts(draw):
    trials = draw(st.integers(1, 400))
    return draw(st.integers(0, trials)), trials


def test_the_worked_example_of_the_left_side():
    assert wilson(34, 50) == pytest.approx((0.542, 0.792), abs=5e-4)
    assert binomial_test(34, 50) == pytest.approx(0.0153, abs=5e-5)


@given(counts())
def test_the_interval_is_where_the_score_test_just_does_not_reject(count):
    successes, trials = count
    low, high = wilson(successes, trials)
    share = successes / trials

    assert 0 <= low <= share <= high <= 1
    for bound in (low, high):
        if 0 < bound < 1:
            z = abs(share - bound) / math.sqrt(bound * (1 - bound) / trials)
            assert z == pytest.approx(1.959964, rel=1e-5)


@given(counts())
def test_the_test_is_the_sum_of_all_counts_as_far_from_the_middle(count):
    successes, trials = count
    far = abs(2 * successes - trials)
    exact = sum(math.comb(trials, k) for k in range(trials + 1) if abs(2 * k - trials) >= far)

    assert binomial_test(successes, trials) == pytest.approx(exact / 2**trials, rel=1e-9)


def test_large_counts_neither_overflow_nor_take_long():
    assert binomial_test(500_000, 1_000_000) == 1
    assert binomial_test(501_500, 1_000_000) == pytest.approx(0.0027, abs=1e-4)
    assert 0 <= binomial_test(0, 1_000_000) < 1e-300


def test_without_trials_nothing_is_known():
    assert wilson(0, 0) == (0, 1)
    assert binomial_test(0, 0) == 1
