import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from tiebreak.stats.similarity import near_duplicate_groups

LETTERS = st.text(st.characters(categories=["Ll", "Lu", "Nd", "Lo"], max_codepoint=0x3FFF))
NOISE = st.text(" \t\n.,;:!?-'\"()*_#«»…—")


def same(*texts, **options):
    return len(set(near_duplicate_groups(texts, **options))) == 1


def words(count, seed):
    dice = random.Random(seed)
    return ["".join(dice.choices("abcdefghijklmnop", k=dice.randint(2, 9))) for _ in range(count)]


@given(st.lists(st.text(), max_size=20))
def test_equal_texts_have_equal_numbers_counted_by_first_appearance(texts):
    numbers = near_duplicate_groups(texts)

    assert len(numbers) == len(texts)
    assert all(numbers[texts.index(text)] == n for text, n in zip(texts, numbers, strict=True))
    assert list(dict.fromkeys(numbers)) == list(range(len(set(numbers))))


@given(st.lists(st.tuples(LETTERS.filter(bool), NOISE), min_size=1, max_size=20))
def test_whitespace_and_punctuation_make_no_difference(parts):
    assert same("".join(part for part, _ in parts), "".join(part + n for part, n in parts))


@given(st.text("abcdefghijklmnopqrstuvwxyzäöüéñßжяλ ", min_size=1))
def test_case_makes_no_difference(text):
    assert same(text, text.upper(), text.title())


def test_two_spellings_of_one_accented_letter_are_the_same():
    assert same("caf\u00e9", "cafe\u0301")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is the capital of France?", "What is the capital of Greece?"),
        ("Is 2 > 3?", "Is 2 < 3?"),
        ("???", "!!!"),
        ("", "text"),
        ("🙂", "🙁"),
        ("\ud83d", "\ud83e"),
        ("किताब", "कताब"),
    ],
)
def test_short_texts_that_say_something_else_stay_apart(one, other):
    assert not same(one, other)


@pytest.mark.parametrize("seed", range(20))
def test_a_long_text_with_a_few_words_changed_is_nearly_the_same(seed):
    text = words(200, seed)
    edited = list(text)
    dice = random.Random(seed)
    for _ in range(5):
        edited[dice.randrange(200)] = "changed"
    del edited[dice.randrange(195)]
    edited.insert(dice.randrange(195), "added")

    assert same(" ".join(text), " ".join(edited))


def test_a_text_half_of_which_is_different_is_not_nearly_the_same():
    text = words(200, 1)

    assert not same(" ".join(text), " ".join([*text[:100], *words(100, 2)]))


def test_chinese_is_compared_by_characters():
    text = "人工智能是计算机科学的一个分支它企图了解智能的实质并生产出一种新的能以人类智能相似"

    assert same(text, text.replace("企图", "试图"))
    assert not same(text, text[:20])


def test_the_threshold_says_how_much_may_differ():
    text = words(100, 3)
    edited = " ".join("changed" if n % 7 == 3 else word for n, word in enumerate(text))

    assert not same(" ".join(text), edited)
    assert same(" ".join(text), edited, threshold=0.8)
    assert not same(" ".join(text), " ".join([*text, "more"]), threshold=1.0)


def test_real_prompts_that_have_nothing_to_do_with_each_other_stay_apart(alpaca_pairs):
    prompts = alpaca_pairs["prompt"].tolist()
    # Fifteen of them ask for different dishes in one and the same long sentence.
    others = [text for text in prompts if not text.startswith("I like to host guests at my home")]

    assert len(set(near_duplicate_groups(others))) == len(others)


def test_two_thousand_texts_are_compared_a_few_times_each(monkeypatch):
    texts = [" ".join(words(300, seed)) for seed in range(100)] * 20
    texts = [f"{text} {' '.join(words(20, n))}" for n, text in enumerate(texts)]
    compare = Indel.normalized_similarity
    compared = []
    monkeypatch.setattr(
        Indel,
        "normalized_similarity",
        lambda *both, **options: compared.append(1) or compare(*both, **options),
    )

    numbers = near_duplicate_groups(texts)

    assert len(compared) < 10 * len(texts)
    assert len(set(numbers)) == 100
