"""The wheel and sdist, built as a stranger would and used where nothing else is installed."""

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
NODE_COMMANDS = ("node", "npm", "npx")


def run(*command: object, cwd: Path, path: str | None = None) -> str:
    environment = {**os.environ, "PATH": path if path is not None else os.environ["PATH"]}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def path_without_node(tmp_path_factory):
    """A PATH on which every command but Node's is found."""
    commands = tmp_path_factory.mktemp("commands")
    for folder in os.environ["PATH"].split(os.pathsep):
        for file in Path(folder).iterdir() if Path(folder).is_dir() else ():
            link = commands / file.name
            if file.name not in NODE_COMMANDS and not link.exists() and not link.is_symlink():
                link.symlink_to(file)
    assert shutil.which("node", path=str(commands)) is None
    return str(commands)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The files git knows, as they are now, without anything built or installed."""
    folder = tmp_path_factory.mktemp("checkout")
    listed = run("git", "ls-files", "-co", "--exclude-standard", cwd=PROJECT).splitlines()
    for name in listed:
        if (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, folder / name)
    assert not (folder / "src/tiebreak/static").exists()
    return folder


@pytest.fixture(scope="module")
def sdist(checkout, path_without_node, tmp_path_factory):
    out = tmp_path_factory.mktemp("sdist")
    run(sys.executable, "-m", "build", "--sdist", "-o", out, cwd=checkout, path=path_without_node)
    return next(out.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(sdist, path_without_node, tmp_path_factory):
    """Built from the sdist without Node and without leave to install it."""
    source = tmp_path_factory.mktemp("source")
    with tarfile.open(sdist) as archive:
        archive.extractall(source, filter="data")
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", out]
    run(*command, cwd=next(source.iterdir()), path=path_without_node)
    return next(out.glob("*.whl"))


def test_a_checkout_builds_without_a_system_node(sdist):
    with tarfile.open(sdist) as archive:
        names = archive.getnames()

    assert any(name.endswith("src/tiebreak/static/widget.js") for name in names)
    assert not any("node_modules" in name for name in names)


def test_the_sdist_builds_a_pure_wheel_with_the_front_end_and_needs_no_node(wheel):
    assert wheel.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    expected = {"widget.js", "math.js", "code.js", "differences.js", "samples.jsonl", "py.typed"}
    assert expected <= {Path(name).name for name in names}
    assert not any(name.startswith(("tests", "js", "benchmarks")) for name in names)


def test_the_wheel_shows_the_widget_where_nothing_else_is_installed(wheel, tmp_path):
    venv.create(tmp_path / "empty", with_pip=True)
    python = tmp_path / "empty/bin/python"
    run(python, "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    script = """
import tiebreak as tb
with tb.Session("pilot", tb.sample_pairs()) as session:
    bundle, _ = session.widget._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "0 of 48 pairs labeled" in bundle["text/plain"]
    assert len(session.widget.get_state()["_esm"]) > 50_000
    session.label(session.next().id, "a")
    print(session.export("train.jsonl"))
"""

    assert "1 rows, format trl" in run(python, "-c", script, cwd=tmp_path)
