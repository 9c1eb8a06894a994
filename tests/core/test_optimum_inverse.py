"""From what focal loss should do to the p_t where it does it, and the area under its curve."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import logit

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.optimum import (
    area_under_curve,
    equal_slope_p_t,
    p_t_for_loss,
    p_t_for_slope_reduction,
)


def test_at_gamma_2_the_slope_at_nine_tenths_is_34_times_less():
    """0.1 becomes 0.0028965."""
    assert p_t_for_slope_reduction(0.1 / 0.0028965, FocalLoss(2)) == pytest.approx(0.9, abs=2e-6)


@given(st.floats(0.1, 5), st.floats(1.01, 1e6))
def test_the_slope_there_is_that_many_times_less(gamma, reduction):
    p_t = p_t_for_slope_reduction(reduction, FocalLoss(gamma))
    if p_t < 1 - 1e-9:  # nearer to 1 the probability itself has no digits left
        slopes = [abs(loss.gradient(logit(p_t), 1)) for loss in (CROSS_ENTROPY, FocalLoss(gamma))]
        assert slopes[0] / slopes[1] == pytest.approx(reduction, rel=1e-5)
    assert p_t > equal_slope_p_t(FocalLoss(gamma))


def test_no_reduction_of_the_slope_is_where_the_slopes_are_equal():
    assert p_t_for_slope_reduction(1, FocalLoss(1)) == pytest.approx(1 / np.e)


def test_cross_entropy_never_has_a_smaller_slope_than_itself():
    assert p_t_for_slope_reduction(2, CROSS_ENTROPY) is None


@given(st.floats(0, 5), st.floats(1e-6, 100))
def test_the_loss_there_is_the_value(gamma, value):
    p_t = p_t_for_loss(value, FocalLoss(gamma))
    if p_t < 1 - 1e-9:
        assert FocalLoss(gamma).value(logit(p_t), 1) == pytest.approx(value, rel=1e-5)
    assert 0 < p_t <= 1


@pytest.mark.parametrize(
    ("gamma", "value", "p_t"), [(0, np.log(2), 0.5), (2, 0.173287, 0.5), (2, 0.00105361, 0.9)]
)
def test_known_values_lead_back_to_their_p_t(gamma, value, p_t):
    assert p_t_for_loss(value, FocalLoss(gamma)) == pytest.approx(p_t, abs=1e-6)


def test_alpha_plays_no_part():
    weighted = FocalLoss(2, 0.25)
    assert p_t_for_loss(0.1, weighted) == p_t_for_loss(0.1, FocalLoss(2))
    assert p_t_for_slope_reduction(9, weighted) == p_t_for_slope_reduction(9, FocalLoss(2))
    assert area_under_curve(weighted) == area_under_curve(FocalLoss(2))


@pytest.mark.parametrize(("gamma", "area"), [(0, 1), (1, 0.75), (2, 11 / 18), (5, 0.40833)])
def test_the_area_is_a_harmonic_number_divided(gamma, area):
    assert area_under_curve(FocalLoss(gamma)) == pytest.approx(area, abs=5e-6)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 3.7])
def test_the_area_is_the_integral_over_p_t(gamma):
    loss = FocalLoss(gamma)
    integral = quad(lambda p_t: float(loss.value(logit(p_t), 1)), 0, 1)[0]
    assert area_under_curve(loss) == pytest.approx(integral, rel=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: p_t_for_slope_reduction(0.5, FocalLoss(2)), "reduction must be a number at least"),
        (lambda: p_t_for_loss(0, FocalLoss(2)), "value must be a number above 0"),
        (lambda: p_t_for_loss(np.inf, FocalLoss(2)), "value must be a number above 0"),
    ],
)
def test_what_has_no_answer_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
