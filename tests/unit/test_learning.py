"""How well a small model tells choices by how many it learned from, and at twice as many."""

import numpy as np
import pandas as pd
import pytest
from helpers import DATA, rows
from test_bias import study

import tiebreak as tb

REAL = {
    "harmless": "hh-rlhf/harmless-base-test.jsonl.gz",
    "claude": "alpaca_eval/judged-claude-2.1-vs-gpt4_1106_preview.jsonl",
    "vicuna": "alpaca_eval/judged-vicuna-7b-v1.5-vs-gpt4_1106_preview.jsonl",
}


def asked(seed, count, **planted):
    labels, pairs = study(np.random.default_rng(seed), count, **planted)
    return labels, pairs.assign(prompt=[f"question {n}" for n in range(len(pairs))])


def test_what_is_told_by_one_trait_is_soon_learned():
    curve = tb.learning_curve(*asked(1, 400, longer=0.85))

    assert curve.index.tolist() == [0.125, 0.25, 0.5, 1.0, 2.0]
    assert curve["learned"].tolist() == [40, 80, 160, 320, 640]
    assert curve["forecast"].tolist() == [False] * 4 + [True]
    assert curve["accuracy"].between(curve["low"], curve["high"]).all()
    assert curve.loc[1.0, "low"] < 0.85 < curve.loc[1.0, "high"]
    assert not curve.loc[2.0, "says"].endswith("more labeling still pays.")


def test_few_labels_have_no_curve_and_are_told_why(tmp_path):
    with tb.Session(tmp_path / "s", rows(4), annotator="me") as session:
        session.label("p0", "a")
        curve = tb.learning_curve(session)

    assert curve.index.tolist() == [2.0]
    assert curve["accuracy"].isna().all()
    assert curve["says"].item().endswith("on more than 5 prompts; there are 1.")


def test_labels_without_pairs_are_told():
    with pytest.raises(tb.StatsError, match="a session, or labels and pairs"):
        tb.learning_curve(pd.DataFrame())


@pytest.mark.long
@pytest.mark.parametrize("part", [1 / 2, 1 / 4])
def test_the_forecast_holds_on_real_labels(part):
    inside = {}
    for name, file in REAL.items():
        if not (DATA / file).exists():
            pytest.skip(f"the real labels are not at {DATA}")
        read = tb.read_pairs(DATA / file, on_error="skip")
        labels = read.labels[read.labels["preference"].isin(["a", "b"])]
        generator = np.random.default_rng(1)
        size = int(len(labels) * part)
        whole = None
        inside[name] = []
        for _ in range(100):
            order = generator.permutation(len(labels))[: 2 * size]
            curve = tb.learning_curve(labels.iloc[order[:size]], read.pairs)
            if whole is None or part < 1 / 2:
                whole = tb.learning_curve(labels.iloc[order], read.pairs).loc[1.0, "accuracy"]
            forecast = curve.loc[2.0]
            inside[name].append(forecast["low"] <= whole <= forecast["high"])

    shares = {name: float(np.mean(each)) for name, each in inside.items()}
    assert 0.85 <= np.mean([*shares.values()]) <= 0.95, shares
    assert min(shares.values()) >= 0.85, shares
