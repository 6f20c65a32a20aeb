"""Labels in which it is known what there is to find."""

import numpy as np
import pandas as pd

PAIRS = 300


def team(generator, skills, *, lazy_left=False, judge=0, overlap=1.0, pairs=PAIRS):
    """Give labels of people who are right as often as that, and their pairs.

    The first one takes what stands left where ``lazy_left``. A judge takes what it reads first in
    four of ten, in one order or, with ``judge=2``, in both.
    """
    lengths = np.exp(generator.normal(4, 0.6, (2, pairs))).astype(int) + 4
    a, b = (["word " * size for size in sizes] for sizes in lengths)
    large = generator.random(pairs) < 0.5
    models = np.where(large, "large", "small"), np.where(large, "small", "large")
    frame = pd.DataFrame({"a": a, "b": b, "model_a": models[0], "model_b": models[1]})
    truth = np.where(generator.random(pairs) < 0.5, 1, -1)
    parts = []
    for number, skill in enumerate(skills):
        order = generator.permutation(pairs)
        order = order[generator.random(pairs) < overlap]
        choice = np.where(generator.random(len(order)) < skill, truth[order], -truth[order])
        left = np.where(generator.random(len(order)) < 0.5, 1, -1)
        if lazy_left and not number:
            choice = left
        parts.append(_labels(order, f"person {number}", "human", choice, left))
        ties = generator.random(len(order)) < 0.1
        parts[-1].loc[ties, "preference"] = "tie"
    for again in (False, True)[:judge]:
        left = np.full(pairs, -1 if again else 1)
        right = np.where(generator.random(pairs) < 0.8, truth, -truth)
        choice = np.where(generator.random(pairs) < 0.4, left, right)
        parts.append(_labels(np.arange(pairs), "judge", "judge", choice, left, again=again))
    return pd.concat(parts, ignore_index=True), frame


def _labels(order, annotator, source, choice, left, *, again=False):
    start = pd.Timestamp("2026-01-01T09:00Z")
    return pd.DataFrame(
        {
            "pair": order,
            "annotator": annotator,
            "source": source,
            "preference": np.where(choice > 0, "a", "b"),
            "shown_left": np.where(left > 0, "a", "b"),
            "seconds": 12.0,
            "at": start + pd.to_timedelta(np.arange(len(order)) * 12, unit="s"),
            "again": again,
        }
    )
