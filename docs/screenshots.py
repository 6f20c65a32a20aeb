"""Takes the README's screenshots in a real JupyterLab, so that they stay true."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/browser"))

import hosts  # noqa: E402

CELLS = [
    "import tiebreak as tb\n\n"
    'session = tb.Session("pilot", tb.sample_pairs(), annotator="rater-1", seed=11)\nsession'
]
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
LABELED_BEFORE = 9


def main() -> None:
    """Write docs/label-light.png and docs/label-dark.png."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        hosts.write_notebook(folder, "label.ipynb", CELLS)
        with hosts.serve("lab", folder) as host:
            browser = hosts.launch(playwright)
            for theme, setting in THEMES.items():
                plugin = "@jupyterlab/apputils-extension:themes"
                hosts.set_lab_setting(host, plugin, {"theme": setting})
                page = browser.new_page(
                    viewport={"width": 1280, "height": 800}, device_scale_factor=1.5
                )
                notebook = hosts.NotebookPage(page, host, "label.ipynb")
                notebook.run(0)
                notebook.focus_widget()
                notebook.press(*("12" * LABELED_BEFORE)[:LABELED_BEFORE])
                page.wait_for_timeout(1_000)
                notebook.widget.screenshot(path=ROOT / f"docs/label-{theme}.png")
                page.close()
            browser.close()


if __name__ == "__main__":
    main()
