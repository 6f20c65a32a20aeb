"""Pairs without a preference: a prompt and two responses, as tiebreak's own files have them."""

from collections.abc import Callable

from tiebreak.layouts.found import Found, Layout, Row


def _reader(a: str, b: str) -> Callable[[Row], tuple[Found]]:
    columns = ("prompt", a, b)
    taken = frozenset({*columns, "id", "model_a", "model_b"})

    def read(row: Row) -> tuple[Found]:
        found = Found(
            row.get("prompt"),
            row.get(a),
            row.get(b),
            id=row.get("id"),
            model_a=row.get("model_a"),
            model_b=row.get("model_b"),
            meta={key: value for key, value in row.items() if key not in taken},
            columns=columns,
        )
        return (found,)

    return read


LAYOUTS = (
    Layout(
        "pairs",
        "pairs without a preference",
        frozenset({"prompt", "response_a", "response_b"}),
        _reader("response_a", "response_b"),
    ),
    Layout(
        "pairs",
        "pairs without a preference",
        frozenset({"prompt", "a", "b"}),
        _reader("a", "b"),
        fits=lambda row: "response_a" not in row,  # then a and b are columns like others
    ),
)
