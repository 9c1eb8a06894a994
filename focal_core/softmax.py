"""Focal loss of one softmax over several classes: value, gradient and curvature by the logits.

The loss of class y is the binary loss of a positive whose logit is the margin

    m = z_y - logsumexp(z_j, j != y)

so every digit the binary loss keeps is kept here too. Going through log_softmax instead leaves
nothing of 1 - p_t once it drops below the rounding error. With r the softmax over the other
classes, dm/dz_y = 1 and dm/dz_j = -r_j.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from focal_core.binary import FocalLoss
from focal_core.checks import (
    Floats,
    as_floats,
    check_between,
    check_class_count,
    check_class_shapes,
    check_class_weights,
    check_ignore_index,
    check_label_smoothing,
    check_labels,
    check_numbers,
    check_targets,
)

Labels: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True)
class SoftmaxFocalLoss:
    """FL = -sum_i alpha_i (1 - p_i)**gamma t_i log p_i, in nats, p the softmax of the logits.

    The sum runs over the C classes and t is one-hot, so only the true class's term is left:
    -alpha_y (1 - p_y)**gamma log p_y, equation 5 of Lin et al. 2017 with p_t = p_y. (Versions
    with a second minus sign reward errors.) Not the loss of RetinaNet, which has one sigmoid per
    class: that is `FocalLoss` summed over classes.

    gamma: focusing parameter, 0 or more; 0 is cross entropy.
    alpha: one weight, 0 or more, per class; None weighs every class 1.
    label_smoothing: e, from 0 to below 1; the true class then has t_i = 1 - e + e / C and each
        other one e / C, as in Keras.
    ignore_index: examples whose target is this number, for instance -100, have loss and derivatives
        0, whatever their logits, NaN included; None ignores nothing.
    Raises ValueError outside these ranges.

    The methods take logits of shape (..., C), C at least 2, and targets: class numbers, integers
    from 0 to C - 1 of shape (...) or one for all; or probabilities of the classes, floating point
    of shape (..., C), over which the loss is summed. Infinite logits give the limit, equal
    infinities counting as equal logits. float32 logits give float32, all else float64. They raise
    ValueError for NaN, a wrong number of classes or weights, shapes that do not fit and a
    probability outside [0, 1], TypeError for other targets, IndexError for one that is no class.
    """

    gamma: float = 2.0
    alpha: tuple[float, ...] | None = None
    label_smoothing: float = 0.0
    ignore_index: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "gamma", check_between("gamma", self.gamma, 0))
        if self.alpha is not None:
            object.__setattr__(self, "alpha", check_class_weights(self.alpha))
        smoothing = check_label_smoothing(self.label_smoothing)
        object.__setattr__(self, "label_smoothing", smoothing)
        object.__setattr__(self, "ignore_index", check_ignore_index(self.ignore_index))

    def value(self, logits: ArrayLike, targets: ArrayLike) -> Floats:
        """Loss of each example, 0 or more, shape (...)."""
        return self._over_classes(self._value_of_class, logits, targets)

    def gradient(self, logits: ArrayLike, targets: ArrayLike) -> Floats:
        """First derivative by each logit, shape (..., C): f'(m) for the true class, -f'(m) r_j."""
        return self._over_classes(self._gradient_of_class, logits, targets)

    def value_and_gradient(self, logits: ArrayLike, targets: ArrayLike) -> tuple[Floats, Floats]:
        """Both in one pass, shapes (...) and (..., C)."""
        together = self._over_classes(self._both_of_class, logits, targets)
        return together[..., 0], together[..., 1:]

    def curvature(self, logits: ArrayLike, targets: ArrayLike) -> Floats:
        """Diagonal of the Hessian, shape (..., C): f'' and f''(m) r_j**2 - f'(m) r_j (1 - r_j)."""
        return self._over_classes(self._curvature_of_class, logits, targets)

    def _over_classes(self, of_class: "OneClass", logits: ArrayLike, targets: ArrayLike) -> Floats:
        """Weighted sum of one-class results over the classes with weight (one, unless smoothed)."""
        given = self._checked(logits, targets)
        scores = given.scores
        total: Floats | None = None
        for label, weight in self._weighted_labels(given.truth, scores.shape):
            term = of_class(_against_others(scores, label))
            term = _times(weight.astype(scores.dtype), term)
            total = term if total is None else total + term
        return np.asarray(total) if given.kept is None else _times(given.kept, np.asarray(total))

    def _value_of_class(self, one: "_OneAgainstOthers") -> Floats:
        return self._binary.value(one.margin, 1)

    def _gradient_of_class(self, one: "_OneAgainstOthers") -> Floats:
        return _by_logit(one, self._binary.gradient(one.margin, 1))

    def _both_of_class(self, one: "_OneAgainstOthers") -> Floats:
        value, slope = self._binary.value_and_gradient(one.margin, 1)
        return np.concatenate([value[..., None], _by_logit(one, slope)], axis=-1)

    def _curvature_of_class(self, one: "_OneAgainstOthers") -> Floats:
        slope = self._binary.gradient(one.margin, 1)[..., None]
        bend = self._binary.curvature(one.margin, 1)[..., None]
        share, rest = one.share_and_rest()
        return np.where(one.is_label, bend, bend * share**2 - slope * share * rest)

    @property
    def _binary(self) -> FocalLoss:
        return FocalLoss(self.gamma)

    def _checked(self, logits: ArrayLike, targets: ArrayLike) -> "_Given":
        scores, truth = as_floats("logits", logits), np.asarray(targets)
        if scores.ndim == 0:
            raise ValueError("logits must have a last axis of at least 2 classes, got a number")
        check_class_count(scores.shape[-1], self.alpha)
        check_class_shapes(scores, truth)
        if truth.dtype.kind == "f" and truth.shape == scores.shape:
            return _Given(check_numbers("logits", scores), check_targets(truth), None)
        labels = np.broadcast_to(truth, scores.shape[:-1])
        kept = None if self.ignore_index is None else labels != self.ignore_index
        if kept is not None:
            scores, labels = np.where(kept[..., None], scores, 0), np.where(kept, labels, 0)
        labels = check_labels(labels, scores.shape[-1])
        weight = None if kept is None else kept.astype(scores.dtype)
        return _Given(check_numbers("logits", scores), labels, weight)

    def _weighted_labels(
        self, given: Labels | Floats, shape: tuple[int, ...]
    ) -> Iterator[tuple[Labels, Floats]]:
        """Classes, and with which weight each is taken for the truth."""
        classes = shape[-1]
        alpha = np.ones(classes) if self.alpha is None else np.asarray(self.alpha)
        is_numbers = given.dtype.kind != "f"
        if is_numbers and self.label_smoothing == 0:
            labels = given.astype(np.intp, copy=False)
            yield labels, alpha[labels]
            return
        shared = self.label_smoothing / classes
        for label in range(classes):
            of_label = given == label if is_numbers else given[..., label]
            target = (1 - self.label_smoothing) * of_label + shared
            yield np.full(shape[:-1], label), np.asarray(alpha[label] * target)


class _Given(NamedTuple):
    scores: Floats
    truth: Labels | Floats  # class numbers (...) or probabilities (..., C)
    kept: Floats | None  # 0 for an example that is ignored, else 1


class _OneAgainstOthers(NamedTuple):
    """One class of each example against all others; arrays of shape (..., C) but the margin."""

    is_label: NDArray[np.bool]
    others: Floats  # exp(z_j - largest other), 0 for the class itself
    total: Floats  # their sum, shape (..., 1)
    margin: Floats  # shape (...)

    def share_and_rest(self) -> tuple[Floats, Floats]:
        """r_j and 1 - r_j; next to the largest share the rest is summed anew, not subtracted."""
        largest = np.expand_dims(self.others.argmax(-1), -1)
        without = self.others.copy()
        np.put_along_axis(without, largest, 0, axis=-1)
        rest = self.total - self.others
        np.put_along_axis(rest, largest, without.sum(-1, keepdims=True), axis=-1)
        return self.others / self.total, rest / self.total


OneClass: TypeAlias = Callable[[_OneAgainstOthers], Floats]
"""A quantity of the loss whose truth is one class."""


def _against_others(scores: Floats, labels: Labels) -> _OneAgainstOthers:
    is_label = np.arange(scores.shape[-1]) == labels[..., None]
    truth = np.take_along_axis(scores, labels[..., None], axis=-1)
    largest = np.max(scores, axis=-1, keepdims=True, where=~is_label, initial=-np.inf)
    others = np.where(is_label, 0, np.exp(np.minimum(_difference(scores, largest), 0)))
    total = others.sum(axis=-1, keepdims=True)
    margin = _difference(truth, largest) - np.log(total)
    return _OneAgainstOthers(is_label, others, total, margin[..., 0])


def _difference(scores: Floats, largest: Floats) -> Floats:
    with np.errstate(invalid="ignore", over="ignore"):
        return np.where(scores == largest, 0, scores - largest)  # also where both are infinite


def _by_logit(one: _OneAgainstOthers, slope: Floats) -> Floats:
    slope = slope[..., None]
    return np.where(one.is_label, slope, -slope * (one.others / one.total))


def _times(weight: Floats, term: Floats) -> Floats:
    """Weights of shape (...) times a term of shape (...) or (..., n)."""
    weight = weight.reshape(weight.shape + (1,) * (term.ndim - weight.ndim))
    with np.errstate(invalid="ignore"):  # a class of weight 0 costs nothing, not 0 x infinity
        return np.where(weight == 0, 0, weight * term)
