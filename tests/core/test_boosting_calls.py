"""The boosting objective and metric called in each library's way, and calls nobody can mean."""

import pickle

import numpy as np
import pytest

from focal_core.binary import FocalLoss
from focal_core.boosting import (
    focal_init_score,
    focal_metric,
    focal_objective,
    focal_probability,
    softmax_focal_metric,
    softmax_focal_objective,
)
from focal_core.softmax import SoftmaxFocalLoss
from tests.core.test_boosting import labelled as data_set

# --- one objective, called in every way -----------------------------------------------------------


def test_scikit_learns_call_is_labels_first():
    slope, bend = focal_objective(2)(np.array([1.0, 0]), np.array([0.0, 0]))
    assert slope == pytest.approx([-0.29829, 0.29829], abs=5e-6)
    assert bend == pytest.approx([0.39914, 0.39914], abs=5e-6)


def test_both_calls_give_the_same():
    scores, labels, weight = np.array([0.3, -1.0]), np.array([1, 0]), np.array([2.0, 0.5])
    native = focal_objective(2)(scores, data_set(labels, weight))
    np.testing.assert_array_equal(native, focal_objective(2)(labels, scores, weight))
    np.testing.assert_array_equal(
        native, focal_objective(2)(labels.tolist(), scores.tolist(), sample_weight=weight)
    )


def test_catboosts_calls_want_the_derivatives_of_minus_the_loss():
    scores, labels, weight = np.array([0.3, -1.0]), np.array([1, 0]), np.array([2.0, 0.5])
    slope, bend = focal_objective(2)(labels, scores, weight)
    found = focal_objective(2).calc_ders_range(scores.tolist(), labels.tolist(), weight.tolist())
    np.testing.assert_array_equal(found, np.stack([-slope, -bend], axis=1))
    one, hessian = softmax_focal_objective(2).calc_ders_multi([0.1, 0.2, 0.3], 2.0, 3.0)
    slope, bend = softmax_focal_objective(2)([2], [[0.1, 0.2, 0.3]], [3.0])
    np.testing.assert_array_equal(one, -slope[0])
    np.testing.assert_array_equal(hessian, np.diag(-bend[0]))


def test_k_classes_have_the_slope_and_the_floored_diagonal_of_the_softmax_loss():
    rng = np.random.default_rng(0)
    scores, labels = rng.normal(size=(6, 3)), np.array([0, 1, 2, 0, 1, 2])
    loss = SoftmaxFocalLoss(2, (1, 2, 3))
    slope, bend = softmax_focal_objective(2, (1, 2, 3))(scores, data_set(labels.astype(float)))
    np.testing.assert_array_equal(slope, loss.gradient(scores, labels))
    np.testing.assert_array_equal(bend, np.maximum(loss.curvature(scores, labels), 1e-6))


def test_scores_end_to_end_are_answered_end_to_end():
    """LightGBM before version 4 lays scores class by class."""
    rng = np.random.default_rng(0)
    scores, labels, weight = rng.normal(size=(4, 3)), np.array([0, 1, 2, 1]), np.arange(4.0)
    together = softmax_focal_objective(2)(scores, data_set(labels, weight))
    flat = softmax_focal_objective(2)(scores.T.reshape(-1), data_set(labels, weight))
    for whole, end_to_end in zip(together, flat, strict=True):
        np.testing.assert_array_equal(end_to_end, whole.T.reshape(-1))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: focal_objective(2)([0.0], data_set(None)), ValueError, "there are no labels"),
        (lambda: focal_objective(2)([0.0], data_set([])), ValueError, "there are no labels"),
        (
            lambda: focal_objective(2)(np.zeros((4, 3)), data_set(np.zeros(4))),
            ValueError,
            r"scores of shape \(4, 3\) do not fit 4 labels.* the softmax objective",
        ),
        (
            lambda: softmax_focal_objective(2)(np.zeros(4), data_set(np.zeros(4))),
            ValueError,
            r"scores of shape \(4,\) do not fit 4 labels.* num_class set to K",
        ),
        (
            lambda: softmax_focal_objective(2)(np.zeros((2, 3)), data_set([0, 0.5])),
            ValueError,
            "labels must be class numbers from 0, got 0.5",
        ),
        (
            lambda: softmax_focal_objective(2)(np.zeros((2, 3)), data_set([0, 3])),
            IndexError,
            "from 0 to 2",
        ),
        (lambda: focal_objective(2)([0.0], 3), TypeError, r"call this as \(raw_scores, data set\)"),
        (lambda: focal_objective(2)([0.0], "labels"), TypeError, "a second argument str"),
        (lambda: focal_objective(2)([0.0, 1.0], [0.0]), ValueError, "do not fit 2 labels"),
        (
            lambda: focal_objective(2)(data_set([0.0]), [0.0]),
            TypeError,
            "got a SimpleNamespace as first argument",
        ),
        (
            lambda: focal_objective(2)([0, 1], [0.0, 0.0], [2.0]),
            ValueError,
            r"sample_weight must hold one weight.* each of 2 labels, got shape \(1,\)",
        ),
        (
            lambda: focal_metric(2)([0, 1], [0.0, 0.0], [2.0, -1.0]),
            ValueError,
            r"for each of 2 labels, got shape \(2,\), the smallest -1",
        ),
        (
            lambda: focal_metric(2)([0, 1], [0.0, 0.0], [0, 0]),
            ValueError,
            "weights must not all be 0",
        ),
        (
            lambda: focal_objective(2).calc_ders_multi([0.0, 0, 0], 1, 1),
            ValueError,
            "do not fit 1 labels",
        ),
        (
            lambda: softmax_focal_objective(2).calc_ders_range([0.0, 0], [0, 1], None),
            ValueError,
            "the softmax objective needs",
        ),
        (
            lambda: softmax_focal_objective(2).calc_ders_multi([0.0, 0, 0], 0.5, 1),
            ValueError,
            "labels must be class numbers from 0, got 0.5",
        ),
        (
            lambda: focal_metric(2).evaluate([[0.0], [0.0], [0.0]], [0], None),
            ValueError,
            r"scores of shape \(1, 3\) do not fit 1 labels",
        ),
        (
            lambda: softmax_focal_metric(2).evaluate([[0.0]], [0], None),
            ValueError,
            "num_class set to K, at least 2",
        ),
    ],
)
def test_a_call_that_cannot_be_answered_says_what_it_got(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(
    "made",
    [
        FocalLoss(2, 0.25, ignore_index=-1),
        SoftmaxFocalLoss(2, (1, 2)),
        focal_objective(2, 0.25),
        softmax_focal_objective(2, (1, 2)),
        focal_metric(2, 0.25),
        softmax_focal_metric(2, (1, 2)),
    ],
)
def test_what_a_model_holds_can_be_pickled(made):
    assert pickle.loads(pickle.dumps(made)) == made


# --- metrics --------------------------------------------------------------------------------------


def test_the_metric_is_the_weighted_mean_loss():
    scores, labels, weight = np.array([0.3, -1.0]), np.array([1, 0]), np.array([2.0, 0.5])
    mean = (FocalLoss(2, 0.25).value(scores, labels) * weight).sum() / 2.5
    metric = focal_metric(2, 0.25)
    assert metric(scores, data_set(labels, weight)) == ("focal_loss", pytest.approx(mean), False)
    assert metric(labels, scores, weight) == ("focal_loss", pytest.approx(mean), False)
    assert metric.focal_loss(labels, scores, weight) == pytest.approx(mean)
    total, weights = metric.evaluate([scores.tolist()], labels.tolist(), weight.tolist())
    assert metric.get_final_error(total, weights) == pytest.approx(mean)
    assert not metric.is_max_optimal()


def test_the_metric_of_k_classes_takes_catboosts_order_too():
    scores, labels = np.random.default_rng(0).normal(size=(5, 3)), np.array([0, 1, 2, 0, 1])
    metric = softmax_focal_metric(2)
    total, weights = metric.evaluate(scores.T.tolist(), labels.tolist(), None)
    assert total / weights == pytest.approx(metric.focal_loss(labels, scores))


@pytest.mark.parametrize("weight", [[1.0, 1.0, 2.0], None])
def test_the_start_counts_each_label_with_its_weight(weight):
    start = focal_init_score([0, 0, 1], 2, sample_weight=weight)
    assert focal_probability(start, 2) == pytest.approx(1 / 2 if weight else 1 / 3)


@pytest.mark.parametrize("weight", [[1, 1], [0, 0, 0], [1, -1, 1]])
def test_weights_of_a_start_that_cannot_be_are_named(weight):
    with pytest.raises(ValueError, match="sample_weight must hold one weight"):
        focal_init_score([0, 0, 1], 2, sample_weight=weight)
