"""What all plots share: ink, marks and intervals that can be told apart without colour."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tiebreak.errors import StatsError
from tiebreak.wording import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Of Okabe and Ito's palette (2008), which no common colour blindness mixes up.
BLUE = "#0072b2"
ORANGE = "#d55e00"
MOST_ROWS = 24
_LONGEST_NAME = 28


def new_axes(height: float = 3.2) -> "Axes":
    """Make a figure of its own for a plot that was given none.

    Raises:
        StatsError: matplotlib is not installed.

    """
    try:
        import matplotlib.pyplot as plt  # noqa: PLC0415 - an extra
    except ImportError:
        raise without_matplotlib() from None
    return plt.subplots(figsize=(7.2, height), layout="constrained")[1]


def without_matplotlib() -> StatsError:
    """Say what plots need."""
    return StatsError("Plots need matplotlib: pip install matplotlib")


def ink() -> Any:
    """Give the colour of text, which is what a style, light or dark, made it."""
    from matplotlib import rcParams  # noqa: PLC0415 - an extra

    return rcParams["text.color"]


def named(name: object) -> str:
    """Write a stranger's name so that it is all seen, and no formula."""
    text = " ".join(visible(str(name)).split())
    # Names of models often differ at their end alone.
    end = _LONGEST_NAME // 2
    short = text if len(text) <= _LONGEST_NAME else f"{text[: end - 1]}…{text[-end:]}"
    return short.replace("$", r"\$")


def intervals(
    ax: "Axes",
    names: Sequence[object],
    rows: Sequence[tuple[float, float, float]],
    *,
    stands_out: Sequence[bool] | None = None,
    behind: Sequence[str] | None = None,
) -> None:
    """Draw a row a name, from the top: a mark for the value and a bar for its interval.

    ``behind`` is written behind each name. What stands out is a filled orange diamond, all else a
    hollow blue circle.
    """
    out = stands_out or [False] * len(rows)
    for place, ((value, low, high), loud) in enumerate(zip(rows, out, strict=True)):
        colour, mark = (ORANGE, "D") if loud else (BLUE, "o")
        ax.plot([low, high], [place, place], color=colour, linewidth=2, solid_capstyle="butt")
        face = colour if loud else "none"
        ax.plot(
            value,
            place,
            mark,
            color=colour,
            markerfacecolor=face,
            markersize=8,
            markeredgewidth=1.8,
            clip_on=False,
        )
    after = behind or [""] * len(names)
    shown = [named(name) + more for name, more in zip(names, after, strict=True)]
    ax.set_yticks(range(len(names)), shown)
    ax.set_ylim(len(names) - 0.4, -0.9)


def finish(ax: "Axes", title: str, below: str) -> "Axes":
    """Give a plot its title and its axis in words, and take away what says nothing."""
    ax.set_title(title, loc="left", fontsize=11, wrap=True)
    ax.set_xlabel(below, wrap=True)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return ax


def line(ax: "Axes", at: float, says: str) -> None:
    """Draw a dashed line that a reader compares with, and say at its top what it is."""
    ax.axvline(at, color=ink(), linestyle="--", linewidth=1)
    ax.annotate(
        says,
        (at, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(4, -2),
        textcoords="offset points",
        fontsize=8,
        va="top",
        color=ink(),
    )


def as_percent(ax: "Axes") -> None:
    """Write the axis of shares in percent."""
    from matplotlib.ticker import MaxNLocator, PercentFormatter  # noqa: PLC0415 - an extra

    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))


def nothing(ax: "Axes", says: str) -> None:
    """Say in the place of a plot why there is none."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, says, ha="center", va="center", wrap=True, transform=ax.transAxes)
