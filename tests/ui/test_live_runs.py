"""The pool of live runs: queue, cancel, leave, limits, with a clock of our own."""

import threading
from collections.abc import Callable, Iterator

import pytest

from focal_ui.training.live_runs import Pool, Run, State

PATIENCE = 10.0


class Stage:
    """A run that yields one number each time it is told to, so that tests decide what happens."""

    def __init__(self) -> None:
        self.step = threading.Semaphore(0)
        self.stopped = threading.Event()

    def make(self, should_stop: Callable[[], bool]) -> Iterator[int]:
        try:
            for number in range(1000):
                assert self.step.acquire(timeout=PATIENCE)
                if should_stop():
                    return
                yield number
        finally:
            self.stopped.set()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def until(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _try in range(int(PATIENCE / 0.005)):
        if condition():
            return
        pause.wait(0.005)
    raise AssertionError("it did not happen")


def over(run: Run) -> None:
    until(lambda: run.is_over)


def finish(stage: Stage) -> None:
    stage.step.release(1001)


def quick(_should_stop: Callable[[], bool]) -> Iterator[int]:
    yield from range(3)


def test_a_run_yields_all_its_records_and_is_done():
    run = Pool(1).submit("a", quick)
    over(run)
    assert (run.records, run.state) == ([0, 1, 2], State.DONE)


def test_each_record_is_kept_with_the_second_at_which_it_came():
    clock = Clock()
    clock.now = 7.0
    run = Pool(1, clock).submit("a", quick)
    over(run)
    assert run.times == [7.0, 7.0, 7.0]


def test_who_came_first_is_trained_first():
    def trains(name: str) -> Callable[[Callable[[], bool]], Iterator[int]]:
        return lambda _should_stop: iter([order.append(name)])

    pool, stage, order = Pool(1), Stage(), []
    pool.submit("a", stage.make)
    _second, _third, last = [pool.submit(name, trains(name)) for name in "bcd"]
    finish(stage)
    over(last)
    assert order == ["b", "c", "d"]


def test_the_second_visitor_waits_and_sees_the_place_in_the_queue():
    pool, first, second = Pool(1), Stage(), Stage()
    running = pool.submit("a", first.make)
    waiting, last = pool.submit("b", second.make), pool.submit("c", quick)
    until(lambda: running.state is State.RUNNING)
    assert [pool.place(run) for run in (running, waiting, last)] == [0, 1, 2]
    assert waiting.state is State.WAITING
    pool.cancel(running)
    finish(first)
    finish(second)
    over(last)
    assert waiting.state is State.DONE


def test_eight_wait_and_the_ninth_is_told_to_come_back():
    pool, stage = Pool(1), Stage()
    pool.submit("first", stage.make)
    answers = [pool.submit(f"visitor {i}", quick) for i in range(29)]
    assert [run is not None for run in answers] == [True] * 8 + [False] * 21
    assert [pool.place(run) for run in answers[:8]] == [1, 2, 3, 4, 5, 6, 7, 8]
    finish(stage)
    over(answers[7])


def test_two_at_a_time_where_the_server_allows_two():
    pool, stages = Pool(2), [Stage(), Stage()]
    running = [pool.submit(name, stage.make) for name, stage in zip("ab", stages, strict=True)]
    waiting = pool.submit("c", quick)
    assert [run.state for run in running] == [State.RUNNING] * 2
    assert (waiting.state, pool.place(waiting)) == (State.WAITING, 1)
    for stage in stages:
        finish(stage)
    over(waiting)


def test_cancelling_stops_within_one_step_and_keeps_what_was_recorded():
    pool, stage = Pool(1), Stage()
    run = pool.submit("a", stage.make)
    stage.step.release(5)
    until(lambda: len(run.records) == 5)
    pool.cancel(run)
    stage.step.release(1)
    assert stage.stopped.wait(PATIENCE)
    over(run)
    assert (len(run.records), run.state) == (5, State.CANCELLED)


def test_a_waiting_run_that_is_cancelled_leaves_the_queue_at_once():
    pool, stage = Pool(1), Stage()
    pool.submit("a", stage.make)
    waiting = pool.submit("b", quick)
    pool.cancel(waiting)
    assert waiting.state is State.CANCELLED
    assert pool.place(waiting) == 0
    finish(stage)


def test_one_visitor_has_one_run_a_new_one_cancels_the_old():
    pool, stage = Pool(1), Stage()
    old = pool.submit("a", stage.make)
    new = pool.submit("a", quick)
    finish(stage)
    over(new)
    assert (old.state, new.state) == (State.CANCELLED, State.DONE)


@pytest.mark.parametrize(("away", "state"), [(29.9, State.DONE), (30.1, State.ABANDONED)])
def test_a_run_outlives_half_a_minutes_absence_and_not_a_longer_one(away, state):
    clock, stage = Clock(), Stage()
    pool = Pool(1, clock)
    run = pool.submit("a", stage.make)
    until(lambda: run.state is State.RUNNING)
    pool.visitor_left("a")
    clock.now += away
    finish(stage)
    over(run)
    assert run.state is state


def test_coming_back_in_time_keeps_the_run():
    clock, stage = Clock(), Stage()
    pool = Pool(1, clock)
    run = pool.submit("a", stage.make)
    pool.visitor_left("a")
    pool.visitor_is_here("a")
    clock.now += 60
    finish(stage)
    over(run)
    assert run.state is State.DONE


def test_a_run_that_waits_for_somebody_who_left_never_starts():
    clock, stage = Clock(), Stage()
    pool = Pool(1, clock)
    running, waiting = pool.submit("a", stage.make), pool.submit("b", quick)
    pool.visitor_left("b")
    clock.now += 31
    finish(stage)
    over(running)
    over(waiting)
    assert (waiting.state, waiting.records) == (State.ABANDONED, [])


@pytest.mark.parametrize(("taken", "state"), [(179.9, State.DONE), (180.1, State.OUT_OF_TIME)])
def test_a_run_may_take_three_minutes(taken, state):
    clock, stage = Clock(), Stage()
    pool = Pool(1, clock)
    run = pool.submit("a", stage.make)
    until(lambda: run.state is State.RUNNING)
    clock.now += taken
    finish(stage)
    over(run)
    assert run.state is state


def test_a_run_that_raises_frees_its_place():
    def broken(_should_stop: Callable[[], bool]) -> Iterator[int]:
        yield 1
        raise RuntimeError("no more memory")

    pool = Pool(1)
    run, after = pool.submit("a", broken), pool.submit("b", quick)
    over(run)
    over(after)
    assert (run.state, run.records, after.state) == (State.FAILED, [1], State.DONE)


def test_without_workers_nothing_is_taken():
    assert Pool(0).submit("a", quick) is None


@pytest.fixture
def left_by_seven_of_eight():
    """A full queue whose first seven visitors have been away for long, and its last one's run."""
    clock, stage = Clock(), Stage()
    pool = Pool(1, clock)
    pool.submit("first", stage.make)
    waiting = [pool.submit(str(n), quick) for n in range(8)]
    assert pool.submit("too many", quick) is None
    for n in range(7):
        pool.visitor_left(str(n))
    clock.now = 31
    yield pool, waiting[-1]
    finish(stage)


def test_visitors_who_left_the_queue_keep_nobody_waiting(left_by_seven_of_eight):
    pool, last = left_by_seven_of_eight
    assert pool.place(last) == 1


def test_visitors_who_left_the_queue_leave_their_places_to_others(left_by_seven_of_eight):
    pool, last = left_by_seven_of_eight
    assert pool.place(pool.submit("new", quick)) == 2
    assert pool.place(last) == 1


def test_a_thread_that_cannot_start_blocks_nobody(monkeypatch):
    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    pool = Pool(1)
    with monkeypatch.context() as no_threads:
        no_threads.setattr(threading.Thread, "start", refuse)
        assert pool.submit("unlucky", quick).state is State.FAILED
    lucky = pool.submit("lucky", quick)
    over(lucky)
    assert lucky.state is State.DONE
