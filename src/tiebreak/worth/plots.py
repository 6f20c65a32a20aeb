"""``session.plot``: what labels are worth, drawn; each plot says in words what it shows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiebreak.errors import StatsError, telling_wrong_calls_of
from tiebreak.wording import say_what
from tiebreak.worth import drawing
from tiebreak.worth.drawings import DRAWINGS, height_of
from tiebreak.worth.gathering import Gathered

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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

    def bias(self, ax: "Axes | None" = None) -> "Axes":
        """Draw how often the left answer, the longer one and so on was chosen.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "bias", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.plot.bias().figure.savefig(tmp / "bias.png")

        """
        return _drawn(ax, "bias", self.known)

    def rewards(self, ax: "Axes | None" = None) -> "Axes":
        """Draw by how much each trait moves the odds of being chosen, all others equal.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "rewards", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.plot.rewards().figure.savefig(tmp / "rewards.png")

        """
        return _drawn(ax, "rewards", self.known)

    def posterior(self, ax: "Axes | None" = None) -> "Axes":
        """Draw how sure each pair's label is.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "posterior", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.plot.posterior().figure.savefig(tmp / "posterior.png")

        """
        return _drawn(ax, "posterior", self.known)

    def people(self, ax: "Axes | None" = None) -> "Axes":
        """Draw how often each person is probably right.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "people", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.plot.people().figure.savefig(tmp / "people.png")

        """
        return _drawn(ax, "people", self.known)

    def judges(self, ax: "Axes | None" = None) -> "Axes":
        """Draw how often each judge decides as people do, and how often it changes its mind.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "judges", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.plot.judges().figure.savefig(tmp / "judges.png")

        """
        return _drawn(ax, "judges", self.known)

    def win_rates(self, ax: "Axes | None" = None) -> "Axes":
        """Draw how often each model wins, a tie counting half.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "win_rates", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.plot.win_rates().figure.savefig(tmp / "win_rates.png")

        """
        return _drawn(ax, "win_rates", self.known)

    def ranking(self, ax: "Axes | None" = None) -> "Axes":
        """Draw the strength of each model, ties and all (Davidson).

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "ranking", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.plot.ranking().figure.savefig(tmp / "ranking.png")

        """
        return _drawn(ax, "ranking", self.known)

    def stopping(self, ax: "Axes | None" = None) -> "Axes":
        """Draw who leads of each two models, with intervals that hold at any moment.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "stopping", tb.sample_pairs(), annotator="me")
            >>> session.label(session.next().id, "a")
            >>> session.plot.stopping().figure.savefig(tmp / "stopping.png")

        """
        return _drawn(ax, "stopping", self.known)

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
