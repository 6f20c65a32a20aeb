"""Together: the check that its client makes of a file before it uploads it."""

import json
from pathlib import Path

from common import run
from together.lib.utils.files import check_file


def take(path):
    report = check_file(path, purpose="fine-tune")
    if not report["is_check_passed"]:
        raise ValueError(report)
    assert report["num_samples"] is not None
    lines = Path(path).read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


run(take)
