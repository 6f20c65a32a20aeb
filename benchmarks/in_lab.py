"""A real JupyterLab in Chromium, with a probe in its page."""

import contextlib
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests/browser"))

import hosts  # noqa: E402


class Key(NamedTuple):
    """A digit pressed: in milliseconds, and the pair that was on screen."""

    key: str
    pair: str
    until_painted: float
    # As the browser itself times events; None where that was under 16 ms.
    until_on_screen: float | None


class Sent(NamedTuple):
    """A label that went to the kernel; the time is from the key to the acknowledgement."""

    bytes: int
    until_acknowledged: float


class Lab:
    """A notebook in JupyterLab, whose first cell shows the widget."""

    def __init__(self, page: hosts.NotebookPage) -> None:
        self.page = page
        page.run(0)
        page.widget.locator(".pair:not(.prepared)").wait_for()
        page.page.wait_for_timeout(2_000)  # the deck comes in
        page.focus_widget()

    def press(self, count: int, pause: Callable[[], float]) -> None:
        """Press digits at a pace, kept whatever a press takes."""
        due = time.monotonic()
        for _ in range(count):
            due += pause()
            time.sleep(max(0.0, due - time.monotonic()))
            self.page.press(random.choice("1122109"))

    def press_for_floor(self, count: int, pause: Callable[[], float]) -> list[Key]:
        """Press digits into the plainest element there can be in this page."""
        self.page.page.evaluate("tiebreakFocusFloor()")
        self.press(count, pause)
        pressed, _ = self.take()
        self.page.page.evaluate("document.getElementById('tiebreak-floor').remove()")
        self.page.focus_widget()
        return pressed

    def start_busy(self) -> None:
        """Let the second cell, which keeps the kernel busy, run while labels are made."""
        self.page.run(1, until_done=False)
        self.page.focus_widget()

    @property
    def busy(self) -> bool:
        """Whether the second cell still runs."""
        return self.page.cells.nth(1).locator(".jp-InputPrompt").first.inner_text() == "[*]:"

    def await_saved(self, count: int) -> None:
        """Wait until the widget says that so many labels are on disk."""
        self.page.await_saved(count)

    def heap(self) -> int:
        """Collect the page's garbage, and give the bytes its scripts hold; drops the record."""
        self.take()
        self.page.page.evaluate("tiebreakProbe.acks = {}; tiebreakProbe.events = {}")
        session = self.page.page.context.new_cdp_session(self.page.page)
        session.send("HeapProfiler.enable")
        for _ in range(3):  # what one collection frees may free more in the next
            session.send("HeapProfiler.collectGarbage")
        used: int = session.send("Runtime.getHeapUsage")["usedSize"]
        session.detach()
        return used

    def take(self) -> tuple[list[Key], list[Sent]]:
        """Give what was recorded since the last time."""
        self.page.page.wait_for_timeout(300)  # the browser is late with its event timings
        found = self.page.page.evaluate(
            "() => { const found = structuredClone(tiebreakProbe);"
            "tiebreakProbe.keys = []; tiebreakProbe.sent = []; return found; }"
        )
        return _keys(found), _sent(found)


def _keys(found: dict[str, Any]) -> list[Key]:
    on_screen = {float(start): duration for start, duration in found["events"].items()}
    return [
        Key(each["key"], each["from"], each["painted"] - each["at"], on_screen.get(each["at"]))
        for each in found["keys"]
    ]


def _sent(found: dict[str, Any]) -> list[Sent]:
    sent = []
    for each in found["sent"]:
        key = max(key["at"] for key in found["keys"] if key["at"] <= each["at"])
        sent.append(Sent(each["bytes"], found["acks"][each["id"]] - key))
    return sent


@contextlib.contextmanager
def lab(prepare: Callable[[Path], Sequence[str]]) -> Iterator[Lab]:
    """Open a notebook of the cells that ``prepare`` gives for the server's folder."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name,
        hosts.serve("lab", Path(name)) as host,
        sync_playwright() as playwright,
    ):
        hosts.write_notebook(host.folder, "benchmark.ipynb", prepare(host.folder))
        browser = hosts.launch(playwright)
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_init_script(path=HERE / "probe.js")
        page = hosts.NotebookPage(context.new_page(), host, "benchmark.ipynb")
        try:
            yield Lab(page)
        finally:
            page.shut_kernel_down()
            browser.close()


def journal_of(session: Path, annotator: str) -> list[dict[str, Any]]:
    """Read a journal's events as any other program would."""
    lines = (session / f"journals/{annotator}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines[1:]]
