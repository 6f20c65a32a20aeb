"""A session's pairs and labels as DataFrames: views of its store, computed when asked for."""

from collections.abc import Mapping

import pandas as pd

from tiebreak import views
from tiebreak.labeling.folded import Folded
from tiebreak.labeling.guidelines import Version, log_frame, versions
from tiebreak.labeling.labels import Labels
from tiebreak.records.label import Header, Label
from tiebreak.records.pair import Pair
from tiebreak.records.settings import Settings
from tiebreak.store.base import Store
from tiebreak.store.names import file_name
from tiebreak.wording import warn


class SessionFrames:
    """What a session shows as tables; see :class:`tiebreak.Session`, which opens it."""

    _store: Store
    _labels: Labels
    _header: Header
    _annotator: str
    _settings: Settings

    @property
    def pairs(self) -> pd.DataFrame:
        """One row a pair, indexed by ``id``: prompt, a, b, model_a, model_b, then meta columns.

        Gold pairs are not among them.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "pairs", tb.sample_pairs(), annotator="me")
            >>> session.pairs.columns.tolist(), len(session.pairs)
            (['prompt', 'a', 'b', 'model_a', 'model_b', 'topic'], 48)

        """
        return views.pairs_frame(self._unknown())

    @property
    def labels(self) -> pd.DataFrame:
        """One row a label (annotator x pair) as it now stands, of every annotator's journal.

        Columns: pair, annotator, source, preference, strength (1 to 3), shown_left (the response
        that stood left; missing where nothing was shown), seconds (spent looking at the pair up to
        this label, while the page was visible and had the focus), at (UTC), guideline (the version
        it was made under, see :attr:`guidelines_log`), what else :meth:`label` took, reasons and
        flags as reasons_a, reasons_b, flags_a, flags_b and flags_pair, criteria as criterion_NAME
        each; again, True for second showings; and gold, the known answer of gold pairs.

        A file among the journals that is none of this session's, such as a copy that a file
        service made, is not counted; a warning says which, and ``attrs["not_counted"]``.

        Raises:
            JournalError: a journal is damaged; file and line are named.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "labels", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a", note="b is wrong")
            >>> session.labels[["annotator", "source", "preference", "note"]]
              annotator source preference        note
            0        me  human          a  b is wrong

        """
        gold = {pair.id: pair.gold for pair in self._pairs.values() if pair.gold is not None}
        journals, left_out = self._read_journals()
        frame = views.labels_frame(journals, gold)
        if left_out:
            frame.attrs["not_counted"] = left_out
        return frame

    @property
    def guidelines_log(self) -> pd.DataFrame:
        """One row a version of what guides: question, guidelines, criteria and named rules.

        Columns: version (as in the column ``guideline`` of :attr:`labels`), since (UTC), by
        (missing for the first), changed (which of the four), own (this annotator's current labels
        made under it), labels (everyone's), and older (own labels made under the rows before: what
        ``queue(older_than=version)`` brings back, skips apart). The last row holds now. Labels of
        no version, as tiebreak 0.1 made them, and of versions that came with data have rows
        before all others, of which it is not known since when they held.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "log", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.change_settings(guidelines="Facts before style.")
            >>> session.guidelines_log[["changed", "labels", "older"]]
                  changed  labels  older
            0                   1      0
            1  guidelines       0      1

        """
        return log_frame(self._versions(), self.labels, self._annotator)

    @property
    def progress(self) -> pd.DataFrame:
        """One row an annotator: total, labeled, a count of each preference, and left.

        Whoever opened it to label has a row from the start; whoever only reads has none.
        Second showings and gold pairs are not counted, though the widget counts all it shows;
        ``attrs["not_counted"]`` is as of :attr:`labels`.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "progress", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "tie")
            >>> session.progress.loc["me", ["total", "labeled", "tie", "left"]].tolist()
            [48, 1, 1, 47]

        """
        found = self.labels
        labels = views.without_measures(found)
        known = labels[labels["pair"].isin(list(self._pairs))]
        labels_here = None if self._labels.read_only else self._annotator
        frame = views.progress_frame(known, len(self._unknown()), labels_here)
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
        from tiebreak.stats.consistency import (  # noqa: PLC0415 - labeling does without
            consistency_frame,
        )

        return consistency_frame(self.labels)

    def triples(self) -> pd.DataFrame:
        """Give prompt, chosen and rejected of every a or b preference, then provenance.

        Provenance is pair, annotator, source, strength, model_chosen, model_rejected, at, what
        else the labels recorded (``edit`` is the chosen response, improved) and the pairs' meta
        columns. Ties, both-bads and skips are counted in ``attrs["left_out"]``.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "triples", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.label(session.next().id, "tie")
            >>> triples = session.triples()
            >>> triples.columns[:5].tolist(), len(triples), triples.attrs["left_out"]["tie"]
            (['prompt', 'chosen', 'rejected', 'pair', 'annotator'], 1, 1)

        """
        return views.triples_frame(self._judgments())

    def _judgments(self) -> pd.DataFrame:
        return views.judgments_frame(views.without_measures(self.labels), self.pairs)

    def _unknown(self) -> list[Pair]:
        """Give the pairs whose answer is not known: those that the session is about."""
        return [pair for pair in self._pairs.values() if pair.gold is None]

    @property
    def _pairs(self) -> Mapping[str, Pair]:
        return self._labels.showing.pairs

    def _versions(self) -> list[Version]:
        manifest = self._store.manifest()
        return versions(manifest.read_settings(), manifest.created, manifest.changes)

    def _read_journals(self) -> tuple[list[tuple[Header, list[Label]]], list[str]]:
        """Give each annotator's current labels, and what was left out.

        This one's labels are from memory, where they live.
        """
        journals = self._store.journals(without=self._annotator)
        for left_out in journals.left_out:
            warn(f"Not counted: {left_out}")
        found = [(self._header, self._labels.current())]
        for contents in journals.found:
            assert contents.header is not None
            found.append((contents.header, Folded(contents.events).current()))
        found.sort(key=lambda each: file_name(each[0].annotator))
        return found, journals.left_out
