"""Numbers as sentences have them."""

from collections.abc import Mapping
from math import isnan
from typing import Any

import pandas as pd

# Of many pairs of models, or people, so many are told in a sentence each.
MOST_TOLD = 5
ALL_TWO = "session.stats.stopping() has all; to compare many, see session.stats.ranking()."
_HALF = 0.5


def percent(share: float) -> str:
    """Write a share."""
    return "-" if isnan(share) else f"{100 * share:.0f} %"


def whole(share: float) -> str:
    """Write a share without its sign."""
    return percent(share).removesuffix(" %")


def number(value: float) -> str:
    """Write how many there are, where some count in part."""
    return f"{value:.0f}" if value == round(value) else f"{value:.1f}"


def span(row: Mapping[Any, Any]) -> str:
    """Write a row's interval, in brackets."""
    return f"({whole(row['low'])} to {whole(row['high'])})"


def apart(row: Mapping[Any, Any]) -> str:
    """Write a row's interval, so that one which leaves a half out is seen to."""
    digits = int(row["low"] > _HALF >= round(row["low"], 2))
    return f"({100 * row['low']:.{digits}f} to {100 * row['high']:.{digits}f})"


def row_of(table: pd.DataFrame, name: str) -> dict[str, Any]:
    """Give a row of a table whose index has the name once."""
    return {str(column): table[column].loc[name] for column in table.columns}
