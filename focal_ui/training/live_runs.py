"""One bounded pool of live trainings for all visitors: a queue, a place in it, cancelling, limits.

A run is an iterator of records that asks `should_stop` before each step. It stops when its visitor
cancels, has been away longer than the grace, or time is up; whatever it yielded stays readable.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

Record = TypeVar("Record")
Make = Callable[[Callable[[], bool]], Iterator[Record]]

QUEUE = 8  # waiting runs; one more is told to come back
GRACE = 30.0  # seconds a visitor may be away
TIME_LIMIT = 180.0  # seconds a run may take


class State(Enum):
    """Where a run is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"
    OUT_OF_TIME = "out of time"
    FAILED = "failed"


OVER = {State.DONE, State.CANCELLED, State.ABANDONED, State.OUT_OF_TIME, State.FAILED}


@dataclass(eq=False)
class Run(Generic[Record]):
    """One visitor's run. records only grows, times says when each came; state says the rest."""

    owner: str
    make: Make[Record]
    records: list[Record] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    state: State = State.WAITING
    started: float | None = None
    left: float | None = None
    wants_to_stop: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in OVER


class Pool(Generic[Record]):
    """workers: runs at a time, 0 for none; clock: seconds, for tests."""

    def __init__(self, workers: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Start nothing yet; a thread starts with the first run that needs it."""
        self.workers = workers
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: list[Run[Record]] = []
        self._running: list[Run[Record]] = []

    def submit(self, owner: str, make: Make[Record]) -> Run[Record] | None:
        """Queue a run; None if the queue is full. An owner's earlier run is cancelled first."""
        with self._lock:
            for run in [*self._waiting, *self._running]:
                if run.owner == owner:
                    self._cancel(run)
            self._drop_the_gone()
            if self.workers == 0 or len(self._waiting) >= QUEUE:
                return None
            run = Run(owner, make)
            self._waiting.append(run)
            self._fill()
            return run

    def cancel(self, run: Run[Record]) -> None:
        """Stop within one step; a waiting run leaves the queue at once."""
        with self._lock:
            self._cancel(run)

    def place(self, run: Run[Record]) -> int:
        """How many runs come before this one: 0 when it runs or is over."""
        with self._lock:
            self._drop_the_gone()
            return self._waiting.index(run) + 1 if run in self._waiting else 0

    def visitor_left(self, owner: str) -> None:
        """Note the time; after the grace the owner's run stops."""
        with self._lock:
            for run in [*self._waiting, *self._running]:
                if run.owner == owner:
                    run.left = self._clock()

    def visitor_is_here(self, owner: str) -> None:
        """Forget that the visitor was away."""
        with self._lock:
            for run in [*self._waiting, *self._running]:
                if run.owner == owner:
                    run.left = None

    def _cancel(self, run: Run[Record]) -> None:
        run.wants_to_stop = True
        if run in self._waiting:
            self._waiting.remove(run)
            run.state = State.CANCELLED

    def _drop_the_gone(self) -> None:
        """Nobody waits behind a visitor who will not come back."""
        for run in filter(self._is_gone, self._waiting[:]):
            self._waiting.remove(run)
            run.state = State.ABANDONED

    def _fill(self) -> None:
        while self._waiting and len(self._running) < self.workers:
            run = self._waiting.pop(0)
            run.state, run.started = State.RUNNING, self._clock()
            self._running.append(run)
            try:
                threading.Thread(target=self._work, args=(run,), daemon=True).start()
            except RuntimeError:  # the machine has no thread left; the next visitor may be luckier
                logging.getLogger(__name__).exception("a live run could not start")
                self._running.remove(run)
                run.state = State.FAILED

    def _work(self, run: Run[Record]) -> None:
        ending = State.FAILED
        try:
            for record in run.make(lambda: self._should_stop(run)):
                run.times.append(self._clock())
                run.records.append(record)
            ending = self._why_stopped(run) or State.DONE
        except Exception:
            logging.getLogger(__name__).exception("a live run failed")
        finally:
            with self._lock:
                run.state = ending
                self._running.remove(run)
                self._drop_the_gone()
                self._fill()

    def _should_stop(self, run: Run[Record]) -> bool:
        return self._why_stopped(run) is not None

    def _why_stopped(self, run: Run[Record]) -> State | None:
        if run.wants_to_stop:
            return State.CANCELLED
        if self._is_gone(run):
            return State.ABANDONED
        if run.started is not None and self._clock() - run.started > TIME_LIMIT:
            return State.OUT_OF_TIME
        return None

    def _is_gone(self, run: Run[Record]) -> bool:
        left = run.left  # read once: the visitor may come back in another thread
        return left is not None and self._clock() - left > GRACE
