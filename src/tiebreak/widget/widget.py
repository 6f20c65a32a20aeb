"""Messages <-> live labels; nothing else.

The browser learns pairs as left and right, never which is a, nor which of them are there to
measure the annotator, and holds the texts of a deck of pairs to come. No message to it, a refusal
included, holds the id of a pair, or an id or name that could be computed from a pair's content or
the seed. Texts and labels travel as
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
from tiebreak.labeling.showing import Slot
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
    is_imported_id,
    read_message,
    slot_of,
)
from tiebreak.records.settings import Images, Settings
from tiebreak.records.text import first_words, media_of, weight
from tiebreak.store.media import read_media
from tiebreak.widget import summary
from tiebreak.widget.listing import list_labels

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
        folder: the session's folder, for the summary.
        annotator: who labels, for the summary.
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
        folder: Path,
        annotator: str,
        *,
        images: Images,
        keys: Mapping[str, list[str]],
    ) -> None:
        self._labels = labels
        self._settings = settings
        self._folder = folder
        self._annotator = annotator
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
            # Jupyter would drop it unseen, and the choice would wait for its ack for ever. Its text
            # may name a pair.
            said = f"{type(error).__name__}; the kernel's log says more"
            self._refuse(event_id, said, keep=True)
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
        return summary.summarize(self._folder, self._annotator, self._labels.standing())

    def _sync(self, facts: dict[str, Any]) -> None:
        if self.is_open:
            self.summary = facts

    def _handle(self, message: Message) -> None:
        match message:
            case Chosen():
                self._record(self._to_label(message))
            case Undo():
                self._record(Undo(message.id, self._labels.event_named(message.event), message.at))
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
                before = self._labels.event_named(question.before)
                labels = self._labels.trail(_HISTORY, before)
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
        if is_imported_id(event.id):  # the answer would tell whether there is such a label
            msg = "an event made on screen has no such id."
            raise LabelError(msg)
        if not self._labels.record(event):
            # It came before, and its ack may have been lost.
            self.send({"type": "ack", "id": event.id, "standing": self._standing()})

    def _to_label(self, chosen: Chosen) -> Label:
        slot = self._slot_chosen(chosen)
        sides = _TO_PAIR[slot.left]
        return Label(
            id=chosen.id,
            pair=slot.pair.id,
            preference=sides.get(chosen.choice, chosen.choice),  # type: ignore[arg-type]
            at=chosen.at,
            strength=chosen.strength,
            criteria=_turn_values(chosen.criteria, sides),  # type: ignore[arg-type]
            reasons=_turn_names(chosen.reasons, sides),  # type: ignore[arg-type]
            principles=chosen.principles or None,
            flags=_turn_names(chosen.flags, sides),  # type: ignore[arg-type]
            note=chosen.note or None,
            edit=chosen.edit or None,
            shown_left=slot.left,
            seconds=chosen.seconds,
            again=slot.again,
        )

    def _slot_chosen(self, chosen: Chosen) -> Slot:
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
        ack = {"type": "ack", "id": event.id, "standing": self._standing()}
        if isinstance(event, Undo):
            ack |= {"undone": self._event_name(about)}
            slot = slot_of(about)
            stands = self._labels.label_of(slot)
            if slot in self._labels.showing and (stands is None or stands.preference == "skip"):
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
                "name": self._folder.name,
                "open": self._facts()["open"],
                "outbox": self._labels.showing.outbox,
                "question": self._settings.question,
                "scale": self._settings.scale,
                "form": self._settings.form,
                "guidelines": self._settings.guidelines,
                "keys": dict(self._keys),
                "pace": self._settings.pace,
                "tooFast": self._settings.too_fast,
                "revealModels": self._reveals_models(),
                "images": self._images,
                "shuffle": self._labels.showing.shuffle,
                "readOnly": self._labels.read_only,
                "standing": self._standing(),
                "deck": [self._shown(slot) for slot in first],
                "history": [self._past(label) for label in trail],
                "recent": [
                    self._shown(slot)
                    for slot in map(slot_of, trail[:_HISTORY_TEXTS])
                    if slot in self._labels.showing
                ],
            }
        )

    def _send_pairs(self, have: list[str]) -> None:
        held = set(filter(None, map(self._labels.showing.named, have)))
        room = DECK_WEIGHT - sum(map(self._weight, held))
        places = DECK_PAIRS - len(have) if room > 0 else 0
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
        labels, showing = self._labels, self._labels.showing
        before = None if asked.before is None else labels.event_named(asked.before)
        found, more = list_labels(labels, asked.filter, before)
        items = [
            {
                "event": self._event_name(label),
                "pair": showing.name(slot_of(label)),
                "choice": self._sides(slot_of(label)).get(label.preference, label.preference),
                "strength": label.strength,
                "noted": bool(label.note),
                "flagged": bool(label.flags),
                "changed": labels.changes(label),
                "seconds": label.seconds,
                "prompt": first_words(showing.pairs[label.pair].prompt),
            }
            for label in found
        ]
        self.send({"type": "listing", "filter": asked.filter, "items": items, "more": more})

    def _send_shown(self, name: str) -> None:
        slot = self._labels.showing.named(name)
        if slot is None:
            raise _no_such_pair(name)
        self.send({"type": "shown", "pair": self._shown(slot)})

    def _send_image(self, name: str) -> None:
        answer = {"type": "image", "name": name}
        try:
            data = self._read_media(name)
        except SessionError as error:
            self.send({**answer, "reason": str(error)})
        else:
            self.send(answer, buffers=[data])

    def _read_media(self, name: str) -> bytes:
        pairs = self._labels.showing.pairs
        if self._searched < len(pairs):  # pairs are only ever added
            texts = (text for pair in pairs.values() for text in (pair.prompt, pair.a, pair.b))
            self._image_names.update(found.name for text in texts for found in media_of(text))
            self._searched = len(pairs)
        if name not in self._image_names:
            msg = f"No pair of this session has an image {name!r}."
            raise SessionError(msg)
        return read_media(self._folder, name)

    def _within(self, slots: Iterator[str], weight: int) -> Iterator[str]:
        """Give slots until they weigh enough, but at least one."""
        for slot in slots:
            yield slot
            weight -= self._weight(slot)
            if weight <= 0:
                return

    def _weight(self, slot: str) -> int:
        found = self._labels.showing.slot(slot).pair
        return weight(found.prompt) + weight(found.a) + weight(found.b)

    def _shown(self, slot: str) -> dict[str, Any]:
        place = self._labels.showing.slot(slot)
        found, a_left = place.pair, place.left == "a"
        returning = self._labels.returning(slot)
        shown: dict[str, Any] = {
            "id": place.name,
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
        left = self._labels.showing.left(slot)
        return {} if left is None else _TO_SCREEN[left]

    def _by_side(self, label: Label) -> dict[str, Any]:
        """Give what a label says by the sides of the screen; what is empty is left out."""
        sides = self._sides(slot_of(label))
        said = {
            "choice": sides.get(label.preference, label.preference),
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
        sides = self._sides(slot)
        past: dict[str, Any] = {
            "event": self._event_name(label),
            "pair": self._labels.showing.name(slot),
            "choice": sides.get(label.preference, label.preference),
            "strength": label.strength,
        }
        if self._labels.changes(label):
            past["changes"] = True
        if self._reveals_models() and sides and label.preference != "skip":
            found = self._labels.showing.pairs[label.pair]
            models = {sides["a"]: found.model_a, sides["b"]: found.model_b}
            past["models"] = [models["left"], models["right"]]
        return past

    def _event_name(self, label: Label) -> str:
        """Name a label as the browser does: its own and Python's by their random ids."""
        imported = is_imported_id(label.id)
        return self._labels.showing.event_name(label.id) if imported else label.id

    def _reveals_models(self) -> bool:
        return self._settings.reveal_models and not self._labels.showing.gold_stands_out

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


def _no_such_pair(name: str) -> LabelError:
    return LabelError(f"There is no pair with the id {name!r} in this session.")


def _turn_values(said: Mapping[str, str] | None, sides: Mapping[str, str]) -> dict[str, str] | None:
    """Say verdicts in the other terms, the pair's or the screen's; None for none."""
    return {name: sides.get(value, value) for name, value in said.items()} if said else None


def _turn_names(
    said: Mapping[Any, list[str]] | None, sides: Mapping[str, str]
) -> dict[str, list[str]] | None:
    """Say what belongs to a side in the other terms; None for none."""
    turned = {sides.get(side, side): names for side, names in (said or {}).items() if names}
    return turned or None
