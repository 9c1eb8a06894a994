"""The loss before training: concept cards 11 and 12 of the design, and the paper's prior."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.first_step import FirstStep, Normaliser

FOCAL = FocalLoss(2.0)
PAPERS = FocalLoss(2.0, 0.25)


@pytest.mark.parametrize("loss", [CROSS_ENTROPY, FOCAL, FocalLoss(5.0)])
def test_where_all_answer_one_half_gamma_changes_nothing_about_who_pays(loss):
    assert FirstStep(0.5).paid(loss).negative_share == pytest.approx(100_000 / 100_100)


@pytest.mark.parametrize(("prior", "bias"), [(0.01, -4.595), (0.1, -2.197), (0.5, 0.0)])
def test_the_bias_is_the_logit_of_the_prior(prior, bias):
    assert FirstStep(prior).bias == pytest.approx(bias, abs=5e-4)


@pytest.mark.parametrize(("loss", "share"), [(CROSS_ENTROPY, 0.686), (FOCAL, 0.00022)])
def test_with_the_papers_prior_background_no_longer_owns_the_first_loss(loss, share):
    assert FirstStep(0.01).paid(loss).negative_share == pytest.approx(share, rel=0.02)


@pytest.mark.parametrize(
    ("prior", "loss", "reported"),
    [
        (0.5, CROSS_ENTROPY, 693.8),
        (0.5, FOCAL, 173.5),
        (0.01, CROSS_ENTROPY, 14.66),
        (0.01, FOCAL, 4.515),
        (0.01, PAPERS, 1.129),
    ],
)
def test_the_first_loss_per_object(prior, loss, reported):
    assert FirstStep(prior).reported(loss, Normaliser.POSITIVES) == pytest.approx(
        reported, rel=5e-4
    )


def test_cross_entropy_needs_a_prior_of_a_hundredth_to_bring_background_below_seventy_percent():
    assert FirstStep(0.01).paid(CROSS_ENTROPY).negative_share < 0.7
    assert FirstStep(0.1).paid(CROSS_ENTROPY).negative_share == pytest.approx(0.979, abs=5e-4)


@given(st.floats(1e-6, 1 - 1e-6), st.integers(0, 10**6), st.integers(0, 10**4))
def test_the_normaliser_only_divides(prior, negatives, positives):
    start = FirstStep(prior, negatives, positives)
    total = start.reported(FOCAL, Normaliser.NOTHING)
    assert start.reported(FOCAL, Normaliser.POSITIVES) == pytest.approx(total / max(positives, 1))
    locations = max(negatives + positives, 1)
    assert start.reported(FOCAL, Normaliser.LOCATIONS) == pytest.approx(total / locations)


def test_an_image_without_objects_is_divided_by_one():
    assert FirstStep(positives=0).divisor(Normaliser.POSITIVES) == 1


@pytest.mark.parametrize("prior", [0, 1, -0.1, float("nan")])
def test_a_prior_that_is_no_probability_is_refused_by_name(prior):
    with pytest.raises(ValueError, match="prior must be a number between 0 and 1"):
        FirstStep(prior)


@pytest.mark.parametrize("name", ["negatives", "positives"])
def test_counts_are_checked_by_name(name):
    with pytest.raises(ValueError, match=f"{name} must be"):
        FirstStep(0.01, **{name: -1})


@pytest.mark.parametrize("loss", [CROSS_ENTROPY, FOCAL, PAPERS])
def test_many_priors_at_once_give_what_each_gives_alone(loss):
    priors = [1e-4, 0.01, 0.5]
    negatives, positives = FirstStep().paid_at(priors, loss)
    alone = [FirstStep(prior).paid(loss) for prior in priors]
    assert negatives == pytest.approx([each.negatives for each in alone])
    assert positives == pytest.approx([each.positives for each in alone])


@pytest.mark.parametrize("gamma", [0, 1, 2])
def test_outputs_that_should_say_no_are_k_to_a_negative_and_one_less_to_a_positive(gamma):
    """1,000 negatives and 10 positives, each with K outputs that all start at 0.01."""
    yes, no = -(0.99**gamma) * math.log(0.01), -(0.01**gamma) * math.log(0.99)
    expected = [
        (1000 * k + 10 * (k - 1)) * no / ((1000 * k + 10 * (k - 1)) * no + 10 * yes)
        for k in (1, 3, 80)
    ]
    shares = FirstStep(0.01, 1000, 10).share_of_no([[1, 3, 80]], FocalLoss(gamma))
    np.testing.assert_allclose(shares, [expected], rtol=1e-12)


@pytest.mark.parametrize("loss", [CROSS_ENTROPY, FOCAL, PAPERS])
def test_with_one_class_those_that_should_say_no_are_the_background(loss):
    start = FirstStep(0.01)
    assert start.share_of_no(1, loss) == pytest.approx(start.paid(loss).negative_share)


def test_an_image_without_objects_has_no_output_that_should_say_yes():
    assert FirstStep(positives=0).share_of_no(80, FOCAL) == 1
    assert math.isnan(FirstStep(negatives=0, positives=0).share_of_no(80, FOCAL))


def test_less_than_one_class_is_refused_by_name():
    with pytest.raises(ValueError, match="classes must be at least 1, got 0"):
        FirstStep().share_of_no([1, 0], FOCAL)
