"""The built site: nothing broken, nothing remote, and no public name without its place."""

import inspect
import re
import typing
from functools import cache
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import tiebreak as tb
from tiebreak.checks import Finding as CheckFinding
from tiebreak.checks.rules import OF_ROWS, OF_THE_WHOLE
from tiebreak.exports.formats import FORMATS
from tiebreak.labeling.keys import actions
from tiebreak.reading.layouts import NAMES
from tiebreak.session.adjudicating import Disagreements
from tiebreak.stats.judging import Judges
from tiebreak.stats.posterior import Posterior
from tiebreak.stats.ranking import Fit
from tiebreak.stats.rewards import Rewards
from tiebreak.worth.accessors import Stats
from tiebreak.worth.finding import Finding as ReportFinding
from tiebreak.worth.plots import Plots

PROJECT = Path(__file__).parents[2]
# What makes a browser fetch something by itself.
FETCHED = {"script", "img", "source", "iframe", "video", "audio", "embed", "object"}
REFERENCES = ("href", "src", "srcset", "data", "poster")


class Page(HTMLParser):
    """The references of a page, and the ids in it that they can lead to."""

    def __init__(self, path):
        super().__init__()
        self.path = path
        self.found = []
        self.ids = set()
        self.text = []
        self.silent = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        if tag == "img" and not known.get("alt"):
            self.silent.append(known.get("src"))
        self.ids |= {known[name] for name in ("id", "name") if known.get(name)}
        fetched = tag in FETCHED or (tag == "link" and known.get("rel") != "canonical")
        self.found += [
            (fetched, value) for name in REFERENCES if (value := known.get(name)) is not None
        ]

    def handle_data(self, data):
        self.text.append(data)


@cache
def page_at(path):
    return Page(path)


@pytest.fixture(scope="module")
def pages(site):
    found = [page_at(path) for path in sorted(site.rglob("*.html"))]
    assert len(found) > 20
    return found


def broken(page, site):
    """Give what is wrong with the references of a page."""
    for fetched, reference in page.found:
        parts = urlsplit(reference)
        if parts.scheme or parts.netloc:
            if fetched and parts.scheme != "data":
                yield f"{page.path.name} fetches {reference}"
            continue
        if page.path.name == "404.html":
            target = site / unquote(parts.path).lstrip("/")
        else:
            target = page.path.parent / unquote(parts.path) if parts.path else page.path
        if target.is_dir():
            target /= "index.html"
        if not target.is_file():
            yield f"{page.path.name} leads to {reference}, which is not there"
        elif parts.fragment and target.suffix == ".html":
            name = unquote(parts.fragment)
            if name not in page_at(target.resolve()).ids and name != "__top":
                yield f"{page.path.name} leads to {reference}, where no such place is"


def test_no_link_anchor_or_image_is_broken_and_nothing_is_fetched_from_elsewhere(pages, site):
    found = [problem for page in pages for problem in broken(page, site)]

    assert not found, "\n".join(found)
    assert sum(len(page.found) for page in pages) > 1_000


def test_every_image_says_in_words_what_it_shows(pages):
    assert [(page.path.name, page.silent) for page in pages if page.silent] == []
    assert sum(source.endswith((".png", ".webp")) for page in pages for _, source in page.found) > 8


def test_styles_fetch_nothing_from_elsewhere(site):
    fetched = [
        reference
        for path in site.rglob("*.css")
        for reference in re.findall(
            r"(?:url\(|@import )['\"]?(?!data:)(\S+?)[)'\"]", path.read_text()
        )
        if urlsplit(reference).netloc
    ]

    assert not fetched


def test_a_broken_page_would_be_found(tmp_path):
    (tmp_path / "page.html").write_text(
        '<a href="no.html">1</a><a href="#no">2</a><img src="no.png"><a href="https://x.org">3</a>'
        '<script src="https://x.org/a.js"></script><link rel="stylesheet" href="//x.org/a.css">'
        '<a id="there" href="#there">4</a>'
    )

    assert len([*broken(Page(tmp_path / "page.html"), tmp_path)]) == 5


# -- every public name has a page, an example, and what is a figure its formula and source

CLASSES = [
    value
    for name in tb.__all__
    if inspect.isclass(value := getattr(tb, name)) and not issubclass(value, Exception)
]


def function_of(member):
    """Give what has the docstring of a method or a property; None for a field."""
    found = getattr(member, "fget", None) or getattr(member, "func", None) or member
    return found if inspect.isfunction(found) else None


def members_of(kind):
    """Give the methods and properties of a class by name."""
    for name in dir(kind):
        found = function_of(inspect.getattr_static(kind, name))
        if found and not name.startswith("_"):
            yield name, found


def public_names():
    """Give each public name with what has its docstring."""
    for name in tb.__all__:
        if name != "__version__":
            yield f"tiebreak.{name}", getattr(tb, name)
    for kind in (*CLASSES, Stats, Plots):
        home = "tiebreak" if kind in CLASSES else kind.__module__
        for name, member in members_of(kind):
            yield f"{home}.{kind.__name__}.{name}", member


def given_back():
    """Give the classes of what public functions and members give, and of what those hold."""
    for _, member in public_names():
        if not inspect.isfunction(member):
            continue
        hint = inspect.signature(member).return_annotation
        if isinstance(hint, str):
            hint = inspect.unwrap(member).__globals__.get(hint)
        for kind in typing.get_args(hint) or (hint,):
            if inspect.isclass(kind) and kind.__module__.startswith("tiebreak."):
                yield kind
    yield from (ReportFinding, CheckFinding, Disagreements)


def test_what_public_functions_give_back_has_a_place_and_an_example_too(pages):
    ids = set().union(*(page.ids for page in pages if page.path.parent.name == "api"))
    kinds = {kind for kind in given_back() if not hasattr(tb, kind.__name__)}

    assert {f"{kind.__module__}.{kind.__name__}" for kind in kinds} <= ids | {
        "tiebreak.checks.finding.Finding"  # which stands there as tiebreak.checks.Finding
    }
    assert "tiebreak.checks.Finding" in ids
    assert [kind for kind in kinds if ">>> " not in kind.__doc__] == []
    assert {Fit, Posterior, Judges, Rewards} <= kinds


def test_every_public_name_has_an_example():
    without = [name for name, member in public_names() if ">>> " not in (member.__doc__ or "")]

    assert not without
    assert len([*public_names()]) > 60


def test_every_public_name_has_a_place_on_a_page(pages):
    ids = set().union(*(page.ids for page in pages if page.path.parent.name == "api"))

    assert {name for name, _ in public_names()} <= ids
    assert "__version__" in ids


def test_every_statistic_has_a_formula_and_a_source():
    text = (PROJECT / "docs/labels/statistics.md").read_text("utf-8")
    sections = re.split(r"^#{2,3} ", text, flags=re.MULTILINE)
    called = [f"session.stats.{name}" for name, _ in members_of(Stats)]
    called += ["session.consistency", "tiebreak.learning_curve", "tiebreak.plan"]
    for name in called:
        about = "".join(section for section in sections if f"`{name}" in section)
        # Where a heading holds several figures, the formulas stand under those below it.
        place = text.partition(f"`{name}")[2].partition("\n## ")[0]
        assert about, f"{name} is on no page"
        assert "$" in about + place, f"{name} has no formula"
        assert re.search(r"\*[A-Z][^*]+(?:19|20)\d\d|as above", about + place), (
            f"{name} has no source"
        )


def test_every_rule_layout_format_and_key_is_on_its_page(site):
    def ids(page):
        return page_at(site / page).ids

    assert {rule.lower() for rule, _ in (*OF_ROWS, *OF_THE_WHOLE)} <= ids("labels/rules.html")
    assert set(NAMES) <= ids("formats/in.html")
    assert set(FORMATS) <= ids("formats/out.html")
    keys = "".join(page_at(site / "keys.html").text)
    assert all(action.name in keys for action in actions())


def test_the_numbers_in_the_readme_and_the_pages_are_those_of_the_code():
    rules = {rule for rule, _ in (*OF_ROWS, *OF_THE_WHOLE)}
    texts = [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")]
    said = " ".join(" ".join(path.read_text("utf-8").split()) for path in texts)
    counts = {"layouts": len(NAMES), "formats": len(FORMATS), "rules": len(rules)}

    for what, number in counts.items():
        told = {int(each) for each in re.findall(rf"\b(\d+) {what}\b", said)}
        assert told == {number}, what


def test_a_readers_way_ends_at_a_module_that_is_there():
    for path in (PROJECT / "docs/api").glob("*.md"):
        for name in re.findall(r"^::: ([\w.]+)$", path.read_text("utf-8"), re.MULTILINE):
            module, _, rest = name.rpartition(".")
            try:
                import_module(name)
            except ModuleNotFoundError:
                assert hasattr(import_module(module), rest), name
