"""The widget in Voilà, where every visit to the page runs the notebook in a kernel of its own."""

import hosts
import pytest
from playwright.sync_api import expect

pytest.importorskip("voila", reason="needs voila: pip install -e '.[apps]'")

CELLS = (
    "import tiebreak as tb",
    'session = tb.Session("pilot", tb.sample_pairs(), annotator="rater-1", seed=7)\nsession',
)


@pytest.fixture
def open_voila(context, tmp_path):
    running = []

    def serve(*options: str) -> hosts.WidgetPage:
        notebook = hosts.write_notebook(tmp_path, "notebook.ipynb", CELLS)
        server = hosts.serve_voila(notebook, *options)
        host = server.__enter__()
        running.append(server)
        tab = hosts.WidgetPage(context.new_page(), host)
        tab.page.goto(host.url)
        tab.widget.wait_for(timeout=30_000)
        return tab

    yield serve
    for server in running:
        server.__exit__(None, None, None)


@pytest.fixture
def journal(tmp_path, journal_at):
    return journal_at(tmp_path / "pilot")


def test_labels_are_made_undone_and_resumed_after_a_reload(open_voila, journal):
    tab = open_voila()
    tab.await_saved(0)
    tab.focus_widget()
    tab.press("1", "2", "ArrowLeft", "0", "9", "s", "u", "u")
    tab.await_saved(4)
    waiting = tab.shown_pair()

    for labeled in (5, 6):
        tab.page.reload()
        tab.await_saved(labeled - 1, timeout=30)
        assert tab.shown_pair() == waiting
        tab.focus_widget()
        tab.press("1")
        tab.await_saved(labeled)
        waiting = tab.shown_pair()

    assert len(journal.events()) == 8 + 2


def test_a_second_visitor_under_the_same_name_is_told_who_holds_the_journal(open_voila):
    tab = open_voila()
    tab.await_saved(0)
    second = tab.page.context.new_page()
    second.goto(tab.host.url)

    expect(second.locator("body")).to_contain_text("rater-1.jsonl is held by process")
    expect(second.locator("body")).to_contain_text("label under another name")
    tab.focus_widget()
    tab.press("1")
    tab.await_saved(1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_light_and_dark_are_followed(open_voila, theme):
    tab = open_voila(f"--theme={theme}")

    expect(tab.widget).to_have_attribute("data-theme", theme)
