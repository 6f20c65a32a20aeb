"""How the labels came about and what they are worth, as a paragraph for a paper."""

from collections.abc import Iterator

from tiebreak._version import __version__
from tiebreak.wording import count
from tiebreak.worth.gathering import Gathered
from tiebreak.worth.words import percent, row_of, span


def methods(known: Gathered) -> str:
    """Write the methods paragraph, with the numbers; it names no person."""
    return " ".join(_sentences(known))


def _sentences(known: Gathered) -> Iterator[str]:
    made = known.decided
    if made.empty:
        yield "No labels were made yet."
        return
    pairs, judges = made["pair"].nunique(), made["source"] == "judge"
    prompts = known.pairs.loc[known.pairs.index.isin(made["pair"]), "prompt"].map(repr).nunique()
    people = count(made.loc[~judges, "annotator"].nunique(), "annotator")
    who = [people] if (~judges).any() else []
    if judges.any():
        who.append(count(made.loc[judges, "annotator"].nunique(), "model") + " as judge")
    yield (
        f"{count(pairs, 'pair')} of responses to {count(prompts, 'prompt')} were compared by "
        f"{' and '.join(who)} ({count(len(made), 'label')}; "
        f"{percent(float(made['preference'].isin(['tie', 'both_bad']).mean()))} ties or both bad)."
    )
    if "shown_left" in made.columns and made["shown_left"].notna().any():
        first = float((made["shown_left"].dropna() == "a").mean())
        yield (
            "Which response stood left is known for "
            f"{count(int(made['shown_left'].notna().sum()), 'label')}, and was the first of the "
            f"pair in {percent(first)}."
        )
    yield from _agreed(known)
    if "left" in known.bias.index:
        left = row_of(known.bias, "left")
        yield f"The response on the left was preferred in {percent(left['share'])} {span(left)}."
    if "length" in known.bias.index:
        longer = row_of(known.bias, "length")
        yield f"The longer response was preferred in {percent(longer['share'])} {span(longer)}."
    for row in known.stopping.to_dict("records"):
        yield (
            f"{row['better']} won {row['wins']} of {row['decisive']} decisive pairs against "
            f"{row['other']} ({percent(row['share'])}, {span(row)[1:-1]} at any moment)."
        )
    yield (
        "Intervals are of 95 %: Wilson's with pairs as clusters for shares, the bootstrap over "
        "pairs for alpha, a confidence sequence for models; alarms are corrected by Holm's method. "
        f"Computed with tiebreak {__version__}."
    )


def _agreed(known: Gathered) -> Iterator[str]:
    table = known.agreement
    raw, alpha = row_of(table, "raw"), row_of(table, "alpha")
    if not raw["pairs"] or known.judged_only:
        return
    said = (
        "alpha is undefined, since all labels are the same"
        if alpha["value"] != alpha["value"]
        else f"Krippendorff's alpha (nominal) {alpha['value']:.2f} "
        f"({alpha['low']:.2f} to {alpha['high']:.2f})"
    )
    yield (
        f"Of {count(int(raw['pairs']), 'pair')} that two or more annotators labeled, they agreed "
        f"in {percent(raw['value'])} {span(raw)} of comparisons, {said}."
    )
    if "repeats" in table.index and table.loc["repeats", "pairs"]:
        row = row_of(table, "repeats")
        yield (
            f"Shown {count(int(row['pairs']), 'pair')} a second time with sides exchanged, "
            f"annotators answered the same in {percent(row['value'])} {span(row)}."
        )
