"""Chosen and rejected answers whose prompt goes by another name than TRL's, or its messages do.

Sources: the cards of Intel/orca_dpo_pairs (``system``, ``question``), of distilabel's clone of it
(``system``, ``input``) and of openbmb/UltraInteract_pair (``trajectory``, messages). Of several
such columns, the likeliest is the prompt, and the others are kept. Messages may be ShareGPT's,
with ``from`` and ``value``.
"""

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from tiebreak.reading.layouts.dialogue import MESSAGE, as_message, messages
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.layouts.trl import LAYOUTS as TRL
from tiebreak.reading.layouts.trl import PROMPTS, holds_one_answer_each, is_of_sharegpt, read_chosen
from tiebreak.reading.rows import Row, RowError, plain

_ANSWERS = ("chosen", "rejected")
_NOT_BESIDE = ("prompt", "messages", "conversations")


def _reader(name: str) -> Callable[[Row], Iterator[Found]]:
    def read(row: Row) -> Iterator[Found]:
        lacking = next((name for name in _ANSWERS if plain(row.get(name)) is None), None)
        if lacking is not None:
            msg = f"no {lacking}"
            raise RowError(msg)
        row = _as_messages(row)
        prompt = plain(row.get(name))
        given = {key: value for key, value in row.items() if key != name}
        if isinstance(prompt, list) and prompt:
            given["prompt"] = messages(row, name)
            for answer in _ANSWERS:
                said = plain(row.get(answer))
                given[answer] = as_message("assistant", said) if isinstance(said, str) else said
        elif prompt is not None and prompt != "":
            given["prompt"] = prompt
        elif not all(isinstance(plain(row[answer]), list) for answer in _ANSWERS):
            msg = f"no {name}"
            raise RowError(msg)
        return (replace(found, columns=(name, *_ANSWERS)) for found in read_chosen(given))

    return read


def _as_messages(row: Row) -> Row:
    """Give ShareGPT's messages as others have them."""
    if not is_of_sharegpt(row):
        return row
    names = [name for name in ("prompt", *_ANSWERS) if isinstance(plain(row.get(name)), list)]
    return {**row, **{name: messages(row, name) for name in names}}


def _read_sharegpt(row: Row) -> Iterator[Found]:
    return read_chosen(_as_messages(row))


def _fits(name: str) -> Callable[[Row], bool]:
    likelier = (*_NOT_BESIDE, *PROMPTS[: PROMPTS.index(name)])

    def fits(row: Row) -> bool:
        if any(other in row for other in likelier) or not holds_one_answer_each(row):
            return False
        answers = [plain(row.get(answer)) for answer in _ANSWERS]
        if name == "instruction" and not all(isinstance(answer, list) for answer in answers):
            return False  # an Alpaca ranking
        return not any(isinstance(x, str) and "\n\nAssistant:" in x for x in answers)

    return fits


LAYOUTS = tuple(
    Layout(
        "chosen_rejected",
        f"chosen and rejected answers with the prompt in {name!r}",
        frozenset({name, *_ANSWERS}),
        _reader(name),
        _fits(name),
        {**TRL[0].uses, name: "prompt"},
        {name: MESSAGE},
    )
    for name in PROMPTS
) + tuple(
    Layout(
        "chosen_rejected",
        "chosen and rejected answers in ShareGPT's form",
        frozenset({*before, *_ANSWERS}),
        _read_sharegpt,
        is_of_sharegpt,
        TRL[0].uses,
        dict.fromkeys(("prompt", *_ANSWERS), MESSAGE),
    )
    for before in (("prompt",), ())
)
