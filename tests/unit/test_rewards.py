"""What labels are said to reward, where it is known, and how well that tells new ones."""

import sys

import numpy as np
import pandas as pd
import pytest
from helpers import DATA, python, rows
from test_bias import study

import tiebreak as tb
from tiebreak.stats import embedding
from tiebreak.stats.choices import Choices, held_out, ranked_right, splits
from tiebreak.stats.rewards import rewards, rewards_by

LONG = pytest.mark.long
HARMLESS = DATA / "hh-rlhf/harmless-base-test.jsonl.gz"


def asked(generator, **planted):
    labels, pairs = study(generator, **planted)
    return labels, pairs.assign(prompt=[f"question {n}" for n in range(len(pairs))])


@pytest.mark.parametrize("runs", [3, pytest.param(100, marks=LONG)])
def test_length_alone_is_said_to_explain_the_choices_when_it_does(runs):
    generator = np.random.default_rng(3)
    said = [rewards(*asked(generator, longer=0.8)).says for _ in range(runs)]

    assert np.mean([each.startswith("Length alone explains") for each in said]) >= 0.9
    assert all("Length alone tells" in each for each in said if each.startswith("Length alone"))


@pytest.mark.parametrize("runs", [3, pytest.param(100, marks=LONG)])
def test_length_is_not_blamed_for_what_flattery_did(runs):
    generator = np.random.default_rng(4)
    found = [rewards(*asked(generator, flattering=0.9)) for _ in range(runs)]

    assert np.mean(["more than length" in each.says for each in found]) >= 0.95
    assert np.mean([each.effects.loc["flattery", "found"] for each in found]) >= 0.95


@pytest.mark.parametrize("runs", [3, pytest.param(100, marks=LONG)])
def test_coins_are_hardly_ever_told(runs):
    generator = np.random.default_rng(5)
    found = [rewards(*asked(generator)) for _ in range(runs)]

    assert np.mean([each.says.startswith("Nothing that is looked at") for each in found]) >= 0.9
    assert np.mean([each.held_out.loc["counted", "auc"] for each in found]) < 0.53


def test_the_choices_told_wrongly_are_named_the_surest_first():
    labels, pairs = asked(np.random.default_rng(3), longer=1.0)
    longest = (pairs["a"].str.len() - pairs["b"].str.len()).abs().idxmax()
    labels["preference"] = labels["preference"].mask(
        labels["pair"] == longest, labels["preference"].map({"a": "b", "b": "a"})
    )

    against = rewards(labels, pairs).against

    assert against.index[0] == longest
    assert against["p"].is_monotonic_increasing
    assert against["p"].max() < 0.5


def test_no_prompt_is_both_learned_from_and_asked():
    prompts = np.repeat(np.arange(30), 4)
    seen = np.zeros(len(prompts))

    for _, learned, held in splits(prompts):
        assert not set(prompts[learned]) & set(prompts[held])
        assert len(learned) + len(held) == len(prompts)
        seen[held] += 1

    assert (seen == 4).all()


def test_the_model_knows_no_side():
    labels, pairs = asked(np.random.default_rng(3), longer=0.8)
    turned = labels.assign(preference=labels["preference"].map({"a": "b", "b": "a"}))
    exchanged = pairs.rename(columns={"a": "b", "b": "a"})

    one, other = rewards(labels, pairs), rewards(turned, exchanged)

    assert one.says == other.says
    assert one.held_out.equals(other.held_out)


def test_the_area_is_how_often_a_pair_outranks_a_pair_turned_round():
    scores = np.round(np.random.default_rng(2).normal(0.3, 1, (1, 200)), 1)
    first, turned = scores[0][:, None], -scores[0][None, :]

    area = ((first > turned) + (first == turned) / 2).mean()

    assert ranked_right(scores).mean() == pytest.approx(area, abs=1e-12)


def test_the_choice_on_a_pair_is_that_of_most_and_even_ones_are_counted():
    pairs = pd.DataFrame({"prompt": list("xyz"), "a": "long text", "b": "short"}, index=list("pqr"))
    labels = pd.DataFrame(
        {
            "pair": ["p", "p", "p", "q", "q", "r", "elsewhere"],
            "annotator": ["ann", "bob", "cy", "ann", "bob", "ann", "ann"],
            "preference": ["a", "a", "b", "a", "b", "tie", "a"],
        }
    )

    chosen = Choices.of(labels, pairs)

    assert (list(chosen.pairs.index), list(chosen.won), chosen.even) == (["p"], [1.0], 1)


def test_too_few_labels_are_said_to_be_too_few():
    labels, pairs = asked(np.random.default_rng(3))

    found = rewards(labels[:20], pairs)

    assert found.says.endswith("there are 20 pairs with a preference, and it needs 50.")
    assert found.effects.empty
    assert str(found) == found.says


def test_what_speaks_against_it_comes_back_to_be_looked_at_anew(tmp_path):
    with tb.Session(tmp_path / "s", rows(60), annotator="me", order="given") as session:
        for _ in range(60):
            session.label(session.next().id, "a")

        assert session.stats.rewards().says.startswith("Length alone explains")
        assert session.queue(pairs=["p7", "p3", "p7"]) == 2
        assert session.next().id == "p7"
        session.label("p7", "b")
        assert session.next().id == "p3"
        with pytest.raises(tb.SessionError, match="There is no pair 'p99' in this session"):
            session.queue(pairs=["p99"])
        with pytest.raises(tb.SessionError, match="one of them"):
            session.queue(pairs="p3")


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    embedding._opened.cache_clear()

    with pytest.raises(tb.StatsError, match="pip install wordllama"):
        rewards(*asked(np.random.default_rng(3)), embed=True)


def test_meaning_is_read_from_files_alone():
    pytest.importorskip("wordllama")
    told = python(
        """
import socket, sys
def refuse(*_, **__):
    raise OSError("no network here")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
from tiebreak.stats.embedding import embedded
found = embedded(["a cat", "a kitten", "stock market", "", "half \\ud800"])
print(found.shape, round(float(found[0] @ found[0]), 6), found[3].any())
print(found[0] @ found[1] > found[0] @ found[2])
print({"torch", "wordllama", "huggingface_hub", "requests"} & set(sys.modules))
"""
    )

    assert told.splitlines() == ["(5, 256) 1.0 False", "True", "set()"]


@pytest.mark.no_cover
def test_a_direction_in_meaning_is_told_by_its_words():
    pytest.importorskip("wordllama")
    generator = np.random.default_rng(8)
    about = (["dogs", "cats", "horses", "puppies"], ["banks", "loans", "interest", "credit"])
    texts = [
        [" ".join(generator.choice(words, 6)) for words in (about if n % 2 else about[::-1])]
        for n in range(120)
    ]
    pairs = pd.DataFrame(texts, columns=["a", "b"]).assign(prompt=[*map(str, range(120))])
    coins = generator.random(120) < 0.9
    labels = pd.DataFrame({"pair": range(120), "annotator": "me"})
    labels["preference"] = np.where((labels["pair"] % 2 == 1) == coins, "a", "b")

    found = rewards(labels, pairs, embed=True)

    first = found.effects.loc["meaning 1"]
    nearer, _, farther = first["says"].partition(" than to ")
    assert first["found"]
    assert "cats" in nearer
    assert "loans" in farther
    assert set(first["examples"]) < set(pairs.index)
    assert found.held_out.loc["meaning", "accuracy"] > 0.8


@pytest.fixture(scope="module")
def harmless():
    pytest.importorskip("wordllama")
    if not HARMLESS.exists():
        pytest.skip(f"the HH transcripts are not at {DATA}")
    return tb.read_pairs(HARMLESS, on_error="skip")


@pytest.mark.no_cover
def test_on_real_labels_meaning_tells_more_than_length(harmless):
    found = rewards(harmless.labels, harmless.pairs, embed=True)

    assert found.held_out.loc["meaning", "auc"] >= 0.64
    assert found.held_out.loc["length", "auc"] < 0.61
    assert found.says.startswith("Your choices follow more than length")


def test_held_out_scores_are_the_same_again():
    labels, pairs = asked(np.random.default_rng(3), longer=0.8)
    chosen = Choices.of(labels, pairs)
    column = (pairs["a"].str.len() - pairs["b"].str.len()).to_numpy(float)[:, None]

    once, again = (held_out([column], chosen.won, chosen.prompts) for _ in range(2))

    assert (once == again).all()


def test_what_each_person_rewards_is_a_row_each_and_few_labels_say_what_they_need():
    labels, pairs = asked(np.random.default_rng(3))
    other = labels[:20].assign(annotator="other")

    found = rewards_by(pd.concat([labels, other]), pairs, "annotator")

    assert found.index.name == "annotator"
    assert found.loc["other", "says"].endswith(
        "there are 20 pairs with a preference, and it needs 50."
    )
    assert np.isnan(found.loc["other", "auc"])
    assert found["auc"].notna().sum() == len(found) - 1
    with pytest.raises(tb.StatsError, match="column 'nobody'"):
        rewards_by(labels, pairs, "nobody")
