"""tiebreak's own format, without loss: a pair a line with all its labels.

The fields of a pair, then ``"labels"``, each the fields of an opinion that say something, its
moment as ISO 8601 in UTC. Pairs that nobody labeled are there too, and so are ties, skips and
second showings; ``tb.read_pairs`` gives back the same pairs and labels.
"""

from collections.abc import Iterator

from tiebreak.exports.format import Part, Row
from tiebreak.exports.opinions import by_pair
from tiebreak.records.label import PREFERENCES

WRITTEN = PREFERENCES


def rows(part: Part) -> Iterator[Row]:
    """Give each pair with its labels."""
    labels = by_pair(part.judgments)
    for pair in part.pairs:
        row: Row = {"id": pair.id, "prompt": pair.prompt, "a": pair.a, "b": pair.b}
        for name in ("model_a", "model_b", "meta"):
            value = getattr(pair, name)
            if value is not None:
                row[name] = value
        yield {**row, "labels": labels.get(pair.id, [])}
