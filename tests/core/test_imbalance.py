"""The study on imbalance: what is run next, that only background grows, and what is said."""

import json
from pathlib import Path

import numpy as np
import pytest

from focal_core.training.assignment import POSITIVE, anchor_boxes, assign
from focal_core.training.images import make_split
from focal_core.training.imbalance import jobs, plan, report
from focal_core.training.imbalance.recorded import FOLDER, done_of, is_clear, study
from focal_core.training.recorded import Difference

DOCS = Path(__file__).parents[2] / "docs" / "imbalance.md"


def played(score, seeds=(0, 1), sides=(48, 96)):
    """Every job that the plan comes to, if a tuning run scores as `score` says."""
    done: dict[str, float] = {}
    while waiting := jobs.ready(done, sides, seeds):
        job = waiting[0]
        done[job.file] = score(job.setting) if job.tuning else 0.5
    return done


def test_the_best_rate_is_used_and_tried_with_its_half_on_larger_images():
    done = played(lambda s: -abs(np.log(s.learning_rate / 0.003)))
    best = jobs.best_setting(plan.CE, 96, done)
    assert best == plan.Setting(plan.CE, 96, 0.003)
    tried = {name for name in done if name.startswith("tuning-96-0-")}
    assert tried == {"tuning-96-0-lr0.003-100.json", "tuning-96-0-lr0.0015-100.json"}


def test_alpha_and_number_are_those_that_were_best():
    done = played(lambda s: (s.alpha == 0.75) + (s.hardest == 256) - s.learning_rate)
    assert jobs.best_setting(plan.FL_TUNED, 96, done).alpha == 0.75
    assert jobs.best_setting(plan.OHEM, 96, done).hardest == 256
    assert jobs.best_setting(plan.FL, 96, done).alpha == 0.25


def test_the_papers_alpha_is_not_run_twice_where_it_is_the_best():
    done = played(lambda s: (s.alpha == 0.25) - s.learning_rate)
    assert jobs.runs_of(plan.FL_TUNED, 48, done) == jobs.runs_of(plan.FL, 48, done)
    assert len([name for name in done if name.startswith("run-48-")]) == 2 * 4


def test_nothing_is_run_for_good_before_its_tuning_is_over():
    done: dict[str, float] = {}
    while waiting := jobs.ready(done, (48,), (0,)):
        if not waiting[0].tuning:
            assert all(jobs.best_setting(loss, 48, done) for loss in plan.LOSSES)
        done[waiting[0].file] = 0.1


def test_a_command_that_was_stopped_goes_on_where_it_was():
    whole = played(lambda s: -s.learning_rate)
    half = dict(list(whole.items())[: len(whole) // 2])
    again = {job.file for job in jobs.ready(half, (48, 96), (0, 1))}
    assert again
    assert not again & half.keys()
    assert again <= whole.keys()


@pytest.mark.parametrize("side", [96, 192])
def test_a_larger_image_has_more_background_and_the_same_object(side):
    small, large = (make_split(60, np.random.default_rng(3), each) for each in (48, side))
    assert large.images.shape == (60, 3, side, side)
    sizes = [np.sqrt(np.prod(s.boxes[:, 2:] - s.boxes[:, :2], axis=1)) for s in (small, large)]
    assert 8 <= sizes[1].min() <= sizes[1].max() <= 20.01
    assert large.boxes.max() > 48  # anywhere in the image
    positives = [(assign(s.boxes, s.side) == POSITIVE).sum(axis=1).mean() for s in (small, large)]
    assert positives[1] == pytest.approx(positives[0], rel=0.35)
    assert len(anchor_boxes(side)) == (side // 48) ** 2 * len(anchor_boxes(48))


@pytest.mark.parametrize(
    ("mean", "sd", "wins", "seeds", "clear"),
    [
        (0.05, 0.02, 5, 5, True),
        (0.05, 0.02, 4, 5, False),
        (-0.05, 0.02, 0, 5, True),
        (0.01, 0.02, 5, 5, False),
        (0.05, 0.0, 1, 1, False),
    ],
)
def test_a_difference_is_clear_as_was_written_down_before(mean, sd, wins, seeds, clear):
    assert is_clear(Difference("a", "b", mean, sd, wins, seeds)) is clear


def test_a_run_writes_what_the_study_reads(tmp_path, monkeypatch):
    from focal_core.training.imbalance import data, run  # noqa: PLC0415  # torch

    monkeypatch.setattr(plan, "STEPS", 2)
    few = data.data_of(96, 8, 4, 6)
    monkeypatch.setattr(run, "data_of", lambda _side: few)
    run._positives.cache_clear()
    setting = plan.Setting(plan.CE_FITTED, 96, 0.001)
    for tuning in (True, False):
        file = run.run(plan.Job(setting, 0, tuning), tmp_path)
        told = json.loads((tmp_path / file).read_text())
        assert told["ending"] == "finished"
        assert told["prior"] == pytest.approx(told["positives"] / told["outputs"], rel=0.01)
        assert (told["test_ap"] is None) is tuning  # tuning never sees a test image
    run._positives.cache_clear()


def test_what_is_recorded_belongs_to_the_plan_and_is_small():
    files = list(FOLDER.glob("*.json"))
    assert sum(file.stat().st_size for file in files) < 1_000_000
    done = done_of(study().records)
    planned = {job.file for job in jobs.ready({}, plan.SIDES)}
    for file in files:
        told = json.loads(file.read_text())
        job = plan.Job(plan.Setting(**told["setting"]), told["seed"], told["tuning"])
        assert job.file == file.name
        assert told["tuning"] or job in [
            run for loss in plan.LOSSES for run in jobs.runs_of(loss, job.setting.side, done)
        ], planned


def test_the_report_shows_the_recorded_numbers():
    if study().sizes:
        assert report.table(study()) in DOCS.read_text(encoding="utf-8")
