"""The report as a page: sentences first, then plots, then tables; one file that needs no other."""

from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from typing import Any

import pandas as pd

from tiebreak.stats.told import sentence_row
from tiebreak.wording import visible
from tiebreak.worth.alarms import tested
from tiebreak.worth.finding import Finding, Kind
from tiebreak.worth.gathering import Gathered
from tiebreak.worth.pictures import picture
from tiebreak.worth.sections import SECTIONS, Captioned, Section

_MOST_ROWS = 60
_LONGEST_CELL = 300
_RARE = 0.001
_LARGE = 1_000
_PARTS: tuple[tuple[Kind, str, str], ...] = (
    ("look", "What to look at", "look"),
    ("known", "What is known", "known"),
    ("open", "What cannot be said yet", "open"),
)
_NOTHING_FOUND = (
    "Nothing stands out. That is no proof that nothing is there: what is small hides in few labels."
)
_NOTHING_TESTED = (
    "Nothing can be looked for yet: that needs 20 labels of a person, or 20 decided pairs whose "
    "answers differ in something."
)
_CORRECTED = (
    "Corrected for their number: where nothing is there at all, at most one report in twenty says "
    "that something is. An interval in brackets holds the true value 95 times in 100."
)

_NAMES_PEOPLE = (
    "This page names the people who labeled, in its tables and plots and where one of them stands "
    "out. The methods paragraph names none: methods() gives it alone."
)


def body(known: Gathered, found: Sequence[Finding], headline: str, methods: str) -> str:
    """Give the report as HTML for the inside of a page, styles and all."""
    parts = [
        f"<style>{_css()}</style>",
        '<main class="tiebreak-worth" lang="en">',
        "<h1>What the labels are worth</h1>",
        f"<p><strong>{text(headline)}.</strong></p>",
        *_findings(found, known),
        *(part for section in SECTIONS for part in _section(section, known)),
        "<h2>Methods, for a paper</h2>",
        f"<blockquote><p>{text(methods)}</p></blockquote>",
        f'<p class="soft">{_NAMES_PEOPLE}</p>',
        "</main>",
    ]
    return "\n".join(parts)


def page(inside: str, title: str) -> str:
    """Give a whole HTML file."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'; img-src data:\">\n"
        f"<title>{text(title)}</title>\n"
        "<style>body{margin:0}@media screen and (prefers-color-scheme:dark)"
        "{body{background:#17181a}}</style>\n"
        f"</head>\n<body>\n{inside}\n</body>\n</html>\n"
    )


def text(value: object) -> str:
    """Write anybody's words as HTML: nothing in them is a tag, and nothing hides."""
    return escape(visible(str(value)))


def _css() -> str:
    return files("tiebreak.worth").joinpath("page.css").read_text(encoding="utf-8")


def _findings(found: Sequence[Finding], known: Gathered) -> Iterator[str]:
    for kind, title, name in _PARTS:
        own = [each for each in found if each.kind == kind]
        if not own and kind != "look":
            continue
        yield f"<h2>{title}</h2>"
        if kind == "look":
            any_tested = own or tested(known)
            yield "" if own else f"<p>{_NOTHING_FOUND if any_tested else _NOTHING_TESTED}</p>"
            yield f'<p class="soft">{_CORRECTED}</p>' if any_tested else ""
        mark = "ol" if kind == "look" else "ul"
        items = "\n".join(f"<li>{_finding(each)}</li>" for each in own)
        yield f'<{mark} class="{name}">\n{items}\n</{mark}>' if own else ""


def _finding(each: Finding) -> str:
    do = f' <span class="do">{text(each.do)}</span>' if each.do else ""
    return f"{text(each.says)}{do}"


def _section(section: Section, known: Gathered) -> Iterator[str]:
    tables = [each for each in section.tables(known) if isinstance(each, str) or len(each.frame)]
    if section.asked and not tables:
        return
    yield f"<h2>{section.title}</h2>"
    yield f"<p>{section.means}</p>"
    yield f'<p class="soft"><strong>When not to trust it:</strong> {section.doubt}</p>'
    if section.plot:
        says = f"Plot: {section.title}. {section.drawn}"
        without, drawn = picture(section.plot, known, says)
        yield f"<figure>{drawn}</figure>" if drawn else f"<p>{text(without)}</p>"
    for each in tables:
        yield f'<p class="soft">{text(each)}</p>' if isinstance(each, str) else _table(each)


def _table(table: Captioned) -> str:
    frame, caption = table.frame, text(table.caption)
    more = len(frame) - _MOST_ROWS
    shown = frame.head(_MOST_ROWS)
    figures = shown.drop(columns="says", errors="ignore")
    head = "".join(
        f'<th scope="col"{_TEXT if _is_text(shown, name) else ""}>{text(name)}</th>'
        for name in figures.columns
    )
    lines = [_row(values, figures) for values in figures.itertuples(index=False)]
    if "says" in shown.columns:
        said = [sentence_row(text(_cell(each)), len(figures.columns)) for each in shown["says"]]
        lines = [line for both in zip(lines, said, strict=True) for line in both]
    rows = "\n".join(lines)
    where = "tiebreak." if table.code.startswith("learning") else "session.stats."
    code = f" <code>{where}{text(table.code)}</code>" * bool(table.code)
    cut = f'<p class="soft">{more} more rows are not shown here.</p>' if more > 0 else ""
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{caption}">\n'
        f"<table>\n<caption><div>{caption}{code}</div></caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n</table>\n</div>{cut}"
    )


_TEXT = ' class="text"'


def _is_text(frame: pd.DataFrame, name: str) -> bool:
    return name == frame.columns[0] or not pd.api.types.is_numeric_dtype(frame[name])


def _row(values: Sequence[Any], frame: pd.DataFrame) -> str:
    first, *rest = values
    cells = [f'<th scope="row">{text(_cell(first))}</th>']
    for name, value in zip(frame.columns[1:], rest, strict=True):
        kind = _TEXT if _is_text(frame, name) else ""
        rare = name == "p" and value < _RARE
        cells.append(f"<td{kind}>{f'&lt;{_RARE}' if rare else text(_cell(value))}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if abs(value) >= _LARGE:
            return f"{value:,.0f}"
        return "-" if value != value else f"{value:z.3f}"  # noqa: PLR0124 - NaN
    if value is None:
        return "-"
    said = str(value)
    return said if len(said) <= _LONGEST_CELL else f"{said[:_LONGEST_CELL]}…"
