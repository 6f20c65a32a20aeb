import re
import shutil
import sys
from pathlib import Path

import pytest
from helpers import python

import tiebreak as tb

MODULES = "import sys; {}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"


def test_the_public_names_are_sorted_there_and_all():
    public = {name for name in dir(tb) if not name.startswith("_")}
    modules = {name for name in public if f"tiebreak.{name}" in sys.modules}

    assert sorted(tb.__all__) == list(tb.__all__)
    assert public - modules | {"__version__"} == set(tb.__all__)


def test_every_public_name_is_explained():
    for name in tb.__all__:
        if name != "__version__":
            assert getattr(tb, name).__doc__


def test_importing_brings_in_no_extra_that_its_dependencies_do_not():
    base = set(python(MODULES.format("import anywidget, ipywidgets, pandas")).split())
    ours = set(python(MODULES.format("import tiebreak")).split())

    assert "tiebreak" in ours
    assert not (ours - base) & {
        *("pyarrow", "datasets", "torch", "trl", "scipy", "matplotlib", "jupyterlab", "hypothesis")
    }


def test_importing_leaves_for_later_what_labeling_does_without():
    code = "import sys, tiebreak; print(*(name for name in sys.modules if 'tiebreak.' in name))"
    imported = set(python(code).split())

    assert "tiebreak.session" in imported
    assert not {name for name in imported if name.startswith("tiebreak.worth")}
    assert not imported & {
        f"tiebreak.{name}"
        for name in ("checks", "exports", "feedback", "widget.widget", "stats.rewards")
    }
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        _ = tb.chekc


def test_the_simple_session_loads_no_plots_and_no_models_of_people(tmp_path):
    code = """
import sys
from pathlib import Path
import tiebreak as tb
with tb.Session(Path(sys.argv[1]) / "s", tb.sample_pairs(), annotator="me") as session:
    session.widget
    session.label(session.next().id, "a")
    print(*sys.modules)
    session.export(Path(sys.argv[1]) / "t.jsonl")
    print(*sys.modules)
"""
    labeled, exported = map(set, map(str.split, python(code, tmp_path).splitlines()[-2:]))

    assert "tiebreak.session" in labeled
    assert "statistics" not in labeled
    assert {name for name in labeled if name.startswith("tiebreak.stats.")} == {
        "tiebreak.stats.sampling",  # both are arithmetic, and import nothing
        "tiebreak.stats.settling",
    }
    assert not exported & {"matplotlib", "scipy"}
    assert not {name for name in exported if name.startswith("tiebreak.worth")}
    assert not exported & {f"tiebreak.stats.{name}" for name in ("bias", "habits", "posterior")}


@pytest.mark.parametrize("extra", ["pyarrow", "datasets"])
def test_labeling_and_jsonl_work_without_an_extra(tmp_path, extra):
    code = f"""
import shutil
import sys
from pathlib import Path
sys.modules[{extra!r}] = None
import tiebreak as tb
folder = Path(sys.argv[1])
with tb.Session(folder / "s", tb.sample_pairs(), annotator="me") as session:
    session.label(session.next().id, "a")
    print(session.export(folder / "t.jsonl").rows)
    try:
        session.export(folder / "t.parquet")
    except tb.ExportError as error:
        print(error)
try:
    tb.Session(folder / "q", folder / "t.jsonl")
except tb.TiebreakError as error:
    print(error)
"""
    printed = python(code, tmp_path).splitlines()

    assert printed[0] == "1"
    assert printed[1:] == (
        ["Writing Parquet needs pyarrow: pip install pyarrow"] if extra == "pyarrow" else []
    )


def test_without_the_built_front_end_all_but_the_widget_works(tmp_path):
    package = tmp_path / "tiebreak"
    shutil.copytree(Path(tb.__file__).parent, package, ignore=shutil.ignore_patterns("static"))
    code = f"""
import shutil
import sys
from pathlib import Path
sys.path.insert(0, {str(tmp_path)!r})
import tiebreak as tb
assert Path(tb.__file__).parent == Path({str(package)!r})
folder = Path({str(tmp_path)!r})
with tb.Session(folder / "s", tb.sample_pairs(), annotator="me") as session:
    session.label(session.next().id, "a")
    print(session.export(folder / "t.jsonl").rows, len(tb.read_pairs(folder / "t.jsonl").pairs))
    print(len(tb.check(folder / "t.jsonl").errors))
    try:
        session.widget
    except tb.SessionError as error:
        print(error)
"""

    said = python(code)

    assert said.startswith("1 1\n0\nThe front end was not built, so there is no widget here")
    assert str(package / "static" / "widget.js") in said
    assert "python3 dev.py lab" in said


def test_no_message_advises_what_an_index_may_not_have():
    folder = Path(tb.__file__).parent
    advising = [
        path.name
        for path in folder.rglob("*.py")
        if re.search(r"install[^\n]*tiebreak", path.read_text())
    ]

    assert advising == []
