import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import unicodedata
import warnings
from pathlib import Path

import pytest
from helpers import journal_of, python, read_lines, rows, start_python
from hypothesis import given
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak.files import Folder
from tiebreak.records.label import Header, Label, Undo, new_id, now, to_line
from tiebreak.store.journal import begin_journal
from tiebreak.store.journal_format import parse_journal
from tiebreak.store.journal_format import read_journal as read_file
from tiebreak.store.names import file_stem

HEADER = Header(1, "the-session", "me")


def make_label(pair="p0", preference="a", **more):
    return Label(id=new_id(), pair=pair, preference=preference, at=now(), **more)


def write_journal(path, *events, header=HEADER):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(to_line(record) for record in (header, *events)))


def open_journal(path, header):
    return begin_journal(Folder(path.parents[1], "journals"), header, "tb.Session(...)")


def read_journal(path):
    return read_file(Folder(path.parents[1], "journals"), path.name)[0]


def reopen(path):
    journal, events = open_journal(path, HEADER)
    journal.close()
    return events


@pytest.fixture
def path(tmp_path):
    return tmp_path / "pilot/journals/me.jsonl"


# -- append and replay


def test_what_is_appended_is_replayed_with_every_field(path):
    events = [
        make_label(strength=3, note="why \u2028 \U0001f600", shown_left="b", seconds=1.25),
        make_label("p1", "tie", criteria={"honest": "a"}, reasons={"a": ["short"]}, edit="better"),
        make_label("p2", "b", probability=0.25),
    ]
    events.append(Undo(new_id(), events[0].id, now()))
    journal, before = open_journal(path, HEADER)
    for event in events:
        journal.append(event)
    journal.close()

    assert before == []
    assert reopen(path) == events


def test_an_event_is_a_line_of_its_own_whatever_its_note_holds(path):
    journal, _ = open_journal(path, HEADER)
    journal.append(make_label(note="one\ntwo\r\nthree\x00\u2028four\u0085"))
    journal.close()

    assert path.read_bytes().count(b"\n") == 2


def test_an_event_is_synced_before_append_returns(path, monkeypatch):
    journal, _ = open_journal(path, HEADER)
    calls = []
    write, fsync = os.write, os.fsync
    monkeypatch.setattr(os, "write", lambda *a: calls.append("write") or write(*a))
    monkeypatch.setattr(os, "fsync", lambda *a: calls.append("fsync") or fsync(*a))
    journal.append(make_label())
    monkeypatch.undo()
    journal.close()

    assert calls == ["write", "fsync"]


def test_a_known_event_with_a_field_of_a_newer_version_is_read(path):
    label = make_label()
    write_journal(path, label)
    data = json.loads(to_line(label)) | {"id": "another-one", "gaze": [1, 2]}
    path.write_bytes(path.read_bytes() + json.dumps(data).encode() + b"\n")

    assert [event.id for event in reopen(path)] == [label.id, "another-one"]


# -- faults


def test_a_torn_last_line_is_set_aside_with_a_warning_and_the_rest_is_kept(path):
    events = [make_label(f"p{n}") for n in range(3)]
    write_journal(path, *events)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"type":"label","id":"half')

    with pytest.warns(UserWarning, match=r"cut short by a crash.*me\.jsonl\.torn"):
        found = reopen(path)

    assert found == events
    assert path.read_bytes() == whole
    assert path.with_name("me.jsonl.torn").read_bytes() == b'{"type":"label","id":"half\n'


def test_a_second_torn_line_is_added_to_the_first(path):
    for torn in (b"first", b"second"):
        if not path.exists():
            write_journal(path)
        path.write_bytes(path.read_bytes() + torn)
        with pytest.warns(UserWarning, match="cut short"):
            reopen(path)

    assert path.with_name("me.jsonl.torn").read_bytes() == b"first\nsecond\n"


def test_a_torn_line_is_not_touched_when_only_reading(path):
    write_journal(path, make_label())
    path.write_bytes(path.read_bytes() + b"torn")
    before = path.read_bytes()

    assert read_journal(path).torn == b"torn"
    assert path.read_bytes() == before


def test_cut_at_any_byte_a_journal_opens_with_every_whole_event(path):
    events = [make_label("p0", note="é\U0001f600"), make_label("p1", "b")]
    events.append(Undo(new_id(), events[0].id, now()))
    write_journal(path, *events)
    data = path.read_bytes()
    more = make_label("p2")

    for cut in range(len(data) + 1):
        for old in path.parent.iterdir():
            old.unlink()
        path.write_bytes(data[:cut])
        # A line is whole once its closing brace is there, newline or not.
        whole = max(data[: cut + 1].count(b"\n") - 1, 0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            journal, found = open_journal(path, HEADER)
            journal.append(more)
            journal.close()
        assert (cut, events[:whole]) == (cut, found)
        assert (cut, [*events[:whole], more]) == (cut, read_journal(path).events)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"garbage", "not an event"),
        (b"", "the line is empty"),
        (b"\x00\x00\x00", "the line is empty"),
        (b"\xff\xfe", "not an event"),
        (b"[]", "not an event"),
        (b"[" * 100_000, "not an event"),
        (b'{"type":"label"}', "missing required field `id`"),
        (b'{"type":7}', "not an event"),
        (b'{"type":"verdict","id":"12345678"}', "an event of type 'verdict'.*newer tiebreak"),
    ],
)
def test_a_broken_line_in_the_middle_stops_with_file_line_and_reason(path, line, reason):
    events = [make_label(f"p{n}") for n in range(3)]
    write_journal(path, *events)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], line, b"\n", *lines[2:]]))
    before = path.read_bytes()

    with pytest.raises(tb.JournalError, match=rf"me\.jsonl, line 3: .*{reason}"):
        reopen(path)
    assert path.read_bytes() == before


def test_a_strength_on_a_tie_is_a_broken_line(path):
    write_journal(path, make_label(), make_label("p1", "tie", strength=2))

    with pytest.raises(tb.JournalError, match=r"line 3: a tie, both bad and skip have no strength"):
        read_journal(path)


def test_a_journal_of_a_newer_version_is_left_alone(path):
    write_journal(path, header=Header(2, "the-session", "me"))
    before = path.read_bytes()

    with pytest.raises(tb.JournalError, match="version 2; this tiebreak reads up to 1"):
        reopen(path)
    assert path.read_bytes() == before


def test_a_first_line_that_is_no_header_is_named(path):
    path.parent.mkdir(parents=True)
    path.write_bytes(to_line(make_label()))

    with pytest.raises(tb.JournalError, match=r"line 1: not a journal's first line"):
        reopen(path)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (Header(1, "other-session", "me"), "belongs to another session"),
        (Header(1, "the-session", "you"), "holds the journal of 'you', whose file is you.jsonl"),
    ],
)
def test_a_journal_of_someone_else_is_refused_unchanged(path, header, message):
    write_journal(path, make_label(), header=header)
    before = path.read_bytes()

    with pytest.raises(tb.JournalError, match=message):
        reopen(path)
    assert path.read_bytes() == before


def test_an_event_that_is_in_the_journal_twice_counts_once(open_session):
    session = open_session(rows(3), order="given")
    session.label("p0", "a")
    session.label("p0", "b")
    session.undo()
    session.close()
    path = journal_of(session._store.path)
    header, *events = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([header, *events, *events, events[1]]))

    again = open_session()

    assert [("p0", "a")] == list(again.labels[["pair", "preference"]].itertuples(index=False))
    assert again.undo() == "p0"
    assert again.undo() is None


def test_the_last_line_counts_also_when_the_clock_went_backwards(open_session):
    session = open_session(rows(2))
    session.label("p0", "a")
    session.close()
    path = journal_of(session._store.path)
    earlier = Label(new_id(), "p0", "b", now().replace(year=1999))
    path.write_bytes(path.read_bytes() + to_line(earlier))

    again = open_session()

    assert again.labels["preference"].tolist() == ["b"]
    assert again.labels["at"].dt.year.tolist() == [1999]
    assert again.undo() == "p0"
    assert again.labels["preference"].tolist() == ["a"]


# -- the disk


@pytest.mark.parametrize("failing", ["write", "half", "fsync"])
def test_a_full_disk_leaves_the_journal_as_it_was_and_the_next_label_is_taken(
    session, monkeypatch, failing
):
    session.label("p0", "a")
    path = journal_of(session._store.path)
    before = path.read_bytes()
    write, full = os.write, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fail(*_):
        raise full

    if failing == "half":
        monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:9]))
    else:
        monkeypatch.setattr(os, failing, fail)
    with pytest.raises(tb.JournalError, match=r"me\.jsonl did not take the label: No space left"):
        session.label("p1", "b")
    monkeypatch.undo()

    assert path.read_bytes() == before
    assert session.labels["pair"].tolist() == ["p0"]
    session.label("p1", "b")
    assert [line.get("pair") for line in read_lines(path)] == [None, "p0", "p1"]


def test_a_file_that_may_not_grow_keeps_its_whole_lines(tmp_path, open_session):
    # The system itself cuts the write short here: half a line reaches the file.
    open_session(rows(3), order="given").close()
    code = """
import resource, sys, tiebreak as tb
from pathlib import Path
session = tb.Session(sys.argv[1], annotator="me")
session.label("p0", "a")
path = Path(sys.argv[1]) / "journals/me.jsonl"
before = path.read_bytes()
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, hard))
try:
    session.label("p1", "b")
except tb.JournalError as error:
    assert path.read_bytes() == before
    print("refused")
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
session.label("p2", "b")
print(session.labels["pair"].tolist())
"""
    assert python(code, tmp_path / "pilot") == "refused\n['p0', 'p2']\n"


def test_a_folder_deleted_under_a_live_session_is_told_and_labels_stay_in_memory(session):
    session.label("p0", "a")
    shutil.rmtree(session._store.path)

    with pytest.raises(tb.JournalError, match=r"was deleted, moved or replaced.*not saved"):
        session.label("p1", "a")
    assert session.labels["pair"].tolist() == ["p0"]
    assert session.export(session._store.path.parent / "rescued.jsonl").rows == 1


def test_a_folder_made_anew_at_the_same_place_starts_empty(session, open_session):
    session.label("p0", "a")
    shutil.rmtree(session._store.path)

    again = open_session(rows(6))
    again.label("p1", "b")

    assert again.labels["pair"].tolist() == ["p1"]
    with pytest.raises(tb.TiebreakError):
        session.label("p2", "a")


# -- one writer a journal

HOLDER = """
import sys, tiebreak as tb
session = tb.Session(sys.argv[1], annotator="me")
session.label("p0", "a")
print("held", flush=True)
sys.stdin.readline()
session.close()
print("released", flush=True)
sys.stdin.readline()
"""


def test_a_journal_held_by_another_process_is_refused_opens_for_reading_and_is_released(
    open_session,
):
    folder = open_session(rows(2))._store.path
    open_session().close()
    with start_python(HOLDER, folder) as holder:
        assert holder.stdout.readline() == "held\n"

        with pytest.raises(tb.JournalError, match=rf"held by process {holder.pid} on .*read_only"):
            open_session()
        reading = open_session(read_only=True)
        assert reading.labels["pair"].tolist() == ["p0"]
        open_session(annotator="you").label("p0", "b")
        assert set(reading.labels["annotator"]) == {"me", "you"}

        holder.stdin.write("\n")
        holder.stdin.flush()
        assert holder.stdout.readline() == "released\n"
        session = open_session()
        session.label("p1", "a")
        assert set(session.labels["pair"]) == {"p0", "p1"}
        holder.communicate("\n")


# Forks once for each line that it is sent, and tells how the child ended.
LABELER = """
import os, sys, tiebreak as tb

def label():
    print(os.getpid(), flush=True)
    with tb.Session(sys.argv[1], annotator="me") as session:
        print("ready", flush=True)
        while pair := session.next():
            session.label(pair.id, "a", note="n" * 300)
            print(pair.id, flush=True)
        print("finished", flush=True)
    os._exit(0)

while sys.stdin.readline():
    child = os.fork() or label()
    print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no kill -9")
def test_kill_9_at_random_moments_loses_no_acknowledged_label(tmp_path):
    moments = random.Random(5)
    folder = tmp_path / "pilot"
    tb.Session(folder, rows(1000), annotator="nobody").close()
    acknowledged = set()
    with start_python(LABELER, folder) as labeler:
        for _ in range(12):
            labeler.stdin.write("\n")
            labeler.stdin.flush()
            child = int(labeler.stdout.readline())
            for _ in range(moments.randrange(1, 60)):
                acknowledged.add(labeler.stdout.readline().strip())
            os.kill(child, signal.SIGKILL)
            while not (line := labeler.stdout.readline().strip()).startswith("ended"):
                acknowledged.add(line)
            assert line == f"ended -{signal.SIGKILL}"
            kept = set(tb.Session(folder, annotator="me", read_only=True).labels["pair"])
            assert acknowledged - {"ready"} <= kept

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = tb.Session(folder, annotator="me")
    session.label(session.next().id, "b")
    session.close()
    assert len(acknowledged) > 100


# -- names of annotators

NAMES = {
    "rater-1": "rater-1",
    "anna@lab.org": "anna@lab.org",
    "a.b_c+d": "a.b_c+d",
}
HOSTILE = [
    *("../x", "..", ".", "/etc/passwd", "C:\\x", "a/b", "a\\b", "x\u202ey", "~", "$HOME", "*", "-"),
    *("CON", "con", "con.x", "nul", "COM1", "lpt9.txt", "Anna", "ANNA", "x.", "x ", " x", "x. ."),
    *("n" * 200, "n" * 300, "\u0623\u062d\u0645\u062f", "\U0001f600", "\u00e9", "...", "x.lock"),
    *("x-d42ff05c", "a:b", "a\u200db", "x" * 64, "x" * 65),
]


@pytest.mark.parametrize(("name", "stem"), NAMES.items())
def test_a_plain_name_is_its_own_file_name(name, stem):
    assert file_stem(name) == stem


@pytest.mark.parametrize("name", HOSTILE)
def test_a_strange_name_labels_in_a_file_of_its_own_inside_the_folder(open_session, name):
    session = open_session(rows(2), annotator=name)
    session.label("p0", "a")
    session.close()

    files = sorted(p.name for p in session._store.path.rglob("*.jsonl"))
    assert files == sorted([f"{file_stem(name)}.jsonl", "pairs.jsonl"])
    assert open_session(annotator=name).labels["annotator"].tolist() == [name]
    assert sorted(p.name for p in session._store.path.parent.iterdir()) == ["pilot"]


def test_no_two_names_share_a_file_where_case_is_folded():
    names = [*HOSTILE, *NAMES, "anna", "x", "annA"]
    stems = {file_stem(name).casefold() for name in names}

    assert len(stems) == len(names)


@given(st.text(min_size=1, max_size=300))
def test_every_name_gives_a_safe_file_name_or_is_refused(name):
    try:
        stem = file_stem(name)
    except tb.JournalError:
        normal = unicodedata.normalize("NFC", name)
        bad = any(unicodedata.category(c) in ("Cc", "Cs") for c in normal)
        assert bad or not normal.strip() or len(normal) > 300
        return
    assert 1 <= len(stem.encode()) <= 200
    assert not set(stem) & set('/\\:*?"<>|\n\0 ')
    assert stem[0] != "."
    assert stem[-1] != "."
    assert stem == stem.lower()
    assert Path("journals", f"{stem}.jsonl").resolve().parent == Path("journals").resolve()


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0", "\x1b[31m", "\x7f", "\ud800", "n" * 301])
def test_an_empty_endless_or_control_character_name_is_refused(open_session, name, tmp_path):
    with pytest.raises(tb.JournalError, match="annotator's name"):
        open_session(rows(2), annotator=name)
    assert list(tmp_path.iterdir()) == []


def test_two_spellings_of_one_accented_letter_are_one_annotator(open_session):
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    session = open_session(rows(4), annotator=composed)
    session.label("p0", "a")
    session.close()

    again = open_session(annotator=decomposed)

    assert again.labels["annotator"].tolist() == [composed]
    assert again._labels.showing.slot("p1").left == session._labels.showing.slot("p1").left


def test_parsing_says_what_is_torn_and_what_is_whole():
    label = make_label()
    data = to_line(HEADER) + to_line(label)

    assert parse_journal(b"", Path("j")) == (None, [], b"", False)
    assert parse_journal(data[:-2], Path("j")) == (HEADER, [], to_line(label)[:-2], False)
    assert parse_journal(data[:-1], Path("j")) == (HEADER, [label], b"", True)
    assert parse_journal(data, Path("j")) == (HEADER, [label], b"", False)


def test_a_killed_process_frees_its_journal(open_session):
    folder = open_session(rows(2))._store.path
    open_session().close()
    with start_python(HOLDER, folder) as holder:
        holder.stdout.readline()
        holder.kill()
        holder.wait()

    assert open_session().labels["pair"].tolist() == ["p0"]


def test_no_process_is_left_waiting_for_a_journal(open_session):
    folder = open_session(rows(2))._store.path
    code = "import sys, tiebreak as tb; tb.Session(sys.argv[1], annotator='me')"
    done = subprocess.run(
        [sys.executable, "-c", code, folder], check=False, capture_output=True, timeout=600
    )

    assert done.returncode == 1
    assert b"JournalError" in done.stderr


def test_a_tail_that_no_crash_leaves_is_told_and_stays(open_session):
    session = open_session(rows(2))
    session.label("p0", "a")
    session.close()
    path = journal_of(session._store.path)
    with path.open("ab") as file:
        file.truncate(path.stat().st_size + 65_000_000)
    size = path.stat().st_size

    with pytest.raises(tb.JournalError, match="its last 65,000,000 bytes are not lines of one"):
        open_session()

    assert path.stat().st_size == size
