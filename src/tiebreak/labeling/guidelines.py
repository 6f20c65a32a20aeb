"""The versions of a session's guidelines, and which labels were made under each."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import pandas as pd

from tiebreak.records.label import Label
from tiebreak.records.settings import GUIDING, Settings
from tiebreak.store.base import Change


class Version(NamedTuple):
    """A version of the guidelines: since when, by whom, and what of them was changed then."""

    name: str
    since: datetime
    by: str | None
    changed: tuple[str, ...]


def versions(settings: Settings, created: datetime, changes: Sequence[Change]) -> list[Version]:
    """Give the versions that there were, oldest first; the last is the one that holds.

    One that was come back to stands where it was last taken up.
    """
    before = settings
    for change in reversed(changes):
        before = _with(before, change.before)
    found = {before.guideline: Version(before.guideline, created, None, ())}
    for change in changes:
        after = _with(before, change.after)
        changed = tuple(name for name in GUIDING if _written(before, name) != _written(after, name))
        name = after.guideline
        if name != before.guideline:
            found.pop(name, None)
            found[name] = Version(name, change.at, change.by, changed)
        before = after
    return list(found.values())


def _written(settings: Settings, name: str) -> bytes:
    """Give what the version's name is made of: criteria in another order are others on screen."""
    return msgspec.json.encode(getattr(settings, name))


def _with(settings: Settings, values: Mapping[str, Any]) -> Settings:
    guiding = {name: value for name, value in values.items() if name in GUIDING}
    return msgspec.structs.replace(settings, **guiding)


def log_frame(found: Sequence[Version], labels: pd.DataFrame, annotator: str) -> pd.DataFrame:
    """Show versions as a row each, oldest first, with the labels made under them.

    Labels of no version, and of versions that were never this session's, have rows before them.
    """
    made = labels["guideline"] if "guideline" in labels.columns else pd.Series(dtype=object)
    made = made.reindex(labels.index).astype(object).where(lambda names: names.notna(), None)
    own = made[labels["annotator"] == annotator]
    known = {version.name: version for version in found}
    others = [name for name in dict.fromkeys(made) if name not in known]
    names: list[str | None] = [*sorted(others, key=lambda name: name or ""), *known]
    all_counts = [sum(each == name for each in made) for name in names]
    own_counts = [sum(each == name for each in own) for name in names]
    told = [known.get(name or "") for name in names]
    return pd.DataFrame(
        {
            "version": pd.Series(names, dtype=object),
            "since": pd.Series([v and v.since for v in told], dtype="datetime64[us, UTC]"),
            "by": pd.Series([v and v.by for v in told], dtype=object),
            "changed": [", ".join(v.changed) if v else "" for v in told],
            "own": own_counts,
            "labels": all_counts,
            "older": [sum(own_counts[:place]) for place in range(len(names))],
        }
    )


def older_labels(
    labels: Sequence[Label], found: Sequence[Version], version: str
) -> Iterator[Label]:
    """Give the labels that were made under older guidelines than those of this name, in order.

    Labels of no version are older than any.
    """
    names = [each.name for each in found]
    newer = frozenset(names[names.index(version) :])
    return (label for label in labels if label.guideline not in newer)
