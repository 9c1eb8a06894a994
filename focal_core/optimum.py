"""Which probability a model learns under focal loss, and the way back to the true one."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import expit, xlog1py, xlogy

from focal_core.binary import FocalLoss
from focal_core.checks import Floats, check_between, check_unit


def posterior(output: ArrayLike, loss: FocalLoss) -> Floats:
    """True probability of the positive class where the loss's minimiser answers `output`.

    output: sigmoid outputs, 0 to 1, any shape, else ValueError. At 0.5 it is 1 - alpha for every
    gamma. Charoenphakdee et al. 2021, theorem 11, with class weights.
    """
    q = check_unit("output", output)
    larger = np.maximum(q, 1 - q)  # dividing both by it keeps the powers away from 0/0
    up = ((1 - q) / larger) ** loss.gamma * (1 - q - loss.gamma * xlogy(q, q))
    down = (q / larger) ** loss.gamma * (q - loss.gamma * xlog1py(1 - q, -q))
    up, down = float(loss.weight(1.0)) * up, float(loss.weight(0.0)) * down
    return np.asarray(down / (up + down))


def equal_slope_p_t(loss: FocalLoss) -> float | None:
    """The p_t below which the slope exceeds that of cross entropy; None at gamma 0.

    1 / e at gamma 1. alpha plays no part.
    """
    if loss.gamma == 0:
        return None
    gamma = loss.gamma

    def excess(p_t: float) -> float:
        return float((1 - p_t) ** gamma - gamma * (1 - p_t) ** (gamma - 1) * xlogy(p_t, p_t) - 1)

    return float(brentq(excess, 1e-3, 1 - 1e-9, xtol=1e-14))


def steepest_p_t(loss: FocalLoss) -> float | None:
    """The p_t where the loss is steepest and below which it is not convex; None at gamma 0."""
    if loss.gamma == 0:
        return None
    bend = FocalLoss(loss.gamma)
    steepest = brentq(lambda x: float(bend.curvature(x, 1)), -36.0, 0.0, xtol=1e-12)
    return float(expit(steepest))


def p_t_for_loss_reduction(reduction: float, loss: FocalLoss) -> float:
    """The p_t at which the loss is `reduction` times less than cross entropy: 1 - R**(-1/gamma).

    reduction: 1 or more, else ValueError; gamma above 0, else ValueError.
    """
    check_between("reduction", reduction, 1)
    check_between("gamma", loss.gamma, 0, ends=False)
    return float(-np.expm1(-np.log(reduction) / loss.gamma))
