"""The public API as users write it; held by mypy and pyright, run by neither.

A line that must not pass bears both checkers' ignores: an ignore that is not needed is an error.
"""

from pathlib import Path
from typing import assert_type

import pandas as pd

import tiebreak as tb
from tiebreak.checks import Finding
from tiebreak.session.adjudicating import Disagreements
from tiebreak.stats.judging import Judges
from tiebreak.stats.posterior import Posterior
from tiebreak.stats.ranking import Fit
from tiebreak.stats.rewards import Rewards
from tiebreak.widget.widget import PreferenceWidget
from tiebreak.worth.accessors import Stats
from tiebreak.worth.plots import Plots

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
opened.change_settings(guidelines=Path("guidelines.md"), pace=True, note_required=None)
opened.change_settings(guideline="Prefer the shorter one.")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
opened.change_settings(too_fast="stop")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
assert_type(opened.queue(older_than="92c241b5401e"), int)
assert_type(opened.queue(pairs=["p1"]), int)
with opened.disagreements(names=True) as parted:
    assert_type(parted, Disagreements)
    assert_type(parted.next(), tb.NextPair | None)
    parted.label("p1", "b", note="a invents a source")
session.label("p1", "left")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]

# -- views

assert_type(session.labels, pd.DataFrame)
assert_type(session.triples(), pd.DataFrame)
assert_type(session.pairs, pd.DataFrame)
assert_type(session.guidelines_log, pd.DataFrame)
assert_type(session.progress, pd.DataFrame)
assert_type(session.consistency(), pd.DataFrame)
assert_type(session.widget, PreferenceWidget)

# -- what labels are worth

stats = session.stats
assert_type(stats, Stats)
assert_type(stats.agreement(by="criterion"), pd.DataFrame)
assert_type(stats.bias(), pd.DataFrame)
assert_type(stats.habits(), pd.DataFrame)
assert_type(stats.win_rates(), pd.DataFrame)
assert_type(stats.ranking(), Fit)
assert_type(stats.ties_compared(), pd.DataFrame)
assert_type(stats.stopping(level=0.1), pd.DataFrame)
assert_type(stats.rewards(embed=False), Rewards)
assert_type(stats.rewards().against, pd.DataFrame)
assert_type(stats.posterior(), Posterior)
assert_type(stats.posterior().pairs, pd.DataFrame)
assert_type(stats.judges(), Judges)
assert_type(session.plot, Plots)
assert_type(session.report(), tb.Report)
assert_type(session.report().save("report.html"), Path)
assert_type(tb.report(session.labels, session.pairs), tb.Report)
assert_type(session.methods(), str)
assert_type(session.card("me/pilot", license="cc-by-4.0"), str)
tb.plan(0.6, raters=2).to_frame()
assert_type(tb.learning_curve(session), pd.DataFrame)

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
assert_type(checked.errors, list[Finding])
assert_type(checked.to_frame(), pd.DataFrame)
tb.check(frame, max_lenght=2048)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]

# -- audio and images

sound = {"audio": b"RIFF"}
tb.Session(
    "spoken",
    [
        {"prompt": Path("ask.wav"), "response_a": sound, "response_b": b"OggS"},
        {"prompt": [{"role": "user", "content": [sound]}], "response_a": "x", "response_b": "y"},
    ],
    images="never",
    pause_after=20,
    stopping=True,
)

feedback = tb.read_feedback("thumbs.jsonl")
assert_type(feedback, tb.Feedback)

try:
    tb.Session("nowhere", read_only=True)
except tb.SessionError as error:
    assert_type(error, tb.SessionError)
except (tb.PairsError, tb.JournalError, tb.LabelError, tb.ExportError, tb.CheckError):
    raise
