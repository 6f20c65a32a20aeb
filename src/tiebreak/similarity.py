"""Temporary stand-in until branch checks is merged. Not committed."""

import re
from collections.abc import Sequence


def near_duplicate_groups(texts: Sequence[str], threshold: float = 0.9) -> list[int]:
    """Group."""
    del threshold
    seen: dict[str, int] = {}
    return [seen.setdefault(re.sub(r"\W+", " ", t).strip().lower(), len(seen)) for t in texts]
