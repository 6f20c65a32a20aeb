import subprocess
from pathlib import Path

import pytest

import tiebreak as tb
from tiebreak import demo
from tiebreak.__main__ import main

QUICKSTART = (Path(__file__).parents[2] / "examples/quickstart.ipynb").read_bytes()


class Server:
    """Stands in for JupyterLab: keeps how it was started, and is interrupted as asked."""

    def __init__(self, interrupts=0):
        self.started = []
        self.interrupts = interrupts

    def __call__(self, command):
        self.started.append([str(part) for part in command])
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def wait(self):
        if self.interrupts:
            self.interrupts -= 1
            raise KeyboardInterrupt
        return 0


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def lab(monkeypatch):
    server = Server()
    monkeypatch.setattr(subprocess, "Popen", server)
    return server


def test_the_demo_copies_the_quickstart_here_and_opens_it_in_jupyterlab(here, lab, capsys):
    assert main(["demo", "--no-browser", "--ServerApp.port=9999"]) == 0

    assert (here / "quickstart.ipynb").read_bytes() == QUICKSTART
    ((_, *module, opened),) = [
        [part for part in command if part != "--allow-root"] for command in lab.started
    ]
    place = "--LabApp.default_url=/lab/tree/quickstart.ipynb"
    assert module == ["-m", "jupyterlab", place, "--no-browser", "--ServerApp.port=9999"]
    assert opened == str(here / "quickstart.ipynb")
    assert "quickstart.ipynb was written" in capsys.readouterr().err


def test_a_notebook_that_is_there_is_opened_as_it_is(here, lab, capsys):
    (here / "quickstart.ipynb").write_text("my own work")

    assert main(["demo"]) == 0

    assert (here / "quickstart.ipynb").read_text() == "my own work"
    assert len(lab.started) == 1
    assert "there already, and is opened as it is" in capsys.readouterr().err


@pytest.mark.usefixtures("here")
def test_an_interrupt_is_left_to_jupyterlab_which_asks_whether_to_stop(lab):
    lab.interrupts = 2

    assert demo.open_demo() == 0
    assert lab.interrupts == 0


def test_without_jupyterlab_the_demo_names_the_extra_and_writes_nothing(
    here, lab, monkeypatch, capsys
):
    monkeypatch.setattr(demo.importlib.util, "find_spec", lambda _: None)

    assert main(["demo"]) == 2

    said = capsys.readouterr().err
    assert "pip install jupyterlab" in said
    assert "the extra lab" in said
    assert not lab.started
    assert not list(here.iterdir())


def test_a_folder_in_the_notebooks_place_is_said(here, lab):
    (here / "quickstart.ipynb").mkdir()

    with pytest.raises(tb.TiebreakError, match=r"quickstart\.ipynb"):
        demo.open_demo()
    assert not lab.started


@pytest.mark.usefixtures("lab")
def test_a_link_in_the_notebooks_place_is_not_followed(here, tmp_path):
    outside = tmp_path / "outside"
    (here / "quickstart.ipynb").symlink_to(outside)

    with pytest.raises(tb.TiebreakError, match=r"quickstart\.ipynb"):
        demo.open_demo()
    assert not outside.exists()


def test_other_commands_still_refuse_what_they_do_not_know(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["info", "--no-browser", "pilot"])

    assert ended.value.code == 2
    assert "--no-browser" in capsys.readouterr().err
