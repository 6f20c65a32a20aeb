"""Labels to a real Argilla server by Argilla's own client, and back into their session."""

import json
import subprocess

import pytest
from argilla_host import KEY, ArgillaServer
from environments import TAKERS, python_of
from sample_sessions import SESSIONS, label_in_many_ways

import tiebreak as tb

pytestmark = pytest.mark.targets

KEPT = ["pair", "annotator", "source", "preference", "strength", "note"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    python_of("argilla")
    started = ArgillaServer(tmp_path_factory.mktemp("argilla"))
    yield started
    started.close()


def labels_of(frame):
    rows = frame[KEPT].astype(object).where(frame[KEPT].notna(), None)
    return sorted(map(tuple, rows.values.tolist()), key=repr)


@pytest.mark.parametrize("name", SESSIONS)
def test_every_label_comes_back_from_the_server_as_of_whom_it_was(server, tmp_path, name):
    pairs = SESSIONS[name]
    folder = tmp_path / "session"
    with tb.Session(folder, pairs, annotator="ada", scale="graded", flags=True) as one:
        label_in_many_ways(one, pairs, "Note {}.")
    with tb.Session(folder, annotator="Bob, jr.") as other:
        for number, pair in enumerate(pairs[:3]):
            other.label(pair["id"], "baa"[number])
        report = other.export(tmp_path / "records.json", "argilla")
        before = other.labels

    out = tmp_path / "back.json"
    command = [python_of("argilla"), TAKERS / "take_argilla.py", server.address, KEY]
    done = subprocess.run(
        [*command, tmp_path / "records.json", out], check=False, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(out.read_text())
    assert len(found) == report.rows == len(pairs)
    written = json.loads((tmp_path / "records.json").read_text())
    assert sorted(json.dumps(one["fields"]) for one in found) == sorted(
        json.dumps(one["fields"]) for one in written
    )
    back = tb.read_pairs(out)
    assert labels_of(back.labels) == labels_of(before[before["preference"] != "skip"])
    with tb.Session(folder, back, annotator="ada") as opened:
        assert opened.labels.equals(before)
