"""Whatever is given to a public function, what does not fit is told in a sentence."""

import inspect

import pandas as pd
import pytest

import tiebreak as tb
from tiebreak.worth.accessors import Stats
from tiebreak.worth.plots import Plots

PAIRS = [{"prompt": f"q {n}", "response_a": "x", "response_b": "y"} for n in range(4)]
FRAME = pd.DataFrame({"question": ["p", "p"], "answer": ["x", "y"], "by": ["m", "n"]})
LABELS = pd.DataFrame({"pair": ["0"], "annotator": ["me"], "preference": ["a"]})
TEXTS = pd.DataFrame({"a": ["x"], "b": ["y"]}, index=["0"])
LOG = pd.DataFrame({"prompt": ["p"], "response": ["x"], "thumb": ["up"]})
WRONG = [1, None, 0.5, "nope", b"x", ["x", "y"], {"x": 1}, FRAME, FRAME["by"], object(), len]

# What is given for all parameters but the one that is wrong.
FUNCTIONS = {
    tb.check: (PAIRS,),
    tb.learning_curve: (LABELS, TEXTS),
    tb.make_pairs: (FRAME,),
    tb.plan: (0.9,),
    tb.read_feedback: (LOG,),
    tb.read_pairs: (PAIRS,),
    tb.report: (LABELS, TEXTS),
    tb.sample_pairs: (),
    tb.Session: ("session",),
}
METHODS = {
    **dict.fromkeys(("label", "amend"), ("0",)),
    "export": ("out.jsonl",),
    **dict.fromkeys(("card", "change_settings", "disagreements", "queue", "to_dataset"), ()),
}


def wrong_calls(function, given):
    """Give calls with one argument each that is of another kind, or of a name that is not there."""
    for name, parameter in inspect.signature(function).parameters.items():
        place = [*inspect.signature(function).parameters].index(name)
        for value in WRONG:
            if parameter.kind is parameter.VAR_KEYWORD:
                continue
            if place < len(given):
                yield [*given[:place], value, *given[place + 1 :]], {}
            elif parameter.kind is parameter.KEYWORD_ONLY:
                yield [*given], {name: value}
            elif place == len(given):
                yield [*given, value], {}
        yield [*given], {f"{name}x": 1}


def outcome(function, args, options):
    """Give what is neither a result nor told; None for all that is as it should be."""
    try:
        made = function(*args, **options)
    except tb.TiebreakError as error:
        return None if len(str(error)) > 20 else f"{options or args}: {error!r}"
    except Exception as error:  # noqa: BLE001 - each of them is what is looked for
        return f"{function.__name__} {options or args}: {error!r}"
    if isinstance(made, tb.Session):
        made.close()
    return None


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_a_function_tells_every_argument_that_does_not_fit(function):
    calls = [*wrong_calls(function, FUNCTIONS[function])]

    assert [said for args, more in calls if (said := outcome(function, args, more))] == []
    assert len(calls) > 10


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", METHODS)
def test_a_session_tells_every_argument_that_does_not_fit(name, open_session):
    session = open_session(PAIRS)
    session.label(session.next().id, "a")
    method = getattr(session, name)
    calls = [*wrong_calls(method, METHODS[name])]

    assert [said for args, more in calls if (said := outcome(method, args, more))] == []
    assert len(calls) > 0


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", [Stats, Plots])
def test_statistics_and_plots_tell_every_argument_that_does_not_fit(kind, open_session):
    session = open_session(PAIRS)
    session.label(session.next().id, "a")
    of = session.stats if kind is Stats else session.plot
    methods = [getattr(of, name) for name, it in vars(kind).items() if inspect.isfunction(it)]
    calls = [
        (method, *call)
        for method in methods
        if not method.__name__.startswith("_")
        for call in [*wrong_calls(method, ()), ([], {"nonsense": 1})]
        if kind is Stats or not call[0] or call[0][0] is not None  # which draws
    ]

    assert [said for call in calls if (said := outcome(*call))] == []
    assert len(calls) > 40


def test_a_report_is_saved_to_a_path_alone(open_session):
    report = open_session(PAIRS).report()

    for place in (1, None, FRAME, "", ".", "no/such/folder/r.html"):
        with pytest.raises(tb.ExportError, match=r"report|folder|file"):
            report.save(place)


# -- what is said


def said_by(call):
    with pytest.raises(tb.TiebreakError) as error:
        call()
    return str(error.value)


def test_a_kind_of_samples_that_is_misspelt_is_guessed_before_all_are_named():
    said = said_by(lambda: tb.sample_pairs("style"))

    assert said == (
        "There are no sample pairs 'style'. Did you mean 'styles'? There are 'mixed' and "
        "'styles': tiebreak.sample_pairs(\"styles\")"
    )


def test_what_is_of_the_wrong_kind_is_named_with_the_kind_that_fits():
    assert "share is a number, not '0.6'" in said_by(lambda: tb.plan("0.6"))
    assert "raters is a whole number, not '3'" in said_by(lambda: tb.plan(0.6, raters="3"))
    assert "labels is a DataFrame, not 'x'" in said_by(lambda: tb.report("x", TEXTS))
    assert "did you mean 'raters'?" in said_by(lambda: tb.plan(0.6, rater=3))


def test_a_row_given_for_a_pair_is_told_the_id_of_that_row(open_session):
    session = open_session(PAIRS)

    said = said_by(lambda: session.label(1, "b"))

    assert said.endswith("by its id, a text, not by 1: session.label(session.pairs.index[1], 'b')")
    session.label(session.pairs.index[1], "b")
    assert "by its id" in said_by(lambda: session.amend(1, note="n"))
    assert "Did you mean" in said_by(lambda: session.label(session.pairs.index[0][:-1], "a"))


def test_an_error_from_within_is_left_as_it_is():
    class Broken(list):
        def __iter__(self):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        tb.read_pairs(Broken())


def test_rows_of_two_kinds_are_told_by_what_each_has(open_session):
    rows = [{"prompt": "q", "chosen": "x", "rejected": "y"}, {**PAIRS[1], "preference": "a"}]

    for call in (lambda: tb.read_pairs(rows), lambda: open_session(PAIRS, gold=rows)):
        said = said_by(call)
        assert "rows of several kinds: the first has chosen, prompt, rejected (TRL" in said
        assert "others have preference, prompt, response_a, response_b" in said
        assert 'written as response_a and response_b, with the preference "a"' in said


def test_a_gold_row_without_an_answer_is_told_where_it_is_said(open_session):
    said = said_by(lambda: open_session(PAIRS, gold=PAIRS[:1]))

    assert "in a column answer, or give chosen and rejected" in said


# -- columns that are there under other names


@pytest.mark.parametrize("prompt", ["question", "instruction", "input", "query", "Prompt"])
def test_make_pairs_names_the_columns_that_are_meant(prompt):
    frame = FRAME.rename(columns={"question": prompt, "by": "system"})

    said = said_by(lambda: tb.make_pairs(frame, response="answer", model="system"))
    assert f"no column 'prompt'. Did you mean prompt={prompt!r}? Its columns are" in said
    said = said_by(lambda: tb.make_pairs(frame, response="response", model="model"))
    assert f"Did you mean prompt={prompt!r}, response='answer', model='system'?" in said
    said = said_by(lambda: tb.make_pairs(frame))
    assert f"Did you mean prompt={prompt!r}, response='answer', model='system'?" in said


def test_columns_of_several_models_are_named_as_candidates():
    rows = [{"prompt": "p", "gpt4_answer": "x", "llama_answer": "y"}]

    for call in (lambda: tb.make_pairs(rows), lambda: tb.read_pairs(rows)):
        assert "candidates=['gpt4_answer', 'llama_answer']" in said_by(call)


def test_columns_of_a_log_are_named_that_are_meant():
    log = [{"question": "q", "reply": "x", "score": 1, "customer": "c"}]

    said = said_by(lambda: tb.read_feedback(log, thumb="stars", user="user"))

    assert "prompt='question', response='reply', thumb='score', user='customer'?" in said


def test_of_answers_by_model_the_columns_to_rename_are_named():
    rows = [{"ask": "q", "reply": "x"}]

    said = said_by(lambda: tb.make_pairs({"small": rows, "large": rows}))

    assert "frame.rename(columns={'...': 'prompt', 'reply': 'response'})" in said


def test_the_likely_advice_comes_first_and_the_list_of_layouts_not_at_all():
    meant = {"frage": "q", "antwort_a": "x", "antwort_b": "y"}
    single = {"question": "q", "answer": "x"}
    strange = {"foo": "1", "bar": "2"}

    for row, advice in (
        (meant, "Did you mean columns={'prompt': 'frage', 'response_a': 'antwort_a', 'resp"),
        ({"prompt": "q", "choosen": "x", "rejected": "y"}, "Did you mean columns={'chosen': 'ch"),
        (single, "Single responses become pairs by tiebreak.make_pairs(..., prompt='question', "),
        (strange, "Say what its columns are: columns={'prompt': ..., 'chosen': ..., 'rej"),
    ):
        said = said_by(lambda row=row: tb.read_pairs([row]))
        assert said.startswith(f"The list is in no layout that tiebreak knows. {advice}")
        assert said.endswith("There are 41 layouts; layout='?' lists them.")
        assert "helpsteer3, label_studio" not in said
    listed = said_by(lambda: tb.read_pairs([meant], layout="?"))
    assert "helpsteer3, label_studio" in listed


def test_two_answers_of_a_strangers_table_are_named_and_the_prompt_left_to_say():
    row = {"Nr": "1", "Frage": "q", "Antwort A": "longer", "Antwort B": "text", "Modell A": "m"}

    said = said_by(lambda: tb.read_pairs([{**row, "Modell B": "n", "Thema": "t"}]))

    asked = "columns={'prompt': ..., 'response_a': 'Antwort A', 'response_b': 'Antwort B'}"
    assert f"Say what its columns are: {asked}\n" in said


def test_gold_may_have_the_columns_that_the_pairs_have(open_session):
    names = {"prompt": "Frage", "response_a": "links", "response_b": "rechts", "topic": "Thema"}
    rows = [{"Frage": "q", "links": "x", "rechts": "y", "Thema": "t"}]
    gold = [{"Frage": "2 + 2?", "links": "4", "rechts": "5", "answer": "a"}]

    session = open_session(rows, columns=names, gold=gold)
    while pair := session.next():
        session.label(pair.id, "a")

    assert session.labels["gold"].dropna().tolist() == ["a"]
    own = [{"prompt": "2 + 2?", "chosen": "4", "rejected": "5"}]
    assert len(open_session(rows, columns=names, gold=own, folder="own").pairs) == 1


def test_columns_that_differ_within_a_prompt_are_told_without_a_count(capsys):
    rows = [{"prompt": "p", "response": text, "uid": text, "ms": text} for text in "xy"]

    tb.make_pairs(rows, response="response")

    told = "what differs within a prompt: the column 'ms', the column 'uid'."
    assert told in capsys.readouterr().err


def test_a_format_called_after_its_training_is_told_by_its_name(open_session):
    session = open_session(PAIRS)

    assert "such as DPO, reads 'trl'" in said_by(lambda: session.export("x.jsonl", "dpo"))
