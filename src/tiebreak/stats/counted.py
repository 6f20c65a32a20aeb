"""Which labels a statistic counts, and what counts as the same."""

from collections.abc import Collection, Iterator
from typing import Any

import pandas as pd

from tiebreak.errors import StatsError
from tiebreak.records.label import ADJUDICATOR, VERDICTS
from tiebreak.wording import nearest


def winners(preferences: "pd.Series[Any]") -> "pd.Series[Any]":
    """Give who won: a tie and both bad are both "no winner", and the same wherever labels meet.

    >>> import pandas as pd
    >>> winners(pd.Series(["a", "tie", "both_bad"])).tolist()
    ['a', 'tie', 'tie']

    """
    return preferences.replace({"both_bad": "tie"})


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


def by_chance(labels: pd.DataFrame) -> pd.DataFrame:
    """Leave out labels of pairs that came because they are contested, where that is known.

    They were picked by what was said of others, so that no share of them is one of all pairs.

    >>> import pandas as pd
    >>> by_chance(pd.DataFrame({"pair": [1, 2], "shown_by": ["contested", None]}))["pair"].tolist()
    [2]

    """
    return labels[labels["shown_by"] != "contested"] if "shown_by" in labels.columns else labels


def of_people(labels: pd.DataFrame) -> pd.DataFrame:
    """Give the labels of people, or those of judges where nobody else labeled.

    >>> import pandas as pd
    >>> labels = pd.DataFrame({"annotator": ["me", "gpt"], "source": ["human", "judge"]})
    >>> labels["preference"] = "a"
    >>> of_people(labels)["annotator"].tolist(), of_people(labels[1:])["annotator"].tolist()
    (['me'], ['gpt'])

    """
    if "source" not in labels.columns:
        return labels
    people = labels[labels["source"] != "judge"]
    return people if people["preference"].isin(VERDICTS).any() else labels


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


def shown_again(labels: pd.DataFrame) -> pd.DataFrame:
    """Give a row for each person and pair that was decided at both showings, and whether alike.

    >>> import pandas as pd
    >>> labels = pd.DataFrame({"pair": 1, "annotator": "me", "preference": ["tie", "both_bad"]})
    >>> shown_again(labels.assign(again=[False, True]))["alike"].tolist()
    [True]

    """
    used = labels[labels["preference"].isin(VERDICTS)]
    again = used["again"].fillna(value=False).astype(bool)
    first, second = (
        each.drop_duplicates(["pair", "annotator"], keep="last").assign(
            winner=winners(each["preference"])
        )[["pair", "annotator", "winner"]]
        for each in (used[~again], used[again])
    )
    both = first.merge(second, on=["pair", "annotator"], suffixes=("", "_again"))
    return both.assign(alike=both["winner"] == both["winner_again"])


def parted(
    labels: pd.DataFrame, pairs: pd.DataFrame, by: str
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Part labels by a column that they or their pairs have; where it is missing, they are in none.

    Raises:
        StatsError: neither has it.

    >>> import pandas as pd
    >>> labels = pd.DataFrame({"pair": [1, 1], "annotator": ["me", "you"]})
    >>> [name for name, own in parted(labels, pd.DataFrame(), "annotator")]
    ['me', 'you']

    """
    if by in labels.columns:
        values = labels[by]
    elif by in pairs.columns:
        values = labels["pair"].map(pairs[by])
    else:
        known = [str(name) for name in (*labels.columns, *pairs.columns)]
        msg = f"Neither labels nor pairs have a column {by!r}{nearest(by, known)}"
        raise StatsError(msg)
    there = values.notna()
    for name, own in labels[there].groupby(values[there].map(str), sort=True):
        yield str(name), own
