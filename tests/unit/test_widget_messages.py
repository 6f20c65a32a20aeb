import datetime as dt
import json
import threading

import pytest
from helpers import NOW, Browser, Wire, contents, journal_of, python, read_lines, rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak.records.label import Undo, new_id, now
from tiebreak.widget import deck as deck_module

SECRETS = ("model-one", "model-two", "topic", "model_a", "model_b", "shown_left", "preference")


def a_left(session, pair):
    return session._labels.showing.slot(pair).left == "a"


# -- what a front end gets


def test_a_new_front_end_gets_all_it_needs_to_begin(session, wire):
    session.label("p0", "a")
    session.label("p1", "skip")
    browser = Browser(session, wire)

    [state] = browser.news()

    assert state["type"] == "state"
    assert [p["id"] for p in state["deck"]] == ["p2", "p3", "p4", "p5", "p1"]
    assert [p["returning"] for p in state["deck"]] == [False] * 4 + [True]
    assert state["standing"] == {
        "total": 6,
        "labeled": 1,
        "ties": 0,
        "both_bad": 0,
        "skipped": 1,
        "upcoming": 5,
    }
    assert [(h["pair"], h["choice"]) for h in state["history"]] == [
        ("p1", "skip"),
        ("p0", "left" if a_left(session, "p0") else "right"),
    ]
    assert browser.send({"type": "hello"}) == [state]


def test_the_sides_on_screen_are_those_of_the_seed(browser):
    [state] = browser.news()

    for shown in state["deck"]:
        number = shown["id"][1:]
        sides = (f"alpha {number}", f"beta {number}")
        expected = sides if a_left(browser.session, shown["id"]) else sides[::-1]
        assert expected == (shown["left"], shown["right"])
    assert {shown["left"].split()[0] for shown in state["deck"]} == {"alpha", "beta"}


@pytest.mark.parametrize("choice", ["left", "right", "tie", "both_bad", "skip"])
@pytest.mark.parametrize("pair", ["p0", "p1"])
def test_a_choice_is_recorded_in_the_pairs_own_terms_and_acknowledged(browser, pair, choice):
    browser.news()
    shown = "a" if a_left(browser.session, pair) else "b"
    strength = {"strength": 2} if choice in ("left", "right") else {}

    [ack] = browser.choose(pair, choice, id="a-new-event", note="n", seconds=2.5, **strength)

    line = read_lines(journal_of(browser.session._store.path))[-1]
    expected = {"left": shown, "right": "b" if shown == "a" else "a"}.get(choice, choice)
    assert line == {
        "type": "label",
        "id": "a-new-event",
        "pair": pair,
        "preference": expected,
        "at": NOW,
        "note": "n",
        "shown_left": shown,
        "seconds": 2.5,
        **strength,
    }
    assert (ack["type"], ack["id"]) == ("ack", "a-new-event")
    assert ack["standing"]["labeled"] == (choice != "skip")
    assert (ack["label"]["pair"], ack["label"]["choice"]) == (pair, choice)


def test_an_event_is_on_disk_before_its_ack_is_sent(browser, monkeypatch):
    browser.news()
    at_ack = []
    publish = Wire.publish_msg

    def look(self, msg_type, data=None, **more):
        if data and data.get("content", {}).get("type") == "ack":
            at_ack.append(read_lines(journal_of(browser.session._store.path))[-1]["id"])
        publish(self, msg_type, data, **more)

    monkeypatch.setattr(Wire, "publish_msg", look)
    browser.choose("p0", "left", id="the-first-one")

    assert at_ack == ["the-first-one"]


def test_a_choice_delivered_again_is_acknowledged_again_and_counts_once(browser):
    browser.news()
    for _ in range(3):
        [ack] = browser.choose("p0", "left", id="same-event")
        assert (ack["type"], ack["id"]) == ("ack", "same-event")

    assert len(read_lines(journal_of(browser.session._store.path))) == 2
    assert ack["standing"]["labeled"] == 1


def test_an_undo_is_acknowledged_with_the_pair_to_show_again(browser):
    browser.choose("p0", "left", id="the-label")

    [ack] = browser.send({"type": "undo", "id": "the-undo", "event": "the-label", "at": NOW})

    assert (ack["id"], ack["undone"], ack["pair"]["id"]) == ("the-undo", "the-label", "p0")
    assert browser.session.labels.empty
    assert browser.session.next().id == "p0"


def test_what_python_records_is_told_to_the_browser(browser):
    browser.news()

    browser.session.label("p0", "a", 3)
    browser.session.undo()
    label, undo = browser.news()

    side = "left" if a_left(browser.session, "p0") else "right"
    assert (label["label"]["choice"], label["label"]["strength"]) == (side, 3)
    assert undo["undone"] == label["id"]


def test_two_views_of_one_session_get_the_same_acks(session, open_session, wire):
    one = Browser(session, wire)
    other = Browser(open_session(), wire)
    one.news()
    other.news()

    acks = other.choose("p0", "left")

    assert [ack["type"] for ack in acks] == ["ack", "ack"]
    assert acks[0] == acks[1]


def test_a_ping_is_answered_and_history_is_given_from_an_event_back(browser):
    for number in range(5):
        browser.choose(f"p{number}", "left", id=f"event-number-{number}")

    assert browser.send({"type": "ping", "n": 3}) == [{"type": "pong", "n": 3}]
    [history] = browser.send({"type": "back", "before": "event-number-2"})
    assert [h["event"] for h in history["history"]] == ["event-number-1", "event-number-0"]


def test_skipped_pairs_are_shown_once_more_on_demand(browser):
    for _ in range(12):
        if pair := browser.session.next():
            browser.choose(pair.id, "skip")
    assert browser.session.next() is None

    [state] = browser.send({"type": "revisit"})

    assert [pair["id"] for pair in state["deck"]] == [f"p{n}" for n in range(6)]


def test_a_choice_made_before_the_seed_was_changed_is_not_taken_for_the_other_side(tmp_path, wire):
    pairs = [{"prompt": "p", "response_a": "x", "response_b": "y"}]
    first = tb.Session(tmp_path / "s", pairs, annotator="r", seed=1)
    browser = Browser(first, wire)
    old = browser.send({"type": "hello"})[-1]
    tb.Session(tmp_path / "s", annotator="r", seed=2)

    [answer] = browser.choose(old["deck"][0]["id"], "left", shuffle=old["shuffle"])

    assert (answer["type"], answer["keep"]) == ("refused", False)
    assert "choose again" in answer["reason"]
    assert first.labels.empty
    new = browser.send({"type": "hello"})[-1]
    assert browser.choose(new["deck"][0]["id"], "left", shuffle=new["shuffle"])[0]["type"] == "ack"


# -- what is refused

GOOD = {"type": "label", "id": "an-event-id", "pair": "p0", "choice": "left", "at": NOW}
BAD = {
    "an unknown pair": {**GOOD, "pair": "p99"},
    "an unknown type": {**GOOD, "type": "delete"},
    "no type": {k: v for k, v in GOOD.items() if k != "type"},
    "a type that is no text": {**GOOD, "type": 7},
    "a field missing": {k: v for k, v in GOOD.items() if k != "at"},
    "a wrong choice": {**GOOD, "choice": "a"},
    "a pair that is a number": {**GOOD, "pair": 0},
    "a strength of 9": {**GOOD, "strength": 9},
    "a strength as text": {**GOOD, "strength": "2"},
    "a strength on a tie": {**GOOD, "choice": "tie", "strength": 2},
    "a huge note": {**GOOD, "note": "x" * 20_001},
    "a far too huge note": {**GOOD, "note": "x" * 5_000_000},
    "a note with half a character": {**GOOD, "note": "\ud83d"},
    "an id with half a character": {**GOOD, "id": "\ud83d" * 9},
    "a short id": {**GOOD, "id": "x"},
    "a huge id": {**GOOD, "id": "x" * 1_000_000},
    "an id that is a list": {**GOOD, "id": [1]},
    "a time without a zone": {**GOOD, "at": "2024-05-06T07:08:09"},
    "a time that is none": {**GOOD, "at": "yesterday"},
    "negative seconds": {**GOOD, "seconds": -1},
    "seconds beyond any": {**GOOD, "seconds": 1e300},
    "seconds that are none": {**GOOD, "seconds": float("nan")},
    "a choice under another shuffle": {**GOOD, "shuffle": "another"},
    "a time before all times": {**GOOD, "at": "0001-01-01T00:00:00+10:00"},
    "an undo of nothing": {"type": "undo", "id": "an-undo-id", "event": "never-was", "at": NOW},
    "a list": [GOOD],
    "text": "label",
    "nothing": None,
    "a number": 7,
    "not JSON-like": {**GOOD, "note": {1, 2}},
    "an object": object(),
    "a fetch of too much": {"type": "fetch", "have": ["p0"] * 10_001},
    "a fetch of no list": {"type": "fetch", "have": "p0"},
    "a ping of no number": {"type": "ping", "n": "1"},
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_a_bad_message_is_refused_by_name_and_changes_nothing(browser, content):
    browser.session.label("p5", "b")
    browser.news()
    before, labels = contents(browser.session._store.path), browser.session.labels

    [refused] = browser.send(content)

    assert refused["type"] == "refused"
    assert refused["keep"] is False
    assert refused["reason"]
    event_id = content.get("id") if isinstance(content, dict) else None
    assert refused["id"] == (event_id if isinstance(event_id, str) else None)
    assert before == contents(browser.session._store.path)
    assert labels.equals(browser.session.labels)
    assert [browser.choose("p0", "left")[0]["type"]] == ["ack"]


def test_a_refusal_names_the_field_that_is_wrong(browser):
    browser.news()

    [refused] = browser.send({**GOOD, "strength": 9})

    assert "$.strength" in refused["reason"]


def test_a_choice_that_the_disk_does_not_take_is_to_be_kept_and_tried_again(browser):
    browser.news()
    browser.session.close()

    [refused] = browser.choose("p0", "left", id="kept-event")

    assert (refused["type"], refused["id"], refused["keep"]) == ("refused", "kept-event", True)


def test_reading_only_refuses_choices(open_session, wire):
    open_session(rows(2)).close()
    browser = Browser(open_session(read_only=True), wire)
    [state] = browser.news()

    [refused] = browser.choose("p0", "left")

    assert state["readOnly"] is True
    assert "read_only=True" in refused["reason"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*GOOD, "n", "have", "before", "event"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)
ALMOST = st.builds(
    lambda base, change: {**base, **change},
    st.sampled_from(
        [
            GOOD,
            {"type": "undo", "id": "an-undo-id", "event": "an-event-id", "at": NOW},
            {"type": "fetch", "have": []},
            {"type": "ping", "n": 0},
            {"type": "revisit"},
            {"type": "hello"},
            {"type": "back", "before": "an-event-id"},
        ]
    ),
    st.dictionaries(st.sampled_from([*GOOD, "n", "have", "before", "event"]), JSON, max_size=2),
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(JSON, ALMOST))
def test_no_message_raises_or_records_what_cannot_be_read_again(browser, content):
    browser.news()

    answers = browser.send(content)

    assert answers
    browser.session.labels  # noqa: B018
    for line in read_lines(journal_of(browser.session._store.path))[1:]:
        assert line["type"] in ("label", "undo")


# -- blindness


def test_no_message_tells_a_model_a_side_or_meta(open_session, wire):
    # The answers tell nothing themselves here, so that what is left in a message is the protocol's.
    pairs = [r | {"response_a": f"x{n}", "response_b": f"y{n}"} for n, r in enumerate(rows(40))]
    session = open_session(pairs)
    browser = Browser(session, wire)
    for choice in ("left", "right", "tie", "both_bad", "skip") * 4:
        browser.choose(session.next().id, choice)
    for n in range(3):
        session.label(session.next().id, "a", strength=n + 1)
        session.label(session.next().id, "b")
    session.undo()
    label = session._labels.trail(1)[0]
    browser.send({"type": "undo", "id": new_id(), "event": label.id, "at": NOW})
    for message in ({"type": "hello"}, {"type": "fetch", "have": []}, {"type": "revisit"}):
        browser.send(message)
    browser.send({"type": "back", "before": session._labels.trail(1)[0].id})
    browser.send({**GOOD, "choice": "a"})
    browser.choose("p99", "left")

    contents_sent = [json.loads(text)["data"].get("content") for _, text in wire]
    assert not [secret for secret in SECRETS if secret in json.dumps(contents_sent)]
    values = [value for content in contents_sent for value in scalars(content)]
    assert len(values) > 500
    assert not {"a", "b"} & set(map(str, values))


def scalars(value):
    if isinstance(value, dict):
        return [*value, *(x for item in value.values() for x in scalars(item))]
    if isinstance(value, list):
        return [x for item in value for x in scalars(item)]
    return [value]


def test_swapping_a_and_b_and_the_sides_changes_no_message(tmp_path, wire, monkeypatch):
    # If it did, the browser could tell which response is a.
    def all_sent(folder, pairs, *, turned):
        def sides(count, *_):
            return [bool(n % 2) ^ turned for n in range(count)]

        monkeypatch.setattr("tiebreak.labeling.showing.a_stands_left", sides)
        with tb.Session(
            folder / "same-name", pairs, annotator="me", order="given", seed=5
        ) as session:
            browser = Browser(session, wire)
            for number, choice in enumerate(("left", "right", "tie", "skip")):
                browser.choose(f"p{number}", choice, id=f"event-number-{number}")
            event = {"event": "event-number-1", "at": NOW}
            browser.send({"type": "undo", "id": "undo-number-1", **event})
            browser.send({"type": "hello"})
            browser.read = 0
            sent = browser.news()
        wire.clear()
        for message in sent:
            message.pop("outbox", None)
            message.pop("shuffle", None)
            message.pop("open", None)
        return sent

    swapped = [
        {**r, "response_a": r["response_b"], "response_b": r["response_a"], "model_a": "other"}
        for r in rows(6)
    ]
    one = all_sent(tmp_path / "one", rows(6), turned=False)
    other = all_sent(tmp_path / "two", swapped, turned=True)
    assert [message["type"] for message in one] == ["state", *["ack"] * 5, "state"]
    assert one == other


# -- sizes


def test_a_label_costs_under_a_kilobyte_at_the_first_and_the_ten_thousandth_pair(
    open_session, wire
):
    pairs = [{**r, "response_a": r["response_a"] + "x" * 2000} for r in rows(10_000)]
    session = open_session(pairs, order="given")
    browser = Browser(session, wire)
    sizes = []
    for pair in ("p0", "p9999"):
        browser.news()
        start = len(wire)
        browser.choose(pair, "left", seconds=12.345, strength=3)
        sizes.append(sum(len(text) for _, text in wire[start:] if "custom" in text))

    assert max(sizes) < 1000
    assert abs(sizes[0] - sizes[1]) < 10


def size_of(pairs):
    return sum(len(p["prompt"]) + len(p["left"]) + len(p["right"]) for p in pairs)


def fill(browser):
    """Fetch as a front end does, until there is nothing more; give the deck."""
    [state] = browser.news()
    deck = state["deck"]
    while True:
        got = browser.send({"type": "fetch", "have": [pair["id"] for pair in deck]})
        assert [message["more"] for message in got] == [True] * (len(got) - 1) + [False]
        new = [pair for message in got for pair in message["pairs"]]
        if not new:
            return deck
        deck += new


@pytest.mark.parametrize("length", [1, 1000, 200_000])
def test_the_deck_is_bounded_in_pairs_and_in_bytes(open_session, wire, length):
    count = 1200 if length < 200_000 else 40
    pairs = [{**r, "response_a": "x" * length, "response_b": "y" * length} for r in rows(count)]
    browser = Browser(open_session(pairs, order="given"), wire)

    deck = fill(browser)

    assert [p["id"] for p in deck] == [f"p{n}" for n in range(len(deck))]
    assert len(deck) <= deck_module.DECK_PAIRS
    assert size_of(deck) <= deck_module.DECK_WEIGHT + 2 * length + 100
    full = min(deck_module.DECK_PAIRS, deck_module.DECK_WEIGHT // (2 * length + 20))
    assert len(deck) >= full
    assert max(len(text) for _, text in wire) < 2_000_000


def test_one_pair_larger_than_the_deck_is_still_shown(open_session, wire):
    huge = {**rows(1)[0], "response_a": "x" * 5_000_000}
    browser = Browser(open_session([huge, *rows(3, first=1)], order="given"), wire)

    [state] = browser.news()

    assert [pair["id"] for pair in state["deck"]] == ["p0"]
    browser.choose("p0", "left")
    [more] = browser.send({"type": "fetch", "have": []})
    assert [pair["id"] for pair in more["pairs"]] == ["p1", "p2", "p3"]


def test_a_fetch_gives_none_of_the_pairs_held(browser):
    browser.news()

    [got] = browser.send({"type": "fetch", "have": ["p0", "p2", "unknown"]})

    assert [pair["id"] for pair in got["pairs"]] == ["p1", "p3", "p4", "p5"]


def test_the_synced_state_holds_no_text_of_a_pair_and_no_label(session, wire):
    widget = session.widget
    session.label("p0", "a", note="secret note")
    session.label("p1", "tie")

    kept = json.dumps(
        {k: v for k, v in widget.get_state().items() if k not in ("_esm", "_css")}, default=str
    )

    for text in ("prompt", "alpha", "beta", "secret note", "p0", *SECRETS):
        assert text not in kept.replace("preference-labeling", "")
    assert "summary" in kept
    opened = [json.loads(text) for kind, text in wire if kind == "comm_open"]
    assert not [x for x in opened if "prompt" in json.dumps({**x["data"]["state"], "_esm": ""})]


def test_a_widget_that_was_closed_is_made_anew_and_the_old_one_hears_nothing(browser):
    old = browser.widget
    old.close()
    browser.news()

    browser.session.label("p0", "a")

    assert browser.news() == []
    assert browser.session.widget is not old


def test_messages_on_many_threads_are_each_acknowledged_once(open_session, wire):
    session = open_session(rows(60))
    browser = Browser(session, wire)
    browser.news()

    def work(first):
        for number in range(first, 60, 4):
            pair = session._labels.showing.name(f"p{number}")
            content = {**GOOD, "id": f"event-number-{number}", "pair": pair}
            browser.widget.receive(content)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    acks = [message["id"] for message in browser.news() if message["type"] == "ack"]
    assert acks == [x["id"] for x in read_lines(journal_of(session._store.path))[1:]]
    assert len(acks) == 60


def test_a_choice_made_before_a_restart_is_taken_after_it(open_session, wire, tmp_path):
    open_session(rows(3), order="given", seed=4).close()
    code = """
import sys, tiebreak as tb
session = tb.Session(sys.argv[1], annotator="me")
print([p.left for p in map(session.widget._screen.pair, ["p0", "p1", "p2"])])
"""
    shown = eval(python(code, tmp_path / "pilot"))  # noqa: S307
    session = open_session()
    browser = Browser(session, wire)
    for number in range(3):
        browser.choose(f"p{number}", "left")

    chosen = session.triples().set_index("pair")["chosen"]
    assert shown == [chosen[f"p{n}"] for n in range(3)]


def test_times_reach_the_journal_as_the_browser_sent_them(browser):
    browser.choose("p0", "left", at="2024-01-01T00:00:00.5+05:30")

    assert browser.session.labels["at"][0] == dt.datetime(2023, 12, 31, 18, 30, 0, 500_000, dt.UTC)


def test_an_undo_of_an_undone_label_is_acknowledged_and_changes_nothing(browser):
    browser.choose("p0", "left", id="the-label")
    browser.session._labels.record(Undo(new_id(), "the-label", now()))
    browser.news()

    [ack] = browser.send({"type": "undo", "id": "late-undo", "event": "the-label", "at": NOW})

    assert (ack["type"], ack["id"]) == ("ack", "late-undo")


@pytest.mark.parametrize("name", ["math", "code", "differences"])
def test_a_part_of_the_front_end_comes_when_it_is_asked_for(browser, name):
    browser.news()

    [answer] = browser.send({"type": "module", "name": name})

    assert answer["name"] == name
    assert "export{" in answer["source"]


def test_no_other_file_comes_as_a_part_of_the_front_end(browser):
    browser.news()

    [answer] = browser.send({"type": "module", "name": "../widget"})

    assert answer["type"] == "refused"
