"""What people read, on a terminal or in a notebook, shows each character that steers or hides."""

import contextlib
import json
import subprocess
import sys
import unicodedata
import warnings

import pytest
from helpers import rows
from hypothesis import given
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak.__main__ import main
from tiebreak.checks.finding import Finding
from tiebreak.checks.report import CheckReport
from tiebreak.exports.report import ExportReport
from tiebreak.wording import visible, warn

# A terminal's title, a color, the other direction, nothing at all.
HOSTILE = "a\x1b]0;owned\x07\x9b31m\u202egnp.\u200bz"
SHOWN = r"a\x1b]0;owned\x07\x9b31m\u202egnp.\u200bz"
ANY_TEXT = st.text(st.characters())  # lone surrogates, too


def hidden(text):
    categories = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return [c for c in text if unicodedata.category(c) in categories and c not in "\n\t"]


def families(family=tb.TiebreakError):
    yield family
    for child in family.__subclasses__():
        yield from families(child)


@given(ANY_TEXT)
def test_no_text_keeps_what_hides(text):
    assert not hidden(visible(text))
    assert visible(visible(text)) == visible(text)


@given(ANY_TEXT)
def test_what_hid_can_be_told_from_what_is_shown(text):
    text = text.replace("\\", "/")

    shown = visible(text).encode("latin-1", "backslashreplace")

    assert shown.decode("unicode_escape") == text


@given(st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" \n\t\u3000")))
def test_an_ordinary_text_stays_as_it_is(text):
    assert visible(text) == text


@given(ANY_TEXT)
def test_no_error_says_what_hides(text):
    for family in families():
        assert not hidden(str(family(f"{text}: no.")))


@given(ANY_TEXT)
def test_no_warning_says_what_hides(text):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn(text)

    assert str(caught[0].message) == visible(text)
    assert caught[0].filename == __file__


@given(ANY_TEXT)
def test_no_report_says_what_hides(text):
    finding = Finding("P01", "error", text, text, text, [text])
    said = CheckReport(text, 1, [finding])
    export = ExportReport(text, "trl", 1, {text: 1}, text, {text: 1}, (), [text])  # type: ignore[arg-type]

    assert not hidden(repr(said) + said._repr_html_() + repr(export))


# -- the command line


@pytest.fixture
def told(capfd):
    """What a command put out, with nothing that steers the terminal it came to."""

    def run(*arguments):
        with contextlib.suppress(SystemExit):
            main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        assert not hidden(out)
        assert not hidden(err)
        return out + err

    return run


@pytest.fixture
def write(tmp_path):
    def write_rows(*content, name="rows.jsonl"):
        path = tmp_path / name
        path.write_text("".join(json.dumps(row) + "\n" for row in content))
        return path

    return write_rows


PAIR = {"id": HOSTILE, "prompt": "q", "response_a": "x", "response_b": "y"}
LABELED = {**PAIR, "preference": "a"}


def test_info_shows_the_names_of_folders_and_annotators(told, open_session):
    session = open_session(rows(2), annotator="me")
    session.label("p0", "a")
    session.close()
    (journal,) = (session._store.path / "journals").glob("*.jsonl")
    header, *labels = journal.read_text().splitlines(keepends=True)
    journal.write_text(json.dumps({**json.loads(header), "annotator": HOSTILE}) + "\n")
    with journal.open("a") as file:
        file.writelines(labels)
    moved = session._store.path.rename(session._store.path.with_name(HOSTILE))

    assert SHOWN in told("info", moved)


def test_info_shows_the_name_of_a_folder_that_is_none(told, tmp_path):
    assert SHOWN in told("info", tmp_path / HOSTILE)


@pytest.mark.filterwarnings("always")
def test_convert_shows_ids_models_and_file_names(told, write, tmp_path):
    same = {**LABELED, "response_a": "y"}
    image = {
        **PAIR,
        "prompt": [{"role": "user", "content": [{"type": "image", "image": f"{HOSTILE}.png"}]}],
    }

    assert SHOWN in told("convert", write(LABELED), tmp_path / f"{HOSTILE}.jsonl")
    assert SHOWN in told("convert", write(LABELED | {"id": "p"}, same), tmp_path / "out.jsonl")
    assert SHOWN in told("convert", write(image), tmp_path / "out.jsonl")
    assert SHOWN in told("convert", write({HOSTILE: 1}), tmp_path / "out.jsonl")
    assert SHOWN in told("convert", tmp_path / HOSTILE, tmp_path / "out.jsonl")


def test_check_shows_splits_columns_and_file_names(told, write):
    same = {"prompt": "q", "chosen": "x", "rejected": "x"}

    assert SHOWN in told("check", write(same, name=f"{HOSTILE}.jsonl"))
    assert SHOWN in told("check", write(same, name=f"{HOSTILE}.jsonl"), write(same))
    assert SHOWN in told("check", write({HOSTILE: 1}))
    assert SHOWN in told("check", write(name=f"{HOSTILE}.exe"))


def test_arguments_that_are_not_known_are_shown(told):
    assert SHOWN in told("check", "x.jsonl", f"--{HOSTILE}")


def test_warnings_are_said_like_errors(monkeypatch, told):
    def warns(*_, **__):
        warnings.warn(HOSTILE, stacklevel=1)  # noqa: TID251 - as a library would
        raise OSError(HOSTILE)

    monkeypatch.setattr("tiebreak.__main__.check", warns)

    assert told("check", "x") == f"tiebreak: warning: {SHOWN}\ntiebreak: {SHOWN}\n"


def test_an_error_that_nobody_foresaw_is_shown():
    code = f"""
import runpy, sys, tiebreak.checks
def fails(*_, **__):
    raise ValueError({HOSTILE!r})
tiebreak.checks.check = fails
sys.argv = ["tiebreak", "check", "x"]
runpy.run_module("tiebreak", run_name="__main__")
"""

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert f"ValueError: {SHOWN}" in done.stderr
    assert not hidden(done.stderr)


def test_a_warning_points_at_the_users_own_line_however_deep_it_comes_from(tmp_path):
    with pytest.warns(UserWarning, match="stopping=True says nothing") as caught:
        tb.Session(tmp_path / "s", tb.sample_pairs(), annotator="me", stopping=True).close()

    assert [each.filename for each in caught] == [__file__]
