"""Who is scored: counts, scores and draws that anybody can repeat."""

from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

from focal_core.population import (
    BALANCED,
    SIMPLE,
    SPREAD,
    STUBBORN,
    VERY_EASY,
    EqualScores,
    SpreadScores,
)

LN_9, LN_99, LN_4 = 2 * np.log(3), 2 * np.log(3) + np.log(11), 2 * np.log(2)


@pytest.mark.parametrize(
    ("recipe", "negatives", "negative_logit", "positives", "positive_logit"),
    [
        (SIMPLE, 100_000, -LN_9, 100, -LN_9),
        (VERY_EASY, 100_000, -LN_99, 100, -LN_9),
        (BALANCED, 100, -LN_9, 100, -LN_9),
        (STUBBORN, 10_000, -LN_4, 10, -LN_4),
    ],
    ids=["simple", "very easy", "balanced", "stubborn"],
)
def test_equal_scores_are_one_logit_a_class_with_its_count(
    recipe, negatives, negative_logit, positives, positive_logit
):
    population = recipe.population()
    assert population.negatives.logits == pytest.approx(np.array([negative_logit]), rel=1e-14)
    assert population.positives.logits == pytest.approx(np.array([positive_logit]), rel=1e-14)
    assert population.negatives.counts.tolist() == [negatives]
    assert population.positives.counts.tolist() == [positives]
    assert population.negatives.count == negatives
    assert population.positives.count == positives


def test_a_million_equal_examples_are_one_logit():
    negatives = EqualScores(negatives=1_000_000).population().negatives
    assert negatives.logits.shape == negatives.counts.shape == (1,)
    assert negatives.count == 1_000_000


def test_p_t_is_the_probability_given_to_the_truth():
    population = EqualScores(negative_p_t=0.95, positive_p_t=0.3).population()
    # A negative at p_t 0.95 has probability 0.05 of being positive.
    assert 1 / (1 + np.exp(-population.negatives.logits)) == pytest.approx(np.array([0.05]))
    assert 1 / (1 + np.exp(-population.positives.logits)) == pytest.approx(np.array([0.3]))


def test_the_spread_scenario_is_numpys_draw_with_negatives_first():
    rng = np.random.default_rng(0)
    negatives = -5 + 2 * rng.standard_normal(100_000)
    positives = 2 * rng.standard_normal(100)
    population = SPREAD.population()
    np.testing.assert_allclose(population.negatives.logits, negatives, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(population.positives.logits, positives, rtol=1e-13, atol=1e-14)


def test_every_drawn_example_counts_once():
    population = SPREAD.population()
    for examples, count in ((population.negatives, 100_000), (population.positives, 100)):
        assert examples.logits.shape == examples.counts.shape == (count,)
        assert np.all(examples.counts == 1)
        assert examples.count == count


def test_the_same_recipe_draws_the_same_scores():
    recipe = SpreadScores(negatives=50, positives=5, seed=3)
    first = recipe.population()
    for seed in range(10, 30):  # more draws than are kept
        SpreadScores(negatives=50, positives=5, seed=seed).population()
    again = SpreadScores(negatives=50, positives=5, seed=3).population()
    np.testing.assert_array_equal(again.negatives.logits, first.negatives.logits)
    np.testing.assert_array_equal(again.positives.logits, first.positives.logits)


def test_another_seed_draws_other_scores():
    one, other = (SpreadScores(negatives=50, seed=seed).population() for seed in (0, 1))
    assert not np.any(one.negatives.logits == other.negatives.logits)


def test_a_spread_of_zero_gives_everybody_the_mean():
    recipe = SpreadScores(3, 2, negative_spread=0, positive_mean=1.5, positive_spread=0)
    assert recipe.population().negatives.logits.tolist() == [-5, -5, -5]
    assert recipe.population().positives.logits.tolist() == [1.5, 1.5]


def test_a_shared_draw_cannot_be_changed():
    population = SPREAD.population()
    for array in (
        population.negatives.logits,
        population.negatives.counts,
        population.positives.logits,
        population.positives.counts,
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_a_class_may_be_empty():
    for recipe in (EqualScores(negatives=0, positives=0), SpreadScores(negatives=0, positives=0)):
        population = recipe.population()
        assert population.negatives.count == population.positives.count == 0


@pytest.mark.parametrize("recipe", [EqualScores, SpreadScores])
@pytest.mark.parametrize("name", ["negatives", "positives"])
@pytest.mark.parametrize("count", [-1, 10_000_001, float("nan"), "5", True], ids=repr)
def test_an_impossible_count_is_refused_by_name(recipe, name, count):
    with pytest.raises(ValueError, match=rf"^{name} must be a number from 0 to 1e\+07, got "):
        recipe(**{name: count})


@pytest.mark.parametrize("name", ["negatives", "positives"])
def test_half_an_example_cannot_be_drawn_and_is_refused_by_name(name):
    with pytest.raises(ValueError, match=rf"^{name} must be .*, got 2\.5"):
        SpreadScores(**{name: 2.5})


@pytest.mark.parametrize("seed", [-1, 0.5], ids=repr)
def test_an_impossible_seed_is_refused_by_name(seed):
    with pytest.raises(ValueError, match=r"^seed must be .*, got "):
        SpreadScores(seed=seed)


@pytest.mark.parametrize("name", ["negative_p_t", "positive_p_t"])
@pytest.mark.parametrize("p_t", [0, 1, -0.1, 1.1, float("nan"), "0.5"], ids=repr)
def test_a_p_t_that_has_no_logit_is_refused_by_name(name, p_t):
    with pytest.raises(ValueError, match=rf"^{name} must be a number between 0 and 1, ends exc"):
        EqualScores(**{name: p_t})


@pytest.mark.parametrize("name", ["negative_mean", "positive_mean"])
@pytest.mark.parametrize("mean", [1001, -1001, float("inf"), float("nan"), None], ids=repr)
def test_an_impossible_mean_is_refused_by_name(name, mean):
    with pytest.raises(ValueError, match=rf"^{name} must be a number from -1000 to 1000, got "):
        SpreadScores(**{name: mean})


@pytest.mark.parametrize("name", ["negative_spread", "positive_spread"])
@pytest.mark.parametrize("spread", [-0.1, float("inf"), float("nan"), "2"], ids=repr)
def test_an_impossible_spread_is_refused_by_name(name, spread):
    with pytest.raises(ValueError, match=rf"^{name} must be a number at least 0, got "):
        SpreadScores(**{name: spread})


def test_equal_recipes_are_one_cache_key():
    assert len({SIMPLE, EqualScores(), EqualScores(100_000, 100, 0.9, 0.1)}) == 1
    assert len({SPREAD, SpreadScores(), SpreadScores(seed=0)}) == 1
    assert len({SIMPLE, VERY_EASY, BALANCED, STUBBORN, SPREAD}) == 5


@pytest.mark.parametrize("recipe", [SIMPLE, SPREAD], ids=["equal", "spread"])
def test_a_recipe_cannot_be_changed(recipe):
    for field in fields(recipe):
        with pytest.raises(FrozenInstanceError):
            setattr(recipe, field.name, 1)
