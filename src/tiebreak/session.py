"""The face: a folder of pairs and journals, opened, shown, labeled, viewed and exported."""

import getpass
import unicodedata
from collections.abc import Mapping
from hashlib import blake2b
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, get_args

import msgspec
import pandas as pd

from tiebreak import exports, folder, summary, views
from tiebreak.errors import LabelError, SessionError
from tiebreak.events import Header, Label, Preference, new_id, now
from tiebreak.folder import Scale, Settings
from tiebreak.images import Gallery, read_image
from tiebreak.journal import Contents, file_stem, read_journal
from tiebreak.labels import Folded, open_labels, read_labels
from tiebreak.ordering import Order, a_stands_left, show_order
from tiebreak.pairs import Pair, Text, to_pairs
from tiebreak.widget import Images, PreferenceWidget

DEFAULT_QUESTION = "Which response is better?"


class NextPair(NamedTuple):
    """A pair to label: its id, the prompt and the two responses."""

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
        pairs: a DataFrame, a list of dicts, a ``datasets.Dataset``, or a path to JSONL, JSON, CSV
            or Parquet, with the columns ``prompt``, ``response_a``, ``response_b`` (optional
            ``id``, ``model_a``, ``model_b``; others are kept), or ``prompt``, ``chosen``,
            ``rejected``. Texts are strings or lists of ``{"role", "content"}`` messages, a
            content being text or a list of text and image parts. A whole prompt or response may
            be an image: a ``PIL.Image``, bytes, a path object, or ``{"image": ...}`` of these or
            of a path as text (PNG, JPEG, WebP or GIF, up to 20 MB). Images are copied into the
            session's folder. Leave it out to resume.
        annotator: who labels; the login name by default.
        question: what is asked of each pair.
        scale: ``"simple"`` (left or right is better) or ``"graded"`` (seven points, which gives
            each preference a strength of 1 slightly, 2 clearly or 3 much better).
        order: ``"random"`` (the same for every annotator, by the seed) or ``"given"``.
        seed: for the order and for which response stands left (per annotator); drawn and stored
            with the session if not given.
        images: what becomes of images that a response links to, since requesting one tells its
            host that it was read: ``"ask"`` shows a chip that loads on click, ``"never"`` a chip,
            ``"always"`` the image.
        read_only: look at a session without holding its journal.

    Question, scale, order and seed are stored. They can be changed until the first label.

    Raises:
        PairsError: the pairs have problems; all rows are named.
        SessionError: the folder is not a session, of a newer version, read-only, holds other
            texts under the same ids, or was begun with other settings.
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
        order: Order | None = None,
        seed: int | None = None,
        images: Images = "ask",
        read_only: bool = False,
    ) -> None:
        self._folder = Path(path).expanduser()
        wanted = {"question": question, "scale": scale, "order": order, "seed": seed}
        asked = {name: value for name, value in wanted.items() if value is not None}
        name = _login_name() if annotator is None else annotator
        _check_settings({**asked, "annotator": name, "images": images})
        self._images = images
        # Keyboards and file systems spell one and the same accented letter in two ways.
        self._annotator = unicodedata.normalize("NFC", name)
        stem = file_stem(self._annotator)
        if read_only:
            if pairs is not None:
                msg = "read_only=True adds no pairs; leave one of the two out."
                raise SessionError(msg)
            manifest, stored = folder.read(self._folder)
        elif pairs is None:
            manifest, stored = folder.read(self._folder)
        else:
            gallery = Gallery(self._folder)
            given = to_pairs(pairs, gallery)
            if folder.is_session(self._folder):
                manifest, stored = folder.add(self._folder, given, gallery)
            else:
                settings = _settings(asked)
                manifest, stored = folder.create(self._folder, given, settings, gallery)
        self._settings = manifest.read_settings()
        different = {n: v for n, v in asked.items() if getattr(self._settings, n) != v}
        if different:
            self._refuse_if_labeled(different, read_only=read_only)
            self._settings = msgspec.structs.replace(self._settings, **different)
            manifest = folder.change_settings(self._folder, manifest, self._settings)
        self._id = manifest.id
        self._header = Header(1, manifest.id, self._annotator)
        self._widget: PreferenceWidget | None = None
        journal = folder.journals_of(self._folder) / f"{stem}.jsonl"
        self._journal = journal
        self._labels = read_labels(journal) if read_only else open_labels(journal, self._header)
        self._pairs = self._labels.pairs
        ids = [pair.id for pair in stored]
        self._labels.set_pairs(
            stored,
            show_order(ids, manifest.batches, self._settings.seed, self._settings.order),
            a_stands_left(len(ids), self._settings.seed, self._annotator),
            shuffle=_digest(f"{self._settings.seed} {self._settings.order}"),
        )

    # -- labeling

    @property
    def widget(self) -> PreferenceWidget:
        """The labeling widget, to be put into any ipywidgets layout."""
        if self._widget is None or not self._widget.is_open:
            self._widget = PreferenceWidget(
                self._labels,
                self._settings,
                self._folder,
                outbox=_digest(f"{self._id} {self._annotator}"),
                images=self._images,
            )
        return self._widget

    def next(self) -> NextPair | None:
        """Give the pair to label next, or None when all are labeled.

        Skipped pairs come back once, at the end.
        """
        for pair_id in self._labels.upcoming():
            pair = self._pairs[pair_id]
            return NextPair(pair.id, pair.prompt, pair.a, pair.b)
        return None

    def label(
        self,
        pair_id: str,
        preference: Preference,
        strength: int | None = None,
        *,
        note: str | None = None,
        seconds: float | None = None,
    ) -> None:
        """Record a preference; returns when it is on disk. The newest label of a pair counts.

        Args:
            pair_id: which pair; see ``session.pairs``.
            preference: ``"a"``, ``"b"``, ``"tie"`` (both good), ``"both_bad"`` or ``"skip"``.
            strength: of a or b: 1 slightly, 2 clearly, 3 much better.
            note: a remark of at most 20,000 characters.
            seconds: time spent on it.

        Raises:
            LabelError: the pair or a value is not known; nothing was changed.
            JournalError: the disk did not take it; nothing was changed.
            SessionError: the session is closed or read-only.

        """
        content = {
            "type": "label",
            "id": new_id(),
            "pair": pair_id,
            "preference": preference,
            "strength": _to_python(strength),
            "note": note,
            "seconds": _to_python(seconds),
            "at": now(),
        }
        try:
            label = msgspec.convert(content, Label)
        except msgspec.ValidationError as error:
            msg = f"This label was not recorded: {error}. {_LABEL_HELP}"
            raise LabelError(msg) from error
        self._labels.record(label)

    def undo(self) -> str | None:
        """Take this annotator's last label back, and give its pair's id; None if there is none.

        Again, the one before it, and so on. The journal keeps both the label and the undo.

        Raises:
            JournalError: the disk did not take it; nothing was changed.
            SessionError: the session is closed or read-only.

        """
        undone = self._labels.undo_last()
        return undone.pair if undone else None

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
        """One row a pair, indexed by ``id``: prompt, a, b, model_a, model_b, then meta columns."""
        return views.pairs_frame(list(self._pairs.values()))

    @property
    def labels(self) -> pd.DataFrame:
        """One row a label (annotator x pair) as it now stands, of every annotator's journal.

        Columns: pair, annotator, source, preference, strength (1 to 3), shown_left (the response
        that stood left; missing where nothing was shown), seconds, at (UTC), and what else was
        recorded.

        Raises:
            JournalError: a journal is damaged; file and line are named.

        """
        return views.labels_frame(self._read_journals())

    @property
    def progress(self) -> pd.DataFrame:
        """One row an annotator: total, labeled, a count of each preference, and left."""
        labels = self.labels
        known = labels[labels["pair"].isin(list(self._pairs))]
        return views.progress_frame(known, len(self._pairs), self._annotator)

    def triples(self) -> pd.DataFrame:
        """Give prompt, chosen and rejected of every a or b preference, then provenance.

        Provenance is pair, annotator, source, strength, model_chosen, model_rejected, at and the
        pairs' meta columns. Ties, both-bads and skips are counted in ``attrs["left_out"]``.
        """
        return views.triples_frame(self._judgments())

    def export(
        self, path: str | PathLike[str], format: str = "trl", **options: Any
    ) -> exports.ExportReport:
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
                prompt, as ``NAME-train`` and ``NAME-test``.

        Returns:
            A report: rows written, and rows left out and why.

        Raises:
            ExportError: nothing to write, or the options do not fit; no file was touched.

        """
        target = Path(path).expanduser()
        return exports.export(*self._stored(), target, format, read_image=self._image, **options)

    def to_dataset(self, format: str = "trl", **options: Any) -> Any:
        """Give what was labeled as a ``datasets.Dataset`` with typed features.

        Args:
            format: as for :meth:`export`: ``"trl"``, ``"kto"`` or another that Parquet holds.
            options: as for :meth:`export`. With ``splits`` a ``datasets.DatasetDict`` comes back.

        Raises:
            ExportError: there is nothing to give, or the options do not fit.

        """
        return exports.to_dataset(*self._stored(), format, read_image=self._image, **options)

    # -- inside

    def _stored(self) -> tuple[list[Pair], pd.DataFrame]:
        return list(self._pairs.values()), self.labels

    def _image(self, name: str) -> bytes:
        return read_image(self._folder, name)

    def _judgments(self) -> pd.DataFrame:
        return views.judgments_frame(self.labels, self.pairs)

    def _read_journals(self) -> list[tuple[Header, list[Label]]]:
        """Give each annotator's current labels; this one's from memory, where they live."""
        found: dict[str, tuple[Header, list[Label]]] = {
            self._journal.name: (self._header, self._labels.current())
        }
        journals = folder.journals_of(self._folder)
        for path in sorted(journals.glob("*.jsonl")) if journals.is_dir() else ():
            if path.name not in found:
                contents = read_journal(path)
                if contents.header is not None:
                    found[path.name] = (contents.header, _current(contents))
        return [found[name] for name in sorted(found)]

    def _refuse_if_labeled(self, different: Mapping[str, Any], *, read_only: bool) -> None:
        labeled = any(
            read_journal(path).events for path in folder.journals_of(self._folder).glob("*.jsonl")
        )
        if labeled or read_only:
            said = "; ".join(
                f"{name} is {getattr(self._settings, name)!r}, not {value!r}"
                for name, value in different.items()
            )
            msg = (
                f"The session {str(self._folder)!r} was begun with other settings: {said}. Its "
                "labels were made under those, so they stay. Leave the setting out to go on, or "
                "start a new session in another folder."
            )
            raise SessionError(msg)

    def _facts(self) -> dict[str, Any]:
        return summary.summarize(self._folder, self._labels.standing())

    def _ipython_display_(self) -> None:
        self.widget.display_with_summary()

    def _display_(self) -> PreferenceWidget:
        """Show itself in marimo, which asks for this method first."""
        return self.widget

    def __repr__(self) -> str:
        """Say in a line how far the session is."""
        return summary.as_text(self._facts())


_LABEL_HELP = (
    'A preference is "a", "b", "tie", "both_bad" or "skip"; a strength is 1, 2 or 3; a note has '
    "at most 20,000 characters."
)


def _digest(text: str) -> str:
    """Give a name that tells nothing but whether two are the same."""
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _to_python(value: Any) -> Any:
    """Take a number out of NumPy, where a row of a DataFrame holds it."""
    return value.item() if hasattr(value, "item") else value


def _current(contents: Contents) -> list[Label]:
    folded = Folded(contents.events)
    return [label for label in folded.trail.values() if folded.live[label.pair] is label]


def _check_settings(asked: Mapping[str, Any]) -> None:
    for name, kind in (("scale", Scale), ("order", Order), ("images", Images)):
        if name in asked and asked[name] not in get_args(kind):
            choices = " or ".join(repr(choice) for choice in get_args(kind))
            msg = f"{name} is {choices}, not {asked[name]!r}."
            raise SessionError(msg)
    for name in ("question", "annotator"):
        if name in asked and not isinstance(asked[name], str):
            msg = f"{name} is text, not {type(asked[name]).__name__}."
            raise SessionError(msg)
    seed = asked.get("seed", 0)
    if not isinstance(seed, int) or isinstance(seed, bool) or abs(seed) >= 2**63:
        msg = f"seed is a whole number of at most 63 bits, not {seed!r}."
        raise SessionError(msg)


def _settings(asked: Mapping[str, Any]) -> Settings:
    defaults = {
        "question": DEFAULT_QUESTION,
        "scale": "simple",
        "order": "random",
        "seed": folder.new_seed(),
    }
    return msgspec.convert({**defaults, **asked}, Settings)


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container whose user has no name
        return "annotator"
