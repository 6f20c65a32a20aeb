"""The sample pairs in contrasting styles, and the tiny model that a class trains on them."""

from dataclasses import replace

import numpy as np
import pytest

import tiebreak as tb
from tiebreak.samples.tiny import LONGEST, TinyGPT

TIPS = ["Keep it near a sunny window.", "Water it when the soil feels dry."]
PROMPTS = ["How do I keep basil alive?", "How do I cook rice?"]


@pytest.fixture(scope="module")
def model():
    return TinyGPT.load()


def words(text):
    return len(text.split())


def test_the_styles_are_36_pairs_of_short_texts_that_make_a_session(open_session):
    samples = tb.sample_pairs("styles")
    both = samples["prompt"] + " " + samples["response_a"] + " " + samples["response_b"]

    assert len(open_session(samples).pairs) == 36
    assert samples["prompt"].nunique() == 36
    assert 45 < both.map(words).mean() < 70


def test_the_pairs_of_styles_differ_in_length_and_in_warmth_and_in_half_these_go_together():
    samples = tb.sample_pairs("styles")
    short = samples["style_a"].str.contains("short"), samples["style_b"].str.contains("short")
    warm = samples["style_a"].str.contains("warm"), samples["style_b"].str.contains("warm")
    shorter = samples["response_a"].map(words) < samples["response_b"].map(words)

    assert (short[0] != short[1]).all()
    assert (warm[0] != warm[1]).all()
    assert (short[0] == warm[0]).sum() == 18
    assert shorter.equals(short[0])
    assert 14 <= shorter.sum() <= 22
    assert 14 <= warm[0].sum() <= 22


def test_the_tiny_model_knows_every_word_of_the_styles(model):
    for text in tb.sample_pairs("styles")[["prompt", "response_a", "response_b"]].to_numpy().flat:
        assert model._spell(model.read(text)) == text


def test_the_gradient_of_the_tiny_model_is_what_a_small_step_shows():
    draw = np.random.default_rng(0)
    empty = TinyGPT(TinyGPT.load().words, width=8, layers=2, heads=2)
    size = sum(int(np.prod(shape)) for shape in empty.shapes().values())
    wide = draw.normal(0, 0.4, size)  # in double precision, so that the steps can be small
    pull = np.array([1.0, -2.0])

    def total(weights):
        return replace(empty, weights=weights).log_likelihood(PROMPTS, TIPS) @ pull

    gradient = replace(empty, weights=wide).forward(PROMPTS, TIPS)[1](pull)
    start = 0
    for name, shape in empty.shapes().items():
        part = gradient[start : start + int(np.prod(shape))]
        for place in start + np.argsort(-np.abs(part))[[0, 3, 9]]:
            step = np.zeros(size)
            step[place] = 1e-5
            by_steps = (total(wide + step) - total(wide - step)) / 2e-5
            assert by_steps == pytest.approx(gradient[place], rel=1e-4), name
        start += len(part)


def test_an_answer_counts_the_same_alone_and_in_a_batch(model):
    together = model.log_likelihood(PROMPTS * 2, [*TIPS, TIPS[0] + " " + TIPS[1], TIPS[1]])
    alone = [model.log_likelihood(PROMPTS[:1], TIPS[:1])[0]]

    assert together[:1] == pytest.approx(alone, rel=1e-4)


def test_the_tiny_model_writes_the_same_texts_for_a_seed_and_others_for_another(model):
    first = model.write(PROMPTS, seed=1)

    assert model.write(PROMPTS, seed=1) == first
    assert model.write(PROMPTS, seed=2) != first
    assert all(text.endswith((".", "!")) for text in first)


def test_one_step_along_the_gradient_makes_an_answer_more_probable_and_leaves_the_copied_model(
    model,
):
    kept = model.weights.copy()
    copy = model.copy()
    before, back = copy.forward(PROMPTS[:1], TIPS[:1])
    copy.weights[:] += 1e-4 * back(np.ones(1))

    assert copy.log_likelihood(PROMPTS[:1], TIPS[:1])[0] > before[0]
    assert (model.weights == kept).all()


@pytest.mark.parametrize("text", ["How do I keep a zebra?", "How do I keep basil alive (really)?"])
def test_a_word_or_sign_that_the_tiny_model_does_not_know_is_named(model, text):
    with pytest.raises(tb.TiebreakError, match=r"does not know '(zebra|\()'.*attribute words"):
        model.write([text])


def test_a_text_too_long_for_the_tiny_model_is_refused(model):
    with pytest.raises(tb.TiebreakError, match=rf"reads up to {LONGEST} words"):
        model.log_likelihood(["how " * 60], ["dry " * 60])
    with pytest.raises(tb.TiebreakError, match="has more"):
        model.read("dry " * 200)


def test_sample_pairs_of_no_such_kind_are_refused_and_the_kinds_named():
    with pytest.raises(tb.TiebreakError, match=r"no sample pairs 'style'.*mixed.*styles"):
        tb.sample_pairs("style")
