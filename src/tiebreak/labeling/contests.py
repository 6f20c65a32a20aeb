"""Whether one annotator's labels settle which models are better, counted label by label."""

from collections.abc import Iterable

from tiebreak.labeling.labels import Labels
from tiebreak.records.label import SIDES
from tiebreak.records.pair import Pair
from tiebreak.stats.settling import settles

Models = tuple[str, str]


def models_of(pair: Pair) -> Models | None:
    """Give the two models that a pair compares, in one order; None where it names no two."""
    one, other = pair.model_a, pair.model_b
    if pair.gold is not None or one is None or other is None or one == other:
        return None
    return (one, other) if one < other else (other, one)


def compares_models(pairs: Iterable[Pair]) -> bool:
    """Tell whether any pair compares two models."""
    return any(models_of(pair) is not None for pair in pairs)


class Contests:
    """The wins of each two models, by the labels that stand. First showings count, once a pair.

    Contested pairs do not: picked by what was said before, they win or lose otherwise than all do.

    Args:
        labels: the annotator's live labels. Only these: what others said stays theirs.

    """

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._wins: dict[Models, list[int]] = {}
        self._winner: dict[str, int] = {}
        self._settled: set[Models] = set()
        for pair in labels.showing.pairs.values():
            models = models_of(pair)
            if models is not None:
                self._wins.setdefault(models, [0, 0])
                self.look_at(pair.id)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._wins)

    @property
    def settled(self) -> int:
        """How many are settled."""
        return len(self._settled)

    def look_at(self, pair_id: str) -> None:
        """Take up what now stands for a pair."""
        pair = self._labels.showing.pairs.get(pair_id)
        models = None if pair is None else models_of(pair)
        if pair is None or models is None:
            return
        wins = self._wins[models]
        before = self._winner.pop(pair_id, None)
        if before is not None:
            wins[before] -= 1
        label = self._labels.label_of(pair_id)
        if label is not None and label.preference in SIDES and label.shown_by != "contested":
            winner = pair.model_a if label.preference == "a" else pair.model_b
            self._winner[pair_id] = models.index(str(winner))
            wins[self._winner[pair_id]] += 1
        (self._settled.add if settles(*wins) else self._settled.discard)(models)
