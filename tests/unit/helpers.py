"""What several test files make: rows, sessions' files, and processes of their own."""

import json
import subprocess
import sys
from pathlib import Path

from tiebreak.images import Gallery
from tiebreak.reading import read_for_labeling

DATA = Path(__file__).parents[3] / "shared/data"


def rows(count, first=0):
    """Pairs with ids p0, p1, ..., a model for each side and one meta column."""
    return [
        {
            "id": f"p{n}",
            "prompt": f"prompt {n}",
            "response_a": f"alpha {n}",
            "response_b": f"beta {n}",
            "model_a": "model-one",
            "model_b": "model-two",
            "topic": f"topic {n}",
        }
        for n in range(first, first + count)
    ]


def python(code, *arguments, **options):
    """Run code in a process of its own and give what it printed; it must succeed."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        **options,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def start_python(code, *arguments):
    """Start code in a process of its own that talks over pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def journal_of(folder, annotator="me"):
    return Path(folder) / "journals" / f"{annotator}.jsonl"


def read_lines(path):
    *lines, rest = Path(path).read_bytes().split(b"\n")
    assert rest == b""
    return [json.loads(line) for line in lines]


def contents(folder):
    """Every file below a folder with its bytes, lock files apart."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file() and not path.name.endswith(".lock")
    }


def to_pairs(source):
    """Pairs as a session takes them from a source."""
    return list(read_for_labeling(source, Gallery()).found)
