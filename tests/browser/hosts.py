"""Real notebook and app servers, and pages on them, for the browser tests and benchmarks."""

import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from tiebreak.labeling.naming import Names

# Servers, kernels and pages share a few cores with each other and with what else runs there. These
# only end what hangs: nothing is taken for a result because it took long.
PATIENCE = 120_000  # milliseconds
TRIES = 3_000
TOKEN = "only-for-this-run"  # noqa: S105
_FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
_NUMBERED = re.compile(r"\[\d+\]:")
_SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def launch(playwright: Playwright) -> Browser:
    """Start Chromium: the one named by TIEBREAK_CHROMIUM, the system's, or Playwright's own."""
    expect.set_options(timeout=PATIENCE)
    named = os.environ.get("TIEBREAK_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _SYSTEM_BROWSERS)), None)
    return playwright.chromium.launch(executable_path=found, args=_FLAGS)


@dataclass
class Host:
    """A running server over a folder, or of one document."""

    kind: str
    url: str
    folder: Path

    def page_url(self, notebook: str) -> str:
        """Give the address of a notebook, in a workspace of its own."""
        if self.kind == "notebook":
            return f"{self.url}/notebooks/{notebook}?token={TOKEN}"
        return f"{self.url}/lab/tree/{notebook}?token={TOKEN}&reset"


@contextlib.contextmanager
def serve(kind: str, folder: Path) -> Iterator[Host]:
    """Run JupyterLab (``"lab"``), Notebook 7 (``"notebook"``) or the demo over a folder."""
    port = free_port()
    module = ["tiebreak", kind] if kind == "demo" else ["jupyter", kind]
    command = [sys.executable, "-m", *module, "--no-browser", "--allow-root"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1"]
    command += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}"]
    if kind != "notebook":
        command += ["--LabApp.expose_app_in_browser=True"]
    with _running(command, port, folder, f"api/status?token={TOKEN}") as url:
        yield Host(kind, url, folder)


@contextlib.contextmanager
def serve_marimo(mode: str, notebook: Path) -> Iterator[Host]:
    """Run ``marimo edit`` or ``marimo run`` on a notebook."""
    port = free_port()
    command = [sys.executable, "-m", "marimo", mode, notebook.name, "--headless", "--no-token"]
    with _running([*command, f"--port={port}"], port, notebook.parent, "health") as url:
        yield Host(f"marimo {mode}", url, notebook.parent)


@contextlib.contextmanager
def serve_voila(notebook: Path, *options: str) -> Iterator[Host]:
    """Run Voilà on a notebook.

    Voilà ends a page's kernel when the page is left, but forgets the token that its own server
    asks for (voila issue 1458); so the server is told not to ask.
    """
    port = free_port()
    command = [sys.executable, "-m", "voila", notebook.name, "--no-browser", *options]
    command += [f"--port={port}", "--Voila.ip=127.0.0.1", "--show_tracebacks=True"]
    command += ["--Voila.tornado_settings={'disable_check_xsrf': True}"]
    with _running(command, port, notebook.parent, "voila/static/voila.js") as url:
        yield Host("voila", url, notebook.parent)


@contextlib.contextmanager
def _running(command: Sequence[str], port: int, folder: Path, ready: str) -> Iterator[str]:
    """Run a server, give its address when it answers, and end it with all that it started."""
    private = folder / ".private"
    environment = _private_environment(private)
    log = (private / "server.log").open("w")
    process = subprocess.Popen(
        command, env=environment, stdout=log, stderr=log, cwd=folder, start_new_session=True
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _await(f"{url}/{ready}", process, private / "server.log")
        yield url
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.close()


def free_port() -> int:
    """Give a port that nobody listens on.

    It is below those that systems hand out, which a kernel started meanwhile might be given.
    """
    while True:
        port = secrets.choice(range(10_000, 32_000))
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _private_environment(private: Path) -> dict[str, str]:
    """Keep the user's own Jupyter settings out, and the "official news?" box closed."""
    variables = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "XDG_CONFIG_HOME": "xdg",
    }
    for name in variables.values():
        (private / name).mkdir(parents=True, exist_ok=True)
    news = private / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text('{"fetchNews": "false", "checkForUpdates": false}')
    return {**os.environ, **{key: str(private / name) for key, name in variables.items()}}


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(TRIES):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=10):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    msg = f"The server did not come up:\n{log.read_text()[-3000:]}"
    raise RuntimeError(msg)


def set_lab_setting(host: Host, plugin: str, values: dict[str, Any]) -> None:
    """Change a JupyterLab setting as the settings editor would, before a page is opened."""
    owner, name = plugin.rsplit(":", 1)
    path = host.folder / f".private/settings/{owner}/{name}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values))


def write_notebook(folder: Path, name: str, cells: Sequence[str]) -> Path:
    """Write a notebook of code cells.

    By hand, for to import nbformat takes each process that collects the tests seconds.
    """
    blank = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    notebook = {
        "cells": [{**blank, "id": f"cell-{n}", "source": each} for n, each in enumerate(cells)],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path = folder / name
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def write_marimo(folder: Path, cells: Sequence[str]) -> Path:
    """Write a marimo notebook that runs when it is opened, in the theme the browser asks for."""
    settings = '[tool.marimo]\ndisplay.theme = "system"\nruntime.auto_instantiate = true\n'
    (folder / "pyproject.toml").write_text(settings)
    path = folder / "notebook.py"
    bodies = [textwrap.indent(cell, "    ") for cell in cells]
    path.write_text(
        'import marimo\n\napp = marimo.App(width="full")\n\n'
        + "".join(f"@app.cell\ndef _():\n{body}\n    return\n\n" for body in bodies)
    )
    return path


def name_on_screen(journal: Path, slot: str) -> str:
    """Give what the screen of a journal's annotator calls a pair, or its second showing."""
    manifest = json.loads((journal.parent.parent / "session.json").read_text(encoding="utf-8"))
    header = json.loads(journal.read_text(encoding="utf-8").partition("\n")[0])
    names = Names(manifest["id"], manifest["secret"], header["annotator"])
    return names.of_slot(slot)


class WidgetPage:
    """A page with the labeling widget on it, in any host."""

    def __init__(self, page: Page, host: Host) -> None:
        self.page = page
        self.host = host

    @property
    def widget(self) -> Locator:
        """The labeling widget's host element."""
        return self.page.locator(".tiebreak-widget").first

    @property
    def status(self) -> Locator:
        """The save state."""
        return self.widget.locator(".save-state").get_by_role("status")

    def focus_widget(self) -> None:
        """Click into the widget, where it does nothing else."""
        self.widget.locator(".question").click()
        expect(self.widget).to_be_focused()

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def await_frames(self) -> None:
        """Wait until what follows a frame has been done, such as answering a scroll."""
        self.page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame("
            "() => setTimeout(done))))"
        )

    def resize(self, width: int, height: int) -> None:
        """Give the tab another size, and wait until the page has been laid out anew.

        Until then a script still finds the old one.
        """
        size = {"width": width, "height": height}
        self.page.set_viewport_size(size)
        self.page.wait_for_function(
            "size => innerWidth === size.width && innerHeight === size.height", arg=size
        )
        self.await_frames()

    def shown_pair(self) -> str:
        """Give the id of the pair on screen."""
        return self.widget.locator(".pair:not(.prepared)").get_attribute("data-pair") or ""

    def await_pair(self, pair: str) -> None:
        """Wait until a pair is on screen."""
        shown = self.widget.locator(".pair:not(.prepared)")
        expect(shown).to_have_attribute("data-pair", pair)

    def await_saved(self, count: int) -> None:
        """Wait until the widget says that this many labels are on disk."""
        expect(self.status).to_have_text(f"Saved {count}")


# Closes what is open without asking, and opens another notebook.
_OPEN_INSTEAD = """async path => {
    for (const open of [...jupyterapp.shell.widgets("main")]) open.dispose();
    localStorage.clear();
    await jupyterapp.commands.execute("docmanager:open", { path });
}"""


class NotebookPage(WidgetPage):
    """A notebook open in a browser tab.

    A JupyterLab that is in the tab already stays, and opens it in place of what was open.
    """

    def __init__(self, page: Page, host: Host, notebook: str) -> None:
        super().__init__(page, host)
        self.path = host.folder / notebook
        self._start_kernel()
        if page.url.startswith(f"{host.url}/lab"):
            page.evaluate(_OPEN_INSTEAD, notebook)
        else:
            self.load()
        self.await_ready()

    def reload(self) -> None:
        """Load the whole page anew, and wait until it is ready."""
        self.load()
        self.await_ready()

    def load(self) -> None:
        """Load the whole page anew, without what another tab may have left in the workspace."""
        self.page.goto(self.host.page_url(self.path.name))
        self.cells.first.wait_for()

    def await_ready(self) -> None:
        """Wait until the cells are there and the kernel is idle."""
        self.cells.first.wait_for()
        idle = self.page.locator(
            '.jp-Notebook-ExecutionIndicator[data-status="idle"], '
            '.jp-NotebookKernelStatus:has-text("idle")'
        )
        with contextlib.suppress(Exception):
            idle.first.wait_for(timeout=PATIENCE / 4)

    @property
    def cells(self) -> Locator:
        """The code cells of the notebook in front."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell")

    def run(self, number: int, *, until_done: bool = True) -> None:
        """Run a cell by Shift+Enter; tries again where the kernel was not ready to listen."""
        cell = self.cells.nth(number)
        prompt = cell.locator(".jp-InputPrompt").first
        before = prompt.inner_text()
        seen = before
        for tried in range(TRIES):
            # A kernel that is still starting shows a star and then forgets the cell.
            if tried % 100 == 0 or (seen == "[*]:" and prompt.inner_text() == before):
                self._answer_dialog()
                cell.locator(".cm-content").first.click()
                self.page.keyboard.press("Shift+Enter")
            self.page.wait_for_timeout(100)
            seen = prompt.inner_text()
            if seen != before and (_NUMBERED.fullmatch(seen) or not until_done):
                return
        msg = f"Cell {number} did not run."
        raise AssertionError(msg)

    def _answer_dialog(self) -> None:
        """Close a box of the host's own, such as the one of a kernel that is slow to start."""
        dialog = self.page.locator(".jp-Dialog")
        if dialog.count():
            print("The host asked:", dialog.first.inner_text())  # noqa: T201 - shown where a test fails
            dialog.locator("button").last.click()

    def save(self) -> dict[str, Any]:
        """Save the notebook and give what the file then holds."""
        before = self.path.stat().st_mtime_ns
        self.page.keyboard.press("Control+s")
        for _ in range(TRIES):
            self.page.wait_for_timeout(50)
            # The server writes in place: there are moments when the file is empty.
            with contextlib.suppress(json.JSONDecodeError):
                saved: dict[str, Any] = json.loads(self.path.read_text())
                if self.path.stat().st_mtime_ns != before:
                    return saved
        msg = f"{self.path} was not saved."
        raise AssertionError(msg)

    def restart_kernel(self) -> None:
        """Restart the kernel from the menu, as a user does."""
        self.page.get_by_role("menuitem", name="Kernel", exact=True).click()
        self.page.locator(".lm-Menu-item", has_text="Restart Kernel…").first.click()
        self.page.locator(".jp-Dialog button.jp-mod-accept").click()
        self.page.locator(".jp-Dialog").wait_for(state="detached")

    def kernel_api(self, action: str) -> None:
        """Restart or interrupt the kernel through the server."""
        for kernel in self._kernels():
            _request(f"{self.host.url}/api/kernels/{kernel}/{action}", "POST")

    def signal_kernel(self, number: signal.Signals) -> None:
        """Send a signal to the kernel's process."""
        files = {f"kernel-{kernel}.json" for kernel in self._kernels()}
        for process in psutil.process_iter(["cmdline"]):
            if files & {Path(part).name for part in process.info["cmdline"] or ()}:
                process.send_signal(number)

    def shut_kernel_down(self) -> None:
        """End the kernel through the server, as closing the notebook for good does."""
        for kernel in self._kernels():
            _request(f"{self.host.url}/api/kernels/{kernel}", "DELETE")

    def _start_kernel(self) -> None:
        """Start the kernel ahead of the page, which attaches to it; one that runs is kept."""
        if not self._kernels():
            path = str(self.path.relative_to(self.host.folder))
            wanted = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
            _request(f"{self.host.url}/api/sessions", "POST", wanted)

    def _kernels(self) -> list[str]:
        sessions = _request(f"{self.host.url}/api/sessions")
        mine = [each for each in sessions if each["path"].endswith(self.path.name)]
        return [each["kernel"]["id"] for each in mine]


def _request(url: str, method: str = "GET", content: Any = None) -> Any:
    request = urllib.request.Request(  # noqa: S310 - our own server
        url,
        None if content is None else json.dumps(content).encode(),
        {"Authorization": f"token {TOKEN}"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=PATIENCE / 1_000) as response:  # noqa: S310
        body = response.read()
    return json.loads(body) if body else None
