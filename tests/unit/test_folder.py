import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from helpers import contents, journal_of, python, read_lines, rows, start_python, to_pairs

import tiebreak as tb
from tiebreak.labeling.showing import a_stands_left
from tiebreak.store import store_at
from tiebreak.store.media import Gallery

HERE = Path(__file__).parent

root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another user"
)


def sides(session):
    return {pair: session._labels.showing.slot(pair).left for pair in session._pairs}


def order(session):
    return list(session._labels.showing.order)


def edit_manifest(folder, **changes):
    path = folder / "session.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


# -- resume


def test_a_new_session_is_a_folder_of_plain_files(open_session):
    session = open_session(rows(2), question="Which?", scale="graded", order="given", seed=5)
    session.label("p0", "a")
    manifest = json.loads((session._store.path / "session.json").read_text())

    names = {"session.json", "pairs.jsonl", "journals/me.jsonl"}
    assert names == {*contents(session._store.path)}
    assert len(manifest["secret"]) == 32
    assert manifest | {"id": "", "created": "", "secret": ""} == {
        "version": 1,
        "id": "",
        "created": "",
        "secret": "",
        "seed": 5,
        "question": "Which?",
        "settings": {"scale": "graded", "order": "given"},
        "batches": [2],
    }
    assert read_lines(session._store.path / "pairs.jsonl")[1] == {
        "id": "p1",
        "prompt": "prompt 1",
        "a": "alpha 1",
        "b": "beta 1",
        "model_a": "model-one",
        "model_b": "model-two",
        "meta": {"topic": "topic 1"},
    }


@pytest.mark.parametrize("given", [None, rows(9), rows(9)[::-1], rows(9)[3:5]])
def test_a_resume_with_no_the_same_reordered_or_fewer_rows_changes_nothing(open_session, given):
    session = open_session(rows(9))
    session.label("p3", "a")
    before, shown, stand = contents(session._store.path), order(session), sides(session)
    labels = session.labels
    session.close()

    again = open_session(given)

    assert before == contents(session._store.path)
    assert (shown, stand) == (order(again), sides(again))
    assert labels.equals(again.labels)


@pytest.mark.parametrize("kind", ["random", "given"])
def test_added_rows_come_behind_those_there_and_move_nothing(open_session, kind):
    session = open_session(rows(5), order=kind)
    session.label("p3", "a")
    shown, stand = order(session), sides(session)
    session.close()

    again = open_session([*rows(4, first=5), *rows(5)[::-1]])
    assert shown == order(again)[:5]
    assert {f"p{n}" for n in range(5, 9)} == set(order(again)[5:])
    assert stand == {pair: side for pair, side in sides(again).items() if pair in stand}
    again.close()

    last = open_session()
    assert (order(again), sides(again)) == (order(last), sides(last))
    assert last.labels["pair"].tolist() == ["p3"]


def test_pairs_without_ids_are_matched_by_content(open_session):
    plain = [{k: v for k, v in row.items() if k != "id"} for row in rows(4)]
    session = open_session(plain)
    labeled = session.next()
    session.label(labeled.id, "b")
    session.close()

    again = open_session([*plain[::-1], {**plain[0], "prompt": "new"}])

    assert len(again.pairs) == 5
    assert again.triples()["chosen"].tolist() == [labeled.b]


@pytest.mark.parametrize(
    ("column", "named"),
    [("prompt", "prompt"), ("response_a", "a"), ("response_b", "b"), ("model_a", "model_a")],
)
def test_a_changed_row_under_a_kept_id_is_named_and_nothing_is_changed(open_session, column, named):
    session = open_session(rows(3))
    session.label("p1", "a")
    session.close()
    before = contents(session._store.path)
    changed = rows(5)
    changed[1][column] = "changed"

    with pytest.raises(tb.SessionError, match=rf"1 of these pairs differ.*p1 \({named}\)"):
        open_session(changed)
    assert before == contents(session._store.path)


def test_swapped_responses_under_a_kept_id_are_a_changed_row(open_session):
    open_session(rows(1)).close()
    swapped = [{**rows(1)[0], "response_a": "beta 0", "response_b": "alpha 0"}]

    with pytest.raises(tb.SessionError, match=r"p0 \(a and b\)"):
        open_session(swapped)


def test_other_meta_under_a_kept_id_warns_and_the_stored_is_kept(open_session):
    open_session(rows(2)).close()

    with pytest.warns(UserWarning, match=r"1 pair given with other values beside .* join them"):
        again = open_session([{**rows(1)[0], "topic": "else"}])
    assert again.pairs["topic"].tolist() == ["topic 0", "topic 1"]


def test_pairs_with_problems_leave_no_folder_behind(open_session, tmp_path):
    with pytest.raises(tb.PairsError):
        open_session([{"prompt": "", "response_a": "x", "response_b": "y"}])
    assert [] == list(tmp_path.iterdir())


# -- crashes


def test_a_folder_left_half_made_by_a_crash_is_begun_anew(open_session, tmp_path):
    folder = tmp_path / "pilot"
    folder.mkdir()
    (folder / "pairs.jsonl").write_bytes(b'{"id":"old","prompt":"o","a":"x","b":"y"}\n{"id')
    (folder / ".tiebreak-0123.json").write_bytes(b"{")
    (folder / ".session.lock").touch()

    session = open_session(rows(2))

    assert list(session.pairs.index) == ["p0", "p1"]


CRASHER = """
import os, sys, tiebreak as tb
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from helpers import rows

def count_down(left):
    def ending(call):
        def wrapped(*arguments, **named):
            nonlocal left
            left -= 1
            if left < 0:
                os._exit(1)
            return call(*arguments, **named)
        return wrapped
    for name in ("fsync", "rename", "replace", "write", "mkdir"):
        setattr(os, name, ending(getattr(os, name)))

for step in range(100):
    child = os.fork()
    if not child:
        count_down(step)
        tb.Session(Path(sys.argv[1]) / str(step), rows(3), annotator="me").label("p0", "a")
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        print(step)
        break
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_crash_at_any_step_of_making_a_folder_leaves_one_that_opens(tmp_path):
    # The process ends, as by kill -9, at the n-th of the calls that reach the disk.
    finished = int(python(CRASHER, tmp_path, HERE))

    assert finished >= 8
    for step in range(finished + 1):
        with tb.Session(tmp_path / str(step), rows(3), annotator="me") as session:
            session.label("p1", "b")
            assert list(session.pairs.index) == ["p0", "p1", "p2"]
            labels = set(session.labels["pair"])
        assert labels - {"p0"} == {"p1"}
    assert labels == {"p0", "p1"}


def test_pairs_added_but_not_counted_before_a_crash_are_a_batch_of_their_own(open_session):
    session = open_session(rows(3))
    folder = session._store.path
    session.close()
    counted = (folder / "session.json").read_bytes()
    added = open_session(rows(6))
    shown, stand = order(added), sides(added)
    added.close()
    (folder / "session.json").write_bytes(counted)

    again = open_session()
    assert (shown, stand) == (order(again), sides(again))
    again.close()
    more = open_session(rows(9))
    assert json.loads((folder / "session.json").read_text())["batches"] == [3, 3, 3]
    assert shown == order(more)[:6]


def test_a_torn_line_of_pairs_is_set_aside_when_pairs_are_added(open_session):
    session = open_session(rows(3))
    session.close()
    path = session._store.path / "pairs.jsonl"
    path.write_bytes(path.read_bytes() + b'{"id":"half')

    assert len(open_session().pairs) == 3
    with pytest.warns(UserWarning, match=r"pairs.jsonl was cut short .* moved, unread, to pairs"):
        again = open_session(rows(4))

    assert list(again.pairs.index) == ["p0", "p1", "p2", "p3"]
    assert len(read_lines(path)) == 4
    assert path.with_name("pairs.jsonl.torn").read_bytes() == b'{"id":"half\n'


def test_a_pairs_file_cut_at_any_byte_of_an_addition_opens_and_takes_the_rest(open_session):
    session = open_session(rows(2))
    folder = session._store.path
    session.close()
    counted, few = (folder / "session.json").read_bytes(), (folder / "pairs.jsonl").read_bytes()
    open_session(rows(4)).close()
    whole = (folder / "pairs.jsonl").read_bytes()

    for cut in range(len(few), len(whole)):
        (folder / "session.json").write_bytes(counted)
        (folder / "pairs.jsonl").write_bytes(whole[:cut])
        (folder / "pairs.jsonl.torn").unlink(missing_ok=True)
        open_session(rows(4)).close()
        assert whole == (folder / "pairs.jsonl").read_bytes()


# -- what is no session


def test_lost_pairs_are_told(open_session):
    session = open_session(rows(3))
    session.close()
    path = session._store.path / "pairs.jsonl"
    path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n")

    with pytest.raises(tb.SessionError, match=r"has 1 pairs where session.json counts 3"):
        open_session()


def test_a_broken_line_of_pairs_is_told_with_its_number(open_session):
    session = open_session(rows(3))
    session.close()
    path = session._store.path / "pairs.jsonl"
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([lines[0], b"garbage", *lines[2:]]))

    with pytest.raises(tb.SessionError, match=r"pairs\.jsonl, line 2: not a pair"):
        open_session()


@pytest.mark.parametrize("read_only", [False, True])
def test_a_session_of_a_newer_version_is_left_alone(open_session, read_only):
    folder = open_session(rows(2))._store.path
    open_session().close()
    edit_manifest(folder, version=4, batches={"of": "another shape"})
    before = contents(folder)

    with pytest.raises(tb.SessionError, match="format version 4; this tiebreak reads up to 3"):
        open_session(read_only=read_only)
    assert before == contents(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"version": 1}', "\x00" * 50, "[" * 9999])
def test_a_damaged_manifest_is_told(open_session, text):
    session = open_session(rows(2))
    session.close()
    (session._store.path / "session.json").write_text(text)

    with pytest.raises(tb.SessionError, match=r"session\.json is damaged"):
        open_session()


def test_no_folder_is_told_with_what_to_do(open_session, tmp_path):
    with pytest.raises(tb.SessionError, match=r"no session at .*give it pairs"):
        open_session()
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("given", [None, rows(2)])
def test_a_folder_of_other_things_is_not_touched(open_session, tmp_path, given):
    (tmp_path / "pilot").mkdir()
    (tmp_path / "pilot/thesis.tex").write_text("draft")

    with pytest.raises(tb.SessionError, match=r"is not a session: it has no session\.json"):
        open_session(given)
    assert {"thesis.tex": b"draft"} == contents(tmp_path / "pilot")


@pytest.mark.parametrize("given", [None, rows(2)])
def test_a_file_in_place_of_a_folder_is_told(open_session, tmp_path, given):
    (tmp_path / "pilot").write_text("text")

    with pytest.raises(tb.SessionError, match="pilot is"):
        open_session(given)
    assert (tmp_path / "pilot").read_text() == "text"


@pytest.mark.parametrize("given", [None, rows(2)])
def test_a_path_below_a_file_or_too_long_is_told(open_session, tmp_path, given):
    (tmp_path / "file").write_text("text")

    for folder in (tmp_path / "file/pilot", tmp_path / ("x" * 300)):
        with pytest.raises(tb.SessionError):
            open_session(given, folder=folder)


def test_the_folder_itself_may_be_empty_and_its_parents_missing(open_session, tmp_path):
    (tmp_path / "empty").mkdir()

    assert len(open_session(rows(2), folder=tmp_path / "empty").pairs) == 2
    assert len(open_session(rows(2), folder=tmp_path / "a/b/c").pairs) == 2


# -- who may write

# Whoever may read Python's own files, nobody may not: what is imported later is imported first.
AS_NOBODY = """
import os, sys, tiebreak as tb, tqdm.autonotebook
os.setgid(65534)
os.setuid(65534)
sys.path.insert(0, sys.argv[2])
from helpers import rows
for options in ({}, {"read_only": True}, {"pairs": rows(9)}):
    try:
        session = tb.Session(sys.argv[1], annotator="me", **options)
        print(session.labels["pair"].tolist(), session.next().id)
    except tb.TiebreakError as error:
        print(type(error).__name__, error)
"""


@root
def test_a_read_only_folder_is_told_and_opens_for_reading(open_session):
    # Each run of pytest closes pytest's own folder to others anew, also while another one runs.
    with tempfile.TemporaryDirectory() as open_to_all:
        folder = Path(open_to_all)
        folder.chmod(0o755)
        session = open_session(rows(3), order="given", folder=folder / "pilot")
        session.label("p0", "a")
        session.close()
        for path in folder.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)

        label, read, add = python(AS_NOBODY, session._store.path, HERE).splitlines()

    assert label.startswith("JournalError")
    assert "Permission denied. Open it for reading: tb.Session(" in label
    assert read == "['p0'] p1"
    assert add.startswith("SessionError")
    assert "Permission denied" in add


@root
def test_a_place_where_one_may_not_write_or_look_is_told(tmp_path):
    tmp_path.chmod(0o700)

    for line in python(AS_NOBODY, tmp_path / "pilot", HERE).splitlines():
        assert line.startswith("SessionError")


WRITER = """
import sys, tiebreak as tb
session = tb.Session(sys.argv[1], annotator="me")
for line in sys.stdin:
    session.label(line.strip(), "a")
    print("saved", flush=True)
"""


def test_reading_beside_a_live_writer_shows_what_is_on_disk_and_records_nothing(open_session):
    folder = open_session(rows(3))._store.path
    open_session().close()
    with start_python(WRITER, folder) as writer:
        for labeled in (["p2"], ["p2", "p0"]):
            writer.stdin.write(f"{labeled[-1]}\n")
            writer.stdin.flush()
            assert writer.stdout.readline() == "saved\n"
            reading = open_session(read_only=True)
            assert labeled == reading.labels["pair"].tolist()
        before = contents(folder)
        for change in (lambda: reading.label("p1", "a"), reading.undo):
            with pytest.raises(tb.SessionError, match="opened with read_only=True"):
                change()
        reading.close()
        assert before == contents(folder)
        writer.stdin.close()


def test_reading_takes_no_pairs_and_no_other_settings(open_session):
    open_session(rows(2), seed=1).close()

    with pytest.raises(tb.SessionError, match="read_only=True adds no pairs"):
        open_session(rows(2), read_only=True)
    with pytest.raises(tb.SessionError, match="has other settings: seed is 1, not 2"):
        open_session(read_only=True, seed=2)


def test_reading_makes_no_file(open_session):
    folder = open_session(rows(2))._store.path
    open_session().close()
    shutil.rmtree(folder / "journals")
    before = contents(folder)

    reading = open_session(read_only=True)

    assert reading.labels.empty
    assert reading.next() is not None
    assert before == contents(folder)
    assert not (folder / "journals").exists()


# -- two processes

CREATOR = """
import sys, tiebreak as tb
sys.path.insert(0, sys.argv[2])
from helpers import rows
first = int(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
session = tb.Session(sys.argv[1], rows(40, first=first), annotator=f"rater-{first}", order="given")
session.label(f"p{first}", "a")
print(session._id, flush=True)
"""


def test_processes_that_create_one_session_at_once_share_it(open_session, tmp_path):
    for attempt in range(2):
        folder = tmp_path / f"pilot-{attempt}"
        creators = [start_python(CREATOR, folder, HERE, first) for first in (0, 20, 40)]
        assert ["ready\n"] * 3 == [creator.stdout.readline() for creator in creators]
        for creator in creators:
            creator.stdin.write("\n")
            creator.stdin.flush()
        said = [creator.communicate(timeout=600)[0] for creator in creators]

        session = open_session(folder=folder)
        assert [f"{session._id}\n"] * 3 == said
        assert sorted(f"p{n}" for n in range(80)) == sorted(session.pairs.index)
        assert set(session.labels["pair"]) == {"p0", "p20", "p40"}
        batches = json.loads((folder / "session.json").read_text())["batches"]
        assert sum(batches) == 80


def test_a_session_that_another_process_made_a_moment_before_is_added_to(session):
    # As when both found no session there and this one came to create it second.
    late = store_at(session._store.path)
    late.create(session._settings, to_pairs(rows(8)), [], Gallery())

    assert late.manifest().id == session._id
    assert late.manifest().batches == [6, 2]
    assert [pair.id for pair in late.pairs()] == [f"p{n}" for n in range(8)]


def test_a_missing_pairs_file_is_told(open_session):
    session = open_session(rows(2))
    session.close()
    (session._store.path / "pairs.jsonl").unlink()

    with pytest.raises(tb.SessionError, match="No such file"):
        open_session()


def test_sides_on_disk_agree_with_the_ordering(open_session):
    session = open_session(rows(8), seed=11)
    expected = ["a" if left else "b" for left in a_stands_left(8, 11, "me")]

    assert expected == [session._labels.showing.slot(pair).left for pair in order(session)]


def test_a_journal_beside_others_holds_only_its_annotators_labels(open_session):
    open_session(rows(2), annotator="anna").label("p0", "a")
    session = open_session(annotator="bob")
    session.label("p1", "b")

    assert [None, "p1"] == [
        line.get("pair") for line in read_lines(journal_of(session._store.path, "bob"))
    ]
