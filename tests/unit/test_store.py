"""The store: each file read once, and none but what belongs to the session."""

import ast
import errno
import hashlib
import json
import os
import shutil
import stat
import warnings
from collections import Counter
from pathlib import Path

import pytest
from helpers import contents, journal_of, python, read_lines, rows

import tiebreak as tb
from tiebreak import files
from tiebreak.records.label import Header, Label, new_id, now, to_line
from tiebreak.store import journal, locks, store_at

SRC = Path(tb.__file__).parent
OLD = Path(os.environ.get("TIEBREAK_OLD_SESSION", Path(__file__).parents[3] / "shared/old-session"))
PNG = b"\x89PNG\r\n\x1a\n" + b"one"
JPEG = b"\xff\xd8\xff\xe0 one"

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files or limits")


def labeled(open_session, annotator="me"):
    """A session of six pairs with two labels of one annotator, closed."""
    session = open_session(rows(6), order="given", annotator=annotator)
    session.label("p0", "a")
    session.label("p1", "b")
    session.close()
    return session._store.path


# -- one reading


@pytest.fixture
def read(monkeypatch):
    """Counts how often each file below a session's folder is read."""
    counts = Counter()
    real = files.Folder.read

    def counting(self, name, most):
        counts[str((self.path / name).name)] += 1
        return real(self, name, most)

    monkeypatch.setattr(files.Folder, "read", counting)
    return counts


def gold():
    return [{"prompt": "2 + 2?", "chosen": "4", "rejected": "5", "id": "known"}]


JUDGED = [
    {"prompt": f"q{n}", "chosen": "x", "rejected": "y", "id": f"j{n}", "annotator": "judge"}
    for n in range(2)
]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"read_only": True},
        {"pairs": rows(8)},
        {"pairs": rows(6)},
        {"pairs": rows(8), "gold": gold(), "pace": True},
        {"pace": True},
        {"keys": {"note": "m"}},
        {"pairs": tb.read_pairs(JUDGED[:1])},
    ],
    ids=lambda given: "-".join(given) or "resume",
)
@pytest.mark.parametrize("by", ["human", "data"])
def test_an_opening_reads_each_file_once(open_session, read, given, by):
    pairs = tb.read_pairs(JUDGED) if by == "data" else rows(6)
    session = open_session(pairs)
    if by == "human":
        session.label("p0", "a")
    session.close()
    read.clear()

    if by == "human" and "pace" in given:
        with pytest.raises(tb.SessionError, match="has other settings"):
            open_session(**given)
    else:
        open_session(**given)
    assert {name: count for name, count in read.items() if count > 1} == {}
    assert read["session.json"] == read["pairs.jsonl"] == 1


def test_a_change_of_settings_on_an_open_session_reads_nothing_anew(open_session, read):
    session = open_session(rows(3))
    read.clear()
    session.change_settings(pace=True)

    assert read == {}


def test_what_another_process_added_is_seen_by_the_next_writer(open_session):
    session = open_session(rows(3), seed=1)
    code = """
import sys, tiebreak as tb
sys.path.insert(0, sys.argv[2])
from helpers import rows
tb.Session(sys.argv[1], rows(5), annotator="you").change_settings(pace=True)
"""
    python(code, session._store.path, Path(__file__).parent)

    session.change_settings(question="Which?")

    manifest = json.loads((session._store.path / "session.json").read_text())
    assert manifest["batches"] == [3, 2]
    assert manifest["settings"]["pace"] is True
    assert manifest["question"] == "Which?"
    assert len(manifest["changes"]) == 2


def test_labels_that_come_with_data_reach_whoever_labels_here_at_this_moment(open_session):
    label = {"annotator": "me", "source": "human", "preference": "a", "at": "2024-01-02T03:04:05Z"}
    given = [{"id": "i", "prompt": "p", "a": "x", "b": "y", "labels": [label]}]
    session = open_session(rows(1))
    session.label("p0", "tie")

    for _ in range(2):
        open_session(tb.read_pairs(given, annotator={"me": "me"}))
        assert sorted(session.labels["pair"]) == ["i", "p0"]
    assert len(read_lines(journal_of(session._store.path))) == 3


# -- one way to files

_OPENERS = {
    *("open", "read_bytes", "read_text", "write_bytes", "write_text", "glob", "rglob", "iterdir"),
    *("unlink", "mkdir", "rename", "replace", "touch", "is_file", "is_dir", "exists", "stat"),
    *("lstat", "listdir", "scandir", "symlink_to", "chmod", "makedirs", "rmdir", "walk"),
}
# Calls of these names on what is no path: structs, files.Folder itself, and wave and PIL, of bytes.
_ON = {"folder", "_folder", "_journals", "structs", "wave", "Image"}
# These follow links, to what the user named.
_FOLLOWING = {"open", "open_regular", "read_file", "replacing"}
_NOT_BELOW_A_SESSION = {
    *(("media.py", name) for name in ("is_file", "stat", "read_file")),  # a user's own images
    *(("settings.py", name) for name in ("is_file", "read_file")),  # a user's own guidelines
    *{("keys.py", "read_bytes"), ("widget.py", "read_text")},  # the package's own
}


def test_nothing_but_files_opens_what_is_below_a_session():
    found = []
    rooms = ("store", "labeling", "session", "widget")
    paths = [path for room in rooms for path in (SRC / room).rglob("*.py")]
    assert len(paths) > 40  # all others are given no session's path
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func
            named = called.id if isinstance(called, ast.Name) else None
            if named in _FOLLOWING and (path.name, named) not in _NOT_BELOW_A_SESSION:
                found.append(f"{path.name}:{node.lineno} {named}")
            if not isinstance(called, ast.Attribute) or called.attr not in _OPENERS:
                continue
            on = called.value.attr if isinstance(called.value, ast.Attribute) else None
            on = called.value.id if isinstance(called.value, ast.Name) else on
            if on in _ON or (path.name, called.attr) in _NOT_BELOW_A_SESSION:
                continue
            if (on, called.attr) in {("self", "exists"), ("_store", "exists"), ("store", "exists")}:
                continue
            found.append(f"{path.name}:{node.lineno} {on}.{called.attr}")

    assert found == []


# -- sessions of 0.1

_JSON = ("label_studio", "llama_factory")


@pytest.mark.skipif(not OLD.is_dir(), reason=f"there is no session of 0.1 at {OLD}")
def test_a_session_of_0_1_opens_and_exports_the_same_bytes(tmp_path):
    shutil.copytree(OLD / "s", tmp_path / "s")
    for path in [tmp_path / "s", *(tmp_path / "s").rglob("*")]:
        path.chmod(path.stat().st_mode | stat.S_IWUSR)
    before = contents(tmp_path / "s")
    expected = json.loads((OLD / "expected.json").read_text())
    columns = (
        *("pair", "annotator", "source", "preference", "strength", "shown_left", "seconds"),
        *("note", "edit", "again", "gold"),
    )
    with tb.Session(tmp_path / "s", annotator="anna") as session:
        labels = session.labels
        there = sorted(name for name in columns if name in labels.columns)
        told = labels[there].to_json(orient="records", date_format="iso")
        found = {
            "labels": hashlib.sha256(told.encode()).hexdigest(),
            "next": session.next().id,
            "progress": len(session.progress),
        }
        for form in set(expected) - set(found):
            out = tmp_path / f"out-{form}.{'json' if form in _JSON else 'jsonl'}"
            options = {} if form in ("raw", "label_studio") else {"agreement": "majority"}
            session.export(out, format=form, **options)
            found[form] = hashlib.sha256(out.read_bytes()).hexdigest()
    # Its tasks now name the pair apart from the tool's own id, so that labels find their way back.
    changed_on_purpose = {"label_studio"}
    assert {n: v for n, v in found.items() if n not in changed_on_purpose} == {
        n: v for n, v in expected.items() if n not in changed_on_purpose
    }
    assert before == contents(tmp_path / "s")


# -- images by their names alone


def pictured(open_session):
    row = {"prompt": "Draw", "response_a": JPEG, "response_b": JPEG + b"two", "id": "p"}
    session = open_session([row])
    session.label("p", "a")
    session.close()
    return session._store.path


@pytest.mark.parametrize("name", ["../../token", "/etc/hostname", "token", "x.png", 7, ["x"], None])
def test_stored_pairs_name_images_by_content_and_nothing_else(open_session, tmp_path, name):
    folder = pictured(open_session)
    (tmp_path / "token").write_text("hf_SECRET")
    [line] = read_lines(folder / "pairs.jsonl")
    line["a"][0]["content"][0]["image"] = name
    (folder / "pairs.jsonl").write_text(json.dumps(line) + "\n")

    for options in ({}, {"read_only": True}):
        with pytest.raises(tb.SessionError, match=r"pairs\.jsonl, line 1: not a pair") as caught:
            open_session(**options)
        assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (b"hf_SECRET", "it is no JPEG"),
        (JPEG + b" of somebody else", "its content is not its name"),
        (JPEG + bytes(20_000_001), "larger than 20 MB"),
    ],
)
def test_an_image_is_what_its_name_says_or_goes_nowhere(open_session, tmp_path, data, wrong):
    folder = pictured(open_session)
    for path in (folder / "images").iterdir():
        path.write_bytes(data)
    session = open_session()
    answers = []
    session.widget.send = lambda content, buffers=None: answers.append((content, buffers))
    [name, *_] = [path.name for path in (folder / "images").iterdir()]
    session.widget.receive({"type": "media", "name": name})

    [(answer, buffers)] = answers
    assert wrong in answer["reason"]
    assert buffers is None
    with pytest.raises(tb.TiebreakError, match=wrong):
        session.export(tmp_path / "out.parquet", allow=["images"])
    with pytest.raises(tb.TiebreakError, match=wrong):
        session.to_dataset(allow=["images"])
    assert not (tmp_path / "out.parquet").exists()


# -- what a crash left, and what is somebody's own


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("journals/2024.jsonl", b'{"my":"only copy of a diary"}'),
        ("journals/2024.jsonl", b"dear diary"),
        ("journals/README", b'{"my":"only copy of a diary"}'),
        ("journals/README", b""),
        ("pairs.jsonl", b"my only copy"),
        ("pairs.jsonl", b'{"text":"my own data"}\n'),
    ],
)
def test_files_of_ones_own_are_no_leftovers(open_session, tmp_path, name, data):
    path = tmp_path / "pilot" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(data)

    with pytest.raises(tb.SessionError, match="is not a session"):
        open_session(rows(2))
    assert contents(tmp_path / "pilot") == {name: data}


@pytest.mark.parametrize("data", [b"", b'{"type":"jour', to_line(Header(1, "never", "you"))])
def test_what_a_crash_left_is_kept_under_another_name_and_said(open_session, tmp_path, data):
    path = tmp_path / "pilot/journals/you.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)

    with pytest.warns(UserWarning, match=r"never finished; it was kept as you\.jsonl\.left-"):
        session = open_session(rows(2))
    [left] = path.parent.glob("*.left-*")
    assert left.read_bytes() == data
    assert session.progress.index.tolist() == ["me"]


def test_a_first_line_that_no_journal_begins_with_is_never_cut(open_session):
    folder = open_session(rows(2))._store.path
    path = journal_of(folder, "you")
    path.write_bytes(b"hf_SECRET")

    with pytest.raises(tb.JournalError, match=r"you\.jsonl is no journal"):
        open_session(annotator="you")
    assert path.read_bytes() == b"hf_SECRET"
    assert not path.with_name("you.jsonl.torn").exists()


# -- journals that are none of this session's


def copies(folder):
    """What stands beside a journal in real life, by file name."""
    whole = journal_of(folder).read_bytes()
    other = to_line(Header(1, "another-session", "bob"))
    label = to_line(Label(new_id(), "p2", "b", now()))
    return {
        "me (conflicted copy).jsonl": whole,
        "me-Copy1.jsonl": whole,
        "bob.jsonl": whole,
        "rater.jsonl": other.replace(b"bob", b"rater") + label,
        "zz.jsonl": b"no journal\n",
        "._me.jsonl": b"\0\5\x16\7",
        "esc.jsonl": to_line(Header(1, "SESSION", "\x1b[31m")) + label,
        "long.jsonl": to_line(Header(1, "SESSION", "n" * 400)) + label,
    }


def test_copies_and_strangers_among_the_journals_are_named_and_not_counted(open_session):
    folder = labeled(open_session)
    session = open_session()
    before = session.labels
    planted = copies(folder)
    for each, data in planted.items():
        (folder / "journals" / each).write_bytes(data.replace(b"SESSION", session._id.encode()))

    with pytest.warns(UserWarning, match="Not counted") as caught:
        found = session.labels
    told = "\n".join(str(each.message) for each in caught)
    assert all(each in told for each in planted)
    assert all(each.filename == __file__ for each in caught)
    assert before.equals(found)
    with pytest.warns(UserWarning, match="Not counted"):
        progress = session.progress
    assert progress.loc["me", ["labeled", "left"]].tolist() == [2, 4]
    assert len(progress.attrs["not_counted"]) == len(planted)
    with pytest.warns(UserWarning, match="Not counted"):
        assert session.export(folder.parent / "out.jsonl").rows == 2


def test_a_damaged_journal_of_a_right_name_still_stops(open_session):
    folder = labeled(open_session, "you")
    with journal_of(folder, "you").open("ab") as file:
        file.write(b"garbage\n")

    with pytest.raises(tb.JournalError, match=r"you\.jsonl, line 4: not an event"):
        open_session().labels  # noqa: B018


@pytest.mark.parametrize("read_only", [False, True])
def test_ones_own_journal_from_another_session_is_refused(open_session, read_only):
    folder = labeled(open_session)
    path = journal_of(folder)
    path.write_bytes(path.read_bytes().replace(store_at(folder).manifest().id.encode(), b"other"))

    with pytest.raises(tb.JournalError, match="belongs to another session"):
        open_session(read_only=read_only)


# -- what is read is checked as what is given


def event(**more):
    return {"type": "label", "id": "12345678", "pair": "p0", "preference": "a", **more}


@pytest.mark.parametrize(
    ("file", "change", "told"),
    [
        ("session.json", {"batches": [-1, 7]}, r"session\.json is damaged"),
        ("session.json", {"batches": [2**63]}, r"session\.json is damaged"),
        ("session.json", {"batches": [10**12] * 9}, "lines were lost"),
        ("session.json", {"created": "0001-01-01T00:00:00+23:59"}, r"session\.json is damaged"),
        ("session.json", {"seed": 2**127}, r"session\.json is damaged"),
        ("session.json", {"settings": {"scale": "simple"}}, r"session\.json is damaged"),
        ("pairs.jsonl", {"prompt": [{"role": "user"}]}, "line 1: not a pair"),
        ("pairs.jsonl", {"prompt": [{"role": "god", "content": "x"}]}, "line 1: not a pair"),
        ("pairs.jsonl", {"a": [{"role": "user", "content": [{}]}]}, "line 1: not a pair"),
        ("pairs.jsonl", {"id": "p1"}, "line 2: not a pair .its id is that of line 1, too"),
        ("pairs.jsonl", {"id": "x" * 201}, "line 1: not a pair .an id of 201 characters"),
        ("you", event(at="0001-01-01T00:00:00+23:59"), "line 2: .* no time that a clock can show"),
        ("you", event(at="9999-12-31T23:59:59-23:59"), "line 2: .* no time that a clock can show"),
        ("you", event(at="2024-01-01T00:00:00Z", principles=["x"] * 201), "line 2: not an event"),
        (
            "you",
            event(at="2024-01-01T00:00:00Z", criteria={str(n): "a" for n in range(20_000)}),
            "line 2: not an event",
        ),
    ],
)
def test_what_nobody_could_have_given_is_told_with_file_and_line(open_session, file, change, told):
    folder = open_session(rows(6))._store.path
    if file == "you":
        header = to_line(Header(1, open_session()._id, "you"))
        journal_of(folder, "you").write_bytes(header + json.dumps(change).encode() + b"\n")
    else:
        first, end, rest = (
            (folder / file).read_text().partition("\n" if file == "pairs.jsonl" else "\0")
        )
        text = json.dumps(json.loads(first) | change) + end + rest
        (folder / file).write_text(text)

    with pytest.raises(tb.TiebreakError, match=told):
        open_session(annotator="other").labels  # noqa: B018


def test_a_label_at_the_ends_of_the_calendar_is_shown_where_it_can_be(open_session):
    folder = open_session(rows(6))._store.path
    header = to_line(Header(1, open_session()._id, "you"))
    line = json.dumps(event(at="0001-01-01T00:00:00Z")).encode()
    journal_of(folder, "you").write_bytes(header + line + b"\n")

    assert open_session().labels["at"].dt.year.tolist() == [1]


# -- the disk


@posix
def test_pairs_that_do_not_fit_on_the_disk_are_not_added_at_all(open_session):
    folder = open_session(rows(20))._store.path
    open_session().close()
    code = """
import resource, sys, tiebreak as tb
sys.path.insert(0, sys.argv[2])
from helpers import rows
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
try:
    tb.Session(sys.argv[1], rows(2000), annotator="me")
except tb.SessionError as error:
    print("refused")
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
print(len(tb.Session(sys.argv[1], annotator="me").pairs))
"""
    before = (folder / "pairs.jsonl").read_bytes()

    assert python(code, folder, Path(__file__).parent) == "refused\n20\n"
    assert (folder / "pairs.jsonl").read_bytes() == before


@posix
@pytest.mark.parametrize("grown", [False, True])
def test_half_a_line_that_stays_is_cut_off_before_the_next_label(open_session, monkeypatch, grown):
    session = open_session(rows(3), order="given")
    session.label("p0", "a")
    path = journal_of(session._store.path)
    before = path.read_bytes()
    write, full = os.write, OSError(errno.EIO, "Input/output error")

    def fail(*_):
        raise full

    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:30]))
    monkeypatch.setattr(os, "ftruncate", fail)
    with pytest.raises(tb.JournalError, match="did not take the label"):
        session.label("p1", "a")
    assert len(path.read_bytes()) == len(before) + 30
    with pytest.raises(tb.JournalError, match="did not take the label"):
        session.label("p1", "a")  # nothing is called saved behind it
    monkeypatch.undo()
    if grown:
        with path.open("ab") as file:
            file.write(b"by somebody else\n")
        with pytest.raises(tb.JournalError, match="changed by somebody else"):
            session.label("p1", "a")
        return

    session.label("p1", "b")
    assert [line.get("pair") for line in read_lines(path)] == [None, "p0", "p1"]


@pytest.mark.parametrize("last", ["label", "header"])
def test_a_last_line_without_its_newline_counts_and_gets_it_back(open_session, last):
    folder = labeled(open_session)
    path = journal_of(folder)
    whole = path.read_bytes() if last == "label" else path.read_bytes().splitlines(True)[0]
    path.write_bytes(whole[:-1])

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        session = open_session()
    assert len(session.labels) == (2 if last == "label" else 0)
    assert path.read_bytes() == whole[:-1]
    session.label("p3", "tie")
    assert path.read_bytes().startswith(whole)
    assert read_lines(path)[-1]["pair"] == "p3"


def test_a_journal_takes_no_more_than_it_is_read_with(open_session, monkeypatch):
    session = open_session(rows(3), order="given")
    session.label("p0", "a")
    monkeypatch.setattr(journal, "LARGEST", journal_of(session._store.path).stat().st_size + 50)

    with pytest.raises(tb.JournalError, match=r"has grown to .* MB, the most"):
        session.label("p1", "a")
    session.close()
    assert open_session().labels["pair"].tolist() == ["p0"]


@posix
def test_a_closed_file_is_closed_to_others_while_it_is_replaced(open_session, monkeypatch):
    session = open_session(rows(3))
    session.label("p0", "a")
    path, out = session._store.path / "session.json", session._store.path.parent / "out.jsonl"
    out.touch()
    modes = []
    replace = {"os": os.replace, "path": Path.replace}

    def look(name, folder=None):
        modes.append(stat.S_IMODE(os.stat(name, dir_fd=folder).st_mode))

    def by_os(old, new, *, src_dir_fd=None, dst_dir_fd=None):
        look(old, src_dir_fd)
        replace["os"](old, new, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    opened = os.open

    def opening(name, flags, mode=0o777, *, dir_fd=None):
        made = opened(name, flags, mode, dir_fd=dir_fd)
        if flags & os.O_EXCL:
            modes.append(stat.S_IMODE(os.fstat(made).st_mode))
        return made

    monkeypatch.setattr(os, "replace", by_os)
    monkeypatch.setattr(os, "open", opening)
    for each in (path, out):
        each.chmod(0o600)
    session.change_settings(pace=True)
    session.export(out)

    assert len(modes) >= 3
    assert set(modes) == {0o600}
    assert {stat.S_IMODE(each.stat().st_mode) for each in (path, out)} == {0o600}


def test_waiting_for_the_folder_ends_and_names_who_holds_it(open_session, monkeypatch):
    session = open_session(rows(3))
    pauses = []
    monkeypatch.setattr(locks, "pause", lambda: pauses.append(1))
    held = locks.take(files.Folder(session._store.path), ".session.lock")

    with pytest.raises(tb.SessionError, match=rf"written to by process {os.getpid()} on "):
        session.change_settings(pace=True)
    assert len(pauses) == 299
    held.close()
    session.change_settings(pace=True)


def test_a_lock_file_that_holds_something_else_is_not_emptied(open_session):
    folder = labeled(open_session)
    for name in (".session.lock", "journals/.me.lock"):
        (folder / name).write_bytes(b"my thesis")

    with pytest.raises(tb.JournalError, match="is to be a lock file"):
        open_session()
    with pytest.raises(tb.SessionError, match="is to be a lock file"):
        open_session(rows(9))
    assert (folder / ".session.lock").read_bytes() == b"my thesis"
    assert (folder / "journals/.me.lock").read_bytes() == b"my thesis"


@posix
def test_the_sessions_folder_itself_may_be_a_link(open_session, tmp_path):
    labeled(open_session)
    (tmp_path / "link").symlink_to(tmp_path / "pilot")

    session = open_session(folder=tmp_path / "link")
    session.label("p2", "tie")
    assert len(session.labels) == 3


@posix
@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_an_image_of_a_row_that_is_no_file_is_refused(tmp_path, kind):
    path = tmp_path / "x.png"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    code = """
import signal, sys, tiebreak as tb
from pathlib import Path
signal.alarm(30)
try:
    tb.read_pairs([{"prompt": "p", "response_a": Path(sys.argv[1]), "response_b": "y"}])
except tb.PairsError as error:
    print("an image file that cannot be read" in str(error))
"""
    assert python(code, path) == "True\n"
