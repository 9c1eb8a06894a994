"""Boosting libraries train with focal loss, natively and through scikit-learn."""

import io

import numpy as np
import pytest

from focal_core.boosting import (
    focal_init_score,
    focal_metric,
    focal_objective,
    focal_probability,
    softmax_focal_metric,
    softmax_focal_objective,
)
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


# --- LightGBM -------------------------------------------------------------------------------------

QUIET = {"num_threads": 1, "verbosity": -1, "seed": 0, "num_leaves": 7}


def saved_and_read(model):
    joblib, file = library("joblib"), io.BytesIO()
    joblib.dump(model, file)
    file.seek(0)
    return joblib.load(file)


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
    lightgbm = library("lightgbm")
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
    np.testing.assert_array_equal(saved_and_read(model).predict(features, raw_score=True), raw)


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


@pytest.mark.parametrize("weighed", [False, True])
def test_at_gamma_0_lightgbm_trains_as_with_its_own_objective(rare, weighed):
    lightgbm = library("lightgbm")
    features, labels, weight = rare
    raw = {}
    for objective in ("binary", focal_objective(0)):
        data = lightgbm.Dataset(features, labels, weight=weight if weighed else None)
        settings = {**QUIET, "objective": objective, "boost_from_average": False}
        raw[objective] = lightgbm.train(settings, data, 10).predict(features, raw_score=True)
    np.testing.assert_allclose(raw["binary"], raw[focal_objective(0)], rtol=1e-5, atol=1e-6)


def test_at_gamma_0_lightgbms_classes_train_as_with_its_own_objective(three):
    """It takes K / (K - 1) times the diagonal of the Hessian, which here the rate makes up for."""
    lightgbm = library("lightgbm")
    features, labels = three
    free = {**QUIET, "num_class": 3, "boost_from_average": False, "min_sum_hessian_in_leaf": 0}
    own = {"objective": "multiclass", "learning_rate": 0.15}
    ours = {"objective": softmax_focal_objective(0), "learning_rate": 0.1}
    raw = [
        lightgbm.train({**free, **each}, lightgbm.Dataset(features, labels), 5).predict(
            features, raw_score=True
        )
        for each in (own, ours)
    ]
    np.testing.assert_allclose(*raw, rtol=1e-4, atol=1e-5)


def test_two_class_objective_for_three_classes_says_which_to_take(three):
    lightgbm = library("lightgbm")
    settings = {**QUIET, "objective": focal_objective(GAMMA), "num_class": 3}
    with pytest.raises(ValueError, match="the softmax objective"):
        lightgbm.train(settings, lightgbm.Dataset(*three), 1)


# --- XGBoost --------------------------------------------------------------------------------------


def test_xgboost_starts_at_its_base_score_and_keeps_it(rare):
    """Unlike base_margin, which a new matrix does not know of: there the start is 0.5."""
    xgboost = library("xgboost")
    features, labels, _ = rare
    start = focal_init_score(labels, GAMMA)
    settings = {"nthread": 1, "eta": 1e-9, "disable_default_eval_metric": True}
    margin = xgboost.DMatrix(features, labels, base_margin=np.full(len(labels), start))

    def start_of(data, **more):
        model = xgboost.train({**settings, **more}, data, 1, obj=focal_objective(GAMMA))
        return model.predict(xgboost.DMatrix(features), output_margin=True)  # a new matrix

    kept = start_of(xgboost.DMatrix(features, labels), base_score=start)
    np.testing.assert_allclose(kept, start, atol=1e-5)
    np.testing.assert_allclose(start_of(margin), 0.5, atol=1e-5)


def test_xgboosts_classifier_wants_the_sigmoid_of_the_start(rare):
    xgboost = library("xgboost")
    features, labels, _ = rare
    start = focal_init_score(labels, GAMMA)
    slow = {"objective": focal_objective(GAMMA), "n_estimators": 1, "learning_rate": 1e-9}
    classifier = xgboost.XGBClassifier(**slow, base_score=1 / (1 + np.exp(-start)))
    for model in (classifier, xgboost.XGBRegressor(**slow, base_score=start)):
        raw = model.fit(features, labels).predict(features, output_margin=True)
        np.testing.assert_allclose(raw, start, atol=1e-5)


def test_xgboosts_estimators_are_told_which_metric_they_need(rare):
    xgboost = library("xgboost")
    features, labels, _ = rare
    model = xgboost.XGBClassifier(
        objective=focal_objective(GAMMA), eval_metric=focal_metric(GAMMA), n_estimators=1
    )
    with pytest.raises(AttributeError, match=r"eval_metric=focal_metric\(…\).focal_loss"):
        model.fit(features, labels, eval_set=[(features, labels)], verbose=False)


def test_a_matrix_derived_from_xgboosts_is_one(rare):
    xgboost = library("xgboost")
    features, labels, _ = rare
    derived = type("Mine", (xgboost.DMatrix,), {"__module__": "mine"})(features, labels)
    name, value = focal_metric(GAMMA)(np.zeros(len(labels)), derived)
    assert (name, value) == ("focal_loss", pytest.approx(np.log(2) / 4))


@pytest.mark.parametrize("name", ["lightgbm", "xgboost"])
def test_a_softmax_objective_without_a_number_of_classes_says_what_to_set(rare, name):
    module = library(name)
    features, labels, _ = rare
    objective, data = softmax_focal_objective(GAMMA), (features, labels)
    train = {
        "lightgbm": lambda: module.train({"objective": objective}, module.Dataset(*data), 1),
        "xgboost": lambda: module.train({}, module.DMatrix(*data), 1, obj=objective),
    }
    with pytest.raises(ValueError, match="num_class set to K, at least 2"):
        train[name]()


def test_a_matrix_without_labels_is_named(rare):
    xgboost = library("xgboost")
    with pytest.raises(ValueError, match="there are no labels for"):
        xgboost.train({}, xgboost.DMatrix(rare[0]), 1, obj=focal_objective(GAMMA))


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
    xgboost = library("xgboost")
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
    np.testing.assert_array_equal(saved_and_read(model).predict(features, output_margin=True), raw)


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


@pytest.mark.parametrize("weighed", [False, True])
def test_at_gamma_0_xgboost_trains_as_with_its_own_objective(rare, weighed):
    xgboost = library("xgboost")
    features, labels, weight = rare
    data = xgboost.DMatrix(features, labels, weight=weight if weighed else None)
    settings = {"nthread": 1, "seed": 0, "max_depth": 3}
    own = xgboost.train({**settings, "objective": "binary:logistic", "base_score": 0.5}, data, 10)
    ours = xgboost.train({**settings, "base_score": 0}, data, 10, obj=focal_objective(0))
    raw = [model.predict(data, output_margin=True) for model in (own, ours)]
    np.testing.assert_allclose(*raw, rtol=1e-3, atol=1e-4)


def test_at_gamma_0_xgboosts_classes_train_as_with_its_own_objective(three):
    """It takes twice the diagonal of the Hessian, which here the rate makes up for."""
    xgboost = library("xgboost")
    data = xgboost.DMatrix(*three)
    free = {"nthread": 1, "num_class": 3, "max_depth": 3, "lambda": 0, "min_child_weight": 0}
    own = {"objective": "multi:softprob", "eta": 0.2}
    models = [
        xgboost.train({**free, **own, "base_score": 0}, data, 5),
        xgboost.train(
            {**free, "eta": 0.1, "base_score": 0}, data, 5, obj=softmax_focal_objective(0)
        ),
    ]
    raw = [model.predict(data, output_margin=True) for model in models]
    np.testing.assert_allclose(*raw, rtol=1e-3, atol=1e-4)


# --- CatBoost and scikit-learn --------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:Failed to import numba")
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


@pytest.mark.filterwarnings("ignore:Failed to import numba")
def test_catboost_starts_at_the_baseline_and_leaves_it_out(rare):
    catboost = library("catboost")
    features, labels, _ = rare
    start = focal_init_score(labels, GAMMA)
    model = catboost.CatBoost(
        {
            "loss_function": focal_objective(GAMMA), "eval_metric": focal_metric(GAMMA),
            "iterations": 1, "learning_rate": 1e-6, "verbose": False, "thread_count": 1,
            "allow_writing_files": False,
        }
    ).fit(catboost.Pool(features, labels, baseline=np.full(len(labels), start)))  # fmt: skip
    np.testing.assert_allclose(model.predict(features), 0, atol=1e-4)
    first = model.evals_result_["learn"]["FocalMetric"][0]
    assert first == pytest.approx(best_constant(labels), rel=1e-4)


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
