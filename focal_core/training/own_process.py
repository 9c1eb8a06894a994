"""A run in a process of its own, at low priority, so that a server's pages stay quick beside it.

This side needs no torch: the process is `python -m focal_core.training.worker`. What it takes of
memory goes when it ends, and if it runs out of memory only the run is lost.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import TextIO

from focal_core.training.config import RunConfig
from focal_core.training.records import Record, from_line

WORKER = "focal_core.training.worker"
ROOT = Path(__file__).parents[2]
ATTENTION = 0.1  # seconds between two questions whether to stop


def train_in_own_process(config: RunConfig, should_stop: Callable[[], bool]) -> Iterator[Record]:
    """Records of one run as they come, as `detector.train` yields them, but without watched boxes.

    should_stop: asked often, also before the first step; true ends the process at once, and then
    no `Ended` comes. Raises RuntimeError if the process fails. It ends with the iterator.
    """
    process = subprocess.Popen(  # noqa: S603 - this file's own module, and numbers
        [sys.executable, "-m", WORKER, json.dumps(config.as_dict())],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert process.stdout is not None  # noqa: S101 - it was asked for
    lines: Queue[str | None] = Queue()
    reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
    reader.start()
    try:
        while not should_stop():
            try:
                line = lines.get(timeout=ATTENTION)
            except Empty:
                continue
            if line is None:
                break
            yield from_line(line)
        else:
            return
        if process.wait() != 0:
            raise RuntimeError(f"the training process ended with code {process.returncode}")
    finally:
        process.kill()
        process.wait()
        reader.join()
        process.stdout.close()


def _read(said: TextIO, lines: "Queue[str | None]") -> None:
    for line in said:
        lines.put(line)
    lines.put(None)
