"""Focal loss of one logit: against exact values, against calculus and at the edges."""

import csv
from collections import defaultdict
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import digamma

from focal_core.binary import CROSS_ENTROPY, FocalLoss

ORACLE = Path(__file__).parents[1] / "data" / "oracle.csv"
EPS_64, TINY_64 = np.finfo(np.float64).eps, np.finfo(np.float64).tiny
EPS_32, TINY_32 = np.finfo(np.float32).eps, np.finfo(np.float32).tiny

LOSSES = [
    FocalLoss(gamma, alpha)
    for gamma in (0.0, 0.5, 1.0, 2.0, 3.7, 5.0)
    for alpha in (None, 0.25, 0.5, 1.0)
]
TARGETS = [0.0, 0.125, 0.5, 0.75, 1.0]

any_loss = st.sampled_from(LOSSES)
any_gamma = st.floats(0, 5)
any_logit = st.floats(-30, 30)
# Whole 64ths, so that 1 - target and 1 - alpha are exact.
any_target = st.integers(0, 64).map(lambda part: part / 64)
any_alpha = st.none() | st.integers(0, 64).map(lambda part: part / 64)


def logit_of(p_t):
    return np.log(p_t) - np.log1p(-np.asarray(p_t))


def value_at(p_t, loss):
    return loss.value(logit_of(p_t), 1)


def slope_at(p_t, loss):
    return np.abs(loss.gradient(logit_of(p_t), 1))


# The reference table: exact values at 25 logits, 4 targets and 16 losses.


def oracle_rows():
    groups = defaultdict(list)
    with ORACLE.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["form"] == "sigmoid":
                numbers = [float(row[name]) for name in ("logit", "target", "loss", "d1", "d2")]
                alpha = float(row["alpha"]) if row["alpha"] else None
                groups[float(row["gamma"]), alpha].append(numbers)
    return {group: np.array(rows) for group, rows in groups.items()}


ORACLE_ROWS = oracle_rows()
by_group = pytest.mark.parametrize(
    ("gamma", "alpha"), ORACLE_ROWS, ids=[f"gamma {g} alpha {a}" for g, a in ORACLE_ROWS]
)


def rows_of(gamma, alpha, *, soft):
    rows = ORACLE_ROWS[gamma, alpha]
    is_soft = (rows[:, 1] > 0) & (rows[:, 1] < 1)
    return rows[is_soft == soft].T


def assert_close(name, got, expected, *, allowed, logits, targets):
    """|got - expected| <= allowed for every row, else a message that names the worst one."""
    excess = np.abs(got.astype(np.float64) - expected) / allowed
    worst = int(np.argmax(np.where(np.isnan(excess), np.inf, excess)))
    assert np.all(excess <= 1), (
        f"{name} at logit {logits[worst]}, target {targets[worst]}: got {got[worst]}, "
        f"exact {expected[worst]}, {excess[worst]:.3g} times the error allowed"
    )


def assert_relatively_close(name, got, expected, *, rtol, tiny, logits, targets):
    """Within rtol of the exact value, or below the smallest normal float where that one is."""
    normal = np.abs(expected) >= tiny
    allowed = np.where(normal, rtol * np.abs(expected), tiny)
    expected = np.where(normal, expected, 0)
    assert_close(name, got, expected, allowed=allowed, logits=logits, targets=targets)


def test_the_reference_table_has_all_its_sigmoid_rows():
    assert sum(len(rows) for rows in ORACLE_ROWS.values()) == 1600
    assert len(ORACLE_ROWS) == 16


@by_group
@pytest.mark.parametrize(
    ("dtype", "rtol", "tiny"),
    [(np.float64, 6 * EPS_64, TINY_64), (np.float32, 12 * EPS_32, TINY_32)],
    ids=["float64", "float32"],
)
def test_value_slope_and_curvature_are_right_to_the_last_digits(gamma, alpha, dtype, rtol, tiny):
    logits, targets, value, d1, d2 = rows_of(gamma, alpha, soft=False)
    loss = FocalLoss(gamma, alpha)
    inputs = logits.astype(dtype), targets.astype(dtype)
    where = {"rtol": rtol, "tiny": tiny, "logits": logits, "targets": targets}
    assert_relatively_close("value", loss.value(*inputs), value, **where)
    assert_relatively_close("gradient", loss.gradient(*inputs), d1, **where)
    assert_relatively_close("curvature", loss.curvature(*inputs), d2, **where)


@by_group
@pytest.mark.parametrize(
    ("dtype", "rtol", "tiny"),
    [(np.float64, 6 * EPS_64, TINY_64), (np.float32, 12 * EPS_32, TINY_32)],
    ids=["float64", "float32"],
)
def test_value_and_slope_are_as_right_where_no_logit_of_the_batch_is_large(
    gamma, alpha, dtype, rtol, tiny
):
    """A large logit makes a batch take more careful steps; this one does without them."""
    rows = rows_of(gamma, alpha, soft=False)
    logits, targets, *exact = rows[:, np.abs(rows[0]) <= 80]
    assert logits.size > 20
    got = FocalLoss(gamma, alpha).value_and_gradient(logits.astype(dtype), targets.astype(dtype))
    for name, result, expected in zip(("value", "gradient"), got, exact, strict=False):
        allowed = np.maximum(rtol * np.abs(expected), tiny)
        assert_close(name, result, expected, allowed=allowed, logits=logits, targets=targets)


@by_group
def test_soft_targets_are_right_to_the_last_digits_of_their_terms(gamma, alpha):
    logits, targets, value, d1, d2 = rows_of(gamma, alpha, soft=True)
    loss = FocalLoss(gamma, alpha)
    where = {"logits": logits, "targets": targets}
    got = loss.value(logits, targets)
    assert_relatively_close("value", got, value, rtol=7 * EPS_64, tiny=TINY_64, **where)
    slope_terms, curvature_terms = soft_terms(logits, targets, gamma, alpha)
    got = loss.gradient(logits, targets)
    assert_close("gradient", got, d1, allowed=7 * EPS_64 * slope_terms + TINY_64, **where)
    got = loss.curvature(logits, targets)
    assert_close("curvature", got, d2, allowed=7 * EPS_64 * curvature_terms + TINY_64, **where)


def soft_terms(logits, targets, gamma, alpha):
    """Sums of the absolute terms of both derivatives, every difference taken as two terms."""
    p, q = 1 / (1 + np.exp(-logits)), 1 / (1 + np.exp(logits))
    miss = p * (1 - targets) + q * targets
    cross_entropy = targets * np.logaddexp(0, -logits) + (1 - targets) * np.logaddexp(0, logits)
    relative = np.abs(1 - 2 * targets) * p * q / miss
    weight = 1.0 if alpha is None else alpha * targets + (1 - alpha) * (1 - targets)
    slope = gamma * relative * cross_entropy + miss  # k = p (1 - t) - q t are miss's two terms
    curvature = (
        gamma * abs(gamma - 1) * relative**2 * cross_entropy
        + gamma * relative * cross_entropy
        + 2 * gamma * relative * miss
        + p * q
    )
    return weight * miss**gamma * slope, weight * miss**gamma * curvature


# Laws that hold for every loss.


@given(any_logit, any_target)
def test_gamma_zero_is_cross_entropy(logit, target):
    exact = target * np.logaddexp(0, -logit) + (1 - target) * np.logaddexp(0, logit)
    assert FocalLoss(0).value(logit, target) == pytest.approx(exact, rel=1e-12, abs=0)
    sigmoid = 0.5 + 0.5 * np.tanh(logit / 2)
    assert FocalLoss(0).gradient(logit, target) == pytest.approx(sigmoid - target, abs=1e-12)


@given(any_gamma, any_alpha, any_logit, any_target)
def test_focal_loss_never_exceeds_cross_entropy(gamma, alpha, logit, target):
    cross_entropy = FocalLoss(0, alpha).value(logit, target)
    assert FocalLoss(gamma, alpha).value(logit, target) <= cross_entropy * (1 + 1e-12)


@given(any_gamma, any_alpha, st.floats(allow_nan=False), st.floats(0, 1))
def test_a_loss_is_never_negative(gamma, alpha, logit, target):
    assert FocalLoss(gamma, alpha).value(logit, target) >= 0


@given(any_gamma, any_alpha, any_logit, st.sampled_from([0.0, 1.0]))
def test_every_example_pulls_its_logit_towards_the_truth(gamma, alpha, logit, target):
    pull = FocalLoss(gamma, alpha).gradient(logit, target)
    assert pull <= 0 if target == 1 else pull >= 0


@given(any_loss, st.floats(-20, 20), any_target)
def test_gradient_is_the_finite_difference_of_the_value(loss, logit, target):
    step = 1e-4
    above, below = loss.value(np.array([logit + step, logit - step]), target)
    assert loss.gradient(logit, target) == pytest.approx((above - below) / (2 * step), abs=1e-6)


@given(any_loss, st.floats(-20, 20), any_target)
def test_curvature_is_the_finite_difference_of_the_gradient(loss, logit, target):
    step = 1e-4
    above, below = loss.gradient(np.array([logit + step, logit - step]), target)
    assert loss.curvature(logit, target) == pytest.approx((above - below) / (2 * step), abs=1e-6)


def torch_focal_loss(torch, logits, targets, loss):
    """The definition in differentiable operations."""
    log_p = torch.nn.functional.logsigmoid(logits)
    log_q = torch.nn.functional.logsigmoid(-logits)
    miss = log_p.exp() * (1 - targets) + log_q.exp() * targets
    weight = 1 if loss.alpha is None else loss.alpha * targets + (1 - loss.alpha) * (1 - targets)
    return weight * miss**loss.gamma * -(targets * log_p + (1 - targets) * log_q)


@pytest.mark.parametrize("loss", LOSSES, ids=str)
def test_gradient_and_curvature_are_what_autograd_finds(loss):
    torch = pytest.importorskip("torch")
    logits, targets = (part.ravel() for part in np.meshgrid(np.linspace(-10, 10, 161), TARGETS))
    variable = torch.tensor(logits, requires_grad=True)
    total = torch_focal_loss(torch, variable, torch.tensor(targets), loss).sum()
    (slope,) = torch.autograd.grad(total, variable, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), variable)
    close = {"rtol": 1e-10, "atol": 1e-13}
    np.testing.assert_allclose(loss.gradient(logits, targets), slope.detach().numpy(), **close)
    np.testing.assert_allclose(loss.curvature(logits, targets), curvature.numpy(), **close)


@given(any_gamma, any_alpha, any_logit, any_target)
def test_negatives_mirror_positives(gamma, alpha, logit, target):
    loss = FocalLoss(gamma, alpha)
    mirrored = FocalLoss(gamma, None if alpha is None else 1 - alpha)
    there, back = (logit, target), (-logit, 1 - target)
    assert mirrored.value(*back) == pytest.approx(loss.value(*there), rel=1e-12, abs=0)
    assert mirrored.gradient(*back) == pytest.approx(-loss.gradient(*there), rel=1e-12, abs=1e-13)
    assert mirrored.curvature(*back) == pytest.approx(loss.curvature(*there), rel=1e-12, abs=1e-13)


@given(any_gamma, any_logit, any_target)
def test_alpha_one_half_halves_what_no_alpha_gives(gamma, logit, target):
    halved, whole = FocalLoss(gamma, 0.5), FocalLoss(gamma)
    assert 2 * halved.value(logit, target) == whole.value(logit, target)
    assert 2 * halved.gradient(logit, target) == whole.gradient(logit, target)
    assert 2 * halved.curvature(logit, target) == whole.curvature(logit, target)


@given(any_loss, any_logit, any_target)
def test_value_and_gradient_together_are_the_same_numbers(loss, logit, target):
    value, gradient = loss.value_and_gradient(logit, target)
    assert value == loss.value(logit, target)
    assert gradient == loss.gradient(logit, target)


@given(any_loss, any_logit, st.sampled_from([0.0, 1.0]))
def test_a_certain_target_costs_the_same_beside_a_soft_one(loss, logit, target):
    for method in (loss.value, loss.gradient, loss.curvature):
        beside_a_soft_one = method(logit, [target, 0.5])[0]
        assert beside_a_soft_one == pytest.approx(method(logit, target), rel=1e-12, abs=1e-13)


def test_alpha_weighs_positives_and_its_rest_the_negatives():
    assert FocalLoss(alpha=0.25).weight([1, 0, 0.5]) == pytest.approx([0.25, 0.75, 0.5])
    assert FocalLoss(alpha=0.9).weight([1, 0]) == pytest.approx([0.9, 0.1])
    assert FocalLoss().weight([1, 0, 0.5]).tolist() == [1, 1, 1]


@pytest.mark.parametrize("alpha", [0.25, 0.75])
def test_alpha_multiplies_each_class_and_leaves_the_curve(alpha):
    logits = np.linspace(-8, 8, 33)
    for target, weight in ((1, alpha), (0, 1 - alpha)):
        weighed = FocalLoss(2, alpha).value(logits, target)
        np.testing.assert_allclose(weighed, weight * FocalLoss(2).value(logits, target), rtol=1e-15)


# Limits at infinite logits, and near them.

EXTREME_GAMMAS = [0.0, 0.5, 1.0, 2.0, 5.0, 1e300]
ALPHAS = [None, 0.0, 0.25, 1.0]
DTYPES = [np.float32, np.float64]


def weight_of(alpha, target):
    return 1.0 if alpha is None else alpha * target + (1 - alpha) * (1 - target)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("gamma", EXTREME_GAMMAS)
def test_an_infinitely_right_logit_costs_nothing(gamma, alpha, dtype):
    loss = FocalLoss(gamma, alpha)
    logits, targets = np.array([np.inf, -np.inf], dtype), [1, 0]
    assert loss.value(logits, targets).tolist() == [0, 0]
    assert loss.gradient(logits, targets).tolist() == [0, 0]
    assert loss.curvature(logits, targets).tolist() == [0, 0]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("gamma", EXTREME_GAMMAS)
def test_an_infinitely_wrong_logit_costs_infinitely_much_and_pulls_by_its_weight(
    gamma, alpha, dtype
):
    loss = FocalLoss(gamma, alpha)
    logits, targets = np.array([-np.inf, np.inf], dtype), [1, 0]
    weights = [weight_of(alpha, 1), weight_of(alpha, 0)]
    values = [np.inf if weight > 0 else 0 for weight in weights]
    assert loss.value(logits, targets).tolist() == values
    assert loss.gradient(logits, targets).tolist() == [-weights[0], weights[1]]
    assert loss.curvature(logits, targets).tolist() == [0, 0]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("gamma", EXTREME_GAMMAS)
def test_an_infinite_logit_misses_a_soft_target_by_a_constant_slope(gamma, alpha, dtype):
    loss = FocalLoss(gamma, alpha)
    logits, targets = np.array([np.inf, -np.inf], dtype), np.array([0.25, 0.25], dtype)
    weight = weight_of(alpha, 0.25)
    # p_t goes to t or 1 - t, cross entropy to infinity with slope 1 - t or -t.
    slopes = weight * np.array([0.75, 0.25]) ** gamma * [0.75, -0.25]
    assert loss.value(logits, targets).tolist() == [np.inf, np.inf]
    np.testing.assert_allclose(loss.gradient(logits, targets), slopes, rtol=1e-6)
    assert loss.curvature(logits, targets).tolist() == [0, 0]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("gamma", EXTREME_GAMMAS)
def test_no_logit_however_large_gives_nan(gamma, alpha, dtype):
    loss = FocalLoss(gamma, alpha)
    largest = np.finfo(dtype).max
    sizes = np.array([0, 1e-30, 1, 17, 37, 89, 104, 746, 1e4, largest, np.inf], dtype)
    logits = np.concatenate([-sizes, sizes])[:, None]
    for targets in ([0, 1], [0, 1e-9, 0.5, 1 - 1e-6, 1]):
        pairs = np.broadcast_arrays(logits, targets)
        for method in (loss.value, loss.gradient, loss.curvature):
            assert not np.isnan(method(*pairs)).any()


def test_a_tiny_gamma_below_one_has_no_division_by_zero():
    # Naive probability space has (1 - p_t)**(gamma - 1) = 1/0 here. Exact: 1.5 exp(-1.5 * 100).
    exact = -1.5 * np.exp(-150)
    assert FocalLoss(0.5).gradient(100.0, 1) == pytest.approx(exact, rel=1e-12, abs=0)


# Shapes, types and the object itself.


def test_a_single_logit_or_target_serves_all_others():
    logits, targets = np.linspace(-2, 2, 12).reshape(3, 4), np.array([0, 1, 1, 0])
    loss = FocalLoss(2, 0.25)
    for method in (loss.value, loss.gradient, loss.curvature):
        for target in (0, 1, 0.5):
            together = method(logits, target)
            assert together.shape == (3, 4)
            assert together[2, 1] == method(logits[2, 1], target)
        assert method(0.3, targets).tolist() == [method(0.3, target) for target in targets]


@pytest.mark.parametrize("targets", [[0, 1], [0.25, 1.0]])
@pytest.mark.parametrize("alpha", [None, 0.0, 0.25])
def test_float32_logits_give_float32(alpha, targets):
    loss, logits = FocalLoss(2.0, alpha), np.array([0.5, -0.5], np.float32)
    for method in (loss.value, loss.gradient, loss.curvature):
        assert method(logits, np.array(targets)).dtype == np.float32


@pytest.mark.parametrize(
    "logits",
    [[1, 0], [1.0, 0.0], (True, False), *(np.array([1, 0], kind) for kind in "?bBiqedg")],
    ids=repr,
)
def test_every_other_kind_of_number_becomes_float64(logits):
    value = FocalLoss().value(logits, [True, False])
    assert value.dtype == np.float64
    # -ln sigmoid(1) = 0.3132617 times sigmoid(-1)**2 = 0.2689414**2; ln 2 / 4.
    assert value == pytest.approx([0.3132617 * 0.2689414**2, np.log(2) / 4], rel=1e-6)


def test_inputs_are_left_as_they_were():
    logits, targets = np.array([-1.0, 2.0]), np.array([0.0, 0.5])
    FocalLoss(2, 0.25).value_and_gradient(logits, targets)
    FocalLoss(2, 0.25).curvature(logits, targets)
    assert logits.tolist() == [-1, 2]
    assert targets.tolist() == [0, 0.5]


def test_equal_losses_are_one_cache_key():
    assert len({FocalLoss(2), FocalLoss(2.0), FocalLoss(np.float64(2)), FocalLoss()}) == 1
    assert len({FocalLoss(2), FocalLoss(2, 0.5), FocalLoss(1)}) == 3
    assert FocalLoss(0) == CROSS_ENTROPY


def test_a_loss_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        FocalLoss().gamma = 3.0


# Numbers that theory gives.


@pytest.mark.parametrize("gamma", [0, 0.5, 1, 2, 3.7, 5])
def test_the_area_under_the_curve_is_a_harmonic_number_over_gamma_plus_one(gamma):
    logits = np.linspace(-60, 60, 6001)
    p = 1 / (1 + np.exp(-logits))
    p_t_per_logit = p * (1 - p)
    area = np.trapezoid(FocalLoss(gamma).value(logits, 1) * p_t_per_logit, logits)
    harmonic = digamma(gamma + 2) + np.euler_gamma
    assert area == pytest.approx(harmonic / (gamma + 1), rel=1e-9)


@pytest.mark.parametrize(("gamma", "area"), [(0, 1), (1, 0.75), (2, 0.61111), (5, 0.40833)])
def test_gamma_shrinks_the_area_under_the_curve(gamma, area):
    p_t = (np.arange(200_000) + 0.5) / 200_000
    assert value_at(p_t, FocalLoss(gamma)).mean() == pytest.approx(area, abs=1e-5)


def test_golden_values_of_the_curve():
    assert value_at(0.9, FocalLoss(2)) == pytest.approx(0.00105361, abs=5e-9)
    assert value_at(0.5, FocalLoss(2)) == pytest.approx(0.173287, abs=5e-7)
    ratio = value_at(0.9, FocalLoss(2)) / value_at(0.5, FocalLoss(2))
    assert ratio == pytest.approx(0.00608, abs=5e-6)


@pytest.mark.parametrize(
    ("p_t", "factor"), [(0.1, 0.81), (0.5, 0.25), (0.8, 0.04), (0.9, 0.01), (1 - 1e-3**0.5, 1e-3)]
)
def test_the_modulating_factor_shrinks_even_a_hard_example(p_t, factor):
    ratio = value_at(p_t, FocalLoss(2)) / value_at(p_t, CROSS_ENTROPY)
    assert ratio == pytest.approx(factor, rel=1e-12)


def test_the_papers_point_968_is_976_6_times_less():
    ratio = value_at(0.968, CROSS_ENTROPY) / value_at(0.968, FocalLoss(2))
    assert ratio == pytest.approx(976.6, abs=0.05)


def test_gamma_2_to_5_divides_the_loss_at_one_half_by_8():
    assert value_at(0.5, FocalLoss(2)) / value_at(0.5, FocalLoss(5)) == pytest.approx(8)


def test_a_negative_at_p_05_is_easy():
    easy_negative, easy_positive = FocalLoss(2).value(logit_of([0.05, 0.95]), [0, 1])
    assert easy_negative == pytest.approx(easy_positive)
    assert easy_negative == pytest.approx(0.05**2 * -np.log(0.95))


def test_the_slope_of_an_easy_example_shrinks_34_5_times_not_100():
    assert slope_at(0.9, CROSS_ENTROPY) == pytest.approx(0.1)
    assert slope_at(0.9, FocalLoss(2)) == pytest.approx(0.0028965, abs=5e-8)
    assert 0.1 / slope_at(0.9, FocalLoss(2)) == pytest.approx(34.5, abs=0.05)
    assert slope_at(0.5, CROSS_ENTROPY) / slope_at(0.5, FocalLoss(2)) == pytest.approx(
        1.68, abs=5e-3
    )


@pytest.mark.parametrize("gamma", [0.5, 1, 2, 5])
def test_the_slope_of_a_very_easy_example_shrinks_by_gamma_plus_one_times_the_factor(gamma):
    ratio = slope_at(1 - 1e-6, FocalLoss(gamma)) / slope_at(1 - 1e-6, CROSS_ENTROPY)
    assert ratio == pytest.approx((1 + gamma) * 1e-6**gamma, rel=1e-5)


@pytest.mark.parametrize(
    ("gamma", "p_t", "tolerance"),
    [
        (0.5, 0.421, 5e-4),
        (1, 1 / np.e, 1e-9),
        (2, 0.298, 5e-4),
        (3, 0.253, 5e-4),
        (5, 0.197, 5e-4),
    ],
)
def test_below_a_crossing_the_slope_of_focal_loss_exceeds_cross_entropys(gamma, p_t, tolerance):
    loss = FocalLoss(gamma)
    assert slope_at(p_t - tolerance, loss) > slope_at(p_t - tolerance, CROSS_ENTROPY)
    assert slope_at(p_t + tolerance, loss) < slope_at(p_t + tolerance, CROSS_ENTROPY)


@pytest.mark.parametrize(("gamma", "peak"), [(2, 1.225), (5, 1.394)])
def test_the_slope_of_a_hard_example_grows_at_most_by_a_peak(gamma, peak):
    p_t = np.linspace(0.001, 0.5, 5000)
    ratio = slope_at(p_t, FocalLoss(gamma)) / slope_at(p_t, CROSS_ENTROPY)
    assert ratio.max() == pytest.approx(peak, abs=5e-4)
    if gamma == 2:
        assert p_t[ratio.argmax()] == pytest.approx(0.104, abs=5e-4)


STEEPEST = [
    (0.5, 0.0177, 1.009),
    (1, 0.0432, 1.045),
    (2, 0.0578, 1.129),
    (3, 0.0575, 1.202),
    (5, 0.0502, 1.315),
]


@pytest.mark.parametrize(("gamma", "p_t", "slope"), STEEPEST)
def test_focal_loss_is_concave_below_its_steepest_point(gamma, p_t, slope):
    loss = FocalLoss(gamma)
    below, above = loss.curvature(logit_of([p_t - 5e-5, p_t + 5e-5]), 1)
    assert below < 0 < above
    assert slope_at(p_t, loss) == pytest.approx(slope, abs=5e-4)
    everywhere = np.linspace(-30, 30, 6001)
    assert np.abs(loss.gradient(everywhere, 1)).max() == pytest.approx(slope, abs=5e-4)


def test_the_curvature_at_p_t_02_is_negative_047():
    assert FocalLoss(2).curvature(logit_of(0.02), 1) == pytest.approx(-0.047, abs=5e-4)
    assert CROSS_ENTROPY.curvature(logit_of(0.02), 1) == pytest.approx(0.0196)


def test_a_plateau_at_2_30212_is_everything_called_background_at_the_clamp():
    # 0.25 (1 - 1e-4)**2 (-ln 1e-4), which is not ln 10.
    plateau = FocalLoss(2, 0.25).value(logit_of(1e-4), 1)
    assert plateau == pytest.approx(2.30212, abs=5e-6)
    assert plateau != pytest.approx(np.log(10), abs=1e-4)


def test_one_soft_target_follows_torchvision():
    # p_t = p t + (1 - p)(1 - t) times binary cross entropy, alpha 0.25, gamma 2.
    assert FocalLoss(2, 0.25).value(1.0, 0.3) == pytest.approx(0.21337, abs=5e-6)


def test_an_anchor_of_80_background_classes_costs_80_small_losses():
    assert CROSS_ENTROPY.value([logit_of(0.01)] * 80, 0).sum() == pytest.approx(0.804, abs=5e-4)
    assert FocalLoss(2).value([logit_of(0.01)] * 80, 0).sum() == pytest.approx(8.04e-5, abs=5e-8)
