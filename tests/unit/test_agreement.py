import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiebreak.stats.agreement import (
    alpha_interval,
    count_choices,
    krippendorff_alpha,
    raw_agreement,
)

# Krippendorff (2011), section E: four observers, twelve units, 0 for missing.
CLASSIC = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
    [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
]


def counts_of(observers, values=(1, 2, 3, 4, 5)):
    data = np.array(observers)
    return pd.DataFrame({value: (data == value).sum(axis=0) for value in values})


def labels(*rows, **columns):
    frame = pd.DataFrame(rows, columns=["pair", "annotator", "preference"])
    return frame.assign(**columns)


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107)]
)
def test_the_classic_example_gives_the_published_alpha(level, alpha):
    assert krippendorff_alpha(counts_of(CLASSIC), level) == pytest.approx(alpha, abs=1e-6)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_the_interval_holds_the_alpha_it_is_of(level):
    low, high = alpha_interval(counts_of(CLASSIC), level)

    assert low < krippendorff_alpha(counts_of(CLASSIC), level) < high <= 1


def test_the_interval_of_chance_holds_zero_and_narrows_with_more_pairs():
    dice = np.random.default_rng(3)
    few, many = (
        alpha_interval(counts_of(dice.integers(1, 3, (2, n)), (1, 2))) for n in (50, 5_000)
    )

    assert few[0] < 0 < few[1]
    assert many[1] - many[0] < 0.2 * (few[1] - few[0])


def test_the_same_seed_gives_the_same_interval():
    assert alpha_interval(counts_of(CLASSIC), seed=4) == alpha_interval(counts_of(CLASSIC), seed=4)


@pytest.mark.parametrize("observers", [[[1, 2], [0, 0]], [[1, 1], [1, 1]], [[0], [0]]])
def test_without_two_values_to_compare_alpha_is_unknown(observers):
    assert math.isnan(krippendorff_alpha(counts_of(observers)))
    assert all(map(math.isnan, alpha_interval(counts_of(observers))))


@given(st.lists(st.lists(st.integers(0, 5), min_size=3, max_size=3), min_size=1, max_size=9))
def test_alpha_is_at_most_one_and_no_order_of_annotators_matters(units):
    data = np.array(units).T
    alpha = krippendorff_alpha(counts_of(data), "ordinal")

    assert math.isnan(alpha) or alpha <= 1 + 1e-12
    assert krippendorff_alpha(counts_of(data[::-1]), "ordinal") == pytest.approx(alpha, nan_ok=True)


def test_ties_count_as_choices_or_not_at_all():
    counts = count_choices(
        labels(
            ("p", "x", "a"), ("p", "y", "a"),
            ("q", "x", "tie"), ("q", "y", "b"),
            ("r", "x", "tie"), ("r", "y", "tie"),
            ("s", "x", "a"), ("s", "y", "b"),
        )
    )  # fmt: skip
    found = raw_agreement(counts)

    assert found.with_ties == 0.5
    assert found.without_ties == 0.5
    assert (found.comparisons, found.decisive_comparisons) == (4, 2)


def test_skips_and_second_showings_are_no_choices():
    frame = labels(("p", "x", "a"), ("p", "y", "skip"), ("p", "x", "b"), again=[None, None, True])
    counts = count_choices(frame)

    assert counts.loc["p"].tolist() == [1, 0, 0, 0]


def test_nothing_compared_is_not_a_number():
    found = raw_agreement(count_choices(labels(("p", "x", "a"))))

    assert math.isnan(found.with_ties)
    assert found.comparisons == 0
