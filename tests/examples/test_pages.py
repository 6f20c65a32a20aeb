"""Every example of the README and the site runs, and gives what it shows.

Blocks of a page share one namespace and one folder: ``python`` runs, ``pycon`` and ``console`` are
compared with the output that stands below, and of ``sh`` the commands have to be there. What a
reader does at the keyboard between two blocks stands in a comment, ``<!-- run: ... -->``.
"""

import contextlib
import doctest
import importlib.util
import io
import re
import shlex
from pathlib import Path

import pytest
from pages_data import write_files

import tiebreak as tb
from tiebreak.__main__ import main

PROJECT = Path(__file__).parents[2]
PAGES = sorted(
    path.relative_to(PROJECT).as_posix()
    for path in (*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"))
)
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$|^<!-- run:\s(.*?)\s-->$", re.MULTILINE | re.DOTALL)
CHOICES = {"1": "a", "2": "b", "0": "tie", "9": "both_bad", "s": "skip"}
PARSER = doctest.DocTestParser()
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def blocks_of(page):
    """Give the kind and text of each block that runs."""
    for found in BLOCK.finditer((PROJECT / page).read_text("utf-8")):
        indent, kind, text, unseen = found.groups()
        if unseen:
            yield "python", unseen
        else:
            yield kind, re.sub(rf"^{indent}", "", text, flags=re.MULTILINE)


def press(session, keys):
    """Label the next pairs as these keys would, left being the first response."""
    for key in keys:
        session.label(session.next().id, CHOICES[key])


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder of one's own, with the files that the pages speak of."""
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("here")
def test_the_examples_of_a_page_do_what_they_show(page):
    names = {"tb": tb, "press": press}
    for kind, text in blocks_of(page):
        match kind:
            case "python":
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(compile(text, page, "exec"), names)  # noqa: S102
            case "pycon":
                check_doctest(text, names, page)
            case "console":
                check_console(text)
            case "sh":
                check_commands(text)
    for value in names.values():
        if isinstance(value, tb.Session):
            value.close()


def check_doctest(text, names, page):
    said = io.StringIO()
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    test = doctest.DocTest(PARSER.get_examples(text), names, page, page, 0, text)
    runner.run(test, out=said.write, clear_globs=False)
    names.update(test.globs)

    assert runner.failures == 0, said.getvalue()


def check_console(text):
    """Run each command after a ``$`` and compare what it says with the lines below it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        before, name, *arguments = shlex.split(command.partition("  #")[0])[1:]
        assert (before, name) == ("-m", "tiebreak"), command
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            main(arguments)
        if shown.strip():
            checker = doctest.OutputChecker()
            assert checker.check_output(shown, said.getvalue(), OPTIONS), said.getvalue()


def check_commands(text):
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        if words[:2] == ["python3", "dev.py"]:
            assert words[2] in commands_of_dev(), line
        if words[:3] == ["python", "-m", "tiebreak"]:
            with contextlib.redirect_stdout(io.StringIO()), pytest.raises(SystemExit) as ended:
                main([words[3], "--help"])
            assert ended.value.code == 0, line


def commands_of_dev():
    spec = importlib.util.spec_from_file_location("dev", PROJECT / "dev.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.COMMANDS


@pytest.mark.usefixtures("here")
def test_a_wrong_output_on_a_page_would_be_found():
    with pytest.raises(AssertionError):
        check_doctest(">>> 1 + 1\n3\n", {}, "page")
    with pytest.raises(AssertionError):
        check_console("$ python -m tiebreak info nowhere\nall is well\n")
    with pytest.raises(AssertionError):
        check_commands("python3 dev.py nonsense")


def test_no_block_of_a_page_is_passed_over():
    """What is fenced runs, but for the one plan of the modules."""
    fence = re.compile(r"^ *(?:`{3,}|~{3,})(.*)$", re.MULTILINE)
    for page in PAGES:
        opened = fence.findall((PROJECT / page).read_text("utf-8"))[::2]
        found = [kind for kind, _ in blocks_of(page)]
        runs = [kind for kind in opened if kind in {"python", "pycon", "console", "sh"}]
        plans = [kind for kind in opened if not kind and page == "docs/architecture.md"]

        assert len(runs) + len(plans) == len(opened), (page, opened)
        assert len(runs) <= len(found), page


def test_there_are_examples_on_the_pages():
    kinds = [kind for page in PAGES for kind, _ in blocks_of(page)]

    assert kinds.count("python") + kinds.count("pycon") >= 30
    assert kinds.count("console") >= 4
