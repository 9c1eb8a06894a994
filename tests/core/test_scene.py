"""The large scene, and what is kept of a detector's answers to it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from focal_core.binary import FocalLoss
from focal_core.training import recorded, scored_scene
from focal_core.training.assignment import anchor_boxes, iou
from focal_core.training.config import NO_PRIOR_MODEL, PAPERS, REFERENCE, RunConfig
from focal_core.training.images import make_data
from focal_core.training.model import Detector
from focal_core.training.record_scenes import exact_shares, look, record_scenes, scores_of
from focal_core.training.scene import (
    CELLS,
    KINDS,
    LEFT_OUT,
    LOOK_ALIKE,
    NEAR,
    OBJECT,
    PLAIN,
    SEEDS,
    SIDE,
    crowded_part,
    make_scene,
    roles_of,
)
from focal_core.training.scored_scene import (
    FAINTEST,
    FINENESS,
    NODES,
    STEPS,
    SceneScores,
    summarise,
)
from focal_core.training.scored_scene import (
    scored_scene as recorded_scene,
)

MODELS = (PAPERS, REFERENCE, NO_PRIOR_MODEL)
SCENE, ROLES = make_scene(0), roles_of(make_scene(0))


def drawn_logits(spread: float = 3.0) -> np.ndarray:
    return np.random.default_rng(5).normal(-3, spread, (len(ROLES.kinds), 3))


# --- the scene -----------------------------------------------------------------------------------


def test_a_scene_has_the_locations_of_a_real_detector():
    assert SCENE.image.shape == (3, 384, 384)
    assert (len(SCENE.objects), len(SCENE.distractors)) == (16, 24)
    assert len(anchor_boxes(SIDE)) == 9 * (96**2 + 48**2) == 103_680


def test_nothing_in_a_scene_touches():
    boxes = np.concatenate([SCENE.objects, SCENE.distractors])
    apart = iou(boxes[:, np.newaxis], boxes) - np.eye(len(boxes))
    assert np.abs(apart).max() < 1e-6
    assert (boxes >= 0).all()
    assert (boxes <= SIDE).all()


def test_the_same_seed_draws_the_same_scene_and_another_one_another():
    make_scene.cache_clear()
    again = make_scene(0)
    np.testing.assert_array_equal(again.image, SCENE.image)
    np.testing.assert_array_equal(again.objects, SCENE.objects)
    assert (make_scene(1).image != SCENE.image).any()


def test_an_object_is_seen_where_its_box_is():
    x0, y0, x1, y1 = SCENE.objects[np.prod(SCENE.objects[:, 2:] - SCENE.objects[:, :2], 1).argmax()]
    middle = SCENE.image[:, int((y0 + y1) / 2), int((x0 + x1) / 2)].astype(float)
    beside = SCENE.image[:, int(y0) - 3 : int(y0) - 1, int(x0) : int(x1)].astype(float)
    assert np.abs(middle - beside.mean(axis=(1, 2))).max() > 20


def test_anchors_are_assigned_as_in_training():
    overlap = iou(anchor_boxes(SIDE)[:, np.newaxis], SCENE.objects).max(axis=1)
    positive = ROLES.kinds == OBJECT
    assert (overlap[ROLES.kinds == LEFT_OUT] >= 0.4).all()
    assert (overlap[ROLES.kinds == LEFT_OUT] < 0.6).all()
    assert positive[overlap >= 0.6].all()
    assert set(ROLES.owners[positive]) == set(range(16)), "each object has an anchor"
    assert (ROLES.owners[~positive] == -1).all()


def test_background_is_plain_where_nothing_is_near():
    with_object = iou(anchor_boxes(SIDE)[:, np.newaxis], SCENE.objects).max(axis=1)
    with_distractor = iou(anchor_boxes(SIDE)[:, np.newaxis], SCENE.distractors).max(axis=1)
    plain, alike, near = (ROLES.kinds == kind for kind in (PLAIN, LOOK_ALIKE, NEAR))
    assert with_object[plain].max() < 0.1
    assert with_distractor[plain].max() < 0.3
    assert with_object[alike].max() < 0.1 <= with_object[near].min()
    assert with_distractor[alike].min() >= 0.3
    assert plain.mean() > 0.9


def test_an_object_should_be_answered_by_its_own_class_alone():
    targets = ROLES.targets(SCENE.classes)
    rows = np.flatnonzero(ROLES.kinds == OBJECT)
    assert (targets.sum(axis=1) == (ROLES.kinds == OBJECT)).all()
    assert (targets[rows].argmax(axis=1) == SCENE.classes[ROLES.owners[rows]]).all()


def test_the_crowded_part_is_the_fullest_square():
    part = crowded_part(SCENE)
    found = [
        (x, y) for x in range(0, 289, 48) for y in range(0, 289, 48)
        if np.array_equal(SCENE.image[:, y : y + 96, x : x + 96], part)
    ]  # fmt: skip
    boxes = np.concatenate([SCENE.objects, SCENE.distractors])

    def whole(x: int, y: int) -> int:
        return sum(x <= a and y <= b and c <= x + 96 and d <= y + 96 for a, b, c, d in boxes)

    assert whole(*found[0]) == max(whole(48 * i, 48 * j) for i in range(7) for j in range(7))


# --- what is kept of the answers -----------------------------------------------------------------


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0, 5.0])
@pytest.mark.parametrize("alpha", [None, 0.25, 0.9])
def test_shares_are_those_of_all_outputs(gamma, alpha):
    logits, targets = drawn_logits(), ROLES.targets(SCENE.classes)
    paid = summarise(logits, targets, ROLES).paid(FocalLoss(gamma, alpha))
    each = FocalLoss(gamma, alpha).value(logits, targets.astype(float)).sum(axis=1)
    sums = [each[ROLES.kinds == kind].sum() for kind in KINDS]
    expected = [sums[PLAIN], sums[LOOK_ALIKE] + sums[NEAR], sums[OBJECT]] / sum(sums)
    np.testing.assert_allclose(paid.shares, expected, atol=1e-4)
    assert paid.total == pytest.approx(sum(sums), rel=1e-3)


def test_the_glow_of_a_location_is_its_share_of_the_loss():
    logits, targets = drawn_logits(1.0), ROLES.targets(SCENE.classes)
    kept = summarise(logits, targets, ROLES)
    each = FocalLoss(2).value(logits, targets.astype(float)).sum(axis=1)
    each[ROLES.kinds == LEFT_OUT] = 0
    row, column = 40, 61
    own = each[: 9 * CELLS**2].reshape(CELLS, CELLS, 9)[row, column].sum()
    own += each[9 * CELLS**2 :].reshape(48, 48, 9)[row // 2, column // 2].sum() / 4
    mean = each.sum() / CELLS**2
    assert kept.times_the_mean(2)[row, column] == pytest.approx(own / mean, rel=0.06)
    assert kept.times_the_mean(2).mean() == pytest.approx(1)


def test_the_hardest_output_of_a_location_is_said():
    logits = np.full((len(ROLES.kinds), 3), -4.0)
    logits[9 * (10 * CELLS + 20) + 3, 1] = 1.5  # fine level, row 10, column 20: plain background
    kept = summarise(
        logits, np.zeros_like(logits, dtype=bool), replace(ROLES, kinds=0 * ROLES.kinds)
    )
    assert kept.hardest_p_t()[10, 20] == pytest.approx(1 / (1 + np.exp(1.5)), abs=0.02)
    assert kept.hardest_p_t()[30, 20] == pytest.approx(1 / (1 + np.exp(-4.0)), abs=0.01)


def test_ranks_hold_every_output_once():
    kept = recorded_scene(PAPERS, 500, 0)
    edges = np.concatenate(([0.0], np.geomspace(1e-5, 1, 30)))
    parts = kept.kinds_by_rank(edges)
    np.testing.assert_allclose(parts.sum(axis=0), 1)
    whole = parts @ np.diff(edges)
    by_kind = kept.counts[:4].sum(axis=1)
    by_kind[OBJECT] += kept.counts[4].sum()
    np.testing.assert_allclose(whole, by_kind / by_kind.sum(), atol=1e-9)


@given(gamma=st.floats(0, 5))
def test_the_hardest_carry_more_of_the_loss_the_larger_gamma(gamma):
    kept = recorded_scene(PAPERS, 500, 1)
    few, fewer = (kept.hardest_first(FocalLoss(g)).of_hardest(0.01) for g in (gamma, gamma / 2))
    assert few >= fewer - 1e-9 >= 0.01 - 1e-9


# --- what was recorded ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
def test_every_share_shown_is_within_a_tenth_of_a_point_of_float64(name):
    told = scored_scene.facts(name)
    assert set(told["shares"]) == {f"{step} {seed}" for step in STEPS for seed in SEEDS}
    for place, by_gamma in told["shares"].items():
        kept = recorded_scene(name, *map(int, place.split()))
        for gamma, expected in zip(told["gammas"], by_gamma, strict=True):
            paid = kept.paid(FocalLoss(gamma))
            shown = np.array([paid.plain, paid.look_alikes, paid.near, paid.objects]) / paid.total
            assert np.abs(shown - expected).max() < 1e-3


def test_recorded_scenes_are_those_of_the_published_learning_rate():
    for name in MODELS:
        rate = recorded.best_rate(recorded.load_trials(recorded.FOLDER, name))
        assert RunConfig.from_dict(scored_scene.facts(name)["config"]).learning_rate == rate


def test_the_recorded_scenes_are_light_enough_to_ship():
    sizes = [path.stat().st_size for path in scored_scene.FOLDER.glob("*.npz")]
    assert len(sizes) == len(MODELS)
    assert sum(sizes) < 1.5e6


def test_an_untrained_model_answers_as_was_recorded():
    # no step of training: the same on every machine but for the last bits
    config = RunConfig.from_dict(scored_scene.facts(PAPERS)["config"])
    model = Detector(config.prior, torch.Generator().manual_seed(config.seed))
    kept, shares = look(model, 2)
    np.testing.assert_allclose(shares, scored_scene.facts(PAPERS)["shares"]["0 2"], atol=1e-4)
    before = recorded_scene(PAPERS, 0, 2)
    assert np.abs(kept.cells.astype(int) - before.cells).max() <= 1
    logits = scores_of(model, 2)
    assert logits.shape == (103_680, 3)


def test_the_shares_that_are_told_are_the_formula():
    logits, targets = drawn_logits(), ROLES.targets(SCENE.classes)
    told = exact_shares(logits, targets, ROLES.kinds)
    p_t = 1 / (1 + np.exp(-np.where(targets, logits, -logits)))
    each = (-((1 - p_t) ** 2) * np.log(p_t)).sum(axis=1)
    sums = np.array([each[ROLES.kinds == kind].sum() for kind in KINDS])
    np.testing.assert_allclose(told[3], sums / sums.sum(), rtol=1e-9)


def test_what_is_recorded_reads_back_and_repeats(tmp_path: Path, monkeypatch):
    data = make_data(train=32, validation=4, test=4)
    short = replace(RunConfig(), steps=20, warm_up=2)
    monkeypatch.setattr("focal_core.training.record_scenes.named", lambda *_given: short)
    monkeypatch.setattr("focal_core.training.record_scenes.SEEDS", (0,))
    first, again = (
        list(record_scenes(tmp_path / part, recorded.FOLDER, data, {}, (PAPERS,)))
        for part in ("a", "b")
    )
    assert first == again == ["fl-gamma-2-alpha-0.25.npz"]
    one, two = ((tmp_path / part / first[0]).read_bytes() for part in ("a", "b"))
    with np.load(tmp_path / "a" / first[0]) as kept:
        assert kept["places"].tolist() == [[0, 0], [20, 0]]
        assert kept["counts"].sum(axis=(1, 2)).tolist() == [3 * (ROLES.kinds != LEFT_OUT).sum()] * 2
    assert len(one) == len(two)
    assert one == two


def test_what_was_not_recorded_is_refused():
    with pytest.raises(KeyError):
        recorded_scene("FL, γ = 5, α = 0.25", 500, 0)
    with pytest.raises(KeyError):
        recorded_scene(PAPERS, 300, 0)


def test_the_scene_is_a_population_with_the_same_loss():
    population = SceneScores(PAPERS).population()
    paid = recorded_scene(PAPERS, 500, 0).paid(FocalLoss(2.0))
    negatives = population.negatives
    positives = population.positives
    total = FocalLoss(2.0).value(negatives.logits, 0) @ negatives.counts
    total += FocalLoss(2.0).value(positives.logits, 1) @ positives.counts
    assert total == pytest.approx(paid.total, rel=1e-9)
    assert negatives.count + positives.count == 3 * (ROLES.kinds != LEFT_OUT).sum()
    assert (np.diff(negatives.logits) > 0).all()


def test_the_faintest_step_is_black():
    assert np.exp(FINENESS * FAINTEST) < 1 / 255
    assert NODES[0] == 0
    assert NODES[-1] == 5
