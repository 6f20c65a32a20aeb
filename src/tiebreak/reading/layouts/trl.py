"""TRL's preference rows: prompt, chosen and rejected, as strings or as messages.

The shapes are those of TRL's ``dataset_formats``: with a prompt, or with the prompt at the
beginning of both answers ("implicit"), and with a ``reference``, a better answer than both, for
TPO. The chosen answer becomes ``a``. Images and audio in columns of their own stand where the
messages have a block for one. Clones of ultrafeedback_binarized, whose prompt is a string
and whose answers are whole dialogues, are read like an implicit prompt.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn, get_args

from msgspec.structs import replace

from tiebreak.reading.blocks import with_files
from tiebreak.reading.layouts.dialogue import unlike
from tiebreak.reading.layouts.fields import ANNOTATORS, read_time, who_if_any
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.reading.suspects import is_written_messages
from tiebreak.records.label import Opinion, Source

ANNOTATOR = "dataset"

_PLAIN = ("prompt", "chosen", "rejected")
_PREFERRED = Opinion(ANNOTATOR, "human", "a")
_TEXTS = (*_PLAIN, "reference")
_MODELS_A = ("model_chosen", "chosen_model", "chosen-model", "model_a")
_MODELS_B = ("model_rejected", "rejected_model", "rejected-model", "model_b")
_PROVENANCE = ("pair", "annotator", "source", "model_chosen", "model_rejected")
_TAKEN = frozenset({*_PLAIN, "id"})
_TAKEN_WITH_PROVENANCE = frozenset({*_PLAIN, *("pair", "annotator", "source", "strength", "at")})
_USES = {
    "prompt": "prompt",
    "chosen": "a",
    "rejected": "b",
    "reference": "edit",
    "id": "id",
    **dict.fromkeys(_MODELS_A, "model_a"),
    **dict.fromkeys(_MODELS_B, "model_b"),
}
_USES_WITH_PROVENANCE = _USES | {
    "pair": "id",
    "id": "row_id",
    "annotator": "annotator",
    "source": "source",
    "strength": "strength",
    "at": "at",
}
_WHO = dict.fromkeys(ANNOTATORS, "annotator")
_REPEATED = "the prompt at the beginning of both answers, which is there once"
# What else the prompt is called beside chosen and rejected, the likelier first.
PROMPTS = (
    *("question", "instruction", "input", "query", "conversation", "dialogue", "problem"),
    *("user_prompt", "user_input", "user", "post", "task", "trajectory"),
)
# Where other layouts have their prompts: what the answers begin with in common is none then.
_OTHER_PROMPTS = frozenset({*PROMPTS, "context", "messages", "conversations", "system"})


def read_chosen(row: Row) -> Iterator[Found]:
    """Read a row of chosen and rejected, with a prompt or with one in both of them."""
    row = _with_files(row)
    if len(row) == len(_PLAIN) and "prompt" in row:  # nothing beside them to look for
        yield _found(row, _PREFERRED, _TAKEN)
        return
    who, column = who_if_any(row)
    opinion = Opinion(who or ANNOTATOR, "human", "a", edit=_read_edit(row))
    yield _found(row, opinion, _TAKEN if column is None else _TAKEN | {column})


def _read_with_provenance(row: Row) -> Iterator[Found]:
    """Read what ``session.export(..., format="trl", provenance=True)`` wrote."""
    row = _with_files(row)
    source: Any = row.get("source")
    if source not in get_args(Source):
        msg = f"source is none of {', '.join(get_args(Source))}"
        raise RowError(msg)
    opinion = Opinion(
        row.get("annotator") or ANNOTATOR,
        source,
        "a",
        strength=_read_strength(row.get("strength")),
        edit=_read_edit(row),
        at=read_time(row.get("at"), "at"),
    )
    found = _found(row, opinion, _TAKEN_WITH_PROVENANCE)
    meta = {"row_id" if name == "id" else name: value for name, value in found.meta.items()}
    found = replace(found, id=row.get("pair"), meta=meta)
    # The id tells which response was a, unless it is the user's own.
    yield replace(found, exchanged_by_id=True)


def _found(row: Row, opinion: Opinion, taken: frozenset[str]) -> Found:
    prompt, chosen, rejected = _split(row)
    told = unlike(row, "prompt", prompt) if isinstance(prompt, list) else ()
    if type(chosen) is list and chosen is not row["chosen"] and isinstance(row.get("prompt"), list):
        told = (_REPEATED,)
    if len(row) == len(_PLAIN) and "prompt" in row:  # nothing beside them to look for
        return Found(prompt, chosen, rejected, opinions=(opinion,), columns=_PLAIN, told=told)
    if opinion.edit is not None:
        taken |= {"reference"}
    model_a, model_b = _first(row, _MODELS_A), _first(row, _MODELS_B)
    taken |= {name for name in (model_a, model_b) if name}
    return Found(
        prompt,
        chosen,
        rejected,
        id=row.get("id"),
        model_a=row[model_a] if model_a else None,
        model_b=row[model_b] if model_b else None,
        meta={key: value for key, value in row.items() if key not in taken},
        opinions=(opinion,),
        columns=_PLAIN,
        told=told,
    )


def _with_files(row: Row) -> Row:
    try:
        return with_files(row, _TEXTS)
    except ValueError as error:
        raise RowError(str(error)) from None


def _first(row: Row, names: Iterable[str]) -> str | None:
    """Name the first column that says something; the others are kept as they are."""
    return next((name for name in names if plain(row.get(name)) is not None), None)


def _split(row: Row) -> tuple[Any, Any, Any]:
    """Give prompt and answers, parted where the answers hold the prompt, too."""
    prompt: Any = row.get("prompt")
    chosen: Any = row.get("chosen")
    rejected: Any = row.get("rejected")
    if not isinstance(chosen, str) and (_are_texts(chosen) or _are_texts(rejected)):
        msg = (
            "several answers in a list, where other rows have one: layout='answer_lists' reads "
            "them, a pair of each chosen and each rejected answer"
        )
        raise RowError(msg)
    both = _are_messages(chosen) and _are_messages(rejected)
    if isinstance(prompt, str) and prompt.strip() and both:
        if any(_role(answer[0]) == "assistant" for answer in (chosen, rejected)):
            return [{"role": "user", "content": prompt}], chosen, rejected
        return _split_messages(chosen, rejected)
    if "prompt" in row:
        if both and _are_messages(prompt):
            return _without_prompt(prompt, chosen, rejected)
        return prompt, chosen, rejected
    if both:
        return _split_messages(chosen, rejected)
    if isinstance(chosen, str) and isinstance(rejected, str):
        return _split_strings(chosen, rejected)
    return None, chosen, rejected


def _without_prompt(
    prompt: list[Any], chosen: list[Any], rejected: list[Any]
) -> tuple[Any, Any, Any]:
    """Cut the prompt off where both answers are whole dialogues that begin with it."""
    end = len(prompt)
    for answer in (chosen, rejected):
        if len(answer) <= end or answer[:end] != prompt or _role(answer[end]) != "assistant":
            return prompt, chosen, rejected
    return prompt, chosen[end:], rejected[end:]


def _split_messages(chosen: list[Any], rejected: list[Any]) -> tuple[Any, Any, Any]:
    """Part dialogues at the last answer that they could still have in common."""
    shared = _count_shared(chosen, rejected)
    while shared and not (
        shared < min(len(chosen), len(rejected))
        and _role(chosen[shared]) == _role(rejected[shared]) == "assistant"
    ):
        shared -= 1
    if not shared:
        _refuse_split("no message")
    return chosen[:shared], chosen[shared:], rejected[shared:]


def _split_strings(chosen: str, rejected: str) -> tuple[str, str, str]:
    """Part texts where they differ, but never within a word."""
    if is_written_messages(chosen) or is_written_messages(rejected):
        msg = "messages written as text: CSV holds none, but .jsonl and .parquet do"
        raise RowError(msg)
    end = _count_shared(chosen, rejected)
    while end and not chosen[end - 1].isspace():
        end -= 1
    prompt = chosen[:end].rstrip()
    if not prompt:
        _refuse_split("no text")
    return prompt, chosen[len(prompt) :], rejected[len(prompt) :]


def _refuse_split(what: str) -> NoReturn:
    msg = f"chosen and rejected begin with {what} in common that could be the prompt"
    raise RowError(msg)


def _count_shared(one: Any, other: Any) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (x, y) in pairs if x != y), min(len(one), len(other)))


def _are_messages(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], str)


def _is_of_trl(row: Row) -> bool:
    return holds_one_answer_each(row) and not is_of_sharegpt(row)


def is_of_sharegpt(row: Row) -> bool:
    """Tell that the answers are ShareGPT's messages, with ``from`` and ``value``."""
    answers = (plain(row.get(name)) for name in ("chosen", "rejected"))
    return all(_are_messages(answer) and "from" in answer[0] for answer in answers)


def holds_one_answer_each(row: Row) -> bool:
    """Tell that neither chosen nor rejected is a list of answers."""
    return not any(_are_answer_list(plain(row.get(name))) for name in ("chosen", "rejected"))


def _are_answer_list(value: Any) -> bool:
    return _are_texts(value) or (isinstance(value, list) and value != [] and _are_lists(value))


def _are_lists(value: Any) -> bool:
    return all(isinstance(plain(item), list) for item in value)


def _role(message: Any) -> Any:
    return message.get("role") if isinstance(message, Mapping) else None


def _read_edit(row: Row) -> str | None:
    """Give the reference answer, where it is text; else it is kept as meta."""
    reference: Any = row.get("reference")
    if _are_messages(reference) and len(reference) == 1:
        reference = reference[0].get("content")
    return reference if isinstance(reference, str) and reference else None


def _read_strength(value: Any) -> int | None:
    try:
        number = float(value or "nan")
    except (TypeError, ValueError):
        msg = f"strength is no number but {type(value).__name__}"
        raise RowError(msg) from None
    if number != number:  # noqa: PLR0124 - missing
        return None
    if number not in (1, 2, 3):
        msg = "strength is not 1, 2 or 3"
        raise RowError(msg)
    return int(number)


def _looks_implicit(row: Row) -> bool:
    """Tell TRL's answers from the transcripts of Anthropic HH, which have the same columns."""
    answers: list[Any] = [row.get("chosen"), row.get("rejected")]
    if all(map(_are_messages, answers)):
        return all("role" in answer[0] for answer in answers)
    return _OTHER_PROMPTS.isdisjoint(row) and all(
        isinstance(x, str) and "\n\nAssistant:" not in x for x in answers
    )


def _refuse_unpaired(rows: Iterable[Row]) -> NoReturn:  # noqa: ARG001
    msg = (
        "it holds single answers with a thumb each, not pairs: tiebreak.read_feedback(..., "
        "response='completion', thumb='label') reads it"
    )
    raise RowError(msg)


LAYOUTS = (
    Layout(
        "trl",
        "TRL preference rows",
        frozenset(_PLAIN),
        read_chosen,
        _is_of_trl,
        _USES | _WHO,
    ),
    Layout(
        "trl",
        "TRL preference rows with tiebreak's provenance",
        frozenset({*_PLAIN, *_PROVENANCE}),
        _read_with_provenance,
        uses=_USES_WITH_PROVENANCE,
    ),
    Layout(
        "trl",
        "TRL preference rows with the prompt in the answers",
        frozenset({"chosen", "rejected"}),
        read_chosen,
        fits=_looks_implicit,
        uses={**_USES, **_WHO, "chosen": "prompt and a"},
    ),
    Layout(
        "trl",
        "TRL unpaired rows",
        frozenset({"prompt", "completion", "label"}),
        read_chosen,
        refuse=_refuse_unpaired,
    ),
)
