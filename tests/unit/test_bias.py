"""What is said to tip choices, on sessions in which it is known."""

import numpy as np
import pandas as pd
import pytest
from helpers import rows

import tiebreak as tb
from tiebreak.stats.bias import bias_table
from tiebreak.stats.features import FEATURES

LONG = pytest.mark.long


def study(generator, count=300, left=0.5, longer=None, flattering=None):
    """Give labels and pairs of answers that differ by chance, chosen by a rule that is planted."""
    length = np.exp(generator.normal(6, 0.6, (count, 2))).astype(int) // 5 + 4
    flatters = (generator.random((count, 2)) < 0.3).astype(int)
    hedges = (generator.random((count, 2)) < 0.3).astype(int)
    items = generator.integers(0, 4, (count, 2))
    texts = [
        [
            "Great question! " * flatters[n, s]
            + "word " * length[n, s]
            + "maybe " * hedges[n, s]
            + "\n- item" * items[n, s]
            for n in range(count)
        ]
        for s in (0, 1)
    ]
    a_left = generator.random(count) < 0.5
    a_wins = np.where(generator.random(count) < left, a_left, ~a_left)
    sizes = np.array([[len(text) for text in side] for side in texts])
    if longer is not None:
        a_wins = (generator.random(count) < longer) == (sizes[0] > sizes[1])
    if flattering is not None:
        more = flatters[:, 0] - flatters[:, 1]
        a_wins = np.where(more == 0, a_wins, (generator.random(count) < flattering) == (more > 0))
    labels = pd.DataFrame(
        {
            "pair": range(count),
            "annotator": "me",
            "preference": np.where(a_wins, "a", "b"),
            "shown_left": np.where(a_left, "a", "b"),
        }
    )
    return labels, pd.DataFrame({"a": texts[0], "b": texts[1]})


@pytest.mark.no_cover
@pytest.mark.parametrize("runs", [10, pytest.param(1_000, marks=LONG)])
@pytest.mark.parametrize(
    ("planted", "trait"),
    [({"left": 0.65}, "left"), ({"longer": 0.7}, "length"), ({"flattering": 0.8}, "flattery")],
)
def test_what_was_planted_is_found(planted, trait, runs):
    generator = np.random.default_rng(6)
    found = [bias_table(*study(generator, **planted)).loc[trait, "found"] for _ in range(runs)]

    assert np.mean(found) >= 0.95


@pytest.mark.no_cover
@pytest.mark.parametrize(("runs", "most"), [(30, 0.2), pytest.param(1_000, 0.07, marks=LONG)])
def test_where_nothing_was_planted_hardly_anything_is_found(runs, most):
    generator = np.random.default_rng(9)

    assert np.mean([bias_table(*study(generator))["found"].any() for _ in range(runs)]) <= most


def test_each_row_says_what_it_found_and_what_comes_with_it():
    found = bias_table(*study(np.random.default_rng(6), flattering=0.9))

    assert found.loc["flattery", "says"].startswith("The answer that flatters was chosen in ")
    assert "(here together with exclamation)" in found.loc["flattery", "says"]
    assert "exclamation" not in found.index
    assert found.loc["left", "says"].endswith("chance can do that.")
    assert found.loc["length", "says"].endswith("chance can do that.")


def test_the_same_pair_by_many_people_tells_no_more_than_once():
    labels, pairs = study(np.random.default_rng(6), longer=0.7)
    once = bias_table(labels, pairs).loc["length"]
    again = bias_table(pd.concat([labels.assign(annotator=n) for n in range(5)]), pairs)

    assert again.loc["length", "pairs"] == once["pairs"]
    assert again.loc["length", "low"] == pytest.approx(once["low"], abs=0.01)


def test_a_session_tells_its_own_bias(open_session):
    session = open_session(rows(40))
    assert session.stats.bias().empty
    for pair in session.pairs.index:
        session.label(pair, "a")

    found = session.stats.bias()

    assert found.index.tolist() == ["length"]  # nothing else varies, and no side was shown
    assert found.loc["length", "found"]


@pytest.mark.parametrize(
    ("name", "text", "much"),
    [
        ("list items", "Steps:\n1. one\n2) two\n- three\nfour", 3),
        ("code", "Use `x`:\n```\ny\n```\n", 2),
        ("refusal", "I'm sorry, I can't help with that.", 1),
        ("flattery", "What a great question! You're absolutely right.", 2),
        ("emoji", "Yes 🎉🎉", 2),
        ("numbers", "3 of 1,000 is 0.3 %", 3),
        ("links", "see https://example.org/a?b=1 and http://x.y", 2),
        ("hedges", "It may help, perhaps.", 2),
        ("language", "Yes, it's 100 % so…", 0),
        ("language", "für dich", 1 / 7),
        ("language", "猫は好き", 1),
    ],
)
def test_traits_are_counted_as_a_reader_would(name, text, much):
    [feature] = [each for each in FEATURES if each.name == name]

    assert feature.measure(text) == much


def test_each_persons_own_bias_is_told_and_corrected_for_all_of_them():
    generator = np.random.default_rng(2)
    (lefty, pairs), (even, _) = study(generator, 120, left=0.85), study(generator, 120)
    labels = pd.concat([lefty.assign(annotator="ann"), even.assign(annotator="bob")])

    found = bias_table(labels, pairs, by="annotator")

    assert found.index.names == ["annotator", "trait"]
    assert found.loc[("ann", "left"), "found"]
    assert not found.loc["bob", "found"].any()
    with pytest.raises(tb.StatsError, match="did you mean 'annotator'"):
        bias_table(labels, pairs, by="annotators")


def test_nobodys_bias_by_person_is_an_empty_table():
    labels, pairs = study(np.random.default_rng(2), 40)

    assert bias_table(labels[:0], pairs, by="annotator").empty


def test_the_interval_of_the_side_leaves_out_a_half_exactly_where_its_test_does():
    _, pairs = study(np.random.default_rng(2), 100)
    for left in range(30, 51):
        labels = pd.DataFrame({"pair": range(100), "annotator": "me", "preference": "a"})
        labels["shown_left"] = ["a"] * left + ["b"] * (100 - left)
        row = bias_table(labels, pairs).loc["left"]
        assert (row["high"] < 0.5) == (row["p"] < 0.05)


def test_a_trait_needs_twenty_pairs_however_many_label_them():
    pairs = pd.DataFrame({"a": ["yes - maybe"] * 9 + ["yes"] * 40, "b": ["no"] * 49})
    labels = pd.concat(
        [pd.DataFrame({"pair": range(49), "annotator": who, "preference": "a"}) for who in "xyz"]
    )

    table = bias_table(labels, pairs)

    assert table.index.tolist() == ["length"]
    assert table["pairs"].tolist() == [49]


def test_a_language_that_is_preferred_is_found():
    generator = np.random.default_rng(2)
    german = generator.random(120) < 0.5
    texts = np.where(german, "Das wäre schön.", "That would be nice.")
    others = np.where(german, "That would be nice.", "Das wäre schön.")
    liked = generator.random(120) < 0.85
    pairs = pd.DataFrame({"a": texts, "b": others})
    labels = pd.DataFrame({"pair": range(120), "annotator": "me"})
    labels["preference"] = np.where(german == liked, "a", "b")

    found = bias_table(labels, pairs)

    assert found.loc["length", "found"]  # they differ in length, too, always
    assert "(here together with language)" in found.loc["length", "says"]


@pytest.mark.no_cover
def test_people_who_all_see_a_pair_on_the_same_sides_are_not_as_many_tosses():
    often = 0
    for seed in range(60):
        generator = np.random.default_rng(seed)
        better, left = generator.choice(["a", "b"], (2, 100))
        one = pd.DataFrame({"pair": range(100), "preference": better, "shown_left": left})
        labels = pd.concat([one.assign(annotator=who) for who in "vwxyz"], ignore_index=True)
        pairs = pd.DataFrame({"a": ["yes"] * 100, "b": ["no!"] * 100})
        often += bias_table(labels, pairs).loc["left", "p"] < 0.05

    assert often <= 6
