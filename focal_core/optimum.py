"""Which probability a model learns under focal loss, and the way back to the true one."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlog1py, xlogy

from focal_core.binary import FocalLoss
from focal_core.checks import Floats, check_unit


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
