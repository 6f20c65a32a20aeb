"""``session.stats`` and ``session.plot``: what is computed of labels and pairs, when asked for.

The functions under them take frames, so they serve labels from anywhere.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import overload

import pandas as pd

from tiebreak.errors import StatsError, telling_wrong_calls_of
from tiebreak.stats import ranking
from tiebreak.stats.bias import bias_table
from tiebreak.stats.counted import of_people
from tiebreak.stats.habits import habits_table
from tiebreak.stats.judging import Judges, judges
from tiebreak.stats.people import agreement_table
from tiebreak.stats.planning import stopping_table
from tiebreak.stats.posterior import Posterior, posterior
from tiebreak.stats.rewards import Rewards, rewards, rewards_by
from tiebreak.worth.battles import battles_frame


@telling_wrong_calls_of(StatsError, "session.stats")
@dataclass(frozen=True)
class Stats:
    """What labels say of people, answers and themselves; ``session.stats`` gives one.

    All but :meth:`judges`, :meth:`habits` and agreement of each two count what people said, as the
    report does, and what judges said where no person labeled. Where contested pairs came first,
    :meth:`win_rates`, :meth:`ranking` and :meth:`stopping` weigh labels, so as to tell of all
    pairs; all else is of the pairs as they came, on which people agree less than on all.

    Attributes:
        labels: a row a label, as ``session.labels`` gives them.
        pairs: a row a pair, indexed by id, as ``session.pairs`` gives them.

    Example:
        >>> import tiebreak as tb
        >>> session = tb.Session(tmp / "all", tb.sample_pairs(), annotator="me")
        >>> while pair := session.next():
        ...     session.label(pair.id, "a")
        >>> len(session.stats.labels), len(session.stats.pairs)
        (48, 48)

    """

    labels: pd.DataFrame
    pairs: pd.DataFrame

    @cached_property
    def _of_people(self) -> pd.DataFrame:
        return of_people(self.labels)

    def agreement(self, by: str | None = None) -> pd.DataFrame:
        """Tell how far people agree, in figures and a sentence each.

        Args:
            by: ``"annotators"``, ``"criteria"`` or a column of the pairs, such as a topic.

        Returns:
            See :func:`tiebreak.stats.people.agreement_table`.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "agreement", tb.sample_pairs(), annotator="me")
            >>> while pair := session.next():
            ...     session.label(pair.id, "a")
            >>> print(session.stats.agreement()["says"].iloc[0])
            No pair has labels of two people yet: agreement needs some, 50 for a first look.

        """
        said = self.labels if by == "annotators" else self._of_people
        return agreement_table(said, self.pairs, by)

    def bias(self, by: str | None = None) -> pd.DataFrame:
        """Tell what goes with being chosen: the left side, length, and what else can be counted.

        Args:
            by: ``"annotator"`` for each person's own, or another column of the labels or pairs.

        Returns:
            See :func:`tiebreak.stats.bias.bias_table`.

        Raises:
            StatsError: neither labels nor pairs have the column ``by``.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "bias", tb.sample_pairs(), annotator="me")
            >>> while pair := session.next():
            ...     session.label(pair.id, "a")
            >>> print(session.stats.bias().loc["length", "says"].partition(";")[0])
            The longer answer was chosen in 46 % (32 to 60) of 48 pairs

        """
        return bias_table(self._of_people, self.pairs, by)

    @overload
    def rewards(self, by: None = None, *, embed: bool = False) -> Rewards: ...

    @overload
    def rewards(self, by: str, *, embed: bool = False) -> pd.DataFrame: ...

    def rewards(self, by: str | None = None, *, embed: bool = False) -> Rewards | pd.DataFrame:
        """Tell in words what the labels reward, and whether length alone explains them.

        Args:
            by: ``"annotator"`` for what each person rewards, a row each, or another column of the
                labels or pairs.
            embed: whether to look at meaning, too, which takes the extra ``embed``.

        Returns:
            See :func:`tiebreak.stats.rewards.rewards`, and with ``by``
            :func:`tiebreak.stats.rewards.rewards_by`.

        Raises:
            StatsError: ``embed=True`` without the extra: ``pip install wordllama``; or neither
                labels nor pairs have the column ``by``.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "rewards", tb.sample_pairs(), annotator="me")
            >>> while pair := session.next():
            ...     session.label(pair.id, "a")
            >>> print(session.stats.rewards().says.partition(":")[2])
             there are 48 pairs with a preference, and it needs 50.

        """
        if by is not None:
            return rewards_by(self._of_people, self.pairs, by, embed=embed)
        return rewards(self._of_people, self.pairs, embed=embed)

    def posterior(self) -> Posterior:
        """Give how sure each pair's label is, and how far each person is to be believed.

        See :func:`tiebreak.stats.posterior.posterior`.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "posterior", tb.sample_pairs(), annotator="me")
            >>> while pair := session.next():
            ...     session.label(pair.id, "a")
            >>> print(session.stats.posterior().people.loc["me", "says"])
            me labeled alone (48 labels): how often they are right, nobody else can tell.

        """
        return posterior(self._of_people)

    def habits(self) -> pd.DataFrame:
        """Tell by person: sides, streaks, drift over a sitting, and who stands apart.

        See :func:`tiebreak.stats.habits.habits_table`.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "habits", tb.sample_pairs(), annotator="me")
            >>> while pair := session.next():
            ...     session.label(pair.id, "a")
            >>> session.stats.habits().columns[:5].tolist()  # without sides shown there are no rows
            ['annotator', 'habit', 'value', 'low', 'high']

        """
        return habits_table(self.labels)

    def judges(self) -> Judges:
        """Compare each judge with the majority of people, and with itself in the other order.

        See :func:`tiebreak.stats.judging.judges`.

        Example:
            >>> import tiebreak as tb
            >>> pairs = [{"prompt": "2 + 2?", "response_a": "4", "response_b": "5"}]
            >>> said = {"preference": "a", "annotator": "gpt", "source": "judge"}
            >>> judged = [row | said for row in pairs]
            >>> session = tb.Session(tmp / "judges", judged, annotator="me")
            >>> print(session.stats.judges().table.loc["gpt", "says"].partition(":")[0])
            gpt is a judge, and people decided 0 pairs of what it judged

        """
        return judges(self.labels, self.pairs)

    def win_rates(self) -> pd.DataFrame:
        """Give how often each model wins, a tie counting half, with intervals by prompt.

        A judge that told how probable it finds an answer better counts by that, and where
        contested pairs came first, labels are weighted. Pairs of identical answers are in no
        session; ``tiebreak.report`` of labels and pairs as they were read counts them, as a
        leaderboard does. See :func:`tiebreak.stats.ranking.win_rates`.

        Raises:
            StatsError: the pairs name no two models.

        Example:
            >>> import tiebreak as tb
            >>> row = {"a": "Yes.", "b": "No.", "model_a": "new", "model_b": "old"}
            >>> rows = [row | {"prompt": f"Is {n} less than 9?"} for n in range(8)]
            >>> session = tb.Session(tmp / "win_rates", rows, annotator="me")
            >>> while pair := session.next():
            ...     session.label(pair.id, "a")
            >>> session.stats.win_rates()["rate"].to_dict()
            {'new': 1.0, 'old': 0.0}

        """
        return ranking.win_rates(battles_frame(self._of_people, self.pairs))

    def ranking(
        self, ties: ranking.Ties = "davidson", *, length_controlled: bool = False
    ) -> ranking.Fit:
        """Fit a strength to each model, ties and all; see :func:`tiebreak.stats.ranking.strengths`.

        Args:
            ties: the model of ties; :meth:`ties_compared` tells which says most of new pairs.
            length_controlled: whether to take out what length alone wins, by
                ``(len(a) - len(b)) / (len(a) + len(b))`` in characters.

        Raises:
            StatsError: the pairs name no two models, or nothing links them.

        Example:
            >>> import tiebreak as tb
            >>> row = {"a": "Yes.", "b": "No.", "model_a": "new", "model_b": "old"}
            >>> rows = [row | {"prompt": f"Is {n} less than 9?"} for n in range(8)]
            >>> session = tb.Session(tmp / "ranking", rows, annotator="me")
            >>> while pair := session.next():
            ...     session.label(pair.id, "a")
            >>> session.stats.ranking().table.index.tolist()
            ['new', 'old']

        """
        battles = battles_frame(self._of_people, self.pairs)
        lengths = battles[["longer"]] if length_controlled else None
        return ranking.strengths(battles, ties, lengths)

    def ties_compared(self) -> pd.DataFrame:
        """Compare the models of ties by held-out loss.

        Example:
            >>> import tiebreak as tb
            >>> row = {"a": "Yes.", "b": "No.", "model_a": "new", "model_b": "old"}
            >>> rows = [row | {"prompt": f"Is {n} less than 9?"} for n in range(8)]
            >>> session = tb.Session(tmp / "ties_compared", rows, annotator="me")
            >>> while pair := session.next():
            ...     session.label(pair.id, "a")
            >>> session.stats.ties_compared()["battles"].to_dict()
            {'davidson': 8, 'rao_kupper': 8, 'drop': 8}

        """
        return ranking.ties_compared(battles_frame(self._of_people, self.pairs))

    def stopping(self, *, level: float = 0.05) -> pd.DataFrame:
        """Tell whether the labels so far settle which of two models is better.

        The interval holds at every moment at once, so looking after every label and stopping when
        it leaves 0.5 is wrong in at most ``level`` of all studies; see
        :func:`tiebreak.stats.planning.confidence_sequence`.

        Returns:
            A row for each two models: ``better``, ``other``, ``wins``, ``decisive``, ``share``,
            ``low``, ``high``, ``settled`` and ``says``; none where pairs name no models.

        Example:
            >>> import tiebreak as tb
            >>> row = {"a": "Yes.", "b": "No.", "model_a": "new", "model_b": "old"}
            >>> rows = [row | {"prompt": f"Is {n} less than 9?"} for n in range(8)]
            >>> session = tb.Session(tmp / "stopping", rows, annotator="me")
            >>> while pair := session.next():
            ...     session.label(pair.id, "a")
            >>> session.stats.stopping()["says"].tolist()
            ['new is better than old: you may stop.']

        """
        return stopping_table(self._of_people, self.pairs, level=level)
