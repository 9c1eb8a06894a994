"""The runs that ship: there, small, whole, comparable, and readable without torch."""

import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from focal_core.binary import FocalLoss
from focal_core.budget import budget
from focal_core.training.config import CONFIGURATIONS, named
from focal_core.training.recorded import (
    FOLDER,
    STEP_FIELDS,
    TrainedScores,
    best_rate,
    recording,
)
from focal_core.training.records import Ending, Probe
from focal_core.training.showcase import GAMMAS
from focal_core.training.slug import slug

ROOT = Path(__file__).parents[2]
RECORDED = recording()
NAMES = tuple(CONFIGURATIONS)


def test_the_runs_ship_and_are_below_three_megabytes():
    sizes = [path.stat().st_size for path in FOLDER.iterdir()]
    assert len(sizes) > 60
    assert sum(sizes) < 3e6


def test_nothing_half_written_ships():
    assert {path.suffix for path in FOLDER.iterdir()} == {".npz", ".json"}


def test_reading_needs_no_torch():
    program = (
        "import sys; from focal_core.training.recorded import recording; "
        "r = recording(); r.table(); r.showcases[0]; print('torch' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"


def test_every_configuration_was_run():
    assert RECORDED.names == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_five_seeds_of_each_that_differ_in_the_seed_alone(name):
    runs = RECORDED.of(name)
    assert [run.config.seed for run in runs] == [0, 1, 2, 3, 4]
    assert {(run.config.loss, run.config.prior, run.config.hardest) for run in runs} == {
        (CONFIGURATIONS[name].loss, CONFIGURATIONS[name].prior, CONFIGURATIONS[name].hardest)
    }
    for field in ("learning_rate", "steps", "batch", "box_weight", "warm_up"):
        assert len({getattr(run.config, field) for run in runs}) == 1


@pytest.mark.parametrize("name", NAMES)
def test_the_rate_was_chosen_by_validation_among_three_or_more(name):
    trials = RECORDED.trials_of(name)
    assert len(trials) >= 3
    assert len({trial.learning_rate for trial in trials}) == len(trials)
    assert {run.config.learning_rate for run in RECORDED.of(name)} == {best_rate(trials)}


def test_all_share_one_budget_and_one_environment():
    budgets = {(run.config.steps, run.config.batch, run.config.warm_up) for run in RECORDED.runs}
    assert len(budgets) == 1
    assert len({json.dumps(dict(run.versions)) for run in RECORDED.runs}) == 1


@pytest.mark.parametrize("name", NAMES)
def test_curves_are_finite_and_shares_are_parts(name):
    for run in RECORDED.of(name):
        for field in (*STEP_FIELDS, "validation_ap", "positives_gradient"):
            assert np.isfinite(run.curve(field)[1]).all()
        for field in ("background_share", "easy_share", "validation_ap"):
            values = run.curve(field)[1]
            assert values.min() >= 0
            assert values.max() <= 1
        assert (run.ending is Ending.FINISHED) == (run.test_ap is not None)


@pytest.mark.parametrize("name", NAMES)
def test_the_gradient_budget_is_the_ratio_of_what_was_probed(name):
    for run in RECORDED.of(name):
        steps, ratio = run.curve("easy_to_positives")
        assert steps.tolist() == [probe.step for probe in run.probes]
        for value, probe in zip(ratio, run.probes, strict=True):
            assert value * probe.positives_gradient == pytest.approx(probe.easy_gradient)


def test_a_probe_without_objects_has_no_budget():
    assert math.isnan(Probe(0, 1.0, 0.9, 0.0, 3.0, 1.0).easy_to_positives)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("field", ["class_loss", "validation_ap", "easy_gradient"])
def test_a_band_holds_its_mean(name, field):
    band = RECORDED.band(name, field)
    assert band.seeds == 5
    assert len(band.steps) == len(band.mean) >= 5
    assert (band.low <= band.mean + 1e-9).all()
    assert (band.mean <= band.high + 1e-9).all()
    assert (band.sd <= band.high - band.low + 1e-9).all()


def test_the_table_and_the_differences_agree():
    table = {result.name: result for result in RECORDED.table()}
    for name in NAMES:
        assert table[name].low <= table[name].mean <= table[name].high
        apart = RECORDED.difference(name, "CE, π = 0.01")
        assert apart.seeds == 5
        assert apart.mean == pytest.approx(table[name].mean - table["CE, π = 0.01"].mean)
    assert RECORDED.difference("CE, π = 0.01", "CE, π = 0.01").wins == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_live_run_takes_the_recorded_settings_and_its_own_seed(name):
    recorded = RECORDED.of(name)[4].config
    assert named(name, recorded.learning_rate, seed=9) == replace(recorded, seed=9)


def test_an_unknown_name_is_an_error():
    for ask in (RECORDED.of, RECORDED.showcase, RECORDED.runs[0].curve):
        with pytest.raises(KeyError, match="no such"):
            ask("no such")


@pytest.mark.parametrize("name", ["CE, π = 0.01", "FL, γ = 2, α = 0.25"])
def test_a_model_of_each_loss_can_be_looked_at(name):
    shown = RECORDED.showcase(name)
    assert shown.loss == CONFIGURATIONS[name].loss
    assert shown.watched.images.shape == (6, 3, 48, 48)
    assert shown.watched.images.dtype == np.uint8
    assert len(shown.frames) >= 8
    assert all(len(frame.watched) == 6 for frame in shown.frames)
    for frame in shown.frames:
        for image in frame.watched:
            assert (np.diff(image.scores) <= 0).all()
            assert set(image.classes.tolist()) <= {0, 1, 2}


@pytest.mark.parametrize("name", ["CE, π = 0.01", "FL, γ = 2, α = 0.25"])
def test_the_recomputed_figure_4_rises_from_0_to_1_and_gamma_concentrates_it(name):
    pays = RECORDED.showcase(name).who_pays
    assert pays.gammas == GAMMAS
    for curves in (pays.negatives, pays.positives):
        assert curves.shape == (4, 200)
        np.testing.assert_allclose(curves[:, [0, -1]], [[0, 1]] * 4, atol=1e-6)
        assert (np.diff(curves, axis=1) >= -1e-6).all()
        assert (np.diff(curves, axis=0) >= -1e-4).all()
    shares = [pays.budget(gamma).negative_share for gamma in GAMMAS]
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize("name", ["CE, π = 0.01", "FL, γ = 2, α = 0.25"])
def test_histogram_and_reliability_count_the_same_outputs(name):
    shown = RECORDED.showcase(name)
    everybody = shown.histogram.negatives.sum() + shown.histogram.positives.sum()
    assert shown.before.counts.sum() == shown.after.counts.sum() == everybody
    assert np.nansum(shown.before.frequencies * shown.before.counts) == pytest.approx(
        shown.histogram.positives.sum(), rel=1e-4
    )


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("name", ["CE, π = 0.01", "FL, γ = 2, α = 0.25"])
def test_a_models_scores_by_bin_cost_what_each_of_them_did(name, gamma):
    population = TrainedScores(name).population()
    exact = RECORDED.showcase(name).who_pays.budget(gamma)
    binned = budget(population, FocalLoss(gamma))
    assert binned.negatives == pytest.approx(exact.negatives, rel=0.02)
    assert binned.positives == pytest.approx(exact.positives, rel=0.02)


def test_a_model_that_was_not_kept_has_no_scores():
    with pytest.raises(KeyError):
        TrainedScores("CE, no prior").population()


def test_for_cross_entropy_the_way_back_changes_nothing():
    shown = RECORDED.showcase("CE, π = 0.01")
    assert shown.before.calibration_error == pytest.approx(shown.after.calibration_error, abs=1e-6)


def test_every_file_belongs_to_a_configuration():
    slugs = [slug(name) for name in NAMES]
    for path in FOLDER.iterdir():
        stem = path.stem.removeprefix("tuning-").removeprefix("showcase-")
        assert any(stem.startswith(each) for each in slugs)
