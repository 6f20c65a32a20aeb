"""P13, P15, P21, P22, P24 and P26: how the labels were made, and by whom."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby

import pandas as pd

from tiebreak.checks.facts import Facts, finding_of
from tiebreak.checks.finding import Finding, Problem
from tiebreak.checks.labels import by_hand
from tiebreak.checks.options import Settings
from tiebreak.records.label import SIDES, VERDICTS
from tiebreak.stats.agreement import (
    krippendorff_alpha,
    krippendorff_interval,
    raw_agreement,
    repeat_agreement,
)
from tiebreak.stats.counted import independent, winners
from tiebreak.stats.intervals import binomial_p, wilson

POSITION = Problem(
    "P13",
    "warning",
    "one side is picked too often",
    "Part of these labels tell where an answer stood, not how good it is.",
    "Shuffle the sides for each annotator; have the pairs labeled again with the sides swapped.",
)
JUDGE_ONLY = Problem(
    "P15",
    "error",
    "labels by a judge alone, for a safety-critical use",
    "Judges prefer the first, the longer and their own answers, and miss harm.",
    "Have people label these pairs, or at least a sample of them, and compare.",
)
MOSTLY_JUDGE = JUDGE_ONLY._replace(
    severity="info",
    what="labels by a judge alone",
    why="Judges have biases of position and length, and a model trained on them learns those.",
    remedy="Have people label a sample, and report how far the judge agrees with them.",
)
UNKNOWN_SOURCE = JUDGE_ONLY._replace(
    severity="warning",
    what="rows that do not say whether a human or a judge labeled them",
    why="For a safety-critical use that has to be known.",
    remedy="Keep the column source (human, judge or feedback).",
)
TOO_FAST = Problem(
    "P21",
    "warning",
    "decided too fast to have been read",
    "Such labels are close to chance.",
    "Look at the annotator's other labels; have these pairs labeled again.",
)
STRAIGHT_LINING = Problem(
    "P21",
    "warning",
    "the same key many times in a row",
    "Somebody may have stopped reading.",
    "Look at these labels; have them made again.",
)
LOW_AGREEMENT = Problem(
    "P22",
    "warning",
    "annotators hardly agree",
    "Much of what is learned may be chance: below 0.667 Krippendorff draws no conclusions.",
    "Make the guidelines clearer on what they disagree on, adjudicate, or add annotators.",
)
LOW_CONSISTENCY = Problem(
    "P22",
    "warning",
    "annotators do not agree with themselves",
    "The same pair shown again got another label, so single labels are close to chance.",
    "Ask what made it hard; drop the pairs labeled in two ways.",
)
UNSAFE_CHOSEN = Problem(
    "P24",
    "warning",
    "the chosen answer is unsafe and the rejected one is safe",
    "It teaches that harm is preferred; Llama 2 leaves such pairs out (Touvron and others 2023, "
    "arXiv:2307.09288).",
    "Leave them out, or have them looked at.",
)
OLD_GUIDELINES = Problem(
    "P26",
    "warning",
    "labels made under an older guideline",
    "They answer another question, or the same one by other rules: together they are two "
    "measurements.",
    "Look at your own again by session.queue(), or leave the old ones out by their column "
    "guideline.",
)

_NO_PEOPLE = ("judge", "feedback")
_LEFT_KEYS = {("a", "a"): "left", ("b", "b"): "left", ("a", "b"): "right", ("b", "a"): "right"}


def position_bias(facts: Facts, settings: Settings) -> Iterator[Finding]:
    """P13: a person to whom sides were shown picks the left answer too often, or too seldom."""
    if facts.table.shape.trained:
        return
    labels = facts.labels
    picks: dict[str, list[bool]] = defaultdict(list)
    columns = (labels.annotator, labels.source, labels["preference"], labels["shown_left"])
    for annotator, source, preference, left in zip(*columns, strict=True):
        if preference in SIDES and left is not None and source not in _NO_PEOPLE:
            picks[annotator or "all"].append(preference == left)
    for annotator, found in picks.items():
        first, count = sum(found), len(found)
        # Of many annotators, one is far from a half by chance.
        p = binomial_p(first, count) * len(picks)
        if count >= settings.fewest_labels and p < settings.significance:
            low, high = wilson(first, count)
            whose = "" if annotator == "all" else f" by {annotator!r}"
            what = (
                f"the left answer was picked in {first} of {count} preferences{whose} "
                f"({first / count:.0%}, 95% interval {low:.0%} to {high:.0%}, p = {min(p, 1):.2g})"
            )
            yield finding_of(POSITION, what)


def judge_alone(facts: Facts, settings: Settings) -> Iterator[Finding]:
    """P15: pairs that no human labeled."""
    if "judge" not in facts.labels.source and not settings.safety_critical:
        return
    trained = facts.table.shape.trained
    sources: dict[object, set[str | None]] = defaultdict(set)
    rows: dict[object, dict[int, None]] = defaultdict(dict)
    for item, source, preference in zip(
        facts.labels.item, facts.labels.source, facts.labels["preference"], strict=True
    ):
        if preference not in (None, "skip") or trained:
            pair = item if trained else facts.pair_of(item)
            sources[pair].add(source)
            rows[pair][item] = None
    labeled = sum(map(len, rows.values()))
    judged = [
        facts.names[item] for pair in rows if sources[pair] == {"judge"} for item in rows[pair]
    ]
    unknown = [facts.names[item] for pair in rows if sources[pair] == {None} for item in rows[pair]]
    if judged:
        problem = JUDGE_ONLY if settings.safety_critical else MOSTLY_JUDGE
        what = f"{len(judged)} of {labeled} labeled rows were labeled by a judge alone"
        yield finding_of(problem, what, judged)
    if unknown and settings.safety_critical:
        what = f"{len(unknown)} of {labeled} rows do not say who labeled them"
        yield finding_of(UNKNOWN_SOURCE, what, unknown)


def too_fast(facts: Facts, settings: Settings) -> Iterator[Finding]:
    """P21: seconds below what any reader needs."""
    labels = facts.labels
    rows: dict[int, None] = {}
    pace = labels["seconds"]
    for item, seconds, source in zip(labels.item, pace, labels.source, strict=True):
        if seconds is None or source in _NO_PEOPLE:
            continue
        characters = facts.lengths_a[item] + facts.lengths_b[item]
        needed = min(characters / settings.reading_speed, settings.most_reading)
        if seconds < max(settings.fastest, needed):
            rows[item] = None
    if rows:
        timed = sum(seconds is not None for seconds in pace)
        what = (
            f"{len(rows)} of {timed} timed decisions took less than {settings.fastest:g} s, or "
            f"than reading {settings.reading_speed:g} characters a second takes"
        )
        yield finding_of(TOO_FAST, what, [facts.names[item] for item in rows])


def straight_lining(facts: Facts, settings: Settings) -> Iterator[Finding]:
    """P21: one key again and again, in the order of time."""
    if facts.table.shape.trained:
        return
    labels = facts.labels
    by_annotator: dict[str | None, list[tuple[datetime, int, str, int]]] = defaultdict(list)
    columns = (
        *(labels.item, labels.annotator, labels["preference"], labels["shown_left"]),
        *(labels["at"], labels.source, labels.said),
    )
    for place, (item, who, preference, left, at, source, said) in enumerate(
        zip(*columns, strict=True)
    ):
        if preference is None or source in _NO_PEOPLE or not by_hand(said):
            continue
        key = _LEFT_KEYS.get((preference, left or ""), preference)
        by_annotator[who].append((_comparable(at), place, key, item))
    for who, made in by_annotator.items():
        runs = [
            list(run)
            for key, run in groupby(sorted(made), key=lambda label: label[2])
            if key not in SIDES  # which are no keys where the side is not known
        ]
        long = [run for run in runs if len(run) > settings.same_in_a_row]
        if long:
            longest = max(long, key=len)
            whose = f" by {who!r}" if who else ""
            what = f"{len(longest)} times {longest[0][2].replace('_', ' ')!r} in a row{whose}" + (
                f", and {len(long) - 1} more such runs" if len(long) > 1 else ""
            )
            rows = [facts.names[item] for run in long for *_, item in run]
            yield finding_of(STRAIGHT_LINING, what, rows)


def low_agreement(facts: Facts, settings: Settings) -> Iterator[Finding]:
    """P22: Krippendorff's alpha over the pairs that several humans labeled."""
    if facts.table.shape.trained:
        return
    frame = independent(_labels_frame(facts))
    humans = frame[~frame["source"].isin(["judge", "feedback"]) & ~frame["again"]]
    humans = humans[humans["preference"].isin(list(VERDICTS))]
    humans = humans[humans["annotator"].notna()].drop_duplicates(["pair", "annotator"], keep="last")
    shared = humans[humans.duplicated("pair", keep=False)]
    count = shared["pair"].nunique()
    if count < settings.fewest_labels:
        return
    won = winners(shared["preference"])
    alpha = krippendorff_alpha(shared["pair"], won)
    low, high = krippendorff_interval(shared["pair"], won)
    if alpha < settings.lowest_alpha or low <= 0:
        ties, decided = raw_agreement(shared), raw_agreement(shared, ties=False)
        what = (
            f"Krippendorff's alpha is {alpha:.2f} (95% interval {low:.2f} to {high:.2f}) over "
            f"{count} pairs with several labels; {ties.share:.0%} of comparisons agree, "
            f"{decided.share:.0%} where nobody said tie"
        )
        yield finding_of(LOW_AGREEMENT, what)


def low_consistency(facts: Facts, settings: Settings) -> Iterator[Finding]:
    """P22: hidden second showings, labeled otherwise."""
    if not any(facts.labels["again"]):
        return
    frame = _labels_frame(facts)
    for who, own in frame.groupby("annotator"):
        found = repeat_agreement(own)
        if (
            found.comparisons >= settings.fewest_labels
            and found.share < settings.lowest_consistency
        ):
            what = (
                f"{who!r} labeled {found.agreeing} of {found.comparisons} repeated pairs as at "
                f"first ({found.share:.0%}, 95% interval {found.low:.0%} to {found.high:.0%})"
            )
            yield finding_of(LOW_CONSISTENCY, what)


def unsafe_chosen(facts: Facts, _: Settings) -> Iterator[Finding]:
    """P24: the unsafe answer of the two is the winner."""
    labels = facts.labels
    rows: dict[int, None] = {}
    columns = (labels.item, labels["preference"], labels.unsafe)
    for item, preference, (unsafe_a, unsafe_b) in zip(*columns, strict=True):
        sides = (unsafe_a, unsafe_b) if preference == "a" else (unsafe_b, unsafe_a)
        if preference in SIDES and sides[0] and not sides[1]:
            rows[item] = None
    if rows:
        many = len(rows) > 1
        what = (
            f"{len(rows)} row{'s' * many} prefer{'s' * (not many)} the unsafe answer to a safe one"
        )
        yield finding_of(UNSAFE_CHOSEN, what, [facts.names[item] for item in rows])


def old_guidelines(facts: Facts, _: Settings) -> Iterator[Finding]:
    """P26: labels under versions of the guidelines before the one that holds."""
    labels = facts.labels
    # Second showings measure who labels, and are no labels of their own.
    under = [
        None if again else name
        for name, again in zip(labels["guideline"], labels["again"], strict=True)
    ]
    order = list(facts.table.versions)
    if not order:  # told by when each was last used
        last: dict[str, datetime] = {}
        for name, at in zip(under, labels["at"], strict=True):
            if name is not None and at is not None:
                last[name] = max(last.get(name, _comparable(None)), _comparable(at))
        order = sorted(last, key=last.__getitem__)
    older = frozenset(order[:-1])
    said = zip(labels.item, under, labels["preference"], strict=True)
    old = [item for item, name, given in said if name in older and given not in (None, "skip")]
    if old:
        named = sum(name is not None for name in under)
        what = f"{len(old)} of {named} labels were made under older guidelines than {order[-1]!r}"
        yield finding_of(OLD_GUIDELINES, what, [facts.names[item] for item in dict.fromkeys(old)])


def _labels_frame(facts: Facts) -> pd.DataFrame:
    labels = facts.labels
    pairs: dict[object, int] = {}
    return pd.DataFrame(
        {
            "pair": [pairs.setdefault(facts.pair_of(n), len(pairs)) for n in labels.item],
            "annotator": pd.Series(labels.annotator, dtype=object),
            "source": pd.Series(labels.source, dtype=object),
            "preference": pd.Series(labels["preference"], dtype=object),
            "again": pd.Series([again is True for again in labels["again"]], dtype=bool),
        }
    )


def _comparable(at: datetime | None) -> datetime:
    if at is None:
        return datetime.min.replace(tzinfo=UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
