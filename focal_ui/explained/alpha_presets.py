"""Class weights: buttons that set alpha to a value with a meaning."""

import streamlit as st

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.budget import balancing_alpha, by_slope, inverse_frequency_alpha
from focal_core.population import SIMPLE
from focal_ui.controls import knobs
from focal_ui.frame import settings
from focal_ui.words import _


def show(gamma: float) -> None:
    """All of them in a row; what balances the classes depends on gamma."""
    if settings.waiting():  # one of them is what the guess asks
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="presets"):
        st.markdown(_("Set α to"), width="content")
        for key, (name, alpha, why) in _presets(gamma).items():
            used = knobs.ALPHA.snap(alpha or 0.0)
            st.button(
                name.format(alpha=used),
                key=f"preset {key}",
                help=why,
                on_click=knobs.set_knob,
                args=(knobs.ALPHA, used),
            )


def _presets(gamma: float) -> dict[str, tuple[str, float | None, str]]:
    """By the button's key: its name, its alpha, and what that means."""
    population, loss = SIMPLE.population(), FocalLoss(gamma)
    return {
        "frequency": (
            _("inverse frequency {alpha:g}"),
            inverse_frequency_alpha(population),
            _("As many objects as background, by weight: background’s part of all examples"),
        ),
        "loss": (
            _("equal loss {alpha:g}"),
            balancing_alpha(population, loss),
            _("Both classes make up half of the loss at this γ"),
        ),
        "slope": (
            _("equal gradient {alpha:g}"),
            balancing_alpha(population, loss, by_slope),
            _("Both classes make up half of the gradient at this γ"),
        ),
        "paper": (
            _("the paper’s {alpha:g}"),
            paper.ALPHA.value,
            _("The best on COCO with γ = 2, found by trying values"),
        ),
    }
