"""Keys that one JSON object has twice, of which every decoder silently takes the last."""

import json
import re
from typing import Any

from tiebreak.wording import some

# To look at each row takes as long as to read it. Who writes keys twice does so soon, or by hand;
# where one is found, all rows are looked at.
LOOKED_AT = 500_000  # bytes
_BEGIN = re.compile(r"\ufeff?\s*\[?")
_BETWEEN = re.compile(r"[\s,]*")
_NAMED = 5


class Repeats:
    """Keeps which rows repeat which keys."""

    def __init__(self, word: str) -> None:
        self.rows: dict[str, list[object]] = {}
        self._word = word
        self._here: list[str] = []
        self._decode = json.JSONDecoder(object_pairs_hook=self._take).raw_decode

    def look(self, line: bytes, number: object) -> None:
        """Look at a line that holds one object."""
        self._keep(line.decode(), 0, number)

    def look_at_all(self, data: bytes) -> None:
        """Look at objects that stand in a list, or one after the other."""
        for part in (data[:LOOKED_AT], data):
            self.rows.clear()
            text = part.decode(errors="replace")
            end: int | None
            end, number = _BEGIN.match(text).end(), 0  # type: ignore[union-attr]
            while (end := self._keep(text, end, number)) is not None:
                number += 1
            if not self.rows:
                break

    def notes(self, name: str) -> list[str]:
        """Say what was found."""
        found = [
            f"{key!r} in {some([f'{self._word} {row}' for row in rows], _NAMED)}"
            for key, rows in self.rows.items()
        ]
        said = f"{name} has a key twice in one object, of which the last one counts: "
        return [f"{said}{some(found, _NAMED)}."] if found else []

    def _keep(self, text: str, place: int, number: object) -> int | None:
        """Look at the value that begins there, and give where it ends; None where there is none."""
        self._here = []
        try:
            _, end = self._decode(text, _BETWEEN.match(text, place).end())  # type: ignore[union-attr]
        except (ValueError, RecursionError):
            return None
        for key in dict.fromkeys(self._here):
            self.rows.setdefault(key, []).append(number)
        return end

    def _take(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        held = dict(pairs)
        if len(held) < len(pairs):
            keys = [key for key, _ in pairs]
            self._here += [key for key in held if keys.count(key) > 1]
        return held
