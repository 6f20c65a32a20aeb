"""Any course of a labeler's work, crashes included, against the plainest model of it."""

import contextlib
import json
import os
import warnings

from helpers import NOW, journal_of, rows
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple

import tiebreak as tb
from tiebreak.records.label import slot_of

PAIRS = 2
SESSION = {
    "criteria": ["helpful", "honest"],
    "reasons": ["wrong fact"],
    "principles": {"kind": "Be kind."},
    "flags": ["rude"],
    "repeat": 0.5,
}
FIELDS = (
    *("preference", "strength", "criteria", "reasons", "principles", "flags", "note", "edit"),
    *("seconds", "shown_left"),
)
FOR_A_SIDE = ("strength", "edit")

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


def said(first, second):
    """What can be said of a pair whose responses go by these names."""
    sides = st.sampled_from([first, second])
    verdicts = st.sampled_from([first, second, "tie", "both_bad"])
    return {
        "criteria": st.dictionaries(st.sampled_from(SESSION["criteria"]), verdicts, min_size=1),
        "reasons": st.dictionaries(sides, st.just(SESSION["reasons"]), min_size=1),
        "principles": st.just(["kind"]),
        "flags": st.dictionaries(
            st.sampled_from([first, second, "pair"]), st.just(["unsafe", "rude"]), min_size=1
        ),
        "note": TEXTS,
        "seconds": st.floats(0, 1e6),
        "strength": st.integers(1, 3),
        "edit": TEXTS,
    }


def choices(first, second):
    """A preference with all that goes with it."""
    return st.tuples(
        st.sampled_from([first, second, "tie", "both_bad", "skip"]),
        st.fixed_dictionaries({}, optional=said(first, second)),
    ).map(lambda made: fitting(*made))


def fitting(preference, what):
    """Leave out what only goes with a better response, where there is none."""
    return preference, {
        name: value
        for name, value in what.items()
        if name not in FOR_A_SIDE or preference not in ("tie", "both_bad", "skip")
    }


SLOTS = st.integers(0, PAIRS + PAIRS // 2 - 1)
CHANGES = st.fixed_dictionaries(
    {},
    optional={"preference": st.sampled_from(["a", "b", "tie", "both_bad", "skip"])}
    | {name: found | st.none() for name, found in said("a", "b").items()},
)
ANY = st.integers(0, 99)
STEPS = st.one_of(
    st.tuples(st.just("label"), SLOTS, choices("a", "b")),
    st.tuples(st.just("amend"), SLOTS, CHANGES),
    st.tuples(st.just("undo")),
    st.tuples(st.just("choose"), SLOTS, choices("left", "right")),
    st.tuples(st.just("take back"), ANY),
    st.tuples(st.just("send again"), ANY),
    st.tuples(st.just("crash"), st.floats(0, 1)),
    st.tuples(st.just("resume")),
)


def is_whole(line):
    with contextlib.suppress(ValueError):
        return isinstance(json.loads(line), dict)
    return False


class Model:
    """What was written, in order: (id, slot, what a label says) or (id, None, the id undone)."""

    def __init__(self):
        self.written = []

    def write(self, event, slot, what):
        if all(event != there for there, *_ in self.written):
            self.written.append((event, slot, what))

    def take_back(self, event, target):
        if target in [there for there, *_ in self.standing()]:
            self.write(event, None, target)

    def standing(self):
        undone = {what for _, slot, what in self.written if slot is None}
        return [each for each in self.written if each[1] is not None and each[0] not in undone]

    def labels(self):
        return {slot: what for _, slot, what in self.standing()}


def amended(before, changes):
    both = {**before, **changes}
    if both["preference"] != before["preference"] and "edit" not in changes:
        both.pop("edit", None)
    if both["preference"] not in ("a", "b"):
        both.pop("strength", None)
    if changes.get("criteria"):
        both["criteria"] = {**before.get("criteria", {}), **changes["criteria"]}
    return {name: each for name, each in both.items() if each is not None}


def in_the_pairs_terms(choice, what, left):
    """Turn what was said by side, where this response stood left."""
    names = {"left": left, "right": "b" if left == "a" else "a"}
    turned = {**what, "preference": names.get(choice, choice), "shown_left": left}
    if "criteria" in what:
        turned["criteria"] = {n: names.get(side, side) for n, side in what["criteria"].items()}
    for field in {"reasons", "flags"} & set(what):
        turned[field] = {names.get(side, side): said for side, said in what[field].items()}
    return turned


class Course:
    """A session and the model of it, which go the same steps."""

    def __init__(self, folder):
        self.folder = folder
        self.session = tb.Session(folder, rows(PAIRS), annotator="me", seed=5, **SESSION)
        self.slots = list(self.session._labels.upcoming())
        assert len(self.slots) == PAIRS + PAIRS // 2
        self.model = Model()
        self.sent = []

    def label(self, place, made):
        preference, what = made
        self.session.label(self.slots[place], preference, **what)
        self.model.write(self.newest(), self.slots[place], {"preference": preference, **what})

    def amend(self, place, changes):
        slot = self.slots[place]
        before = self.model.labels().get(slot)
        if before is None:
            return
        preference = changes.get("preference", before["preference"])
        changes = fitting(preference, changes)[1]
        self.session.amend(slot, **changes)
        self.model.write(self.newest(), slot, amended(before, changes))

    def undo(self):
        standing = self.model.standing()
        assert self.session.undo() == (standing[-1][1] if standing else None)
        if standing:
            self.model.take_back(f"undo {len(self.model.written)}", standing[-1][0])

    def choose(self, place, made):
        choice, what = made
        slot = self.slots[place]
        labels = self.session._labels
        content = {"type": "label", "pair": labels.showing.name(slot), "choice": choice, **what}
        turned = in_the_pairs_terms(choice, what, labels.showing.slot(slot).left)
        self.send(content, lambda event: self.model.write(event, slot, turned))

    def take_back(self, number):
        standing = self.model.standing()
        if standing:
            target = standing[number % len(standing)][0]
            content = {"type": "undo", "event": target}
            self.send(content, lambda event: self.model.take_back(event, target))

    def send_again(self, number):
        if self.sent:
            self.deliver(*self.sent[number % len(self.sent)])

    def send(self, content, record):
        self.sent.append(({**content, "id": f"from-browser-{len(self.sent)}", "at": NOW}, record))
        self.deliver(*self.sent[-1])

    def deliver(self, content, record):
        self.session.widget.receive(content)
        record(content["id"])

    def crash(self, share):
        self.session.close()
        path = journal_of(self.folder)
        os.truncate(path, int(share * path.stat().st_size))
        # A line that lacks nothing but its newline says all that it was to say.
        whole = max(sum(map(is_whole, path.read_bytes().split(b"\n"))) - 1, 0)
        self.model.written = self.model.written[:whole]
        self.open()

    def resume(self):
        self.session.close()
        live = list(self.session._labels.upcoming()), self.session._labels.standing()
        self.open()
        assert live == (list(self.session._labels.upcoming()), self.session._labels.standing())

    def open(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a torn line is told; see test_journal.py
            self.session = tb.Session(self.folder, annotator="me")

    def newest(self):
        return self.session._labels.trail(1)[0].id

    def check(self):
        labels, model = self.session._labels, self.model.labels()
        assert model == self.found()
        fresh = [slot for slot in self.slots if slot not in model]
        upcoming = list(labels.upcoming())
        assert upcoming[: len(fresh)] == fresh
        assert all(model[slot]["preference"] == "skip" for slot in upcoming[len(fresh) :])
        made = [what["preference"] for what in model.values()]
        counts = [made.count(name) for name in ("tie", "both_bad", "skip")]
        assert list(astuple(labels.standing())[:5]) == [
            len(self.slots),
            len(made) - counts[2],
            *counts,
        ]

    def found(self):
        return {
            slot_of(label): {
                name: getattr(label, name) for name in FIELDS if getattr(label, name) is not None
            }
            for label in self.session._labels.current()
        }


@settings(max_examples=25)
@given(st.lists(STEPS, min_size=8, max_size=40))
def test_any_course_of_work_leaves_the_labels_that_a_plain_model_says(tmp_path_factory, steps):
    course = Course(tmp_path_factory.mktemp("s") / "pilot")
    for kind, *details in steps:
        getattr(course, kind.replace(" ", "_"))(*details)
        course.check()
    live = course.session.labels
    course.session.close()
    with tb.Session(course.folder, annotator="me", read_only=True) as again:
        assert live.equals(again.labels)
        course.session = again
        course.check()
