"""The house, held: how large its files are, and which way its arrows go."""

import ast
from graphlib import TopologicalSorter
from itertools import pairwise
from pathlib import Path
from statistics import median

import grimp
import pytest

import tiebreak

ROOT = Path(tiebreak.__file__).parent
BROWSER = Path(__file__).parents[2] / "js/src"
MOST_AT_THE_ROOT = 12
MOST_LINES = 400
MEDIAN_LINES = 120

# From the face down; who stands below another imports nothing of it.
FLOORS = (
    {"__main__"},
    {"session", "feedback"},
    {"exports", "widget", "worth", "demo"},
    {"checks", "labeling"},
    {"reading", "samples"},
    {"views"},
    {"store", "stats"},
    {"records"},
    {"files"},
    {"os_errors"},
    {"errors", "_version"},
    {"wording"},
)


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("tiebreak", cache_dir=None)


def test_the_root_holds_few_files():
    found = [path.name for path in ROOT.iterdir() if path.is_file()]

    assert len(found) <= MOST_AT_THE_ROOT, sorted(found)


def test_no_file_is_long():
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in ROOT.rglob("*.py")
    }

    assert lengths
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_a_class_is_called_what_no_other_is():
    homes: dict[str, list[str]] = {}
    for path in ROOT.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(path.relative_to(ROOT).as_posix())

    twice = {name: where for name, where in homes.items() if len(where) > 1}
    # What a check finds and takes, as users know it by tiebreak.checks, and what a report shows.
    assert set(twice) <= {"Finding", "Settings", "Table"}, twice


def test_no_statement_stands_twice_in_a_row():
    twice = [
        f"{path.relative_to(ROOT)}:{after.lineno}: {ast.unparse(after)}"
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(body := getattr(node, "body", None), list)
        for before, after in pairwise(body)
        if type(before) is type(after) and ast.dump(before) == ast.dump(after)
    ]

    assert not twice, "a merge took both sides:\n" + "\n".join(twice)


@pytest.mark.skipif(not BROWSER.exists(), reason="only a checkout has the front end's source")
def test_most_files_are_short():
    files = [path for kind in ("*.ts", "*.tsx") for path in BROWSER.rglob(kind)]
    lengths = [len(path.read_text("utf-8").splitlines()) for path in (*ROOT.rglob("*.py"), *files)]

    assert files
    assert median(lengths) < MEDIAN_LINES


def test_each_room_and_module_stands_on_a_floor():
    rooms = {path.stem for path in ROOT.iterdir() if path.suffix == ".py" or path.is_dir()}

    assert rooms - {"__init__", "__pycache__", "static"} == set().union(*FLOORS)


def test_arrows_go_only_down(graph):
    floor = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
    up = []
    for module in graph.modules - {"tiebreak"}:
        for imported in graph.find_modules_directly_imported_by(module) - {"tiebreak"}:
            here, there = module.split(".")[1], imported.split(".")[1]
            if here != there and floor[there] <= floor[here]:
                up.append(f"{module} -> {imported}")

    assert not up, "\n".join(sorted(up))


def test_no_modules_import_each_other_in_a_circle(graph):
    imports = {
        module: graph.find_modules_directly_imported_by(module) - {"tiebreak"}
        for module in graph.modules
    }

    TopologicalSorter(imports).prepare()  # raises CycleError, which names the circle


def test_the_opener_of_sources_knows_no_layout(graph):
    below = graph.find_upstream_modules("tiebreak.reading.sources")

    assert not {module for module in below if module.startswith("tiebreak.reading.layouts")}
