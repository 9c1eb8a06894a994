"""A number typed, where a slider's steps are too coarse for it."""

from collections.abc import Iterable
from functools import partial

import streamlit as st

from focal_ui.controls.by_page import KNOBS
from focal_ui.controls.kinds import Slider
from focal_ui.frame import settings
from focal_ui.words import _


def ask(keys: Iterable[str]) -> None:
    """A field for each of these sliders that has a finer step, behind a quiet button."""
    fine = [slider for key in keys if (slider := _fine(key)) is not None]
    if not fine or settings.waiting():
        return
    drawer = st.popover(
        _("Type a number"), type="tertiary", key=f"typed_{fine[0].key}", on_change="rerun"
    )
    if drawer.open:
        with drawer:
            for slider in fine:
                _field(slider)


def _fine(key: str) -> Slider | None:
    knob = KNOBS.get(key)
    if isinstance(knob, Slider) and knob.fine and not settings.is_hidden(key):
        return knob
    return None


def _field(slider: Slider) -> None:
    key = f"{slider.key}_typed"
    st.number_input(
        _(slider.name), slider.low, slider.high, value=None, step=slider.fine, format="%g",
        key=key, on_change=partial(_take, slider, key),
    )  # fmt: skip
    if slider.now() != slider:
        st.button(
            _("Whole range, {low:g} to {high:g}").format(low=slider.low, high=slider.high),
            key=f"{slider.key}_whole", on_click=slider.look_at_all,
        )  # fmt: skip


def _take(slider: Slider, key: str) -> None:
    typed = st.session_state.get(key)
    if typed is not None:
        slider.take(float(typed))
