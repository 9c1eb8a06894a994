"""The curve: what gamma does to the loss and to the slope of one example."""

from functools import lru_cache

import numpy as np
import streamlit as st

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.curve import Anatomy, anatomy
from focal_ui.controls import knobs
from focal_ui.figures import curve as figures
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.stage import card
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, number, percent, times

TITLE = "The curve"
P_T = np.concatenate((np.geomspace(1e-3, 0.05, 40), np.linspace(0.055, 0.999, 160)))
HARD = 0.1


def page() -> None:
    """One example, from certainly wrong to certainly right."""
    headline = st.container()
    guess = prediction.ask(
        _(
            "A hard example: the truth gets {hard}. How much of its loss is left at γ = {gamma:g}?"
        ).format(hard=HARD, gamma=paper.GAMMA.value),
        knobs.GUESS_CURVE,
        answer=lambda: float(anatomy(HARD, FocalLoss(paper.GAMMA.value)).factor),
        about={knobs.GAMMA.key: paper.GAMMA.value, knobs.P_T.key: HARD},
    )
    loss = knobs.focal_loss()
    picture = st.container()  # beside its slider; the cursor below it, along its axis
    p_t = knobs.P_T.ask()
    with st.container(horizontal=True):
        slope = knobs.VIEW.ask() == knobs.SLOPE
        log = knobs.AXIS.ask() == knobs.LOG
    cursor = anatomy(p_t, loss)

    headline.title(_headline(cursor, loss))
    family = [(gamma, _whole(gamma)) for gamma in paper.CURVES]

    def curve_at(gamma: float) -> Exhibit:
        point = anatomy(p_t, FocalLoss(gamma))
        return figures.curve(family, _whole(gamma), point, gamma, slope=slope, log=log)

    def product_at(gamma: float) -> Exhibit:
        product = figures.product(_few(gamma), anatomy(p_t, FocalLoss(gamma)))
        asked = gamma == paper.GAMMA.value
        return prediction.draw_on(product, guess, axis="y", panel="2", there=asked)

    with picture:
        card.follow(loss.gamma, curve_at, key="curve", depends_on=(p_t, slope, log))
    card.follow(
        loss.gamma,
        product_at,
        key="product",
        depends_on=(p_t, guess and guess.said),
    )
    page_parts.what_happened(_explained(loss))
    page_parts.check_yourself(question_bank.of("curve"))
    page_parts.code_for(snippets.one_loss(p_t, loss, float(cursor.focal)))
    page_parts.sources(
        {
            _("Focal loss, its five curves and the “well classified” region"): paper.PAPER
            + "; "
            + paper.WELL_CLASSIFIED.where,
            _("{less} less at p_t = 0.9").format(less=times(paper.EASY_REDUCTION.value)): (
                paper.EASY_REDUCTION.where
            ),
            _("Every other number on this page"): _("computed here"),
        }
    )


@lru_cache(maxsize=64)
def _whole(gamma: float) -> Anatomy:
    return anatomy(P_T, FocalLoss(gamma))


@lru_cache(maxsize=64)
def _few(gamma: float) -> Anatomy:
    """Enough points for a small panel."""
    return anatomy(P_T[::3], FocalLoss(gamma))


def _headline(cursor: Anatomy, loss: FocalLoss) -> str:
    if loss.gamma == 0:
        return _("At γ = 0 focal loss is cross entropy")
    return _("At $p_t$ = {p_t:g} focal loss is {less} less than cross entropy").format(
        p_t=float(cursor.p_t), less=times(float(cursor.loss_reduction))
    )


def _explained(loss: FocalLoss) -> str:
    if loss.gamma == 0:
        return _(
            "Anything to the power of 0 is 1: the modulating factor is gone and **focal loss is "
            "cross entropy**, at every $p_t$. Move γ up and watch the right side sink first."
        )
    hard, easy = anatomy(HARD, loss), anatomy(paper.WELL_CLASSIFIED.value, loss)
    return _(
        "The factor $(1-p_t)^\\gamma$ is small where $p_t$ is large, so what is well classified "
        "fades. But it is below 1 everywhere: **the loss of a hard example shrinks too**, to "
        "{hard} of cross entropy at $p_t$ = {hard_p_t}, and to {easy} at $p_t$ = {easy_p_t}. "
        "Focal loss does not make hard examples louder; it makes the easy ones quieter. On the "
        "slope, which is what the optimiser feels, it differs: look at *Slope* near $p_t$ = "
        "{hard_p_t} (there the slope is {slope} of that under cross entropy)."
    ).format(
        hard=percent(float(hard.factor)),
        hard_p_t=HARD,
        easy=percent(float(easy.factor)),
        easy_p_t=number(paper.WELL_CLASSIFIED.value),
        slope=percent(1 / float(hard.slope_reduction)),
    )
