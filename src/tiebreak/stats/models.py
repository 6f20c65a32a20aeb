"""Models of who wins a comparison, and of ties.

Each takes its parameters (a strength a model, in log odds, and one of ties where it has one), a row
a comparison of who met whom (1, -1, and what else is taken out), outcomes: 1 won, 0 a tie, -1 lost,
and how often each counts. It gives the log-likelihood, its gradient (a row a comparison), and its
negative Hessian.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from tiebreak.stats.logistic import log_sigmoid, sigmoid

Array = npt.NDArray[np.float64]

Likelihood = Callable[[Array, Array, Array, Array], tuple[float, Array, Array]]
_ONCE: Array = np.ones(1)


def bradley_terry(
    at: Array, design: Array, outcome: Array, weight: Array = _ONCE
) -> tuple[float, Array, Array]:
    """Of decisive comparisons (Bradley and Terry 1952)."""
    signed = outcome * (design @ at)
    missed = sigmoid(-signed)
    bend = weight * missed * (1 - missed)
    score = (weight * outcome * missed)[:, None] * design
    return float((weight * log_sigmoid(signed)).sum()), score, design.T @ (design * bend[:, None])


def davidson(
    at: Array, design: Array, outcome: Array, weight: Array = _ONCE
) -> tuple[float, Array, Array]:
    """Of all comparisons; the last parameter is the logarithm of nu (Davidson 1970)."""
    # Divided by the geometric mean of the two strengths, it is a softmax of half, -half and nu.
    half = design @ at[:-1] / 2
    logits = np.stack([half, np.full_like(half, at[-1]), -half], axis=1)
    logits -= np.logaddexp.reduce(logits, axis=1, keepdims=True)
    shares = np.exp(logits)
    came = np.stack([outcome > 0, outcome == 0, outcome < 0], axis=1)
    # Each logit's slope: half a row of the design with a sign, and one for a tie.
    slopes = np.zeros((len(half), 3, design.shape[1] + 1))
    slopes[:, 0, :-1], slopes[:, 2, :-1], slopes[:, 1, -1] = design / 2, -design / 2, 1.0
    mean = np.einsum("nk,nkp->np", shares, slopes)
    score = np.einsum("nk,nkp->np", came.astype(float), slopes) - mean
    heavy = weight[:, None]
    spread = np.einsum("nk,nkp,nkq->pq", heavy * shares, slopes, slopes) - mean.T @ (heavy * mean)
    return float((weight * logits[came]).sum()), heavy * score, spread


def rao_kupper(
    at: Array, design: Array, outcome: Array, weight: Array = _ONCE
) -> tuple[float, Array, Array]:
    """Of all comparisons, by theta, whose logarithm is d (Rao and Kupper 1967)."""
    # An ordered logit with thresholds d and -d, d the logarithm of theta and so above 0.
    d = np.exp(at[-1])
    ahead = design @ at[:-1]
    up, down = sigmoid(ahead - d), sigmoid(-ahead - d)
    tie = np.clip(1 - up - down, 1e-300, None)
    up_slope, down_slope = up * (1 - up), down * (1 - down)
    up_curve, down_curve = up_slope * (1 - 2 * up), down_slope * (1 - 2 * down)
    won, lost = outcome > 0, outcome < 0
    # By ahead, and by d.
    by_ahead = np.where(won, 1 - up, np.where(lost, -(1 - down), (down_slope - up_slope) / tie))
    by_d = np.where(won, -(1 - up), np.where(lost, -(1 - down), (up_slope + down_slope) / tie))
    tie_aa = -(up_curve + down_curve) / tie - ((down_slope - up_slope) / tie) ** 2
    tie_dd = -(up_curve + down_curve) / tie - ((up_slope + down_slope) / tie) ** 2
    slopes = (down_slope - up_slope) * (up_slope + down_slope)
    tie_ad = (up_curve - down_curve) / tie - slopes / tie**2
    aa = np.where(won, -up_slope, np.where(lost, -down_slope, tie_aa))
    dd = np.where(won, -up_slope, np.where(lost, -down_slope, tie_dd))
    ad = np.where(won, up_slope, np.where(lost, -down_slope, tie_ad))
    chance = np.where(won, up, np.where(lost, down, tie))
    # The last parameter is the logarithm of d.
    by_ahead, by_d, aa, dd, ad = (weight * each for each in (by_ahead, by_d, aa, dd, ad))
    score = np.column_stack([by_ahead[:, None] * design, by_d * d])
    width = design.shape[1]
    hessian = np.empty((width + 1, width + 1))
    hessian[:-1, :-1] = -design.T @ (design * aa[:, None])
    hessian[:-1, -1] = hessian[-1, :-1] = -(design * (ad * d)[:, None]).sum(axis=0)
    hessian[-1, -1] = -(dd * d * d + by_d * d).sum()
    return float((weight * np.log(chance)).sum()), score, hessian
