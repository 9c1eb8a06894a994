"""Anatomy of the loss of one example as its p_t goes from 0 to 1."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.checks import Floats, check_numbers
from focal_core.probability import logit


@dataclass(frozen=True, eq=False)
class Anatomy:
    """All arrays have the shape of p_t; losses in nats, slopes are absolute, by the logit."""

    p_t: Floats
    cross_entropy: Floats
    focal: Floats
    cross_entropy_slope: Floats
    focal_slope: Floats
    factor: Floats

    @property
    def loss_reduction(self) -> Floats:
        """How many times less than cross entropy the loss is."""
        return 1 / self.factor

    @property
    def slope_reduction(self) -> Floats:
        """How many times less than under cross entropy the slope is; below 1 it has grown."""
        return self.cross_entropy_slope / self.focal_slope


def anatomy(p_t: ArrayLike, loss: FocalLoss) -> Anatomy:
    """Cross entropy x factor = focal loss, and both slopes, at each p_t.

    p_t: between 0 and 1, ends excluded, any shape, else ValueError. The factor
    (1 - p_t)**gamma is the modulating factor of Lin et al. 2017, equation 4 (times alpha, with a
    class weight: the example counts as a positive).
    """
    p_t = check_numbers("p_t", p_t)
    if np.any((p_t <= 0) | (p_t >= 1)):
        raise ValueError(f"p_t must be between 0 and 1, ends excluded, got {p_t.min():g}")
    logits = logit(p_t)
    cross_entropy, cross_entropy_slope = CROSS_ENTROPY.value_and_gradient(logits, 1)
    focal, focal_slope = loss.value_and_gradient(logits, 1)
    return Anatomy(
        p_t=p_t,
        cross_entropy=cross_entropy,
        focal=focal,
        cross_entropy_slope=np.abs(cross_entropy_slope),
        focal_slope=np.abs(focal_slope),
        factor=np.asarray(focal / cross_entropy),
    )
