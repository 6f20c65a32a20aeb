"""The sections of a report: what each figure means, when not to trust it, its plot and tables."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import pandas as pd

from tiebreak.worth.gathering import Gathered


class Captioned(NamedTuple):
    """A table with its caption, and what gives it in code; the first column names the rows."""

    caption: str
    frame: pd.DataFrame
    code: str


class Section(NamedTuple):
    """A part of a report.

    Attributes:
        title: its heading.
        means: what its figures mean.
        doubt: when not to trust them.
        tables: gives its tables, and remarks among them.
        plot: the name of its plot, or nothing.
        drawn: what its plot shows, for who does not see it; the numbers are in the table.
        asked: whether it is left out where there is no table: there was nothing of the kind.

    """

    title: str
    means: str
    doubt: str
    tables: Callable[[Gathered], Iterable[Captioned | str]]
    plot: str = ""
    drawn: str = ""
    asked: bool = False


def _models(known: Gathered) -> Iterator[Captioned]:
    two = known.stopping.sort_values(["settled", "decisive"], ascending=False, kind="stable")
    if len(two):
        names = two["better"].str.cat(two["other"], " over ")
        two = two.assign(models=names)[["models", *_OF_TWO]]
    yield Captioned("Which of two models is better", two, "stopping()")
    if known.win_rates is not None:
        yield Captioned("Win rates, ties count half", known.win_rates.reset_index(), "win_rates()")
    if known.ranking is not None and not isinstance(known.ranking, str):
        yield Captioned(
            "Strengths with ties (Davidson), a difference of 1 is odds of 2.7 to 1",
            known.ranking.table.reset_index(),
            "ranking().table",
        )


_OF_TWO = ["wins", "decisive", "share", "low", "high", "settled"]


def _agreement(known: Gathered) -> Iterator[Captioned | str]:
    told = known.agreement[known.agreement["pairs"] > 0]
    yield Captioned("Agreement of people", told.reset_index(), "agreement()")
    if known.between is None:
        yield (
            f"Of each two of {len(known.names)} people, too many to show here, "
            'session.stats.agreement(by="annotators") tells how far they agree.'
        )
    else:
        table = known.between.reset_index()
        yield Captioned("Between each two (Cohen's kappa)", table, 'agreement(by="annotators")')
    yield Captioned(
        "By criterion (Krippendorff's alpha)",
        known.criteria.reset_index(),
        'agreement(by="criteria")',
    )


def _people(known: Gathered) -> Iterator[Captioned]:
    yield Captioned(
        "How far each person is to be believed",
        known.posterior.people.reset_index(),
        "posterior().people",
    )
    columns = ["annotator", "habit", "value", "low", "high", "usual", "labels", "p"]
    yield Captioned("Habits of each annotator, the rarest first", _rare(known)[columns], "habits()")


def _rare(known: Gathered) -> pd.DataFrame:
    return known.habits.sort_values("p", kind="stable")


def _sides(known: Gathered) -> Iterator[Captioned]:
    table = known.bias.drop(columns=["says", "found"]).reset_index()
    yield Captioned("What goes with being chosen", table, "bias()")


def _rewards(known: Gathered) -> Iterator[Captioned]:
    table = known.rewards.held_out.drop(columns="says").reset_index()
    yield Captioned("How well it tells choices on new prompts", table, "rewards().held_out")


def _learning(known: Gathered) -> Iterator[Captioned]:
    found = known.curve.dropna(subset=["accuracy"]).drop(columns="says")
    yield Captioned(
        "How well choices are told, by pairs learned from",
        found.reset_index(),
        "learning_curve(session)",
    )
    if known.blocks is not None:
        table = known.blocks.table.reset_index()
        yield Captioned("Contested pairs and pairs by chance", table, "")


def _judges(known: Gathered) -> Iterator[Captioned]:
    found = known.judges
    table = found.table.drop(columns="says").reset_index()
    against = ["judge", "pairs", "accuracy", "low", "high", "kappa", "kappa_low", "kappa_high"]
    yield Captioned("Judges against the majority of people", table[against], "judges().table")
    rest = table[["judge", *(name for name in table.columns if name not in against)]]
    turned = rest[rest["both_orders"] > 0]
    yield Captioned("Judges against themselves, the order turned", turned, "judges().table")
    for judge in dict.fromkeys(found.confusion.index.get_level_values(0)):
        own = found.confusion.loc[judge].rename(columns=lambda name: f"people say {name}")
        caption = f"What {judge} says, and what people say (pairs)"
        yield Captioned(caption, own.reset_index(), "judges().confusion")


def _posterior(known: Gathered) -> Iterator[Captioned]:
    pairs = known.posterior.pairs
    least = pairs.sort_values("confidence", kind="stable").head(10)
    yield Captioned("The ten least sure pairs", least.reset_index(), "posterior().pairs")


def _none(_: Gathered) -> Iterator[Captioned]:
    return iter(())


SECTIONS = (
    Section(
        "Which model wins",
        "The share of comparisons that a model wins. A prompt counts once, by the mean of what was "
        "said of its answers; strengths count each label. Whether one of two is better is told by "
        "the labels of just these two, whatever others won; there ties are left out, and where "
        "people part, a pair counts by its margin, so that the share lies farther from a half. Its "
        "interval holds however often you look, so it is wider.",
        "Where prompts were picked to be hard for one model; where one model's answers are longer "
        "and length alone wins; where models met different rivals, trust the strengths more. "
        "Pairs of identical answers are in no session; a leaderboard that counts them as ties has "
        "rates nearer to a half. Of twenty pairs of equal models, one may seem told apart.",
        _models,
        "win_rates",
        "A row a model: its win rate as a mark, a bar for the 95 % interval, a line at one half.",
    ),
    Section(
        "Whether people agree",
        "Raw agreement is the share of comparisons on which two people say the same; alpha and "
        "kappa take off what chance would give (0 is chance, 1 is always). What people answer "
        "otherwise when asked again is noise; what they disagree on beyond that is taste.",
        "With less than some 50 pairs in common; where nearly all labels are the same, alpha is "
        "low though people agree; low agreement alone says nothing bad of anybody.",
        _agreement,
        "agreement",
        "A row a measure: its value as a mark, and a bar for the 95 % interval.",
    ),
    Section(
        "What goes with being chosen",
        "How often the left answer, the longer one and so on was chosen, and by how much the odds "
        "change with a standard deviation more of it, all else equal. A mark is filled where "
        "it is among what to look at. Others far from a half mostly go with a trait that is there, "
        "such as length.",
        "As a cause: better answers may be longer by themselves. Where few answers differ in it, "
        "intervals are wide.",
        _sides,
        "bias",
        "A row a trait: the share of choices for the answer with more of it, its 95 % interval, "
        "and a line at one half.",
    ),
    Section(
        "What the labels reward",
        "By how much each trait moves the odds of being chosen, all others equal; and how well "
        "choices on prompts that a small model did not learn from are told by length alone, and by "
        "all that can be counted in an answer (AUC: 0.5 is a coin, 1 is always). A pair counts "
        "once here, by what most said of it; above, by each label.",
        "Where few prompts differ; what is told by a trait need not be chosen for it. Meaning is "
        "not looked at here: session.stats.rewards(embed=True) does, offline.",
        _rewards,
        "rewards",
        "A row a trait: its odds as a mark, a bar for the 95 % interval, and a line at 1.",
    ),
    Section(
        "Whether more labels still pay",
        "How well a small model of what can be counted tells choices on new prompts, by how many "
        "pairs it learned from (four fifths of all; it is asked about the rest), and what that "
        "comes to at twice the labels (with an interval of 90 %).",
        "For a large model, which may go on learning where this one has seen enough; where few "
        "prompts differ.",
        _learning,
        "learning",
        "A row a number of pairs: accuracy as a mark, its interval, and filled the forecast.",
    ),
    Section(
        "The people",
        "How often each is probably right, as far as all labels together tell, and habits: the "
        "side they choose, whether choices follow each other, whether they change on the way, "
        "whether they stand apart. Speed is none of them. In the tables, side is by how much one "
        "favours the left answer (log odds, 0 is not at all), ties how often one calls a tie, and "
        "usual what chance or the others do.",
        "With two people, or others who agree no more than coins do, nobody can tell who is right: "
        "the range is what may be, and no interval of 95 %. Where most are wrong together, who is "
        "right stands apart.",
        _people,
        "people",
        "A row a person: probable accuracy as a mark, its 95 % interval, and a line at a coin's.",
    ),
    Section(
        "How labeling went",
        "Each person's pace in the order made, with ties and breaks.",
        "As a measure of care: slow is not careful, and quick is not careless.",
        _none,
        "timeline",
        "A lane a person, each other one shaded: pace as a line (up is slower), ties as ticks, "
        "breaks as dotted bars.",
    ),
    Section(
        "How sure each label is",
        "The probability of the most probable label of a pair, from all people's labels and how "
        "far each is to be believed.",
        "On a pair with one label, for which it is how often people are usually right, and not how "
        "often this one is.",
        _posterior,
        "posterior",
        "How many pairs have a label of which probability, as bars.",
    ),
    Section(
        "Judges against people",
        "How often a judge decides as the majority of people does (kappa takes off what chance "
        "would give: a coin has 0), and whether it changes its mind when the two answers trade "
        "places: flips is how often, first on how many pairs for what it read first.",
        "On pairs of another kind than those that people labeled; between two strong models, "
        "judges are often near a coin.",
        _judges,
        "judges",
        "Two rows a judge: how often it decides as people do, and how often it changes its mind.",
        asked=True,
    ),
)
