"""What MkDocs calls: fills in what is made from the code, and sets formulas as MathML.

A page says ``<!-- made: rules -->`` where a table of the code goes, and ``<!-- file: SECURITY.md
-->`` where a file of the project goes.
"""

import html
import re
import sys
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from mkdocs.structure.files import File, Files

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "src"), str(ROOT / "tests/unit")]

import made  # noqa: E402

_MADE = re.compile(r"^<!-- made: (\w+)(?: (\w+))? -->$", re.MULTILINE)
_FILE = re.compile(r"^<!-- file: ([\w.]+) -->$", re.MULTILINE)
_LINK = re.compile(r"\]\((?:\.\./)?(docs/)?([\w-]+\.md)(#[\w-]+)?\)")
_FORMULA = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.DOTALL)
# Files of the project that are no page's source, and the page that shows them.
_PAGES = {
    "README.md": "index.md",
    "SECURITY.md": "security.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}


def on_files(files: Files, config: Any) -> Files:
    """Lay the notebooks beside the pages, so that they can be taken from there."""
    for notebook in sorted((ROOT / "examples").glob("*.ipynb")):
        uri = f"notebooks/{notebook.name}"
        files.append(File.generated(config, uri, abs_src_path=str(notebook)))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Fill in what is made from the code, and files of the project."""
    markdown = _FILE.sub(lambda found: (ROOT / found[1]).read_text("utf-8"), markdown)
    markdown = _MADE.sub(lambda found: made.PARTS[found[1]](*filter(None, [found[2]])), markdown)
    return _LINK.sub(_to_page, markdown)


def on_page_content(content: str, **_: Any) -> str:
    """Set formulas as MathML, which browsers draw by themselves."""
    return _FORMULA.sub(_to_mathml, content)


def on_post_page(output: str, **_: Any) -> str:
    """Name the search for those who hear the page, which the theme does not."""
    return output.replace('role="dialog"', 'role="dialog" aria-label="Search"')


def _to_page(found: re.Match[str]) -> str:
    """Turn a link of a file of the project into one of the site."""
    page = _PAGES.get(found[2])
    if page is None and not found[1]:
        return found[0]
    return f"]({page or found[2]}{found[3] or ''})"


def _to_mathml(found: re.Match[str]) -> str:
    shown = "block" if found[2] == "[" else "inline"
    return convert(html.unescape(found[3]).strip(), display=shown)
