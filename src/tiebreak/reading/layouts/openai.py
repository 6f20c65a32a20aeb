"""OpenAI's preference fine-tuning rows, which Azure, Together and Fireworks take too.

Source: OpenAI's guide to direct preference optimization. Nobody tells who preferred the answer, so
the annotator is ``"dataset"``. Tools are kept beside the pair, in the meta column ``tools``.
"""

from collections.abc import Iterator

from tiebreak.reading.layouts.dialogue import MESSAGE, ends_with_user, messages
from tiebreak.reading.layouts.fields import SOMEONE, record, rest_of, within
from tiebreak.reading.layouts.layout import ANY, Found, Layout
from tiebreak.reading.rows import Row
from tiebreak.records.label import Opinion


def _read(row: Row) -> Iterator[Found]:
    with within("input"):
        given = record(row, "input")
        prompt = ends_with_user(messages(given, "messages"))
    a, b = (messages(row, name) for name in ("preferred_output", "non_preferred_output"))
    columns = ("input", "preferred_output", "non_preferred_output")
    meta = rest_of(row, *columns, "id")
    meta |= {name: value for name, value in rest_of(given, "messages").items() if value != []}
    if "tools" not in meta and meta.get("parallel_tool_calls") is True:  # as it is by default
        del meta["parallel_tool_calls"]
    yield Found(
        prompt,
        a,
        b,
        id=row.get("id"),
        meta=meta,
        opinions=(Opinion(SOMEONE, "human", "a"),),
        columns=columns,
    )


LAYOUT = Layout(
    "openai",
    "OpenAI preference fine-tuning",
    frozenset({"input", "preferred_output", "non_preferred_output"}),
    _read,
    uses={
        "input": "prompt and tools",
        "preferred_output": "a",
        "non_preferred_output": "b",
        "id": "id",
    },
    within={
        "input": {ANY: None, "messages": MESSAGE},
        "preferred_output": MESSAGE,
        "non_preferred_output": MESSAGE,
    },
)
