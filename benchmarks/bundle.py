"""How large the front end is, which every notebook that shows a widget carries."""

import gzip
from collections.abc import Iterator

from figures import Row
from tiebreak.widget import STATIC

BAR = 200_000


def bundle() -> Iterator[Row]:
    """Weigh the minified main bundle."""
    data = (STATIC / "widget.js").read_bytes()
    packed = len(gzip.compress(data, mtime=0))
    yield Row(
        "main bundle, minified",
        f"{len(data) / 1000:.1f} KB ({packed / 1000:.1f} KB gzip)",
        bar=f"< {BAR // 1000} KB",
        ok=len(data) < BAR,
    )
