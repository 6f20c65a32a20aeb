"""Which model wins, by how much and how surely: win rates, and strengths fitted with ties."""

from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiebreak.errors import StatsError
from tiebreak.stats.intervals import Z95, score_interval
from tiebreak.stats.logistic import log_sigmoid
from tiebreak.stats.models import Likelihood, bradley_terry, davidson, rao_kupper
from tiebreak.stats.outcomes import by_prompt
from tiebreak.wording import not_among, some

Ties = Literal["davidson", "rao_kupper", "drop"]
Array = npt.NDArray[np.float64]
_WAYS: tuple[Ties, ...] = ("davidson", "rao_kupper", "drop")

_STEPS = 200
_CLOSE = 1e-10
_ROUNDED = 1e-13  # near the top, a likelihood goes down by what a double leaves out
_NOTHING = 1e-6
_FAR = 15.0  # strengths go no farther, but where nothing holds them
# What keeps strengths finite where some models were never beaten by others.
_PRIOR = 0.1


def win_rates(battles: pd.DataFrame) -> pd.DataFrame:
    """Give how often each model wins, a tie counting half.

    The rate is the mean of the outcomes, and its standard error that of a mean
    (``std(ddof=1) / sqrt(n)``), as AlpacaEval's leaderboard gives them (Li and others 2023). Where
    battles share a prompt, outcomes are first averaged by prompt, so that a prompt counts once.

    Args:
        battles: a row a comparison: ``model_a``, ``model_b`` and ``a_wins`` (1, 0, a half for a
            tie, or a probability); ``prompt`` where several rows may have the same; ``weight``
            where some count more than others, as where contested pairs came first (see
            :func:`tiebreak.stats.sampling.sampling_weights`).

    Returns:
        A row a model, best first: ``rate``, ``se``, ``low`` to ``high`` (95 %, Wilson's by this
        ``se``), ``prompts`` and ``battles``.

    Raises:
        StatsError: a column is missing, or an outcome is no probability.

    Example:
        >>> import pandas as pd
        >>> battles = pd.DataFrame({"model_a": "x", "model_b": "y", "a_wins": [1, 1, 0, 0.5]})
        >>> win_rates(battles).round(3).loc["x", ["rate", "se"]].tolist()
        [0.625, 0.239]

    """
    own, rival = _checked(battles), _checked(battles)
    own = own.rename(columns={"model_a": "model", "a_wins": "won"})
    rival = rival.assign(won=1 - rival["a_wins"]).rename(columns={"model_b": "model"})
    names = ["model", "prompt", "won", *(["weight"] if "weight" in battles.columns else [])]
    found = by_prompt(pd.concat([own[names], rival[names]]), ["model"], "won")
    rows = {}
    for model, means in found.groupby(level=0, sort=False):
        count, weight = len(means), means["weight"].to_numpy(float)
        rate = float(weight @ means["mean"] / weight.sum())
        moves = weight * (means["mean"] - rate) / weight.sum()
        error = float(np.sqrt(moves @ moves * count / (count - 1))) if count > 1 else np.nan
        low, high = score_interval(rate, error, count) if count > 1 else (np.nan, np.nan)
        rows[model] = (rate, error, low, high, count, int(means["size"].sum()))
    columns = ["rate", "se", "low", "high", "prompts", "battles"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return frame.sort_values("rate", ascending=False, kind="stable").rename_axis("model")


class Fit(NamedTuple):
    """Strengths fitted to comparisons.

    Attributes:
        table: a row a model, best first: ``strength`` (a difference of 1 is odds of e to 1 among
            decisive comparisons; the mean is 0), ``se``, ``low``, ``high``.
        tie: how readily a tie is called, as the model names it (Davidson's nu, Rao and Kupper's
            theta); NaN where ties were dropped.
        effects: a row a covariate, in the same unit a standard deviation: ``effect``, ``se``,
            ``low``, ``high``.
        log_likelihood: of what was fitted.
        notes: sentences for whoever reads the table.

    Example:
        >>> import tiebreak as tb
        >>> row = {"a": "Yes.", "b": "No.", "model_a": "new", "model_b": "old"}
        >>> rows = [row | {"prompt": f"Is {n} less than 9?"} for n in range(8)]
        >>> session = tb.Session(tmp / "fit", rows, annotator="me")
        >>> while pair := session.next():
        ...     session.label(pair.id, "a")
        >>> fit = session.stats.ranking()
        >>> fit.table.columns.tolist()
        ['strength', 'se', 'low', 'high']

    """

    table: pd.DataFrame
    tie: float
    effects: pd.DataFrame
    log_likelihood: float
    notes: list[str]

    def to_frame(self) -> pd.DataFrame:
        """Give the table of models."""
        return self.table

    def __repr__(self) -> str:
        """Show the strengths, the effects that were taken out, and the notes."""
        parts = [self.table.round(3).to_string()]
        parts += [self.effects.round(3).to_string()] if len(self.effects) else []
        return "\n\n".join([*parts, *self.notes])


def strengths(
    battles: pd.DataFrame, ties: Ties = "davidson", covariates: pd.DataFrame | None = None
) -> Fit:
    """Fit a strength to each model by maximum likelihood, with intervals clustered by prompt.

    ``"drop"`` is Bradley and Terry's model (1952) of the decisive comparisons, ``"davidson"``
    Davidson's (1970) and ``"rao_kupper"`` Rao and Kupper's (1967) of all. Intervals are of the
    sandwich estimator (Liang and Zeger 1986) with a prompt for a cluster.

    Args:
        battles: as :func:`win_rates` takes them; an outcome that is no tie counts as a win of
            the side that it is nearer to.
        ties: what becomes of ties.
        covariates: numbers of each row, such as how much longer a is, whose effect is taken
            out; each is scaled to a standard deviation of 1.

    Raises:
        StatsError: nothing to compare, the comparisons do not link the models, or a covariate is
            missing in a row.

    Example:
        >>> import pandas as pd
        >>> rows = [("x", "y", 1)] * 6 + [("x", "y", 0)] * 2 + [("x", "y", 0.5)] * 2
        >>> fit = strengths(pd.DataFrame(rows, columns=["model_a", "model_b", "a_wins"]))
        >>> fit.table["strength"].round(3).to_dict()
        {'x': 0.549, 'y': -0.549}

    """
    if ties not in _WAYS:
        msg = "ties" + not_among(ties, _WAYS)
        raise StatsError(msg)
    used = _checked(battles.reset_index(drop=True))
    extra = _extra(covariates, battles.index).loc[used.index]
    outcome = np.sign(used["a_wins"].to_numpy(float) - 0.5)  # 1 a, 0 tie, -1 b
    if ties == "drop":
        used, extra, outcome = used[outcome != 0], extra[outcome != 0], outcome[outcome != 0]
    names = sorted({*used["model_a"], *used["model_b"]})
    if len(names) < 2:  # noqa: PLR2004
        only = (
            "every comparison is a tie, which ties='drop' leaves out; ties='davidson' counts them"
        )
        why = only if ties == "drop" and len(battles) else "nobody compared two yet"
        msg = f"Strengths need comparisons of two models at least: {why}."
        raise StatsError(msg)
    _check_linked(used, names)
    design, scaled = _design(used, names, extra)
    weight = used["weight"].to_numpy(float)
    beaten = lasting = _is_finite(used, names, outcome)
    likelihood = {"davidson": davidson, "rao_kupper": rao_kupper, "drop": bradley_terry}[ties]
    if beaten:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            fitted, scores, hessian, value = _maximize(likelihood, design, outcome, weight, 0.0)
        lasting = bool(np.abs(fitted[: design.shape[1]]).max() < _FAR)
    if not lasting:
        fitted, scores, hessian, value = _maximize(likelihood, design, outcome, weight, _PRIOR)
    clusters = pd.factorize(used["prompt"])[0]
    covariance = _sandwich(scores, hessian, clusters, lasting=lasting)
    free = len(names) - 1
    center = np.eye(len(names))[:, :free] - 1 / len(names)
    table = _table(center @ fitted[:free], center @ covariance[:free, :free] @ center.T, names)
    table = table.rename(columns={"value": "strength"})
    width = design.shape[1]
    inside = covariance[free:width, free:width]
    effects = _table(fitted[free:width], inside, scaled).rename(columns={"value": "effect"})
    notes = []
    if not lasting:
        why = (
            "What is taken out tells the winners by itself"
            if beaten
            else "Some models were never beaten by some others"
        )
        notes.append(
            f"{why}, so that strengths have no largest likelihood; a weak prior (precision "
            f"{_PRIOR}) keeps them finite."
        )
    tie = np.nan if ties == "drop" else np.exp(fitted[-1])
    tie = np.exp(tie) if ties == "rao_kupper" else tie
    table = table.sort_values("strength", ascending=False, kind="stable").rename_axis("model")
    return Fit(table, float(tie), effects.rename_axis("covariate"), value, notes)


def ties_compared(battles: pd.DataFrame, *, folds: int = 5, seed: int = 0) -> pd.DataFrame:
    """Compare the three ways to treat ties by what they say of comparisons they have not seen.

    Returns:
        A row a way: ``loss``, the mean negative log-likelihood of which side won the held-out
        decisive comparisons (folds part the prompts; 0.693 is what a coin has), and ``battles``.

    """
    used = _checked(battles)
    codes, prompts = pd.factorize(used["prompt"])
    fold = np.random.default_rng(seed).permutation(len(prompts))[codes] % folds
    rows = {}
    for way in _WAYS:
        losses: list[float] = []
        weights: list[float] = []
        for number in range(folds):
            train, test = used[fold != number], used[fold == number]
            test = test[test["a_wins"] != 0.5]  # noqa: PLR2004 - a tie
            try:
                fit = strengths(train, way)
            except StatsError:
                continue
            known = fit.table["strength"]
            test = test[test["model_a"].isin(known.index) & test["model_b"].isin(known.index)]
            ahead = known[test["model_a"]].to_numpy() - known[test["model_b"]].to_numpy()
            losses += _loss(ahead, test["a_wins"].to_numpy() > 0.5, way, fit.tie)  # noqa: PLR2004
            weights += test["weight"].tolist()
        loss = float(np.average(losses, weights=weights)) if losses else np.nan
        rows[way] = (loss, len(losses))
    return pd.DataFrame.from_dict(rows, orient="index", columns=["loss", "battles"])


def _loss(ahead: Array, won: npt.NDArray[np.bool_], way: Ties, tie: float) -> list[float]:
    win, lose = ahead, -ahead
    if way == "rao_kupper":
        win, lose = log_sigmoid(ahead - np.log(tie)), log_sigmoid(-ahead - np.log(tie))
    whole = np.logaddexp(win, lose) if way == "rao_kupper" else np.logaddexp(win / 2, lose / 2)
    chosen = np.where(won, win, lose)
    return list(whole - (chosen if way == "rao_kupper" else chosen / 2))


# -- their fit


def _maximize(
    likelihood: Likelihood, design: Array, outcome: Array, weight: Array, prior: float
) -> tuple[Array, Array, Array, float]:
    """Climb by Newton's steps, halved where they would go down."""
    size = design.shape[1] + (likelihood is not bradley_terry)
    penalty = np.diag([prior] * design.shape[1] + [0.0] * (size - design.shape[1]))
    tied = outcome == 0
    if size > design.shape[1] and (tied.all() or not tied.any()):
        # Where no tie came, or nothing else, how readily one is called has no largest likelihood.
        penalty[-1, -1] = 1e-2
    at = np.zeros(size)

    def look(there: Array) -> tuple[float, Array, Array]:
        value, score, hessian = likelihood(there, design, outcome, weight)
        return value - float(there @ penalty @ there) / 2, score, hessian + penalty

    value, score, hessian = look(at)
    for _ in range(_STEPS):
        gradient = score.sum(axis=0) - penalty @ at
        try:
            step = np.linalg.solve(hessian, gradient)
        except np.linalg.LinAlgError:
            step = gradient
        if step @ gradient < 0:  # not concave here
            step = gradient / max(1.0, float(np.abs(gradient).max()))
        for halves in range(60):
            there = at + step / 2**halves
            new = look(there)
            if new[0] >= value - _ROUNDED * abs(value):
                break
        at, (value, score, hessian) = there, new
        if float(np.abs(step).max()) < _CLOSE:
            break
    return at, score, hessian, value


def _sandwich(scores: Array, hessian: Array, clusters: npt.NDArray[Any], *, lasting: bool) -> Array:
    count = int(clusters.max()) + 1
    summed = np.zeros((count, scores.shape[1]))
    np.add.at(summed, clusters, scores)
    bread: Array = np.asarray(np.linalg.pinv(hessian), dtype=np.float64)
    middle = summed.T @ summed * (count / max(count - 1, 1))
    found: Array = bread @ middle @ bread
    # Where the scores of each cluster cancel out, it is nothing, which no error is.
    nothing = np.diag(found) <= _NOTHING * np.diag(bread)
    # Where only the prior keeps strengths finite, the scores are what it left of them.
    narrow = not lasting and np.trace(found) < np.trace(bread)
    return bread if nothing.any() or narrow else found


# -- what they are fitted to


def _checked(battles: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in ("model_a", "model_b", "a_wins") if name not in battles.columns]
    if missing:
        msg = f"Battles have the columns model_a, model_b and a_wins; {missing[0]!r} is missing."
        raise StatsError(msg)
    used = battles[battles[["model_a", "model_b", "a_wins"]].notna().all(axis=1)]
    used = used[used["model_a"] != used["model_b"]]
    if not used["a_wins"].between(0, 1).all():
        msg = "a_wins is 1 where model_a won, 0 where model_b did, 0.5 for a tie; one is neither."
        raise StatsError(msg)
    used = used if "prompt" in used.columns else used.assign(prompt=range(len(used)))
    used = used if "weight" in used.columns else used.assign(weight=1.0)
    return used[used["weight"] > 0]


def _extra(covariates: pd.DataFrame | None, index: pd.Index) -> pd.DataFrame:
    """Give the covariates of each row, by its place."""
    if covariates is None:
        return pd.DataFrame(index=range(len(index)))
    found = covariates.reindex(index) if index.is_unique else covariates
    if len(found) != len(index) or not np.isfinite(found.to_numpy(float)).all():
        msg = "Covariates have a row of numbers for each comparison; one is missing."
        raise StatsError(msg)
    return found.set_axis(range(len(index)))


def _design(used: pd.DataFrame, names: list[str], extra: pd.DataFrame) -> tuple[Array, list[str]]:
    place = {name: number for number, name in enumerate(names)}
    rows = np.arange(len(used))
    design = np.zeros((len(used), len(names)))
    design[rows, used["model_a"].map(place)] += 1
    design[rows, used["model_b"].map(place)] -= 1
    numbers = extra.to_numpy(float)
    spread = numbers.std(axis=0)
    numbers = numbers / np.where(spread > 0, spread, 1.0)
    return np.column_stack([design[:, :-1], numbers]), list(extra.columns)


def _table(values: Array, covariance: Array, names: list[str]) -> pd.DataFrame:
    errors = np.sqrt(np.clip(np.diag(covariance), 0, None)) if len(names) else np.zeros(0)
    return pd.DataFrame(
        {
            "value": values,
            "se": errors,
            "low": values - Z95 * errors,
            "high": values + Z95 * errors,
        },
        index=names,
    )


def _check_linked(used: pd.DataFrame, names: list[str]) -> None:
    """Refuse models that no chain of comparisons links."""
    both = list(zip(used["model_a"], used["model_b"], strict=True))
    apart = set(names) - _reached(names[0], both + [(b, a) for a, b in both])
    if apart:
        msg = (
            f"No chain of comparisons links {names[0]!r} with {some(sorted(apart))}, so their "
            "strengths cannot be compared: rank them apart, or label pairs of both."
        )
        raise StatsError(msg)


def _is_finite(used: pd.DataFrame, names: list[str], outcome: Array) -> bool:
    """Tell whether each model was beaten, by some chain, by each other (Ford 1957)."""
    sides = zip(used["model_a"], used["model_b"], outcome, strict=True)
    beats = [(a, b) if won > 0 else (b, a) for a, b, won in sides if won]
    back = [(b, a) for a, b in beats]
    return len(_reached(names[0], beats)) == len(_reached(names[0], back)) == len(names)


def _reached(start: str, arrows: list[tuple[str, str]]) -> set[str]:
    ways: dict[str, set[str]] = {}
    for one, other in arrows:
        ways.setdefault(one, set()).add(other)
    found, new = {start}, [start]
    while new:
        for there in ways.get(new.pop(), set()) - found:
            found.add(there)
            new.append(there)
    return found
