"""Whether one annotator's labels settle which models are better, counted label by label."""

from collections.abc import Iterable, Mapping
from operator import attrgetter

from tiebreak.labeling.labels import Labels
from tiebreak.records.label import VERDICTS
from tiebreak.records.pair import Pair
from tiebreak.stats.sampling import effective_scale, sampling_weights
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
    """The wins of each two models, by the labels that stand, as ``stopping_table`` counts them.

    Args:
        labels: the annotator's live labels. Only these: what others said stays theirs.

    """

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        pairs = labels.showing.pairs.values()
        self._models = {pair.id: found for pair in pairs if (found := models_of(pair))}
        self._pool = {pair.id for pair in pairs if pair.gold is None}
        self._margins: dict[Models, dict[str, dict[str, int]]] = {}
        self._wins: dict[Models, list[float]] = {}
        self._settled: set[Models] = set()
        self._contested: set[str] = set()
        self._count()

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
        picked = bool(self._contested)
        self._take_up(pair_id)
        if self._contested:
            self._weigh_all()
        elif picked:  # until an undo
            self._count()

    def _count(self) -> None:
        self._margins.clear()
        self._wins = {each: [0, 0] for each in self._models.values()}
        self._settled.clear()
        for label in self._labels.current():
            self._take_up(label.pair)
        if self._contested:
            self._weigh_all()

    def _take_up(self, pair_id: str) -> None:
        """Count the prompt of a pair anew: its labels together, by their mean."""
        label = self._labels.label_of(pair_id)
        picked = label is not None and label.shown_by == "contested"
        (self._contested.add if picked else self._contested.discard)(pair_id)
        models = self._models.get(pair_id)
        if models is None:
            return
        pair = self._labels.showing.pairs[pair_id]
        prompt = repr(pair_id if pair.prompt is None else pair.prompt)
        margins = self._margins.setdefault(models, {}).setdefault(prompt, {})
        wins = self._wins[models]
        _add(wins, margins, -1)
        margins.pop(pair_id, None)
        if label is not None and label.preference in VERDICTS:
            first = pair.model_a == models[0]
            margins[pair_id] = {"a": 1, "b": -1}.get(label.preference, 0) * (1 if first else -1)
        _add(wins, margins, 1)
        (self._settled.add if settles(*wins) else self._settled.discard)(models)

    def _weigh_all(self) -> None:
        """Count all anew where contested pairs came first: with each label, all weights change."""
        weights = self._weights()
        for models, prompts in self._margins.items():
            met, wins = [], [0.0, 0.0]
            for margins in prompts.values():
                weight, margin = _mean(margins, weights)
                met.append(weight)
                wins[margin < 0] += weight * abs(margin)
            scale = effective_scale(met)
            self._wins[models] = wins = [scale * each for each in wins]
            (self._settled.add if settles(*wins) else self._settled.discard)(models)

    def _weights(self) -> dict[str, float]:
        pool = self._pool
        made = [each for each in self._labels.current() if not each.again and each.pair in pool]
        made.sort(key=attrgetter("at"))
        chance = [each.shown_by != "contested" and each.preference in VERDICTS for each in made]
        weights = sampling_weights(chance, len(pool))
        return dict(zip((label.pair for label in made), weights, strict=True))


def _mean(margins: Mapping[str, int], weights: Mapping[str, float]) -> tuple[float, float]:
    """Give what the labels of a prompt weigh together, and their mean."""
    if len(margins) == 1:  # as nearly all are
        ((pair, margin),) = margins.items()
        return weights[pair], margin
    whole = sum(weights[pair] for pair in margins)
    return whole, sum(weights[pair] * each for pair, each in margins.items()) / (whole or 1.0)


def _add(wins: list[float], margins: Mapping[str, int], sign: int) -> None:
    if margins:
        margin = sum(margins.values()) / len(margins)
        wins[margin < 0] += sign * abs(margin)
