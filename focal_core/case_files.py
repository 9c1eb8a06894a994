"""Bugs of published code and texts, each run beside the right form on the same input."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.checks import check_between
from focal_core.probability import logit


@dataclass(frozen=True)
class CaseFile:
    """What the wrong form gives, and what is right."""

    wrong: float
    right: float


def nan_below_one(gamma: float, logit_of_object: float) -> CaseFile:
    """Gradient of an object by the product rule in p, against the form without a division.

    The wrong one divides by a power of 1 - p: 0 / 0 once p rounds to 1. Seen for
    gamma < 1 in many implementations.
    """
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-np.float64(logit_of_object)))
        by_p = gamma * (1 - p) ** (gamma - 1) * np.log(p) - (1 - p) ** gamma / p
        wrong = by_p * p * (1 - p)
    return CaseFile(float(wrong), float(FocalLoss(gamma).gradient(logit_of_object, 1)))


def weight_taken_for_probability(p_t: float, weight: float, gamma: float) -> CaseFile:
    """Loss with p_t taken as exp(-(weighted cross entropy)), against p_t itself.

    p_t, weight: between 0 and 1, ends excluded, else ValueError.
    """
    cross_entropy = float(CROSS_ENTROPY.value(logit(p_t), 1))
    mistaken = p_t_from_weighted(p_t, weight)
    wrong = weight * (1 - mistaken) ** gamma * cross_entropy
    return CaseFile(wrong, float(FocalLoss(gamma, weight).value(logit(p_t), 1)))


def p_t_from_weighted(p_t: float, weight: float) -> float:
    """The p_t that exp(-(weighted cross entropy)) pretends."""
    check_between("p_t", p_t, 0, 1, ends=False)
    check_between("weight", weight, 0, 1, ends=False)
    return float(p_t**weight)


def lost_digits(logit_of_background: float, count: int) -> CaseFile:
    """Cross entropy of easy background in float32 as x - log sigmoid(x), which cancels.

    logit_of_background: negative and far from 0; count: how many such locations are summed.
    """
    x = np.float32(logit_of_background)
    log_sigmoid = np.minimum(x, np.float32(0)) - np.log1p(np.exp(-np.abs(x)))
    wrong = x - log_sigmoid
    return CaseFile(float(wrong) * count, float(CROSS_ENTROPY.value(x, 0)) * count)


def sign_slip(p_t: float, loss: FocalLoss) -> CaseFile:
    """-sum_i -alpha_i (1 - p_i)**gamma t_i log p_i: two minuses make a reward of a loss."""
    right = float(loss.value(logit(p_t), 1))
    return CaseFile(-right, right)


def common_logarithm(p_t: float) -> CaseFile:
    """Cross entropy with the logarithm to base 10, against the natural one."""
    return CaseFile(float(-np.log10(p_t)), float(CROSS_ENTROPY.value(logit(p_t), 1)))


def forgotten_exponent(score: float, gamma: float) -> CaseFile:
    """Background whose factor is its score, against the score to the power of gamma.

    score: the predicted probability of an object, between 0 and 1.
    """
    x = logit(score)
    return CaseFile(float(score * CROSS_ENTROPY.value(x, 0)), float(FocalLoss(gamma).value(x, 0)))


def factor_of_p_t(p_t: float, gamma: float) -> CaseFile:
    """The factor p_t**gamma, against (1 - p_t)**gamma: easy examples keep their loss."""
    x = logit(p_t)
    return CaseFile(
        float(p_t**gamma * CROSS_ENTROPY.value(x, 1)), float(FocalLoss(gamma).value(x, 1))
    )


def one_hot_of_background(logits: Sequence[float], loss: FocalLoss) -> CaseFile:
    """The one-hot sum over object classes on a background anchor, against K sigmoids.

    Every t_i is 0, so the sum has no term left, and background is never learned unless it is a
    class of its own.
    """
    return CaseFile(0.0, k_sigmoids(logits, None, loss))


def k_sigmoids(logits: ArrayLike, target: int | None, loss: FocalLoss) -> float:
    """RetinaNet's loss of one anchor: a binary loss for each of K classes, summed.

    logits: shape (K,); target: its class, or None for background. Lin et al. 2017, section 4.1.
    """
    logits = np.asarray(logits, dtype=float)
    targets = np.zeros(logits.shape)
    if target is not None:
        targets[target] = 1
    return float(loss.value(logits, targets).sum())


def plateau(clamp: float, loss: FocalLoss) -> float:
    """Loss of an object whose probability sits at the clamp: where a stuck training stays."""
    return float(loss.value(logit(clamp), 1))
