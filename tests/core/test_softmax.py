"""One softmax over several classes: the reference table, the limits, the seed's formula."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focal_core.binary import FocalLoss
from focal_core.softmax import SoftmaxFocalLoss

TABLE = Path(__file__).parents[1] / "data" / "oracle.csv"
TINY = np.finfo(float).tiny
EPS = np.finfo(float).eps


class Case(NamedTuple):
    loss: SoftmaxFocalLoss
    logits: np.ndarray
    target: int
    value: float
    gradient: np.ndarray
    curvature: np.ndarray


@cache
def table() -> list[Case]:
    groups: dict[str, list[dict[str, str]]] = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["form"] == "softmax":
                groups.setdefault(row["case"], []).append(row)
    return [_case(rows) for rows in groups.values()]


def _case(rows: list[dict[str, str]]) -> Case:
    def column(name: str) -> np.ndarray:
        return np.array([float(row[name]) for row in rows])

    first = rows[0]
    alpha = None if first["alpha"] == "" else tuple(column("alpha"))
    loss = SoftmaxFocalLoss(float(first["gamma"]), alpha, float(first["smoothing"]))
    return Case(
        loss,
        column("logit"),
        int(first["target"]),
        float(first["loss"]),
        column("d1"),
        column("d2"),
    )


def hard_cases() -> list[Case]:
    return [case for case in table() if case.loss.label_smoothing == 0]


def smoothed_cases() -> list[Case]:
    return [case for case in table() if case.loss.label_smoothing > 0]


def assert_close(actual, reference, tolerance):
    """Relative where the reference is a normal number; nothing but tiny where it is not."""
    actual, reference = np.asarray(actual), np.asarray(reference)
    normal = np.abs(reference) >= TINY
    np.testing.assert_allclose(actual[normal], reference[normal], rtol=tolerance, atol=0)
    assert np.all(np.abs(actual[~normal]) <= TINY)


def test_the_table_holds_every_kind_of_case():
    assert len(hard_cases()) > 100
    assert len(smoothed_cases()) > 5
    assert {case.logits.size for case in table()} == {2, 3, 5, 80}


def test_value_and_gradient_agree_with_the_table_to_5e_14():
    for case in hard_cases():
        value, gradient = case.loss.value_and_gradient(case.logits, case.target)
        assert_close(value, case.value, 5e-14)
        assert_close(gradient, case.gradient, 5e-14)


def test_curvature_agrees_with_the_table_to_5e_14():
    for case in hard_cases():
        assert_close(case.loss.curvature(case.logits, case.target), case.curvature, 5e-14)


def test_smoothed_labels_agree_with_the_table():
    """To 1e-12, what the table holds there; of the sum of parts where class pulls against class."""
    for case in smoothed_cases():
        value, gradient = case.loss.value_and_gradient(case.logits, case.target)
        curvature = case.loss.curvature(case.logits, case.target)
        assert_close(value, case.value, 1e-12)
        np.testing.assert_allclose(gradient, case.gradient, rtol=1e-12, atol=EPS)
        np.testing.assert_allclose(curvature, case.curvature, rtol=1e-12, atol=EPS)


def test_float32_logits_give_float32_near_the_table():
    for case in hard_cases():
        logits = case.logits.astype(np.float32)
        value, gradient = case.loss.value_and_gradient(logits, case.target)
        assert value.dtype == gradient.dtype == np.float32
        # A margin of size |m| is rounded to eps |m|, and the loss falls with exp((gamma + 1) m).
        slack = 1e-6 * (case.loss.gamma + 2) * max(1.0, float(np.ptp(logits)) / 8)
        np.testing.assert_allclose(value, case.value, rtol=slack, atol=1e-37)
        np.testing.assert_allclose(gradient, case.gradient, rtol=slack, atol=1e-37)


def test_the_methods_agree_with_each_other():
    logits, targets = np.linspace(-3, 3, 24).reshape(2, 4, 3), [[0, 1, 2, 0], [2, 2, 1, 0]]
    for loss in (SoftmaxFocalLoss(), SoftmaxFocalLoss(0.5, (1, 2, 3), 0.2)):
        value, gradient = loss.value_and_gradient(logits, targets)
        np.testing.assert_array_equal(value, loss.value(logits, targets))
        np.testing.assert_array_equal(gradient, loss.gradient(logits, targets))
        assert value.shape == (2, 4)
        assert gradient.shape == loss.curvature(logits, targets).shape == (2, 4, 3)


def test_three_logits_of_the_concept_card():
    """Logits (2, 1, 0), the first class true: 0.4076 becomes 0.04568, -0.3348 becomes -0.0983."""
    logits = [2.0, 1.0, 0.0]
    assert SoftmaxFocalLoss(0).value(logits, 0) == pytest.approx(0.4076, abs=5e-5)
    assert SoftmaxFocalLoss(2).value(logits, 0) == pytest.approx(0.04568, abs=5e-6)
    assert SoftmaxFocalLoss(0).gradient(logits, 0)[0] == pytest.approx(-0.3348, abs=5e-5)
    assert SoftmaxFocalLoss(2).gradient(logits, 0)[0] == pytest.approx(-0.0983, abs=5e-5)


@given(st.lists(st.floats(-8, 8), min_size=2, max_size=6), st.floats(0, 5), st.data())
def test_the_sum_over_one_hot_targets_is_the_loss(logits, gamma, data):
    """FL = -sum_i alpha_i (1 - p_i)^gamma t_i log p_i, with one minus sign."""
    classes = len(logits)
    target = data.draw(st.integers(0, classes - 1))
    alpha = np.linspace(0.5, 1.5, classes)
    p, t = np.exp(logits) / np.exp(logits).sum(), np.eye(classes)[target]
    expected = -np.sum(alpha * (1 - p) ** gamma * t * np.log(p))
    actual = SoftmaxFocalLoss(gamma, tuple(alpha)).value(logits, target)
    assert actual == pytest.approx(expected, rel=1e-5, abs=1e-12)


@given(st.floats(-700, 700), st.sampled_from([0.0, 0.5, 1.0, 2.0, 5.0]))
def test_two_classes_are_the_binary_loss_of_the_difference(logit, gamma):
    softmax, binary = SoftmaxFocalLoss(gamma), FocalLoss(gamma)
    np.testing.assert_allclose(softmax.value([logit, 0.0], 0), binary.value(logit, 1), rtol=1e-14)
    np.testing.assert_allclose(
        softmax.curvature([logit, 0.0], 0)[0], binary.curvature(logit, 1), rtol=1e-14
    )


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=6), st.floats(0, 5), st.floats(0, 0.9))
def test_the_gradient_sums_to_zero_because_a_common_shift_changes_nothing(logits, gamma, smoothing):
    gradient = SoftmaxFocalLoss(gamma, None, smoothing).gradient(logits, 0)
    assert abs(gradient.sum()) <= 1e-14 * max(1, np.abs(gradient).sum())


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_infinite_logits_give_the_limit(gamma):
    loss, inf = SoftmaxFocalLoss(gamma), np.inf
    for logits in ([inf, 0, 0], [0, -inf, -inf]):
        value, gradient = loss.value_and_gradient(logits, 0)
        assert value == 0
        np.testing.assert_array_equal(gradient, [0, 0, 0])
    value, gradient = loss.value_and_gradient([0, inf, 0], 0)
    assert value == inf
    np.testing.assert_array_equal(gradient, [-1, 1, 0])
    value, gradient = loss.value_and_gradient([-inf, 0, 0], 0)
    assert value == inf
    np.testing.assert_array_equal(gradient, [-1, 0.5, 0.5])


def test_equal_infinities_count_as_equal_logits():
    for infinity in (np.inf, -np.inf):
        actual = SoftmaxFocalLoss().value_and_gradient([infinity] * 3, 1)
        expected = SoftmaxFocalLoss().value_and_gradient([0, 0, 0], 1)
        np.testing.assert_array_equal(actual[0], expected[0])
        np.testing.assert_array_equal(actual[1], expected[1])


def test_a_class_of_weight_zero_costs_nothing_even_at_an_infinite_loss():
    value, gradient = SoftmaxFocalLoss(2, (0, 1, 1)).value_and_gradient([-np.inf, 0, 0], 0)
    assert value == 0
    np.testing.assert_array_equal(gradient, [0, 0, 0])


def test_one_target_serves_all_examples():
    loss, logits = SoftmaxFocalLoss(), np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0]])
    np.testing.assert_array_equal(loss.value(logits, 1), loss.value(logits, [1, 1]))
    assert loss.gradient(logits, 1).shape == (2, 3)
    assert loss.value(np.zeros((0, 3)), []).shape == (0,)


METHODS = ["value", "gradient", "curvature", "value_and_gradient"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("logits", "targets"),
    [
        ([[2, 1, 0]], [[1, 0, 0]]),
        ([2, 1, 0], [1, 0, 0]),
        ([2, 1, 0], [0, 1]),
        (np.zeros((4, 3)), np.zeros((4, 1), int)),
        (np.zeros((3, 3)), np.zeros(4, int)),
    ],
)
def test_shapes_that_nobody_means_are_refused(method, logits, targets):
    with pytest.raises(ValueError, match=r"need targets of shape .* class numbers, or of shape"):
        getattr(SoftmaxFocalLoss(), method)(logits, targets)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("alpha", [None, (1.0, 2.0, 0.5)])
@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_probabilities_are_summed_over_the_classes(gamma, alpha, smoothing):
    rng = np.random.default_rng(0)
    logits, targets = rng.normal(size=(5, 3)), rng.dirichlet(np.ones(3), size=5)
    loss, alone = SoftmaxFocalLoss(gamma, alpha, smoothing), SoftmaxFocalLoss(gamma, alpha)
    mixed = (1 - smoothing) * targets + smoothing / 3
    for method in METHODS[:3]:
        parts = [getattr(alone, method)(logits, label) for label in range(3)]
        weights = [mixed[:, k].reshape(-1, *[1] * (parts[k].ndim - 1)) for k in range(3)]
        wanted = sum(weight * part for weight, part in zip(weights, parts, strict=True))
        np.testing.assert_allclose(getattr(loss, method)(logits, targets), wanted, rtol=1e-12)


def test_probabilities_outside_0_to_1_are_refused():
    with pytest.raises(ValueError, match="targets must be between 0 and 1: 1 of 3"):
        SoftmaxFocalLoss().value([0, 0, 0], [0.0, 1.5, 0.5])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "loss",
    [
        SoftmaxFocalLoss(2, ignore_index=-100),
        SoftmaxFocalLoss(1, (1, 2, 3), 0.1, ignore_index=-100),
    ],
)
def test_an_ignored_example_costs_nothing_whatever_its_logits(loss, method):
    logits = np.array([[0.3, 1.0, -2.0], [np.nan, np.inf, 0.0], [2.0, 0.0, 1.0]])
    alone = SoftmaxFocalLoss(loss.gamma, loss.alpha, loss.label_smoothing)
    found = getattr(loss, method)(logits, [2, -100, 1])
    wanted = getattr(alone, method)(logits[[0, 2]], [2, 1])
    pairs = zip(found, wanted, strict=True) if isinstance(found, tuple) else [(found, wanted)]
    for got, want in pairs:
        np.testing.assert_array_equal(got[1], 0)
        np.testing.assert_array_equal(got[[0, 2]], want)


def test_a_class_number_that_is_ignored_by_nobody_is_refused():
    with pytest.raises(IndexError, match="targets must be class numbers from 0 to 2"):
        SoftmaxFocalLoss(ignore_index=-1).value(np.zeros((2, 3)), [-1, -100])
    with pytest.raises(ValueError, match=r"ignore_index must be None or a whole number, got 0\.5"):
        SoftmaxFocalLoss(ignore_index=0.5)


def test_every_example_may_be_ignored():
    loss = SoftmaxFocalLoss(ignore_index=-1)
    np.testing.assert_array_equal(loss.value(np.zeros((2, 3)), -1), [0, 0])
    np.testing.assert_array_equal(loss.gradient(np.zeros((2, 3), np.float32), -1), np.zeros((2, 3)))


def test_equal_losses_are_one_cache_key():
    weights = SoftmaxFocalLoss(2, [1, 2])
    assert weights == SoftmaxFocalLoss(2.0, (1.0, 2.0))
    assert hash(weights) == hash(SoftmaxFocalLoss(2.0, (1.0, 2.0)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"gamma": -1}, "gamma must be a number at least 0, got -1"),
        ({"gamma": np.nan}, "gamma must be"),
        ({"gamma": np.inf}, "gamma must be"),
        ({"gamma": [2, 2]}, "gamma must be"),
        ({"alpha": 0.25}, "alpha must be None or a sequence of one weight per class"),
        ({"alpha": (1,)}, "alpha must be None or a sequence of one weight per class"),
        ({"alpha": (1, -2)}, "each at least 0, got"),
        ({"alpha": (1, np.nan)}, "each at least 0, got"),
        ({"label_smoothing": 1}, "label_smoothing must be a number from 0 to 1, 1 excluded"),
        ({"label_smoothing": -0.1}, "label_smoothing must be a number from 0 to 1"),
    ],
)
def test_an_unusable_setting_is_named_with_its_range(arguments, message):
    with pytest.raises(ValueError, match=message):
        SoftmaxFocalLoss(**arguments)


@pytest.mark.parametrize(
    ("logits", "targets", "error", "message"),
    [
        ([0.0, np.nan], 0, ValueError, "logits must be numbers, not NaN: 1 of 2"),
        ([0.0, 1j], 0, TypeError, "logits must be real numbers"),
        (["a", "b"], 0, TypeError, "logits must be real numbers"),
        (3.0, 0, ValueError, "logits must have a last axis"),
        ([3.0], 0, ValueError, "logits must have at least 2 classes, got 1"),
        ([0.0, 1.0], 0.0, TypeError, "targets must be integer class numbers, got dtype float64"),
        ([0.0, 1.0], True, TypeError, "targets must be integer class numbers, got dtype bool"),
        (np.eye(2), [0, 2], IndexError, "from 0 to 1: 1 of 2 are not, the first at flat index 1"),
        ([0.0, 1.0], -1, IndexError, "targets must be class numbers from 0 to 1"),
        (np.zeros((3, 2)), [0, 1], ValueError, r"\(3, 2\) \(classes last\).*\(3,\)"),
    ],
)
def test_unusable_input_is_refused_with_the_reason(logits, targets, error, message):
    with pytest.raises(error, match=message):
        SoftmaxFocalLoss().value(logits, targets)


def test_as_many_weights_as_classes():
    with pytest.raises(ValueError, match="3 classes, got 2 weights"):
        SoftmaxFocalLoss(2, (1, 2)).value([0, 1, 2], 0)
