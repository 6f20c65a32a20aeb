"""What goes wrong under a labeler's hands: busy, interrupted and full, and what is saved then."""

import contextlib
import json
import signal

import hosts
import pytest
from playwright.sync_api import expect
from test_labeling import MOSTLY_LAB, numbered, opening

SECRET = "a sentence that only the pairs hold"  # noqa: S105
BUSY = """import pathlib, time
while not pathlib.Path("{name}.free").exists():
    time.sleep(0.02)"""


@pytest.fixture
def busy(folder_name):
    """A cell that keeps the kernel busy until it is freed."""
    return BUSY.format(name=folder_name)


@pytest.fixture
def free_kernel(folder_name):
    return lambda host: (host.folder / f"{folder_name}.free").touch()


def save_summed_up(page, summary):
    """Save until the summary in the cell's output, which follows the labels, is this one."""
    for _ in range(hosts.TRIES):
        page.page.keyboard.press("Control+s")
        page.page.wait_for_timeout(100)
        # The server writes in place: there are moments when the file is empty.
        with contextlib.suppress(json.JSONDecodeError):
            saved = json.loads(page.path.read_text())
            if summary in json.dumps(saved["cells"]):
                return saved
    msg = f"The summary did not come to say {summary!r}."
    raise AssertionError(msg)


def test_twenty_keys_a_second_all_arrive_in_order_while_the_kernel_is_busy(
    lab, open_in_lab, folder_name, journal_in, busy, free_kernel
):
    page = open_in_lab(opening(folder_name, numbered(150)), busy)
    page.run(0)
    page.focus_widget()
    page.run(1, until_done=False)
    page.focus_widget()
    pressed = []
    for key in "12" * 40:
        pressed.append((page.shown_pair(), key))
        page.press(key)
    free_kernel(lab)

    page.await_saved(80)

    journal = journal_in(lab)
    labels = journal.labels()
    sides = ["1" if e["preference"] == e["shown_left"] else "2" for e in labels]
    shown = map(journal.name_of, labels)
    assert [*zip(shown, sides, strict=True)] == pressed


def test_interrupting_the_kernel_loses_no_choice(lab, open_in_lab, folder_name, journal_in, busy):
    page = open_in_lab(opening(folder_name), busy)
    page.run(0)
    page.run(1, until_done=False)
    page.focus_widget()
    page.press("1", "2", "0", "9", "1")
    page.kernel_api("interrupt")

    page.await_saved(5)
    assert len(journal_in(lab).labels()) == 5


def test_a_full_disk_is_said_and_the_choice_is_saved_when_there_is_room(
    lab, open_in_lab, folder_name, journal_in
):
    limit = (
        "import os, resource\n"
        f"size = os.path.getsize('{folder_name}/journals/rater-1.jsonl')\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40, resource.RLIM_INFINITY))"
    )
    free = "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)"
    page = open_in_lab(opening(folder_name), limit, free)
    page.run(0)
    page.focus_widget()
    page.press("1")
    page.await_saved(1)
    before = journal_in(lab).path.read_bytes()
    page.run(1)
    page.focus_widget()
    page.press("2")
    expect(page.status).to_contain_text("1 not saved")
    expect(page.status).to_contain_text("did not take the label")
    assert journal_in(lab).path.read_bytes() == before

    page.run(2)
    page.widget.get_by_role("button", name="Try again").click()

    page.await_saved(2)
    assert len(journal_in(lab).labels()) == 2


def test_a_reload_with_unsaved_choices_saves_them_when_the_kernel_is_free(
    lab, open_in_lab, folder_name, journal_in
):
    page = open_in_lab(opening(folder_name))
    page.run(0)
    page.save()
    page.signal_kernel(signal.SIGSTOP)  # where a cell only sleeps, a subshell may still listen
    try:
        page.focus_widget()
        page.press("1", "2", "1")
        expect(page.status).to_contain_text("Saving 3")
        page.load()
    finally:
        page.signal_kernel(signal.SIGCONT)
    page.await_ready()

    page.await_saved(3)
    assert len(journal_in(lab).labels()) == 3


@MOSTLY_LAB
def test_the_saved_notebook_holds_no_pair_and_no_label(host, open_notebook, folder_name):
    hosts.set_lab_setting(host, "@jupyter-widgets/jupyterlab-manager:plugin", {"saveState": True})
    pairs = numbered(5).replace("prompt {i}", SECRET)
    page = open_notebook(host, opening(folder_name, pairs).replace(SECRET, '" "'.join(SECRET)))
    try:
        page.run(0)
        page.focus_widget()
        page.press("1", "2", "9")
        page.await_saved(3)
        saved = save_summed_up(page, "3 of 5 pairs labeled")
    finally:
        hosts.set_lab_setting(
            host, "@jupyter-widgets/jupyterlab-manager:plugin", {"saveState": False}
        )

    text = json.dumps(saved)
    state = saved["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    ours = next(each["state"] for each in state.values() if "summary" in each["state"])
    assert set(ours) - {"_anywidget_id", "_esm", "summary", "layout"} == {
        *("_model_module", "_model_module_version", "_model_name"),
        *("_view_module", "_view_module_version", "_view_name"),
        *("_dom_classes", "tabbable", "tooltip"),
    } & set(ours)
    assert SECRET not in text
    assert "shown_left" not in json.dumps(saved["cells"])

    # Reopened where no kernel runs, the state is found, and the widget sums up by itself.
    page.shut_kernel_down()
    page.reload()
    expect(
        page.page.get_by_text("3 of 5 pairs labeled").locator("visible=true").first
    ).to_be_visible()
    expect(page.page.get_by_text("model not found").locator("visible=true")).to_have_count(0)


@MOSTLY_LAB
def test_a_reopened_notebook_sums_up_instead_of_showing_an_error(host, open_on, folder_name):
    page = open_on(host, opening(folder_name))
    page.run(0)
    page.focus_widget()
    page.press("1", "2")
    page.await_saved(2)
    save_summed_up(page, "2 of 48 pairs labeled")
    page.shut_kernel_down()
    page.page = page.page.context.new_page()
    page.page.clock.install()
    page.reload()

    summary = page.page.get_by_text("2 of 48 pairs labeled").locator("visible=true")
    expect(summary).to_have_count(1)
    expect(
        page.page.get_by_text(f"tb.Session('{folder_name}', annotator='rater-1')").locator(
            "visible=true"
        )
    ).to_be_visible()
    page.page.clock.run_for(10_000)  # Lab looks for the model for two seconds of its clock
    expect(page.page.get_by_text("model not found").locator("visible=true")).to_have_count(0)
    page.page.close()


def test_a_session_closed_under_the_widget_says_so_and_keeps_the_choice(open_in_lab, folder_name):
    page = open_in_lab(opening(folder_name), "session.close()")
    page.run(0)
    page.run(1)
    page.focus_widget()
    page.press("1")
    expect(page.status).to_contain_text("This session was closed")

    page.run(0)

    page.await_saved(1)
