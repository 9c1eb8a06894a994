"""What focal loss makes a model answer: concept card 15, and the check questions H3 to H5."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.optimum import (
    posterior,
    posterior_of_classes,
    risk_minimiser,
    risk_minimiser_by_table,
    risk_minimiser_of_classes,
)


@pytest.mark.parametrize(
    ("true", "gamma", "answer"), [(0.9, 2, 0.69421), (0.99, 2, 0.84638), (0.9, 5, 0.59740)]
)
def test_a_sure_truth_is_answered_timidly(true, gamma, answer):
    assert risk_minimiser(true, FocalLoss(gamma)) == pytest.approx(answer, abs=5e-6)


@given(st.floats(0.001, 0.999), st.floats(0, 5), st.floats(0.05, 0.95))
def test_the_way_back_undoes_it(true, gamma, alpha):
    loss = FocalLoss(gamma, alpha)
    assert posterior(risk_minimiser(true, loss), loss) == pytest.approx(true, abs=1e-8)


@given(st.floats(0.001, 0.999))
def test_cross_entropy_answers_the_truth(true):
    assert risk_minimiser(true, CROSS_ENTROPY) == pytest.approx(true)


@given(st.floats(0, 5))
def test_decisions_are_kept_without_alpha(gamma):
    answers = risk_minimiser([0.3, 0.5, 0.7], FocalLoss(gamma))
    assert answers[0] < 0.5 < answers[2]
    assert answers[1] == pytest.approx(0.5)


def test_certainty_stays_certain():
    assert list(risk_minimiser([0, 1], FocalLoss(2.0))) == [0, 1]


def test_among_ten_classes_the_rare_one_is_pushed_down():
    answers = risk_minimiser_of_classes([0.11] * 9 + [0.01], 2.0)
    assert answers.sum() == pytest.approx(1)
    answers = risk_minimiser_of_classes([0.099] * 10 + [0.01], 2.0)
    assert answers[-1] == pytest.approx(0.0087, abs=1e-4)


@given(st.lists(st.floats(0.05, 1), min_size=2, max_size=8), st.floats(0, 5))
def test_the_way_back_from_several_classes_undoes_it(weights, gamma):
    true = np.array(weights) / sum(weights)
    answers = risk_minimiser_of_classes(true, gamma)
    np.testing.assert_allclose(posterior_of_classes(answers, gamma), true, atol=1e-8)


def test_two_classes_are_the_binary_case():
    answers = risk_minimiser_of_classes([0.9, 0.1], 2.0)
    assert answers[0] == pytest.approx(float(risk_minimiser(0.9, FocalLoss(2.0))))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: risk_minimiser(1.5, FocalLoss()), "posterior"),
        (lambda: posterior_of_classes([0.5, 1.5], 2), "outputs"),
        (lambda: posterior_of_classes([0.5, 0.5], -1), "gamma"),
        (lambda: risk_minimiser_of_classes([0.5, 0.6], 2), "posterior"),
        (lambda: risk_minimiser_of_classes([1.0, 0.0], 2), "posterior"),
    ],
)
def test_bad_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=f"{name} must be"):
        call()


@given(st.floats(0, 1), st.floats(0, 5), st.none() | st.floats(0.01, 0.99))
def test_the_table_of_minimisers_gives_what_solving_gives(true, gamma, alpha):
    loss = FocalLoss(gamma, alpha)
    assert float(risk_minimiser_by_table(true, loss)) == pytest.approx(
        float(risk_minimiser(true, loss)), abs=1e-7
    )
