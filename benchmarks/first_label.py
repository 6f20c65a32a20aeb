"""Times the first minute: from ``python3 dev.py lab`` in a fresh clone to the first label saved.

    python benchmarks/first_label.py

Prints the seconds until the server answers, until the notebook and the widget are there, and until
the label is on disk. The packages come from wherever pip and uv get them: run it twice, for what a
warm cache gives.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests/browser"))

import hosts  # noqa: E402

TOKEN = "first-label"  # noqa: S105 - of a server that ends with the script


def main() -> None:
    """Clone, set up, open, label, and print when each was done."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        clone = Path(name) / "tiebreak"
        subprocess.run(["git", "clone", "--quiet", str(HERE.parent), str(clone)], check=True)
        port = hosts.free_port()
        start = time.monotonic()
        options = ["--no-browser", f"--port={port}", f"--IdentityProvider.token={TOKEN}"]
        lab = subprocess.Popen(
            [sys.executable, "dev.py", "lab", *options], cwd=clone, start_new_session=True
        )
        try:
            await_server(f"http://localhost:{port}/api", lab)
            say("server answers", start)
            with sync_playwright() as playwright:
                label_one(hosts.launch(playwright).new_page(), port, start)
        finally:
            os.killpg(lab.pid, signal.SIGTERM)
            lab.wait()


def label_one(page: Page, port: int, start: float) -> None:
    """Run the notebook's first cell and label the first pair."""
    page.goto(f"http://localhost:{port}/lab/tree/quickstart.ipynb?token={TOKEN}")
    cells = page.locator(".jp-Notebook .jp-Cell")
    cells.first.wait_for(timeout=120_000)
    page.get_by_text("Python 3 (ipykernel) | Idle").first.wait_for(timeout=120_000)
    say("notebook on screen, kernel idle", start)
    cells.nth(1).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    widget = page.locator(".tiebreak-widget").first
    widget.locator(".pair:not(.prepared)").wait_for(timeout=120_000)
    say("widget on screen", start)
    widget.click(position={"x": 20, "y": 20})
    page.keyboard.press("1")
    widget.get_by_text("Saved 1").wait_for(timeout=120_000)
    say("first label on disk", start)


def await_server(address: str, lab: subprocess.Popen[bytes]) -> None:
    """Ask until somebody answers, or the command has ended."""
    while lab.poll() is None:
        try:
            urllib.request.urlopen(address).close()  # noqa: S310 - localhost
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"dev.py lab ended with {lab.returncode}.")


def say(what: str, start: float) -> None:
    """Print how long it took to come so far."""
    print(f"{time.monotonic() - start:6.1f} s  {what}", flush=True)


if __name__ == "__main__":
    main()
