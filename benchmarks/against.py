"""Compares what this tree takes with what another commit took: CPU time, by turns.

    python benchmarks/against.py 7e5b949                    all measures, 20,000 pairs
    python benchmarks/against.py 7e5b949 read resume        some
    python benchmarks/against.py 7e5b949 --pairs 100000
    python benchmarks/against.py 7e5b949 --keys 2           keys in the browser, twice each

Each measure runs in a process of its own, once with the commit, once with this tree, and so on. A
ratio over 1.05 ends the command with 1. The commit is checked out beside the data, in a
temporary worktree.
"""

import argparse
import contextlib
import gc
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BAR = 1.05
LABELS = 1_500
BROKEN = ["P01", "P02", "P04", "P05", "P06"]  # what made pairs may be, and need not tell


def main() -> int:
    """Compare by the measures named, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_HELP)
    parser.add_argument("commit")
    parser.add_argument("measures", nargs="*", help=f"of {', '.join(MEASURES)}")
    parser.add_argument("--pairs", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--keys", type=int, metavar="ROUNDS", help="only keys, in the browser")
    asked = parser.parse_args()
    with _scratch() as scratch, _tree_of(asked.commit, scratch / "before") as before:
        with contextlib.suppress(FileNotFoundError):  # the data stands beside a tree
            (scratch / "shared").symlink_to((ROOT.parent / "shared").resolve(strict=True))
        if asked.keys:
            return _compare_keys(before, asked.keys)
        return _compare(before, scratch, asked.measures or list(MEASURES), asked)


_HELP = argparse.RawDescriptionHelpFormatter


def _compare(before: Path, scratch: Path, measures: list[str], asked: argparse.Namespace) -> int:
    from made_pairs import write_jsonl  # noqa: PLC0415 - a measured process goes without

    trees = {before: scratch / "of-before", ROOT: scratch / "of-now"}
    for tree, folder in trees.items():
        folder.mkdir()
        write_jsonl(folder / "pairs.jsonl", asked.pairs, 1_000)
        _run(tree, folder, "prepare")
    slow = False
    print(f"{'CPU seconds':12}{'before':>8}{'now':>8}{'ratio':>7}{'of least':>9}", flush=True)
    for name in measures:
        rounds = [
            [_run(tree, folder, name) for tree, folder in trees.items()]
            for _ in range(asked.rounds)
        ]
        old, new = zip(*rounds, strict=True)
        middles = statistics.median(old), statistics.median(new)
        ratio = middles[1] / middles[0]
        slow |= ratio > BAR
        least = min(new) / min(old)
        print(
            f"{name:12}{middles[0]:8.3f}{middles[1]:8.3f}{ratio:7.2f}{least:9.2f}",
            "" if ratio <= BAR else " MISS",
            flush=True,
        )
    return int(slow)


def _run(tree: Path, folder: Path, name: str) -> float:
    command = [sys.executable, __file__, "--measure", name, str(folder)]
    done = subprocess.run(
        command, check=False, env=_environment(tree), capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{name} failed with {tree}:\n{done.stderr}")
    where, seconds = done.stdout.splitlines()[-2:]
    assert Path(where).is_relative_to(tree), where
    return float(seconds)


def _compare_keys(before: Path, rounds: int) -> int:
    for _ in range(rounds):
        for name, tree in (("before", before), ("now", ROOT)):
            print(f"\n{name}, load {os.getloadavg()[0]:.1f}", flush=True)
            command = [sys.executable, "benchmarks/run.py", "keys"]
            subprocess.run(command, cwd=tree, env=_environment(tree), check=False)
    return 0


def _environment(tree: Path) -> dict[str, str]:
    own = {"PYTHONPATH": str(tree / "src"), "PYTHONHASHSEED": "0", "TQDM_DISABLE": "1"}
    own["PYTHONDONTWRITEBYTECODE"] = ""  # an installed package has its byte code, too
    return {**os.environ, **own}


@contextlib.contextmanager
def _scratch() -> Iterator[Path]:
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


@contextlib.contextmanager
def _tree_of(commit: str, folder: Path) -> Iterator[Path]:
    """Check a commit out, with its front end built."""
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(folder), commit], check=True)
    try:
        _build(folder / "js")
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)


def _build(js: Path) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    npm = shutil.which("npm", path=path) or "npm"
    environment = {**os.environ, "PATH": path}
    own = ROOT / "js"
    lock = "package-lock.json"
    if (own / "node_modules").exists() and (own / lock).read_bytes() == (js / lock).read_bytes():
        (js / "node_modules").symlink_to(own / "node_modules")
    else:
        install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev"]
        subprocess.run(install, cwd=js, env=environment, check=True, stdout=subprocess.DEVNULL)
    build = [npm, "run", "build"]
    subprocess.run(build, cwd=js, env=environment, check=True, stdout=subprocess.DEVNULL)


# What follows runs in a process of its own, with either tree; only what both have is used.


def measure(name: str, folder: Path) -> None:
    """Print where the package is and what CPU time the measure took."""
    import tiebreak as tb  # noqa: PLC0415 - either tree's

    work = MEASURES[name](tb, folder) if name != "prepare" else lambda: _prepare(tb, folder)
    gc.collect()  # or it falls now on the one tree and now on the other
    start = time.process_time()
    result = work()
    elapsed = time.process_time() - start
    del result
    print(tb.__file__)
    print(elapsed)


def _prepare(tb: Any, folder: Path) -> None:
    """Make the session that others measure, a half of it labeled."""
    with tb.Session(folder / "session", folder / "pairs.jsonl", annotator="me", seed=1) as session:
        for _ in range(len(session.pairs) // 2):
            session.label(session.next().id, "a")
    tb.Session(folder / "plain", folder / "pairs.jsonl", annotator="me", seed=1).close()
    for name in ("session", "plain"):
        _export(tb, folder / name, folder / "warm.parquet")  # byte code and caches


def _new(tb: Any, folder: Path) -> Callable[[], Any]:
    def work() -> None:
        tb.Session(folder / "new", folder / "pairs.jsonl", annotator="me", seed=1).close()

    shutil.rmtree(folder / "new", ignore_errors=True)
    return work


def _open(tb: Any, folder: Path) -> Callable[[], Any]:
    return lambda: tb.Session(folder / "plain", annotator="me").close()


def _resume(tb: Any, folder: Path) -> Callable[[], Any]:
    return lambda: tb.Session(folder / "session", annotator="me").close()


def _label(tb: Any, folder: Path) -> Callable[[], Any]:
    session = tb.Session(_copy(folder), annotator="me")

    def work() -> None:
        for _ in range(LABELS):
            session.label(session.next().id, "a")

    return work


def _keys(tb: Any, folder: Path) -> Callable[[], Any]:
    """Label by messages, as a browser does that holds a deck of pairs."""
    session = tb.Session(_copy(folder), annotator="me")
    widget = session.widget
    deck: list[str] = []

    def send(content: dict[str, Any], buffers: Any = None) -> None:  # noqa: ARG001
        deck.extend(pair["id"] for pair in content.get("deck", []) + content.get("pairs", []))

    widget.send = send
    widget.receive({"type": "hello"})

    def work() -> None:
        for number in range(LABELS):
            pair = deck.pop(0)
            chosen = {"pair": pair, "choice": "left", "seconds": 3.21, "at": AT}
            widget.receive({"type": "label", "id": str(uuid.UUID(int=number)), **chosen})
            if len(deck) < 100:
                widget.receive({"type": "fetch", "have": list(deck)})

    return work


AT = "2026-01-02T03:04:05.678Z"


def _copy(folder: Path) -> Path:
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    return Path(shutil.copytree(folder / "session", copy))


def _read(tb: Any, folder: Path) -> Callable[[], Any]:
    return lambda: tb.read_pairs(folder / "pairs.jsonl")


def _check(tb: Any, folder: Path) -> Callable[[], Any]:
    return lambda: tb.check(folder / "pairs.jsonl")


def _to(suffix: str) -> Callable[[Any, Path], Callable[[], Any]]:
    def begin(tb: Any, folder: Path) -> Callable[[], Any]:
        session = tb.Session(folder / "session", annotator="me", read_only=True)
        return lambda: session.export(folder / f"out.{suffix}", allow=BROKEN)

    return begin


def _export(tb: Any, session: Path, path: Path) -> None:
    with tb.Session(session, annotator="me") as opened:
        if len(opened.labels):
            opened.export(path, allow=BROKEN)


MEASURES: dict[str, Callable[[Any, Path], Callable[[], Any]]] = {
    "new": _new,
    "open": _open,
    "resume": _resume,
    "label": _label,
    "keys": _keys,
    "read": _read,
    "jsonl": _to("jsonl"),
    "parquet": _to("parquet"),
    "check": _check,
}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], Path(sys.argv[3]))
    else:
        sys.exit(main())
