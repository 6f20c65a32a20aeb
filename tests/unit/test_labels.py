import threading
from collections import Counter

import pytest
from helpers import journal_of, read_lines, rows
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple

import tiebreak as tb
from tiebreak.records.label import Label, Undo, new_id, now

PREFERENCES = ("a", "b", "tie", "both_bad", "skip")
COUNT = 4


class Model:
    """What labels amount to, told in the plainest way: a list of what stands, oldest first."""

    def __init__(self, order):
        self.order = order
        self.stands = []
        self.gone = []
        self.returning = []

    def history(self, pair):
        return [label for label in self.stands if label.pair == pair]

    def current(self):
        return {p: self.history(p)[-1] for p in self.order if self.history(p)}

    def skips_at_the_end(self, pair):
        count = 0
        for label in reversed(self.history(pair)):
            if label.preference != "skip":
                break
            count += 1
        return count

    def label(self, label):
        if any(label.id == other.id for other in [*self.stands, *self.gone]):
            return
        self.stands.append(label)
        if label.pair in self.returning:
            self.returning.remove(label.pair)
        if self.skips_at_the_end(label.pair) == 1:
            self.returning.append(label.pair)

    def undo(self):
        if not self.stands:
            return None
        label = self.stands.pop()
        self.gone.append(label)
        if label.pair in self.returning:
            self.returning.remove(label.pair)
        if self.skips_at_the_end(label.pair):
            self.returning.insert(0, label.pair)
        return label.pair

    def upcoming(self):
        return [p for p in self.order if not self.history(p)] + self.returning

    def standing(self):
        counts = Counter(label.preference for label in self.current().values())
        labeled = sum(counts.values()) - counts["skip"]
        ties, bad, skipped = counts["tie"], counts["both_bad"], counts["skip"]
        return (len(self.order), labeled, ties, bad, skipped, len(self.upcoming()))


STEPS = st.one_of(
    st.tuples(st.just("label"), st.integers(0, COUNT - 1), st.sampled_from(PREFERENCES)),
    st.tuples(st.just("next"), st.sampled_from(PREFERENCES)),
    st.just(("undo",)),
    st.just(("reopen",)),
    st.tuples(st.just("again"), st.integers(0, 20)),
)


@settings(max_examples=30)
@given(st.lists(STEPS, max_size=25))
def test_any_sequence_of_steps_gives_what_a_plain_model_gives(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("s") / "pilot"
    session = tb.Session(folder, rows(COUNT), annotator="me", seed=3)
    model = Model(list(session._labels.upcoming()))
    sent = []
    for step in steps:
        match step:
            case ("undo",):
                assert model.undo() == session.undo()
            case ("reopen",):
                session.close()
                session = tb.Session(folder, annotator="me")
            case ("again", which):
                if sent:
                    event = sent[which % len(sent)]
                    assert session._labels.record(event) is False
                    model.label(event)
            case (_, *pair, preference):
                upcoming = model.upcoming()
                if not pair and not upcoming:
                    continue
                name = f"p{pair[0]}" if pair else upcoming[0]
                label = Label(id=new_id(), pair=name, preference=preference, at=now())
                sent.append(label)
                assert session._labels.record(label) is True
                model.label(label)
        assert model.upcoming() == list(session._labels.upcoming())
        assert (model.upcoming() or [None])[0] == getattr(session.next(), "id", None)
        assert model.standing() == astuple(session._labels.standing())
        stands = {label.pair: label.preference for label in session._labels.current()}
        assert {p: label.preference for p, label in model.current().items()} == stands
    live = session.labels
    session.close()
    assert live.equals(tb.Session(folder, annotator="me", read_only=True).labels)


@settings(max_examples=25)
@given(st.lists(st.sampled_from([*PREFERENCES, "undo"]), max_size=25))
def test_labeling_what_comes_next_goes_on_after_a_reopening_as_if_there_were_none(
    tmp_path_factory, steps
):
    folder = tmp_path_factory.mktemp("s") / "pilot"
    session = tb.Session(folder, rows(COUNT), annotator="me")
    for step in steps:
        if step == "undo":
            session.undo()
        elif pair := session.next():
            session.label(pair.id, step)
    before = list(session._labels.upcoming())
    session.close()

    with tb.Session(folder, annotator="me") as again:
        assert before == list(again._labels.upcoming())


# -- the same, in words


def label_next(session, *preferences):
    done = []
    for preference in preferences:
        done.append(session.next().id)
        session.label(done[-1], preference)
    return done


def test_pairs_come_in_order_and_then_none(session):
    assert label_next(session, *"aabbaa") == [f"p{n}" for n in range(6)]
    assert session.next() is None


def test_a_skipped_pair_comes_back_once_at_the_end(session):
    assert label_next(session, "skip", "a", "skip", "a", "a", "a") == [f"p{n}" for n in range(6)]
    assert label_next(session, "skip", "b") == ["p0", "p2"]
    assert session.next() is None
    assert (5, 1) == astuple(session._labels.standing())[1:6:3]


def test_skipped_pairs_come_back_at_the_end_also_after_a_reopening(session, open_session):
    label_next(session, "a", "skip", "a", "a", "a", "a")
    session.close()

    again = open_session()

    assert again.next().id == "p1"
    again.label("p1", "skip")
    assert again.next() is None


def test_skipped_pairs_can_be_shown_once_more_on_demand(session):
    label_next(session, "skip", "skip", "a", "a", "a", "a", "skip", "skip")
    assert session.next() is None

    session._labels.revisit_skipped()

    assert label_next(session, "a", "b") == ["p0", "p1"]
    assert session.next() is None


def test_an_undone_skip_leaves_its_pair_to_come_next(session):
    label_next(session, "a", "skip")

    assert session.undo() == "p1"
    assert session.next().id == "p1"
    assert session._labels.standing().skipped == 0


def test_an_undone_second_skip_leaves_its_pair_to_come_next(session):
    label_next(session, "skip", "skip", *"aaaa", "skip", "skip")

    assert session.undo() == "p1"
    assert session.next().id == "p1"
    assert session._labels.standing().skipped == 2


def test_a_skip_that_an_undo_brings_back_comes_before_the_others_that_return(session):
    label_next(session, "skip", "skip", *"aaaa")
    session.label("p1", "skip")

    session.undo()

    assert ["p1", "p0"] == list(session._labels.upcoming())


def test_an_undone_third_skip_leaves_its_pair_to_come_next_also_after_a_reopening(
    session, open_session
):
    label_next(session, "skip", *"aaaaa", "skip")
    session.label("p0", "skip")
    assert session.next() is None

    assert session.undo() == "p0"
    assert session.next().id == "p0"
    session.close()

    assert open_session().next().id == "p0"


def test_what_is_undone_comes_next_over_any_number_of_steps(session):
    done = label_next(session, "a", "skip", "tie", "b", "both_bad", "a")

    for pair in reversed(done):
        assert session.undo() == pair
        assert session.next().id == pair
    assert session.undo() is None
    assert session.labels.empty


def test_undo_goes_on_after_a_reopening(session, open_session):
    label_next(session, *"abab")
    session.undo()
    session.close()

    again = open_session()

    assert [again.undo(), again.undo(), again.undo(), again.undo()] == ["p2", "p1", "p0", None]


def test_undo_of_a_second_label_brings_the_first_one_back(session):
    session.label("p0", "a", 3)
    session.label("p1", "tie")
    session.label("p0", "b", 1)

    session.undo()

    assert dict(zip(session.labels["pair"], session.labels["preference"], strict=True)) == {
        "p0": "a",
        "p1": "tie",
    }
    assert session.undo() == "p1"


def test_an_undo_in_the_middle_of_a_pairs_history_changes_only_that(session):
    labels = [Label(new_id(), "p0", preference, now()) for preference in ("a", "b", "tie")]
    for label in labels:
        session._labels.record(label)

    session._labels.record(Undo(new_id(), labels[1].id, now()))
    assert session.labels["preference"].tolist() == ["tie"]
    session.undo()
    assert session.labels["preference"].tolist() == ["a"]


def test_an_undo_of_what_is_undone_changes_nothing(session):
    label = Label(new_id(), "p0", "a", now())
    session._labels.record(label)
    session._labels.record(Undo(new_id(), label.id, now()))
    before = journal_of(session._store.path).read_bytes()

    assert session._labels.record(Undo(new_id(), label.id, now())) is False
    assert before == journal_of(session._store.path).read_bytes()
    with pytest.raises(tb.LabelError, match="label to undo is not among those"):
        session._labels.record(Undo(new_id(), "never-was", now()))


def test_an_undone_label_delivered_again_stays_undone(session):
    label = Label(new_id(), "p0", "a", now())
    session._labels.record(label)
    session.undo()

    assert session._labels.record(label) is False
    assert session.labels.empty


def test_the_history_is_given_newest_first_and_from_an_event_on(session):
    label_next(session, *"abab")
    trail = session._labels.trail(9)

    assert [label.pair for label in trail] == ["p3", "p2", "p1", "p0"]
    assert trail[2:3] == session._labels.trail(1, before=trail[1].id)
    assert session._labels.trail(9, before="never-was") == []


def test_many_threads_labeling_at_once_lose_nothing(open_session):
    session = open_session(rows(120))
    failures = []
    told = []
    session._labels.listen(lambda event, _: told.append(event.id))

    def work(first):
        try:
            for n in range(first, 120, 6):
                session.label(f"p{n}", "a")
                list(session._labels.upcoming())
                session._labels.standing()
                if n % 4 == 0:
                    session.label(f"p{n}", "b")
        except Exception as error:  # noqa: BLE001 - told by the test below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    lines = read_lines(journal_of(session._store.path))[1:]
    assert len(lines) == 150
    assert told == [line["id"] for line in lines]
    assert {f"p{n}": "b" if n % 4 == 0 else "a" for n in range(120)} == dict(
        zip(session.labels["pair"], session.labels["preference"], strict=True)
    )
    assert (120, 120, 0, 0, 0, 0) == astuple(session._labels.standing())


def test_threads_that_label_and_undo_leave_what_the_journal_says(open_session):
    session = open_session(rows(10))

    def work():
        for n in range(10):
            session.label(f"p{n}", "skip" if n % 3 else "a")
            session.undo()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    live, standing = session.labels, session._labels.standing()
    session.close()

    again = open_session()
    assert live.equals(again.labels)
    assert standing == again._labels.standing()
