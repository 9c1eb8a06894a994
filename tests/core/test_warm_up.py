"""The recorded warm-up: what ships is whole, needs no torch, and is what was run."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.special import expit

from focal_core.training import warm_up as module
from focal_core.training.points import PointsConfig, PointsTraining, ap_of, measured_points
from focal_core.training.record import record_points
from focal_core.training.warm_up import EDGES, FILE, LOSSES, RATES, SEEDS, SIDE, binned, warm_up

ROOT = FILE.parents[2]
TINY = PointsConfig(steps=4, positives=10, negatives=20, batch=64, evaluate_every=4)


def test_what_ships_is_whole_and_small():
    kept = warm_up()
    assert kept.ap.shape == (len(LOSSES), len(RATES), len(SEEDS))
    assert kept.logits.shape == (2, 3, len(SIDE), len(SIDE))
    assert kept.scores.shape == kept.back_frequencies.shape == (2, 3, len(EDGES) - 1)
    assert ((kept.ap >= 0) & (kept.ap <= 1)).all()
    assert kept.ap.max() <= kept.ceiling < 1
    assert FILE.stat().st_size < 40_000


def test_torch_is_not_needed_to_look_at_it():
    look = (
        "import sys; from focal_core.training.warm_up import warm_up; warm_up(); "
        "print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True
    )  # fmt: skip
    assert done.stdout.split() == ["False"]


def test_a_lead_is_paired_by_seed():
    kept = warm_up()
    apart = kept.of("FL", 0.01) - kept.of("CE", 0.01)
    lead = kept.lead(0.01)
    assert lead.mean == pytest.approx(apart.mean())
    assert lead.sd == pytest.approx(apart.std(ddof=1))
    assert (lead.wins, lead.seeds) == ((apart > 0).sum(), 5)


def test_what_is_read_back_is_what_was_run(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "SEEDS", range(2))
    record_points(tmp_path / "kept.npz", TINY)
    kept = warm_up(tmp_path / "kept.npz")
    run = PointsTraining(
        PointsConfig(**vars(TINY) | {"loss": LOSSES["FL"], "learning_rate": 0.03, "seed": 0})
    )
    for _record in run.records():
        pass
    assert kept.of("FL", 0.03)[0] == pytest.approx(ap_of(run.scores(measured_points().places), 20))
    corner = run.scores(np.array([[-3.0, -3.0], [3.0, -3.0]], np.float32))
    np.testing.assert_allclose(kept.map_of("FL", 0.03)[0, [0, -1]], corner, atol=0.02)


def test_bins_of_scores_that_are_probabilities_lie_on_the_diagonal():
    generator = np.random.default_rng(1)
    scores = expit(generator.normal(0, 2, 200_000))
    hits = (generator.uniform(size=scores.size) < scores).astype(float)
    bins = binned(scores, hits, np.ones_like(scores))
    seen = np.isfinite(bins.scores)
    assert seen.sum() > 8
    np.testing.assert_allclose(bins.scores[seen], bins.frequencies[seen], atol=0.03)


def test_weights_stand_for_repeated_examples_and_an_almost_empty_bin_says_nothing():
    scores, hits = np.full(100, 0.55), np.repeat([1.0, 0.0], 50)
    bins = binned(scores, hits, np.where(hits == 1, 1.0, 3.0))
    at = np.isfinite(bins.scores)
    assert at.sum() == 1
    assert bins.frequencies[at] == pytest.approx(0.25)
    assert np.isnan(binned(scores[:29], hits[:29], np.ones(29)).scores).all()
