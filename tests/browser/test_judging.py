"""The judging surface by keyboard alone, in a real JupyterLab, held against the journal."""

import json
import random

import pytest
from playwright.sync_api import expect

STUDY = """import tiebreak as tb
session = tb.Session({name!r}, tb.sample_pairs(), annotator='rater-1', seed=7, {settings})
session"""

CRITERIA = ["helpful", "honest", "harmless"]
REASONS = ["wrong fact", "ignores the question"]
FULL = f"criteria={CRITERIA}, criteria_required=True, reasons={REASONS}, flags=True"

VERDICTS = {"1": "left", "0": "tie", "2": "right", "9": "both_bad"}
LETTERS = dict(zip("abchi", [*REASONS, "unsafe", "personal data", "broken"], strict=True))


@pytest.fixture
def open_study(open_in_lab, folder_name):
    """Open a session with settings in JupyterLab and give its page, the keys in the widget."""

    def open_with(settings="", *cells):
        page = open_in_lab(STUDY.format(name=folder_name, settings=settings), *cells)
        page.run(0)
        page.widget.wait_for()
        page.focus_widget()
        return page

    return open_with


@pytest.fixture
def labels(lab, journal_in):
    return lambda: journal_in(lab).labels()


def by_side(label, choice):
    """Turn a choice by side into the pair's own terms."""
    other = {"a": "b", "b": "a"}[label["shown_left"]]
    return {"left": label["shown_left"], "right": other}.get(choice, choice)


def test_thirty_pairs_are_judged_with_criteria_reasons_and_notes_without_the_mouse(
    open_study, labels
):
    page = open_study(FULL)
    cells = page.cells.count()
    choose = random.Random(3)
    typed = []
    for number in range(30):
        note = f"note {number}: é “quoted” 漢字 <b>&\\n" if number % 3 == 0 else ""
        ticks = {letter: choose.choice(["", "Shift+"]) for letter in choose.sample("abchi", 2)}
        verdicts = [choose.choice("1029") for _ in CRITERIA]
        overall = choose.choice("1029")
        for letter, shift in ticks.items():
            page.press(f"{shift}{letter}")
        if note:
            page.press("n")
            page.page.keyboard.type(note)
            page.press("Escape")
        page.press(*verdicts, overall)
        typed.append((verdicts, overall, ticks, note))
    page.await_saved(30)

    for label, (verdicts, overall, ticks, note) in zip(labels(), typed, strict=True):
        said = {
            name: by_side(label, VERDICTS[key])
            for name, key in zip(CRITERIA, verdicts, strict=True)
        }
        found = {
            (phrase, side)
            for field in ("reasons", "flags")
            for side, phrases in label.get(field, {}).items()
            for phrase in phrases
        }
        assert label["preference"] == by_side(label, VERDICTS[overall])
        assert label["criteria"] == said
        assert label.get("note", "") == note
        assert found == {
            (LETTERS[letter], by_side(label, "right" if shift else "left"))
            for letter, shift in ticks.items()
        }
    assert page.cells.count() == cells


def test_a_choice_waits_for_a_required_criterion_and_goes_when_it_is_answered(open_study, labels):
    page = open_study(FULL)
    shown = page.shown_pair()
    page.widget.get_by_role("button", name="Right is better").click()

    expect(page.widget.locator(".held")).to_contain_text("say which is more helpful first")
    assert page.shown_pair() == shown
    page.press("1", "1", "1")
    page.await_saved(1)
    assert labels()[0]["preference"] == by_side(labels()[0], "right")


def test_a_note_half_written_outlives_a_reload(open_study, labels):
    page = open_study()
    page.press("n")
    page.page.keyboard.type("half a th")
    page.save()
    page.reload()
    page.widget.wait_for()

    expect(page.widget.get_by_label("Note")).to_have_value("half a th")
    page.focus_widget()
    page.press("n", "End")
    page.page.keyboard.type("ought")
    page.press("Escape", "2")
    page.await_saved(1)
    assert labels()[0]["note"] == "half a thought"


def test_the_better_answer_is_edited_in_place_and_kept_beside_the_original(open_study, labels):
    page = open_study("", "session.triples()[['chosen', 'edit']].to_json(orient='records')")
    page.press("e", "1")
    field = page.widget.get_by_label("Edited left response")
    expect(field).to_be_focused()
    original = field.input_value()
    page.page.keyboard.type("Better: ")
    page.press("Control+Enter")
    page.await_saved(1)
    expect(page.widget).to_be_focused()

    assert labels()[0]["edit"] == "Better: " + original
    page.run(1)
    output = page.cells.nth(1).locator(".jp-OutputArea-output").inner_text()
    [triple] = json.loads(output.strip().strip("'").encode().decode("unicode_escape"))
    assert triple["edit"] == "Better: " + triple["chosen"]


def test_an_earlier_label_is_found_in_the_list_and_changed_and_undo_brings_it_back(
    open_study, labels, lab, journal_in
):
    page = open_study("", "session.labels[['pair', 'preference']]")
    first = page.shown_pair()
    page.press("0", "1", "2")
    page.await_saved(3)
    going_on = page.shown_pair()
    page.press("l")
    expect(page.widget.get_by_role("dialog", name="What you labeled")).to_be_visible()
    page.widget.get_by_role("button", name="Ties").click()
    expect(page.widget.locator(".labeled-row")).to_have_count(1)
    page.widget.locator(".labeled-row").click()
    expect(page.widget.locator(".pair:not(.prepared)")).to_have_attribute("data-pair", first)
    expect(page.widget.locator(".pair:not(.prepared) .hint")).to_contain_text("You chose: Tie")
    page.press("9")
    expect(page.widget.locator(".pair:not(.prepared)")).to_have_attribute("data-pair", going_on)
    page.await_saved(3)
    changed = [label for label in labels() if journal_in(lab).name_of(label) == first]
    assert [label["preference"] for label in changed] == ["tie", "both_bad"]

    page.press("u")
    page.run(1)
    expect(page.cells.nth(1).locator(".jp-OutputArea-output")).to_contain_text("tie")
    assert page.shown_pair() == going_on


def test_labels_made_under_older_guidelines_come_back_to_be_kept_or_changed(open_study, labels):
    page = open_study(
        "", "session.change_settings(guidelines='Prefer the shorter.')\nsession.queue()"
    )
    shown = page.widget.locator(".pair:not(.prepared)")
    first = page.shown_pair()
    page.press("0")
    second = page.shown_pair()
    page.press("1")
    page.await_saved(2)
    on_screen = page.shown_pair()
    page.run(1)
    expect(page.cells.nth(1).locator(".jp-OutputArea-output")).to_contain_text("2")
    page.focus_widget()
    assert page.shown_pair() == on_screen
    page.press("9")
    expect(shown).to_have_attribute("data-pair", first)
    expect(shown.locator(".hint")).to_contain_text("You chose: Tie")

    page.press("Escape")
    expect(shown).to_have_attribute("data-pair", second)
    page.press("9")
    expect(shown.locator(".hint")).to_have_count(0)
    page.await_saved(3)

    made = labels()
    assert [label["preference"] for label in made[2:]] == ["both_bad", "tie", "both_bad"]
    assert [label["pair"] for label in made[3:]] == [label["pair"] for label in made[:2]]
    assert len({label["guideline"] for label in made[:2]}) == 1
    assert {label["guideline"] for label in made[2:]}.isdisjoint(
        label["guideline"] for label in made[:2]
    )


def test_a_note_corrected_later_is_saved_and_the_keys_stay(open_study, labels):
    page = open_study()
    page.press("n")
    page.page.keyboard.type("why")
    page.press("Escape", "1")
    page.await_saved(1)
    page.press("l")
    page.widget.locator(".labeled-row").click()
    expect(page.widget.locator(".pair:not(.prepared) .hint")).to_contain_text("You chose: Left")
    page.press("n", "End")
    page.page.keyboard.type(", really")
    page.press("Escape")
    page.widget.get_by_role("button", name="Save the changes").click()
    expect(page.widget.get_by_label("Note")).to_have_count(0)
    page.press("2")
    page.await_saved(2)

    before, after, other = labels()
    assert (before["note"], after["note"]) == ("why", "why, really")
    assert (after["pair"], after["preference"]) == (before["pair"], before["preference"])
    assert other["pair"] != before["pair"]


def test_undo_gives_back_what_was_said_also_after_a_reload(open_study, labels):
    page = open_study(FULL)
    page.press("a", "n")
    page.page.keyboard.type("why")
    page.press("Escape", "1", "2", "0", "1")
    page.await_saved(1)
    page.save()
    page.reload()
    page.widget.wait_for()
    page.focus_widget()
    page.press("u")

    expect(page.widget.get_by_label("Note")).to_have_value("why")
    page.press("1", "2", "0", "2")
    page.await_saved(1)
    before, after = labels()
    own = ("id", "at", "seconds", "preference")
    assert [{**label, **dict.fromkeys(own)} for label in (before, after)] == [
        {**before, **dict.fromkeys(own)}
    ] * 2
    assert after["preference"] != before["preference"]


def test_keys_of_ones_own_act_and_show_and_the_help_lists_them(open_study, labels):
    page = open_study("keys={'left': 'a', 'right': ';', 'note': 'm'}")
    page.press("a", ";", "1")
    page.await_saved(2)
    first, second = labels()
    assert first["preference"] == by_side(first, "left")
    assert second["preference"] == by_side(second, "right")

    page.press("?")
    rows = page.widget.get_by_role("dialog", name="Keys").locator(".key-row")
    expect(rows.filter(has_text="Left is better")).to_contain_text("a")
    expect(rows.filter(has_text="Write a note")).to_contain_text("m")
    page.press("a", ";", "Escape")
    expect(page.widget.get_by_role("dialog")).to_have_count(0)
    page.await_saved(2)


def test_guidelines_are_read_beside_the_work_as_sanitised_markdown(open_study):
    page = open_study(
        "guidelines='# How\\n\\nRead **both**. <script>alert(1)</script>', "
        "criteria={'kind': 'Says it gently'}"
    )
    page.press("g")
    panel = page.widget.get_by_role("region", name="Guidelines")

    expect(panel.locator("strong")).to_have_text("both")
    expect(panel).to_contain_text("Says it gently")
    assert panel.locator("script").count() == 0
    page.press("1", "1")
    page.await_saved(1)
    page.press("Escape")
    expect(panel).to_have_count(0)


def test_a_choice_that_is_too_quick_is_asked_for_twice_where_the_session_says_so(open_study):
    page = open_study("too_fast='hold'")
    shown = page.shown_pair()
    page.press("1")

    expect(page.widget.locator(".held")).to_contain_text("quicker than the responses can be read")
    assert page.shown_pair() == shown
    page.press("1")
    page.await_saved(1)


def test_second_showings_and_known_answers_look_like_any_other_pair(open_study, labels):
    gold = "[dict(prompt='2 + 2?', response_a='4', response_b='5', answer='a')]"
    page = open_study(f"repeat=0.25, gold={gold}", "session.consistency().to_json()")
    classes = set()
    total = int(page.widget.locator(".progress").inner_text().split()[-1])
    assert total == 48 + 12 + 1
    for number in range(total):
        pair = page.widget.locator(".pair:not(.prepared)")
        classes.add(pair.get_attribute("class"))
        assert pair.locator(".hint").count() == 0
        page.press("1")
        page.await_saved(number + 1)
    found = labels()
    assert classes == {"pair"}
    assert sum(label.get("again", False) for label in found) == 12
    sides = {label["pair"]: label["shown_left"] for label in found if not label.get("again")}
    assert all(sides[each["pair"]] != each["shown_left"] for each in found if each.get("again"))

    page.run(1)
    output = page.cells.nth(1).locator(".jp-OutputArea-output").inner_text()
    consistency = json.loads(output.strip().strip("'"))
    assert consistency["repeats"]["rater-1"] == 12
    # Left each time, and the sides swapped: never the same response.
    assert consistency["same"]["rater-1"] == 0
    assert consistency["gold"]["rater-1"] == 1
