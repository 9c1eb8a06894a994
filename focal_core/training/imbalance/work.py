"""Runs what can start, in processes of low priority, until nothing is left."""

import os
import sys
import time
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path

from focal_core.training.imbalance import jobs
from focal_core.training.imbalance.plan import Job
from focal_core.training.imbalance.recorded import done_of, records_in

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def run_all(
    folder: Path, processes: int, device: str, sides: tuple[int, ...], seeds: tuple[int, ...]
) -> None:
    """Start what can start, until nothing is left."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))  # what a process reads when it starts
    began, finished = time.monotonic(), 0
    running: dict[Future[str], Job] = {}
    with ProcessPoolExecutor(processes, get_context("spawn"), _quietly) as pool:
        while True:
            files = {job.file for job in running.values()}
            waiting = [
                job
                for job in jobs.ready(done_of(records_in(folder)), sides, seeds)
                if job.file not in files
            ]
            for job in waiting[: processes - len(running)]:
                running[pool.submit(_run, job, folder, device)] = job
            if not running:
                return
            over, _others = wait(running, return_when=FIRST_COMPLETED)
            finished += len(over)
            each = (time.monotonic() - began) / finished
            for future in over:
                del running[future]
            _tell([future.result() for future in over], len(waiting), each)


def _quietly() -> None:
    """In each process: everybody else first."""
    if hasattr(os, "nice"):
        os.nice(19)


def _run(job: Job, folder: Path, device: str) -> str:
    from focal_core.training.imbalance.run import run  # noqa: PLC0415  # torch, in the process

    return run(job, folder, device)


def _tell(files: Iterable[str], left: int, seconds_each: float) -> None:
    for file in files:
        # Larger images take longer, and tuning finds more to do, so this is a lower bound.
        least = max(0, left - 1) * seconds_each / 60
        sys.stdout.write(f"{file}; {left} known to be left, at least {least:.0f} min\n")
    sys.stdout.flush()
