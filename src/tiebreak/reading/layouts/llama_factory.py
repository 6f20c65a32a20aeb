"""LLaMA-Factory's ranking rows, in its ShareGPT, its Alpaca and its v1 form.

Source: LLaMA-Factory ``data/README.md``, ``data/converter.py`` and ``data/v1_dpo_demo.jsonl``.
Nobody tells who preferred the chosen answer, so the annotator is ``"dataset"``. In v1, two whole
dialogues have contents in parts, ``{"type": "text", "value": ...}``.
"""

from collections.abc import Iterator
from itertools import combinations

from msgspec.structs import replace

from tiebreak.reading.layouts.answer_lists import named_row
from tiebreak.reading.layouts.dialogue import MESSAGE, ends_with_user, messages, one_message, split
from tiebreak.reading.layouts.fields import (
    SOMEONE,
    items,
    rest_of,
    text,
    text_if_any,
)
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion

_CHOSEN = (Opinion(SOMEONE, "human", "a"),)
_ANSWERS = {"chosen": "a", "rejected": "b", "id": "id"}
_SHAREGPT = ("conversations", "chosen", "rejected")
_ALPACA = ("instruction", "chosen", "rejected")
_FEWEST = 2
_V1 = ("chosen_messages", "rejected_messages")


def _read_sharegpt(row: Row) -> Iterator[Found]:
    prompt = ends_with_user(messages(row, "conversations"))
    a, b = (one_message(row, name, "assistant") for name in ("chosen", "rejected"))
    meta = rest_of(row, *_SHAREGPT, "id")
    yield Found(prompt, a, b, id=row.get("id"), meta=meta, opinions=_CHOSEN, columns=_SHAREGPT)


def _read_alpaca(row: Row) -> Iterator[Found]:
    query = text_if_any(row, "input")
    asked = text(row, "instruction") + (f"\n{query}" if query else "")
    a, b = text(row, "chosen"), text(row, "rejected")
    meta = rest_of(row, *_ALPACA, "input", "id")
    yield Found(asked, a, b, id=row.get("id"), meta=meta, opinions=_CHOSEN, columns=_ALPACA)


def _read_ranked(row: Row) -> Iterator[Found]:
    """Read the Alpaca form of before 2024: a list of answers, the best one first."""
    ranked = items(row, "output")
    if len(ranked) < _FEWEST:
        msg = "fewer than two answers in output"
        raise RowError(msg)
    for better, worse in combinations(ranked, 2):
        whole = {**row, "chosen": better, "rejected": worse}
        for found in _read_alpaca(whole):
            meta = {name: value for name, value in found.meta.items() if name != "output"}
            columns = ("instruction", "output", "output")
            yield replace(
                found,
                meta=meta | named_row(row, alone=len(ranked) == _FEWEST),
                columns=columns,
                id=row.get("id") if len(ranked) == _FEWEST else None,
            )


def _lists_output(row: Row) -> bool:
    output = plain(row.get("output"))
    return isinstance(output, list) and all(isinstance(answer, str) for answer in output)


def _read_v1(row: Row) -> Iterator[Found]:
    prompt, a, b = split(*(messages(row, name) for name in _V1))
    meta = rest_of(row, *_V1, "id")
    columns = ("the beginning of both", *_V1)
    yield Found(prompt, a, b, id=row.get("id"), meta=meta, opinions=_CHOSEN, columns=columns)


def _holds_texts(row: Row) -> bool:
    """Tell it from TRL's messages beside an instruction, as distilabel writes them."""
    return not isinstance(plain(row.get("chosen")), list)


LAYOUTS = (
    Layout(
        "sharegpt",
        "ShareGPT ranking (LLaMA-Factory)",
        frozenset(_SHAREGPT),
        _read_sharegpt,
        uses=_ANSWERS | {"conversations": "prompt"},
        within=dict.fromkeys(_SHAREGPT, MESSAGE),
    ),
    Layout(
        "alpaca_ranking",
        "Alpaca ranking (LLaMA-Factory)",
        frozenset(_ALPACA),
        _read_alpaca,
        _holds_texts,
        _ANSWERS | {"instruction": "prompt", "input": "prompt"},
    ),
    Layout(
        "alpaca_ranking",
        "Alpaca ranking with the answers in a list",
        frozenset({"instruction", "output"}),
        _read_ranked,
        _lists_output,
        {"instruction": "prompt", "input": "prompt", "output": "a and b", "id": "id or row_id"},
    ),
    Layout(
        "llama_factory_v1",
        "ranking in LLaMA-Factory's v1 form",
        frozenset(_V1),
        _read_v1,
        uses={"chosen_messages": "prompt and a", "rejected_messages": "b", "id": "id"},
        within=dict.fromkeys(_V1, MESSAGE),
    ),
)
