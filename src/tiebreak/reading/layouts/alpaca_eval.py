"""AlpacaEval: models' outputs, joined two models a pair, and the judgments of such pairs.

Files are ``results/*/model_outputs.json`` and ``annotations.json`` of tatsu-lab/alpaca_eval. A
judgment's ``preference`` lies in [1, 2]: 1 where ``output_1`` is surely better, 2 where
``output_2`` is, 1.5 for a tie; so ``output_1`` is better with probability 2 - preference.
"""

import math
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

from tiebreak.reading.layouts.layout import Found, Joined, Layout
from tiebreak.reading.rows import Row, RowError, plain
from tiebreak.records.label import Opinion

_TIE = 1.5
_UNREAD = "preference is no number, so that the pair has no label"
_TAKEN = {
    *("instruction", "output_1", "output_2", "generator_1", "generator_2"),
    *("preference", "annotator"),
}
_COLUMNS = ("instruction", "output_1", "output_2")
_JUDGED = {
    "instruction": "prompt",
    "output_1": "a",
    "output_2": "b",
    "generator_1": "model_a",
    "generator_2": "model_b",
    "preference": "preference and probability",
    "annotator": "annotator",
}
_JOINED = {"instruction": "prompt", "output": "a or b", "generator": "model_a or model_b"}


def _read(row: Row) -> Iterator[Found]:
    opinions = _read_opinions(row)
    taken = _TAKEN if opinions else _TAKEN - {"annotator"}
    told = () if opinions or plain(row.get("preference")) in (None, "") else (_UNREAD,)
    yield Found(
        row.get("instruction"),
        row.get("output_1"),
        row.get("output_2"),
        model_a=row.get("generator_1"),
        model_b=row.get("generator_2"),
        meta={key: value for key, value in row.items() if key not in taken},
        opinions=opinions,
        columns=_COLUMNS,
        told=told,
    )


def _read_opinions(row: Row) -> tuple[Opinion, ...]:
    preference = _read_preference(row.get("preference"))
    if preference is None:  # the judge's answer could not be read
        return ()
    choice = "tie" if preference == _TIE else "a" if preference < _TIE else "b"
    judge = row.get("annotator") or "judge"
    return (Opinion(judge, "judge", choice, probability=2 - preference),)  # type: ignore[arg-type]


def _read_preference(value: Any) -> float | None:
    try:
        number = math.nan if value is None or value == "" else float(value)
    except (TypeError, ValueError):
        msg = f"preference is no number but {type(value).__name__}"
        raise RowError(msg) from None
    if math.isnan(number):
        return None
    if not 1 <= number <= 2:  # noqa: PLR2004
        msg = "preference is not between 1 and 2"
        raise RowError(msg)
    return number


def _join(rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[Joined, Row]]:
    """Pair each two models' outputs to an instruction, named by the later row."""
    by_instruction: dict[str, list[tuple[int, Row]]] = {}
    models: dict[str, None] = {}
    for name, row in rows:
        by_instruction.setdefault(str(row.get("instruction")), []).append((name, row))
        models[str(row.get("generator"))] = None
    if len(models) == 1:
        msg = (
            f"it holds the outputs of one model only ({next(iter(models))}), where a pair takes "
            "two: put several models' rows into one table, for example with pandas.concat"
        )
        raise RowError(msg)
    for answers in by_instruction.values():
        for (first, one), (second, other) in combinations(answers, 2):
            if one.get("generator") != other.get("generator"):
                yield (second, first), _pair_row(one, other)


def _pair_row(one: Row, other: Row) -> Row:
    kept: dict[str, Any] = {}
    for key in {**one, **other}:
        if key in ("output", "generator"):
            continue
        if plain(one.get(key)) == plain(other.get(key)):
            kept[key] = one.get(key)
        else:
            kept |= {f"{key}_a": one.get(key), f"{key}_b": other.get(key)}
    return kept | {
        "output_1": one.get("output"),
        "output_2": other.get("output"),
        "generator_1": one.get("generator"),
        "generator_2": other.get("generator"),
    }


LAYOUTS = (
    Layout(
        "alpaca_eval",
        "AlpacaEval judgments",
        frozenset({*_COLUMNS, "preference"}),
        _read,
        uses=_JUDGED,
    ),
    Layout(
        "alpaca_eval",
        "AlpacaEval outputs of several models",
        frozenset({"instruction", "output", "generator"}),
        _read,
        uses=_JOINED,
        gather=_join,
        alone="there is no other model's answer to its instruction",
    ),
)
