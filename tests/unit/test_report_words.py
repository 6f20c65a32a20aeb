"""The words around the figures: none speaks against another, and each remedy works."""

import re
from math import nan

import numpy as np
import pandas as pd
import pytest
from helpers import rows
from test_bias import study
from worth_samples import team

import tiebreak as tb
from tiebreak.stats.bias import bias_table
from tiebreak.stats.people import agreement_table
from tiebreak.stats.rewards import rewards
from tiebreak.stats.told import ToldTable
from tiebreak.worth.drawing import named


def labels_of(preferences, annotator="me"):
    return pd.DataFrame(
        {"pair": range(len(preferences)), "annotator": annotator, "preference": preferences}
    )


def refusing(number=800):
    """Length tells much of the choices, and refusals in thirty pairs most of those."""
    generator = np.random.default_rng(1)
    texts = [["word " * n for n in sizes] for sizes in generator.integers(5, 60, (number, 2))]
    longer = np.array([len(a) > len(b) for a, b in texts])
    won = np.where(generator.random(number) < 0.7, longer, ~longer)
    for place in range(30):
        texts[place][0] += "I'm sorry, but I can't help with that."
        won[place] = generator.random() < 0.85
    pairs = pd.DataFrame(texts, columns=["a", "b"]).assign(prompt=[*map(str, range(number))])
    return labels_of(np.where(won, "a", "b")), pairs


def test_where_length_alone_explains_choices_another_trait_that_stands_out_is_named_beside_it():
    found = rewards(*refusing())

    assert found.effects.loc["refusal", "found"]
    assert found.says.startswith("Length alone explains your choices: what else")
    assert "What else stands out (refusal) tells too few" in found.says


def test_a_report_in_which_length_alone_explains_choices_does_not_leave_it_open_beside():
    # Longer answers have more list items and headings, and these tell nothing more.
    generator = np.random.default_rng(6)
    sizes = generator.integers(4, 24, (120, 2))
    items, heads = ((sizes / n + generator.normal(0, 1, sizes.shape)).astype(int) for n in (3, 4))
    texts = [
        ["word " * size + "\n- item" * item + "\n# head" * head for size, item, head in two]
        for two in np.stack([sizes, items.clip(1), heads.clip(1)], axis=2)
    ]
    longer = sizes[:, 0] > sizes[:, 1]
    won = np.where(generator.random(120) < 0.68, longer, ~longer)
    pairs = pd.DataFrame(texts, columns=["a", "b"]).assign(prompt=[*map(str, range(120))])
    said = [each.says for each in tb.report(labels_of(np.where(won, "a", "b")), pairs).findings]

    assert any(each.startswith("Length alone explains your choices") for each in said)
    assert said[0].endswith("What comes with it tells no more of the choices.")
    assert not any("is not told apart" in each for each in said)


def test_people_who_nearly_always_say_the_same_are_not_said_to_choose_against_each_other():
    generator = np.random.default_rng(1)
    # Each says b of one pair in five, and no two of the same.
    others = generator.permutation(200).reshape(5, 40)
    said = [np.where(np.isin(range(200), own), "b", "a") for own in others[:3]]
    labels = pd.concat([labels_of(own, who) for own, who in zip(said, "xyz", strict=True)])
    pairs = pd.DataFrame({"a": ["yes"] * 200, "b": "no"})
    found = agreement_table(labels, by="annotators")

    assert (found["high"] < 0).all()
    assert not found["says"].str.contains("against").any()
    report = tb.report(labels, pairs)
    assert any(
        each.do.startswith("That is less than chance would give") for each in report.findings
    )
    assert not any("against each other" in each.do for each in report.findings)


def test_a_trait_that_stands_out_is_named_where_no_model_tells_new_choices():
    generator = np.random.default_rng(2)
    found = [rewards(*study(generator, 60, longer=0.66)) for _ in range(5)][-1]

    assert found.effects.index[found.effects["found"].astype(bool)].tolist() == ["list items"]
    assert "better than a coin, though list items stood out in those made." in found.says


def test_odds_in_words_have_their_interval_and_none_where_a_trait_tells_all():
    labels, pairs = study(np.random.default_rng(3), 300, longer=0.7)
    all_of_it = pd.DataFrame({"a": ["x" * 90] * 60, "b": ["x" * 9] * 60})
    row = bias_table(labels, pairs).loc["length"]

    assert (
        f"odds {row['odds']:.2f} ({row['odds_low']:.2f} to {row['odds_high']:.2f}) for a"
        in (row["says"])
    )
    assert (
        "odds over 100 for a standard deviation"
        in (bias_table(labels_of(["a"] * 60), all_of_it).loc["length", "says"])
    )


def test_a_check_a_card_and_a_report_give_one_alpha_with_one_interval(open_session):
    generator = np.random.default_rng(4)
    kinds = ["a", "b", "tie", "both_bad"]
    for who in ("anna", "bob"):
        session = open_session(rows(60), annotator=who)
        for pair in session.pairs.index:
            session.label(pair, str(generator.choice(kinds)))

    alpha = session.stats.agreement().loc["alpha"]
    [finding] = [each for each in tb.check(session) if each.rule == "P22"]
    assert (
        f"{alpha['value']:.2f} (95% interval {alpha['low']:.2f} to {alpha['high']:.2f})"
        in finding.what
    )
    assert f"{alpha['value']:.3f} (95% interval {alpha['low']:.3f} to {alpha['high']:.3f})" in (
        session.card("me/it", agreement="majority")
    )


def test_people_who_share_only_ties_are_not_said_to_share_nothing():
    ties = pd.concat([labels_of(["tie"] * 30), labels_of(["tie"] * 30, "you")])

    says = agreement_table(ties)["says"]

    assert says["raw"].startswith("People agree on 100 %")
    assert says["raw without ties"].startswith("On no pair did two people decide yet")


def test_what_a_judge_said_is_said_to_count_apart_where_people_labeled_less():
    labels, pairs = team(np.random.default_rng(3), [0.8], judge=1)
    own = labels[(labels["source"] == "judge") | (labels["pair"] < 60)]

    found = tb.report(own, pairs)

    assert found.headline.startswith("60 pairs, 1 person, and 1 judge on 300: ")
    assert any(
        "all other figures are of what people said, on 60 pairs" in f.says for f in found.findings
    )
    assert "All that follows is of what annotators said, on 60 pairs." in found.methods


def test_a_judge_that_chance_explains_is_not_to_be_trusted():
    labels, pairs = team(np.random.default_rng(3), [1.0], judge=1, pairs=120)
    judge = labels["source"] == "judge"
    coin = np.random.default_rng(5).choice(["a", "b"], int(judge.sum()))
    labels.loc[judge, "preference"] = coin

    found = tb.report(labels, pairs).findings

    [said] = [each for each in found if each.says.startswith("judge decides as most people")]
    assert said.do.startswith("Chance alone may agree with people as often")


def test_sides_that_no_choice_tells_are_said_to_come_from_the_widget_or_a_column():
    labels, pairs = team(np.random.default_rng(3), [0.8], pairs=40)

    found = tb.report(labels.drop(columns="shown_left"), pairs).findings

    [side] = [each for each in found if each.says.startswith("Whether a side")]
    assert side.says.endswith("no choice says what stood left.")
    assert "in the widget" in side.do
    assert "the column shown_left" in side.do


def test_methods_name_the_intervals_that_they_give():
    one = tb.report(labels_of(["a"]), pd.DataFrame({"a": ["yes"], "b": ["no"]})).methods
    same = pd.concat([labels_of(["a"] * 30), labels_of(["a"] * 30, "you")])
    pairs = pd.DataFrame({"a": ["yes"] * 30, "b": ["no"] * 30})

    said = tb.report(same, pairs).methods

    assert "Intervals" not in one
    assert "of comparisons; Krippendorff's alpha is undefined" in said
    assert "bootstrap" not in said


def test_labels_that_are_not_yours_are_said_not_to_come_back_and_a_reader_queues_nothing(
    open_session, tmp_path, capfd
):
    session = open_session(rows(6), order="given")
    session.label("p0", "a")

    assert session.queue(pairs=["p0", "p4", "p5"]) == 1
    assert "Of these 3 pairs, 2 have no label of yours" in capfd.readouterr().err
    with pytest.raises(tb.SessionError, match="read_only=True; open it without"):
        tb.Session(tmp_path / "pilot", read_only=True).queue(pairs=["p0"])
    with pytest.raises(tb.SessionError, match="read_only=True; open it without"):
        tb.Session(tmp_path / "pilot", read_only=True).queue()


def test_a_frame_with_columns_of_other_names_is_read_as_its_error_says():
    asked = {"prompt": "?", "response_a": "yes", "response_b": "no", "annotator": "me"}
    frame = pd.DataFrame([asked | {"preference": "a"}])

    with pytest.raises(tb.StatsError, match=r"found = tiebreak.read_pairs\(frame\), then"):
        tb.report(frame)
    found = tb.read_pairs(frame)
    assert tb.report(found.labels, found.pairs).headline.startswith("1 pair, 1 person")


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (lambda stats: stats.stopping(), "No pair names two models"),
        (lambda stats: stats.bias(), "20 decided pairs have to differ"),
        (lambda stats: stats.habits(), "20 labels of one person"),
        (lambda stats: stats.agreement(by="annotators"), "No two people labeled"),
        (lambda stats: stats.agreement(by="criteria"), "criteria={...}"),
        (lambda stats: stats.rewards().effects, "it needs 50"),
    ],
)
def test_a_table_without_rows_shows_why_and_one_with_rows_its_sentences_whole(
    open_session, ask, why
):
    pairs = [{"id": f"p{n}", "prompt": f"{n}?", "a": "yes", "b": "no"} for n in range(4)]
    session = open_session(pairs)
    session.label("p0", "a")

    table = ask(session.stats)

    assert len(table) == 0
    assert why in repr(table)
    assert why in table._repr_html_()
    says = session.stats.agreement()
    assert says["says"].iloc[0] in repr(says)
    assert says["says"].iloc[0] in says.head(1)._repr_html_()


def test_a_pair_of_models_that_only_tie_is_said_to():
    pairs = pd.DataFrame({"a": ["x"], "b": ["y"], "model_a": ["new"], "model_b": ["old"]})

    shown = repr(tb.report(labels_of(["tie"]), pairs)._known.stopping)

    assert shown.startswith("Every label of pairs that name two models is a tie")


def test_long_names_of_models_that_differ_at_their_end_are_told_apart_on_a_plot():
    names = [f"mistralai/Mistral-7B-Instruct-v0.{version}" for version in (1, 2, 3)]

    assert len({*map(named, names)}) == 3
    assert all(len(named(name)) <= 28 for name in names)


def test_images_are_said_not_to_be_looked_at_and_are_not_nearly_the_same_by_their_names(
    open_session,
):
    kind = b"\x89PNG\r\n\x1a\n"
    pairs = [
        {"prompt": f"{n}", "response_a": kind + bytes([n]), "response_b": kind + bytes([n, n])}
        for n in range(100)
    ]
    session = open_session(pairs)
    for pair in session.pairs.index:
        session.label(pair, "a")

    says = " ".join(each.says for each in session.report().findings)
    assert "What the labels reward cannot be told: the answers of no pair differ" in says
    assert "A learning curve cannot be told: the answers of no pair differ" in says
    assert "Images and sounds are not looked at." in says
    assert "P11" not in {each.rule for each in tb.check(session)}


def test_a_share_of_all_decisive_pairs_won_says_how_a_pair_counts_on_which_people_part():
    pairs = pd.DataFrame({"model_a": ["x"] * 60, "model_b": "y", "a": "yes", "b": "no no"})
    agreed = pd.concat([labels_of(["a"] * 60, who) for who in ("ann", "bob", "eve")])
    parted = agreed.assign(
        preference=np.where((agreed["annotator"] == "eve") & (agreed["pair"] < 20), "b", "a")
    )
    said = {}
    for name, labels in (("agreed", agreed), ("parted", parted)):
        found = tb.report(labels, pairs)
        said[name] = " ".join(each.says for each in found.findings), found.methods

    margin = "A pair on which people part counts by the margin"
    assert all(margin in text for text in said["parted"])
    assert not any(margin in text for text in said["agreed"])


def test_a_table_shows_large_counts_in_part_as_the_sentence_beside_them_does():
    table = ToldTable({"decisive": [101.5, 1234.5], "share": [0.51234, nan], "says": ["x", "y"]})

    assert repr(table).split() == [
        *("decisive", "share", "says", "0", "101.5", "0.512", "x", "1", "1234.5", "NaN", "y")
    ]


def test_a_tables_sentences_stand_under_their_rows_also_where_only_the_first_and_last_are_shown():
    table = ToldTable({"n": range(100), "says": [f"{n} < $1 & $2" for n in range(100)]})
    shown = table._repr_html_()
    with pd.option_context("display.max_rows", 1):
        one = table._repr_html_()

    said = re.findall(r"<th>(\S+)</th>\s+<td>\S+</td>\s+</tr><tr.*?<div>(.*?)</div>", shown)
    assert said == [(str(n), f"{n} &lt; $1 &amp; $2") for n in (*range(5), *range(95, 100))]
    assert "mathjax_ignore" in shown
    assert one.count("0 &lt; $1") == 1
    assert table.columns.tolist() == ["n", "says"]
    assert "says" in table[["says"]]._repr_html_()
    with pd.option_context("display.notebook_repr_html", False):
        assert table._repr_html_() is None
