"""The boosting objective and metric as the libraries call them, native and through scikit-learn."""

import io
import pickle
from types import SimpleNamespace

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
from tests.core.test_boosting import library

GAMMA = 2.0


@pytest.fixture(scope="module")
def rare():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(2_000, 2))
    truth = 1 / (1 + np.exp(-(1.5 * features[:, 0] - 3)))
    return features, (rng.random(2_000) < truth).astype(int), 1 + (features[:, 1] > 0)


@pytest.fixture(scope="module")
def three():
    """Three classes that the first feature tells apart."""
    rng = np.random.default_rng(1)
    features = rng.normal(size=(900, 2))
    return features, np.digitize(features[:, 0] + 0.3 * rng.normal(size=900), [-0.5, 0.7])


def data_set(labels, weight=None):
    return SimpleNamespace(get_label=lambda: labels, get_weight=lambda: weight)


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
            r"scores of shape \(4,\) do not fit 4 labels",
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
    ],
)
def test_a_call_that_cannot_be_answered_says_what_it_got(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(
    "made",
    [
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


# --- LightGBM -------------------------------------------------------------------------------------

QUIET = {"num_threads": 1, "verbosity": -1, "seed": 0, "num_leaves": 7}


def best_constant(labels, weight=None):
    start = focal_init_score(labels, GAMMA, sample_weight=weight)
    return focal_metric(GAMMA).focal_loss(labels, np.full(len(labels), start), weight)


def test_lightgbm_stops_early_by_the_metric(rare):
    lightgbm = library("lightgbm")
    features, labels, _ = rare
    train = lightgbm.Dataset(features[:1000], labels[:1000])
    held = lightgbm.Dataset(features[1000:], labels[1000:], reference=train)
    log = {}
    model = lightgbm.train(
        {**QUIET, "objective": focal_objective(GAMMA), "metric": "None", "learning_rate": 0.3},
        train,
        500,
        valid_sets=[held],
        feval=focal_metric(GAMMA),
        callbacks=[lightgbm.early_stopping(10, verbose=False), lightgbm.record_evaluation(log)],
    )
    seen = log["valid_0"]["focal_loss"]
    assert 0 < model.best_iteration < 490
    assert min(seen) == pytest.approx(seen[model.best_iteration - 1])
    raw = model.predict(features[1000:], raw_score=True, num_iteration=model.best_iteration)
    assert focal_metric(GAMMA).focal_loss(labels[1000:], raw) == pytest.approx(min(seen))


def test_lightgbms_estimator_takes_weights_and_is_saved(rare):
    lightgbm, joblib = library("lightgbm"), library("joblib")
    features, labels, weight = rare
    model = lightgbm.LGBMClassifier(
        objective=focal_objective(GAMMA), n_estimators=30, num_leaves=7, n_jobs=1, verbosity=-1
    )
    model.fit(
        features,
        labels,
        sample_weight=weight,
        eval_X=features,
        eval_y=labels,
        eval_metric=focal_metric(GAMMA),
    )
    raw = model.predict(features, raw_score=True)
    found = focal_metric(GAMMA).focal_loss(labels, raw, weight)
    assert found < 0.9 * best_constant(labels, weight)
    file = io.BytesIO()
    joblib.dump(model, file)
    file.seek(0)
    np.testing.assert_array_equal(joblib.load(file).predict(features, raw_score=True), raw)


def test_lightgbm_learns_three_classes(three):
    lightgbm = library("lightgbm")
    features, labels = three
    settings = {**QUIET, "objective": softmax_focal_objective(GAMMA), "num_class": 3}
    native = lightgbm.train(settings, lightgbm.Dataset(features, labels), 30)
    estimator = lightgbm.LGBMClassifier(
        objective=softmax_focal_objective(GAMMA), n_estimators=30, n_jobs=1, verbosity=-1
    ).fit(features, labels)
    for model in (native, estimator):
        raw = model.predict(features, raw_score=True)
        assert np.mean(raw.argmax(1) == labels) > 0.8


def test_two_class_objective_for_three_classes_says_which_to_take(three):
    lightgbm = library("lightgbm")
    settings = {**QUIET, "objective": focal_objective(GAMMA), "num_class": 3}
    with pytest.raises(ValueError, match="the softmax objective"):
        lightgbm.train(settings, lightgbm.Dataset(*three), 1)


# --- XGBoost --------------------------------------------------------------------------------------


def test_xgboost_starts_at_its_base_score_and_keeps_it(rare):
    xgboost = library("xgboost")
    features, labels, _ = rare
    start = focal_init_score(labels, GAMMA)
    settings = {"nthread": 1, "base_score": start, "eta": 1e-9, "disable_default_eval_metric": True}
    model = xgboost.train(
        settings, xgboost.DMatrix(features, labels), 1, obj=focal_objective(GAMMA)
    )
    raw = model.predict(xgboost.DMatrix(features), output_margin=True)  # a new matrix
    np.testing.assert_allclose(raw, start, atol=1e-5)


def test_xgboost_stops_early_by_the_metric(rare):
    xgboost = library("xgboost")
    features, labels, _ = rare
    train = xgboost.DMatrix(features[:1000], labels[:1000])
    held = xgboost.DMatrix(features[1000:], labels[1000:])
    log = {}
    model = xgboost.train(
        {"nthread": 1, "seed": 0, "disable_default_eval_metric": True},
        train,
        500,
        evals=[(held, "held")],
        obj=focal_objective(GAMMA),
        custom_metric=focal_metric(GAMMA),
        early_stopping_rounds=10,
        evals_result=log,
        verbose_eval=False,
    )
    seen = log["held"]["focal_loss"]
    assert model.best_iteration == int(np.argmin(seen)) < 490


def test_xgboosts_estimator_takes_weights_and_is_saved(rare):
    xgboost, joblib = library("xgboost"), library("joblib")
    features, labels, weight = rare
    start = focal_init_score(labels, GAMMA, sample_weight=weight)
    model = xgboost.XGBClassifier(
        objective=focal_objective(GAMMA),
        base_score=1 / (1 + np.exp(-start)),
        eval_metric=focal_metric(GAMMA).focal_loss,
        n_estimators=30,
        n_jobs=1,
    )
    model.fit(features, labels, sample_weight=weight, eval_set=[(features, labels)], verbose=False)
    raw = model.predict(features, output_margin=True)
    found = focal_metric(GAMMA).focal_loss(labels, raw, weight)
    assert found < 0.9 * best_constant(labels, weight)
    assert model.evals_result()["validation_0"]["focal_loss"][-1] == pytest.approx(
        focal_metric(GAMMA).focal_loss(labels, raw), rel=1e-5
    )
    file = io.BytesIO()
    joblib.dump(model, file)
    file.seek(0)
    np.testing.assert_array_equal(joblib.load(file).predict(features, output_margin=True), raw)


def test_xgboost_learns_three_classes(three):
    xgboost = library("xgboost")
    features, labels = three
    data = xgboost.DMatrix(features, labels)
    settings = {"num_class": 3, "nthread": 1, "disable_default_eval_metric": True}
    native = xgboost.train(settings, data, 30, obj=softmax_focal_objective(GAMMA))
    raw = native.predict(data, output_margin=True)
    assert np.mean(raw.argmax(1) == labels) > 0.8
    estimator = xgboost.XGBClassifier(
        objective=softmax_focal_objective(GAMMA), n_estimators=30, n_jobs=1
    ).fit(features, labels)
    raw = estimator.predict(features, output_margin=True)
    assert np.mean(raw.argmax(1) == labels) > 0.8


# --- CatBoost and scikit-learn --------------------------------------------------------------------


def test_catboost_trains_with_it(rare, three):
    catboost = library("catboost")
    settings = {
        "iterations": 30, "depth": 3, "thread_count": 1, "verbose": False, "learning_rate": 0.3,
        "allow_writing_files": False, "leaf_estimation_iterations": 1,
    }  # fmt: skip
    features, labels, _ = rare
    two = catboost.CatBoost(
        {**settings, "loss_function": focal_objective(GAMMA), "eval_metric": focal_metric(GAMMA)}
    ).fit(features, labels)
    raw = two.predict(features, prediction_type="RawFormulaVal")
    assert focal_metric(GAMMA).focal_loss(labels, raw) < 0.9 * best_constant(labels)
    features, labels = (each[:300] for each in three)  # each example is a call
    several = catboost.CatBoostClassifier(
        **{**settings, "iterations": 10},
        loss_function=softmax_focal_objective(GAMMA),
        eval_metric=softmax_focal_metric(GAMMA),
        classes_count=3,
        leaf_estimation_method="Gradient",
    ).fit(features, labels)
    raw = several.predict(features, prediction_type="RawFormulaVal")
    assert np.mean(raw.argmax(1) == labels) > 0.75


def test_scikit_learn_scores_and_searches_with_it(rare):
    lightgbm, metrics = library("lightgbm"), library("sklearn.metrics")
    selection = library("sklearn.model_selection")
    features, labels, _ = rare

    def raw_loss(model, x, y):
        return -focal_metric(GAMMA).focal_loss(y, model.predict(x, raw_score=True))

    search = selection.GridSearchCV(
        lightgbm.LGBMClassifier(n_estimators=10, n_jobs=1, verbosity=-1),
        {"objective": [focal_objective(0), focal_objective(GAMMA)]},
        scoring=raw_loss,
        cv=2,
    ).fit(features, labels)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    probability = focal_probability(search.best_estimator_.predict(features, raw_score=True), GAMMA)
    assert metrics.roc_auc_score(labels, probability) > 0.7
