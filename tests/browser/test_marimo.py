"""The widget in marimo: as a notebook that is edited, and as an app that is run."""

import hosts
import pytest
from playwright.sync_api import expect
from scenarios import label_undo_reload_and_resume

OPEN = """import tiebreak as tb
session = tb.Session("pilot", tb.sample_pairs(), annotator="rater-1", seed=7)
session"""
FORMULA = """import tiebreak as tb
pair = {"prompt": "Square it.", "response_a": "$x^2$", "response_b": "$x^3$"}
tb.Session("formula", [pair], annotator="rater-1")"""


# Two tests of what only "edit" has open it every day.
@pytest.fixture(params=["run", pytest.param("edit", marks=pytest.mark.long)])
def mode(request):
    return request.param


@pytest.fixture
def open_marimo(open_app, tmp_path, mode):
    """Serve a notebook of the cells given, and give a function that opens it in a tab."""
    return lambda *cells: open_app(hosts.serve_marimo(mode, hosts.write_marimo(tmp_path, cells)))


def test_labels_are_made_undone_and_resumed_after_a_reload(open_marimo, app_journal):
    label_undo_reload_and_resume(open_marimo(OPEN)(), app_journal)


@pytest.mark.parametrize("mode", ["run"])
def test_two_tabs_of_an_app_are_one_session(open_marimo, app_journal):
    open_tab = open_marimo(OPEN)
    first, second = open_tab(), open_tab()
    first.await_saved(0)
    second.await_saved(0)
    first.focus_widget()
    first.press("1", "2")
    second.await_saved(2)
    assert first.shown_pair() == second.shown_pair()

    first.page.close()
    second.focus_widget()
    second.press("1", "u", "0")
    second.await_saved(3)

    assert [label["preference"] for label in app_journal.labels()][-1] == "tie"


@pytest.mark.parametrize("mode", ["edit"])
def test_running_the_cell_again_goes_on_where_it_was(open_marimo, app_journal):
    tab = open_marimo(OPEN)()
    for labeled in range(3):
        tab.await_saved(labeled)
        tab.focus_widget()
        tab.press("1")
        tab.await_saved(labeled + 1)
        waiting = tab.shown_pair()
        before = tab.widget.element_handle()
        tab.page.locator(".cm-content").last.click()
        tab.press("Control+Enter")
        before.wait_for_element_state("hidden")
        tab.widget.wait_for()
        tab.await_saved(labeled + 1)
        assert tab.shown_pair() == waiting

    assert len({label["pair"] for label in app_journal.labels()}) == 3


@pytest.mark.parametrize("mode", ["edit"])
def test_a_cell_that_only_shows_a_session_can_run_again_and_no_key_reaches_the_notebook(
    open_marimo,
):
    opened = OPEN.removesuffix("\nsession")
    tab = open_marimo(opened, "session")()
    tab.await_saved(0)
    before = tab.widget.element_handle()
    tab.page.locator(".cm-content").last.click()
    tab.press("Control+Enter")
    before.wait_for_element_state("hidden")
    tab.focus_widget()
    tab.press("1", "2")

    tab.await_saved(2)
    cells = tab.page.locator(".cm-content")
    written = cells.all_inner_texts()
    tab.press(*"abcdefhijklmopqrtvwxyz", "ArrowUp", "ArrowDown", "Enter", "Delete", "Shift+Enter")

    expect(cells).to_have_count(len(written))
    assert cells.all_inner_texts() == written
    expect(tab.widget).to_be_visible()


@pytest.mark.parametrize("mode", ["run"])
def test_a_formula_is_drawn_and_light_and_dark_are_followed(open_marimo):
    tab = open_marimo(FORMULA)()
    expect(tab.widget.locator(".pair:not(.prepared) math")).to_have_count(2)

    for scheme, text, surface in (
        ("light", "rgb(31, 35, 40)", "rgb(255, 255, 255)"),
        ("dark", "rgb(226, 229, 233)", "rgb(23, 25, 28)"),
    ):
        tab.page.emulate_media(color_scheme=scheme)
        expect(tab.widget).to_have_attribute("data-theme", scheme)
        expect(tab.widget).to_have_css("color", text)
        expect(tab.widget).to_have_css("background-color", surface)
