"""How large the front end is, which every notebook that shows a widget carries."""

import gzip
from collections.abc import Iterator

from figures import Row
from tiebreak.widget.widget import STATIC

BAR = 200_000


def bundle() -> Iterator[Row]:
    """Weigh the minified main bundle, and the modules that few pairs need."""
    main = (STATIC / "widget.js").read_bytes()
    bar = f"< {BAR // 1000} KB"
    yield Row("main bundle, minified", _weight(main), bar=bar, ok=len(main) < BAR)
    for path in sorted(STATIC.glob("*.js")):
        if path.name != "widget.js":
            yield Row(f"  on demand: {path.stem}", _weight(path.read_bytes()))


def _weight(data: bytes) -> str:
    packed = len(gzip.compress(data, mtime=0))
    return f"{len(data) / 1000:.1f} KB ({packed / 1000:.1f} KB gzip)"
