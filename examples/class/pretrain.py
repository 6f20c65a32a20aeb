"""Trains the tiny model that ships with tiebreak, from nothing, by a fixed number of steps.

python examples/class/pretrain.py    writes src/tiebreak/samples/tiny.npz
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # two threads on two busy cores wait for each other

import random
import sys
from pathlib import Path

import numpy as np
from corpus import STYLES, TOPICS, answer, vocabulary

from tiebreak.samples.tiny import TinyGPT

OUT = Path(__file__).parents[2] / "src/tiebreak/samples/tiny.npz"
STEPS, BATCH, RATE = 3_000, 32, 3e-3


def begin(words, seed):
    empty = TinyGPT(words)
    generator = np.random.default_rng(seed)
    parts = [
        generator.normal(
            0,
            0.02
            if len(shape) < 2 or name in ("words", "places")
            else shape[0] ** -0.5 * (0.5 if name[:4] in ("take", "clos") else 1),
            shape,
        )
        for name, shape in empty.shapes().items()
    ]
    weights = np.concatenate([part.ravel() for part in parts]).astype(np.float32)
    return TinyGPT(words, empty.width, empty.layers, empty.heads, weights)


def train(model, steps, seed):
    draw = random.Random(seed)
    first, second = np.zeros_like(model.weights), np.zeros_like(model.weights)
    for step in range(1, steps + 1):
        prompts = draw.choices(list(TOPICS), k=BATCH)
        answers = [answer(q, draw.choice(STYLES), draw) for q in prompts]
        found, back = model.forward(prompts, answers)
        tokens = sum(len(model.read(each)) + 1 for each in answers)
        slope = back(np.full(BATCH, 1 / tokens))
        slope *= min(1.0, 1 / (np.linalg.norm(slope) + 1e-9))
        first += 0.1 * (slope - first)
        second += 0.01 * (slope * slope - second)
        rate = RATE * min(1, step / 100) * (0.5 + 0.5 * np.cos(np.pi * step / steps)) + 1e-5
        model.weights[:] += (
            rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
        )
        if step % 100 == 0:
            print(f"step {step}: {-found.sum() / tokens:.3f} nats a word", flush=True)


if __name__ == "__main__":
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else STEPS
    model = begin(vocabulary(), 0)
    train(model, steps, 1)
    kept = {
        "words": np.array(" ".join(model.words)),
        "sizes": np.array([model.width, model.layers, model.heads]),
        "weights": model.weights.astype(np.float16),
    }
    np.savez_compressed(OUT, **kept)
    for text in model.write(list(TOPICS)[:6], seed=0):
        print("-", text)
