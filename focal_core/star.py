"""FL*, the paper's other loss: cross entropy of a steeper, shifted logit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from focal_core.binary import CROSS_ENTROPY
from focal_core.checks import Floats, check_between, check_numbers, check_targets


@dataclass(frozen=True)
class StarLoss:
    """FL* = -ln(sigmoid(gamma x_t + beta)) / gamma, in nats, with x_t the logit towards the truth.

    gamma: steepness, above 0. beta: shift. Raises ValueError outside these ranges.
    Lin et al. 2017, appendix A, equations 6 to 8; Table 3 trains (2, 1) and (4, 0).
    The methods take logits and targets 0 or 1 (else ValueError), which broadcast.
    """

    gamma: float = 2.0
    beta: float = 1.0

    def __post_init__(self) -> None:
        check_between("gamma", self.gamma, 0, ends=False)
        check_between("beta", self.beta, -1e6, 1e6)

    def value(self, logits: ArrayLike, targets: ArrayLike) -> Floats:
        """Loss of each example."""
        return CROSS_ENTROPY.value(self._stretched(logits, targets), 1) / self.gamma

    def gradient(self, logits: ArrayLike, targets: ArrayLike) -> Floats:
        """Slope by the logit: y (p*_t - 1), equation 11."""
        toward_truth = CROSS_ENTROPY.gradient(self._stretched(logits, targets), 1)
        return toward_truth * (2 * check_targets(targets) - 1)

    def curvature(self, logits: ArrayLike, targets: ArrayLike) -> Floats:
        """Second derivative by the logit: gamma p*_t (1 - p*_t)."""
        return self.gamma * CROSS_ENTROPY.curvature(self._stretched(logits, targets), 1)

    def _stretched(self, logits: ArrayLike, targets: ArrayLike) -> Floats:
        hard = check_targets(targets)
        soft = hard[(hard != 0) & (hard != 1)]
        if soft.size:
            raise ValueError(f"targets must be 0 or 1, got {soft.flat[0]:g}")
        toward_truth = check_numbers("logits", logits) * (2 * hard - 1)
        return np.asarray(self.gamma * toward_truth + self.beta)
