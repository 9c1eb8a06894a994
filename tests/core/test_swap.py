"""Swapping losses and common slips, as factors: against formulas and the paper's table."""

import math

import pytest

from focal_core import swap
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.first_step import FirstStep
from focal_core.noise import NoisyLabels
from focal_core.population import SIMPLE, SPREAD

START, PAPERS = FirstStep(0.01), FocalLoss(2.0, 0.25)


def slope(p_t, gamma):
    """Lin et al. 2017, equation 10."""
    return (1 - p_t) ** gamma * (1 - p_t - gamma * p_t * math.log(p_t))


@pytest.mark.parametrize(
    ("gamma", "alpha"), [(0, 0.75), (0.3, 0.75), (0.5, 0.5), (0.9, 0.25), (2, 0.25), (9, 0.25)]
)
def test_the_class_weight_is_that_of_the_nearest_row_of_table_1b(gamma, alpha):
    assert swap.papers_alpha(gamma) == alpha
    assert swap.with_papers_alpha(gamma) == FocalLoss(gamma, alpha)


def test_what_is_left_of_the_gradient_is_the_ratio_of_two_sums():
    before = 100_000 * slope(0.9, 0) + 100 * slope(0.1, 0)
    objects = 0.25 * 100 * slope(0.1, 2)
    after = 0.75 * 100_000 * slope(0.9, 2) + objects
    left = swap.kept(SIMPLE.population(), PAPERS)
    assert left.everything == pytest.approx(after / before)
    assert left.positives == pytest.approx(objects / (100 * slope(0.1, 0)))


def test_a_mean_over_100100_locations_divides_a_sum_over_100_objects_by_1001():
    assert swap.of_a_mean(START) == pytest.approx(1 / 1001)


def test_without_a_prior_the_first_loss_is_47_times_as_large_under_cross_entropy():
    """Per object 1,001 ln 2, against 1,000 ln(1 / 0.99) + ln 100."""
    factor = 1_001 * math.log(2) / (1_000 * math.log(1 / 0.99) + math.log(100))
    assert swap.without_prior(START, CROSS_ENTROPY) == pytest.approx(factor)


def test_a_second_sigmoid_sees_062_where_the_model_says_05():
    q = 1 / (1 + math.exp(-0.5))
    for gamma in (0, 2):
        expected = slope(q, gamma) * 0.25 / slope(0.5, gamma)
        assert swap.of_a_second_sigmoid(0.5, FocalLoss(gamma)) == pytest.approx(expected)


def test_swapped_alphas_change_the_balance_by_their_odds_squared():
    assert swap.of_swapped_alpha(PAPERS) == pytest.approx(9)
    assert swap.of_swapped_alpha(FocalLoss(2)) == 1
    with pytest.raises(ValueError, match="alpha"):
        swap.of_swapped_alpha(FocalLoss(2, 0.0))


@pytest.mark.parametrize("gamma", [0, 1, 5])
def test_alpha_025_makes_the_odds_at_a_score_of_05_three_and_gamma_alone_does_not(gamma):
    assert swap.of_a_kept_threshold(0.5, FocalLoss(gamma, 0.25)) == pytest.approx(3)
    assert swap.of_a_kept_threshold(0.5, FocalLoss(gamma)) == pytest.approx(1)


def test_three_of_a_thousand_negatives_pull_three_thousandths():
    assert swap.of_sampling(SPREAD.population(), 3, CROSS_ENTROPY) == pytest.approx(3 / 1_000)
    focal = swap.of_sampling(SIMPLE.population(), 3, FocalLoss(2))
    ratio = slope(0.9, 2) / slope(0.1, 2) / (slope(0.9, 0) / slope(0.1, 0))
    assert focal == pytest.approx(3 / 1_000 * ratio)


def test_ten_missed_labels_take_28_times_their_share_at_gamma_2():
    """26.0% against 0.934%: card 17's kind of scene with ten of them."""
    factor = swap.of_wrong_labels(NoisyLabels(1e-4), FocalLoss(2))
    assert factor == pytest.approx(0.2600 / 0.00934, rel=2e-3)
    assert swap.of_wrong_labels(NoisyLabels(1e-4), CROSS_ENTROPY) == 1
