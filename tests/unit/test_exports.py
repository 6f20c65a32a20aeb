import inspect
import json
import os
from dataclasses import fields
from typing import get_args

import datasets
import pandas as pd
import pytest
from helpers import python, read_lines, rows
from hypothesis import example, given
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak import exports, views
from tiebreak.checks.options import CheckOptions, Settings
from tiebreak.exports import hub
from tiebreak.exports.formats import kto
from tiebreak.exports.formats.trl import RESERVED
from tiebreak.exports.options import CardOptions, ExportOptions, FormatName, HubOptions
from tiebreak.exports.selecting import Selection
from tiebreak.records.label import Header, Label, new_id, now
from tiebreak.records.pair import Pair

CHAT = {
    "id": "chat",
    "prompt": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello?"}],
    "response_a": [{"role": "assistant", "content": "Hi"}],
    "response_b": [{"role": "assistant", "content": "Go away"}],
}


def say(role, content):
    return [{"role": role, "content": content}]


@pytest.fixture
def labeled(open_session):
    """Six pairs: a (3), b (1), tie, both bad, skip and one not labeled."""
    session = open_session(rows(6), order="given", scale="graded", seed=2)
    session.label("p0", "a", 3)
    session.label("p1", "b", 1, note="close")
    for pair, preference in (("p2", "tie"), ("p3", "both_bad"), ("p4", "skip")):
        session.label(pair, preference)
    return session


def written(session, path, **options):
    session.export(path, **options)
    return read_lines(path)


# -- trl


def test_trl_rows_are_prompt_chosen_rejected_and_nothing_else(labeled, tmp_path):
    assert written(labeled, tmp_path / "t.jsonl") == [
        {"prompt": "prompt 0", "chosen": "alpha 0", "rejected": "beta 0"},
        {"prompt": "prompt 1", "chosen": "beta 1", "rejected": "alpha 1"},
    ]


def test_message_pairs_stay_conversational(open_session, tmp_path):
    session = open_session([CHAT])
    session.label("chat", "b")

    assert written(session, tmp_path / "t.jsonl") == [
        {"prompt": CHAT["prompt"], "chosen": CHAT["response_b"], "rejected": CHAT["response_a"]}
    ]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_a_mixed_file_has_one_form_whatever_comes_first(open_session, tmp_path, turned, suffix):
    half = {"id": "half", "prompt": "q", "response_a": "x", "response_b": say("assistant", "y")}
    pairs = [rows(1)[0], CHAT, half]
    session = open_session(pairs[::-1] if turned else pairs, order="given")
    for pair in pairs:
        session.label(pair["id"], "a")
    path = tmp_path / f"t.{suffix}"

    report = session.export(path)

    found = pd.read_parquet(path).to_dict("records") if suffix == "parquet" else read_lines(path)
    for row in found:
        for name, role in (("prompt", "user"), ("chosen", "assistant"), ("rejected", "assistant")):
            assert row[name][-1]["role"] == role
    assert "became messages" in repr(report)


def test_provenance_is_written_when_asked_for(labeled, tmp_path):
    first, second = written(labeled, tmp_path / "t.jsonl", provenance=True)

    assert first == {
        "prompt": "prompt 0",
        "chosen": "alpha 0",
        "rejected": "beta 0",
        "pair": "p0",
        "annotator": "me",
        "source": "human",
        "strength": 3,
        "model_chosen": "model-one",
        "model_rejected": "model-two",
    }
    assert ("model-two", "model-one") == (second["model_chosen"], second["model_rejected"])


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_every_provenance_column_can_be_written(labeled, tmp_path, suffix):
    columns = list(labeled.triples().columns)
    path = tmp_path / f"t.{suffix}"

    labeled.export(path, provenance=columns[3:])

    loaded = datasets.load_dataset(
        suffix.replace("jsonl", "json"), data_files=str(path), split="train"
    )
    assert columns == loaded.column_names
    assert ["topic 0", "topic 1"] == loaded["topic"][:]
    assert pd.to_datetime(loaded["at"][:], utc=True).tolist() == labeled.triples()["at"].tolist()


def test_missing_provenance_is_null(open_session, tmp_path):
    plain = {"prompt": "p", "response_a": "x", "response_b": "y"}
    session = open_session([plain, {**plain, "prompt": "q", "model_a": "m"}], order="given")
    for pair in session.pairs.index:
        session.label(pair, "a")

    found = written(session, tmp_path / "t.jsonl", provenance=["model_chosen", "strength"])

    assert [None, "m"] == [row["model_chosen"] for row in found]
    assert [None, None] == [row["strength"] for row in found]


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_reserved_name_is_never_written_beside(open_session, tmp_path, name):
    session = open_session([{**rows(1)[0], **({name: "mine"} if name != "prompt" else {})}])
    session.label("p0", "a")

    with pytest.raises(tb.ExportError, match=f"Trainers read a column named '{name}'"):
        session.export(tmp_path / "t.jsonl", provenance=[name])
    assert not (tmp_path / "t.jsonl").exists()


def test_the_margin_comes_from_the_strength(labeled, tmp_path):
    assert [3.0, 1.0] == [r["margin"] for r in written(labeled, tmp_path / "t.jsonl", margin=True)]
    margin = {1: 0, 2: 0.5, 3: 2}
    found = [r["margin"] for r in written(labeled, tmp_path / "t.jsonl", margin=margin)]
    assert [2.0, 0.0] == found
    assert [float, float] == [type(value) for value in found]


def test_a_margin_without_a_strength_is_an_error(labeled, tmp_path):
    with pytest.raises(tb.ExportError, match="no value for strength 1"):
        labeled.export(tmp_path / "t.jsonl", margin={3: 1.0})
    labeled.label("p5", "a")
    with pytest.raises(tb.ExportError, match="1 of 3 labels have no strength"):
        labeled.export(tmp_path / "t.jsonl", margin=True)


# -- kto


def test_kto_rows_hold_ties_as_two_true_and_both_bad_as_two_false(labeled, tmp_path):
    found = written(labeled, tmp_path / "k.jsonl", format="kto")

    assert {"prompt", "completion", "label"} == set().union(*found)
    assert sorted((row["completion"], row["label"]) for row in found) == [
        ("alpha 0", True),
        ("alpha 1", False),
        ("alpha 2", True),
        ("alpha 3", False),
        ("beta 0", False),
        ("beta 1", True),
        ("beta 2", True),
        ("beta 3", False),
    ]


def judgments(preferences):
    return pd.DataFrame(
        {
            "prompt": [f"q{n}" for n in range(len(preferences))],
            "a": [f"q{n} a" for n in range(len(preferences))],
            "b": [f"q{n} b" for n in range(len(preferences))],
            "preference": preferences,
        }
    )


def batches(found):
    return [found[start : start + 4] for start in range(0, len(found), 4)]


def own_pairs(batch):
    """Count the rows that rotating the batch's completions gives one of their own prompt."""
    prompts = [row["prompt"] for row in batch]
    if len(batch) == 1:
        return 0
    return sum(p == q for p, q in zip(prompts, prompts[-1:] + prompts[:-1], strict=True))


@given(st.lists(st.sampled_from("ab"), min_size=8, max_size=300))
@example(["a"] * 8)
@example(["b"] * 9)
@example(["a"] * 805)
def test_every_kto_batch_has_both_labels_and_no_kl_pair_of_one_prompt(preferences):
    found = list(kto.rows(judgments(preferences)))

    assert len(found) == 2 * len(preferences)
    for batch in batches(found):
        assert {row["label"] for row in batch} == {True, False}
        assert own_pairs(batch) == 0
    for row, preference in ((row, preferences[int(row["prompt"][1:])]) for row in found):
        assert row["label"] == (row["completion"].split()[1] == preference)


@given(st.lists(st.sampled_from(["a", "b", "tie", "both_bad", "skip"]), max_size=60))
def test_kto_keeps_every_completion_once_with_ties_too(preferences):
    found = list(kto.rows(judgments(preferences)))

    kept = [n for n, preference in enumerate(preferences) if preference != "skip"]
    assert sorted(f"q{n} {side}" for n in kept for side in "ab") == sorted(
        row["completion"] for row in found
    )
    labels = {row["completion"]: row["label"] for row in found}
    for n in kept:
        good = {"a": (1, 0), "b": (0, 1), "tie": (1, 1), "both_bad": (0, 0)}[preferences[n]]
        assert good == (labels[f"q{n} a"], labels[f"q{n} b"])


def test_kto_labels_are_spread_with_a_fifth_of_ties_and_both_bad():
    preferences = (["a", "b", "tie", "b", "a", "both_bad", "a", "b"]) * 10
    found = list(kto.rows(judgments(preferences)))

    assert all({row["label"] for row in batch} == {True, False} for batch in batches(found))
    assert sum(map(own_pairs, batches(found))) == 0


def test_kto_messages_are_conversational(open_session, tmp_path):
    session = open_session([CHAT, rows(1)[0]])
    session.label("chat", "a")
    session.label("p0", "b")

    found = written(session, tmp_path / "k.jsonl", format="kto")

    assert {"prompt": say("user", "prompt 0"), "completion": say("assistant", "beta 0")} | {
        "label": True
    } in found
    assert all(isinstance(row["completion"], list) for row in found)


# -- the report


def test_the_report_counts_what_was_written_and_left_out(labeled, tmp_path):
    report = labeled.export(tmp_path / "t.jsonl")

    assert (report.rows, report.left_out) == (
        2,
        {"ties": 1, "both bad": 1, "skipped": 1, "not labeled": 1},
    )
    assert repr(report) == (
        f"{tmp_path / 't.jsonl'}: 2 rows, format trl\n"
        "left out: 1 ties, 1 both bad, 1 skipped, 1 not labeled\n"
        "note: not in the file: strength (2), note (1) of labels and 'model_a', 'model_b', 'topic' "
        'of pairs; the format "raw" holds them; provenance=[...] writes them beside\n'
        "note: P14: 2 pairs with a preference: fewer than ten batches of 16"
    )
    assert {"skipped": 1, "not labeled": 1} == labeled.export(
        tmp_path / "k.jsonl", format="kto"
    ).left_out


def test_the_report_says_what_stays_out_of_a_file(open_session, tmp_path):
    gold = {"prompt": "Gold?", "response_a": "Yes.", "response_b": "No.", "preference": "a"}
    session = open_session(rows(2), gold=[gold | {"id": "g"}], annotator="anna")
    session.label("p0", "a", note="short")
    session.label("g", "a")

    trl, ours = (
        repr(session.export(tmp_path / "t.jsonl", provenance=given)) for given in (True, ["note"])
    )
    raw = repr(session.export(tmp_path / "r.jsonl", "raw"))
    tasks = repr(session.export(tmp_path / "l.json", "label_studio"))

    assert "not in the file: note (1) of labels and 'topic' of pairs" in trl
    assert "not in the file: 'model_a', 'model_b', 'topic' of pairs" in ours
    assert "not in the file: 'topic' of pairs" in tasks
    assert "they measure annotators: 1 label of gold pairs" in raw
    assert "'topic'" not in raw


def test_opposite_preferences_are_written_on_request_and_noted(open_session, tmp_path):
    open_session(rows(2), annotator="anna").label("p0", "a")
    session = open_session(annotator="bob")
    session.label("p0", "b")

    report = session.export(tmp_path / "t.jsonl", agreement="all")

    assert report.rows == 2
    assert "1 pairs have different labels" in repr(report)


# -- refusals and crashes


@pytest.mark.parametrize(
    ("preferences", "remedy"),
    [
        ([], "Label some pairs first"),
        (["tie"], "label more pairs, or leave fewer out"),
        (["skip", "both_bad"], "label more pairs, or leave fewer out"),
    ],
)
def test_exporting_nothing_is_an_error_that_says_what_to_do(
    open_session, tmp_path, preferences, remedy
):
    session = open_session(rows(3), order="given")
    for number, preference in enumerate(preferences):
        session.label(f"p{number}", preference)

    with pytest.raises(tb.ExportError, match=f"nothing to write.*not labeled.*{remedy}"):
        session.export(tmp_path / "t.jsonl")
    assert not (tmp_path / "t.jsonl").exists()


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("t.jsonl", {"format": "dpo"}, "no format 'dpo'; there are trl, kto, openai"),
        ("t.txt", {}, "it is one of .jsonl, .parquet, .csv"),
        ("t", {}, "it is one of .jsonl, .parquet"),
        ("t.jsonl", {"margins": True}, "no option 'margins'; it has provenance, margin"),
        ("t.jsonl", {"format": "kto", "margin": True}, "no option 'margin'; it has none"),
        ("t.jsonl", {"provenance": ["colour"]}, "no column 'colour'"),
        ("no/t.jsonl", {}, "No such file or directory"),
        ("folder.jsonl", {}, "Is a directory"),
        ("t.parquet", {"provenance": ["mixed"]}, "one type a column"),
    ],
)
def test_what_does_not_fit_is_refused_and_the_old_file_stays(
    open_session, tmp_path, name, options, message
):
    (tmp_path / "folder.jsonl").mkdir()
    for old in ("t.jsonl", "t.txt", "t", "t.parquet"):
        (tmp_path / old).write_text("old")
    session = open_session([r | {"mixed": m} for r, m in zip(rows(2), (1, "x"), strict=True)])
    session.label("p0", "a")
    session.label("p1", "a")
    before = sorted(tmp_path.iterdir())

    with pytest.raises(tb.ExportError, match=message):
        session.export(tmp_path / name, **options)
    assert before == sorted(tmp_path.iterdir())
    assert all(path.read_text() == "old" for path in tmp_path.glob("t*"))


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_in_mid_write_leaves_the_old_file_and_no_other(
    labeled, tmp_path, monkeypatch, suffix, error
):
    path = tmp_path / f"t.{suffix}"
    labeled.export(path)
    before, files = path.read_bytes(), sorted(tmp_path.iterdir())
    labeled.label("p5", "b")

    def fail(_):
        raise error

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises((tb.ExportError, KeyboardInterrupt)):
        labeled.export(path)
    monkeypatch.undo()

    assert before == path.read_bytes()
    assert files == sorted(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_a_disk_that_takes_no_more_leaves_the_old_file_and_no_other(labeled, tmp_path, suffix):
    path = tmp_path / f"t.{suffix}"
    labeled.export(path)
    before, files = path.read_bytes(), sorted(tmp_path.iterdir())
    labeled.label("p5", "b")
    code = """
import resource, sys, tiebreak as tb
session = tb.Session(sys.argv[1], annotator="me", read_only=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (60, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
try:
    session.export(sys.argv[2])
except tb.ExportError as error:
    print("refused")
"""
    assert python(code, labeled._store.path, path) == "refused\n"

    assert before == path.read_bytes()
    assert files == sorted(tmp_path.iterdir())


def test_an_export_keeps_the_mode_of_the_file_it_replaces(labeled, tmp_path):
    path = tmp_path / "t.jsonl"
    path.touch()
    path.chmod(0o640)

    labeled.export(path)

    assert path.stat().st_mode & 0o777 == 0o640


# -- what loads them

UNICODE = [
    "line\u2028separator\u2029paragraph\u0085next",
    "emoji \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f600",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u202eflip\u202c",
    'nul \x00 bell \x07 tab \t cr \r\n quote " back \\ slash / </script>',
    "NaN",
    "e\u0301 versus \u00e9",
]


@pytest.mark.parametrize("format", ["trl", "kto"])
@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
@pytest.mark.parametrize("kind", ["text", "messages"])
def test_datasets_loads_the_very_rows(open_session, tmp_path, format, suffix, kind):
    def text(role, content):
        return content if kind == "text" else say(role, content)

    pairs = [
        {
            "prompt": text("user", f"{word}?"),
            "response_a": text("assistant", word),
            "response_b": text("assistant", f"{word}!"),
        }
        for word in UNICODE
    ]
    session = open_session(pairs)
    for pair in session.pairs.index:
        session.label(pair, "b")
    session.export(tmp_path / "reference.jsonl", format=format)
    expected = read_lines(tmp_path / "reference.jsonl")
    path = tmp_path / f"data.{suffix}"

    session.export(path, format=format)

    reader = "json" if suffix == "jsonl" else "parquet"
    loaded = datasets.load_dataset(reader, data_files=str(path), split="train")
    assert expected == loaded.to_list()
    column = "chosen" if format == "trl" else "completion"
    assert {json.dumps(text("assistant", f"{word}!")) for word in UNICODE} <= {
        json.dumps(row[column]) for row in loaded
    }


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8))
def test_any_text_comes_back_from_jsonl_as_it_was(tmp_path_factory, answers):
    pairs = [Pair(str(n), a + b, a, b) for n, (a, b) in enumerate(answers)]
    labels = views.labels_frame(
        [(Header(1, "s", "x"), [Label(new_id(), pair.id, "a", now()) for pair in pairs])]
    )
    path = tmp_path_factory.mktemp("e") / "t.jsonl"

    exports.export(pairs, labels, path, allow=["P01"])

    lines = path.read_bytes().split(b"\n")
    found = [json.loads(line) for line in lines[:-1]]
    assert [(a + b, a, b) for a, b in answers] == [
        (row["prompt"], row["chosen"], row["rejected"]) for row in found
    ]


def test_a_whole_real_set_goes_out_and_loads(alpaca_pairs, open_session, tmp_path):
    session = open_session(alpaca_pairs.head(60))
    for number, pair in enumerate(session.pairs.index):
        session.label(pair, "ab"[number % 2])

    session.export(tmp_path / "t.parquet")
    session.export(tmp_path / "k.jsonl", format="kto")

    triples = datasets.load_dataset(
        "parquet", data_files=str(tmp_path / "t.parquet"), split="train"
    ).to_list()
    assert session.triples()[["prompt", "chosen", "rejected"]].to_dict("records") == triples
    found = read_lines(tmp_path / "k.jsonl")
    assert len(found) == 120
    assert sum(map(own_pairs, batches(found))) == 0


# -- edits and flags


@pytest.fixture
def edited(open_session):
    """Three pairs: one whose better answer was edited, one not, and a tie."""
    session = open_session(rows(3), order="given", flags=True)
    session.label("p0", "b", edit="beta, improved", flags={"b": ["unsafe"]})
    session.label("p1", "a", flags={"b": ["unsafe"]})
    session.label("p2", "tie")
    return session


def test_an_edit_is_told_of_but_not_written_unless_asked_for(edited, tmp_path):
    report = edited.export(tmp_path / "t.jsonl")

    assert read_lines(report.path)[0]["chosen"] == "beta 0"
    assert [note for note in report.notes if "1 chosen answers were edited" in note]
    assert not [
        n for n in edited.export(tmp_path / "t.jsonl", edit="chosen").notes if "edited" in n
    ]


def test_raw_holds_the_edits_and_so_tells_of_none(edited, tmp_path):
    report = edited.export(tmp_path / "r.jsonl", "raw")

    assert "beta, improved" in report.path.read_text(encoding="utf-8")
    assert "edited" not in repr(report)


def test_an_edit_takes_the_place_of_the_chosen_answer(edited, tmp_path):
    found = written(edited, tmp_path / "t.jsonl", edit="chosen")

    assert [row["chosen"] for row in found] == ["beta, improved", "alpha 1"]
    assert [row["rejected"] for row in found] == ["alpha 0", "beta 1"]
    assert edited.pairs.loc["p0", "b"] == "beta 0"


def test_an_edit_becomes_the_reference_and_rows_without_one_are_left_out(edited, tmp_path):
    report = edited.export(tmp_path / "t.jsonl", edit="reference")

    assert read_lines(report.path) == [
        {
            "prompt": "prompt 0",
            "chosen": "beta 0",
            "rejected": "alpha 0",
            "reference": "beta, improved",
        }
    ]
    assert report.left_out == {"ties": 1, "without an edit": 1}


@pytest.mark.parametrize(("option", "column"), [("chosen", "chosen"), ("reference", "reference")])
def test_an_edit_of_messages_replaces_what_the_assistant_said_last(
    open_session, tmp_path, option, column
):
    turns = [*say("assistant", "One."), *say("user", "More?"), *say("assistant", "Two.")]
    session = open_session([{**CHAT, "response_a": turns}])
    session.label("chat", "a", edit="Three.")

    [row] = written(session, tmp_path / "t.jsonl", edit=option)

    assert row[column] == [*turns[:2], *say("assistant", "Three.")]


def test_an_edited_string_beside_message_pairs_becomes_a_message(open_session, tmp_path):
    session = open_session([CHAT, *rows(1)], order="given")
    session.label("p0", "a", edit="better")
    session.label("chat", "a")

    found = written(session, tmp_path / "t.jsonl", edit="chosen")

    assert [row["chosen"] for row in found] == [say("assistant", "better"), CHAT["response_a"]]


def test_an_edit_option_of_another_kind_is_refused(edited, tmp_path):
    with pytest.raises(tb.ExportError, match="not 'both'"):
        edited.export(tmp_path / "t.jsonl", edit="both")


def test_pairs_whose_chosen_side_is_flagged_unsafe_are_named(edited, tmp_path):
    report = edited.export(tmp_path / "t.jsonl")

    assert "1 pairs have a chosen answer that is flagged unsafe: p0" in report.notes
    edited.amend("p0", preference="a")
    assert not [note for note in edited.export(tmp_path / "t.jsonl").notes if "unsafe" in note]


def test_every_option_of_an_export_is_known_to_type_checkers_by_its_name():
    of_formats = {name for found in exports.FORMATS.values() for name in found.options}
    of_card = set(inspect.signature(hub.make).parameters)
    of_hub = of_card | set(inspect.signature(hub.push_to_hub).parameters)

    typed = set(ExportOptions.__annotations__)
    common = {*Selection._fields, "splits", "seed", "allow", "votes", "posterior"}
    assert typed == common | of_formats
    assert set(CardOptions.__annotations__) - typed <= of_card
    assert set(HubOptions.__annotations__) - typed <= of_hub
    assert set(get_args(FormatName)) == set(exports.FORMATS)
    assert set(CheckOptions.__annotations__) == {field.name for field in fields(Settings)}


def test_a_name_that_no_file_can_have_is_told(open_session, tmp_path):
    session = open_session(rows(1))
    session.label("p0", "a")

    with pytest.raises(tb.ExportError, match="NUL character"):
        session.export(tmp_path / "x\0y.jsonl")
