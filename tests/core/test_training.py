"""The detector trains the same twice, stops when told, says when it breaks, and counts rightly."""

import json
import threading
from dataclasses import astuple, replace

import numpy as np
import pytest
import torch

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.first_step import FirstStep
from focal_core.training.assignment import assign
from focal_core.training.config import CONFIGURATIONS, NO_PRIOR, RunConfig, named
from focal_core.training.detector import Training, as_input, candidates, targets_of, train
from focal_core.training.images import make_data
from focal_core.training.points import (
    PointsConfig,
    PointsTraining,
    ap_of,
    ceiling,
    measured_points,
    train_points,
)
from focal_core.training.records import Ended, Ending, Evaluation, Probe, Step
from focal_core.training.sampling import easiest, hardest

DATA = make_data(24, 6, 6)
SHORT = RunConfig(steps=6, batch=4, warm_up=2, evaluate_every=3, probe_at=(0, 2))
POINTS = PointsConfig(steps=6, positives=20, negatives=20, batch=64, evaluate_every=3)


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def plain(record):
    """A record without what may differ: the time that a step took; arrays as lists."""
    if isinstance(record, Step):
        record = replace(record, seconds=0.0)
    if isinstance(record, Evaluation):
        boxes = [(d.boxes.tolist(), d.scores.tolist(), d.classes.tolist()) for d in record.watched]
        return record.step, record.split, record.ap, boxes
    return repr(record)


def told(config, data=DATA):
    return [plain(record) for record in train(config, data)]


def told_points(config=POINTS):
    return [plain(record) for record in train_points(config)]


# --- the same numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize("config", [SHORT, replace(SHORT, hardest=8, loss=CROSS_ENTROPY)])
def test_the_same_seed_tells_the_same_story(config):
    assert told(config) == told(config)


def test_points_with_the_same_seed_tell_the_same_story():
    assert told_points() == told_points()


def test_another_seed_tells_another_story():
    assert told(SHORT) != told(replace(SHORT, seed=1))


def test_two_interleaved_runs_equal_their_solo_runs():
    configs = SHORT, replace(SHORT, seed=1)
    together = zip(*(train(config, DATA) for config in configs), strict=True)
    interleaved = zip(*([plain(a), plain(b)] for a, b in together), strict=True)
    assert [list(story) for story in interleaved] == [told(config) for config in configs]


def test_runs_in_two_threads_equal_their_solo_runs():
    stories = {}

    def run(seed):
        torch.set_num_threads(1)
        stories[seed] = told(replace(SHORT, seed=seed))

    threads = [threading.Thread(target=run, args=(seed,)) for seed in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stories == {seed: told(replace(SHORT, seed=seed)) for seed in (0, 1)}


@pytest.mark.parametrize("story", [lambda: told(SHORT), told_points])
def test_no_global_random_state_is_read_or_changed(story):
    first = story()
    np.random.seed(7)  # noqa: NPY002
    torch.manual_seed(7)
    before = np.random.get_state()[1].tolist(), torch.get_rng_state()  # noqa: NPY002
    assert story() == first
    assert np.random.get_state()[1].tolist() == before[0]  # noqa: NPY002
    assert torch.equal(torch.get_rng_state(), before[1])


def test_looking_more_often_changes_no_step():
    steps = [r for r in told(SHORT) if str(r).startswith("Step")]
    often = told(replace(SHORT, evaluate_every=1, probe_at=tuple(range(7))))
    assert [r for r in often if str(r).startswith("Step")] == steps


# --- the order of the records, and every way to end ----------------------------------------------


def test_a_run_tells_its_start_its_steps_its_looks_and_its_end():
    kinds = [(type(r).__name__, r.step) for r in train(SHORT, DATA)]
    assert kinds == [
        ("Probe", 0),
        ("Evaluation", 0),
        ("Step", 1),
        ("Step", 2),
        ("Probe", 2),
        ("Step", 3),
        ("Evaluation", 3),
        ("Step", 4),
        ("Step", 5),
        ("Step", 6),
        ("Evaluation", 6),
        ("Evaluation", 6),
        ("Ended", 6),
    ]


def test_the_test_images_are_looked_at_once_at_the_end():
    looks = [r for r in train(SHORT, DATA) if isinstance(r, Evaluation)]
    assert [r.split for r in looks] == ["validation"] * 3 + ["test"]


def test_without_test_images_nothing_is_measured_on_them():
    looks = [r for r in train(SHORT, replace(DATA, test=None)) if isinstance(r, Evaluation)]
    assert {r.split for r in looks} == {"validation"}


@pytest.mark.parametrize("after", [0, 1, 3])
@pytest.mark.parametrize(
    "start", [lambda stop: train(SHORT, DATA, stop), lambda stop: train_points(POINTS, stop)]
)
def test_a_run_that_is_told_to_stop_makes_not_one_step_more(start, after):
    seen = []
    for record in start(lambda: len([r for r in seen if isinstance(r, Step)]) >= after):
        seen.append(record)
    assert sum(isinstance(r, Step) for r in seen) == after
    assert seen[-1] == Ended(after, Ending.CANCELLED)


def test_a_loss_that_is_not_finite_ends_the_run_and_is_told():
    wild = replace(SHORT, learning_rate=1e30, warm_up=0, evaluate_every=1, probe_at=(0, 1, 2))
    *rest, last = train(wild, DATA)
    assert last.ending is Ending.NOT_FINITE
    assert last.step == sum(isinstance(r, Step) for r in rest) < SHORT.steps
    assert all(np.isfinite(r.class_loss) for r in rest if isinstance(r, Step))


def test_points_with_a_loss_that_is_not_finite_end_and_are_told():
    *_rest, last = train_points(replace(POINTS, learning_rate=1e30))
    assert last.ending is Ending.NOT_FINITE


# --- what the loss sees --------------------------------------------------------------------------


@pytest.mark.parametrize("prior", [0.001, 0.01, NO_PRIOR])
def test_every_location_starts_at_the_prior(prior):
    training = Training(replace(SHORT, prior=prior), DATA)
    with torch.no_grad():
        scores = training.model(as_input(DATA.train.images))[0].sigmoid()
    assert scores.median() == pytest.approx(prior, rel=0.05)
    assert scores.min() > prior / 2
    assert scores.max() < prior * 2


@pytest.mark.parametrize("prior", [0.001, 0.01, NO_PRIOR])
@pytest.mark.parametrize("loss", [CROSS_ENTROPY, FocalLoss(0, 0.75), FocalLoss(2, 0.25)])
def test_the_first_loss_is_shared_as_the_first_step_says(prior, loss):
    config = replace(SHORT, prior=prior, loss=loss, probe_at=(0,))
    training = Training(config, DATA)
    _images, targets = training._batch(np.arange(config.batch))
    first = FirstStep(
        prior, negatives=int(targets.background.sum()), positives=int(targets.classes.sum())
    )
    probe = next(r for r in training.records() if isinstance(r, Probe))
    assert probe.background_share == pytest.approx(
        first.paid(loss).negative_share, rel=0.1 * (1 + loss.gamma)
    )
    assert probe.easy_share == pytest.approx(0.9, abs=0.03)  # all are equally easy


def test_shares_are_parts_of_a_whole():
    for record in train(SHORT, DATA):
        if isinstance(record, Step | Probe):
            assert 0 <= record.background_share <= 1
            assert 0 <= record.easy_share <= 0.9


def test_ignored_anchors_pay_nothing():
    training = Training(SHORT, DATA)
    images, targets = training._batch(np.arange(4))
    each = training.class_losses(training.model(images)[0], targets)
    ignored = targets.counts[..., 0] == 0
    assert ignored.any()
    assert each[ignored].sum() == 0


# --- selections ----------------------------------------------------------------------------------


def test_the_hardest_k_of_each_image_stay_and_all_others_become_zero():
    losses = torch.rand(3, 50, 2, generator=torch.Generator().manual_seed(0))
    kept = hardest(losses, 7)
    assert kept.shape == (3, 50, 1)
    assert kept.sum(dim=(1, 2)).tolist() == [7, 7, 7]
    by_anchor = losses.sum(dim=2)
    for image in range(3):
        inside = by_anchor[image][kept[image, :, 0] == 1]
        outside = by_anchor[image][kept[image, :, 0] == 0]
        assert inside.min() >= outside.max()


def test_more_than_there_are_keeps_all():
    assert hardest(torch.rand(2, 5, 3), 99).min() == 1


def test_ohem_trains_on_k_anchors_an_image():
    training = Training(replace(SHORT, loss=CROSS_ENTROPY, hardest=8), DATA)
    images, targets = training._batch(np.arange(4))
    each = training.class_losses(training.model(images)[0], targets)
    assert (each.sum(dim=2) > 0).sum(dim=1).tolist() == [8] * 4


def test_the_easiest_part_is_the_small_losses():
    losses = torch.tensor([5.0, 1.0, 4.0, 2.0, 3.0])
    assert easiest(losses, 0.6).tolist() == [False, True, False, True, True]


# --- configurations ------------------------------------------------------------------------------


@pytest.mark.parametrize("config", [*CONFIGURATIONS.values(), SHORT])
def test_a_configuration_survives_json(config):
    assert RunConfig.from_dict(json.loads(json.dumps(config.as_dict()))) == config


def test_alpha_falls_as_gamma_rises_as_in_table_1b():
    pairs = [(c.loss.gamma, c.loss.alpha) for c in CONFIGURATIONS.values() if c.loss.alpha]
    assert pairs == [(0, 0.75), (0.5, 0.5), (1, 0.25), (2, 0.25), (5, 0.25)]


def test_the_rate_warms_up_and_falls_to_a_tenth_in_the_last_quarter():
    config = RunConfig(learning_rate=1.0, steps=100, warm_up=9)
    assert [config.rate_at(step) for step in (1, 5, 10, 75, 76)] == [0.1, 0.5, 1, 1, 0.1]


@pytest.mark.parametrize(
    ("name", "value"),
    [("prior", 0), ("learning_rate", 0), ("steps", 0), ("batch", 0), ("seed", -1), ("hardest", 0)],
)
def test_a_setting_out_of_range_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=f"{name} must be"):
        RunConfig(**{name: value})


def test_a_named_configuration_takes_rate_and_seed():
    config = named("CE, π = 0.001", 0.02, 3)
    assert (config.loss, *astuple(config)[1:2]) == (CROSS_ENTROPY, 0.001)
    assert (config.learning_rate, config.seed) == (0.02, 3)


# --- it does learn -------------------------------------------------------------------------------


def test_a_few_images_can_be_learned_by_heart():
    few = replace(DATA, validation=DATA.train.first(4), test=None, train=DATA.train.first(4))
    config = RunConfig(
        loss=FocalLoss(1, 0.25), steps=150, batch=4, evaluate_every=1000, probe_at=()
    )
    looks = [r.ap for r in train(config, few) if isinstance(r, Evaluation)]
    assert looks[0] < 0.2
    assert looks[-1] > 0.8


def test_candidates_come_best_first_inside_the_image():
    boxes, scores = candidates(Training(SHORT, DATA).model, DATA.test)
    assert boxes.shape[:2] == scores.shape[:2] == (6, 3)
    assert (np.diff(scores, axis=2) <= 0).all()
    assert boxes.min() >= 0
    assert boxes.max() <= 48


# --- points --------------------------------------------------------------------------------------


def test_points_start_at_the_prior_and_learn():
    training = PointsTraining(replace(POINTS, steps=200, evaluate_every=200, learning_rate=0.03))
    start = training.scores(measured_points().places)
    assert np.median(start) == pytest.approx(0.01, rel=0.2)
    looks = [r.ap for r in training.records() if isinstance(r, Evaluation)]
    assert looks[-1] > 5 * looks[0]
    assert looks[-1] < ceiling(20)


def test_the_ceiling_falls_as_positives_get_rarer():
    assert 1 > ceiling(100) > ceiling(1000) > 0.9


def test_a_constant_score_is_worth_the_prevalence_on_points():
    assert ap_of(np.zeros(63_000), 1000) == pytest.approx(1 / 1001)


def test_ignored_anchors_are_neither_background_nor_counted():
    boxes = DATA.train.boxes
    targets = targets_of(boxes, DATA.train.classes, assign(boxes))
    ignored = targets.counts.expand_as(targets.background) == 0
    assert ignored.any()
    assert not targets.background[ignored].any()
    assert not targets.classes[ignored].any()
    assert torch.equal(
        targets.background + targets.classes, targets.counts.expand_as(targets.classes)
    )


@pytest.mark.parametrize("looks", range(1, 12))
def test_a_run_says_that_it_finished_if_and_only_if_it_was_tested(looks):
    """Stopped after ever more questions, in the end at its test."""
    asked = iter([False] * looks + [True] * 1000)
    config = replace(SHORT, steps=1, evaluate_every=50, probe_at=())
    records = list(train(config, DATA, lambda: next(asked)))
    tested = any(isinstance(r, Evaluation) and r.split == "test" for r in records)
    assert (records[-1].ending is Ending.FINISHED) == tested


def test_points_are_learned_a_tenth_as_fast_in_the_last_quarter():
    config = PointsConfig(steps=100, learning_rate=1.0)
    assert [config.rate_at(step) for step in (1, 75, 76, 100)] == [1, 1, 0.1, 0.1]
