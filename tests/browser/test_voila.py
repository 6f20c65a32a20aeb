"""The widget in Voilà, where every visit to the page runs the notebook in a kernel of its own."""

import hosts
import pytest
from playwright.sync_api import expect
from scenarios import label_undo_reload_and_resume

CELLS = (
    "import tiebreak as tb",
    'session = tb.Session("pilot", tb.sample_pairs(), annotator="rater-1", seed=7)\nsession',
)


@pytest.fixture
def open_voila(open_app, tmp_path):
    """Serve the notebook, and open it in a tab."""
    notebook = hosts.write_notebook(tmp_path, "notebook.ipynb", CELLS)
    return lambda *options: open_app(hosts.serve_voila(notebook, *options))()


def test_labels_are_made_undone_and_resumed_after_a_reload(open_voila, app_journal):
    label_undo_reload_and_resume(open_voila(), app_journal)


def test_a_second_visitor_under_the_same_name_is_told_who_holds_the_journal_also_in_the_dark(
    open_voila,
):
    tab = open_voila("--theme=dark")
    tab.await_saved(0)
    expect(tab.widget).to_have_attribute("data-theme", "dark")
    second = tab.page.context.new_page()
    second.goto(tab.host.url)

    expect(second.locator("body")).to_contain_text("rater-1.jsonl is held by process")
    expect(second.locator("body")).to_contain_text("label under another name")
    tab.focus_widget()
    tab.press("1")
    tab.await_saved(1)
