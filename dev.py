"""Sets up and runs everything: needs Python 3.11 or later and nothing else.

    python3 dev.py lab      open a copy of the quickstart notebook in JupyterLab
    python3 dev.py test     run every check and test, browser tests included
    python3 dev.py long     run the fuzzing and the properties with thousands of examples
    python3 dev.py matrix   run the unit tests on each Python found here, with pandas 2 and 3
    python3 dev.py trl      train a few real steps on exported files (installs about 1.5 GB)
    python3 dev.py targets  give exported files to the targets' own loaders (about 1 GB each)
    python3 dev.py bench    print the benchmarks; ``against COMMIT`` compares with that commit
    python3 dev.py shots    take the screenshots of the README and the site anew
    python3 dev.py docs     build the site from docs/ into build/site; ``serve`` shows it
    python3 dev.py protocol write the messages in TypeScript from those in Python

What follows the name goes to the command itself, as in ``python3 dev.py lab --no-browser``.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
JS = ROOT / "js"
NOTEBOOKS = ROOT / "notebooks"
# Per cent of the lines of the package that the tests run, measured on the installed wheel.
LEAST_COVERED = "97"
# One more than there are cores, for tests in a browser mostly wait.
PARALLEL = ("-n", str(min(4, (os.cpu_count() or 1) + 1)), "--dist", "worksteal")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PANDAS = {"pandas2": "pandas<3", "pandas3": "pandas>=3"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def lab(arguments: list[str]) -> None:
    """Open a copy of the quickstart notebook in JupyterLab."""
    set_up("all")
    NOTEBOOKS.mkdir(exist_ok=True)
    for example in sorted((ROOT / "examples").glob("*.ipynb")):
        copy = NOTEBOOKS / example.name
        if not copy.exists():  # one that is there may hold somebody's work
            shutil.copyfile(example, copy)
    print(f"Notebooks and what they write are in {NOTEBOOKS}; end with Ctrl+C.", flush=True)
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    run([PYTHON, "-m", "jupyter", "lab", *root, *arguments, "quickstart.ipynb"], cwd=NOTEBOOKS)


def test(arguments: list[str]) -> None:
    """Check, lint and test both languages, browser tests included, on the installed wheel."""
    install_node_modules()
    # To set Python up is mostly downloading, and leaves a core to the front end.
    with ThreadPoolExecutor() as beside:
        front_end = beside.submit(test_front_end)
        set_up("dev")
        install_chromium()
        run([PYTHON, "-m", "ruff", "check"])
        run([PYTHON, "-m", "ruff", "format", "--check"])
        run([PYTHON, "-m", "mypy"])
        wheel = install_wheel()
        front_end.result()
    # A few tests chosen by hand cover only what they are about.
    coverage = [] if arguments else ["--cov", "--cov-fail-under", LEAST_COVERED]
    command = [PYTHON, "-m", "pytest", *PARALLEL, *coverage]
    run([*command, *arguments], PYTHONPATH=str(wheel))


def test_front_end() -> None:
    """Check, lint and test what runs in the browser, in Node."""
    npm("run", "check")
    npm("test")


def long(arguments: list[str]) -> None:
    """Run what takes too long for every day: fuzzing and properties with thousands of examples."""
    set_up("dev")
    run([PYTHON, "-m", "pytest", "-m", "long", *arguments])


def matrix(arguments: list[str]) -> None:
    """Run the unit tests of one wheel on several Pythons, with pandas 2 and with pandas 3.

    The wheel is built from the sdist, so that both are tried. ``matrix 3.12 pandas2`` runs one of
    them; what else is given goes to pytest.
    """
    asked = [version for version in PYTHONS if version in arguments]
    pandas = [name for name in PANDAS if name in arguments] or list(PANDAS)
    rest = [each for each in arguments if each not in {*PYTHONS, *PANDAS}]
    folder = VENV / "matrix"
    shutil.rmtree(folder, ignore_errors=True)
    install("pip", "build")  # pip is what installs where uv is not to be had
    run([PYTHON, "-m", "build", "--outdir", folder, "."])
    (wheel,) = folder.glob("*.whl")
    outcomes = {}
    for version in asked or PYTHONS:
        python = find_python(version)
        if python is None:
            outcomes[f"Python {version}"] = "FAILED: not found here" if asked else "not found here"
            continue
        for name in pandas:
            outcomes[f"Python {version}, {name}"] = try_on(python, PANDAS[name], wheel, rest)
    print("\n" + "\n".join(f"{what}: {outcome}" for what, outcome in outcomes.items()))
    if any(outcome.startswith("FAILED") for outcome in outcomes.values()):
        sys.exit(1)


def try_on(python: str, pandas: str, wheel: Path, arguments: list[str]) -> str:
    """Install the wheel where nothing else is, run the tests there, and say what came of it."""
    where = VENV / "matrix/environment"
    report = VENV / "matrix/report.xml"
    report.unlink(missing_ok=True)
    there = where / PYTHON.relative_to(VENV)
    failed = ""
    try:
        run([python, "-m", "venv", "--clear", "--without-pip", where])
        install(f"{wheel}[dev]", pandas, python=there)
        chosen = arguments or ["tests/unit"]
        first = os.pathsep.join([str(there.parent), os.environ.get("PATH", "")])
        command = [there, "-m", "pytest", *PARALLEL, "--junit-xml", report, *chosen]
        run(command, PATH=first, PYTHONPATH="", VIRTUAL_ENV=str(where))
    except SystemExit:
        failed = "FAILED: "
    if not report.exists():
        return f"{failed}no test ran"
    counted = dict(
        re.findall(r' (errors|failures|skipped|tests)="(\d+)"', report.read_text()[:500])
    )
    return failed + ", ".join(f"{number} {what}" for what, number in counted.items())


def find_python(version: str) -> str | None:
    """Find a Python of that version: this one, on the path, or among those of uv and pyenv."""
    name, home = f"python{version}", Path.home()
    kept = [
        Path(os.environ.get("UV_PYTHON_INSTALL_DIR", home / ".local/share/uv/python")),
        Path(os.environ.get("PYENV_ROOT", home / ".pyenv"), "versions"),
    ]
    found = [
        Path(sys.executable),
        *(Path(folder, name) for folder in os.get_exec_path()),
        *(path for folder in kept for path in sorted(folder.glob(f"*/bin/{name}"), reverse=True)),
    ]
    ask = "import sys; print(*sys.version_info[:2], sep='.')"
    for path in found:
        if path.is_file():
            done = subprocess.run([path, "-c", ask], check=False, capture_output=True, text=True)
            if done.stdout.strip() == version:  # what pyenv puts on the path may be no Python
                return str(path)
    return None


def trl(arguments: list[str]) -> None:
    """Train a few steps of real trainers on exported files."""
    set_up("dev")
    install("-e", ".[trl]")
    run([PYTHON, "-m", "pytest", "-m", "trl", "tests/trl", *arguments])


def targets(arguments: list[str]) -> None:
    """Give exported files to the own loaders of all targets, or of those that are named."""
    set_up("dev")
    names = [argument for argument in arguments if not argument.startswith("-")]
    options = [argument for argument in arguments if argument.startswith("-")]
    chosen = ["-k", " or ".join(names)] if names else []
    run([PYTHON, "-m", "pytest", "-m", "targets", "tests/targets", *chosen, *options])


def bench(arguments: list[str]) -> None:
    """Print the figures and ratios that the project promises."""
    set_up("dev")
    install_chromium()
    if arguments[:1] == ["against"]:
        run([PYTHON, "benchmarks/against.py", *arguments[1:]])
    else:
        run([PYTHON, "benchmarks/run.py", *arguments])


def shots(arguments: list[str]) -> None:
    """Take the screenshots of the README and the site."""
    set_up("dev")
    install_chromium()
    run([PYTHON, "docs/screenshots.py", *arguments])


def docs(arguments: list[str]) -> None:
    """Build the site, or serve it while it is written; a warning is an error."""
    set_up("docs")
    what = arguments or ["build"]
    # Material warns of a version of MkDocs that it does not take anyway.
    run([PYTHON, "-m", "mkdocs", *what, "--strict"], NO_MKDOCS_2_WARNING="1")


def protocol(arguments: list[str]) -> None:
    """Write the browser's half of the messages from Python's."""
    set_up("dev")
    run([PYTHON, "js/write_protocol.py", *arguments])


def set_up(extra: str) -> None:
    """Make the virtual environment, or bring it up to date with what changed."""
    stamp = VENV / f"tiebreak-{extra}.stamp"
    inputs = [ROOT / "pyproject.toml", *JS.glob("*.*"), *sorted((JS / "src").rglob("*.*"))]
    digest = hashlib.sha256()
    for path in inputs:
        if path.is_file():
            digest.update(path.read_bytes())
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    print(f"Setting up {VENV}: under a minute where the packages are at hand.", flush=True)
    install("-e", f".[{extra}]")
    stamp.write_text(digest.hexdigest())


def install(*what: str, python: Path = PYTHON) -> None:
    """Install packages by uv, which takes seconds where pip takes minutes, or else by pip."""
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    uv = BIN / ("uv.exe" if os.name == "nt" else "uv")
    if not uv.exists():
        getting = [str(PYTHON), "-m", "pip", "install", "--quiet", "uv"]
        subprocess.run(getting, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if uv.exists():
        command = [str(uv), "pip", "install", "--python", str(python), *what]
        print("$", *command, flush=True)
        done = subprocess.run(command, cwd=ROOT, env=environment() | indexes(), check=False)
        if done.returncode == 0:
            return
        print("uv could not do it; pip is next, and slower.", flush=True)
    run([PYTHON, "-m", "pip", "--python", python, "install", *what])


def indexes() -> dict[str, str]:
    """Tell uv of the package index, wheels and certificates that pip is set up with."""
    asked = [str(PYTHON), "-m", "pip", "config", "list"]
    listed = subprocess.run(asked, check=False, capture_output=True, text=True).stdout
    pip = dict(line.partition("=")[::2] for line in listed.splitlines())
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
    }
    found = {
        ours: pip[f"{place}.{theirs}"].strip("'")
        for theirs, ours in names.items()
        for place in ("global", "user", "site", ":env:")
        if f"{place}.{theirs}" in pip
    }
    return {name: value for name, value in found.items() if name not in os.environ}


def install_node_modules() -> None:
    """Install the front end's linters and test runner, and Node itself before."""
    stamp = JS / "node_modules/.tiebreak-stamp"
    wanted = hashlib.sha256((JS / "package-lock.json").read_bytes()).hexdigest()
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    install(*(each for each in extras["optional-dependencies"]["dev"] if "nodejs" in each))
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")
    stamp.write_text(wanted)


def install_wheel() -> Path:
    """Build the wheel, front end included, and give a folder that it alone is installed in."""
    site = VENV / "wheel"
    shutil.rmtree(site, ignore_errors=True)
    built = build_wheel(site, "--no-build-isolation")
    run([PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--target", site, built])
    built.unlink()
    return site


def build_wheel(folder: Path, *options: str) -> Path:
    """Build the wheel, front end included."""
    make = [PYTHON, "-m", "pip", "wheel", "--quiet", "--no-deps", *options, "--wheel-dir", folder]
    run([*make, "."])
    (built,) = folder.glob("*.whl")
    return built


def install_chromium() -> None:
    """Find Chromium, or install it by the first way that works here."""
    if os.environ.get("TIEBREAK_CHROMIUM") or any(map(shutil.which, BROWSERS)):
        return
    ways = [[str(PYTHON), "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get"):
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        ways.append([*sudo, "apt-get", "update"])
        ways.append([*sudo, "apt-get", "install", "-y", "--no-install-recommends", "chromium"])
    for way in ways:
        print("$", *way, flush=True)
        done = subprocess.run(way, check=False, timeout=900)
        if done.returncode == 0 and "update" not in way:
            return
    sys.exit("Chromium could not be installed. Install it, or name one in TIEBREAK_CHROMIUM.")


def npm(*arguments: str) -> None:
    """Run npm in the front end's folder."""
    found = shutil.which("npm", path=environment()["PATH"])
    run([found or "npm", *arguments], cwd=JS)


def run(command: list[str | Path], cwd: Path = ROOT, **variables: str) -> None:
    """Run a command of the environment; a failure ends this one the same way."""
    print("$", *map(str, command), flush=True)
    inherited = {**environment(), **variables}
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=inherited, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def environment() -> dict[str, str]:
    """Put the virtual environment first, its Node too, and let Python keep what it compiles.

    uv compiles nothing, so where that is forbidden each process compiles all that it imports anew.
    """
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PATH": path, "VIRTUAL_ENV": str(VENV)}


COMMANDS = {
    "lab": lab,
    "test": test,
    "long": long,
    "matrix": matrix,
    "trl": trl,
    "targets": targets,
    "bench": bench,
    "shots": shots,
    "docs": docs,
    "protocol": protocol,
}


def main() -> None:
    """Run the command named first."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older one may well be what is tried first
        sys.exit(f"tiebreak needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    name, *arguments = sys.argv[1:] or ["help"]
    if name not in COMMANDS:
        sys.exit((__doc__ or "").strip())
    COMMANDS[name](arguments)


if __name__ == "__main__":
    main()
