"""A session's files, changed in any way, give a session or a TiebreakError."""

import copy
import json
import shutil
import warnings

import pytest
from helpers import rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tiebreak as tb

JPEG = b"\xff\xd8\xff\xe0 one"
FILES = ("session.json", "pairs.jsonl", "journals/me.jsonl", "journals/you.jsonl")

STRANGE = st.sampled_from(
    [
        *(None, True, False, 0, -1, 1, 3, 1.5, -0.0, 2**31, 2**63 - 1, 2**63, -(2**63), 2**127),
        *(10**400, 1e308, "", " ", "a", "b", "tie", "skip", "p0", "\x00", "\x1b[31m", "\u202e"),
        *("\ud83d\ude00", "x" * 201, "9" * 400, "../../token", "0" * 40 + ".png", "0" * 40),
        *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00Z"),
        *("2024-01-01T00:00:00", "2024-13-01T00:00:00Z", "9999-12-31T23:59:59Z"),
        *([], {}, [[]], [None], [{}], [0], ["x"], [["x"]], {"a": 1}, {"a": {"b": []}}),
        [{"role": "user"}],
        [{"role": None, "content": None}],
        [{"role": "user", "content": None}],
        [{"role": "user", "content": [{"type": "image"}]}],
        [{"role": "user", "content": [{"type": "image", "image": ["x"]}]}],
        [{"role": "user", "content": [{"type": "text"}]}],
        [{"role": "user", "content": [{"text": "x"}]}],
        [{"role": "tool", "content": "x", "tool_calls": [1]}],
        {str(n): "a" for n in range(500)},
        [str(n) for n in range(500)],
    ]
)
NAMES = st.sampled_from(
    [
        *("id", "prompt", "a", "b", "meta", "gold", "model_a", "pair", "preference", "at", "type"),
        *("again", "edit", "note", "strength", "criteria", "reasons", "flags", "principles"),
        *("version", "session", "annotator", "source", "seed", "batches", "settings", "changes"),
        *("question", "repeat", "order", "scale", "too_fast", "secret", "shown_left", "seconds"),
    ]
)
# Which file, which line of it, what is done, where (numbers of keys, as deep as it goes), what is
# put there, and under which name.
CHANGES = st.tuples(
    st.sampled_from(FILES),
    st.integers(0, 6),
    st.sampled_from(["put", "put", "put", "drop", "add", "double", "swap", "bytes"]),
    st.lists(st.integers(0, 9), max_size=5),
    STRANGE,
    NAMES,
)


class Template:
    """A session as it was before it is changed."""

    def __init__(self, folder, lines):
        self.folder = folder
        self.lines = lines


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A session of every kind of thing, as plain data: lines of JSON by file."""
    folder = tmp_path_factory.mktemp("template") / "s"
    chat = [{"role": "user", "content": "Sky?"}]
    pairs = [
        *rows(3),
        {"id": "chat", "prompt": chat, "response_a": "blue", "response_b": "grey"},
        {"id": "image", "prompt": "Draw", "response_a": JPEG, "response_b": JPEG + b"two"},
    ]
    known = [{"prompt": "2 + 2?", "chosen": "4", "rejected": "5", "id": "known"}]
    options = {"criteria": ["kind"], "reasons": ["short"], "flags": True, "principles": ["be"]}
    for annotator in ("me", "you"):
        with tb.Session(
            folder, pairs, annotator=annotator, gold=known, repeat=0.5, **options
        ) as session:
            for pair in list(session._pairs)[:4]:
                session.label(
                    pair,
                    "a",
                    2,
                    criteria={"kind": "tie"},
                    reasons={"a": ["short"]},
                    flags={"pair": ["unsafe"]},
                    principles=["be"],
                    note="n",
                )
            session.undo()
        options = {}
    with tb.Session(folder, annotator="me") as session:
        session.change_settings(pace=True)
    lines = {}
    for name in FILES:
        text = (folder / name).read_text(encoding="utf-8")
        parts = [text] if name == "session.json" else text.splitlines()
        lines[name] = [json.loads(part) for part in parts]
    return Template(folder, lines)


def walk(lines, number, places):
    """Go down into a line by numbers of keys, and give what holds the last, and that key."""
    holder, key = lines, number
    for place in places:
        found = holder[key]
        if not isinstance(found, dict | list) or not found:
            break
        keys = list(found) if isinstance(found, dict) else range(len(found))
        holder, key = found, keys[place % len(keys)]
    return holder, key


def change(lines, number, what, places, value, name):
    """Change one thing in a file's lines."""
    holder, key = walk(lines, number, places)
    if what == "put":
        holder[key] = copy.deepcopy(value)
    elif what == "drop":
        del holder[key]
    elif what == "add" and isinstance(lines[number], dict):
        lines[number][name] = copy.deepcopy(value)
    elif what == "double":
        lines.append(copy.deepcopy(lines[number]))
    elif what == "swap":
        lines.reverse()


def changed(files, changes):
    """Give the files' bytes with all of the changes made."""
    files = copy.deepcopy(files)
    for file, number, what, places, value, name in changes:
        if files[file]:
            change(files[file], number % len(files[file]), what, places, value, name)
    found = {
        file: "".join(json.dumps(line) + "\n" for line in lines).encode()
        for file, lines in files.items()
    }
    for file, number, what, places, _, _ in changes:
        if what == "bytes":
            at = (number * 131 + sum(places) * 17) % (len(found[file]) + 1)
            found[file] = found[file][:at] + bytes(places) + found[file][at + len(places) // 2 :]
    return found


any_change = given(changes=st.lists(CHANGES, min_size=1, max_size=4), read_only=st.booleans())
unhurried = settings(suppress_health_check=list(HealthCheck), deadline=None)


@settings(unhurried, max_examples=40)
@any_change
def test_any_change_gives_a_session_or_a_tiebreak_error(template, tmp_path, changes, read_only):
    open_changed(template, tmp_path, changes, read_only)


@pytest.mark.long
@settings(unhurried, max_examples=20_000)
@any_change
def test_any_of_many_changes_does_so_too(template, tmp_path, changes, read_only):
    open_changed(template, tmp_path, changes, read_only)


def open_changed(template, tmp_path, changes, read_only):
    """Open the changed session and use it; all that may be raised is an error that says why."""
    folder = tmp_path / "s"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template.folder, folder)
    for name, data in changed(template.lines, changes).items():
        (folder / name).write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with tb.Session(folder, annotator="me", read_only=read_only) as session:
                use(session, folder.parent)
        except tb.TiebreakError as error:
            assert str(error)  # noqa: PT017


def use(session, scratch):
    repr(session)
    session.pairs  # noqa: B018
    session.labels  # noqa: B018
    session.progress  # noqa: B018
    session.triples()
    session.consistency()
    session.guidelines_log  # noqa: B018
    pair = session.next()
    if pair is not None and not session._labels.read_only:
        session.label(pair.id, "b", criteria={"kind": "a"})
    session.widget.receive({"type": "hello"})
    session.widget.receive({"type": "list", "filter": "all"})
    for form, name in (("trl", "out.jsonl"), ("raw", "raw.jsonl")):
        try:
            session.export(scratch / name, format=form)
        except tb.ExportError:
            continue
