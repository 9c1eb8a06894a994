"""Which probability a model learns under focal loss, and the way back to the true one."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from focal_core.binary import FocalLoss
from focal_core.checks import LARGEST_EXPONENT, Floats, check_between, check_numbers, check_unit
from focal_core.probability import logit
from focal_core.special import digamma, expit, root, roots, xlog1py, xlogy

LARGEST_LOGIT = 700.0
"""Beyond it 1 - p_t is below the smallest double."""
_SURE = 36.0
"""Beyond it an output is 0 or 1 to the last digit."""


def posterior(output: ArrayLike, loss: FocalLoss) -> Floats:
    """True probability of the positive class where the loss's minimiser answers `output`.

    output: sigmoid outputs, 0 to 1, any shape, else ValueError. At 0.5 it is 1 - alpha for every
    gamma. Charoenphakdee et al. 2021, theorem 11, with class weights.
    """
    q = check_unit("output", output)
    larger = np.maximum(q, 1 - q)  # dividing both by it keeps the powers away from 0/0
    up = ((1 - q) / larger) ** loss.gamma * (1 - q - loss.gamma * xlogy(q, q))
    down = (q / larger) ** loss.gamma * (q - loss.gamma * xlog1py(1 - q, -q))
    up, down = float(loss.weight(1.0)) * up, float(loss.weight(0.0)) * down
    with np.errstate(invalid="ignore"):  # a weight of 0 leaves the truth undetermined: NaN
        return np.asarray(down / (up + down))


def equal_slope_p_t(loss: FocalLoss) -> float | None:
    """The p_t below which the slope exceeds that of cross entropy; None at gamma 0.

    1 / e at gamma 1. alpha plays no part.
    """
    if loss.gamma == 0:
        return None
    gamma = min(loss.gamma, LARGEST_EXPONENT)

    def excess(p_t: float) -> float:
        fading = gamma * np.log1p(-p_t)
        return float(np.expm1(fading) - np.exp(fading) / (1 - p_t) * gamma * xlogy(p_t, p_t))

    low = 1e-3 / (1 + gamma)  # the root falls with 1 / gamma, but for a logarithm
    return root(excess, low, 1 - 1e-9, within=1e-12 * low)


def steepest_p_t(loss: FocalLoss) -> float | None:
    """The p_t where the loss is steepest and below which it is not convex; None at gamma 0."""
    if loss.gamma == 0:
        return None
    gamma = min(loss.gamma, LARGEST_EXPONENT)

    def bend(logits: float) -> float:
        """The curvature's sign: without (1 - p_t)**gamma, which is 0 for a large gamma."""
        p_t, miss = expit(logits), expit(-logits)
        cross_entropy = np.logaddexp(0, -logits)
        return float((1 + 2 * gamma) * miss + gamma * cross_entropy * (gamma * p_t - miss))

    if bend(-LARGEST_LOGIT) >= 0:  # it lies where p_t is 0 to the last digit
        return 0.0
    return float(expit(root(bend, -LARGEST_LOGIT, 0.0, within=1e-12)))


def p_t_for_loss_reduction(reduction: float, loss: FocalLoss) -> float:
    """The p_t at which the loss is `reduction` times less than cross entropy: 1 - R**(-1/gamma).

    reduction: 1 or more, else ValueError; gamma above 0, else ValueError.
    """
    check_between("reduction", reduction, 1)
    check_between("gamma", loss.gamma, 0, ends=False)
    return float(-np.expm1(-np.log(reduction) / loss.gamma))


def p_t_for_slope_reduction(reduction: float, loss: FocalLoss) -> float | None:
    """The p_t at which the slope is `reduction` times less than that of cross entropy.

    reduction: 1 or more, else ValueError. Always above `equal_slope_p_t`; None at gamma 0, where
    the slopes are one. alpha plays no part.
    """
    check_between("reduction", reduction, 1)
    equal = equal_slope_p_t(loss)
    if equal is None or reduction == 1:
        return equal

    def excess(logits: float) -> float:
        return _log_slope_ratio(logits, loss.gamma) + float(np.log(reduction))

    # The ratio falls with (1 + gamma)(1 - p_t)**gamma: from there on it is small enough.
    high = (np.log(reduction) + np.log1p(loss.gamma)) / loss.gamma + 1
    if high > LARGEST_LOGIT:
        return 1.0
    return float(expit(root(excess, float(logit(equal)), max(high, 1.0), within=1e-13)))


def p_t_for_loss(value: float, loss: FocalLoss) -> float:
    """The p_t at which the loss, without alpha, is `value` nats.

    value: above 0, else ValueError. Loss falls from infinity to 0 as p_t grows.
    """
    check_between("value", value, 0, ends=False)
    if loss.gamma == 0:
        return float(np.exp(-value))
    unweighted = FocalLoss(loss.gamma)

    def excess(logits: float) -> float:
        return float(unweighted.value(logits, 1)) - value

    # At this logit the factor is 1 to the last digit and cross entropy is more than the value.
    low = -(value + 40.0 + float(np.log1p(loss.gamma)))
    if excess(LARGEST_LOGIT) > 0:
        return 1.0
    return float(expit(root(excess, low, LARGEST_LOGIT, within=1e-13)))


def area_under_curve(loss: FocalLoss) -> float:
    """Area under the loss, without alpha, for p_t from 0 to 1: H(gamma + 1) / (gamma + 1).

    H is the harmonic number: 1 under cross entropy, 3/4 at gamma 1, 11/18 at gamma 2.
    """
    return float((digamma(loss.gamma + 2) + np.euler_gamma) / (loss.gamma + 1))


def risk_minimiser(posterior: ArrayLike, loss: FocalLoss) -> Floats:
    """The output at which the expected loss is least, where objects have probability `posterior`.

    posterior: 0 to 1, any shape, else ValueError. The inverse of the function `posterior`.
    """
    eta = check_unit("posterior", posterior)
    low, high = (_expected_slope(np.full(eta.shape, end), eta, loss) for end in (-_SURE, _SURE))
    found = roots(
        lambda logits, truth: _expected_slope(logits, truth, loss),
        np.full(eta.shape, -_SURE),
        np.full(eta.shape, _SURE),
        eta,
        xatol=1e-13,
        xrtol=1e-15,
    )
    answered = np.where(low >= 0, 0.0, np.where(high <= 0, 1.0, expit(found)))
    return np.asarray(np.where((eta == 0) | (eta == 1), eta, answered))


def risk_minimiser_by_table(posterior: ArrayLike, loss: FocalLoss) -> Floats:
    """`risk_minimiser`, off by 1e-7 at most, for whoever asks at many alphas.

    The inverse of `posterior` without class weights is tabulated once for each gamma, and alpha
    only multiplies the odds.
    """
    eta = check_unit("posterior", posterior)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = np.asarray(logit(eta) + (0.0 if loss.alpha is None else logit(loss.alpha)))
    true, answered = _minimisers(loss.gamma)
    found = expit(np.interp(odds, true, answered, left=-np.inf, right=np.inf))
    return np.asarray(np.where((eta == 0) | (eta == 1), eta, found))


@lru_cache(maxsize=64)
def _minimisers(gamma: float) -> tuple[Floats, Floats]:
    """Logits of true probabilities, growing, and the logits at which the risk is least there."""
    below = np.linspace(-_SURE, 0, 10_001)
    true = logit(posterior(expit(below), FocalLoss(gamma)))
    true[-1] = 0.0
    return np.concatenate((true, -true[-2::-1])), np.concatenate((below, -below[-2::-1]))


def posterior_of_classes(outputs: ArrayLike, gamma: float) -> Floats:
    """True probabilities behind the softmax outputs at the loss's optimum, shape (..., K) both.

    h(v) / sum h with h(v) = v / ((1 - v)**gamma - gamma (1 - v)**(gamma - 1) v ln v).
    outputs: between 0 and 1, ends excluded; gamma: 0 or more, else ValueError.
    Charoenphakdee et al. 2021, theorem 11.
    """
    check_between("gamma", gamma, 0)
    values = check_unit("outputs", outputs, ends=False)
    stretched = _stretched(values, gamma)
    return np.asarray(stretched / stretched.sum(axis=-1, keepdims=True))


def risk_minimiser_of_classes(posterior: ArrayLike, gamma: float) -> Floats:
    """The softmax outputs at which the expected loss is least, shape (K,) both.

    posterior: probabilities of the K classes, above 0 and adding up to 1, else ValueError.
    """
    check_between("gamma", gamma, 0)
    eta = check_numbers("posterior", posterior)
    if eta.ndim != 1 or np.any(eta <= 0) or not np.isclose(eta.sum(), 1):
        raise ValueError(f"posterior must be above 0 and add up to 1, got {eta}")

    distinct, which, count = np.unique(eta, return_inverse=True, return_counts=True)

    def outputs(log_scale: float) -> Floats:
        return np.array([_output_with(float(np.exp(log_scale) * e), gamma) for e in distinct])

    scale = root(lambda s: float(count @ outputs(s)) - 1, -60.0, 60.0, within=1e-13)
    return np.asarray(outputs(scale)[which])


def _log_slope_ratio(logits: float, gamma: float) -> float:
    """Log of the slope of focal loss over that of cross entropy, of a positive."""
    p, q = float(expit(logits)), float(expit(-logits))
    cross_entropy = float(np.logaddexp(0, -logits))
    return float(-gamma * np.logaddexp(0, logits) + np.log1p(gamma * p * cross_entropy / q))


def _expected_slope(logits: Floats, eta: Floats, loss: FocalLoss) -> Floats:
    """What pulls at an output where objects have probability eta; 0 where the risk is least."""
    return np.asarray(eta * loss.gradient(logits, 1) + (1 - eta) * loss.gradient(logits, 0))


def _stretched(v: Floats, gamma: float) -> Floats:
    return np.asarray(v / ((1 - v) ** gamma - gamma * (1 - v) ** (gamma - 1) * xlogy(v, v)))


def _output_with(stretched: float, gamma: float) -> float:
    """The v in (0, 1) with h(v) = stretched; h grows from 0 without bound."""

    def gap(logits: float) -> float:
        return float(np.log(_stretched(np.asarray(expit(logits)), gamma)) - np.log(stretched))

    if gap(36.0) < 0:
        return 1.0
    return float(expit(root(gap, -700.0, 36.0, within=1e-13)))
