"""What a session's labels are worth; see :mod:`tiebreak.worth`."""

from typing import TYPE_CHECKING

from tiebreak.session.frames import SessionFrames

if TYPE_CHECKING:
    from tiebreak.worth.accessors import Stats
    from tiebreak.worth.plots import Plots
    from tiebreak.worth.reporting import Report


class SessionWorth(SessionFrames):
    """What is computed of labels, by name; see :class:`tiebreak.Session`."""

    @property
    def stats(self) -> "Stats":
        """Statistics of the labels as they now stand, such as ``session.stats.stopping()``.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "stats", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.stats.posterior().pairs["label"].tolist()
            ['a']

        """
        from tiebreak.stats.counted import (  # noqa: PLC0415 - labeling does without
            independent,
            without_gold,
        )
        from tiebreak.worth.accessors import Stats  # noqa: PLC0415

        return Stats(without_gold(independent(self.labels)), self.pairs)

    @property
    def plot(self) -> "Plots":
        """Plots of the labels as they now stand, such as ``session.plot.agreement()``.

        There are ``agreement``, ``bias``, ``rewards``, ``posterior``, ``people``, ``judges``,
        ``win_rates``, ``ranking``, ``stopping``, ``learning`` and ``timeline``; each takes ``ax``
        and gives one. They need matplotlib.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "plot", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> axes = session.plot.posterior()
            >>> axes.get_xlabel()
            'probability of the most probable label'

        """
        from tiebreak.worth.gathering import gather  # noqa: PLC0415 - labeling does without
        from tiebreak.worth.plots import Plots  # noqa: PLC0415

        return Plots(gather(self.labels, self.pairs))

    def report(self) -> "Report":
        """Tell what the labels are worth: in words first, then plots, then tables.

        Shown in a cell it is a page; ``.save("report.html")`` writes it as one file that needs no
        other. Plots need matplotlib; all else is there without.

        Raises:
            JournalError: a journal is damaged; file and line are named.

        Example:
            >>> import tiebreak as tb
            >>> with tb.Session(tmp / "worth", tb.sample_pairs(), annotator="me") as session:
            ...     while pair := session.next():
            ...         session.label(pair.id, "a")
            ...     session.report().headline.partition(":")[0]
            '48 pairs, 1 person'

        """
        from tiebreak.worth.reporting import Report  # noqa: PLC0415 - labeling does without

        return Report(self.labels, self.pairs, [version.name for version in self._versions()])

    def methods(self) -> str:
        """Give the methods paragraph for a paper, with the numbers; it names no person.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "methods", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.methods().partition("(")[0]
            '1 pair of responses to 1 prompt was compared by 1 annotator '

        """
        from tiebreak.worth.gathering import gather  # noqa: PLC0415 - labeling does without
        from tiebreak.worth.methods import methods  # noqa: PLC0415

        return methods(gather(self.labels, self.pairs))
