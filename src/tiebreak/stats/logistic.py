"""The logistic function, and a logit fitted with a ridge, or with its bias taken away."""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

Array = npt.NDArray[np.float64]

_STEPS = 60


def log_sigmoid(x: Any) -> Array:
    """Give ``log(1 / (1 + exp(-x)))`` without overflow."""
    return np.asarray(-np.logaddexp(0, -x))


def sigmoid(x: Any) -> Array:
    """Give ``1 / (1 + exp(-x))`` without overflow."""
    return np.asarray(np.exp(log_sigmoid(x)))


def climb(design: Array, won: Array, ridge: Array, near: float) -> Array:
    """Fit effects on the log-odds of winning by Newton's steps.

    Args:
        design: a row a choice, a column for what is looked at.
        won: 1 where it was chosen, -1 where not.
        ridge: how strongly each effect is drawn to 0 (its precision beforehand).
        near: the largest step that ends the climb.

    """
    # Threads that wait for each other on cores that do something else take ten times as long as
    # one thread alone, and for matrices as small as these they gain little where cores are free.
    with _linear_algebra().limit(limits=1, user_api="blas"):
        return _climb(design, won, ridge, near)


@cache
def _linear_algebra() -> ThreadpoolController:
    return ThreadpoolController()


def _climb(design: Array, won: Array, ridge: Array, near: float) -> Array:
    at = np.zeros(design.shape[1])
    for _ in range(_STEPS if len(at) else 0):
        miss = sigmoid(-won * (design @ at))
        # A product of a matrix with its own transpose takes half the work of any other.
        weighted = design * np.sqrt(miss * (1 - miss))[:, None]
        hessian = weighted.T @ weighted + np.diag(ridge)
        step = np.linalg.solve(hessian, (won * miss) @ design - ridge * at)
        at = at + np.clip(step, -2, 2)
        if float(np.abs(step).max()) < near:
            break
    return at


def unbiased(
    design: Array, won: Array, ridge: Array, near: float, start: Array
) -> tuple[Array, Array]:
    """Fit effects whose bias is taken away (Firth 1993), and give their covariance.

    The most likely effects of many columns on few choices are too large, and where one column
    decides all, without an end. Firth's are the most likely with Jeffreys' prior.

    Args:
        design: as :func:`climb` takes it.
        won: as :func:`climb` takes it.
        ridge: as :func:`climb` takes it; a small one, for columns that say the same.
        near: the largest step that ends the climb.
        start: from where to climb.

    Returns:
        The effects, in log-odds for one more of a column, and their covariance.

    """
    with _linear_algebra().limit(limits=1, user_api="blas"):
        at = start
        for _ in range(_STEPS):
            miss = sigmoid(-won * (design @ at))
            weight = miss * (1 - miss)
            known = np.asarray(np.linalg.inv((design.T * weight) @ design + np.diag(ridge)))
            leverage = weight * ((design @ known) * design).sum(axis=1)
            pulled = won * (miss + leverage * (miss - 1 / 2))
            step = np.clip(known @ (pulled @ design - ridge * at), -1, 1)
            at = at + step
            if float(np.abs(step).max(initial=0.0)) < near:
                break
    return at, known
