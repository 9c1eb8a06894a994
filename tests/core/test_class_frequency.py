"""Class-balanced weights and logit adjustment: what their papers say that they do."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from focal_core.binary import CROSS_ENTROPY
from focal_core.class_frequency import ClassBalanced, LogitAdjustment
from focal_core.population import SIMPLE, SPREAD, EqualScores, Examples, Population
from focal_core.sampling import listening

RULES = [ClassBalanced(), ClassBalanced(0.0), LogitAdjustment(), LogitAdjustment(0.5)]


@pytest.mark.parametrize("rule", RULES, ids=repr)
@pytest.mark.parametrize("recipe", [SIMPLE, SPREAD], ids=["simple", "spread"])
def test_every_example_gets_a_finite_weight_and_the_shares_add_up(rule, recipe):
    population = recipe.population()
    weights = rule.weights(population)
    assert weights.negatives.shape == population.negatives.logits.shape
    assert weights.positives.shape == population.positives.logits.shape
    assert np.all(np.isfinite(weights.negatives))
    assert np.all(np.isfinite(weights.positives))
    heard = listening(population, rule)
    assert heard.easy_negatives + heard.hard_negatives + heard.positives == pytest.approx(1)


@given(beta=st.floats(0, 0.9999), negatives=st.integers(1, 10**6), positives=st.integers(1, 10**4))
def test_class_weights_stand_as_one_over_the_effective_numbers(beta, negatives, positives):
    weights = ClassBalanced(beta).weights(EqualScores(negatives, positives).population())
    assert weights.negatives[0] + weights.positives[0] == pytest.approx(2)

    def effective(n):
        return (1 - beta**n) / (1 - beta)

    assert weights.positives[0] / weights.negatives[0] == pytest.approx(
        effective(negatives) / effective(positives)
    )


def test_a_beta_near_one_is_one_over_the_frequency_and_zero_is_no_weight():
    weights = ClassBalanced(1 - 1e-12).weights(SIMPLE.population())
    assert weights.positives[0] / weights.negatives[0] == pytest.approx(1000, rel=1e-3)
    none = ClassBalanced(0.0).weights(SIMPLE.population())
    assert none.positives[0] == none.negatives[0] == 1


@given(tau=st.floats(0, 3), objects=st.floats(0.001, 0.999), likely=st.floats(0.001, 0.999))
def test_the_best_adjusted_logit_is_the_log_odds_less_tau_times_those_of_the_class(
    tau, objects, likely
):
    """Menon et al., equation 10: at tau = 1 the sign says whether it is above its frequency."""

    def risk(logit):
        one = np.array([logit])
        population = Population(
            Examples(one, np.array([1 - objects])), Examples(one, np.array([objects]))
        )
        weights = LogitAdjustment(tau).weights(population)
        return (
            likely * weights.positives[0] * CROSS_ENTROPY.value(logit, 1)
            + (1 - likely) * weights.negatives[0] * CROSS_ENTROPY.value(logit, 0)
        ).item()

    best = minimize_scalar(risk, bounds=(-40, 40), method="bounded", options={"xatol": 1e-9}).x
    log_odds, class_odds = (math.log(p / (1 - p)) for p in (likely, objects))
    assert best == pytest.approx(log_odds - tau * class_odds, abs=1e-3)


@given(st.floats(-30, 30), st.integers(0, 1))
def test_without_tau_or_without_one_of_the_classes_nothing_is_adjusted(logit, target):
    one, nobody = Examples(np.array([logit]), np.ones(1)), Examples(np.zeros(0), np.zeros(0))
    for rule, population in (
        (LogitAdjustment(0), Population(one, one)),
        (LogitAdjustment(1), Population(one, nobody)),
        (LogitAdjustment(1), Population(nobody, one)),
    ):
        weights = rule.weights(population)
        assert np.all(weights.negatives == 1)
        assert np.all(weights.positives == 1)


def test_in_the_simple_population_an_easy_location_counts_a_thousandth():
    """ln(1 + e**(z - ln 1000)) / ln(1 + e**z) at z = -ln 9."""
    weights = LogitAdjustment().weights(SIMPLE.population())
    assert weights.negatives[0] == pytest.approx(math.log1p(1 / 9000) / math.log(10 / 9))
    assert weights.positives[0] == pytest.approx(math.log(9001) / math.log(10))


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: ClassBalanced(1.0), "beta"),
        (lambda: ClassBalanced(-0.1), "beta"),
        (lambda: LogitAdjustment(-1.0), "tau"),
        (lambda: LogitAdjustment(float("nan")), "tau"),
    ],
)
def test_values_that_mean_nothing_are_named(make, name):
    with pytest.raises(ValueError, match=name):
        make()
