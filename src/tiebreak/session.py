"""The face: a folder of pairs and journals, opened, shown, labeled, viewed and exported."""

import getpass
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Never, Self, Unpack, get_args

import pandas as pd

from tiebreak import views
from tiebreak.errors import LabelError, SessionError
from tiebreak.labeling import asked as form
from tiebreak.labeling import opening
from tiebreak.labeling.folded import Folded
from tiebreak.labeling.guidelines import Version, log_frame, older_labels, versions
from tiebreak.labeling.importing import tell_of_imported
from tiebreak.labeling.keys import read_keys
from tiebreak.labeling.labels import open_labels, read_labels
from tiebreak.labeling.naming import Names
from tiebreak.labeling.priority import AnyPriority, is_priority
from tiebreak.labeling.settings import read_settings
from tiebreak.labeling.showing import Showing
from tiebreak.records.label import (
    Flagged,
    Header,
    Label,
    Preference,
    Side,
    Verdict,
    new_id,
    now,
    slot_of,
)
from tiebreak.records.pair import Pair
from tiebreak.records.settings import SETTLED, Images, Order, Scale, TooFast, guideline_of
from tiebreak.records.text import Text
from tiebreak.stats.consistency import consistency_frame
from tiebreak.store import store_at
from tiebreak.store.base import Manifest
from tiebreak.store.journal import file_name, file_stem
from tiebreak.widget import summary
from tiebreak.wording import nearest, users_level, warn

if TYPE_CHECKING:
    from tiebreak.exports import ExportReport
    from tiebreak.exports.options import ExportOptions, FormatName, HubOptions
    from tiebreak.widget.widget import PreferenceWidget


class NextPair(NamedTuple):
    """A pair to label: its id, the prompt and the two responses.

    Where the session shows some pairs a second time, that showing has an id of its own, which
    ``session.label`` takes as it takes a pair's.
    """

    id: str
    prompt: Text
    a: Text
    b: Text


class Session:
    """A labeling session: a folder with the pairs and one journal per annotator.

    Shown as a cell's last value it is the labeling widget. Opening the same folder again resumes
    it; with pairs, those not in it yet are added.

    Args:
        path: the session's folder, made if new.
        pairs: any source that :func:`tiebreak.read_pairs` reads, or what it read: a DataFrame, a
            list of dicts, a ``datasets.Dataset``, a path to JSONL, JSON, CSV or Parquet. Columns
            are ``prompt``, ``response_a``, ``response_b`` (optional ``id``, ``model_a``,
            ``model_b``; others are kept), or those of a dataset that is known. Preferences that
            come along, as in ``prompt``, ``chosen``, ``rejected``, become labels in the journal
            of their annotator; giving the same again adds nothing. Those under your own name are
            kept as of ``"NAME (imported)"``, unless ``read_pairs`` was told that they are yours:
            ``annotator={"NAME": "NAME"}``. Texts are strings or lists of
            ``{"role", "content"}`` messages, a content being text or a list of text and image
            parts. A whole prompt or response may be an image: a ``PIL.Image``, bytes, a path
            object, or ``{"image": ...}`` of these or of a path as text (PNG, JPEG, WebP or GIF,
            up to 20 MB). A path as text stays in the folder of the file it stands in, or else in
            the working folder; a path object goes anywhere. Images are copied into the session's
            folder. Leave it out to resume.
        annotator: who labels; the login name by default.
        question: what is asked of each pair.
        scale: ``"simple"`` (left or right is better; the default) or ``"graded"`` (seven points,
            which gives each preference a strength of 1 slightly, 2 clearly or 3 much better).
        criteria: names of what is judged beside the overall preference, such as ``["helpful",
            "honest"]``, or a dict from name to definition.
        criteria_required: whether each label needs all of them.
        reasons: phrases to tick for the response they speak of, such as ``["wrong fact"]``. They,
            the flags and the principles have letters for keys, as far as these go (some 14).
        principles: names of the principles that a choice can be made by, or a dict from name to
            text (a constitution).
        flags: True for ``unsafe``, ``personal data`` and ``broken``; a list adds your own.
        note_required: True, or a list of the choices that need a note: strengths (1, 2, 3),
            ``"tie"``, ``"both_bad"``. A skip never needs one.
        guidelines: Markdown text, or a path to a file of it, whose text is stored.
        repeat: the share of the pairs, up to 0.5, that is shown a second time with the sides
            swapped, at least 10 pairs later where there are that many, and looks like any other;
            see :meth:`consistency`.
        gold: pairs with a known answer, mixed in evenly and looking like any other: what pairs
            come as, with the columns ``prompt``, ``chosen``, ``rejected``, or with ``answer``
            beside the usual ones (``"a"``, ``"b"``, ``"tie"``, ``"both_bad"``). Those given once
            labeling has begun come after all others.
        order: ``"random"`` (the same for every annotator, by the seed), ``"given"``, or, when
            pairs are added, a Series of scores indexed by pair id (highest first), or a function
            that takes the pairs as ``session.pairs`` shows them and gives such scores or a list of
            ids. They are stored in that order, as ``"given"``, and keep it: another order on a
            resume is an error, or a warning where there are new pairs that can take it.
        seed: for the order and for which response stands left (per annotator); drawn and stored
            with the session if not given. Who is shown pairs whose ids they know can find a short
            one by trying, and with it the sides: leave it out where labelers are not trusted.
        too_fast: what becomes of a choice made sooner than the texts can be read: None for
            nothing, ``"warn"`` for a word, ``"hold"`` for a second press of the key.
        pace: whether to show labels this sitting, median seconds and the time left.
        reveal_models: whether to show who wrote the responses after the choice. A pair's second
            showing is then no longer blind. Where some pairs name models and some do not, that
            would tell which are gold: a session with gold pairs then shows none.
        keys: other keys for this opening, by action, such as ``{"note": "m", "tie": ["0", "t"],
            "together": "w"}``. Not stored: they are a person's. The actions are ``left``,
            ``right`` (graded: ``left_3``, ``left_2``, ``left_1``, ``right_1``, ``right_2``,
            ``right_3``), ``tie``, ``both_bad``, ``skip``, ``undo``, ``note``, ``edit``,
            ``next_row``, ``previous_row`` (of the criteria), ``differences``, ``fold``, ``raw``,
            ``together``, ``prompt``, ``actual``, ``page_down``, ``page_up``, ``guidelines``,
            ``list`` and ``help``; the help (``?``) shows what each does.
        images: what becomes of images that a response links to, since requesting one tells its
            host that it was read: ``"ask"`` shows a chip that loads on click, ``"never"`` a chip,
            ``"always"`` the image.
        read_only: look at a session without holding its journal.

    All that is asked or shown beside the choice is off by default. Keys, images and read_only are
    for this opening; the others are stored with the session. They can be given anew until the
    first label; after it, see :meth:`change_settings`.

    Raises:
        PairsError: the pairs have problems; all rows are named. Two identical responses are one:
            there is nothing to choose. Pairs read by ``read_pairs`` are left out for it, with a
            warning that names them.
        SessionError: a setting is wrong, or the folder is not a session, of a newer version,
            read-only, holds other texts under the same ids, or has labels and other settings.
        JournalError: the journal is held by another process, or damaged.

    Example:
        >>> import tiebreak as tb
        >>> pairs = [{"prompt": "2 + 2?", "response_a": "4", "response_b": "5"}]
        >>> with tb.Session(tmp / "pilot", pairs, annotator="rater-1") as session:
        ...     session.label(session.next().id, "a")
        ...     session.triples()[["prompt", "chosen", "rejected"]]
           prompt chosen rejected
        0  2 + 2?      4        5

    """

    def __init__(
        self,
        path: str | PathLike[str],
        pairs: Any = None,
        *,
        annotator: str | None = None,
        question: str | None = None,
        scale: Scale | None = None,
        criteria: Iterable[str] | Mapping[str, str] | None = None,
        criteria_required: bool | None = None,
        reasons: Iterable[str] | None = None,
        principles: Iterable[str] | Mapping[str, str] | None = None,
        flags: bool | Iterable[str] | None = None,
        note_required: bool | Sequence[Literal[1, 2, 3, "tie", "both_bad"]] | None = None,
        guidelines: str | PathLike[str] | None = None,
        repeat: float | None = None,
        gold: Any = None,
        order: Order | AnyPriority | None = None,
        seed: int | None = None,
        too_fast: TooFast | None = None,
        pace: bool | None = None,
        reveal_models: bool | None = None,
        keys: Mapping[str, str | Sequence[str]] | None = None,
        images: Images = "ask",
        read_only: bool = False,
        **unknown: Never,
    ) -> None:
        _refuse_unknown(unknown)
        self._store = store_at(path)
        priority = order if is_priority(order) else None
        wanted = {
            "question": question,
            "scale": scale,
            "order": order if priority is None else "given",
            "seed": seed,
            "criteria": criteria,
            "criteria_required": criteria_required,
            "reasons": reasons,
            "principles": principles,
            "flags": flags,
            "note_required": note_required,
            "guidelines": guidelines,
            "repeat": repeat,
            "too_fast": too_fast,
            "pace": pace,
            "reveal_models": reveal_models,
        }
        asked = read_settings({name: each for name, each in wanted.items() if each is not None})
        name = _login_name() if annotator is None else annotator
        _check_opening(name, images)
        self._images = images
        # Keyboards and file systems spell one and the same accented letter in two ways.
        self._annotator = unicodedata.normalize("NFC", name)
        file_stem(self._annotator)  # refuses names that are none
        given = opening.read_given(self._store, pairs, gold, priority, self._annotator)
        if read_only and given is not None:
            msg = "read_only=True adds no pairs; leave one of the two out."
            raise SessionError(msg)
        # Without pairs there is nothing to make one of, so reading it says that it is not there.
        resumes = pairs is None or self._store.exists()
        there = self._store.manifest().read_settings().scale if resumes else "simple"
        self._keys = {} if keys is None else read_keys(keys, asked.get("scale", there))
        opening.open_store(
            self._store, given, asked, priority, self._annotator, read_only=read_only
        )
        manifest = self._store.manifest()
        self._settings = manifest.read_settings()
        self._id = manifest.id
        self._header = Header(1, manifest.id, self._annotator)
        self._widget: PreferenceWidget | None = None
        if read_only:
            self._labels = read_labels(self._store, self._annotator)
        else:
            self._labels = open_labels(self._store, self._header)
        self._show(manifest, self._store.pairs())
        self._warn_of_models()
        if not read_only and (given is None or self._annotator not in given.said):
            tell_of_imported(self._labels.current(), self._annotator)

    # -- labeling

    @property
    def widget(self) -> "PreferenceWidget":
        """The labeling widget, to be put into any ipywidgets layout.

        Raises:
            SessionError: this checkout has no built front end; all else works without.

        """
        if self._widget is None or not self._widget.is_open:
            try:  # not before it is shown: what reads, checks and exports needs no front end
                from tiebreak.widget.widget import PreferenceWidget  # noqa: PLC0415
            except FileNotFoundError as error:
                msg = (
                    f"The front end was not built: there is no {error.filename}. In a checkout, "
                    "python3 dev.py lab builds it; pip install . does, too."
                )
                raise SessionError(msg) from None
            self._widget = PreferenceWidget(
                self._labels,
                self._settings,
                self._store,
                self._annotator,
                images=self._images,
                keys=self._keys,
            )
        return self._widget

    def next(self) -> NextPair | None:
        """Give the pair to label next, or None when all are labeled.

        Skipped pairs come back once, at the end.
        """
        for slot in self._labels.upcoming():
            pair = self._labels.showing.slot(slot).pair
            return NextPair(slot, pair.prompt, pair.a, pair.b)
        return None

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

        """
        said: form.Fields = {
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
        if isinstance(pair_id, str) and pair_id in showing:
            slot = showing.slot(pair_id)
            content |= {"pair": slot.pair.id, "again": slot.again}
        self._record(content, said)

    def amend(self, pair_id: str, **changes: Unpack[form.Fields]) -> None:
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
            if name not in form.SAYABLE:
                msg = f"A label has no field {name!r}{nearest(name, form.SAYABLE)}"
                raise LabelError(msg)
        standing = self._labels.label_of(pair_id) if isinstance(pair_id, str) else None
        if standing is None:
            msg = f"Pair {pair_id!r} has no label to amend; see session.label."
            raise LabelError(msg)
        if changes.get("criteria"):
            changes["criteria"] = {**(standing.criteria or {}), **(changes["criteria"] or {})}
        self._record({**form.kept(standing, changes), **changes}, changes)

    def undo(self) -> str | None:
        """Take this annotator's last label back, and give its pair's id; None if there is none.

        Again, the one before it, and so on. The journal keeps both the label and the undo.

        Raises:
            JournalError: the disk did not take it; nothing was changed.
            SessionError: the session is closed or read-only.

        """
        undone = self._labels.undo_last()
        return slot_of(undone) if undone else None

    def change_settings(self, **changes: Any) -> None:
        """Ask by other settings from now on. What was labeled stays as it is.

        The change is recorded in ``session.json``, with the time and who made it, and a widget on
        screen follows. None gives a setting its default back.

        Args:
            changes: stored settings of :class:`Session`. Seed, order and repeat decide which
                response stands left, so they cannot be changed after anyone's first label.

        Raises:
            SessionError: a name or value is not known, the setting is settled by the first label,
                or the session is read-only.

        """
        for name, why in _NOT_CHANGED.items():
            if name in changes:
                raise SessionError(why)
        if self._labels.read_only:
            msg = "This session was opened with read_only=True; open it without, to change it."
            raise SessionError(msg)
        if not opening.change_settings(self._store, changes, self._annotator, self._keys):
            return
        manifest = self._store.manifest()
        self._settings = manifest.read_settings()
        if not changes.keys().isdisjoint(SETTLED):
            self._show(manifest, self._pairs.values())
        if "reveal_models" in changes:
            self._warn_of_models()
        if self._widget is not None and self._widget.is_open:
            self._widget.change_settings(self._settings)

    def queue(self, *, older_than: str | None = None) -> int:
        """Bring labels back that were made under older guidelines, to be looked at anew.

        They come first, in the widget and from :meth:`next`, each with its label as it stands; a
        new label takes its place, and nothing changes where none is made. Then what was to come
        goes on. Skips stay as they are. The queue is for this opening; to go on with it later,
        call this once more: what was labeled meanwhile is no longer old.

        Args:
            older_than: a version in :attr:`guidelines_log`; the one that holds by default.
                Labels of no version, as tiebreak 0.1 made them, are older than any.

        Returns:
            How many pairs come back.

        Raises:
            SessionError: there was no such version.

        Example:
            >>> import tiebreak as tb
            >>> with tb.Session(tmp / "anew", tb.sample_pairs(), annotator="me") as session:
            ...     first = session.next().id
            ...     session.label(first, "a")
            ...     session.change_settings(guidelines="Prefer the *shorter* one.")
            ...     session.queue(), session.next().id == first
            (1, True)

        """
        found = self._versions()
        names = [version.name for version in found]
        wanted = names[-1] if older_than is None else older_than
        if wanted not in names:
            msg = f"There was no version {wanted!r} of the guidelines; see session.guidelines_log."
            raise SessionError(msg)
        count = self._labels.queue(older_labels(self._labels.current(), found, wanted))
        if self._widget is not None and self._widget.is_open:
            self._widget.show_anew()
        return count

    def close(self) -> None:
        """Release the journal, so that another process can label. Closing twice is fine."""
        self._labels.close()

    def __enter__(self) -> Self:
        """Give the session itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    # -- views

    @property
    def pairs(self) -> pd.DataFrame:
        """One row a pair, indexed by ``id``: prompt, a, b, model_a, model_b, then meta columns.

        Gold pairs are not among them.
        """
        return views.pairs_frame(self._unknown())

    @property
    def labels(self) -> pd.DataFrame:
        """One row a label (annotator x pair) as it now stands, of every annotator's journal.

        Columns: pair, annotator, source, preference, strength (1 to 3), shown_left (the response
        that stood left; missing where nothing was shown), seconds (spent looking at the pair up to
        this label, while the page was visible and had the focus), at (UTC), and what else was
        recorded: note, edit, principles, guideline (the version it was made under, see
        :attr:`guidelines_log`), reasons_a, reasons_b, flags_a, flags_b, flags_pair and
        criterion_NAME; again, True for second showings; and gold, the known answer of gold pairs.

        A file among the journals that is none of this session's, such as a copy that a file
        service made, is not counted; a warning says which, and ``attrs["not_counted"]``.

        Raises:
            JournalError: a journal is damaged; file and line are named.

        """
        gold = {pair.id: pair.gold for pair in self._pairs.values() if pair.gold is not None}
        journals, left_out = self._read_journals()
        frame = views.labels_frame(journals, gold)
        if left_out:
            frame.attrs["not_counted"] = left_out
        return frame

    @property
    def guidelines_log(self) -> pd.DataFrame:
        """One row a version of the guidelines: question, guidelines, criteria and principles.

        Columns: version (as in the column ``guideline`` of :attr:`labels`), since (UTC), by
        (missing for the first), changed (which of the four), own (this annotator's current labels
        made under it), labels (everyone's), and older (own labels made under the rows before: what
        ``queue(older_than=version)`` brings back, skips apart). The last row holds now. Labels of
        no version, as tiebreak 0.1 made them, and of versions that came with data have rows
        before all others, of which it is not known since when they held.
        """
        return log_frame(self._versions(), self.labels, self._annotator)

    @property
    def progress(self) -> pd.DataFrame:
        """One row an annotator: total, labeled, a count of each preference, and left.

        Second showings and gold pairs are not counted, though the widget counts all it shows;
        ``attrs["not_counted"]`` is as of :attr:`labels`.
        """
        found = self.labels
        labels = views.without_measures(found)
        known = labels[labels["pair"].isin(list(self._pairs))]
        frame = views.progress_frame(known, len(self._unknown()), self._annotator)
        frame.attrs = dict(found.attrs)
        return frame

    def consistency(self) -> pd.DataFrame:
        """Tell how often each annotator agrees with themselves and with known answers.

        Returns:
            A row an annotator, indexed by name. ``repeats`` counts the pairs labeled at both
            showings (skips apart), ``same`` those with the same preference both times (whatever
            the strength), ``agreement`` their share, ``low`` to ``high`` its Wilson interval at
            95 %. ``gold``, ``right``, ``accuracy``, ``accuracy_low`` and ``accuracy_high`` are the
            same for gold pairs and their known answers. A share of nothing is missing.

        Example:
            >>> import tiebreak as tb
            >>> gold = [{"prompt": "2 + 2?", "chosen": "4", "rejected": "5"}]
            >>> with tb.Session(tmp / "gold", tb.sample_pairs(), gold=gold, annotator="me") as it:
            ...     while pair := it.next():
            ...         it.label(pair.id, "a")
            ...     it.consistency()[["repeats", "gold", "right", "accuracy"]].loc["me"].tolist()
            [0.0, 1.0, 1.0, 1.0]

        """
        return consistency_frame(self.labels)

    def triples(self) -> pd.DataFrame:
        """Give prompt, chosen and rejected of every a or b preference, then provenance.

        Provenance is pair, annotator, source, strength, model_chosen, model_rejected, at, what
        else the labels recorded (``edit`` is the chosen response, improved) and the pairs' meta
        columns. Ties, both-bads and skips are counted in ``attrs["left_out"]``.
        """
        return views.triples_frame(self._judgments())

    def export(
        self,
        path: str | PathLike[str],
        format: "FormatName" = "trl",
        **options: "Unpack[ExportOptions]",
    ) -> "ExportReport":
        """Write what was labeled as a trainer reads it; a crash leaves the old file or the new.

        Args:
            path: its ending decides the file type: ``.jsonl``, ``.parquet``, ``.csv`` or ``.json``,
                as the format has it.
            format: ``"trl"`` writes prompt, chosen, rejected for DPO, IPO and reward models
                (messages where the pairs are messages); its options are ``provenance`` (True, or
                column names of ``triples()``), ``margin`` (True, or a mapping from strength to
                margin), ``implicit_prompt`` (the prompt in front of both responses) and ``edit``
                (``"chosen"`` or ``"reference"``: what becomes of improved responses). ``"kto"``
                writes prompt, completion, label: a tie as two True, both bad as two False.
                ``"openai"`` has the option ``provider``: ``"openai"``, ``"azure"``,
                ``"together"`` or ``"fireworks"``. The others are ``"axolotl"``,
                ``"llama_factory"``, ``"openrlhf"`` (option ``margin``), ``"nemo_rl"``,
                ``"torchtune"``, ``"verl"``, ``"argilla"``, ``"label_studio"``, and ``"raw"``:
                all pairs and labels without loss.
            options: the format's own, and for every format: ``annotators``, ``sources``,
                ``min_strength``, ``criterion`` and ``without_flags`` select labels; ``agreement``
                (``"majority"`` or ``"unanimous"``) and ``adjudicator`` (a name) give one row a
                pair where several annotators labeled it (see
                :class:`tiebreak.exports.selecting.Selection`); ``splits``, such as
                ``{"train": 0.9, "test": 0.1}``, and its ``seed`` write a file each, divided by
                prompt, as ``NAME-train`` and ``NAME-test``. The texts are checked for errors
                that training would not survive, or not notice (the rules P01, P02, P04, P05 and
                P06 of :func:`tiebreak.check`); ``allow``, such as ``["P06"]``, writes them all
                the same. What else concerns it (P12 to P16) is told in the report.

        Returns:
            A report: rows written, and rows left out and why.

        Raises:
            ExportError: nothing to write, the options do not fit, or a check found an error; no
                file was touched.

        """
        from tiebreak import exports  # noqa: PLC0415 - not needed to label

        target = Path(path).expanduser()
        return exports.export(*self._stored(), target, format, read_media=self._media, **options)

    def to_dataset(self, format: "FormatName" = "trl", **options: "Unpack[ExportOptions]") -> Any:
        """Give what was labeled as a ``datasets.Dataset`` with typed features.

        Args:
            format: as for :meth:`export`: ``"trl"``, ``"kto"`` or another that Parquet holds.
            options: as for :meth:`export`. With ``splits`` a ``datasets.DatasetDict`` comes back.

        Raises:
            ExportError: there is nothing to give, or the options do not fit.

        """
        from tiebreak import exports  # noqa: PLC0415 - not needed to label

        return exports.to_dataset(*self._stored(), format, read_media=self._media, **options)

    def push_to_hub(
        self, repo_id: str, format: "FormatName" = "trl", **options: "Unpack[HubOptions]"
    ) -> "ExportReport":
        """Publish what was labeled on the Hugging Face Hub: Parquet and a dataset card.

        The card says how the labels came about: question, guidelines, annotators (by number),
        sources, agreement, ties and biases.

        Args:
            repo_id: ``"NAME"`` or ``"OWNER/NAME"``; made if it is not there, and then private.
            format: as for :meth:`to_dataset`.
            options: as for :meth:`export`, and ``private``, ``token``, ``endpoint``,
                ``name_annotators`` (people are numbered otherwise), ``license``, ``language``,
                ``measures`` and ``findings`` (see :func:`tiebreak.exports.hub.push_to_hub`).

        Returns:
            A report, as of :meth:`export`.

        Raises:
            ExportError: there is nothing to publish, an option does not fit, or the Hub refuses.

        """
        from tiebreak import exports  # noqa: PLC0415 - not needed to label

        asked = self._settings
        told = exports.Collected(asked.question, asked.scale, asked.guidelines, asked.criteria)
        return exports.push_to_hub(
            *self._stored(), repo_id, format, collected=told, read_media=self._media, **options
        )

    # -- inside

    def _stored(self) -> tuple[list[Pair], pd.DataFrame]:
        return self._unknown(), self.labels

    def _media(self, name: str) -> bytes:
        return self._store.media(name)

    def _judgments(self) -> pd.DataFrame:
        return views.judgments_frame(views.without_measures(self.labels), self.pairs)

    def _unknown(self) -> list[Pair]:
        """Give the pairs whose answer is not known: those that the session is about."""
        return [pair for pair in self._pairs.values() if pair.gold is None]

    @property
    def _pairs(self) -> Mapping[str, Pair]:
        return self._labels.showing.pairs

    def _show(self, manifest: Manifest, pairs: Iterable[Pair]) -> None:
        """Lay the pairs out in their order, with their sides."""
        names = Names(self._id, manifest.secret, self._annotator)
        showing = Showing(pairs, manifest.batches, self._settings, self._annotator, names)
        self._labels.show(showing)

    def _warn_of_models(self) -> None:
        if self._settings.reveal_models and self._labels.showing.gold_stands_out:
            warn(
                "Some pairs name their models and some do not, so that showing them would tell "
                "which are gold pairs: reveal_models shows none. Give all pairs, the gold pairs "
                "included, model_a and model_b.",
                stacklevel=3,
            )

    def _record(self, content: Mapping[str, Any], given: Collection[str]) -> None:
        """Record a label made in Python; ``given`` names the fields that are said just now."""
        made = {"id": new_id(), "at": now(), "guideline": guideline_of(self._settings)}
        label = form.read_label({**content, **made})
        if label.pair not in self._pairs:
            msg = f"There is no pair with the id {label.pair!r} in this session; see session.pairs."
            raise LabelError(msg)
        form.check_names(self._settings, label, given)
        form.check_required(self._settings, label)
        try:
            self._labels.record(label)
        except LabelError as error:
            msg = f"Pair {label.pair!r}: {error}"
            raise LabelError(msg) from None

    def _versions(self) -> list[Version]:
        manifest = self._store.manifest()
        return versions(manifest.read_settings(), manifest.created, manifest.changes)

    def _read_journals(self) -> tuple[list[tuple[Header, list[Label]]], list[str]]:
        """Give each annotator's current labels, and what was left out.

        This one's labels are from memory, where they live.
        """
        journals = self._store.journals(without=self._annotator)
        for left_out in journals.left_out:
            warn(f"Not counted: {left_out}", stacklevel=users_level())
        found = [(self._header, self._labels.current())]
        for contents in journals.found:
            assert contents.header is not None
            found.append((contents.header, Folded(contents.events).current()))
        found.sort(key=lambda each: file_name(each[0].annotator))
        return found, journals.left_out

    def _facts(self) -> dict[str, Any]:
        return summary.summarize(self._store, self._annotator, self._labels.standing())

    def _ipython_display_(self) -> None:
        self.widget.display_with_summary()

    def _display_(self) -> "PreferenceWidget":
        """Show itself in marimo, which asks for this method first."""
        return self.widget

    def __repr__(self) -> str:
        """Say in a line how far the session is."""
        return summary.as_text(self._facts())


_NOT_CHANGED = {
    "gold": "Gold pairs are added like pairs: tb.Session(path, gold=...)",
    "keys": "Keys are for one opening and not stored: tb.Session(path, keys=...)",
    "images": "Images are for one opening and not stored: tb.Session(path, images=...)",
    "annotator": "An annotator has a journal of their own: tb.Session(path, annotator=...)",
}


def _refuse_unknown(names: Mapping[str, Any]) -> None:
    options = Session.__init__.__kwdefaults__ or ()
    for name in names:
        msg = f"A session has no setting {name!r}{nearest(name, options)}"
        raise SessionError(msg)


def _check_opening(annotator: Any, images: Any) -> None:
    if not isinstance(annotator, str):
        msg = f"annotator is text, not {type(annotator).__name__}."
        raise SessionError(msg)
    if images not in get_args(Images):
        choices = " or ".join(repr(choice) for choice in get_args(Images))
        msg = f"images is {choices}, not {images!r}."
        raise SessionError(msg)


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container whose user has no name
        return "annotator"
