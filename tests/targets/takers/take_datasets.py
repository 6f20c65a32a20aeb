"""Hugging Face datasets: the rows as they load."""

from common import load, run


def take(path):
    return [dict(row) for row in load(path)]


run(take)
