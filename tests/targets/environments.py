"""An environment for each target, made once and kept beside the project's own."""

import hashlib
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TAKERS = Path(__file__).parent / "takers"

# Each line is what one run of pip installs. Where a target brings along much that its loader does
# not need, it comes alone, and what the loader needs after it.
NEEDS = {
    "datasets": [["datasets>=5"]],
    "trl": [["trl>=1.16", "torch", "accelerate"]],
    "torchtune": [["torchtune==0.6.1", "torchao==0.13.0", "torch"]],
    "openrlhf": [["--no-deps", "openrlhf"]],
    "verl": [["--no-deps", "verl"]],
    "llama_factory": [
        ["--no-deps", "llamafactory", "peft", "av", "pillow", "omegaconf"],
        ["--no-deps", "antlr4-python3-runtime==4.9.3"],
    ],
    "axolotl": [["--no-deps", "axolotl"], ["--no-deps", "colorama", "addict", "fire", "termcolor"]],
    "together": [["together==2.14.0"]],  # the last that looks at each field before uploading
    "argilla": [["argilla==2.8.0", "requests"]],
    "argilla_server": [["argilla-server==2.8.0", "click<8.2"]],
    "label_studio": [["label-studio>=1.23"]],
}
# What a target finds in the environment of another, since torch alone takes gigabytes.
BESIDE = dict.fromkeys(["torchtune", "openrlhf", "verl", "llama_factory", "axolotl"], "trl")


def python_of(name):
    """Give the Python of a target's environment; where it does not install, the test is skipped."""
    folder = ROOT / ".venv/targets" / name
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    needs = json.dumps([sys.version_info[:2], NEEDS[name]])
    wanted = hashlib.sha256(needs.encode()).hexdigest()
    stamp = folder / "tiebreak.stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    venv.create(folder, with_pip=True, clear=True)
    if name in BESIDE:
        other = _packages_of(python_of(BESIDE[name]))
        (_packages_of(python) / "beside.pth").write_text(str(other))
    for line in NEEDS[name]:
        command = [python, "-m", "pip", "install", "--quiet", *line]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["no reason given"]
            pytest.skip(f"{' '.join(line)} does not install: {said[-1]}")
    stamp.write_text(wanted)
    return python


def take(name, files, folder):
    """Give the rows that a target takes of each file, by label; an error is raised."""
    python = python_of(name)
    out = folder / f"{name}.json"
    named = [f"{label}={path}" for label, path in files.items()]
    script = TAKERS / f"take_{name}.py"
    done = subprocess.run(
        [python, script, out, *named], check=False, capture_output=True, text=True, cwd=folder
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(out.read_text(encoding="utf-8"))


def _packages_of(python):
    """Give the folder that an environment's packages are in."""
    command = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    return Path(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())
