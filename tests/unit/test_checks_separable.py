"""P25 and P26 beside the planted sets: what they must not say, and what a session tells them."""

import pandas as pd
import pytest
from helpers import DATA, rows

import tiebreak as tb


def rules(report):
    return {finding.rule for finding in report}


def found(report, rule):
    return next(each for each in report if each.rule == rule)


def pair(number, chosen="yes, it is", rejected="no, it is not"):
    return {"prompt": f"question {number}", "chosen": chosen, "rejected": rejected}


def test_what_gives_every_answer_away_is_told_from_fifty_pairs_on():
    told = tb.check([pair(n, f"word {n} " * 9) for n in range(50)])

    assert "in 50 of 50 pairs" in found(told, "P25").what
    assert "P25" not in rules(tb.check([pair(n, f"word {n} " * 9) for n in range(49)]))


def test_a_few_prompts_are_too_few_to_hold_some_out():
    told = tb.check([pair(n % 5, f"word {n} " * 9) for n in range(100)])

    assert "P25" not in rules(told)


def test_what_gives_away_nine_of_ten_is_no_trivial_set():
    kinds = [pair(n, f"word {n} " * 9) for n in range(180)]
    kinds += [pair(n, "no, it is not", f"word {n} " * 9) for n in range(180, 200)]

    assert "P25" not in rules(tb.check(kinds))


@pytest.mark.no_cover
def test_a_large_set_is_looked_at_in_rows_spread_over_it():
    kinds = [pair(n, f"word {n} " * 9) for n in range(3_000)]

    assert "in 750 of 750 pairs" in found(tb.check(kinds), "P25").what
    # The last third is not given away, so the whole is not.
    kinds[2_000:] = [pair(n, "no, it is not", f"word {n} " * 9) for n in range(2_000, 3_000)]
    assert "P25" not in rules(tb.check(kinds))


@pytest.mark.parametrize("model", ["claude-2.1", "vicuna-7b-v1.5"])
def test_real_judgments_are_not_trivially_told_apart(model):
    path = DATA / f"alpaca_eval/judged-{model}-vs-gpt4_1106_preview.jsonl"
    if not path.exists():
        pytest.skip(f"the AlpacaEval judgments are not at {DATA}")

    assert "P25" not in rules(tb.check(path))


def test_labels_are_old_once_the_guidelines_change_though_none_is_newer(tmp_path):
    with tb.Session(tmp_path / "s", rows(4), annotator="me") as session:
        session.label("p0", "a")
        session.label("p1", "skip")
        assert "P26" not in rules(tb.check(session))

        session.change_settings(guidelines="Prefer the shorter one.")
        old = found(tb.check(session), "P26")
        assert (old.severity, old.rows) == ("warning", ["p0"])
        assert old.what.startswith("1 of 2 labels were made under older guidelines than")

        session.label("p0", "a")
        assert "P26" not in rules(tb.check(session))


def test_a_guideline_come_back_to_is_not_old(tmp_path):
    with tb.Session(tmp_path / "s", rows(4), annotator="me") as session:
        session.label("p0", "a")
        session.change_settings(guidelines="Prefer the shorter one.")
        session.label("p1", "a")
        session.change_settings(guidelines=None)

        assert found(tb.check(session), "P26").rows == ["p1"]


def test_labels_of_no_version_are_not_said_to_be_old():
    table = pd.DataFrame(rows(4)).assign(preference="a", annotator="me")

    assert "P26" not in rules(tb.check(table.assign(guideline=[None, None, "one", "one"])))


def test_without_times_nothing_is_older():
    table = pd.DataFrame(rows(4)).assign(preference="a", annotator="me")

    assert "P26" not in rules(tb.check(table.assign(guideline=["two", "two", "one", "one"])))


def test_a_check_a_card_and_a_report_count_the_same_labels_under_older_guidelines(tmp_path):
    pairs = rows(30)
    gold = [{**rows(31)[30], "answer": "a"}]
    for who, choice in (("anna", "a"), ("bob", "b")):
        with tb.Session(tmp_path / "s", pairs, gold=gold, annotator=who) as session:
            while pair := session.next():
                session.label(pair.id, "a" if pair.id == "p30" else choice)
            session.label("p29", "skip")
    with tb.Session(tmp_path / "s", annotator="anna") as session:
        with session.disagreements() as parted:
            for pair in ("p1", "p2"):
                parted.label(pair, "a")
        session.change_settings(guidelines="Prefer the shorter one.")
        session.label("p0", "a")
        card, check = (
            session.card("me/x", adjudicator="adjudicator"),
            found(tb.check(session), "P26"),
        )
        said = [each.says for each in session.report().findings if each.about == "P26"]

    assert check.what.startswith("59 of 62 labels were made under older guidelines")
    assert f"P26 (warning): {check.what}" in card.replace("\\", "")
    assert "59 labels were made under an earlier version" in card
    assert said == [f"{check.what} (P26). {check.why}"]
