"""What Train says of a visitor's run, in every state that it can be in."""

import re
import threading
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from focal_core.training.config import RunConfig
from focal_core.training.recorded import recording
from focal_core.training.records import Ended, Ending, Evaluation, Step
from focal_ui.figures.trained import training as figures
from focal_ui.training import live_panel
from focal_ui.training.live_runs import Run, State
from tests.helpers import words

USUAL = "FL, γ = 2, α = 0.25"
PAGE = f"""
from focal_core.training.recorded import recording
from focal_ui.training import live_panel
live_panel.show(recording(), {USUAL!r})
"""
LOOK = Evaluation(0, "validation", 0.25)


def step(number_: int) -> Step:
    return Step(number_, 1.0, 1.0, 0.5, 0.5, 1.0, 0.006, 0.02)


@pytest.fixture
def let_go():
    """Lets what `runs_that` made go on."""
    gate = threading.Event()
    yield gate
    gate.set()


@pytest.fixture
def runs_that(monkeypatch, let_go):
    """A fresh pool whose runs tell these records at once, and end when they are let go."""

    def tell(*records, breaks=False):
        def make(_should_stop):
            yield from records
            let_go.wait(20)
            if breaks:
                raise RuntimeError("no more memory")

        monkeypatch.setattr(live_panel, "_training", lambda _config: make)

    live_panel.pool.clear()
    monkeypatch.setenv("FOCAL_LIVE_RUNS", "1")
    yield tell
    let_go.set()
    live_panel.pool.clear()


def visit() -> AppTest:
    return AppTest.from_string(PAGE, default_timeout=60).run()


def press_start(page: AppTest) -> AppTest:
    return page.button(key="live_start").click().run()


def said(page: AppTest) -> str:
    bars = [bar.proto.text for bar in page.get("progress")]
    return " ".join([words(page), *bars])


def over(page: AppTest) -> AppTest:
    pause, run = threading.Event(), page.session_state[live_panel.RUN][2]
    for _try in range(2000):
        if run.is_over:
            return page.run()
        pause.wait(0.005)
    raise AssertionError("it never ended")


def settled(page: AppTest, count: int) -> AppTest:
    """When so many records have come."""
    pause, run = threading.Event(), page.session_state[live_panel.RUN][2]
    for _try in range(2000):
        if len(run.records) == count:
            return page.run()
        pause.wait(0.005)
    raise AssertionError("too few records")


def test_the_papers_setting_is_offered_first(runs_that):
    assert visit().selectbox(key="live_preset").value == USUAL


def test_one_run_at_a_time_where_nobody_says_how_many(monkeypatch):
    monkeypatch.delenv("FOCAL_LIVE_RUNS", raising=False)
    assert live_panel.workers() == 1


def test_before_the_first_step_it_says_what_it_does(runs_that):
    runs_that()
    assert "Getting ready" in said(settled(press_start(visit()), 0))


def test_while_it_runs_it_says_how_far_it_is_and_who_started_it_can_only_cancel(runs_that):
    runs_that(LOOK, *map(step, range(1, 11)))
    page = settled(press_start(visit()), 11)
    assert "Step 10 of 500" in said(page)
    assert page.session_state[live_panel.RUN][1].evaluate_every == 25
    assert page.button(key="live_start").disabled
    page.button(key="live_cancel").click().run()
    assert page.session_state[live_panel.RUN][2].wants_to_stop


def test_when_done_it_names_the_seed_and_compares_with_the_recorded_seeds(runs_that, let_go):
    let_go.set()
    runs_that(LOOK, step(1), Evaluation(1, "test", 0.3), Ended(1, Ending.FINISHED))
    page = over(press_start(visit()))
    recorded = next(row for row in recording().table() if row.name == USUAL)
    config = page.session_state[live_panel.RUN][1]
    assert f"with seed {config.seed}" in said(page)
    seeds = f"{100 * recorded.mean:.1f} ± {100 * recorded.sd:.1f}"
    assert f"On the test images: 30.0, recorded {seeds}." in said(page)
    assert not page.button(key="live_start").disabled


def test_a_loss_that_is_no_number_is_a_result_and_the_place_is_free(runs_that, let_go):
    let_go.set()
    runs_that(LOOK, step(1), Ended(1, Ending.NOT_FINITE))
    page = over(press_start(visit()))
    assert "Stopped early after 1 steps" in said(page)
    assert live_panel.pool().place(page.session_state[live_panel.RUN][2]) == 0
    runs_that(LOOK, step(1), Ended(1, Ending.FINISHED))
    assert "Done" in said(over(press_start(visit())))


def test_a_run_that_fails_is_said_in_words_and_the_page_lives_on(runs_that, let_go, caplog):
    let_go.set()
    runs_that(LOOK, step(1), breaks=True)
    page = over(press_start(visit()))
    assert "The run failed" in said(page)
    assert "memory" not in said(page)
    assert not page.exception
    assert "no more memory" in caplog.text  # who runs the server can read it


def test_a_run_that_cannot_start_says_why(runs_that, let_go):
    let_go.set()
    runs_that(breaks=True)
    assert "could not start" in said(over(press_start(visit())))


def test_thirty_visitors_at_once_are_each_told_what_becomes_of_them(runs_that):
    runs_that(LOOK)
    pages = [press_start(visit()) for _visitor in range(30)]
    waiting = [said(page) for page in pages if "in the queue" in said(page)]
    refused = [page.warning[0].value for page in pages if page.warning]
    assert [re.search(r"Place \d+", text)[0] for text in waiting] == [
        "Place 1", "Place 2", "Place 3", "Place 4", "Place 5", "Place 6", "Place 7", "Place 8",
    ]  # fmt: skip
    assert len(refused) == 30 - 1 - 8
    assert set(refused) == {
        "Not started: all 8 places in the queue are taken. Try again in a minute."
    }
    assert not pages[-1].button(key="live_start").disabled


def test_a_visitor_keeps_one_name_for_the_whole_visit(runs_that):
    runs_that(LOOK)
    page = press_start(visit())
    name = page.session_state[live_panel.VISITOR]
    assert page.session_state[live_panel.RUN][2].owner == name
    assert page.run().session_state[live_panel.VISITOR] == name


@pytest.mark.parametrize(("steps", "left"), [(19, None), (20, 240.0), (100, 200.0)])
def test_the_time_left_is_said_from_step_20_on_and_counts_looks_too(steps, left):
    """A step every half second with all looks, of 500."""
    run = Run("a", iter, state=State.RUNNING)
    run.records = [LOOK, *map(step, range(1, steps + 1))]
    run.times = [-30.0, *(i / 2 for i in range(steps))]
    assert live_panel.seconds_left(run, replace(RunConfig(), steps=500)) == left


def test_a_live_figure_shows_this_run_over_the_band():
    runs = recording()
    looks = [LOOK, Evaluation(75, "validation", 0.5)]
    recorded = next(row for row in runs.table() if row.name == USUAL)
    exhibit = figures.live(looks, runs.band(USUAL, "validation_ap"), recorded)
    assert exhibit.table["step"] == [0, 75]
    assert exhibit.table["this run"] == [25, 50]
    assert "After step 75 this run has AP **50.0**" in exhibit.sentence
    assert list(exhibit.figure["data"][3]["y"]) == [25, 50]
