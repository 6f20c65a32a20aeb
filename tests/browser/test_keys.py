"""No key means two things: random keys in a real JupyterLab, held against what was on screen."""

import itertools
import random

import hosts
import pytest
from playwright.sync_api import expect

STUDY = """import tiebreak as tb
rows = [
    dict(id=f"p{{i}}", prompt=f"Prompt {{i}}?", response_a=f"Good {{i}}.", response_b=f"Bad {{i}}.")
    for i in range({count})
]
session = tb.Session({name!r}, rows, annotator="rater-1", seed=7{settings})
session"""
CRITERIA = ["helpful", "honest"]
FORM = f", criteria={CRITERIA}, criteria_required=True, note_required=['both_bad'], flags=True"

# What stands on screen when a key comes, before the widget hears it, and the labels made by it.
WATCH = """() => {
    const parts = () => {
        const host = document.querySelector('.tiebreak-widget');
        const root = host?.shadowRoot;
        return [host, root, root?.querySelector('.pair:not(.prepared)')];
    };
    const isSeen = (element, host) => {
        const box = element.getBoundingClientRect();
        const hits = [0.1, 0.3, 0.5, 0.7, 0.9].map(share => {
            const [x, y] = [box.left + box.width / 2, box.top + box.height * share];
            return document.elementFromPoint(x, y) === host;
        });
        return hits.filter(Boolean).length >= 2;
    };
    const look = () => {
        const [host, root, pair] = parts();
        if (!pair) return null;
        const rows = [...root.querySelectorAll('.criterion')];
        const name = row => row.querySelector('.criterion-name').firstChild.data;
        const answers = row => [...row.querySelectorAll('[role=radio]')];
        const values = ['left', 'tie', 'right', 'both_bad'];
        return {
            pair: pair.dataset.pair,
            isSeen: isSeen(pair.querySelector('.responses'), host),
            active: rows.filter(row => row.matches('.active')).map(name)[0] ?? null,
            isWriting: root.activeElement?.localName === 'textarea',
            said: Object.fromEntries(rows.filter(row => isSeen(row, host)).map(row => [
                name(row),
                values[answers(row).findIndex(each => each.ariaChecked === 'true')] ?? null])),
        };
    };
    window.__look = look;
    window.__made = [];
    window.__shown = [];
    window.addEventListener('keydown', () => {
        window.__now = look();
        window.__shown.push(window.__now);
    }, {capture: true});
    const put = Storage.prototype.setItem;
    Storage.prototype.setItem = function (name, text) {
        try {
            const event = JSON.parse(text);
            if (event?.type === 'label') window.__made.push({event, screen: window.__now});
        } catch {}
        return put.call(this, name, text);
    };
}"""
TAKE = "() => [window.__made.splice(0), window.__shown.splice(0)]"
PLACE = "() => document.querySelector('.jp-WindowedPanel-outer').scrollTop"
SCROLL = (
    "top => document.querySelectorAll('.jp-WindowedPanel-outer')"
    ".forEach(panel => { panel.scrollTop = top; })"
)


@pytest.fixture
def open_study(lab, context, open_notebook, folder_name):
    """Open a session above many other cells in JupyterLab, watched, with the keys in the widget."""

    def open_with(settings="", count=40):
        context.add_init_script(f"({WATCH})()")
        below = "\n".join(f"# {line}" for line in range(30))
        cell = STUDY.format(name=folder_name, settings=settings, count=count)
        page = open_notebook(lab, cell, *[below] * 12)
        page.run(0)
        page.widget.wait_for()
        page.focus_widget()
        return page

    return open_with


@pytest.mark.parametrize(
    "mode", ["contentVisibility", pytest.param("full", marks=pytest.mark.long)]
)
def test_a_key_on_a_widget_out_of_view_brings_it_back_and_labels_nothing(
    lab, open_study, journal_in, mode
):
    hosts.set_lab_setting(lab, "@jupyterlab/notebook-extension:tracker", {"windowingMode": mode})
    try:
        page = open_study()
    finally:
        hosts.set_lab_setting(lab, "@jupyterlab/notebook-extension:tracker", {})
    # The wheel scrolls the notebook where an answer has no more to show.
    place = page.page.evaluate(PLACE)
    page.widget.locator(".pair:not(.prepared) .response").first.hover()
    page.page.mouse.wheel(0, 300)
    page.page.wait_for_function(f"before => ({PLACE})() !== before", arg=place)
    for key in ("1", "s", "u", "n"):
        page.page.evaluate(SCROLL, 5_000)
        page.page.wait_for_function("() => !window.__look().isSeen")
        page.await_frames()
        page.press(key)
        page.page.wait_for_function("() => window.__look().isSeen")
        expect(page.widget).to_be_focused()
        expect(page.status).to_have_text("Saved 0")
    expect(page.widget.locator("textarea")).to_have_count(0)
    page.press("1")
    page.await_saved(1)
    assert len(journal_in(lab).labels()) == 1


def check(made, shown):
    """Hold labels against what stood on screen when the key came that made them."""
    for each in made:
        event, screen = each["event"], each["screen"]
        assert event["pair"] == screen["pair"], each
        assert screen["isSeen"], each
        for name, verdict in event.get("criteria", {}).items():
            assert name in screen["said"], each
            assert name == screen["active"] or screen["said"][name] == verdict, each
    for before, after in itertools.pairwise(shown):
        if before and after and before["pair"] != after["pair"] and not after["isWriting"]:
            assert after["active"] == CRITERIA[0], (before, after)


def press_at_random(page, choose):
    """Press a dozen keys as somebody might, and begin anew at times."""
    for _ in range(12):
        kind = choose.random()
        if kind < 0.55:
            page.press(choose.choice("1029"))
        elif kind < 0.7:
            page.press("u")
        elif kind < 0.76:
            page.press(choose.choice(["ArrowDown", "ArrowUp"]))
        elif kind < 0.82:
            page.press("n", *"1s 2")
            page.press(choose.choice(["Escape", "Control+Enter"]))
        elif kind < 0.88:
            page.press("e", choose.choice("12"), *"x1", choose.choice(["Escape", "Control+Enter"]))
        elif kind < 0.92:
            page.press("s")
        elif kind < 0.96:
            page.press(choose.choice("ab"), "Shift+C")
        else:
            page.page.evaluate(SCROLL, choose.choice([400, 2_000, 5_000]))
        # A note that is asked for takes what is typed; only some leave it at once.
        if choose.random() < 0.3:
            page.press("Escape")
            page.widget.focus()


def open_anew(page, sequence):
    """Load the page anew, or restart the kernel, at times."""
    page.press("Escape")
    if sequence % 20 == 3:
        page.save()
        page.reload()
        page.page.evaluate(SCROLL, 0)  # what is out of view may not be drawn
    elif sequence % 50 == 30:
        page.kernel_api("restart")
        page.page.evaluate(SCROLL, 0)
    else:
        return
    page.run(0)
    page.widget.wait_for()
    expect(page.widget.locator(".pair:not(.prepared)")).to_be_visible()
    page.focus_widget()


def run_sequences(open_study, count):
    choose = random.Random(11)  # a failure can be repeated
    page = open_study(FORM, count=60)
    labels = keys = 0
    for sequence in range(count):
        open_anew(page, sequence)
        page.widget.focus()
        press_at_random(page, choose)
        made, shown = page.page.evaluate(TAKE)
        check(made, shown)
        labels += len(made)
        keys += len(shown)
    assert keys > 10 * count
    assert labels > count // 2


def test_random_keys_label_only_what_is_on_screen(open_study):
    run_sequences(open_study, 5)


@pytest.mark.long
def test_two_hundred_sequences_of_random_keys_label_only_what_is_on_screen(open_study):
    run_sequences(open_study, 200)
