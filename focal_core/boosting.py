"""Focal loss for gradient boosted trees: LightGBM, XGBoost, CatBoost and their scikit-learn forms.

    lightgbm.train({"objective": focal_objective(2)}, dataset, feval=focal_metric(2))
    lightgbm.LGBMClassifier(objective=focal_objective(2)).fit(x, y, eval_metric=focal_metric(2))
    xgboost.train({"base_score": start}, matrix, obj=focal_objective(2),
                  custom_metric=focal_metric(2))
    xgboost.XGBClassifier(objective=focal_objective(2), base_score=1 / (1 + math.exp(-start)),
                          eval_metric=focal_metric(2).focal_loss)
    catboost.CatBoost({"loss_function": focal_objective(2), "eval_metric": focal_metric(2)})

`softmax_focal_objective` and `softmax_focal_metric` do the same for K classes. Three things go
wrong without help. The loss is not convex, and a curvature of 0 or less makes a leaf's step
meaningless: it gets a floor. The trees start far from a rare class, at a raw score of 0 (XGBoost's
own interface at 0.5): `focal_init_score` gives the best constant. And raw scores are no log-odds of
the truth, not even after the sigmoid: `focal_probability` undoes what the loss did.
"""

import numpy as np
from numpy.typing import ArrayLike

from focal_core.binary import FocalLoss
from focal_core.boosting_calls import FocalMetric, FocalObjective
from focal_core.checks import Floats, check_between, check_numbers, check_targets
from focal_core.optimum import posterior, risk_minimiser
from focal_core.probability import logit
from focal_core.softmax import SoftmaxFocalLoss

__all__ = [
    "focal_init_score",
    "focal_metric",
    "focal_objective",
    "focal_probability",
    "softmax_focal_metric",
    "softmax_focal_objective",
]


def focal_objective(
    gamma: float, alpha: float | None = None, min_hessian: float = 1e-6
) -> FocalObjective:
    """A custom objective for two classes, in all the ways in which the libraries call one.

    gamma, alpha: as in `FocalLoss`. min_hessian: the floor under the second derivative, 0 or
    more. ValueError outside these ranges. Labels are 0 or 1 (or soft targets between); weights
    multiply both derivatives. It can be pickled with the model that holds it.
    Lin et al. 2017, equation 10, and its derivative.
    """
    return FocalObjective(FocalLoss(gamma, alpha), check_between("min_hessian", min_hessian, 0))


def softmax_focal_objective(
    gamma: float,
    alpha: tuple[float, ...] | None = None,
    label_smoothing: float = 0.0,
    min_hessian: float = 1e-6,
) -> FocalObjective:
    """The same for K classes with one softmax: labels 0 to K - 1, scores of shape (n, K).

    gamma, alpha, label_smoothing: as in `SoftmaxFocalLoss`. The second derivative is the Hessian's
    diagonal. Give LightGBM and XGBoost `num_class`.
    """
    loss = SoftmaxFocalLoss(gamma, alpha, label_smoothing)
    return FocalObjective(loss, check_between("min_hessian", min_hessian, 0))


def focal_metric(gamma: float, alpha: float | None = None) -> FocalMetric:
    """The mean focal loss of two classes as an evaluation metric, for early stopping.

    gamma, alpha: those of the objective; ValueError outside their ranges. Scores are raw.
    """
    return FocalMetric(FocalLoss(gamma, alpha))


def softmax_focal_metric(
    gamma: float, alpha: tuple[float, ...] | None = None, label_smoothing: float = 0.0
) -> FocalMetric:
    """The same for K classes with one softmax."""
    return FocalMetric(SoftmaxFocalLoss(gamma, alpha, label_smoothing))


def focal_init_score(
    labels: ArrayLike,
    gamma: float,
    alpha: float | None = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """The raw score that is best for all examples alike: where to start boosting.

    LightGBM takes it as `init_score` of the data set, one entry an example, and leaves it out of
    its predictions: add it there. XGBoost takes it as `base_score`, which stays in the model
    (`base_margin` would have to be given to every new matrix as well); its classifier wants the
    sigmoid of it. CatBoost takes it as `baseline` of the pool, and leaves it out of its
    predictions: add it there.
    labels: 0 or 1, both present, else ValueError. gamma, alpha: as in `FocalLoss`. sample_weight:
    0 or more, of the labels' shape.
    """
    targets = check_targets(labels)
    share = float(np.average(targets, weights=_weights(sample_weight, targets)))
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


def _weights(sample_weight: ArrayLike | None, targets: Floats) -> Floats:
    if targets.size == 0:
        raise ValueError("the share of positive labels must be a number between 0 and 1: no labels")
    if sample_weight is None:
        return np.ones(targets.shape)
    weights = check_numbers("sample_weight", sample_weight)
    if weights.shape != targets.shape or (weights < 0).any() or weights.sum() == 0:
        raise ValueError(
            f"sample_weight must hold one weight, 0 or more and not all 0, for each label: "
            f"{targets.shape} labels, got shape {weights.shape}"
        )
    return weights
