"""Focal loss where the truth itself is uncertain: a target t between 0 and 1.

With p = sigmoid(logit), q = 1 - p and the chance of a miss u = p (1 - t) + q t,

    FL = u**gamma c,    c = -t ln p - (1 - t) ln q

which is torchvision's convention, and at t = 0 or 1 the loss of Lin et al. 2017, equation 4.
The functions take checked arrays of one float type; `FocalLoss` is the way in.
"""

import numpy as np

from focal_core.checks import Floats


def value(logits: Floats, targets: Floats, gamma: float) -> Floats:
    """FL of each example, shape of logits and targets broadcast."""
    p, q = _sigmoids(logits)
    c = _cross_entropy(logits, targets, p, q)
    with np.errstate(invalid="ignore"):  # u**gamma may round to 0; the limit is still infinite
        return np.where(np.isinf(c), c, _miss(p, q, targets) ** gamma * c)


def gradient(logits: Floats, targets: Floats, gamma: float) -> Floats:
    """dFL/dlogit = u**gamma (gamma r c + k) with r = u'/u and k = dc/dlogit."""
    p, q = _sigmoids(logits)
    c = _finite(_cross_entropy(logits, targets, p, q))
    return _miss(p, q, targets) ** gamma * (
        gamma * _relative_slope(p, q, targets) * c + _cross_entropy_slope(p, q, targets)
    )


def curvature(logits: Floats, targets: Floats, gamma: float) -> Floats:
    """d2FL/dlogit2, the derivative of `gradient`."""
    p, q = _sigmoids(logits)
    c = _finite(_cross_entropy(logits, targets, p, q))
    r, k = _relative_slope(p, q, targets), _cross_entropy_slope(p, q, targets)
    bend = gamma * (gamma - 1) * r * r * c + gamma * r * (q - p) * c + 2 * gamma * r * k
    return _miss(p, q, targets) ** gamma * (bend + p * q)


def _sigmoids(logits: Floats) -> tuple[Floats, Floats]:
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-logits)), 1 / (1 + np.exp(logits))


def _miss(p: Floats, q: Floats, targets: Floats) -> Floats:
    return p * (1 - targets) + q * targets


def _cross_entropy(logits: Floats, targets: Floats, p: Floats, q: Floats) -> Floats:
    # A certain target has one term only: 0 times an infinite logit would be NaN.
    with np.errstate(invalid="ignore"):
        if_positive = np.where(targets == 0, 0, -targets * logits)
        if_negative = np.where(targets == 1, 0, (1 - targets) * logits)
    return np.maximum(if_positive, if_negative) - np.log1p(-np.minimum(p, q))


def _cross_entropy_slope(p: Floats, q: Floats, targets: Floats) -> Floats:
    return p * (1 - targets) - q * targets


def _relative_slope(p: Floats, q: Floats, targets: Floats) -> Floats:
    """u'/u = (1 - 2 t) p q / u; at a certain target u itself cancels, even where it is 0."""
    miss = _miss(p, q, targets)
    certain = np.where(targets == 0, q, -p)
    soft = (targets > 0) & (targets < 1)
    return np.divide((1 - 2 * targets) * p * q, miss, out=certain, where=soft)


def _finite(c: Floats) -> Floats:
    # The factor beside it goes to 0 faster than c to infinity.
    return np.minimum(c, np.finfo(c.dtype).max)
