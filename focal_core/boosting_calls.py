"""How boosting libraries call an objective and a metric, and what they want back.

- LightGBM and XGBoost: f(raw_scores, data set), where the data set has get_label and get_weight.
- Their scikit-learn estimators: f(labels, raw_scores, sample_weight).
- CatBoost: methods by name, with derivatives of minus the loss.

Scores of K classes have shape (n, K) in all of them; older LightGBM lays them end to end, class by
class, and gets its answer so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from focal_core.binary import FocalLoss
from focal_core.checks import Floats, check_numbers
from focal_core.softmax import SoftmaxFocalLoss

Loss: TypeAlias = FocalLoss | SoftmaxFocalLoss

HOW = "(raw_scores, data set) or (labels, raw_scores, sample_weight)"


class _Given(NamedTuple):
    """What a library has passed: scores (n,) or (n, K), labels (n,), a weight for each or None.

    as_passed: the shape in which the library wants its answer.
    """

    scores: Floats
    labels: Floats
    weight: Floats | None
    as_passed: tuple[int, ...]

    def answer(self, values: Floats) -> Floats:
        """Values of the scores' shape, weighed, as the library wants them."""
        if self.weight is not None:
            values = values * self.weight.reshape(-1, *[1] * (values.ndim - 1))
        end_to_end = values.ndim > len(self.as_passed)
        return values.T.reshape(-1) if end_to_end else values.reshape(self.as_passed)


@dataclass(unsafe_hash=True)  # not frozen: CatBoost writes a note on it
class _WithLoss:
    loss: Loss

    @property
    def several(self) -> bool:
        """Whether it is for K classes."""
        return isinstance(self.loss, SoftmaxFocalLoss)


@dataclass(unsafe_hash=True)
class FocalObjective(_WithLoss):
    """A custom objective: a loss of two classes or of K, and the floor under its curvature."""

    floor: float

    def derivatives(self, scores: Floats, labels: Floats) -> tuple[Floats, Floats]:
        """Gradient and floored Hessian diagonal by each score, without weights."""
        bend = self.loss.curvature(scores, labels)
        return self.loss.gradient(scores, labels), np.maximum(bend, self.floor)

    def __call__(
        self, first: ArrayLike, second: Any, sample_weight: ArrayLike | None = None
    ) -> tuple[Floats, Floats]:
        """Gradient and Hessian diagonal, in the shape of the scores that were passed.

        Called as (raw_scores, data set) or as (labels, raw_scores, sample_weight). Raises
        TypeError for other arguments, ValueError for labels and scores that do not fit.
        """
        given = _understood(first, second, sample_weight, several=self.several)
        slope, bend = self.derivatives(given.scores, given.labels)
        return given.answer(slope), given.answer(bend)

    def calc_ders_range(
        self, approxes: Sequence[float], targets: Any, weights: Any
    ) -> list[tuple[float, float]]:
        """CatBoost's call for two classes: derivatives of minus the loss, for each example."""
        given = _given(*map(_array, (targets, approxes, weights)), several=self.several)
        slope, bend = self.derivatives(given.scores, given.labels)
        both = -given.answer(slope), -given.answer(bend)
        return list(zip(*(each.tolist() for each in both), strict=True))

    def calc_ders_multi(
        self, approxes: Sequence[float], target: float, weight: float
    ) -> tuple[list[float], list[list[float]]]:
        """CatBoost's call for K classes, for one example; the Hessian is its diagonal."""
        scores = _array(approxes)[None]
        given = _given([target], scores, [weight], several=self.several)
        slope, bend = map(given.answer, self.derivatives(given.scores, given.labels))
        return (-slope[0]).tolist(), np.diag(-bend[0]).tolist()


class FocalMetric(_WithLoss):
    """The mean loss of two classes or of K as an evaluation metric; smaller is better."""

    def __call__(
        self, first: ArrayLike, second: Any, sample_weight: ArrayLike | None = None
    ) -> tuple[str, float] | tuple[str, float, bool]:
        """Name and value as XGBoost wants them, and for LightGBM that larger is not better.

        Called as (raw_scores, data set) by both libraries, and as (labels, raw_scores,
        sample_weight) by LightGBM's estimators; those of XGBoost take the method `focal_loss`.
        """
        given = _understood(first, second, sample_weight, several=self.several)
        value = self._mean(given)
        return ("focal_loss", value) if _is_xgboosts(second) else ("focal_loss", value, False)

    @property
    def __name__(self) -> str:
        """What XGBoost's estimators ask a metric for, whose value must be a number alone."""
        raise AttributeError("XGBoost's estimators need eval_metric=focal_metric(…).focal_loss")

    def focal_loss(
        self, y_true: ArrayLike, y_score: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> float:
        """The mean, as scikit-learn and XGBoost's estimators want a metric."""
        return self._mean(_given(y_true, y_score, sample_weight, several=self.several))

    def _mean(self, given: _Given) -> float:
        if given.weight is not None and given.weight.sum() == 0:
            raise ValueError("weights must not all be 0: there is no mean")
        return float(np.average(self.loss.value(given.scores, given.labels), weights=given.weight))

    def is_max_optimal(self) -> bool:
        """CatBoost's question: smaller is better."""
        return False

    def evaluate(
        self, approxes: Sequence[Sequence[float]], target: Any, weight: Any
    ) -> tuple[float, float]:
        """CatBoost's call: the sum of the losses, and that of the weights."""
        columns = [_array(each) for each in approxes]
        scores = np.stack(columns, axis=1)  # one column for two classes
        given = _given(_array(target), scores, _array(weight), several=self.several)
        each = self.loss.value(given.scores, given.labels)
        weights = np.ones(len(each)) if given.weight is None else given.weight
        return float((each * weights).sum()), float(weights.sum())

    def get_final_error(self, error: float, weight: float) -> float:
        """CatBoost's last step: their ratio."""
        return error / (weight + 1e-38)


def _understood(
    first: ArrayLike, second: Any, sample_weight: ArrayLike | None, *, several: bool
) -> _Given:
    if hasattr(first, "get_label"):
        raise TypeError(f"call this as {HOW}, got a {type(first).__name__} as first argument")
    if hasattr(second, "get_label"):
        weight = second.get_weight() if hasattr(second, "get_weight") else None
        return _given(second.get_label(), first, weight, several=several)
    if isinstance(second, str) or not hasattr(second, "__len__"):
        raise TypeError(f"call this as {HOW}, got a second argument {type(second).__name__}")
    return _given(first, second, sample_weight, several=several)


def _is_xgboosts(data: Any) -> bool:
    """Whether it is a matrix of XGBoost, or of a class derived from one."""
    return any(each.__module__.partition(".")[0] == "xgboost" for each in type(data).__mro__)


def _given(
    labels: Any, raw_scores: ArrayLike, sample_weight: ArrayLike | None, *, several: bool
) -> _Given:
    scores = np.asarray(raw_scores)
    if labels is None or np.size(labels) == 0:
        raise ValueError(f"there are no labels for {scores.shape[:1]} scores: called as {HOW}")
    found = np.asarray(labels).reshape(-1)
    passed = scores.shape
    if several:
        scores = _by_class(scores, len(found))
        found = _class_numbers(found)
    elif scores.ndim > 1 and scores.shape[1] == 1:
        scores = scores[:, 0]
    if scores.shape[:1] != found.shape or scores.ndim != 1 + several or scores.shape[1:] == (1,):
        raise ValueError(
            f"scores of shape {passed} do not fit {len(found)} labels: {_needs(several=several)}"
        )
    return _Given(scores, found, _weight(sample_weight, len(found)), passed)


def _needs(*, several: bool) -> str:
    if several:
        return "the softmax objective needs (n, K), with num_class set to K, at least 2"
    return "two classes need (n,), K classes (num_class) the softmax objective"


def _weight(sample_weight: ArrayLike | None, examples: int) -> Floats | None:
    """One weight for each example; None where a library has none, or an empty array of them."""
    if sample_weight is None or np.size(sample_weight) == 0:
        return None
    weight = check_numbers("sample_weight", sample_weight)
    if weight.size != examples or (weight < 0).any():
        raise ValueError(
            f"sample_weight must hold one weight, 0 or more, for each of {examples} labels, "
            f"got shape {weight.shape}, the smallest {weight.min()}"
        )
    return weight.reshape(-1)


def _array(container: Any) -> Floats:
    """CatBoost's containers can be counted and indexed, and nothing else."""
    length = 0 if container is None else len(container)
    return np.array([container[at] for at in range(length)], dtype=float)


def _by_class(scores: Floats, examples: int) -> Floats:
    """Scores end to end, class by class, as (n, K); others as they are."""
    if scores.ndim == 1 and scores.size > examples and scores.size % examples == 0:
        return scores.reshape(-1, examples).T
    return scores


def _class_numbers(labels: Floats) -> Floats:
    """Labels as whole numbers, which data sets hold as floats."""
    whole = np.rint(labels)
    if not np.array_equal(whole, labels):
        raise ValueError(f"labels must be class numbers from 0, got {labels[whole != labels][0]:g}")
    return whole.astype(np.intp)
