"""Win rates and strengths: published values, other libraries, and simulations."""

import json

import numpy as np
import pandas as pd
import pytest
from helpers import DATA, rows

import tiebreak as tb
from tiebreak.stats import models, ranking
from tiebreak.stats.ranking import strengths, ties_compared, win_rates
from tiebreak.worth.battles import battles_frame

LONG = pytest.mark.long
NAMES = np.array(list("vwxyz"))
TRUE = pd.Series([0.0, 0.3, 0.6, 1.0, 1.5], index=NAMES)


def battles(count, generator, nu=0.6, by_prompt=1):
    """Comparisons that Davidson's model makes."""
    pairs = np.array([generator.choice(5, 2, replace=False) for _ in range(count)])
    half = (TRUE.to_numpy()[pairs[:, 0]] - TRUE.to_numpy()[pairs[:, 1]]) / 2
    weights = np.column_stack([np.exp(half), np.full(count, nu), np.exp(-half)])
    edges = weights.cumsum(axis=1) / weights.sum(axis=1, keepdims=True)
    outcome = 1 - (generator.random(count)[:, None] > edges).sum(axis=1) / 2
    return pd.DataFrame(
        {
            "model_a": NAMES[pairs[:, 0]],
            "model_b": NAMES[pairs[:, 1]],
            "a_wins": outcome,
            "prompt": np.arange(count) // by_prompt,
        }
    )


@pytest.mark.parametrize(
    ("model", "rate", "error"),
    [
        ("claude-2.1", 15.733506736409938, 1.120315865445773),
        ("vicuna-7b-v1.5", 4.797493939167703, 0.6655960676971918),
    ],
)
def test_win_rates_are_the_leaderboards(model, rate, error):
    path = DATA / f"alpaca_eval/judged-{model}-vs-gpt4_1106_preview.jsonl"
    if not path.exists():
        pytest.skip("the judgments are not here")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    judged = pd.DataFrame(
        {
            "model_a": [row["generator_2"] for row in rows],
            "model_b": [row["generator_1"] for row in rows],
            "a_wins": [row["preference"] - 1 for row in rows],
        }
    )

    read = tb.read_pairs(path, on_error="skip")
    for battles_of in (judged, battles_frame(read.labels, read.pairs)):
        found = win_rates(battles_of).loc[model] * 100
        assert found["rate"] == pytest.approx(rate, abs=1e-9)
        assert found["se"] == pytest.approx(error, abs=1e-9)


def test_what_a_session_leaves_out_of_a_leaderboard_is_said_where_one_looks(tmp_path):
    """Identical answers: nothing to choose in a session, and a tie to a leaderboard."""
    row = {"prompt": "?", "response_a": "same", "model_a": "new", "model_b": "old"}
    said = {"preference": "tie", "annotator": "gpt", "source": "judge"}
    judged = [{**row, **said, "prompt": f"{n}?", "response_b": "same"} for n in range(2)]
    judged += [{**row, **said, "response_b": "other", "preference": "a"}]
    reading = tb.read_pairs(judged)

    with pytest.warns(UserWarning, match="left out.*2 labels of them go too.*tiebreak.report"):
        session = tb.Session(tmp_path / "s", reading, annotator="me")

    assert session.stats.win_rates().loc["new", "rate"] == 1
    assert "identical answers" in session.report()._repr_html_()
    table = battles_frame(reading.labels, reading.pairs)
    assert win_rates(table).loc["new", "rate"] == pytest.approx((1 + 0.5 + 0.5) / 3)


def test_a_judges_probability_counts_where_it_says_the_same_as_its_choice():
    pairs = pd.DataFrame(
        {"prompt": "?", "a": "x", "b": "y", "model_a": "m", "model_b": "n"}, range(5)
    )
    labels = pd.DataFrame({"pair": range(5), "annotator": "j", "preference": [*"aabb", "tie"]})
    labels["probability"] = [0.9, 0.2, None, 0.3, 0.5]

    assert battles_frame(labels, pairs)["a_wins"].tolist() == [0.9, 1.0, 0.0, 0.3, 0.5]


def test_davidsons_strengths_are_those_of_another_library():
    evalica = pytest.importorskip("evalica")
    generator = np.random.default_rng(5)
    winners = {1.0: evalica.Winner.X, 0.0: evalica.Winner.Y, 0.5: evalica.Winner.Draw}
    for _ in range(5):
        made = battles(300, generator)
        told = [winners[each] for each in made["a_wins"]]
        theirs = evalica.newman(
            list(made["model_a"]), list(made["model_b"]), told, tolerance=1e-13, limit=100_000
        )

        ours = strengths(made)

        expected = np.log(theirs.scores).loc[ours.table.index]
        np.testing.assert_allclose(
            ours.table["strength"], expected - expected.mean(), rtol=0, atol=1e-9
        )


@pytest.mark.parametrize("way", ["davidson", "rao_kupper", "drop"])
def test_scores_and_curvature_are_the_slopes_of_the_likelihood(way):
    made = battles(60, np.random.default_rng(2))
    outcome = np.sign(made["a_wins"].to_numpy() - 0.5)
    if way == "drop":
        made, outcome = made[outcome != 0], outcome[outcome != 0]
    design, _ = ranking._design(made, list(NAMES), pd.DataFrame(index=made.index))
    model = {
        "davidson": models.davidson,
        "rao_kupper": models.rao_kupper,
        "drop": models.bradley_terry,
    }[way]
    at = np.random.default_rng(3).normal(size=design.shape[1] + (way != "drop")) / 2
    step = np.eye(len(at)) * 1e-5

    _, score, hessian = model(at, design, outcome)

    slopes = [(model(at + d, design, outcome)[0] - model(at - d, design, outcome)[0]) for d in step]
    np.testing.assert_allclose(score.sum(axis=0), np.array(slopes) / 2e-5, atol=1e-5)
    after, before = (
        np.array([model(at + sign * d, design, outcome)[1].sum(axis=0) for d in step])
        for sign in (1, -1)
    )
    np.testing.assert_allclose(hessian, (before - after) / 2e-5, atol=1e-4)


@pytest.mark.no_cover
def test_the_model_that_made_the_ties_is_found():
    made = battles(6_000, np.random.default_rng(0))

    fit = strengths(made)

    ahead = fit.table["strength"] - fit.table.loc["v", "strength"]
    np.testing.assert_allclose(ahead[NAMES], TRUE, atol=0.15)
    assert fit.tie == pytest.approx(0.6, abs=0.05)
    assert strengths(made, "rao_kupper").tie > 1
    assert np.isnan(strengths(made, "drop").tie)
    losses = ties_compared(made)["loss"]
    assert (losses < 0.65).all()
    assert losses.max() - losses.min() < 0.01


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("runs", "low", "high"), [(60, 0.9, 0.99), pytest.param(1_000, 0.93, 0.97, marks=LONG)]
)
def test_intervals_hold_the_truth_as_often_as_they_say(runs, low, high):
    generator = np.random.default_rng(17)
    held = []
    for _ in range(runs):
        fit = strengths(battles(200, generator))
        true = TRUE - TRUE.mean()
        table = fit.table.loc[NAMES]
        held.append((table["low"] <= true) & (true <= table["high"]))
    assert low <= np.mean(held) <= high


def test_the_same_label_twelve_times_tells_no_more_than_once():
    once = battles(150, np.random.default_rng(1))
    again = pd.concat([once] * 12)
    np.testing.assert_allclose(
        strengths(again).table["se"].sort_index(), strengths(once).table["se"].sort_index()
    )


def test_a_models_strength_without_its_length_is_the_one_behind_it():
    generator = np.random.default_rng(4)
    longer = generator.normal(size=4_000)
    first = generator.random(4_000) < 0.5
    # x is longer by one, and its length alone wins.
    shift = longer + np.where(first, 1.0, -1.0)
    won = generator.random(4_000) < 1 / (1 + np.exp(-shift))
    made = pd.DataFrame(
        {
            "model_a": np.where(first, "x", "y"),
            "model_b": np.where(first, "y", "x"),
            "a_wins": won.astype(float),
        }
    )

    plain = strengths(made, "drop").table
    controlled = strengths(made, "drop", pd.DataFrame({"length": shift}))

    assert plain.loc["x", "low"] > 0.2
    assert controlled.table.loc["x", "low"] < 0 < controlled.table.loc["x", "high"]
    assert controlled.effects.loc["length", "effect"] == pytest.approx(shift.std(), abs=0.15)


def test_a_model_that_never_lost_has_a_strength_and_a_sentence():
    made = pd.DataFrame({"model_a": ["x"] * 9, "model_b": ["y"] * 9, "a_wins": [1.0] * 9})

    for way in ("davidson", "rao_kupper", "drop"):
        fit = strengths(made, way)
        assert fit.table.index.tolist() == ["x", "y"]
        assert np.isfinite(fit.table.to_numpy()).all()
        assert "never beaten" in fit.notes[0]


@pytest.mark.parametrize("way", ["davidson", "rao_kupper", "drop"])
def test_a_covariate_that_tells_the_winners_by_itself_leaves_strengths_finite_and_is_told(way):
    made = battles(80, np.random.default_rng(3))
    longer = pd.DataFrame({"longer": made["a_wins"] * 2 - 1})

    fit = strengths(made, way, longer)

    assert np.abs(fit.table["strength"]).max() < 5
    assert fit.effects.loc["longer", "low"] > 0
    assert fit.notes[0].startswith("What is taken out tells the winners by itself")
    again = strengths(pd.concat([made, made]), way, pd.concat([longer, longer]))
    assert again.table["strength"].idxmax() == fit.table["strength"].idxmax()
    with pytest.raises(tb.StatsError, match="one is missing"):
        strengths(made, way, longer.iloc[1:])


@pytest.mark.parametrize("way", ["davidson", "rao_kupper", "drop"])
def test_one_comparison_or_three_settle_nothing_and_twenty_do(way):
    for count, settled in ((1, False), (3, False), (20, True)):
        made = pd.DataFrame({"model_a": ["x"] * count, "model_b": "y", "a_wins": 1.0})
        assert (strengths(made, way).table.loc["x", "low"] > 0) == settled


def test_what_cannot_be_ranked_is_refused_with_a_reason():
    apart = pd.DataFrame({"model_a": ["x", "v"], "model_b": ["y", "w"], "a_wins": [1.0, 0.0]})
    with pytest.raises(tb.StatsError, match="No chain of comparisons links 'v' with x, y"):
        strengths(apart)
    with pytest.raises(tb.StatsError, match="two models at least"):
        strengths(apart.iloc[:0])
    with pytest.raises(tb.StatsError, match="'a_wins' is missing"):
        win_rates(apart.drop(columns="a_wins"))
    with pytest.raises(tb.StatsError, match="for a tie"):
        win_rates(apart.assign(a_wins=2))
    with pytest.raises(tb.StatsError, match="Did you mean 'davidson'"):
        strengths(apart, "davidsson")


def test_a_session_ranks_the_models_that_its_pairs_name(open_session):
    session = open_session(rows(30))
    for number, pair in enumerate(session.pairs.index):
        session.label(pair, ["a", "b", "tie"][number % 3] if number < 15 else "a")

    rates = session.stats.win_rates()

    assert rates.index.tolist() == ["model-one", "model-two"]
    assert rates.loc["model-one", "rate"] == pytest.approx((15 + 5 + 2.5) / 30)
    assert session.stats.ranking().table.index[0] == "model-one"
    assert session.stats.ranking(length_controlled=True).effects.index.tolist() == ["longer"]
    assert session.stats.ties_compared().index.tolist() == ["davidson", "rao_kupper", "drop"]


def test_pairs_without_models_say_what_ranking_needs(open_session):
    session = open_session([{"prompt": "p", "response_a": "x", "response_b": "y"}])

    with pytest.raises(tb.StatsError, match="give the pairs model_a and model_b"):
        session.stats.ranking()
