"""A session's folder from a stranger: whatever stands in it, nothing outside is read or changed."""

import itertools
import json
import os
import sys
from pathlib import Path

import pytest
from helpers import python

HERE = Path(__file__).parent

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes and devices in folders")

KINDS = (
    *("link to its own content", "link to a secret", "dangling link", "link to a folder"),
    *("pipe", "link to /dev/zero", "device", "folder"),
    *("hard link to its own content", "hard link to a secret"),
)

# Each kind in each place in turn is planted in a copy of a session, which is then used in each way.
# What happens is told a line a case; the alarm ends what would wait for ever.
MATRIX = """
import contextlib, itertools, json, os, resource, shutil, signal, sys, warnings
from pathlib import Path
import tiebreak as tb
sys.path.insert(0, sys.argv[1])
from helpers import rows

SCRATCH, KINDS = Path(sys.argv[2]), json.loads(sys.argv[3])
SECRET = b"hf_SECRET"
PNG = b"\\x89PNG\\r\\n\\x1a\\n" + b"one"
IMAGE = {"id": "image", "prompt": "Draw", "response_a": PNG, "response_b": PNG + b"two"}
PLACES = [
    "session.json", "pairs.jsonl", "pairs.jsonl.torn", ".session.lock", "journals",
    "journals/me.jsonl", "journals/.me.lock", "journals/me.jsonl.torn", "journals/you.jsonl",
    "images", "images/NAME.png", "audio", ".tiebreak-0.json", "journals/.tiebreak-0.jsonl",
]
warnings.simplefilter("ignore")
resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))

class Hang(BaseException):
    pass

def ring(*_):
    raise Hang

signal.signal(signal.SIGALRM, ring)

template = SCRATCH / "template"
with tb.Session(template, [IMAGE, *rows(3)], annotator="you") as session:
    session.label("image", "a")
    session.label("p1", "b")
with tb.Session(template, annotator="me") as session:
    session.label("image", "b")
NAME = sorted(path.name for path in (template / "images").iterdir())[0]
# As after a crash, so that what is torn is set aside.
for torn in ("pairs.jsonl", "journals/me.jsonl"):
    with (template / torn).open("ab") as file:
        file.write(b'{"type":"label","id":"half')

def make(kind, place, outside):
    if place.exists() or place.is_symlink():
        place.rename(outside / "own") if not place.is_dir() else shutil.move(place, outside / "own")
    own = outside / "own" if (outside / "own").exists() else outside / "secret"
    place.parent.mkdir(exist_ok=True, parents=True)
    if kind == "link to its own content":
        place.symlink_to(own)
    elif kind == "link to a secret":
        place.symlink_to(outside / "secret")
    elif kind == "dangling link":
        place.symlink_to(outside / "nothing")
    elif kind == "link to a folder":
        place.symlink_to(outside / "folder")
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "link to /dev/zero":
        place.symlink_to("/dev/zero")
    elif kind == "device":
        os.mknod(place, 0o666 | 0o020000, os.makedev(1, 5))
    elif kind == "folder":
        place.mkdir()
    elif kind == "hard link to its own content":
        os.link(own if own.is_file() else outside / "secret", place)
    else:
        os.link(outside / "secret", place)

def seen(folder):
    return {
        str(path.relative_to(folder)): (path.read_bytes() if path.is_file() else None,
            path.stat().st_mtime_ns if path.is_file() else None)
        for path in sorted(folder.rglob("*")) if not path.is_symlink()
    }

def use(session, out):
    session.labels, session.progress, session.triples(), repr(session), session.next()
    session.widget.receive({"type": "media", "name": NAME})
    session.widget.receive({"type": "media", "name": "../../outside/secret"})
    for form, name in (("trl", "out.parquet"), ("raw", "out.jsonl")):
        with contextlib.suppress(tb.TiebreakError):
            session.export(out / name, format=form)

def act(action, folder, out):
    if action in ("add", "create"):
        more = [{**IMAGE, "id": "more", "response_b": PNG + b"three"}, *rows(5)]
        with tb.Session(folder, more, annotator="me") as session:
            session.label("p4", "a")
    elif action == "read":
        use(tb.Session(folder, annotator="me", read_only=True), out)
    else:
        with tb.Session(folder, annotator="me") as session:
            session.label("p2", "a")
            session.undo()
            use(session, out)

sent = []
from tiebreak.widget.widget import PreferenceWidget
PreferenceWidget.send = lambda self, content, buffers=None: sent.append((content, buffers))

cases = itertools.product(KINDS, PLACES, ("open", "add", "read", "create"))
for number, (kind, place, action) in enumerate(cases):
    folder = SCRATCH / str(number) / "shared"
    outside, out = folder.parent / "outside", folder.parent / "out"
    if action == "create":
        folder.mkdir(parents=True)
    else:
        shutil.copytree(template, folder)
    (outside / "folder").mkdir(parents=True)
    out.mkdir()
    (outside / "secret").write_bytes(SECRET)
    (outside / "folder/kept.jsonl").write_bytes(SECRET)
    make(kind, folder / place.replace("NAME.png", NAME), outside)
    before = seen(outside)
    inside = seen(folder) if action == "read" else None
    sent.clear()
    wrong = None
    signal.alarm(60)
    try:
        act(action, folder, out)
        told = "nothing"
    except tb.TiebreakError as error:
        told = f"{type(error).__name__}: {error}"
    except BaseException as error:
        wrong = told = f"{type(error).__name__}: {error}"
    signal.alarm(0)
    if before != seen(outside):
        wrong = "something outside was changed"
    if inside is not None and inside != seen(folder):
        wrong = "reading changed the folder"
    leaked = [path for path in (*folder.rglob("*"), *out.rglob("*")) if path.is_file()
        and not path.is_symlink() and path.stat().st_nlink == 1 and SECRET in path.read_bytes()]
    if leaked or any(SECRET in repr(each).encode() for each in sent) or SECRET.decode() in told:
        wrong = f"a secret got out: {leaked or sent}"
    print(json.dumps([kind, place, action, told, wrong]))
    shutil.rmtree(folder.parent)
"""


@posix
def test_whatever_stands_in_a_files_place_leads_nowhere(tmp_path):
    # Only root makes devices.
    kinds = [kind for kind in KINDS if kind != "device" or os.geteuid() == 0]
    said = python(MATRIX, HERE, tmp_path, json.dumps(kinds), timeout=None)
    cases = [json.loads(line) for line in said.splitlines()]

    assert len(cases) == len(kinds) * 14 * 4
    assert [] == [case for case in cases if case[-1]]
    told = {(kind, place, action): told for kind, place, action, told, _ in cases}
    for kind, place in itertools.product(
        kinds, ("session.json", "pairs.jsonl", "journals", "journals/me.jsonl")
    ):
        if not kind.startswith("hard link") and (kind, place) != ("folder", "journals"):
            assert "Error: " in told[kind, place, "open"], (kind, place)


if sys.platform == "linux":

    def test_the_alarm_of_these_tests_ends_what_hangs(tmp_path):
        os.mkfifo(tmp_path / "pipe")
        code = """
import signal, sys
class Hang(BaseException): pass
def ring(*_): raise Hang
signal.signal(signal.SIGALRM, ring)
signal.alarm(1)
try:
    open(sys.argv[1])
except Hang:
    print("ended")
"""
        assert python(code, tmp_path / "pipe") == "ended\n"
