import pandas as pd
import pytest
from export_makers import label, labels, labels_of, pair, write
from helpers import read_lines
from hypothesis import given
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak import views
from tiebreak.exports import FORMATS, to_dataset
from tiebreak.exports.selecting import Selection, select

PAIRS = [pair("p0"), pair("p1"), pair("p2")]


def chosen(path):
    return [row["chosen"] for row in read_lines(path)]


@pytest.fixture
def three():
    """p0: a, a, b; p1: a, a, a; p2: a, b and a skip."""
    return labels_of(
        anna=[label("p0", "a", strength=3), label("p1", "a", strength=1), label("p2", "a")],
        bob=[label("p0", "a", strength=1), label("p1", "a", strength=1), label("p2", "b")],
        judge=[label("p0", "b", strength=3), label("p1", "a", strength=2), label("p2", "skip")],
    )


def test_every_label_is_a_row_where_that_is_asked_for(three, tmp_path):
    report = write(tmp_path / "t.jsonl", PAIRS, three, agreement="all")

    assert report.rows == 8
    assert report.policy == "every label is a row of its own"
    assert "2 pairs have different labels from different annotators: every label" in repr(report)


OF_TRAINERS = [name for name, found in FORMATS.items() if not found.by_pair]


@pytest.mark.parametrize("format", OF_TRAINERS)
def test_a_trainers_file_never_contradicts_itself_unless_asked_to(three, tmp_path, format):
    path = tmp_path / f"t{FORMATS[format].suffixes[0]}"

    with pytest.raises(tb.ExportError) as error:
        write(path, PAIRS, three, format)

    assert "On 2 of 3 labeled pairs the annotators part: p0, p2." in str(error.value)
    assert "say (2 labels)" in str(error.value)
    assert '"unanimous" what all of them say (1)' in str(error.value)
    assert "opposite ones too (8)" in str(error.value)
    assert not list(tmp_path.iterdir())


def test_a_dataset_never_contradicts_itself_either(three):
    with pytest.raises(tb.ExportError, match="annotators part: p0, p2"):
        to_dataset(PAIRS, three)


@pytest.mark.parametrize("format", [name for name, found in FORMATS.items() if found.by_pair])
def test_what_holds_every_label_of_a_pair_is_no_contradiction(three, tmp_path, format):
    path = tmp_path / f"t{FORMATS[format].suffixes[0]}"

    assert write(path, PAIRS, three, format).rows == 3


@pytest.mark.parametrize(
    "asked", [{"annotators": ["anna"]}, {"sources": ["judge"]}, {"adjudicator": "bob"}]
)
def test_who_counts_may_settle_it(three, tmp_path, asked):
    assert write(tmp_path / "t.jsonl", PAIRS, three, **asked).rows > 0


def test_annotators_who_agree_need_no_word(tmp_path):
    found = labels_of(anna=[label("p0", "a")], bob=[label("p0", "a")], cleo=[label("p0", "tie")])

    assert write(tmp_path / "t.jsonl", PAIRS, found).rows == 2


def test_a_tie_parts_from_a_preference_where_both_are_written(tmp_path):
    found = labels_of(anna=[label("p0", "a")], bob=[label("p0", "tie")])

    with pytest.raises(tb.ExportError, match="annotators part: p0"):
        write(tmp_path / "k.jsonl", PAIRS, found, "kto")


def test_an_adjudicator_and_every_label_exclude_each_other(three, tmp_path):
    with pytest.raises(tb.ExportError, match="but not both"):
        write(tmp_path / "t.jsonl", PAIRS, three, adjudicator="bob", agreement="all")


def test_a_majority_is_more_than_half_and_skips_do_not_vote(three, tmp_path):
    report = write(tmp_path / "t.jsonl", PAIRS, three, agreement="majority", provenance=True)

    rows = read_lines(tmp_path / "t.jsonl")
    assert ["first p0", "first p1"] == [row["chosen"] for row in rows]
    assert ["anna, bob", "anna, bob, judge"] == [row["annotator"] for row in rows]
    assert ["human", "human, judge"] == [row["source"] for row in rows]
    assert report.left_out["pairs without agreement"] == 1
    assert report.policy == "one row a pair, the preference of more than half of a pair's labels"


def test_the_strength_of_a_verdict_is_the_middle_one_of_those_who_share_it(three, tmp_path):
    write(tmp_path / "t.jsonl", PAIRS, three, agreement="majority", margin=True)

    assert [1.0, 1.0] == [row["margin"] for row in read_lines(tmp_path / "t.jsonl")]


def test_votes_tell_how_the_labels_of_a_pair_were_spread(three, tmp_path):
    write(tmp_path / "t.jsonl", PAIRS, three, agreement="majority", votes=True, margin="votes")

    first, second = read_lines(tmp_path / "t.jsonl")
    assert first["votes"] == {"chosen": 2, "rejected": 1, "tie": 0, "both_bad": 0}
    assert second["votes"] == {"chosen": 3, "rejected": 0, "tie": 0, "both_bad": 0}
    assert [first["margin"], second["margin"]] == [pytest.approx(1 / 3), 1.0]


def test_votes_are_seen_from_the_chosen_side(tmp_path):
    found = labels_of(
        anna=[label("p0", "b")], bob=[label("p0", "b")], carla=[label("p0", "both_bad")]
    )

    write(tmp_path / "t.jsonl", PAIRS[:1], found, agreement="majority", votes=True)

    [row] = read_lines(tmp_path / "t.jsonl")
    assert row["chosen"] == "second p0"
    assert row["votes"] == {"chosen": 2, "rejected": 0, "tie": 0, "both_bad": 1}


def test_unanimous_leaves_out_every_pair_with_another_opinion(three, tmp_path):
    report = write(tmp_path / "t.jsonl", PAIRS, three, agreement="unanimous")

    assert ["first p1"] == chosen(tmp_path / "t.jsonl")
    assert report.left_out["pairs without agreement"] == 2


def test_an_adjudicators_label_is_the_verdict_and_others_must_agree(three, tmp_path):
    adjudicated = pd.concat([three, labels(label("p0", "b"), annotator="carla")])

    report = write(tmp_path / "t.jsonl", PAIRS, adjudicated, adjudicator="carla")

    assert sorted(chosen(tmp_path / "t.jsonl")) == ["first p1", "second p0"]
    assert report.left_out["pairs without agreement"] == 1
    assert "the label of carla, and where there is none the preference that all" in report.policy


def test_an_adjudicator_and_a_majority_go_together(three, tmp_path):
    adjudicated = pd.concat([three, labels(label("p2", "b"), annotator="carla")])

    write(tmp_path / "t.jsonl", PAIRS, adjudicated, adjudicator="carla", agreement="majority")

    assert sorted(chosen(tmp_path / "t.jsonl")) == ["first p0", "first p1", "second p2"]


def test_an_adjudicators_skip_decides_nothing(three, tmp_path):
    adjudicated = pd.concat([three, labels(label("p1", "skip"), annotator="carla")])

    write(tmp_path / "t.jsonl", PAIRS, adjudicated, adjudicator="carla")

    assert ["first p1"] == chosen(tmp_path / "t.jsonl")


def test_annotators_and_sources_are_selected(three, tmp_path):
    report = write(tmp_path / "t.jsonl", PAIRS, three, annotators=["bob"])
    assert ["first p0", "first p1", "second p2"] == chosen(tmp_path / "t.jsonl")
    assert {"of other annotators": 6} == report.left_out
    assert report.policy == ""

    write(tmp_path / "t.jsonl", PAIRS, three, sources="judge")
    assert ["second p0", "first p1"] == chosen(tmp_path / "t.jsonl")


def test_an_adjudicator_counts_though_not_among_the_annotators_named(three, tmp_path):
    adjudicated = pd.concat([three, labels(label("p2", "b"), annotator="carla")])

    write(tmp_path / "t.jsonl", PAIRS, adjudicated, annotators=["anna"], adjudicator="carla")

    assert sorted(chosen(tmp_path / "t.jsonl")) == ["first p0", "first p1", "second p2"]


def test_weak_preferences_are_left_out_and_ties_stay(tmp_path):
    found = labels(label("p0", "a", strength=1), label("p1", "b", strength=2), label("p2", "tie"))

    report = write(tmp_path / "k.jsonl", PAIRS, found, "kto", min_strength=2)

    assert {"ask p1", "ask p2"} == {row["prompt"] for row in read_lines(tmp_path / "k.jsonl")}
    assert {"weaker than strength 2": 1} == report.left_out


def test_a_preference_without_strength_is_not_strong(tmp_path):
    found = labels(label("p0", "a"), label("p1", "a", strength=1))

    write(tmp_path / "t.jsonl", PAIRS, found, min_strength=1)

    assert ["first p1"] == chosen(tmp_path / "t.jsonl")


def test_a_criterions_verdict_takes_the_preferences_place(tmp_path):
    found = labels(
        label("p0", "a", criteria={"safe": "b"}, strength=3, edit="mended"),
        label("p1", "a", criteria={"safe": "tie"}),
        label("p2", "a"),
    )

    report = write(
        tmp_path / "t.jsonl", PAIRS, found, criterion="safe", edit="chosen", provenance=["strength"]
    )

    assert [
        {"prompt": "ask p0", "chosen": "second p0", "rejected": "first p0", "strength": None}
    ] == (read_lines(tmp_path / "t.jsonl"))
    assert {"without a verdict on safe": 1, "ties": 1, "not labeled": 0} | report.left_out == {
        "without a verdict on safe": 1,
        "ties": 1,
        "not labeled": 0,
    }


def test_flagged_pairs_are_left_out_whoever_flagged_them(tmp_path):
    found = labels_of(
        anna=[label("p0", "a", flags={"b": ["unsafe"]}), label("p1", "a"), label("p2", "a")],
        bob=[label("p1", "a", flags={"pair": ["broken", "odd"]})],
    )

    report = write(
        tmp_path / "t.jsonl",
        PAIRS,
        found,
        annotators=["anna"],
        without_flags=["unsafe", "broken"],
    )

    assert ["first p2"] == chosen(tmp_path / "t.jsonl")
    assert report.left_out["pairs flagged unsafe, broken"] == 2


def test_flagged_pairs_leave_raw_too(tmp_path):
    found = labels(label("p0", "a", flags={"a": ["unsafe"]}))

    write(tmp_path / "r.jsonl", PAIRS, found, "raw", without_flags=["unsafe"])

    assert ["p1", "p2"] == [row["id"] for row in read_lines(tmp_path / "r.jsonl")]


@pytest.mark.parametrize("format", ["trl", "kto"])
def test_a_chosen_response_flagged_unsafe_is_named(tmp_path, format):
    found = labels_of(
        anna=[label("p0", "a"), label("p1", "b")],
        bob=[
            label("p0", "skip", flags={"a": ["unsafe"]}),
            label("p1", "b", flags={"a": ["unsafe"]}),
        ],
    )

    report = write(tmp_path / "t.jsonl", PAIRS, found, format)

    assert "1 pairs have a chosen answer that is flagged unsafe: p0" in repr(report)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"annotators": ["zoe"]}, "No label has the annotator 'zoe'; there are: 'anna', 'bob'"),
        ({"adjudicator": "zoe"}, "No label has the annotator 'zoe'"),
        ({"sources": ["model"]}, "the source 'model'; there are: 'human', 'judge', 'feedback'"),
        ({"criterion": "kind"}, "the criterion 'kind'; there are: none"),
        ({"agreement": "adjudicated"}, 'adjudicator="NAME" names who decides'),
        ({"agreement": "most"}, "agreement is one of 'majority', 'unanimous', 'all', not"),
        ({"min_strength": 4}, "min_strength is 1, 2 or 3, not 4"),
        ({"annotators": 5}, "annotators is a list of names, not 5"),
        ({"without_flags": 5}, "without_flags is a list of names"),
        ({"criterion": ["kind"]}, r"criterion is one name, not \['kind'\]"),
        ({"adjudicator": ["anna"]}, "adjudicator is one name"),
        ({"margin": 5}, 'margin is True, "votes" or numbers'),
        ({"margin": {1: "x", 2: 2, 3: 3}}, 'margin is True, "votes" or numbers'),
        ({"provenance": "pair"}, r'a list of columns, as \["annotator"\], not \'pair\''),
        ({"splits": {"train": 0.5, "test": 0.5}, "seed": [1]}, "seed is a whole number"),
        ({"format": ["trl"]}, r"There is no format \['trl'\]"),
        ({"format": "openai", "provider": ["azure"]}, "provider is 'openai'"),
        ({"agrement": "majority"}, r"no option 'agrement'.*Did you mean 'agreement'\?"),
    ],
)
def test_what_cannot_be_selected_by_is_named(three, tmp_path, asked, message):
    with pytest.raises(tb.ExportError, match=message):
        write(tmp_path / "t.jsonl", PAIRS, three, **{"annotators": ["anna"]} | asked)
    assert not list(tmp_path.iterdir())


def test_names_may_come_as_pandas_gives_them(three, tmp_path):
    anna = three["annotator"].unique()[:1]

    report = write(
        *(tmp_path / "t.jsonl", PAIRS, three), annotators=anna, provenance=pd.Index(["source"])
    )

    assert report.rows == 3


def test_a_meta_column_named_as_a_labels_field_is_never_taken_for_it(tmp_path):
    odd = {"edit": "not an edit", "flags_a": ["unsafe"], "again": True, "gold": "a"}
    odd |= {"criterion_x": "b", "note": "mine"}

    report = write(
        tmp_path / "t.jsonl", [pair("p0", meta=odd)], labels(label("p0", "a")), edit="chosen"
    )

    assert ["first p0"] == chosen(tmp_path / "t.jsonl")
    assert report.left_out == {}
    assert ["P14"] == [note[:3] for note in report.notes]


@given(
    st.lists(
        st.lists(st.sampled_from(["a", "b", "tie", "both_bad", "skip"]), min_size=3, max_size=3),
        min_size=1,
        max_size=6,
    )
)
def test_a_verdict_is_what_counting_gives(votes):
    pairs = [pair(str(n)) for n in range(len(votes))]
    found = labels_of(
        **{
            f"rater{who}": [label(str(n), theirs[who]) for n, theirs in enumerate(votes)]
            for who in range(3)
        }
    )
    judgments = views.judgments_frame(found, views.pairs_frame(pairs))

    for agreement in ("majority", "unanimous"):
        expected = {}
        for n, theirs in enumerate(votes):
            cast = [vote for vote in theirs if vote != "skip"]
            for preference in set(cast):
                share = cast.count(preference) / len(cast)
                if share == 1 or (agreement == "majority" and share > 0.5):
                    expected[str(n)] = preference
        selected = select(judgments, Selection(agreement=agreement)).judgments
        assert expected == dict(zip(selected["pair"], selected["preference"], strict=True))
