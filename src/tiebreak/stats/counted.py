"""Which labels a statistic counts."""

from collections.abc import Collection

import pandas as pd

from tiebreak.records.label import ADJUDICATOR, VERDICTS


def first_showings(labels: pd.DataFrame) -> pd.DataFrame:
    """Leave out labels of hidden second showings, where a column ``again`` tells of them."""
    if "again" not in labels.columns:
        return labels
    return labels[~labels["again"].fillna(value=False).astype(bool)]


def independent(labels: pd.DataFrame) -> pd.DataFrame:
    """Leave out the labels of whoever decided where others part, and saw what these said.

    >>> import pandas as pd
    >>> independent(pd.DataFrame({"annotator": ["me", "adjudicator"]}))["annotator"].tolist()
    ['me']

    """
    return labels[labels["annotator"] != ADJUDICATOR]


def counted(labels: pd.DataFrame, preferences: Collection[str] = VERDICTS) -> pd.DataFrame:
    """Give the labels that say one of these, of first showings, the last of a person and pair.

    >>> import pandas as pd
    >>> labels = pd.DataFrame({"pair": [1, 1, 2], "annotator": "me"})
    >>> labels["preference"] = ["a", "b", "skip"]
    >>> counted(labels)["preference"].tolist()
    ['b']

    """
    found = first_showings(labels[labels["preference"].isin(list(preferences))])
    return found.drop_duplicates(["pair", "annotator"], keep="last")
