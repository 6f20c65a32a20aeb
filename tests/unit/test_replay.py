"""Any course of a labeler's work, crashes included, against the plainest model of it."""

import os
import warnings

from helpers import journal_of, rows
from hypothesis import given, settings
from hypothesis import strategies as st

import tiebreak as tb

PAIRS = 2
SESSION = {
    "criteria": ["helpful", "honest"],
    "reasons": ["wrong fact"],
    "principles": {"kind": "Be kind."},
    "flags": ["rude"],
    "repeat": 0.5,
}
FIELDS = ("strength", "criteria", "reasons", "principles", "flags", "note", "edit", "seconds")

VERDICTS = st.sampled_from(["a", "b", "tie", "both_bad"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
SAID = {
    "criteria": st.dictionaries(
        st.sampled_from(SESSION["criteria"]), VERDICTS, min_size=1, max_size=2
    ),
    "reasons": st.dictionaries(st.sampled_from("ab"), st.just(SESSION["reasons"]), min_size=1),
    "principles": st.just(["kind"]),
    "flags": st.dictionaries(
        st.sampled_from(["a", "b", "pair"]), st.just(["unsafe", "rude"]), min_size=1
    ),
    "note": TEXTS,
    "seconds": st.floats(0, 1e6),
}
FOR_A_SIDE = {"strength": st.integers(1, 3), "edit": TEXTS}
SLOTS = st.integers(0, PAIRS + PAIRS // 2 - 1)
PREFERENCES = st.one_of(
    st.tuples(st.sampled_from("ab"), st.fixed_dictionaries({}, optional=SAID | FOR_A_SIDE)),
    st.tuples(
        st.sampled_from(["tie", "both_bad", "skip"]), st.fixed_dictionaries({}, optional=SAID)
    ),
)
CHANGES = st.fixed_dictionaries(
    {}, optional={name: found | st.none() for name, found in (SAID | FOR_A_SIDE).items()}
)
STEPS = st.one_of(
    st.tuples(st.just("label"), SLOTS, PREFERENCES),
    st.tuples(st.just("amend"), SLOTS, CHANGES),
    st.tuples(st.just("undo")),
    st.tuples(st.just("crash"), st.floats(0, 1)),
    st.tuples(st.just("resume")),
)


class Model:
    """What was written, in order: a label is (slot, what it says), an undo is None."""

    def __init__(self):
        self.written = []

    def stack(self):
        stack = []
        for each in self.written:
            if each is None:
                stack.pop()
            else:
                stack.append(each)
        return stack

    def labels(self):
        return dict(self.stack())


def found_in(labels):
    return {
        (label.pair, label.again): {"preference": label.preference}
        | {name: getattr(label, name) for name in FIELDS if getattr(label, name) is not None}
        for label in labels
    }


def amended(before, changes):
    both = {**before, **changes}
    if changes.get("criteria"):
        both["criteria"] = {**before.get("criteria", {}), **changes["criteria"]}
    return {name: each for name, each in both.items() if each is not None}


@settings(max_examples=200, deadline=None)
@given(st.lists(STEPS, max_size=30))
def test_any_course_of_work_leaves_the_labels_that_a_plain_model_says(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("s") / "pilot"
    session = tb.Session(folder, rows(PAIRS), annotator="me", seed=5, **SESSION)
    slots = list(session._labels.upcoming())
    second = session._labels._slots.second
    assert len(slots) == PAIRS + PAIRS // 2
    model = Model()
    for kind, *step in steps:
        if kind == "label":
            slot, (preference, said) = slots[step[0]], step[1]
            session.label(slot, preference, **said)
            key = (second.get(slot, slot), slot in second)
            model.written.append((key, {"preference": preference, **said}))
        elif kind == "amend":
            slot, changes = slots[step[0]], step[1]
            key = (second.get(slot, slot), slot in second)
            before = model.labels().get(key)
            if before is None:
                continue
            if before["preference"] not in ("a", "b"):
                changes = {n: each for n, each in changes.items() if n not in FOR_A_SIDE}
            session.amend(slot, **changes)
            model.written.append((key, amended(before, changes)))
        elif kind == "undo":
            there = bool(model.stack())
            assert (session.undo() is not None) == there
            if there:
                model.written.append(None)
        else:
            live = list(session._labels.upcoming()), session._labels.standing()
            session.close()
            path = journal_of(folder)
            if kind == "crash":
                os.truncate(path, int(step[0] * path.stat().st_size))
                model.written = model.written[: max(path.read_bytes().count(b"\n") - 1, 0)]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a torn line is told; see test_journal.py
                session = tb.Session(folder, annotator="me")
            if kind == "resume":
                assert live == (list(session._labels.upcoming()), session._labels.standing())
        assert model.labels() == found_in(session._labels.current())
    live = session.labels
    session.close()
    with tb.Session(folder, annotator="me", read_only=True) as again:
        assert live.equals(again.labels)
        assert model.labels() == found_in(again._labels.current())
