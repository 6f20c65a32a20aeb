"""The lesson: that it runs, that it needs what it says, and (long) that its effect is there."""

import json
import sys

import class_lesson
import notebooks
import pytest

import tiebreak as tb
from tiebreak.samples.tiny import TinyGPT

CLASS = notebooks.EXAMPLES / "class"


@pytest.fixture
def corpus(monkeypatch):
    """What the model of the class was taught."""
    monkeypatch.syspath_prepend(str(CLASS))
    import corpus  # noqa: PLC0415 - found only now

    yield corpus
    sys.modules.pop("corpus", None)


def test_the_lesson_runs_from_top_to_bottom_with_a_student_who_likes_it_shorter(tmp_path):
    _, printed, found = class_lesson.run(tmp_path, epochs=1)

    assert "43 labels" in printed
    assert "36 of your 36 pairs have a choice" in printed
    assert "you changed 0 of 8 labels" in printed
    assert "I chose the longer one in 0 of 36" in printed
    assert "yours, 27 questions: won " in printed
    assert "shuffled, 9 questions: won " in printed
    assert set(found["words"]) == {"base", "yours", "shuffle 1", "shuffle 2", "shuffle 3"}
    rows = [json.loads(line) for line in (tmp_path / "my-preferences.jsonl").open()]
    assert len(rows) == 36
    assert all(len(row["chosen"]) < len(row["rejected"]) for row in rows)


@pytest.mark.long
def test_in_the_whole_lesson_own_labels_show_on_held_out_pairs_and_in_texts_and_shuffled_do_not(
    tmp_path,
):
    _, _, found = class_lesson.run(tmp_path)
    shuffles = [f"shuffle {number}" for number in (1, 2, 3)]

    assert found["held out"]["yours"] >= 0.75
    assert found["words"]["yours"] <= 0.8 * found["words"]["base"]
    assert min(found["learned"].values()) >= 0.9  # shuffled labels are fitted, too
    # The share that a single shuffle has right is luck (examples/class/figures.py has thirty of
    # them); how high the margins stand is not.
    assert max(abs(found["margin"][each]) for each in shuffles) <= found["margin"]["yours"] / 3
    assert min(found["changed"][each] for each in shuffles) >= 0.3  # and change texts, too
    assert min(found["words"][each] for each in shuffles) >= 0.9 * found["words"]["base"]


def test_the_lesson_needs_nothing_but_tiebreak_and_its_plots():
    packages = class_lesson.imports() - sys.stdlib_module_names

    assert packages == {"matplotlib", "numpy", "pandas", "tiebreak"}


def test_the_pairs_of_the_lesson_are_what_its_script_makes_of_the_class_questions(corpus):
    import random  # noqa: PLC0415

    made = corpus.pairs(corpus.CLASS, random.Random(36), corpus.OPENERS[:8], corpus.CLOSERS[:8])

    shipped = tb.sample_pairs("styles")
    assert shipped.drop(columns="id").to_dict("records") == made


def test_the_fresh_questions_of_the_lesson_are_in_none_of_its_pairs_and_in_no_choice_of_settings(
    corpus,
):
    there = {}
    exec(class_lesson.source("fresh").split("texts =")[0], {"TinyGPT": TinyGPT}, there)  # noqa: S102

    assert there["FRESH"] == corpus.FRESH
    assert not set(corpus.FRESH) & {*tb.sample_pairs("styles")["prompt"], *corpus.DEV}


def test_the_tiny_model_has_the_words_of_what_it_was_taught(corpus):
    assert list(TinyGPT.load().words) == corpus.vocabulary()
