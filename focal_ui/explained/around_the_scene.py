"""Around the pictures of Start: what this is about, what moves them, and which scene they show."""

import streamlit as st

from focal_core import paper
from focal_core.training.config import NO_PRIOR_MODEL, PAPERS, REFERENCE
from focal_core.training.scored_scene import STEPS
from focal_ui.controls import knobs
from focal_ui.frame import settings
from focal_ui.stage import moves
from focal_ui.stage.stage import Stage
from focal_ui.words import _, number

MODELS = {
    knobs.FL_TRAINED: PAPERS,
    knobs.CE_TRAINED: REFERENCE,
    knobs.CE_WITHOUT_PRIOR: NO_PRIOR_MODEL,
}


def introduce() -> None:
    """What this is about, and a button that lets the image focus."""
    if settings.projector():  # a room has a teacher to say it, and needs the space
        return
    words, button = st.columns([5, 1], vertical_alignment="center")
    words.markdown(_introduction())
    with button:
        _raise_gamma()


def ask(stage: Stage) -> tuple[str, int, bool]:
    """Which model, which image, and whether look-alikes are outlined; and buttons that play."""
    _buttons()
    left, middle, right = st.columns([5, 4, 8])
    with left:
        trained = knobs.TRAINED.ask() or knobs.FL_TRAINED
    with middle:
        stage.ask(knobs.AFTER)
    with right, st.container(horizontal=True):
        scene = knobs.SCENE.ask() or knobs.SCENE.options[0]
        outlined = knobs.OUTLINED.ask()
    return MODELS[trained], int(scene) - 1, outlined == knobs.LOOK_ALIKES_TOO


def _introduction() -> str:
    return _(
        "A detector classifies about {locations} locations: object or background? Its loss, "
        "usually *cross entropy*, adds up its errors: small ones on easy background, but very "
        "many. **Focal loss** (Lin et al., 2017) lets small ones count less."
    ).format(locations=number(paper.LOCATIONS.value))


def _buttons() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if settings.projector():
            _raise_gamma()
        moves.fly("image", "sorted", _("Sort all locations"))
        moves.play(knobs.AFTER, STEPS[-1], _("Play the training"))


def _raise_gamma() -> None:
    moves.play(knobs.GAMMA_FROM_ZERO, paper.GAMMA.value, _("Raise γ"))
