"""From pairs and labels to what each file is made of: selected, in one form, split."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from tiebreak import views
from tiebreak.checks.exporting import EXPORT_RULES, check_export, check_unpaired
from tiebreak.checks.finding import Finding
from tiebreak.errors import ExportError
from tiebreak.exports import selecting, splitting
from tiebreak.exports.calls import (
    keys_of,
    with_arguments,
    with_same_keys,
    with_tools,
    without_keys,
)
from tiebreak.exports.conversation import (
    any_messages,
    as_dialogues,
    in_one_form,
    with_joined_parts,
)
from tiebreak.exports.format import Format, Part
from tiebreak.exports.media import kinds_in, with_media
from tiebreak.exports.selecting import Selection, parting_pairs
from tiebreak.exports.unwritten import tell_of_measures, tell_of_unwritten
from tiebreak.exports.weighing import Wanted, put_beside, tell_of_posterior, with_beside
from tiebreak.exports.writing import Stream
from tiebreak.records.pair import Pair
from tiebreak.records.text import MediaKind, media_of, words_of
from tiebreak.stats.counted import without_gold
from tiebreak.store.kinds import KINDS
from tiebreak.wording import guess, some, where_read

ALL = ""  # the name of the one part where there are no splits

_WORDS = {"tie": "ties", "both_bad": "both bad", "skip": "skipped"}
_SPLITTING: dict[str, Any] = {"splits": None, "seed": 0}
_ALLOW = "allow"
_BESIDE = ("votes", "posterior")
_NOT_LABELED = "not labeled"
_WITH_MEDIA = f"with {' or '.join(kind.several for kind in KINDS.values())}"
_TOLD = 7  # kinds of error in a message of at most ten lines
IMAGE_ANSWERS = "images"  # allowed by this name


class Prepared(NamedTuple):
    """What is to be written, and what the report says of it."""

    format: Format
    options: dict[str, Any]
    parts: dict[str, Part]
    media: tuple[MediaKind, ...]
    left_out: dict[str, int]
    policy: str
    notes: list[str]
    allowed: frozenset[str]

    def rows(self, part: Part) -> Stream:
        """Give a part's rows, one at a time."""
        given = part if self.format.by_pair else part.judgments
        count = len(part.pairs if self.format.by_pair else part.judgments)
        rows = self.format.rows(given, **self.options)
        if not (self.format.by_pair or self.format.strict or self.format.rows_each > 1):
            rows = with_beside(rows, part.judgments)
        if self.media and self.format.media == "embedded":
            rows = with_media(rows, self.media)
        return Stream(rows, count * self.format.rows_each)


def prepare(
    pairs: Sequence[Pair], labels: pd.DataFrame, format: Format, name: str, asked: dict[str, Any]
) -> Prepared:
    """Select, bring into one form, leave out what the format cannot hold, and split.

    Args:
        pairs: all there are.
        labels: as :func:`tiebreak.views.labels_frame` gives them.
        format: what is to be written.
        name: the format's.
        asked: fields of :class:`tiebreak.exports.selecting.Selection`, ``splits``, ``seed``,
            ``allow`` (ids of rules that may be broken) and the format's own options.

    Raises:
        ExportError: an option is unknown or does not fit, no judgment is left, or a check found
            an error that is not allowed.

    """
    selection, split, wanted, options = _sort(format, name, asked)
    allowed = _read_allowed(asked.get(_ALLOW, ()))
    shown = without_gold(labels) if format.again else views.without_measures(labels)
    frame = views.pairs_frame(pairs)
    everything = views.judgments_frame(shown, frame)
    if not format.by_pair:
        selecting.refuse_contradictions(everything, selection, format.written, name)
    selected = selecting.select(everything, selection)
    judgments, policy = selected.judgments, selected.policy
    left_out = {
        _WORDS[preference]: count
        for preference, count in views.count_undecided(judgments).items()
        if preference not in format.written
    } | selected.left_out
    judgments = judgments[judgments["preference"].isin(list(format.written))]
    kept = [pair for pair in pairs if pair.id not in selected.flagged]
    lost: list[str] = []
    judgments, kept = _leave_out_media(format, judgments, kept, left_out, lost)
    cast = selected.cast
    judgments = _with_votes(judgments, cast, options)
    judgments = put_beside(
        judgments, cast, wanted, selection.adjudicator, completions=format.rows_each > 1
    )
    notes = [*lost, *_notes(judgments, everything, selected)]
    if not format.again:  # the one that does writes all there is
        notes += _note_of_edits(judgments, options)
    conversational = any_messages(judgments)
    if not format.by_pair:
        judgments = _fit(format, options, judgments, left_out, notes, conversational=conversational)
    elif format.keeps is not None:
        notes += without_keys(judgments, format.keeps)[1]
    if format.notes is not None:
        notes += format.notes(judgments, **options)
    unlabeled = len(pairs) - everything["pair"].nunique()
    if unlabeled and not format.by_pair:
        left_out[_NOT_LABELED] = unlabeled
    if judgments.empty and not (format.by_pair and format.again and kept):
        raise _nothing(left_out, notes)
    notes += tell_of_measures(labels, shown)
    notes += tell_of_unwritten(judgments, frame, format, options)
    notes += tell_of_posterior(judgments, cast)
    if not format.by_pair:
        findings = check_export(judgments, selected.votes)
        if "tie" in format.written:
            findings += check_unpaired(judgments)
        notes += _tell(findings, allowed)
    media = kinds_in(judgments) if conversational else ()
    parts = _split(Part(judgments, kept), format, split)
    return Prepared(format, options, parts, media, left_out, policy, notes, allowed)


def _with_votes(
    judgments: pd.DataFrame, cast: pd.DataFrame, options: Mapping[str, Any]
) -> pd.DataFrame:
    if not options.get("votes") and options.get("margin") != "votes":
        return judgments
    return selecting.with_votes(judgments, cast)


def _sort(
    format: Format, name: str, asked: dict[str, Any]
) -> tuple[Selection, dict[str, Any], Wanted, dict[str, Any]]:
    """Tell apart what selects, what splits, what stands beside and what the format knows."""
    own = format.options
    known = [*own, *Selection._fields, *_SPLITTING, _ALLOW, *_BESIDE]
    for option in asked:
        if option not in known:
            msg = (
                f"The format {name!r} has no option {option!r}; it has "
                f"{', '.join(own) or 'none'}. Every format has {', '.join(Selection._fields)}, "
                f"{', '.join(_SPLITTING)}, {_ALLOW}, {', '.join(_BESIDE)}.{guess(option, known)}"
            )
            raise ExportError(msg)
    selection = Selection(**{name: asked[name] for name in Selection._fields if name in asked})
    split = {name: asked.get(name, default) for name, default in _SPLITTING.items()}
    if split["splits"] is not None:
        splitting.check_splits(split["splits"])
    options = {name: asked[name] for name in own if name in asked}
    wanted = Wanted(
        options.get("votes") is not True and asked.get("votes", False),
        asked.get("posterior", False),
        margin=options.get("margin", False) is False,
    )
    wanted.check()
    if format.by_pair and (wanted.votes or wanted.posterior):
        msg = (
            f"The format {name!r} holds every label itself; session.stats.posterior() gives how "
            "sure they are."
        )
        raise ExportError(msg)
    if wanted.votes:
        options.pop("votes", None)
    return selection, split, wanted, options


def _read_allowed(allow: Any) -> frozenset[str]:
    named = [allow] if isinstance(allow, str) else allow
    if not isinstance(named, list | tuple | set | frozenset) or not all(
        isinstance(rule, str) and rule in (*EXPORT_RULES, IMAGE_ANSWERS) for rule in named
    ):
        rules = ", ".join(EXPORT_RULES)
        msg = (
            f"allow is a list of rules that an export runs ({rules}) or {IMAGE_ANSWERS}: {allow!r}"
        )
        raise ExportError(msg)
    return frozenset(named)


def _tell(findings: Sequence[Finding], allowed: frozenset[str]) -> list[str]:
    """Make notes of what was found; an error that is not allowed ends the export."""
    forbidden = [f for f in findings if f.severity == "error" and f.rule not in allowed]
    if forbidden:
        said = "\n".join(f"{finding.rule}: {finding.message}" for finding in forbidden[:_TOLD])
        if len(forbidden) > _TOLD:
            said += f"\nAnd {len(forbidden) - _TOLD} more kinds of error."
        rules = sorted({finding.rule for finding in forbidden} | allowed)
        allowing = where_read(f"give allow={rules}", f"--allow {' '.join(rules)}")
        msg = f"Nothing was written, because checks found errors.\n{said}\nOr {allowing}"
        raise ExportError(msg)
    return [
        f"{finding.rule} was allowed: {finding.what} ({finding.where})"
        if finding.severity == "error"
        else f"{finding.rule}: {finding.what}"
        for finding in findings
    ]


def _leave_out_media(
    format: Format,
    judgments: pd.DataFrame,
    pairs: list[Pair],
    left_out: dict[str, int],
    notes: list[str],
) -> tuple[pd.DataFrame, list[Pair]]:
    """Leave out the pairs with images or audio, which the format has no place for."""
    found = {
        pair.id
        for pair in pairs
        if format.media is None
        for text in (pair.prompt, pair.a, pair.b)
        if type(text) is list and any(True for _ in media_of(text))
    }
    if not found:
        return judgments, pairs
    lost = judgments["pair"].isin(list(found))
    labels = int(lost.sum())
    if labels or format.by_pair:
        left_out[_WITH_MEDIA] = len(found) if format.by_pair else labels
        named = [pair.id for pair in pairs if pair.id in found]
        notes.append(
            f"left out {_WITH_MEDIA}, which the format does not hold: {some(named)}. The format "
            '"trl" holds them, as .parquet or by session.to_dataset()'
        )
    return judgments[~lost], [pair for pair in pairs if pair.id not in found]


def _leave_out_unfit(
    format: Format,
    options: Mapping[str, Any],
    judgments: pd.DataFrame,
    left_out: dict[str, int],
    notes: list[str],
) -> pd.DataFrame:
    if format.unfit is None:
        return judgments
    ids = judgments["pair"].tolist()
    reasons: dict[str, list[str]] = {}
    positions = set()
    for position, reason in format.unfit(judgments, **options):
        positions.add(position)
        reasons.setdefault(reason, []).append(ids[position])
    if not positions:
        return judgments
    for reason, found in reasons.items():
        left_out[reason] = len(found)
        notes.append(f"left out {reason}: {some(list(dict.fromkeys(found)))}")
    return judgments[[position not in positions for position in range(len(ids))]]


def _fit(
    format: Format,
    options: Mapping[str, Any],
    judgments: pd.DataFrame,
    left_out: dict[str, int],
    notes: list[str],
    *,
    conversational: bool,
) -> pd.DataFrame:
    """Bring texts into one form, and calls and tools into the format's, or say what it lacks."""
    if options.get("messages"):
        judgments = as_dialogues(judgments)
    elif conversational:
        texts = judgments[["prompt", "a", "b"]].map(lambda text: isinstance(text, str))
        if texts.to_numpy().any():
            notes.append(
                "texts given as strings became messages, as others are: a file has one form"
            )
        judgments = in_one_form(judgments)
    if conversational:
        judgments, joined = with_joined_parts(judgments, mixed_only=format.media == "embedded")
        if joined:
            notes.append(f"{joined} messages in parts, all of them text, became strings")
    judgments = _leave_out_unfit(format, options, judgments, left_out, notes)
    judgments, said = with_tools(judgments, held=format.tools)
    notes += said
    if not conversational:
        return judgments
    if format.keeps is not None:
        judgments, said = without_keys(judgments, format.keeps)
        notes += said
    if format.arguments and "tool_calls" in keys_of(judgments):
        judgments = with_arguments(judgments, format.arguments)
    return with_same_keys(judgments) if format.arguments == "decoded" else judgments


def _notes(
    judgments: pd.DataFrame,
    everything: pd.DataFrame,
    selected: selecting.Selected,
) -> list[str]:
    notes = []
    opposed = len(parting_pairs(judgments)) if selected.policy else 0
    if opposed:
        notes.append(
            f"{opposed} pairs have different labels from different annotators: {selected.policy}"
        )
    unsafe = selecting.unsafe_choices(judgments, everything)
    if unsafe:
        notes.append(
            f"{len(unsafe)} pairs have a chosen answer that is flagged unsafe: {some(unsafe)}"
        )
    return notes


def _note_of_edits(judgments: pd.DataFrame, options: Mapping[str, Any]) -> list[str]:
    edits = int(judgments["edit"].notna().sum()) if "edit" in judgments.columns else 0
    if not edits or options.get("edit"):
        return []
    return [
        f"{edits} chosen answers were edited and stand here as they were; the format "
        '"trl" writes edits with edit="chosen" or edit="reference"'
    ]


def _nothing(left_out: Mapping[str, int], notes: Sequence[str]) -> ExportError:
    why = ", ".join(f"{count} {reason}" for reason, count in left_out.items()) or "no labels"
    named = "".join(f" ({note})" for note in notes if note.startswith("left out"))
    if selecting.WITHOUT_AGREEMENT in left_out:
        helps = (
            "People part on what they labeled: session.disagreements() opens these pairs to be "
            'decided, and adjudicator="adjudicator" writes what was decided. agreement="majority" '
            'asks for more than half of a pair\'s labels, agreement="all" writes every label.'
        )
    elif left_out.keys() - {_NOT_LABELED}:
        helps = "No label is of what is asked for: label more pairs, or leave fewer out."
    else:
        helps = (
            "Label some pairs first (show the session as a cell's last value, or use "
            "session.label)."
        )
    return ExportError(f"There is nothing to write: {why}{named}. {helps}")


def _split(part: Part, format: Format, split: Mapping[str, Any]) -> dict[str, Part]:
    splits = split["splits"]
    if splits is None:
        return {ALL: part}
    judgments, pairs = part
    if format.by_pair:
        found = judgments.groupby("pair")["source"].agg(
            lambda sources: "+".join(sorted(set(sources)))
        )
        prompts = [words_of(pair.prompt) for pair in pairs]
        sources = [found.get(pair.id, "") for pair in pairs]
        names = splitting.split_by_prompt(prompts, sources, splits, split["seed"])
        parts = {}
        for name in splits:
            own = [pair for pair, its in zip(pairs, names, strict=True) if its == name]
            ids = {pair.id for pair in own}
            parts[name] = Part(judgments[judgments["pair"].isin(list(ids))], own)
        return parts
    prompts = [words_of(prompt) for prompt in judgments["prompt"]]
    names = splitting.split_by_prompt(prompts, judgments["source"].tolist(), splits, split["seed"])
    return {name: Part(judgments[[its == name for its in names]], pairs) for name in splits}
