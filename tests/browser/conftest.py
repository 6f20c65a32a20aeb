import contextlib
import json
import urllib.error
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hosts
import pytest
from playwright.sync_api import Page, sync_playwright


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        running = hosts.launch(playwright)
        yield running
        running.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    with hosts.serve("lab", tmp_path_factory.mktemp("lab")) as host:
        yield host


@pytest.fixture(scope="session")
def notebook7(tmp_path_factory):
    with hosts.serve("notebook", tmp_path_factory.mktemp("notebook")) as host:
        yield host


@pytest.fixture(params=["lab", "notebook7"])
def host(request):
    return request.getfixturevalue(request.param)


VIEWPORT = {"width": 1280, "height": 900}


@pytest.fixture
def context(browser):
    """A fresh browser profile: its own storage, shared by the tabs of one test."""
    opened = browser.new_context(viewport=VIEWPORT)
    opened.set_default_timeout(hosts.PATIENCE)
    yield opened
    opened.close()


@pytest.fixture
def folder_name(request):
    """A session's folder of this test's own, on a server that several tests share."""
    return "".join(c if c.isalnum() else "-" for c in request.node.name)


@pytest.fixture
def open_notebook(context, folder_name) -> Callable[..., hosts.NotebookPage]:
    opened: list[hosts.NotebookPage] = []

    def open_in(host: hosts.Host, *cells: str) -> hosts.NotebookPage:
        hosts.write_notebook(host.folder, f"{folder_name}.ipynb", cells)
        notebook = hosts.NotebookPage(context.new_page(), host, f"{folder_name}.ipynb")
        opened.append(notebook)
        return notebook

    yield open_in
    for notebook in opened:
        end_kernel(notebook)


@pytest.fixture(scope="session")
def tabs() -> Iterator[list[Page]]:
    """The JupyterLab that stays open from test to test, once there is one."""
    kept: list[Page] = []
    yield kept
    for tab in kept:
        tab.context.close()


@pytest.fixture
def open_in_lab(request, browser, tabs, lab, folder_name) -> Callable[..., hosts.NotebookPage]:
    """Open a notebook in a JupyterLab that is open already, since to load it takes longest.

    For tests that change nothing of the page itself. One that fails takes it along.
    """
    opened: list[hosts.NotebookPage] = []
    failed = request.session.testsfailed

    def open_in(*cells: str) -> hosts.NotebookPage:
        hosts.write_notebook(lab.folder, f"{folder_name}.ipynb", cells)
        if not tabs:
            tabs.append(browser.new_context().new_page())
            tabs[0].context.set_default_timeout(hosts.PATIENCE)
        tabs[0].set_viewport_size(VIEWPORT)
        notebook = hosts.NotebookPage(tabs[0], lab, f"{folder_name}.ipynb")
        opened.append(notebook)
        return notebook

    yield open_in
    if request.session.testsfailed != failed:
        while tabs:
            tabs.pop().context.close()
    for notebook in opened:
        end_kernel(notebook)


@pytest.fixture
def open_on(request) -> Callable[..., hosts.NotebookPage]:
    """Open a notebook on a host: in the JupyterLab that is open already, where it is that host."""

    def open_in(host: hosts.Host, *cells: str) -> hosts.NotebookPage:
        if host.kind == "lab":
            return request.getfixturevalue("open_in_lab")(*cells)
        return request.getfixturevalue("open_notebook")(host, *cells)

    return open_in


def end_kernel(notebook: hosts.NotebookPage) -> None:
    """End the kernel of a notebook, whatever it is doing."""
    # A kernel that is just restarting answers with an error; it goes all the same.
    with contextlib.suppress(urllib.error.HTTPError):
        notebook.kernel_api("interrupt")
    with contextlib.suppress(urllib.error.HTTPError):
        notebook.shut_kernel_down()


class Journal:
    """A journal on disk, read as any other program would."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def events(self) -> list[dict[str, Any]]:
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines[1:]]

    def labels(self) -> list[dict[str, Any]]:
        return [event for event in self.events() if event["type"] == "label"]

    def name_of(self, label: dict[str, Any]) -> str:
        """Give what the screen called the pair of a label."""
        return hosts.name_on_screen(self.path, label["pair"])


@pytest.fixture
def journal_at() -> Callable[..., Journal]:
    def find(session: Path, annotator: str = "rater-1") -> Journal:
        return Journal(session / f"journals/{annotator}.jsonl")

    return find


@pytest.fixture
def open_app(context) -> Iterator[Callable[..., Callable[[], hosts.WidgetPage]]]:
    """Run a server of one document, and give a function that opens it in a tab."""
    with contextlib.ExitStack() as servers:

        def run(server: contextlib.AbstractContextManager[hosts.Host]):
            host = servers.enter_context(server)

            def open_tab() -> hosts.WidgetPage:
                tab = hosts.WidgetPage(context.new_page(), host)
                tab.page.goto(host.url)
                tab.widget.wait_for()
                return tab

            return open_tab

        yield run


@pytest.fixture
def app_journal(tmp_path, journal_at) -> Journal:
    """The journal of the session that a document beside it opens as ``pilot``."""
    return journal_at(tmp_path / "pilot")


@pytest.fixture
def journal_in(folder_name, journal_at):
    def find(host: hosts.Host, annotator: str = "rater-1") -> Journal:
        return journal_at(host.folder / folder_name, annotator)

    return find
