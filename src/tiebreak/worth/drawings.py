"""What each plot draws of the tables of a report."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from tiebreak.stats.posterior import as_a_coin
from tiebreak.worth import drawing
from tiebreak.worth.alarms import alarms
from tiebreak.worth.drawing import BLUE, MOST_ROWS, ORANGE, as_percent, finish, ink, intervals
from tiebreak.worth.gathering import Gathered

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TRAITS = {
    "left": "left side",
    "length": "longer",
    "exclamation": "more exclamation marks",
    "language": "more foreign letters",
}
_MOST_ODDS = 32.0
_WINDOW = 15
_BREAK_MINUTES = 10
_LEAST_SPAN = 8.0
_MEASURES = {
    "raw": "raw, ties included",
    "raw without ties": "raw, without ties",
    "alpha": "Krippendorff's alpha",
    "alpha of grades": "alpha of the grades",
    "fleiss": "Fleiss' kappa",
    "repeats": "with oneself (repeats)",
}


def draw_agreement(ax: "Axes", known: Gathered) -> None:
    """Draw the measures of agreement that are defined."""
    table = known.agreement.dropna(subset=["value"])
    if table.empty:
        drawing.nothing(ax, str(known.agreement["says"].loc["raw"]))
        return
    intervals(ax, [_MEASURES.get(name, name) for name in table.index], _rows(table))
    ax.set_xlim(min(-0.05, float(table["low"].min()) - 0.05), 1.05)
    drawing.line(ax, 0.0, "chance, for alpha and kappa")
    finish(ax, "How far people agree", "agreement (1 is always), with 95 % interval")


def draw_bias(ax: "Axes", known: Gathered) -> None:
    """Draw the share chosen of each trait."""
    table = known.bias.dropna(subset=["share"])
    if table.empty:
        drawing.nothing(ax, "Nothing to compare yet: 20 decided pairs have to differ in it.")
        return
    told = {each.about for each in alarms(known)}
    table = table.rename(columns={"share": "value"})
    out = table.index.isin(told).tolist()
    intervals(ax, _traits(table.index), _rows(table), stands_out=out)
    _as_shares(ax)
    finish(
        ax,
        "How often the answer with more of it was chosen (filled: look at it)",
        "share of choices, with 95 % interval",
    )


def _traits(names: "pd.Index[Any]") -> list[str]:
    return [
        _TRAITS.get(name, name if name.startswith("meaning") else f"more {name}") for name in names
    ]


def draw_rewards(ax: "Axes", known: Gathered) -> None:
    """Draw the odds of each trait, all others equal, on a scale of doublings."""
    table = known.rewards.effects
    if table.empty:
        drawing.nothing(ax, known.rewards.says)
        return
    shown = table.head(MOST_ROWS).rename(columns={"odds": "value"})
    whole = np.array(_rows(shown))
    rows = np.clip(whole, 1 / _MOST_ODDS, _MOST_ODDS)
    cut = f", cut at {_MOST_ODDS:g}" * bool((rows != whole).any())
    found = shown["found"].astype(bool).tolist()
    intervals(ax, _traits(shown.index), [tuple(row) for row in rows], stands_out=found)
    ax.set_xscale("log", base=2)
    reach = max(1, int(np.ceil(np.abs(np.log2(rows)).max())))
    ticks = [2.0**power for power in range(-reach, reach + 1)]
    ax.set_xlim(ticks[0], ticks[-1])
    ax.set_xticks(ticks, [f"{tick:g}" if tick >= 1 else f"1/{1 / tick:g}" for tick in ticks])
    drawing.line(ax, 1.0, "neither way")
    finish(
        ax,
        f"What is chosen, all else equal (filled: beyond chance){_of(shown, table)}",
        f"odds of being chosen for a standard deviation more of it, 95 % interval{cut}",
    )


def draw_posterior(ax: "Axes", known: Gathered) -> None:
    """Draw how many pairs' labels are how sure."""
    sure = known.posterior.pairs["confidence"].to_numpy(float)
    if not len(sure):
        drawing.nothing(ax, "No labels yet.")
        return
    edges = np.linspace(1 / 3, 1.0, 15)
    heights, _ = np.histogram(sure, edges)
    ax.bar(edges[:-1], heights, np.diff(edges), align="edge", color=BLUE, edgecolor=ink(), lw=0.6)
    ax.set_xlim(1 / 3, 1)
    ax.set_ylim(0, max(heights) * 1.25)
    as_percent(ax)
    mean = float(sure.mean())
    drawing.line(ax, mean, f"mean: {100 * mean:.0f} %")
    ax.set_ylabel("pairs")
    finish(ax, "How sure each pair's label is", "probability of the most probable label")


def draw_win_rates(ax: "Axes", known: Gathered) -> None:
    """Draw the win rates."""
    if known.win_rates is None:
        drawing.nothing(ax, _no_models(known))
        return
    table = known.win_rates.head(MOST_ROWS).rename(columns={"rate": "value"})
    intervals(ax, table.index.tolist(), _rows(table.fillna({"low": 0.0, "high": 1.0})))
    _as_shares(ax)
    title = f"How often each model wins{_of(table, known.win_rates)}"
    finish(ax, title, "win rate, ties count half, 95 % interval")


def _no_models(known: Gathered) -> str:
    why = "is labeled yet" if known.names_models else "is there"
    return f"No pair that names two models {why}, so there is nothing to rank."


def draw_ranking(ax: "Axes", known: Gathered) -> None:
    """Draw the strengths, ties and all."""
    if known.ranking is None or isinstance(known.ranking, str):
        drawing.nothing(ax, known.ranking or _no_models(known))
        return
    whole = known.ranking.table.rename(columns={"strength": "value"})
    table = whole.head(MOST_ROWS)
    intervals(ax, table.index.tolist(), _rows(table))
    drawing.line(ax, 0.0, "mean of all")
    finish(
        ax,
        f"How strong each model is{_of(table, whole)}",
        "strength (1 more is odds of 2.7 to 1), 95 % interval",
    )


def draw_stopping(ax: "Axes", known: Gathered) -> None:
    """Draw the share of decisive pairs that the better of each two models won."""
    whole = known.stopping.rename(columns={"share": "value"})
    if whole.empty:
        drawing.nothing(ax, _no_models(known))
        return
    table = whole.sort_values("low", ascending=False, kind="stable").head(MOST_ROWS // 2)
    other = [f"\nover {drawing.named(name)}" for name in table["other"]]
    settled = table["settled"].astype(bool).tolist()
    intervals(ax, table["better"].tolist(), _rows(table), stands_out=settled, behind=other)
    _as_shares(ax)
    finish(
        ax,
        f"Which of two models is better (filled: settled){_of(table, whole)}",
        "share of decisive pairs won, 95 % interval at any look",
    )


def draw_judges(ax: "Axes", known: Gathered) -> None:
    """Draw how often each judge decides as people do, and changes its mind with the order."""
    names: list[Any] = []
    behind: list[str] = []
    rows: list[tuple[float, float, float]] = []
    minds: list[bool] = []
    shown = known.judges.table.head(MOST_ROWS // 2)
    for name, row in shown.iterrows():
        for says, low in (("accuracy", "low"), ("flips", "flips_low")):
            if row[says] == row[says]:
                as_people = says == "accuracy"
                names.append(name)
                behind.append(": as people" if as_people else ": other order")
                rows.append((row[says], row[low], row[low.replace("low", "high")]))
                minds.append(not as_people)
    if not rows:
        said = known.judges.table["says"].tolist()
        drawing.nothing(ax, said[0] if said else "No judge labeled here.")
        return
    intervals(ax, names, rows, stands_out=minds, behind=behind)
    ax.set_xlim(0, 1)
    as_percent(ax)
    finish(
        ax,
        "How often judges decide as people do (filled: mind changed)"
        f"{_of(shown, known.judges.table)}",
        "share of pairs, with 95 % interval",
    )


def draw_people(ax: "Axes", known: Gathered) -> None:
    """Draw the people's probable accuracies, of many the lowest."""
    whole = known.posterior.people.dropna(subset=["accuracy"])
    if whole.empty:
        drawing.nothing(
            ax, "Where no pair has labels of two, nobody can tell how often people are right."
        )
        return
    table = whole.rename(columns={"accuracy": "value"})
    if len(whole) > MOST_ROWS:
        table = table.sort_values("value", kind="stable").head(MOST_ROWS)
    low = as_a_coin(table["value"], table["low"]) & table["told"]
    alone = len(known.posterior.people) - len(whole)
    without = f"; not who labeled alone ({alone})" if alone else ""
    made = [
        f" ({labels})" if told else f" ({labels}, may be)"
        for labels, told in zip(table["labels"], table["told"], strict=True)
    ]
    intervals(ax, table.index.tolist(), _rows(table), stands_out=low.tolist(), behind=made)
    ax.set_xlim(min(0.4, float(table["low"].min()) - 0.05), 1)
    as_percent(ax)
    drawing.line(ax, 0.5, "a coin")
    finish(
        ax,
        "How often each person is probably right (filled: a coin's)"
        f"{_of(table, whole, 'lowest')}{without}",
        "probable accuracy, 95 % interval (in brackets: labels made)"
        if table["told"].all()
        else "probable accuracy; may be: nobody can tell who is right",
    )


def draw_learning(ax: "Axes", known: Gathered) -> None:
    """Draw accuracy by pairs learned from, and the forecast."""
    table = known.curve.dropna(subset=["accuracy"])
    if table.empty:
        drawing.nothing(ax, str(known.curve["says"].iloc[-1]))
        return
    table = table.rename(columns={"accuracy": "value"})
    names = [f"{learned} pairs" for learned in table["learned"]]
    intervals(ax, names, _rows(table), stands_out=table["forecast"].tolist())
    ax.set_xlim(min(float(table["low"].min()) - 0.02, 0.45), float(table["high"].max()) + 0.02)
    as_percent(ax)
    drawing.line(ax, 0.5, "a coin")
    finish(
        ax,
        "What was learned from so many pairs (filled: a forecast)",
        "choices on new prompts told rightly, 95 % interval (forecast: 90 %)",
    )


def draw_timeline(ax: "Axes", known: Gathered) -> None:
    """Draw a lane a person: pace as a line, ties as ticks, breaks as bars."""
    made = known.decided
    if "seconds" not in made.columns or not made["seconds"].gt(0).any():
        drawing.nothing(ax, "No label says how long it took, so there is no pace to draw.")
        return
    timed = made[made["seconds"].gt(0)]
    names = timed["annotator"].value_counts().index.tolist()[: MOST_ROWS // 2]
    lanes = [_in_order(timed[timed["annotator"] == name]) for name in names]
    paces = [_pace(own) for own in lanes]
    low, high = min(map(np.min, paces)), max(map(np.max, paces))
    reach = max(high - low, np.log(_LEAST_SPAN))  # a steady pace is a level line
    low = (low + high - reach) / 2
    for place, (own, pace) in enumerate(zip(lanes, paces, strict=True)):
        if place % 2:
            ax.axhspan(place - 0.5, place + 0.5, color=ink(), alpha=0.09, linewidth=0)
        _lane(ax, place, own, (pace - low) / reach)
    middle = timed.groupby("annotator")["seconds"].median()
    ax.set_yticks(
        range(len(names)),
        [f"{drawing.named(name)}\nmedian {middle[name]:.0f} s" for name in names],
    )
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    left_out = timed["annotator"].nunique() - len(names)
    more = f" ({left_out} more people not drawn)" if left_out else ""
    _legend(ax, np.exp(low), np.exp(low + reach))
    finish(ax, f"How labeling went{more}\n", "labels, in the order made")


def _in_order(own: pd.DataFrame) -> pd.DataFrame:
    return own.sort_values("at", kind="stable") if "at" in own.columns else own


def _pace(own: pd.DataFrame) -> Any:
    pace = own["seconds"].rolling(_WINDOW, center=True, min_periods=1).median()
    return np.log(pace.to_numpy(float))


def _lane(ax: "Axes", place: int, own: pd.DataFrame, height: Any) -> None:
    at = np.arange(1, len(own) + 1)
    ax.plot(at, place + 0.18 - 0.6 * height, color=BLUE, linewidth=1.6)
    ties = own["preference"].isin(["tie", "both_bad"]).to_numpy()
    ax.plot(at[ties], np.full(int(ties.sum()), place + 0.35), "|", color=ORANGE, markersize=6)
    if "at" in own.columns and own["at"].notna().any():
        gaps = pd.to_datetime(own["at"], utc=True).diff().dt.total_seconds().to_numpy()
        for stop in at[gaps > _BREAK_MINUTES * 60]:
            ax.plot([stop - 0.5] * 2, [place - 0.46, place + 0.22], ":", color=ink(), linewidth=1.4)


def _legend(ax: "Axes", fastest: float, slowest: float) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415 - an extra

    marks = [
        Line2D([], [], color=BLUE, label=f"pace ({fastest:.2g} up to {slowest:.2g} s)"),
        Line2D([], [], color=ORANGE, marker="|", linestyle="", label="tie or both bad"),
        Line2D([], [], color=ink(), linestyle=":", label=f"break of {_BREAK_MINUTES} min"),
    ]
    ax.legend(
        handles=marks,
        loc="lower left",
        bbox_to_anchor=(-0.01, 0.99),
        borderpad=0,
        ncols=3,
        fontsize=8,
        frameon=False,
    )


def _as_shares(ax: "Axes") -> None:
    ax.set_xlim(0, 1)
    as_percent(ax)
    drawing.line(ax, 0.5, "as often as not")


def _of(shown: pd.DataFrame, whole: pd.DataFrame, which: str = "first") -> str:
    """Say what is left out."""
    cut = len(whole) > len(shown)
    return f"; the {which} {len(shown)} of {len(whole)}" if cut else ""


def _rows(table: pd.DataFrame) -> list[tuple[float, float, float]]:
    values: Any = table[["value", "low", "high"]].astype(float).to_numpy()
    return [tuple(row) for row in values]


class Drawing(NamedTuple):
    """How a plot is drawn, and how many rows it then has."""

    draw: Callable[["Axes", Gathered], None]
    rows: Callable[[Gathered], int]


def _models(known: Gathered) -> int:
    return 0 if known.win_rates is None else len(known.win_rates)


DRAWINGS = {
    "agreement": Drawing(draw_agreement, lambda known: int(known.agreement["value"].count())),
    "bias": Drawing(draw_bias, lambda known: len(known.bias)),
    "rewards": Drawing(draw_rewards, lambda known: len(known.rewards.effects)),
    "posterior": Drawing(draw_posterior, lambda _: 6),
    "people": Drawing(draw_people, lambda known: len(known.names)),
    "judges": Drawing(draw_judges, lambda known: 2 * len(known.judges.table)),
    "win_rates": Drawing(draw_win_rates, _models),
    "ranking": Drawing(draw_ranking, _models),
    "stopping": Drawing(draw_stopping, lambda known: 2 * len(known.stopping)),
    "learning": Drawing(draw_learning, lambda known: int(known.curve["accuracy"].count())),
    "timeline": Drawing(draw_timeline, lambda known: 2 * len(known.names)),
}


def height_of(name: str, known: Gathered) -> float:
    """Give the height in inches that a plot with so many rows needs."""
    return 1.4 + 0.3 * max(min(DRAWINGS[name].rows(known), MOST_ROWS), 3)
