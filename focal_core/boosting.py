"""Focal loss for gradient boosted trees: the same functions serve LightGBM and XGBoost.

    lightgbm.train({"objective": focal_objective(gamma=2)}, dataset)
    xgboost.train({}, matrix, obj=focal_objective(gamma=2))

Three things go wrong without help. The loss is not convex, and a curvature of 0 or less makes a
leaf's step meaningless: it gets a floor. The trees start from a raw score of 0, far from a rare
class: `focal_init_score` starts them at the best constant. And raw scores are no log-odds of the
truth, not even after the sigmoid: `focal_probability` undoes what the loss did to them.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from focal_core.binary import FocalLoss
from focal_core.checks import Floats, check_between, check_numbers, check_targets
from focal_core.optimum import posterior, risk_minimiser
from focal_core.probability import logit

Objective: TypeAlias = Callable[[ArrayLike, Any], tuple[Floats, Floats]]


def focal_objective(
    gamma: float, alpha: float | None = None, min_hessian: float = 1e-6
) -> Objective:
    """A custom objective: f(raw_scores, data) -> (gradient, Hessian diagonal), each (n,).

    gamma, alpha: as in `FocalLoss`. min_hessian: the floor under the second derivative, 0 or
    more. ValueError outside these ranges. The data set's get_label() must give 0 or 1 (or soft
    targets between); where it has weights, its get_weight() multiplies both.
    Lin et al. 2017, equation 10, and its derivative.
    """
    loss = FocalLoss(gamma, alpha)
    floor = check_between("min_hessian", min_hessian, 0)

    def objective(raw_scores: ArrayLike, data: Any) -> tuple[Floats, Floats]:
        scores = np.asarray(raw_scores)
        labels = np.asarray(data.get_label()).reshape(scores.shape)
        slope = loss.gradient(scores, labels)
        bend = np.maximum(loss.curvature(scores, labels), floor)
        weight = data.get_weight()
        if weight is None or np.size(weight) == 0:
            return slope, bend
        weight = np.asarray(weight).reshape(scores.shape)
        return slope * weight, bend * weight

    return objective


def focal_init_score(labels: ArrayLike, gamma: float, alpha: float | None = None) -> float:
    """The raw score that is best for all examples alike: where to start boosting.

    Give it to LightGBM as `init_score` of the data set, to XGBoost as `base_margin`, one entry an
    example; LightGBM leaves it out of its predictions, so add it there.
    labels: 0 or 1, both present, else ValueError. gamma, alpha: as in `FocalLoss`.
    """
    share = float(np.mean(check_targets(labels))) if np.size(labels) > 0 else 0.0
    check_between("the share of positive labels", share, 0, 1, ends=False)
    return float(logit(risk_minimiser(share, FocalLoss(gamma, alpha))))


def focal_probability(raw_scores: ArrayLike, gamma: float, alpha: float | None = None) -> Floats:
    """The probability of the positive class behind raw scores, any shape.

    The sigmoid, and then the way back from the loss's optimum to the truth: see `posterior`.
    gamma, alpha: those of the objective the trees were trained with.
    """
    scores = check_numbers("raw_scores", raw_scores)
    with np.errstate(over="ignore"):
        return posterior(1 / (1 + np.exp(-scores)), FocalLoss(gamma, alpha))
