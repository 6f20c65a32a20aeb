"""Pairs that a model is least sure of come first, never at the cost of what chance would give."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from helpers import DATA, Browser, journal_of, read_lines, rows
from test_bias import study

import tiebreak as tb
from tiebreak.stats.choices import Choices, fitted, tamed
from tiebreak.stats.contested import STRETCH, blocks, draw
from tiebreak.stats.features import differences

REAL = {
    "harmless": "hh-rlhf/harmless-base-test.jsonl.gz",
    "claude": "alpaca_eval/judged-claude-2.1-vs-gpt4_1106_preview.jsonl",
    "vicuna": "alpaca_eval/judged-vicuna-7b-v1.5-vs-gpt4_1106_preview.jsonl",
}
PARTS = ("labels", "pairs")
SIZES = (50, 100, 200, 400, 800)


def pairs_of(count, seed=1):
    _, pairs = study(np.random.default_rng(seed), count)
    found = pairs.reset_index().rename(columns={"a": "response_a", "b": "response_b"})
    names = [name for name in ("prompt", "response_a", "response_b") if name in found]
    return (
        found[names]
        .assign(id=[f"p{n}" for n in range(len(found))])
        .assign(prompt=[f"question {n}" for n in range(len(found))])
    )


def longer(pair):
    return "a" if len(pair.a) > len(pair.b) else "b"


def label_all(session, most=10_000):
    shown = []
    while len(shown) < most and (pair := session.next()):
        session.label(pair.id, longer(pair))
        shown.append(pair.id)
    return shown


@pytest.fixture
def contested(open_session):
    def open_one(count=120, **more):
        return open_session(pairs_of(count), order="contested", seed=7, **more)

    return open_one


# -- what is drawn


def test_of_each_three_one_is_by_chance_and_the_most_doubted_is_the_likeliest():
    rng = np.random.default_rng(0)
    differ = np.linspace(-3, 3, 90)[:, None]
    won = np.sign(differ[:60, 0] + 0.01)
    drawn = draw(range(60, 90), differ, range(60), won, number=30, generator=rng)

    assert sorted(each.pair for each in drawn) == list(range(60, 90))
    for start in range(0, 30, STRETCH):
        assert [each.block for each in drawn[start : start + 3]].count("random") == 1
    assert all(each.chance >= 2 / 3 for each in drawn if each.block == "contested")


def test_the_chances_of_all_that_may_come_next_add_up_to_one_and_are_kept_to():
    differ = np.arange(1.0, 26.0)[:, None]
    won = np.ones(20)
    counts = Counter()
    told = {}
    for seed in range(3_000):
        [first] = draw(
            range(20, 25), differ, range(20), won, number=1, generator=np.random.default_rng(seed)
        )
        counts[first.pair] += 1
        told[first.pair] = first.chance

    assert sum(told.values()) == pytest.approx(1)
    for pair, chance in told.items():
        assert counts[pair] / 3_000 == pytest.approx(chance, abs=4 * (chance / 3_000) ** 0.5)


def test_a_session_shows_every_pair_once_and_says_of_each_how_it_came(contested):
    session = contested(180)
    shown = label_all(session)
    labels = session.labels

    assert sorted(shown) == sorted(session.pairs.index)
    assert labels["shown_by"].notna().all()
    assert labels["shown_chance"].between(0, 1).all()
    by_chance = (labels["shown_by"] == "random").mean()
    assert 1 / 3 <= by_chance < 0.9
    assert (labels["shown_by"][:60] == "random").all()


def test_pairs_that_the_model_cannot_tell_come_before_those_it_can(contested):
    session = contested(300)
    label_all(session, 200)
    labels = session.labels
    differ = differences(session.pairs)["length"].abs()
    own = labels[60:].assign(differ=labels["pair"].map(differ))
    means = own.groupby("shown_by")["differ"].mean()

    assert means["contested"] < means["random"]


def test_the_sides_are_those_of_the_order_by_chance_however_pairs_come(open_session, tmp_path):
    other = tb.Session(tmp_path / "r", pairs_of(60), order="random", seed=7, annotator="me")
    session = open_session(pairs_of(60), order="contested", seed=7)
    label_all(session, 40)

    for pair in session.pairs.index:
        assert session._labels.showing.left(pair) == other._labels.showing.left(pair)


def test_it_goes_on_after_a_restart_and_undo_brings_a_pair_back_first(contested, open_session):
    session = contested()
    shown = label_all(session, 50)
    assert session.undo() == shown[-1]
    assert session.next().id == shown[-1]
    session.close()

    again = open_session()
    rest = label_all(again)
    assert sorted([*shown[:-1], *rest]) == sorted(again.pairs.index)


def test_skipped_pairs_come_back_after_all_others(contested):
    session = contested(60)
    first = session.next().id
    session.label(first, "skip")
    shown = label_all(session)

    assert shown[-1] == first
    assert len(shown) == 60


def test_second_showings_and_known_answers_come_among_them_in_their_time(contested):
    gold = [
        {"id": f"g{n}", "prompt": f"known {n}", "chosen": "true", "rejected": "false"}
        for n in range(6)
    ]
    session = contested(90, repeat=0.2, gold=gold)
    second = dict(session._labels.showing._second)
    shown = label_all(session)
    place = {slot: number for number, slot in enumerate(shown)}

    assert len(shown) == 90 + 18 + 6
    assert all(place[slot] - place[pair] >= 1 for slot, pair in second.items())
    far = [place[slot] - place[pair] >= 10 for slot, pair in second.items()]
    assert sum(far) >= 15
    assert place["g0"] != place["g1"]
    known = sorted(place[f"g{n}"] for n in range(6))
    assert known[0] < 40
    assert known[-1] > 60


def test_a_screen_is_given_what_comes_and_its_labels_say_how_it_came(contested, wire):
    session = contested()
    browser = Browser(session, wire)
    [state] = browser.news()
    deck = [pair["id"] for pair in state["deck"]]
    while deck:
        browser.choose(deck.pop(0), "left")
        if len(deck) < 12:
            for message in browser.send({"type": "fetch", "have": deck}):
                deck += [pair["id"] for pair in message.get("pairs", ())]
    labels = read_lines(journal_of(session._store.path))[1:]

    assert len({label["pair"] for label in labels}) == len(labels) == 120
    assert {label["shown_by"] for label in labels} == {"contested", "random"}
    assert "shown_by" not in str(wire)


def test_who_looks_a_pair_up_in_python_was_not_shown_it(contested):
    session = contested()
    other = next(pair for pair in session.pairs.index if pair != session.next().id)
    session.label(other, "a")

    assert "shown_by" not in session.labels


def test_another_order_leaves_no_trace_in_a_journal(open_session):
    session = open_session(rows(3), order="random", seed=7)
    session.label(session.next().id, "a")

    assert not {"shown_by", "shown_chance"} & set(read_lines(journal_of(session._store.path))[1])


# -- what it gave


def test_the_blocks_are_compared_on_pairs_by_chance_that_were_held_out():
    labels, pairs = study(np.random.default_rng(5), 400, longer=0.85)
    labels = labels.assign(shown_by=np.where(np.arange(len(labels)) % 3, "contested", "random"))
    found = blocks(labels, pairs)

    assert found is not None
    assert found.table.index.tolist() == ["contested", "random"]
    assert found.low <= found.gain <= found.high
    assert "no gain is measured" in found.says


def test_few_labels_or_none_of_a_block_are_told_apart_by_nothing():
    labels, pairs = study(np.random.default_rng(5), 60)

    assert blocks(labels, pairs) is None
    found = blocks(labels.assign(shown_by=["contested"] * 30 + ["random"] * 30), pairs)
    assert found is not None
    assert "cannot be told yet" in found.says


def test_the_report_says_what_contested_pairs_gave(contested):
    session = contested(240)
    label_all(session)

    report = session.report()
    picked = int((session.labels["shown_by"] == "contested").sum())
    assert picked
    # What is no figure of all pairs says so, and what is weighted does.
    [says] = [each.says for each in report.findings if "labels are of contested pairs" in each.says]
    assert says.startswith(f"{picked} of 240 labels")
    assert "agreement" in says
    assert "Win rates, strengths and stopping weigh labels" in says
    assert f"{picked} labels are of pairs that a small model was least sure of" in session.methods()


# -- the bar: never more than .01 below chance


def curves(differ, won, prompts, times, sizes):
    """Accuracy on held-out prompts after each size, by contested order less by chance."""
    found = []
    for time in range(times):
        rng = np.random.default_rng(time)
        part = rng.permutation(prompts.max() + 1) % 2
        learn, asked = np.flatnonzero(part[prompts] == 0), np.flatnonzero(part[prompts] == 1)

        def accuracy(places, asked=asked):
            effects = fitted([differ[places]], won[places])
            scores = won[asked] * (differ[asked] @ effects)
            return float(((np.sign(scores) + 1) / 2).mean())

        by_chance = rng.permutation(learn)
        own = []
        while len(own) < max(sizes):
            left = np.setdiff1d(learn, own)
            own += [
                each.pair for each in draw(left, differ, own, won[own], number=24, generator=rng)
            ]
        found.append([accuracy(own[:n]) - accuracy(by_chance[:n]) for n in sizes])
    return np.array(found)


@pytest.mark.long
@pytest.mark.parametrize("embed", [False, True])
@pytest.mark.parametrize("real", [["harmless"], ["claude"], ["vicuna"], ["claude", "vicuna"]])
def test_contested_pairs_teach_no_less_than_pairs_by_chance(real, embed):
    if not all((DATA / REAL[name]).exists() for name in real):
        pytest.skip(f"the real labels are not at {DATA}")
    found = [tb.read_pairs(DATA / REAL[name], on_error="skip") for name in real]
    labels, pairs = (pd.concat([getattr(each, part) for each in found]) for part in PARTS)
    alone = ~pairs.index.duplicated()  # where both models answered the same
    chosen = Choices.of(labels[~labels["pair"].isin(pairs.index[~alone])], pairs[alone])
    differ = tamed(differences(chosen.pairs))
    if embed:
        pytest.importorskip("wordllama")
        from tiebreak.stats.rewards import Meaning  # noqa: PLC0415 - an extra

        differ = np.hstack([differ, Meaning.of(chosen.pairs).differ])
    sizes = [size for size in SIZES if size < 0.49 * len(chosen.won)]
    gains = curves(differ, chosen.won, chosen.prompts, 30, sizes)

    print(dict(zip(sizes, gains.mean(axis=0).round(4), strict=True)))  # noqa: T201 - the figures
    assert (gains.mean(axis=0) > -0.01).all()
