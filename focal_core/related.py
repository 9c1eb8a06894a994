"""Closed forms from the papers around focal loss, as far as the app speaks of them."""

import math

import numpy as np
from numpy.typing import ArrayLike

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.checks import Floats, check_between, check_numbers
from focal_core.probability import logit
from focal_core.special import expit


def repairing_temperature(gamma: float) -> float:
    """The one number T by which to multiply a focal model's logit to get nearly the true one.

    (1 + (2 - ln 2) gamma + gamma**2 ln 2) / (1 + gamma ln 2), the exact slope at probability 0.5;
    the probability is then off by 0.0022 at most, near gamma 0.4; by 0.0014 from gamma 1 on.
    Ours; in the spirit of Komisarenko & Kull 2024.
    gamma: 0 or more, else ValueError.
    """
    check_between("gamma", gamma, 0)
    ln2 = math.log(2)
    return (1 + (2 - ln2) * gamma + gamma**2 * ln2) / (1 + gamma * ln2)


def nearly_undone(answer: ArrayLike, loss: FocalLoss) -> Floats:
    """Nearly the probability behind an answer: a product and, with alpha, a shift of its logit.

    logit(answer) * repairing_temperature(gamma) - logit(alpha), off by 0.006 at most for alpha from
    0.25 to 0.75. answer: probabilities, 0 to 1, any shape, else ValueError.
    At alpha 0 or 1 a class is never heard and nothing leads back: NaN.
    """
    logits = logit(check_numbers("answer", answer)) * repairing_temperature(loss.gamma)
    if loss.alpha is None:
        return np.asarray(expit(logits))
    if not 0 < loss.alpha < 1:
        return np.full(logits.shape, np.nan)
    return np.asarray(expit(logits - logit(loss.alpha)))


def class_balanced_weight(count: float, beta: float) -> float:
    """1 / E_n with E_n = (1 - beta**n) / (1 - beta). Cui et al., CVPR 2019.

    count: n, 1 or more; beta: from 0 to below 1, else ValueError.
    """
    check_between("count", count, 1)
    check_between("beta", beta, 0, 1 - 1e-15)
    return (1 - beta) / -math.expm1(count * math.log(beta)) if beta else 1.0


def quality_focal_loss(p: float, quality: float, beta: float = 2.0) -> float:
    """|quality - p|**beta times cross entropy, for a soft target. Li et al., NeurIPS 2020.

    p: between 0 and 1, ends excluded; quality (an IoU): 0 to 1; beta: 0 or more, else ValueError.
    """
    check_between("p", p, 0, 1, ends=False)
    check_between("beta", beta, 0)
    check_between("quality", quality, 0, 1)
    cross_entropy = float(CROSS_ENTROPY.value(logit(p), quality))
    return float(abs(quality - p) ** beta * cross_entropy)
