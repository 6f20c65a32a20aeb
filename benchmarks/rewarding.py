"""How long it takes to tell what real labels reward, and how well, without torch or a network."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from figures import Row, skipped

HARMLESS = Path(__file__).resolve().parents[2] / "shared/data/hh-rlhf/harmless-base-test.jsonl.gz"
NAME = "rewards of HH harmless, with meaning"
BAR = 10.0
LEAST = 0.64
# In a process of its own, which may connect to nothing.
CODE = """
import socket, sys, time
def refuse(*_, **__):
    raise OSError("no network here")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
import tiebreak as tb
from tiebreak.stats.rewards import rewards
found = tb.read_pairs(sys.argv[1], on_error="skip")
start = time.perf_counter()
told = rewards(found.labels, found.pairs, embed=True).held_out["auc"]
elapsed = time.perf_counter() - start
print(elapsed, told["length"], told["counted"], told["meaning"], "torch" in sys.modules)
"""


def rewarding() -> Iterator[Row]:
    """Tell what the labels of Anthropic's HH harmless reward, by 20 splits of its prompts."""
    if not HARMLESS.exists():
        yield skipped(NAME, f"{HARMLESS} is not here")
        return
    command = [sys.executable, "-c", CODE, str(HARMLESS)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    seconds, length, counted, meaning = map(float, done.stdout.split()[-5:-1])
    torch = done.stdout.split()[-1] == "True"
    yield Row(
        NAME,
        f"{seconds:.1f} s; AUC {meaning:.3f} (what is counted {counted:.3f}, length {length:.3f})",
        "",
        f"< {BAR:.0f} s, AUC >= {LEAST}, no torch",
        seconds < BAR and meaning >= LEAST and not torch,
    )
