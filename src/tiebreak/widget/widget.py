"""Messages <-> live labels; nothing else.

The browser learns pairs as left and right, never which is a, nor which of them are there to
measure the annotator, and holds the texts of a deck of pairs to come. No message to it, a refusal
included, holds the id of a pair, or an id or name that could be computed from a pair's content or
the seed. Texts and labels travel as custom messages, because synced traits are dropped while the
kernel is busy and end up in the saved notebook.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import msgspec
import traitlets

from tiebreak.errors import LabelError, SessionError, TiebreakError
from tiebreak.labeling.contests import Contests
from tiebreak.labeling.labels import Labels
from tiebreak.labeling.showing import Slot
from tiebreak.records.label import (
    TO_PAIR,
    Event,
    Label,
    Undo,
    is_imported_id,
    slot_of,
    turned,
    without_empty,
)
from tiebreak.records.settings import Images, Settings
from tiebreak.store.base import Store
from tiebreak.widget import messages, summary
from tiebreak.widget.deck import Deck
from tiebreak.widget.form import form_of
from tiebreak.widget.listing import list_labels
from tiebreak.widget.parts import Stopping
from tiebreak.widget.screen import REMARKS, Screen
from tiebreak.widget.votes import Votes

STATIC = Path(__file__).parent.parent / "static"

_HISTORY = 100
_HISTORY_TEXTS = 3


class PreferenceWidget(anywidget.AnyWidget):
    """The widget of a session; ``session.widget`` makes it.

    Args:
        labels: the annotator's live labels.
        settings: what is asked and how.
        store: what the session is kept in.
        images: whether images that responses link to may be requested.
        keys: the keys of the actions that have others than the usual ones.
        told: what was said when the session was opened.
        opening: the call that opens it anywhere.
        votes: what others said, where that is shown beside the pairs.

    """

    _esm = STATIC / "widget.js"

    # All that is ever synced, and so all that a saved notebook can hold.
    summary = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        labels: Labels,
        settings: Settings,
        store: Store,
        *,
        images: Images,
        keys: Mapping[str, list[str]],
        told: str,
        opening: str,
        votes: Votes | None,
    ) -> None:
        self._labels = labels
        self._settings = settings
        self._store = store
        self._images = images
        self._keys = keys
        self._told = told
        self._opening = opening
        self._next_step = "" if votes is None else votes.next_step
        self._deck = Deck(labels, votes)
        self._screen = Screen(labels, votes, reveal_models=settings.reveal_models)
        self._votes = votes
        self._contests = self._count_contests(settings)
        self._saved_summary = summary.SavedSummary(self._facts, self._sync)
        super().__init__(summary=self._facts())
        self.on_msg(lambda _, content, __: self.receive(content))
        labels.listen(self._tell)
        self._send_state()

    @property
    def is_open(self) -> bool:
        """Whether a screen can still show it."""
        # marimo closes the comm of a cell that is run again, and leaves it in its place.
        return self.comm is not None and not getattr(self.comm, "_closed", False)

    def receive(self, content: Any) -> None:
        """Take a message from the browser; what is wrong with it is answered, never raised."""
        event_id = content.get("id") if isinstance(content, dict) else None
        try:
            self._handle(messages.read_message(content))
        except msgspec.ValidationError as error:
            self._refuse(event_id, f"The message was not understood: {error}.", keep=False)
        except LabelError as error:
            self._refuse(event_id, str(error), keep=False)
        except TiebreakError as error:
            self._refuse(event_id, str(error), keep=True)
        except Exception as error:
            # Jupyter would drop it unseen, its choice waiting for ever; its text may name a pair.
            said = f"{type(error).__name__}; the kernel's log says more"
            self._refuse(event_id, said, keep=True)
            raise

    def show_anew(self) -> None:
        """Send every screen what is to come, after that was changed from Python."""
        self._send_state()

    def change_settings(self, settings: Settings) -> None:
        """Ask by other settings from now on, on every screen that shows this widget."""
        self._settings = settings
        self._screen.reveal_models = settings.reveal_models
        self._contests = self._count_contests(settings)
        self._send_state()

    def display_with_summary(self) -> None:
        """Show the widget in a cell's output, behind what shows where no kernel runs."""
        from IPython.display import display  # noqa: PLC0415 - slow, and only needed on display

        self._saved_summary.show()
        data, metadata = super()._repr_mimebundle_() or ({}, {})
        data.pop("text/plain", None)
        display(data, metadata=metadata, raw=True)

    def notice(self, text: str) -> None:
        """Show a line on every screen until it is dismissed."""
        self._say(messages.NoticeMessage(text=text))

    def close(self) -> None:
        """Take the widget off every screen; the session stays open."""
        self._labels.unlisten(self._tell)
        super().close()

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        facts = self._facts()
        return {
            **data,
            "text/plain": summary.as_text(facts),
            "text/html": summary.as_html(facts),
        }, metadata

    def _facts(self) -> dict[str, Any]:
        return summary.summarize(self._store, self._opening, self._labels.standing())

    def _sync(self, facts: dict[str, Any]) -> None:
        if self.is_open:
            self.summary = facts

    def _handle(self, message: messages.ToKernel) -> None:
        match message:
            case messages.LabelEvent():
                self._record(self._to_label(message))
            case Undo():
                undone = self._labels.event_named(message.event)
                self._record(Undo(message.id, undone, message.at))
            case _:
                self._answer(message)

    def _answer(self, question: messages.Question) -> None:
        match question:
            case messages.Hello():
                self._send_state()
            case messages.Revisit():
                self._labels.revisit_skipped()
                self._send_state()
            case messages.Fetch():
                self._send_pairs(question.have)
            case messages.Back():
                before = self._labels.event_named(question.before)
                labels = self._labels.trail(_HISTORY, before)
                self._say(messages.HistoryMessage(history=list(map(self._screen.past, labels))))
            case messages.Ping():
                self._say(messages.PongMessage(n=question.n))
            case messages.ModuleRequest():
                source = (STATIC / f"{question.name}.js").read_text(encoding="utf-8")
                self._say(messages.ModuleMessage(name=question.name, source=source))
            case messages.MediaRequest():
                self._send_media(question.name)
            case messages.ListRequest():
                self._send_listing(question)
            case messages.ShowRequest():
                self._send_shown(question.pair)

    def _say(self, message: messages.FromKernel, buffers: list[bytes] | None = None) -> None:
        self.send(msgspec.to_builtins(message), buffers=buffers)

    def _record(self, event: Event) -> None:
        if is_imported_id(event.id):  # the answer would tell whether there is such a label
            msg = "an event made on screen has no such id."
            raise LabelError(msg)
        if not self._labels.record(event):
            # It came before, and its ack may have been lost.
            self._say(messages.AckMessage(id=event.id, standing=self._labels.standing()))

    def _to_label(self, chosen: messages.LabelEvent) -> Label:
        slot = self._slot_chosen(chosen)
        by, chance = self._labels.drawn(slot.id)
        said = {name: getattr(chosen, name) for name in REMARKS}
        said |= {"preference": chosen.choice, "strength": chosen.strength}
        return Label(
            id=chosen.id,
            pair=slot.pair.id,
            at=chosen.at,
            shown_left=slot.left,
            seconds=chosen.seconds,
            guideline=chosen.guideline,
            again=slot.again,
            shown_by=by,
            shown_chance=chance,
            **without_empty(turned(said, TO_PAIR[slot.left])),
        )

    def _slot_chosen(self, chosen: messages.LabelEvent) -> Slot:
        showing = self._labels.showing
        slot = showing.named(chosen.pair)
        if slot is not None and chosen.shuffle not in (None, showing.shuffle):
            msg = "The session's seed or order was changed since; please choose again."
            raise LabelError(msg)
        slot = slot or showing.named_by_old(chosen.pair, chosen.shuffle)
        if slot is None:
            raise _no_such_pair(chosen.pair)
        return showing.slot(slot)

    def _tell(self, event: Event, about: Label) -> None:
        """Acknowledge an event, whoever made it, to every screen that shows this session."""
        if not self.is_open:
            self.close()
            return
        label = undone = pair = None
        if isinstance(event, Undo):
            undone = self._screen.event_name(about)
            slot = slot_of(about)
            stands = self._labels.label_of(slot)
            if slot in self._labels.showing and (
                stands is None or stands.preference == "skip" or self._labels.queued(slot)
            ):
                pair = self._screen.pair(slot, draft=about)
        else:
            label = self._screen.past(event)
        if self._contests is not None:
            self._contests.look_at(about.pair)
        said = messages.AckMessage(
            id=event.id,
            standing=self._labels.standing(),
            label=label,
            undone=undone,
            pair=pair,
            stopping=self._stopping(),
        )
        self._say(said)
        self._saved_summary.refresh()

    def _refuse(self, event_id: Any, reason: str, *, keep: bool) -> None:
        name = event_id if isinstance(event_id, str) else None
        self._say(messages.RefusedMessage(id=name, reason=reason, keep=keep))

    def _send_state(self) -> None:
        trail = self._labels.trail(_HISTORY)
        asked = self._settings
        facts = self._facts()
        self._say(
            messages.StateMessage(
                name=facts["name"],
                open=facts["open"],
                outbox=self._labels.showing.outbox,
                question=asked.question,
                scale=asked.scale,
                form=form_of(asked),
                guidelines=asked.guidelines,
                keys=dict(self._keys),
                pace=asked.pace,
                too_fast=asked.too_fast,
                reveal_models=self._screen.reveals_models,
                images=self._images,
                shuffle=self._labels.showing.shuffle,
                guideline=asked.guideline,
                read_only=self._labels.read_only,
                told=self._told,
                next_step=self._next_step,
                stopping=self._stopping(),
                standing=self._labels.standing(),
                deck=[self._screen.pair(slot) for slot in self._deck.first()],
                history=[self._screen.past(label) for label in trail],
                recent=[
                    self._screen.pair(slot)
                    for slot in map(slot_of, trail[:_HISTORY_TEXTS])
                    if slot in self._labels.showing
                ],
            )
        )

    def _count_contests(self, settings: Settings) -> Contests | None:
        # Whoever decides only where people part compares no models.
        wanted = settings.stopping and self._votes is None
        return Contests(self._labels) if wanted else None

    def _stopping(self) -> Stopping | None:
        found = self._contests
        return None if found is None else Stopping(contests=found.count, settled=found.settled)

    def _send_pairs(self, have: list[str]) -> None:
        held = set(filter(None, map(self._labels.showing.named, have)))
        for slots, more in self._deck.refill(held, len(have)):
            pairs = [self._screen.pair(slot) for slot in slots]
            self._say(messages.PairsMessage(pairs=pairs, more=more))

    def _send_listing(self, asked: messages.ListRequest) -> None:
        labels = self._labels
        before = None if asked.before is None else labels.event_named(asked.before)
        found, more = list_labels(labels, asked.filter, before)
        items = list(map(self._screen.listed, found))
        self._say(messages.ListingMessage(filter=asked.filter, items=items, more=more))

    def _send_shown(self, name: str) -> None:
        slot = self._labels.showing.named(name)
        if slot is None:
            raise _no_such_pair(name)
        self._say(messages.ShownMessage(pair=self._screen.pair(slot)))

    def _send_media(self, name: str) -> None:
        try:
            data = self._read_media(name)
        except SessionError as error:
            self._say(messages.MediaMessage(name=name, reason=str(error)))
        else:
            self._say(messages.MediaMessage(name=name), [data])

    def _read_media(self, name: str) -> bytes:
        if not self._deck.has_media(name):
            msg = f"No pair of this session has a file {name!r}."
            raise SessionError(msg)
        return self._store.media(name)


def _no_such_pair(name: str) -> LabelError:
    return LabelError(f"There is no pair with the id {name!r} in this session.")
