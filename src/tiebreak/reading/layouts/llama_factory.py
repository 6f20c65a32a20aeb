"""LLaMA-Factory's ranking rows, in its ShareGPT and its Alpaca form.

Source: LLaMA-Factory ``data/README.md`` and ``data/converter.py``. Nobody tells who preferred the
chosen answer, so the annotator is ``"dataset"``.
"""

from collections.abc import Iterator

from tiebreak.reading.layouts.dialogue import Messages, ends_with_user, messages, one_message
from tiebreak.reading.layouts.fields import SOMEONE, items_if_any, text, text_if_any, within
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion

_CHOSEN = (Opinion(SOMEONE, "human", "a"),)
_SHAREGPT = ("conversations", "chosen", "rejected")
_ALPACA = ("instruction", "chosen", "rejected")


def _read_sharegpt(row: Row) -> Iterator[Found]:
    prompt = ends_with_user(messages(row, "conversations"))
    a, b = (one_message(row, name, "assistant") for name in ("chosen", "rejected"))
    yield Found(_system(row) + prompt, a, b, opinions=_CHOSEN, columns=_SHAREGPT)


def _read_alpaca(row: Row) -> Iterator[Found]:
    query = text_if_any(row, "input")
    asked = text(row, "instruction") + (f"\n{query}" if query else "")
    a, b = text(row, "chosen"), text(row, "rejected")
    before = _system(row) + _history(row)
    if not before:
        yield Found(asked, a, b, opinions=_CHOSEN, columns=_ALPACA)
        return
    prompt = [*before, {"role": "user", "content": asked}]
    x, y = ([{"role": "assistant", "content": answer}] for answer in (a, b))
    yield Found(prompt, x, y, opinions=_CHOSEN, columns=_ALPACA)


def _system(row: Row) -> Messages:
    system = text_if_any(row, "system")
    return [{"role": "system", "content": system}] if system else []


def _history(row: Row) -> Messages:
    turns: Messages = []
    for number, exchange in enumerate(items_if_any(row, "history"), 1):
        said = plain(exchange)
        if not isinstance(said, list) or len(said) != 2:  # noqa: PLR2004 - question and answer
            msg = f"exchange {number} of history is not a question and an answer"
            raise RowError(msg)
        with within(f"exchange {number} of history"):
            both = {"question": said[0], "answer": said[1]}
            turns.append({"role": "user", "content": text(both, "question")})
            turns.append({"role": "assistant", "content": text(both, "answer")})
    return turns


LAYOUTS = (
    Layout(
        "sharegpt",
        "ShareGPT ranking (LLaMA-Factory)",
        frozenset(_SHAREGPT),
        _read_sharegpt,
    ),
    Layout(
        "alpaca_ranking",
        "Alpaca ranking (LLaMA-Factory)",
        frozenset(_ALPACA),
        _read_alpaca,
    ),
)
