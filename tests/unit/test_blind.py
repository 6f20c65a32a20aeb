"""What a browser may learn of what it shows: nothing that tells a from b, gold or repeats."""

import json
from hashlib import blake2b
from pathlib import Path

import pytest
from helpers import NOW, Browser, journal_of, read_lines, rows

import tiebreak as tb
from tiebreak.labeling.naming import old_digest, old_names
from tiebreak.labeling.ordering import seed_key
from tiebreak.records.label import new_id, second_slot
from tiebreak.records.pair import content_id
from tiebreak.records.settings import begin

GOLD = [
    {"id": f"g{n}", "prompt": f"known {n}", "chosen": f"true {n}", "rejected": f"false {n}"}
    for n in range(4)
]
SEED = 4_242_424_242


class Raw(Browser):
    """A front end that speaks of pairs by the names that pass on the wire."""

    def news(self):
        new = self.wire[self.read :]
        self.read = len(self.wire)
        data = [json.loads(text)["data"] for _, text in new]
        return [d["content"] for d in data if d and d.get("method") == "custom"]

    def send(self, content):
        self.widget.comm.handle_msg(
            {"content": {"data": {"method": "custom", "content": content}}, "buffers": []}
        )
        return self.news()


def texts(number):
    return (f"prompt {number}", f"alpha {number}", f"beta {number}")


def without_ids(count):
    """Pairs whose ids are made of their content."""
    kept = ("prompt", "response_a", "response_b", "model_a", "model_b")
    return [{name: row[name] for name in kept} for row in rows(count)]


def labeled_by_me(count):
    """Pairs whose texts carry labels of somebody's."""
    said = {"annotator": "anna", "source": "human", "at": NOW}
    return [
        {
            "id": f"p{n}",
            "prompt": p,
            "a": a,
            "b": b,
            "labels": [{**said, "preference": "ab"[n % 2]}],
        }
        for n, (p, a, b) in enumerate(map(texts, range(count)))
    ]


def use_everything(browser):
    """Send each kind of message, right ones and wrong ones."""
    deck = browser.send({"type": "hello"})[-1]["deck"]
    first, second, third = (pair["id"] for pair in deck[:3])
    shuffle = browser.news() or browser.send({"type": "hello"})[-1]["shuffle"]
    browser.choose(first, "left", id="the-first-label", note="n", shuffle=shuffle)
    browser.choose(second, "skip", flags={"left": ["unsafe"]})
    browser.choose(third, "tie", note="\ud83d")
    browser.choose(third, "tie", strength=2)
    browser.choose(third, "tie", edit="better")
    browser.choose(third, "left", at="0001-01-01T00:00:00+14:00")
    browser.choose(third, "left", shuffle="another")
    browser.choose("no-such-pair", "left")
    browser.send({"type": "undo", "id": new_id(), "event": "the-first-label", "at": NOW})
    browser.send({"type": "undo", "id": new_id(), "event": "no-such-event", "at": NOW})
    browser.choose(first, "right", id="the-next-label")
    browser.send({"type": "fetch", "have": [first]})
    browser.send({"type": "back", "before": "the-next-label"})
    browser.send({"type": "list", "filter": "all", "before": None})
    browser.send({"type": "show", "pair": first})
    browser.send({"type": "show", "pair": "no-such-pair"})
    browser.send({"type": "media", "name": "none.png"})
    browser.send({"type": "ping", "n": 1})
    browser.send({"type": "revisit"})
    browser.send({"type": "nonsense"})


@pytest.mark.parametrize("options", [{}, {"gold": GOLD, "repeat": 0.3}])
def test_no_message_holds_an_id_a_hash_of_content_or_anything_made_of_the_seed_alone(
    open_session, wire, options
):
    browser = Raw(open_session(without_ids(12), seed=SEED, **options), wire)
    use_everything(browser)
    browser.widget.close()
    sent = "".join(text for _, text in wire)
    session = browser.session

    orders = [(p, x, y) for p, a, b in map(texts, range(12)) for x, y in ((a, b), (b, a))]
    ids = [content_id(*each) for each in orders]
    assert set(ids) > {pair.id for pair in session._pairs.values() if pair.gold is None}
    showing = session._labels.showing
    told = [*ids, *map(second_slot, ids), *(row["id"] for row in GOLD), *showing.order]
    told += old_names(told, seed_key(SEED))
    told += [old_digest(showing._hangs_on), old_digest(f"{session._id} me")]
    told += [session._id, str(SEED), "model-one", read_manifest(session)["secret"]]

    assert not [each for each in told if each in sent]
    assert '"refused"' in sent
    assert '"shown"' in sent
    assert '"listing"' in sent
    assert '"history"' in sent


def read_manifest(session):
    return json.loads((Path(session._store.path) / "session.json").read_text())


def test_ids_of_the_users_own_stay_in_the_kernel(open_session, wire):
    named = [{**row, "id": f"gpt4-vs-x-{n}"} for n, row in enumerate(rows(6))]
    browser = Raw(open_session(named), wire)
    use_everything(browser)

    assert "gpt4" not in "".join(text for _, text in wire)


def test_names_and_shuffle_hang_on_the_session_and_the_annotator(open_session, tmp_path, wire):
    states = []
    for folder, annotator in (("one", "me"), ("one", "anna"), ("two", "me")):
        session = open_session(
            rows(3), folder=tmp_path / folder, annotator=annotator, seed=SEED, order="given"
        )
        states += Raw(session, wire).news()
        wire.clear()

    for name in ("shuffle", "outbox"):
        assert len({state[name] for state in states}) == 3
    assert len({pair["id"] for state in states for pair in state["deck"]}) == 9


def test_names_and_shuffle_are_the_same_after_a_restart_and_where_pairs_are_added(
    open_session, wire
):
    session = open_session(rows(4), order="given")
    [first] = Raw(session, wire).news()
    session.close()
    wire.clear()

    [again] = Raw(open_session(rows(6)), wire).news()

    kept = ("shuffle", "outbox")
    assert [again[name] for name in kept] == [first[name] for name in kept]
    assert [pair["id"] for pair in again["deck"]][:4] == [pair["id"] for pair in first["deck"]]


def test_a_guessed_id_is_answered_as_one_that_never_was(open_session, wire):
    # Whoever tries the hash of both orders of the texts would learn which response is a.
    browser = Raw(open_session(without_ids(3), seed=SEED, order="given"), wire)
    browser.news()
    p, a, b = texts(0)
    shuffle = old_digest(browser.session._labels.showing._hangs_on)

    def answers(name):
        asked = [
            browser.send({"type": "show", "pair": name}),
            browser.send({"type": "fetch", "have": [name]}),
            browser.choose(name, "left", id="the-same-event"),
            browser.choose(name, "left", id="the-same-event", shuffle=shuffle),
        ]
        return json.dumps(asked).replace(name, "NAME")

    right, wrong = answers(content_id(p, a, b)), answers(content_id(p, b, a))

    assert right == wrong
    assert browser.session.labels.empty


def test_imported_labels_go_by_names_that_do_not_tell_what_they_say(open_session, wire):
    own = tb.read_pairs(labeled_by_me(120), annotator="me")
    browser = Raw(open_session(own), wire)
    state = browser.news()[-1]
    older = browser.send({"type": "back", "before": state["history"][-1]["event"]})[-1]["history"]
    listed = browser.send({"type": "list", "filter": "all", "before": None})[-1]["items"]
    rest = browser.send({"type": "list", "filter": "all", "before": listed[-1]["event"]})[-1]
    events = [past["event"] for past in (*state["history"], *older)]

    assert (len(state["history"]), len(older), len(listed), len(rest["items"])) == (
        100,
        20,
        100,
        20,
    )
    assert events == [item["event"] for item in (*listed, *rest["items"])]
    assert "import-" not in "".join(text for _, text in wire)

    [ack] = browser.send({"type": "undo", "id": new_id(), "event": events[0], "at": NOW})
    assert (ack["type"], ack["undone"]) == ("ack", events[0])
    [again] = browser.send({"type": "undo", "id": new_id(), "event": events[0], "at": NOW})
    assert again["type"] == "ack"
    assert len(browser.session.labels) == 119


def test_a_guessed_id_of_an_imported_label_is_answered_as_one_that_never_was(open_session, wire):
    browser = Raw(open_session(tb.read_pairs(labeled_by_me(3), annotator="me")), wire)
    state = browser.news()[-1]
    there = read_lines(journal_of(browser.session._store.path))[1]["id"]
    free = state["history"][0]["pair"]

    def answers(event):
        return [
            browser.send({"type": "undo", "id": "the-same-undo", "event": event, "at": NOW}),
            browser.send({"type": "back", "before": event}),
            browser.send({"type": "list", "filter": "all", "before": event}),
            browser.choose(free, "left", id=event),
        ]

    right, wrong = answers(there), answers("import-" + "0" * 32)

    assert json.dumps(right).replace(there, "ID") == json.dumps(wrong).replace(
        "import-" + "0" * 32, "ID"
    )
    assert len(browser.session.labels) == 3


def test_what_breaks_in_the_kernel_is_not_told_with_its_text(open_session, wire, monkeypatch):
    browser = Raw(open_session(rows(3)), wire)
    name = browser.session._labels.showing.name("p1")

    def broken(event):
        raise KeyError(event.pair)

    monkeypatch.setattr(browser.session._labels, "record", broken)
    with pytest.raises(KeyError):
        browser.widget.receive(
            {"type": "label", "id": "the-event", "pair": name, "choice": "left", "at": NOW}
        )

    refused = browser.news()[-1]
    assert (refused["keep"], "p1" in refused["reason"]) == (True, False)
    assert "KeyError" in refused["reason"]


def test_python_is_told_the_pair_that_a_label_is_wrong_for(session):
    with pytest.raises(tb.LabelError, match=r"^Pair 'p1': a text holds half a character"):
        session.label("p1", "a", note="\ud83d")


# -- models


def past_of(browser):
    return {
        str(ack["label"].get("models"))
        for pair in browser.news()[-1]["deck"]
        for ack in browser.choose(pair["id"], "tie")
        if ack["type"] == "ack"
    }


def test_models_are_shown_for_none_where_that_would_tell_which_pairs_are_gold(open_session, wire):
    with pytest.warns(UserWarning, match="gold pairs: reveal_models shows none"):
        session = open_session(rows(6), gold=GOLD, reveal_models=True)
    browser = Raw(session, wire)

    assert past_of(browser) == {"None"}
    browser.send({"type": "hello"})
    assert '"revealModels": true' not in "".join(text for _, text in wire)


def test_models_are_shown_where_all_pairs_have_them(open_session, wire):
    gold = [{**row, "model_a": "model-one", "model_b": "model-two"} for row in rows(3, first=90)]
    gold = [{**row, "answer": "a"} for row in gold]
    browser = Raw(open_session(rows(6), gold=gold, reveal_models=True), wire)

    assert past_of(browser) == {"['model-one', 'model-two']", "['model-two', 'model-one']"}


def test_a_change_that_would_show_models_says_that_gold_pairs_keep_it_from_it(open_session):
    session = open_session(rows(6), gold=GOLD)

    with pytest.warns(UserWarning, match="reveal_models shows none"):
        session.change_settings(reveal_models=True)


# -- choices that wait in a browser since 0.1


def of_0_1(session):
    """Make a session's file what 0.1 wrote, and give what 0.1 called it to the browser."""
    path = Path(session._store.path) / "session.json"
    manifest = json.loads(path.read_text())
    del manifest["secret"]
    path.write_text(json.dumps(manifest))
    seed, order = manifest["seed"], manifest["settings"]["order"]
    return blake2b(f"{seed} {order}".encode(), digest_size=8).hexdigest()


@pytest.fixture
def old(open_session):
    session = open_session(without_ids(5), seed=SEED, order="given")
    session.close()
    return of_0_1(session), [*session._pairs]


def test_a_choice_that_waits_since_0_1_is_taken(open_session, wire, old):
    shuffle, ids = old
    browser = Raw(open_session(), wire)
    state = browser.news()[-1]
    left = browser.session._labels.showing.slot(ids[0]).left

    [ack] = browser.choose(ids[0], "left", shuffle=shuffle, id="it-waited")

    assert (ack["type"], ack["id"], ack["label"]["pair"]) == (
        "ack",
        "it-waited",
        state["deck"][0]["id"],
    )
    assert browser.session.labels[["pair", "preference"]].values.tolist() == [[ids[0], left]]


@pytest.mark.usefixtures("old")
def test_it_is_found_where_0_1_stored_it(open_session, wire):
    session = open_session()
    [state] = Raw(session, wire).news()

    named = blake2b(f"{session._id} me".encode(), digest_size=8).hexdigest()
    assert state["outbox"] == named


def test_names_of_0_1_without_its_shuffle_are_none(open_session, wire, old):
    browser = Raw(open_session(), wire)
    browser.news()

    for shuffle in (None, "another", browser.session._labels.showing.shuffle):
        [refused] = browser.choose(old[1][0], "left", shuffle=shuffle)
        assert refused["type"] == "refused"


def test_a_choice_under_the_disguise_of_0_1_is_taken(open_session, wire):
    session = open_session(rows(40), seed=7, order="given", repeat=0.25, gold=GOLD)
    session.close()
    of_0_1(session)
    browser = Raw(open_session(), wire)
    browser.news()
    showing = browser.session._labels.showing
    second = next(slot for slot in showing.order if showing.slot(slot).again)
    digest = {"digest_size": 10, "key": (7).to_bytes(16, "big"), "person": b"disguise"}
    names = [blake2b(slot.encode(), **digest).hexdigest() for slot in ("p3", second)]
    shuffle = blake2b(b"7 given 0.25 44", digest_size=8).hexdigest()

    assert [browser.choose(name, "tie", shuffle=shuffle)[0]["type"] for name in names] == [
        "ack"
    ] * 2
    labels = browser.session.labels
    assert labels["pair"].tolist() == ["p3", showing.slot(second).pair.id]
    assert labels["again"].tolist() == [False, True]


def test_opening_a_session_of_0_1_leaves_its_file_as_it_is(open_session, old, tmp_path):
    before = (tmp_path / "pilot/session.json").read_bytes()

    open_session().label(old[1][0], "a")

    assert before == (tmp_path / "pilot/session.json").read_bytes()


def test_a_drawn_seed_is_too_long_to_try_all_that_there_are():
    assert max(begin({}).seed for _ in range(64)) > 2**56


def test_a_name_is_known_in_an_opening_that_never_sent_it(open_session):
    pairs = [{"id": f"p{n}", "prompt": "q", "a": f"x{n}", "b": f"y{n}"} for n in range(5)]
    with open_session(pairs) as session:
        showing = session._labels.showing
        names = {slot: showing.name(slot) for slot in showing.order}
        elsewhere = showing.name("no such slot")

    again = open_session()._labels.showing
    assert {slot: again.named(name) for slot, name in names.items()} == {s: s for s in names}
    assert again.name("no such slot") == elsewhere
    assert again.named(elsewhere) is None
