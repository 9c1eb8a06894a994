"""Rules that choose what counts: facts of the papers they come from, and card 13."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import budget, cumulative_share
from focal_core.population import SIMPLE, SPREAD, EqualScores, SpreadScores
from focal_core.sampling import (
    Asymmetric,
    Bootstrapping,
    ByLoss,
    HarmonizedGradient,
    KeepHardest,
    KeepRatio,
    listening,
    weights_by_p_t,
)

RULES = [
    ByLoss(CROSS_ENTROPY),
    ByLoss(FocalLoss(2.0, 0.25)),
    Bootstrapping(),
    KeepHardest(400),
    KeepRatio(3.0),
    HarmonizedGradient(),
    Asymmetric(),
]


@pytest.mark.parametrize("rule", RULES, ids=repr)
@pytest.mark.parametrize("recipe", [SIMPLE, SPREAD], ids=["simple", "spread"])
def test_what_a_rule_listens_to_adds_up_to_one(rule, recipe):
    heard = listening(recipe.population(), rule)
    assert heard.easy_negatives + heard.hard_negatives + heard.positives == pytest.approx(1)


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_a_rule_weighs_every_example_of_both_classes_with_a_finite_number(rule):
    population = SPREAD.population()
    weights = rule.weights(population)
    assert weights.negatives.shape == population.negatives.logits.shape
    assert weights.positives.shape == population.positives.logits.shape
    for each in (weights.negatives, weights.positives):
        assert np.all(np.isfinite(each))
        assert np.all(each >= 0)


@given(st.floats(0, 5))
def test_by_loss_agrees_with_the_budget(gamma):
    heard = listening(SIMPLE.population(), ByLoss(FocalLoss(gamma)))
    share = budget(SIMPLE.population(), FocalLoss(gamma)).negative_share
    assert heard.easy_negatives + heard.hard_negatives == pytest.approx(share)


def test_three_to_one_keeps_300_of_100000_which_is_a_third_of_a_percent():
    population = SPREAD.population()
    kept = KeepRatio(3.0).weights(population).negatives.sum()
    everybody = population.negatives.count + population.positives.count
    assert (kept + population.positives.count) / everybody == pytest.approx(0.0040, abs=5e-5)


@pytest.mark.parametrize(("loss", "share"), [(CROSS_ENTROPY, 0.114), (FocalLoss(2.0), 0.532)])
def test_those_300_hold_this_part_of_the_negatives_loss_when_scores_are_spread(loss, share):
    curve = cumulative_share(SPREAD.population().negatives, 0, loss)
    assert curve.of_hardest(300 / 100_000) == pytest.approx(share, abs=5e-4)


@given(st.integers(1, 2000))
def test_mining_keeps_exactly_so_many_even_of_equal_examples(keep):
    population = EqualScores(1000, 100, 0.9, 0.1).population()
    weights = KeepHardest(keep).weights(population)
    kept = weights.negatives * population.negatives.counts
    assert kept.sum() + (weights.positives * 100).sum() == pytest.approx(min(keep, 1100))
    assert weights.positives[0] == pytest.approx(min(1, keep / 100))


def test_equal_losses_share_what_is_left_whatever_their_class():
    population = EqualScores(300, 100, 0.1, 0.1).population()
    weights = KeepHardest(200).weights(population)
    assert (weights.negatives[0], weights.positives[0]) == (0.5, 0.5)


def test_harmonised_weights_have_a_mean_of_one_also_where_bins_are_empty():
    population = SIMPLE.population()
    weights = HarmonizedGradient().weights(population)
    total = sum(
        (each * examples.counts).sum()
        for each, examples in (
            (weights.negatives, population.negatives),
            (weights.positives, population.positives),
        )
    )
    assert total == pytest.approx(100_100)


def test_asymmetric_weights_of_the_surest_background_are_zero():
    far = SpreadScores(negative_mean=-1000.0).population()
    assert np.all(Asymmetric().weights(far).negatives == 0)


def test_bootstrapping_drops_background_that_is_called_background():
    assert Bootstrapping().weights(SIMPLE.population()).negatives.sum() == 0
    assert listening(SIMPLE.population(), Bootstrapping()).positives == 1


def test_harmonized_gradients_have_a_mean_weight_of_one_and_fade_the_crowd():
    population = SPREAD.population()
    weights = HarmonizedGradient().weights(population)
    total = weights.negatives.sum() + weights.positives.sum()
    assert total == pytest.approx(population.negatives.count + population.positives.count)
    easiest = np.argmin(population.negatives.logits)
    assert weights.negatives[easiest] < 1


def test_asl_is_deaf_to_negatives_below_its_margin():
    population = EqualScores(10, 10, 0.96, 0.5).population()  # probability .04, margin .05
    assert Asymmetric().weights(population).negatives[0] == 0


def test_asl_without_margin_is_focal_loss_with_its_two_gammas():
    population = SPREAD.population()
    ours = ByLoss(FocalLoss(2.0)).weights(population)
    theirs = Asymmetric(2.0, 2.0, 0.0).weights(population)
    np.testing.assert_allclose(theirs.negatives, ours.negatives, rtol=1e-6)
    np.testing.assert_allclose(theirs.positives, ours.positives, rtol=1e-9)


def test_the_defaults_are_those_of_the_papers_and_of_their_code():
    assert KeepRatio() == KeepRatio(3.0)
    assert HarmonizedGradient() == HarmonizedGradient(bins=10)
    assert Asymmetric() == Asymmetric(gamma_negative=4.0, gamma_positive=1.0, margin=0.05)


def test_the_hardest_hundredth_of_the_background_is_called_hard():
    population, rule = SPREAD.population(), ByLoss(CROSS_ENTROPY)
    curve = cumulative_share(population.negatives, 0, CROSS_ENTROPY)
    heard = listening(population, rule)
    share = heard.hard_negatives / (heard.hard_negatives + heard.easy_negatives)
    assert share == pytest.approx(curve.of_hardest(0.01), abs=1e-3)


def test_a_ratio_below_one_keeps_fewer_negatives_than_positives():
    population = EqualScores(1000, 100, 0.9, 0.1).population()
    kept = KeepRatio(0.5).weights(population).negatives * population.negatives.counts
    assert kept.sum() == pytest.approx(50)


def test_in_a_single_bin_all_weigh_alike():
    weights = HarmonizedGradient(bins=1).weights(SPREAD.population())
    assert set(weights.negatives) | set(weights.positives) == {1.0}


@pytest.mark.parametrize(("negative_p_t", "kept"), [(0.51, 0), (0.49, 1)])
def test_bootstrapping_keeps_background_that_is_taken_for_an_object(negative_p_t, kept):
    population = EqualScores(10, 10, negative_p_t, 0.5).population()
    assert Bootstrapping().weights(population).negatives.tolist() == [kept]


def test_one_more_location_gets_the_focusing_factor_of_its_own_p_t():
    p_t = np.array([0.01, 0.5, 0.9])
    weights = weights_by_p_t(SPREAD.population(), ByLoss(FocalLoss(2.0)), p_t)
    np.testing.assert_allclose(weights, (1 - p_t) ** 2, rtol=1e-9)


def test_one_more_location_is_judged_by_those_that_are_there_and_counts_for_nothing():
    """400 are kept: 100 objects at 0.1, and 300 of 100,000 background locations at 0.9."""
    population = SIMPLE.population()
    p_t = [0.05, 0.895, 0.9, 0.905]
    mined = weights_by_p_t(population, KeepHardest(400), p_t)
    np.testing.assert_allclose(mined, [1, 1, 0.003, 0])
    for rule in RULES:
        (one,) = weights_by_p_t(population, rule, [0.9])
        assert one == pytest.approx(rule.weights(population).negatives[0])


@pytest.mark.parametrize("p_t", [0, 1])
def test_one_more_location_has_a_p_t_between_the_ends(p_t):
    with pytest.raises(ValueError, match="p_t must be between 0 and 1, ends excluded"):
        weights_by_p_t(SIMPLE.population(), Bootstrapping(), [0.5, p_t])


def test_nobody_pays_where_nobody_is():
    assert listening(EqualScores(0, 0).population(), ByLoss(CROSS_ENTROPY)) is None


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: KeepHardest(0), "keep"),
        (lambda: KeepRatio(0), "ratio"),
        (lambda: HarmonizedGradient(0), "bins"),
        (lambda: Asymmetric(gamma_negative=-1), "gamma_negative"),
        (lambda: Asymmetric(gamma_positive=-1), "gamma_positive"),
        (lambda: Asymmetric(margin=1), "margin"),
        (lambda: listening(SIMPLE.population(), Bootstrapping(), 2), "hardest"),
    ],
)
def test_bad_arguments_are_named(make, name):
    with pytest.raises(ValueError, match=f"{name} must be"):
        make()
