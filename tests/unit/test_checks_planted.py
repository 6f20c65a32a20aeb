"""Defects planted in real rows: what is found of them, and what is found without them."""

import random
from itertools import combinations

import pandas as pd
import pytest
from helpers import DATA

import tiebreak as tb

ROWS = 2_000
PLANTED = 20
MODELS = ("claude-2.1", "vicuna-7b-v1.5", "gpt4_1106_preview")
LONGEST = 4_096
BOILERPLATE = "It is a truth universally acknowledged that words go on and on. " * 300


@pytest.fixture(scope="module")
def clean():
    """Real answers of three models, two a row, ranked by a die for each prompt."""
    files = [DATA / f"alpaca_eval/outputs-{model}.jsonl" for model in MODELS]
    if not all(file.exists() for file in files):
        pytest.skip(f"the AlpacaEval outputs are not at {DATA}")
    outputs = [pd.read_json(file, lines=True)["output"].tolist() for file in files]
    prompts = pd.read_json(files[0], lines=True)["instruction"].tolist()
    dice = random.Random(5)
    rows, seen = [], set()
    for prompt, *answers in zip(prompts, *outputs, strict=True):
        if prompt in seen or len({answer.strip() for answer in answers}) < len(answers):
            continue
        seen.add(prompt)
        ranked = dice.sample(answers, k=len(answers))
        rows += [
            {"prompt": f"{prompt.strip()}\n\n", "chosen": chosen, "rejected": rejected}
            for chosen, rejected in combinations(ranked, 2)
        ]
    return rows[:ROWS]


def as_messages(row):
    roles = {"prompt": "user", "chosen": "assistant", "rejected": "assistant"}
    return {name: [{"role": roles[name], "content": text}] for name, text in row.items()}


def as_unpaired(row):
    even = len("".join(row.values())) % 2 == 0
    return {"prompt": row["prompt"], "completion": row["chosen"], "label": even}


def as_labels(row):
    dice = random.Random(row["chosen"] + row["rejected"])
    sides = dice.sample(("chosen", "rejected"), 2)
    a, b = (row[side] for side in sides)
    return {
        "prompt": row["prompt"],
        "a": a,
        "b": b,
        "preference": "ab"[sides.index("chosen")],
        "annotator": "anna",
        "source": "human",
        "shown_left": dice.choice("ab"),
        "seconds": 30.0 + dice.random(),
        "flags_a": [],
        "flags_b": [],
    }


def inside(text, word, number):
    """Put a word between two others of a text."""
    words = text.split(" ")
    words.insert(number % len(words), word)
    return " ".join(words)


def into(name, *words):
    """Plant one of the words in turn in a column."""

    def plant(row, number):
        return {**row, name: inside(row[name], words[number % len(words)], number)}

    return plant


def shown(row, column, value):
    return {**row, column: value}


def cut_behind(row, number):
    return {**row, "chosen": f"{BOILERPLATE}yes {number}", "rejected": f"{BOILERPLATE}no"}


def repeated(row, number):
    side = ("chosen", "rejected")[number % 2]
    return {**row, side: [*row["prompt"], *row[side]]}


def wrong_role(row, number):
    content = row["chosen"][0]["content"]
    wrong = (
        {"chosen": [{"role": "gpt", "content": content}]},
        {"rejected": [{"role": "user", "content": content}]},
        {"prompt": [{"from": "human", "value": content}]},
        {"chosen": [{"role": "system", "content": "Be good."}, *row["chosen"]]},
        {"prompt": [*row["prompt"], {"role": "assistant", "content": "Well:"}]},
    )
    return {**row, **wrong[number % len(wrong)]}


def empty(row, number):
    column = ("prompt", "chosen", "rejected")[number % 3]
    return {**row, column: (None, "", "  \n", float("nan"))[number % 4]}


def same(row, number):
    return {**row, "rejected": (f" {row['chosen']}\n", row["chosen"])[number % 2]}


def nearly_same(row, number):
    long = row["chosen"] + " and so on" * 20
    return {**row, "chosen": long, "rejected": inside(long, "not", number)}


def unsafe(row, number):
    winner = row["preference"]
    return {**row, f"flags_{winner}": [("unsafe", "harmful")[number % 2]]}


def negative(row, number):
    return {**row, "margin": (-1.0, None, float("nan"), -0.5)[number % 4]}


def with_margin(row):
    return {**row, "margin": 1.0 + len(row["chosen"]) % 3}


TEXTS, MESSAGES, UNPAIRED, LABELS = dict, as_messages, as_unpaired, as_labels
DEFECTS = {
    "P01": (TEXTS, same),
    "P02": (TEXTS, empty),
    "P03": (TEXTS, cut_behind),
    "P04": (MESSAGES, lambda row, _: shown(row, "prompt", row["prompt"][0]["content"])),
    "P05": (MESSAGES, repeated),
    "P06": (MESSAGES, wrong_role),
    "P07": (TEXTS, lambda row, _: shown(row, "prompt", "Say yes or no") | {"chosen": "Yes"}),
    "P08": (TEXTS, into("chosen", "<|im_end|>", "</s>", "[INST]", "<|eot_id|>", "<end_of_turn>")),
    "P11": (TEXTS, nearly_same),
    "P15": (LABELS, lambda row, _: shown(row, "source", "judge")),
    "P16": (UNPAIRED, lambda row, n: shown(row, "label", ("good", None, 2, "True")[n % 4])),
    "P17": (with_margin, negative),
    "P18": (TEXTS, lambda row, n: shown(row, ("images", "messages", "label")[n % 3], ["x"])),
    "P19": (TEXTS, into("rejected", "caf\ufffd", "cafÃ©", "half \ud800", "nul \0", "it â€œ")),
    "P20": (
        TEXTS,
        into(
            "chosen",
            *("jane.doe@posteo.net", "+49 89 6361 4427", "DE89 3704 0044 0532 0130 00"),
            *("4539 1488 0343 6467", "AKIAIOSFODNN7EXAMPLE"),
        ),
    ),
    "P21": (LABELS, lambda row, _: shown(row, "seconds", 0.4)),
    "P23": (TEXTS, lambda row, n: shown(row, "preference", ("tie", "both_bad")[n % 2])),
    "P24": (LABELS, unsafe),
}


def rows_found(report, rule):
    return {row for finding in report if finding.rule == rule for row in finding.rows}


def check(rows):
    return tb.check(rows, max_length=LONGEST, safety_critical=True, batch_size=8)


@pytest.mark.parametrize("rule", DEFECTS)
def test_planted_defects_are_found_and_nothing_else(clean, rule):
    form, plant = DEFECTS[rule]
    rows = [form(row) for row in clean]
    places = random.Random(rule).sample(range(len(rows)), PLANTED)
    for number, place in enumerate(places):
        rows[place] = plant(rows[place], number)

    found = rows_found(check(rows), rule)

    assert len(found & set(places)) >= 19
    assert len(found - set(places)) <= len(rows) / 1000


def test_rows_planted_again_are_found_and_nothing_else(clean):
    rows = [*clean, *random.Random(1).sample(clean, PLANTED)]

    found = rows_found(check(rows), "P09")

    assert found == set(range(len(clean), len(rows)))


def test_planted_contradictions_are_found_and_nothing_else(clean):
    turned = [
        {"prompt": row["prompt"], "chosen": row["rejected"], "rejected": row["chosen"]}
        for row in clean[-PLANTED:]
    ]

    report = check([*clean, *turned])

    opposed = [f for f in report if f.rule == "P09" and "opposite winners" in f.what]
    places = range(len(clean) - PLANTED, len(clean) + PLANTED)
    assert [set(finding.rows) for finding in opposed] == [set(places)]


def test_planted_circles_are_found_and_nothing_else(clean):
    rows = list(clean)
    places = set()
    for first in range(0, 3 * PLANTED, 3):  # the rows of a prompt: 1 over 2, 1 over 3, 2 over 3
        row = rows[first + 1]
        rows[first + 1] = {**row, "chosen": row["rejected"], "rejected": row["chosen"]}
        places |= {first, first + 1, first + 2}

    assert rows_found(check(rows), "P09") == places


def test_prompts_planted_in_the_test_split_are_found_and_nothing_else(clean):
    train, test = clean[:1500], [dict(row) for row in clean[1500:]]
    for number in range(PLANTED):
        prompt = clean[3 * number]["prompt"]
        test[number]["prompt"] = (prompt, f"  {prompt.strip().upper()}!")[number % 2]

    found = rows_found(check({"train": train, "test": test}), "P10")

    planted = {f"test {number}" for number in range(PLANTED)}
    assert len(found & planted) >= 19
    assert len(found - planted) <= 2


def as_labels_of_two(row):
    """Two annotators of one mind."""
    said = as_labels(row)
    return said, {**said, "annotator": "bob"}


def parts(clean, form):
    """Twenty sets of a hundred rows, or of as many pairs."""
    rows = [made if isinstance(made := form(row), tuple) else (made,) for row in clean]
    return [[each for made in rows[n : n + 100] for each in made] for n in range(0, ROWS, 100)]


def longer_first(rows):
    for row in rows:
        sides = sorted((row["chosen"], row["rejected"]), key=len)
        row["rejected"], row["chosen"] = sides


def left_preferred(rows):
    for number, row in enumerate(rows):
        row["shown_left"] = row["preference"] if number % 4 else "ab"[row["preference"] == "a"]


def one_key(rows):
    for row in rows[30:60]:
        row["shown_left"] = row["preference"]


def one_label(rows):
    for row in rows:
        row["label"] = True


def by_label(rows):
    rows.sort(key=lambda row: row["label"])


def one_margin(rows):
    for row in rows:
        row["margin"] = 2.0


def too_few(rows):
    del rows[60:]


def given_away(rows):
    for row in rows:
        row["chosen"] = f"Great question! \U0001f600 {row['chosen']}"


def given_away_to_labelers(rows):
    for row in rows:
        winner = row["preference"]
        row[winner] = f"Great question! \U0001f600 {row[winner]}"


def under_two_guidelines(rows):
    for number, row in enumerate(rows):
        row["guideline"] = ("first", "second")[number > 40]
        row["at"] = f"2026-01-01T10:{number // 60:02}:{number % 60:02}+00:00"


def under_one_guideline(row):
    return {**as_labels(row), "guideline": "first", "at": "2026-01-01T09:00:00+00:00"}


def of_another_mind(rows):
    dice = random.Random(rows[0]["a"])
    for row in rows[1::2]:
        row["preference"] = dice.choice("ab")


SKEWS = {
    "P12": (TEXTS, longer_first, "longer answer"),
    "P13": (LABELS, left_preferred, "left answer"),
    "P14": (TEXTS, too_few, "fewer than ten batches"),
    "P16 labels": (UNPAIRED, one_label, "all 100 labels"),
    "P16 order": (UNPAIRED, by_label, "single label"),
    "P17": (with_margin, one_margin, "in every row"),
    "P21": (LABELS, one_key, "in a row"),
    "P22": (as_labels_of_two, of_another_mind, "Krippendorff's alpha"),
    "P25": (TEXTS, given_away, "the chosen answer in"),
    "P25 labels": (LABELS, given_away_to_labelers, "such as length"),
    "P26": (under_one_guideline, under_two_guidelines, "41 of 100 labels"),
}


def count_found(skew, sets):
    """Count the sets that are found skewed as they are, and once they are."""
    _, plant, words = SKEWS[skew]

    def found(rows):
        return any(f.rule == skew[:3] and words in f.what for f in check(rows))

    before = sum(map(found, sets))
    for rows in sets:
        plant(rows)
    return before, sum(map(found, sets))


@pytest.mark.parametrize("skew", SKEWS)
def test_skewed_sets_are_found_and_no_other(clean, skew):
    assert count_found(skew, parts(clean, SKEWS[skew][0])[::4]) == (0, 5)


@pytest.mark.long
@pytest.mark.parametrize("skew", SKEWS)
def test_nineteen_of_twenty_skewed_sets_are_found_and_at_most_one_other(clean, skew):
    before, after = count_found(skew, parts(clean, SKEWS[skew][0]))

    assert before <= 1
    assert after >= 19
