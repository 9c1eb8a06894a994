"""Anatomy of the loss of one example as its p_t goes from 0 to 1."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from focal_core.binary import CROSS_ENTROPY
from focal_core.checks import Floats, check_unit
from focal_core.probability import logit


class BinaryLoss(Protocol):
    """What can be taken apart: `FocalLoss`, `StarLoss`, or a loss of your own."""

    def value(self, logits: ArrayLike, targets: ArrayLike) -> Floats:
        """Loss of each example."""

    def gradient(self, logits: ArrayLike, targets: ArrayLike) -> Floats:
        """Its slope by the logit."""

    def curvature(self, logits: ArrayLike, targets: ArrayLike) -> Floats:
        """Its second derivative by the logit."""


@dataclass(frozen=True, eq=False)
class Anatomy:
    """All arrays have the shape of p_t; losses in nats, slopes are absolute, by the logit."""

    p_t: Floats
    cross_entropy: Floats
    focal: Floats
    cross_entropy_slope: Floats
    focal_slope: Floats
    cross_entropy_curvature: Floats
    focal_curvature: Floats
    factor: Floats

    @property
    def loss_reduction(self) -> Floats:
        """How many times less than cross entropy the loss is."""
        return 1 / self.factor

    @property
    def slope_reduction(self) -> Floats:
        """How many times less than under cross entropy the slope is; below 1 it has grown."""
        return self.cross_entropy_slope / self.focal_slope


def anatomy(p_t: ArrayLike, loss: BinaryLoss) -> Anatomy:
    """Cross entropy x factor = focal loss, and both slopes, at each p_t.

    p_t: between 0 and 1, ends excluded, any shape, else ValueError. The factor
    (1 - p_t)**gamma is the modulating factor of Lin et al. 2017, equation 4 (times alpha, with a
    class weight: the example counts as a positive).
    """
    p_t = check_unit("p_t", p_t, ends=False)
    logits = logit(p_t)
    cross_entropy, focal = CROSS_ENTROPY.value(logits, 1), loss.value(logits, 1)
    return Anatomy(
        p_t=p_t,
        cross_entropy=cross_entropy,
        focal=focal,
        cross_entropy_slope=np.abs(CROSS_ENTROPY.gradient(logits, 1)),
        focal_slope=np.abs(loss.gradient(logits, 1)),
        cross_entropy_curvature=CROSS_ENTROPY.curvature(logits, 1),
        focal_curvature=loss.curvature(logits, 1),
        factor=np.asarray(focal / cross_entropy),
    )
