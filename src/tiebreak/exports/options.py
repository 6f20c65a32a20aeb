"""The options of an export, as types, so that editors and type checkers know them by name."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict

FormatName = Literal[
    "trl",
    "kto",
    "openai",
    "axolotl",
    "llama_factory",
    "ms_swift",
    "openrlhf",
    "nemo_rl",
    "torchtune",
    "verl",
    "argilla",
    "label_studio",
    "raw",
]


class ExportOptions(TypedDict, total=False):
    """What an export can be asked for beside its format; see :meth:`tiebreak.Session.export`.

    Attributes:
        annotators: only their labels.
        sources: only labels of these: ``"human"``, ``"judge"``, ``"feedback"``.
        agreement: what becomes of pairs that several annotators labeled: ``"majority"`` and
            ``"unanimous"`` give one row a pair, ``"all"`` a row a label, opposite ones too.
        adjudicator: the annotator whose label is the verdict on a pair.
        min_strength: leaves out weaker preferences.
        criterion: takes the verdicts on this criterion in place of the preferences.
        without_flags: leaves out pairs that anyone flagged so.
        splits: shares by name, which add up to 1; divided by prompt.
        seed: of the splits.
        allow: ids of rules that the texts may break, and ``"images"`` for answers that are images.
        provenance: columns of :meth:`tiebreak.Session.triples` beside the texts (``trl``).
        margin: True, or a mapping from strength to margin (``trl``, ``ms_swift``, ``openrlhf``);
            ``"votes"`` makes it of the votes (``trl``).
        votes: True writes how many labels each side has, ``"each"`` every label itself.
        posterior: whether to write ``soft_label``, ``margin`` and ``weight``.
        messages: whether texts become messages, too (``trl``).
        implicit_prompt: whether the prompt stands in front of both responses (``trl``).
        edit: what becomes of improved responses (``trl``).
        provider: whose rules are checked (``openai``).

    """

    annotators: Sequence[str] | None
    sources: Sequence[Literal["human", "judge", "feedback"]] | None
    agreement: Literal["majority", "unanimous", "all"] | None
    adjudicator: str | None
    min_strength: int | None
    criterion: str | None
    without_flags: Sequence[str] | None
    splits: Mapping[str, float] | None
    seed: int
    allow: str | Sequence[str]
    provenance: bool | Sequence[str]
    margin: bool | Mapping[int, float] | Literal["votes"]
    votes: bool | Literal["each"]
    posterior: bool
    messages: bool
    implicit_prompt: bool
    edit: Literal["chosen", "reference"] | None
    provider: Literal["openai", "azure", "together", "fireworks"]


class CardOptions(ExportOptions, total=False):
    """What a dataset card can be asked for; see :func:`tiebreak.exports.hub.make`.

    Attributes:
        name_annotators: whether people are named, in place of annotator-1, annotator-2 ...
        license: for the card, such as ``"cc-by-4.0"``.
        language: for the card, codes such as ``"en"``.
        measures: for the card, figures to state by name.
        findings: for the card, what checks found, a sentence each.

    """

    name_annotators: bool
    license: str | None
    language: Sequence[str]
    measures: Mapping[str, object] | None
    findings: Sequence[str] | None


class HubOptions(CardOptions, total=False):
    """What publishing can be asked for; see :func:`tiebreak.exports.hub.push_to_hub`.

    Attributes:
        private: whether a repository made here is private; True by default.
        token: of Hugging Face; the one logged in with by default.
        endpoint: of the Hub; the one of ``HF_ENDPOINT`` or the public one by default.

    """

    private: bool
    token: str | None
    endpoint: str | None
