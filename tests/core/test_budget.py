"""Who pays: the totals that focal loss is about."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import (
    balancing_alpha,
    break_even_gamma,
    break_even_negatives,
    budget,
    by_loss,
    by_slope,
    cumulative_share,
    hardest_share,
    inverse_frequency_alpha,
    negative_share_by_gamma,
    negative_share_map,
    negatives_per_positive,
)
from focal_core.population import (
    BALANCED,
    SIMPLE,
    SPREAD,
    STUBBORN,
    VERY_EASY,
    EqualScores,
    Examples,
    Population,
    SpreadScores,
)

S, V, D = SIMPLE.population(), VERY_EASY.population(), SPREAD.population()

any_gamma = st.floats(0, 3)
any_count = st.integers(1, 10_000)
any_p_t = st.floats(0.1, 0.9)
any_population = st.builds(
    lambda *scores: EqualScores(*scores).population(), any_count, any_count, any_p_t, any_p_t
)
payments = pytest.mark.parametrize("pays", [by_loss, by_slope])


def scored(negatives, positives):
    """A population from {p_t: count} of each class."""
    return Population(
        Examples(-logits_of(negatives), np.array([*negatives.values()], float)),
        Examples(logits_of(positives), np.array([*positives.values()], float)),
    )


def logits_of(counts):
    p_t = np.array([*counts])
    return np.log(p_t / (1 - p_t))


# The reference scenarios.


@pytest.mark.parametrize(
    ("gamma", "negatives", "positives"),
    [
        (0, 10_536.1, 230.26),
        (0.5, 3_331.8, 218.44),
        (1, 1_053.6, 207.23),
        (2, 105.36, 186.51),
        (3, 10.54, 167.86),
        (5, 0.105, 135.97),
    ],
)
def test_easy_negatives_fade_a_hundred_times_faster_than_hard_positives(
    gamma, negatives, positives
):
    paid = budget(S, FocalLoss(gamma))
    assert paid.negatives == pytest.approx(negatives, rel=5e-5, abs=5e-3 if gamma > 2 else 0)
    assert paid.positives == pytest.approx(positives, abs=5e-3)
    assert paid.total == paid.negatives + paid.positives


@pytest.mark.parametrize(
    ("gamma", "share", "share_of_slope"),
    [
        (0, 0.9786, 0.9911),
        (0.5, 0.9385, 0.9798),
        (1, 0.8356, 0.9504),
        (2, 0.3610, 0.7244),
        (3, 0.0591, 0.2490),
        (5, 0.00077, 0.0047),
    ],
)
def test_background_pays_less_as_gamma_grows_and_later_less_of_the_slope(
    gamma, share, share_of_slope
):
    near = 5e-6 if share < 0.01 else 5e-5
    assert budget(S, FocalLoss(gamma)).negative_share == pytest.approx(share, abs=near)
    felt = budget(S, FocalLoss(gamma), by_slope).negative_share
    assert felt == pytest.approx(share_of_slope, abs=5e-5)


@pytest.mark.parametrize(
    ("gamma", "negatives", "share", "near"),
    [
        (0, 1_005.03, 0.8136, 5e-5),
        (0.5, 100.50, 0.3151, 5e-5),
        (1, 10.05, 0.0463, 5e-5),
        (2, 0.1005, 0.00054, 5e-6),
        (3, 0.0010, 0.000006, 5e-7),
        (5, 1e-7, 0, 1e-9),
    ],
)
def test_very_easy_negatives_vanish(gamma, negatives, share, near):
    paid = budget(V, FocalLoss(gamma))
    assert paid.negatives == pytest.approx(negatives, rel=1e-2 if gamma > 2 else 5e-4)
    assert paid.negative_share == pytest.approx(share, abs=near)


@pytest.mark.parametrize(
    ("gamma", "share", "share_of_slope", "hardest"),
    [
        (0, 0.973, 0.985, 0.245),
        (0.5, 0.950, 0.975, 0.430),
        (1, 0.925, 0.964, 0.592),
        (2, 0.879, 0.943, 0.804),
        (3, 0.837, 0.924, 0.909),
        (5, 0.763, 0.889, 0.982),
    ],
)
def test_spread_negatives_still_dominate_but_it_is_their_hardest_percent(
    gamma, share, share_of_slope, hardest
):
    loss = FocalLoss(gamma)
    assert budget(D, loss).negative_share == pytest.approx(share, abs=5e-4)
    assert budget(D, loss, by_slope).negative_share == pytest.approx(share_of_slope, abs=5e-4)
    carried = cumulative_share(D.negatives, 0, loss).of_hardest(0.01)
    assert carried == pytest.approx(hardest, abs=5e-4)


@pytest.mark.parametrize(("gamma", "carried"), [(0, 0.114), (2, 0.532)])
def test_the_300_negatives_that_mining_keeps_hold_half_the_focal_loss(gamma, carried):
    share = cumulative_share(D.negatives, 0, FocalLoss(gamma))
    assert share.of_hardest(300 / 100_000) == pytest.approx(carried, abs=5e-4)


@pytest.mark.parametrize(
    ("gamma", "negatives", "positives", "share"),
    [(0, 2_231.4, 16.09, 0.9928), (1, 446.3, 12.88, 0.9720), (2, 89.26, 10.30, 0.8965)],
)
def test_gamma_2_is_not_always_enough(gamma, negatives, positives, share):
    paid = budget(STUBBORN.population(), FocalLoss(gamma))
    assert paid.negatives == pytest.approx(negatives, abs=0.05 if gamma < 2 else 5e-3)
    assert paid.positives == pytest.approx(positives, abs=5e-3)
    assert paid.negative_share == pytest.approx(share, abs=5e-5)


def test_the_normaliser_decides_how_small_the_loss_looks():
    paid = budget(S, FocalLoss(2))
    assert paid.total / 100_100 == pytest.approx(0.00292, abs=5e-6)
    assert paid.total / 100 == pytest.approx(2.919, abs=5e-4)
    assert budget(S, FocalLoss(2, 0.25)).total / 100 == pytest.approx(1.2565, abs=5e-5)


def test_a_first_step_at_one_half_is_all_background_under_both_losses():
    undecided = EqualScores(negative_p_t=0.5, positive_p_t=0.5).population()
    for gamma, per_positive in ((0, 693.8), (2, 173.5)):
        paid = budget(undecided, FocalLoss(gamma))
        assert paid.negative_share == pytest.approx(0.9990, abs=5e-5)
        assert paid.total / 100 == pytest.approx(per_positive, abs=0.05)


def test_a_prior_of_one_percent_calms_the_first_step():
    prior = EqualScores(negative_p_t=0.99, positive_p_t=0.01).population()
    cross_entropy, focal = budget(prior, CROSS_ENTROPY), budget(prior, FocalLoss(2))
    assert cross_entropy.negative_share == pytest.approx(0.686, abs=5e-4)
    assert focal.negative_share == pytest.approx(0.00022, abs=5e-6)
    assert cross_entropy.total / 100 == pytest.approx(14.66, abs=5e-3)
    assert focal.total / 100 == pytest.approx(4.515, abs=5e-4)
    assert budget(prior, FocalLoss(2, 0.25)).total / 100 == pytest.approx(1.129, abs=5e-4)
    tenth = EqualScores(negative_p_t=0.9, positive_p_t=0.1).population()
    assert budget(tenth, CROSS_ENTROPY).negative_share == pytest.approx(0.979, abs=5e-4)


@pytest.mark.parametrize(("gamma", "share"), [(0, 0.488), (2, 0.972)])
def test_one_percent_wrong_labels_take_over_the_slope(gamma, share):
    mislabelled = budget(scored({0.01: 1_000}, {}), FocalLoss(gamma), by_slope).negatives
    honest = budget(scored({0.99: 99_000}, {0.5: 100}), FocalLoss(gamma), by_slope).total
    assert mislabelled / (mislabelled + honest) == pytest.approx(share, abs=5e-4)


def test_a_million_negatives_at_99_percent_pay_half_a_percent():
    crowd = EqualScores(negatives=1_000_000, negative_p_t=0.99).population()
    assert budget(crowd, FocalLoss(2)).negative_share == pytest.approx(0.0054, abs=5e-5)


# Alpha.


@pytest.mark.parametrize(
    ("gamma", "alpha", "near"),
    [
        (0, 0.9786, 5e-5),
        (0.5, 0.938, 6e-4),
        (1, 0.836, 5e-4),
        (2, 0.361, 5e-4),
        (3, 0.059, 5e-4),
    ],
)
def test_the_balancing_alpha_falls_as_gamma_grows(gamma, alpha, near):
    assert balancing_alpha(S, FocalLoss(gamma)) == pytest.approx(alpha, abs=near)


def test_balancing_by_slope_asks_for_a_larger_alpha_than_by_loss():
    assert balancing_alpha(S, FocalLoss(2), by_slope) == pytest.approx(0.724, abs=5e-4)
    assert balancing_alpha(D, FocalLoss(2), by_slope) == pytest.approx(0.94, abs=5e-3)


def test_the_balancing_alpha_ignores_the_alpha_in_use():
    assert balancing_alpha(S, FocalLoss(2, 0.9)) == balancing_alpha(S, FocalLoss(2))


def test_inverse_frequency_at_1_to_1000_is_999():
    assert inverse_frequency_alpha(S) == pytest.approx(100_000 / 100_100, rel=1e-14)
    assert inverse_frequency_alpha(S) == pytest.approx(0.999, abs=5e-6)
    assert inverse_frequency_alpha(BALANCED.population()) == 0.5


def test_alpha_75_barely_moves_the_share_under_cross_entropy():
    assert budget(S, FocalLoss(0, 0.75)).negative_share == pytest.approx(0.9385, abs=5e-5)
    assert budget(S, FocalLoss(0, 0.9786)).negative_share == pytest.approx(0.50, abs=5e-3)


def test_alpha_25_weighs_background_by_75():
    assert budget(S, FocalLoss(2, 0.25)).negative_share == pytest.approx(0.629, abs=5e-4)
    assert budget(S, FocalLoss(2, 0.75)).negative_share == pytest.approx(0.158, abs=5e-4)


@payments
@given(population=any_population, gamma=any_gamma, alpha=st.floats(0, 1))
def test_weights_only_scale_what_their_class_pays(pays, population, gamma, alpha):
    weighted = budget(population, FocalLoss(gamma), pays).weighted(alpha)
    paid = budget(population, FocalLoss(gamma, alpha), pays)
    assert weighted.negatives == pytest.approx(paid.negatives, rel=1e-12)
    assert weighted.positives == pytest.approx(paid.positives, rel=1e-12)


@payments
@given(population=any_population, gamma=any_gamma)
def test_at_the_balancing_alpha_both_classes_pay_alike(pays, population, gamma):
    alpha = balancing_alpha(population, FocalLoss(gamma), pays)
    paid = budget(population, FocalLoss(gamma, alpha), pays)
    assert paid.negative_share == pytest.approx(0.5, abs=1e-6)


# Where both classes pay alike.


@pytest.mark.parametrize(("gamma", "negatives", "near"), [(0, 21.9, 0.05), (2, 1_770, 0.5)])
def test_many_easy_negatives_cost_one_hard_positive(gamma, negatives, near):
    assert negatives_per_positive(0.9, 0.1, FocalLoss(gamma)) == pytest.approx(negatives, abs=near)


def test_172419_examples_at_99_percent_cost_one_at_one_half():
    assert negatives_per_positive(0.99, 0.5, FocalLoss(2)) == pytest.approx(172_419, abs=0.5)
    assert negatives_per_positive(0.99, 0.5, CROSS_ENTROPY) == pytest.approx(69, abs=0.5)


def test_alpha_counts_a_negative_three_times_at_one_quarter():
    assert negatives_per_positive(0.5, 0.5, FocalLoss(2, 0.25)) == pytest.approx(1 / 3)


@pytest.mark.parametrize("p_t", [0, 1, -0.5, np.nan])
def test_a_p_t_without_a_logit_is_refused_by_name(p_t):
    with pytest.raises(ValueError, match=r"^negative_p_t must be a number between 0 and 1, ends"):
        negatives_per_positive(p_t, 0.5, FocalLoss())
    with pytest.raises(ValueError, match=r"^positive_p_t must be a number between 0 and 1, ends"):
        negatives_per_positive(0.5, p_t, FocalLoss())


def test_in_the_simple_scenario_negatives_stop_dominating_at_gamma_1_74():
    assert break_even_gamma(S) == pytest.approx(1.7401, abs=5e-5)


def test_their_slope_stops_dominating_only_at_gamma_2_47():
    assert break_even_gamma(S, by_slope) == pytest.approx(2.4701, abs=5e-5)


def test_very_easy_negatives_stop_dominating_at_a_third():
    # ln(N c1 / (P c2)) / ln((1 - p2)/(1 - p1)) with c = -ln p_t.
    gamma = np.log(1_000 * np.log(0.99) / np.log(0.1)) / np.log(0.9 / 0.01)
    assert gamma == pytest.approx(0.3275, abs=5e-5)
    assert break_even_gamma(V) == pytest.approx(gamma, rel=1e-9)


def test_stubborn_negatives_stop_dominating_at_3_56():
    # As above: ln(1000 ln 0.8 / ln 0.2) / ln(0.8 / 0.2).
    gamma = np.log(1_000 * np.log(0.8) / np.log(0.2)) / np.log(4)
    assert break_even_gamma(STUBBORN.population()) == pytest.approx(gamma, rel=1e-9)
    assert gamma == pytest.approx(3.56, abs=5e-3)


def test_spread_negatives_dominate_at_every_gamma():
    assert break_even_gamma(D) is None
    assert break_even_gamma(D, by_slope) is None


def test_without_imbalance_there_is_nothing_to_break_even():
    assert break_even_gamma(BALANCED.population()) is None


def test_equal_classes_break_even_at_gamma_zero():
    alike = EqualScores(50, 50, negative_p_t=0.5, positive_p_t=0.5).population()
    assert break_even_gamma(alike) == 0


@payments
@given(
    negatives=any_count,
    positives=any_count,
    negative_p_t=st.floats(0.5, 0.9),
    positive_p_t=st.floats(0.1, 0.4),
)
def test_at_the_break_even_gamma_both_classes_pay_alike(
    pays, negatives, positives, negative_p_t, positive_p_t
):
    population = EqualScores(negatives, positives, negative_p_t, positive_p_t).population()
    gamma = break_even_gamma(population, pays)
    if gamma is not None:
        share = budget(population, FocalLoss(gamma), pays).negative_share
        assert share == pytest.approx(0.5, abs=1e-9)
    else:
        ends = [budget(population, FocalLoss(end), pays).negative_share for end in (0, 10)]
        assert max(ends) < 0.5 or min(ends) > 0.5


def test_a_break_even_is_found_even_if_hard_negatives_lead_again_at_a_large_gamma():
    # Under gamma 0: 1,000 (-ln 0.9) + 50 = 155.4 against 100 (-ln 0.3) = 120.4. Gamma 1 and 2 fade
    # the easy ones: 60.5 < 84.3 and 51.1 < 59.0. The hardest one does not fade: 50.1 > 41.3 at 3.
    population = scored({0.9: 1_000, np.exp(-50.0): 1}, {0.3: 100})
    shares = [budget(population, FocalLoss(gamma)).negative_share for gamma in (0, 1, 2, 3)]
    assert [share > 0.5 for share in shares] == [True, False, False, True]
    gamma = break_even_gamma(population)
    assert gamma is not None
    assert budget(population, FocalLoss(gamma)).negative_share == pytest.approx(0.5, abs=1e-9)


def test_the_smallest_gamma_that_holds_easy_negatives_below_a_tenth_is_2_740():
    # 2.740 as printed: somewhere from 2.7395 to 2.7405.
    assert budget(S, FocalLoss(2.7395)).negative_share > 0.1
    assert budget(S, FocalLoss(2.7405)).negative_share < 0.1


@given(population=any_population, gamma=any_gamma, alpha=st.none() | st.floats(0.05, 0.95))
def test_the_break_even_number_of_negatives_pays_half(population, gamma, alpha):
    loss = FocalLoss(gamma, alpha)
    needed = break_even_negatives(population, loss)
    crowd = Examples(population.negatives.logits, np.array([needed]))
    paid = budget(Population(crowd, population.positives), loss)
    assert paid.negative_share == pytest.approx(0.5, abs=1e-12)


def test_1770_times_as_many_negatives_as_positives_break_even_in_the_simple_scenario():
    assert break_even_negatives(S, FocalLoss(2)) == pytest.approx(177_000, abs=50)
    under_cross_entropy = 100 * np.log(0.1) / np.log(0.9)
    assert break_even_negatives(S, CROSS_ENTROPY) == pytest.approx(under_cross_entropy)


# Laws of the totals.


@payments
@given(population=any_population, gamma=any_gamma)
def test_the_shares_of_both_classes_sum_to_one(pays, population, gamma):
    mirrored = Population(
        negatives=Examples(-population.positives.logits, population.positives.counts),
        positives=Examples(-population.negatives.logits, population.negatives.counts),
    )
    shares = [
        budget(each, FocalLoss(gamma), pays).negative_share for each in (population, mirrored)
    ]
    assert sum(shares) == pytest.approx(1, abs=1e-12)


@given(any_count, any_count, st.floats(0.5, 0.9), st.floats(0.1, 0.49), any_gamma)
def test_easier_negatives_pay_a_smaller_share_at_a_larger_gamma(
    negatives, positives, negative_p_t, positive_p_t, gamma
):
    population = EqualScores(negatives, positives, negative_p_t, positive_p_t).population()
    before, after = (budget(population, FocalLoss(each)) for each in (gamma, gamma + 0.1))
    assert after.negative_share < before.negative_share


@given(any_count, any_count, st.floats(0.1, 0.49), st.floats(0.5, 0.9), any_gamma)
def test_harder_negatives_pay_a_larger_share_at_a_larger_gamma(
    negatives, positives, negative_p_t, positive_p_t, gamma
):
    population = EqualScores(negatives, positives, negative_p_t, positive_p_t).population()
    before, after = (budget(population, FocalLoss(each)) for each in (gamma, gamma + 0.1))
    assert after.negative_share > before.negative_share


@payments
@given(st.lists(st.tuples(st.floats(-8, 8), st.integers(0, 5)), min_size=1, max_size=6), any_gamma)
def test_counts_are_the_same_as_repeated_examples(pays, groups, gamma):
    logits, counts = (np.array(part, float) for part in zip(*groups, strict=True))
    counted = Examples(logits, counts)
    repeated_logits = np.repeat(logits, counts.astype(int))
    repeated = Examples(repeated_logits, np.ones_like(repeated_logits))
    loss = FocalLoss(gamma, 0.25)
    for_counted = budget(Population(counted, counted), loss, pays)
    for_repeated = budget(Population(repeated, repeated), loss, pays)
    assert for_counted.negatives == pytest.approx(for_repeated.negatives, rel=1e-12)
    assert for_counted.positives == pytest.approx(for_repeated.positives, rel=1e-12)
    both = [cumulative_share(examples, 0, loss, pays) for examples in (counted, repeated)]
    if counts.sum() == 0:
        assert both == [None, None]
    else:
        for fraction in (0.1, 0.5, 0.9):
            first, second = (share.of_hardest(fraction) for share in both)
            assert first == pytest.approx(second, rel=1e-9)


@payments
@pytest.mark.parametrize("target", [0, 1])
@given(logits=st.lists(st.floats(-8, 8), min_size=1, max_size=12), gamma=any_gamma)
def test_the_cumulative_share_rises_from_0_to_1_ever_more_slowly(pays, target, logits, gamma):
    examples = Examples(np.array(logits), np.arange(1.0, len(logits) + 1))
    share = cumulative_share(examples, target, FocalLoss(gamma), pays)
    assert share.examples[0] == share.payment[0] == 0
    assert share.examples[-1] == share.payment[-1] == 1
    assert np.all(np.diff(share.examples) > 0)
    assert np.all(np.diff(share.payment) >= 0)
    pace = np.diff(share.payment) / np.diff(share.examples)
    assert np.all(np.diff(pace) <= 1e-9)
    assert share.of_hardest(0) == 0
    assert share.of_hardest(1) == 1


def test_the_hardest_come_first():
    examples = Examples(np.log([1 / 9, 1, 9]), np.array([1.0, 1.0, 2.0]))  # p = 0.1, 0.5, 0.9
    as_negatives = cumulative_share(examples, 0, CROSS_ENTROPY)
    paid = -np.log([0.1, 0.5, 0.9]) * [2, 1, 1]
    assert as_negatives.examples == pytest.approx([0, 0.5, 0.75, 1])
    assert as_negatives.payment == pytest.approx(np.cumsum([0, *paid]) / paid.sum())
    as_positives = cumulative_share(examples, 1, CROSS_ENTROPY)
    assert as_positives.examples == pytest.approx([0, 0.25, 0.5, 1])
    # Half of the two equal ones is half of what they pay.
    assert as_negatives.of_hardest(0.25) == pytest.approx(paid[0] / 2 / paid.sum())


@pytest.mark.parametrize("fraction", [-0.1, 1.1, np.nan])
def test_a_fraction_outside_0_to_1_is_refused_by_name(fraction):
    share = cumulative_share(S.negatives, 0, FocalLoss())
    with pytest.raises(ValueError, match=r"^fraction must be a number from 0 to 1, got "):
        share.of_hardest(fraction)


# Curves and maps of the share.


def test_the_share_falls_along_gamma():
    shares = negative_share_by_gamma(SIMPLE, (0.0, 0.5, 1.0, 2.0, 3.0))
    assert shares == pytest.approx((0.9786, 0.9385, 0.8356, 0.3610, 0.0591), abs=5e-5)
    (felt,) = negative_share_by_gamma(SIMPLE, (2.0,), None, by_slope)
    assert felt == pytest.approx(0.7244, abs=5e-5)
    (weighed,) = negative_share_by_gamma(SIMPLE, (2.0,), 0.25)
    assert weighed == pytest.approx(0.629, abs=5e-4)


@payments
@pytest.mark.parametrize("recipe", [SIMPLE, SpreadScores(500, 20)], ids=["equal", "spread"])
def test_the_map_holds_the_share_at_each_alpha_and_gamma(recipe, pays):
    gammas, alphas = (0.0, 1.0, 2.0), (0.0, 0.25, 0.9, 1.0)
    population = recipe.population()
    expected = [
        [budget(population, FocalLoss(gamma, alpha), pays).negative_share for gamma in gammas]
        for alpha in alphas
    ]
    shares = negative_share_map(recipe, gammas, alphas, pays)
    np.testing.assert_allclose(shares, expected, rtol=1e-9)


def test_the_map_is_one_half_at_the_balancing_alpha():
    alphas = [balancing_alpha(S, FocalLoss(gamma)) for gamma in (0.0, 2.0)]
    shares = negative_share_map(SIMPLE, (0.0, 2.0), alphas)
    assert np.diag(shares) == pytest.approx(0.5, abs=1e-9)


def test_where_nobody_pays_a_curve_has_gaps():
    nobody = EqualScores(0, 0)
    assert negative_share_by_gamma(nobody, (0.0, 2.0)) == (None, None)
    assert np.isnan(negative_share_map(nobody, (0.0, 2.0), [0.25])).tolist() == [[True, True]]


# Where somebody, or everybody, is missing.

EMPTY = [EqualScores(0, 0).population(), SpreadScores(0, 0).population()]
ONLY_NEGATIVES = [EqualScores(10, 0).population(), SpreadScores(10, 0).population()]
ONLY_POSITIVES = [EqualScores(0, 10).population(), SpreadScores(0, 10).population()]


@pytest.mark.parametrize("population", EMPTY)
def test_where_nobody_is_nobody_pays_and_nothing_can_be_balanced(population):
    paid = budget(population, FocalLoss())
    assert (paid.negatives, paid.positives, paid.total) == (0, 0, 0)
    assert paid.negative_share is None
    assert balancing_alpha(population, FocalLoss()) is None
    assert inverse_frequency_alpha(population) is None
    assert break_even_gamma(population) is None
    assert break_even_negatives(population, FocalLoss()) is None
    assert cumulative_share(population.negatives, 0, FocalLoss()) is None
    assert cumulative_share(population.positives, 1, FocalLoss()) is None


@payments
@pytest.mark.parametrize("population", ONLY_NEGATIVES)
def test_negatives_alone_pay_everything(pays, population):
    assert budget(population, FocalLoss(), pays).negative_share == 1
    assert balancing_alpha(population, FocalLoss(), pays) == 1
    assert inverse_frequency_alpha(population) == 1
    assert break_even_gamma(population, pays) is None
    assert break_even_negatives(population, FocalLoss()) == 0


@payments
@pytest.mark.parametrize("population", ONLY_POSITIVES)
def test_positives_alone_pay_everything(pays, population):
    assert budget(population, FocalLoss(), pays).negative_share == 0
    assert balancing_alpha(population, FocalLoss(), pays) == 0
    assert inverse_frequency_alpha(population) == 0
    assert break_even_gamma(population, pays) is None
    assert break_even_negatives(population, FocalLoss()) is None


def test_negatives_of_weight_zero_pay_nothing():
    assert budget(S, FocalLoss(2, 1)).negatives == 0
    assert budget(S, FocalLoss(2, 1)).negative_share == 0
    assert break_even_negatives(S, FocalLoss(2, 1)) is None
    assert cumulative_share(S.negatives, 0, FocalLoss(2, 1)) is None
    assert cumulative_share(S.positives, 1, FocalLoss(2, 0)) is None


@payments
def test_classes_so_easy_that_nobody_pays_do_not_break_even(pays):
    # exp(-1000) is below the smallest float.
    nobody_pays = SpreadScores(
        10, 10, negative_mean=-1e3, negative_spread=0, positive_mean=1e3, positive_spread=0
    ).population()
    assert budget(nobody_pays, FocalLoss(), pays).negative_share is None
    assert break_even_gamma(nobody_pays, pays) is None


@payments
def test_a_class_so_easy_that_it_never_pays_does_not_break_even(pays):
    free = SpreadScores(10, 10, negative_mean=-1e3, negative_spread=0).population()
    assert budget(free, FocalLoss(), pays).negative_share == 0
    assert break_even_gamma(free, pays) is None


def test_a_negative_that_costs_nothing_outnumbers_every_positive():
    # 0.1**400 is below the smallest float, 0.9**400 is not; alpha 1 gives negatives weight 0.
    assert negatives_per_positive(0.9, 0.1, FocalLoss(400)) == np.inf
    assert negatives_per_positive(0.9, 0.1, FocalLoss(2, 1)) == np.inf


@pytest.mark.parametrize(("gamma", "part"), [(0, 0.245), (1, 0.592), (2, 0.804), (5, 0.982)])
def test_the_hardest_percent_of_spread_background_carries_this_part(gamma, part):
    assert hardest_share(SPREAD, FocalLoss(gamma), 0.01) == pytest.approx(part, abs=6e-4)
