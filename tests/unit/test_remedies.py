"""What messages say to do is done here, as it stands there, and does what it says."""

import ast
import io
import json
import os
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import tiebreak as tb
from tiebreak.__main__ import main
from tiebreak.reading import limits

LABELED = {"prompt": "q\n", "chosen": "x is so", "rejected": "y is not"}
PAIR = {"prompt": "q", "response_a": "x", "response_b": "y"}
PAIRS = [{**PAIR, "prompt": f"q {n}"} for n in range(3)]
MODULES = "tiebreak|tb|session|pandas|datasets|json|os"
ANCHOR = re.compile(
    r"\b(?:pairs|gold|log) = |(?<![\w.])(?:" + MODULES + r")\.[\w.]+[(\[]"
    r"|\b(?:columns|prompt|layout|allow|agreement|annotator|older_than)="
)


def code_in(message):
    """Give the code in a message: from each place where some begins, as much as is Python."""
    found, end = [], 0
    for anchor in ANCHOR.finditer(message):
        start = anchor.start()
        if start < end:
            continue
        line = message[start:].partition("\n")[0]
        for stop in range(len(line), 0, -1):
            piece = line[:stop].rstrip()
            whole = f"dict({piece})" if re.match(r"\w+=[^=]", piece) else piece
            try:
                parsed = ast.parse(whole, mode="eval" if whole != piece else "exec")
                if whole != piece:
                    [ast.literal_eval(keyword.value) for keyword in parsed.body.keywords]
            except (SyntaxError, ValueError):
                continue
            found.append(whole)
            end = start + stop
            break
    return found


def remedy(call, begins="", family=tb.TiebreakError):
    """Give the code that the error of a call prints, the first that begins so."""
    with pytest.raises(family) as error:
        call()
    return next(code for code in code_in(str(error.value)) if code.startswith(begins))


def run(code, given="pairs", **names):
    """Run code in which ``...`` stands for what was given; give its value, or all names after."""
    space = {"tb": tb, "tiebreak": tb, "pandas": pd, "json": json, "os": os, **names}
    code = code.replace("(...", f"({given}", 1)
    try:
        return eval(code, space)  # noqa: S307
    except SyntaxError:
        exec(code, space)  # noqa: S102
        return space


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name, text, encoding="utf-8"):
    Path(name).write_text(text, encoding, newline="")
    return name


def write_rows(name, *rows):
    return write(name, "".join(json.dumps(row) + "\n" for row in rows))


# -- rows with problems


@pytest.mark.parametrize("index", [None, ["a", "b", "c", "d"], [5, 4, 3, 2]])
def test_dropping_rows_of_a_frame_leaves_all_others(index):
    rows = [PAIRS[0], {**PAIR, "prompt": ""}, PAIRS[1], PAIRS[0]]
    pairs = pd.DataFrame(rows, index)

    left = run(remedy(lambda: tb.read_pairs(pairs)), pairs=pairs)["pairs"]

    assert left["prompt"].tolist() == ["q 0", "q 1"]
    assert len(tb.read_pairs(left)) == 2


@pytest.mark.parametrize("more", [[], [{**PAIR, "prompt": ""}]])
@pytest.mark.parametrize("name", [None, "id"])
def test_of_a_frame_put_together_of_two_the_first_of_each_row_is_kept(more, name):
    one = pd.DataFrame(PAIRS, index=pd.Index([0, 1, 2], name=name))
    other = pd.DataFrame([*PAIRS, *more], index=pd.Index([*range(3 + len(more))], name=name))
    pairs = pd.concat([one, other])

    with pytest.raises(tb.PairsError, match=r"rows are named by position") as error:
        tb.read_pairs(pairs)
    left = run(remedy(lambda: tb.read_pairs(pairs)), pairs=pairs)["pairs"]

    assert error.value.rows == [*range(3, 6 + len(more))]
    assert left.equals(one)
    assert len(tb.read_pairs(left)) == 3


@pytest.mark.parametrize(
    "make",
    [
        lambda rows: rows,
        pd.DataFrame,
        lambda rows: pd.DataFrame(rows, pd.date_range("2026", periods=len(rows))),
        lambda rows: pd.concat([pd.DataFrame(rows), pd.DataFrame(rows)]),
        lambda rows: write_rows("rows.jsonl", *rows),
        lambda rows: pd.DataFrame(rows).to_csv("rows.csv", index=False) or "rows.csv",
    ],
)
def test_many_rows_and_those_of_files_are_left_out_by_the_call_that_is_named(make, tmp_path):
    rows = [*PAIRS, *({**PAIR, "prompt": ""} for _ in range(20))]
    pairs = make(rows)

    left = run(remedy(lambda: tb.Session(tmp_path / "s", pairs)), pairs=pairs)

    assert len(left) == 3
    assert len(left.skipped) >= 20
    with tb.Session(tmp_path / "s", left, annotator="me") as session:
        assert len(session.pairs) == 3


def test_dropping_rows_of_gold_leaves_those_with_an_answer(tmp_path):
    gold = pd.DataFrame([{**PAIR, "answer": "a"}, {**PAIRS[1], "answer": "?"}])

    code = remedy(lambda: tb.Session(tmp_path / "s", PAIRS, gold=gold))

    assert run(code, gold=gold)["gold"]["answer"].tolist() == ["a"]


def test_rows_of_a_log_are_dropped_or_left_out():
    rows = [{"prompt": "p", "response": "x", "thumb": "up"}, {"prompt": "", "response": "y"}]
    log = pd.DataFrame([rows[0], {**rows[1], "thumb": "down"}])

    left = run(remedy(lambda: tb.read_feedback(log)), log=log)["log"]
    assert left["response"].tolist() == ["x"]
    code = remedy(lambda: tb.read_feedback([*log.to_dict("records")]))
    assert len(run(code, "log", log=log).thumbs) == 1


# -- files


@pytest.mark.parametrize("header", ["prompt", "prompt ž"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_a_file_in_another_encoding_is_read_by_the_call_that_is_named(header, separator):
    names = [header, "chosen", "rejected"]
    text = "\n".join(separator.join(row) for row in (names, ["Příliš žluťoučký", "007", "NA"]))
    file = write("p.csv", text, "cp1250")

    pairs = run(remedy(lambda: tb.read_pairs(file), "pairs = "), "file", file=file)["pairs"]

    assert pairs.iloc[0].tolist() == ["Příliš žluťoučký", "007", "NA"]


def test_a_file_without_a_header_is_read_by_the_call_that_is_named():
    file = write("p.csv", "What is the capital of France?,Paris,London\nIs it so?,yes,no\n")

    code = remedy(lambda: tb.read_pairs(file), "pairs = ")

    assert len(tb.read_pairs(run(code, "file", file=file)["pairs"])) == 2


@pytest.mark.parametrize(
    "content", [{"data": PAIRS, "version": 1}, pd.DataFrame(PAIRS).to_dict("list")]
)
def test_json_that_holds_one_object_is_read_by_the_call_that_is_named(content):
    path = write("p.json", json.dumps(content))

    code = remedy(lambda: tb.read_pairs(path))

    with Path(path).open(encoding="utf-8") as file:
        assert len(tb.read_pairs(run(code, file=file)["pairs"])) == 3


def test_text_that_was_given_as_a_path_is_read_by_either_call_that_is_named():
    text = json.dumps([{"prompt": "p", "response_a": "x", "response_b": "y"}])

    with pytest.raises(tb.PairsError, match=r"io\.StringIO\(\.\.\.\) or json\.loads\(\.\.\.\)"):
        tb.read_pairs(text)

    for rows in (io.StringIO(text), json.loads(text)):
        assert len(tb.read_pairs(rows).pairs) == 1


def test_another_sheet_is_read_by_the_call_that_is_named():
    book = openpyxl.Workbook()
    for title, texts in (("One", ["q", "x", "y"]), ("Two", ["r", "007", "NA"])):
        sheet = book.create_sheet(title)
        for row in (["prompt", "chosen", "rejected"], texts):
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save("p.xlsx")
    said = repr(tb.read_pairs("p.xlsx"))

    other = run(code_in(said)[0].replace("(...", "(file"), file="p.xlsx")

    assert (other.found[0].prompt, other.found[0].a, other.found[0].b) == ("r", "007", "NA")


def test_a_frame_that_pandas_split_is_read_by_pandas():
    path = write("p.json", pd.DataFrame(PAIRS).to_json(orient="split"))

    read = run(remedy(lambda: tb.read_pairs(path)), path=path)

    assert len(tb.read_pairs(read["pairs"])) == 3


def test_a_file_may_unpack_to_as_much_as_is_said(monkeypatch):
    monkeypatch.setenv(limits.MAX_BYTES, "10")
    path = write("p.json", json.dumps(PAIRS))

    with path_open(path) as file:
        code = remedy(lambda: tb.read_pairs(file))
    run(code)

    assert os.environ[limits.MAX_BYTES] == "20_000_000_000"
    with path_open(path) as file:
        assert len(tb.read_pairs(file)) == 3


def path_open(path):
    """Open a packed file: what unpacks is bounded."""
    import gzip  # noqa: PLC0415

    Path(path + ".gz").write_bytes(gzip.compress(Path(path).read_bytes()))
    return Path(path + ".gz").open("rb")


def test_a_dict_of_columns_is_made_a_frame():
    columns = pd.DataFrame(PAIRS).to_dict("list")

    code = remedy(lambda: tb.read_pairs(columns), "pairs = ")

    assert len(tb.read_pairs(run(code, "columns", columns=columns)["pairs"])) == 3


# -- columns and layouts


@pytest.mark.parametrize(
    "row",
    [
        {"question": "q", "response_j": "x", "response_k": "y"},
        {"query": "q", "pos": "x", "neg": "y"},
        {"input": "q", "answer_w": "x", "answer_l": "y"},
        {"instruction": "q", "chosen_response": "x", "rejected_response": "y"},
        {"question": "q", "winner_answer": "x", "loser_answer": "y"},
        {"instruction": "q", "output_1": "x", "output_2": "y"},
        {"question": "q", "answer_a": "x", "answer_b": "y", "winner": "a"},
    ],
)
def test_columns_are_named_as_the_message_guesses_wherever_a_source_is_given(row, tmp_path):
    code = remedy(lambda: tb.read_pairs([row]), "dict(columns=")
    asked = run(code)

    for reading in (tb.read_pairs([row], **asked), tb.read_pairs(pd.DataFrame([row]), **asked)):
        assert [reading.found[0].prompt, reading.found[0].a, reading.found[0].b] == ["q", "x", "y"]
        assert reading.labels["preference"].tolist() == ["a"] * ("output_1" not in row)
    assert tb.check([row], **asked).checked == 1
    with tb.Session(tmp_path / "s", [row], annotator="me", **asked) as session:
        assert session.pairs["a"].tolist() == ["x"]
    assert remedy(lambda: tb.Session(tmp_path / "t", [row]), "dict(columns=") == code


def test_of_two_layouts_that_fit_either_is_read_by_its_name():
    rows = [{**LABELED, "text_chosen": "x", "text_rejected": "y", "response_a": "x", **PAIR}]
    with pytest.raises(tb.PairsError, match="has both the columns") as error:
        tb.read_pairs(rows)

    codes = [code for code in code_in(str(error.value)) if code.startswith("dict(layout=")]

    assert len(codes) >= 2
    for code in codes:
        assert len(tb.read_pairs(rows, **run(code))) == 1


def test_a_preference_of_another_name_is_read_as_the_note_says():
    row = {**PAIR, "winner": "b"}
    said = repr(tb.read_pairs([row]))

    assert tb.read_pairs([row], **run(code_in(said)[0])).labels["preference"].tolist() == ["b"]


def test_a_file_of_thumbs_and_a_list_of_answers_are_read_by_the_calls_that_are_named():
    log = [{"prompt": "p", "completion": "x", "label": True}]
    assert len(run(remedy(lambda: tb.read_pairs(log)), "log", log=log).thumbs) == 1

    pairs = [{"prompt": "q", "response_a": ["x", "y"], "response_b": "z"}]
    made = run(remedy(lambda: tb.read_pairs(pairs)), pairs=pairs)
    assert made[["response_a", "response_b"]].to_numpy().tolist() in (
        ["x", "y"],
        [["x", "y"]],
        [["y", "x"]],
    )


# -- calls


@pytest.fixture
def pairs():
    return pd.DataFrame(PAIRS)


@pytest.mark.parametrize(
    "wrong",
    [
        tb.Session,
        lambda pairs: tb.Session(pairs, "pilot"),
        lambda pairs: tb.Session(pairs=pairs),
        lambda pairs: tb.Session("pilot", pairs, "me"),
        lambda _: tb.Session("pairs.jsonl"),
        lambda _: tb.Session("pairs.jsonl", "pilot"),
        lambda _: tb.Session("pilot"),
    ],
)
def test_a_session_is_opened_by_the_call_that_the_message_names(wrong, pairs):
    write_rows("pairs.jsonl", *PAIRS)

    code = remedy(lambda: wrong(pairs), ("tiebreak.Session", "tb.Session"))

    with run(code, pairs=pairs, path="pilot") as session:
        assert len(session.pairs) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        lambda frame: tb.make_pairs(frame, models=["small", "large"]),
        lambda frame: tb.make_pairs(frame, ["small", "large"]),
        lambda _: tb.make_pairs(),
    ],
)
def test_pairs_are_made_by_the_call_that_the_message_names(wrong):
    frame = pd.DataFrame([{"prompt": "p", "small": "x", "large": "y"}])

    made = run(remedy(lambda: wrong(frame)), frame=frame)

    assert len(made) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        tb.read_pairs,
        lambda: tb.read_pairs("pairs.jsonl", colums={}),
        tb.check,
        tb.read_feedback,
        lambda: tb.sample_pairs(5),
        lambda: tb.sample_pairs("styles", 5),
        lambda: tb.plan("0.6"),
    ],
)
def test_what_reads_is_called_as_the_message_says(wrong):
    write_rows("pairs.jsonl", LABELED)
    write_rows("log.jsonl", {"prompt": "p", "response": "x", "rating": 1})

    assert run(remedy(wrong)) is not None


def test_single_responses_become_pairs_by_the_call_that_is_named():
    rows = [{"question": "q", "answer": text, "system": text} for text in "xy"]

    made = run(remedy(lambda: tb.read_pairs(rows), "tiebreak.make_pairs"), "rows", rows=rows)
    asked = run(remedy(lambda: tb.make_pairs(rows), "dict(prompt="))

    assert made["model_a"].tolist() in (["x"], ["y"])
    assert tb.make_pairs(rows, **asked).equals(made)


def test_what_labels_are_worth_is_told_by_the_call_that_is_named(open_session):
    session = open_session(PAIRS)
    session.label(session.next().id, "a")
    names = {"session": session, "labels": session.labels, "pairs": session.pairs}

    assert len(run(remedy(lambda: tb.learning_curve("x")), **names)) == 1
    with pytest.raises(tb.StatsError) as error:
        tb.report("x", "y")
    codes = code_in(str(error.value))
    assert len(codes) == 2
    for code in codes:
        assert run(code, **names).findings is not None


def test_the_folder_of_a_session_is_read_by_the_call_that_is_named(pairs):
    tb.Session("ok", pairs, annotator="me").close()

    for call in (tb.read_pairs, tb.check):
        assert len(tb.read_pairs(run(remedy(lambda c=call: c("ok"))))) == 3


CALLS = {
    "export without a path": (lambda s, _: s.export(), "pairs.jsonl"),
    "export swapped": (lambda s, _: s.export("trl", "out.jsonl"), "out.jsonl"),
    "export by format alone": (lambda s, _: s.export("kto"), "pairs.jsonl"),
    "export to nothing": (lambda s, _: s.export(None), "pairs.jsonl"),
    "export in another place": (lambda s, _: s.export("out.jsonl", "trl", True), "pairs.jsonl"),
    "a label of a row": (lambda s, one: s.label([*s.pairs.index].index(one), "a"), None),
    "a label without a preference": (lambda s, _: s.label("a"), None),
    "a label swapped": (lambda s, one: s.label("a", one), None),
    "a label of what next gives": (lambda s, _: s.label(s.next(), "a"), None),
    "a label with a misspelt field": (lambda s, one: s.label(one, "a", nte="x"), None),
    "settings without a name": (lambda s, _: s.change_settings("graded"), None),
    "an amendment of nothing": (lambda s, _: s.amend(), None),
    "a queue of something": (lambda s, _: s.queue(older="v1"), None),
    "undo of something": (lambda s, one: s.undo(one), None),
    "to_dataset in another place": (lambda s, _: s.to_dataset("trl", 3), None),
    "a card of nothing": (lambda s, _: s.card(), None),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_session_takes_the_call_that_the_message_names(name, pairs, open_session):
    wrong, file = CALLS[name]
    session = open_session(pairs)
    session.label(session.next().id, "b")
    one = session.next().id

    run(remedy(lambda: wrong(session, one)), session=session, pair_id=session.labels["pair"][0])

    assert file is None or Path(file).exists()
    assert len(session.labels) == 1 + ("label" in name) - ("undo" in name)


def test_what_people_part_on_is_opened_by_the_call_that_is_named():
    for name, said in (("anna", "a"), ("bob", "b")):
        with tb.Session("parted", PAIRS, annotator=name) as session:
            session.label(session.pairs.index[0], said)

    with tb.Session("parted", annotator="anna") as session:
        opened = run(remedy(lambda: session.disagreements("bob")), session=session)
        assert opened.next() is not None
        opened.close()


def test_what_a_report_says_to_do_is_done_by_the_calls_that_it_names():
    pairs = [
        {"prompt": f"q {n}", "response_a": "so " * (5 + n % 7), "response_b": "no " * (4 + n % 5)}
        for n in range(80)
    ]
    gold = [{"prompt": f"{n} + {n}?", "chosen": str(2 * n), "rejected": "?"} for n in range(1, 3)]
    for who in "bcdefg":
        with tb.Session("told", pairs, gold=gold, annotator=who) as session:
            known = [pair for pair in session._pairs if pair not in session.pairs.index]
            for pair in known:
                session.label(pair, "a")
    session = tb.Session("told", annotator="a")
    for n, (name, pair) in enumerate(session.pairs.iterrows()):
        longer = "a" if len(pair.a) > len(pair.b) else "b"
        session.label(name, longer if n % 12 else {"a": "b", "b": "a"}[longer])

    said = [code for each in session.report().findings for code in code_in(each.do)]
    queue, known = (
        next(code for code in said if code.startswith(f"session.{name}("))
        for name in ("queue", "consistency")
    )

    assert run(queue, session=session) > 0
    assert len(run(known, session=session)) == 7
    session.close()


def test_a_folder_that_is_not_there_is_made_by_the_call_that_is_named(pairs, open_session):
    session = open_session(pairs)
    session.label(session.next().id, "a")

    run(remedy(lambda: session.export("new/deep/out.jsonl")))

    session.export("new/deep/out.jsonl")


def test_an_export_that_is_refused_is_written_with_the_options_that_are_named(open_session):
    session = open_session([{**PAIR, "response_b": "x "}])
    session.label(session.next().id, "a")
    session.export("p.jsonl", **run(remedy(lambda: session.export("p.jsonl"), "dict(allow=")))
    assert Path("p.jsonl").exists()

    for name, said in (("anna", "a"), ("bob", "b"), ("cleo", "a")):
        with tb.Session("several", PAIRS, annotator=name) as other:
            other.label(other.pairs.index[0], said)
    with tb.Session("several", annotator="anna") as other:
        asked = run(remedy(lambda: other.export("q.jsonl"), "dict(agreement="))
        assert other.export("q.jsonl", **asked).rows == 1


# -- the command line


def typed(capsys, *arguments):
    assert main([*arguments]) == 2
    told = capsys.readouterr().err
    return told, re.findall(r"--[a-z-]+(?: [A-Z]\d+)?", told)


def test_on_the_command_line_remedies_are_what_can_be_typed_there(capsys):
    bad = {"prompt": "", "chosen": "x", "rejected": "y"}
    same = {**LABELED, "rejected": "x is so "}
    file = write_rows("p.jsonl", LABELED, same, bad)

    told, options = typed(capsys, "convert", file, "o.jsonl")
    assert "tiebreak.read_pairs" not in told
    assert "error's" not in told
    assert options == ["--skip-errors"]
    assert main(["convert", file, "o.jsonl", *options]) == 0
    told = capsys.readouterr().err
    assert "skipped: 3: empty prompt" in told
    assert "skipped: 2: both answers" in told  # by its row, which the file has, and no id
    assert len(Path("o.jsonl").read_text().splitlines()) == 1
    assert main(["convert", file, "o.jsonl", *options, "--allow", "P01"]) == 0
    assert len(Path("o.jsonl").read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.csv", "prompt;chosen;rejected\nPříliš žluťoučký;x;y\n".encode("cp1250")),
        ("p.csv", "prompt ž;chosen;rejected\nq;x;y\n".encode("cp1250")),
        ("p.csv", b"What is the capital of France?,Paris,London\nIs it so?,yes,no\n"),
        ("p.json", b'{"data": [{"prompt": "q"}]}'),
        ("p.json", b'{"prompt": ["q", "r"]}'),
        ("p.jsonl", b'{"prompt": "q"}\nbroken\n'),
        ("pilot", None),
    ],
)
def test_no_message_on_the_command_line_has_code_of_python_to_run(name, content, capsys):
    if content is not None:
        Path(name).write_bytes(content)

    for command in (["convert", name, "o.jsonl"], ["info", name]):
        told, _ = typed(capsys, *command)
        assert [code for code in code_in(told) if not code.startswith("dict(")] == []


# -- all of them

CALL = re.compile(rf"\b(?:{MODULES})\.\w+\(")
# What needs a network or a Hub, is said by a check of rows in no layout, or is only spoken of.
NOT_RUN = {
    *("datasets.load_dataset(", "session.push_to_hub(", "datasets.Audio("),
    *("tiebreak.check(", "tb.check(", "json.dumps("),
}


def written_in_messages():
    """Give the calls that stand in strings of the source which are no docstrings."""
    found = set()
    for path in Path(tb.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        spoken = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set() if id(node) in spoken else {*CALL.findall(node.value)}
    return found


WRITTEN = {
    *(
        "json.load(",
        "json.loads(",
        "os.makedirs(",
        "pandas.DataFrame(",
        "pandas.read_csv(",
        "pandas.read_excel(",
    ),
    "pandas.read_json(",
    *("session.amend(", "session.card(", "session.change_settings(", "session.disagreements("),
    *("session.consistency(", "session.export(", "session.label(", "session.next("),
    "session.queue(",
    *("session.to_dataset(", "session.undo(", "tb.Session(", "tiebreak.Session("),
    *("tiebreak.make_pairs(", "tiebreak.read_feedback(", "tiebreak.read_pairs("),
    *("tiebreak.sample_pairs(", "tiebreak.plan(", "tiebreak.learning_curve("),
    *("tiebreak.report(", "session.report("),
}


@pytest.mark.no_cover
def test_a_call_that_a_message_names_has_its_test_here():
    assert written_in_messages() - NOT_RUN == WRITTEN


# -- how errors look in a notebook


@pytest.mark.no_cover
def test_no_error_of_this_package_drags_another_one_along():
    chained = [
        f"{path.name}:{node.lineno}"
        for path in Path(tb.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Raise) and node.cause is not None
        if not (isinstance(node.cause, ast.Constant) and node.cause.value is None)
    ]

    assert not chained


def many_kinds_of_problem():
    rows = [{**PAIR, "prompt": {"role": f"r{n}"}} for n in range(3)]
    roles = [{**PAIR, "prompt": [{"role": f"r{n}", "content": "x"}]} for n in range(30)]
    return tb.read_pairs([*rows, *roles, {**PAIR, "response_a": 3}, PAIR, PAIR, 7, {}])


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "wrong",
    [
        many_kinds_of_problem,
        lambda: tb.Session(3),
        lambda: tb.Session("none"),
        lambda: tb.read_pairs("none.jsonl"),
        lambda: tb.read_pairs("p.parquet"),
        lambda: tb.read_pairs([{"x": 1, "question": "q", "pos": "x", "neg": "y"}]),
        lambda: tb.read_pairs([PAIR], colums={}),
        lambda: tb.check([{"x": 1}]),
        lambda: tb.make_pairs([{"x": 1}], models=[]),
    ],
)
def test_an_error_in_a_notebook_is_one_and_of_at_most_ten_lines(wrong):
    from IPython.core.ultratb import VerboseTB  # noqa: PLC0415

    write("p.parquet", "PAR1")
    with pytest.raises(tb.TiebreakError) as error:
        wrong()
    shown = "\n".join(VerboseTB().structured_traceback(error.type, error.value, error.tb))

    assert str(error.value).count("\n") < 10
    assert "During handling" not in shown
    assert "direct cause" not in shown
