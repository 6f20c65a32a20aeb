import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import portalocker
import pytest
from hypothesis import HealthCheck, settings

# On a machine that does other things too, how long an example takes says nothing of the code. The
# same examples each time: what is new is looked for by the long tests, so that these are red for a
# change and not by chance.
UNHURRIED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("same", max_examples=25, derandomize=True, **UNHURRIED)
settings.register_profile("long", **UNHURRIED)
settings.load_profile("same")


def pytest_configure(config):
    """Draw other examples each time where only the long tests run."""
    if config.option.markexpr == "long":
        settings.load_profile("long")


# What runs in other processes, and what goes once more over all that other tests go over.
NOT_COUNTED = {
    *("browser", "packaging", "site", "typing"),
    *("test_bounds", "test_checks_planted", "test_docstrings", "test_mutated_files"),
    *("test_other_libraries", "test_structure"),
}


def pytest_collection_modifyitems(items):
    """Leave out of coverage what runs the same lines many times, or in other processes.

    It makes a test take half as long again, and these find no line that others do not.
    """
    for item in items:
        repeats = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if repeats or {item.path.parent.name, item.path.stem} & NOT_COUNTED:
            item.add_marker(pytest.mark.no_cover)


PROJECT = Path(__file__).parents[1]
DATA = Path(__file__).parents[2] / "shared/data"


@pytest.fixture(scope="session")
def alpaca_pairs():
    """Real answers of two models to the AlpacaEval prompts, without the one identical pair."""
    files = [DATA / f"alpaca_eval/outputs-{m}.jsonl" for m in ("claude-2.1", "vicuna-7b-v1.5")]
    if not all(file.exists() for file in files):
        pytest.skip(f"the AlpacaEval outputs are not at {DATA}")
    a, b = (pd.read_json(file, lines=True) for file in files)
    both = a.merge(b, on="instruction", suffixes=("_a", "_b"))
    both = both[both["output_a"] != both["output_b"]]
    return pd.DataFrame(
        {
            "prompt": both["instruction"],
            "response_a": both["output_a"],
            "response_b": both["output_b"],
            "model_a": both["generator_a"],
            "model_b": both["generator_b"],
        }
    )


@pytest.fixture(scope="session")
def made_once(request, tmp_path_factory):
    """Give what makes a folder once for all workers, and hands the same one to each.

    It is locked without a limit: how long another worker takes to make it says nothing.
    """
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if hasattr(request.config, "workerinput") else own

    def folder_of(name, make):
        folder, made = shared / name, shared / f"{name}.made"
        with portalocker.Lock(shared / f"{name}.lock", flags=portalocker.LockFlags.EXCLUSIVE):
            if not made.exists():
                folder.mkdir(exist_ok=True)
                make(folder)
                made.touch()
        return folder

    return folder_of


@pytest.fixture(scope="session")
def site(made_once):
    """The site; a warning would end it."""

    def build(folder):
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
            cwd=PROJECT,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]

    return made_once("site", build)
