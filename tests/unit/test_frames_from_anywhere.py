"""Statistics say the same of labels, whatever pandas keeps them in, and refuse what is none."""

import numpy as np
import pandas as pd
import pytest
from worth_samples import team

import tiebreak as tb
from tiebreak.stats.agreement import cohen_interval, krippendorff_interval
from tiebreak.stats.bias import bias_table
from tiebreak.stats.features import differences
from tiebreak.stats.habits import habits_table
from tiebreak.stats.judging import judges
from tiebreak.stats.people import agreement_table
from tiebreak.stats.planning import stopping_table
from tiebreak.stats.posterior import posterior
from tiebreak.stats.ranking import strengths, win_rates
from tiebreak.stats.rewards import rewards
from tiebreak.worth.accessors import Stats
from tiebreak.worth.battles import battles_frame

LABELS, PAIRS = team(np.random.default_rng(3), (0.8, 0.8), pairs=60)
OF_LABELS = (agreement_table, posterior, habits_table, judges)
OF_BOTH = (bias_table, rewards, stopping_table, battles_frame, tb.learning_curve, tb.report)

KEPT = {
    "categories": lambda frame: frame.astype("category"),
    "objects": lambda frame: frame.astype(object),
    "nullable": lambda frame: frame.convert_dtypes(),
    "arrow": lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
}


@pytest.mark.no_cover
@pytest.mark.parametrize("kept", KEPT)
def test_labels_say_the_same_whatever_pandas_keeps_them_in(kept):
    labels, pairs = KEPT[kept](LABELS), KEPT[kept](PAIRS)
    found, wanted = tb.report(labels, pairs), tb.report(LABELS, PAIRS)

    assert [each.says for each in found.findings] == [each.says for each in wanted.findings]
    assert found.headline == wanted.headline
    given = Stats(labels, pairs)
    assert given.win_rates().equals(Stats(LABELS, PAIRS).win_rates())


@pytest.mark.parametrize("name", ["pair", "annotator", "preference"])
def test_a_column_of_nothing_is_refused_however_it_is_kept(name):
    with pytest.raises(tb.StatsError, match="the label in row 0 has none"):
        agreement_table(LABELS.assign(**{name: np.nan}))
    with pytest.raises(tb.StatsError, match="the label in row 0 has inf"):
        agreement_table(LABELS.assign(seconds=np.inf))


def test_a_missing_again_is_a_first_showing():
    again = pd.array([pd.NA, *[False] * (len(LABELS) - 1)], dtype="boolean")

    assert (
        tb.report(LABELS.assign(again=again), PAIRS).headline == tb.report(LABELS, PAIRS).headline
    )


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("annotator", None, "Labels have the annotator that they are of; the label in row 3 has"),
        ("preference", "A", "one of a, b, tie, both_bad, skip; the label in row 3 has 'A'"),
        ("shown_left", "left", "shown_left is 'a' or 'b', or missing; the label in row 3"),
        ("seconds", "long", "seconds is a number, or missing; the label in row 3 has 'long'"),
        ("seconds", float("inf"), "seconds is a number"),
        ("again", "true", "again is True or False, or missing; the label in row 3 has 'true'"),
        ("at", "noon", "at is a time such as 2026-01-31T09:00Z, or missing; the label in row 3"),
    ],
)
def test_a_value_that_is_none_of_its_kind_is_refused_by_its_row(column, value, said):
    labels = LABELS.astype(object)
    labels.loc[3, column] = value

    for statistic in OF_LABELS:
        with pytest.raises(tb.StatsError, match=said):
            statistic(labels)
    for statistic in OF_BOTH:
        with pytest.raises(tb.StatsError, match=said):
            statistic(labels, PAIRS)


@pytest.mark.parametrize("missing", ["pair", "annotator", "preference", "a"])
def test_a_column_that_is_missing_or_there_twice_is_named(missing):
    labels, pairs = LABELS.drop(columns=missing, errors="ignore"), PAIRS
    pairs = pairs.drop(columns=missing, errors="ignore")
    twice = pd.concat([LABELS, LABELS[["preference"]]], axis=1)

    for statistic in OF_BOTH:
        if statistic is stopping_table and missing == "a":  # which looks at no texts
            continue
        with pytest.raises(tb.StatsError, match=f"'{missing}' is missing"):
            statistic(labels, pairs)
        with pytest.raises(tb.StatsError, match="'preference' is there twice"):
            statistic(twice, PAIRS)


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (pd.concat([PAIRS, PAIRS[:1]]), "Two pairs have the id 0"),
        (PAIRS.assign(a=1.5), "a is a text or messages; pair 0 has 1.5"),
        (PAIRS.assign(a=[["yes"]] * 60), "a is a text or messages; pair 0 has"),
        (PAIRS.assign(b=None), "b is a text or messages; pair 0 has none"),
        (PAIRS.set_axis([str(name) for name in PAIRS.index]), "No label is of a pair"),
        (PAIRS.set_index("a", append=True, drop=False), "no index of several levels"),
    ],
)
def test_pairs_that_labels_cannot_be_of_are_refused(pairs, said):
    for statistic in OF_BOTH:
        with pytest.raises(tb.StatsError, match=said):
            statistic(LABELS, pairs)


IMAGE = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x.png"}}]}]


@pytest.mark.parametrize("column", ["prompt", "a"])
@pytest.mark.parametrize(
    "value", [IMAGE, {"image": "x.png"}, b"PNG", [{"role": "user", "content": ["x"]}]]
)
def test_pairs_of_images_are_refused_with_what_takes_them(column, value):
    pairs = PAIRS.assign(**{column: [value] * len(PAIRS)})

    for statistic in (*OF_BOTH, tb.report):
        with pytest.raises(tb.StatsError, match=rf"{column} is a text .* a tiebreak.Session gives"):
            statistic(LABELS, pairs)


def test_prompts_may_be_numbers():
    pairs = PAIRS.assign(prompt=range(len(PAIRS)))

    assert len(tb.report(LABELS, pairs).findings)


def test_models_may_be_numbers_and_prompts_missing_or_there_may_be_none():
    numbered = PAIRS.assign(model_a=1, model_b=2, prompt=None)

    assert set(tb.report(LABELS, numbered).headline.partition("tell ")[2][:6]) >= set("1 from")
    assert Stats(LABELS, PAIRS[["a", "b"]]).stopping().empty
    with pytest.raises(tb.StatsError, match="No pair names two models"):
        Stats(LABELS, PAIRS[["a", "b"]]).ranking()


def test_labels_of_pairs_that_are_not_there_are_told():
    found = tb.report(LABELS, PAIRS[1:])

    assert any("of pairs that are not there, such as 0" in each.says for each in found.findings)


# -- degenerate labels


def test_who_shares_no_pair_with_anyone_is_given_no_accuracy():
    people = np.where(LABELS["pair"] < 30, "x", "y")
    found = posterior(LABELS.assign(annotator=people).drop_duplicates("pair")).people

    assert found["accuracy"].isna().all()
    assert found["says"].str.contains("nobody else can tell").all()


def test_an_interval_is_no_point_where_all_few_units_agree_or_none_does():
    units, same, other = [1, 1, 2, 2], ["a", "a", "b", "b"], ["a", "b", "a", "b"]
    low, high = krippendorff_interval(units, same)
    assert low < 0.5
    assert high == 1
    low, high = cohen_interval(["a", "b"], ["a", "b"])
    assert low < 0.5
    low, high = krippendorff_interval(units, other)
    assert high > low
    many = agreement_table(
        pd.DataFrame(
            {
                "pair": [*range(200)] * 2,
                "annotator": ["x"] * 200 + ["y"] * 200,
                "preference": ["a", "b"] * 200,
            }
        )
    )
    assert (many.loc[["alpha", "fleiss"], "low"].between(0.93, 0.99)).all()


@pytest.mark.parametrize("outcomes", [(1.0, 0.0), (1.0, 1.0, 0.0), (0.5,)])
def test_where_everyone_is_even_on_each_prompt_rates_and_strengths_are_still_unsure(outcomes):
    battles = pd.DataFrame(
        {
            "model_a": "x",
            "model_b": "y",
            "a_wins": outcomes * 12,
            "prompt": np.repeat(np.arange(12), len(outcomes)),
        }
    )
    rates = win_rates(battles)
    assert (rates["high"] - rates["low"] > 0.1).all()
    table = strengths(battles).table
    assert (table["high"] - table["low"] > 0.1).all()


@pytest.mark.filterwarnings("error")
def test_nothing_but_ties_has_a_finite_habit_of_ties_and_says_why_it_cannot_drop_them():
    battles = pd.DataFrame({"model_a": ["x"] * 30, "model_b": "y", "a_wins": 0.5})

    assert strengths(battles).tie < 1e4
    with pytest.raises(tb.StatsError, match="every comparison is a tie"):
        strengths(battles, "drop")
    with pytest.raises(tb.StatsError, match="nobody compared two yet"):
        strengths(battles[:0])


def test_odds_of_a_trait_that_tells_all_are_no_figure_of_the_prior():
    pairs = pd.DataFrame({"a": ["x" * 90] * 60, "b": ["x" * 9] * 60})
    labels = pd.DataFrame({"pair": range(60), "annotator": "me", "preference": "a"})

    assert "odds over 100 for a standard" in bias_table(labels, pairs).loc["length", "says"]


def test_before_the_first_label_a_report_asks_for_labels_where_pairs_name_models(open_session):
    row = {"a": "Yes.", "b": "No.", "model_a": "new", "model_b": "old"}
    session = open_session([row | {"prompt": f"Is {n} odd?"} for n in range(4)])
    says = " ".join(f"{each.says} {each.do}" for each in session.report().findings)

    assert "no pair that names two is labeled yet" in says
    assert "Give the pairs model_a" not in says


def test_models_that_nothing_links_are_told_in_the_report(open_session):
    row = {"a": "Yes.", "b": "No."}
    models = [{"model_a": "mn"[n % 2], "model_b": "op"[n % 2]} for n in range(4)]
    session = open_session([row | {"prompt": f"Is {n} odd?"} | models[n] for n in range(4)])
    while pair := session.next():
        session.label(pair.id, "a")

    assert any("No chain of comparisons" in each.says for each in session.report().findings)


def test_two_pairs_that_people_agree_on_are_not_called_much():
    labels = pd.DataFrame(
        {"pair": [0, 1] * 2, "annotator": list("xxyy"), "preference": list("abab")}
    )
    does = " ".join(each.do for each in tb.report(labels, PAIRS).findings)

    assert "That may be much" in does
    assert "one label a pair may do" not in does


def test_the_name_of_a_file_is_no_word_of_an_answer():
    def shown(name):
        part = {"type": "image", "image": f"{name}.png"}
        words = {"type": "text", "text": "A cat."}
        return [{"role": "assistant", "content": [part, words]}]

    pairs = pd.DataFrame({"a": [shown("1a" * 20)], "b": [shown("a" * 40)]})

    assert not differences(pairs).to_numpy().any()


@pytest.mark.no_cover
def test_the_page_says_that_it_names_people():
    assert "This page names the people who labeled" in tb.report(LABELS, PAIRS)._repr_html_()


def test_an_export_without_agreement_says_what_helps(open_session, tmp_path):
    said = [
        {"prompt": "2 + 2?", "response_a": "4", "response_b": "5", "preference": each}
        | {"annotator": who}
        for who, each in (("x", "a"), ("y", "b"))
    ]
    session = open_session(said)

    with pytest.raises(tb.ExportError, match=r"session\.disagreements\(\) opens") as refused:
        session.export(tmp_path / "t.jsonl", agreement="unanimous")
    assert "Label some pairs first" not in str(refused.value)
