"""Focal loss for boosted trees: a floor under the curvature, a start, a way back to the truth."""

import importlib
import os
from types import SimpleNamespace

import numpy as np
import pytest

from focal_core.binary import FocalLoss
from focal_core.boosting import focal_init_score, focal_objective, focal_probability

SCORES = np.linspace(-6, 6, 49)
LABELS = (np.arange(49) % 3 == 0).astype(float)
SETTINGS = [(0.0, None), (2.0, None), (2.0, 0.25), (5.0, 0.9)]


def labelled(labels, weight=None):
    return SimpleNamespace(get_label=lambda: labels, get_weight=lambda: weight)


def library(name):
    """The library, which on the build server must be there."""
    return importlib.import_module(name) if os.environ.get("CI") else pytest.importorskip(name)


@pytest.fixture(scope="module")
def rare():
    """A rare class (about 3 %) whose log-odds rise with the first of two features."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(4_000, 2))
    truth = 1 / (1 + np.exp(-(1.5 * features[:, 0] - 4.5)))
    return features, (rng.random(4_000) < truth).astype(float), truth


@pytest.mark.parametrize(("gamma", "alpha"), SETTINGS)
def test_the_objective_is_slope_and_curvature_by_the_raw_score(gamma, alpha):
    slope, bend = focal_objective(gamma, alpha)(SCORES, labelled(LABELS))
    loss = FocalLoss(gamma, alpha)
    np.testing.assert_array_equal(slope, loss.gradient(SCORES, LABELS))
    convex = loss.curvature(SCORES, LABELS) > 1e-6
    np.testing.assert_array_equal(bend[convex], loss.curvature(SCORES, LABELS)[convex])


def test_the_floor_holds_where_the_loss_is_not_convex():
    """At gamma 2 focal loss bends the wrong way below p_t = 0.0578."""
    slope, bend = focal_objective(2, min_hessian=0.01)([-5.0], labelled([1.0]))
    assert FocalLoss(2).curvature(-5.0, 1) < 0
    assert bend[0] == 0.01
    assert slope[0] < 0


@pytest.mark.parametrize("nothing", [None, np.array([])])
def test_no_weights_come_as_none_from_one_library_and_empty_from_the_other(nothing):
    weighed = focal_objective(2)(SCORES, labelled(LABELS, nothing))
    np.testing.assert_array_equal(weighed, focal_objective(2)(SCORES, labelled(LABELS)))


def test_weights_multiply_both_derivatives():
    weight = np.linspace(0, 2, 49)
    weighed = focal_objective(2)(SCORES, labelled(LABELS, weight))
    plain = focal_objective(2)(SCORES, labelled(LABELS))
    np.testing.assert_allclose(weighed, np.multiply(plain, weight))


def test_scores_in_a_column_give_derivatives_in_a_column():
    slope, bend = focal_objective(2)(SCORES[:, None], labelled(LABELS))
    assert slope.shape == bend.shape == (49, 1)


@pytest.mark.parametrize(("gamma", "alpha"), SETTINGS)
def test_no_constant_score_has_a_lower_loss_than_the_start(gamma, alpha):
    labels = np.repeat([0.0, 1.0], [970, 30])
    start = focal_init_score(labels, gamma, alpha)
    slope, _ = focal_objective(gamma, alpha)(np.full(1_000, start), labelled(labels))
    assert abs(slope.sum()) < 1e-9 * np.abs(slope).sum()


def test_the_start_of_cross_entropy_is_the_log_odds():
    assert focal_init_score(np.repeat([0, 1], [99, 1]), 0) == pytest.approx(-np.log(99))


@pytest.mark.parametrize(("gamma", "alpha"), SETTINGS)
def test_the_start_means_the_share_of_positives(gamma, alpha):
    start = focal_init_score(np.repeat([0, 1], [97, 3]), gamma, alpha)
    assert focal_probability(start, gamma, alpha) == pytest.approx(0.03, rel=1e-9)


def test_a_raw_score_is_no_log_odds():
    """At gamma 2 the output 0.694 means 0.9 (Charoenphakdee et al. 2021)."""
    output = 0.69421
    assert focal_probability(np.log(output / (1 - output)), 2) == pytest.approx(0.9, abs=1e-4)


@pytest.mark.parametrize("labels", [[], [0, 0], [1, 1, 1]])
def test_a_start_needs_both_classes(labels):
    with pytest.raises(ValueError, match="the share of positive labels must be a number between"):
        focal_init_score(labels, 2)


def test_unusable_settings_are_named():
    with pytest.raises(ValueError, match="gamma must be"):
        focal_objective(-1)
    with pytest.raises(ValueError, match="min_hessian must be"):
        focal_objective(2, min_hessian=-1)
    with pytest.raises(ValueError, match="targets must be between 0 and 1"):
        focal_init_score([0, 2], 2)


def _loss(raw, labels):
    return FocalLoss(2).value(raw, labels).mean()


def assert_trained(raw, start, rare):
    """Better than the best constant, and probabilities near the true ones, unlike the sigmoid's."""
    _, labels, truth = rare
    assert _loss(raw, labels) < 0.9 * _loss(start, labels)
    calibrated, sigmoid = focal_probability(raw, 2), 1 / (1 + np.exp(-np.asarray(raw, float)))
    assert abs(calibrated.mean() - truth.mean()) < 0.01
    assert sigmoid.mean() > truth.mean() + 0.05
    assert np.corrcoef(calibrated, truth)[0, 1] > 0.7


def test_lightgbm_trains_with_it(rare):
    lightgbm = library("lightgbm")
    features, labels, _ = rare
    start = focal_init_score(labels, 2)
    data = lightgbm.Dataset(features, labels, init_score=np.full(len(labels), start))
    settings = {
        "objective": focal_objective(2),
        "num_leaves": 7,
        "num_threads": 1,
        "verbosity": -1,
        "seed": 0,
    }
    model = lightgbm.train(settings, data, num_boost_round=30)
    assert_trained(model.predict(features) + start, start, rare)


def test_xgboost_trains_with_it(rare):
    xgboost = library("xgboost")
    features, labels, _ = rare
    start = focal_init_score(labels, 2)
    settings = {"max_depth": 3, "eta": 0.1, "nthread": 1, "min_child_weight": 0.1, "seed": 0}
    model = xgboost.train(
        {**settings, "base_score": start},
        xgboost.DMatrix(features, labels),
        30,
        obj=focal_objective(2),
    )
    assert_trained(model.predict(xgboost.DMatrix(features), output_margin=True), start, rare)
