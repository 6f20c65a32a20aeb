"""How the labels came about and what they are worth, as a paragraph for a paper."""

from collections.abc import Iterator

from tiebreak._version import __version__
from tiebreak.stats.outcomes import is_picked
from tiebreak.wording import count
from tiebreak.worth.gathering import Gathered
from tiebreak.worth.words import MOST_TOLD, apart, number, percent, row_of, span


def methods(known: Gathered) -> str:
    """Write the methods paragraph, with the numbers; it names no person."""
    return " ".join(_sentences(known))


def _sentences(known: Gathered) -> Iterator[str]:
    made = known.decided
    if made.empty:
        yield f"{known.none_yet[0].upper()}{known.none_yet[1:]}."
        return
    pairs, judges = made["pair"].nunique(), made["source"] == "judge"
    prompts = known.pairs.loc[known.pairs.index.isin(made["pair"]), "prompt"].map(repr).nunique()
    people = count(made.loc[~judges, "annotator"].nunique(), "annotator")
    who = [people] if (~judges).any() else []
    if judges.any():
        who.append(count(made.loc[judges, "annotator"].nunique(), "model") + " as judge")
    yield (
        f"{count(pairs, 'pair')} of responses to {count(prompts, 'prompt')} "
        f"{'was' if pairs == 1 else 'were'} compared by "
        f"{' and '.join(who)} ({count(len(made), 'label')}; "
        f"{percent(float(made['preference'].isin(['tie', 'both_bad']).mean()))} ties or both bad)."
    )
    own = made[made["annotator"].isin(known.names)]
    if judges.any() and not known.judged_only:
        on = count(own["pair"].nunique(), "pair")
        yield f"All that follows is of what annotators said, on {on}."
    if "shown_left" in own.columns and own["shown_left"].notna().any():
        shown = own["shown_left"].dropna()
        known_of = "each label" if len(shown) == len(own) else count(len(shown), "label")
        whose = "" if known.judged_only or not judges.any() else " of annotators"
        yield (
            f"Which response stood left is known for {known_of}{whose}, and was the first of the "
            f"pair in {percent(float((shown == 'a').mean()))}."
        )
    yield from _agreed(known)
    yield from _repeated(known)
    yield from _measured(known)
    if "left" in known.bias.index:
        left = row_of(known.bias, "left")
        yield f"The response on the left was preferred in {percent(left['share'])} {span(left)}."
    if "length" in known.bias.index:
        longer = row_of(known.bias, "length")
        yield f"The longer response was preferred in {percent(longer['share'])} {span(longer)}."
    yield from _weighted(known)
    two = known.stopping
    for row in two.to_dict("records") if len(two) <= MOST_TOLD else []:
        yield (
            f"{row['better']} won {number(row['wins'])} of {number(row['decisive'])} decisive "
            f"pairs against {row['other']} ({percent(row['share'])}, {apart(row)[1:-1]} at any "
            "moment)."
        )
    if len(two) <= MOST_TOLD and (two["decisive"] % 1 != 0).any():
        yield "A pair on which people part counts by the margin, and an even split not at all."
    if len(two) > MOST_TOLD:
        yield (
            f"Of {len(two)} pairs of models, {int(two['settled'].sum())} were told apart, each at "
            "5 % by itself."
        )
    yield _intervals(known)


def _weighted(known: Gathered) -> Iterator[str]:
    if not is_picked(known.people):
        return
    picked = known.contested
    said = (
        f"{count(picked, 'label')} {'is' if picked == 1 else 'are'} of pairs that a small model "
        "was least sure of"
    )
    if known.win_rates is not None:
        said += (
            "; wins of models are weighted by what was left when each pair was drawn (Des Raj "
            "1956), all else is not"
        )
    yield f"{said}."


def _intervals(known: Gathered) -> str:
    told = {*known.agreement.dropna(subset=["value"]).index, *known.bias.index}
    if known.judged_only:
        told -= {"raw", "alpha"}
    ways = {
        "Wilson's with pairs as clusters for shares": told & {"raw", "repeats", "length"},
        "the exact one for the left side": told & {"left"},
        "the bootstrap over pairs for alpha": told & {"alpha"},
        "a confidence sequence for models": {*known.stopping.index},
    }
    used = ", ".join(way for way, given in ways.items() if given)
    given = f"Intervals are of 95 %: {used}. " * bool(used)
    return f"{given}Computed with tiebreak {__version__}."


def _agreed(known: Gathered) -> Iterator[str]:
    table = known.agreement
    raw, alpha = row_of(table, "raw"), row_of(table, "alpha")
    if not raw["pairs"] or known.judged_only:
        return
    said = (
        "; Krippendorff's alpha is undefined, since all labels are the same"
        if alpha["value"] != alpha["value"]
        else f", with Krippendorff's alpha (nominal) {alpha['value']:z.2f} "
        f"({alpha['low']:z.2f} to {alpha['high']:z.2f})"
    )
    yield (
        f"Of {count(int(raw['pairs']), 'pair')} that two or more annotators labeled, they agreed "
        f"in {percent(raw['value'])} {span(raw)} of comparisons{said}."
    )


def _repeated(known: Gathered) -> Iterator[str]:
    table = known.agreement
    if "repeats" in table.index and table.loc["repeats", "pairs"]:
        row = row_of(table, "repeats")
        who = "judges" if known.judged_only else "annotators"
        yield (
            f"Asked {count(int(row['pairs']), 'time')} about a pair again{_turned(known)}, {who} "
            f"answered the same in {percent(row['value'])} {span(row)}."
        )


def _turned(known: Gathered) -> str:
    """Say that sides were exchanged where it is known of every second showing."""
    made = known.people
    if "shown_left" not in made.columns:
        return ""
    again = made["again"].fillna(value=False).astype(bool)
    both = made[~again].merge(made[again], on=["pair", "annotator"], suffixes=("", "_again"))
    turned = both["shown_left"].map({"a": "b", "b": "a"}) == both["shown_left_again"]
    return ", with sides exchanged" if len(both) and turned.all() else ""


def _measured(known: Gathered) -> Iterator[str]:
    if len(known.gold):
        right, asked = int(known.gold["right"].sum()), int(known.gold["gold"].sum())
        yield f"Of {count(asked, 'known answer')}, {right} {'was' if right == 1 else 'were'} given."
    if known.adjudicated:
        yield (
            f"An adjudicator, who saw these labels, decided {count(known.adjudicated, 'pair')}; "
            "that is counted in no figure here."
        )
