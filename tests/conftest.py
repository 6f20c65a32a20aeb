import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import portalocker
import pytest
from hypothesis import HealthCheck, settings

# On a machine that does other things too, how long an example takes says nothing of the code.
settings.register_profile(
    "tiebreak", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tiebreak")

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
def site(request, tmp_path_factory):
    """The site, built once for all workers; a warning would end it."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if hasattr(request.config, "workerinput") else own
    folder = shared / "site"
    with portalocker.Lock(shared / "site.lock"):
        if not (folder / "built").exists():
            command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder]
            done = subprocess.run(
                command,
                cwd=PROJECT,
                env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr[-3000:]
            (folder / "built").touch()
    return folder
