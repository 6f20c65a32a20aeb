"""What comes in: one file per dataset layout, and how a table's layout is recognised.

Pure functions over rows. A new layout is a file with ``LAYOUT`` or ``LAYOUTS`` and a line here.
"""

from collections.abc import Iterable, Sequence

from tiebreak.errors import PairsError
from tiebreak.layouts import (
    alpaca_eval,
    anthropic_hh,
    arena,
    argilla,
    helpsteer,
    label_studio,
    llama_factory,
    multipref,
    nectar,
    oasst,
    openai,
    pairs,
    pku_saferlhf,
    raw,
    reward_bench,
    shp,
    summarize_feedback,
    trl,
    ultrafeedback,
    webgpt,
)
from tiebreak.layouts.found import Layout, Row

LAYOUTS: tuple[Layout, ...] = (
    *pairs.LAYOUTS,
    raw.LAYOUT,
    *trl.LAYOUTS,
    *alpaca_eval.LAYOUTS,
    anthropic_hh.LAYOUT,
    *arena.LAYOUTS,
    argilla.LAYOUT,
    *helpsteer.LAYOUTS,
    label_studio.LAYOUT,
    *llama_factory.LAYOUTS,
    multipref.LAYOUT,
    nectar.LAYOUT,
    *oasst.LAYOUTS,
    openai.LAYOUT,
    pku_saferlhf.LAYOUT,
    reward_bench.LAYOUT,
    shp.LAYOUT,
    summarize_feedback.LAYOUT,
    *ultrafeedback.LAYOUTS,
    webgpt.LAYOUT,
)
NAMES = tuple(dict.fromkeys(layout.name for layout in LAYOUTS))
_NEAREST = 3
_MOST, _WIDEST = 40, 60  # columns shown, and characters of each


def recognise(source: str, columns: Sequence[str], first: Row, name: str = "auto") -> Layout:
    """Tell which layout a table is in.

    A layout fits if its columns are all there and its look into the first row says so. Of two
    that fit, one whose columns strictly contain the other's is meant; of two shapes of one name,
    the one that is listed first.

    Args:
        source: what the table is called in messages.
        columns: all of the table's columns.
        first: its first row.
        name: the layout's name, where it is known. The look into the first row then decides only
            between several shapes of that name.

    Raises:
        PairsError: no layout fits, or several do; the message names what was seen and what to do.

    """
    known = [layout for layout in LAYOUTS if name in ("auto", layout.name)]
    if not known:
        msg = f"There is no layout {name!r}; there are {', '.join(NAMES)}, and 'auto' to find out."
        raise PairsError(msg)
    there = [layout for layout in known if layout.columns <= set(columns)]
    fitting = [layout for layout in there if _fits(layout, first)]
    if name != "auto" and not fitting:
        fitting = there
    best = [x for x in fitting if not any(x.columns < y.columns for y in fitting)]
    if len({layout.name for layout in best}) == 1:
        return best[0]
    raise PairsError(
        _say_ambiguous(source, best) if best else _say_unknown(source, columns, known, there)
    )


def _fits(layout: Layout, first: Row) -> bool:
    try:
        return layout.fits(first)
    except (TypeError, ValueError, LookupError, AttributeError, RecursionError):
        return False  # the row holds something else where this layout has its own


def _say_ambiguous(source: str, fitting: Sequence[Layout]) -> str:
    titles = [f"{layout.title} ({_listed(layout.columns)})" for layout in fitting]
    names = dict.fromkeys(layout.name for layout in fitting)
    said = " or ".join(f"tiebreak.read_pairs(..., layout={name!r})" for name in names)
    return (
        f"{source} has both the columns of {' and of '.join(titles)}. Drop or rename the columns "
        f"not meant, or say which it is: {said}."
    )


def _say_unknown(
    source: str, columns: Sequence[str], known: Sequence[Layout], there: Sequence[Layout]
) -> str:
    seen = ", ".join(repr(column)[:_WIDEST] for column in columns[:_MOST]) or "none"
    more = f" and {len(columns) - _MOST} more" * (len(columns) > _MOST)
    near = [layout for layout in known if layout.columns & set(columns)] or list(known)
    near.sort(key=lambda layout: -len(layout.columns & set(columns)) / len(layout.columns))
    lines = [
        f"{source} is in no layout that tiebreak knows. Its columns are {seen}{more}. Nearest:"
    ]
    for layout in near[:_NEAREST]:
        head = f"  - {layout.name} ({layout.title}): "
        if layout in there:
            lines.append(f"{head}it has the columns, but the first row is not of that kind")
            continue
        missing = [repr(column) for column in sorted(layout.columns) if column not in columns]
        lines.append(f"{head}it has no column {', '.join(missing)}")
    lines.append(
        "Rename the columns (pairs have prompt, response_a and response_b), or say which layout "
        f"it is: tiebreak.read_pairs(..., layout=...), one of {', '.join(NAMES)}."
    )
    return "\n".join(lines)


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(sorted(columns))
