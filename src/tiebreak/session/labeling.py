"""What a session records: labels made in Python, changed, taken back and looked at anew."""

from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple, Unpack, get_args

from tiebreak.errors import LabelError, SessionError, telling_wrong_calls
from tiebreak.labeling import asked
from tiebreak.labeling.guidelines import older_labels
from tiebreak.records.label import Flagged, Preference, Side, Verdict, new_id, now, slot_of
from tiebreak.records.text import Text
from tiebreak.session.exporting import SessionExports
from tiebreak.wording import count, guess, nearest, say, say_what, some, tell

_PREFERENCES: tuple[object, ...] = get_args(Preference)
_MOST_COMPARED = 5_000  # ids that a misspelt one is compared with


class NextPair(NamedTuple):
    """A pair to label: its id, the prompt and the two responses.

    Where the session shows some pairs a second time, that showing has an id of its own, which
    ``session.label`` takes as it takes a pair's.

    Example:
        >>> import tiebreak as tb
        >>> session = tb.Session(tmp / "pair", tb.sample_pairs(), annotator="me", order="given")
        >>> pair = session.next()
        >>> pair.prompt.partition("?")[0]
        'Why are there two high tides a day and not just one, if the Moon only passes overhead once'

    """

    id: str
    prompt: Text
    a: Text
    b: Text


def _check_id(pair_id: Any, call: str, rest: str, pairs: int) -> None:
    """See to it that a pair, of so many, is given by its id."""
    if isinstance(pair_id, NextPair):
        msg = f"A pair is given by its id: session.{call}({pair_id.id!r}, {rest})"
        raise LabelError(msg)
    if not isinstance(pair_id, str):
        row = pair_id if type(pair_id) is int and 0 <= pair_id < pairs else 0
        msg = (
            f"A pair is given by its id, a text, not by {say_what(pair_id)}: "
            f"session.{call}(session.pairs.index[{row}], {rest})"
        )
        raise LabelError(msg)


def _check_order(pair_id: Any, preference: Any, pairs: int) -> None:
    """See to it that the pair is given by its id, and first."""
    _check_id(pair_id, "label", repr(preference) if preference in _PREFERENCES else '"a"', pairs)
    if pair_id in _PREFERENCES and isinstance(preference, str) and preference not in _PREFERENCES:
        msg = f"The pair comes first: session.label({preference!r}, {pair_id!r})"
        raise LabelError(msg)


class SessionLabeling(SessionExports):
    """How a session is labeled without a browser; see :class:`tiebreak.Session`."""

    def next(self) -> NextPair | None:
        """Give the pair to label next, or None when all are labeled.

        Skipped pairs come back once, at the end.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "next", tb.sample_pairs(), annotator="me")
            >>> while pair := session.next():
            ...     session.label(pair.id, "a" if len(pair.a) < len(pair.b) else "b")
            >>> session.next() is None
            True

        """
        for slot in self._labels.upcoming():
            pair = self._labels.showing.pair(slot)
            return NextPair(slot, pair.prompt, pair.a, pair.b)
        return None

    @telling_wrong_calls(LabelError, 'session.label(session.next().id, "a")')
    def label(
        self,
        pair_id: str,
        preference: Preference,
        strength: int | None = None,
        *,
        criteria: Mapping[str, Verdict] | None = None,
        reasons: Mapping[Side, Iterable[str]] | None = None,
        principles: Iterable[str] | None = None,
        flags: Mapping[Flagged, Iterable[str]] | None = None,
        note: str | None = None,
        edit: str | None = None,
        seconds: float | None = None,
    ) -> None:
        """Record a preference; returns when it is on disk. The newest label of a pair counts.

        Args:
            pair_id: which pair; see ``session.pairs`` and ``session.next()``.
            preference: ``"a"``, ``"b"``, ``"tie"`` (both good), ``"both_bad"`` or ``"skip"``.
            strength: of a or b: 1 slightly, 2 clearly, 3 much better.
            criteria: a preference by the name of a criterion, skip excepted.
            reasons: ``{"a": [...], "b": [...]}``, by the response that they speak of.
            principles: the names of those that the choice was made by.
            flags: ``{"a": [...], "b": [...], "pair": [...]}``.
            note: a remark of at most 20,000 characters.
            edit: the better response, improved; with a or b only.
            seconds: time spent looking at it.

        Raises:
            LabelError: the pair, a value or a name is not known to the session, or something that
                it requires is missing; nothing was changed.
            JournalError: the disk did not take it; nothing was changed.
            SessionError: the session is closed or read-only.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "label", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "b", strength=2, note="a invents a source")
            >>> session.label(session.next().id, "tie")
            >>> session.labels["preference"].tolist()
            ['b', 'tie']

        """
        _check_order(pair_id, preference, len(self._pairs))
        said: asked.Fields = {
            "preference": preference,
            "strength": strength,
            "criteria": criteria,
            "reasons": reasons,
            "principles": principles,
            "flags": flags,
            "note": note,
            "edit": edit,
            "seconds": seconds,
        }
        content: dict[str, Any] = {"pair": pair_id, **said}
        showing = self._labels.showing
        if pair_id in showing:
            content["pair"] = showing.pair(pair_id).id
            content["again"] = showing.is_again(pair_id)
            shown = showing.agenda is not None and pair_id == next(self._labels.upcoming(), None)
            if shown or self._labels.label_of(pair_id) is not None:  # and not looked up
                content["shown_by"], content["shown_chance"] = self._labels.drawn(pair_id)
        self._record(content, said)

    @telling_wrong_calls(LabelError, 'session.amend(pair_id, note="...")')
    def amend(self, pair_id: str, **changes: Unpack[asked.Fields]) -> None:
        """Record the label that stands for a pair once more, with these fields changed.

        The old one stays in the journal, and undo brings it back. An edit goes with the answer
        that it improves, and a strength with a preference for one: where the preference changes
        so that they no longer fit, they are left out.

        Args:
            pair_id: which pair.
            changes: any of what :meth:`label` takes; None takes a field away. Of the criteria,
                those not named stay as they are.

        Raises:
            LabelError: as for :meth:`label`, or the pair has no label to change.

        Example:
            >>> import tiebreak as tb
            >>> with tb.Session(tmp / "amended", tb.sample_pairs(), annotator="me") as session:
            ...     first = session.next().id
            ...     session.label(first, "a", strength=2)
            ...     session.amend(first, note="b invents a source")
            ...     session.labels[["preference", "strength", "note"]]
              preference  strength                note
            0          a         2  b invents a source

        """
        for name in changes:
            if name not in asked.SAYABLE:
                msg = f"A label has no field {name!r}{nearest(name, asked.SAYABLE)}"
                raise LabelError(msg)
        _check_id(pair_id, "amend", 'note="..."', len(self._pairs))
        standing = self._labels.label_of(pair_id)
        if standing is None:
            near = guess(pair_id, [label.pair for label in self._labels.current()])
            msg = f"Pair {pair_id!r} has no label to amend; see session.label.{near}"
            raise LabelError(msg)
        if changes.get("criteria"):
            changes["criteria"] = {**(standing.criteria or {}), **(changes["criteria"] or {})}
        self._record({**asked.kept(standing, changes), **changes}, changes)

    @telling_wrong_calls(SessionError, "session.undo()")
    def undo(self) -> str | None:
        """Take this annotator's last label back, and give its pair's id; None if there is none.

        Again, the one before it, and so on. The journal keeps both the label and the undo.

        Raises:
            JournalError: the disk did not take it; nothing was changed.
            SessionError: the session is closed or read-only.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "undo", tb.sample_pairs(), annotator="me")
            >>> first = session.next().id
            >>> session.label(first, "a")
            >>> session.undo() == first, session.undo()
            (True, None)

        """
        undone = self._labels.undo_last()
        return slot_of(undone) if undone else None

    @telling_wrong_calls(SessionError, "session.queue()")
    def queue(self, *, older_than: str | None = None, pairs: Iterable[str] | None = None) -> int:
        """Bring labels back, to be looked at anew: those made under older guidelines, or of pairs.

        They come first, in the widget and from :meth:`next`, each with its label as it stands; a
        new label takes its place, and nothing changes where none is made. Then what was to come
        goes on. Skips stay as they are. The queue is for this opening; to go on with it later,
        call this once more: what was labeled meanwhile is no longer old.

        Args:
            older_than: a version in :attr:`guidelines_log`; the one that holds by default.
                Labels of no version, as tiebreak 0.1 made them, are older than any.
            pairs: ids of pairs instead, such as ``session.stats.rewards().against.index``: your
                labels of these come back. How many have none of yours is said.

        Returns:
            How many pairs come back.

        Raises:
            SessionError: there was no such version, there is no such pair, or the session is closed
                or read-only.

        Example:
            >>> import tiebreak as tb
            >>> with tb.Session(tmp / "anew", tb.sample_pairs(), annotator="me") as session:
            ...     first = session.next().id
            ...     session.label(first, "a")
            ...     session.change_settings(guidelines="Prefer the *shorter* one.")
            ...     session.queue(), session.next().id == first
            (1, True)

        """
        if pairs is not None:
            return self._queue_pairs(pairs, older_than)
        found = self._versions()
        names = [version.name for version in found]
        wanted = names[-1] if older_than is None else older_than
        if wanted not in names:
            msg = f"There was no version {wanted!r} of the guidelines; see session.guidelines_log."
            raise SessionError(msg)
        queued = self._labels.queue(older_labels(self._labels.current(), found, wanted))
        self._show_anew()
        return queued

    def _queue_pairs(self, pairs: Iterable[str], older_than: str | None) -> int:
        if older_than is not None or isinstance(pairs, str):
            msg = "queue takes older_than=VERSION or pairs=[ID, ...], one of them."
            raise SessionError(msg)
        wanted = dict.fromkeys(pairs)
        unknown = [each for each in wanted if each not in self._pairs]
        if unknown:
            msg = (
                f"There is no pair {some(unknown, written=say)} in this session; see session.pairs."
            )
            raise SessionError(msg)
        own = {label.pair: label for label in self._labels.current() if not label.again}
        queued = self._labels.queue(own[pair] for pair in wanted if pair in own)
        new = len(wanted.keys() - own.keys())
        if new:
            tell(
                f"Of these {count(len(wanted), 'pair')}, {new} {'has' if new == 1 else 'have'} no "
                "label of yours, and will come in the session's order; session.pairs.loc[ID] has "
                "the texts."
            )
        self._show_anew()
        return queued

    def _show_anew(self) -> None:
        """Let a widget on screen follow; a session that has none shows nothing."""

    def _record(self, content: Mapping[str, Any], given: Collection[str]) -> None:
        """Record a label made in Python; ``given`` names the fields that are said just now."""
        made = {"id": new_id(), "at": now(), "guideline": self._settings.guideline}
        label = asked.read_label({**content, **made})
        if label.pair not in self._pairs:
            near = guess(label.pair, [*islice(self._pairs, _MOST_COMPARED)])
            msg = (
                f"There is no pair with the id {label.pair!r} in this session; see session.pairs."
                f"{near}"
            )
            raise LabelError(msg)
        asked.check_names(self._settings, label, given)
        asked.check_required(self._settings, label)
        try:
            self._labels.record(label)
        except LabelError as error:
            msg = f"Pair {label.pair!r}: {error}"
            raise LabelError(msg) from None
