"""What every host must pass in the same way."""

import hosts
from playwright.sync_api import expect


def label_undo_reload_and_resume(tab: hosts.WidgetPage, journal) -> None:
    """Label by every key, take two back, and go on where it was after each of two reloads."""
    tab.await_saved(0)
    tab.focus_widget()
    tab.press("1", "2", "ArrowLeft", "0", "9", "s", "u", "u")
    tab.await_saved(4)
    waiting = tab.shown_pair()
    choices = [label["preference"] for label in journal.labels()]
    assert choices[3:] == ["tie", "both_bad", "skip"]

    for labeled in (5, 6):
        tab.page.reload()
        tab.await_saved(labeled - 1)
        assert tab.shown_pair() == waiting
        tab.focus_widget()
        tab.press("1")
        tab.await_saved(labeled)
        waiting = tab.shown_pair()

    assert len(journal.events()) == 8 + 2
    full_window_and_back(tab)


def full_window_and_back(tab: hosts.WidgetPage) -> None:
    """Label over the whole browser window, and come back with the focus."""
    tab.focus_widget()
    before = tab.widget.bounding_box()
    window = tab.page.evaluate("[innerWidth, innerHeight]")
    status = tab.status.inner_text()
    tab.press("Shift+f")
    box = tab.widget.bounding_box() or {}
    assert [box["x"], box["y"], box["width"], box["height"]] == [0, 0, *window]
    assert tab.page.evaluate(
        "() => [[5, 5], [innerWidth - 5, innerHeight - 5]].every(([x, y]) => {"
        " let on = document.elementFromPoint(x, y);"
        " while (on?.shadowRoot?.elementFromPoint(x, y) && !on.matches('.tiebreak-widget'))"
        "   on = on.shadowRoot.elementFromPoint(x, y);"
        " return on.matches('.tiebreak-widget'); })"
    )
    tab.press("2")
    expect(tab.status).not_to_have_text(status)
    tab.press("u")
    tab.press("Escape")
    expect(tab.widget).to_be_focused()
    after = tab.widget.bounding_box() or {}
    assert (after["width"], after["height"]) == (before["width"], before["height"])
