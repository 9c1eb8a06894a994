"""A live run beside the recorded band: preset, place in the queue, progress, cancel."""

import importlib.util
import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import streamlit as st

from focal_core.training.config import RunConfig, named
from focal_core.training.own_process import train_in_own_process
from focal_core.training.recorded import Recording
from focal_core.training.records import Ended, Ending, Evaluation, Record, Step
from focal_ui.figures.trained import training as figures
from focal_ui.frame import language
from focal_ui.stage import stage
from focal_ui.training.live_runs import QUEUE, Pool, Run, State
from focal_ui.words import _, number

WORKERS, MOST_WORKERS = "FOCAL_LIVE_RUNS", 2
RUN, VISITOR = "live run", "live visitor"  # session_state
LOOK_EVERY = 25  # steps
SURE_OF_PACE = 20  # steps before the time left is said
POLL = {State.WAITING: 3.0, State.RUNNING: 1.0}  # seconds; a run that is over is not asked about


def show(runs: Recording, usual: str) -> None:
    """The offer, or why there is none. usual: the configuration that is chosen at first."""
    reason = why_not()
    if reason:
        st.info(reason, icon=":material/info:")
        return
    pool().visitor_is_here(_visitor())
    state = _state()
    names = list(runs.names)
    language.stay("live_preset")
    preset = st.selectbox(
        _("What to train"),
        names,
        index=names.index(usual),
        format_func=_,
        key="live_preset",
        disabled=state in POLL,
    )
    st.button(
        _("Start the run"), on_click=_start, args=(preset, runs), key="live_start",
        icon=":material/play_arrow:", disabled=state in POLL,
    )  # fmt: skip
    st.fragment(_watch, run_every=POLL.get(state) if state else None, key="live_watch")(runs, state)


def why_not() -> str | None:
    """Why no live run is offered here, in words, or None."""
    if workers() == 0:
        return _("Live runs are switched off on this server; the recorded runs stay.")
    if importlib.util.find_spec("torch") is None:
        return _("Live runs need PyTorch, which is not installed here; the recorded runs stay.")
    return None


def workers() -> int:
    """How many live runs at a time this server allows: FOCAL_LIVE_RUNS, 0 to 2, else 1."""
    given = os.environ.get(WORKERS, "1")
    return min(int(given), MOST_WORKERS) if given.isdecimal() else 1


@st.cache_resource(show_spinner=False)
def pool() -> Pool[Record]:
    """The one pool of the process."""
    return Pool(workers())


def _visitor() -> str:
    """The visitor's name, the same after a gap in the connection."""
    name: str = st.session_state.setdefault(VISITOR, os.urandom(8).hex())
    return _present(name)


@st.cache_resource(show_spinner=False, scope="session", on_release=lambda v: pool().visitor_left(v))
def _present(name: str) -> str:
    return name


def _state() -> State | None:
    """Of the visitor's run; None before the first, or if it was not taken."""
    _preset, _config, run = st.session_state.get(RUN, (None, None, None))
    return None if run is None else run.state


def _start(preset: str, runs: Recording) -> None:
    rate = runs.of(preset)[0].config.learning_rate
    config = named(preset, rate, seed=int.from_bytes(os.urandom(2)))
    config = replace(config, evaluate_every=LOOK_EVERY, probe_at=())
    st.session_state[RUN] = (preset, config, pool().submit(_visitor(), _training(config)))


def _training(config: RunConfig) -> Callable[[Callable[[], bool]], Iterator[Record]]:
    return lambda should_stop: train_in_own_process(config, should_stop)


def _watch(runs: Recording, state: State | None) -> None:
    """The visitor's run; state: what it was when the page was drawn around it."""
    if RUN not in st.session_state:
        st.markdown(
            _("Nothing runs yet. A run takes about half a minute and stops when you leave.")
        )
        return
    preset, config, run = st.session_state[RUN]
    if run is None:
        st.warning(
            _("Not started: all {n} places in the queue are taken. Try again in a minute.").format(
                n=QUEUE
            ),
            icon=":material/hourglass_disabled:",
        )
        return
    if run.state is not state:
        st.rerun()  # Start, Cancel and how often to look depend on it
    records = list(run.records)
    _say(run, records, config)
    if not run.is_over:
        st.button(_("Cancel"), on_click=pool().cancel, args=(run,), key="live_cancel")
    looks = [record for record in records if isinstance(record, Evaluation)]
    if looks:
        result = next(row for row in runs.table() if row.name == preset)
        stage.exhibit("live", figures.live(looks, runs.band(preset, "validation_ap"), result))


def _say(run: Run[Record], records: list[Record], config: RunConfig) -> None:
    step = sum(isinstance(record, Step) for record in records)
    if run.state is State.WAITING:
        st.markdown(
            _("Place {n} in the queue. Each run before yours takes about half a minute.").format(
                n=pool().place(run)
            )
        )
    elif run.is_over:
        st.markdown(_ending(run.state, records).format(step=step, seed=config.seed))
    elif step == 0:
        st.progress(0.0, _("Getting ready: the images are drawn"))
    else:
        left = seconds_left(run, config)
        words = (
            _("Step {step} of {steps}")
            if left is None
            else _("Step {step} of {steps}, about {left} s left")
        )
        st.progress(
            step / config.steps,
            words.format(step=step, steps=config.steps, left=number(round(left or 0))),
        )


def seconds_left(run: Run[Record], config: RunConfig) -> float | None:
    """At the pace since the first step, looks at the images included; None until that is known."""
    when = [
        at for at, record in zip(run.times, run.records, strict=False) if isinstance(record, Step)
    ]
    if len(when) < SURE_OF_PACE:
        return None
    return (when[-1] - when[0]) / (len(when) - 1) * (config.steps - len(when))


def _ending(state: State, records: list[Record]) -> str:
    last = records[-1] if records else None
    if isinstance(last, Ended) and last.ending is Ending.NOT_FINITE:
        return _(
            "**Stopped early after {step} steps**: the loss became infinite or NaN. "
            "That is a result."
        )
    if state is State.FAILED and not records:
        return _("**The run could not start**: PyTorch or memory is missing; recorded runs stay.")
    return {
        State.DONE: _("**Done** after {step} steps, with seed {seed}."),
        State.CANCELLED: _("**Cancelled** after {step} steps."),
        State.ABANDONED: _("**Stopped** after {step} steps: nobody was here."),
        State.OUT_OF_TIME: _("**Stopped** after {step} steps: time was up."),
        State.FAILED: _("**The run failed** after {step} steps; the recorded runs stay."),
    }[state]
