"""How far the class's lesson works: on pairs and prompts that no setting was chosen on.

python examples/class/figures.py            the figures of docs/teaching.md, on CLASS and FRESH questions
python examples/class/figures.py shorter    those of one taste
python examples/class/figures.py choose     what settings were chosen by, on DEV questions alone

The functions that train and measure are the notebook's own cell.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # two threads on two busy cores wait for each other

import json
import random
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from corpus import CLASS, CLOSERS, DEV, FRESH, OPENERS, TOPICS, pairs

from tiebreak.samples.tiny import TinyGPT

NOTEBOOK = Path(__file__).parents[1] / "class.ipynb"
TASTES = ["shorter", "warmer"]
WARM = {*OPENERS, *CLOSERS}
TAUGHT = {tip for tips in TOPICS.values() for tip in tips}


def notebook_cell(tag):
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    return "".join(next(c for c in cells if tag in c["metadata"].get("tags", ()))["source"])


def sentences(text):
    return [s.strip() for s in re.findall(r"[^.?!]+[.?!]?", text) if s.strip()]


def words(text):
    return len(text.split())


def warm(text):
    return any(s in WARM for s in sentences(text))


def label(rows, taste):
    """Give the pairs as prompt, chosen, rejected, by a taste that all of them decide."""
    frame = pd.DataFrame(rows)
    if taste == "shorter":
        first = frame["response_a"].map(words) < frame["response_b"].map(words)
    else:
        first = frame["style_a"].str.contains("warm")
    a, b = frame["response_a"], frame["response_b"]
    return pd.DataFrame(
        {"prompt": frame["prompt"], "chosen": a.where(first, b), "rejected": b.where(first, a)}
    )


def turned(triples, share, seed):
    """Turn round exactly this share of the labels, drawn at random.

    Of two shuffles that follow each other, the second turns those that the first left.
    """
    number, shuffle = seed
    order = np.random.default_rng([number, shuffle // 2]).permutation(len(triples))
    turn = (order if shuffle % 2 == 0 else len(triples) - 1 - order) < round(share * len(triples))
    made = triples.copy()
    made.loc[turn, ["chosen", "rejected"]] = triples.loc[turn, ["rejected", "chosen"]].to_numpy()
    return made


def written(policy, before, prompts, taste, seed):
    after = policy.write(prompts, seed=seed)
    said = [s for text in after for s in sentences(text)]
    own = [s in TAUGHT | WARM for s in said]
    topic = [
        s in [*TOPICS[q]]
        for q, text in zip(prompts, after)
        for s in sentences(text)
        if s not in WARM
    ]
    score = (lambda t: -words(t)) if taste == "shorter" else warm
    wins = [(score(x) > score(y)) + 0.5 * (score(x) == score(y)) for x, y in zip(after, before)]
    return {
        "words": np.mean([words(t) for t in after]),
        "warm": np.mean([warm(t) for t in after]),
        "changed": np.mean([x != y for x, y in zip(after, before)]),
        "taught": np.mean(own),
        "on topic": np.mean(topic) if topic else np.nan,
        "empty": np.mean([not t for t in after]),
        "win by rule": np.mean(wins),
    }


def one(base, triples, held, prompts, before, taste, share, seed, **settings):
    made = turned(triples, share, seed) if share else triples
    policy = dpo(base, made, seed=seed[0], **settings)
    own, new = margins(policy, base, made), margins(policy, base, held)
    return {
        "fit": np.mean(own > 0),
        "margin": own.mean(),
        "held-out": np.mean(new > 0),
        "held margin": new.mean(),
        **written(policy, before, prompts, taste, seed[0]),
    }


def show(rows, by):
    frame = pd.DataFrame(rows).drop(columns=["set", "shuffle"], errors="ignore")
    groups = frame.groupby(by, sort=False)
    with pd.option_context(
        "display.width", 250, "display.max_columns", 30, "display.float_format", "{:.2f}".format
    ):
        print("mean\n", groups.mean(), "\nsd\n", groups.std(), flush=True)


def choose(base):
    """Try settings on the DEV questions: 16 to learn from, 8 to be judged on."""
    rows = []
    for settings in [
        {"rate": rate, "beta": beta, "epochs": epochs}
        for rate, beta, epochs in [
            (5e-5, 5, 8),
            (1e-4, 5, 6),
            (1e-4, 10, 8),
            (1e-4, 20, 8),
            (2e-4, 2, 8),
        ]
    ]:
        for taste in ("shorter", "warmer"):
            for seed in range(2):
                draw = random.Random(100 + seed)
                learn, judge = DEV[:16], DEV[16:]
                triples = label(pairs((learn * 3)[:36], draw), taste)
                held = label(pairs(judge * 3, draw), taste)
                prompts = judge * 3
                before = base.write(prompts, seed=seed)
                for share in (0, 0.5):
                    found = one(
                        base, triples, held, prompts, before, taste, share, (seed, 0), **settings
                    )
                    rows.append({**settings, "taste": taste, "turned": share, **found})
                    print(
                        settings,
                        taste,
                        share,
                        {k: round(float(v), 2) for k, v in found.items()},
                        flush=True,
                    )
    show(rows, ["taste", "rate", "beta", "epochs", "turned"])


def report(base):
    """Five sets of 36 labels on CLASS questions; pairs and prompts to judge on are of FRESH ones."""
    rows = []
    for taste in [each for each in sys.argv[1:] if each in TASTES] or TASTES:
        for number in range(5):
            triples = label(pairs(CLASS, random.Random(3_000 + number)), taste)
            held = label(pairs(FRESH, random.Random(4_000 + number)), taste)
            before = base.write(FRESH, seed=number)
            again = written(base, before, FRESH, taste, 500 + number)
            rows.append({"taste": taste, "labels": "none (base)", "set": number, **again})
            runs = [("rule", 0, 1), ("20 % turned", 0.2, 1), ("shuffled", 0.5, 6)]
            for name, share, times in runs:
                for shuffle in range(times):
                    found = one(base, triples, held, FRESH, before, taste, share, (number, shuffle))
                    rows.append(
                        {"taste": taste, "labels": name, "set": number, "shuffle": shuffle, **found}
                    )
                    print(
                        taste,
                        name,
                        number,
                        {k: round(float(v), 2) for k, v in found.items()},
                        flush=True,
                    )
    show(rows, ["taste", "labels"])


if __name__ == "__main__":
    exec(notebook_cell("dpo"))
    (choose if "choose" in sys.argv else report)(TinyGPT.load())
