"""Recording: the rate is tuned blind, finished files are kept, and what is read is what was run."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from focal_core.budget import cumulative_share
from focal_core.optimum import posterior
from focal_core.population import Examples, SpreadScores
from focal_core.training import kept, record, recorded, showcase
from focal_core.training.config import CONFIGURATIONS, RunConfig
from focal_core.training.detector import Training
from focal_core.training.images import make_data
from focal_core.training.recorded import Trial
from focal_core.training.records import Ending, Evaluation, Probe, Step
from focal_core.training.slug import slug

DATA = make_data(24, 6, 8)
SHOWN = "FL, γ = 2, α = 0.25"


@pytest.fixture
def short(monkeypatch):
    """All configurations, run for six steps."""
    torch.set_num_threads(1)
    for name, config in CONFIGURATIONS.items():
        brief = replace(config, steps=6, batch=4, evaluate_every=25, probe_at=(0,))
        monkeypatch.setitem(CONFIGURATIONS, name, brief)
    monkeypatch.setattr(record, "TUNING_SEEDS", (100, 101))
    monkeypatch.setattr(record, "RATES", (0.004, 0.006, 0.012))
    monkeypatch.setattr(record, "SEEDS", range(2))


def trial(rate, ap):
    return Trial("some", rate, (100,), (ap,), 1, {})


def test_recording_goes_on_where_it_was_and_reads_back_what_was_run(short, tmp_path):
    one = record.record(tmp_path, DATA, (SHOWN,))
    written = [next(one)]  # then it is stopped
    kept = (tmp_path / written[0]).stat().st_mtime_ns
    (tmp_path / "half.part").write_bytes(b"a run that was cut off")
    written += list(record.record(tmp_path, DATA, (SHOWN,)))
    assert (tmp_path / written[0]).stat().st_mtime_ns == kept
    assert len(set(written)) == len(written)
    assert list(record.record(tmp_path, DATA, (SHOWN,))) == []

    found = recorded.recording(tmp_path)
    assert found.names == (SHOWN,)
    runs = found.of(SHOWN)
    assert [run.config.seed for run in runs] == [0, 1]
    again = list(Training(runs[1].config, DATA).records())
    steps = [r for r in again if isinstance(r, Step)]
    _steps, losses = runs[1].curve("class_loss")
    assert losses.tolist() == [np.float32(steps[0].class_loss), np.float32(steps[4].class_loss)]
    assert runs[1].test_ap == [r.ap for r in again if isinstance(r, Evaluation)][-1]
    assert runs[1].ending is Ending.FINISHED
    probe = next(r for r in again if isinstance(r, Probe))
    assert runs[1].probes[0].hard_gradient == pytest.approx(probe.hard_gradient)
    assert {"python", "torch", "numpy", "machine"} == set(runs[1].versions)
    assert all(trial.seeds == (100, 101) == trial.seeds for trial in found.trials)
    assert all(trial.versions == runs[1].versions for trial in found.trials)
    assert runs[0].config.learning_rate == recorded.best_rate(found.trials_of(SHOWN))

    shown = found.showcase(SHOWN)
    assert shown.watched.images.shape == (6, 3, 48, 48)
    assert [frame.step for frame in shown.frames] == [0, 6]
    positives = (showcase.assign(DATA.test.boxes) == 1).sum()
    assert shown.histogram.positives.sum() == positives
    assert np.nansum(shown.before.frequencies * shown.before.counts) == pytest.approx(positives)
    assert shown.who_pays.budget(0).negative_share > shown.who_pays.budget(2).negative_share


def test_a_model_that_was_shown_and_is_missing_is_made_again(short, tmp_path):
    list(record.record(tmp_path, DATA, (SHOWN,)))
    lost = tmp_path / "showcase-fl-gamma-2-alpha-0.25-0.npz"
    lost.unlink()
    assert list(record.record(tmp_path, DATA, (SHOWN,))) == ["fl-gamma-2-alpha-0.25-0.npz"]
    assert lost.exists()


def test_a_long_run_takes_the_rate_of_the_short_ones(short, monkeypatch, tmp_path):
    monkeypatch.setattr(record, "LONG_STEPS", 3)
    tuned = tmp_path / "tuned"
    monkeypatch.setattr(record, "SEEDS", ())
    list(record.record(tuned, DATA, (SHOWN,)))
    monkeypatch.setattr(record, "SEEDS", range(1))
    written = list(record.record_long(tmp_path, tuned, DATA, (SHOWN,)))
    assert list(record.record_long(tmp_path, tuned, DATA, (SHOWN,))) == []
    (run,) = recorded.recording(tmp_path).runs
    assert written == ["fl-gamma-2-alpha-0.25-0.npz"]
    assert run.steps == run.config.steps == 3
    assert run.config.learning_rate == recorded.best_rate(recorded.load_trials(tuned, SHOWN))


def test_while_a_rate_is_chosen_no_test_image_is_seen(short, monkeypatch, tmp_path):
    seen = []
    monkeypatch.setattr(
        record, "try_rate", lambda name, rate, data: seen.append(data.test) or trial(rate, rate)
    )
    list(record.tune("some", tmp_path, DATA))
    assert seen
    assert set(seen) == {None}


@pytest.mark.parametrize(("best", "further"), [(0.003, [0.0015]), (0.006, []), (0.012, [0.024])])
def test_a_best_rate_at_the_end_of_the_grid_asks_for_one_beyond(best, further):
    trials = tuple(trial(rate, 1.0 if rate == best else 0.5) for rate in record.RATES)
    assert record.further_rates(trials) == further


def test_the_range_of_rates_ends():
    assert record.further_rates((trial(record.LOWEST_RATE, 1.0), trial(0.1, 0.5))) == []
    assert record.further_rates((trial(0.001, 0.5), trial(record.HIGHEST_RATE, 1.0))) == []


def test_of_equal_rates_the_lower_one_is_taken():
    assert recorded.best_rate((trial(0.01, 0.5), trial(0.02, 0.5))) == 0.01


def test_a_run_that_breaks_off_is_a_result(short, tmp_path):
    config = replace(CONFIGURATIONS[SHOWN], learning_rate=1e30, warm_up=0)
    facts, arrays = record.as_arrays(SHOWN, config, list(Training(config, DATA).records()))
    kept.save(tmp_path / "some-0.npz", facts, arrays)
    found = recorded.recording(tmp_path)
    result = found.table()[0]
    assert found.runs[0].ending is Ending.NOT_FINITE
    assert found.runs[0].test_ap is None
    assert (result.mean, result.broke_off) == (0, 1)


def test_a_broken_trial_counts_as_nothing(short):
    assert record.try_rate(SHOWN, 1e30, replace(DATA, test=None)).aps == (0, 0)


def test_file_names_are_plain_and_different():
    slugs = [slug(name) for name in CONFIGURATIONS]
    assert len(set(slugs)) == len(slugs)
    assert all(each.isascii() and " " not in each for each in slugs)


# --- showcase ------------------------------------------------------------------------------------

POPULATION = SpreadScores(20_000, 500).population()


@pytest.mark.parametrize("gamma", showcase.GAMMAS)
def test_figure_4_is_the_cores_cumulative_share(gamma):
    pays = showcase.who_pays(POPULATION)
    row = pays.negatives[pays.gammas.index(gamma)]
    share = cumulative_share(POPULATION.negatives, 0, showcase.FocalLoss(gamma))
    for place in (0, 50, 120, 199):
        assert row[place] == pytest.approx(share.of_hardest(pays.fractions[place]), abs=1e-12)
    assert len(row) == 200


def test_a_histogram_counts_everybody():
    counted = showcase.histogram(POPULATION)
    assert counted.negatives.sum() == 20_000
    assert counted.positives.sum() == 500


def test_reliability_counts_everybody_and_the_way_back_moves_scores_only():
    loss = showcase.FocalLoss(2, 0.25)
    before, after = showcase.reliability(POPULATION), showcase.reliability(POPULATION, loss)
    for bins in (before, after):
        assert bins.counts.sum() == 20_500
        assert np.nansum(bins.frequencies * bins.counts) == pytest.approx(500)
    scores = 1 / (1 + np.exp(-POPULATION.positives.logits))
    expected = posterior(scores, loss).sum()
    negatives = posterior(1 / (1 + np.exp(-POPULATION.negatives.logits)), loss).sum()
    assert np.nansum(after.mean_scores * after.counts) == pytest.approx(expected + negatives)


def test_scores_that_are_frequencies_have_no_calibration_error():
    logits = np.log([0.25 / 0.75])
    population = showcase.Population(
        Examples(np.repeat(logits, 3), np.ones(3)), Examples(logits, np.ones(1))
    )
    assert showcase.reliability(population).calibration_error == pytest.approx(0)


def test_two_errors_are_of_one_set_of_outputs_the_likely_ones_and_recalibrating_ends_the_gap():
    """Score s of the ideal model under focal loss, and as many objects as its inverse says."""
    loss, middles = (
        showcase.FocalLoss(2),
        (showcase.LOGIT_EDGES[1:] + showcase.LOGIT_EDGES[:-1]) / 2,
    )
    true = posterior(1 / (1 + np.exp(-middles)), loss)
    objects = np.round(1e6 * true).astype(np.int64)
    scores = showcase.Histogram(showcase.LOGIT_EDGES, 1_000_000 - objects, objects)
    errors = showcase.calibration_errors(scores, loss, low=0.05)
    assert errors.outputs == 1_000_000 * np.count_nonzero(true >= 0.05)
    assert errors.after < 1e-6
    assert errors.before > 0.01
    assert showcase.calibration_errors(scores, loss, low=1.1).outputs == 0


def test_ignored_anchors_are_not_scored():
    logits = np.zeros((8, 1620, 3), np.float32)
    population = showcase.scored(logits, DATA.test)
    roles = showcase.assign(DATA.test.boxes)
    assert population.positives.count == (roles == 1).sum()
    assert population.negatives.count == 3 * (roles != -1).sum() - (roles == 1).sum()


def test_a_plain_configuration_is_the_papers():
    assert RunConfig().loss == showcase.FocalLoss(2, 0.25)
