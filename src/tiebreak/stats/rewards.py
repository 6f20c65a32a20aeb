"""What labels reward: traits that can be counted, directions in meaning, or length alone."""

import re
from collections import Counter
from dataclasses import dataclass
from math import nan
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiebreak.records.text import words_alone
from tiebreak.stats.bias import bias_table, holm, together
from tiebreak.stats.choices import (
    Choices,
    Scores,
    ranked_right,
    right,
    spread_held_out,
    tamed,
    told_interval,
)
from tiebreak.stats.counted import parted
from tiebreak.stats.embedding import embedded
from tiebreak.stats.features import differences
from tiebreak.stats.frames import plain_both
from tiebreak.stats.intervals import Z95
from tiebreak.stats.told import ToldTable
from tiebreak.wording import count

Array = npt.NDArray[np.float64]

FEWEST = 50
_CHANCE = 0.5
_DIRECTIONS = 8
_PAIRS_A_DIRECTION = 25
_WORD = re.compile(r"[^\W\d_]{3,}")
_MOST_WORDS = 3_000
_SHOWN = 5
_EFFECTS = ["odds", "low", "high", "p", "found", "examples", "says"]
_HELD_OUT = ["auc", "auc_low", "auc_high", "accuracy", "accuracy_low", "accuracy_high"]


@dataclass(frozen=True, repr=False)
class Rewards:
    """What labels reward, and how far that tells new ones.

    Attributes:
        says: the answer in a sentence or three.
        effects: a row a trait: ``odds`` of being chosen for a standard deviation more of it, all
            others equal, with their 95 % interval, ``low`` to ``high``; ``p``; ``found``, where it
            passes Holm's correction at 5 % (for what can be counted, and for directions in
            meaning); ``examples``, ids of pairs that differ most in it; ``says``.
        held_out: a row a model, ``length`` alone, what can be ``counted``, and ``meaning`` with it:
            how well it tells choices on prompts that it did not learn from, as area under the ROC
            curve (``auc``) and ``accuracy``, each with its 95 % interval.
        against: the choices that the last of these models tells wrongly, the surest first:
            ``preference``, and ``p``, how probable it made it. Look at them again by
            ``session.queue(pairs=rewards.against.index[:20])``.

    Example:
        >>> import tiebreak as tb
        >>> session = tb.Session(tmp / "against", tb.sample_pairs(), annotator="me")
        >>> while pair := session.next():
        ...     session.label(pair.id, "a")
        >>> found = session.stats.rewards()
        >>> len(found.against)  # below 50 pairs there is no model to be against
        0

    """

    says: str
    effects: pd.DataFrame
    held_out: pd.DataFrame
    against: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Give the table of effects."""
        return self.effects

    def __str__(self) -> str:
        """Say it in words: the answer, and what was found."""
        return "\n".join([self.says, *(f"- {each}" for each in _found(self.effects))])

    def __repr__(self) -> str:
        """Say the same where it is a cell's last value."""
        return str(self)


def rewards(labels: pd.DataFrame, pairs: pd.DataFrame, *, embed: bool = False) -> Rewards:
    """Tell in words what labels reward, and whether length alone explains them.

    The choice on a pair is that of most who decided. Models learn on four fifths of the prompts
    and tell the choices on the others, 20 times; see :mod:`tiebreak.stats.choices` for the one
    rule by which they are kept small. What goes with being chosen need not be why.

    Args:
        labels: a row a label: ``pair``, ``annotator``, ``preference``.
        pairs: a row a pair, indexed by id: ``prompt``, ``a``, ``b``.
        embed: whether to look at meaning, too, by the extra ``embed``: the directions in which
            the answers of pairs differ most, each told by words and pairs at its ends.

    Raises:
        StatsError: ``embed=True`` without the extra.

    Example:
        >>> import pandas as pd
        >>> pairs = pd.DataFrame(
        ...     {"prompt": [*map(str, range(60))], "a": ["word " * 90] * 60, "b": ["word"] * 60}
        ... )
        >>> labels = pd.DataFrame({"pair": range(60), "annotator": "me", "preference": "a"})
        >>> rewards(labels, pairs).says.partition(":")[0]
        'Length alone explains your choices'

    """
    chosen = Choices.of(labels, pairs)
    number = len(chosen.won)
    if number < FEWEST:
        says = (
            f"What the labels reward cannot be told yet: there {'is' if number == 1 else 'are'} "
            f"{count(number, 'pair')} with a preference, and it needs {FEWEST}."
        )
        return _untold(says, chosen)
    counted = differences(chosen.pairs)
    meaning = Meaning.of(chosen.pairs) if embed else None
    if not counted.to_numpy().any() and not (meaning and meaning.differ.any()):
        return _untold(f"What the labels reward cannot be told: {NO_WORDS}", chosen)
    models = {"length": [tamed(counted[["length"]])], "counted": [tamed(counted)]}
    if meaning is not None:
        models["meaning"] = [tamed(counted), meaning.differ]
    scores = {name: Scores.of(each, chosen.won, chosen.prompts) for name, each in models.items()}
    table = pd.DataFrame.from_dict(
        {name: _measured(each, chosen) for name, each in scores.items()},
        orient="index",
        columns=_HELD_OUT,
    ).rename_axis("model")
    table["says"] = [_says_of(row) for row in table.itertuples()]
    last = [*scores][-1]
    effects = _counted_effects(labels, counted, chosen)
    if meaning is not None:
        meant = _meant_effects(meaning, counted, chosen)
        effects = pd.concat([effects, meant]) if len(effects) else meant
    return Rewards(
        _answer(scores["length"], scores[last], table, chosen, effects),
        ToldTable.of(effects.rename_axis("trait")),
        ToldTable.of(table),
        _against(chosen, scores[last].whole),
    )


LENGTH_ALONE = "Length alone explains your choices"
NO_WORDS = (
    "the answers of no pair differ in anything that can be counted in words. Images and sounds are "
    "not looked at."
)


def _untold(says: str, chosen: Choices) -> Rewards:
    effects, held_out = (
        ToldTable.of(pd.DataFrame(columns=columns), says)
        for columns in (_EFFECTS, [*_HELD_OUT, "says"])
    )
    return Rewards(says, effects, held_out, _against(chosen, np.zeros((1, len(chosen.won)))))


def rewards_by(
    labels: pd.DataFrame, pairs: pd.DataFrame, by: str, *, embed: bool = False
) -> pd.DataFrame:
    """Tell what each person's labels reward, or those of each part.

    Args:
        labels: as :func:`rewards` takes them.
        pairs: as :func:`rewards` takes them.
        by: ``"annotator"``, or another column of the labels or pairs.
        embed: whether to look at meaning, too.

    Returns:
        A row a part: ``pairs`` with a preference, how well the last model tells new choices (see
        :class:`Rewards`), missing below 50 pairs, and ``says``: all of it in words.

    Raises:
        StatsError: neither labels nor pairs have the column, or the extra is missing.

    Example:
        >>> import pandas as pd
        >>> pairs = pd.DataFrame({"a": ["word " * 90] * 60, "b": ["word"] * 60})
        >>> labels = pd.DataFrame({"pair": range(60), "annotator": "me", "preference": "a"})
        >>> rewards_by(labels, pairs, "annotator")["pairs"].to_dict()
        {'me': 60}

    """
    labels, pairs = plain_both(labels, pairs)
    rows: dict[str, list[Any]] = {}
    for name, own in parted(labels, pairs, by):
        found = rewards(own, pairs, embed=embed)
        told = found.held_out.tail(1)[_HELD_OUT].to_numpy().ravel().tolist() or [nan] * 6
        says = " ".join([found.says, *_found(found.effects)])
        rows[name] = [len(Choices.of(own, pairs).won), *told, says]
    columns = ["pairs", *_HELD_OUT, "says"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis(by)
    return ToldTable.of(frame, "No label is of any of these.")


def _found(effects: pd.DataFrame) -> list[str]:
    return effects.loc[effects["found"].astype(bool), "says"].tolist()


class Meaning(NamedTuple):
    """How the answers of pairs differ in meaning.

    Attributes:
        differ: a row a pair: the vector of ``a`` less that of ``b``.
        texts: the words of all answers.

    """

    differ: Array
    texts: list[str]

    @classmethod
    def of(cls, pairs: pd.DataFrame) -> "Meaning":
        """Embed the answers of pairs."""
        texts = [words_alone(text) for side in ("a", "b") for text in pairs[side]]
        vectors = embedded(texts)
        return cls(vectors[: len(pairs)] - vectors[len(pairs) :], texts)

    def directions(self) -> Array:
        """Give the directions in which answers differ most, a row each; choices play no part."""
        wanted = min(_DIRECTIONS, len(self.differ) // _PAIRS_A_DIRECTION)
        values, vectors = np.linalg.eigh(self.differ.T @ self.differ)
        kept = vectors.T[::-1][:wanted]
        return np.asarray(kept[values[::-1][:wanted] > 1e-9 * values[-1]])

    def words(self, directions: Array) -> list[tuple[list[str], list[str]]]:
        """Give the words at both ends of each direction, of those that several answers use."""
        used = Counter(word for text in self.texts for word in set(_WORD.findall(text.lower())))
        least = max(3, len(self.texts) // 200)
        known = [word for word, times in used.most_common(_MOST_WORDS) if times >= least]
        if not known:
            return [([], []) for _ in directions]
        places = embedded(known) @ directions.T
        orders = np.argsort(places, axis=0, kind="stable").T
        return [
            ([known[n] for n in order[::-1][:_SHOWN]], [known[n] for n in order[:_SHOWN]])
            for order in orders
        ]


def _measured(scores: Scores, chosen: Choices) -> list[float]:
    found: list[float] = []
    for measure, parts in ((ranked_right, 2), (right, 1)):
        values, apart = scores.measured(measure)
        error = spread_held_out(values, apart, chosen.prompts, parts)
        mean = float(values.mean())
        found += [mean, *told_interval(mean, error, len(values))]
    return found


_NAMES = {
    "length": "Length alone",
    "counted": "What can be counted",
    "meaning": "What can be counted, and meaning,",
}


def _says_of(row: Any) -> str:
    share, low, high = (100 * each for each in (row.accuracy, row.accuracy_low, row.accuracy_high))
    return (
        f"{_NAMES[row.Index]} tells {share:.0f} % ({low:.0f} to {high:.0f}) of the choices on "
        f"new prompts; AUC {row.auc:.2f} ({row.auc_low:.2f} to {row.auc_high:.2f})."
    )


def _answer(
    length: Scores, last: Scores, table: pd.DataFrame, chosen: Choices, effects: pd.DataFrame
) -> str:
    """Say whether length alone explains the choices, or how much more the last model tells."""
    (told, apart), (alone_told, alone_apart) = (
        each.measured(ranked_right) for each in (last, length)
    )
    more = told - alone_told
    gain = float(more.mean())
    reach = Z95 * spread_held_out(more, apart - alone_apart, chosen.prompts, parts=2)
    # Length is not worse than a coin; see told_interval.
    least = gain - reach - max(1 - 2 * float(alone_told.mean()), 0.0)
    by = f"{gain:+z.2f} ({least:+z.2f} to {gain + reach:+z.2f}) AUC"
    alone, best = table.loc["length"], table.iloc[-1]
    figures = str(best["says"])
    stand_out = list(map(str, effects.index[effects["found"].astype(bool)]))
    if alone["auc_low"] > _CHANCE and least <= 0:
        said = f"{LENGTH_ALONE}: what else is looked at adds {by} to it."
        figures = str(alone["says"])
        beside = [name for name in stand_out if name != "length"]
        if beside:
            said += f" What else stands out ({', '.join(beside)}) tells too few to show in that."
    elif best["auc_low"] > _CHANCE:
        said = f"Your choices follow more than length: what else is looked at adds {by} to it."
    else:
        said = "Nothing that is looked at tells your choices on new prompts better than a coin"
        said += f", though {' and '.join(stand_out)} stood out in those made" * bool(stand_out)
        said += "."
    said += f" {figures}"
    if chosen.even:
        said += f" {count(chosen.even, 'pair')} left out: as many chose a as b."
    return said


def _against(chosen: Choices, scores: Array) -> pd.DataFrame:
    """Give the choices that models told wrongly, the surest first."""
    chances = (1 / (1 + np.exp(-np.clip(scores, -500, 500)))).mean(axis=0)
    frame = pd.DataFrame(
        {"preference": np.where(chosen.won > 0, "a", "b"), "p": chances},
        index=pd.Index(chosen.pairs.index, name="pair"),
    )
    return frame[frame["p"] < _CHANCE].sort_values("p", kind="stable")


def _counted_effects(labels: pd.DataFrame, counted: pd.DataFrame, chosen: Choices) -> pd.DataFrame:
    table = bias_table(labels, chosen.pairs).drop(index="left", errors="ignore")
    found = table[["odds", "p", "found", "says"]].assign(
        low=table["odds_low"],
        high=table["odds_high"],
        examples=pd.Series(
            [_examples(counted[name].to_numpy(), chosen) for name in table.index],
            index=table.index,
            dtype=object,
        ),
    )
    return found[_EFFECTS]


def _meant_effects(meaning: Meaning, counted: pd.DataFrame, chosen: Choices) -> pd.DataFrame:
    """Tell the effect of each direction, what can be counted being equal."""
    directions = meaning.directions()
    columns = {
        f"meaning {number}": meaning.differ @ direction
        for number, direction in enumerate(directions, 1)
    }
    varied = {str(name): column.to_numpy() for name, column in counted.items() if column.any()}
    fit = together({**varied, **columns}, chosen.won, chosen.prompts)
    found = holm(np.array([fit[name][2] for name in columns]))
    rows = {}
    for (name, column), (more, less), passes in zip(
        columns.items(), meaning.words(directions), found, strict=True
    ):
        effect, error, p = fit[name]
        if effect < 0:  # told by what is chosen
            effect, more, less, column = -effect, less, more, -column  # noqa: PLW2901
        odds, low, high = np.exp([effect, effect - Z95 * error, effect + Z95 * error]).tolist()
        says = (
            f"Answers nearer to {_quoted(more)} than to {_quoted(less)} are chosen more"
            f"{'' if passes else ', and chance can do that'}: odds {odds:.2f} ({low:.2f} to "
            f"{high:.2f}) for a standard deviation more."
        )
        rows[name] = [odds, low, high, p, bool(passes), _examples(column, chosen), says]
    return pd.DataFrame.from_dict(rows, orient="index", columns=_EFFECTS)


def _quoted(words: list[str]) -> str:
    return f"“{', '.join(words)}”"


def _examples(column: Array, chosen: Choices) -> list[object]:
    """Name the pairs that differ most in a trait."""
    order = np.argsort(-np.abs(column), kind="stable")[:_SHOWN]
    return [chosen.pairs.index[place] for place in order if column[place]]
