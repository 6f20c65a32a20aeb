"""The public API as users write it; held by mypy and pyright, run by neither.

A line that must not pass bears both checkers' ignores: an ignore that is not needed is an error.
"""

from pathlib import Path
from typing import assert_type

import pandas as pd

import tiebreak as tb

# -- pairs and sessions

frame = pd.DataFrame([{"prompt": "2 + 2?", "response_a": "4", "response_b": "5"}])
reading = tb.read_pairs("judged.jsonl", on_error="skip", annotator="gpt", annotator_source="judge")
assert_type(reading, tb.Reading)
assert_type(reading.pairs, pd.DataFrame)
made = tb.make_pairs(frame, prompt="prompt", candidates=["response_a", "response_b"])
session = tb.Session(
    Path("pilot"),
    frame,
    annotator="rater-1",
    scale="graded",
    criteria={"helpful": "Does it do what was asked?"},
    reasons=["wrong fact"],
    note_required=[3, "both_bad"],
    flags=True,
    order=lambda pairs: pairs["prompt"].str.len(),
    keys={"note": "m", "tie": ["0", "t"]},
)
assert_type(session, tb.Session)
tb.Session("pilot", scale="grade")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]

# -- labeling

with tb.Session("pilot") as opened:
    while pair := opened.next():
        assert_type(pair, tb.NextPair)
        assert_type(pair.id, str)
        opened.label(pair.id, "a", strength=2, reasons={"b": ["wrong fact"]}, note="close")
    opened.amend("p1", preference="tie", note=None)
    opened.undo()
session.label("p1", "left")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]

# -- views

assert_type(session.labels, pd.DataFrame)
assert_type(session.triples(), pd.DataFrame)
assert_type(session.consistency(), pd.DataFrame)

# -- exports

report = session.export("train.jsonl", format="trl", margin=True, provenance=["annotator"])
assert_type(report, tb.ExportReport)
session.export(
    Path("train.parquet"),
    agreement="majority",
    annotators=["anna", "ben"],
    splits={"train": 0.9, "test": 0.1},
    allow=["P06"],
)
session.export("train.jsonl", format="dpo")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
session.export("train.jsonl", agrement="majority")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
session.to_dataset("kto", sources=["human"])
session.push_to_hub("me/pilot", private=True, license="cc-by-4.0", min_strength=2)

# -- checks

checked = tb.check("train.jsonl", max_length=2048, safety_critical=True)
assert_type(checked, tb.CheckReport)
assert_type(checked.ok, bool)
assert_type(checked.to_frame(), pd.DataFrame)
tb.check(frame, max_lenght=2048)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]

feedback = tb.read_feedback("thumbs.jsonl")
assert_type(feedback, tb.Feedback)

try:
    tb.Session("nowhere", read_only=True)
except tb.SessionError as error:
    assert_type(error, tb.SessionError)
except (tb.PairsError, tb.JournalError, tb.LabelError, tb.ExportError, tb.CheckError):
    raise
