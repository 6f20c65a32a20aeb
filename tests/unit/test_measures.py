"""Second showings and gold pairs: how they are shown, and what is made of their labels."""

import math
from statistics import NormalDist

import pandas as pd
import pytest
from helpers import contents, read_lines, rows
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple

import tiebreak as tb
from tiebreak.labeling.ordering import APART, a_stands_left, show_slots, sides
from tiebreak.stats.consistency import consistency_frame
from tiebreak.stats.intervals import wilson

GOLD = [
    {"id": f"g{n}", "prompt": f"known {n}", "chosen": f"true {n}", "rejected": f"false {n}"}
    for n in range(5)
]
SEEDS = st.integers(-(2**62), 2**62)
BATCHES = st.lists(st.integers(1, 60), min_size=1, max_size=4)
SHARES = st.floats(0, 0.5)


def laid_out(batches, seed, order="random", repeat=0.0, every=0):
    """Slots of pairs p0, p1, ..., of which every ``every``-th one is gold."""
    ids = [f"p{n}" for n in range(sum(batches))]
    gold = set(ids[::every]) if every else frozenset()
    return ids, gold, show_slots(ids, batches, seed, order, gold=gold, repeat=repeat)


# -- what is shown when


@given(BATCHES, SEEDS, SHARES, st.sampled_from(["random", "given"]), st.sampled_from([0, 2, 7]))
def test_every_pair_is_shown_and_its_share_twice_never_at_once(batches, seed, repeat, order, every):
    ids, gold, slots = laid_out(batches, seed, order, repeat, every)
    firsts = [slot for slot in slots.order if slot not in slots.second]
    place = {slot: n for n, slot in enumerate(slots.order)}

    assert sorted(firsts) == sorted(ids)
    assert len(place) == len(slots.order) == len(ids) + len(slots.second)
    assert not gold & set(slots.second.values())
    assert len(set(slots.second.values())) == len(slots.second)
    assert all(place[slot] - place[pair] > 1 for slot, pair in slots.second.items())
    assert len(slots.second) <= repeat * (len(ids) - len(gold)) + 0.5


@given(st.integers(60, 300), SEEDS, SHARES)
def test_the_share_is_met_and_each_is_far_enough_behind_where_there_is_room(count, seed, repeat):
    ids, _, slots = laid_out([count], seed, "random", repeat)
    place = {slot: n for n, slot in enumerate(slots.order)}

    assert len(slots.second) == math.floor(repeat * len(ids) + 0.5)
    assert all(place[slot] - place[pair] > APART for slot, pair in slots.second.items())


@given(BATCHES, SEEDS, SHARES, st.sampled_from([0, 3]))
def test_added_pairs_move_no_slot_and_turn_no_side(batches, seed, repeat, every):
    few, _, before = laid_out(batches[:-1] or batches, seed, "random", repeat, every)
    ids, _, after = laid_out(batches, seed, "random", repeat, every)
    stand = sides(after, a_stands_left(len(ids), seed, "me"))
    stood = sides(before, a_stands_left(len(few), seed, "me"))

    assert before.order == after.order[: len(before.order)]
    assert stood == stand[: len(stood)]


@given(BATCHES, SEEDS, SHARES)
def test_a_second_showing_has_the_sides_of_the_first_swapped(batches, seed, repeat):
    ids, _, slots = laid_out(batches, seed, "random", repeat)
    left = dict(zip(slots.order, sides(slots, a_stands_left(len(ids), seed, "me")), strict=True))

    assert all(left[slot] is not left[pair] for slot, pair in slots.second.items())
    firsts = [left[slot] for slot in slots.order if slot not in slots.second]
    assert firsts == a_stands_left(len(ids), seed, "me")


def test_a_pair_alone_is_not_shown_twice_and_of_two_the_second_comes_last():
    assert laid_out([1], 7, repeat=0.5)[2].order == ["p0"]
    _, _, slots = laid_out([2], 7, "given", repeat=0.5)
    assert slots.order[:2] == ["p0", "p1"]
    assert list(slots.second.values()) == ["p0"]


def test_many_small_additions_have_their_share_of_second_showings():
    _, _, slots = laid_out([3] * 40, 7, repeat=0.1)

    assert len(slots.second) == 12


@given(st.integers(1, 20), SEEDS, st.sampled_from(["random", "given"]))
def test_gold_pairs_are_spread_evenly_and_the_others_keep_their_order(count, seed, order):
    ids = [f"p{n}" for n in range(100)]
    gold = [f"g{n}" for n in range(count)]
    shown = show_slots([*ids, *gold], [100 + count], seed, order, gold=set(gold)).order

    assert [slot for slot in shown if slot in ids] == show_slots(ids, [100], seed, order).order
    stretch = len(shown) / count
    for number in range(count):
        there = shown[math.floor(number * stretch) : math.ceil((number + 1) * stretch)]
        assert {slot for slot in there if slot in gold}


# Sessions on disk hang on this, as on the order itself; see test_ordering.py.


def test_the_slots_are_those_that_sessions_on_disk_were_shown_in():
    _, _, slots = laid_out([16], 7, "given", repeat=0.2, every=8)

    assert " ".join(slots.second.get(slot, "") + slot[:3] for slot in slots.order) == LAID_OUT


LAID_OUT = "p1 p2 p3 p4 p5 p8 p6 p7 p9 p10 p0 p11 p12 p30a1 p13 p4a7e p14 p222e p15"


# -- gold pairs


def test_gold_pairs_come_with_chosen_and_rejected_or_with_an_answer(open_session):
    answered = [
        {"prompt": "p", "response_a": "x", "response_b": f"y{n}", "answer": answer, "topic": "t"}
        for n, answer in enumerate(["a", "b", "tie", "both_bad"])
    ]
    first = open_session(rows(2), gold=GOLD[:2])
    other = open_session(
        rows(2), gold=pd.DataFrame(answered), folder=first._store.path / "../other"
    )

    assert [pair.gold for pair in first._pairs.values()] == [None, None, "a", "a"]
    assert [pair.gold for pair in other._pairs.values()] == [
        None,
        None,
        "a",
        "b",
        "tie",
        "both_bad",
    ]
    assert list(other._pairs.values())[-1].meta == {"topic": "t"}


@pytest.mark.parametrize(
    ("gold", "message"),
    [
        ([{"prompt": "p", "a": "x", "b": "y"}], r"(?s)^gold: .*no answer where .* item 0"),
        (
            [{"prompt": "p", "a": "x", "b": "y", "answer": "left"}],
            r"(?s)^gold: .*the answer 'left' where .* item 0",
        ),
        ([{**GOLD[0], "rejected": ""}], r"(?s)^gold: .*empty rejected"),
        ([{**GOLD[0], "id": "p1"}], "1 gold pairs are among the pairs, too: p1"),
        ([], "^gold: .*nothing to label"),
    ],
)
def test_gold_pairs_that_cannot_be_used_are_named_before_anything_is_made(
    open_session, tmp_path, gold, message
):
    with pytest.raises(tb.PairsError, match=message):
        open_session(rows(2), gold=gold)
    assert [] == list(tmp_path.iterdir())


def test_gold_pairs_given_before_the_first_label_are_mixed_in_and_after_it_come_last(open_session):
    open_session(rows(30)).close()
    early = open_session(gold=GOLD[:3])
    places = [n for n, slot in enumerate(early._labels.upcoming()) if slot.startswith("g")]
    assert [n // 11 for n in places] == [0, 1, 2]
    order = list(early._labels.upcoming())
    early.label("p0", "skip")
    early.close()

    late = open_session(gold=GOLD)

    assert late._labels.showing.order[:33] == order
    assert sorted(late._labels.showing.order[33:]) == ["g3", "g4"]


def test_the_same_gold_pairs_on_a_resume_change_nothing(open_session):
    session = open_session(rows(10), gold=GOLD, repeat=0.2)
    session.label("p0", "a")
    session.close()
    before, order = contents(session._store.path), session._labels.showing.order

    again = open_session(rows(10), gold=GOLD, repeat=0.2)

    assert (before, order) == (contents(session._store.path), again._labels.showing.order)


def test_another_answer_to_a_gold_pair_is_a_changed_pair(open_session):
    pair = {"id": "g", "prompt": "p", "a": "x", "b": "y"}
    session = open_session(rows(2), gold=[{**pair, "answer": "a"}])
    session.close()

    with pytest.raises(tb.SessionError, match=r"g \(gold\)"):
        open_session(gold=[{**pair, "answer": "tie"}])


# -- what is made of their labels


@pytest.fixture
def measured(open_session):
    """Forty pairs, ten of them shown twice, and five gold ones: all labeled a, a second time b."""
    session = open_session(rows(40), repeat=0.25, gold=GOLD, seed=3)
    while pair := session.next():
        session.label(pair.id, "b" if session._labels.showing.slot(pair.id).again else "a")
    return session


def test_labeling_what_comes_next_labels_second_showings_beside_the_first(measured):
    labels = measured.labels

    assert len(labels) == 55
    assert labels["again"].sum() == 10
    assert set(labels.loc[labels["again"], "preference"]) == {"b"}
    assert labels["gold"].dropna().tolist() == ["a"] * 5


def test_what_measures_is_in_no_triple_no_export_and_no_count(measured, tmp_path):
    assert len(measured.pairs) == 40
    assert set(measured.triples()["pair"]) == {f"p{n}" for n in range(40)}
    assert len(measured.triples()) == 40
    assert not {"again", "gold"} & set(measured.triples().columns)
    report = measured.export(tmp_path / "t.jsonl")
    assert (report.rows, report.left_out) == (40, {})
    assert len(read_lines(report.path)) == 40
    assert measured.progress.loc["me", ["total", "labeled", "a", "left"]].tolist() == [
        40,
        40,
        40,
        0,
    ]
    assert astuple(measured._labels.standing())[:2] == (55, 55)


def test_undo_gives_the_second_showing_that_comes_next_again(measured):
    last = [slot for slot in measured._labels.showing.order if slot not in measured._pairs][-1]
    undone = None
    while undone != last:
        undone = measured.undo()

    assert measured.next().id == last


def test_consistency_counts_repeats_and_gold_of_each_annotator(measured, open_session):
    showing = measured._labels.showing
    second = next(slot for slot in showing.order if slot not in measured._pairs)
    twice = (second, showing.slot(second).pair.id)
    anna = open_session(annotator="anna")
    for slot in twice:
        anna.label(slot, "tie")
    anna.label("g0", "b")
    anna.label("g1", "skip")

    found = anna.consistency()

    assert list(found.index) == ["anna", "me"]
    assert found.loc["anna", ["repeats", "same", "agreement"]].tolist() == [1, 1, 1]
    assert found.loc["anna", ["gold", "right", "accuracy"]].tolist() == [1, 0, 0]
    assert found.loc["me", ["repeats", "same", "agreement"]].tolist() == [10, 0, 0]
    assert found.loc["me", ["gold", "right", "accuracy"]].tolist() == [5, 5, 1]
    assert found.loc["me", ["low", "high"]].tolist() == list(wilson(0, 10))
    assert found.loc["me", ["accuracy_low", "accuracy_high"]].tolist() == list(wilson(5, 5))


def test_a_share_of_nothing_is_missing(session):
    assert list(session.consistency().columns) == [
        *("repeats", "same", "agreement", "low", "high"),
        *("gold", "right", "accuracy", "accuracy_low", "accuracy_high"),
    ]
    session.label("p0", "a")

    row = session.consistency().loc["me"]

    assert row[["repeats", "same", "gold", "right"]].tolist() == [0, 0, 0, 0]
    assert row[["agreement", "low", "high", "accuracy", "accuracy_low"]].isna().all()


def test_consistency_is_a_function_of_any_frame():
    labels = pd.DataFrame(
        {
            "annotator": ["x"] * 4,
            "pair": ["1", "1", "2", "2"],
            "preference": ["a", "a", "tie", "skip"],
            "again": [False, True, False, True],
        }
    )

    assert consistency_frame(labels).loc["x", ["repeats", "same"]].tolist() == [1, 1]


@given(st.integers(0, 500), st.integers(1, 500), st.floats(0.5, 0.999))
def test_the_ends_of_an_interval_are_where_the_share_is_just_not_refuted(
    successes, failures, confidence
):
    trials = successes + failures
    z = NormalDist().inv_cdf((1 + confidence) / 2)

    for end in wilson(successes, trials, confidence):
        away = abs(successes / trials - end)
        assert away == pytest.approx(z * math.sqrt(end * (1 - end) / trials), abs=1e-9)


@given(st.integers(0, 500), st.integers(0, 500), st.floats(0.5, 0.999))
def test_an_interval_holds_its_share_within_0_and_1(successes, failures, confidence):
    trials = successes + failures
    low, high = wilson(successes, trials, confidence)

    assert 0 <= low <= high <= 1
    if trials:
        assert low <= successes / trials <= high
        turned = wilson(failures, trials, confidence)
        assert (1 - high, 1 - low) == pytest.approx(turned)


@pytest.mark.parametrize("wrong", [(2, 1), (-1, 1), (0, -1), (1, 2, 0.0), (1, 2, 1.0)])
def test_an_interval_of_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=r"cannot have succeeded|between 0 and 1"):
        wilson(*wrong)
