"""Focal loss of one logit against one target: value, slope and curvature, right to the last digits.

With z the logit turned away from the truth (z = -logit for a positive, z = logit for a negative):

    1 - p_t = sigmoid(z)     p_t = sigmoid(-z)     CE = softplus(z)

Each comes from z by itself and never from the other, so nothing cancels; powers of 1 - p_t stand
where a division would otherwise be needed, so nothing becomes 0/0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from focal_core import fused, soft_targets
from focal_core.checks import (
    LARGEST_EXPONENT,
    Floats,
    all_certain,
    as_floats,
    check_between,
    check_ignore_index,
    check_numbers,
    check_same_shape,
    check_targets,
)


@dataclass(frozen=True)
class FocalLoss:
    """FL(p_t) = -alpha_t (1 - p_t)**gamma ln p_t, in nats.

    gamma: focusing parameter, 0 or more; 0 is cross entropy.
    alpha: weight of the positive class, 0 to 1, the negative class gets 1 - alpha; None weighs
        both classes 1 (which is not the same as 0.5).
    ignore_index: examples with this target, for instance -1, have loss and derivatives 0, whatever
        their logits, NaN included; None ignores nothing.
    Raises ValueError outside these ranges. Lin et al. 2017, equations 2 to 5.

    The methods take logits (any real numbers, infinities give the limit) and targets (0 or 1, or
    soft targets between) of one shape; either may be a single number. float32 logits give
    float32, all else float64. They raise ValueError for NaN, targets outside [0, 1] and unequal
    shapes, TypeError for what is not a real number. A soft target mixes
    p_t = p t + (1 - p)(1 - t) and multiplies binary cross entropy, as torchvision does.
    """

    gamma: float = 2.0
    alpha: float | None = None
    ignore_index: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "gamma", check_between("gamma", self.gamma, 0))
        if self.alpha is not None:
            object.__setattr__(self, "alpha", check_between("alpha", self.alpha, 0, 1))
        object.__setattr__(self, "ignore_index", check_ignore_index(self.ignore_index))

    def value(self, logits: ArrayLike, targets: ArrayLike) -> Floats:
        """Loss of each example, 0 or more: alpha_t (1 - p_t)**gamma CE."""
        given = self._given(logits, targets)
        value = fused.value_alone(given.logits, given.targets, self._exponent, self.alpha)
        return given.kept(self._soft(soft_targets.value, given) if value is None else value)

    def gradient(self, logits: ArrayLike, targets: ArrayLike) -> Floats:
        """Slope by the logit: alpha_t s (1 - p_t)**gamma (1 - p_t + gamma p_t CE).

        s is -1 for a positive and +1 for a negative. Lin et al. 2017, equation 10.
        """
        given = self._given(logits, targets)
        slope = fused.slope_alone(given.logits, given.targets, self._exponent, self.alpha)
        return given.kept(self._soft(soft_targets.gradient, given) if slope is None else slope)

    def value_and_gradient(self, logits: ArrayLike, targets: ArrayLike) -> tuple[Floats, Floats]:
        """Both at the cost of little more than one."""
        given = self._given(logits, targets)
        both = fused.value_and_slope(given.logits, given.targets, self._exponent, self.alpha)
        if both is None:
            both = self._soft(soft_targets.value, given), self._soft(soft_targets.gradient, given)
        return given.kept(both[0]), given.kept(both[1])

    def curvature(self, logits: ArrayLike, targets: ArrayLike) -> Floats:
        """Second derivative by the logit; negative where focal loss is not convex.

        alpha_t p_t (1 - p_t)**gamma ((1 + 2 gamma)(1 - p_t) + gamma CE (gamma p_t - (1 - p_t))),
        the derivative of equation 10 of Lin et al. 2017.
        """
        given = self._given(logits, targets)
        formula = _curvature if all_certain(given.targets) else soft_targets.curvature
        return given.kept(self._soft(formula, given))

    def weight(self, targets: ArrayLike) -> Floats:
        """alpha_t of each target: alpha for 1, 1 - alpha for 0, between if soft, 0 if ignored."""
        given = self._given(0.0, targets)
        return given.kept(self._weight(check_targets(given.targets)))

    def _weight(self, targets: Floats) -> Floats:
        if self.alpha is None:
            return np.ones_like(targets)
        return np.asarray(self.alpha * targets + (1 - self.alpha) * (1 - targets))

    @property
    def _exponent(self) -> float:
        return min(self.gamma, LARGEST_EXPONENT)

    def _given(self, logits: ArrayLike, targets: ArrayLike) -> "_Given":
        """Both in one float type and of shapes that fit, ignored examples made harmless."""
        logits, targets = as_floats("logits", logits), as_floats("targets", targets)
        check_same_shape(logits, targets)
        ignored = None if self.ignore_index is None else targets == self.ignore_index
        if ignored is not None:
            logits, targets = np.where(ignored, 0, logits), np.where(ignored, 0, targets)
        if targets.dtype != logits.dtype:
            targets = check_targets(targets).astype(logits.dtype)
        return _Given(logits, targets, ignored)

    def _soft(self, formula: "Formula", given: "_Given") -> Floats:
        """A formula for any targets, after a closer look at what it is given."""
        logits = check_numbers("logits", given.logits)
        targets = check_targets(given.targets)
        return self._weighed(formula(logits, targets, self._exponent), targets)

    def _weighed(self, unweighted: Floats, targets: Floats) -> Floats:
        if self.alpha is None:
            return unweighted
        weight = self._weight(targets)
        if 0 < self.alpha < 1:
            return weight * unweighted
        with np.errstate(invalid="ignore"):  # a class of weight 0 costs nothing, not 0 x infinity
            return np.where(weight == 0, 0, weight * unweighted)


CROSS_ENTROPY = FocalLoss(gamma=0.0)


Formula: TypeAlias = Callable[[Floats, Floats, float], Floats]
"""From logits, targets and gamma to a quantity of the loss without alpha."""


class _Given(NamedTuple):
    logits: Floats
    targets: Floats
    ignored: NDArray[np.bool] | None

    def kept(self, result: Floats) -> Floats:
        """The result, 0 where an example is ignored."""
        return (
            result if self.ignored is None else np.where(self.ignored, result.dtype.type(0), result)
        )


class _Terms(NamedTuple):
    miss: Floats  # 1 - p_t
    hit: Floats  # p_t
    cross_entropy: Floats


def _terms(logits: Floats, targets: Floats) -> _Terms:
    away = np.asarray(logits * (1 - 2 * targets))
    rare = np.exp(-np.abs(away))  # never overflows
    cross_entropy = np.maximum(away, 0) + np.log1p(rare)
    likely = 1 / (1 + rare)
    rare = rare * likely  # the smaller of p_t and 1 - p_t
    missed = away > 0
    return _Terms(np.where(missed, likely, rare), np.where(missed, rare, likely), cross_entropy)


def _curvature(logits: Floats, targets: Floats, gamma: float) -> Floats:
    terms = _terms(logits, targets)
    miss, hit, _ = terms
    pull = gamma * _hit_times_cross_entropy(terms) * (gamma * hit - miss)
    return miss**gamma * ((1 + 2 * gamma) * hit * miss + pull)


def _hit_times_cross_entropy(terms: _Terms) -> Floats:
    # p_t CE goes to 0 at an infinite loss; the product 0 times infinity would be NaN.
    return terms.hit * np.minimum(terms.cross_entropy, np.finfo(terms.hit.dtype).max)
