"""What a report says first: findings as sentences, corrected for how many were looked for."""

from collections.abc import Iterator
from math import erfc, isnan, sqrt
from typing import Any

import numpy as np

from tiebreak.stats.bias import holm
from tiebreak.stats.counted import counted
from tiebreak.stats.intervals import Z95
from tiebreak.stats.outcomes import is_picked
from tiebreak.wording import count
from tiebreak.worth.finding import Finding, Kind
from tiebreak.worth.gathering import Gathered
from tiebreak.worth.unsaid import unsaid
from tiebreak.worth.words import ALL_TWO, MOST_TOLD, apart, number, percent, row_of, span, whole

_HALF = 0.5
_ONE_SIDED = 0.9
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


def alarms(known: Gathered) -> list[Finding]:
    """Give what should be looked at: all that passes the correction, the surest first."""
    tests = tested(known)
    numbers = np.array([(each.p, each.weight) for each in tests], float).reshape(-1, 2)
    passed = holm(numbers[:, 0], numbers[:, 1])
    found = [each for each, holds in zip(tests, passed, strict=True) if holds]
    told = {each.about for each in found if not each.vague}
    found = [each for each in found if not (each.vague and each.about in told)]
    return sorted(found, key=lambda each: each.p)


def tested(known: Gathered) -> list[Finding]:
    """Give what is looked for, and told where it passes the correction."""
    return [*_of_judges(known), *_of_people(known), *_of_two(known), *_of_traits(known)]


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


# -- alarms, each with its p


def _of_traits(known: Gathered) -> Iterator[Finding]:
    for name in known.bias.index:
        row = row_of(known.bias, name)
        if name == "left":
            do = (
                "Sides were not shuffled here, so this may be the better answers' doing."
                if _unshuffled(known)
                else "Sides are shuffled, so look at your instructions, and at who chose so."
            )
            says = f"Left was picked {percent(row['share'])} of the time {span(row)}."
            yield Finding("look", says, do, row["p"], "left")
            continue
        says = str(row["says"]).partition("; with all else")[0]
        if name == "length":
            # Lists and the like come with length, so that together none of them may stand out.
            together = f"{says}. Whether for its length or what comes with it, is not told apart."
            do = _advice(known, str(name), liked=row["share"] > _HALF)
            yield Finding("look", together, do, _alone(row), "length", vague=True)
        liked = bool(row["odds"] > 1)
        way = "for" if liked else "against"
        says += f"; with all other traits and the side equal, it still speaks {way} the answer."
        yield Finding("look", says, _advice(known, str(name), liked=liked), row["p"], str(name))


def _alone(row: dict[str, Any]) -> float:
    """Give p of a share against a half, by its interval."""
    error = (row["high"] - row["low"]) / (2 * Z95)
    return erfc(abs(row["share"] - _HALF) / error / sqrt(2)) if error > 0 else 1.0


def _advice(known: Gathered, trait: str, *, liked: bool) -> str:
    if trait != "length":
        return (
            "A model trained on this will learn it. If you do not mean to "
            f"{'reward' if liked else 'punish'} it, say so in the guidelines and look at those "
            f"pairs again. Better answers may have {'more' if liked else 'less'} of it by "
            "themselves."
        )
    ranked = (
        ", and give rankings with session.stats.ranking(length_controlled=True)"
        if known.win_rates is not None
        else ""
    )
    return (
        f"Say in the guidelines whether length counts{ranked}. Better answers may be "
        f"{'longer' if liked else 'shorter'} by themselves."
    )


def _unshuffled(known: Gathered) -> bool:
    left = known.people["shown_left"].dropna()
    share = float((left == "a").mean()) if len(left) else _HALF
    return max(share, 1 - share) > _ONE_SIDED


def _of_people(known: Gathered) -> Iterator[Finding]:
    alone = len(known.names) == 1
    for row in known.habits.to_dict("records"):
        habit, who = row["habit"], row["annotator"]
        judge = who not in known.names
        if habit == "left":
            if alone and not judge:  # the same as the side of all
                continue
            do = (
                "Have it judge both orders, and keep what it says both times."
                if judge or known.judged_only
                else "Ask how they went about it, and look at those labels before you train."
            )
        else:
            do = _HABITS[habit]
        weight = 1.0 if judge else _WEIGHTS.get(habit, 1.0)
        # That it flips with the order says the same, and more.
        order = f"order of {who}" if judge and habit == "left" else ""
        about = order or f"{who} {habit}"
        if habit == "apart" and row["high"] < _HALF:
            do = _TURNED_BY_ONE
        says = str(row["says"])
        yield Finding("look", says, do, row["p"], about, weight, vague=bool(order))


_SELDOM = ("streaks", "drift", "drift of ties", "ties", "opposed")
# What is told apart by few labels, or seldom there, leaves the chance of alarms to the others.
_WEIGHTS = {"left": 0.5, **dict.fromkeys(_SELDOM, 0.1)}
_HABITS = {
    "streaks": "Answers that follow each other like this hardly come from reading: ask, and look "
    "at those labels.",
    "drift": "Something changed on the way: look whether guidelines, pairs or breaks did.",
    "drift of ties": "Ties mean something else later on: look whether guidelines, pairs or "
    "patience changed.",
    "ties": "What is not decided teaches no preference: ask what keeps them from it.",
    "apart": "Another reading of the guidelines, another taste, or chance: talk about some pairs "
    "where they part. In session.stats.posterior() their labels already count less.",
}


def _of_two(known: Gathered) -> Iterator[Finding]:
    """Give who chooses against whom. Of two, nobody is accused: it may be either."""
    table = known.opposed
    if table.empty:
        return
    found = table[table["found"]].sort_values("p", kind="stable")
    said = [
        f"{two['one']} and {two['other']}{' chose the same answer' * (not place)} on "
        f"{two['same']} of {two['both']}{' pairs that both decided' * (not place)} "
        f"({percent(two['same'] / two['both'])}, {span(two)[1:]}"
        for place, two in enumerate(found.head(MOST_TOLD).to_dict("records"))
    ]
    more = len(found) - MOST_TOLD
    if more > 0:
        said.append(f"{count(more, 'more pair')} of them as seldom")
    says = f"{', '.join(said)}; chance does on half."
    p = min(1.0, float(table["p"].min()) * len(table))
    # One against several is told by them, where that one stands apart.
    alone = set.intersection(*map(set, found[["one", "other"]].to_numpy())) if len(found) else set()
    about = f"{alone.pop()} apart" if len(found) > 1 and alone else ""
    yield Finding("look", says, _TURNED, p, about, _WEIGHTS["opposed"], vague=bool(about))


_TURNED_BY_ONE = (
    "A coin would agree more often: the keys, the question or the answers may have been the other "
    "way round. Look at some pairs where they part by session.disagreements(), and ask."
)
_TURNED = (
    "Somebody may have had the keys, the question or the answers the other way round; who, their "
    "labels do not say. Look at some of these pairs by session.disagreements(), and ask both, "
    "before you train."
)


def _of_judges(known: Gathered) -> Iterator[Finding]:
    for name in known.judges.table.index:
        row = row_of(known.judges.table, name)
        if not row["both_orders"]:
            continue
        says = (
            f"{name} changed its mind on {percent(row['flips'])} "
            f"({whole(row['flips_low'])} to {whole(row['flips_high'])}) of "
            f"{count(int(row['both_orders']), 'pair')} when the order was turned, on "
            f"{int(row['first'])} of them for what it read first."
        )
        do = "Count only what it says in both orders, and call the others ties."
        yield Finding("look", says, do, row["p"], f"order of {name}")


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
        yield Finding("known", f"{raw['says']} {alpha['says']}", _worth(alpha))
    yield from _adjudicated(known)
    if "repeats" in agreement.index and agreement.loc["repeats", "pairs"]:
        yield Finding("known", str(agreement.loc["repeats", "says"]))
    yield from _answered(known)
    yield from _learned(known)
    noise = known.posterior.noise
    if len(known.names) > 1 and raw["pairs"] and not isnan(noise):
        share = f"About {percent(noise)}" if noise >= _ONE_PERCENT else "Less than 1 %"
        says = f"{share} of decided labels are probably wrong, as far as all labels together tell."
        yield Finding("known", says, f"As label_smoothing for cDPO: {noise:.2f}.")
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


def _worth(alpha: dict[str, Any]) -> str:
    if not alpha["low"] <= alpha["high"]:
        return ""
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
