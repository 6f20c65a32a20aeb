"""What a source is made of: rows, whose cells may say nothing."""

import numbers
from collections.abc import Mapping
from typing import Any

import pandas as pd

Row = Mapping[str, Any]


def is_missing(value: Any) -> bool:
    """Tell whether a cell says nothing: None, or what pandas and NumPy put in its place."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    # math.isnan fails on a whole number that is beyond floats.
    return isinstance(value, numbers.Real) and value != value  # noqa: PLR0124
