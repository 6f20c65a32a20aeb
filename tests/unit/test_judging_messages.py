"""What the browser and the kernel say of criteria, reasons, flags, notes, edits and old labels."""

import json
from collections import Counter

import pytest
from helpers import NOW, Browser, contents, journal_of, read_lines, rows

ALL = {
    "criteria": {"helpful": "Does it help?", "honest": ""},
    "criteria_required": True,
    "reasons": ["wrong fact", "too long"],
    "principles": {"kind": "Be kind."},
    "flags": ["rude"],
    "note_required": [3, "tie"],
    "guidelines": "# Be careful",
    "too_fast": "warn",
    "pace": True,
    "reveal_models": True,
}
SAID = {
    "criteria": {"helpful": "left", "honest": "tie"},
    "reasons": {"left": ["wrong fact"], "right": ["too long", "wrong fact"]},
    "principles": ["kind"],
    "flags": {"right": ["unsafe"], "pair": ["broken"]},
    "note": "because",
    "edit": "better still",
}
GOLD = [
    {"prompt": f"known {n}", "chosen": f"right {n}", "rejected": f"wrong {n}"} for n in range(4)
]


@pytest.fixture
def judging(open_session, wire):
    return Browser(open_session(rows(6), order="given", seed=7, **ALL), wire)


def sides_of(session, pair):
    left = session._labels.showing.slot(pair).left
    return {"left": left, "right": "b" if left == "a" else "a"}


# -- state


def test_the_form_of_a_session_reaches_the_screen(judging):
    [state] = judging.news()

    assert state["form"] == {
        "criteria": [
            {"name": "helpful", "about": "Does it help?"},
            {"name": "honest", "about": ""},
        ],
        "criteriaRequired": True,
        "reasons": ["wrong fact", "too long"],
        "flags": ["unsafe", "personal data", "broken", "rude"],
        "principles": [{"name": "kind", "about": "Be kind."}],
        "noteRequired": [3, "tie"],
    }
    names = ("guidelines", "keys", "pace", "tooFast", "revealModels")
    assert [state[name] for name in names] == ["# Be careful", {}, True, "warn", True]


def test_a_simple_session_has_an_empty_form(browser):
    [state] = browser.news()

    assert not any(state["form"].values())
    assert [state[name] for name in ("guidelines", "keys", "pace", "tooFast")] == [
        *(None, {}, False, None)
    ]


def test_only_the_keys_that_someone_changed_are_sent(open_session, wire):
    browser = Browser(open_session(rows(2), keys={"note": "m", "tie": ["0", "Q"]}), wire)

    assert browser.news()[0]["keys"] == {"note": ["m"], "tie": ["0", "q"]}


# -- a label


@pytest.mark.parametrize("pair", ["p0", "p1"])
def test_what_was_said_by_side_is_recorded_in_the_pairs_own_terms(judging, pair):
    left, right = sides_of(judging.session, pair).values()

    [ack] = judging.choose(pair, "left", strength=2, **SAID)[-1:]

    line = read_lines(journal_of(judging.session._store.path))[-1]
    assert line | {"id": "", "at": ""} == {
        "type": "label",
        "id": "",
        "at": "",
        "pair": pair,
        "preference": left,
        "strength": 2,
        "criteria": {"helpful": left, "honest": "tie"},
        "reasons": {left: ["wrong fact"], right: ["too long", "wrong fact"]},
        "principles": ["kind"],
        "flags": {right: ["unsafe"], "pair": ["broken"]},
        "note": "because",
        "edit": "better still",
        "shown_left": left,
    }
    assert ack["type"] == "ack"


def test_what_is_empty_is_left_out_of_the_journal(judging):
    empty = {"criteria": {}, "reasons": {"left": []}, "principles": [], "flags": {}, "note": ""}

    judging.choose("p0", "tie", **empty)

    line = read_lines(journal_of(judging.session._store.path))[-1]
    assert set(line) == {"type", "id", "pair", "preference", "at", "shown_left"}


def test_names_are_taken_as_they_stood_on_screen(judging):
    judging.choose("p0", "left", principles=["since renamed"], criteria={"gone": "right"})

    assert judging.session.labels["principles"].tolist() == [["since renamed"]]


BAD = {
    "a verdict of the pair": {"criteria": {"helpful": "a"}},
    "a verdict of skip": {"criteria": {"helpful": "skip"}},
    "too many criteria": {"criteria": {str(n): "left" for n in range(101)}},
    "a criterion without a name": {"criteria": {"": "left"}},
    "reasons of a response": {"reasons": {"a": ["wrong fact"]}},
    "reasons of the pair": {"reasons": {"pair": ["wrong fact"]}},
    "reasons as text": {"reasons": {"left": "wrong fact"}},
    "a reason of great length": {"reasons": {"left": ["x" * 201]}},
    "too many reasons": {"reasons": {"left": ["x"] * 101}},
    "principles as a dict": {"principles": {"kind": True}},
    "flags of a response": {"flags": {"b": ["unsafe"]}},
    "a flag that is none": {"flags": {"pair": [None]}},
    "an edit of great length": {"edit": "x" * 2_000_001},
    "an edit of a tie": {"edit": "x", "choice": "tie"},
    "half a character in an edit": {"edit": "\ud83d"},
    "half a character in a reason": {"reasons": {"left": ["\ud83d"]}},
}


@pytest.mark.parametrize("said", BAD.values(), ids=BAD.keys())
def test_what_cannot_be_said_is_refused_and_changes_nothing(judging, said):
    judging.news()
    before = contents(judging.session._store.path)

    [refused] = judging.choose("p0", **{"choice": "left", **said})

    assert (refused["type"], refused["keep"]) == ("refused", False)
    assert before == contents(judging.session._store.path)


# -- changing a label


@pytest.mark.parametrize("pair", ["p0", "p1"])
def test_a_labeled_pair_is_shown_with_its_label_as_it_was_said(judging, pair):
    judging.choose(pair, "left", strength=2, **SAID)

    [shown] = judging.send({"type": "show", "pair": pair})

    assert shown["type"] == "shown"
    assert shown["pair"]["id"] == pair
    assert shown["pair"]["label"] == {"choice": "left", "strength": 2, **SAID}


def test_a_pair_without_a_label_is_shown_without_one(judging):
    shown = judging.send({"type": "show", "pair": "p3"})[-1]

    assert not {"label", "draft"} & set(shown["pair"])


def test_a_skip_yet_to_return_is_no_label_to_show_and_one_that_came_back_is(judging):
    judging.choose("p0", "skip")
    [returning] = judging.send({"type": "show", "pair": "p0"})
    judging.choose("p0", "skip")
    [skipped] = judging.send({"type": "show", "pair": "p0"})

    assert "label" not in returning["pair"]
    assert skipped["pair"]["label"] == {"choice": "skip"}


def test_a_pair_that_is_not_there_is_not_shown(judging):
    judging.news()

    [refused] = judging.send({"type": "show", "pair": "p99"})

    assert (refused["type"], refused["id"]) == ("refused", None)


def test_a_change_is_told_apart_from_a_first_label_and_from_a_skip_made_good(judging):
    first, changed = (judging.choose("p0", choice)[-1]["label"] for choice in ("left", "right"))
    judging.choose("p1", "skip")
    made_good = judging.choose("p1", "tie")[-1]["label"]

    assert changed["changes"] is True
    assert "changes" not in first
    assert "changes" not in made_good


def test_an_undo_gives_what_was_said_back_as_a_draft(judging):
    judging.choose("p0", "right", id="the-label", **SAID)
    judging.news()

    [ack] = judging.send({"type": "undo", "id": "the-undo", "event": "the-label", "at": NOW})

    assert ack["pair"]["draft"] == {"choice": "right", **SAID}
    assert "label" not in ack["pair"]


def test_an_undo_of_a_change_gives_no_pair_because_the_old_label_stands_again(judging):
    judging.choose("p0", "left")
    judging.choose("p0", "right", id="the-change")
    judging.news()

    [ack] = judging.send({"type": "undo", "id": "the-undo", "event": "the-change", "at": NOW})

    assert (ack["undone"], "pair" in ack) == ("the-change", False)
    assert judging.session.labels["preference"].tolist() == [
        sides_of(judging.session, "p0")["left"]
    ]


def test_an_undo_down_to_a_skip_gives_the_pair_with_its_draft(judging):
    judging.choose("p0", "skip")
    judging.choose("p0", "tie", id="the-label", note="n")

    ack = judging.send({"type": "undo", "id": "the-undo", "event": "the-label", "at": NOW})[-1]

    assert ack["pair"]["draft"] == {"choice": "tie", "note": "n"}
    assert ack["pair"]["returning"] is True


# -- models


def test_models_are_told_by_side_after_the_choice_where_that_was_asked_for(judging):
    names = {"a": "model-one", "b": "model-two"}
    sides = sides_of(judging.session, "p0")

    chosen = judging.choose("p0", "tie")[-1]["label"]
    skipped = judging.choose("p1", "skip")[-1]["label"]

    assert chosen["models"] == [names[sides["left"]], names[sides["right"]]]
    assert "models" not in skipped
    assert "model-" not in json.dumps(judging.send({"type": "fetch", "have": []}))


def test_models_that_are_not_known_are_null(open_session, wire):
    pair = {"prompt": "p", "response_a": "x", "response_b": "y"}
    browser = Browser(open_session([pair], reveal_models=True), wire)

    said = browser.choose(browser.session.next().id, "tie")
    assert next(each for each in said if "label" in each)["label"]["models"] == [None, None]


# -- the list


def events_in(browser, kind, before=None):
    [listing] = browser.send({"type": "list", "filter": kind, "before": before})
    assert (listing["type"], listing["filter"]) == ("listing", kind)
    return [item["event"] for item in listing["items"]]


@pytest.fixture
def looked_back(judging):
    judging.choose("p0", "left", id="event-no-0-old", seconds=2)
    judging.choose("p1", "tie", id="event-no-1", seconds=2)
    judging.choose("p2", "skip", id="event-no-2")
    judging.choose("p3", "right", id="event-no-3", seconds=6.5, note="n")
    judging.choose("p4", "both_bad", id="event-no-4", seconds=1, flags={"pair": ["unsafe"]})
    judging.choose("p0", "right", id="event-no-0", seconds=2, strength=1)
    judging.news()
    return judging


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("all", ["event-no-0", "event-no-4", "event-no-3", "event-no-2", "event-no-1"]),
        ("ties", ["event-no-1"]),
        ("skipped", ["event-no-2"]),
        ("noted", ["event-no-3"]),
        ("flagged", ["event-no-4"]),
        ("slow", ["event-no-3"]),
        ("changed", ["event-no-0"]),
    ],
)
def test_current_labels_are_listed_newest_first_by_filter(looked_back, kind, expected):
    assert expected == events_in(looked_back, kind)


def test_the_list_goes_on_before_an_event_also_one_that_was_changed_since(looked_back):
    assert events_in(looked_back, "all", before="event-no-3") == ["event-no-2", "event-no-1"]
    assert events_in(looked_back, "all", before="event-no-0-old") == []
    assert events_in(looked_back, "all", before="never-was") == []
    looked_back.choose("p3", "tie", id="event-no-3-new")
    assert events_in(looked_back, "all", before="event-no-3") == ["event-no-2", "event-no-1"]


def test_an_item_of_the_list_says_what_a_look_needs(looked_back):
    [listing] = looked_back.send({"type": "list", "filter": "changed", "before": None})

    assert listing["items"][0] == {
        "event": "event-no-0",
        "pair": "p0",
        "choice": "right",
        "strength": 1,
        "noted": False,
        "flagged": False,
        "changed": True,
        "seconds": 2.0,
        "prompt": "prompt 0",
    }
    assert listing["more"] is False


def test_a_hundred_labels_are_listed_at_a_time(open_session, wire):
    session = open_session([{**row, "prompt": "x" * 300} for row in rows(230)], order="given")
    browser = Browser(session, wire)
    for number in range(230):
        browser.choose(f"p{number}", "left", id=f"event-{number:03}")
    browser.news()
    seen, before, more = [], None, True
    while more:
        [listing] = browser.send({"type": "list", "filter": "all", "before": before})
        assert {len(item["prompt"]) for item in listing["items"]} == {160}
        seen += [item["event"] for item in listing["items"]]
        before, more = seen[-1], listing["more"]

    assert seen == [f"event-{number:03}" for number in range(229, -1, -1)]
    assert len(json.dumps(listing)) < 20_000


def test_of_a_conversation_the_list_shows_the_last_turn(open_session, wire):
    turns = [("system", "Be kind."), ("user", "First?"), ("assistant", "Yes."), ("user", "Last?")]
    prompt = [{"role": role, "content": content} for role, content in turns]
    browser = Browser(open_session([{**rows(1)[0], "prompt": prompt}]), wire)
    browser.choose("p0", "tie")

    [listing] = browser.send({"type": "list", "filter": "all", "before": None})

    assert listing["items"][0]["prompt"] == "Last?"


# -- second showings and gold pairs


@pytest.fixture
def measured(open_session, wire):
    plain = [{k: v for k, v in row.items() if k != "topic"} for row in rows(40)]
    return Browser(open_session(plain, repeat=0.25, gold=GOLD, seed=3), wire)


def label_all(browser, choice="left"):
    """Label as a front end does, by what was sent; give the pairs in the order shown."""
    seen = []
    while True:
        got = browser.send({"type": "fetch", "have": []})[-1]["pairs"]
        if not got:
            return seen
        seen.append(got[0])
        browser.choose(got[0]["id"], choice)


def test_a_second_showing_has_its_sides_swapped_and_comes_later_under_another_name(measured):
    seen = label_all(measured)

    assert len(seen) == len({pair["id"] for pair in seen}) == 40 + 10 + 4
    places = {}
    for place, pair in enumerate(seen):
        places.setdefault(pair["prompt"], []).append(place)
    twice = [found for found in places.values() if len(found) == 2]
    assert len(twice) == 10
    assert all(later - first > 10 for first, later in twice)
    for first, later in twice:
        sides = (seen[first]["left"], seen[first]["right"])
        assert sides == (seen[later]["right"], seen[later]["left"])


def test_nothing_that_is_sent_tells_second_showings_or_gold_pairs_apart(measured, wire):
    seen = label_all(measured)
    measured.send({"type": "hello"})
    measured.send({"type": "list", "filter": "all", "before": None})

    assert {frozenset(pair) for pair in seen} == {
        frozenset({"id", "prompt", "left", "right", "returning"})
    }
    sent = [text for _, text in wire]
    assert not [word for word in ("again", "gold", "second") if f'"{word}"' in "".join(sent)]
    keys = Counter(
        frozenset(json.loads(text)["data"]["content"]["label"]) for text in sent if '"ack"' in text
    )
    assert len(keys) == 1
    ids = [pair.id for pair in measured.session._pairs.values()]
    assert not [each for each in ids if f'"{each}"' in "".join(sent)]


def test_the_label_of_a_second_showing_stands_beside_that_of_the_first(measured):
    label_all(measured)
    labels = measured.session.labels

    assert len(labels) == 54
    assert labels["again"].sum() == 10
    both = labels[labels["pair"].isin(labels.loc[labels["again"], "pair"])]
    assert set(both.groupby("pair")["preference"].agg(lambda found: "".join(sorted(found)))) == {
        "ab"
    }
    assert measured.session.labels["gold"].notna().sum() == 4
    standing = measured.send({"type": "hello"})[-1]["standing"]
    assert (standing["total"], standing["labeled"], standing["upcoming"]) == (54, 54, 0)


def test_a_second_showing_is_undone_skipped_and_changed_like_any_other(measured):
    slots = list(measured.session._labels.upcoming())
    slot = next(slot for slot in slots if measured.session._labels.showing.slot(slot).again)
    measured.choose(slot, "left", id="the-label", note="n")
    [shown] = measured.send({"type": "show", "pair": slot})
    assert shown["pair"]["label"] == {"choice": "left", "note": "n"}
    ack = measured.send({"type": "undo", "id": "the-undo", "event": "the-label", "at": NOW})[-1]
    assert (ack["pair"]["id"], ack["pair"]["draft"]["note"]) == (slot, "n")

    measured.choose(slot, "skip")

    assert measured.session._labels.standing().skipped == 1
    assert list(measured.session._labels.upcoming())[-1] == slot
    assert measured.session.labels["again"].tolist() == [True]


def test_choices_made_before_a_restart_are_taken_after_it(measured, open_session, wire):
    [state] = [m for m in measured.news() if m["type"] == "state"]
    measured.session.close()
    browser = Browser(open_session(), wire)

    for pair in state["deck"]:
        said = browser.choose(pair["id"], "tie", shuffle=state["shuffle"])
        assert [each["type"] for each in said if each["type"] in ("ack", "refused")] == ["ack"]


def test_gold_pairs_added_later_leave_choices_on_the_way_good(open_session, wire):
    session = open_session(rows(12), seed=3)
    old = Browser(session, wire).news()[0]
    session.label("p3", "a")

    browser = Browser(open_session(gold=GOLD), wire)
    ack = browser.choose("p5", "left", shuffle=old["shuffle"])[-1]

    assert ack["type"] == "ack"
    assert browser.session.labels["pair"].tolist() == ["p3", "p5"]


def test_changed_settings_reach_a_widget_on_screen(browser):
    browser.news()

    browser.session.change_settings(question="Which is kinder?", reasons=["rude"], pace=True)

    [state] = browser.news()
    assert (state["type"], state["question"], state["pace"]) == ("state", "Which is kinder?", True)
    assert state["form"]["reasons"] == ["rude"]
