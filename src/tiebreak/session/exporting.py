"""What leaves a session: files, datasets and what is published."""

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import pandas as pd

from tiebreak.errors import ExportError, telling_wrong_calls
from tiebreak.files import with_home
from tiebreak.records.pair import Pair
from tiebreak.session.worth import SessionWorth
from tiebreak.views import without_measures

if TYPE_CHECKING:
    from tiebreak.exports import ExportReport
    from tiebreak.exports.card import Collected
    from tiebreak.exports.options import CardOptions, ExportOptions, FormatName, HubOptions


def _check_order(path: Any, format: Any) -> None:
    """See to it that a path is given, and first."""
    from tiebreak.exports import FORMATS  # noqa: PLC0415 - not needed to label

    if not isinstance(path, str | PathLike):
        given = f"a path, not {type(path).__name__}"
    elif str(path) in FORMATS:
        given = f"the path of a file, and {str(path)!r} is a format"
    else:
        return
    file = format if isinstance(format, str) and Path(format).suffix else "pairs.jsonl"
    named = str(path) if isinstance(path, str) else "trl"
    msg = f"What comes first is {given}: session.export({file!r}, format={named!r})"
    raise ExportError(msg)


class SessionExports(SessionWorth):
    """What a session gives away; see :class:`tiebreak.Session`, which opens it."""

    @telling_wrong_calls(ExportError, 'session.export("pairs.jsonl", format="trl")')
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
                column names of ``triples()``), ``margin`` (True, ``"votes"``, or a mapping from
                strength to margin), ``messages`` (texts become messages), ``implicit_prompt`` (the
                prompt in front of both responses) and ``edit`` (``"chosen"`` or ``"reference"``:
                what becomes of improved responses). ``"kto"`` writes prompt, completion, label: a
                tie as two True, both bad as two False. ``"openai"`` has the option ``provider``:
                ``"openai"``, ``"azure"``, ``"together"`` or ``"fireworks"``. The others are
                ``"axolotl"``, ``"llama_factory"``, ``"ms_swift"`` and ``"openrlhf"`` (option
                ``margin``), ``"nemo_rl"``, ``"torchtune"``, ``"verl"``, ``"argilla"``,
                ``"label_studio"``, and ``"raw"``: all pairs and labels without loss.
            options: the format's own, and for every format: ``annotators``, ``sources``,
                ``min_strength``, ``criterion`` and ``without_flags`` select labels; ``agreement``
                (``"majority"``, ``"unanimous"`` or ``"all"``) and ``adjudicator`` (a name) say what
                becomes of pairs that several annotators labeled (see
                :class:`tiebreak.exports.selecting.Selection`); where they part on one, a format for
                training is refused without; ``splits``, such as ``{"train": 0.9, "test": 0.1}``,
                and its ``seed`` write a file each, divided by prompt, as ``NAME-train`` and
                ``NAME-test``; ``votes=True`` writes how the labels of a pair were spread,
                ``votes="each"`` every one of them; ``posterior=True`` writes what they make
                probable (see :func:`tiebreak.stats.posterior.posterior`): ``weight``, P of what the
                row says, ``margin``, P(chosen) - P(rejected), and ``soft_label``, (1 + margin) / 2,
                and suggests a ``label_smoothing``. For ``"openai"``, whose rows hold nothing else,
                these are a file beside, ``NAME-votes.jsonl``. The texts are checked for errors that
                training would not survive, or not notice (the rules P01, P02, P04, P05 and P06 of
                :func:`tiebreak.check`); ``allow``, such as ``["P06"]``, writes them all the same.
                What else concerns it (P12 to P16) is told in the report.

        Returns:
            A report: rows written, and rows left out and why.

        Raises:
            ExportError: nothing to write, the options do not fit, or a check found an error; no
                file was touched.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "export", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> report = session.export(tmp / "train.jsonl", format="trl")
            >>> report.rows, report.format
            (1, 'trl')

        """
        from tiebreak import exports  # noqa: PLC0415 - not needed to label

        _check_order(path, format)
        target = with_home(path)
        return exports.export(*self._stored(), target, format, read_media=self._media, **options)

    @telling_wrong_calls(ExportError, 'session.to_dataset(format="trl")')
    def to_dataset(self, format: "FormatName" = "trl", **options: "Unpack[ExportOptions]") -> Any:
        """Give what was labeled as a ``datasets.Dataset`` with typed features.

        Args:
            format: as for :meth:`export`: ``"trl"``, ``"kto"`` or another that Parquet holds.
            options: as for :meth:`export`. With ``splits`` a ``datasets.DatasetDict`` comes back.

        Raises:
            ExportError: there is nothing to give, or the options do not fit.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "dataset", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.to_dataset("kto").column_names
            ['prompt', 'completion', 'label']

        """
        from tiebreak import exports  # noqa: PLC0415 - not needed to label

        return exports.to_dataset(*self._stored(), format, read_media=self._media, **options)

    @telling_wrong_calls(ExportError, 'session.push_to_hub("OWNER/NAME", format="trl")')
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
                ``measures`` and ``findings`` (see :func:`tiebreak.exports.hub.make`).

        Returns:
            A report, as of :meth:`export`.

        Raises:
            ExportError: there is nothing to publish, an option does not fit, or the Hub refuses.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "hub", tb.sample_pairs(), annotator="me")
            >>> try:  # nothing is labeled, so nothing is sent
            ...     session.push_to_hub("me/pilot", license="cc-by-4.0")
            ... except tb.ExportError as error:
            ...     print(str(error).partition(".")[0])
            There is nothing to write: 48 not labeled

        """
        from tiebreak.exports.hub import push_to_hub  # noqa: PLC0415 - few push

        told = self._collected()
        return push_to_hub(
            *self._stored(), repo_id, format, collected=told, read_media=self._media, **options
        )

    @telling_wrong_calls(ExportError, 'session.card("OWNER/NAME", format="trl")')
    def card(
        self, repo_id: str, format: "FormatName" = "trl", **options: "Unpack[CardOptions]"
    ) -> str:
        """Give the dataset card that :meth:`push_to_hub` would publish, to read it before.

        Args:
            repo_id: as for :meth:`push_to_hub`; nothing is asked of the Hub.
            format: as for :meth:`to_dataset`.
            options: as for :meth:`push_to_hub`, without ``private``, ``token`` and ``endpoint``.

        Returns:
            Markdown, with the YAML that Hugging Face reads in front.

        Raises:
            ExportError: there is nothing to publish, or an option does not fit.

        Example:
            >>> import tiebreak as tb
            >>> with tb.Session(tmp / "carded", tb.sample_pairs(), annotator="me") as session:
            ...     session.label(session.next().id, "a")
            ...     card = session.card("me/pilot", license="cc-by-4.0")
            >>> "license: " in card, "annotator-1" in card
            (True, True)

        """
        from tiebreak.exports.hub import make  # noqa: PLC0415 - few publish

        told = self._collected()
        made = make(
            *self._stored(), repo_id, format, collected=told, read_media=self._media, **options
        )
        return made.card

    def _collected(self) -> "Collected":
        from tiebreak.exports.card import Collected  # noqa: PLC0415 - few publish

        asked = self._settings
        labels = without_measures(self.labels)
        labels = labels[labels["preference"] != "skip"]
        # A column is there where any label has a value.
        told = labels["guideline"].dropna().tolist() if "guideline" in labels.columns else []
        older = sum(version != asked.guideline for version in told)
        versions = [version.name for version in self._versions()]
        return Collected(
            asked.question, asked.scale, asked.guidelines, asked.criteria, older, versions
        )

    def _stored(self) -> tuple[list[Pair], pd.DataFrame]:
        return self._unknown(), self.labels

    def _media(self, name: str) -> bytes:
        return self._store.media(name)
