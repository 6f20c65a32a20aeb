"""Takes screenshots in a real JupyterLab, so that they stay true.

python docs/screenshots.py          the README's two and the site's, into docs/
python docs/screenshots.py FOLDER   every kind of pair, light and dark, wide and narrow
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, expect, sync_playwright
from scenes import TEXTS

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/browser"))

import hosts  # noqa: E402

README_CELL = (
    "import tiebreak as tb\n\n"
    'session = tb.Session("pilot", tb.sample_pairs(), annotator="rater-1", seed=11)\nsession'
)
OPEN = """import itertools, sys; sys.path.insert(0, {docs!r})
import tiebreak as tb
from scenes import TEXTS
name = {name!r}
def opened(rows, **more):
    return tb.Session(name, rows, annotator="rater-1", order="given", seed=2, **more)
"""
PICTURES = """from PIL import Image, ImageDraw
def picture(sky, sun):
    image = Image.new("RGB", (900, 640), sky)
    draw = ImageDraw.Draw(image)
    draw.ellipse((560, 90, 720, 250), fill=sun)
    draw.polygon([(0, 640), (260, 260), (430, 470), (600, 330), (900, 640)], fill="#35506b")
    return image
pair = {"prompt": "Paint mountains in the evening.", "response_a": picture("#e8b88a", "#fff1d0"),
        "response_b": picture("#243049", "#f4e9c1")}
opened([pair])"""
SOUNDS = """import numpy as np
def sound(pitch, seconds):
    samples = np.sin(np.arange(8_000 * seconds) * pitch * 2 * np.pi / 8_000) / 3
    return {"array": samples, "sampling_rate": 8_000}
opened([{"prompt": "Say good evening, warmly.", "response_a": sound(220, 42),
         "response_b": sound(330, 37)}])"""
SOUNDS_IN_TEXT = (
    SOUNDS.rsplit("opened", 1)[0]
    + """
def said(role, words, audio):
    parts = [{"type": "text", "text": words}, {"type": "audio", "audio": audio}]
    return [{"role": role, "content": parts}]
opened([{"prompt": said("user", "What is this tone?", sound(440, 3)),
         "response_a": said("assistant", "It is an **A**, as in:", sound(440, 2)),
         "response_b": "I cannot hear it."}])"""
)
END = """session = opened(tb.sample_pairs())
choices = itertools.cycle(("a", "b", "tie", "a", "b", "both_bad"))
while pair := session.next(): session.label(pair.id, next(choices))
session"""
STUDY = """opened([TEXTS["two-answers"], TEXTS["table"], TEXTS["code"]], scale="graded",
    question="Which response explains it better, and keeps to what was asked?",
    criteria={"helpful": "Does it do what was asked?", "honest": "Is every claim true?"},
    reasons=["wrong fact", "ignores the question", "too long", "too short", "unclear", "rude"],
    flags=True, principles={"What a careful teacher says": "Patient.", "What a child gets": ""},
    guidelines="Read both to the end.", note_required=["both_bad"], pace=True)"""
RESUMED = """rows = [dict(pair, prompt=f"{n}: {pair['prompt']}") for n in range(8)
        for pair in (TEXTS["table"], TEXTS["code"], TEXTS["two-answers"])]
opened(rows[:4]).close()
opened(rows)"""
PAUSE = """session = opened([TEXTS["table"], TEXTS["code"]])
display(session)
session.widget.notice("Time for a pause; all is saved. This sitting: 31 labels, 45 minutes of"
                      " reading, 4 tied, 2 skipped.")"""
SCENES = {
    **{name: f"opened([TEXTS[{name!r}]])" for name in TEXTS},
    "form": (
        'opened([TEXTS["table"]], scale="graded", criteria=["helpful", "honest"],'
        ' reasons=["too long", "wrong fact"], guidelines="Read both to the end.")'
    ),
    "images": PICTURES,
    "audio": SOUNDS,
    "audio-in-text": SOUNDS_IN_TEXT,
    "end": END,
    **dict.fromkeys(("study", "ticks", "note"), STUDY),
    "resumed": RESUMED,
    "pause": PAUSE,
    "sitting": 'opened([TEXTS["table"], TEXTS["code"], TEXTS["math"]])',
    "full-window": STUDY,  # the last, since it lies over all others
}
KEYS = {
    "differences": ["d"],
    "two-answers": ["d"],
    "audio": [","],
    "ticks": ["a", "Shift+b"],
    "note": ["1", "3", "n", *"The date is wrong."],
    "full-window": ["Shift+f"],
    "sitting": ["1", "0", "s", "s"],
}
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
WIDTHS = (1280, 800)
LABELED_BEFORE = 9
# What the site shows.
PLAYED = ("1", "2", "d", "d", "0", "u", "9")  # in the moving picture, a frame each
FRAME = 1_500  # milliseconds
ON_THE_SITE = ("two-answers", "study", "images", "audio")
SITE_WIDTH = 1280


def take_readme(folder: Path) -> None:
    """Write label-light.png and label-dark.png."""
    with _lab([README_CELL]) as (host, browser):
        for theme in THEMES:
            with _page(host, browser, theme) as notebook:
                notebook.run(0)
                notebook.focus_widget()
                notebook.press(*("12" * LABELED_BEFORE)[:LABELED_BEFORE])
                notebook.await_saved(LABELED_BEFORE)
                _await_drawn(notebook, notebook.widget)
                notebook.widget.screenshot(path=folder / f"label-{theme}.png")
            shutil.rmtree(host.folder / "pilot")


def take_site(folder: Path) -> None:
    """Write SCENE-THEME.png for each scene of the site, in few colours, since it is mostly text."""
    with tempfile.TemporaryDirectory() as name:
        take_scenes(Path(name), ON_THE_SITE, [SITE_WIDTH])
        for path in Path(name).iterdir():
            target = folder / path.name.replace(f"-{SITE_WIDTH}", "")
            Image.open(path).convert("RGB").quantize(128).save(target, optimize=True)


def take_moving(folder: Path) -> None:
    """Write labeling.webp: what some keys do, one after the other."""
    frames = []
    with _lab([README_CELL]) as (host, browser), _page(host, browser, "light") as notebook:
        notebook.run(0)
        notebook.focus_widget()
        for key in ("", *PLAYED):
            notebook.press(*filter(None, [key]))
            _await_drawn(notebook, notebook.widget)
            frame = Image.open(io.BytesIO(notebook.widget.screenshot())).convert("RGB")
            frames.append(frame.resize((960, round(frame.height * 960 / frame.width))))
    first, *others = frames
    target = folder / "labeling.webp"
    first.save(target, save_all=True, append_images=others, duration=FRAME, loop=0, quality=70)


def take_scenes(folder: Path, names: Collection[str], widths: Sequence[int]) -> None:
    """Write SCENE-THEME-WIDTH.png for each."""
    folder.mkdir(parents=True, exist_ok=True)
    docs = str(ROOT / "docs")
    cells = [OPEN.format(docs=docs, name=name) + SCENES[name] for name in names]
    with _lab(cells) as (host, browser):
        for theme in THEMES:
            with _page(host, browser, theme) as notebook:
                for number, name in enumerate(names):
                    notebook.run(number)
                    shown = notebook.cells.nth(number).locator(".tiebreak-widget")
                    shown.locator(".question").click()
                    notebook.press(*KEYS.get(name, ()))
                    for width in widths:
                        notebook.page.set_viewport_size({"width": width, "height": 800})
                        shown.scroll_into_view_if_needed()
                        _await_drawn(notebook, shown)
                        shown.screenshot(path=folder / f"{name}-{theme}-{width}.png")
            for name in names:
                shutil.rmtree(host.folder / name)


def _await_drawn(notebook: hosts.NotebookPage, widget: Locator) -> None:
    """Wait until what was asked for is drawn: labels saved, images there, differences marked."""
    expect(widget.locator(".save-state.saving")).to_have_count(0)
    if widget.locator('.toggle-differences[aria-pressed="true"]').count():
        expect(widget.locator(".pair:not(.prepared) mark").first).to_be_visible()
    for image in widget.locator(".pair:not(.prepared) img").all():
        expect(image).to_have_js_property("complete", value=True)
    notebook.await_frames()


@contextmanager
def _lab(cells: list[str]) -> Iterator[tuple[hosts.Host, Browser]]:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        hosts.write_notebook(Path(name), "label.ipynb", cells)
        with hosts.serve("lab", Path(name)) as host:
            browser = hosts.launch(playwright)
            yield host, browser
            browser.close()


@contextmanager
def _page(host: hosts.Host, browser: Browser, theme: str) -> Iterator[hosts.NotebookPage]:
    plugin = "@jupyterlab/apputils-extension:themes"
    hosts.set_lab_setting(host, plugin, {"theme": THEMES[theme]})
    page = browser.new_page(viewport={"width": 1280, "height": 800}, device_scale_factor=1.5)
    notebook = hosts.NotebookPage(page, host, "label.ipynb")
    yield notebook
    notebook.shut_kernel_down()
    page.close()


if __name__ == "__main__":
    if sys.argv[1:]:
        take_scenes(Path(sys.argv[1]), SCENES, WIDTHS)
    else:
        take_readme(ROOT / "docs")
        take_site(ROOT / "docs/shots")
        take_moving(ROOT / "docs/shots")
