"""The warm-up's pictures say what was recorded, also where focal loss did not help."""

from dataclasses import replace

import numpy as np
import pytest

from focal_core.training.warm_up import RATES, warm_up
from focal_ui.figures.trained import warm_up as figures
from focal_ui.words import lead_and_spread, number, percent


def test_each_rate_is_said_with_its_spread():
    recorded = warm_up()
    said = figures.by_rate(recorded).sentence
    for rate in RATES:
        lead = recorded.lead(rate)
        assert f"{lead_and_spread(lead.mean, lead.sd)} at rate {rate:g}" in said


@pytest.mark.parametrize(
    ("leads", "moral"),
    [
        ((0.2, 0.0, -0.2), "can show either loss ahead"),
        ((0.0, -0.2, -0.2), "helps at no rate"),
        ((0.2, 0.2, 0.0), "behind at no rate"),
        ((0.0, 0.0, 0.0), "No difference is larger"),
    ],
)
def test_the_moral_follows_from_the_numbers(leads, moral):
    ce = np.tile(0.5 + 0.01 * np.arange(5), (3, 1))
    jitter = np.array([-0.02, -0.01, 0.0, 0.01, 0.02])
    fl = ce + np.array(leads)[:, np.newaxis] + jitter
    assert moral in figures.by_rate(replace(warm_up(), ap=np.stack([ce, fl]))).sentence


def test_a_best_rate_at_the_end_of_those_tried_is_owned_up_to():
    ap = np.zeros((2, 3, 5))
    ap[0, 1], ap[1, 2] = 0.9, 0.8
    said = figures.by_rate(replace(warm_up(), ap=ap)).sentence
    assert "CE 90.0 at 0.01, FL 80.0 at 0.03" in said
    assert said.endswith("more may be left for FL.")


def test_the_boundary_tells_how_much_of_the_plane_is_undecided():
    recorded = warm_up()
    said = figures.boundary(recorded, 0.01).sentence
    for loss in ("CE", "FL"):
        scores = recorded.map_of(loss, 0.01)
        assert percent(float(np.mean((scores >= 0.05) & (scores < 0.5)))) in said


def test_calibration_tells_the_mean_gap_of_each_curve():
    recorded = warm_up()
    bins = recorded.bins("FL", 0.01)
    gap = float(np.nanmean(np.abs(bins.scores - bins.frequencies)))
    assert f"FL **{number(gap)}**" in figures.calibration(recorded, 0.01).sentence
