"""The dataset card: ``README.md`` with the YAML that Hugging Face reads, and how it all came about.

The YAML's fields are those of Hugging Face's dataset card specification; strings are written as
JSON, which YAML takes as it is. Names, questions and the like are strangers' words: written as
prose or code, none of them becomes a heading, a link, an image or HTML.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from tiebreak.exports.markdown import block, code, prose
from tiebreak.exports.report import tell
from tiebreak.records.label import SIDES
from tiebreak.records.text import words_of
from tiebreak.stats.agreement import raw_agreement
from tiebreak.stats.counted import independent

_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
_LARGEST = "10M<n<100M"
_TAGS = {"kto": ["kto"], "trl": ["dpo", "trl"]}
_SOURCES = {
    "human": "people",
    "judge": "a model as judge",
    "feedback": "feedback from use",
}

_HELD = {
    "prompt": "what was asked",
    "chosen": "the response that was preferred",
    "rejected": "the other response",
    "reference": "the preferred response as an annotator improved it",
    "completion": "a response",
    "label": "true for a good response, false for a bad one",
    "margin": "how much better the preferred response is, by the strength of the label, or by what "
    "the labels of the pair make probable",
    "soft_label": "the probability that the preferred response is better, half of a tie's included",
    "weight": "the probability of what the row says",
    "tools": "the definitions of the tools that the model could call",
    "votes": "how many labels of the pair say what",
    "images": "the images that the messages refer to, in their order",
    "audios": "the audio that the messages refer to, in its order",
    "pair": "the id of the pair",
    "annotator": "who preferred",
    "source": "`human`, `judge` or `feedback`",
    "strength": "1 slightly, 2 clearly, 3 much better",
    "model_chosen": "what wrote the preferred response",
    "model_rejected": "what wrote the other response",
}


class Collected(NamedTuple):
    """How the labels came about.

    Attributes:
        question: what was asked of each pair.
        scale: ``"simple"`` or ``"graded"``.
        guidelines: what annotators were told, as Markdown.
        criteria: definitions of what else was judged, by name.
        older: how many labels were made under an earlier version of these.
        versions: names of the guidelines that there were, oldest first.

    """

    question: str
    scale: str
    guidelines: str | None = None
    criteria: Mapping[str, str] = {}
    older: int = 0
    versions: Sequence[str] = ()


class Published(NamedTuple):
    """What is published.

    Attributes:
        name: the dataset's, for people.
        format: the name of the rows' format.
        splits: how many rows each has.
        columns: of the rows.
        judgments: the labels behind the rows, beside their texts.
        everything: all labels that were collected, beside their texts.
        ties_written: whether ties and both bad are among the rows.
        left_out: how many labels or pairs are not, by reason.
        policy: what became of pairs with several annotators.
        notes: what else is worth knowing before training on it.
        features: the columns' types, as the ``dataset_info`` of a card lists them.

    """

    name: str
    format: str
    splits: Mapping[str, int]
    columns: Sequence[str]
    judgments: pd.DataFrame
    everything: pd.DataFrame
    ties_written: bool
    left_out: Mapping[str, int]
    policy: str
    notes: Sequence[str] = ()
    features: Sequence[Mapping[str, Any]] = ()


def write_card(
    published: Published,
    collected: Collected,
    *,
    license: str | None = None,
    language: Sequence[str] = (),
    measures: Mapping[str, object] | None = None,
    findings: Iterable[str] = (),
) -> str:
    """Write the card.

    Args:
        published: what is published; annotators are named as its judgments name them.
        collected: how the labels came about.
        license: as Hugging Face abbreviates it, such as ``"cc-by-4.0"``.
        language: codes such as ``"en"``.
        measures: figures to state beside the raw agreement, by name.
        findings: what checks of the data found, a sentence each.

    """
    parts = [
        _yaml(published, license, [language] if isinstance(language, str) else language),
        f"# {prose(published.name)}",
        *_collection(published, collected),
        *_rows(published),
        *_agreement(published.everything, measures or {}),
        *_biases(independent(published.everything)),
        *_findings(findings),
        "Made with tiebreak.",
    ]
    return "\n\n".join(parts) + "\n"


def _yaml(published: Published, license: str | None, language: Sequence[str]) -> str:
    total = sum(published.splits.values())
    size = next((name for below, name in _SIZES if total < below), _LARGEST)
    sources = set("+".join(published.judgments["source"].unique()).replace(", ", "+").split("+"))
    tags = ["preference", "rlhf", *_TAGS.get(published.format, [published.format])]
    tags += ["human-feedback"] * ("human" in sources)
    lists = {
        "language": list(language),
        "size_categories": [size],
        "task_categories": ["text-generation"],
        "tags": [*tags, "tiebreak"],
    }
    lines = ["---", f"pretty_name: {_quoted(published.name)}"]
    if license:
        lines.append(f"license: {_quoted(license)}")
    for name, values in lists.items():
        if values:
            lines += [f"{name}:", *(f"- {_quoted(value)}" for value in values)]
    if published.features:
        lines += ["dataset_info:", f"  features: {json.dumps(list(published.features))}"]
    lines += ["configs:", "- config_name: default", "  data_files:"]
    for split in published.splits:
        lines += [f"  - split: {_quoted(split)}", f"    path: {_quoted(f'data/{split}-*')}"]
    return "\n".join([*lines, "---"])


def _quoted(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in written)


def _collection(published: Published, collected: Collected) -> Iterator[str]:
    everything = published.everything
    yield "## How it was collected"
    scale = {
        "simple": "one of two responses, a tie, or both bad",
        "graded": "slightly, clearly or much better on either side, a tie, or both bad",
    }.get(collected.scale, collected.scale)
    yield f"The question is: **{prose(collected.question)}** The answer is {scale}."
    on_screen = int(everything["shown_left"].notna().sum())
    otherwise = len(everything) - on_screen
    if on_screen:
        yield (
            f"{_labels(on_screen)} made on a screen that showed a prompt with two responses. Which "
            "of them stood left was drawn at random, and models were not named."
        )
    if otherwise:
        yield (
            f"{_labels(otherwise)} not made on such a screen: they came with the data, or a "
            "program made them. What was asked then, and what was shown, is not known here."
        )
    if collected.criteria:
        lines = (f"{name}: {text}".rstrip(": ") for name, text in collected.criteria.items())
        yield "Also judged:\n\n" + _list(lines)
    who = everything.groupby(["annotator", "source"], sort=False).size().reset_index(name="labels")
    rows = zip(who["annotator"], who["source"], who["labels"], strict=True)
    yield _table(
        ("annotator", "source", "labels"),
        [(prose(name), _SOURCES.get(source, source), count) for name, source, count in rows],
    )
    if collected.guidelines:
        yield f"### Guidelines\n\n{block(collected.guidelines, 'markdown')}"
    if collected.older:
        yield (
            f"{_labels(collected.older)} made under an earlier version of the question, the "
            "guidelines or the criteria, which is not printed here."
        )


def _labels(count: int) -> str:
    return f"{count} label{'s were' if count > 1 else ' was'}"


def _rows(published: Published) -> Iterator[str]:
    yield "## What is in it"
    yield _table(("split", "rows"), [(prose(n), rows) for n, rows in published.splits.items()])
    yield _table(("column", "holds"), [(code(n), _HELD.get(n, "")) for n in published.columns])
    undecided = int(published.everything["preference"].isin(["tie", "both_bad"]).sum())
    became = (
        "A tie is written as two good responses, both bad as two bad ones."
        if published.ties_written
        else "Ties and both bad give no row."
    )
    yield f"Format: {published.format}. Of the labels, {undecided} say tie or both bad. {became}"
    told = [*tell(published.left_out, published.policy), *published.notes]
    if told:
        yield _list(told)


def _agreement(everything: pd.DataFrame, measures: Mapping[str, object]) -> Iterator[str]:
    found = raw_agreement(independent(everything))
    stated = dict(measures)
    if found.comparisons:
        share = f"{found.share:.1%} of {found.comparisons} comparisons"
        stated = {"raw agreement of two annotators on a pair": share, **stated}
    yield "## Agreement"
    if not stated:
        yield "No pair was labeled by more than one annotator."
        return
    kinds = [_SOURCES.get(source, source) for source in everything["source"].unique()]
    if len(kinds) > 1:
        yield f"Counted over all annotators: {', '.join(kinds)}."
    rows = [
        (prose(name), f"{value:.3f}" if isinstance(value, float) else prose(str(value)))
        for name, value in stated.items()
    ]
    yield _table(("measure", "value"), rows)


def _biases(everything: pd.DataFrame) -> Iterator[str]:
    decisive = everything[everything["preference"].isin(list(SIDES))]
    shown = decisive[decisive["shown_left"].notna()]
    rows = []
    if len(shown):
        left = int((shown["preference"] == shown["shown_left"]).sum())
        share = f"{left / len(shown):.1%} of {len(shown)}"
        rows.append(("the response on the left was preferred", share))
    columns = (decisive[name] for name in ("preference", "a", "b"))
    differing = [
        (preference == "a") == (len(words_of(a)) > len(words_of(b)))
        for preference, a, b in zip(*columns, strict=True)
        if len(words_of(a)) != len(words_of(b))
    ]
    if differing:
        share = f"{sum(differing) / len(differing):.1%} of {len(differing)}"
        rows.append(("the longer response was preferred", share))
    if rows:
        yield "## Known biases"
        yield _table(("bias", "share of preferences"), rows)


def _findings(findings: Iterable[str]) -> Iterator[str]:
    told = list(findings)
    if told:
        yield "## Checks"
        yield "What tiebreak's checks found in all labels, whether or not they are among the rows:"
        yield _list(told)


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {prose(line)}" for line in lines)


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
