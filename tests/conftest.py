from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

# On a machine that does other things too, how long an example takes says nothing of the code.
settings.register_profile("tiebreak", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tiebreak")

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
