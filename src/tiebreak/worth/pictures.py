"""Plots as SVG inside a page: its own ink, light or dark, and nothing that runs or is fetched."""

import io
import logging
import re
import warnings
from typing import Any

from tiebreak.worth.drawings import DRAWINGS, height_of
from tiebreak.worth.gathering import Gathered

# Colours that a drawing has and a page replaces by its own.
_INK = "#010203"
_PAGE = {_INK: "currentColor", "#0072b2": "var(--tb-blue)", "#d55e00": "var(--tb-orange)"}
_STYLE: dict[Any, Any] = {
    "text.color": _INK,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "svg.fonttype": "none",  # the reader's fonts, which have the letters of any name
    "svg.hashsalt": "tiebreak",
    "font.size": 10.0,
}
_NAMES = re.compile(r'(\bid="|url\(#|href="#)')
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEAD = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)
_ABOUT = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_SIZE = re.compile(r'(<svg\b[^>]*?) width="[^"]*"([^>]*?)height="[^"]*"')
_FONT = re.compile(r"(font(?:-family)?:[^;\"]*?)'DejaVu Sans'[^;\"]*")


def picture(name: str, known: Gathered, says: str) -> tuple[str, str | None]:
    """Draw a plot as an SVG element with ``says`` as its name for who does not see it.

    Returns:
        Why there is no plot, or nothing, and the element.

    """
    try:
        from matplotlib import rc_context  # noqa: PLC0415 - an extra
        from matplotlib.figure import Figure  # noqa: PLC0415 - no window, no state of pyplot's
    except ImportError:
        return "The plot needs matplotlib: pip install matplotlib", None
    target = io.StringIO()
    fonts = logging.getLogger("matplotlib.font_manager")
    before = fonts.level
    with rc_context(_STYLE), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of letters that its own font lacks: it is not used
        fonts.setLevel(logging.ERROR)
        try:
            figure = Figure(figsize=(7.2, height_of(name, known)), layout="constrained")
            axes = figure.add_subplot()
            DRAWINGS[name].draw(axes, known)
            if not axes.axison:
                return "".join(text.get_text() for text in axes.texts), None
            figure.savefig(target, format="svg", metadata={"Date": None})
        finally:
            fonts.setLevel(before)
    return "", _embedded(target.getvalue(), name, says)


def _embedded(svg: str, name: str, says: str) -> str:
    svg = _ABOUT.sub("", _COMMENT.sub("", _HEAD.sub("", svg, count=1)))
    for colour, own in _PAGE.items():
        svg = svg.replace(colour, own)
    svg = _NAMES.sub(rf"\g<1>tb-{name}-", svg)
    svg = _FONT.sub(r"\1system-ui, sans-serif", svg)
    svg = _SIZE.sub(r"\1\2", svg, count=1)
    return svg.replace("<svg", f'<svg role="img" aria-label="{says}"', 1).strip()
