"""What a saved notebook shows of a session where no kernel runs: name, counts, how to go on.

It holds no text of a pair and no label.
"""

import html
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from tiebreak.labeling.labels import Standing
from tiebreak.store.base import Store
from tiebreak.wording import count, visible

# A reopened notebook knows no widget model, and JupyterLab would say so below the summary; and
# beside a living widget the summary has nothing to say. Both are outputs of the same cell, one
# after the other.
_STYLE = """<style>
.jp-OutputArea-child:has(.tiebreak-summary):has(+ .jp-OutputArea-child .tiebreak-widget),
.jp-OutputArea-child:has(.tiebreak-summary)
  + .jp-OutputArea-child:has(> .jupyter-widgets):not(:has(.tiebreak-widget)) {
  display: none;
}
</style>"""

_SECONDS_BETWEEN_UPDATES = 2.0


def summarize(store: Store, opening: str, standing: Standing) -> dict[str, Any]:
    """Give the facts of a summary, as plain data; ``opening`` is the call that opens it."""
    return {
        "name": store.name,
        "open": opening,
        "total": standing.total,
        "labeled": standing.labeled,
        "skipped": standing.skipped,
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    }


def as_text(facts: dict[str, Any]) -> str:
    """Write a summary as a line of text."""
    skipped = _skipped(facts["skipped"])
    return (
        f"tiebreak session {facts['name']!r}: {facts['labeled']} of {facts['total']} pairs "
        f"labeled{skipped} ({facts['at']}). To go on, run this cell, or: {facts['open']}"
    )


def of_everyone(store: Store, progress: pd.DataFrame, total: int) -> str:
    """Write in a line how far everybody is, of the pairs whose answer is not known."""
    people = [
        f"{name!r} labeled {row['labeled']} of them{_skipped(row['skip'])}"
        for name, row in progress.iterrows()
    ]
    return (
        f"tiebreak session {store.name!r}, read only: {count(total, 'pair')}; "
        f"{', '.join(people) or 'nobody labeled any yet'}. To label, open it without "
        f"read_only=True: {store.opening()}"
    )


def as_html(facts: dict[str, Any]) -> str:
    """Write a summary as a paragraph of HTML without a script or a style sheet."""
    name, opening = html.escape(visible(facts["name"])), html.escape(facts["open"])
    skipped = _skipped(facts["skipped"])
    return (
        '<div class="tiebreak-summary"><p><strong>tiebreak session “'
        f"{name}”</strong>: {facts['labeled']} of {facts['total']} pairs labeled{skipped} "
        f"({facts['at']}).<br>To go on, run this cell, or open the session anywhere: "
        f"<code>{opening}</code></p></div>"
    )


def _skipped(skips: int) -> str:
    return f", {skips} skipped" if skips else ""


class SavedSummary:
    """The summary of a widget, kept true in the notebook while labels are made.

    Args:
        facts: gives the facts of this moment.
        sync: takes them into the widget's synced state.

    """

    def __init__(
        self, facts: Callable[[], dict[str, Any]], sync: Callable[[dict[str, Any]], None]
    ) -> None:
        self._facts = facts
        self._sync = sync
        self._handle: Any = None
        self._waiting = False
        self._updated = 0.0

    def show(self) -> None:
        """Put the summary into the output of the running cell."""
        from IPython.display import display  # noqa: PLC0415 - slow, and only needed on display

        self._handle = display(_bundle(self._facts()), raw=True, display_id=True)

    def refresh(self) -> None:
        """Bring the summary up to date, now or within two seconds."""
        if self._waiting:
            return
        import asyncio  # noqa: PLC0415 - slow, where nothing else has imported it yet

        wait = self._updated + _SECONDS_BETWEEN_UPDATES - time.monotonic()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no loop to come back by: the next label after the wait will
            if wait <= 0:
                self._update()
            return
        self._waiting = True
        loop.call_later(max(wait, 0.0), self._update)

    def _update(self) -> None:
        self._waiting = False
        self._updated = time.monotonic()
        facts = self._facts()
        self._sync(facts)
        if self._handle is not None:
            self._handle.update(_bundle(facts), raw=True)


def _bundle(facts: dict[str, Any]) -> dict[str, str]:
    return {"text/plain": as_text(facts), "text/html": as_html(facts) + _STYLE}
