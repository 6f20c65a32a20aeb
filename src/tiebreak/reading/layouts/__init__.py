"""What comes in: one file per dataset layout, and how a table's layout is recognised.

Pure functions over rows. A new layout is a file with ``LAYOUT`` or ``LAYOUTS`` and a line here.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tiebreak.errors import PairsError
from tiebreak.reading.layouts import (
    alpaca_eval,
    answer_lists,
    anthropic_hh,
    arena,
    argilla,
    axolotl,
    chosen_rejected,
    helpsteer,
    label_studio,
    label_studio_min,
    llama_factory,
    ms_swift,
    multipref,
    nectar,
    nemo_rl,
    oasst,
    openai,
    pairs,
    pku_saferlhf,
    potato,
    raw,
    reward_bench,
    rlaif_v,
    shp,
    summarize_feedback,
    trl,
    turbo_alignment,
    ultrafeedback,
    webgpt,
)
from tiebreak.reading.layouts.guessing import guess_columns, guess_two, say_columns
from tiebreak.reading.layouts.layout import Layout
from tiebreak.reading.roles import say_answers
from tiebreak.reading.rows import Row, is_missing
from tiebreak.wording import guess, say, some, where_read

LAYOUTS: tuple[Layout, ...] = (
    *pairs.LAYOUTS,
    raw.LAYOUT,
    *trl.LAYOUTS,
    *alpaca_eval.LAYOUTS,
    *answer_lists.LAYOUTS,
    anthropic_hh.LAYOUT,
    *arena.LAYOUTS,
    argilla.LAYOUT,
    axolotl.LAYOUT,
    *chosen_rejected.LAYOUTS,
    *helpsteer.LAYOUTS,
    label_studio.LAYOUT,
    label_studio_min.LAYOUT,
    *llama_factory.LAYOUTS,
    *ms_swift.LAYOUTS,
    multipref.LAYOUT,
    nectar.LAYOUT,
    nemo_rl.LAYOUT,
    *oasst.LAYOUTS,
    openai.LAYOUT,
    pku_saferlhf.LAYOUT,
    *potato.LAYOUTS,
    reward_bench.LAYOUT,
    rlaif_v.LAYOUT,
    shp.LAYOUT,
    summarize_feedback.LAYOUT,
    turbo_alignment.LAYOUT,
    *ultrafeedback.LAYOUTS,
    webgpt.LAYOUT,
)
NAMES = tuple(dict.fromkeys(layout.name for layout in LAYOUTS))
_NEAREST = 3
_FEWEST, _WORDS = 2, 4  # columns of a file without their names, and words of a text among them
_MOST, _WIDEST = 40, 60  # columns shown, and characters of each
_ALIKE = 0.8  # from which share of common characters on a name may be another, misspelt
_MEANT_COUNTS = 0.9  # of a column that is there
_OF_ANOTHER_KIND = 0.6  # how near columns are that hold something else


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
    if not isinstance(name, str):
        msg = (
            f"layout is the name of a layout, not {say(name)}; what the source calls its columns "
            'is given by name: columns={"prompt": ...}'
        )
        raise PairsError(msg)
    if not known:
        msg = (
            f"There is no layout {name!r}.{guess(name, NAMES)} There are {', '.join(NAMES)}, and "
            "'auto' to find out."
        )
        raise PairsError(msg)
    there = [layout for layout in known if layout.columns <= set(columns)]
    fitting = [layout for layout in there if _fits(layout, first)]
    if name != "auto" and not fitting:
        fitting = there
    best = [x for x in fitting if not any(x.columns < y.columns for y in fitting)]
    if len({layout.name for layout in best}) == 1:
        return best[0]
    if best:
        raise PairsError(_say_mixed(source, best, first) or _say_ambiguous(source, best))
    nearest = _find_nearest(columns, known)
    if name == "auto":
        raise PairsError(_say_unknown(source, columns, first, nearest))
    msg = f"{source} is not in the layout {name!r}: {nearest[0].lacks}. {_say_columns(columns)}"
    raise PairsError(msg)


def _fits(layout: Layout, first: Row) -> bool:
    try:
        return layout.fits(first)
    except (TypeError, ValueError, LookupError, AttributeError, RecursionError):
        return False  # the row holds something else where this layout has its own


def _say_mixed(source: str, fitting: Sequence[Layout], first: Row) -> str:
    """Tell rows of several kinds from rows that have the columns of several; empty for those."""
    filled = {name for name, value in first.items() if not is_missing(value)}
    own = [layout for layout in fitting if layout.columns <= filled]
    others = [layout for layout in fitting if layout not in own]
    if not own or not others:
        return ""
    said = (
        f"{source} has rows of several kinds: the first has {_listed(own[0].columns)} "
        f"({own[0].title}), and others have {_listed(others[0].columns)} ({others[0].title}). "
        "Give rows of one kind."
    )
    if any({"chosen", "rejected"} <= layout.columns for layout in fitting):
        said += (
            " What is chosen and rejected can be written as response_a and response_b, with the "
            'preference "a".'
        )
    return said


def _say_ambiguous(source: str, fitting: Sequence[Layout]) -> str:
    titles = [f"{layout.title} ({_listed(layout.columns)})" for layout in fitting]
    names = dict.fromkeys(layout.name for layout in fitting)
    said = " or ".join(where_read(f"layout={name!r}", f"--from {name}") for name in names)
    return (
        f"{source} has both the columns of {' and of '.join(titles)}. Drop or rename the columns "
        f"not meant, or say which it is: {said}."
    )


def _say_unknown(
    source: str, columns: Sequence[str], first: Row, nearest: "Sequence[_Nearness]"
) -> str:
    near = [one for one in nearest if one.share][:_NEAREST]
    guessed = guess_columns(columns, first) or (near[0].meant if near else {})
    if all(name == f"{column}s" for name, column in guessed.items()):
        guessed = {}  # one response is no list of responses
    single = "" if guessed else say_answers(columns)
    listed = where_read("layout='?'", "--from ?")
    if guessed:
        advice = say_columns(guessed)
    elif single:
        advice = f"Single responses become pairs by tiebreak.make_pairs(..., {single})."
    elif two := guess_two(columns, first):
        a, b = two
        advice = "Say what its columns are: " + where_read(
            f"columns={{'prompt': ..., 'response_a': {a!r}, 'response_b': {b!r}}}",
            f"--columns 'prompt=...,response_a={a},response_b={b}'",
        )
    else:
        advice = (
            "Say what its columns are: "
            + where_read(
                "columns={'prompt': ..., 'chosen': ..., 'rejected': ...}, or",
                "--columns prompt=...,chosen=...,rejected=..., or",
            )
            + " response_a and response_b where nobody chose yet. Single responses become pairs by "
            "tiebreak.make_pairs."
        )
    return "\n".join(
        [
            f"{source} is in no layout that tiebreak knows. {advice}",
            _say_columns(columns) + _say_lost_header(columns) + " Nearest:" * bool(near),
            *(f"  - {one.layout.name} ({one.layout.title}): {one.lacks}" for one in near),
            f"There are {len(NAMES)} layouts; {listed} lists them.",
        ]
    )


def _say_columns(columns: Sequence[str]) -> str:
    return f"Its columns are {some(columns, _MOST, _cut) or 'none'}."


def _say_lost_header(columns: Sequence[str]) -> str:
    """Ask whether the first row was taken for the names of the columns, where these are texts."""
    if len(columns) < _FEWEST or not any(len(name.split()) >= _WORDS for name in columns):
        return ""
    return " These read like a row: is the line with the names of the columns missing? " + (
        where_read(
            "pairs = pandas.read_csv(..., header=None, dtype=str, keep_default_na=False, "
            "names=['prompt', 'chosen', 'rejected'])",
            "Write it into the file.",
        )
    )


def _cut(name: str) -> str:
    return repr(name)[:_WIDEST]


class _Nearness(NamedTuple):
    """How much of a layout's columns are there, what it lacks, and what is that, misspelt."""

    layout: Layout
    share: float
    lacks: str
    meant: Mapping[str, str] = {}


def _find_nearest(columns: Sequence[str], known: Sequence[Layout]) -> list[_Nearness]:
    """Compare the layouts, and give the nearest shape of each name, the nearest name first."""
    compared = sorted((_compare(layout, columns) for layout in known), key=lambda it: -it.share)
    by_name: dict[str, _Nearness] = {}
    for one in compared:
        by_name.setdefault(one.layout.name, one)
    return list(by_name.values())


def _compare(layout: Layout, columns: Sequence[str]) -> _Nearness:
    others = [column for column in columns[:_MOST] if column not in layout.columns]
    lacking = {name: _find_meant(name, others) for name in layout.columns.difference(columns)}
    meant = len(lacking) - list(lacking.values()).count(None)
    points = len(layout.columns) - len(lacking) + meant * _MEANT_COUNTS
    named = ", ".join(
        repr(name) + (f" (is it {column!r}?)" if column else "")
        for name, column in sorted(lacking.items())
    )
    if not lacking:
        said = "it has the columns, but the first row is not of that kind"
        return _Nearness(layout, _OF_ANOTHER_KIND, said)
    found = {name: column for name, column in lacking.items() if column}
    all_meant = found if len(found) == len(lacking) else {}
    return _Nearness(layout, points / len(layout.columns), f"it has no column {named}", all_meant)


def _find_meant(name: str, columns: Sequence[str]) -> str | None:
    """Give the column that may be meant by a name that is not there: one spelled much alike.

    They end alike, too, for ``response_a`` is not ``response_b``.
    """
    wanted = _bare(name)
    spelled = {_bare(column): column for column in columns if _bare(column)[-1:] == wanted[-1:]}
    near = difflib.get_close_matches(wanted, spelled, 1, _ALIKE)
    return spelled[near[0]] if near else None


def _bare(name: str) -> str:
    return "".join(char for char in name[:_WIDEST].lower().removesuffix("s") if char.isalnum())


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(sorted(columns))
