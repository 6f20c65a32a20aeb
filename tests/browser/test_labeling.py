"""Labeling by keyboard in a real JupyterLab and a real Notebook 7."""

import re
import signal

import hosts
import pandas as pd
import pytest
from datasets import load_dataset
from playwright.sync_api import expect
from scenarios import full_window_and_back

import tiebreak as tb

OPEN = """import tiebreak as tb
session = tb.Session({name!r}, {pairs}, annotator='rater-1', seed=7{more})
session"""
SAMPLES = "tb.sample_pairs()"
# Where Notebook 7 has the same parts at work as JupyterLab, it is looked at less often.
MOSTLY_LAB = pytest.mark.parametrize(
    "host", ["lab", pytest.param("notebook7", marks=pytest.mark.long)], indirect=True
)


def opening(name: str, pairs: str = SAMPLES, more: str = "") -> str:
    return OPEN.format(name=name, pairs=pairs, more=more)


def numbered(count: int) -> str:
    row = '{{"id": f"p{{i}}", "prompt": f"prompt {{i}}", "response_a": "x", "response_b": "y"}}'
    return f"[{row.format()} for i in range({count})]".replace("{{", "{").replace("}}", "}")


@MOSTLY_LAB
def test_real_text_is_labeled_resumed_after_a_kill_and_exported(
    host, open_on, folder_name, journal_in, alpaca_pairs, tmp_path
):
    alpaca_pairs.to_json(host.folder / "alpaca.jsonl", orient="records", lines=True)
    export = f'session.export("{folder_name}.jsonl", format="trl")'
    page = open_on(host, opening(folder_name, '"alpaca.jsonl"'), export, "")
    page.run(0)
    page.widget.wait_for()
    cells = page.cells.count()

    page.focus_widget()
    page.press("1", "2", "ArrowLeft", "ArrowRight", "0", "9", "s", "u", "1")
    page.await_saved(7)
    choices = [label["preference"] for label in journal_in(host).labels()]
    assert choices[4:7] == ["tie", "both_bad", "skip"]
    assert page.cells.count() == cells

    page.signal_kernel(signal.SIGKILL)
    page.page.locator(".jp-Dialog button").first.click()
    page.focus_widget()
    page.press("1", "2", "0")
    expect(page.status).to_contain_text("3 not saved: the kernel was restarted")
    waiting = page.shown_pair()

    page.run(0)
    page.await_saved(10)
    assert page.shown_pair() == waiting

    page.save()
    page.reload()
    page.widget.wait_for()
    page.await_saved(10)
    assert page.shown_pair() == waiting
    page.focus_widget()
    page.press("2", "2")
    page.await_saved(12)

    page.run(1)
    rows = load_dataset(
        "json",
        data_files=str(host.folder / f"{folder_name}.jsonl"),
        split="train",
        cache_dir=str(tmp_path),
    )
    labels = pd.DataFrame(journal_in(host).labels())
    undone = {e["event"] for e in journal_in(host).events() if e["type"] == "undo"}
    standing = labels[~labels["id"].isin(undone)]
    assert len(standing) == standing["pair"].nunique() == 12
    assert rows.column_names == ["prompt", "chosen", "rejected"]
    assert len(rows) == standing["preference"].isin(["a", "b"]).sum() == 9
    texts = set(alpaca_pairs["response_a"]) | set(alpaca_pairs["response_b"])
    assert set(rows["chosen"]) <= texts
    assert page.cells.count() == cells


def test_what_is_pressed_left_is_what_stood_left(lab, open_in_lab, folder_name, journal_in):
    page = open_in_lab(opening(folder_name))
    page.run(0)
    page.focus_widget()
    shown = []
    for _ in range(6):
        pair = page.widget.locator(".pair:not(.prepared)")
        shown.append(
            (page.shown_pair(), pair.get_by_role("region", name="Left response").inner_text())
        )
        page.press("1")
    page.await_saved(6)

    with tb.Session(lab.folder / folder_name, read_only=True) as session:
        pairs = session.pairs
    journal = journal_in(lab)
    for label, (name, left) in zip(journal.labels(), shown, strict=True):
        assert journal.name_of(label) == name
        assert label["preference"] == label["shown_left"]
        first_words = str(pairs.loc[label["pair"], label["preference"]])[:12]
        if first_words.replace(" ", "").isalpha():
            assert first_words in left

    full_window_and_back(page)


def test_no_key_reaches_the_notebook_wherever_in_the_widget_the_focus_is(
    host, open_on, folder_name
):
    page = open_on(host, opening(folder_name), "x = 1")

    for place in (
        page.widget,
        page.widget.get_by_role("button", name="Tie"),
        page.widget.get_by_role("region", name="Left response").locator(".pane-body"),
    ):
        page.run(0)
        page.focus_widget()
        place.focus()
        page.press(*"abcdefghijklmnopqrstvwxyz", *"ABMRXYZ", "d", "d", "i", "i", "j", "k")
        page.press("ArrowUp", "ArrowDown", "Shift+Enter", "PageDown", "Home", "End", "Delete")
        page.press("Enter")
        page.await_frames()

        assert page.cells.count() == 2
        assert page.page.locator(".jp-MarkdownCell, .jp-RawCell").count() == 0
        expect(page.widget).to_be_visible()
        assert page.page.evaluate("document.activeElement.className") == "tiebreak-widget"


# What JupyterLab and Notebook bind in command mode to cells that have the focus anywhere inside.
CHORDS_FOR_CELLS = [
    *(f"{modifier}+Enter" for modifier in ("Control", "Shift", "Alt", "Meta")),
    *("Control+a", "Control+Backspace", "Control+Shift+M"),
    *(f"Control+Shift+Arrow{way}" for way in ("Up", "Down", "Left", "Right")),
]


def prompts_and_sources(page):
    """What the cells show, once a notebook that draws them in its own time has drawn all."""
    areas = page.cells.locator(".jp-InputArea")
    for area in areas.all():
        expect(area).to_have_text(re.compile(r"\]:\s*\S"))
    return areas.all_inner_texts()


def test_no_chord_for_cells_reaches_the_notebook_or_hands_it_the_keys_that_follow(
    host, open_on, folder_name, journal_in
):
    page = open_on(host, "x = 1", opening(folder_name, numbered(20)), "y = 2")
    page.run(1)
    page.focus_widget()
    before = prompts_and_sources(page)

    for saved, chord in enumerate(CHORDS_FOR_CELLS, start=1):
        page.press(chord, "A", "x", "b", "1")
        # The label is saved after anything that the chord would have had the kernel do.
        page.await_saved(saved)
        assert prompts_and_sources(page) == before, chord
        assert page.page.evaluate("document.activeElement.className") == "tiebreak-widget", chord
        assert page.page.locator(".jp-Cell.jp-mod-selected").count() <= 1, chord
    assert {label["preference"] for label in journal_in(host).labels()} <= {"a", "b"}


@MOSTLY_LAB
def test_chords_that_edit_a_text_edit_the_note_and_no_cell(host, open_on, folder_name, journal_in):
    page = open_on(host, "x = 1", opening(folder_name), "y = 2")
    page.run(1)
    page.focus_widget()
    before = prompts_and_sources(page)
    page.press("n")
    note = page.widget.get_by_role("textbox", name="Note")

    note.press_sequentially("one two")
    page.press("Control+Backspace")
    expect(note).to_have_value("one ")
    page.press("Control+a", "n", "o", "Alt+Enter")
    expect(note).to_have_value("no")
    expect(note).to_be_focused()
    page.press("Control+Enter", "1")
    page.await_saved(1)

    assert prompts_and_sources(page) == before
    assert [label["note"] for label in journal_in(host).labels()] == ["no"]


@MOSTLY_LAB
def test_keys_typed_into_a_text_field_label_nothing(host, open_on, folder_name, journal_in):
    page = open_on(
        host,
        opening(folder_name).removesuffix("session")
        + "import ipywidgets\nipywidgets.VBox([session.widget, ipywidgets.Textarea()])",
    )
    page.run(0)
    page.widget.wait_for()
    field = page.page.locator("textarea.widget-textarea, .widget-textarea textarea").first
    field.click()
    page.page.keyboard.type("12 09 su")

    expect(field).to_have_value("12 09 su")
    assert journal_in(host).events() == []


@MOSTLY_LAB
def test_escape_hands_the_keys_back_to_the_notebook(host, open_on, folder_name, journal_in):
    page = open_on(host, opening(folder_name))
    page.run(0)
    page.focus_widget()
    page.press("1")
    page.await_saved(1)
    cells = page.cells.count()

    page.press("Escape", "b")

    expect(page.cells).to_have_count(cells + 1)
    assert len(journal_in(host).labels()) == 1


@MOSTLY_LAB
def test_ctrl_s_still_saves_the_notebook(host, open_on, folder_name):
    page = open_on(host, opening(folder_name))
    page.run(0)
    page.focus_widget()

    assert page.save()["cells"][0]["outputs"]


@MOSTLY_LAB
def test_a_key_or_enter_held_down_and_a_double_click_label_once(
    host, open_on, folder_name, journal_in
):
    page = open_on(host, opening(folder_name))
    page.run(0)
    page.focus_widget()
    for _ in range(5):
        page.page.keyboard.down("1")  # from the second on, these are repeats
    page.page.keyboard.up("1")
    page.await_saved(1)

    page.widget.get_by_role("button", name="Right is better").dblclick()

    page.await_saved(2)
    page.focus_widget()
    page.press("0")
    page.await_saved(3)

    page.widget.get_by_role("button", name="Both bad").focus()
    for _ in range(4):
        page.page.keyboard.down("Enter")
    page.page.keyboard.up("Enter")
    page.await_saved(4)
    preferences = [label["preference"] for label in journal_in(host).labels()]
    assert preferences[2:] == ["tie", "both_bad"]


def test_the_graded_scale_records_seven_points(lab, open_in_lab, folder_name, journal_in):
    page = open_in_lab(opening(folder_name, more=", scale='graded'"))
    page.run(0)
    page.focus_widget()
    page.press(*"1234567")
    page.widget.get_by_role("button", name="Right is much better").click()
    page.await_saved(8)

    labels = journal_in(lab).labels()
    sides = [
        label["preference"]
        if label["preference"] == "tie"
        else ("left" if label["preference"] == label["shown_left"] else "right")
        for label in labels
    ]
    assert sides == ["left"] * 3 + ["tie"] + ["right"] * 4
    assert [label.get("strength") for label in labels] == [3, 2, 1, None, 1, 2, 3, 3]


def test_skipped_pairs_come_back_and_the_end_says_what_to_run_next(
    lab, open_in_lab, folder_name, journal_in
):
    page = open_in_lab(opening(folder_name, numbered(4)), "session.triples()")
    page.run(0)
    page.focus_widget()
    skipped = page.shown_pair()
    page.press("s", "1", "0", "9")
    page.await_saved(4)
    assert page.shown_pair() == skipped
    expect(page.widget.get_by_text("Skipped before").first).to_be_visible()
    page.press("s")
    expect(page.widget.get_by_text("3 of 4 pairs are labeled")).to_be_visible()
    expect(page.widget.get_by_text("session.export(")).to_be_visible()

    page.widget.get_by_role("button", name="Show the 1 skipped once more").click()
    expect(page.widget.locator(".pair:not(.prepared)")).to_be_visible()
    page.press("2")
    expect(page.widget.get_by_text("All 4 pairs are labeled")).to_be_visible()
    page.await_saved(4)

    page.press("u", "u", "u")
    expect(page.widget.locator(".pair:not(.prepared)")).to_be_visible()
    page.await_saved(3)
    assert len(journal_in(lab).events()) == 6 + 3


def test_undo_goes_back_over_any_number_of_steps_and_over_a_reload(
    lab, open_in_lab, folder_name, journal_in
):
    page = open_in_lab(opening(folder_name, numbered(30)))
    page.run(0)
    page.focus_widget()
    first = page.shown_pair()
    page.press(*("1" for _ in range(20)))
    page.await_saved(20)
    page.save()
    page.reload()
    page.widget.wait_for()
    page.await_saved(20)
    page.focus_widget()

    for left in range(19, -1, -1):
        page.press("u")
        page.await_saved(left)

    assert page.shown_pair() == first
    assert len(journal_in(lab).events()) == 40


def test_two_views_of_a_session_are_one(lab, open_in_lab, folder_name, journal_in):
    page = open_in_lab(opening(folder_name), "session")
    page.run(0)
    page.run(1)
    views = page.page.locator(".tiebreak-widget")
    expect(views).to_have_count(2)
    page.focus_widget()
    page.press("1", "2")

    for view in (views.nth(0), views.nth(1)):
        expect(view.locator(".save-state").get_by_role("status")).to_have_text("Saved 2")
    current = [view.locator(".pair:not(.prepared)") for view in (views.nth(0), views.nth(1))]
    assert current[0].get_attribute("data-pair") == current[1].get_attribute("data-pair")
    assert len(journal_in(lab).labels()) == 2


def test_two_tabs_on_one_kernel_are_one(lab, open_in_lab, folder_name, journal_in):
    first = open_in_lab(opening(folder_name))
    first.run(0)
    first.save()
    second = hosts.NotebookPage(first.page.context.new_page(), lab, first.path.name)
    second.widget.wait_for()
    second.await_saved(0)
    first.focus_widget()
    first.press("1", "2", "0")
    first.await_saved(3)
    second.await_saved(3)
    second.await_pair(first.shown_pair())

    second.focus_widget()
    second.press("1", "u")
    second.await_saved(3)
    first.await_saved(3)

    first.await_pair(second.shown_pair())
    assert len(journal_in(lab).events()) == 5
    second.page.close()


def test_running_the_cell_again_goes_on_where_it_was(lab, open_in_lab, folder_name, journal_in):
    page = open_in_lab(opening(folder_name))
    for round_ in range(1, 4):
        page.run(0)
        page.await_saved(round_ - 1)
        page.focus_widget()
        page.press("1")
        page.await_saved(round_)

    assert len({label["pair"] for label in journal_in(lab).labels()}) == 3


def test_a_python_label_moves_the_screen_on(open_in_lab, folder_name):
    page = open_in_lab(
        opening(folder_name), "session.label(session.next().id, 'a')", "session.undo()"
    )
    page.run(0)
    first = page.shown_pair()
    page.run(1)
    page.await_saved(1)
    assert page.shown_pair() != first
    page.run(2)
    page.await_saved(0)
    assert page.shown_pair() == first
