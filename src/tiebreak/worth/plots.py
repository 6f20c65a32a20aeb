"""``session.plot``: what labels are worth, drawn; each plot says in words what it shows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from tiebreak.errors import StatsError, telling_wrong_calls_of
from tiebreak.wording import say_what
from tiebreak.worth import drawing
from tiebreak.worth.drawing import BLUE, MOST_ROWS, ORANGE, as_percent, finish, ink, intervals
from tiebreak.worth.findings import alarms
from tiebreak.worth.gathering import Gathered

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WINDOW = 15
_BREAK_MINUTES = 10
_MEASURES = {
    "raw": "raw, ties included",
    "raw without ties": "raw, without ties",
    "alpha": "Krippendorff's alpha",
    "alpha of grades": "alpha of the grades",
    "fleiss": "Fleiss' kappa",
    "repeats": "with oneself (repeats)",
}


@telling_wrong_calls_of(StatsError, "session.plot")
@dataclass(frozen=True)
class Plots:
    """Plots of what labels are worth; ``session.plot`` gives one.

    Each is drawn on ``ax``, or on a figure of its own, and gives the axes back. They need
    matplotlib, and no colour: marks differ in shape, too.

    Attributes:
        known: the tables that are drawn.

    Example:
        >>> import tiebreak as tb
        >>> session = tb.Session(tmp / "plots", tb.sample_pairs(), annotator="me")
        >>> session.label(session.next().id, "a")
        >>> session.plot.posterior().figure.savefig(tmp / "posterior.png")

    """

    known: Gathered

    def agreement(self, ax: "Axes | None" = None) -> "Axes":
        """Draw how far people agree, measure by measure, with 95 % intervals.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "agreement", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.plot.agreement().figure.savefig(tmp / "agreement.png")

        """
        return _drawn(ax, "agreement", self.known)

    def sides(self, ax: "Axes | None" = None) -> "Axes":
        """Draw how often the left answer, the longer one and so on was chosen.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "sides", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.plot.sides().figure.savefig(tmp / "sides.png")

        """
        return _drawn(ax, "sides", self.known)

    def posterior(self, ax: "Axes | None" = None) -> "Axes":
        """Draw how sure each pair's label is.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "posterior", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.plot.posterior().figure.savefig(tmp / "posterior.png")

        """
        return _drawn(ax, "posterior", self.known)

    def ranking(self, ax: "Axes | None" = None) -> "Axes":
        """Draw how often each model wins, a tie counting half.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "ranking", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.plot.ranking().figure.savefig(tmp / "ranking.png")

        """
        return _drawn(ax, "ranking", self.known)

    def learning(self, ax: "Axes | None" = None) -> "Axes":
        """Draw how well choices are told by how many were learned from, and at twice as many.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "learning", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.plot.learning().figure.savefig(tmp / "learning.png")

        """
        return _drawn(ax, "learning", self.known)

    def timeline(self, ax: "Axes | None" = None) -> "Axes":
        """Draw each person's labeling: pace, ties and breaks.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "timeline", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.plot.timeline().figure.savefig(tmp / "timeline.png")

        """
        return _drawn(ax, "timeline", self.known)

    def people(self, ax: "Axes | None" = None) -> "Axes":
        """Draw how often each person is probably right.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "people", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.plot.people().figure.savefig(tmp / "people.png")

        """
        return _drawn(ax, "people", self.known)


def _drawn(ax: "Axes | None", name: str, known: Gathered) -> "Axes":
    target = drawing.new_axes(height_of(name, known)) if ax is None else ax
    if not hasattr(target, "set_axis_off"):
        msg = (
            "ax is the axes of one plot, as in figure, ax = matplotlib.pyplot.subplots(), not "
            f"{say_what(ax)}."
        )
        raise StatsError(msg)
    DRAWINGS[name].draw(target, known)
    return target


def height_of(name: str, known: Gathered) -> float:
    """Give the height in inches that a plot with so many rows needs."""
    return 1.4 + 0.3 * max(min(DRAWINGS[name].rows(known), MOST_ROWS), 3)


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


def draw_sides(ax: "Axes", known: Gathered) -> None:
    """Draw the share chosen of each trait."""
    table = known.bias.dropna(subset=["share"])
    if table.empty:
        drawing.nothing(ax, "Nothing to compare yet: 20 decided labels whose answers differ.")
        return
    told = {each.about for each in alarms(known)}
    names = ["left side" if name == "left" else f"more {name}" for name in table.index]
    names = ["longer" if name == "more length" else name for name in names]
    table = table.rename(columns={"share": "value"})
    intervals(ax, names, _rows(table), stands_out=table.index.isin(told).tolist())
    ax.set_xlim(0, 1)
    as_percent(ax)
    drawing.line(ax, 0.5, "as often as not")
    finish(
        ax,
        "How often the answer with more of it was chosen (filled: stands out)",
        "share of choices, with 95 % interval",
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


def draw_ranking(ax: "Axes", known: Gathered) -> None:
    """Draw the win rates."""
    if known.win_rates is None:
        why = "is labeled yet" if known.names_models else "is there"
        drawing.nothing(ax, f"No pair that names two models {why}, so there is nothing to rank.")
        return
    table = known.win_rates.head(MOST_ROWS).rename(columns={"rate": "value"})
    intervals(ax, table.index.tolist(), _rows(table.fillna({"low": 0.0, "high": 1.0})))
    ax.set_xlim(0, 1)
    as_percent(ax)
    drawing.line(ax, 0.5, "as often as not")
    more = f" (first {MOST_ROWS})" if len(known.win_rates) > MOST_ROWS else ""
    finish(ax, f"How often each model wins{more}", "win rate, ties count half, 95 % interval")


def draw_people(ax: "Axes", known: Gathered) -> None:
    """Draw the people's probable accuracies."""
    table = known.posterior.people.dropna(subset=["accuracy"]).head(MOST_ROWS)
    if table.empty:
        drawing.nothing(
            ax, "Where no pair has labels of two, nobody can tell how often people are right."
        )
        return
    table = table.rename(columns={"accuracy": "value"})
    # As the table says it.
    low = (table["value"] < 0.6) & (table["low"] < 0.5) & table["told"]  # noqa: PLR2004
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
        "How often each person is probably right (filled: a coin's)",
        "probable accuracy, 95 % interval (in brackets: labels made)"
        if table["told"].all()
        else "probable accuracy; may be: of two people, nobody can tell who is right",
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
    slowest = np.log1p(float(timed["seconds"].quantile(0.99)))
    for place, name in enumerate(names):
        _lane(ax, place, timed[timed["annotator"] == name], slowest)
    middle = timed.groupby("annotator")["seconds"].median()
    ax.set_yticks(
        range(len(names)),
        [f"{drawing.named(name)}\nmedian {middle[name]:.0f} s" for name in names],
    )
    ax.set_ylim(len(names) - 0.4, -0.75)
    left_out = timed["annotator"].nunique() - len(names)
    more = f" ({left_out} more people not drawn)" if left_out else ""
    _legend(ax)
    finish(ax, f"How labeling went{more}\n", "labels, in the order made")


def _lane(ax: "Axes", place: int, own: pd.DataFrame, slowest: float) -> None:
    if "at" in own.columns:
        own = own.sort_values("at", kind="stable")
    pace = own["seconds"].rolling(_WINDOW, center=True, min_periods=1).median().clip(lower=0)
    at = np.arange(1, len(own) + 1)
    height = np.clip(np.log1p(pace.to_numpy(float)) / max(slowest, 1e-9), 0, 1)
    ax.plot(at, place + 0.25 - 0.7 * height, color=BLUE, linewidth=1.6)
    ties = own["preference"].isin(["tie", "both_bad"]).to_numpy()
    ax.plot(at[ties], np.full(int(ties.sum()), place + 0.33), "|", color=ORANGE, markersize=6)
    if "at" in own.columns and own["at"].notna().any():
        gaps = pd.to_datetime(own["at"], utc=True).diff().dt.total_seconds().to_numpy()
        for stop in at[gaps > _BREAK_MINUTES * 60]:
            ax.plot([stop - 0.5] * 2, [place - 0.5, place + 0.25], ":", color=ink(), linewidth=1.4)


def _legend(ax: "Axes") -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415 - an extra

    marks = [
        Line2D([], [], color=BLUE, label="pace (up is slower)"),
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


def _rows(table: pd.DataFrame) -> list[tuple[float, float, float]]:
    values: Any = table[["value", "low", "high"]].astype(float).to_numpy()
    return [tuple(row) for row in values]


# What a report shows, by name.
class Drawing(NamedTuple):
    """How a plot is drawn, and how many rows it then has."""

    draw: Callable[["Axes", Gathered], None]
    rows: Callable[[Gathered], int]


DRAWINGS = {
    "agreement": Drawing(draw_agreement, lambda known: int(known.agreement["value"].count())),
    "sides": Drawing(draw_sides, lambda known: len(known.bias)),
    "posterior": Drawing(draw_posterior, lambda _: 6),
    "ranking": Drawing(
        draw_ranking, lambda known: 0 if known.win_rates is None else len(known.win_rates)
    ),
    "learning": Drawing(draw_learning, lambda known: int(known.curve["accuracy"].count())),
    "timeline": Drawing(draw_timeline, lambda known: 2 * len(known.names)),
    "people": Drawing(draw_people, lambda known: len(known.names)),
}
