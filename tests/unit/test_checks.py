import random

import pytest
from helpers import rows
from test_checks_planted import DEFECTS, rows_found

import tiebreak as tb

ROW = {
    "prompt": "Where does the river end?\n\n",
    "chosen": "It ends in the sea, after many bends and one long delta in the south.",
    "rejected": "Nobody has ever followed it so far, so that I would rather not say.",
}


@pytest.mark.parametrize("rule", DEFECTS)
def test_a_rule_finds_its_defect_in_a_row_and_nothing_in_a_clean_one(rule):
    form, plant = DEFECTS[rule]

    other = {**ROW, "prompt": "Where does the road end?\n\n"}

    report = tb.check([form(ROW), plant(form(other), 1)], safety_critical=True, max_length=2_000)

    assert rows_found(report, rule) == {1}


def judgments(count, **more):
    return [
        {
            "prompt": f"ask {n}\n",
            "a": f"first {n}",
            "b": f"second answer {n}",
            "preference": "ab"[n % 2],
            "annotator": "anna",
            "source": "human",
            "shown_left": "ab"[n // 2 % 2],
            "seconds": 9.0,
            **{name: value(n) for name, value in more.items()},
        }
        for n in range(count)
    ]


def rules_of(source, **options):
    return {finding.rule for finding in tb.check(source, **options)}


def test_twice_the_same_row_and_opposite_rows_are_found():
    turned = {**ROW, "chosen": ROW["rejected"], "rejected": ROW["chosen"]}

    assert "P09" not in rules_of([ROW])
    assert rows_found(tb.check([ROW, ROW]), "P09") == {1}
    assert rows_found(tb.check([ROW, turned]), "P09") == {0, 1}


def test_a_prompt_in_two_splits_is_found():
    other = {**ROW, "prompt": "How is bread made without yeast?\n"}

    assert "P10" not in rules_of({"train": [ROW], "test": [other]})
    assert "P10" in rules_of(
        {"train": [ROW], "test": [{**ROW, "prompt": "where does the river end"}]}
    )


def test_longer_answers_that_win_are_found():
    assert "P12" not in rules_of(judgments(100))
    assert "P12" in rules_of(judgments(100, preference=lambda _: "b"))


def test_a_side_that_wins_is_found():
    assert "P13" not in rules_of(judgments(100))
    assert "P13" in rules_of(judgments(100, shown_left=lambda n: "ab"[n % 2]))


def test_a_first_answer_that_wins_is_blamed_on_its_place_only_where_that_is_known():
    first = {"preference": lambda _: "a"}

    [known] = [
        f for f in tb.check(judgments(100, **first, shown_left=lambda _: "a")) if f.rule == "P13"
    ]

    assert "tell where an answer stood" in known.why
    assert "P13" not in rules_of(judgments(100, **first, shown_left=lambda _: None))


def test_a_small_set_is_found():
    assert "P14" in rules_of(judgments(999))
    assert "P14" not in rules_of(judgments(1000))


@pytest.mark.parametrize(("agreeing", "found"), [(1.0, False), (0.5, True)])
def test_annotators_who_hardly_agree_are_found(open_session, agreeing, found):
    pairs = [
        {
            "id": f"p{n}",
            "prompt": f"ask {n}",
            "response_a": f"first {n}",
            "response_b": f"other {n}",
        }
        for n in range(60)
    ]
    dice = random.Random(3)
    for annotator in ("anna", "berta"):
        session = open_session(pairs, annotator=annotator)
        for n, row in enumerate(pairs):
            choice = "ab"[n % 2] if dice.random() < agreeing else dice.choice("ab")
            session.label(row["id"], choice, seconds=9.0)

    assert ("P22" in rules_of(session)) is found


def test_labels_of_one_pair_in_several_rows_are_several_opinions():
    rows = judgments(60)
    others = judgments(60, annotator=lambda _: "berta", preference=lambda n: "ab"[n % 3 > 0])
    judged = judgments(60, annotator=lambda _: "gpt", source=lambda _: "judge")

    report = tb.check([*rows, *others, *judged], safety_critical=True, batch_size=8)

    assert "P22" in {finding.rule for finding in report}
    assert not rows_found(report, "P09")
    assert not rows_found(report, "P15")
    assert any("60 pairs with a preference" in f.what for f in report if f.rule == "P14")
    alone = tb.check([*rows[:59], *judged], safety_critical=True)
    assert rows_found(alone, "P15") == {59 + 59}


def test_a_column_of_a_name_that_trainers_read_is_named():
    report = tb.check([{**ROW, "images": ["x"], "label": "good"}])

    what = [finding.what for finding in report if finding.rule == "P18"]
    assert what == [
        "1 row: the column 'images' has a name that trainers read",
        "1 row: the column 'label' has a name that trainers read",
    ]


@pytest.mark.parametrize("text", ["sk-" * 100_000, "-eyJ" * 100_000])
def test_what_begins_like_a_key_again_and_again_takes_no_long_time(text):
    assert "P20" not in rules_of([{**ROW, "chosen": text}])


@pytest.mark.no_cover
def test_many_circles_of_one_prompt_take_no_long_time():
    rows = [
        {"prompt": "ask\n", "chosen": f"{n} {winner}", "rejected": f"{n} {loser}"}
        for n in range(4_000)
        for winner, loser in ("ab", "bc", "ca")
    ]

    circles = [f for f in tb.check(rows) if f.rule == "P09"]

    assert [f.what for f in circles] == ["12000 rows have winners in a circle (4000 circles)"]


def test_a_tokenizer_counts_exactly():
    class Words:
        def encode(self, text):
            return text.split()

    row = {"prompt": "one two three\n", "chosen": "four five", "rejected": "six"}

    assert "P03" not in rules_of([row], tokenizer=Words(), max_length=5)
    assert "P03" in rules_of([row], tokenizer=Words(), max_length=4)
    assert {"error"} == {
        f.severity for f in tb.check([row], tokenizer=Words(), max_length=3) if f.rule == "P03"
    }


def test_a_tie_and_both_bad_are_no_disagreement_to_the_check_either():
    def said(undecided):
        return lambda n: ["a", undecided, undecided][n % 3]

    anna = judgments(60, preference=said("tie"))
    bob = judgments(60, annotator=lambda _: "bob", preference=said("both_bad"))

    assert "P22" not in {finding.rule for finding in tb.check([*anna, *bob])}


def test_ties_with_choices_between_them_are_not_in_a_row_also_where_no_side_is_known(open_session):
    session = open_session(rows(60), order="given")
    for number in range(60):
        session.label(f"p{number}", "tie" if number % 2 else "a", seconds=9)
    assert "P21" not in {each.rule for each in tb.check(session)}

    for number in range(60):
        session.label(f"p{number}", "tie" if number < 30 else "a", seconds=9)
    (found,) = (each for each in tb.check(session) if each.rule == "P21")
    assert found.what == "30 times 'tie' in a row by 'me'"
