"""What a report has people look at: each is tested, and corrected for how many are looked for."""

from collections.abc import Iterator
from math import erfc, sqrt
from typing import Any

import numpy as np

from tiebreak.stats.bias import holm
from tiebreak.stats.intervals import Z95
from tiebreak.stats.rewards import LENGTH_ALONE
from tiebreak.wording import count
from tiebreak.worth.finding import Finding
from tiebreak.worth.gathering import Gathered
from tiebreak.worth.words import MOST_TOLD, percent, row_of, span, whole

_HALF = 0.5
_ONE_SIDED = 0.9


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
            apart = (
                "What comes with it tells no more of the choices."
                if known.rewards.says.startswith(LENGTH_ALONE)
                else "Whether for its length or what comes with it, is not told apart."
            )
            together = f"{says}. {apart}"
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
