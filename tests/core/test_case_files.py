"""The mistakes that we show are wrong by the figures that the literature and the oracle give."""

import math

import pytest

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.case_files import (
    common_logarithm,
    factor_of_p_t,
    forgotten_exponent,
    k_sigmoids,
    lost_digits,
    nan_below_one,
    one_hot_of_background,
    p_t_from_weighted,
    plateau,
    sign_slip,
    weight_taken_for_probability,
)
from focal_core.probability import logit

PRIOR_LOGIT = math.log(0.01 / 0.99)


def test_the_product_rule_is_nan_for_gamma_below_one_and_ours_is_all_but_zero():
    case = nan_below_one(0.5, 100.0)
    assert math.isnan(case.wrong)
    assert -1e-60 < case.right < 0


def test_the_product_rule_is_right_where_nothing_rounds():
    case = nan_below_one(0.5, 1.0)
    assert case.wrong == pytest.approx(case.right, rel=1e-12)


def test_p_t_from_a_weighted_cross_entropy_makes_a_hard_example_easy():
    assert p_t_from_weighted(0.1, 0.25) == pytest.approx(0.562, abs=5e-4)
    case = weight_taken_for_probability(0.1, 0.25, 2.0)
    assert case.wrong == pytest.approx(0.110, abs=5e-4)
    assert case.right == pytest.approx(0.466, abs=5e-4)


def test_a_hundred_thousand_easy_negatives_lose_their_whole_sum_in_float32():
    case = lost_digits(-20.0, 100_000)
    assert case.wrong == 0
    assert case.right == pytest.approx(2.06e-4, rel=1e-3)


def test_the_sign_slip_rewards_errors():
    case = sign_slip(0.5, FocalLoss(2.0, 0.25))
    assert case.right == pytest.approx(0.0433, abs=5e-5)
    assert case.wrong == pytest.approx(-0.0433, abs=5e-5)


@pytest.mark.parametrize(("loss", "right"), [(CROSS_ENTROPY, 0.804), (FocalLoss(2.0), 8.04e-5)])
def test_the_one_hot_sum_charges_background_nothing(loss, right):
    case = one_hot_of_background([PRIOR_LOGIT] * 80, loss)
    assert case.wrong == 0
    assert case.right == pytest.approx(right, rel=1e-3)


def test_k_sigmoids_with_one_class_is_the_binary_loss():
    assert k_sigmoids([1.5], 0, FocalLoss(2.0)) == pytest.approx(
        float(FocalLoss(2.0).value(1.5, 1))
    )


def test_the_plateau_of_the_case_file():
    assert plateau(1e-4, FocalLoss(2.0, 0.25)) == pytest.approx(2.30212, abs=5e-6)


@pytest.mark.parametrize(("p_t", "weight", "name"), [(0, 0.5, "p_t"), (0.5, 1, "weight")])
def test_what_is_no_probability_is_refused_by_name(p_t, weight, name):
    with pytest.raises(ValueError, match=name):
        p_t_from_weighted(p_t, weight)


def test_a_probability_outside_its_range_is_refused_by_name():
    with pytest.raises(ValueError, match="probability must be between 0 and 1"):
        logit(1.5)


def test_the_common_logarithm_keeps_ratios_and_nothing_else():
    case, other = common_logarithm(0.9), common_logarithm(0.1)
    assert case.wrong == pytest.approx(0.0457, abs=1e-4)  # as printed in a review
    assert case.right == pytest.approx(0.10536, abs=5e-6)
    assert case.wrong / other.wrong == pytest.approx(case.right / other.right)


def test_a_background_branch_without_its_exponent_is_louder():
    case = forgotten_exponent(0.3, 2.0)
    assert case.wrong == pytest.approx(0.107, abs=5e-4)  # as printed in a notebook
    assert case.right == pytest.approx(0.0321, abs=5e-5)
    assert forgotten_exponent(0.3, 1.0).wrong == pytest.approx(forgotten_exponent(0.3, 1.0).right)


def test_a_factor_of_p_t_keeps_the_easy_loud_and_fades_the_hard():
    easy, hard = factor_of_p_t(0.9, 2.0), factor_of_p_t(0.1, 2.0)
    assert easy.wrong == pytest.approx(0.81 * -math.log(0.9))
    assert easy.wrong > 50 * easy.right
    assert hard.wrong < hard.right / 50
