"""Messages <-> live labels; nothing else.

The browser learns pairs as left and right, never which is a, nor which of them are there to
measure the annotator, and holds the texts of a deck of pairs to come. Texts and labels travel as
custom messages, because synced traits are dropped while the kernel is busy and end up in the saved
notebook.

From the kernel: ``state`` (all a front end needs to begin), ``pairs`` (more of the deck),
``ack`` (an event is on disk), ``history``, ``listing`` (labels that pass a filter), ``shown`` (one
labeled pair), ``pong``, ``image`` (with its bytes as a buffer, or the
reason why there are none) and ``refused`` (with the reason, and whether the browser should keep the
event and try again). What the browser sends is in ``events.py``.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import anywidget
import msgspec
import traitlets

from tiebreak.errors import LabelError, SessionError, TiebreakError
from tiebreak.labeling.labels import Labels
from tiebreak.records.label import (
    Back,
    Chosen,
    Event,
    Fetch,
    Hello,
    Image,
    Label,
    Listing,
    Message,
    Module,
    Ping,
    Revisit,
    Show,
    Undo,
    read_message,
    slot_of,
)
from tiebreak.records.pair import Text
from tiebreak.records.settings import Images, Settings
from tiebreak.store.base import Store
from tiebreak.store.media import names_in
from tiebreak.widget import summary
from tiebreak.widget.listing import list_labels, opening_of

STATIC = Path(__file__).parent.parent / "static"

# The deck is as large as a browser holds without notice, and enough for some minutes of the
# fastest labeling while the kernel is busy.
DECK_WEIGHT = 4_000_000
DECK_PAIRS = 500
_FIRST_MESSAGE_WEIGHT = 100_000
_MESSAGE_WEIGHT = 1_000_000
_HISTORY = 100
_HISTORY_TEXTS = 3


class PreferenceWidget(anywidget.AnyWidget):
    """The widget of a session; made by ``session.widget``, not by hand.

    Args:
        labels: the annotator's live labels.
        settings: what is asked and how.
        store: what the session is kept in.
        annotator: who labels, for the summary.
        outbox: names this session and annotator in the browser's storage.
        images: whether images that responses link to may be requested.
        keys: the keys of the actions that have others than the usual ones.

    """

    _esm = STATIC / "widget.js"

    # All that is ever synced, and so all that a saved notebook can hold.
    summary = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        labels: Labels,
        settings: Settings,
        store: Store,
        annotator: str,
        *,
        outbox: str,
        images: Images,
        keys: Mapping[str, list[str]],
    ) -> None:
        self._labels = labels
        self._pairs = labels.pairs
        self._settings = settings
        self._store = store
        self._annotator = annotator
        self._outbox = outbox
        self._images = images
        self._keys = keys
        self._image_names: set[str] = set()
        self._searched = 0
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
            self._handle(read_message(content))
        except msgspec.ValidationError as error:
            self._refuse(event_id, f"The message was not understood: {error}.", keep=False)
        except LabelError as error:
            self._refuse(event_id, str(error), keep=False)
        except TiebreakError as error:
            self._refuse(event_id, str(error), keep=True)
        except Exception as error:
            # Jupyter would drop it unseen, and the choice would wait for its ack for ever.
            self._refuse(event_id, f"{type(error).__name__}: {error}", keep=True)
            raise

    def change_settings(self, settings: Settings) -> None:
        """Ask by other settings from now on, on every screen that shows this widget."""
        self._settings = settings
        self._send_state()

    def display_with_summary(self) -> None:
        """Show the widget in a cell's output, behind what shows where no kernel runs."""
        from IPython.display import display  # noqa: PLC0415 - slow, and only needed on display

        self._saved_summary.show()
        data, metadata = super()._repr_mimebundle_() or ({}, {})
        data.pop("text/plain", None)
        display(data, metadata=metadata, raw=True)

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
        return summary.summarize(self._store, self._annotator, self._labels.standing())

    def _sync(self, facts: dict[str, Any]) -> None:
        if self.is_open:
            self.summary = facts

    def _handle(self, message: Message) -> None:
        match message:
            case Chosen():
                self._record(self._to_label(message))
            case Undo():
                self._record(message)
            case Revisit():
                self._labels.revisit_skipped()
                self._send_state()
            case _:
                self._answer(message)

    def _answer(
        self, question: Hello | Fetch | Back | Ping | Module | Image | Listing | Show
    ) -> None:
        match question:
            case Hello():
                self._send_state()
            case Fetch():
                self._send_pairs(question.have)
            case Back():
                labels = self._labels.trail(_HISTORY, question.before)
                self.send({"type": "history", "history": [self._past(label) for label in labels]})
            case Ping():
                self.send({"type": "pong", "n": question.n})
            case Module():
                source = (STATIC / f"{question.name}.js").read_text(encoding="utf-8")
                self.send({"type": "module", "name": question.name, "source": source})
            case Image():
                self._send_image(question.name)
            case Listing():
                self._send_listing(question)
            case Show():
                self._send_shown(question.pair)

    def _record(self, event: Event) -> None:
        if not self._labels.record(event):
            # It came before, and its ack may have been lost.
            self.send({"type": "ack", "id": event.id, "standing": self._standing()})

    def _to_label(self, chosen: Chosen) -> Label:
        slot = self._labels.slot_named(chosen.pair)
        if slot not in self._labels:
            msg = f"There is no pair with the id {chosen.pair!r} in this session."
            raise LabelError(msg)
        if chosen.shuffle is not None and chosen.shuffle != self._labels.shuffle:
            msg = "The session's seed or order was changed since; please choose again."
            raise LabelError(msg)
        left = self._labels.shown_left(slot)
        sides = _TO_PAIR[left]
        return Label(
            id=chosen.id,
            pair=self._labels.pair(slot).id,
            preference=sides.get(chosen.choice, chosen.choice),  # type: ignore[arg-type]
            at=chosen.at,
            strength=chosen.strength,
            criteria=_turn_values(chosen.criteria, sides),  # type: ignore[arg-type]
            reasons=_turn_names(chosen.reasons, sides),  # type: ignore[arg-type]
            principles=chosen.principles or None,
            flags=_turn_names(chosen.flags, sides),  # type: ignore[arg-type]
            note=chosen.note or None,
            edit=chosen.edit or None,
            shown_left=left,
            seconds=chosen.seconds,
            again=self._labels.is_second(slot),
        )

    def _tell(self, event: Event, about: Label) -> None:
        """Acknowledge an event, whoever made it, to every screen that shows this session."""
        if not self.is_open:
            self.close()
            return
        ack = {"type": "ack", "id": event.id, "standing": self._standing()}
        if isinstance(event, Undo):
            ack |= {"undone": event.event}
            slot = slot_of(about)
            stands = self._labels.label_of(slot)
            if slot in self._labels and (stands is None or stands.preference == "skip"):
                ack["pair"] = self._shown(slot) | {"draft": self._by_side(about)}
        else:
            ack |= {"label": self._past(event)}
        self.send(ack)
        self._saved_summary.refresh()

    def _refuse(self, event_id: Any, reason: str, *, keep: bool) -> None:
        name = event_id if isinstance(event_id, str) else None
        self.send({"type": "refused", "id": name, "reason": reason, "keep": keep})

    def _send_state(self) -> None:
        upcoming = islice(self._labels.upcoming(), DECK_PAIRS)
        first = list(self._within(upcoming, _FIRST_MESSAGE_WEIGHT))
        trail = self._labels.trail(_HISTORY)
        self.send(
            {
                "type": "state",
                "name": self._store.name,
                "open": self._facts()["open"],
                "outbox": self._outbox,
                "question": self._settings.question,
                "scale": self._settings.scale,
                "form": self._settings.form,
                "guidelines": self._settings.guidelines,
                "keys": dict(self._keys),
                "pace": self._settings.pace,
                "tooFast": self._settings.too_fast,
                "revealModels": self._settings.reveal_models,
                "images": self._images,
                "shuffle": self._labels.shuffle,
                "readOnly": self._labels.read_only,
                "standing": self._standing(),
                "deck": [self._shown(slot) for slot in first],
                "history": [self._past(label) for label in trail],
                "recent": [
                    self._shown(slot)
                    for slot in map(slot_of, trail[:_HISTORY_TEXTS])
                    if slot in self._labels
                ],
            }
        )

    def _send_pairs(self, have: list[str]) -> None:
        held = {self._labels.slot_named(name) for name in have}
        room = DECK_WEIGHT - sum(self._weight(slot) for slot in held if slot in self._labels)
        places = DECK_PAIRS - len(held) if room > 0 else 0
        upcoming = islice(self._labels.upcoming(held), max(places, 0))
        batch: list[dict[str, Any]] = []
        weight = 0
        for slot in self._within(upcoming, room):
            batch.append(self._shown(slot))
            weight += self._weight(slot)
            if weight > _MESSAGE_WEIGHT:
                self.send({"type": "pairs", "pairs": batch, "more": True})
                batch, weight = [], 0
        self.send({"type": "pairs", "pairs": batch, "more": False})

    def _send_listing(self, asked: Listing) -> None:
        found, more = list_labels(self._labels, asked.filter, asked.before)
        items = [
            {
                "event": label.id,
                "pair": self._labels.name_shown(slot_of(label)),
                "choice": self._choice(label),
                "strength": label.strength,
                "noted": bool(label.note),
                "flagged": bool(label.flags),
                "changed": self._labels.changes(label),
                "seconds": label.seconds,
                "prompt": opening_of(self._pairs[label.pair].prompt),
            }
            for label in found
        ]
        self.send({"type": "listing", "filter": asked.filter, "items": items, "more": more})

    def _send_shown(self, name: str) -> None:
        slot = self._labels.slot_named(name)
        if slot not in self._labels:
            msg = f"There is no pair with the id {name!r} in this session."
            raise LabelError(msg)
        self.send({"type": "shown", "pair": self._shown(slot)})

    def _send_image(self, name: str) -> None:
        answer = {"type": "image", "name": name}
        try:
            data = self._read_image(name)
        except SessionError as error:
            self.send({**answer, "reason": str(error)})
        else:
            self.send(answer, buffers=[data])

    def _read_image(self, name: str) -> bytes:
        if self._searched < len(self._pairs):  # pairs are only ever added
            pairs = tuple(self._pairs.values())
            texts = (text for pair in pairs for text in (pair.prompt, pair.a, pair.b))
            self._image_names.update(found for text in texts for found in names_in(text))
            self._searched = len(pairs)
        if name not in self._image_names:
            msg = f"No pair of this session has an image {name!r}."
            raise SessionError(msg)
        return self._store.media(name)

    def _within(self, slots: Iterator[str], weight: int) -> Iterator[str]:
        """Give slots until they weigh enough, but at least one."""
        for slot in slots:
            yield slot
            weight -= self._weight(slot)
            if weight <= 0:
                return

    def _weight(self, slot: str) -> int:
        found = self._labels.pair(slot)
        return _length(found.prompt) + _length(found.a) + _length(found.b)

    def _shown(self, slot: str) -> dict[str, Any]:
        found = self._labels.pair(slot)
        a_left = self._labels.shown_left(slot) == "a"
        returning = self._labels.returning(slot)
        shown: dict[str, Any] = {
            "id": self._labels.name_shown(slot),
            "prompt": found.prompt,
            "left": found.a if a_left else found.b,
            "right": found.b if a_left else found.a,
            "returning": returning,
        }
        label = self._labels.label_of(slot)
        if label is not None and not (returning and label.preference == "skip"):
            shown["label"] = self._by_side(label)
        return shown

    def _sides(self, slot: str) -> Mapping[str, str]:
        """Give the sides of the screen by what they show in a slot; none for one not shown."""
        return _TO_SCREEN[self._labels.shown_left(slot)] if slot in self._labels else {}

    def _choice(self, label: Label) -> str:
        return self._sides(slot_of(label)).get(label.preference, label.preference)

    def _by_side(self, label: Label) -> dict[str, Any]:
        """Give what a label says by the sides of the screen; what is empty is left out."""
        sides = self._sides(slot_of(label))
        said = {
            "choice": self._choice(label),
            "strength": label.strength,
            "criteria": _turn_values(label.criteria, sides),
            "reasons": _turn_names(label.reasons, sides),
            "principles": label.principles,
            "flags": _turn_names(label.flags, sides),
            "note": label.note,
            "edit": label.edit,
        }
        return {name: value for name, value in said.items() if value is not None}

    def _past(self, label: Label) -> dict[str, Any]:
        slot = slot_of(label)
        past: dict[str, Any] = {
            "event": label.id,
            "pair": self._labels.name_shown(slot),
            "choice": self._choice(label),
            "strength": label.strength,
        }
        if self._labels.changes(label):
            past["changes"] = True
        sides = self._sides(slot)
        if self._settings.reveal_models and sides and label.preference != "skip":
            found = self._labels.pair(slot)
            models = {sides["a"]: found.model_a, sides["b"]: found.model_b}
            past["models"] = [models["left"], models["right"]]
        return past

    def _standing(self) -> dict[str, int]:
        return self._labels.standing()._asdict()


_TO_PAIR: dict[str, Mapping[str, str]] = {
    "a": {"left": "a", "right": "b"},
    "b": {"left": "b", "right": "a"},
}
_TO_SCREEN: dict[str, Mapping[str, str]] = {
    "a": {"a": "left", "b": "right"},
    "b": {"a": "right", "b": "left"},
}


def _turn_values(said: Mapping[str, str] | None, sides: Mapping[str, str]) -> dict[str, str] | None:
    """Say verdicts in the other terms, the pair's or the screen's; None for none."""
    return {name: sides.get(value, value) for name, value in said.items()} if said else None


def _turn_names(
    said: Mapping[Any, list[str]] | None, sides: Mapping[str, str]
) -> dict[str, list[str]] | None:
    """Say what belongs to a side in the other terms; None for none."""
    turned = {sides.get(side, side): names for side, names in (said or {}).items() if names}
    return turned or None


def _length(text: Text) -> int:
    if isinstance(text, str):
        return len(text)
    return sum(len(str(value)) for message in text for value in message.values())
