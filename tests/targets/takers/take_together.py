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
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


run(take)
