"""Train: what focal loss did in real, if small, training; recorded with spread, and live."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from focal_core import paper
from focal_core.training.config import PAPERS, REFERENCE
from focal_core.training.recorded import LONG_FOLDER, recording
from focal_ui.controls import by_page, knobs
from focal_ui.frame import page_parts, settings
from focal_ui.learning import question_bank, snippets
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.training import (
    by_imbalance,
    inside,
    lasting_leads,
    live_panel,
    paper_comparison,
    result,
    step_by_step,
    warming_up,
)
from focal_ui.training.comparisons import MINED, SMALLER_PRIOR
from focal_ui.words import _, number

TITLE = "Train"
BRIDGE = "Trained with focal loss: are its scores still probabilities?"
FOLLOWS = knobs.TRAIN_STEP  # in the part that is shown first
Code = Callable[[], snippets.Snippets]
FOLLOWED = ((PAPERS, REFERENCE), (PAPERS, SMALLER_PRIOR), (MINED, PAPERS))
NAMES_A_PART = (
    knobs.COMPARE,
    knobs.SHOWN,
    knobs.GUESS_TRAIN,
    knobs.INSIDE,
    knobs.FILM_OF,
    knobs.WARM_UP,
    knobs.WARM_UP_RATE,
)


def variants() -> dict[str, Callable[..., View]]:
    """What follows the slider; the other parts have none."""
    return {knobs.BY_STEP: step_by_step.view}


def page() -> None:
    """One part at a time: what training makes of the loss first; a live run is the extra."""
    _open_where_the_link_points()
    stage = Stage()
    with stage.controls if settings.projector() else stage.above:  # a room needs the height
        part = knobs.PART.ask() or knobs.BY_STEP
    code = PARTS[part](stage) or result.code
    page_parts.check_yourself(question_bank.of("train"))
    page_parts.code_for(code)
    page_parts.sources(_sources())


def _sources() -> dict[str, str]:
    return {
        _("Runs, images and model"): _(
            "computed here: recorded with {seeds} seeds a configuration"
        ).format(seeds=recording().difference(PAPERS, REFERENCE).seeds),
        _("Images of several sizes: question, setting, and what counts as clear"): (
            _("computed here; written down in docs/imbalance.md before testing")
        ),
        _("How the learning rates were chosen"): _("on the validation images, before testing"),
        _("At the scale of COCO focal loss gained {gain} AP over cross entropy").format(
            gain=number(paper.gain(paper.TABLE_1B.best, paper.PLAIN_CROSS_ENTROPY))
        ): paper.PAPER + "; " + _("Tables 1a and 1b"),
        _("The paper’s column, tables 1a, 1b and 1d"): paper.PAPER,
        _("What a small experiment cannot show"): _("opinion"),
    }


def _open_where_the_link_points() -> None:
    """A link from before the page had parts names what is inside one of them."""
    if knobs.PART.key in st.session_state or knobs.PART.key in st.query_params:
        return
    for knob in NAMES_A_PART:
        part = by_page.link_to("train", knob)[knobs.PART.key]
        if knob.key in st.query_params:
            # The widget takes the one, the address keeps the other.
            st.session_state[knobs.PART.key] = st.query_params[knobs.PART.key] = part


def _by_step(stage: Stage) -> Code:
    return partial(step_by_step.code, step_by_step.show(stage))


def _by_imbalance(stage: Stage) -> Code:
    by_imbalance.show(stage)
    return by_imbalance.code


def _live(stage: Stage) -> None:
    stage.say(_("Train the small detector yourself, beside the recorded runs"))
    live_panel.show(recording(), PAPERS)


def _how_sure(stage: Stage) -> None:
    longer = recording(LONG_FOLDER)
    stage.say(lasting_leads.headline(longer, (PAPERS, REFERENCE)))
    lasting_leads.show(recording(), longer, FOLLOWED)
    paper_comparison.show(recording(), MINED)
    lasting_leads.rates(recording())


PARTS: dict[str, Callable[[Stage], Code | None]] = {
    knobs.BY_STEP: _by_step,
    knobs.RESULT: result.show,
    knobs.IMBALANCE: _by_imbalance,
    knobs.INSIDE_A_MODEL: inside.show,
    knobs.WARMING_UP: warming_up.show,
    knobs.LIVE_RUN: _live,
    knobs.HOW_SURE: _how_sure,
}
