"""The parts of pages that are made from the code, so that they cannot go stale."""

import inspect
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import nbformat
import rows
from docstrings import to_markdown

from tiebreak import checks
from tiebreak.checks import rules
from tiebreak.checks.finding import Problem
from tiebreak.exports.format import Format
from tiebreak.exports.formats import FORMATS
from tiebreak.reading.layouts import LAYOUTS
from tiebreak.reading.reading import read_pairs
from tiebreak.wording import count

ROOT = Path(__file__).resolve().parents[2]
_KEYS = ROOT / "src/tiebreak/labeling/keys.json"
_RULES = {
    "P01": "Identical answers",
    "P02": "Nothing there",
    "P03": "Too long to be seen",
    "P04": "Text and messages mixed",
    "P05": "The prompt said again",
    "P06": "Wrong roles",
    "P07": "Words that run together",
    "P08": "Control tokens",
    "P09": "Twice, opposed, in a circle",
    "P10": "A prompt in two splits",
    "P11": "Nearly identical answers",
    "P12": "Longer answers win",
    "P13": "One side wins",
    "P14": "Few rows",
    "P15": "Judges alone",
    "P16": "Labels that KTO cannot use",
    "P17": "Margins that are none",
    "P18": "Columns a trainer reads",
    "P19": "Damaged text",
    "P20": "Personal data",
    "P21": "Too fast, or always the same key",
    "P22": "Little agreement",
    "P23": "No winner",
    "P24": "The unsafe answer chosen",
    "P25": "Told by counting alone",
    "P26": "Older guidelines",
}
_GROUPS = {
    "choose": "To choose",
    "judge": "To say more",
    "read": "To read",
    "listen": "To listen",
    "look": "To look around",
}
_NAMED = {" ": "Space", "Escape": "Esc", "ArrowLeft": "←", "ArrowRight": "→"}
_NAMED |= {"ArrowUp": "↑", "ArrowDown": "↓", "PageDown": "Page down", "PageUp": "Page up"}


def make_rules() -> str:
    """Give each rule: what it looks for, and of each finding why it matters and what to do."""
    problems: dict[str, list[Problem]] = defaultdict(list)
    looks: dict[str, dict[str, None]] = defaultdict(dict)
    for rule, function in (*rules.OF_ROWS, *rules.OF_THE_WHOLE):
        said = (inspect.getdoc(function) or "").removeprefix(f"{rule}:").split("\n\n")[0]
        looks[rule][" ".join(said.split())] = None
        for value in vars(inspect.getmodule(function)).values():
            if isinstance(value, Problem) and value.rule == rule and value not in problems[rule]:
                problems[rule].append(value)
    parts = []
    for rule in sorted(problems):
        parts.append(f"## {rule}: {_RULES[rule]} {{ #{rule.lower()} }}\n")
        parts.append(f"{_upper('; '.join(_lower(look) for look in looks[rule]))}.\n")
        parts.append(
            "| kind | what is found | why it matters | what to do |\n| --- | --- | --- | --- |"
        )
        parts += [
            _row(each.severity, _upper(each.what), each.why, each.remedy) for each in problems[rule]
        ]
        parts.append("")
    return "\n".join(parts)


def make_thresholds() -> str:
    """Give the options of a check with what they are unless asked otherwise."""
    said = _attributes(checks.Settings)
    table = ["| option | by default | meaning |", "| --- | --- | --- |"]
    table += [
        _row(f"`{each.name}`", f"`{_number(each.default)}`", said[each.name])
        for each in fields(checks.Settings)
    ]
    return "\n".join(table)


def make_layouts() -> str:
    """Give each layout by the file that reads it: rows of it, and what reading makes of them."""
    by_module: dict[Any, dict[str, str]] = defaultdict(dict)
    for layout in LAYOUTS:
        by_module[inspect.getmodule(layout.read)].setdefault(layout.name, layout.title)
    parts = []
    for module, titles in by_module.items():
        parts.append(_described(module))
        parts += [_layout(name, title) for name, title in titles.items()]
    return "\n".join(parts)


def _described(module: Any) -> str:
    """Give the docstring of a module, under the beginning of its first sentence."""
    text = inspect.getdoc(module) or ""
    title = " ".join(text.partition("\n\n")[0].split()).partition(":")[0].rstrip(".")
    return f"## {title}\n\n{to_markdown(text)}\n"


def _layout(name: str, title: str) -> str:
    found = rows.of_layout(name)
    reading = read_pairs(found, layout=name)
    labels = reading.labels
    by = [f"`{who}` ({source})" for who, source in _distinct(labels, "annotator", "source")]
    said = [count(len(reading.pairs), "pair")]
    said += [f"{count(len(labels), 'label')} by {', '.join(by)}"] if by else []
    shown = _json(*rows.shortened(found))
    more = f" (the first {rows.MOST_ROWS} of {len(found)} rows)" * (len(found) > rows.MOST_ROWS)
    return f"### {name}\n\n{_upper(title)}{more}. Read as {' with '.join(said)}.\n\n{shown}\n"


def make_formats() -> str:
    """Give each format: what it is, the first rows of an export, and what stands beside them."""
    return "\n".join(_format(name, each) for name, each in FORMATS.items())


def _format(name: str, known: Format) -> str:
    with tempfile.TemporaryDirectory() as folder:
        written = rows.exported(name, Path(folder))
    endings = ", ".join(f"`{ending}`" for ending in known.suffixes)
    said = to_markdown(inspect.getdoc(inspect.getmodule(known.rows)) or "")
    parts = [f"## {name}\n\n{said}\n\nWritten as {endings}.\n"]
    parts.append(_json(*rows.shortened(written[0][1][: known.rows_each])))
    parts += [f"\nBeside it, `{other}`:\n\n{_code(content)}" for other, content in written[1:]]
    return "\n".join([*parts, ""])


def make_keys() -> str:
    """Give the keys by what they are for."""
    bindings = json.loads(_KEYS.read_text("utf-8"))
    parts = []
    for group, title in _GROUPS.items():
        parts.append(f"## {title}\n")
        parts.append("| what it does | simple scale | graded scale |\n| --- | --- | --- |")
        parts += [
            _row(binding["name"], _keys(binding["simple"]), _keys(binding["graded"]))
            for binding in bindings
            if binding["group"] == group
        ]
        parts.append("")
    return "\n".join(parts)


def make_notebooks() -> str:
    """Give the notebooks by their title and first sentences, each to be taken along."""
    parts = []
    for path in sorted((ROOT / "examples").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        first = next(cell.source for cell in cells if cell.cell_type == "markdown")
        title, _, said = first.partition("\n")
        says = said.strip().split("\n\n")[0]
        link = f"[{path.name}](../notebooks/{path.name}){{: download }}"
        parts.append(f"## {title.lstrip('# ')}\n\n{says}\n\nTake it along: {link}\n")
    return "\n".join(parts)


PARTS: dict[str, Callable[..., str]] = {
    "rules": make_rules,
    "thresholds": make_thresholds,
    "layouts": make_layouts,
    "formats": make_formats,
    "keys": make_keys,
    "notebooks": make_notebooks,
}


def _attributes(kind: type) -> dict[str, str]:
    """Read the section Attributes of a docstring."""
    section = (inspect.getdoc(kind) or "").partition("Attributes:\n")[2]
    found: dict[str, str] = {}
    for line in section.splitlines():
        name, colon, said = line.strip().partition(": ")
        if colon and line.startswith("    ") and not line.startswith("     "):
            found[name] = said
        elif line.strip():
            found[[*found][-1]] += f" {line.strip()}"
    return found


def _distinct(frame: Any, *columns: str) -> list[tuple[str, ...]]:
    return list(frame[list(columns)].drop_duplicates().itertuples(index=False, name=None))


def _json(*values: Any) -> str:
    lines = "\n".join(json.dumps(each, ensure_ascii=False, indent=2) for each in values)
    return f"```json\n{lines}\n```"


def _code(content: Any) -> str:
    return _json(content) if not isinstance(content, str) else f"```xml\n{content.strip()}\n```"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _keys(names: list[str]) -> str:
    return " ".join(f"`{_key(name)}`" for name in names)


def _key(name: str) -> str:
    *before, last = name.rsplit("+", 1) if len(name) > 1 else [name]
    return "+".join([*before, _NAMED.get(last, last)])


def _number(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")
