"""All tables that a report is made of, each computed once from labels and pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from tiebreak.checks import Finding as Checked
from tiebreak.checks import check_worth
from tiebreak.errors import StatsError
from tiebreak.records.label import ADJUDICATOR, VERDICTS
from tiebreak.stats import ranking
from tiebreak.stats.bias import bias_table
from tiebreak.stats.consistency import consistency_frame
from tiebreak.stats.contested import Blocks, blocks
from tiebreak.stats.counted import counted, first_showings, independent, of_people
from tiebreak.stats.frames import plain_both
from tiebreak.stats.habits import habits_table
from tiebreak.stats.judging import Judges, judges
from tiebreak.stats.learning import learning_curve
from tiebreak.stats.opposed import opposed
from tiebreak.stats.outcomes import is_picked
from tiebreak.stats.people import agreement_table
from tiebreak.stats.planning import stopping_table
from tiebreak.stats.posterior import Posterior, posterior
from tiebreak.stats.rewards import Rewards, rewards
from tiebreak.wording import count
from tiebreak.worth.battles import battles_frame

_MOST_COMPARED = 10


@dataclass(frozen=True)
class Gathered:
    """Labels and pairs, and what is computed of them.

    Attributes:
        everything: all labels but those of gold pairs; see :func:`gather`.
        pairs: a row a pair, indexed by id.
        gold: a row a person with known answers; see :meth:`tiebreak.Session.consistency`.
        versions: of the guidelines, where they are known, oldest first.

    """

    everything: pd.DataFrame
    pairs: pd.DataFrame
    gold: pd.DataFrame
    versions: Sequence[str] = ()

    @cached_property
    def labels(self) -> pd.DataFrame:
        """All of them but those of an adjudicator, who saw what others said."""
        return independent(self.everything).reset_index(drop=True)

    @cached_property
    def adjudicated(self) -> int:
        """How many pairs an adjudicator decided."""
        made = self.everything.loc[self.everything["annotator"] == ADJUDICATOR]
        return int(made.loc[made["preference"].isin(VERDICTS), "pair"].nunique())

    @cached_property
    def decided(self) -> pd.DataFrame:
        """What counts as a label: no skips and no second showings, the last of one and a pair."""
        return counted(self.labels).reset_index(drop=True)

    @property
    def none_yet(self) -> str:
        """Say that nothing counts, where nothing does."""
        skips = int((self.labels["preference"] == "skip").sum())
        return "no labels yet" + f", only {count(skips, 'skip')}" * bool(skips)

    @cached_property
    def replaced(self) -> int:
        """How many labels count for nothing, since the same person labeled the pair after them."""
        made = first_showings(self.labels)
        return int(made["preference"].isin(VERDICTS).sum()) - len(self.decided)

    @cached_property
    def judged_only(self) -> bool:
        """Whether no person labeled, but judges did."""
        return bool(len(self.decided)) and bool((self.decided["source"] == "judge").all())

    @cached_property
    def people(self) -> pd.DataFrame:
        """The labels of people, second showings among them; those of judges if there are none."""
        return of_people(self.labels)

    @cached_property
    def contested(self) -> int:
        """How many of people's labels are of pairs that came since they are contested."""
        made = counted(self.people)
        return int((made["shown_by"] == "contested").sum()) if is_picked(made) else 0

    @cached_property
    def names(self) -> list[str]:
        """The people, or the judges if there are none."""
        own = self.people
        return sorted(own.loc[own["preference"].isin(VERDICTS), "annotator"].unique().tolist())

    @cached_property
    def agreement(self) -> pd.DataFrame:
        """Agreement of people; see :func:`tiebreak.stats.people.agreement_table`."""
        return agreement_table(self.people)

    @cached_property
    def between(self) -> pd.DataFrame | None:
        """Agreement of each two people; None where they are very many."""
        many = len(self.names) > _MOST_COMPARED
        return None if many else agreement_table(self.people, by="annotators")

    @cached_property
    def criteria(self) -> pd.DataFrame:
        """Agreement by criterion."""
        return agreement_table(self.people, by="criteria")

    @cached_property
    def bias(self) -> pd.DataFrame:
        """What goes with people's choices; see :func:`tiebreak.stats.bias.bias_table`."""
        return bias_table(self.people, self.pairs)

    @cached_property
    def rewards(self) -> Rewards:
        """What people's labels reward, by what can be counted."""
        return rewards(self.people, self.pairs)

    @cached_property
    def habits(self) -> pd.DataFrame:
        """What each annotator does; see :func:`tiebreak.stats.habits.habits_table`."""
        own = self.labels[self.labels["source"] == "judge"]
        of_judges = habits_table(own[:0] if self.judged_only else own)
        # Whether one stands apart is told among people alone.
        told = of_judges[of_judges["habit"] != "apart"]
        of_people = habits_table(self.people)
        # Not by concat: where nobody or no judge is there, or a column empty, pandas 2 warns of it.
        rows = [*of_people.to_dict("records"), *told.to_dict("records")]
        return pd.DataFrame(rows, columns=of_people.columns)

    @cached_property
    def opposed(self) -> pd.DataFrame:
        """Who chooses against whom; see :func:`tiebreak.stats.opposed.opposed`."""
        return opposed(self.labels)

    @cached_property
    def posterior(self) -> Posterior:
        """How sure each label is, by what people say."""
        return posterior(self.people)

    @cached_property
    def curve(self) -> pd.DataFrame:
        """How well choices on new prompts are told, by how many were learned from."""
        return learning_curve(self.people, self.pairs)

    @cached_property
    def blocks(self) -> Blocks | None:
        """What contested pairs gave beside pairs by chance; None where there are none."""
        return blocks(self.people, self.pairs)

    @cached_property
    def checked(self) -> list[Checked]:
        """What checks say: P25, that a probe tells people's labels, and P26, old guidelines."""
        own = first_showings(self.people)
        return check_worth(self.pairs, own, self.everything, self.versions)

    @cached_property
    def stopping(self) -> pd.DataFrame:
        """Which of two models is better, and whether that is settled."""
        return stopping_table(self.people, self.pairs)

    @cached_property
    def win_rates(self) -> pd.DataFrame | None:
        """How often each model wins; None where none are named, or nobody compared them."""
        battles = self._battles
        return None if battles is None else ranking.win_rates(battles)

    @cached_property
    def ranking(self) -> ranking.Fit | str | None:
        """The strengths of models with ties, or why there are none."""
        if self._battles is None:
            return None
        try:
            return ranking.strengths(self._battles, "davidson")
        except StatsError as error:
            return str(error)

    @cached_property
    def names_models(self) -> bool:
        """Whether any pair names two different models."""
        named = self.pairs[["model_a", "model_b"]].dropna()
        return bool((named["model_a"] != named["model_b"]).any())

    @cached_property
    def _battles(self) -> pd.DataFrame | None:
        try:
            found = battles_frame(self.people, self.pairs)
        except StatsError:
            return None
        return found if len(found) else None

    @cached_property
    def judges(self) -> Judges:
        """How far judges decide as people do."""
        return judges(self.labels, self.pairs)


def gather(labels: pd.DataFrame, pairs: pd.DataFrame, versions: Sequence[str] = ()) -> Gathered:
    """Take labels and pairs from anywhere, and see to it that they belong together.

    Args:
        labels: a row a label: ``pair``, ``annotator``, ``preference`` (``"a"``, ``"b"``,
            ``"tie"``, ``"both_bad"``, ``"skip"``); where known ``source``, ``shown_left``,
            ``strength``, ``seconds``, ``at``, ``again``, ``gold``.
        pairs: a row a pair, indexed by id or with a column ``id``: ``a``, ``b``; where known
            ``prompt``, ``model_a``, ``model_b``.
        versions: of the guidelines, where they are known, oldest first.

    Raises:
        StatsError: a column is missing, or a preference is none.

    """
    known, pairs = plain_both(labels, pairs)
    known = known.assign(annotator=known["annotator"].map(str))
    if "source" not in known.columns:
        known = known.assign(source="human")
    measured = consistency_frame(independent(known)).rename_axis("annotator").reset_index()
    if "gold" in known.columns:
        known = known[known["gold"].isna()].drop(columns="gold")
    missing = {"prompt": pairs.index.map(str), "model_a": None, "model_b": None}
    given = {name: value for name, value in missing.items() if name not in pairs.columns}
    answered = measured[measured["gold"] > 0]
    return Gathered(known, pairs.assign(**given), answered, versions)
