"""What tips choices beside quality: the side, length, and what else can be counted."""

from math import erfc, nan, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiebreak.stats.counted import counted, parted
from tiebreak.stats.features import FEATURES, differences
from tiebreak.stats.frames import plain_both
from tiebreak.stats.intervals import Z95, binomial_p, clustered_wilson, effective, exact
from tiebreak.stats.logistic import climb, log_sigmoid, sigmoid, unbiased
from tiebreak.stats.told import ToldTable

Array = npt.NDArray[np.float64]

_FEWEST = 20
_LEVEL = 0.05
_COLUMNS = ["share", "low", "high", "pairs", "odds", "odds_low", "odds_high", "p", "found", "says"]
_PRIOR = 0.01
_NEAR = 1e-9
_SAME = 0.9
_LARGE = 100


def bias_table(labels: pd.DataFrame, pairs: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Tell what goes with being chosen, one by one and all together.

    ``share`` is how often the answer with more of a trait is chosen among decided labels of pairs
    that differ in it; its interval, of the side the exact one and else Wilson's, counts a pair
    once. ``odds`` are those of one logit of the choice on all traits (each a standard deviation)
    and the side together, so that length is not blamed for what its lists did. ``p`` is exact for
    the side and of the likelihood ratio for the others, and ``found`` holds where it passes Holm's
    correction (1979) for their number at 5 %.

    What goes with a choice need not be its cause: better answers may well be longer. Read it as a
    question.

    Args:
        labels: a row a label: ``pair``, ``annotator``, ``preference``, ``shown_left``.
        pairs: a row a pair, indexed by id: ``a``, ``b``.
        by: ``"annotator"`` for each person's own, or another column of the labels or pairs. What
            is found is corrected for all rows of all parts together.

    Returns:
        A row for ``left``, where sides were shown, and for each trait in which 20 labeled pairs or
        more differ; see above. Of traits that come together almost always, the first stands for
        all, and ``says`` names them. With ``by``, the index says the part, too.

    Raises:
        StatsError: neither labels nor pairs have the column ``by``.

    Example:
        >>> import pandas as pd
        >>> pairs = pd.DataFrame({"a": ["x" * 90] * 60, "b": ["x" * 9] * 60})
        >>> labels = pd.DataFrame({"pair": range(60), "annotator": "me", "preference": "a"})
        >>> bias_table(labels, pairs).loc["length", "share"]
        np.float64(1.0)

    """
    labels, pairs = plain_both(labels, pairs)
    if by is None:
        return _told(_traits(labels, pairs)).rename_axis("trait")
    parts = {name: _traits(own, pairs) for name, own in parted(labels, pairs, by)}
    parts = {name: own for name, own in parts.items() if len(own)}
    if parts:
        return _told(pd.concat(parts, names=[by, "trait"]))
    empty = _told(_traits(labels[:0], pairs))
    return empty.set_axis(pd.MultiIndex.from_arrays([[], []], names=[by, "trait"]))


def _traits(labels: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Measure each trait; nothing is said yet of what is found."""
    said = counted(labels[labels["pair"].isin(pairs.index)])
    decided = said[said["preference"].isin(["a", "b"])]
    won = np.where(decided["preference"] == "a", 1.0, -1.0)
    clusters = pd.factorize(decided["pair"])[0]
    more = differences(pairs.loc[decided["pair"].unique()]).loc[decided["pair"]]
    rows: dict[str, list[Any]] = {}
    columns: dict[str, Array] = {}
    says = {feature.name: feature.says for feature in FEATURES}
    left = _left(decided)
    if left is not None:
        columns["left"], says["left"] = left, "the left answer"
    for name in more.columns:
        values = more[name].to_numpy(np.float64)
        if len(set(clusters[values != 0])) >= _FEWEST:
            columns[name] = values
    twins = _twins(columns)
    alone = {name: values for name, values in columns.items() if name not in twins}
    effects = together(alone, won, clusters)
    for name, values in alone.items():
        differ = values != 0
        chosen = won[differ] * np.sign(values[differ]) > 0
        share = float(chosen.mean()) if differ.any() else nan
        low, high = _interval(chosen, clusters[differ], told_exactly=name == "left")
        effect, error, p = effects[name]
        if name == "left":
            p = _p_of_side(chosen, clusters[differ])
        rows[name] = [
            *(share, low, high, len(set(clusters[differ]))),
            *np.exp([effect, effect - Z95 * error, effect + Z95 * error]).tolist(),
            *(p, False, says[name]),
            [twin for twin, other in twins.items() if other == name],
        ]
    return pd.DataFrame.from_dict(rows, orient="index", columns=[*_COLUMNS, "twins"])


def _told(traits: pd.DataFrame) -> pd.DataFrame:
    """Say what is found, corrected for the number of all, and write the sentences."""
    names = traits.index.get_level_values(-1)
    frame = traits.assign(found=holm(traits["p"].to_numpy(float)))
    frame["says"] = [
        _sentence(str(name), row) for name, row in zip(names, frame.itertuples(), strict=True)
    ]
    why = (
        f"Nothing can be told yet: {_FEWEST} decided pairs have to differ in a trait, or "
        f"{_FEWEST} choices to say which answer stood left."
    )
    return ToldTable.of(frame.drop(columns="twins"), why)


def _twins(columns: dict[str, Array]) -> dict[str, str]:
    """Name the traits that vary as an earlier one does, so that no logit can part them."""
    found: dict[str, str] = {}
    for name, values in columns.items():
        for other, known in columns.items():
            if other == name:
                break
            norm = float(np.sqrt((values**2).sum() * (known**2).sum()))
            if other not in found and norm and abs(float(values @ known)) > _SAME * norm:
                found[name] = other
                break
    return found


def _left(decided: pd.DataFrame) -> Array | None:
    """Give 1 where a stood left, -1 where b did, and 0 where nobody knows."""
    if "shown_left" not in decided.columns:
        return None
    known = decided["shown_left"].map({"a": 1.0, "b": -1.0}).fillna(0.0)
    sides = np.asarray(known, dtype=np.float64)
    return sides if int(np.count_nonzero(sides)) >= _FEWEST else None


def together(
    columns: dict[str, Array], won: Array, clusters: npt.NDArray[Any]
) -> dict[str, tuple[float, float, float]]:
    """Fit one logit of the choice on all columns: each effect, its standard error, and its p.

    An effect is of the log-odds, for a standard deviation of the column, by Firth's likelihood: the
    most likely effects of a dozen traits on a hundred choices are too large.

    p is of the likelihood ratio, since Wald's fails where a trait decides everything (Hauck and
    Donner 1977), divided by how much more the effect varies for clusters.
    """
    if not columns:
        return {}
    design = np.column_stack(list(columns.values()))
    spread = np.sqrt((design**2).mean(axis=0))
    design = design / np.where(spread > 0, spread, 1.0)
    likely, value = _fit(design, won)
    wider, in_clusters = _wider(design, won, clusters, likely)
    at, known = unbiased(design, won, np.full(len(likely), _PRIOR), _NEAR, likely)
    found = {}
    for place, name in enumerate(columns):
        without = _fit(np.delete(design, place, axis=1), won)[1]
        ratio = max(0.0, 2 * (value - without)) / wider[place]
        error = sqrt((wider[place] if in_clusters else 1.0) * known[place, place])
        found[name] = float(at[place]), error, erfc(sqrt(ratio / 2))
    return found


def _wider(design: Array, won: Array, clusters: npt.NDArray[Any], at: Array) -> tuple[Array, bool]:
    """Tell by how much more effects vary than by the logit alone, and whether pairs come again."""
    miss = sigmoid(-won * (design @ at))
    bread = np.linalg.inv(
        design.T @ (design * (miss * (1 - miss))[:, None]) + _PRIOR * np.eye(len(at))
    )
    summed = np.zeros((int(clusters.max(initial=-1)) + 1, len(at)))
    np.add.at(summed, clusters, (won * miss)[:, None] * design)
    robust = bread @ (summed.T @ summed) @ bread * len(summed) / max(len(summed) - len(at), 1)
    # A sandwich of few clusters is too narrow as often as not, so it only ever widens.
    return np.maximum(np.diag(robust) / np.diag(bread), 1.0), len(summed) < len(won)


def _fit(design: Array, won: Array) -> tuple[Array, float]:
    """Climb to the most likely effects, with a weak prior; give them and their log-likelihood."""
    at = climb(design, won, np.full(design.shape[1], _PRIOR), _NEAR)
    value = log_sigmoid(won * (design @ at)).sum() - _PRIOR * (at @ at) / 2
    return at, float(value)


def _interval(
    chosen: npt.NDArray[np.bool_], clusters: npt.NDArray[Any], *, told_exactly: bool
) -> tuple[float, float]:
    if not len(chosen):
        return nan, nan
    codes = pd.factorize(clusters)[0]
    trials = np.bincount(codes)
    if not told_exactly:
        return clustered_wilson(np.bincount(codes, chosen), trials)
    share, count = effective(np.bincount(codes, chosen), trials)
    if len(trials) == len(chosen):  # each pair once: nothing is in clusters
        return exact(int(chosen.sum()), len(chosen))
    return exact(share * count, count)


def _p_of_side(chosen: npt.NDArray[np.bool_], clusters: npt.NDArray[Any]) -> float:
    """Give the exact p; where all see a pair on the same sides, their labels are not as many."""
    codes = pd.factorize(clusters)[0]
    trials = np.bincount(codes)
    if len(trials) == len(chosen):
        return binomial_p(int(chosen.sum()), len(chosen))
    share, count = effective(np.bincount(codes, chosen), trials)
    return binomial_p(round(share * count), round(count))


def holm(values: Array, weights: Array | None = None) -> npt.NDArray[np.bool_]:
    """Tell which of these p pass Holm's correction for their number, or for their weights."""
    found = np.zeros(len(values), dtype=bool)
    share = np.ones(len(values)) if weights is None else weights
    left = float(share.sum())
    for place in np.argsort(values / share):
        if values[place] > _LEVEL * share[place] / left:
            break
        found[place] = True
        left -= share[place]
    return found


def odds_in_words(odds: float) -> str:
    """Write odds; where a trait tells all, they are as large as the prior lets them be."""
    if odds > _LARGE:
        return f"over {_LARGE}"
    return f"{odds:.2f}" if odds > 1 / _LARGE else f"under 1 to {_LARGE}"


def _sentence(name: str, row: Any) -> str:
    share = f"{100 * row.share:.0f} % ({100 * row.low:.0f} to {100 * row.high:.0f})"
    said = f"{row.says[0].upper()}{row.says[1:]} was chosen in {share} of {row.pairs} pairs"
    if name == "left":
        do = "where sides are shuffled, look at your instructions"
        return f"{said}: {do if row.found else 'chance can do that'}."
    if not row.found:
        return f"{said}; with all else equal, chance can do that."
    if row.twins:
        said += f" (here together with {', '.join(row.twins)})"
    way = "for" if row.odds > 1 else "against"
    odds, low, high = map(odds_in_words, (row.odds, row.odds_low, row.odds_high))
    # Where a trait tells all, the prior alone bounds its odds, and Wald's interval is of no use.
    span = f" ({low} to {high})" * (1 / _LARGE < row.odds <= _LARGE)
    return (
        f"{said}; with all else equal, it still speaks {way} it: odds {odds}{span} for a standard "
        "deviation more."
    )
