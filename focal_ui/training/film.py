"""A recorded run as a film: its step is a knob in the link; buttons play, step and rewind it."""

from collections.abc import Sequence

import streamlit as st

from focal_core.training.recorded import recording
from focal_core.training.showcase import Showcase
from focal_ui.controls import knobs
from focal_ui.figures.trained import training as figures
from focal_ui.frame import settings
from focal_ui.stage import stage
from focal_ui.stage.view import View
from focal_ui.words import _, ap_points

PLAYING, DRAWN_ANEW = "film plays", "film is drawn anew"  # session_state
SECONDS_A_FRAME = 0.8


def view(film_step: float, of: str) -> View:
    """What the film shows after a step. of: the configuration that was trained."""
    chosen = recording().showcase(of)
    at = nearest([frame.step for frame in chosen.frames], film_step)
    first, last = chosen.frames[0], chosen.frames[-1]
    return View(
        headline=_(
            "A detector learns: in {steps} steps its AP goes from {start} to **{end}**"
        ).format(steps=last.step, start=ap_points(first.ap), end=ap_points(last.ap)),
        exhibits={"film": figures.film(of, chosen.watched, chosen.frames, at)},
    )


def show(chosen: Showcase) -> None:
    """The film of one model, playing or not."""
    st.session_state[DRAWN_ANEW] = True
    playing = _plays()
    st.fragment(_frame, run_every=SECONDS_A_FRAME if playing else None, key="film_frame")(
        chosen, playing
    )


def _frame(chosen: Showcase, playing: bool) -> None:
    """One frame; the next one when time has called. playing: whether time calls."""
    steps = [frame.step for frame in chosen.frames]
    if playing and _plays() and not st.session_state.get(DRAWN_ANEW):
        _go_on(steps)
    st.session_state[DRAWN_ANEW] = False
    step = knobs.FILM_STEP.ask()
    if not settings.is_hidden(knobs.FILM_STEP.key):
        _buttons(steps, nearest(steps, step), playing=playing)
    stage.follow("film", view, knobs.FILM_STEP, film_step=step, of=chosen.name)
    if _plays() != playing:  # at the end: a slider that was set before must be drawn to keep it
        st.rerun()


def _buttons(steps: Sequence[int], at: int, *, playing: bool) -> None:
    first, last = at == 0, at == len(steps) - 1
    with st.container(horizontal=True):
        _button(_("Rewind"), "first_page", 0, steps, disabled=first)
        _button(_("Step back"), "chevron_left", at - 1, steps, disabled=first)
        st.button(
            _("Pause") if playing else _("Play"),
            on_click=_pause if playing else _play, args=() if playing else (steps, last),
            key="film_play", icon=":material/pause:" if playing else ":material/play_arrow:",
        )  # fmt: skip
        _button(_("Step forward"), "chevron_right", at + 1, steps, disabled=last)


def _button(name: str, icon: str, to: int, steps: Sequence[int], *, disabled: bool) -> None:
    st.button(
        name, on_click=_show_frame, args=(steps, to), key=f"film_{icon}",
        icon=f":material/{icon}:", disabled=disabled,
    )  # fmt: skip


def _show_frame(steps: Sequence[int], to: int) -> None:
    _pause()
    knobs.set_knob(knobs.FILM_STEP, float(steps[to]))


def _play(steps: Sequence[int], from_the_start: bool) -> None:
    st.session_state[PLAYING] = True
    if from_the_start:
        knobs.set_knob(knobs.FILM_STEP, float(steps[0]))


def _pause() -> None:
    st.session_state[PLAYING] = False


def _plays() -> bool:
    return bool(st.session_state.get(PLAYING))


def _go_on(steps: Sequence[int]) -> None:
    """The next frame; the last one ends the film."""
    held = st.session_state.get(knobs.FILM_STEP.key, knobs.FILM_STEP.default)
    to = min(nearest(steps, held) + 1, len(steps) - 1)
    knobs.set_knob(knobs.FILM_STEP, float(steps[to]))
    st.session_state[PLAYING] = to < len(steps) - 1


def nearest(steps: Sequence[int], step: float) -> int:
    """Which of the steps lies nearest."""
    return min(range(len(steps)), key=lambda i: abs(steps[i] - step))
