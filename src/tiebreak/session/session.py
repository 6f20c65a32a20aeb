"""A session opened, shown and labeled; its tables and exports are in the classes it builds on."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from inspect import signature
from os import PathLike
from typing import Any, Literal, Never, Unpack

from tiebreak.errors import SessionError, telling_wrong_calls
from tiebreak.labeling import opening
from tiebreak.labeling.held import open_labels, read_labels
from tiebreak.labeling.importing import tell_of_imported
from tiebreak.labeling.keys import read_keys
from tiebreak.labeling.priority import AnyPriority, is_priority
from tiebreak.labeling.resuming import tell_of_others
from tiebreak.labeling.settings import Changes, read_settings
from tiebreak.records.label import Header
from tiebreak.records.settings import SETTLED, Images, Order, Scale, TooFast
from tiebreak.session.adjudicating import Disagreements
from tiebreak.session.screen import SessionOnScreen
from tiebreak.store.names import file_stem


class Session(SessionOnScreen):
    """A labeling session: a folder with the pairs and one journal per annotator.

    Shown as a cell's last value it is the labeling widget. Opening the same folder again resumes
    it; with pairs, those not in it yet are added.

    Args:
        path: the session's folder, made if new.
        pairs: any source that :func:`tiebreak.read_pairs` reads, or what it read: a DataFrame, a
            list of dicts, a ``datasets.Dataset``, a path to JSONL, JSON, CSV, Excel or Parquet.
            Columns are ``prompt``, ``response_a``, ``response_b`` (optional ``id``, ``model_a``,
            ``model_b``; others are kept), or those of a dataset that is known. Preferences that
            come along, as in ``prompt``, ``chosen``, ``rejected``, become labels in the journal
            of their annotator; giving the same again adds nothing. Those under your own name are
            kept as of ``"NAME (imported)"``, unless ``read_pairs`` was told that they are yours:
            ``annotator={"NAME": "NAME"}``. Texts are strings or lists of
            ``{"role", "content"}`` messages, a content being text or a list of text, image
            and audio parts. A whole prompt or response may be an image or audio: bytes, a path
            object, a ``PIL.Image``, samples as ``{"array", "sampling_rate"}``, or ``{"image":
            ...}`` or ``{"audio": ...}`` of these or of a path as text (PNG, JPEG, WebP or GIF;
            WAV, MP3, OGG, FLAC or WebM; up to 20 MB). A path as text stays in the folder of the
            file it stands in, or else in the working folder; a path object goes anywhere. They are
            copied into the session's folder. Leave it out to resume.
        columns: what the source calls its columns, and gold, where it has the same ones; as
            :func:`tiebreak.read_pairs` takes them:
            ``{"prompt": "question", "response_a": "left", "response_b": "right"}``.
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
        order: ``"random"`` (the same for every annotator, by the seed), ``"given"``,
            ``"contested"``, or, when pairs are added, a Series of scores indexed by pair id
            (highest first), or a function that takes the pairs as ``session.pairs`` shows them and
            gives such scores or a list of ids. They are stored in that order, as ``"given"``, and
            keep it: another order on a resume is an error, or a warning where there are new pairs
            that can take it. ``"contested"`` brings two pairs of three that a small model of your
            own labels is least sure of, and one by chance; each label says which
            (``shown_by``) and how probable the pair was to come next (``shown_chance``). Expect
            no more of it than the report measures: random is hard to beat.
        seed: for the order and for which response stands left (per annotator); drawn and stored
            with the session if not given. Who is shown pairs whose ids they know can find a short
            one by trying, and with it the sides: leave it out where labelers are not trusted.
        too_fast: what becomes of a choice made sooner than the texts can be read: None for
            nothing, ``"warn"`` for a word, ``"hold"`` for a second press of the key.
        pace: whether to show labels this sitting, median seconds and the time left.
        reveal_models: whether to show who wrote the responses after the choice. A pair's second
            showing is then no longer blind. Where some pairs name models and some do not, that
            would tell which are gold: a session with gold pairs then shows none.
        pause_after: minutes of looking at pairs after which the widget proposes a pause, and says
            what was labeled in this sitting, as it does at the last pair.
        stopping: whether the bar says if your labels settle which of two models is better, which
            holds however often you look, as ``session.stats.stopping()`` does of everyone's. It
            names no model, so the work stays blind.
        keys: other keys for this opening, by action, such as ``{"note": "m", "tie": ["0", "t"],
            "together": "w"}``. Not stored: they are a person's. The actions are ``left``,
            ``right`` (graded: ``left_3``, ``left_2``, ``left_1``, ``right_1``, ``right_2``,
            ``right_3``), ``tie``, ``both_bad``, ``skip``, ``undo``, ``note``, ``edit``, ``ticks``,
            ``next_row``, ``previous_row`` (of the criteria), ``differences``, ``fold``, ``raw``,
            ``together``, ``prompt``, ``actual``, ``page_down``, ``page_up``, ``prompt_page``,
            ``larger``, ``smaller``, ``play_left``, ``play_right``, ``pause``, ``play_back``,
            ``guidelines``, ``list``, ``full``, ``floating`` and ``help``; the help (``?``) shows
            what each does.
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

    @telling_wrong_calls(SessionError, 'tiebreak.Session("pilot", pairs)')
    def __init__(
        self,
        path: str | PathLike[str],
        pairs: Any = None,
        *,
        columns: Mapping[str, str] | None = None,
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
        pause_after: int | None = None,
        stopping: bool | None = None,
        keys: Mapping[str, str | Sequence[str]] | None = None,
        images: Images = "ask",
        read_only: bool = False,
        **unknown: Never,
    ) -> None:
        if unknown:
            opening.refuse_unknown(unknown, [*signature(Session.__init__).parameters][1:-1])
        self._store = opening.find_store(path, pairs)
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
            "pause_after": pause_after,
            "stopping": stopping,
        }
        asked = read_settings({name: each for name, each in wanted.items() if each is not None})
        name = opening.login_name() if annotator is None else annotator
        opening.check_opening(name, images)
        self._images = images
        # Keyboards and file systems spell one and the same accented letter in two ways.
        self._annotator = unicodedata.normalize("NFC", name)
        file_stem(self._annotator)  # refuses names that are none
        given = opening.read_given(
            self._store, pairs, gold, priority, self._annotator, columns=columns
        )
        if read_only and given is not None:
            msg = "read_only=True adds no pairs; leave one of the two out."
            raise SessionError(msg)
        # Without pairs there is nothing to make one of, so reading it says that it is not there.
        resumes = pairs is None or self._store.exists()
        before = self._store.manifest() if resumes else None
        there = before.read_settings().scale if before else "simple"
        self._keys = {} if keys is None else read_keys(keys, asked.get("scale", there))
        self._told = opening.open_store(
            self._store, given, asked, priority, self._annotator, read_only=read_only
        )
        manifest = self._store.manifest()
        self._settings = manifest.read_settings()
        self._id = manifest.id
        self._header = Header(1, manifest.id, self._annotator)
        if read_only:
            self._labels = read_labels(self._store, self._annotator)
        else:
            self._labels = open_labels(self._store, self._header)
            if resumes:
                tell_of_others(self._store, self._annotator)
        self._show(manifest, self._store.pairs())
        self._warn_of_models()
        if given is not None and sum(manifest.batches) > (sum(before.batches) if before else 0):
            opening.tell_of_reading(given)
        if not read_only and (given is None or self._annotator not in given.said):
            tell_of_imported(self._labels.imported_alone(), self._annotator)

    # -- labeling

    @telling_wrong_calls(SessionError, "session.change_settings(pace=True)")
    def change_settings(self, **changes: Unpack[Changes]) -> None:
        """Ask by other settings from now on. What was labeled stays as it is.

        The change is recorded in ``session.json``, with the time and who made it, and a widget on
        screen follows. None gives a setting its default back.

        Args:
            changes: stored settings of :class:`Session`. Seed, order and repeat decide which
                response stands left, so they cannot be changed after anyone's first label.

        Raises:
            SessionError: a name or value is not known, the setting is settled by the first label,
                or the session is read-only.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "settings", tb.sample_pairs(), annotator="me")
            >>> session.change_settings(question="Which would you send?", pace=True)

        """
        if self._labels.read_only:
            msg = "This session was opened with read_only=True; open it without, to change it."
            raise SessionError(msg)
        if not opening.change_settings(self._store, changes, self._annotator, self._keys):
            return
        manifest = self._store.manifest()
        self._settings = manifest.read_settings()
        if not changes.keys().isdisjoint(SETTLED):
            self._show(manifest, self._pairs.values())
        if not changes.keys().isdisjoint(("reveal_models", "stopping")):
            self._warn_of_models()
        if self._widget is not None and self._widget.is_open:
            self._widget.change_settings(self._settings)
            if "pause_after" in changes:
                self._sit_down(self._widget)

    @telling_wrong_calls(SessionError, "session.disagreements()")
    def disagreements(self, *, names: bool = False) -> Disagreements:
        """Open the pairs on which people part, with what everybody said beside them.

        Shown in a cell it is the widget, over these pairs alone, with each person's choice,
        reasons, criteria, flags and note by left and right as the pair stands. What is decided
        goes to a journal of its own, of the annotator ``"adjudicator"``, so everyone's labels stay
        as they are, and the next call goes on where this one ended. An export takes it by
        ``adjudicator="adjudicator"``; statistics leave it out, since who decided saw the others.

        Pairs part where two labels of first showings differ, people's and judges' alike; skips say
        nothing. A tie and both bad differ here, though to statistics they agree, since an export to
        KTO tells them apart: of how many pairs it is only these is said. Those that you still have
        to label yourself, or are to see a second time, wait until you have: how many is said. Gold
        pairs are not among them.

        Args:
            names: whether to say who said what. Without, people are numbered, in each pair anew.

        Raises:
            SessionError: there is nothing to decide.
            JournalError: a journal is damaged, or another process decides just now.

        Example:
            >>> import tiebreak as tb
            >>> for who, choice in (("anna", "a"), ("bob", "b")):
            ...     with tb.Session(tmp / "both", tb.sample_pairs(), annotator=who) as session:
            ...         session.label(session.next().id, choice)
            >>> session = tb.Session(tmp / "both", read_only=True)
            >>> with session.disagreements() as parted:
            ...     parted.label(parted.next().id, "b", note="a invents a source")
            >>> session.export(tmp / "t.jsonl", adjudicator="adjudicator").rows
            1

        """
        return Disagreements(self, names=names)
