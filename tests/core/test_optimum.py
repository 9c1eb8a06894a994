"""Which probability a model learns, and the way back to the true one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.optimum import posterior

GAMMAS = [0, 0.5, 1, 2, 3.7, 5]
ALPHAS = [None, 0.05, 0.25, 0.5, 0.9]

any_gamma = st.floats(0, 5)
any_alpha = st.none() | st.floats(0.05, 0.95)
any_output = st.floats(0.001, 0.999)


@pytest.mark.parametrize(
    ("gamma", "output", "truth", "tolerance"),
    [
        (2, 0.69421, 0.9, 2e-5),
        (2, 0.84638, 0.99, 2e-5),
        (5, 0.59740, 0.9, 2e-5),
        (5, 0.60, 0.905, 5e-4),
        (2, 0.60, 0.748, 5e-4),
    ],
)
def test_a_modest_output_means_a_confident_truth(gamma, output, truth, tolerance):
    assert posterior(output, FocalLoss(gamma)) == pytest.approx(truth, abs=tolerance)
    assert posterior(1 - output, FocalLoss(gamma)) == pytest.approx(1 - truth, abs=tolerance)


@pytest.mark.parametrize("alpha", ALPHAS[1:])
@pytest.mark.parametrize("gamma", [*GAMMAS, 100, 2000])
def test_output_one_half_means_true_one_minus_alpha_for_any_gamma(gamma, alpha):
    assert posterior(0.5, FocalLoss(gamma, alpha)) == pytest.approx(1 - alpha, rel=1e-12)


@pytest.mark.parametrize("gamma", [*GAMMAS, 100, 2000])
def test_output_one_half_is_one_half_without_alpha(gamma):
    assert posterior(0.5, FocalLoss(gamma)) == pytest.approx(0.5, rel=1e-12)


@given(st.floats(0, 1))
def test_cross_entropy_is_answered_with_the_truth(output):
    assert posterior(output, CROSS_ENTROPY) == pytest.approx(output, rel=1e-12, abs=1e-300)


@given(st.floats(0.1, 5), st.floats(0.501, 0.999))
def test_focal_loss_pulls_the_output_towards_one_half(gamma, output):
    loss = FocalLoss(gamma)
    assert posterior(output, loss) > output
    assert posterior(1 - output, loss) < 1 - output


@given(any_gamma, any_alpha, st.floats(0.001, 0.99))
def test_a_higher_output_means_a_higher_truth(gamma, alpha, output):
    loss = FocalLoss(gamma, alpha)
    assert posterior(output + 0.005, loss) > posterior(output, loss)


@given(any_gamma, any_alpha, any_output)
def test_the_expected_loss_is_flat_at_the_output(gamma, alpha, output):
    loss = FocalLoss(gamma, alpha)
    truth = posterior(output, loss)
    step = 1e-4
    logits = np.log(output / (1 - output)) + np.array([-step, step])
    below, above = truth * loss.value(logits, 1) + (1 - truth) * loss.value(logits, 0)
    assert (above - below) / (2 * step) == pytest.approx(0, abs=1e-7)


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("gamma", GAMMAS)
def test_no_other_output_has_a_lower_expected_loss(gamma, alpha):
    loss = FocalLoss(gamma, alpha)
    elsewhere = np.linspace(-20, 20, 4001)
    outputs = np.array([0.02, 0.2, 0.5, 0.69421, 0.95])
    truths = posterior(outputs, loss)[:, None]
    weights = (1, 1) if alpha is None else (alpha, 1 - alpha)
    p = 1 / (1 + np.exp(-elsewhere))
    expected = truths * weights[0] * (1 - p) ** gamma * np.logaddexp(0, -elsewhere)
    expected += (1 - truths) * weights[1] * p**gamma * np.logaddexp(0, elsewhere)
    best = elsewhere[expected.argmin(axis=1)]
    # The grid's step is 0.01, so its best point lies within one step of the answer.
    assert best == pytest.approx(np.log(outputs / (1 - outputs)), abs=0.01)


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("gamma", GAMMAS)
def test_certainty_stays_certainty(gamma, alpha):
    assert posterior([0, 1], FocalLoss(gamma, alpha)).tolist() == [0, 1]


@pytest.mark.parametrize("gamma", [1, 2, 3, 5])
def test_the_way_back_is_nearly_one_temperature(gamma):
    temperature = {1: 1.772, 2: 2.676, 3: 3.624, 5: 5.567}[gamma]
    outputs = np.linspace(0.01, 0.99, 99)
    by_temperature = 1 / (1 + (outputs / (1 - outputs)) ** -temperature)
    assert np.abs(posterior(outputs, FocalLoss(gamma)) - by_temperature).max() < 0.0015


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3)])
def test_the_truth_has_the_shape_of_the_output(shape):
    assert posterior(np.full(shape, 0.3), FocalLoss()).shape == shape


@pytest.mark.parametrize(("output", "named"), [(-0.1, "-0.1"), (1.5, "1.5"), (np.inf, "inf")])
def test_an_output_outside_0_to_1_is_refused(output, named):
    with pytest.raises(ValueError, match=rf"^output must be between 0 and 1.*{named}"):
        posterior([0.5, output], FocalLoss())


def test_an_output_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match=r"^output .*NaN: 1 of 2 .* index 1 "):
        posterior([0.5, np.nan], FocalLoss())
    with pytest.raises(TypeError, match=r"^output must be real numbers"):
        posterior(["0.5"], FocalLoss())
