"""The report: what it says first, what it does not, and a page that is whole and safe."""

import re
import sys
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from helpers import rows
from test_bias import study
from worth_samples import team

import tiebreak as tb
from tiebreak.worth.accessors import Stats
from tiebreak.worth.alarms import alarms
from tiebreak.worth.gathering import gather
from tiebreak.worth.plots import Plots
from tiebreak.worth.words import apart

LONG = pytest.mark.long
FEW_OR_MANY = [3, pytest.param(1_000, marks=LONG)]


def of_ties(labels, pairs):
    """Have the first one call each pair a tie."""
    own = labels["annotator"] == "person 0"
    return labels.assign(preference=labels["preference"].mask(own, "tie")), pairs


def turned(labels, pairs):
    """Have the first one press the keys the wrong way round."""
    own, other = labels["annotator"] == "person 0", labels["preference"].map({"a": "b", "b": "a"})
    return labels.assign(preference=other.where(own).fillna(labels["preference"])), pairs


PLANTED = {
    "the left side": (lambda g: study(g, left=0.65), "Left was picked"),
    "length": (lambda g: study(g, longer=0.7), "The longer answer"),
    "flattery": (lambda g: study(g, flattering=0.8), "The answer that flatters"),
    "a coin": (lambda g: team(g, [0.5, 0.8, 0.8, 0.8, 0.8]), "person 0 agrees with others"),
    "only ties": (lambda g: of_ties(*team(g, [0.8] * 5)), "person 0 decided nothing"),
    "only left": (lambda g: team(g, [0.8] * 5, lazy_left=True), "person 0 chose the left answer"),
    "read first": (lambda g: team(g, [0.8] * 2, judge=1), "judge chose the left answer"),
    "opposite": (lambda g: turned(*team(g, [0.9] * 2)), "person 0 and person 1 chose the same"),
    "one of five opposite": (lambda g: turned(*team(g, [0.8] * 5)), "person 0 agrees with others"),
    "both orders": (lambda g: team(g, [0.8], judge=2), "judge changed its mind"),
}
NOTHING = {
    "one": study,
    "five": lambda g: team(g, [0.8] * 5),
    "three of five": lambda g: team(g, [0.8] * 5, overlap=0.6),
    "unlike": lambda g: team(g, [0.75, 0.8, 0.85]),
    "two": lambda g: team(g, [0.75, 0.75], judge=0),
    "two coins": lambda g: team(g, [0.5, 0.5]),
}


@pytest.mark.no_cover
@pytest.mark.parametrize("runs", FEW_OR_MANY)
@pytest.mark.parametrize("planted", PLANTED)
def test_what_was_planted_is_an_alarm(planted, runs):
    make, says = PLANTED[planted]
    generator = np.random.default_rng(12)
    hits = [
        any(each.says.startswith(says) for each in alarms(gather(*make(generator))))
        for _ in range(runs)
    ]

    assert np.mean(hits) >= 0.95


def test_two_who_choose_against_each_other_are_both_named_with_what_to_do_and_neither_is_accused():
    labels, pairs = turned(*team(np.random.default_rng(3), [0.99, 0.99], pairs=60))

    [found] = [each for each in tb.report(labels, pairs).findings if each.kind == "look"]
    assert re.match(
        r"person 0 and person 1 chose the same answer on \d of 4\d pairs that both decided "
        r"\(\d %, 0 to 1\d\); chance does on half\.$",
        found.says,
    )
    assert "who, their labels do not say" in found.do
    assert "session.disagreements()" in found.do
    said = Stats(labels, pairs).agreement("annotators")["says"].item()
    assert said.endswith("They choose against each other more than chance would.")


def test_one_person_against_several_is_told_once_and_two_camps_are_told_by_a_few_of_their_pairs():
    generator = np.random.default_rng(3)
    one = alarms(gather(*turned(*team(generator, [0.9] * 4))))
    assert [each.says.split()[:3] for each in one] == [["person", "0", "agrees"]]
    assert "the other way round" in one[0].do

    labels, pairs = team(generator, [0.9] * 8)
    for who in ("person 0", "person 1", "person 2", "person 3"):
        labels["annotator"] = labels["annotator"].replace({who: "person 0", "person 0": who})
        labels, _ = turned(labels, pairs)
    [camps] = alarms(gather(labels, pairs))
    assert camps.says.endswith("11 more pairs of them as seldom; chance does on half.")


def test_a_judge_that_decides_against_people_is_something_to_look_at():
    labels, pairs = turned(*team(np.random.default_rng(3), [0.95, 0.9, 0.9]))
    own = labels["annotator"] == "person 0"
    labels["source"] = labels["source"].mask(own, "judge")
    found = tb.report(labels, pairs).findings

    assert any("person 0 and person 1 chose the same answer on" in each.says for each in found)
    assert any(each.do.startswith("It decides against people") for each in found)


@pytest.mark.no_cover
@pytest.mark.parametrize(("runs", "most"), [(4, 0.25), pytest.param(1_000, 0.07, marks=LONG)])
@pytest.mark.parametrize("kind", NOTHING)
def test_where_nothing_was_planted_there_is_hardly_an_alarm(kind, runs, most):
    generator = np.random.default_rng(5)

    assert np.mean([bool(alarms(gather(*NOTHING[kind](generator)))) for _ in range(runs)]) <= most


def test_the_headline_counts_and_says_whether_it_is_enough():
    labels, pairs = team(np.random.default_rng(3), [0.5, 0.8, 0.8, 0.8, 0.8], judge=2)

    found = tb.report(labels, pairs)

    assert found.headline == (
        "300 pairs, 5 people and 1 judge: not yet enough to tell large from small; "
        f"{sum(each.kind == 'look' for each in found.findings)} things to look at"
    )
    kinds = [each.kind for each in found.findings]
    assert kinds == sorted(kinds, key=["look", "known", "open"].index)
    assert repr(found).startswith(found.headline)
    assert found.to_frame()["says"].tolist() == [each.says for each in found.findings]


def test_what_cannot_be_said_yet_says_what_it_needs(open_session):
    session = open_session([{key: row[key] for key in list(row)[:4]} for row in rows(6)])
    session.label("p0", "a")

    found = session.report()

    said = {each.says: each.do for each in found.findings if each.kind == "open"}
    assert found.headline.startswith("1 pair, 1 person: no models are named")
    assert any("no pair has labels of two" in says for says in said)
    assert "Give the pairs model_a and model_b." in said.values()
    assert all(said.values())


def test_an_empty_session_has_a_report(open_session):
    found = open_session(rows(3)).report()

    assert found.headline == "0 pairs, 0 people: no labels yet"
    assert found.methods == "No labels yet."
    assert "<h1>" in found._repr_html_()


def test_a_session_of_skips_alone_says_that_there_are_no_more(open_session):
    session = open_session(rows(3))
    session.label("p0", "skip")

    assert session.report().headline == "0 pairs, 0 people: no labels yet, only 1 skip"
    assert session.methods() == "No labels yet, only 1 skip."


def test_a_judge_alone_is_not_called_people():
    labels, pairs = team(np.random.default_rng(3), [], judge=1)
    found = tb.report(labels, pairs)

    assert found.headline.startswith("300 pairs, 1 judge: ")
    assert any("no person labeled any pair" in each.says for each in found.findings)


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs


def test_the_page_is_one_file_without_remote_parts_and_strangers_words_are_words(tmp_path):
    pytest.importorskip("matplotlib")
    labels, pairs = team(np.random.default_rng(3), [0.5, 0.8, 0.8, 0.8, 0.8], judge=2)
    evil = "<script>alert(1)</script>\u202e$\\frac{1}{0}$ \"x' --><b>"
    labels["annotator"] = labels["annotator"].replace({"person 0": evil, "judge": evil + "2"})
    pairs[["model_a", "model_b"]] = pairs[["model_a", "model_b"]].replace("large", evil)

    path = tb.report(labels, pairs).save(tmp_path / "report.html")

    text = path.read_text(encoding="utf-8")
    page = Page(text)
    assert path.stat().st_size < 2_000_000
    assert "\u202e" not in text
    assert "\\u202e" in text
    assert not {"script", "b", "img", "iframe", "link", "object"} & set(page.tags)
    assert page.tags.count("svg") == 9
    assert not [
        value
        for name, value in page.attributes
        if name in ("src", "href", "xlink:href") and not value.startswith("#")
    ]
    assert not re.search(r"url\((?!#)|@import", text)
    headings = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h\d", tag)]
    assert headings[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))
    assert page.tags.count("table") == page.tags.count("caption")
    identities = [value for name, value in page.attributes if name == "id"]
    assert len(identities) == len(set(identities))


def test_without_matplotlib_the_page_is_there_and_plots_say_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    labels, pairs = team(np.random.default_rng(3), [0.8], pairs=40)

    assert "The plot needs matplotlib: pip install matplotlib" in (
        tb.report(labels, pairs)._repr_html_()
    )


def test_plots_without_matplotlib_say_what_to_install(open_session, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)

    with pytest.raises(tb.StatsError, match="pip install matplotlib"):
        open_session(rows(3)).plot.agreement()


@pytest.mark.parametrize(
    "name",
    [
        *("agreement", "bias", "posterior", "people", "win_rates", "ranking", "stopping"),
        "timeline",
    ],
)
def test_each_plot_is_drawn_on_the_axes_given_and_says_in_words_what_it_shows(open_session, name):
    figure = pytest.importorskip("matplotlib.figure").Figure()
    session = open_session(rows(30))
    empty = getattr(session.plot, name)(ax=figure.add_subplot())
    assert any(text.get_text() for text in empty.texts)
    for number, pair in enumerate(session.pairs.index):
        session.label(pair, "tie" if number % 9 == 0 else "a", seconds=5 + number)
    session.close()
    second = open_session(annotator="you")
    for pair in second.pairs.index:
        second.label(pair, "a", seconds=3)

    ax = getattr(second.plot, name)(ax=figure.add_subplot())

    assert ax.get_title(loc="left")
    assert ax.get_xlabel()
    assert ax.lines or ax.patches


@pytest.mark.parametrize("people", [1, 3])
def test_each_persons_lane_of_the_timeline_holds_their_line_and_each_other_one_is_shaded(people):
    labels, pairs = team(np.random.default_rng(3), [0.8] * people, pairs=60)
    own = labels["annotator"] == "person 0"
    labels["seconds"] = np.where(own, labels.index % 9 + 1, 10.0)
    ax = pytest.importorskip("matplotlib.figure").Figure().add_subplot()

    Plots(gather(labels, pairs)).timeline(ax=ax)

    shaded = [each.get_y() for each in ax.patches]
    assert shaded == [0.5, 2.5][: people // 2]
    lines = [line.get_ydata() for line in ax.lines if line.get_linestyle() == "-"]
    assert [round(float(np.mean(line))) for line in lines] == [*range(people)]
    assert all(
        np.ptp(line) < 1 and np.abs(line - np.round(line.mean())).max() < 0.5 for line in lines
    )
    # Ten seconds throughout are a level line, however little all else varies.
    assert [np.ptp(line) == 0 for line in lines[1:]] == [True] * (people - 1)
    assert "up to" in ax.get_legend().get_texts()[0].get_text()


def test_the_methods_paragraph_has_the_numbers_and_names_no_person():
    labels, pairs = team(np.random.default_rng(3), [0.8, 0.8], judge=1)

    said = tb.report(labels, pairs).methods

    assert said.startswith(
        "300 pairs of responses to 300 prompts were compared by 2 annotators and 1 model as judge"
    )
    assert "Krippendorff's alpha (nominal) 0." in said
    assert "person" not in said


def test_frames_that_are_no_labels_are_refused_in_words():
    labels, pairs = team(np.random.default_rng(3), [0.8], pairs=10)

    with pytest.raises(tb.StatsError, match="'annotator' is missing"):
        tb.report(labels.drop(columns="annotator"), pairs)
    with pytest.raises(tb.StatsError, match="'b' is missing"):
        tb.report(labels, pairs.drop(columns="b"))
    with pytest.raises(tb.StatsError, match=r"A preference is one of a, b, tie.*'A wins'"):
        tb.report(labels.assign(preference="A wins"), pairs)


@pytest.mark.parametrize("without", [[], ["pair"]])
def test_one_frame_may_have_labels_and_the_texts_of_their_pairs(without):
    labels, pairs = team(np.random.default_rng(3), [0.8, 0.8], pairs=80)
    whole = labels.join(pairs, on="pair")

    found = tb.report(whole.drop(columns=without))

    told = tb.report(labels, pairs)
    assert (found.headline, found.methods) == (told.headline, told.methods)
    with pytest.raises(tb.StatsError, match=r"the texts of their pair beside them.*'a' is missing"):
        tb.report(labels)
    whole.loc[3, "a"] = "other"
    with pytest.raises(tb.StatsError, match=r"has two prompts, texts or models"):
        tb.report(whole)


@pytest.mark.no_cover
def test_pairs_may_have_their_ids_in_a_column():
    labels, pairs = team(np.random.default_rng(3), [0.8, 0.8])
    given = pairs.rename_axis("id").reset_index()

    assert tb.report(labels, given).headline == tb.report(labels, pairs).headline
    assert isinstance(tb.report(labels, given), tb.Report)


def test_what_a_probe_tells_at_once_is_something_to_look_at_and_named_by_its_rule():
    pairs = pd.DataFrame({"a": ["x" * 90] * 60, "b": ["x" * 9] * 60})
    pairs["prompt"] = [f"question {n}" for n in range(60)]
    labels = pd.DataFrame({"pair": range(60), "annotator": "me", "preference": "a"})
    found = tb.report(labels, pairs)

    [told] = [each for each in found.findings if "(P25)" in each.says]
    assert told.kind == "look"
    assert "session.stats.rewards()" in told.do


def test_labels_of_an_older_guideline_are_something_to_look_at(tmp_path):
    with tb.Session(tmp_path / "s", rows(6), annotator="me") as session:
        session.label("p0", "a")
        session.change_settings(guidelines="Prefer the shorter.")
        session.label("p1", "b")

        assert "1 of 2 labels were made under older guidelines" in repr(session.report())


def test_it_is_the_guideline_that_holds_by_which_labels_are_old(tmp_path):
    def old():
        told = str(session.report())
        return told.partition(" labels were made under older")[0].rpartition("- ")[2]

    with tb.Session(tmp_path / "s", rows(6), annotator="me", guidelines="one") as session:
        session.label("p0", "a")
        session.label("p1", "a")
        session.change_settings(guidelines="two")
        assert old() == "2 of 2"  # though none was made under the new ones yet
        session.label("p2", "a")
        session.change_settings(guidelines="one")
        assert old() == "1 of 3"  # what was come back to holds again


def test_the_learning_curve_is_told_drawn_and_tabled_where_there_are_enough_labels():
    labels, pairs = study(np.random.default_rng(1), 300, longer=0.8)
    pairs = pairs.assign(prompt=[f"question {n}" for n in range(len(pairs))])
    found = tb.report(labels, pairs)

    assert any(each.says.startswith("At twice the labels, 600 pairs") for each in found.findings)
    assert "Whether more labels still pay" in found._repr_html_()
    few = tb.report(labels[:20], pairs)
    [told] = [each for each in few.findings if "learning curve cannot be told" in each.says]
    assert told.kind == "open"


def test_known_answers_count_in_no_agreement_and_are_told_by_person(tmp_path):
    gold = [{"prompt": f"{n} + {n}?", "chosen": str(2 * n), "rejected": "?"} for n in range(1, 11)]
    for who, always in (("anna", "a"), ("ben", "b")):
        with tb.Session(tmp_path / "s", rows(20), gold=gold, annotator=who, seed=1) as session:
            while pair := session.next():
                right = pair.a != "?" if pair.id not in session.pairs.index else always == "a"
                session.label(pair.id, "a" if right and who != "ben" else "b")
    session = tb.Session(tmp_path / "s", read_only=True)

    agreement = session.stats.agreement()
    said = str(session.report())

    assert agreement["pairs"].max() == 20
    assert "anna gave" in said
    assert "ben gave" in said
    assert "They choose against each other more than chance would" in said


@pytest.fixture(scope="module")
def small_report():
    return tb.report(*team(np.random.default_rng(3), [0.8], pairs=20))


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("no/such/report.html", "Make its folder first"),
        ("folder.html", "A folder has that name"),
        ("file/report.html", "What its folder is to be is a file"),
        ("n" * 300 + ".html", "Give it a shorter name"),
        ("report\0.html", "holds a NUL character"),
        ("", "A folder has that name"),
    ],
)
def test_a_report_that_cannot_be_saved_there_says_what_to_do(
    small_report, tmp_path, monkeypatch, name, remedy
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "file").touch()

    with pytest.raises(tb.ExportError, match=remedy):
        small_report.save(name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.html"]


def test_accessor_plot_report_and_methods_count_the_same_where_judges_labeled_too(open_session):
    session = open_session(rows(40))
    for number, pair in enumerate(session.pairs.index):
        session.label(pair, "a" if number % 4 else "b")
    labels, pairs = session.labels, session.pairs
    judged = labels.assign(annotator="gpt", source="judge", preference="b")
    both = pd.concat([labels, judged], ignore_index=True)
    stats, known = Stats(both, pairs), gather(both, pairs)

    assert stats.win_rates().equals(known.win_rates)
    assert stats.stopping().equals(known.stopping)
    assert stats.bias().equals(known.bias)
    assert stats.agreement().equals(known.agreement)
    assert stats.posterior().people.index.tolist() == known.names == ["me"]
    assert stats.agreement(by="annotators").index.tolist() == ["gpt / me"]
    assert stats.judges().table["pairs"].tolist() == [40]
    assert Stats(judged, pairs).win_rates()["battles"].tolist() == [40, 40]


def test_of_many_models_few_are_told_and_the_rest_is_counted():
    names = [f"model {number}" for number in range(12)]
    two = [(one, other) for one in names for other in names if one < other]
    pairs = pd.DataFrame(two, columns=["model_a", "model_b"]).assign(a="yes", b="no no")
    labels = pd.DataFrame({"pair": pairs.index, "annotator": "me", "preference": "a"})

    found = tb.report(labels, pairs)

    told = [each.says for each in found.findings if "chance can do that" in each.says]
    assert len(told) == 5
    assert any("61 more pairs of models are not told apart" in each.says for each in found.findings)
    assert "Of 66 pairs of models, 0 were told apart" in found.methods
    assert len(found.methods) < 1_000
    assert "6 more rows are not shown here" in found._repr_html_()


def test_advice_follows_the_way_and_names_no_ranking_where_there_are_no_models():
    pairs = pd.DataFrame({"a": ["x" * 90] * 60, "b": ["x" * 9] * 60})
    labels = pd.DataFrame({"pair": range(60), "annotator": "me", "preference": "b"})

    shorter = tb.report(labels, pairs).findings[0]
    named = tb.report(labels, pairs.assign(model_a="x", model_b="y")).findings[0]

    assert "shorter by themselves" in shorter.do
    assert "ranking" not in shorter.do
    assert "ranking(length_controlled=True)" in named.do


def test_an_interval_that_leaves_a_half_out_is_seen_to():
    assert apart({"low": 0.504, "high": 0.72}) == "(50.4 to 72.0)"
    assert apart({"low": 0.457, "high": 0.68}) == "(46 to 68)"


def test_methods_tell_of_people_alone_and_of_repeats_of_one():
    labels, pairs = team(np.random.default_rng(3), [0.8], judge=1, pairs=40)
    again = labels[:10].assign(again=True)
    sides = again["shown_left"].map({"a": "b", "b": "a"})
    turned = pd.concat([labels, again.assign(shown_left=sides)], ignore_index=True)
    left = labels.loc[labels["source"] == "human", "shown_left"].eq("a").mean()

    said = tb.report(turned, pairs).methods

    assert (
        f"is known for each label of annotators, and was the first of the pair in {left:.0%}"
        in (said.replace(" %", "%"))
    )
    assert "Asked 10 times about a pair again, with sides exchanged, annotators answered" in said
    assert "with sides exchanged" not in (
        tb.report(pd.concat([labels, again], ignore_index=True), pairs).methods
    )
    assert "the exact one for the left side" in said
    assert "alpha" not in said


@pytest.mark.no_cover
def test_labels_that_are_all_ties_do_not_count_as_choices_of_a_side():
    labels, pairs = team(np.random.default_rng(3), [0.8], pairs=40)

    found = tb.report(labels.assign(preference="tie"), pairs)

    [side] = [each for each in found.findings if each.says.startswith("Whether a side")]
    assert "0 choices of a or b say what stood left" in side.says
    assert any("every label is a tie or both bad" in each.says for each in found.findings)
    assert found.headline.endswith("too few to look for anything")
    assert "Nothing can be looked for yet" in found._repr_html_()
    assert "Intervals" not in found.methods


def test_what_a_plot_or_table_leaves_out_is_said_and_a_plot_of_nothing_is_a_sentence():
    figure = pytest.importorskip("matplotlib.figure").Figure()
    labels, pairs = team(np.random.default_rng(3), [0.8] * 30, pairs=20)
    known = gather(labels, pairs)

    people = Plots(known).people(ax=figure.add_subplot())
    said = tb.report(labels, pairs)._repr_html_()

    assert people.get_title(loc="left").endswith("the lowest 24 of 30")
    assert "Of each two of 30 people, too many to show here" in said
    assert "What the labels reward cannot be told yet" in said


def test_a_plot_says_that_judges_are_left_out_of_it_and_people_who_labeled_alone():
    figure = pytest.importorskip("matplotlib.figure").Figure()
    labels, pairs = team(np.random.default_rng(3), [0.8] * 3, pairs=80)
    judges = [
        labels[labels["annotator"] == "person 0"].assign(annotator=f"j {n}", source="judge")
        for n in range(14)
    ]
    alone = labels.head(5).assign(annotator="alone", pair=[f"own {n}" for n in range(5)])
    said = pd.concat([labels.assign(source="human"), alone.assign(source="human"), *judges])
    known = gather(said, pairs)

    title = Plots(known).judges(ax=figure.add_subplot()).get_title(loc="left")
    people = Plots(known).people(ax=figure.add_subplot()).get_title(loc="left")

    assert title.endswith("; the first 12 of 14")
    assert people.endswith("; not who labeled alone (1)")


def test_what_no_model_tells_better_than_a_coin_says_nothing_of_more_labels():
    labels, pairs = study(np.random.default_rng(4), 120)

    said = tb.learning_curve(labels, pairs)["says"].iloc[-1]

    assert "no better than a coin" in said
    assert "hardly pays" not in said


def test_what_accessors_give_prints_in_words_and_makes_a_table(open_session):
    labels, pairs = team(np.random.default_rng(3), [0.8, 0.8], judge=2, pairs=120)
    stats = Stats(labels, pairs)

    assert "judge decides as most people do" in str(stats.judges())
    assert "- person 0 may be right in" in str(stats.posterior())
    assert "strength" in str(stats.ranking())
    for given in (stats.judges(), stats.posterior(), stats.ranking(), stats.rewards()):
        assert isinstance(given.to_frame(), pd.DataFrame)
        assert len(given.to_frame())
    nothing = open_session(rows(3)).stats
    assert (str(nothing.judges()), str(nothing.posterior())) == (
        "No judge labeled.",
        "No labels yet.",
    )


def test_of_a_person_and_a_pair_the_last_label_counts_everywhere_and_the_others_are_told():
    labels, pairs = team(np.random.default_rng(3), [0.8, 0.8], pairs=80)
    first = labels.assign(preference="a", at=labels["at"] - pd.Timedelta(days=1))
    both = pd.concat([first, labels], ignore_index=True)

    once, twice = tb.report(labels, pairs), tb.report(both, pairs)

    assert twice.methods == once.methods
    assert twice.headline == once.headline
    assert [each.says for each in twice.findings if each.kind == "look"] == [
        each.says for each in once.findings if each.kind == "look"
    ]
    assert any(
        each.says.startswith("160 labels of a pair that the same") for each in twice.findings
    )
    assert Stats(both, pairs).win_rates().equals(Stats(labels, pairs).win_rates())
    assert Stats(both, pairs).stopping().equals(Stats(labels, pairs).stopping())
    assert Stats(both, pairs).bias().equals(Stats(labels, pairs).bias())


def test_of_many_models_that_are_told_apart_few_are_told_too():
    two = [(one, other) for one in "wxyz" for other in "wxyz" if one < other] * 9
    pairs = pd.DataFrame(two, columns=["model_a", "model_b"]).assign(a="yes", b="no no")
    labels = pd.DataFrame({"pair": pairs.index, "annotator": "me", "preference": "a"})

    found = tb.report(labels, pairs)
    ties = tb.report(labels.assign(preference="tie"), pairs)

    assert "6 of 6 pairs of models told apart" in found.headline
    told = [each.says for each in found.findings if "decisive pairs" in each.says]
    assert len(told) == 5
    assert any("1 more pair of models is told apart" in each.says for each in found.findings)
    assert any("every label is a tie" in each.says for each in ties.findings)
