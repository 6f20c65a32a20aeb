"""Judges against people: published formulas, and no figure without a human sample."""

import numpy as np
import pandas as pd
import pytest
from worth_samples import team

from tiebreak.stats.judging import judges


def labels_of(annotator, source, choices, **more):
    return pd.DataFrame(
        {
            "pair": range(len(choices)),
            "annotator": annotator,
            "source": source,
            "preference": choices,
            **more,
        }
    )


def test_a_judge_is_compared_with_the_majority_and_in_a_table_of_confusion():
    """Cohen's kappa of this table is 0.610811 by scikit-learn and statsmodels."""
    people = ["a"] * 20 + ["b"] * 15 + ["both_bad"] * 5
    said = ["a"] * 16 + ["b"] * 16 + ["a"] * 3 + ["tie"] * 3 + ["a"] * 2
    labels = pd.concat(
        [
            *(labels_of(name, "human", people * 2) for name in ("x", "y", "z")),
            labels_of("w", "human", ["a"] * 80),
            labels_of("gpt", "judge", said * 2),
        ]
    )

    found = judges(labels)

    row = found.table.loc["gpt"]
    assert row["kappa"] == pytest.approx(0.610811, abs=1e-6)
    assert (row["pairs"], row["accuracy"]) == (80, 62 / 80)
    assert row["low"] < row["accuracy"] < row["high"]
    assert found.confusion.loc[("gpt", "a")].tolist() == [32, 6, 4]
    assert row["says"].startswith("gpt decides as most people do on 78 % of 80 pairs (67 to 85)")


def test_no_figure_of_a_judge_is_given_without_its_human_sample():
    labels = pd.concat(
        [labels_of("me", "human", ["a"] * 49), labels_of("gpt", "judge", ["b"] * 90)]
    )

    found = judges(labels)

    assert found.table.loc["gpt", ["accuracy", "kappa"]].isna().all()
    assert found.confusion.empty
    assert "no figure of it is given before they decided 50" in found.table.loc["gpt", "says"]


def test_people_who_are_even_say_nothing_of_a_pair():
    labels = pd.concat(
        [
            labels_of("x", "human", ["a"] * 60),
            labels_of("y", "human", ["b"] * 60),
            labels_of("gpt", "judge", ["a"] * 60),
        ]
    )

    assert judges(labels).table.loc["gpt", "pairs"] == 0


def test_a_judge_asked_in_both_orders_is_told_how_often_it_flips():
    labels, pairs = team(np.random.default_rng(2), [0.8], judge=2)
    own = labels[labels["source"] == "judge"].pivot_table(
        index="pair", columns="again", values="preference", aggfunc="first"
    )
    row = judges(labels, pairs).table.loc["judge"]

    assert row["both_orders"] == 300
    assert row["flips"] == (own[False] != own[True]).mean()
    assert row["first"] == ((own[False] == "a") & (own[True] == "b")).sum()
    assert row["p"] < 1e-6
    assert "in both orders it changed its mind" in row["says"]


def test_pairs_that_are_there_both_ways_round_count_as_both_orders():
    texts = [(f"one {n}", f"two {n}") for n in range(30)]
    both = [(a, b) for a, b in texts] + [(b, a) for a, b in texts]
    pairs = pd.DataFrame(both, columns=["a", "b"]).assign(prompt="?")
    labels = labels_of("gpt", "judge", ["a"] * 30 + ["a"] * 12 + ["b"] * 18)

    row = judges(labels, pairs).table.loc["gpt"]

    assert (row["both_orders"], row["flips"], row["first"]) == (30, 0.4, 12)
