"""Writes the 36 pairs of tb.sample_pairs("styles")."""

import json
import random
from pathlib import Path

from corpus import CLASS, CLOSERS, OPENERS, pairs

OUT = Path(__file__).parents[2] / "src/tiebreak/samples/styles.jsonl"

rows = pairs(CLASS, random.Random(36), OPENERS[:8], CLOSERS[:8])
lines = [json.dumps({"id": f"style-{n:02}", **row}) + "\n" for n, row in enumerate(rows, 1)]
OUT.write_text("".join(lines), "utf-8", newline="\n")
