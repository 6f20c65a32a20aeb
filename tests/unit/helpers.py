"""What several test files make: rows, sessions' files, and processes of their own."""

import json
import subprocess
import sys
from pathlib import Path

from comm.base_comm import BaseComm

from tiebreak.reading.reading import read_for_labeling
from tiebreak.records.label import new_id
from tiebreak.store.media import Gallery

NOW = "2024-05-06T07:08:09.123000Z"

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
        **{"timeout": 600, **options},
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


class Wire(BaseComm):
    """The kernel's end of the line to the browser; keeps what passes, as JSON."""

    passed = None

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **_):
        assert not buffers
        self.passed.append((msg_type, json.dumps({"data": data, "metadata": metadata})))


def renamed(content, names):
    """Give a message in which pairs have other names."""
    if isinstance(content, dict):
        return {key: renamed(value, names) for key, value in content.items()}
    if isinstance(content, list):
        return [renamed(value, names) for value in content]
    return names.get(content, content) if isinstance(content, str) else content


class Browser:
    """A front end: sends messages as they come off the wire and reads the answers.

    Here slots go by their own ids; the names that take their place on the wire are put in and
    taken out of every message.
    """

    def __init__(self, session, wire):
        self.session = session
        self.widget = session.widget
        self.wire = wire
        self.read = 0

    def news(self):
        """Give the custom messages since the last time."""
        new = self.wire[self.read :]
        self.read = len(self.wire)
        data = [json.loads(text)["data"] for _, text in new]
        showing = self.session._labels.showing
        slots = {showing.name(slot): slot for slot in showing.order}
        sent = [d["content"] for d in data if d and d.get("method") == "custom"]
        return [renamed(content, slots) for content in sent]

    def send(self, content):
        showing = self.session._labels.showing
        names = {slot: showing.name(slot) for slot in showing.order}
        content = renamed(content, names)
        self.widget.comm.handle_msg(
            {"content": {"data": {"method": "custom", "content": content}}, "buffers": []}
        )
        return self.news()

    def choose(self, pair, choice, **more):
        content = {"type": "label", "id": new_id(), "pair": pair, "choice": choice, "at": NOW}
        return self.send({**content, **more})
