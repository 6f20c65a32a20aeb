import inspect
import json
import math

import pandas as pd
import pytest
from helpers import contents, rows

import tiebreak as tb
from tiebreak.labeling.keys import actions, read_keys
from tiebreak.labeling.settings import Changes, read_settings
from tiebreak.records.settings import NAMES


def stored(session):
    return json.loads((session._store.path / "session.json").read_text())


HINTS = Changes.__annotations__
ASKED = {
    "criteria": {"helpful": "Does it help?"},
    "criteria_required": True,
    "reasons": ["wrong fact"],
    "principles": ["kind"],
    "flags": True,
    "note_required": ["tie", 3],
    "guidelines": "# Guidelines",
    "repeat": 0.1,
    "too_fast": "hold",
    "pace": True,
    "reveal_models": True,
    "stopping": True,
    "pause_after": 45,
}


def test_a_setting_is_given_and_changed_as_one_and_the_same_type():
    given = inspect.signature(tb.Session.__init__).parameters

    assert set(HINTS) == set(NAMES)
    for name in set(HINTS) - {"order"}:  # only pairs that are added can be given a score
        assert given[name].annotation == HINTS[name], name


def test_what_a_careful_study_asks_is_stored_and_opened_again(open_session):
    session = open_session(rows(20), **ASKED)
    session.close()

    again = open_session()

    assert session._settings == again._settings
    assert stored(session)["settings"] | {"order": 0, "scale": 0} == {
        "order": 0,
        "scale": 0,
        **ASKED,
        "principles": {"kind": ""},
        "flags": ["unsafe", "personal data", "broken"],
        "note_required": [3, "tie"],
    }


def test_the_settings_of_a_session_can_be_given_again_on_a_resume(open_session):
    session = open_session(rows(20), **ASKED)
    session.label("p0", "skip")
    session.close()

    assert open_session(**ASKED)._settings == session._settings


def test_a_session_made_before_these_settings_opens_as_it_did(open_session):
    session = open_session(rows(3))
    session.close()
    text = stored(session)
    assert text["settings"] == {"scale": "simple", "order": "random"}
    assert (text["version"], "changes" in text) == (1, False)

    asked = ("criteria", "criteria_required", "reasons", "principles", "flags", "note_required")
    assert not any(getattr(open_session()._settings, name) for name in asked)


def test_a_setting_that_only_a_newer_tiebreak_knows_is_kept(open_session):
    session = open_session(rows(3))
    session.close()
    text = stored(session)
    text["settings"]["shine"] = "bright"
    (session._store.path / "session.json").write_text(json.dumps(text))

    open_session(question="Which?", reasons=["rude"]).change_settings(reasons=None)

    assert stored(session)["settings"] == text["settings"]


@pytest.mark.parametrize(
    ("more", "version"),
    [
        ({"criteria": ["kind"], "flags": True, "guidelines": "Be kind."}, 1),
        ({"repeat": 0.5}, 2),
        ({"gold": [{"prompt": "p", "chosen": "c", "rejected": "r"}]}, 2),
    ],
)
def test_only_what_an_older_tiebreak_would_count_wrongly_takes_a_new_version(
    open_session, more, version
):
    assert stored(open_session(rows(4), **more))["version"] == version


WRONG = [
    ({"criteria": "helpful"}, "criteria is a list of names or a dict"),
    ({"criteria": ["x", "x"]}, "'x' is there twice"),
    ({"criteria": [" "]}, "criteria are texts of 1 to 200"),
    ({"criteria": [7]}, "7 is none"),
    ({"criteria": {"x": 7}}, "the text of 'x' is text, not int"),
    ({"criteria": [str(n) for n in range(101)]}, "at most 100"),
    ({"criteria": ["\ud83d"]}, "half a character"),
    ({"criteria_required": 1}, "criteria_required is True or False, not 1"),
    ({"reasons": {"x": "y"}}, "reasons is a list of names"),
    ({"reasons": 7}, "reasons is a list of names"),
    ({"principles": ["x" * 201]}, "principles are texts of 1 to 200"),
    ({"flags": "unsafe"}, "flags is a list of names"),
    ({"note_required": "tie"}, "note_required is True or a list"),
    ({"note_required": ["ties"]}, "did you mean 'tie'"),
    ({"note_required": [4]}, "4 is none of them"),
    ({"note_required": [True]}, "True is none of them"),
    ({"note_required": [["tie"]]}, "is none of them"),
    ({"guidelines": 7}, "guidelines are Markdown text or a path"),
    ({"guidelines": "x" * 200_001}, "at most 200,000 characters; these have 200,001"),
    ({"guidelines": "no-such-file.md"}, "There is no file 'no-such-file.md'"),
    ({"guidelines": "no such file.md"}, "There is no file 'no such file.md'"),
    ({"guidelines": "folder/rules.rst"}, "There is no file 'folder/rules.rst'"),
    ({"repeat": 0.6}, "from 0 to 0.5, not 0.6"),
    ({"repeat": -0.1}, "from 0 to 0.5"),
    ({"repeat": True}, "from 0 to 0.5"),
    ({"repeat": math.nan}, "from 0 to 0.5"),
    ({"repeat": "0.1"}, "from 0 to 0.5"),
    ({"too_fast": "wran"}, "Did you mean 'warn'"),
    ({"pause_after": 0}, "a whole number of minutes from 1 to 600, not 0"),
    ({"pause_after": True}, "a whole number of minutes from 1 to 600, not True"),
    ({"pause_after": 1.5}, "a whole number of minutes from 1 to 600, not 1.5"),
    ({"too_fast": True}, "too_fast is 'warn', 'hold' or None, not True"),
    ({"scale": "grade"}, "Did you mean 'graded'"),
    ({"pace": "yes"}, "pace is True or False, not 'yes'"),
    ({"reveal_models": 0}, "reveal_models is True or False"),
    ({"criterion": ["x"]}, "no setting 'criterion'; did you mean 'criteria'"),
    ({"reveal_model": True}, "did you mean 'reveal_models'"),
]


@pytest.mark.parametrize(("wrong", "message"), WRONG)
def test_a_wrong_setting_is_named_with_the_nearest_right_one_before_anything_is_made(
    open_session, tmp_path, wrong, message
):
    with pytest.raises(tb.SessionError, match=message):
        open_session(rows(2), **wrong)
    assert [] == list(tmp_path.iterdir())


def test_spaces_around_a_name_are_no_part_of_it():
    asked = {"criteria": {" kind ": "Is it?"}, "reasons": ["wrong\u00a0fact\n"]}

    assert read_settings(asked) == {
        "criteria": {"kind": "Is it?"},
        "reasons": ["wrong\u00a0fact"],
    }
    with pytest.raises(tb.SessionError, match="'kind' is there twice"):
        read_settings({"criteria": ["kind", "kind "]})


def test_names_may_come_from_any_list_of_texts(open_session):
    session = open_session(
        rows(2), reasons=pd.Series(["rude"]), criteria=("kind",), flags={"odd"}, repeat=0
    )

    asked = session._settings
    assert (asked.reasons, asked.criteria) == (["rude"], {"kind": ""})
    assert asked.flags == ["unsafe", "personal data", "broken", "odd"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (True, ["any"]),
        (False, []),
        ([], []),
        (["both_bad", 1, 1], [1, "both_bad"]),
        ({"tie"}, ["tie"]),
    ],
)
def test_a_note_can_be_required_for_all_some_or_no_choices(given, kept):
    assert read_settings({"note_required": given}) == {"note_required": kept}


def test_guidelines_are_text_or_the_text_of_a_file(tmp_path):
    path = tmp_path / "guide.md"
    path.write_bytes("\ufeffWähle gut.\n".encode())

    for given in (path, str(path)):
        assert read_settings({"guidelines": given}) == {"guidelines": "Wähle gut.\n"}
    for text in ("Choose well.", "# Long\n" * 9999, "a\0b", "~nobody-of-that-name/x", ""):
        assert read_settings({"guidelines": text}) == {"guidelines": text}


@pytest.mark.parametrize("data", [None, b"\xff\xfe\xfa"])
def test_guidelines_that_cannot_be_read_are_told(tmp_path, data):
    path = tmp_path / "guide.md"
    if data:
        path.write_bytes(data)

    with pytest.raises(tb.SessionError, match=r"guide\.md cannot be read"):
        read_settings({"guidelines": path})


def test_the_guidelines_stay_when_their_file_is_gone(open_session, tmp_path):
    path = tmp_path / "guide.md"
    path.write_text("Choose well.")
    session = open_session(rows(2), guidelines=path)
    path.unlink()
    session.close()

    assert open_session()._settings.guidelines == "Choose well."


# -- changing them


def test_another_setting_on_a_resume_names_the_way_to_change_it(open_session):
    open_session(rows(3), reasons=["rude"]).label("p0", "a")

    with pytest.raises(tb.SessionError, match=r"reasons is \['rude'\], not \['kind'\]") as told:
        open_session(reasons=["kind"])
    assert "session.change_settings(reasons=...)" in str(told.value)


def test_a_settled_setting_on_a_resume_names_no_way_to_change_it(open_session):
    open_session(rows(3), seed=1).label("p0", "a")

    with pytest.raises(tb.SessionError) as told:
        open_session(seed=2)
    assert "change_settings" not in str(told.value)


def test_names_in_another_order_are_another_setting(open_session):
    session = open_session(rows(3), criteria=["kind", "true"])
    session.label("p0", "a")

    with pytest.raises(tb.SessionError, match="criteria is"):
        open_session(criteria=["true", "kind"])
    session.change_settings(criteria=["true", "kind"])
    session.close()
    assert list(open_session()._settings.criteria) == ["true", "kind"]


def test_a_resume_that_is_refused_for_its_settings_adds_no_pairs(open_session):
    session = open_session(rows(3))
    session.label("p0", "a")
    before = contents(session._store.path)

    with pytest.raises(tb.SessionError, match="has other settings"):
        open_session(rows(5), reasons=["kind"])
    assert before == contents(session._store.path)


def test_a_long_setting_is_cut_short_in_the_message(open_session):
    open_session(rows(3), guidelines="x" * 100_000).label("p0", "a")

    with pytest.raises(tb.SessionError) as told:
        open_session(guidelines="y" * 100_000)
    assert len(str(told.value)) < 1000


def test_a_change_is_in_force_at_once_and_recorded_with_who_made_it(open_session):
    session = open_session(rows(3), reasons=["rude"])
    session.label("p0", "a", reasons={"b": ["rude"]})

    session.change_settings(reasons=["wrong fact"], pace=True, question="Which is better?")

    session.label("p1", "a", reasons={"b": ["wrong fact"]})
    [change] = stored(session)["changes"]
    assert {**change, "at": 0} == {
        "at": 0,
        "by": "me",
        "from": {
            "reasons": ["rude"],
            "pace": False,
            "question": "Which response is better?",
        },
        "to": {"reasons": ["wrong fact"], "pace": True, "question": "Which is better?"},
    }
    assert stored(session)["version"] == 2
    session.close()
    assert open_session(reasons=["wrong fact"])._settings == session._settings


def test_every_change_is_kept_also_when_pairs_are_added(open_session):
    session = open_session(rows(3))
    session.label("p0", "a")
    session.change_settings(pace=True)
    session.change_settings(pace=None)
    session.close()

    open_session(rows(5)).close()

    assert [change["to"] for change in stored(session)["changes"]] == [
        {"pace": True},
        {"pace": False},
    ]


def test_no_change_is_recorded_where_there_is_none(open_session):
    session = open_session(rows(3), pace=True)
    before = contents(session._store.path)

    session.change_settings(pace=True, reasons=[])

    assert before == contents(session._store.path)


@pytest.mark.parametrize("change", [{"seed": 2}, {"order": "given"}, {"repeat": 0.5}])
def test_what_decides_the_sides_cannot_be_changed_after_the_first_label(open_session, change):
    session = open_session(rows(12), seed=1)
    session.change_settings(**change)
    session.change_settings(seed=1, order="random", repeat=0)
    open_session(annotator="anna").label("p0", "a")
    before = contents(session._store.path)

    with pytest.raises(tb.SessionError, match=r"cannot be changed after the first label.*left"):
        session.change_settings(**change)
    assert before == contents(session._store.path)


def test_a_repeat_asked_for_before_the_first_label_is_shown(open_session):
    session = open_session(rows(20))
    session.change_settings(repeat=0.2)

    assert len(list(session._labels.upcoming())) == 24
    session.close()
    assert len(list(open_session()._labels.upcoming())) == 24


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reason": []}, "no setting 'reason'; did you mean 'reasons'"),
        ({"gold": []}, r"tb\.Session\(path, gold="),
        ({"keys": {}}, r"tb\.Session\(path, keys="),
        ({"images": "ask"}, r"tb\.Session\(path, images="),
        ({"too_fast": "hodl"}, "Did you mean 'hold'"),
        ({"seed": None}, "seed has no default"),
        ({"order": sorted}, "take effect only when pairs are added"),
    ],
)
def test_a_change_that_cannot_be_made_is_told(open_session, change, message):
    session = open_session(rows(3))
    before = contents(session._store.path)

    with pytest.raises(tb.SessionError, match=message):
        session.change_settings(**change)
    assert before == contents(session._store.path)


def test_reading_only_changes_no_setting(open_session):
    open_session(rows(3)).close()

    with pytest.raises(tb.SessionError, match="read_only=True"):
        open_session(read_only=True).change_settings(pace=True)


def test_a_change_of_scale_that_brings_two_keys_together_is_refused(open_session):
    session = open_session(rows(3), keys={"tie": "3"})

    with pytest.raises(tb.SessionError, match="'3' cannot be the key of both 'tie' and 'left_1'"):
        session.change_settings(scale="graded")


# -- keys


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"nte": "m"}, "no action 'nte'; did you mean 'note'"),
        ({"note": "d"}, "both 'note' and 'differences'"),
        ({"note": "m", "edit": "M"}, "'m' cannot be the key of both"),
        ({"note": "Escape"}, "gives the keys back"),
        ({"note": ["m", "Tab"]}, "moves the focus"),
        ({"left": "Enter"}, "presses the button"),
        ({"left": "esc"}, "gives the keys back"),
        ({"note": []}, "'note' has no key; give it one"),
        ({"tie": " "}, "turns the pages"),
        ({"tie": "Space"}, "turns the pages"),
        ({"note": "3"}, "the digits are for choices"),
        ({"note": "ArowUp"}, "did you mean 'ArrowUp'"),
        ({"note": "Ctrl+n"}, "not one character"),
        ({"note": ""}, "not one character"),
        ({"note": 7}, "not one character"),
        ({"note": None}, "not one character"),
        (["note", "m"], "keys is a dict"),
        ("note", "keys is a dict"),
        ({7: "m"}, "no action 7"),
    ],
)
def test_keys_that_cannot_be_are_told_before_anything_is_made(
    open_session, tmp_path, keys, message
):
    with pytest.raises(tb.SessionError, match=message):
        open_session(rows(2), keys=keys)
    assert [] == list(tmp_path.iterdir())


def test_keys_that_change_places_do_not_conflict(open_session):
    session = open_session(
        rows(2), keys={"left": "2", "right": ["1", "F2"], "note": "S", "skip": "n"}
    )

    assert session.widget._keys == {
        "left": ["2"],
        "right": ["1", "F2"],
        "note": ["s"],
        "skip": ["n"],
    }


def test_keys_may_be_written_as_they_are_said_or_shown(open_session):
    keys = {"left": ["←", "f2"], "undo": "⌫", "page_down": ["space", "end"], "note": "M"}

    assert open_session(rows(2), keys=keys).widget._keys == {
        "left": ["ArrowLeft", "F2"],
        "undo": ["Backspace"],
        "page_down": [" ", "End"],
        "note": ["m"],
    }


def test_a_key_that_is_kept_for_something_may_stay_with_it(open_session):
    session = open_session(rows(2), keys={"page_down": [" ", "j"], "page_up": ["Shift+ ", "k"]})

    assert session.widget._keys == {"page_down": [" ", "j"], "page_up": ["Shift+ ", "k"]}


def test_keys_of_the_other_scale_stand_in_nobodys_way(open_session):
    assert open_session(rows(2), keys={"left_3": "d"}).widget._keys == {"left_3": ["d"]}


def test_keys_are_not_stored(open_session):
    session = open_session(rows(2), keys={"note": "m"})
    session.close()

    assert "keys" not in stored(session)["settings"]
    assert open_session().widget._keys == {}


def test_every_key_of_the_usual_table_belongs_to_one_action_of_a_scale():
    for scale in ("simple", "graded"):
        keys = [key for action in actions() for key in getattr(action, scale)]
        assert sorted(keys) == sorted(set(keys))


def test_the_session_names_every_action_that_can_have_another_key():
    told = tb.Session.__doc__
    assert [each.action for each in actions() if f"``{each.action}``" not in told] == []
    example = {"note": "m", "tie": ["0", "t"], "together": "w"}
    assert "".join(str(example).replace("'", '"').split()) in "".join(told.split())
    assert read_keys(example, "simple") == {
        "note": ["m"],
        "tie": ["0", "t"],
        "together": ["w"],
    }


def test_wrong_keys_change_nothing_in_a_session_that_is_there(open_session):
    session = open_session(rows(2))
    session.close()
    before = contents(session._store.path)

    with pytest.raises(tb.SessionError, match="both 'note' and 'differences'"):
        open_session(rows(4), annotator="anna", keys={"note": "d"}, pace=True)
    assert before == contents(session._store.path)


def test_keys_are_held_against_the_scale_of_the_session(open_session):
    open_session(rows(2), scale="graded").close()

    with pytest.raises(tb.SessionError, match="both 'tie' and 'left_1'"):
        open_session(keys={"tie": "3"})
