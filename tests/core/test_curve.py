"""Anatomy of one example: concept cards 5, 6, 9 and 10."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.curve import anatomy
from focal_core.optimum import equal_slope_p_t, steepest_p_t
from focal_core.star import StarLoss

P_T = st.floats(1e-6, 1 - 1e-6)
GAMMA = st.floats(0, 5)


@given(P_T, GAMMA)
def test_cross_entropy_times_the_factor_is_focal_loss(p_t, gamma):
    parts = anatomy(p_t, FocalLoss(gamma))
    assert parts.cross_entropy * parts.factor == pytest.approx(float(parts.focal))
    assert parts.factor == pytest.approx((1 - p_t) ** gamma, rel=1e-9)


@pytest.mark.parametrize(
    ("p_t", "gamma", "loss", "slope"),
    [
        (0.9, 2, 100, 34.5),
        (0.8, 2, 25, None),
        (0.5, 2, 4, 1 / (0.25 + 0.5 * np.log(2))),
        (0.9684, 2, 1000, None),
    ],
)
def test_by_how_much_loss_and_slope_are_divided(p_t, gamma, loss, slope):
    parts = anatomy(p_t, FocalLoss(gamma))
    assert parts.loss_reduction == pytest.approx(loss, rel=2e-3)
    if slope is not None:
        assert parts.slope_reduction == pytest.approx(slope, rel=2e-3)


def test_towards_certainty_the_slope_is_divided_by_one_plus_gamma_less():
    parts = anatomy(1 - 1e-7, FocalLoss(2.0))
    assert parts.loss_reduction / parts.slope_reduction == pytest.approx(3, rel=1e-5)


@pytest.mark.parametrize(
    ("gamma", "p_t"), [(0.5, 0.421), (1, 0.368), (2, 0.298), (3, 0.253), (5, 0.197)]
)
def test_below_this_p_t_the_slope_of_focal_loss_is_larger(gamma, p_t):
    equal = equal_slope_p_t(FocalLoss(gamma))
    assert equal == pytest.approx(p_t, abs=5e-4)
    assert anatomy(equal - 0.02, FocalLoss(gamma)).slope_reduction < 1
    assert anatomy(equal + 0.02, FocalLoss(gamma)).slope_reduction > 1


def test_the_slopes_are_equal_at_one_over_e_for_gamma_one():
    assert equal_slope_p_t(FocalLoss(1.0)) == pytest.approx(1 / np.e, rel=1e-9)


@pytest.mark.parametrize(
    ("gamma", "p_t", "slope"),
    [
        (0.5, 0.0177, 1.009),
        (1, 0.0432, 1.045),
        (2, 0.0578, 1.129),
        (3, 0.0575, 1.202),
        (5, 0.0502, 1.315),
    ],
)
def test_the_steepest_point_is_where_the_curvature_changes_sign(gamma, p_t, slope):
    loss = FocalLoss(gamma)
    steepest = steepest_p_t(loss)
    assert steepest == pytest.approx(p_t, abs=5e-5)
    parts = anatomy([steepest * 0.9, steepest, steepest * 1.1], loss)
    assert parts.focal_slope[1] == pytest.approx(slope, abs=5e-4)
    assert parts.focal_curvature[0] < 0 < parts.focal_curvature[2]


def test_cross_entropy_has_neither_point():
    assert equal_slope_p_t(FocalLoss(0.0)) is None
    assert steepest_p_t(FocalLoss(0.0)) is None


def test_any_loss_with_value_slope_and_curvature_can_be_taken_apart():
    assert anatomy(0.5, StarLoss(2, 1)).focal == pytest.approx(0.1566, abs=5e-5)


@pytest.mark.parametrize("p_t", [0.0, 1.0, -0.1, 1.1])
def test_a_p_t_that_is_certain_or_none_is_refused_by_name(p_t):
    with pytest.raises(ValueError, match="p_t must be between 0 and 1, ends excluded"):
        anatomy(p_t, FocalLoss())


@pytest.mark.parametrize("gamma", [1e-6, 0.01, 1, 1e2, 1e4, 1e6])
def test_the_slopes_are_equal_where_they_are_said_to_be_for_any_gamma(gamma):
    equal = equal_slope_p_t(FocalLoss(gamma))
    logit = np.log(equal) - np.log1p(-equal)
    slope = FocalLoss(gamma).gradient(logit, 1)
    assert slope == pytest.approx(CROSS_ENTROPY.gradient(logit, 1), rel=1e-9)


def test_for_a_gamma_next_to_0_the_loss_is_convex_wherever_p_t_can_be_told_from_0():
    assert steepest_p_t(FocalLoss(1e-6)) == 0


@pytest.mark.parametrize("gamma", [800.0, 1080.0, 1e4, 1e8])
def test_the_steepest_point_is_found_where_the_factor_at_one_half_is_no_number_any_more(gamma):
    """The slope (1 - p)^gamma (1 - p - gamma p ln p), as a logarithm, is largest there."""

    def less(log_p: float) -> float:
        p = math.exp(log_p)
        return -(gamma * math.log1p(-p) + math.log(1 - p - gamma * p * log_p))

    largest = minimize_scalar(less, bounds=(-45, -0.1), method="bounded", options={"xatol": 1e-9})
    assert steepest_p_t(FocalLoss(gamma)) == pytest.approx(math.exp(largest.x), rel=1e-4)


@pytest.mark.parametrize("gamma", [1e-14, 1e-9])
def test_a_gamma_near_zero_equals_cross_entropys_slope_at_one_half(gamma):
    assert equal_slope_p_t(FocalLoss(gamma)) == pytest.approx(0.5, abs=1e-6)


def test_an_enormous_gamma_has_both_points_next_to_zero():
    loss = FocalLoss(1e300)
    assert 0 <= steepest_p_t(loss) < equal_slope_p_t(loss) < 1e-13


@pytest.mark.parametrize("gamma", [0.0, 0.1, 0.5, 1.0, 2.0, 5.0])
def test_over_p_t_the_loss_is_convex_and_steepest_at_0(gamma):
    p_t = np.linspace(0.001, 0.999, 2_001)
    steps = np.diff(anatomy(p_t, FocalLoss(gamma)).focal)
    assert np.all(np.diff(steps) > 0)  # convex: the slope only rises
    assert np.argmax(np.abs(steps)) == 0


def test_over_the_logit_the_loss_is_steepest_at_a_small_p_t_and_not_convex_below():
    x = np.linspace(-12, 12, 4_001)
    steps = np.diff(FocalLoss(2.0).value(x, 1))
    steepest = 1 / (1 + np.exp(-x[np.argmin(steps)]))
    assert steepest == pytest.approx(0.0578, abs=2e-3)
    assert np.any(np.diff(steps) < 0)
