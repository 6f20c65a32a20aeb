"""The wheel and sdist, built as a stranger would and used where nothing else is installed."""

import email
import importlib.util
import json
import os
import platform
import re
import runpy
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
import yaml

import tiebreak

PROJECT = Path(__file__).parents[2]
NODE_COMMANDS = ("node", "npm", "npx")
NEEDED = sorted(
    [
        "anywidget",
        "ipywidgets",
        "msgspec",
        "pandas",
        "portalocker",
        "rapidfuzz",
        "threadpoolctl",
        "tqdm",
        "traitlets",
    ]
)
LICENSES = "tiebreak/static/THIRD-PARTY-LICENSES.txt"


def load_hook():
    spec = importlib.util.spec_from_file_location("hatch_build", PROJECT / "js/hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HOOK = load_hook()


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
def checkout(made_once):
    """The files git knows, as they are now, without anything built or installed."""

    def copy(folder):
        listed = run("git", "ls-files", "-co", "--exclude-standard", cwd=PROJECT).splitlines()
        for name in listed:
            if (PROJECT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(PROJECT / name, folder / name)
        assert not (folder / "src/tiebreak/static").exists()

    return made_once("checkout", copy)


@pytest.fixture(scope="module")
def sdist(checkout, path_without_node, made_once):
    def build(out):
        command = [sys.executable, "-m", "build", "--sdist", "-o", out]
        run(*command, cwd=checkout, path=path_without_node)

    return next(made_once("sdist", build).glob("*.tar.gz"))


@pytest.fixture(scope="module")
def bundled(sdist, checkout, tmp_path_factory):
    """The npm packages, each with its version, of whose files esbuild made the bundles."""
    assert sdist.exists()  # its making installed the packages into the checkout
    script = "import('./build.mjs').then(({ metafile }) => console.log(JSON.stringify(metafile)))"
    environment = {**os.environ, "TIEBREAK_STATIC": str(tmp_path_factory.mktemp("static"))}
    said = subprocess.check_output(["node", "-e", script], cwd=checkout / "js", env=environment)
    found = {
        re.sub(r"(.*node_modules/(@[^/]+/)?[^/]+)/.*", r"\1", path)
        for path in json.loads(said)["inputs"]
        if "node_modules/" in path
    }
    manifests = [
        json.loads((checkout / "js" / path / "package.json").read_bytes()) for path in found
    ]
    return {f"{manifest['name']} {manifest['version']}" for manifest in manifests}


@pytest.fixture(scope="module")
def wheel(sdist, path_without_node, tmp_path_factory, made_once):
    """Built from the sdist without Node and without leave to install it."""

    def build(out):
        source = tmp_path_factory.mktemp("source")
        with tarfile.open(sdist) as archive:
            archive.extractall(source, filter="data")
        command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", out]
        run(*command, cwd=next(source.iterdir()), path=path_without_node)

    return next(made_once("wheel", build).glob("*.whl"))


def test_a_checkout_builds_without_a_system_node(sdist):
    with tarfile.open(sdist) as archive:
        names = archive.getnames()

    static = {Path(name).name for name in names if "/src/tiebreak/static/" in name}
    assert static == set(HOOK.NEEDED)
    assert any(name.endswith("/SECURITY.md") for name in names)
    assert not any("node_modules" in name for name in names)


def test_the_sdist_builds_a_pure_wheel_with_the_front_end_and_needs_no_node(wheel):
    assert wheel.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    expected = {*HOOK.NEEDED, "mixed.jsonl", "styles.jsonl", "tiny.npz", "py.typed"}
    assert expected <= {Path(name).name for name in names}
    assert {Path(name).parts[0] for name in names} == {
        "tiebreak",
        f"tiebreak-{tiebreak.__version__}.dist-info",
    }


def test_the_wheel_says_its_licence_its_pythons_and_that_it_needs_no_extra(wheel):
    with zipfile.ZipFile(wheel) as archive:
        folder = f"tiebreak-{tiebreak.__version__}.dist-info"
        metadata = email.message_from_bytes(archive.read(f"{folder}/METADATA"))
        licence = archive.read(f"{folder}/licenses/LICENSE")

    assert metadata["Version"] == tiebreak.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert licence == (PROJECT / "LICENSE").read_bytes()
    assert metadata["Description-Content-Type"] == "text/markdown"
    needed = [each for each in metadata.get_all("Requires-Dist") if "extra ==" not in each]
    assert sorted(re.split(r"[^\w]", each)[0] for each in needed) == NEEDED


def test_the_sdist_holds_what_a_reader_of_the_source_looks_for(sdist):
    with tarfile.open(sdist) as archive:
        names = {Path(name).parts[1] for name in archive.getnames()}

    assert {"LICENSE", "README.md", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md"} <= names
    assert {"SECURITY.md", "dev.py", "docs", "examples", "js", "src", "tests"} <= names


def test_the_wheel_carries_the_notebook_of_the_demo_as_it_stands_in_the_tree(wheel):
    with zipfile.ZipFile(wheel) as archive:
        carried = archive.read("tiebreak/demo/quickstart.ipynb")

    assert carried == (PROJECT / "examples/quickstart.ipynb").read_bytes()


def test_the_sdist_and_the_wheel_hold_the_licence_of_every_package_in_the_bundles(
    sdist, wheel, bundled
):
    with tarfile.open(sdist) as archive:
        name = next(name for name in archive.getnames() if name.endswith(LICENSES))
        member = archive.extractfile(name)
        assert member is not None
        in_sdist = member.read().decode()
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = archive.read(LICENSES).decode()

    assert in_wheel == in_sdist
    named = re.findall(r"^-{80}\n\n(\S+ \S+): \S+\n\n(?=\S| )", in_sdist, re.MULTILINE)
    assert len(bundled) > 5
    assert named == sorted(bundled)
    for owner in ("Jason Miller", "Ron Kok", "Titus Wormer", "Ivan Sagalaev", "John Gruber"):
        assert owner in in_sdist


@pytest.mark.parametrize("missing", HOOK.NEEDED)
def test_no_wheel_is_made_of_an_sdist_without(missing, tmp_path):
    static = tmp_path / HOOK.STATIC
    static.mkdir(parents=True)
    (tmp_path / "PKG-INFO").touch()
    for name in HOOK.NEEDED:
        (static / name).touch()
    hook = HOOK.FrontEndHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel")
    hook.initialize("standard", {})

    (static / missing).unlink()

    with pytest.raises(FileNotFoundError, match=missing):
        hook.initialize("standard", {})


def test_the_wheel_shows_the_widget_where_nothing_else_is_installed(wheel, tmp_path):
    venv.create(tmp_path / "empty")
    python = tmp_path / "empty/bin/python"
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", "--quiet", "--no-compile", wheel, cwd=tmp_path)
    script = """
import tiebreak as tb
with tb.Session("pilot", tb.sample_pairs()) as session:
    bundle, _ = session.widget._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "0 of 48 pairs labeled" in bundle["text/plain"]
    assert len(session.widget.get_state()["_esm"]) > 50_000
    session.label(session.next().id, "a")
    print(session.export("train.jsonl"))
assert len(tb.read_pairs("train.jsonl").labels) == 1
print(*(finding.rule for finding in tb.check("train.jsonl")))
"""

    said = run(python, "-c", script, cwd=tmp_path)

    assert "1 row, format trl" in said
    assert "P14" in said


def test_what_says_the_version_and_the_date_of_the_release_says_the_same():
    cited = yaml.safe_load((PROJECT / "CITATION.cff").read_text("utf-8"))
    changes = (PROJECT / "CHANGELOG.md").read_text("utf-8")
    newest = re.search(r"^## (\S+) \((\S+)\)$", changes, re.MULTILINE)

    assert newest is not None
    assert newest.groups() == (cited["version"], cited["date-released"])
    assert cited["version"] == tiebreak.__version__


def test_the_workflow_runs_each_python_and_pandas_of_the_matrix_on_three_systems():
    flow = yaml.safe_load((PROJECT / ".github/workflows/matrix.yml").read_text("utf-8"))
    matrix = flow["jobs"]["unit"]["strategy"]["matrix"]
    setup = runpy.run_path(str(PROJECT / "dev.py"))

    assert matrix["python"] == list(setup["PYTHONS"])
    assert matrix["pandas"] == list(setup["PANDAS"])
    assert [name.partition("-")[0] for name in matrix["system"]] == ["ubuntu", "macos", "windows"]
    (command,) = [step["run"] for step in flow["jobs"]["unit"]["steps"] if "run" in step]
    assert command.startswith("python dev.py matrix ")


def test_the_matrix_finds_the_python_that_is_here_and_none_that_is_not():
    find = runpy.run_path(str(PROJECT / "dev.py"))["find_python"]
    here = ".".join(platform.python_version_tuple()[:2])

    found = find(here)

    assert f"Python {here}." in run(found, "--version", cwd=PROJECT)
    assert find("3.99") is None
