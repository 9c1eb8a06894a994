"""A live run beside the recorded band: preset, place in the queue, progress, cancel."""

import gc
import importlib.util
import os
from collections.abc import Callable, Iterator

import streamlit as st

from focal_core.training.config import RunConfig, named
from focal_core.training.recorded import Recording
from focal_core.training.records import Evaluation, Record, Step
from focal_ui import controls, figure_card
from focal_ui.figures import training as figures
from focal_ui.live_runs import Pool, Run, State
from focal_ui.words import _, number

WORKERS, MOST_WORKERS = "FOCAL_LIVE_RUNS", 2
RUN = "live run"  # session_state


def show(runs: Recording) -> None:
    """The offer, or why there is none."""
    st.header(_("Train one yourself"))
    reason = why_not()
    if reason:
        st.info(reason, icon=":material/info:")
        return
    preset = st.selectbox(_("What to train"), list(runs.names), key="live_preset")
    pool().visitor_is_here(_visitor())
    st.button(
        _("Start"), on_click=_start, args=(preset, runs), key="live_start",
        icon=":material/play_arrow:",
    )  # fmt: skip
    _watch(runs)


def why_not() -> str | None:
    """Why no live run is offered here, in words, or None."""
    if workers() == 0:
        return _("Live runs are switched off on this server; the recorded runs above stay.")
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


@st.cache_resource(show_spinner=False, scope="session", on_release=lambda v: pool().visitor_left(v))
def _visitor() -> str:
    return os.urandom(8).hex()


def _start(preset: str, runs: Recording) -> None:
    rate = runs.of(preset)[0].config.learning_rate
    config = named(preset, rate, seed=int.from_bytes(os.urandom(2)))
    st.session_state[RUN] = (preset, config, pool().submit(_visitor(), _training(config)))


def _training(config: RunConfig) -> Callable[[Callable[[], bool]], Iterator[Record]]:
    def make(should_stop: Callable[[], bool]) -> Iterator[Record]:
        import torch  # noqa: PLC0415, only here: it costs 190 MB and a second

        from focal_core.training.detector import train  # noqa: PLC0415
        from focal_core.training.images import make_data  # noqa: PLC0415

        gc.collect()
        gc.freeze()  # torch lives as long as the server: spare the collector, as app.py does
        torch.set_num_threads(1)
        yield from train(config, make_data(), should_stop)

    return make


@st.fragment(run_every=1.0)
def _watch(runs: Recording) -> None:
    if RUN not in st.session_state:
        st.markdown(_("Nothing runs yet. A run takes about a minute and stops when you leave."))
        return
    preset, config, run = st.session_state[RUN]
    if run is None:
        st.warning(_("All places in the queue are taken. Try again in a minute."))
        return
    _say(run, config)
    steps = [record for record in run.records if isinstance(record, Step)]
    looks = [record for record in run.records if isinstance(record, Evaluation)]
    shown = [look for look in looks if look.split == "validation"]
    if steps:
        live = ([look.step for look in shown], [look.ap for look in shown])
        exhibit = figures.bands(
            [preset], [runs.band(preset, "validation_ap")], controls.AP, span=(0.0, 1.0), live=live
        )
        figure_card.show(exhibit, key="live")
    if not run.is_over:
        st.button(_("Cancel"), on_click=pool().cancel, args=(run,), key="live_cancel")


def _say(run: Run[Record], config: RunConfig) -> None:
    steps = [record for record in run.records if isinstance(record, Step)]
    done = len(steps) / config.steps
    place = pool().place(run)
    if run.state is State.WAITING:
        st.markdown(_("Place {n} in the queue.").format(n=place))
        return
    words = {
        State.RUNNING: _("Step {step} of {steps}, about {left} s left"),
        State.DONE: _("Done after {step} steps: one seed, drawn dotted over the recorded band"),
        State.CANCELLED: _("Cancelled after {step} steps"),
        State.ABANDONED: _("Stopped after {step} steps: nobody was here"),
        State.OUT_OF_TIME: _("Stopped after {step} steps: time was up"),
        State.FAILED: _("The run failed after {step} steps; the recorded runs stay"),
    }
    pace = sum(step.seconds for step in steps) / len(steps) if steps else 0.0
    left = number(round(pace * (config.steps - len(steps))))
    st.progress(done, words[run.state].format(step=len(steps), steps=config.steps, left=left))
