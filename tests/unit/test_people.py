"""What is said of people's agreement: published values and sentences."""

import numpy as np
import pandas as pd
import pytest
from helpers import rows

import tiebreak as tb
from tiebreak.stats.intervals import clustered_wilson
from tiebreak.stats.people import agreement_table, fleiss_kappa

# Fleiss (1971), as Wikipedia gives it: 10 units, 14 raters, 5 categories.
FLEISS = [
    *([0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1]),
    *([7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]),
]


def labels_of(choices, annotators=("me", "you")):
    return pd.DataFrame(
        [
            (pair, who, said)
            for pair, both in enumerate(choices)
            for who, said in zip(annotators, both, strict=True)
            if said is not None
        ],
        columns=["pair", "annotator", "preference"],
    )


def test_fleiss_kappa_is_the_published_one():
    units = [unit for unit, row in enumerate(FLEISS) for times in row for _ in range(times)]
    values = [
        category for row in FLEISS for category, times in enumerate(row) for _ in range(times)
    ]

    assert fleiss_kappa(pd.Series(units), pd.Series(values)) == pytest.approx(0.2099, abs=5e-5)


def test_cohens_kappa_between_two_people_is_the_reference_value():
    first = ["a"] * 20 + ["b"] * 15 + ["tie"] * 5
    second = ["a"] * 16 + ["b"] * 16 + ["a"] * 3 + ["tie"] * 3 + ["a"] * 2
    labels = labels_of(zip(first, second, strict=True))

    [row] = agreement_table(labels, by="annotators").to_dict("records")

    assert row["value"] == pytest.approx(0.610811, abs=1e-6)
    assert row["low"] < row["value"] < row["high"]
    assert row["says"].startswith("me and you agree on")


def test_each_measure_says_what_it_found_in_words():
    choices = [("a", "a")] * 60 + [("b", "b")] * 20 + [("a", "b")] * 20

    found = agreement_table(labels_of(choices))

    assert found.loc["raw", "value"] == 0.8
    assert found.loc["raw", "says"] == (
        "People agree on 80 % of the comparisons (71 to 87), ties included."
    )
    assert "where 1 is agreement and 0 chance" in found.loc["alpha", "says"]
    assert found.loc["fleiss", "pairs"] == 100


def test_what_is_undefined_says_why():
    same = agreement_table(labels_of([("a", "a")] * 9))
    alone = agreement_table(labels_of([("a", None)] * 9))
    nothing = agreement_table(labels_of([]))

    assert "alpha is undefined, because every label is the same (a)" in same.loc["alpha", "says"]
    assert np.isnan(same.loc["alpha", "value"])
    for found in (alone, nothing):
        assert found["says"].str.startswith("No pair has labels of two people yet").all()


def test_agreement_by_slice_criterion_and_with_oneself(open_session):
    for name in ("anna", "ben"):
        session = open_session(rows(20), annotator=name, criteria=["helpful"], repeat=0.2)
        while pair := session.next():
            number = int(pair.prompt.split()[-1])
            said = "b" if number % 3 == 0 and (name == "anna" or number < 9) else "a"
            session.label(pair.id, said, criteria={"helpful": said})
        if name == "anna":
            session.close()

    stats = session.stats

    assert stats.agreement("criteria").index.tolist() == ["helpful"]
    assert stats.agreement("annotators").index.tolist() == ["anna / ben"]
    assert len(stats.agreement("topic")) == 20
    assert stats.agreement().loc["repeats", "value"] == 1
    with pytest.raises(tb.StatsError, match="did you mean 'topic'"):
        stats.agreement("topics")


def test_the_interval_of_agreement_holds_the_truth_where_pairs_have_three_people():
    generator = np.random.default_rng(3)
    true = 0.8**2 + 0.2**2
    held = 0
    for _ in range(400):
        right = (generator.random((100, 3)) < 0.8).sum(axis=1)
        agreed = right * (right - 1) / 2 + (3 - right) * (2 - right) / 2
        low, high = clustered_wilson(agreed, np.full(100, 3))
        held += low <= true <= high
    assert 0.92 <= held / 400 <= 0.98


@pytest.mark.parametrize(
    ("same", "agree", "says"),
    [
        (0.9, 0.5, "points of it are more than noise, that is taste"),
        (0.75, 0.7, "noise alone may do that"),
        (0.3, 0.9, "that is more with oneself than between two"),
    ],
)
def test_disagreement_is_parted_into_noise_and_taste(same, agree, says):
    def answers(who, share, **more):
        sides = ["a" if number < share * 100 else "b" for number in range(100)]
        return pd.DataFrame({"pair": range(100), "annotator": who, "preference": sides, **more})

    first = answers("me", 1.0, again=False)
    other, again = answers("you", agree, again=False), answers("me", same, again=True)

    told = agreement_table(pd.concat([first, other, again], ignore_index=True)).loc["repeats"]

    assert says in told["says"]
    assert f"{100 * same:.0f} %" in told["says"]


def test_two_judges_alone_are_not_called_people():
    both = labels_of([("a", "a"), ("a", "b")] * 9).assign(source="judge")

    assert agreement_table(both).loc["raw", "says"].startswith("Judges agree on 50 %")


def test_pairs_of_no_slice_are_in_none():
    pairs = pd.DataFrame({"topic": ["x", None, "x", None]}, index=range(4))
    both = labels_of([("a", "a"), ("a", "b"), ("b", "b"), ("a", "a")])

    assert agreement_table(both, pairs, "topic")["pairs"].to_dict() == {"x": 2}
