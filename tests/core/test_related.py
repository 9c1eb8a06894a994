"""Closed forms from the literature, against the values that the design's fact sheet gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focal_core.binary import FocalLoss
from focal_core.optimum import posterior, risk_minimiser
from focal_core.probability import logit
from focal_core.related import (
    class_balanced_weight,
    nearly_undone,
    quality_focal_loss,
    repairing_temperature,
)


@pytest.mark.parametrize(
    ("gamma", "temperature"), [(0, 1), (1, 1.772), (2, 2.676), (3, 3.624), (5, 5.567)]
)
def test_the_temperature_that_repairs_a_focal_model(gamma, temperature):
    assert repairing_temperature(gamma) == pytest.approx(temperature, abs=5e-4)


@pytest.mark.parametrize("gamma", [1, 2, 3, 5])
@pytest.mark.parametrize("output", [0.05, 0.2, 0.4, 0.5, 0.7, 0.85])
def test_it_comes_within_two_thousandths_of_the_exact_way_back(gamma, output):
    exact = float(posterior(output, FocalLoss(gamma)))
    repaired = 1 / (1 + 2.718281828459045 ** -(repairing_temperature(gamma) * float(logit(output))))
    assert repaired == pytest.approx(exact, abs=0.002)


def test_a_class_of_ten_weighs_less_than_a_hundred_times_a_class_of_a_thousand():
    ratio = class_balanced_weight(10, 0.999) / class_balanced_weight(1000, 0.999)
    assert ratio == pytest.approx(63.5, abs=0.05)


def test_beta_zero_weighs_all_classes_alike():
    assert class_balanced_weight(10, 0) == class_balanced_weight(1000, 0) == 1


def test_a_score_that_equals_its_quality_costs_nothing():
    assert quality_focal_loss(0.7, 0.7) == 0
    assert quality_focal_loss(0.7, 0.5) > 0


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: repairing_temperature(-1), "gamma"),
        (lambda: quality_focal_loss(0.5, 0.5, -1), "beta"),
        (lambda: class_balanced_weight(0, 0.9), "count"),
        (lambda: class_balanced_weight(1, 1), "beta"),
        (lambda: quality_focal_loss(0, 0.5), "p"),
        (lambda: quality_focal_loss(0.5, 2), "quality"),
    ],
)
def test_bad_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=f"{name} must be"):
        call()


@given(
    gamma=st.floats(0, 5), alpha=st.none() | st.floats(0.25, 0.75), truth=st.floats(0.001, 0.999)
)
def test_one_number_and_a_shift_nearly_lead_back_to_the_truth(gamma, alpha, truth):
    loss = FocalLoss(gamma, alpha)
    assert nearly_undone(risk_minimiser(truth, loss), loss) == pytest.approx(
        truth, abs=0.0022 if alpha is None else 0.006
    )


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_no_way_leads_back_from_a_class_that_is_never_heard(alpha):
    assert np.isnan(nearly_undone([0.2, 0.7], FocalLoss(2.0, alpha))).all()
