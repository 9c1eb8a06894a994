"""A run in a process of its own: the same records, gone when told, and harmless when it fails."""

import subprocess
import sys
import time
from dataclasses import replace

import pytest
import torch

from focal_core.training import own_process
from focal_core.training.config import RunConfig
from focal_core.training.detector import train
from focal_core.training.images import make_data
from focal_core.training.own_process import train_in_own_process
from focal_core.training.records import (
    Ended,
    Ending,
    Evaluation,
    Probe,
    Record,
    Step,
    as_line,
    from_line,
)

TINY = RunConfig(steps=3, batch=4, warm_up=0, evaluate_every=3, probe_at=(2,))
ENDLESS = replace(TINY, steps=10**6, evaluate_every=10**6)

# A server with little memory left: the run cannot even load torch.
LITTLE_MEMORY = """
import resource, sys, time
from focal_core.training.own_process import train_in_own_process
from focal_core.training.config import RunConfig
from focal_ui.training.live_runs import Pool

resource.setrlimit(resource.RLIMIT_AS, (400 * 2**20, resource.RLIM_INFINITY))
pool = Pool(1)
run = pool.submit("a", lambda stop: train_in_own_process(RunConfig(), stop))
while not run.is_over:
    time.sleep(0.05)
after = pool.submit("b", lambda stop: iter([1, 2]))
while not after.is_over:
    time.sleep(0.05)
print(run.state.value, len(run.records), after.state.value)
"""


def never() -> bool:
    return False


def timeless(record: Record) -> str:
    """As a line, without what may differ: how long a step took."""
    return as_line(replace(record, seconds=0.0) if isinstance(record, Step) else record)


@pytest.fixture
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_another_process_tells_the_same_story(one_thread):
    told = list(train_in_own_process(TINY, never))
    assert list(map(timeless, told)) == list(map(timeless, train(TINY, make_data())))
    assert told[-1] == Ended(3, Ending.FINISHED)


@pytest.mark.parametrize(
    "record",
    [
        Step(3, 0.1, 0.2, float("inf"), 0.4, 1e30, 0.006, 0.01),
        Probe(5, 0.1, 0.2, 0.3, 0.4, 0.5),
        Evaluation(75, "validation", 1 / 3),
        Ended(500, Ending.NOT_FINITE),
    ],
)
def test_a_record_survives_the_way_as_a_line(record):
    line = as_line(record)
    assert "\n" not in line
    assert vars(from_line(line)) == vars(record)


def test_told_to_stop_before_the_first_step_it_ends_at_once():
    start = time.monotonic()
    assert list(train_in_own_process(ENDLESS, lambda: time.monotonic() > start + 0.3)) == []
    assert time.monotonic() < start + 2  # torch alone takes longer to load


def test_told_to_stop_it_says_nothing_more_and_the_process_is_gone(monkeypatch):
    made = []

    class Kept(subprocess.Popen):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            made.append(self)

    monkeypatch.setattr(own_process.subprocess, "Popen", Kept)
    seen = []
    for record in train_in_own_process(ENDLESS, lambda: len(seen) >= 3):
        seen.append(record)
    assert len(seen) == 3
    assert made[0].poll() is not None


def test_a_loss_that_is_not_finite_is_told():
    wild = replace(TINY, learning_rate=1e30, steps=50, evaluate_every=50, probe_at=())
    *_rest, last = train_in_own_process(wild, never)
    assert last.ending is Ending.NOT_FINITE


def test_a_process_that_fails_is_an_error(monkeypatch):
    monkeypatch.setattr(own_process, "WORKER", "focal_core.training.nothing_of_the_kind")
    with pytest.raises(RuntimeError, match="code 1"):
        list(train_in_own_process(TINY, never))


def test_a_broken_torch_is_an_error_of_the_run_alone(tmp_path, monkeypatch):
    (tmp_path / "torch.py").write_text("raise ImportError('a library is missing')")
    monkeypatch.chdir(tmp_path)  # where a process looks first
    with pytest.raises(RuntimeError, match="code 1"):
        list(train_in_own_process(TINY, never))


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
def test_without_memory_only_the_run_is_lost():
    done = subprocess.run(
        [sys.executable, "-c", LITTLE_MEMORY],
        cwd=own_process.ROOT, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["failed", "0", "done"]
