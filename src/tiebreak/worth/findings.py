"""What a report says first: findings as sentences, corrected for how many were looked for."""

from collections.abc import Iterator
from math import isnan
from typing import Any

from tiebreak.stats.counted import counted
from tiebreak.stats.outcomes import is_picked
from tiebreak.wording import count
from tiebreak.worth.alarms import alarms, tested
from tiebreak.worth.finding import Finding, Kind
from tiebreak.worth.gathering import Gathered
from tiebreak.worth.unsaid import unsaid
from tiebreak.worth.words import ALL_TWO, MOST_TOLD, apart, number, percent, row_of, whole

_HALF = 0.5
_LITTLE = 0.2
_GIVEN = 0.75  # of answers that are known, what is to be expected
_WRONG = "Look at these with them, before their labels count."
_ONE_PERCENT = 0.01
_WEAK = 0.667  # below it, Krippendorff (2004) draws no conclusion


def findings(known: Gathered) -> list[Finding]:
    """Give what labels say of themselves, most important first.

    Alarms are tested together: Holm's correction (1979), weighted, for the number of all tests
    holds the chance of even one false alarm to 5 %.
    """
    return [*alarms(known), *_checked(known), *_known(known), *unsaid(known)]


def headline(known: Gathered, found: list[Finding]) -> str:
    """Say in a line how much there is, whether it is enough, and how much to look at."""
    made = known.decided
    if made.empty:
        return f"0 pairs, 0 people: {known.none_yet}"
    by_judges = made[made["source"] == "judge"]
    own = by_judges if known.judged_only else made[made["source"] != "judge"]
    people = len(known.names)
    judges = count(by_judges["annotator"].nunique(), "judge")
    who = f"{people} people" if people != 1 else "1 person"
    pairs = own["pair"].nunique()
    said = f"{count(pairs, 'pair')}, {judges if known.judged_only else who}"
    if len(by_judges) and not known.judged_only:
        judged = by_judges["pair"].nunique()
        said += f" and {judges}" if judged == pairs else f", and {judges} on {judged}"
    look = sum(each.kind == "look" for each in found)
    if look:
        things = f"{count(look, 'thing')} to look at"
    else:
        things = "nothing stands out" if tested(known) else "too few to look for anything"
    return f"{said}: {_verdict(known)}; {things}"


def _verdict(known: Gathered) -> str:
    table = known.stopping
    if len(table) == 1:
        row = table.iloc[0]
        enough = "enough" if row["settled"] else "not yet enough"
        first, second = sorted((row["better"], row["other"]))
        return f"{enough} to tell {first} from {second}"
    if len(table):
        return f"{int(table['settled'].sum())} of {len(table)} pairs of models told apart"
    raw = row_of(known.agreement, "raw")
    if raw["pairs"]:
        who = "judges" if known.judged_only else "people"
        return f"{who} agree on {percent(raw['value'])} of comparisons"
    return "no models are named and no pair has labels of two, so nothing is settled yet"


def _checked(known: Gathered) -> Iterator[Finding]:
    """Give what checks find, which no chance does and no correction is for."""
    for each in known.checked:
        says = f"{each.what[0].upper()}{each.what[1:]} ({each.rule}). {each.why}"
        yield Finding("look", says, each.remedy, about=each.rule)


# -- what is known


def _known(known: Gathered) -> Iterator[Finding]:
    if known.replaced:
        says = (
            f"{count(known.replaced, 'label')} of a pair that the same person labeled later, too, "
            f"{'counts' if known.replaced == 1 else 'count'} for nothing."
        )
        yield Finding("known", says, "Hidden second showings have again=True.")
    yield from _set_apart(known)
    yield from _settled(known)
    yield from _picked(known)
    agreement = known.agreement
    raw, alpha = row_of(agreement, "raw"), row_of(agreement, "alpha")
    if raw["pairs"]:
        decided = row_of(agreement, "raw without ties")
        yield Finding("known", f"{raw['says']} {alpha['says']}", _worth(alpha, decided["value"]))
    yield from _adjudicated(known)
    if "repeats" in agreement.index and agreement.loc["repeats", "pairs"]:
        yield Finding("known", str(agreement.loc["repeats", "says"]))
    yield from _answered(known)
    yield from _learned(known)
    noise = known.posterior.noise
    if len(known.names) > 1 and raw["pairs"] and not isnan(noise):
        share = f"About {percent(noise)}" if noise >= _ONE_PERCENT else "Less than 1 %"
        says = f"{share} of decided labels are probably wrong, as far as all labels together tell."
        do = f"As label_smoothing for cDPO: {noise:.2f}; an estimate, without an interval."
        yield Finding("known", says, do)
    for _, row in known.judges.table.iterrows():
        if row["accuracy"] == row["accuracy"]:
            chance = row["kappa_low"] <= 0 <= row["kappa_high"]
            far = _AS_FAR if row["kappa_high"] >= 0 else _THE_OTHER_WAY
            yield Finding("known", str(row["says"]), _BY_CHANCE if chance else far)


_AS_FAR = "Trust it as far as its interval goes."
_THE_OTHER_WAY = (
    "It decides against people: look whether its answers or its verdicts were read the other way "
    "round."
)
_BY_CHANCE = (
    "Chance alone may agree with people as often: label more of its pairs before you count on it."
)


def _set_apart(known: Gathered) -> Iterator[Finding]:
    """Say which labels most figures leave out: those of judges beside people."""
    made = known.decided
    judged = made[made["source"] == "judge"]
    if judged.empty or known.judged_only:
        return
    judges, labels = judged["annotator"].nunique(), count(len(judged), "label")
    pairs = count(made.loc[made["source"] != "judge", "pair"].nunique(), "pair")
    says = (
        f"What {count(judges, 'judge')} said ({labels}) is compared with people and searched for "
        f"habits; all other figures are of what people said, on {pairs}."
    )
    yield Finding("known", says)


def _settled(known: Gathered) -> Iterator[Finding]:
    settled = known.stopping[known.stopping["settled"].astype(bool)].sort_values(
        "low", ascending=False, kind="stable"
    )
    for two in settled.head(MOST_TOLD).to_dict("records"):
        says = (
            f"{two['better']} is better than {two['other']}: it won {percent(two['share'])} "
            f"{apart(two)[:-1]}, at any look) of {number(two['decisive'])} "
            "decisive pairs."
        )
        if two["decisive"] % 1:
            says += " A pair on which people part counts by the margin."
        yield Finding("known", says, "You may stop comparing these two.")
    more = len(settled) - MOST_TOLD
    if more > 0:
        says = f"{count(more, 'more pair')} of models {'is' if more == 1 else 'are'} told apart."
        yield Finding("known", says, ALL_TWO)


def _picked(known: Gathered) -> Iterator[Finding]:
    """Say what contested pairs do to each figure: they are no sample of all pairs."""
    if not is_picked(known.people):
        return
    says = (
        f"{known.contested} of {count(len(counted(known.people)), 'label')} are of contested "
        "pairs, which came as they are hard to tell. Win rates, strengths and stopping weigh "
        "labels, so as to be of all pairs; agreement, noise, shares of traits and how well choices "
        "are told are of the pairs as they came, on which people agree less than on all."
    )
    yield Finding("known", says, 'For figures of all pairs alone, open with order="random".')


def _answered(known: Gathered) -> Iterator[Finding]:
    """Give who knows known answers: the least sure first, and of many people only these."""
    people = known.gold.sort_values("accuracy_low", kind="stable")
    for answered in people.head(MOST_TOLD).to_dict("records"):
        says = (
            f"{answered['annotator']} gave {answered['right']} of {answered['gold']} known answers "
            f"({whole(answered['accuracy_low'])} to {percent(answered['accuracy_high'])})."
        )
        yield Finding("known", says, "" if answered["accuracy_high"] > _GIVEN else _WRONG)
    others = people.iloc[MOST_TOLD:]
    if len(others):
        says = (
            f"{count(len(others), 'other')} gave {int(others['right'].sum())} of "
            f"{int(others['gold'].sum())} known answers."
        )
        yield Finding("known", says, "session.consistency() has them one by one.")


def _adjudicated(known: Gathered) -> Iterator[Finding]:
    if known.adjudicated:
        says = (
            f"{count(known.adjudicated, 'pair')} {'was' if known.adjudicated == 1 else 'were'} "
            "decided by an adjudicator, who saw what others said and is counted in no figure here."
        )
        yield Finding("known", says, 'Export with adjudicator="adjudicator".')


_AGAINST = (
    " What speaks most against it is in session.stats.rewards().against; what you labeled of it "
    "comes back by session.queue(pairs=session.stats.rewards().against.index[:20])."
)
_MEANING = "Meaning is looked at by session.stats.rewards(embed=True)."


def _learned(known: Gathered) -> Iterator[Finding]:
    """Give what a small model learns of the labels, and whether more of them pay."""
    rewarded = known.rewards
    if len(rewarded.held_out):
        tells = float(rewarded.held_out["auc_low"].max()) > _HALF
        do = _AGAINST * bool(len(rewarded.against)) if tells else ""
        yield Finding("known", rewarded.says, _MEANING + do)
    curve = known.curve
    if curve["accuracy"].notna().any():
        yield Finding("known", str(curve["says"].iloc[-1]), "See tiebreak.learning_curve.")
    if known.blocks is not None:
        kind: Kind = "open" if isnan(known.blocks.gain) else "known"
        yield Finding(kind, known.blocks.says, "Promise no gain: random is hard to beat.")


def _worth(alpha: dict[str, Any], decided: float) -> str:
    if not alpha["low"] <= alpha["high"]:
        return ""
    if alpha["high"] < 0 and decided >= _HALF:
        return (
            "That is less than chance would give people who nearly always say the same, whatever "
            "the pair: talk about some pairs, and sharpen the guidelines."
        )
    if alpha["high"] < 0:
        return (
            "They choose against each other more than chance would: has somebody turned the "
            "question round? Read some of these pairs."
        )
    if alpha["low"] <= 0:
        return "Chance might do that: talk about some pairs, and sharpen the guidelines."
    if alpha["value"] < _LITTLE:
        return "That is little, even for preferences: look at pairs where people part."
    if alpha["value"] < _WEAK:
        return (
            "For preferences that is usual: take several labels a pair, and weigh them by "
            "session.stats.posterior()."
        )
    if alpha["low"] < _WEAK:
        return "That may be much for preferences; label some more pairs twice to be sure of it."
    return "That is much for preferences: one label a pair may do."
