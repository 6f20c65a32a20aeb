"""OpenAI's preference fine-tuning rows, which Azure, Together and Fireworks take too.

Source: OpenAI's guide to direct preference optimization. Nobody tells who preferred the answer, so
the annotator is ``"dataset"``. Tools are not read.
"""

from collections.abc import Iterator

from tiebreak.reading.layouts.dialogue import ends_with_user, messages
from tiebreak.reading.layouts.fields import SOMEONE, record, within
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row
from tiebreak.records.label import Opinion


def _read(row: Row) -> Iterator[Found]:
    with within("input"):
        prompt = ends_with_user(messages(record(row, "input"), "messages"))
    a, b = (messages(row, name) for name in ("preferred_output", "non_preferred_output"))
    columns = ("input", "preferred_output", "non_preferred_output")
    yield Found(prompt, a, b, opinions=(Opinion(SOMEONE, "human", "a"),), columns=columns)


LAYOUT = Layout(
    "openai",
    "OpenAI preference fine-tuning",
    frozenset({"input", "preferred_output", "non_preferred_output"}),
    _read,
)
