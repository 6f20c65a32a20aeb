"""What a report cannot say yet, and how much it needs."""

from collections.abc import Iterator

from tiebreak.records.label import VERDICTS
from tiebreak.stats.counted import first_showings
from tiebreak.stats.rewards import NO_WORDS
from tiebreak.stats.settling import settled_after
from tiebreak.wording import count, say
from tiebreak.worth.finding import Finding
from tiebreak.worth.gathering import Gathered
from tiebreak.worth.words import ALL_TWO, MOST_TOLD, number, whole

_FEWEST = 20
_FIRST_LOOK = 50
_JUDGE_SAMPLE = 100
_NEEDED = f"a share of 60 % is settled after {settled_after(0.6)} decisive ones."


def unsaid(known: Gathered) -> Iterator[Finding]:
    """Give what cannot be said yet, and what it needs."""
    yield from _strays(known)
    yield from _all_ties(known)
    if known.judged_only:
        says = "How far to trust these judges cannot be said: no person labeled any pair."
        yield Finding("open", says, f"Label {_JUDGE_SAMPLE} pairs yourself, blind.")
    elif not known.agreement.loc["raw", "pairs"]:
        says = "Whether people agree cannot be said yet: no pair has labels of two."
        yield Finding("open", says, f"Have a second person label {_FIRST_LOOK} of the pairs.")
    for _, row in known.judges.table.iterrows():
        if not known.judged_only and row["accuracy"] != row["accuracy"]:
            yield Finding("open", str(row["says"]), f"Label {_JUDGE_SAMPLE} of its pairs.")
    yield from _untold_models(known)
    yield from _untold_side(known)
    if not set(known.bias.index) - {"left"}:
        says = "What traits of answers go with being chosen cannot be said yet."
        yield Finding(
            "open", says, f"It needs {_FEWEST} decided pairs whose answers differ in words."
        )
    if not len(known.rewards.held_out):
        yield Finding("open", known.rewards.says, _go_on(known.rewards.says))
    if known.curve["accuracy"].isna().all():
        says = str(known.curve["says"].iloc[-1])
        yield Finding("open", says, _go_on(says))
    repeats = known.agreement["pairs"].get("repeats", 0)
    if not repeats:
        says = "How much is noise cannot be said: no pair was shown to a person twice."
        do = f"Open the next session with repeat=0.1; {_FIRST_LOOK} answers are a first look."
        yield Finding("open", says, do)


def _go_on(says: str) -> str:
    """Say what more labels would tell; answers without words stay so."""
    return "" if NO_WORDS in says else "Go on labeling."


def _all_ties(known: Gathered) -> Iterator[Finding]:
    said = known.people
    said = said[said["preference"].isin(VERDICTS)]
    if len(said) and not said["preference"].isin(["a", "b"]).any():
        says = "What is preferred cannot be said: every label is a tie or both bad."
        do = (
            "Such labels teach no preference: look whether the answers differ, and whether the "
            "question can be answered."
        )
        yield Finding("open", says, do)


def _untold_side(known: Gathered) -> Iterator[Finding]:
    if "left" in known.bias.index:
        return
    made = first_showings(known.people)
    made = made[made["preference"].isin(["a", "b"])]
    shown = int(made["shown_left"].notna().sum()) if "shown_left" in made else 0
    needs = f"It needs {_FEWEST}; some 200 to find a share of 60 %."
    if len(made) and not shown:
        says = "Whether a side is favoured cannot be said: no choice says what stood left."
        do = f"Choices in the widget do; in a table of your own the column shown_left does. {needs}"
    else:
        says = (
            f"Whether a side is favoured cannot be said: {count(shown, 'choice')} of a or b "
            f"{'says' if shown == 1 else 'say'} what stood left."
        )
        do = needs
    yield Finding("open", says, do)


def _strays(known: Gathered) -> Iterator[Finding]:
    strays = known.labels.loc[~known.labels["pair"].isin(known.pairs.index), "pair"]
    if len(strays):
        says = (
            f"{count(len(strays), 'label')} of pairs that are not there, such as "
            f"{say(strays.iloc[0])}, {'counts' if len(strays) == 1 else 'count'} only where no "
            "texts or models are needed."
        )
        yield Finding("open", says, "Give all pairs that were labeled.")


def _untold_models(known: Gathered) -> Iterator[Finding]:
    if known.win_rates is None and known.names_models:
        says = "Which model wins cannot be said: no pair that names two is labeled yet."
        yield Finding("open", says, f"Label some of them; {_NEEDED}")
    elif known.win_rates is None:
        says = "Which model wins cannot be said: no pair names two different ones."
        yield Finding("open", says, "Give the pairs model_a and model_b.")
    elif known.stopping.empty:
        says = "Which model wins cannot be said: every label is a tie."
        yield Finding("open", says, f"Go on labeling; {_NEEDED}")
    if isinstance(known.ranking, str):
        yield Finding("open", known.ranking)
    unsettled = known.stopping[~known.stopping["settled"].astype(bool)]
    unsettled = unsettled.sort_values("low", ascending=False, kind="stable")
    for row in unsettled.head(MOST_TOLD).to_dict("records"):
        now = (
            f"Now {number(row['wins'])} of {number(row['decisive'])} ({whole(row['low'])} to "
            f"{whole(row['high'])} %, which holds however often you look)."
        )
        yield Finding("open", str(row["says"]), now)
    more = len(unsettled) - MOST_TOLD
    if more > 0:
        are = "is" if more == 1 else "are"
        says = f"{count(more, 'more pair')} of models {are} not told apart either."
        yield Finding("open", says, ALL_TWO)
