"""What every host must pass in the same way."""

import hosts


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
