"""FL*, the paper's second loss: equations 6 to 8 and 11 of its appendices."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focal_core.binary import CROSS_ENTROPY
from focal_core.star import StarLoss

SETTINGS = [(2.0, 1.0), (4.0, 0.0), (1.0, 0.0)]
LOGITS = np.linspace(-12, 12, 97)


def test_the_value_at_logit_zero_is_that_of_the_check_question():
    assert StarLoss(2, 1).value(0, 1) == pytest.approx(0.1566, abs=5e-5)


@pytest.mark.parametrize("target", [0, 1])
def test_gamma_one_and_beta_zero_is_cross_entropy(target):
    np.testing.assert_allclose(
        StarLoss(1, 0).value(LOGITS, target), CROSS_ENTROPY.value(LOGITS, target), rtol=1e-14
    )


@pytest.mark.parametrize(("gamma", "beta"), SETTINGS)
@pytest.mark.parametrize("target", [0, 1])
def test_the_value_is_the_papers_formula(gamma, beta, target):
    toward_truth = LOGITS if target else -LOGITS
    expected = np.log1p(np.exp(-(gamma * toward_truth + beta))) / gamma
    np.testing.assert_allclose(StarLoss(gamma, beta).value(LOGITS, target), expected, rtol=1e-9)


@pytest.mark.parametrize(("gamma", "beta"), SETTINGS)
@pytest.mark.parametrize("target", [0, 1])
def test_slope_and_curvature_are_the_finite_differences(gamma, beta, target):
    loss, step = StarLoss(gamma, beta), 1e-5
    up, down = (loss.value(LOGITS + h, target) for h in (step, -step))
    np.testing.assert_allclose(
        loss.gradient(LOGITS, target), (up - down) / (2 * step), rtol=1e-6, atol=1e-10
    )
    up, down = (loss.gradient(LOGITS + h, target) for h in (step, -step))
    np.testing.assert_allclose(
        loss.curvature(LOGITS, target), (up - down) / (2 * step), rtol=1e-6, atol=1e-10
    )


@given(st.floats(-50, 50), st.sampled_from([0, 1]), st.sampled_from(SETTINGS))
def test_it_is_convex_everywhere_unlike_focal_loss(logit, target, setting):
    assert StarLoss(*setting).curvature(logit, target) >= 0


@pytest.mark.parametrize(("gamma", "beta", "name"), [(0, 1, "gamma"), (-1, 1, "gamma")])
def test_a_steepness_that_is_not_above_zero_is_refused_by_name(gamma, beta, name):
    with pytest.raises(ValueError, match=rf"{name} must be a number above 0, got"):
        StarLoss(gamma, beta)


def test_a_soft_target_is_refused_since_the_paper_defines_none():
    with pytest.raises(ValueError, match=r"targets must be 0 or 1, got 0\.3"):
        StarLoss().value(0.0, 0.3)
