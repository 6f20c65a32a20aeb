import json
import subprocess
import sys

import pytest
from helpers import rows

import tiebreak as tb
from tiebreak.__main__ import main

GOOD = {"prompt": "Say hi.\n", "chosen": "Hi there!", "rejected": "Go away."}
SAME = {"prompt": "Say hi.\n", "chosen": "Hi", "rejected": " Hi"}


@pytest.fixture
def write(tmp_path):
    def write_rows(*content, name="rows.jsonl"):
        path = tmp_path / name
        path.write_text("".join(json.dumps(row) + "\n" for row in content))
        return str(path)

    return write_rows


@pytest.fixture
def pilot(open_session):
    session = open_session(rows(3), order="given")
    session.label("p0", "a")
    session.label("p1", "tie")
    session.close()
    return str(session._store.path)


def test_check_ends_with_0_where_there_is_no_error(write, capsys):
    assert main(["check", write(GOOD)]) == 0
    assert "P14" in capsys.readouterr().out


def test_check_ends_with_1_where_there_is_an_error(write, capsys):
    assert main(["check", write(GOOD, SAME)]) == 1
    assert "P01" in capsys.readouterr().out


def test_check_compares_several_files_as_splits(write, capsys):
    assert main(["check", write(GOOD), write(GOOD, name="test.jsonl")]) == 1

    told = capsys.readouterr().out
    assert "P10" in told
    assert "in row test.jsonl 1\n" in told


def test_check_takes_its_options(write, capsys):
    judged = write({**GOOD, "source": "judge"})

    assert main(["check", judged]) == 0
    assert main(["check", judged, "--safety-critical", "--max-length", "1"]) == 1
    assert "P03" in capsys.readouterr().out


def test_convert_writes_another_format(write, tmp_path):
    target = tmp_path / "kto.jsonl"

    assert main(["convert", write(GOOD), str(target), "--from", "trl", "--to", "kto"]) == 0

    labels = [json.loads(line)["label"] for line in target.read_text().splitlines()]
    assert sorted(labels) == [False, True]


def test_info_counts_pairs_and_labels(pilot, capsys):
    assert main(["info", pilot]) == 0
    assert "3 pairs, 2 labels\n  me (human): 2 labeled, 1 left\n" in capsys.readouterr().out


def test_export_writes_what_was_labeled(pilot, tmp_path, capsys):
    target = tmp_path / "t.jsonl"

    assert main(["export", pilot, str(target), "--format", "trl"]) == 0

    assert json.loads(target.read_text())["chosen"] == "alpha 0"
    assert "1 row, format trl" in capsys.readouterr().out


@pytest.fixture
def parted(open_session):
    """A session in which two people part on p0, and agree on p1."""
    for name, said in (("anna", "a"), ("bob", "b")):
        session = open_session(rows(3) if name == "anna" else None, annotator=name, order="given")
        session.label("p0", said)
        session.label("p1", "a")
        session.close()
    return str(session._store.path)


def test_export_asks_what_becomes_of_pairs_on_which_annotators_part(parted, tmp_path, capsys):
    assert main(["export", parted, str(tmp_path / "t.jsonl")]) == 2

    assert "--agreement" in capsys.readouterr().err
    assert not (tmp_path / "t.jsonl").exists()


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        (["--agreement", "majority"], 1),
        (["--agreement", "unanimous"], 1),
        (["--agreement", "all"], 4),
        (["--annotators", "anna"], 2),
        (["--annotators", "anna", "--annotators", "bob", "--agreement", "all"], 4),
    ],
)
def test_export_selects_by_agreement_and_annotators(parted, tmp_path, asked, rows):
    target = tmp_path / "t.jsonl"

    assert main(["export", parted, str(target), *asked]) == 0

    assert len(target.read_text().splitlines()) == rows


def test_convert_allows_what_it_is_told_to(write, tmp_path, capsys):
    source, target = write(GOOD, SAME), str(tmp_path / "t.jsonl")

    assert main(["convert", source, target]) == 2
    assert "--allow P01" in capsys.readouterr().err
    assert main(["convert", source, target, "--allow", "P01"]) == 0


@pytest.mark.parametrize(
    "command",
    [
        ["check", "none.jsonl"],
        ["convert", "none.jsonl", "out.jsonl"],
        ["info", "none"],
        ["export", "none", "out.jsonl"],
    ],
)
def test_what_cannot_be_opened_is_told_and_nothing_is_made(tmp_path, capsys, monkeypatch, command):
    monkeypatch.chdir(tmp_path)

    assert main(command) == 2

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("tiebreak: ")
    assert told.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_an_error_of_several_lines_stays_readable(write, tmp_path, capsys):
    assert main(["convert", write({"prompt": "q", "choosen": "x"}), str(tmp_path / "o.jsonl")]) == 2

    assert "\n  - trl (TRL preference rows): it has no column 'chosen'" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "convert", "info", "export"])
def test_help_says_what_each_argument_is(command, capsys):
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])

    told = capsys.readouterr().out
    assert end.value.code == 0
    assert told.startswith("usage: python -m tiebreak")
    assert {"convert": "label_studio", "export": "label_studio"}.get(command, "") in told
    assert {"convert": "ultrafeedback_binarized"}.get(command, "") in told


def test_an_interruption_ends_without_a_traceback(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("tiebreak.__main__.check", interrupted)

    assert main(["check", "rows.jsonl"]) == 130


def test_python_runs_the_package(write):
    command = [sys.executable, "-m", "tiebreak", "check"]

    bad = subprocess.run([*command, write(SAME)], check=False, capture_output=True, text=True)
    missing = subprocess.run([*command, "none.csv"], check=False, capture_output=True, text=True)

    assert (bad.returncode, missing.returncode) == (1, 2)
    assert "P01  error" in bad.stdout
    assert "Traceback" not in missing.stderr


def test_each_public_name_of_a_check_is_exported():
    assert isinstance(tb.check([GOOD]), tb.CheckReport)


QUESTIONS = [{"question": "q\n", "response_j": "x is so", "response_k": "y is not"}]
COLUMNS = "prompt=question,chosen=response_j,rejected=response_k"


def test_columns_of_another_name_are_converted_and_checked(tmp_path, capsys):
    file = tmp_path / "stack.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in QUESTIONS))

    assert main(["convert", str(file), str(tmp_path / "out.jsonl")]) == 2
    assert f"--columns {COLUMNS}?" in capsys.readouterr().err
    assert main(["convert", str(file), str(tmp_path / "out.jsonl"), "--columns", COLUMNS]) == 0
    written = json.loads((tmp_path / "out.jsonl").read_text())
    assert written == {"prompt": "q\n", "chosen": "x is so", "rejected": "y is not"}
    assert main(["check", str(file), "--columns", COLUMNS]) == 0
    assert "1 row" in capsys.readouterr().out


def test_a_check_names_the_lines_of_a_file_with_columns_of_another_name(tmp_path, capsys):
    file = tmp_path / "stack.jsonl"
    same = {"question": "p", "response_j": "x", "response_k": "x"}
    file.write_text("".join(json.dumps(row) + "\n" for row in [*QUESTIONS, same]))

    assert main(["check", str(file), "--columns", COLUMNS]) == 1
    assert "P01" in (said := capsys.readouterr().out)
    assert "row 2" in said


def test_columns_that_are_no_names_are_told(capsys):
    with pytest.raises(SystemExit):
        main(["convert", "a.jsonl", "b.jsonl", "--columns", "prompt"])
    assert "'prompt' is not NAME=COLUMN,NAME=COLUMN" in capsys.readouterr().err


def test_what_became_of_rows_is_told(tmp_path, capsys):
    row = {"prompt": "p\n", "chosen": "x is so", "rejected": "y is not"}
    file = tmp_path / "twice.jsonl"
    file.write_text((json.dumps(row) + "\n") * 2)

    assert main(["convert", str(file), str(tmp_path / "out.jsonl")]) == 0
    assert "1 line repeats an earlier one and was merged with it: 2 (line 1)." in (
        capsys.readouterr().err
    )


def test_the_version_is_the_packages(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"tiebreak {tb.__version__}\n"
