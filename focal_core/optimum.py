"""Which probability a model learns under focal loss, and the way back to the true one."""

import numpy as np
from numpy.typing import ArrayLike

from focal_core.binary import FocalLoss
from focal_core.checks import Floats
from focal_core.probability import logit


def posterior(output: ArrayLike, loss: FocalLoss) -> Floats:
    """True probability of the positive class where the loss's minimiser answers `output`.

    output: sigmoid outputs, 0 to 1, any shape, else ValueError. At 0.5 it is 1 - alpha for every
    gamma. Charoenphakdee et al. 2021, theorem 11, with class weights.
    """
    logits = logit(output)
    pull_up = np.abs(loss.gradient(logits, 1))
    pull_down = np.abs(loss.gradient(logits, 0))
    return np.asarray(pull_down / (pull_up + pull_down))
